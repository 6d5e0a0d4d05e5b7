"""What a person does to a graph: add, connect, insert, heal. Each takes a graph and returns a new one.

These know both the graph and the catalogue, and are the same whether the mouse, the keyboard or a script asks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from engine.catalogue import CATALOGUE, new_block
from engine.catalogue.spec import BlockSpec, Port
from engine.graph import Graph, GraphError, Link, PortRef, Value

CARD_STEP = 88.0
"""Scene pixels from one card's centre to that of the next one below it."""


def spec_of(graph: Graph, block: str) -> BlockSpec | None:
    """The type of a block; None for a type that this version does not know."""
    return CATALOGUE.get(graph.blocks[block].type)


def input_ports(graph: Graph, block: str) -> tuple[Port, ...]:
    """A block's input ports; those of an unknown type are read off its links."""
    spec = spec_of(graph, block)
    if spec is not None:
        return spec.inputs
    return tuple(Port(name, many=True) for name in dict.fromkeys(link.target.port for link in graph.links_into(block)))


def output_ports(graph: Graph, block: str) -> tuple[Port, ...]:
    """A block's output ports; those of an unknown type are read off its links."""
    spec = spec_of(graph, block)
    if spec is not None:
        return spec.outputs
    return tuple(Port(name) for name in dict.fromkeys(link.source.port for link in graph.links_from(block)))


def refusal(graph: Graph, source: PortRef, target: PortRef) -> str:
    """Why a link between two ports cannot be drawn, as a sentence; "" when it can."""
    try:
        connect(graph, source, target)
    except GraphError as error:
        return str(error)
    return ""


def connect(graph: Graph, source: PortRef, target: PortRef) -> Graph:
    """The graph with a link drawn; an input that takes one link drops the one that it had.

    Raises GraphError with a sentence when it cannot be drawn.
    """
    if not any(port.name == source.port for port in output_ports(graph, source.block)):
        raise GraphError(f"'{graph.blocks[source.block].name}' gives nothing on that side.")
    ports = [port for port in input_ports(graph, target.block) if port.name == target.port]
    if not ports:
        raise GraphError(f"'{graph.blocks[target.block].name}' takes nothing on that side.")
    if not ports[0].many and Link(source, target) not in graph.links:
        graph = graph.without_links(graph.links_into(target.block, target.port))
    return graph.with_link(Link(source, target))


def add_block(graph: Graph, type_name: str, x: float, y: float) -> tuple[Graph, str]:
    """The graph with a new, unconnected block of a type, and its id."""
    spec = CATALOGUE[type_name]
    block = new_block(spec, graph.fresh_id(spec.type), graph.fresh_name(spec.type), x, y)
    return graph.with_block(block), block.id


def append_block(graph: Graph, type_name: str, after: str | None) -> tuple[Graph, str]:
    """The graph with a new block below `after`, connected to it, taking over the links that left from there.

    Without `after` (or where the two cannot be connected) the block stands below everything, unconnected. Blocks below
    move down to make room.
    """
    spec = CATALOGUE[type_name]
    if after is None or not output_ports(graph, after) or not spec.inputs:
        bottom = max((block.y for block in graph.blocks.values()), default=-CARD_STEP)
        x = next((block.x for block in graph.blocks.values() if block.y == bottom), 0.0)
        return add_block(graph, type_name, x, bottom + CARD_STEP)
    above = graph.blocks[after]
    source = PortRef(after, output_ports(graph, after)[0].name)
    leaving = graph.links_from(after, source.port) if spec.outputs else ()
    graph = _make_room(graph, after, above.y + CARD_STEP) if leaving else graph
    graph, block = add_block(graph, type_name, above.x, above.y + CARD_STEP)
    graph = graph.without_links(leaving)
    graph = connect(graph, source, PortRef(block, spec.inputs[0].name))
    for link in leaving:
        graph = connect(graph, PortRef(block, spec.outputs[0].name), link.target)
    return graph, block


def _make_room(graph: Graph, above: str, y: float) -> Graph:
    """Moves what data from `above` reaches down by a step, where the nearest of it stands too close to `y`."""
    below = [block for key, block in graph.blocks.items() if key != above and graph.reaches(above, key)]
    if not any(abs(block.y - y) < CARD_STEP * 0.9 for block in below):
        return graph
    return move_blocks(graph, {block.id: (block.x, block.y + CARD_STEP) for block in below})


def move_blocks(graph: Graph, places: dict[str, tuple[float, float]]) -> Graph:
    """The graph with some blocks' centres at other places."""
    return graph.with_blocks(replace(graph.blocks[key], x=x, y=y) for key, (x, y) in places.items())


def remove_blocks(graph: Graph, ids: frozenset[str]) -> Graph:
    """The graph without some blocks; where one stood in a single chain, the ends are joined again."""
    for block in ids:
        into, out = graph.links_into(block), graph.links_from(block)
        graph = graph.without_blocks({block})
        if len(into) != 1:
            continue
        for link in out:
            healed = Link(into[0].source, link.target)
            if healed not in graph.links:
                graph = connect(graph, healed.source, healed.target)
    return graph


def set_parameter(graph: Graph, ids: Collection[str], name: str, value: Value) -> Graph:
    """The graph with one parameter set on some blocks; a value that is the type's default is not kept."""
    changed = []
    for key in ids:
        spec = spec_of(graph, key)
        is_default = spec is not None and spec.param(name).default == value
        block = graph.blocks[key]
        changed.append(block.without_parameter(name) if is_default else block.with_parameter(name, value))
    return graph.with_blocks(changed)


def name_refusal(graph: Graph, block: str, name: str) -> str:
    """Why a block cannot have a name, as a sentence; "" when it can."""
    if not name.strip():
        return "A block needs a name."
    if any(other.name == name.strip() for key, other in graph.blocks.items() if key != block):
        return f"There is another block called '{name.strip()}'. Each needs a name of its own."
    return ""


def rename_block(graph: Graph, block: str, name: str) -> Graph:
    """The graph with a block under another name. Raises GraphError with a sentence when it cannot have it."""
    if refused := name_refusal(graph, block, name):
        raise GraphError(refused)
    return graph.with_block(replace(graph.blocks[block], name=name.strip()))
