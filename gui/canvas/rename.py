"""The editor that opens over a card's or a group's name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from engine import edits, groups
from gui import grouping
from gui.canvas import commands
from gui.canvas.geometry import CARD
from gui.own_keys import keeps_key
from gui.theme import interface_font, set_role

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Named(ABC):
    """Something on the canvas whose name can be edited where it stands."""

    what: str
    """What it is, in a word for a screen reader."""

    def __init__(self, canvas: CanvasView, key: str) -> None:
        self.canvas = canvas
        self.key = key

    @abstractmethod
    def is_there(self) -> bool:
        """Whether it still exists and is to be seen."""

    @abstractmethod
    def name(self) -> str:
        """Its name now."""

    @abstractmethod
    def area(self) -> QRectF:
        """Where the name stands, and how much room it can take, in the scene."""

    @abstractmethod
    def refusal(self, name: str) -> str:
        """Why it cannot have a name, as a sentence; "" when it can."""

    @abstractmethod
    def rename(self, name: str) -> None:
        """Gives it a name."""


class NamedBlock(Named):
    """A block, by its card."""

    what = "block"

    def is_there(self) -> bool:
        return self.key in self.canvas.workspace.graph.blocks and not self.canvas.items_scene.groups.hides(self.key)

    def name(self) -> str:
        return self.canvas.workspace.graph.blocks[self.key].name

    def area(self) -> QRectF:
        card = self.canvas.items_scene.cards[self.key]
        area = card.name_area().translated(card.pos())
        area.setRight(card.pos().x() + CARD.right() - 8)
        return area

    def refusal(self, name: str) -> str:
        return edits.name_refusal(self.canvas.workspace.graph, self.key, name)

    def rename(self, name: str) -> None:
        commands.rename(self.canvas.workspace, self.key, name)


class NamedGroup(Named):
    """A group, by its frame or card."""

    what = "group"

    def is_there(self) -> bool:
        return self.key in self.canvas.workspace.graph.groups

    def name(self) -> str:
        return self.canvas.workspace.graph.groups[self.key].name

    def area(self) -> QRectF:
        layer = self.canvas.items_scene.groups
        area = (layer.frames.get(self.key) or layer.cards[self.key]).name_area()
        area.setWidth(min(area.width(), 320.0))
        return area

    def refusal(self, name: str) -> str:
        return groups.name_refusal(name)

    def rename(self, name: str) -> None:
        grouping.rename_group(self.canvas.workspace, self.key, name)


class NameEditor(QLineEdit):
    """Edits a name where it stands: Enter applies, Esc leaves everything as it was."""

    closed = Signal()

    def __init__(self, canvas: CanvasView, subject: Named) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self.subject = subject
        self._done = False
        self.setAccessibleName(f"Name of the {subject.what}")
        self.setText(subject.name())
        self.setFrame(False)
        self.setMaxLength(200)
        set_role(self, "rename")
        self.selectAll()
        self.textEdited.connect(self._on_edited)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_there(self) -> bool:
        """Whether what is being renamed still exists."""
        return self.subject.is_there()

    def follow(self) -> None:
        """Lies over the name, at the view's zoom."""
        place = self._canvas.viewportTransform().mapRect(self.subject.area().adjusted(-1, -2, 0, 2))
        high = max(24, round(place.height()))
        top = round(place.center().y() - high / 2)
        self.setGeometry(round(place.left()), top, max(120, round(place.width())), high)
        self._explain()

    def _complaint(self) -> str:
        return self.subject.refusal(self.text())

    def _on_edited(self) -> None:
        self._explain()

    def _explain(self) -> None:
        complaint = self._complaint()
        set_role(self, "rename-invalid" if complaint else "rename")
        self.setFont(interface_font(max(11, 13 * self._canvas.camera.zoom), semibold=True))
        self._canvas.overlays.bubble.show_text(complaint, QPointF(self.x() - 16, self.y() + self.height() - 16))

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor(apply=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._complaint():
                self.close_editor(apply=True)
        else:
            super().keyPressEvent(event)
        event.accept()  # an arrow that the field has no use for would move the block

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.close_editor(apply=True)

    def close_editor(self, *, apply: bool) -> None:
        """Ends the editing, once; a name that cannot be is never applied."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self._canvas.overlays.bubble.show_text("")
        if apply and self.subject.is_there() and not self._complaint():
            self.subject.rename(self.text())
        self.hide()
        self.closed.emit()
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()
