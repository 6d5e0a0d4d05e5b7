"""The map in the canvas's corner: when it is seen, and how it moves the view."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.graph import Block
from gui.canvas.minimap import Minimap
from tests.gui.canvas_help import LEFT, PLAIN, Stage, chain


def far_stage(qtbot: QtBot) -> tuple[Stage, Minimap]:
    """A network that is larger than the view, seen at its own size."""
    stage = Stage(qtbot, chain("a", "b", "c").with_block(Block("far", "Dense", "far", {}, 6000, 4000)))
    return stage, stage.canvas.minimap


def test_the_map_is_seen_while_a_part_of_the_network_is_not(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    assert minimap.isVisible()
    stage.canvas.fit_all(animated=False)
    assert not minimap.isVisible()
    stage.canvas.camera.look_at(QPointF(), 1.0)
    assert minimap.isVisible()
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks(("far",)))
    assert not minimap.isVisible()
    stage.workspace.document.undo()
    assert minimap.isVisible()


def test_m_switches_the_map_on_and_off(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    told: list[bool] = []
    minimap.wanted_changed.connect(told.append)
    qtbot.waitUntil(stage.canvas.hasFocus)
    stage.key(Qt.Key.Key_M)
    assert not minimap.isVisible()
    assert not stage.canvas.actions_by_name["minimap"].isChecked()
    stage.key(Qt.Key.Key_M)
    assert minimap.isVisible()
    assert stage.canvas.actions_by_name["minimap"].isChecked()
    assert told == [False, True]


def test_a_click_on_the_map_brings_the_place_into_view(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    seen_before = minimap.view_area()
    QTest.mouseClick(minimap, LEFT, PLAIN, QPoint(minimap.width() - 10, minimap.height() - 10))
    centre = stage.canvas.camera.centre()
    assert abs(centre.x() - 6000) < 400
    assert abs(centre.y() - 4000) < 400
    assert minimap.view_area().center().x() > seen_before.center().x()
    assert stage.selected == []
    stage.check()


def test_dragging_the_views_frame_on_the_map_moves_the_view_along(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    stage.canvas.camera.look_at(QPointF(3000, 2000), 1.0)
    grip = minimap.view_area().center().toPoint() + QPoint(3, 2)
    QTest.mousePress(minimap, LEFT, PLAIN, grip)
    assert (stage.canvas.camera.centre() - QPointF(3000, 2000)).manhattanLength() < 4  # taken hold of, not moved
    QTest.mouseMove(minimap, grip + QPoint(20, 10))
    moved = stage.canvas.camera.centre()
    assert 300 < moved.x() - 3000 < 1600
    assert 150 < moved.y() - 2000 < 800
    QTest.mouseMove(minimap, QPoint(10_000, 10_000))  # far outside the map the view stays at its edge
    QTest.mouseRelease(minimap, LEFT, PLAIN, QPoint(10_000, 10_000))
    centre = stage.canvas.camera.centre()
    assert centre.x() < 8000
    assert centre.y() < 6000
    QTest.mouseMove(minimap, grip)
    assert stage.canvas.camera.centre() == centre


def test_the_wheel_on_the_map_zooms_around_the_views_middle(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    before = stage.canvas.camera.centre()
    place = QPointF(20, 20)
    event = QWheelEvent(
        place,
        minimap.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(minimap, event)
    assert stage.canvas.camera.zoom > 1.1
    assert (stage.canvas.camera.centre() - before).manhattanLength() < 4


def test_the_map_shows_what_the_network_is_now(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    before = minimap.grab().toImage()
    stage.workspace.document.apply_graph("Add", stage.graph.with_block(Block("x", "LSTM", "x", {}, 3000, 3000)))
    qtbot.waitUntil(lambda: minimap.grab().toImage() != before)
    stage.workspace.document.undo()
    qtbot.waitUntil(lambda: minimap.grab().toImage() == before)


def test_the_map_stays_in_the_corner_and_has_a_name(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    place = minimap.pos()
    stage.canvas.camera.scroll(QPoint(40, -30))
    assert minimap.pos() == place
    stage.canvas.resize(700, 600)
    assert minimap.geometry().right() < stage.canvas.width()
    assert minimap.geometry().bottom() < stage.canvas.height()
    assert minimap.accessibleName() == "Minimap"
    stage.canvas.resize(300, 200)  # no room for it
    assert not minimap.isVisible()


def test_nothing_breaks_with_blocks_at_the_end_of_the_world(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b").with_block(Block("z", "Dense", "z", {}, float("inf"), -1e12)))
    minimap = stage.canvas.minimap
    minimap.grab()
    QTest.mouseClick(minimap, LEFT, PLAIN, QPoint(5, 5))
    assert stage.canvas.camera.zoom == 1.0
    assert not minimap.view_area().isNull()


def test_the_map_gives_way_to_the_search_where_both_would_lie_in_the_corner(qtbot: QtBot) -> None:
    stage, minimap = far_stage(qtbot)
    link = stage.graph.links[0]
    stage.canvas.search.open_inside(link, QPointF(minimap.geometry().center()))
    assert stage.canvas.search.is_open
    assert not minimap.isVisible()
    stage.canvas.search.close()
    assert minimap.isVisible()
    stage.canvas.search.open_inside(link, QPointF(20, 20))
    assert minimap.isVisible() != stage.canvas.search.popup.geometry().intersects(minimap.geometry())
