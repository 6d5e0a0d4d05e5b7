"""The network that a person draws: blocks, their ports and the links between them.

Everything here is frozen. An edit returns a new graph that shares whatever did not change, so that keeping every
earlier graph for undo costs next to nothing. The graph knows structure only (which ends exist, no cycles, no link
twice); what a block type means, and how many links a port takes, is the catalogue's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

Value = bool | int | float | str | None | tuple["Value", ...]
"""A parameter's value: what JSON can hold, with tuples for lists, so that it can be compared and hashed."""


class GraphError(ValueError):
    """An edit that would break the graph. The message is a sentence for the person who tried it."""


@dataclass(frozen=True, slots=True)
class PortRef:
    """One end of a link: a port of a block."""

    block: str
    port: str


@dataclass(frozen=True, slots=True)
class Link:
    """A connection that carries a tensor from an output port to an input port."""

    source: PortRef
    target: PortRef


@dataclass(frozen=True, slots=True)
class Block:
    """One block on the canvas.

    `parameters` holds only what differs from the type's defaults. `x` and `y` are the centre of the card in scene
    pixels, growing to the right and downwards.
    """

    id: str
    type: str
    name: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    x: float = 0.0
    y: float = 0.0

    def with_parameter(self, name: str, value: Value) -> Block:
        """This block with one parameter set."""
        return replace(self, parameters={**self.parameters, name: value})

    def without_parameter(self, name: str) -> Block:
        """This block with one parameter back at its default."""
        return replace(self, parameters={key: value for key, value in self.parameters.items() if key != name})


@dataclass(frozen=True)
class Graph:
    """Blocks by their id, in the order in which they were added, and links in the order in which they were drawn.

    The order of the links is the order of a merge block's inputs.
    """

    blocks: Mapping[str, Block] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    def fresh_id(self, type_name: str, taken: Collection[str] = ()) -> str:
        """An unused id that reads well in a file, such as `conv2d_2`."""
        stem = "".join(letter for letter in type_name.lower() if letter.isalnum()) or "block"
        number = 1
        while (fresh := f"{stem}_{number}") in self.blocks or fresh in taken:
            number += 1
        return fresh

    def fresh_name(self, name: str, taken: Collection[str] = ()) -> str:
        """`name`, or `name 2`, `name 3` and so on when it is taken."""
        names = {block.name for block in self.blocks.values()}.union(taken)
        if name not in names:
            return name
        stem, _, last = name.rpartition(" ")
        if not (stem and last.isdigit()):
            stem = name
        number = 2
        while f"{stem} {number}" in names:
            number += 1
        return f"{stem} {number}"

    def with_block(self, block: Block) -> Graph:
        """This graph with a block added, or put in the place of the one with its id."""
        return replace(self, blocks={**self.blocks, block.id: block})

    def with_blocks(self, blocks: Iterable[Block]) -> Graph:
        """This graph with several blocks added or replaced."""
        return replace(self, blocks={**self.blocks, **{block.id: block for block in blocks}})

    def without_blocks(self, ids: Collection[str]) -> Graph:
        """This graph without some blocks and without every link that touched them."""
        gone = set(ids)
        return Graph(
            {key: block for key, block in self.blocks.items() if key not in gone},
            tuple(link for link in self.links if link.source.block not in gone and link.target.block not in gone),
        )

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
        below: dict[str, list[str]] = {}
        for link in self.links:
            below.setdefault(link.source.block, []).append(link.target.block)
        seen, waiting = {start}, [start]
        while waiting:
            block = waiting.pop()
            if block == end:
                return True
            for following in below.get(block, ()):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return False

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

    def part(self, ids: Collection[str]) -> Graph:
        """Some blocks and the links among them, for copying."""
        kept = set(ids)
        return Graph(
            {key: block for key, block in self.blocks.items() if key in kept},
            tuple(link for link in self.links if link.source.block in kept and link.target.block in kept),
        )

    def with_part(self, part: Graph, dx: float = 0.0, dy: float = 0.0) -> tuple[Graph, tuple[str, ...]]:
        """This graph with a copy of another's blocks and links, shifted; and the ids that the copies got."""
        ids: dict[str, str] = {}
        taken: set[str] = set()
        names: set[str] = set()
        copies: list[Block] = []
        for block in part.blocks.values():
            fresh = self.fresh_id(block.type, taken)
            name = self.fresh_name(block.name, names)
            ids[block.id] = fresh
            taken.add(fresh)
            names.add(name)
            copies.append(replace(block, id=fresh, name=name, x=block.x + dx, y=block.y + dy))
        links = tuple(
            Link(PortRef(ids[link.source.block], link.source.port), PortRef(ids[link.target.block], link.target.port))
            for link in part.links
        )
        grown = self.with_blocks(copies)
        return replace(grown, links=(*grown.links, *links)), tuple(ids.values())
