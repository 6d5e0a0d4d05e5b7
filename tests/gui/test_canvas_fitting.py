"""The quick answer to where a link fits agrees with the engine's own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import edits
from engine.graph import Block, Graph, GraphError, PortRef
from gui.canvas.fitting import fitting_ports, refusal
from gui.canvas.geometry import Side

TYPES = ("Input", "Dense", "Dense", "Add", "Output", "Mystery")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small graphs with branches, merges and an unknown type."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=2, max_size=7))
    graph = Graph().with_blocks(Block(f"b{i}", kind, f"n{i}") for i, kind in enumerate(kinds))
    for a, b in draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12)):
        source, target = f"b{a % len(kinds)}", f"b{b % len(kinds)}"
        ends = edits.output_ports(graph, source), edits.input_ports(graph, target)
        if ends[0] and ends[1]:
            try:
                graph = edits.connect(graph, PortRef(source, ends[0][0].name), PortRef(target, ends[1][0].name))
            except GraphError:
                continue
    return graph


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_a_port_lights_up_exactly_where_the_engine_refuses_nothing(graph: Graph) -> None:
    sides: tuple[Side, Side] = ("output", "input")
    for side in sides:
        own, others = (
            (edits.output_ports, edits.input_ports) if side == "output" else (edits.input_ports, edits.output_ports)
        )
        for block in graph.blocks:
            for port in own(graph, block):
                fixed = PortRef(block, port.name)
                allowed = {
                    PortRef(other, end.name)
                    for other in graph.blocks
                    for end in others(graph, other)
                    if not refusal(graph, fixed, side, PortRef(other, end.name))
                }
                assert fitting_ports(graph, fixed, side) == allowed
