"""Lays out a graph: its pieces side by side, groups in one place, comments where they were beside their blocks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine import edits
from engine.graph import Block, Graph, Link
from engine.groups import CARD_HEIGHT, CARD_WIDTH, PADDING, TOP
from engine.layout.cells import Cell, CellLink, Spacing
from engine.layout.layers import without_circles
from engine.layout.piece import GRID, Placed, place_piece

Places = dict[str, tuple[float, float]]

PORT_STEP = 40.0
"""From one port of a card to the next."""
BETWEEN_PIECES = 64.0
"""Scene pixels between two pieces that are not connected."""


def lay_out(graph: Graph, ids: Collection[str] | None = None) -> Places:
    """Where each block of a graph (or each of `ids`) should stand: its centre, in scene pixels on the 4 px grid.

    Rows follow the flow of data, few links cross, long ones have room beside the cards, pieces that are not connected
    stand side by side. The middle of all the blocks stays where it is. The same graph always gives the same picture.
    """
    part = graph if ids is None else graph.part(ids)
    if not part.blocks:
        return {}
    places = _Layout(part).places()
    dx, dy = _step_back(part, places)
    return {key: (x + dx, y + dy) for key, (x, y) in places.items()}


def arrange(graph: Graph, ids: Collection[str] | None = None) -> Graph:
    """The graph laid out (or some of its blocks), with every comment beside the block that it was beside."""
    places = lay_out(graph, ids)
    moved = edits.move_blocks(graph, places)
    return edits.move_comments(moved, _comments_along(graph, places))


def place_rest(graph: Graph, missing: Collection[str]) -> Graph:
    """The graph with the blocks that have no place yet laid out, beside those that have one."""
    if not missing:
        return graph
    placed = [block for key, block in graph.blocks.items() if key not in missing]
    places = lay_out(graph, missing)
    if placed:
        left = min(x for x, _ in places.values()) - CARD_WIDTH / 2
        top = min(y for _, y in places.values())
        beside = max(block.x for block in placed) + CARD_WIDTH / 2 + BETWEEN_PIECES
        dx = _on_grid(beside - left)
        dy = _on_grid(min(block.y for block in placed) - top)
        places = {key: (x + dx, y + dy) for key, (x, y) in places.items()}
    return edits.move_blocks(graph, places)


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID


def _step_back(graph: Graph, places: Places) -> tuple[float, float]:
    """What moves the middle of the new places back onto that of the old ones."""
    count = len(places)
    old = [(block.x, block.y) if math.isfinite(block.x + block.y) else (0.0, 0.0) for block in graph.blocks.values()]
    dx = (sum(x for x, _ in old) - sum(x for x, _ in places.values())) / count
    dy = (sum(y for _, y in old) - sum(y for _, y in places.values())) / count
    return _on_grid(dx), _on_grid(dy)


def _comments_along(graph: Graph, places: Places) -> Places:
    """Where each comment whose nearest block moves should stand: as far from that block as before."""
    moved: Places = {}
    for comment in graph.comments.values():
        x, y = comment.x + comment.width / 2, comment.y + comment.height / 2
        nearest = min(graph.blocks.values(), key=lambda block: math.hypot(block.x - x, block.y - y), default=None)
        if nearest is not None and nearest.id in places:
            to_x, to_y = places[nearest.id]
            moved[comment.id] = (comment.x + to_x - nearest.x, comment.y + to_y - nearest.y)
    return moved


@dataclass(frozen=True)
class _Unit:
    """What is laid out as one cell: a block, or a group; and where its blocks stand in it, from its centre."""

    cell: Cell
    blocks: Mapping[str, tuple[float, float]]
    frame: bool = False


class _Layout:
    """The layout of one graph, in which across and along stand for x and y, or y and x."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._down = graph.direction == "down"
        width, depth = (CARD_WIDTH, CARD_HEIGHT) if self._down else (CARD_HEIGHT, CARD_WIDTH)
        self._card = Cell(width, depth)
        across, along = edits.ACROSS[graph.direction], edits.ALONG[graph.direction]
        self._spacing = Spacing(max(across) - width, max(along) - depth)

    def places(self) -> Places:
        """The centres of all blocks, in a piece whose upper left corner is (0, 0)."""
        units = self._units()
        placed = self._place(units, self._graph.links)[0]
        places: Places = {}
        for unit, centre in zip(units, placed, strict=True):
            for key, offset in unit.blocks.items():
                places[key] = self._place_in(unit, centre, offset)
        return {key: places[key] for key in self._graph.blocks}

    def _place_in(self, unit: _Unit, centre: tuple[float, float], offset: tuple[float, float]) -> tuple[float, float]:
        """Where a block stands: on the grid, but for those of a collapsed group, whose card is on it."""
        at = [
            (_on_grid(one + other) if unit.frame else _on_grid(one) + other)
            for one, other in zip(centre, offset, strict=True)
        ]
        across, along = at
        return (across, along) if self._down else (along, across)

    def _units(self) -> list[_Unit]:
        """Every block that is on its own, and every group."""
        units = []
        done: set[str] = set()
        for block in self._graph.blocks.values():
            group = self._graph.groups.get(block.group)
            if group is None:
                units.append(self._single(block))
            elif group.id not in done:
                done.add(group.id)
                members = [self._graph.blocks[key] for key in self._graph.members(group.id)]
                units.append(self._collapsed(members) if group.collapsed else self._framed(members))
        return units

    def _single(self, block: Block) -> _Unit:
        """A block that is laid out by itself. Blocks of unknown types may begin a network, as Inputs do."""
        spec = edits.spec_of(self._graph, block.id)
        return _Unit(replace(self._card, first=spec is None or not spec.inputs), {block.id: (0.0, 0.0)})

    def _collapsed(self, members: Sequence[Block]) -> _Unit:
        """A group that is one card: its blocks stay as they are around it."""
        across = [block.x if self._down else block.y for block in members]
        along = [block.y if self._down else block.x for block in members]
        middle = (min(across) + max(across)) / 2, (min(along) + max(along)) / 2
        return _Unit(
            replace(self._card, first=any(self._single(block).cell.first for block in members)),
            {
                block.id: (at[0] - middle[0], at[1] - middle[1])
                for block, at in zip(members, zip(across, along, strict=True), strict=True)
            },
        )

    def _framed(self, members: Sequence[Block]) -> _Unit:
        """An open group: its blocks laid out by themselves, with room for the frame and its title."""
        keys = {block.id for block in members}
        units = [self._single(block) for block in members]
        inner = [link for link in self._graph.links if link.source.block in keys and link.target.block in keys]
        places, width, depth = self._place(units, inner)
        # The title is above the cards, whatever the direction.
        left, top = (PADDING, TOP) if self._down else (TOP, PADDING)
        whole = Cell(left + width + PADDING, top + depth + PADDING)
        middle = whole.width / 2, whole.depth / 2
        blocks = {
            key: (left + across - middle[0], top + along - middle[1])
            for unit, (across, along) in zip(units, places, strict=True)
            for key in unit.blocks
        }
        return _Unit(replace(whole, first=any(unit.cell.first for unit in units)), blocks, frame=True)

    def _place(self, units: Sequence[_Unit], links: Iterable[Link]) -> tuple[list[tuple[float, float]], float, float]:
        """The centres of units, piece by piece side by side, and the size of it all."""
        unit_of = {key: number for number, unit in enumerate(units) for key in unit.blocks}
        cell_links = [link for link in self._cell_links(units, unit_of, links) if link.source != link.target]
        onwards = without_circles(len(units), [(link.source, link.target) for link in cell_links])
        kept = [link for link, good in zip(cell_links, onwards, strict=True) if good]
        pieces = _pieces(len(units), kept)
        placed = [self._place_one(units, kept, piece) for piece in pieces]
        corners, width, depth = _pack(placed)
        places = [(0.0, 0.0)] * len(units)
        for piece, one, (left, top) in zip(pieces, placed, corners, strict=True):
            for number, (across, along) in zip(piece, one.places, strict=True):
                places[number] = (left + across, top + along)
        return places, width, depth

    def _place_one(self, units: Sequence[_Unit], links: Sequence[CellLink], piece: Sequence[int]) -> Placed:
        number_of = {number: index for index, number in enumerate(piece)}
        inner = [
            replace(link, source=number_of[link.source], target=number_of[link.target])
            for link in links
            if link.source in number_of
        ]
        return place_piece([units[number].cell for number in piece], inner, self._spacing)

    def _cell_links(
        self, units: Sequence[_Unit], unit_of: Mapping[str, int], links: Iterable[Link]
    ) -> Iterable[CellLink]:
        """The graph's links between cells, with the places of their ports."""
        arrived: dict[str, int] = {}
        for link in links:
            source, target = link.source.block, link.target.block
            if source not in unit_of or target not in unit_of:
                continue
            rank = arrived[target] = arrived.get(target, -1) + 1
            outputs = [port.name for port in edits.output_ports(self._graph, source)]
            inputs = [port.name for port in edits.input_ports(self._graph, target)]
            yield CellLink(
                unit_of[source],
                unit_of[target],
                units[unit_of[source]].blocks[source][0] * units[unit_of[source]].frame
                + self._port(outputs, link.source.port),
                units[unit_of[target]].blocks[target][0] * units[unit_of[target]].frame
                + self._port(inputs, link.target.port),
                rank,
            )

    def _port(self, names: Sequence[str], name: str) -> float:
        """How far across from a card's centre a port is."""
        if name not in names:
            return 0.0
        step = min(PORT_STEP, (self._card.width - 22.0) / len(names))
        return (names.index(name) - (len(names) - 1) / 2) * step


def _pieces(count: int, links: Sequence[CellLink]) -> list[list[int]]:
    """The cells by connected pieces, both in the order in which they were added."""
    beside: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        beside[link.source].append(link.target)
        beside[link.target].append(link.source)
    seen = [False] * count
    pieces = []
    for start in range(count):
        if seen[start]:
            continue
        seen[start] = True
        piece = [start]
        for cell in piece:  # grows while it is walked through
            for other in beside[cell]:
                if not seen[other]:
                    seen[other] = True
                    piece.append(other)
        pieces.append(sorted(piece))
    return pieces


def _pack(placed: Sequence[Placed]) -> tuple[list[tuple[float, float]], float, float]:
    """The upper left corners of pieces side by side, in as many shelves as keep the whole in shape; and its size."""
    area = sum((one.width + BETWEEN_PIECES) * (one.depth + BETWEEN_PIECES) for one in placed)
    shelf = max([math.sqrt(area) * 1.6, *(one.width for one in placed)]) if len(placed) > 4 else math.inf
    corners: list[tuple[float, float]] = []
    left = top = width = deepest = 0.0
    for one in placed:
        if left and left + one.width > shelf:
            left, top, deepest = 0.0, top + deepest + BETWEEN_PIECES, 0.0
        corners.append((left, top))
        width, deepest = max(width, left + one.width), max(deepest, one.depth)
        left += one.width + BETWEEN_PIECES
    return corners, width, top + deepest
