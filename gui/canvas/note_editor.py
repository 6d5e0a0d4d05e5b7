"""The editor that opens over a comment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from engine.graph import Comment
from gui.canvas.comment import note_area
from gui.own_keys import keeps_key
from gui.theme import interface_font, set_role

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

SMALLEST = 120, 56
"""The editor's least size in view pixels."""


class NoteEditor(QPlainTextEdit):
    """Edits a comment where it is: Ctrl+Enter or a click elsewhere applies, Esc leaves everything as it was.

    A comment without an id is a new one, which comes into being when some text is applied.
    """

    closed = Signal()

    def __init__(self, canvas: CanvasView, comment: Comment) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self._comment = comment
        self._done = False
        self.setAccessibleName("Comment")
        self.setAccessibleDescription("Ctrl+Enter keeps the text, Esc leaves it as it was.")
        self.setPlaceholderText("Write a comment")
        self.setToolTip("Ctrl+Enter keeps the text, Esc leaves it as it was")
        self.setPlainText(comment.text)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_role(self, "note")
        self.selectAll()
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_there(self) -> bool:
        """Whether the comment still exists, or is still to be made."""
        return not self._comment.id or self._comment.id in self._canvas.workspace.graph.comments

    def follow(self) -> None:
        """Lies over the comment, at the view's zoom."""
        comment = self._canvas.workspace.graph.comments.get(self._comment.id, self._comment)
        place = self._canvas.viewportTransform().mapRect(note_area(comment))
        self.setGeometry(
            round(place.left()),
            round(place.top()),
            max(SMALLEST[0], round(place.width())),
            max(SMALLEST[1], round(place.height())),
        )
        self.setFont(interface_font(max(11, 13 * self._canvas.camera.zoom)))

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor(apply=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.close_editor(apply=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.close_editor(apply=True)

    def close_editor(self, *, apply: bool) -> None:
        """Ends the editing, once."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        text = self.toPlainText().strip()
        if apply and self.is_there():
            self._apply(text)
        self.hide()
        self.closed.emit()
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()

    def _apply(self, text: str) -> None:
        """Writes the text down; a comment without any is none."""
        workspace = self._canvas.workspace
        graph = workspace.graph
        if self._comment.id:
            if text:
                now = graph.comments[self._comment.id]
                workspace.document.apply_graph("Edit comment", graph.with_comment(replace(now, text=text)))
            else:
                workspace.document.apply_graph("Delete comment", graph.without_comments((self._comment.id,)))
        elif text:
            made = replace(self._comment, id=graph.fresh_id("comment"), text=text)
            workspace.document.apply_graph("Add comment", graph.with_comment(made))
            workspace.select((), (made.id,))
