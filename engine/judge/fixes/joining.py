"""Fixes for what is missing, loose, doubled or damaged: blocks, links and names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.fix import AppendBlock, Connect, Disconnect, Fix, RemoveBlock, Rename, SpliceBlock, Step
from engine.graph import Graph, Link, PortRef
from engine.judge.fixes.case import Case, Entry, Network
from engine.judge.fixes.targets import endings, starting_values
from engine.judge.words import label, listed

_NEAREST = 3
"""How many blocks to connect to are tried, the nearest ones."""


def _missing_input(case: Case) -> Iterator[Fix]:
    """An Input before a block that waits for data: one that leads on, or any where none does."""
    network = case.network
    waiting = [key for key in network.graph.blocks if network.role(key) != "input" and network.free_inputs(key)]
    leading = [key for key in waiting if key in network.out]
    for key in (leading or waiting)[:_NEAREST]:
        name = label(network.graph.blocks[key])
        yield Fix(f"Add an Input before {name}", (AppendBlock("Input", key, starting_values(network, key)),))


def _missing_output(case: Case) -> Iterator[Fix]:
    """An Output after the last block, with the layers before it that the target asks for."""
    network = case.network
    ends = [key for key in network.graph.blocks if key not in network.out and network.output_ports(key)]
    ends.sort(key=lambda key: (key not in network.into, key != case.problem.block))
    for key in ends[:_NEAREST]:
        name = label(network.graph.blocks[key])
        for words, layers in endings(network, key):
            chain = ("Output", {}), *reversed(layers)
            title = f"Add {words}an Output after {name}"
            yield Fix(title, tuple(AppendBlock(type_name, key, values) for type_name, values in chain))


def _beginning(case: Case) -> Iterator[Fix]:
    """The smallest network that fits the data."""
    network = case.network
    shape = network.data.inputs[0].shape if network.data is not None and network.data.inputs else ()
    first: tuple[Step, ...] = (AppendBlock("Input", None, starting_values(network)),)
    if len(shape) > 1:
        first = (*first, AppendBlock("Flatten"))
    for _, layers in endings(network, None):
        if layers:
            chain = (*layers, ("Output", {}))
            title = "Begin with an Input, a Dense and an Output"
            yield Fix(title, (*first, *(AppendBlock(type_name, None, values) for type_name, values in chain)))


def _join_loose(case: Case) -> Iterator[Fix]:
    """A block without a link goes after a block that leads nowhere yet, or into the nearest link."""
    network, block = case.network, case.block
    name = label(block)
    for key in _unused(network, block.id)[:1]:
        steps = _connecting(network, key, network.free_inputs(block.id)[:1])
        yield Fix(f"Connect {label(network.graph.blocks[key])} to {name}", steps)
    middle = sorted(
        (one for ends in network.into.values() for one in ends),
        key=lambda one: network.distance(one.source.block, block.id) + network.distance(one.target.block, block.id),
    )
    for one in middle[:_NEAREST]:
        above, below = (network.graph.blocks[end.block] for end in (one.source, one.target))
        yield Fix(f"Put it between {label(above)} and {label(below)}", (SpliceBlock(block.id, one),))


def _feed(case: Case) -> Iterator[Fix]:
    """A port without a link gets the result of the nearest block that leads nowhere yet, or an Input of its own."""
    network, block = case.network, case.block
    for port in network.free_inputs(block.id):
        for key in _unused(network, block.id)[:_NEAREST]:
            name = label(network.graph.blocks[key])
            yield Fix(f"Connect {name} to {label(block)}", _connecting(network, key, [port]))
    if case.spec.role == "layer" and not network.into.get(block.id):
        yield Fix(
            f"Add an Input before {label(block)}", (AppendBlock("Input", block.id, starting_values(network, block.id)),)
        )


def _feed_merge(case: Case) -> Iterator[Fix]:
    """A merge with one input gets a second one, from a block that leads nowhere yet."""
    network, block = case.network, case.block
    for key in _unused(network, block.id)[:_NEAREST]:
        ports = [PortRef(block.id, port.name) for port in case.spec.inputs]
        yield Fix(f"Connect {label(network.graph.blocks[key])} to {label(block)}", _connecting(network, key, ports))


def _use(case: Case) -> Iterator[Fix]:
    """A result that goes nowhere goes to the nearest block that waits, or to the Output of what it came from."""
    network, block = case.network, case.block
    if not network.with_role("output"):
        yield from _missing_output(case)
    above = network.graph.upstream((block.id,))
    waiting = [key for key in network.graph.blocks if key not in above and network.free_inputs(key)]
    for key in sorted(waiting, key=lambda key: network.distance(key, block.id))[:_NEAREST]:
        steps = _connecting(network, block.id, network.free_inputs(key)[:1])
        yield Fix(f"Connect {label(block)} to {label(network.graph.blocks[key])}", steps)
    for key in network.with_role("output"):
        link = network.feeding(key)
        if link is not None and link.source.block in above:
            steps = _connecting(network, block.id, [link.target])
            yield Fix(f"Connect {label(block)} to {label(network.graph.blocks[key])}", steps)


def _delete(case: Case) -> Iterator[Fix]:
    """The block goes."""
    yield Fix(f"Delete {label(case.block)}", (RemoveBlock(case.block.id),))


def _delete_branch(case: Case) -> Iterator[Fix]:
    """A block whose result goes nowhere goes, with those whose results went only there."""
    network = case.network
    gone = [case.block.id]
    for key in gone:
        for link in network.into.get(key, []):
            above = link.source.block
            if above not in gone and all(one.target.block in gone for one in network.out.get(above, [])):
                gone.append(above)
    names = [label(network.graph.blocks[key]) for key in reversed(gone)]
    title = f"Delete {listed(names)}" if len(names) < 4 else f"Delete this branch of {len(names)} blocks"
    yield Fix(title, tuple(RemoveBlock(key) for key in gone))


def _delete_links(case: Case) -> Iterator[Fix]:
    """Links that lead nowhere go."""
    links = case.problem.links
    yield Fix(f"Delete the damaged link{'s' if len(links) > 1 else ''}", tuple(Disconnect(link) for link in links))


def _open_circle(case: Case) -> Iterator[Fix]:
    """One of the links of a circle goes; the one drawn last is likeliest to have closed it."""
    graph = case.network.graph
    for link in reversed(graph.links):
        if {link.source.block, link.target.block} <= graph.blocks.keys() and _closes(graph, link):
            names = [label(graph.blocks[end.block]) for end in (link.source, link.target)]
            yield Fix(f"Delete the link from {names[0]} to {names[1]}", (Disconnect(link),))


def _closes(graph: Graph, link: Link) -> bool:
    return link.source.block in graph.downstream((link.target.block,))


def _rename(case: Case) -> Iterator[Fix]:
    """Every block but the first of a name gets another one; so does a block without a name."""
    graph, block = case.network.graph, case.block
    name = block.name.strip()
    same = [key for key, other in graph.blocks.items() if other.name == block.name]
    steps: list[Rename] = []
    taken = {other.name for other in graph.blocks.values()}
    for key in same[1:] if name else [block.id]:
        fresh, number = (name, 1) if name else (block.type, 0)
        while fresh in taken or not number:
            number += 1
            fresh = f"{name or block.type} {number}" if number > 1 else name or block.type
        taken.add(fresh)
        steps.append(Rename(key, fresh))
    if len(steps) == 1:
        yield Fix(f"Call it '{steps[0].name}'", tuple(steps))
    elif steps:
        yield Fix(f"Number them: '{steps[0].name}' to '{steps[-1].name}'", tuple(steps))


def _unused(network: Network, target: str) -> list[str]:
    """The blocks whose result goes nowhere and could go to `target`: those before it first, then the nearest."""
    below = network.graph.downstream((target,))
    found = [
        key for key in network.graph.blocks if key not in network.out and key not in below and network.output_ports(key)
    ]
    return sorted(found, key=lambda key: (not network.is_before(key, target), network.distance(key, target)))


def _connecting(network: Network, source: str, targets: list[PortRef]) -> tuple[Step, ...]:
    outputs = network.output_ports(source)
    return tuple(Connect(outputs[0], target) for target in targets) if outputs else ()


JOINING = (
    Entry(("empty",), _beginning),
    Entry(("no-input",), _missing_input),
    Entry(("no-output",), _missing_output),
    Entry(("loose",), _join_loose),
    Entry(("unfed",), _feed),
    Entry(("lone-merge",), _feed_merge),
    Entry(("unused",), _use),
    Entry(("loose", "unfed", "lone-merge", "unknown-type"), _delete),
    Entry(("unused",), _delete_branch),
    Entry(("damaged-links",), _delete_links),
    Entry(("circle",), _open_circle),
    Entry(("doubled-name", "unnamed"), _rename),
)
"""Fixes for blocks, links and names."""
