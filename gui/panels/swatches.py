"""A row of round samples of colours, one of which is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from gui.theme import themes

SIZE = 22
"""The side of a sample in pixels, with its ring."""


class Swatch(QAbstractButton):
    """One colour of groups; a ring shows that it is the chosen one."""

    def __init__(self, colour: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = colour
        self.setCheckable(True)
        self.setFixedSize(SIZE, SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(colour.capitalize())
        self.setToolTip(colour.capitalize())
        themes().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.group(self.colour))
        painter.drawEllipse(area.adjusted(4, 4, -4, -4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(tokens.group(self.colour), 2.0))
            painter.drawEllipse(area.adjusted(1.5, 1.5, -1.5, -1.5))
        if self.hasFocus():
            painter.setPen(QPen(tokens.colour("accent"), 1.0))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()


class Swatches(QWidget):
    """Samples side by side; `chosen` carries the name of the one that a person picks."""

    chosen = Signal(str)

    def __init__(self, colours: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Colour")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._choice = QButtonGroup(self)
        self.swatches = {colour: Swatch(colour, self) for colour in colours}
        for swatch in self.swatches.values():
            self._choice.addButton(swatch)
            row.addWidget(swatch)
        row.addStretch(1)
        self._choice.buttonClicked.connect(self._pass_on)

    def show_colour(self, colour: str) -> None:
        """Marks the chosen colour."""
        if colour in self.swatches:
            self.swatches[colour].setChecked(True)

    def _pass_on(self, button: QAbstractButton) -> None:
        if isinstance(button, Swatch):
            self.chosen.emit(button.colour)
