"""Which groups become models of their own inside the Keras model, and where data enter and leave them.

A nest is computed as one thing: all that it needs has to be there before, so data that leave it must not come back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.edits import spec_of
from engine.graph import Block, Graph, GraphError, Group, Link, PortRef

_NAMED = 3
"""How many blocks a sentence names one by one."""


@dataclass(frozen=True)
class Nest:
    """A group that is computed as a model of its own.

    `inputs` are the ports outside whose data enter it, `outputs` its own ports that data leave from, both in the order
    of the links; they are the nested model's inputs and outputs.
    """

    group: Group
    members: frozenset[str]
    inputs: tuple[PortRef, ...]
    outputs: tuple[PortRef, ...]


@dataclass(frozen=True)
class Nests:
    """The groups of a graph that become nested models, by their ids, and why each other that should is built flat."""

    nested: Mapping[str, Nest] = field(default_factory=dict)
    flat: Mapping[str, str] = field(default_factory=dict)


def nests(graph: Graph) -> Nests:
    """What becomes of the groups that should be nested, in a graph without bypassed blocks and without circles.

    Blocks that no Output depends on are in no model, and so in no nest. Groups that can be nested one by one may not
    all be at once; then those that come first are.
    """
    if not any(group.nested for group in graph.groups.values()):
        return Nests()
    ends = [key for key in graph.blocks if (spec := spec_of(graph, key)) is not None and spec.role == "output"]
    graph = graph.without_blocks(graph.blocks.keys() - graph.upstream(ends))
    homes: dict[str, list[str]] = {}
    for key, block in graph.blocks.items():
        homes.setdefault(block.group, []).append(key)
    wanted = {key: homes[key] for key, group in graph.groups.items() if group.nested and key in homes}
    whole = {key: _nest(graph, graph.groups[key], members) for key, members in wanted.items()}
    # Where all can be nested at once, each can; finding out which cannot takes much longer.
    if not any(_end_in(graph, members) for members in wanted.values()) and _has_order(graph, whole):
        return Nests(whole)
    nested: dict[str, Nest] = {}
    flat: dict[str, str] = {}
    for key, members in wanted.items():
        if reason := _reason(graph, graph.groups[key], members, nested):
            flat[key] = f"Group '{graph.groups[key].name}' is built flat: {reason}"
        else:
            nested[key] = whole[key]
    return Nests(nested, flat)


def contracted(graph: Graph, nested: Mapping[str, Nest]) -> Graph:
    """The graph with each nest as a single block that has the group's id."""
    home = {key: group for group, nest in nested.items() for key in nest.members}
    blocks = dict.fromkeys(home.get(key, key) for key in graph.blocks)
    links = (
        Link(link.source._replace(block=source), link.target._replace(block=target))
        for link in graph.links
        if (source := home.get(link.source.block, link.source.block))
        != (target := home.get(link.target.block, link.target.block))
    )
    return Graph({key: graph.blocks.get(key, Block(key, "", "")) for key in blocks}, tuple(links))


def _nest(graph: Graph, group: Group, members: Collection[str]) -> Nest:
    inside = frozenset(members)
    entering = (link.source for link in graph.links if link.target.block in inside and link.source.block not in inside)
    leaving = (link.source for link in graph.links if link.source.block in inside and link.target.block not in inside)
    return Nest(group, inside, tuple(dict.fromkeys(entering)), tuple(dict.fromkeys(leaving)))


def _end_in(graph: Graph, members: Collection[str]) -> Block | None:
    """The first Input or Output among some blocks."""
    specs = ((graph.blocks[key], spec_of(graph, key)) for key in members)
    return next((block for block, spec in specs if spec is not None and spec.role != "layer"), None)


def _reason(graph: Graph, group: Group, members: Collection[str], nested: Mapping[str, Nest]) -> str:
    """Why a group cannot be nested beside those that are, as the rest of a sentence; "" when it can."""
    if end := _end_in(graph, members):
        return (
            f"'{end.name}' in it is an {end.type}, which belongs to the network as a whole. "
            "Take it out of the group, so that the rest can be a model of its own."
        )
    inside = set(members)
    past = (graph.downstream(inside) & graph.upstream(inside)) - inside
    if past:
        names = [f"'{graph.blocks[key].name}'" for key in graph.blocks if key in past]
        which = ", ".join(names) if len(names) <= _NAMED else f"{len(names)} blocks, such as {names[0]}"
        return (
            f"data leave it and come back into it past {which}. Put what lies between into the group too, so that it "
            "can be a model of its own."
        )
    mine = _nest(graph, group, members)
    if _has_order(graph, {**nested, group.id: mine}):
        return ""
    others = [nest for key, nest in nested.items() if not _has_order(graph, {key: nest, group.id: mine})]
    other = f"group '{others[0].group.name}'" if others else "other nested groups"
    return (
        f"data go from it into {other} and come back, and both cannot be models of their own. "
        "Nest only one of them, or put both into one group."
    )


def _has_order(graph: Graph, nested: Mapping[str, Nest]) -> bool:
    try:
        contracted(graph, nested).order()
    except GraphError:
        return False
    return True
