"""In which order the cells of a row stand, so that few links cross.

Sweeps through the rows put each cell at the mean place of its neighbours in the row before (Sugiyama, Tagawa and Toda
1981); of all orders on the way the one with the fewest crossings is kept, and neighbours are then exchanged where that
removes crossings.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise

Rows = list[list[int]]
EFFORT = 60_000
"""How many cells all sweeps together may look at, so that large networks take no longer than a moment."""


class Sides:
    """For each cell its neighbours in the row before and in the row after, each with a place within the two cells.

    Such a place is a share of the cell's width, from -0.5 to 0.5: links of several ports leave side by side.
    """

    def __init__(self, count: int) -> None:
        self.before: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]
        self.after: list[list[tuple[int, float, float]]] = [[] for _ in range(count)]

    def add(self, upper: int, lower: int, leaves: float, arrives: float) -> None:
        """Notes a link from one row to the next."""
        self.after[upper].append((lower, leaves, arrives))
        self.before[lower].append((upper, arrives, leaves))


def order_rows(rows: Rows, sides: Sides, ranked: Sequence[Sequence[int]] = ()) -> Rows:
    """The rows in an order with few crossings.

    `ranked` holds, for each cell that joins several, those in the order in which they should stand.
    """
    best = [list(row) for row in rows]
    fewest = count_crossings(best, sides)
    current = [list(row) for row in best]
    sweeps = max(4, min(24, EFFORT // max(1, sum(map(len, rows)))))
    stale = 0
    for sweep in range(sweeps):
        if fewest == 0 or stale > 6:
            break
        _sweep(current, sides, downwards=sweep % 2 == 0)
        crossings = count_crossings(current, sides)
        stale += 1
        if crossings < fewest:
            best, fewest, stale = [list(row) for row in current], crossings, 0
    if fewest:
        _exchange(best, sides)
    return _faced(best, ranked)


def _sweep(rows: Rows, sides: Sides, *, downwards: bool) -> None:
    neighbours = sides.before if downwards else sides.after
    order = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
    for index in order:
        fixed = rows[index - 1 if downwards else index + 1]
        place = {cell: number for number, cell in enumerate(fixed)}
        row = rows[index]
        wanted: dict[int, float] = {}
        for cell in row:
            ends = neighbours[cell]
            if ends:
                wanted[cell] = sum(place[one] + there for one, _, there in ends) / len(ends)
        # What has no neighbours there keeps its place, and the others share what is left.
        ordered = iter(sorted((cell for cell in row if cell in wanted), key=wanted.__getitem__))
        rows[index] = [next(ordered) if cell in wanted else cell for cell in row]


def count_crossings(rows: Rows, sides: Sides) -> int:
    """How many pairs of links cross between neighbouring rows."""
    return sum(_between(rows[index], rows[index + 1], sides) for index in range(len(rows) - 1))


def _between(upper: Sequence[int], lower: Sequence[int], sides: Sides) -> int:
    place = {cell: number for number, cell in enumerate(lower)}
    ends: list[float] = []
    for cell in upper:
        links = sorted((leaves, place[one] + arrives) for one, leaves, arrives in sides.after[cell])
        ends += [end for _, end in links]
    seen: list[float] = []
    crossings = 0
    for end in ends:
        crossings += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return crossings


def _exchange(rows: Rows, sides: Sides) -> None:
    """Exchanges neighbours within the rows as long as each exchange removes a crossing."""
    place = {cell: number for row in rows for number, cell in enumerate(row)}
    for _ in range(8):
        changed = False
        for row in rows:
            for number in range(len(row) - 1):
                left, right = row[number], row[number + 1]
                if _gain(left, right, sides, place) > 0:
                    row[number], row[number + 1] = right, left
                    place[left], place[right] = number + 1, number
                    changed = True
        if not changed:
            return


def _gain(left: int, right: int, sides: Sides, place: dict[int, int]) -> int:
    """How many crossings two neighbours lose when they change places."""
    gain = 0
    for links in (sides.before, sides.after):
        ends_left = [place[one] + there for one, _, there in links[left]]
        ends_right = [place[one] + there for one, _, there in links[right]]
        gain += sum((one > other) - (one < other) for one in ends_left for other in ends_right)
    return gain


def _faced(rows: Rows, ranked: Sequence[Sequence[int]]) -> Rows:
    """The rows, or their mirror image where more joined cells then stand in the order of their links."""
    place = {cell: number for row in rows for number, cell in enumerate(row)}
    right = wrong = 0
    for cells in ranked:
        for one, other in pairwise(cells):
            right += place[one] < place[other]
            wrong += place[one] > place[other]
    return [row[::-1] for row in rows] if wrong > right else rows
