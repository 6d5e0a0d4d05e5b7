"""Whatever is done to the document, undone and redone, the scene shows exactly its graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from engine import edits, groups
from engine.catalogue import CATALOGUE
from engine.graph import Block, Graph, GraphError, PortRef
from engine.project import Project
from tests.gui.canvas_help import Stage, chain


def _on_group(edit: Callable[[Graph, str], Graph]) -> Callable[[Graph, str], Graph]:
    """An edit of the group that a block is in."""
    return lambda graph, block: edit(graph, graph.blocks[block].group) if graph.blocks[block].group else graph


GROUPED: dict[str, Callable[[Graph, str], Graph]] = {
    "group": lambda graph, block: groups.group_blocks(graph, graph.downstream((block,)))[0],
    "ungroup": _on_group(groups.ungroup),
    "collapse": _on_group(groups.collapse),
    "expand": _on_group(groups.expand),
}
NUMBERS = st.integers(0, 30)
STEPS = st.tuples(
    st.sampled_from(
        (
            *("add", "append", "connect", "delete", "move", "rename", "odd", "disconnect"),
            *("group", "ungroup", "collapse", "expand", "comment", "undo", "redo", "open", "select"),
        )
    ),
    NUMBERS,
    NUMBERS,
)


def changed(graph: Graph, kind: str, one: int, two: int) -> Graph:
    """The graph after an edit, which two numbers choose."""
    keys = list(graph.blocks)
    types = list(CATALOGUE)
    if kind == "add":
        return edits.add_block(graph, types[one % len(types)], two * 40.0, one * 20.0)[0]
    if kind == "odd":
        return graph.with_block(Block(graph.fresh_id("Odd"), "Odd", f"odd {one}", {}, two * 40.0, one * 20.0))
    if kind == "comment":
        return edits.add_comment(graph, f"words {one}", two * 40.0, one * 20.0)[0]
    if not keys:
        return graph
    first, second = keys[one % len(keys)], keys[two % len(keys)]
    if kind in GROUPED:
        return GROUPED[kind](graph, first)
    if kind == "append":
        return edits.append_block(graph, types[two % len(types)], first)[0]
    if kind == "delete":
        return edits.remove_blocks(graph, frozenset({first, second}))
    if kind == "move":
        return edits.move_blocks(graph, {first: (two * 12.0, one * 12.0)})
    if kind == "rename":
        return graph.with_block(replace(graph.blocks[first], name=f"name {two}"))
    if kind == "disconnect":
        return graph.without_links(graph.links_from(first))
    outputs, inputs = edits.output_ports(graph, first), edits.input_ports(graph, second)
    if kind == "connect" and outputs and inputs:
        try:
            return edits.connect(graph, PortRef(first, outputs[0].name), PortRef(second, inputs[0].name))
        except GraphError:
            return graph
    return graph


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=25))
def test_the_scene_follows_any_sequence_of_edits(qtbot: QtBot, steps: list[tuple[str, int, int]]) -> None:
    stage = Stage(qtbot, chain("a", "b", "c"))
    document = stage.workspace.document
    for kind, one, two in steps:
        if kind == "undo":
            document.undo()
        elif kind == "redo":
            document.redo()
        elif kind == "open":
            document.open(Project(graph=chain("a", "z")), None)
        elif kind == "select":
            stage.workspace.select(list(stage.graph.blocks)[: one % 3])
        else:
            document.apply_graph(kind, changed(stage.graph, kind, one, two))
        stage.check()
    while document.undo_label:
        document.undo()
    stage.check()
    while document.redo_label:
        document.redo()
    stage.check()
    stage.canvas.close()
