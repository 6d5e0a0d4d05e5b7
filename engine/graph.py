"""The network that a person draws: blocks, their ports and the links between them.

Everything here is frozen. An edit returns a new graph that shares whatever did not change, so that keeping every
earlier graph for undo costs next to nothing. The graph knows structure only (which ends exist, no cycles, no link
twice); what a block type means, and how many links a port takes, is the catalogue's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Literal, NamedTuple

Value = bool | int | float | str | None | tuple["Value", ...]
"""A parameter's value: what JSON can hold, with tuples for lists, so that it can be compared and hashed."""

Direction = Literal["down", "right"]
"""Where data flow to on the canvas: from top to bottom, or from left to right."""


class GraphError(ValueError):
    """An edit that would break the graph. The message is a sentence for the person who tried it."""


class PortRef(NamedTuple):
    """One end of a link: a port of a block. A tuple, because links are looked up by the thousand."""

    block: str
    port: str


class Link(NamedTuple):
    """A connection that carries a tensor from an output port to an input port."""

    source: PortRef
    target: PortRef


@dataclass(frozen=True, slots=True)
class Block:
    """One block on the canvas.

    `parameters` holds only what differs from the type's defaults. `x` and `y` are the centre of the card in scene
    pixels, growing to the right and downwards. `group` is the id of the group that it belongs to, "" for none. A
    bypassed block stays where it is, and data pass it by unchanged.
    """

    id: str
    type: str
    name: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    x: float = 0.0
    y: float = 0.0
    group: str = ""
    bypassed: bool = False

    def with_parameter(self, name: str, value: Value) -> Block:
        """This block with one parameter set."""
        return replace(self, parameters={**self.parameters, name: value})

    def without_parameter(self, name: str) -> Block:
        """This block with one parameter back at its default."""
        return replace(self, parameters={key: value for key, value in self.parameters.items() if key != name})


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that belong together, under a name and a colour; which ones, the blocks say.

    `colour` is a name of the theme's. A collapsed group is one card on the canvas; `room` is by how many scene pixels
    what follows moved up when it was collapsed, which opening it gives back. A `nested` group becomes a model of its
    own inside the Keras model; the layers of any other stand in the model themselves.
    """

    id: str
    name: str
    colour: str = "blue"
    collapsed: bool = False
    nested: bool = False
    room: float = 0.0


@dataclass(frozen=True, slots=True)
class Comment:
    """A note on the canvas. `x` and `y` are its upper left corner; all four are scene pixels."""

    id: str
    text: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 240.0
    height: float = 96.0


@dataclass(frozen=True)
class Graph:
    """Blocks by their id, in the order in which they were added, and links in the order in which they were drawn.

    The order of the links is the order of a merge block's inputs. A group has at least one block.
    """

    blocks: Mapping[str, Block] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    comments: Mapping[str, Comment] = field(default_factory=dict)
    direction: Direction = "down"

    def fresh_id(self, type_name: str) -> str:
        """An unused id that reads well in a file, such as `conv2d_2`."""
        return _Ids((*self.blocks, *self.groups, *self.comments)).take(type_name)

    def fresh_name(self, name: str) -> str:
        """`name`, or `name 2`, `name 3` and so on when another block has it."""
        return _Names(block.name for block in self.blocks.values()).take(name)

    def members(self, group: str) -> tuple[str, ...]:
        """The blocks of a group, in the order in which they were added."""
        return tuple(key for key, block in self.blocks.items() if block.group == group)

    def with_block(self, block: Block) -> Graph:
        """This graph with a block added, or put in the place of the one with its id."""
        return replace(self, blocks={**self.blocks, block.id: block})

    def with_blocks(self, blocks: Iterable[Block]) -> Graph:
        """This graph with several blocks added or replaced."""
        return replace(self, blocks={**self.blocks, **{block.id: block for block in blocks}})

    def without_blocks(self, ids: Collection[str]) -> Graph:
        """This graph without some blocks, every link that touched them, and every group that they leave empty."""
        gone = set(ids)
        blocks = {key: block for key, block in self.blocks.items() if key not in gone}
        links = tuple(link for link in self.links if link.source.block not in gone and link.target.block not in gone)
        return replace(self, blocks=blocks, links=links).without_empty_groups()

    def with_group(self, group: Group) -> Graph:
        """This graph with a group added, or put in the place of the one with its id."""
        return replace(self, groups={**self.groups, group.id: group})

    def without_empty_groups(self) -> Graph:
        """This graph without the groups that no block belongs to any more."""
        used = {block.group for block in self.blocks.values()}
        if used.issuperset(self.groups):
            return self
        return replace(self, groups={key: group for key, group in self.groups.items() if key in used})

    def with_comment(self, comment: Comment) -> Graph:
        """This graph with a comment added, or put in the place of the one with its id."""
        return replace(self, comments={**self.comments, comment.id: comment})

    def without_comments(self, ids: Collection[str]) -> Graph:
        """This graph without some comments."""
        return replace(self, comments={key: one for key, one in self.comments.items() if key not in ids})

    def with_link(self, link: Link) -> Graph:
        """This graph with a link added at the end.

        Raises GraphError when an end is missing, the link is there already, or it would close a cycle.
        """
        for end in (link.source, link.target):
            if end.block not in self.blocks:
                raise GraphError(f"There is no block {end.block!r} to connect.")
        if link in self.links:
            raise GraphError("These two ports are connected already.")
        if self.reaches(link.target.block, link.source.block):
            source, target = self.blocks[link.source.block].name, self.blocks[link.target.block].name
            raise GraphError(
                f"'{target}' already leads to '{source}', so this link would close a circle. "
                "A network passes its data in one direction."
            )
        return replace(self, links=(*self.links, link))

    def without_links(self, links: Collection[Link]) -> Graph:
        """This graph without some links."""
        gone = set(links)
        return replace(self, links=tuple(link for link in self.links if link not in gone))

    def links_into(self, block: str, port: str | None = None) -> tuple[Link, ...]:
        """The links that end at a block (or at one of its ports), in the order in which they were drawn."""
        return tuple(link for link in self.links if link.target.block == block and port in (None, link.target.port))

    def links_from(self, block: str, port: str | None = None) -> tuple[Link, ...]:
        """The links that start at a block (or at one of its ports)."""
        return tuple(link for link in self.links if link.source.block == block and port in (None, link.source.port))

    def reaches(self, start: str, end: str) -> bool:
        """Whether data from `start` arrives at `end`; every block reaches itself."""
        return start == end or end in self.downstream((start,))

    def downstream(self, starts: Iterable[str]) -> frozenset[str]:
        """These blocks and every block at which their data arrive."""
        return _reached(((link.source.block, link.target.block) for link in self.links), starts)

    def upstream(self, ends: Iterable[str]) -> frozenset[str]:
        """These blocks and every block whose data arrive at them."""
        return _reached(((link.target.block, link.source.block) for link in self.links), ends)

    def order(self) -> tuple[str, ...]:
        """Block ids from inputs to outputs, each after everything that feeds it.

        Among blocks that could go next the one added first goes first. Raises GraphError when there is a cycle,
        which only a damaged file can hold.
        """
        missing = dict.fromkeys(self.blocks, 0)
        below: dict[str, list[str]] = {}
        for link in self.links:
            missing[link.target.block] += 1
            below.setdefault(link.source.block, []).append(link.target.block)
        place = {block: number for number, block in enumerate(self.blocks)}
        ready = [(place[block], block) for block, count in missing.items() if count == 0]  # in order, so a heap
        done: list[str] = []
        while ready:
            _, block = heappop(ready)
            done.append(block)
            for following in below.get(block, ()):
                missing[following] -= 1
                if missing[following] == 0:
                    heappush(ready, (place[following], following))
        if len(done) < len(self.blocks):
            raise GraphError("The links form a circle, so there is no order in which to compute the blocks.")
        return tuple(done)

    def part(self, ids: Collection[str], comments: Collection[str] = ()) -> Graph:
        """Some blocks, the links among them, the groups of which all blocks are among them, and some comments."""
        kept = set(ids)
        rest = {block.group for key, block in self.blocks.items() if key not in kept}
        return Graph(
            {key: block for key, block in self.blocks.items() if key in kept},
            tuple(link for link in self.links if link.source.block in kept and link.target.block in kept),
            {key: group for key, group in self.groups.items() if key not in rest},
            {key: comment for key, comment in self.comments.items() if key in comments},
            self.direction,
        ).without_empty_groups()

    def with_part(self, part: Graph, dx: float = 0.0, dy: float = 0.0) -> tuple[Graph, Copies]:
        """This graph with a copy of another's blocks, links, groups and comments, shifted; and the copies' ids.

        A group of `part` becomes a new one. A block whose group is not in `part` stays in the group of that id.
        """
        fresh = _Ids((*self.blocks, *self.groups, *self.comments))
        names = _Names(block.name for block in self.blocks.values())
        groups = {key: replace(group, id=fresh.take("group")) for key, group in part.groups.items()}
        home = {key: key for key in self.groups} | {key: group.id for key, group in groups.items()}
        ids = {key: fresh.take(block.type) for key, block in part.blocks.items()}
        blocks = {
            ids[key]: replace(
                block,
                id=ids[key],
                name=names.take(block.name),
                x=block.x + dx,
                y=block.y + dy,
                group=home.get(block.group, ""),
            )
            for key, block in part.blocks.items()
        }
        links = tuple(
            Link(PortRef(ids[link.source.block], link.source.port), PortRef(ids[link.target.block], link.target.port))
            for link in part.links
        )
        comments = {
            key: replace(comment, id=key, x=comment.x + dx, y=comment.y + dy)
            for comment in part.comments.values()
            for key in (fresh.take("comment"),)
        }
        grown = replace(
            self,
            blocks={**self.blocks, **blocks},
            links=(*self.links, *links),
            groups={**self.groups, **{group.id: group for group in groups.values()}},
            comments={**self.comments, **comments},
        )
        return grown, Copies(tuple(blocks), tuple(comments))


def _reached(steps: Iterable[tuple[str, str]], starts: Iterable[str]) -> frozenset[str]:
    """Everything that can be reached from `starts` by steps from one block to another."""
    following: dict[str, list[str]] = {}
    for one, other in steps:
        following.setdefault(one, []).append(other)
    waiting = list(starts)
    seen = set(waiting)
    while waiting:
        for block in following.get(waiting.pop(), ()):
            if block not in seen:
                seen.add(block)
                waiting.append(block)
    return frozenset(seen)


@dataclass(frozen=True)
class Copies:
    """The ids of blocks and comments that were copied into a graph."""

    blocks: tuple[str, ...]
    comments: tuple[str, ...] = ()


class _Ids:
    """Gives unused ids, each once; it remembers where it was, so that a thousand of one type cost no search each."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def take(self, type_name: str) -> str:
        stem = "".join(letter for letter in type_name.lower() if letter.isalnum()) or "block"
        number = self._last.get(stem, 0) + 1
        while (fresh := f"{stem}_{number}") in self._taken:
            number += 1
        self._last[stem] = number
        self._taken.add(fresh)
        return fresh


class _Names:
    """Gives unused names, each once, in the same way."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        fresh = name
        if name in self._taken:
            stem, _, last = name.rpartition(" ")
            if not (stem and last.isdigit()):
                stem = name
            number = self._last.get(stem, 1) + 1
            while (fresh := f"{stem} {number}") in self._taken:
                number += 1
            self._last[stem] = number
        self._taken.add(fresh)
        return fresh
