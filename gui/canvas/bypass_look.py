"""How a bypassed block's card looks: outlined only, with the link passing through it beneath its texts."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.canvas.geometry import CARD, RADIUS
from gui.theme import Tokens

TILE_OPACITY = 0.4
"""How much of its category's colour the card keeps."""

LINK_WIDTH = 2.0
PLATE_PADDING = 6.0
"""How far from a text the link that passes beneath it ends."""


def paint_ground(painter: QPainter, tokens: Tokens, border: str, passing: tuple[QPointF, QPointF]) -> None:
    """A dashed outline in place of the card, and the link from its input to its output."""
    painter.setPen(QPen(QColor(border), 1.2, Qt.PenStyle.CustomDashLine))
    pen = painter.pen()
    pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(QColor(tokens.canvas))
    painter.drawRoundedRect(CARD.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.setPen(QPen(QColor(tokens.link), LINK_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QLineF(*passing))


def paint_plate(painter: QPainter, tokens: Tokens, text: QRectF) -> None:
    """Free ground behind a text, so that the link that passes beneath does not run through it."""
    painter.fillRect(text.adjusted(-PLATE_PADDING, 0.0, PLATE_PADDING, 0.0), QColor(tokens.canvas))
