"""What all gestures have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
"""Either of these keys adds to the selection instead of replacing it."""


FREELY = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
"""With either of these keys a drag snaps to no guides. Some desktops keep Alt and the mouse to themselves."""

APART = Qt.KeyboardModifier.AltModifier
"""With this key what is dragged goes into no link, and joins and leaves no group."""


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is: in view pixels and in scene pixels, and which modifier keys are down."""

    view: QPointF
    scene: QPointF
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def is_free(self) -> bool:
        """Whether what is dragged is to go where the pointer says, in line with nothing."""
        return bool(self.modifiers & FREELY)

    @property
    def keeps_apart(self) -> bool:
        """Whether what is dragged is to go into no link, and to join and leave no group."""
        return bool(self.modifiers & APART)

    @property
    def adds(self) -> bool:
        """Whether the selection is to be added to."""
        return bool(self.modifiers & ADDING)


class Gesture(ABC):
    """One gesture from its start to its end or its cancel; exactly one of the two is called, once.

    While it lasts only items move; the document changes at the end, in one step. `cancel` leaves no trace.
    """

    scrolls = False
    """Whether the view scrolls by itself while the pointer is held at its edge."""

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas

    @abstractmethod
    def start(self, pointer: Pointer) -> None:
        """The button went down, or something was dragged in."""

    @abstractmethod
    def update(self, pointer: Pointer) -> None:
        """The pointer moved."""

    @abstractmethod
    def end(self, pointer: Pointer) -> None:
        """The button was let go."""

    @abstractmethod
    def cancel(self) -> None:
        """Everything is as it was before the start."""


def is_drag(start: Pointer, now: Pointer) -> bool:
    """Whether the pointer has moved far enough to mean it."""
    return (now.view - start.view).manhattanLength() >= QApplication.startDragDistance()
