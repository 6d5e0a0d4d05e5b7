"""Shortens links: moves cells between rows until their links are as short in sum as possible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

EFFORT = 1_000_000
"""How many links shortening may look at; a thousand cells at random need a fraction of it."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Says that one cell stands at least `least` rows below another."""

    upper: int
    lower: int
    least: int


class Shortening:
    """Moves cells between rows until their links are as short in sum as possible.

    This is the network simplex method of Gansner, Koutsofios, North and Vo (1993). Cells that cannot be moved apart
    hang together as trees of links that are just one row long. A branch that pulls more strongly in the direction in
    which it is free, because more links lead there than away, moves until the next link holds it, and hangs there.
    """

    def __init__(
        self, layer: list[int], links: Sequence[tuple[int, int]], fixed: Collection[int], starts: Sequence[int]
    ) -> None:
        # All cells that must stand in the first row are one here, with the number after the last cell.
        self._layer, self._fixed = layer, fixed
        self._anchor = anchor = len(layer)
        self._row = [*layer, 0]
        spans = [_Span(anchor if one in fixed else one, other, 1) for one, other in links]
        self._pull = [0] * (anchor + 1)
        """For each cell by how many more links lead down from it, and later from its branch, than to it."""
        for span in spans:
            self._pull[span.upper] += 1
            self._pull[span.lower] -= 1
        if fixed:
            spans += [_Span(anchor, cell, 0) for cell in starts if cell not in fixed]
        self._at: list[list[_Span]] = [[] for _ in range(anchor + 1)]
        for span in spans:
            self._at[span.upper].append(span)
            self._at[span.lower].append(span)
        self._held: list[_Span | None] = [None] * (anchor + 1)
        """By which link each cell hangs on the cell before it in its tree."""
        self._branches: list[set[int]] = [set() for _ in range(anchor + 1)]
        self._grow()

    def work(self) -> None:
        """Moves what can be moved with profit, and writes the rows back."""
        effort, still, cell = EFFORT, 0, 0
        while still <= self._anchor and effort > 0:
            step = self._wish(cell)
            if step:
                effort -= self._move(cell, step)
                still = 0
            else:
                still += 1
                cell = (cell + 1) % (self._anchor + 1)
        for cell in range(self._anchor):
            self._layer[cell] = 0 if cell in self._fixed else self._row[cell]

    def _before(self, cell: int) -> int:
        """What a cell hangs on; -1 for the first of a tree."""
        held = self._held[cell]
        return -1 if held is None else held.lower if held.upper == cell else held.upper

    def _slack(self, span: _Span) -> int:
        return self._row[span.lower] - self._row[span.upper] - span.least

    def _grow(self) -> None:
        """Makes trees of all links that cannot become shorter."""
        seen = [False] * (self._anchor + 1)
        order = []
        for start in (self._anchor, *range(self._anchor)):
            if seen[start]:
                continue
            seen[start] = True
            tree = [start]
            for cell in tree:  # grows while it is walked through
                for span in self._at[cell]:
                    other = span.lower if span.upper == cell else span.upper
                    if not seen[other] and self._slack(span) == 0:
                        seen[other] = True
                        self._held[other] = span
                        self._branches[cell].add(other)
                        tree.append(other)
            order += tree
        for cell in reversed(order):
            before = self._before(cell)
            if before >= 0:
                self._pull[before] += self._pull[cell]

    def _wish(self, cell: int) -> int:
        """Which way the branch that begins with a cell should move: 1 is down, -1 up, and 0 neither."""
        pull, held = self._pull[cell], self._held[cell]
        if pull == 0 or cell == self._anchor:
            return 0
        step = 1 if pull > 0 else -1
        return step if held is None or (held.lower == cell) == (step > 0) else 0

    def _move(self, cell: int, step: int) -> int:
        """Moves a branch until a link holds it, and hangs it there; returns what that took."""
        branch = [cell]
        for one in branch:  # grows while it is walked through
            branch += self._branches[one]
        inside = set(branch)
        looked, best, least = 0, None, 0
        for one in branch:
            looked += len(self._at[one])
            for span in self._at[one]:
                leads_on = span.upper == one if step > 0 else span.lower == one
                if leads_on and (span.lower if step > 0 else span.upper) not in inside:
                    slack = self._slack(span)
                    if best is None or slack < least:
                        best, least = span, slack
        if best is None:
            return looked
        self._cut(cell)
        for one in branch:
            self._row[one] += step * least
        end = best.upper if step > 0 else best.lower
        self._turn(end)
        self._hang(end, best)
        return looked

    def _cut(self, cell: int) -> None:
        """Takes a branch off its tree."""
        before = self._before(cell)
        if before < 0:
            return
        self._branches[before].discard(cell)
        self._held[cell] = None
        while before >= 0:
            self._pull[before] -= self._pull[cell]
            before = self._before(before)

    def _turn(self, cell: int) -> None:
        """Makes a cell the first of its tree."""
        way = [cell]
        while (before := self._before(way[-1])) >= 0:
            way.append(before)
        whole = self._pull[way[-1]]
        for above, one in zip(way[:0:-1], way[-2::-1], strict=True):
            self._branches[above].discard(one)
            self._branches[one].add(above)
            self._held[above], self._held[one] = self._held[one], None
            self._pull[above] = whole - self._pull[one]
        self._pull[cell] = whole

    def _hang(self, cell: int, span: _Span) -> None:
        """Hangs a whole tree, of which a cell is the first, on another."""
        self._held[cell] = span
        before = self._before(cell)
        self._branches[before].add(cell)
        while before >= 0:
            self._pull[before] += self._pull[cell]
            before = self._before(before)
