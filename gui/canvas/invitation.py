"""What an empty canvas says: how a network can be begun, as things to click."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from gui.icons import draw_icon
from gui.theme import Tokens, interface_font, set_role, themes

WIDTH = 360
ROW_HEIGHT = 56
SKETCH_HEIGHT = 104
ROWS = (
    ("templates", "grid", "Open a template", "Networks that are ready to be trained"),
    ("search", "search", "Search for a block", "Space, or double-click anywhere on the canvas"),
    ("open", "open", "Open a project", "Or drop a .lamina file on the window"),
)
"""What can be clicked: its name, its icon, and its words."""


class InvitationRow(QAbstractButton):
    """One way to begin: an icon, what it does, and another way to the same."""

    def __init__(self, icon: str, text: str, more: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self._more = more
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(more)
        self.setFixedSize(WIDTH, ROW_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.border), 1))
        painter.setBrush(QColor(tokens.hover if lit else tokens.card))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        tile = QRectF(10, 10, 36, 36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_ground))
        painter.drawRoundedRect(tile, 9, 9)
        draw_icon(painter, self._icon, tile.adjusted(8, 8, -8, -8), QColor(tokens.accent))
        room = QRectF(58, 9, self.width() - 70, 20)
        painter.setPen(QColor(tokens.text))
        painter.setFont(interface_font(13, semibold=True))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(QColor(tokens.secondary))
        painter.setFont(interface_font(11.5))
        painter.drawText(room.translated(0, 18), Qt.AlignmentFlag.AlignVCenter, self._more)


class Invitation(QWidget):
    """What an empty canvas says. What is double-clicked or dropped beside the rows reaches the canvas."""

    templates_requested = Signal()
    search_requested = Signal()
    open_requested = Signal()

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SKETCH_HEIGHT + 12, 0, 0)
        layout.setSpacing(0)
        title = QLabel("Draw your network here")
        set_role(title, "large")
        text = QLabel("Drag blocks from the palette, or begin in one of these ways.")
        set_role(text, "secondary")
        for label, below in ((title, 4), (text, 16)):
            layout.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(below)
        self.rows: dict[str, InvitationRow] = {}
        for name, icon, words, more in ROWS:
            self.rows[name] = InvitationRow(icon, words, more, self)
            layout.addWidget(self.rows[name], alignment=Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(8)
        self.rows["templates"].clicked.connect(self.templates_requested)
        self.rows["search"].clicked.connect(self.search_requested)
        self.rows["open"].clicked.connect(self.open_requested)
        self.setFixedSize(self.sizeHint().expandedTo(QSize(400, 0)))
        themes().changed.connect(self.update)

    def place(self) -> None:
        """Stands in the middle of the view, a little above it; the sketch is cut off first where it is low."""
        room = self._viewport.size()
        free = room.height() - self.height()
        self.move((room.width() - self.width()) // 2, max(-SKETCH_HEIGHT, min(round(free * 0.42), free - 8)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, 0)
        _paint_sketch(painter, themes().tokens)


def _paint_sketch(painter: QPainter, tokens: Tokens) -> None:
    """Two small cards, and the dashed place of a third that is still to come."""
    width, height = 132.0, 28.0
    places = [QRectF(-width / 2, top, width, height) for top in (2.0, 38.0, 74.0)]
    painter.setPen(QPen(QColor(tokens.link), 1.5))
    for above, below in pairwise(places):
        painter.drawLine(QPointF(0, above.bottom()), QPointF(0, below.top()))
    for place, category in zip(places, ("data", "core", ""), strict=True):
        pen = QPen(QColor(tokens.border if category else tokens.strong_border), 1.0 if category else 1.3)
        if not category:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.card) if category else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        if category:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.category(category))
            painter.drawRoundedRect(QRectF(place.left() + 6, place.top() + 6, 16, 16), 4, 4)
            painter.setBrush(QColor(tokens.border))
            for row, share in ((9.0, 0.42), (16.0, 0.28)):
                line = QPainterPath()
                line.addRoundedRect(QRectF(place.left() + 30, place.top() + row, width * share, 3.5), 1.75, 1.75)
                painter.drawPath(line)
        else:
            middle = place.center()
            draw_icon(painter, "plus", QRectF(middle.x() - 8, middle.y() - 8, 16, 16), QColor(tokens.muted))
