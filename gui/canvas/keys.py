"""Keys of the canvas that are no actions: Esc, Space tapped or held down, and the arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas import commands
from gui.canvas.doings import commenting
from gui.canvas.geometry import GRID

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
FAR_NUDGE = 24.0
PAN_STEP = 48.0
TAP = 300
"""Milliseconds: Space pressed no longer than this was tapped, not held."""


def press(canvas: CanvasView, event: QKeyEvent) -> bool:
    """Does what a key is for; False for one that the canvas has no use for."""
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Escape:
        canvas.escape()
    elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
        canvas.space_down = True
        canvas.space_tapped = event.timestamp() if canvas.gesture is None else None
        if canvas.gesture is None:
            canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
    elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and commenting.is_selected(canvas):
        commenting.edit(canvas)
    elif key in ARROWS and canvas.gesture is None:
        _on_arrow(canvas, ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
    else:
        return False
    return True


def release(canvas: CanvasView, event: QKeyEvent) -> bool:
    """Ends what a key held down did; False for one that the canvas has no use for."""
    if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
        return False
    canvas.space_down = False
    if canvas.gesture is None:
        canvas.viewport().unsetCursor()
        if canvas.space_tapped is not None and event.timestamp() - canvas.space_tapped <= TAP:
            canvas.search.open_free()
    canvas.space_tapped = None
    return True


def _on_arrow(canvas: CanvasView, way: QPointF, far: bool) -> None:
    workspace = canvas.workspace
    if workspace.selection or workspace.selected_comments:
        step = way * (FAR_NUDGE if far else GRID)
        commands.nudge_selection(workspace, step.x(), step.y())
        canvas.overlays.place()
    else:
        canvas.camera.scroll((way * -PAN_STEP).toPoint())
