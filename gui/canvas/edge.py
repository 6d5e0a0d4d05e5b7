"""Scrolling while something is dragged to the canvas's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

NEAR = 24
"""How near to the edge, in view pixels, a drag makes the view scroll."""
INTERVAL = 16
"""Milliseconds between two steps."""
FASTEST = 24
"""View pixels of the largest step."""


class EdgeScroll(QObject):
    """Scrolls the canvas while a gesture is held at its edge, faster the farther out the pointer is.

    It begins only when the pointer comes to the edge from the inside: a block that enters from the palette crosses the
    edge without meaning it. `is_armed` says that it has been inside, `steps` how often was looked.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.is_armed = False
        self.steps = 0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """A gesture begins."""
        self.is_armed = False
        self.steps = 0
        self._timer.start()

    def stop(self) -> None:
        """The gesture is over."""
        self._timer.stop()

    def _step(self) -> None:
        self.steps += 1
        room, place = self._canvas.viewport().rect(), self._canvas.pointer.view
        step = QPoint(_pull(place.x(), room.width()), _pull(place.y(), room.height()))
        if step.isNull():
            self.is_armed = True
        elif self.is_armed and self._canvas.gesture is not None:
            self._canvas.camera.scroll(step)
            self._canvas.gesture.update(self._canvas.pointer_at(place, self._canvas.pointer.modifiers))


def _pull(place: float, room: int) -> int:
    """The step along one axis: positive near the beginning, negative near the end, 0 between."""
    pull = max(0.0, NEAR - place) - max(0.0, place - room + NEAR)
    return round(max(-FASTEST, min(FASTEST, pull / 2)))
