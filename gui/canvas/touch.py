"""Fingers on a touch screen: one works like the mouse, two move the view and zoom.

A tap is a click, a double tap a double-click, and a finger held still opens the context menu. While one finger drags
something, others are ignored, so that two ports dragged at once cannot disturb each other. Touchpads are no touch
screens: what two fingers do there comes as turns of a wheel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QEventPoint,
    QGuiApplication,
    QInputDevice,
    QMouseEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

HELD = 500
"""Milliseconds after which a finger that has not moved asks for the context menu."""
DOUBLE_TAP_REACH = 40.0
"""View pixels between the two taps of a double tap at most."""
NEAREST = 8.0
"""View pixels that two fingers are taken to be apart at least: what is divided by must not be nothing."""

TOUCHES = frozenset({QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel})
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Touch(QObject):
    """Turns the fingers on a canvas into what the mouse does, and into moves of its camera.

    `hand` says what they do: nothing, what the mouse does, pinching, or nothing more until all are lifted.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.hand: Literal["free", "mouse", "pinch", "over"] = "free"
        self._finger = -1
        self._start = QPointF()
        self._place = QPointF()
        self._moved = False
        self._pinch: tuple[QPointF, float] | None = None
        self._last_tap: tuple[int, QPointF] | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HELD)
        self._hold.timeout.connect(self._on_held)

    def take(self, event: QTouchEvent) -> bool:
        """Does what the fingers say; False leaves the event to whatever lies over the canvas."""
        device = event.device()
        if device is None or device.type() != QInputDevice.DeviceType.TouchScreen:
            return False
        points = event.points()
        if event.type() == QEvent.Type.TouchBegin and self._is_on_widget(points):
            event.ignore()  # Qt makes clicks of it for the small widgets over the canvas
            return False
        event.accept()
        if event.type() == QEvent.Type.TouchCancel:
            self._cancel()
        elif self.hand == "free":
            self._begin(points, event.timestamp())
        elif self.hand == "mouse":
            self._go_on(points, event.timestamp())
        elif self.hand == "pinch":
            self._pinch_on(points)
        if not _down(points):
            self._hold.stop()
            self.hand = "free"
        return True

    def _is_on_widget(self, points: Sequence[QEventPoint]) -> bool:
        return any(self._canvas.viewport().childAt(point.position().toPoint()) for point in points)

    def _begin(self, points: Sequence[QEventPoint], time: int) -> None:
        down = _down(points)
        if self._canvas.gesture is not None or not down:
            self.hand = "over"  # the mouse is at work
        elif len(down) > 1:
            self._begin_pinch(down)
        else:
            self.hand = "mouse"
            self._finger = down[0].id()
            self._start = self._place = down[0].position()
            self._moved = False
            self._hold.start()
            twice = self._is_second_tap(time)
            self._last_tap = None
            self._send(QEvent.Type.MouseButtonDblClick if twice else QEvent.Type.MouseButtonPress, LEFT)

    def _is_second_tap(self, time: int) -> bool:
        if self._last_tap is None:
            return False
        before, place = self._last_tap
        near = math.dist(place.toTuple(), self._start.toTuple()) <= DOUBLE_TAP_REACH
        return near and 0 <= time - before <= QGuiApplication.styleHints().mouseDoubleClickInterval()

    def _go_on(self, points: Sequence[QEventPoint], time: int) -> None:
        down = _down(points)
        if len(down) > 1 and not self._moved:
            self._hold.stop()
            self._canvas.cancel_gesture()
            self._begin_pinch(down)
            return
        finger = next((point for point in points if point.id() == self._finger), None)
        if finger is None:
            return
        if finger.position() != self._place:
            self._place = finger.position()
            if (self._place - self._start).manhattanLength() >= QApplication.startDragDistance():
                self._moved = True
                self._hold.stop()
            self._send(QEvent.Type.MouseMove, NONE)
        if finger.state() == QEventPoint.State.Released:
            self._hold.stop()
            self._send(QEvent.Type.MouseButtonRelease, LEFT)
            self._last_tap = None if self._moved else (time, self._place)
            self.hand = "over"

    def _begin_pinch(self, down: Sequence[QEventPoint]) -> None:
        self.hand = "pinch"
        self._pinch = _middle_and_reach(down)

    def _pinch_on(self, points: Sequence[QEventPoint]) -> None:
        down = _down(points)
        if len(down) < 2 or self._pinch is None:
            self.hand = "over"
            return
        (before, reach), (middle, wide) = self._pinch, _middle_and_reach(down)
        camera = self._canvas.camera
        step = (middle - before).toPoint()
        camera.scroll(step)
        camera.zoom_by(wide / reach, middle)
        # What was rounded away is kept for the next step, so that the picture stays under the fingers.
        self._pinch = (before + step.toPointF(), wide)

    def _on_held(self) -> None:
        if self.hand == "mouse" and not self._moved:
            self.hand = "over"
            self._canvas.cancel_gesture()
            place = self._place.toPoint()
            everywhere = self._canvas.viewport().mapToGlobal(place)
            self._canvas.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, everywhere))

    def _cancel(self) -> None:
        """The system took the fingers away, for a gesture of its own."""
        if self.hand == "mouse":
            self._canvas.cancel_gesture()
        self._hold.stop()
        self.hand = "free"

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
        everywhere = QPointF(self._canvas.viewport().mapToGlobal(self._place))
        modifiers = QGuiApplication.keyboardModifiers()
        event = QMouseEvent(kind, self._place, everywhere, button, held, modifiers)
        handlers = {
            QEvent.Type.MouseButtonPress: self._canvas.mousePressEvent,
            QEvent.Type.MouseButtonDblClick: self._canvas.mouseDoubleClickEvent,
            QEvent.Type.MouseMove: self._canvas.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: self._canvas.mouseReleaseEvent,
        }
        handlers[kind](event)


def _down(points: Sequence[QEventPoint]) -> list[QEventPoint]:
    """The fingers that are on the screen."""
    return [point for point in points if point.state() != QEventPoint.State.Released]


def _middle_and_reach(points: Sequence[QEventPoint]) -> tuple[QPointF, float]:
    """The place between two fingers, and how far apart they are."""
    one, other = points[0].position(), points[1].position()
    return (one + other) / 2, max(NEAREST, math.dist(one.toTuple(), other.toTuple()))
