"""The ground of the canvas: plain from far away, dotted from close by."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.canvas.geometry import DOTS, DOTS_FROM
from gui.theme import themes

DOT = 2.0
"""A dot's size in view pixels."""


def paint_ground(painter: QPainter, area: QRectF, zoom: float) -> None:
    """Paints an area of the scene. A row of dots is one dashed line, which Qt draws faster than single points."""
    tokens = themes().tokens
    painter.fillRect(area, QColor(tokens.canvas))
    if zoom < DOTS_FROM:
        return
    size = DOT / zoom
    pen = QPen(QColor(tokens.grid), size)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.0, DOTS / size - 1.0])
    painter.setPen(pen)
    left = (area.left() // DOTS) * DOTS - size / 2
    y = (area.top() // DOTS) * DOTS
    while y <= area.bottom() + DOTS:
        painter.drawLine(QPointF(left, y), QPointF(area.right() + DOTS, y))
        y += DOTS
