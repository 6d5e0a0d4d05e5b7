"""Laying out on the canvas: L, the direction, the movement, and what may happen meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.graph import Block, Graph
from engine.layout import arrange
from gui.canvas.doings import arranging
from tests.gui.canvas_help import SHIFT, Stage, link


def scattered(count: int = 4) -> Graph:
    """A chain whose blocks lie about."""
    graph = Graph()
    for index in range(count):
        kind = "Input" if index == 0 else "Output" if index == count - 1 else "Dense"
        graph = graph.with_block(Block(f"b{index}", kind, f"B{index}", {}, index * 317 % 900, index * 131 % 700))
    for index in range(count - 1):
        graph = graph.with_link(link(f"b{index}", f"b{index + 1}"))
    return graph


def staged(qtbot: QtBot, graph: Graph) -> Stage:
    """A canvas in an active window, where keys reach the actions."""
    stage = Stage(qtbot, graph)
    stage.canvas.activateWindow()
    qtbot.waitUntil(stage.canvas.isActiveWindow)
    return stage


def places(graph: Graph) -> list[tuple[float, float]]:
    return [(block.x, block.y) for block in graph.blocks.values()]


def test_l_lays_out_in_one_step_and_the_cards_move_there(qtbot: QtBot) -> None:
    graph = scattered()
    stage = staged(qtbot, graph)
    stage.key(Qt.Key.Key_L)
    assert stage.graph == arrange(graph)
    assert stage.workspace.document.undo_label == "Lay out"
    assert stage.canvas.arranger.is_busy
    assert stage.canvas.items_scene.cards["b1"].pos() == QPointF(graph.blocks["b1"].x, graph.blocks["b1"].y)
    qtbot.waitUntil(lambda: not stage.canvas.arranger.is_busy)
    stage.check()
    stage.workspace.document.undo()
    assert stage.graph == graph
    stage.check()


def test_esc_ends_the_movement_at_its_end(qtbot: QtBot) -> None:
    stage = staged(qtbot, scattered())
    stage.workspace.select(["b1"])
    stage.key(Qt.Key.Key_L)
    stage.key(Qt.Key.Key_Escape)
    assert not stage.canvas.arranger.is_busy
    assert stage.selected == ["b1"]
    stage.check()


def test_undo_in_the_middle_of_the_movement_takes_the_layout_back(qtbot: QtBot) -> None:
    graph = scattered()
    stage = staged(qtbot, graph)
    stage.key(Qt.Key.Key_L)
    stage.workspace.document.undo()
    assert not stage.canvas.arranger.is_busy
    assert stage.graph == graph
    stage.check()


def test_a_drag_in_the_middle_of_the_movement_starts_from_the_end_of_it(qtbot: QtBot) -> None:
    stage = staged(qtbot, scattered())
    stage.key(Qt.Key.Key_L)
    at = stage.graph.blocks["b1"]
    stage.canvas.camera.look_at(QPointF(at.x, at.y), 1.0)
    stage.drag((at.x - 100, at.y), (at.x - 100, at.y + 12))
    assert stage.graph.blocks["b1"].y == at.y + 12
    stage.check()


def test_only_the_selected_blocks_are_laid_out(qtbot: QtBot) -> None:
    graph = scattered()
    stage = staged(qtbot, graph)
    stage.workspace.select(["b1", "b2"])
    stage.key(Qt.Key.Key_L)
    assert places(stage.graph)[::3] == places(graph)[::3]
    assert stage.graph.blocks["b1"].x == stage.graph.blocks["b2"].x
    stage.canvas.arranger.finish()
    stage.check()


def test_what_is_laid_out_already_is_no_step(qtbot: QtBot) -> None:
    stage = staged(qtbot, arrange(scattered()))
    stage.key(Qt.Key.Key_L)
    assert stage.workspace.document.undo_label == ""
    assert stage.messages == ["Everything is laid out already."]


def test_turning_lays_the_network_out_from_left_to_right_and_back(qtbot: QtBot) -> None:
    stage = staged(qtbot, scattered())
    stage.key(Qt.Key.Key_L, SHIFT)
    stage.canvas.arranger.finish()
    assert arranging.flows_right(stage.canvas)
    assert len({y for _, y in places(stage.graph)}) == 1
    assert stage.canvas.actions_by_name["left_to_right"].isChecked()
    assert stage.workspace.document.undo_label == "Left to right"
    stage.check()
    stage.key(Qt.Key.Key_L, SHIFT)
    stage.canvas.arranger.finish()
    assert not arranging.flows_right(stage.canvas)
    assert not stage.canvas.actions_by_name["left_to_right"].isChecked()
    stage.workspace.document.undo()
    assert stage.canvas.actions_by_name["left_to_right"].isChecked()
    stage.check()


def test_a_large_network_is_laid_out_beside_the_window(qtbot: QtBot) -> None:
    stage = staged(qtbot, scattered(200))
    stage.key(Qt.Key.Key_L)
    assert stage.canvas.arranger.is_busy
    assert stage.workspace.document.undo_label == ""
    qtbot.waitUntil(lambda: not stage.canvas.arranger.is_busy)
    assert stage.workspace.document.undo_label == "Lay out"
    assert len({x for x, _ in places(stage.graph)}) == 1
    stage.check()


def test_a_layout_of_a_network_that_has_changed_meanwhile_is_dropped(qtbot: QtBot) -> None:
    stage = staged(qtbot, scattered(200))
    stage.key(Qt.Key.Key_L)
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks(["b7"]))
    qtbot.waitUntil(lambda: not stage.canvas.arranger.is_busy)
    assert stage.workspace.document.undo_label == "Delete"
    assert "changed meanwhile" in stage.messages[-1]
    stage.check()
