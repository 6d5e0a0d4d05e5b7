"""The canvas where data flow from left to right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from engine.graph import Graph
from gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, port_place
from tests.gui.canvas_help import Stage, chain, link


def _to_the_right() -> Graph:
    graph = chain("a", "b", "c")
    blocks = {key: replace(block, x=index * 344.0, y=0.0) for index, (key, block) in enumerate(graph.blocks.items())}
    return replace(graph, blocks=blocks, direction="right")


def test_ports_are_on_the_edges_that_data_flow_over() -> None:
    assert port_place("input", 0, 1) == QPointF(0, -CARD_HEIGHT / 2)
    assert port_place("output", 0, 1, "right") == QPointF(CARD_WIDTH / 2, 0)
    assert port_place("input", 0, 1, "right") == QPointF(-CARD_WIDTH / 2, 0)
    upper, lower = port_place("input", 0, 2, "right"), port_place("input", 1, 2, "right")
    assert upper.y() < 0 < lower.y()
    assert lower.y() < CARD_HEIGHT / 2


def test_links_leave_at_the_right_and_arrive_at_the_left(qtbot: QtBot) -> None:
    stage = Stage(qtbot, _to_the_right())
    item = stage.canvas.items_scene.links[link("a", "b")]
    assert (item.start, item.end) == (QPointF(136, 0), QPointF(208, 0))
    stage.check()


def test_a_link_is_drawn_from_the_right_edge_to_the_left_one(qtbot: QtBot) -> None:
    graph = _to_the_right()
    stage = Stage(qtbot, graph.without_links(graph.links))
    stage.canvas.camera.look_at(QPointF(340, 0), 1.0)
    stage.drag((136, 0), (208, 0))
    assert stage.graph.links == (link("a", "b"),)
    stage.check()


def test_turning_the_network_moves_ports_and_links(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b", "c"))
    stage.workspace.document.apply_graph("Turn", replace(stage.graph, direction="right"))
    stage.check()
    assert stage.canvas.items_scene.links[link("a", "b")].start == QPointF(136, 0)
    stage.workspace.document.undo()
    stage.check()
    assert stage.canvas.items_scene.links[link("a", "b")].start == QPointF(0, 30)
