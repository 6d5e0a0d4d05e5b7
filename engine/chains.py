"""The order in which a network is read, and moving a block along it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from engine import edits
from engine.graph import Graph, GraphError, Link, PortRef

Way = Literal["earlier", "later"]
"""Against the flow of data, or with it."""


def reading_order(graph: Graph) -> tuple[str, ...]:
    """All blocks from inputs to outputs, each after what feeds it, and each branch told to its end before the next.

    Blocks in a circle, which only a damaged file can hold, come last.
    """
    missing = dict.fromkeys(graph.blocks, 0)
    following: dict[str, list[str]] = {}
    for link in graph.links:
        missing[link.target.block] += 1
        following.setdefault(link.source.block, []).append(link.target.block)
    waiting = [block for block, count in reversed(missing.items()) if count == 0]
    done: dict[str, None] = {}
    while waiting:
        block = waiting.pop()
        done[block] = None
        ready = []
        for target in following.get(block, ()):
            missing[target] -= 1
            if missing[target] == 0:
                ready.append(target)
        waiting.extend(reversed(ready))
    return (*done, *(block for block in graph.blocks if block not in done))


def move_in_chain(graph: Graph, block: str, way: Way) -> Graph:
    """The graph with a block and its neighbour in the chain in each other's places.

    Raises GraphError with a sentence where there is no neighbour that it could change places with. A block that comes
    to stand between two of a group joins it; one with no neighbour in its group any more leaves it.
    """
    before, after = _pair(graph, block, way)
    into = graph.links_into(before)
    between = graph.links_into(after)[0]
    leaving = graph.links_from(after)
    entry = PortRef(before, into[0].target.port if into else edits.input_ports(graph, before)[0].name)
    outputs = edits.output_ports(graph, after)
    exits = {link.source for link in leaving} or {PortRef(after, outputs[0].name)}
    changed = {
        **{link: Link(link.source, between.target) for link in into},
        between: Link(exits.pop(), entry),
        **{link: Link(between.source, link.target) for link in leaving},
    }
    first, second = graph.blocks[before], graph.blocks[after]
    graph = replace(graph, links=tuple(changed.get(link, link) for link in graph.links))
    graph = edits.move_blocks(graph, {before: (second.x, second.y), after: (first.x, first.y)})
    return _regroup(graph, block)


def _pair(graph: Graph, block: str, way: Way) -> tuple[str, str]:
    """The block and its neighbour in the order of the chain, both of them able to change places."""
    name = graph.blocks[block].name
    links = graph.links_into(block) if way == "earlier" else graph.links_from(block)
    others = {link.source.block if way == "earlier" else link.target.block for link in links}
    if not others:
        raise GraphError(
            f"There is no block {'before' if way == 'earlier' else 'after'} '{name}' to change places with."
        )
    for one in (block, *others):
        spec = edits.spec_of(graph, one)
        if spec is not None and spec.role != "layer":
            side = "before an Input" if spec.role == "input" else "after an Output"
            raise GraphError(f"'{name}' cannot be moved {way}: nothing stands {side}.")
    before, after = (others.pop(), block) if way == "earlier" else (block, others.pop())
    for one in (before, after):
        if len(graph.links_into(one)) > 1:
            raise GraphError(f"'{graph.blocks[one].name}' takes data from several blocks, so it cannot change places.")
    leaving = {link.source for link in graph.links_from(after)}
    if len(graph.links_from(before)) > 1 or others or len(leaving) > 1:
        branching = before if len(leaving) <= 1 else after
        raise GraphError(f"The data of '{graph.blocks[branching].name}' go several ways, so it cannot change places.")
    if not edits.input_ports(graph, before) or not edits.output_ports(graph, after):
        raise GraphError(f"'{name}' cannot be moved {way}.")
    return before, after


def _regroup(graph: Graph, block: str) -> Graph:
    """The graph with a block in the group that it came to stand in."""
    around = [graph.blocks[link.source.block].group for link in graph.links_into(block)]
    around += [graph.blocks[link.target.block].group for link in graph.links_from(block)]
    group = graph.blocks[block].group
    if around and len(set(around)) == 1 and len(around) > 1:
        group = around[0]
    elif group not in around:
        group = ""
    return graph.with_block(replace(graph.blocks[block], group=group)).without_empty_groups()
