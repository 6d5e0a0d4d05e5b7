"""Bypassing: a block stays where it is, and data pass it by unchanged, so that a network can be tried without it.

What is computed is `engine.edits.active`; this says which blocks can be bypassed, and leads back from the network
that is computed to the one that is drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.catalogue.spec import BlockSpec
from engine.edits import passages, spec_of
from engine.graph import Block, Graph, GraphError, Link


def never_bypassed(block: Block, spec: BlockSpec | None) -> str:
    """Why a block of this type cannot be bypassed, however it is linked, as a sentence; "" when it can."""
    if spec is None:
        return f"'{block.name}' cannot be bypassed: this version of Lamina does not know its type, {block.type}."
    if spec.role == "input":
        return f"'{block.name}' cannot be bypassed: the data enter there."
    if spec.role == "output":
        return f"'{block.name}' cannot be bypassed: it says what the network predicts."
    if len(spec.inputs) != 1 or spec.inputs[0].many:
        return f"'{block.name}' cannot be bypassed: it takes several inputs, and only one could pass it by."
    return ""


def bypass_refusal(graph: Graph, ids: Collection[str]) -> str:
    """Why some blocks cannot be bypassed, as a sentence; "" when they can.

    Whether the shapes then still fit is for the judge to say.
    """
    if not ids:
        return "No block is selected that could be bypassed."
    for key in ids:
        block = graph.blocks[key]
        if refused := never_bypassed(block, spec_of(graph, key)):
            return refused
        if not graph.links_into(key):
            return f"'{block.name}' cannot be bypassed: no link leads to it, so there are no data to pass it by."
    return ""


def set_bypassed(graph: Graph, ids: Collection[str], on: bool) -> Graph:
    """The graph with some blocks bypassed, or no longer. Raises GraphError with a sentence where they cannot be."""
    wanted = [key for key in ids if graph.blocks[key].bypassed != on]
    if on and wanted and (refused := bypass_refusal(graph, wanted)):
        raise GraphError(refused)
    return graph.with_blocks(replace(graph.blocks[key], bypassed=on) for key in wanted) if wanted else graph


def drawn_links(graph: Graph) -> Mapping[Link, tuple[Link, ...]]:
    """For each link of `active(graph)` the links on the canvas that it stands for, in the direction of the data."""
    bypassed = frozenset(key for key, block in graph.blocks.items() if block.bypassed)
    drawn: dict[Link, tuple[Link, ...]] = {}
    for link, way in passages(graph, bypassed):
        drawn[link] = tuple(dict.fromkeys((*drawn.get(link, ()), *way)))
    return drawn
