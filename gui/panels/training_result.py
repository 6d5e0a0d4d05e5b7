"""What the training panel says when a run has ended, and what can be done next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.theme import set_role, themes


class ResultBox(QFrame):
    """A boxed sentence with buttons. One of `show_outcome`, `show_failure` and `show_slow_stop` fills it."""

    export_requested = Signal()
    train_more_requested = Signal()
    suggestion_taken = Signal(str)
    kill_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggestion = ""
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Close")
        self.close_button.setToolTip("Close")
        self.close_button.clicked.connect(self._on_close)
        self.export = _button("Export .keras…", "Save the trained network as a file that Keras loads anywhere")
        self.export.clicked.connect(self.export_requested)
        self.train_more = _button("Train more", "Go on from here for as many epochs again")
        self.train_more.clicked.connect(self.train_more_requested)
        self.suggestion = _button("", "Choose this optimizer; Train then starts a new run beside this one's curve")
        self.suggestion.clicked.connect(self._on_suggestion)
        self.kill = _button("End the process", "Ends it at once; what the run has learned is lost")
        self.kill.clicked.connect(self.kill_requested)
        self.details_button = _button("Details", "What an expert wants to see")
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self._on_details)
        self.copy = _button("Copy", "Copy sentence and details")
        self.copy.clicked.connect(self._on_copy)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setMaximumHeight(140)
        self.details.setAccessibleName("Details")
        self._buttons = (self.export, self.train_more, self.suggestion, self.kill, self.details_button, self.copy)

        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.message, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(row)
        layout.addWidget(self.details)
        themes().changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def show_outcome(self, message: str, *, good: bool, network: bool, suggestion: tuple[str, str] | None) -> None:
        """A run that came to an end. `suggestion` is an optimizer's name and title to try next."""
        shown = [self.export, self.train_more] if network else []
        if suggestion is not None:
            self._suggestion, title = suggestion
            self.suggestion.setText(f"Try {title}")
            shown.append(self.suggestion)
        self._show(message, "banner" if good else "warning", "", *shown)

    def show_failure(self, message: str, details: str) -> None:
        """A run that could not go on."""
        self._show(message, "warning", details, *([self.details_button, self.copy] if details else []))

    def show_slow_stop(self) -> None:
        """A step that does not end although Stop was pressed."""
        self._show(
            "The step under way takes long; the run ends after it and is kept. Ending the process ends it now, "
            "but what this run has learned is lost.",
            "warning",
            "",
            self.kill,
        )

    def _show(self, message: str, role: str, details: str, *buttons: QPushButton) -> None:
        self.message.setText(message)
        set_role(self, role)
        self.details_button.setChecked(False)
        self.details.setPlainText(details)
        self.details.hide()
        for button in self._buttons:
            button.setVisible(button in buttons)
        self.show()

    def _on_details(self, on: bool) -> None:
        self.details.setVisible(on)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.message.text()}\n\n{self.details.toPlainText()}")

    def _on_suggestion(self) -> None:
        self.suggestion_taken.emit(self._suggestion)

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    def _apply_theme(self) -> None:
        self.close_button.setIcon(icon("close", "muted"))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
