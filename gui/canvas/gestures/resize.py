"""Giving a comment another size by its lower right corner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from gui.canvas.comment import SMALLEST_HEIGHT, SMALLEST_WIDTH, note_area
from gui.canvas.geometry import on_grid
from gui.canvas.gestures.base import Gesture, Pointer, is_drag

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Resize(Gesture):
    """The corner follows the pointer on the 4 px grid; its release is one edit. A click selects the comment."""

    scrolls = True

    def __init__(self, canvas: CanvasView, comment: str) -> None:
        super().__init__(canvas)
        self._comment = comment
        self._start: Pointer | None = None
        self._resizing = False
        self._selected_before: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def start(self, pointer: Pointer) -> None:
        workspace = self.canvas.workspace
        self._start = pointer
        self._selected_before = (workspace.selection, workspace.selected_comments)
        workspace.select((), (self._comment,))

    def update(self, pointer: Pointer) -> None:
        if self._start is None or not (self._resizing or is_drag(self._start, pointer)):
            return
        if not self._resizing:
            self._resizing = True
            self.canvas.viewport().setCursor(Qt.CursorShape.SizeFDiagCursor)
        self.canvas.items_scene.notes.items[self._comment].show_area(self._area(pointer))

    def _area(self, pointer: Pointer) -> QRectF:
        area = note_area(self.canvas.workspace.graph.comments[self._comment])
        step = pointer.scene - self._start.scene if self._start is not None else QPointF()
        width = max(SMALLEST_WIDTH, on_grid(area.width() + step.x()))
        return QRectF(area.left(), area.top(), width, max(SMALLEST_HEIGHT, on_grid(area.height() + step.y())))

    def end(self, pointer: Pointer) -> None:
        if not self._resizing:
            return
        self.canvas.viewport().unsetCursor()
        area = self._area(pointer)
        graph = self.canvas.workspace.graph
        resized = replace(graph.comments[self._comment], width=area.width(), height=area.height())
        self.canvas.workspace.document.apply_graph("Resize comment", graph.with_comment(resized))
        self.canvas.items_scene.restore()

    def cancel(self) -> None:
        self.canvas.viewport().unsetCursor()
        self.canvas.items_scene.restore()
        self.canvas.workspace.select(*self._selected_before)
