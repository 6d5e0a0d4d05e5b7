"""What a person does to a graph: add, connect, insert, heal. Each takes a graph and returns a new one.

These know both the graph and the catalogue, and are the same whether the mouse, the keyboard or a script asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from engine.catalogue import CATALOGUE, new_block
from engine.catalogue.spec import BlockSpec, Port
from engine.graph import Block, Comment, Direction, Graph, GraphError, Link, PortRef, Value

CARD_STEP = 88.0
"""Scene pixels from one card's centre to that of the next one below it."""

COLUMN_STEP = 304.0
"""Scene pixels from one card's centre to that of the next one beside it."""

ALONG: dict[Direction, tuple[float, float]] = {"down": (0.0, CARD_STEP), "right": (COLUMN_STEP + 40.0, 0.0)}
"""From a card's centre to that of the next one in the flow of data."""

ACROSS: dict[Direction, tuple[float, float]] = {"down": (COLUMN_STEP, 0.0), "right": (0.0, CARD_STEP)}
"""From a card's centre to that of the next one beside it, across the flow."""


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

    It takes over the links that left from there, and blocks below move on to make room. Nothing can follow an
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
        bottom = max(graph.blocks.values(), key=lambda block: _depth(graph, block), default=None)
        place = (0.0, 0.0) if bottom is None else next_place(graph, bottom)
        graph, block = add_block(graph, type_name, *place)
        if after is not None and spec.outputs and input_ports(graph, after):  # a lone Output
            graph = _swap_places(graph, block, after)
            graph = connect(
                graph, PortRef(block, spec.outputs[0].name), PortRef(after, input_ports(graph, after)[0].name)
            )
        return graph, block
    start = graph.blocks[above.block]
    leaving = leaving if spec.outputs else ()
    place = next_place(graph, start)
    graph = _make_room(graph, {link.target.block for link in leaving}, place)
    graph, block = add_block(graph, type_name, *_free_place(graph, *place))
    graph = graph.with_block(replace(graph.blocks[block], group=start.group if leaving else ""))
    if spec.outputs:
        output = PortRef(block, spec.outputs[0].name)
        graph = _relink(graph, {link: Link(output, link.target) for link in leaving})
    return graph.with_link(Link(above, PortRef(block, spec.inputs[0].name))), block


def insert_refusal(graph: Graph, type_name: str, link: Link) -> str:
    """Why a block of a type cannot be put into a link, as a sentence; "" when it can."""
    spec = CATALOGUE[type_name]
    if link not in graph.links:
        return "The link is gone."
    if not spec.inputs:
        return f"Nothing leads into an {type_name}, so it cannot stand between two blocks."
    if not spec.outputs:
        return f"Nothing leads out of an {type_name}, so it cannot stand between two blocks."
    return ""


def insert_block(
    graph: Graph, type_name: str, link: Link, place: tuple[float, float] | None = None
) -> tuple[Graph, str]:
    """The graph with a new block put into a link, and its id. Raises GraphError with a sentence when it cannot be.

    It stands at `place` or, without one, after the block that the link comes from; what follows moves on where the
    card would cover another.
    """
    if refused := insert_refusal(graph, type_name, link):
        raise GraphError(refused)
    graph, block = add_block(graph, type_name, *(place or next_place(graph, graph.blocks[link.source.block])))
    source, target = graph.blocks[link.source.block], graph.blocks[link.target.block]
    graph = graph.with_block(replace(graph.blocks[block], group=source.group if source.group == target.group else ""))
    return splice_block(graph, block, link), block


def splice_block(graph: Graph, block: str, link: Link) -> Graph:
    """The graph with a block that is there put into a link, by its first ports, and what follows moved out of its way.

    Raises GraphError with a sentence when it cannot be.
    """
    if refused := insert_refusal(graph, graph.blocks[block].type, link):
        raise GraphError(refused)
    spec = CATALOGUE[graph.blocks[block].type]
    into, out = PortRef(block, spec.inputs[0].name), PortRef(block, spec.outputs[0].name)
    graph = _relink(graph, {link: Link(out, link.target)})
    graph = connect(graph, link.source, into)
    if not spec.inputs[0].many:
        graph = graph.without_links([one for one in graph.links_into(block, into.port) if one.source != link.source])
    graph.order()
    at = graph.blocks[block]
    return _make_room(graph, {link.target.block}, (at.x, at.y))


def next_place(graph: Graph, block: Block) -> tuple[float, float]:
    """Where the next card in the flow of data after a block stands: its centre."""
    dx, dy = ALONG[graph.direction]
    return block.x + dx, block.y + dy


def growing_end(graph: Graph, after: str | None = None) -> PortRef | None:
    """The output that would feed a block appended to `after` or, without it, at the network's end; None for none."""
    after = _end(graph) if after is None else after
    return None if after is None else _feed(graph, after)[0]


def free_place(graph: Graph, after: str | None = None) -> tuple[float, float]:
    """A place where a new card covers no other: after a block or, without one, after the lowest."""
    last = max(graph.blocks.values(), key=lambda block: _depth(graph, block), default=None)
    last = last if after is None else graph.blocks[after]
    return (0.0, 0.0) if last is None else _free_place(graph, *next_place(graph, last))


def _depth(graph: Graph, block: Block) -> float:
    """How far along the flow of data a block stands, in scene pixels."""
    return block.y if graph.direction == "down" else block.x


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
        return max(blocks, key=lambda key: _depth(graph, graph.blocks[key]), default=None)

    leading = {link.source.block for link in graph.links}
    free = lowest(key for key in graph.blocks if key not in leading and output_ports(graph, key))
    return free or lowest(key for key in graph.blocks if (spec := spec_of(graph, key)) and spec.role == "output")


def _put_on_top(graph: Graph, spec: BlockSpec, below: str | None) -> tuple[Graph, str]:
    """The graph with a new Input above `below`, or above the first block that waits for data."""
    fed = {link.target.block for link in graph.links}
    waiting = [key for key in graph.blocks if key not in fed and input_ports(graph, key)]
    first = min(waiting, key=lambda key: _depth(graph, graph.blocks[key]), default=None)
    target = below if below in waiting else first
    if target is None:
        top = min(graph.blocks.values(), key=lambda block: _depth(graph, block), default=None)
        return add_block(graph, spec.type, *((0.0, 0.0) if top is None else _free_place(graph, top.x, top.y)))
    under = graph.blocks[target]
    dx, dy = ALONG[graph.direction]
    graph, block = add_block(graph, spec.type, *_free_place(graph, under.x - dx, under.y - dy))
    return connect(
        graph, PortRef(block, spec.outputs[0].name), PortRef(target, input_ports(graph, target)[0].name)
    ), block


def _swap_places(graph: Graph, one: str, other: str) -> Graph:
    """The graph with two blocks in each other's places."""
    first, second = graph.blocks[one], graph.blocks[other]
    return move_blocks(graph, {one: (second.x, second.y), other: (first.x, first.y)})


def is_near(block: Block, x: float, y: float) -> bool:
    """Whether a card at (x, y) would touch a block's."""
    return abs(block.y - y) < CARD_STEP * 0.9 and abs(block.x - x) < COLUMN_STEP * 0.9


def _free_place(graph: Graph, x: float, y: float) -> tuple[float, float]:
    """The first place at (x, y) or beside it, across the flow, where a card covers no other."""
    dx, dy = ACROSS[graph.direction]
    standing = _standing(graph, graph.blocks)
    while any(is_near(block, x, y) for block in standing):
        x, y = x + dx, y + dy
    return x, y


def _make_room(graph: Graph, starts: set[str], place: tuple[float, float]) -> Graph:
    """Moves the blocks of `starts` and all that data from them reaches on by a step, if one stands at `place`."""
    below = graph.downstream(starts)
    if not any(is_near(block, *place) for block in _standing(graph, below)):
        return graph
    dx, dy = ALONG[graph.direction]
    return move_blocks(graph, {key: (graph.blocks[key].x + dx, graph.blocks[key].y + dy) for key in below})


def _standing(graph: Graph, ids: Iterable[str]) -> list[Block]:
    """The cards that stand for some blocks: each its own, those of a collapsed group one in the middle of them all."""
    blocks = [graph.blocks[key] for key in ids]
    folded = {key for key, group in graph.groups.items() if group.collapsed}
    standing = [block for block in blocks if block.group not in folded]
    for group in {block.group for block in blocks} & folded:
        members = [graph.blocks[key] for key in graph.members(group)]
        xs, ys = [block.x for block in members], [block.y for block in members]
        standing.append(replace(members[0], x=(min(xs) + max(xs)) / 2, y=(min(ys) + max(ys)) / 2))
    return standing


def _relink(graph: Graph, changes: Mapping[Link, Link]) -> Graph:
    """The graph with some links replaced, each in its place: their order is that of a merge block's inputs."""
    return replace(graph, links=tuple(dict.fromkeys(changes.get(link, link) for link in graph.links)))


def move_blocks(graph: Graph, places: dict[str, tuple[float, float]]) -> Graph:
    """The graph with some blocks' centres at other places."""
    return graph.with_blocks(replace(graph.blocks[key], x=x, y=y) for key, (x, y) in places.items())


def move_comments(graph: Graph, places: Mapping[str, tuple[float, float]]) -> Graph:
    """The graph with some comments' corners at other places."""
    moved = {key: replace(graph.comments[key], x=x, y=y) for key, (x, y) in places.items()}
    return replace(graph, comments={**graph.comments, **moved})


def add_comment(graph: Graph, text: str, x: float, y: float) -> tuple[Graph, str]:
    """The graph with a new comment whose upper left corner is at (x, y), and its id."""
    comment = Comment(graph.fresh_id("comment"), text, x, y)
    return graph.with_comment(comment), comment.id


def remove_blocks(graph: Graph, ids: Collection[str]) -> Graph:
    """The graph without some blocks. What fed a removed block with a single input now feeds what it fed.

    So a chain stays a chain, and a merge block's inputs keep their order. Where several inputs met in a removed block
    there is no telling which should go on, and the links end.
    """
    return replace(graph, links=_healed(graph, frozenset(ids))).without_blocks(ids)


def active(graph: Graph) -> Graph:
    """The network that is computed: without the bypassed blocks, each link that led to one led on to what follows.

    Where a merge block gets the same data past a bypassed block and beside it, it gets them twice.
    """
    bypassed = frozenset(key for key, block in graph.blocks.items() if block.bypassed)
    if not bypassed:
        return graph
    return replace(graph.without_blocks(bypassed), links=tuple(link for link, _ in passages(graph, bypassed)))


def passages(graph: Graph, gone: frozenset[str]) -> Iterator[tuple[Link, tuple[Link, ...]]]:
    """The links of the rest when data pass some blocks by, each with the drawn links that it stands for.

    Nothing passes a block into which not exactly one link leads.
    """
    into: dict[str, list[Link]] = {}
    for link in graph.links:
        if link.target.block in gone:
            into.setdefault(link.target.block, []).append(link)
    for link in graph.links:
        if link.target.block in gone:
            continue
        way = [link]
        while way[-1].source.block in gone and len(way) <= len(gone):  # in a circle there is no way past
            feeding = into.get(way[-1].source.block, [])
            if len(feeding) != 1:
                break
            way.append(feeding[0])
        if way[-1].source.block not in gone:
            yield Link(way[-1].source, link.target), tuple(reversed(way))


def _healed(graph: Graph, gone: frozenset[str]) -> tuple[Link, ...]:
    """The links of the rest, past blocks that go."""
    return tuple(dict.fromkeys(link for link, _ in passages(graph, gone)))


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
