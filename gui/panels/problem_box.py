"""The box in which problems stand above the settings of what has them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.theme import set_role

MOST_PROBLEMS = 3
"""How many problems are written out above the settings."""


class ProblemBox(QFrame):
    """Some sentences on a warm ground."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        set_role(self, "warning")
        self.setAccessibleName(name)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self.label)

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Shows the first sentences; hides itself where there are none."""
        shown = list(sentences[:MOST_PROBLEMS])
        if len(sentences) > MOST_PROBLEMS:
            shown.append(f"… and {len(sentences) - MOST_PROBLEMS} more, in the list of problems.")
        self.label.setText("\n\n".join(shown))
        self.setVisible(bool(shown))
