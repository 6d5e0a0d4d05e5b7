"""Fingers on a touch screen."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.graph import Graph
from gui.canvas.actions import CanvasMenu
from gui.canvas.gestures.link_drag import LinkDrag
from tests.gui.canvas_help import Stage, link, stage

__all__ = ["stage"]


@pytest.fixture(scope="module")
def screen(qapp: QApplication) -> QPointingDevice:
    """A touch screen, which lives as long as the tests."""
    return QTest.createTouchDevice()


class Hand:
    """Fingers on a stage; places are those of the scene at the start."""

    def __init__(self, stage: Stage, screen: QPointingDevice) -> None:
        self._stage = stage
        self._screen = screen
        self._down: set[int] = set()

    def _at(self, place: tuple[float, float]) -> QPoint:
        return self._stage.at(*place)

    def touch(
        self,
        press: dict[int, QPoint] | None = None,
        move: dict[int, QPoint] | None = None,
        release: dict[int, QPoint] | None = None,
    ) -> None:
        """One message of the screen: what each finger does, at places of the view; the others stay."""
        sequence = QTest.touchEvent(self._stage.canvas.viewport(), self._screen, False)
        for finger, place in (press or {}).items():
            sequence.press(finger, place, self._stage.canvas.viewport())
        for finger, place in (move or {}).items():
            sequence.move(finger, place, self._stage.canvas.viewport())
        for finger, place in (release or {}).items():
            sequence.release(finger, place, self._stage.canvas.viewport())
        for finger in self._down - set(move or {}) - set(release or {}):
            sequence.stationary(finger)
        self._down = (self._down | set(press or {})) - set(release or {})
        sequence.commit()

    def tap(self, x: float, y: float) -> None:
        place = self._at((x, y))
        self.touch(press={0: place})
        self.touch(release={0: place})

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        one, other = self._at(start), self._at(end)
        self.touch(press={0: one})
        for step in range(1, 6):
            self.touch(move={0: one + (other - one) * step / 5})
        self.touch(release={0: other})


@pytest.fixture
def hand(stage: Stage, screen: QPointingDevice) -> Hand:
    return Hand(stage, screen)


def test_a_tap_selects_and_a_tap_beside_clears(stage: Stage, hand: Hand) -> None:
    hand.tap(-100, 88)
    assert stage.selected == ["b"]
    hand.tap(300, 400)
    assert stage.selected == []
    assert stage.canvas.touch.hand == "free"


def test_one_finger_moves_a_card_in_one_step(stage: Stage, hand: Hand) -> None:
    hand.drag((-100, 88), (-40, 120))
    assert (stage.graph.blocks["b"].x, stage.graph.blocks["b"].y) == (60, 120)
    assert stage.workspace.document.undo_label == "Move"
    stage.check()


def test_one_finger_draws_a_link(stage: Stage, hand: Hand) -> None:
    hand.drag((0, 118), (340, 58))
    assert link("b", "e") in stage.graph.links
    stage.check()


def test_a_double_tap_is_a_double_click(stage: Stage, hand: Hand) -> None:
    asked: list[str] = []
    stage.workspace.help_requested.connect(asked.append)
    hand.tap(-118, 88)
    hand.tap(-118, 88)
    assert asked == ["Dense"]


def test_a_finger_held_still_opens_the_context_menu(stage: Stage, hand: Hand, qtbot: QtBot) -> None:
    hand.touch(press={0: stage.at(-100, 88)})

    def is_open() -> bool:
        return isinstance(QApplication.activePopupWidget(), CanvasMenu)

    qtbot.waitUntil(is_open)
    assert stage.canvas.gesture is None
    assert stage.selected == ["b"]
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()
    hand.touch(release={0: stage.at(-100, 88)})
    assert stage.canvas.touch.hand == "free"


def test_two_fingers_move_the_view_and_zoom(stage: Stage, hand: Hand) -> None:
    before = stage.graph
    left, right = QPoint(400, 400), QPoint(600, 400)
    kept = stage.canvas.mapToScene(QPoint(500, 400))
    hand.touch(press={0: left, 1: right})
    hand.touch(move={0: left + QPoint(0, 50), 1: right + QPoint(0, 50)})
    moved = stage.canvas.mapToScene(QPoint(500, 450))
    assert math.dist(moved.toTuple(), kept.toTuple()) < 1.5
    hand.touch(move={0: QPoint(300, 450), 1: QPoint(700, 450)})
    assert stage.canvas.camera.zoom == pytest.approx(2.0)
    assert math.dist(stage.canvas.mapToScene(QPoint(500, 450)).toTuple(), kept.toTuple()) < 1.5
    hand.touch(release={0: QPoint(300, 450), 1: QPoint(700, 450)})
    assert stage.graph is before
    assert stage.selected == []
    stage.check()


def test_fingers_on_one_place_never_break_the_zoom(stage: Stage, hand: Hand) -> None:
    place = QPoint(400, 400)
    hand.touch(press={0: place, 1: place})
    for wide in (0, 3, 400, 0, 1, 900, 0):
        hand.touch(move={0: place, 1: place + QPoint(wide, 0)})
        assert math.isfinite(stage.canvas.camera.zoom)
    hand.touch(release={0: place, 1: place})
    assert 0.05 <= stage.canvas.camera.zoom <= 8


def test_a_second_finger_that_comes_at_once_pinches_instead(stage: Stage, hand: Hand) -> None:
    hand.touch(press={0: stage.at(-100, 88)})
    hand.touch(press={1: stage.at(100, 300)})
    assert stage.canvas.gesture is None
    assert stage.canvas.touch.hand == "pinch"
    hand.touch(release={0: stage.at(-100, 88), 1: stage.at(100, 300)})
    assert stage.selected == []
    stage.check()


@pytest.mark.parametrize("together", [True, False])
def test_two_ports_dragged_at_once_disturb_nothing(stage: Stage, hand: Hand, together: bool) -> None:
    first, second = stage.at(0, 118), stage.at(0, 206)  # the outputs of b and c
    before = stage.graph
    if together:
        hand.touch(press={0: first, 1: second})
    else:
        hand.touch(press={0: first})
        hand.touch(move={0: first + QPoint(60, 0)})
        assert isinstance(stage.canvas.gesture, LinkDrag)
        hand.touch(press={1: second})
    target = stage.at(340, 58)
    for step in range(1, 6):
        places = {0: first + (target - first) * step / 5, 1: second + (target - second) * step / 5}
        hand.touch(move=places)
    hand.touch(release={1: target})
    hand.touch(release={0: target})
    assert stage.canvas.gesture is None
    assert stage.canvas.touch.hand == "free"
    if together:
        assert stage.graph is before
    else:
        assert set(stage.graph.links) - set(before.links) == {link("b", "e")}
    stage.check()


def test_escape_in_the_middle_of_a_finger_s_drag_leaves_no_trace(stage: Stage, hand: Hand) -> None:
    before = stage.graph
    start = stage.at(-100, 88)
    hand.touch(press={0: start})
    hand.touch(move={0: start + QPoint(80, 80)})
    stage.key(Qt.Key.Key_Escape)
    hand.touch(move={0: start + QPoint(120, 80)})
    hand.touch(release={0: start + QPoint(120, 80)})
    assert stage.graph is before
    stage.check()


def test_a_touchpad_is_left_to_the_wheel(stage: Stage) -> None:
    pad = QTest.createTouchDevice(QInputDevice.DeviceType.TouchPad)
    sequence = QTest.touchEvent(stage.canvas.viewport(), pad, False)
    sequence.press(0, stage.at(-100, 88), stage.canvas.viewport())
    sequence.commit()
    assert stage.canvas.touch.hand == "free"
    sequence = QTest.touchEvent(stage.canvas.viewport(), pad, False)
    sequence.release(0, stage.at(-100, 88), stage.canvas.viewport())
    sequence.commit()


def test_fingers_press_the_buttons_over_the_canvas(qtbot: QtBot, screen: QPointingDevice) -> None:
    empty = Stage(qtbot, Graph())
    asked: list[bool] = []
    empty.canvas.templates_requested.connect(lambda: asked.append(True))
    button = empty.canvas.overlays.hint.rows["templates"]
    for name in ("press", "release"):
        sequence = QTest.touchEvent(button, screen, False)
        getattr(sequence, name)(0, button.rect().center(), button)
        sequence.commit()
    assert asked == [True]
