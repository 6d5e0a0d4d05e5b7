"""What the mouse does on the canvas: each gesture is an object with a start, updates, an end and a cancel."""

from __future__ import annotations

from gui.canvas.gestures.base import Gesture, Pointer
from gui.canvas.gestures.choose import gesture_for

__all__ = ["Gesture", "Pointer", "gesture_for"]
