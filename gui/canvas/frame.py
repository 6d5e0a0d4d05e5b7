"""An open group on the canvas: a frame behind its cards, with a title bar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.graph import Group
from engine.groups import TITLE, TOP
from gui.canvas.card import GAP, READABLE, detail_font, metrics, name_font, unhinted
from gui.canvas.far import NAMED_FROM
from gui.canvas.geometry import CARD
from gui.canvas.near import NearItem
from gui.figures import counted
from gui.icons import draw_icon
from gui.theme import Tokens, interface_font, mixed, themes

FRAME_RADIUS = 14.0
GROUND, LIT_GROUND = 0.07, 0.16
EDGE, LIT_EDGE = 0.32, 0.9
"""How strongly a frame and its edge are tinted, and while a card that is dragged would belong to it."""
CHEVRON = 16.0
FAR_NAME = 11.0
"""View pixels of a group's name seen from far away."""
FAR_ROOM = 56.0
"""The width in view pixels from which a group has its name then."""


def far_font(zoom: float) -> QFont:
    """A font that has the same size at every zoom, for names seen from far away."""
    return unhinted(interface_font(max(1.0, FAR_NAME / zoom), semibold=True))


def baseline(row: float, font: QFont) -> float:
    """Where text stands whose middle is in a row."""
    return row + (metrics(font).ascent() - metrics(font).descent()) / 2


class FrameItem(NearItem):
    """An open group: a rounded, tinted ground with a title bar. Its position is its upper left corner."""

    def __init__(self, group: Group, *, detailed: bool = False) -> None:
        super().__init__(detailed=detailed)
        self.shown = group
        self.count = 0
        self.selected = False
        self.lit = False
        self._size = QRectF()
        self.name = self.count_text = ""
        self.name_width = 0.0
        """The name as far as there is room for it, its width in scene pixels, and how many blocks there are."""
        self.title = FrameTitle(self, detailed=detailed)
        self.setZValue(-2.0)

    @property
    def area(self) -> QRectF:
        """The frame in the scene."""
        return self._size.translated(self.pos())

    def show_group(self, group: Group, count: int) -> None:
        """Shows another name, colour or number of blocks."""
        if (group, count) != (self.shown, self.count):
            self.shown, self.count = group, count
            self._lay_out()

    def show_area(self, area: QRectF) -> None:
        """Puts the frame around its cards."""
        self.setPos(area.topLeft())
        if area.size() != self._size.size():
            self.prepareGeometryChange()
            self._size = QRectF(QPointF(), area.size())
            self._lay_out()
        self.title.show_place()

    def show_selected(self, selected: bool) -> None:
        """Draws or removes the outline of the selection."""
        if selected != self.selected:
            self.selected = selected
            self.update()

    def show_lit(self, lit: bool) -> None:
        """Lights the frame up while a card that is dragged would belong to it."""
        if lit != self.lit:
            self.lit = lit
            self.update()
            self.title.update()

    def title_area(self) -> QRectF:
        """The title bar, from the frame's corner."""
        return QRectF(0, 0, self._size.width(), TITLE)

    def chevron_area(self) -> QRectF:
        """Where the sign stands that collapses the group, from the frame's corner."""
        return QRectF(10, (TITLE - CHEVRON) / 2 + 2, CHEVRON, CHEVRON)

    def name_area(self) -> QRectF:
        """Where the name stands, in the scene."""
        left = self.chevron_area().right() + 6
        width = max(40.0, self._size.width() - left - 12)
        return QRectF(left, 6, width, TITLE - 8).translated(self.pos())

    def ground(self) -> QColor:
        """The colour of the frame's ground. It covers what is below: large, thin colours are slow to paint."""
        tokens = themes().tokens
        return mixed(QColor(tokens.canvas), tokens.group(self.shown.colour), LIT_GROUND if self.lit else GROUND)

    def _lay_out(self) -> None:
        self.count_text = counted(self.count, "block")
        taken = metrics(detail_font()).horizontalAdvance(self.count_text) + GAP
        room = self.name_area().width() - taken
        self.name = metrics(name_font()).elidedText(self.shown.name, Qt.TextElideMode.ElideRight, max(0.0, room))
        self.name_width = metrics(name_font()).horizontalAdvance(self.name)
        self.update()
        self.title.update()

    def boundingRect(self) -> QRectF:
        return self._size.adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        zoom = self.nearness(painter, option)
        edge = mixed(QColor(tokens.canvas), tokens.group(self.shown.colour), LIT_EDGE if self.lit else EDGE)
        width = max(1.5 if self.lit else 1.0, 1.0 / zoom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        painter.drawRoundedRect(self._size, FRAME_RADIUS, FRAME_RADIUS)
        painter.setBrush(self.ground())
        inner = max(1.0, FRAME_RADIUS - width)
        painter.drawRoundedRect(self._size.adjusted(width, width, -width, -width), inner, inner)
        if self.selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), max(2.0, 1.5 / zoom)))
            painter.drawRoundedRect(self._size.adjusted(-1, -1, 1, 1), FRAME_RADIUS + 1, FRAME_RADIUS + 1)


class FrameTitle(NearItem):
    """A frame's title bar: sign, name and number of blocks. An item of its own, as links run below it."""

    def __init__(self, frame: FrameItem, *, detailed: bool) -> None:
        super().__init__(detailed=detailed)
        self._frame = frame
        self.setZValue(0.5)

    def show_place(self) -> None:
        """Follows its frame to another place and size."""
        self.prepareGeometryChange()
        self.setPos(self._frame.pos())

    def boundingRect(self) -> QRectF:
        return self._frame.boundingRect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens, frame = themes().tokens, self._frame
        zoom = self.nearness(painter, option)
        colour = tokens.group_text(frame.shown.colour)
        width = frame.title_area().width()
        if zoom < READABLE:
            self._paint_far(painter, tokens, zoom)
            return
        middle = TITLE / 2 + 2
        left = frame.chevron_area().right() + 6
        self._paint_plate(painter, QRectF(left, middle - 10, frame.name_width + 6, 20))
        draw_icon(painter, "chevron-down", frame.chevron_area(), colour)
        painter.setPen(colour)
        painter.setFont(name_font())
        painter.drawText(QPointF(left, baseline(middle, name_font())), frame.name)
        painter.setPen(QColor(tokens.secondary))
        painter.setFont(detail_font())
        taken = metrics(detail_font()).horizontalAdvance(frame.count_text)
        painter.drawText(QPointF(width - 14 - taken, baseline(middle, detail_font())), frame.count_text)

    def _paint_plate(self, painter: QPainter, area: QRectF) -> None:
        """Covers what runs below the name with the frame's own ground."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._frame.ground())
        painter.drawRoundedRect(area, 4, 4)

    def _paint_far(self, painter: QPainter, tokens: Tokens, zoom: float) -> None:
        """From far away the name stands on a plate of its own, at a size that can be read."""
        room = self._frame.title_area().width()
        if room * zoom < FAR_ROOM:
            return
        font = far_font(zoom)
        measures = QFontMetricsF(font)
        inset = 7.0 / zoom
        name = measures.elidedText(self._frame.shown.name, Qt.TextElideMode.ElideRight, room - 2 * inset)
        plate = QRectF(0, 0, measures.horizontalAdvance(name) + 2 * inset, max(TOP, measures.capHeight() + 4 / zoom))
        if CARD.height() * zoom < NAMED_FROM:  # the cards below have no names, so that it may cover them
            plate.setHeight(max(plate.height(), measures.height()))
        self._paint_plate(painter, plate.adjusted(2 / zoom, 1 / zoom, 0, 0))
        painter.setFont(font)
        painter.setPen(tokens.group_text(self._frame.shown.colour))
        painter.drawText(QPointF(inset, plate.center().y() + measures.capHeight() / 2), name)
