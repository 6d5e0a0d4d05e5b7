"""What a person does to groups: make, name, collapse, open, take apart. Each takes a graph and returns a new one.

An open group is a frame around its blocks, a collapsed one a single card in the middle of where they are. Collapsing
closes the gap that the frame leaves in the flow of data, and opening makes room for it again. Scene pixels throughout.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, groupby

from engine import edits
from engine.graph import Block, Direction, Graph, GraphError, Group, PortRef

COLOURS = ("blue", "orange", "green", "purple", "yellow", "pink", "teal", "olive", "grey")
"""The names of the colours that a group can have, in the order in which new groups take them."""

CARD_WIDTH, CARD_HEIGHT = 272.0, 60.0
"""The size of a block's card, and of a collapsed group's."""

PADDING = 12.0
"""From a frame's edge to the cards in it."""

TITLE = 32.0
"""The height of a frame's title bar, which stands between its upper edge and the cards."""

TOP = TITLE + 8.0
"""From a frame's upper edge to the cards in it."""

GAP = edits.CARD_STEP - CARD_HEIGHT
"""What is kept free between a frame and the cards before and after it."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def meets(self, other: Area) -> bool:
        """Whether the two cover something together; edges that touch do not count."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def moved(self, dx: float, dy: float) -> Area:
        """The rectangle somewhere else."""
        return Area(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


def card_area(x: float, y: float) -> Area:
    """Where the card with a centre is."""
    return Area(x - CARD_WIDTH / 2, y - CARD_HEIGHT / 2, x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2)


def cards_area(blocks: Iterable[Block]) -> Area:
    """The rectangle around the cards of some blocks, of which there is at least one."""
    areas = [card_area(block.x, block.y) for block in blocks]
    return Area(
        min(area.left for area in areas),
        min(area.top for area in areas),
        max(area.right for area in areas),
        max(area.bottom for area in areas),
    )


def frame_around(area: Area) -> Area:
    """The frame of an open group whose cards fill an area."""
    return Area(area.left - PADDING, area.top - TOP, area.right + PADDING, area.bottom + PADDING)


def group_area(graph: Graph, group: str) -> Area:
    """What a group covers on the canvas: its frame, or its card while it is collapsed."""
    area = cards_area(graph.blocks[key] for key in graph.members(group))
    return card_area(*area.centre) if graph.groups[group].collapsed else frame_around(area)


def group_blocks(graph: Graph, ids: Collection[str], name: str = "Group") -> tuple[Graph, str]:
    """The graph with some blocks in a new group, and its id.

    They leave the groups that they were in. What stands before and after them moves, where the frame would cover it.
    Raises GraphError when there are no blocks.
    """
    chosen = [graph.blocks[key] for key in ids if key in graph.blocks]
    if not chosen:
        raise GraphError("Select the blocks that belong together first.")
    taken = {group.name for group in graph.groups.values()}
    fresh = next(one for number in count(1) if (one := name if number == 1 else f"{name} {number}") not in taken)
    used = [group.colour for group in graph.groups.values()]
    group = Group(graph.fresh_id("group"), fresh, min(COLOURS, key=used.count))
    grown = graph.with_blocks(replace(block, group=group.id) for block in chosen).with_group(group)
    return _make_room(grown.without_empty_groups(), group.id, GAP), group.id


def ungroup(graph: Graph, group: str) -> Graph:
    """The graph without a group; its blocks stay. A collapsed one is opened first."""
    opened = expand(graph, group)
    freed = opened.with_blocks(replace(opened.blocks[key], group="") for key in opened.members(group))
    return freed.without_empty_groups()


def regroup(graph: Graph, homes: Mapping[str, str]) -> Graph:
    """The graph with some blocks in other groups, by id, "" for none; a group that they leave empty vanishes."""
    moved = graph.with_blocks(replace(graph.blocks[key], group=group) for key, group in homes.items())
    return moved.without_empty_groups()


def name_refusal(name: str) -> str:
    """Why a group cannot have a name, as a sentence; "" when it can."""
    return "" if name.strip() else "A group needs a name."


def rename_group(graph: Graph, group: str, name: str) -> Graph:
    """The graph with a group under another name. Raises GraphError with a sentence when it cannot have it."""
    if refused := name_refusal(name):
        raise GraphError(refused)
    return graph.with_group(replace(graph.groups[group], name=name.strip()))


def set_colour(graph: Graph, group: str, colour: str) -> Graph:
    """The graph with a group in another colour, one of COLOURS."""
    return graph.with_group(replace(graph.groups[group], colour=colour))


def set_nested(graph: Graph, group: str, nested: bool) -> Graph:
    """The graph with a group that becomes a model of its own in the Keras model, or not."""
    return graph.with_group(replace(graph.groups[group], nested=nested))


def whole_groups(graph: Graph, ids: Collection[str]) -> tuple[str, ...]:
    """The groups of which all blocks are among some blocks, in the graph's order."""
    chosen = set(ids)
    split = {block.group for key, block in graph.blocks.items() if key not in chosen}
    return tuple(key for key in graph.groups if key not in split)


def selected_group(graph: Graph, ids: Collection[str]) -> str:
    """The group whose blocks are exactly these; "" where there is none."""
    homes = {graph.blocks[key].group for key in ids if key in graph.blocks}
    home = homes.pop() if len(homes) == 1 else ""
    return home if home and len(graph.members(home)) == len(set(ids)) else ""


def movable(graph: Graph, ids: Collection[str]) -> tuple[str, ...]:
    """Those of some blocks that can be moved: a member of a collapsed group moves with its whole group only."""
    whole = set(whole_groups(graph, ids)) if graph.groups else set()
    shut = {key for key, group in graph.groups.items() if group.collapsed and key not in whole}
    return tuple(key for key in ids if key in graph.blocks and graph.blocks[key].group not in shut)


def border(graph: Graph, group: str) -> tuple[tuple[PortRef, ...], tuple[PortRef, ...]]:
    """The input and output ports at a group's border: those with links to outside, and those with none at all.

    Each in the order of the blocks across the flow of data, so that links to a collapsed group's card seldom cross.
    """
    members = set(graph.members(group))
    inner: set[tuple[str, str, str]] = set()
    outer: set[tuple[str, str, str]] = set()
    for link in graph.links:
        source, target = link.source.block in members, link.target.block in members
        found = inner if source and target else outer
        if source:
            found.add(("output", link.source.block, link.source.port))
        if target:
            found.add(("input", link.target.block, link.target.port))

    def place(key: str) -> tuple[float, float]:
        block = graph.blocks[key]
        return (block.x, block.y) if graph.direction == "down" else (block.y, block.x)

    order = sorted(members, key=place)
    shut = inner - outer
    inputs = (PortRef(key, port.name) for key in order for port in edits.input_ports(graph, key))
    outputs = (PortRef(key, port.name) for key in order for port in edits.output_ports(graph, key))
    return (
        tuple(port for port in inputs if ("input", port.block, port.port) not in shut),
        tuple(port for port in outputs if ("output", port.block, port.port) not in shut),
    )


def collapse(graph: Graph, group: str) -> Graph:
    """The graph with a group as one card, where its frame begins; what follows moves up as far as there is room."""
    before = graph.groups[group]
    if before.collapsed:
        return graph
    view = _Flow(graph, group)
    room = view.closable()
    graph = view.moved(graph, view.following(), -room)
    graph = _shift(graph, graph.members(group), *view.to_card)
    return graph.with_group(replace(before, collapsed=True, room=room))


def expand(graph: Graph, group: str) -> Graph:
    """The graph with a group open. What followed its card gets the room back that collapsing took, or more."""
    before = graph.groups[group]
    if not before.collapsed:
        return graph
    dx, dy = _Flow(graph, group).to_card
    graph = _shift(graph, graph.members(group), -dx, -dy)
    graph = graph.with_group(replace(before, collapsed=False, room=0.0))
    view = _Flow(graph, group)
    graph = view.moved(graph, view.following(), before.room)
    view = _Flow(graph, group)
    graph = view.moved(graph, *view.pushed(view.covered()))
    return _make_room(graph, group)


def _make_room(graph: Graph, group: str, near: float = 0.0) -> Graph:
    """The graph with what an open group's frame covers before and after its cards moved away, along the flow of data.

    What is nearer to the frame than `near` moves away too. What stands between the group's cards stays there.
    """
    if graph.groups[group].collapsed:
        return graph
    view = _Flow(graph, group)
    if lacking := view.lacking_before(near):
        graph = view.moved(graph, view.following(), lacking)
        dx, dy = (0.0, lacking) if graph.direction == "down" else (lacking, 0.0)
        graph = _shift(graph, graph.members(group), dx, dy)
        view = _Flow(graph, group)
    return view.moved(graph, *view.pushed(view.covered_after(near)))


def _shift(graph: Graph, ids: Iterable[str], dx: float, dy: float) -> Graph:
    return edits.move_blocks(graph, {key: (graph.blocks[key].x + dx, graph.blocks[key].y + dy) for key in ids})


@dataclass(frozen=True, slots=True)
class _Span:
    """A rectangle as the flow of data sees it: from `start` to `end` along it, from `low` to `high` across it."""

    start: float
    end: float
    low: float
    high: float

    def beside(self, other: _Span) -> bool:
        """Whether one of the two would run into the other, if it moved along the flow."""
        return self.low < other.high and other.low < self.high


def _span(area: Area, direction: Direction) -> _Span:
    if direction == "down":
        return _Span(area.top, area.bottom, area.left, area.right)
    return _Span(area.left, area.right, area.top, area.bottom)


def _start(span: _Span) -> float:
    return span.start


def _with_width(taken: Iterable[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Widths across the flow, none of which overlaps another, with one more."""
    apart: list[tuple[float, float]] = []
    for left, right in taken:
        if low < right and left < high:
            low, high = min(low, left), max(high, right)
        else:
            apart.append((left, right))
    return [*apart, (low, high)]


def _is_mixed(graph: Graph, group: str, area: Area) -> bool:
    """Whether cards of other blocks stand within the rectangle around a group's cards."""
    left, right = area.left - CARD_WIDTH / 2, area.right + CARD_WIDTH / 2
    top, bottom = area.top - CARD_HEIGHT / 2, area.bottom + CARD_HEIGHT / 2
    return any(
        left < block.x < right and top < block.y < bottom and block.group != group for block in graph.blocks.values()
    )


class _Flow:
    """The things on the canvas around an open group, as its frame and its card-to-be meet them.

    A thing is a block's card, a whole other group, or a comment. All of them move as they are, along the flow only. Of
    an open group with others' cards between its own, each card is a thing by itself.
    """

    def __init__(self, graph: Graph, group: str) -> None:
        direction = graph.direction
        homes: dict[str, list[Block]] = {}
        areas: dict[str, Area] = {}
        for key, block in graph.blocks.items():
            if block.group:
                homes.setdefault(block.group, []).append(block)
            else:
                areas[key] = card_area(block.x, block.y)
        self._members = homes.pop(group)
        for key, blocks in list(homes.items()):
            area = cards_area(blocks)
            if graph.groups[key].collapsed:
                areas[key] = card_area(*area.centre)
            elif _is_mixed(graph, key, area):
                areas.update((block.id, card_area(block.x, block.y)) for block in homes.pop(key))
            else:
                areas[key] = frame_around(area)
        for key, one in graph.comments.items():
            areas[key] = Area(one.x, one.y, one.x + one.width, one.y + one.height)
        self._homes = {key: tuple(block.id for block in blocks) for key, blocks in homes.items()}
        cards = cards_area(self._members)
        frame = frame_around(cards)
        x, y = cards.centre
        if direction == "down":
            card = card_area(x, frame.top + CARD_HEIGHT / 2)
        else:
            card = card_area(frame.left + CARD_WIDTH / 2, y)
        self.to_card = (card.centre[0] - x, card.centre[1] - y)
        """How far the members move, so that the card in their middle stands where their frame begins."""
        self._direction = direction
        self._frame_area = frame
        self._areas = areas
        self._spans = {key: _span(area, direction) for key, area in areas.items()}
        self._frame, self._card = _span(frame, direction), _span(card, direction)
        self._cards = _span(cards, direction)

    def following(self) -> frozenset[str]:
        """What comes after the beginning of the frame, and what would run into that if it moved on."""
        return self._with_next(
            key for key, span in self._spans.items() if span.beside(self._frame) and span.start > self._card.start
        )

    def _with_next(self, first: Iterable[str]) -> frozenset[str]:
        """Some things, and all that would be run into if they moved on, in one sweep along the flow."""
        found = set(first)
        taken: list[tuple[float, float]] = []
        order = sorted(self._spans, key=lambda key: self._spans[key].start)
        for _, level in groupby(order, key=lambda key: self._spans[key].start):
            waiting = list(level)
            reached = [key for key in waiting if key in found]
            while True:
                for key in reached:
                    taken = _with_width(taken, self._spans[key].low, self._spans[key].high)
                waiting = [key for key in waiting if key not in found]
                reached = [key for key in waiting if self._meets(key, taken)]
                if not reached:
                    break
                found.update(reached)
        return frozenset(found)

    def _meets(self, key: str, taken: Iterable[tuple[float, float]]) -> bool:
        """Whether a thing is beside any of the widths that are taken."""
        span = self._spans[key]
        return any(span.low < high and low < span.high for low, high in taken)

    def closable(self) -> float:
        """How far what follows can move up when the frame becomes a card, without coming too near to anything."""
        room = (self._frame.end - self._frame.start) - (self._card.end - self._card.start)
        following = self.following()
        others = sorted((span for key, span in self._spans.items() if key not in following), key=_start)
        starts = [other.start for other in others]
        longest = max((other.end - other.start for other in others), default=0.0)
        for key in following:
            span = self._spans[key]
            if span.beside(self._frame):
                room = min(room, span.start - self._card.start - 1.0)
            if span.beside(self._card):
                room = min(room, span.start - self._card.end - GAP)
            for index in range(bisect_left(starts, span.start) - 1, -1, -1):
                other = others[index]
                if span.start - other.start - longest - GAP >= room:
                    break  # neither this one nor any before it is near enough to matter
                if other.beside(span):
                    gap = span.start - other.end
                    room = min(room, gap - min(gap, GAP) if gap >= 0 else 0.0)
        return max(0.0, room)

    def covered(self) -> tuple[str, ...]:
        """The things that lie over the group's cards."""
        cards = [card_area(block.x, block.y) for block in self._members]
        return tuple(key for key, area in self._areas.items() if any(card.meets(area) for card in cards))

    def _reached(self, near: float) -> Iterator[str]:
        """The things that the frame covers, or that are nearer to it than `near` along the flow."""
        frame = self._frame
        for key, span in self._spans.items():
            if span.beside(frame) and span.start < frame.end + near and frame.start - near < span.end:
                yield key

    def covered_after(self, near: float) -> tuple[str, ...]:
        """The things after the group's cards that its frame covers, or comes nearer to than `near`."""
        return tuple(key for key in self._reached(near) if self._spans[key].start >= self._cards.end)

    def lacking_before(self, near: float) -> float:
        """How far the frame is from where the things before the group's cards, seen in the same way, let it begin."""
        ends = [self._spans[key].end for key in self._reached(near)]
        before = [end for end in ends if end <= self._cards.start]
        return max(before) + GAP - self._frame.start if before else 0.0

    def pushed(self, first: Collection[str]) -> tuple[frozenset[str], float]:
        """All that must move on for some things to come out of the frame at its end, and how far."""
        if not first:
            return frozenset(), 0.0
        step = max(self._frame.end + GAP - self._spans[key].start for key in first)
        return self._with_next(first), step

    def moved(self, graph: Graph, things: Collection[str], step: float) -> Graph:
        """The graph with some things moved on by a step along the flow."""
        if not step or not things:
            return graph
        dx, dy = (0.0, step) if self._direction == "down" else (step, 0.0)
        blocks = [key for thing in things for key in self._homes.get(thing, (thing,) if thing in graph.blocks else ())]
        notes = {key: graph.comments[key] for key in things if key in graph.comments}
        graph = _shift(graph, blocks, dx, dy)
        return edits.move_comments(graph, {key: (note.x + dx, note.y + dy) for key, note in notes.items()})
