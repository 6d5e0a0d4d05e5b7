"""Which ports a link can end at, worked out for all ports at once.

`engine.edits.refusal` gives the reason for one pair of ports and walks the graph for it. While a link is dragged every
port must light up or dim within a frame, so the walk is done once here.
"""

from __future__ import annotations

from engine import edits
from engine.graph import Graph, PortRef
from gui.canvas.geometry import Side


def upstream(graph: Graph, block: str) -> frozenset[str]:
    """The block and everything whose data arrive at it."""
    above: dict[str, list[str]] = {}
    for link in graph.links:
        above.setdefault(link.target.block, []).append(link.source.block)
    return _walk(above, block)


def downstream(graph: Graph, block: str) -> frozenset[str]:
    """The block and everything that its data arrive at."""
    below: dict[str, list[str]] = {}
    for link in graph.links:
        below.setdefault(link.source.block, []).append(link.target.block)
    return _walk(below, block)


def _walk(next_ones: dict[str, list[str]], start: str) -> frozenset[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for block in next_ones.get(waiting.pop(), ()):
            if block not in seen:
                seen.add(block)
                waiting.append(block)
    return frozenset(seen)


def fitting_ports(graph: Graph, fixed: PortRef, side: Side) -> frozenset[PortRef]:
    """The ports that a link can be drawn to from `fixed`, which is a port of that side of its block."""
    if side == "output":
        closed = upstream(graph, fixed.block)
        linked = {link.target for link in graph.links_from(fixed.block, fixed.port)}
        ports_of = edits.input_ports
    else:
        closed = downstream(graph, fixed.block)
        linked = {link.source for link in graph.links_into(fixed.block, fixed.port)}
        ports_of = edits.output_ports
    found = (
        PortRef(block, port.name) for block in graph.blocks if block not in closed for port in ports_of(graph, block)
    )
    return frozenset(found) - linked


def refusal(graph: Graph, fixed: PortRef, side: Side, other: PortRef) -> str:
    """Why a link from `fixed` cannot end at `other`, as a sentence; "" when it can."""
    source, target = (fixed, other) if side == "output" else (other, fixed)
    return edits.refusal(graph, source, target)
