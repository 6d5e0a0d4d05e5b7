"""The line at the bottom: what the engine does, problems, messages, zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.theme import set_role, themes
from gui.top_bar import ElidedLabel
from gui.workspace import Workspace

MESSAGE_TIME = 8000
"""Milliseconds for which a message stays."""


class StatusDot(QWidget):
    """A small disc in one of the theme's colours."""

    def __init__(self) -> None:
        super().__init__()
        self._token = "muted"

    def set_token(self, token: str) -> None:
        """Takes another of the theme's colours."""
        self._token = token
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(themes().tokens, self._token)))
        painter.drawEllipse(self.rect().center(), 3.5, 3.5)


class StatusBar(QFrame):
    """Counts blocks and problems; a click on the count opens the Problems list."""

    problems_requested = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        set_role(self, "bar")
        self.setFixedHeight(27)
        self._workspace = workspace
        self._dot = StatusDot()
        self._dot.setFixedSize(8, 8)
        self._state = QLabel()
        self._state.setAccessibleName("State of the engine")
        set_role(self._state, "secondary")
        self._count = QPushButton()
        self._count.setAccessibleName("Problems")
        self._count.setToolTip("Show or hide the list of problems")
        set_role(self._count, "status")
        self._count.clicked.connect(self.problems_requested)
        self._message = ElidedLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_role(self._message, "secondary")
        self._zoom = QLabel("100%")
        self._zoom.setAccessibleName("Zoom")
        set_role(self._zoom, "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        row.addSpacing(2)
        row.addWidget(self._count)
        row.addWidget(self._message, 1)
        row.addSpacing(12)
        row.addWidget(self._zoom)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._message.clear)
        workspace.message_posted.connect(self.show_message)
        workspace.analysis_changed.connect(self._show_count)
        workspace.document_changed.connect(self._show_count)
        self._show_count()

    def set_state(self, text: str, token: str, meaning: str) -> None:
        """Says what the engine does, with a disc in one of the theme's colours; `meaning` is told on asking."""
        self._state.setText(text)
        self._state.setToolTip(meaning)
        self._dot.set_token(token)
        self._dot.setToolTip(meaning)

    def set_zoom(self, factor: float) -> None:
        """Shows the canvas's zoom; 1.0 is 100%."""
        self._zoom.setText(f"{factor:.0%}")

    def show_message(self, text: str) -> None:
        """Shows a sentence for some seconds."""
        self._message.setText(text)
        self._message.setToolTip(text)
        self._timer.start(MESSAGE_TIME)

    def _show_count(self) -> None:
        blocks, problems = len(self._workspace.graph.blocks), len(self._workspace.analysis.problems)
        block_word = "block" if blocks == 1 else "blocks"
        problem_word = "problem" if problems == 1 else "problems"
        self._count.setText(f"{blocks} {block_word}, {problems or 'no'} {problem_word}")
