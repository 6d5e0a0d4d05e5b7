"""What an entry looks at when it proposes fixes: a problem and everything that is known around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.data.description import DataDescription
from engine.fix import Fix
from engine.graph import Block, Graph, Link, PortRef, Value
from engine.judge.predictions import Producer
from engine.judge.report import Analysis, Problem, Shape
from engine.judge.structure import usable_links

PASSES_ON = ("regularization", "activation")
"""Categories whose layers give the shape that they get."""


class Network:
    """A graph that was judged. The maps have the links that the judge followed: a damaged graph may hold others."""

    def __init__(self, graph: Graph, data: DataDescription | None, analysis: Analysis) -> None:
        self.graph = graph
        self.data = data
        self.analysis = analysis

    @cached_property
    def into(self) -> Mapping[str, list[Link]]:
        """For each block the links that end there, in the order in which they were drawn."""
        found: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self._usable:
            found[link.target.block].append(link)
        return found

    @cached_property
    def out(self) -> Mapping[str, list[Link]]:
        """For each block the links that start there."""
        found: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self._usable:
            found[link.source.block].append(link)
        return found

    @cached_property
    def _usable(self) -> tuple[Link, ...]:
        return usable_links(self.graph)

    def spec(self, key: str) -> BlockSpec | None:
        """The type of a block; None for one that this version does not know."""
        return CATALOGUE.get(self.graph.blocks[key].type)

    def values(self, key: str) -> Mapping[str, Value]:
        """Every parameter's value of a block."""
        spec = self.spec(key)
        return spec.values(self.graph.blocks[key]) if spec is not None else {}

    def role(self, key: str) -> str:
        """What a block is: "input", "layer" or "output"; "" where that is not known."""
        spec = self.spec(key)
        return spec.role if spec is not None else ""

    def shape(self, key: str) -> Shape | None:
        """What a block gives at its first port; None while that is not known."""
        report = self.analysis.blocks.get(key)
        return report.output_shapes[0] if report is not None and report.output_shapes else None

    def shape_in(self, link: Link) -> Shape | None:
        """What a link carries."""
        spec = self.spec(link.source.block)
        report = self.analysis.blocks.get(link.source.block)
        if spec is None or report is None:
            return None
        ports = [port.name for port in spec.outputs]
        place = ports.index(link.source.port) if link.source.port in ports else 0
        return report.output_shapes[place] if place < len(report.output_shapes) else None

    def feeding(self, key: str) -> Link | None:
        """The link that feeds a block, where there is just one."""
        links = self.into.get(key, [])
        return links[0] if len(links) == 1 else None

    def chain(self, key: str) -> tuple[Producer, ...]:
        """The blocks that lead to a block, the last one first, as far up as they form a chain of known shapes.

        Bypassed blocks, which do nothing, are passed over.
        """
        found: list[Producer] = []
        link = self.feeding(key)
        while link is not None:
            above = link.source.block
            spec, shape = self.spec(above), self.shape_in(link)
            if spec is None or shape is None:
                break
            block = self.graph.blocks[above]
            if not block.bypassed:
                parameters = self.analysis.blocks[above].parameters
                found.append(Producer(block, spec, spec.values(block), shape, parameters))
            link = self.feeding(above)
        return tuple(found)

    def with_role(self, role: str) -> list[str]:
        """The blocks of a role, in the order in which they were added."""
        return [key for key in self.graph.blocks if self.role(key) == role]

    def output_ports(self, key: str) -> list[PortRef]:
        """A block's output ports."""
        spec = self.spec(key)
        return [PortRef(key, port.name) for port in spec.outputs] if spec is not None else []

    def free_inputs(self, key: str) -> list[PortRef]:
        """A block's input ports that no link leads to."""
        spec = self.spec(key)
        taken = {link.target.port for link in self.into.get(key, [])}
        return [PortRef(key, port.name) for port in spec.inputs if port.name not in taken] if spec is not None else []

    def distance(self, one: str, other: str) -> float:
        """How far apart two cards are, in scene pixels."""
        first, second = self.graph.blocks[one], self.graph.blocks[other]
        return abs(first.x - second.x) + abs(first.y - second.y)

    def is_before(self, one: str, other: str) -> bool:
        """Whether a card stands before another in the flow of data."""
        first, second = self.graph.blocks[one], self.graph.blocks[other]
        return first.y < second.y if self.graph.direction == "down" else first.x < second.x


@dataclass(frozen=True)
class Case:
    """A problem in its network."""

    network: Network
    problem: Problem

    @property
    def block(self) -> Block:
        """The problem's block. Raises KeyError for a problem of the whole network."""
        return self.network.graph.blocks[self.problem.block or ""]

    @property
    def spec(self) -> BlockSpec:
        """The type of the problem's block. Raises KeyError where it is not known."""
        return CATALOGUE[self.block.type]

    @property
    def values(self) -> Mapping[str, Value]:
        """The values of the problem's block."""
        return self.spec.values(self.block)

    @property
    def sources(self) -> tuple[Link, ...]:
        """The links that feed the problem's block."""
        return tuple(self.network.into.get(self.block.id, ()))


@dataclass(frozen=True)
class Entry:
    """One sort of repair: the kinds of problem that it is for, and what it proposes for one of them, best first."""

    kinds: tuple[str, ...]
    propose: Callable[[Case], Iterable[Fix]]
