"""Where the cells of each row stand across the flow of data, when their order is known.

Chains are straight: a cell is tied to the middle one of its neighbours, and long links run straight past the rows
between. What is tied together moves as one, is first packed to one side, and is then drawn to the middle of all that
it is linked to, as far as its neighbours let it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.layout.cells import BESIDE, LANE

PASSES = 24
EFFORT = 200_000
"""How many moves all passes together may try."""


@dataclass
class Strand:
    """A link from a cell to one in the next row, and how far from the two centres it leaves and arrives."""

    upper: int
    lower: int
    leaves: float = 0.0
    arrives: float = 0.0


@dataclass
class Board:
    """Rows of cells in their order. The cells from `cards` on are places that long links run through."""

    rows: list[list[int]]
    widths: list[float]
    cards: int
    strands: list[Strand] = field(default_factory=list)

    def strands_to_tie(self) -> list[Strand]:
        """The strands that may be straight: all, or where long links outnumber the cards by far those between cards.

        So many long links, all of them straight, would make the picture much too wide.
        """
        if len(self.widths) <= max(400, 4 * self.cards):
            return self.strands
        return [one for one in self.strands if one.upper < self.cards and one.lower < self.cards]

    def distance(self, left: int, right: int, gap: float) -> float:
        """How far the centres of two neighbours must be apart."""
        between = gap
        if left >= self.cards or right >= self.cards:
            between = LANE if left >= self.cards and right >= self.cards else BESIDE
        return (self.widths[left] + self.widths[right]) / 2 + between


def place_across(board: Board, gap: float) -> list[float]:
    """The centre of each cell across the flow of data."""
    beam_of, offset, beams = _tie(board)
    pushes: list[dict[int, float]] = [{} for _ in beams]  # what stands to the right of each beam, and how far at least
    for row in board.rows:
        for left, right in pairwise(row):
            one, other = beam_of[left], beam_of[right]
            far = board.distance(left, right, gap) + offset[left] - offset[right]
            pushes[one][other] = max(far, pushes[one].get(other, far))
    order = _from_left(pushes)
    place = [0.0] * len(beams)
    for beam in order:
        for other, far in pushes[beam].items():
            place[other] = max(place[other], place[beam] + far)
    pulls: list[list[tuple[int, float, float]]] = [[] for _ in beams]
    for strand in board.strands:
        one, other = beam_of[strand.upper], beam_of[strand.lower]
        if one != other:
            step = offset[strand.upper] + strand.leaves - offset[strand.lower] - strand.arrives
            weight = 1.0 if strand.upper < board.cards and strand.lower < board.cards else 0.15
            pulls[one].append((other, -step, weight))
            pulls[other].append((one, step, weight))
    _settle(place, order, pushes, pulls)
    return [place[beam_of[cell]] + offset[cell] for cell in range(len(board.widths))]


def _tie(board: Board) -> tuple[list[int], list[float], list[list[int]]]:
    """Ties cells of neighbouring rows to straight beams: for each cell its beam and its offset, and all beams."""
    count = len(board.widths)
    number = [0] * count
    for row in board.rows:
        for index, cell in enumerate(row):
            number[cell] = index
    after: list[list[Strand]] = [[] for _ in range(count)]
    before: list[list[Strand]] = [[] for _ in range(count)]
    for strand in board.strands_to_tie():
        after[strand.upper].append(strand)
        before[strand.lower].append(strand)

    def middle(strands: Sequence[Strand], *, upper: bool) -> Strand | None:
        """The strand in the middle; cards come before long links, and two of a kind are as good as none."""
        far = [(strand.upper if upper else strand.lower) for strand in strands]
        chosen = [one for one, end in zip(strands, far, strict=True) if end < board.cards] or list(strands)
        chosen.sort(key=lambda one: number[one.upper if upper else one.lower])
        return chosen[len(chosen) // 2] if len(chosen) % 2 else None

    wanted: dict[int, list[Strand]] = {}
    row_of = {cell: index for index, row in enumerate(board.rows) for cell in row}
    for cell in range(count):
        down = middle(after[cell], upper=False)
        if down is not None and middle(before[down.lower], upper=True) is down:
            wanted.setdefault(row_of[cell], []).append(down)
    beam_of, offset = [-1] * count, [0.0] * count
    beams: list[list[int]] = []
    tied: dict[int, Strand] = {}
    for index in range(len(board.rows)):
        # Cards before long links: a chain that is out of line is worse than a bend beside it.
        strands = sorted(
            wanted.get(index, []),
            key=lambda one: ((one.upper >= board.cards) + (one.lower >= board.cards), number[one.upper]),
        )
        taken: list[tuple[int, int]] = []
        for strand in strands:
            ends = (number[strand.upper], number[strand.lower])
            at = bisect_left(taken, ends)
            if (at == 0 or taken[at - 1][1] < ends[1]) and (at == len(taken) or taken[at][1] > ends[1]):
                taken.insert(at, ends)
                tied[strand.lower] = strand
    for row in board.rows:
        for cell in row:
            if cell in tied:
                strand = tied[cell]
                beam_of[cell] = beam_of[strand.upper]
                offset[cell] = offset[strand.upper] + strand.leaves - strand.arrives
                beams[beam_of[cell]].append(cell)
            else:
                beam_of[cell] = len(beams)
                beams.append([cell])
    return beam_of, offset, beams


def _from_left(pushes: Sequence[dict[int, float]]) -> list[int]:
    """The beams, each after all that stand to its left. Straight beams that do not cross form no circle."""
    missing = [0] * len(pushes)
    for others in pushes:
        for other in others:
            missing[other] += 1
    order = [beam for beam, count in enumerate(missing) if count == 0]
    for beam in order:  # grows while it is walked through
        for other in pushes[beam]:
            missing[other] -= 1
            if missing[other] == 0:
                order.append(other)
    return order


def _settle(
    place: list[float],
    order: list[int],
    pushes: Sequence[dict[int, float]],
    pulls: Sequence[Sequence[tuple[int, float, float]]],
) -> None:
    """Draws every beam to the middle of what it is linked to, from both sides in turn."""
    held: list[list[tuple[int, float]]] = [[] for _ in place]  # what stands to the left of each beam
    for beam, others in enumerate(pushes):
        for other, far in others.items():
            held[other].append((beam, far))
    passes = max(4, min(PASSES, EFFORT // max(1, len(place))))
    for turn in range(passes):
        moved = 0.0
        for beam in order if turn % 2 else reversed(order):
            if not pulls[beam]:
                continue
            total = sum(weight for _, _, weight in pulls[beam])
            wanted = sum((place[other] + step) * weight for other, step, weight in pulls[beam]) / total
            for other, far in pushes[beam].items():
                wanted = min(wanted, place[other] - far)
            for other, far in held[beam]:
                wanted = max(wanted, place[other] + far)
            moved = max(moved, abs(wanted - place[beam]))
            place[beam] = wanted
        if moved < 0.5:
            return
