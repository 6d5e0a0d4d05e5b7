"""Whether a block fits somewhere, asked of the judge before it is there.

A question is tiny, however large the network: Inputs of the shapes that are known there, the block, and at most the
one that follows. So asking about every type of the catalogue takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine import edits
from engine.catalogue import CATALOGUE, new_block
from engine.graph import Block, Graph, Link, PortRef
from engine.judge.report import Analysis, Shape, shape_text
from engine.judge.words import label
from gui.figures import typeset
from gui.workspace import Workspace

NEW = "new"
"""The id of a block that is only considered."""


@dataclass(frozen=True)
class Verdict:
    """What the judge says of a block at a place: the shape that it would give, or why it does not fit there."""

    shape: str = ""
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether it fits."""
        return not self.reason


def known_shape(graph: Graph, analysis: Analysis, port: PortRef) -> Shape | None:
    """The shape that an output gives; None while it is not known."""
    report = analysis.blocks.get(port.block)
    if report is None or port.block not in graph.blocks:
        return None
    names = [one.name for one in edits.output_ports(graph, port.block)]
    index = names.index(port.port) if port.port in names else len(report.output_shapes)
    return report.output_shapes[index] if index < len(report.output_shapes) else None


def alone(graph: Graph, analysis: Analysis, block: Block, fed_by: Mapping[str, tuple[PortRef, ...]]) -> Graph | None:
    """A block by itself, each port in `fed_by` fed from Inputs with these outputs' shapes.

    None while one of the shapes is not known.
    """
    small = Graph().with_block(replace(block, x=0.0, y=0.0, group=""))
    for name, sources in fed_by.items():
        for number, source in enumerate(sources):
            shape = known_shape(graph, analysis, source)
            if shape is None:
                return None
            key = f"from {name} {number}"
            small = small.with_block(Block(key, "Input", graph.blocks[source.block].name, {"shape": shape}))
            small = small.with_link(Link(PortRef(key, "output"), PortRef(block.id, name)))
    return small


def new_at(graph: Graph, analysis: Analysis, type_name: str, source: PortRef) -> Graph | None:
    """A new block of a type, fed from an output; a merge block from there twice. None where that cannot be asked."""
    spec = CATALOGUE[type_name]
    if not spec.inputs:
        return None
    block = new_block(spec, NEW, spec.type)
    return alone(graph, analysis, block, {spec.inputs[0].name: (source,) * (2 if spec.inputs[0].many else 1)})


def linked(graph: Graph, analysis: Analysis, link: Link) -> Graph | None:
    """The block at which a link that is only considered would end, with all that feeds it then."""
    block = graph.blocks[link.target.block]
    if block.type not in CATALOGUE:
        return None
    fed_by: dict[str, tuple[PortRef, ...]] = {}
    for port in CATALOGUE[block.type].inputs:
        sources = tuple(one.source for one in graph.links_into(block.id, port.name) if one != link)
        if port.name == link.target.port:
            sources = (*sources, link.source) if port.many else (link.source,)
        fed_by[port.name] = sources
    return alone(graph, analysis, block, fed_by)


def between(graph: Graph, analysis: Analysis, block: Block, link: Link) -> Graph | None:
    """A block put into a link, with what follows it there; only the block where less is known."""
    spec = CATALOGUE[block.type]
    if not spec.inputs or not spec.outputs:
        return None
    many = spec.inputs[0].many
    small = alone(graph, analysis, block, {spec.inputs[0].name: (link.source,) * (2 if many else 1)})
    after = linked(graph, analysis, link)
    if small is None or after is None:
        return small
    small = small.with_blocks(replace(one, id=f"after {key}") for key, one in after.blocks.items())
    port = link.target.port
    through = [one for one in after.links if one.target.port == port][-1]  # the one that stands for `link`
    for one in after.links:
        source = PortRef(f"after {one.source.block}", one.source.port)
        target = PortRef(f"after {one.target.block}", one.target.port)
        small = small.with_link(Link(PortRef(block.id, spec.outputs[0].name) if one == through else source, target))
    return small


def verdict(analysis: Analysis, block: str, before: Analysis | None = None) -> Verdict:
    """What the judge's word on a small graph says of a block in it, and of the one that follows it.

    A problem that what follows has without the block, as `before` tells, is not held against the block.
    """
    had = {problem.kind for problem in before.errors} if before is not None else set()
    for problem in analysis.errors:
        follows = (problem.block or "").startswith("after ")
        if problem.block == block or (follows and problem.kind not in had):
            return Verdict(reason=problem.message)
    report = analysis.blocks.get(block)
    return Verdict(shape_text(report.output_shapes[0]) if report is not None and report.output_shapes else "")


def told(graph: Graph, said: Verdict, sources: tuple[PortRef, ...]) -> Verdict:
    """A verdict that names the blocks of the network where it speaks of the Inputs that stood for them."""
    reason = said.reason
    for source in sources:
        real = graph.blocks[source.block]
        reason = reason.replace(label(Block("", "Input", real.name)), label(real))
    return Verdict(said.shape, typeset(reason))


class Inquiry:
    """Asks the judge, one question at a time; while it waits for an answer only the newest question is kept.

    `told` is called whenever an answer has come, until `close`.
    """

    def __init__(self, workspace: Workspace, told: Callable[[], None]) -> None:
        self.analyses: dict[str, Analysis] = {}
        self._workspace = workspace
        self._told: Callable[[], None] | None = told
        self._waits = False
        self._next: Mapping[str, Graph] = {}

    def ask(self, candidates: Mapping[str, Graph | None]) -> None:
        """Asks about the candidates that are not answered yet; those that are None cannot be asked about."""
        asked = {key: one for key, one in candidates.items() if one is not None and key not in self.analyses}
        if self._waits:
            self._next = asked
        elif asked and self._told is not None:
            self._waits = self._workspace.consider(asked, self._on_answer)

    def _on_answer(self, analyses: Mapping[str, Analysis]) -> None:
        self.analyses.update(analyses)
        self._waits = False
        following, self._next = self._next, {}
        self.ask(following)
        if self._told is not None:
            self._told()

    def close(self) -> None:
        """Nothing is asked or told any more."""
        self._told = None
