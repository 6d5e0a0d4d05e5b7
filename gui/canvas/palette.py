"""What is dragged onto the canvas from the palette: Qt's drag events become a gesture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from engine.catalogue import CATALOGUE
from gui.canvas.gestures.palette_drop import PaletteDrop
from gui.canvas.mime import BLOCK_MIME

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def enter(canvas: CanvasView, event: QDragEnterEvent) -> None:
    """A block type begins its gesture; anything else is left to the window, which knows files."""
    type_name = bytes(event.mimeData().data(BLOCK_MIME).data()).decode("utf-8", "replace")
    if type_name in CATALOGUE:
        event.acceptProposedAction()
        canvas.begin(PaletteDrop(canvas, type_name), canvas.pointer_at(event.position(), event.modifiers()))
        canvas.overlays.hint.hide()
    else:
        event.ignore()


def move(canvas: CanvasView, event: QDragMoveEvent) -> None:
    """The block follows the pointer."""
    if isinstance(canvas.gesture, PaletteDrop):
        canvas.gesture.update(canvas.pointer_at(event.position(), event.modifiers()))
        event.acceptProposedAction()
    else:
        event.ignore()


def leave(canvas: CanvasView, event: QDragLeaveEvent) -> None:
    """The pointer left the canvas with the block."""
    if isinstance(canvas.gesture, PaletteDrop):
        canvas.cancel_gesture()
        canvas.overlays.show_graph(replaced=False)
    event.accept()


def drop(canvas: CanvasView, event: QDropEvent) -> None:
    """The block is put down."""
    if not isinstance(canvas.gesture, PaletteDrop):
        event.ignore()
        return
    pointer = canvas.pointer_at(event.position(), event.modifiers())
    gesture = canvas.let_go()
    if gesture is not None:
        gesture.end(pointer)
    event.acceptProposedAction()
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
