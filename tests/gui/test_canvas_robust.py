"""Whatever comes in the middle of a drag, nothing is lost, left over or inconsistent.

Each drag of `DRAGS` is broken by each of `BREAKS`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from engine.graph import Block, Comment, Graph, Group
from gui.canvas.camera import LARGEST, SMALLEST
from tests.gui.canvas_help import LEFT, MIDDLE, PLAIN, Stage, chain

Place = tuple[float, float]
FAR = (560.0, 420.0)

DRAGS: dict[str, tuple[Place, Qt.MouseButton]] = {
    "card": ((-100, 88), LEFT),
    "new link": ((0, 118), LEFT),
    "link backwards": ((0, -30 + 88 * 4), LEFT),
    "end of a link": ((0, 146), LEFT),
    "link": ((0, 40), LEFT),
    "box": ((-330, -140), LEFT),
    "view": ((-330, -140), MIDDLE),
    "comment": ((300, -100), LEFT),
    "corner of a comment": ((418, -64), LEFT),
    "card of a group": ((240, 264), LEFT),
}


def _rich() -> Graph:
    """A chain, a group of two blocks beside it, and a comment."""
    graph = chain("a", "b", "c", "d").with_block(Block("e", "Dense", "E", {}, 0, 352))
    return (
        graph.with_group(Group("g", "Head", "green"))
        .with_blocks(Block(key, "Dense", key.upper(), {}, 340, y, "g") for key, y in (("f", 176), ("h", 264)))
        .with_comment(Comment("n", "A note", 180, -160))
    )


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """A network with everything in it, and a step to be undone."""
    made = Stage(qtbot, _rich())
    made.workspace.document.apply_graph("Add I", made.graph.with_block(Block("i", "Dense", "I", {}, -320, 352)))
    yield made
    made.canvas.cancel_gesture()


def _escape(stage: Stage) -> None:
    stage.key(Qt.Key.Key_Escape)


def _undo_of_the_window(stage: Stage) -> None:
    if not stage.canvas.cancel_gesture():
        stage.workspace.document.undo()


def _right_button(stage: Stage) -> None:
    QTest.mousePress(stage.canvas.viewport(), Qt.MouseButton.RightButton, PLAIN, stage.at(0, 300))


def _second_press(stage: Stage) -> None:
    """The release was lost to another window, and the same button goes down again."""
    stage.press(-330, 300, button=stage.canvas._gesture_button)


def _modal_question(stage: Stage) -> None:
    box = QMessageBox(stage.canvas.window())

    left = itertools.count(500, -1)

    def reject() -> None:
        if box.isActiveWindow() or not next(left):
            box.reject()
        else:
            QTimer.singleShot(10, reject)

    QTest.qWaitForWindowActive(stage.canvas)
    QTimer.singleShot(10, reject)
    box.exec()


BREAKS: dict[str, Callable[[Stage], None]] = {
    "Esc": _escape,
    "undo": _undo_of_the_window,
    "the right button": _right_button,
    "a second press": _second_press,
    "a modal question": _modal_question,
}


@pytest.mark.parametrize("end", BREAKS)
@pytest.mark.parametrize("drag", DRAGS)
def test_a_drag_that_is_broken_leaves_no_trace(stage: Stage, drag: str, end: str) -> None:
    start, button = DRAGS[drag]
    before, selected = stage.graph, stage.selected
    centre = stage.canvas.camera.centre()
    stage.press(*start, button=button)
    stage.move(*FAR)
    assert stage.canvas.gesture is not None
    BREAKS[end](stage)
    assert stage.canvas.gesture is None
    stage.check()
    stage.move(100, 300)
    stage.release(100, 300, button=button)
    assert stage.graph is before
    assert stage.selected == selected
    if drag == "view":
        assert math.dist(stage.canvas.camera.centre().toTuple(), centre.toTuple()) < 2
    stage.check()


@pytest.mark.parametrize("drag", DRAGS)
def test_a_release_that_got_lost_ends_the_drag_at_the_next_move(stage: Stage, qtbot: QtBot, drag: str) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    start, button = DRAGS[drag]
    before = stage.graph
    stage.press(*start, button=button)
    stage.move(*FAR)
    QTest.mouseRelease(other, button)
    QTest.mouseMove(stage.canvas.viewport(), stage.at(50, 300))
    assert stage.canvas.gesture is None
    assert stage.graph is before
    stage.check()


@pytest.mark.parametrize("drag", DRAGS)
def test_a_change_of_the_network_in_the_middle_of_a_drag_ends_it(stage: Stage, drag: str) -> None:
    start, button = DRAGS[drag]
    stage.press(*start, button=button)
    stage.move(*FAR)
    stage.workspace.document.undo()
    assert stage.canvas.gesture is None
    assert "i" not in stage.graph.blocks
    stage.move(60, 300)
    stage.release(60, 300, button=button)
    assert "i" not in stage.graph.blocks
    stage.check()


@pytest.mark.parametrize("drag", DRAGS)
def test_deleting_in_the_middle_of_a_drag_ends_the_drag_first(stage: Stage, drag: str) -> None:
    start, button = DRAGS[drag]
    stage.workspace.select(("b", "e"))
    stage.press(*start, button=button)
    stage.move(*FAR)
    stage.key(Qt.Key.Key_Delete)
    assert stage.canvas.gesture is None
    stage.move(60, 300)
    stage.release(60, 300, button=button)
    stage.check()
    while stage.workspace.document.undo_label:
        stage.workspace.document.undo()
    assert stage.graph == _rich()
    stage.check()


@pytest.mark.parametrize("drag", DRAGS)
def test_the_wheel_in_the_middle_of_a_drag_only_zooms(stage: Stage, drag: str) -> None:
    start, button = DRAGS[drag]
    before = stage.graph
    stage.press(*start, button=button)
    stage.move(*FAR)
    for turn in (120, 120, -600, 12_000_000, -12_000_000, 480):
        place = QPointF(300, 300)
        QApplication.sendEvent(
            stage.canvas.viewport(),
            QWheelEvent(place, place, QPoint(), QPoint(0, turn), LEFT, PLAIN, Qt.ScrollPhase.NoScrollPhase, False),
        )
        assert SMALLEST <= stage.canvas.camera.zoom <= LARGEST
    stage.key(Qt.Key.Key_Escape)
    stage.check()
    assert stage.graph is before
    stage.release(*FAR, button=button)
    assert stage.graph is before


@pytest.mark.parametrize("drag", DRAGS)
def test_a_drag_over_ten_thousand_pixels_ends_consistently(stage: Stage, drag: str) -> None:
    start, button = DRAGS[drag]
    stage.press(*start, button=button)
    stage.move(start[0] + 10_000, start[1] - 10_000, steps=20)
    stage.release(start[0] + 10_000, start[1] - 10_000, button=button)
    stage.key(Qt.Key.Key_Escape)  # a link that is dropped in the empty asks what it shall lead to
    assert stage.canvas.gesture is None
    for block in stage.graph.blocks.values():
        assert math.isfinite(block.x)
        assert math.isfinite(block.y)
    stage.check()
    while stage.workspace.document.undo_label:
        stage.workspace.document.undo()
    assert stage.graph == _rich()
    stage.check()


@pytest.mark.parametrize("zoom", [SMALLEST, LARGEST, 1e-9, 1e9, math.nan, math.inf, 0.0, -3.0])
def test_no_zoom_is_too_extreme(stage: Stage, zoom: float) -> None:
    stage.canvas.camera.look_at(QPointF(0, 100), zoom)
    assert SMALLEST <= stage.canvas.camera.zoom <= LARGEST
    assert all(math.isfinite(value) for value in stage.canvas.camera.centre().toTuple())
    stage.canvas.grab()
    stage.canvas.camera.zoom_by(zoom, QPointF(100, 100))
    stage.canvas.camera.frame(stage.canvas.items_scene.network_area(), smooth=False)
    assert all(math.isfinite(value) for value in stage.canvas.camera.centre().toTuple())
    stage.check()


def test_blocks_at_absurd_places_are_shown_and_can_be_dragged(qtbot: QtBot) -> None:
    places = [(1e300, 0.0), (-1e300, 1e12), (0.0, 0.0)]
    graph = Graph().with_blocks(Block(f"b{n}", "Dense", f"B{n}", {}, x, y) for n, (x, y) in enumerate(places))
    stage = Stage(qtbot, graph)
    stage.canvas.fit_all(animated=False)
    stage.canvas.grab()
    assert math.isfinite(stage.canvas.camera.zoom)
    stage.canvas.camera.look_at(QPointF(0, 0), 1.0)
    stage.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    stage.drag((-100, 0), (-40, 40))
    assert all(math.isfinite(block.x + block.y) for block in stage.graph.blocks.values())
    stage.check()
