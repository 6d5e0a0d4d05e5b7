"""The editor that opens over a card's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from engine import edits
from gui.canvas import commands
from gui.canvas.geometry import CARD
from gui.theme import interface_font, set_role

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class NameEditor(QLineEdit):
    """Edits a block's name where it stands: Enter applies, Esc leaves everything as it was."""

    closed = Signal()

    def __init__(self, canvas: CanvasView, block: str) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self.block = block
        self._done = False
        self.setAccessibleName("Name of the block")
        self.setText(canvas.workspace.graph.blocks[block].name)
        self.setFrame(False)
        self.setMaxLength(200)
        set_role(self, "rename")
        self.selectAll()
        self.textEdited.connect(self._on_edited)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self) -> None:
        """Lies over the name on the card, at the view's zoom."""
        card = self._canvas.items_scene.cards[self.block]
        area = card.name_area().translated(card.pos())
        area.setRight(card.pos().x() + CARD.right() - 8)
        place = self._canvas.viewportTransform().mapRect(area.adjusted(-1, -2, 0, 2))
        high = max(24, round(place.height()))
        top = round(place.center().y() - high / 2)
        self.setGeometry(round(place.left()), top, max(120, round(place.width())), high)
        self._explain()

    def _complaint(self) -> str:
        return edits.name_refusal(self._canvas.workspace.graph, self.block, self.text())

    def _on_edited(self) -> None:
        self._explain()

    def _explain(self) -> None:
        complaint = self._complaint()
        set_role(self, "rename-invalid" if complaint else "rename")
        self.setFont(interface_font(max(11, 13 * self._canvas.camera.zoom), semibold=True))
        self._canvas.overlays.bubble.show_text(complaint, QPointF(self.x() - 16, self.y() + self.height() - 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor(apply=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._complaint():
                self.close_editor(apply=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.close_editor(apply=not self._complaint())

    def close_editor(self, *, apply: bool) -> None:
        """Ends the editing, once."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self._canvas.overlays.bubble.show_text("")
        workspace = self._canvas.workspace
        if apply and self.block in workspace.graph.blocks:
            commands.rename(workspace, self.block, self.text())
        self.hide()
        self.closed.emit()
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()
