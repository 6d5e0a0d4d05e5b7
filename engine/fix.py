"""A fix: a repair of a graph that can be offered by name and done in one step, as plain values.

The judge proposes fixes and tries them; the window and the command line offer them. A fix is a title and a few steps,
each of which is one of the edits of `engine.edits`, so that it can be sent between processes and done on the graph as
it is then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import edits
from engine.bypass import set_bypassed
from engine.graph import Graph, GraphError, Link, PortRef, Value


@dataclass(frozen=True)
class SetParameter:
    """Sets a parameter of a block."""

    block: str
    name: str
    value: Value


@dataclass(frozen=True)
class ResetParameter:
    """Puts a parameter of a block back at its default; one that the type does not have goes."""

    block: str
    name: str


@dataclass(frozen=True)
class InsertBlock:
    """Puts a new block into a link."""

    type: str
    link: Link
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class AppendBlock:
    """Adds a new block in the flow of data after a block, or where the network ends (see `edits.append_block`)."""

    type: str
    after: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class SpliceBlock:
    """Puts a block that is there into a link; its card goes to where it belongs then."""

    block: str
    link: Link


@dataclass(frozen=True)
class Connect:
    """Draws a link."""

    source: PortRef
    target: PortRef


@dataclass(frozen=True)
class Disconnect:
    """Removes a link."""

    link: Link


@dataclass(frozen=True)
class RemoveBlock:
    """Deletes a block, and joins its neighbours."""

    block: str


@dataclass(frozen=True)
class EndBypass:
    """Has data go through a block again that they passed by."""

    block: str


@dataclass(frozen=True)
class Rename:
    """Gives a block another name."""

    block: str
    name: str


Step = (
    SetParameter
    | ResetParameter
    | InsertBlock
    | AppendBlock
    | SpliceBlock
    | Connect
    | Disconnect
    | RemoveBlock
    | EndBypass
    | Rename
)


@dataclass(frozen=True)
class Fix:
    """A repair: what it does, as the words on its button, and its steps."""

    title: str
    steps: tuple[Step, ...]


def apply_fix(graph: Graph, fix: Fix) -> Graph:
    """The repaired graph. Raises GraphError where the graph has changed so that the fix no longer fits it."""
    try:
        for step in fix.steps:
            graph = _apply(graph, step)
    except KeyError:
        raise GraphError(f"'{fix.title}' no longer fits: a block that it speaks of is gone.") from None
    return graph


def _apply(graph: Graph, step: Step) -> Graph:
    match step:
        case SetParameter(block, name, value):
            return edits.set_parameter(graph, [block], name, value)
        case ResetParameter(block, name):
            return graph.with_block(graph.blocks[block].without_parameter(name))
        case InsertBlock(type_name, link, parameters):
            return _with_parameters(*edits.insert_block(graph, type_name, link), parameters)
        case AppendBlock(type_name, after, parameters):
            after = None if after is None else graph.blocks[after].id
            return _with_parameters(*edits.append_block(graph, type_name, after), parameters)
        case SpliceBlock(block, link):
            x, y = edits.next_place(graph, graph.blocks[link.source.block])
            return edits.splice_block(edits.move_blocks(graph, {block: (x, y)}), block, link)
        case Connect(source, target):
            return edits.connect(graph, source, target)
        case Disconnect(link):
            return graph.without_links([link])
        case RemoveBlock(block):
            return edits.remove_blocks(graph, [graph.blocks[block].id])
        case EndBypass(block):
            return set_bypassed(graph, [block], False)
        case Rename(block, name):
            return edits.rename_block(graph, block, name)


def _with_parameters(graph: Graph, block: str, parameters: Mapping[str, Value]) -> Graph:
    for name, value in parameters.items():
        graph = edits.set_parameter(graph, [block], name, value)
    return graph
