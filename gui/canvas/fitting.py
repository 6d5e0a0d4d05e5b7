"""Which ports a link can end at, worked out for all ports at once.

`engine.edits.refusal` gives the reason for one pair of ports and walks the graph for it. While a link is dragged every
port must light up or dim within a frame, so the walk is done once here.
"""

from __future__ import annotations

from engine import edits
from engine.graph import Graph, PortRef
from gui.canvas.geometry import Side


def fitting_ports(graph: Graph, fixed: PortRef, side: Side) -> frozenset[PortRef]:
    """The ports that a link can be drawn to from `fixed`, which is a port of that side of its block."""
    if side == "output":
        closed = graph.upstream((fixed.block,))
        linked = {link.target for link in graph.links_from(fixed.block, fixed.port)}
        ports_of = edits.input_ports
    else:
        closed = graph.downstream((fixed.block,))
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
