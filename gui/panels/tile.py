"""The coloured tile with an icon that stands for a block's category, wherever a block is listed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine.catalogue.spec import BlockSpec
from gui.icons import draw_icon
from gui.theme import formula_font, interface_font, themes


def draw_tile(painter: QPainter, place: QRectF, category: str, icon: str) -> None:
    """Paints a category's tile with an icon into a square of the painter's coordinates."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(themes().tokens.category(category))
    radius = place.width() * 0.24
    painter.drawRoundedRect(place, radius, radius)
    inset = place.width() * 0.17
    draw_icon(painter, icon, place.adjusted(inset, inset, -inset, -inset), QColor("#FFFFFF"))
    painter.restore()


def draw_letter_tile(painter: QPainter, place: QRectF, letter: str) -> None:
    """Paints a quiet tile with a letter, for what has no category: pages and optimizers."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(themes().tokens.colour("accent_ground"))
    radius = place.width() * 0.24
    painter.drawRoundedRect(place, radius, radius)
    painter.setPen(themes().tokens.colour("accent"))
    font = formula_font(place.width() * 0.62)
    font.setItalic(True)
    painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def card_pixmap(spec: BlockSpec, ratio: float) -> QPixmap:
    """A small card of a block type, to be carried under the pointer while it is dragged."""
    width, height = 176, 44
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    tokens = themes().tokens
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(tokens.colour("accent"))
    painter.setBrush(tokens.colour("card"))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 9, 9)
    draw_tile(painter, QRectF(8, 8, 28, 28), spec.category, spec.icon)
    painter.setPen(tokens.colour("text"))
    painter.setFont(interface_font(13, semibold=True))
    place = QRectF(46, 0, width - 56, height)
    title = painter.fontMetrics().elidedText(spec.type, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
    painter.end()
    return picture


class Tile(QWidget):
    """A tile as a widget."""

    def __init__(self, size: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._category = ""
        self._icon = ""
        self.setFixedSize(QSize(size, size))
        themes().changed.connect(self.update)

    def show_spec(self, category: str, icon: str) -> None:
        """Shows another category and icon."""
        self._category, self._icon = category, icon
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_tile(painter, QRectF(self.rect()), self._category, self._icon)
        painter.end()
