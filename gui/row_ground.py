"""The ground of a row in a list: lit where it is chosen, shaded under the pointer. All delegates paint it alike."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle

from gui.theme import themes


def paint_row_ground(
    painter: QPainter, place: QRect, state: QStyle.StateFlag, margin: float = 8.0, radius: float = 6.0
) -> None:
    """Paints it in a row at `place`; `margin` is what stays free at both sides. Nothing for a row at rest."""
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(themes().tokens.colour("accent_ground" if chosen else "hover"))
        painter.drawRoundedRect(QRectF(place).adjusted(margin, 1, -margin, -1), radius, radius)
