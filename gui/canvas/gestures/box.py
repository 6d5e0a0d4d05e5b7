"""Selecting by drawing a box around cards; a click on the empty canvas clears the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem

from gui.canvas.gestures.base import Gesture, Pointer, is_drag
from gui.theme import themes

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class BoxSelect(Gesture):
    """Selects the blocks and comments that the box touches; with Shift or Ctrl in addition to what was selected."""

    scrolls = True

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._start: Pointer | None = None
        self._box: QGraphicsRectItem | None = None
        self._chosen: tuple[str, ...] = ()
        self._comments: tuple[str, ...] = ()

    def start(self, pointer: Pointer) -> None:
        self._start = pointer

    def update(self, pointer: Pointer) -> None:
        if self._start is None or (self._box is None and not is_drag(self._start, pointer)):
            return
        if self._box is None:
            self._box = self._make_box()
        area = QRectF(self._start.scene, pointer.scene).normalized()
        self._box.setRect(area)
        scene, workspace = self.canvas.items_scene, self.canvas.workspace
        before, comments = (workspace.selection, workspace.selected_comments) if pointer.adds else ((), ())
        self._chosen = tuple(dict.fromkeys((*before, *scene.cards_in(area))))
        self._comments = tuple(dict.fromkeys((*comments, *scene.notes.inside(area))))
        scene.show_selection(self._chosen, self._comments)

    def _make_box(self) -> QGraphicsRectItem:
        tokens = themes().tokens
        pen = QPen(QColor(tokens.accent), 1)
        pen.setCosmetic(True)
        box = QGraphicsRectItem()
        box.setPen(pen)
        box.setBrush(tokens.colour("accent", 0.1))
        box.setZValue(6)
        self.canvas.items_scene.addItem(box)
        return box

    def end(self, pointer: Pointer) -> None:
        workspace = self.canvas.workspace
        if self._box is None:
            if not pointer.adds:
                workspace.select(())
            return
        self._remove_box()
        workspace.select(self._chosen, self._comments)
        self._show_selection()

    def cancel(self) -> None:
        self._remove_box()
        self._show_selection()

    def _show_selection(self) -> None:
        workspace = self.canvas.workspace
        self.canvas.items_scene.show_selection(workspace.selection, workspace.selected_comments)

    def _remove_box(self) -> None:
        if self._box is not None:
            self.canvas.items_scene.removeItem(self._box)
            self._box = None
