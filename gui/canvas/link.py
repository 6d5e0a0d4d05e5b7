"""Links between cards: one that is drawn, one that is being dragged, and the shape that a link carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.graph import Direction, Link
from gui.canvas.card import metrics, output_font
from gui.canvas.geometry import link_path
from gui.canvas.part import PartItem
from gui.theme import themes

LinkLook = Literal["plain", "path", "problem", "dim"]
TOKENS: dict[LinkLook, str] = {"plain": "link", "path": "accent", "problem": "warning", "dim": "link"}
ORDER: tuple[LinkLook, ...] = ("dim", "plain", "path", "problem")
"""Which looks are painted above which."""
GRASP = 12.0
"""How wide a link is for the pointer."""

THINNEST = 1.2
"""View pixels that a link keeps from far away."""
FLATNESS = QTransform.fromScale(0.4, 0.4)
"""A link in straight pieces is as smooth as it has to be at this zoom."""


class LinkItem(PartItem):
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
        self.look: LinkLook = "plain"
        self.is_hovered = False
        self._draw(start, end, direction, via)

    def _draw(self, start: QPointF, end: QPointF, direction: Direction, via: tuple[QPointF, ...]) -> None:
        self._start, self._end, self.direction, self._via = start, end, direction, via
        self._path = link_path(start, end, direction, via)
        self._step = QPointF()
        self._lines: tuple[QLineF, ...] = ()
        self._grasp: QPainterPath | None = None
        self.is_straight = not via and (
            start.x() == end.x() and start.y() <= end.y()
            if direction == "down"
            else start.y() == end.y() and start.x() <= end.x()
        )
        self.area = self._path.controlPointRect().adjusted(-GRASP, -GRASP, GRASP, GRASP)

    def shift(self, step: QPointF) -> None:
        """Moves the link with the blocks at both of its ends, and leaves it to the caller to have it painted anew."""
        self._step += step
        self.area.translate(step)

    def _settle(self) -> None:
        """Takes the steps by which the link was moved into its places: together, because there may be many links."""
        if not self._step.isNull():
            step, self._step = self._step, QPointF()
            self._start, self._end = self._start + step, self._end + step
            self._via = tuple(corner + step for corner in self._via)
            self._path.translate(step)
            self._lines = tuple(line.translated(step) for line in self._lines)
            self._grasp = None

    @property
    def start(self) -> QPointF:
        """Where the link begins."""
        self._settle()
        return self._start

    @property
    def end(self) -> QPointF:
        """Where the link ends."""
        self._settle()
        return self._end

    @property
    def via(self) -> tuple[QPointF, ...]:
        """The corners that the link runs past; none where it is one curve."""
        self._settle()
        return self._via

    @property
    def path(self) -> QPainterPath:
        """The link's line."""
        self._settle()
        return self._path

    def show_ends(
        self, start: QPointF, end: QPointF, direction: Direction = "down", via: tuple[QPointF, ...] = ()
    ) -> None:
        """Draws the link between other places, past the corners of `via`."""
        if (start, end, direction, via) != (self.start, self.end, self.direction, self.via):
            self.prepareGeometryChange()
            self.touch()
            self._draw(start, end, direction, via)
            self.touch()

    def points(self) -> tuple[QPointF, ...]:
        """The corners of the link, without its curves: enough to draw it from far away."""
        return (self.start, *self.via, self.end)

    def lines(self) -> tuple[QPointF, tuple[QLineF, ...]]:
        """The link in straight pieces, smooth enough to be seen from far away, and by how much they are to be moved."""
        if not self._lines:
            path = self.path
            points: Sequence[QPointF] = self.points()
            if not self.via and not self.is_straight:
                points = [place / FLATNESS.m11() for place in path.toSubpathPolygons(FLATNESS)[0].toList()]
            self._lines = tuple(QLineF(one, other) for one, other in pairwise(points))
        return self._step, self._lines

    def show_look(self, look: LinkLook) -> None:
        """Draws the link plain, as part of the path to the selection, as the source of a problem, or dimmed."""
        if look != self.look:
            self.look = look
            self.update()

    def show_hovered(self, hovered: bool) -> None:
        """Draws the link a little thicker while the pointer is on it."""
        if hovered != self.is_hovered:
            self.is_hovered = hovered
            self.update()

    def middle(self) -> QPointF:
        """The point halfway along the link."""
        return self.path.pointAtPercent(0.5)

    def boundingRect(self) -> QRectF:
        return self.area

    def shape(self) -> QPainterPath:
        self._settle()
        if self._grasp is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(GRASP)
            self._grasp = stroker.createStroke(self.path)
        return self._grasp

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_links(painter, (self,), option.levelOfDetailFromTransform(painter.worldTransform()))


def paint_links(painter: QPainter, links: Iterable[LinkItem], zoom: float) -> None:
    """Paints links, those that look alike together: the path to the selection and problems above the plain ones."""
    looks: dict[tuple[LinkLook, bool], list[LinkItem]] = {}
    for link in links:
        looks.setdefault((link.look, link.is_hovered), []).append(link)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for look, hovered in sorted(looks, key=lambda one: (one[1], ORDER.index(one[0]))):
        painter.setPen(_pen(look, hovered, max(0.01, zoom)))
        painter.setOpacity(0.3 if look == "dim" else 1.0)
        alike = looks[look, hovered]
        straight = [QLineF(link.start, link.end) for link in alike if link.is_straight]
        if straight:
            painter.drawLines(straight)
        for link in alike:
            if not link.is_straight:
                painter.drawPath(link.path)
    painter.setOpacity(1.0)


def _pen(look: LinkLook, hovered: bool, zoom: float) -> QPen:
    width = max(2.0, THINNEST / zoom) + (0.5 if look == "problem" else 0.0) + (1.0 if hovered else 0.0)
    pen = QPen(themes().tokens.colour(TOKENS[look]), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look == "problem":
        pen.setDashPattern([2.4, 1.8])
    return pen


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
