"""Where a run stands: a thin bar, and a line of words and figures under it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import set_role

STEPS = 10_000
"""What the bar counts to."""


class ProgressLine(QWidget):
    """The bar and its line. Without a run the line says why Train cannot be pressed, or what would happen.

    `link_activated` says that the line was clicked where it is a link.
    """

    link_activated = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName("Progress of the run")
        self.left = FittingLabel()
        self.left.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.left.linkActivated.connect(self._on_link)
        self.right = QLabel()
        for label in (self.left, self.right):
            label.setFixedHeight(18)
            set_role(label, "secondary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.left, 1)
        row.addWidget(self.right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(self.bar)
        layout.addLayout(row)

    def show_run(self, fraction: float, left: str, right: str) -> None:
        """A run: how much of it is done (0 to 1), where it stands, and how fast it goes."""
        self.bar.setValue(round(STEPS * min(max(fraction, 0.0), 1.0)))
        _set(self.right, right)
        self.left.show_text(left)

    def show_reason(self, text: str, *, link: bool = False) -> None:
        """A sentence while there is no run; as a link it leads to what it speaks of."""
        self.bar.setValue(0)
        _set(self.right, "")
        self.left.show_text(text, link=link)

    def _on_link(self, _target: str) -> None:
        self.link_activated.emit()


class FittingLabel(QLabel):
    """One line that leaves out its last parts, which " · " divides, where room is short; the tooltip has it whole."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self._link = False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, *, link: bool = False) -> None:
        """Shows a plain text, as a link where it leads somewhere."""
        if (text, link) != (self._whole, self._link):
            self._whole, self._link = text, link
            self.setAccessibleName(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics, parts = self.fontMetrics(), self._whole.split(" · ")
        while len(parts) > 1 and metrics.horizontalAdvance(" · ".join(parts)) > self.width():
            parts.pop()
        text = metrics.elidedText(" · ".join(parts), Qt.TextElideMode.ElideRight, self.width())
        shown = escape(text)
        _set(self, f'<a href="problems" style="text-decoration: none">{shown}</a>' if self._link else shown)
        self.setToolTip("" if text == self._whole else self._whole)


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
