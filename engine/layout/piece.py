"""Lays out one connected piece: rows, their order, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.layout.cells import Cell, CellLink, Spacing
from engine.layout.layers import assign_layers
from engine.layout.ordering import Sides, order_rows
from engine.layout.placing import Board, Strand, place_across

TRACK = 8.0
"""Scene pixels that a link running across between two rows takes."""
FREE_TRACKS = 2
"""How many such links have room between two rows without moving them apart."""
STEEPNESS = 0.08
"""How much farther apart two rows stand for each pixel that a link between them runs across."""
FARTHEST = 96.0
"""No two rows are moved farther apart than this for their links."""
GRID = 4.0


@dataclass(frozen=True)
class Placed:
    """The centres of a piece's cells, (across, along), and its size; its upper left corner is (0, 0)."""

    places: tuple[tuple[float, float], ...]
    width: float
    depth: float


def place_piece(cells: Sequence[Cell], links: Sequence[CellLink], spacing: Spacing) -> Placed:
    """Places cells in rows along the flow of data; the links must form no circle."""
    first = {number for number, cell in enumerate(cells) if cell.first}
    layer = assign_layers(len(cells), [(link.source, link.target) for link in links], first)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for cell in _in_reading_order(len(cells), links):
        rows[layer[cell]].append(cell)
    board = Board(rows, [cell.width for cell in cells], len(cells))
    ends = _add_strands(board, links, layer)
    sides = Sides(len(board.widths))
    for strand in board.strands:
        sides.add(
            strand.upper,
            strand.lower,
            strand.leaves / (board.widths[strand.upper] or 1.0) * 0.8,
            strand.arrives / (board.widths[strand.lower] or 1.0) * 0.8,
        )
    board.rows = order_rows(board.rows, sides, _ranked(links, ends))
    across = place_across(board, spacing.across)
    left = min(
        (x - width / 2 for x, width in zip(across, board.widths[: len(cells)], strict=False)),
        default=0.0,
    )
    across = [round((x - left) / GRID) * GRID for x in across]
    along, depth = _place_along(board, cells, across, spacing.along)
    width = max((across[number] + cell.width / 2 for number, cell in enumerate(cells)), default=0.0)
    places = tuple((across[number], along[layer[number]] + cell.depth / 2) for number, cell in enumerate(cells))
    return Placed(places, width, depth)


def _in_reading_order(count: int, links: Sequence[CellLink]) -> list[int]:
    """The cells as a reader meets them: along each branch first, and branches in the order of their links."""
    below: list[list[int]] = [[] for _ in range(count)]
    fed = [False] * count
    for link in links:
        below[link.source].append(link.target)
        fed[link.target] = True
    seen = [False] * count
    order: list[int] = []
    for start in [cell for cell in range(count) if not fed[cell]]:
        stack = [start]
        while stack:
            cell = stack.pop()
            if not seen[cell]:
                seen[cell] = True
                order.append(cell)
                stack.extend(reversed(below[cell]))
    return order


def _add_strands(board: Board, links: Sequence[CellLink], layer: Sequence[int]) -> list[int]:
    """Splits every link into strands from row to row, through a place of its own in each row between.

    Returns for each link the cell that its last strand comes from.
    """
    last = []
    for link in links:
        above, leaves = link.source, link.leaves
        for row in range(layer[link.source] + 1, layer[link.target]):
            through = len(board.widths)
            board.widths.append(0.0)
            board.rows[row].append(through)
            board.strands.append(Strand(above, through, leaves))
            above, leaves = through, 0.0
        board.strands.append(Strand(above, link.target, leaves, link.arrives))
        last.append(above)
    return last


def _ranked(links: Sequence[CellLink], ends: Sequence[int]) -> list[list[int]]:
    """For each cell that joins several the cells above it that its links come through, in the order of the links."""
    joined: dict[int, list[tuple[int, int]]] = {}
    for link, end in zip(links, ends, strict=True):
        joined.setdefault(link.target, []).append((link.rank, end))
    return [[end for _, end in sorted(ends)] for ends in joined.values() if len(ends) > 1]


def _place_along(board: Board, cells: Sequence[Cell], across: Sequence[float], gap: float) -> tuple[list[float], float]:
    """Where each row begins along the flow of data, and where the last one ends.

    Rows stand farther apart where many links run across between them, or one runs far.
    """
    row_of = {cell: index for index, row in enumerate(board.rows) for cell in row}
    runs: list[list[tuple[float, float]]] = [[] for _ in board.rows]
    farthest = [0.0] * len(board.rows)
    for strand in board.strands:
        start, end = across[strand.upper] + strand.leaves, across[strand.lower] + strand.arrives
        row = row_of[strand.upper]
        if strand.upper >= board.cards or strand.lower >= board.cards:
            if abs(start - end) > GRID:
                runs[row].append((min(start, end), max(start, end)))
        else:
            farthest[row] = max(farthest[row], abs(start - end))
    along, edge = [], 0.0
    for row, members in enumerate(board.rows):
        along.append(edge)
        deepest = max((cells[cell].depth for cell in members if cell < board.cards), default=0.0)
        room = max((_depth(runs[row]) - FREE_TRACKS) * TRACK, (farthest[row] - 320.0) * STEEPNESS, 0.0)
        edge += deepest + gap + round(min(FARTHEST, room) / GRID) * GRID
        bottom = edge - gap if row == len(board.rows) - 1 else edge
    return along, bottom if board.rows else 0.0


def _depth(runs: Sequence[tuple[float, float]]) -> int:
    """How many of these stretches lie over one place at most."""
    steps = sorted([(start, 1) for start, _ in runs] + [(end, -1) for _, end in runs])
    deepest = now = 0
    for _, step in steps:
        now += step
        deepest = max(deepest, now)
    return deepest
