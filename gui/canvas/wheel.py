"""What the wheel and the touchpad do to the camera."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent

from gui.canvas.camera import Camera

ONE_UNIT = 1.0015
"""The zoom of one unit of a wheel's turn."""
NOTCH = 120
"""The units of one notch."""


def turn_wheel(camera: Camera, event: QWheelEvent) -> None:
    """Zooms at the pointer; two fingers on a touchpad move the picture instead, and so does Shift, sideways."""
    turned, moved = event.angleDelta(), event.pixelDelta()
    # Some systems give pixels for plain wheels as well: those turn by whole notches and have no phases.
    notched = turned.x() == 0 and turned.y() % NOTCH == 0 and event.phase() == Qt.ScrollPhase.NoScrollPhase
    zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if not moved.isNull() and not notched and not zooming:
        camera.scroll(moved)
    elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        camera.scroll(QPoint((turned.y() or turned.x()) // 2, 0))
    else:
        camera.zoom_by(ONE_UNIT ** max(-2000, min(2000, turned.y())), event.position())


def pinch(camera: Camera, event: QNativeGestureEvent) -> None:
    """Zooms between two fingers."""
    if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
        camera.zoom_by(1.0 + max(-0.9, min(9.0, event.value())), event.position())
