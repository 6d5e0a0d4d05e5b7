"""The line that says on what a run computes, and why that is no GPU."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.figures import typeset
from gui.panels.training_text import BACKENDS
from gui.theme import set_role


class DeviceLine(QWidget):
    """Backend and device, with a link to the reason where there is something to explain."""

    def __init__(self) -> None:
        super().__init__()
        self._reason = ""
        self.text = QLabel()
        set_role(self.text, "secondary")
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.why_button = QPushButton("Why no GPU?")
        set_role(self.why_button, "link")
        self.why_button.hide()
        self.why_button.clicked.connect(self._explain)
        self.note = NotePopup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.why_button)
        self.setMinimumHeight(24)

    def show_device(self, backend: str, device: str, reason: str) -> None:
        """Names backend and device; `reason` says why there is no GPU, "" where that needs no word."""
        self.text.setText(" · ".join(part for part in (BACKENDS.get(backend, backend), device) if part))
        self._reason = typeset(reason)
        self.why_button.setVisible(bool(reason))

    def _explain(self) -> None:
        self.note.show_above(self.why_button, self._reason)


class NotePopup(QFrame):
    """A short text beside the widget that asked for it; a click elsewhere or Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_role(self, "popup")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 12)
        self._layout.addWidget(self.label)
        self.setFixedWidth(340)

    def show_above(self, widget: QWidget, text: str) -> None:
        """Shows a text above a widget, with their right edges in line."""
        self.label.setText(text)
        self.setFixedHeight(self._layout.heightForWidth(340))
        corner = widget.mapToGlobal(widget.rect().topRight())
        self.move(corner.x() - self.width() + 1, corner.y() - self.height() - 4)
        self.show()
