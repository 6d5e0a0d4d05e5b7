"""Moving the view: with the middle button, or with Space held down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt

from gui.canvas.gestures.base import Gesture, Pointer

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Pan(Gesture):
    """The canvas follows the pointer; Esc brings it back to where it was."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._last = QPointF()
        self._moved = QPoint()

    def start(self, pointer: Pointer) -> None:
        self._last = pointer.view
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def update(self, pointer: Pointer) -> None:
        step = (pointer.view - self._last).toPoint()
        self._last = pointer.view
        self._moved += step
        self.canvas.camera.scroll(step)

    def end(self, pointer: Pointer) -> None:
        self.update(pointer)
        self.canvas.viewport().unsetCursor()

    def cancel(self) -> None:
        self.canvas.viewport().unsetCursor()
        self.canvas.camera.scroll(-self._moved)
