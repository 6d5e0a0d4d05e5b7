"""Links between cards: one that is drawn, one that is being dragged, and the shape that a link carries."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.graph import Direction, Link
from gui.canvas.card import metrics, output_font
from gui.canvas.geometry import link_path
from gui.theme import themes

LinkLook = Literal["plain", "path", "problem", "dim"]
TOKENS: dict[LinkLook, str] = {"plain": "link", "path": "accent", "problem": "warning", "dim": "link"}
GRASP = 12.0
"""How wide a link is for the pointer."""

THINNEST = 1.2
"""View pixels that a link keeps from far away."""


class LinkItem(QGraphicsItem):
    """A link as a curve from one port to another, in scene coordinates."""

    def __init__(
        self,
        link: Link | None,
        start: QPointF,
        end: QPointF,
        direction: Direction = "down",
        via: tuple[QPointF, ...] = (),
    ) -> None:
        super().__init__()
        self.link = link
        self._look: LinkLook = "plain"
        self._hovered = False
        self._grasp: QPainterPath | None = None
        self.start, self.end = start, end
        self.direction = direction
        self.via = via
        self._draw()

    def _draw(self) -> None:
        self.path = link_path(self.start, self.end, self.direction, self.via)
        self._is_line = not self.via and (
            self.start.x() == self.end.x() and self.start.y() <= self.end.y()
            if self.direction == "down"
            else self.start.y() == self.end.y() and self.start.x() <= self.end.x()
        )
        self._bounds = self.path.controlPointRect().adjusted(-GRASP, -GRASP, GRASP, GRASP)
        self._grasp = None

    def show_ends(
        self, start: QPointF, end: QPointF, direction: Direction = "down", via: tuple[QPointF, ...] = ()
    ) -> None:
        """Draws the link between other places, past the corners of `via`."""
        if (start, end, direction, via) != (self.start, self.end, self.direction, self.via):
            self.prepareGeometryChange()
            self.start, self.end, self.direction, self.via = start, end, direction, via
            self._draw()

    def points(self) -> tuple[QPointF, ...]:
        """The corners of the link, without its curves: enough to draw it from far away."""
        return (self.start, *self.via, self.end)

    def show_look(self, look: LinkLook) -> None:
        """Draws the link plain, as part of the path to the selection, as the source of a problem, or dimmed."""
        if look != self._look:
            self._look = look
            self.update()

    @property
    def look(self) -> LinkLook:
        """How the link is drawn."""
        return self._look

    def show_hovered(self, hovered: bool) -> None:
        """Draws the link a little thicker while the pointer is on it."""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def middle(self) -> QPointF:
        """The point halfway along the link."""
        return self.path.pointAtPercent(0.5)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        if self._grasp is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(GRASP)
            self._grasp = stroker.createStroke(self.path)
        return self._grasp

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        zoom = max(0.01, option.levelOfDetailFromTransform(painter.worldTransform()))
        width = max(2.0, THINNEST / zoom) + (0.5 if self._look == "problem" else 0.0) + (1.0 if self._hovered else 0.0)
        pen = QPen(themes().tokens.colour(TOKENS[self._look]), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._look == "problem":
            pen.setDashPattern([2.4, 1.8])
        painter.setOpacity(0.3 if self._look == "dim" else 1.0)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._is_line:
            painter.drawLine(self.start, self.end)
        else:
            painter.drawPath(self.path)


class LinkLabel(QGraphicsItem):
    """The shape that a link carries, on a small pill; shown while the pointer is on the link."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._area = QRectF()
        self.setZValue(5.0)
        self.hide()

    @property
    def text(self) -> str:
        """What the label says."""
        return self._text

    def show_text(self, text: str, place: QPointF) -> None:
        """Shows a text centred at a place of the scene; hides the label for ""."""
        self.prepareGeometryChange()
        self._text = text
        width = metrics(output_font()).horizontalAdvance(text) + 16
        self._area = QRectF(-width / 2, -11, width, 22)
        self.setPos(place)
        self.setVisible(bool(text))

    def boundingRect(self) -> QRectF:
        return self._area.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(self._area, 11, 11)
        painter.setPen(QColor(tokens.text))
        painter.setFont(output_font())
        painter.drawText(self._area, Qt.AlignmentFlag.AlignCenter, self._text)
