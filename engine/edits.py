"""What a person does to a graph: add, connect, insert, heal. Each takes a graph and returns a new one.

These know both the graph and the catalogue, and are the same whether the mouse, the keyboard or a script asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from engine.catalogue import CATALOGUE, new_block
from engine.catalogue.spec import BlockSpec, Port
from engine.graph import Block, Graph, GraphError, Link, PortRef, Value

CARD_STEP = 88.0
"""Scene pixels from one card's centre to that of the next one below it."""

COLUMN_STEP = 304.0
"""Scene pixels from one card's centre to that of the next one beside it."""


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


def append_block(graph: Graph, type_name: str, after: str | None = None) -> tuple[Graph, str]:
    """The graph with a new block in the flow of data below `after`, and its id.

    It takes over the links that left from there, and blocks below move down to make room. Nothing can follow an
    Output, so a block appended to one comes between the Output and what feeds it. Without `after` it goes where the
    network ends: after the lowest block whose output is still free, or else before the lowest Output. An Output takes
    over no links: it stands beside them. An Input, which nothing leads to, goes above the first block that waits for
    data. Where there is nothing to connect to, the block stands free, below everything.
    """
    spec = CATALOGUE[type_name]
    if not spec.inputs:
        return _put_on_top(graph, spec, after)
    after = _end(graph) if after is None else after
    above, leaving = (None, ()) if after is None else _feed(graph, after)
    if above is None:
        bottom = max(graph.blocks.values(), key=lambda block: block.y, default=None)
        place = (0.0, 0.0) if bottom is None else (bottom.x, bottom.y + CARD_STEP)
        graph, block = add_block(graph, type_name, *place)
        if after is not None and spec.outputs and input_ports(graph, after):  # a lone Output
            graph = _swap_places(graph, block, after)
            graph = connect(
                graph, PortRef(block, spec.outputs[0].name), PortRef(after, input_ports(graph, after)[0].name)
            )
        return graph, block
    start = graph.blocks[above.block]
    leaving = leaving if spec.outputs else ()
    y = start.y + CARD_STEP
    graph = _make_room(graph, {link.target.block for link in leaving}, start.x, y)
    graph, block = add_block(graph, type_name, *_free_place(graph, start.x, y))
    if spec.outputs:
        output = PortRef(block, spec.outputs[0].name)
        graph = _relink(graph, {link: Link(output, link.target) for link in leaving})
    return graph.with_link(Link(above, PortRef(block, spec.inputs[0].name))), block


def _feed(graph: Graph, after: str) -> tuple[PortRef | None, tuple[Link, ...]]:
    """Which port feeds a block appended to `after`, and the links that the new block takes over from it."""
    outputs = output_ports(graph, after)
    if outputs:
        source = PortRef(after, outputs[0].name)
        return source, graph.links_from(after, source.port)
    feeding = graph.links_into(after)[:1]
    return (feeding[0].source, feeding) if feeding else (None, ())


def _end(graph: Graph) -> str | None:
    """The lowest block whose output is still free, or else the lowest Output; None where there is neither."""

    def lowest(blocks: Iterable[str]) -> str | None:
        return max(blocks, key=lambda key: graph.blocks[key].y, default=None)

    free = lowest(key for key in graph.blocks if output_ports(graph, key) and not graph.links_from(key))
    return free or lowest(key for key in graph.blocks if (spec := spec_of(graph, key)) and spec.role == "output")


def _put_on_top(graph: Graph, spec: BlockSpec, below: str | None) -> tuple[Graph, str]:
    """The graph with a new Input above `below`, or above the first block that waits for data."""

    def waits(key: str) -> bool:
        return bool(input_ports(graph, key)) and not graph.links_into(key)

    waiting = [key for key in graph.blocks if waits(key)]
    target = below if below in waiting else min(waiting, key=lambda key: graph.blocks[key].y, default=None)
    if target is None:
        top = min(graph.blocks.values(), key=lambda block: block.y, default=None)
        return add_block(graph, spec.type, *((0.0, 0.0) if top is None else _free_place(graph, top.x, top.y)))
    under = graph.blocks[target]
    graph, block = add_block(graph, spec.type, *_free_place(graph, under.x, under.y - CARD_STEP))
    return connect(
        graph, PortRef(block, spec.outputs[0].name), PortRef(target, input_ports(graph, target)[0].name)
    ), block


def _swap_places(graph: Graph, one: str, other: str) -> Graph:
    """The graph with two blocks in each other's places."""
    first, second = graph.blocks[one], graph.blocks[other]
    return move_blocks(graph, {one: (second.x, second.y), other: (first.x, first.y)})


def _is_near(block: Block, x: float, y: float) -> bool:
    """Whether a card at (x, y) would touch a block's."""
    return abs(block.y - y) < CARD_STEP * 0.9 and abs(block.x - x) < COLUMN_STEP * 0.9


def _free_place(graph: Graph, x: float, y: float) -> tuple[float, float]:
    """The first place at (x, y) or to the right of it where a card covers no other."""
    while any(_is_near(block, x, y) for block in graph.blocks.values()):
        x += COLUMN_STEP
    return x, y


def _make_room(graph: Graph, starts: set[str], x: float, y: float) -> Graph:
    """Moves the blocks of `starts` and all that data from them reaches down by a step, if one stands at (x, y)."""
    below = [block for key, block in graph.blocks.items() if any(graph.reaches(start, key) for start in starts)]
    if not any(_is_near(block, x, y) for block in below):
        return graph
    return move_blocks(graph, {block.id: (block.x, block.y + CARD_STEP) for block in below})


def _relink(graph: Graph, changes: Mapping[Link, Link]) -> Graph:
    """The graph with some links replaced, each in its place: their order is that of a merge block's inputs."""
    return replace(graph, links=tuple(dict.fromkeys(changes.get(link, link) for link in graph.links)))


def move_blocks(graph: Graph, places: dict[str, tuple[float, float]]) -> Graph:
    """The graph with some blocks' centres at other places."""
    return graph.with_blocks(replace(graph.blocks[key], x=x, y=y) for key, (x, y) in places.items())


def remove_blocks(graph: Graph, ids: Collection[str]) -> Graph:
    """The graph without some blocks. What fed a removed block with a single input now feeds what it fed.

    So a chain stays a chain, and a merge block's inputs keep their order. Where several inputs met in a removed block
    there is no telling which should go on, and the links end.
    """
    for block in [key for key in graph.blocks if key in ids]:
        into = graph.links_into(block)
        if len(into) == 1:
            graph = _relink(graph, {link: Link(into[0].source, link.target) for link in graph.links_from(block)})
        graph = graph.without_blocks({block})
    return graph


def set_parameter(graph: Graph, ids: Collection[str], name: str, value: Value) -> Graph:
    """The graph with one parameter set on some blocks; a value that is the type's default is not kept."""
    changed = []
    for key in ids:
        spec = spec_of(graph, key)
        is_default = spec is not None and _is_same(spec.param(name).default, value)
        block = graph.blocks[key]
        changed.append(block.without_parameter(name) if is_default else block.with_parameter(name, value))
    return graph.with_blocks(changed)


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are equal; 1 and 1.0 are, but not 1 and true, as Python would have it."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


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
