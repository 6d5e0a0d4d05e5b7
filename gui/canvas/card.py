"""One block as a card: tile with icon, name over main parameters, shape over parameter count, ports, badge.

A card is told what to show and paints it; it holds no state of the model. Texts are elided when they change, not when
they are painted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import Port
from engine.graph import Block, Direction
from engine.judge.report import BlockReport, Problem, Severity
from gui.canvas import bypass_look
from gui.canvas.figures import output_text, short_count
from gui.canvas.geometry import (
    BADGE,
    BADGE_RADIUS,
    CARD,
    PORT_RADIUS,
    RADIUS,
    TEXT_LEFT,
    TEXT_RIGHT,
    TILE,
    Side,
    port_place,
    safe,
)
from gui.canvas.part import PartItem
from gui.canvas.shadow import paint_shadow, paints_lines
from gui.icons import draw_icon
from gui.theme import Tokens, interface_font, shape_font, themes

PortLight = Literal["plain", "fits", "dim", "target"]
CARD_SHADOW = 8
BOUNDS = CARD.adjusted(-14.0, -14.0, 14.0, 14.0)
"""Everything that a card paints; an even margin stands on whole pixels at 150%, too."""
SELECTION_REACH = 3.5
GAP = 8.0
SHAPE_SHARE = 124.0
"""How much of the first row a shape may take."""
READABLE = 0.4
"""The zoom below which a card is a coloured shape with its name, because nobody can read the rest."""
BYPASSED = "bypassed"
"""What stands below the name of a bypassed block."""
NAME_ROW, DETAIL_ROW, MIDDLE = -8.0, 10.0, 0.0
"""The centres of a card's two rows, and that of the only one."""


def unhinted(font: QFont) -> QFont:
    """A font whose widths grow evenly with the zoom, so that what was elided at 100% still fits."""
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=1)
def name_font() -> QFont:
    """The font of a block's name."""
    return unhinted(interface_font(13, semibold=True))


@lru_cache(maxsize=1)
def detail_font() -> QFont:
    """The font of the line below the name."""
    return unhinted(interface_font(11.5))


@lru_cache(maxsize=1)
def output_font() -> QFont:
    """The font of an output shape."""
    return unhinted(shape_font(11.5))


@lru_cache(maxsize=8)
def metrics(font: QFont) -> QFontMetricsF:
    """The measures of a font."""
    return QFontMetricsF(font)


@lru_cache(maxsize=1024)
def _tile(icon: str, colour: str, scale: float) -> QPixmap:
    """A category's tile with an icon at a scale: drawing its lines anew for every card and frame would be slow."""
    picture = QPixmap(math.ceil(TILE.width() * scale), math.ceil(TILE.height() * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(picture.width() / TILE.width(), picture.height() / TILE.height())
    painter.translate(-TILE.topLeft())
    _draw_tile(painter, icon, colour)
    painter.end()
    return picture


def _draw_tile(painter: QPainter, icon: str, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(TILE, 9, 9)
    if icon:
        draw_icon(painter, icon, TILE.adjusted(8, 8, -8, -8), QColor("#FFFFFF"))


class CardItem(PartItem):
    """A block's card. Its position is the block's centre."""

    def __init__(
        self, block: Block, inputs: tuple[Port, ...], outputs: tuple[Port, ...], direction: Direction = "down"
    ) -> None:
        super().__init__()
        self.block = block
        self.direction = direction
        self.inputs = inputs
        self.outputs = outputs
        self.report: BlockReport | None = None
        self.problems: tuple[Problem, ...] = ()
        self.trouble: Severity | None = None
        self.selected = False
        self.hovered_port: tuple[Side, str] | None = None
        self.lights: Mapping[tuple[Side, str], PortLight] = {}
        self._fits = False
        self._name = self._detail = self._shape = self._count = ""
        self._port_places: dict[tuple[Side, str], QPointF] = {}
        self.setZValue(1.0)
        self.area = QRectF(BOUNDS)
        place = QPointF(safe(block.x), safe(block.y))
        self.put(place, place)
        self._place_ports()
        self._lay_out()

    def show_block(self, block: Block) -> None:
        """Shows the block as it is now."""
        before, self.block = self.block, block
        self.setPos(safe(block.x), safe(block.y))
        if replace(before, x=block.x, y=block.y) != block:
            self._lay_out()

    def show_ports(self, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> None:
        """Shows other ports than before."""
        if (inputs, outputs) != (self.inputs, self.outputs):
            self.inputs, self.outputs = inputs, outputs
            self._place_ports()
            self.update()

    def show_direction(self, direction: Direction) -> None:
        """Puts the ports on the edges that data flow over."""
        if direction != self.direction:
            self.direction = direction
            self._place_ports()
            self.update()

    def show_report(self, report: BlockReport | None, problems: tuple[Problem, ...]) -> None:
        """Shows what the judge says of the block."""
        if report != self.report or problems != self.problems:
            self.report, self.problems = report, problems
            self.trouble = min((one.severity for one in problems), default=None)  # "error" comes before "warning"
            self._lay_out()

    def show_selected(self, selected: bool) -> None:
        """Draws or removes the outline of the selection."""
        if selected != self.selected:
            self.selected = selected
            self.setZValue(2.0 if selected else 1.0)
            self.touch()

    def show_lights(self, lights: Mapping[tuple[Side, str], PortLight]) -> None:
        """Lights up or dims ports while a link is dragged; an empty mapping is the normal look."""
        if lights != self.lights:
            self.lights = lights
            self.update()

    def show_hovered_port(self, port: tuple[Side, str] | None) -> None:
        """Marks the port under the pointer."""
        if port != self.hovered_port:
            self.hovered_port = port
            self.update()

    def port_place(self, side: Side, name: str) -> QPointF:
        """Where a port is, from the card's centre; the middle of the edge for one that is not known."""
        return self._port_places.get((side, name)) or port_place(side, 0, 1, self.direction)

    def _place_ports(self) -> None:
        sides: tuple[tuple[Side, tuple[Port, ...]], ...] = (("input", self.inputs), ("output", self.outputs))
        self._port_places = {
            (side, port.name): port_place(side, index, len(ports), self.direction)
            for side, ports in sides
            for index, port in enumerate(ports)
        }

    def ports(self) -> list[tuple[Side, str]]:
        """All ports, inputs first."""
        return list(self._port_places)

    def name_area(self) -> QRectF:
        """Where the name stands, from the card's centre; a double-click there renames."""
        self._fit_texts()
        row = NAME_ROW if self._detail else MIDDLE
        width = min(metrics(name_font()).horizontalAdvance(self._name) + 8, TEXT_RIGHT - TEXT_LEFT)
        return QRectF(TEXT_LEFT - 4, row - 10, width, 20)

    def count_area(self) -> QRectF:
        """Where shape and parameter count stand, from the card's centre."""
        self._fit_texts()
        width = max(
            metrics(output_font()).horizontalAdvance(self._shape), metrics(detail_font()).horizontalAdvance(self._count)
        )
        return QRectF(TEXT_RIGHT - width, CARD.top() + 8, width, CARD.height() - 16)

    def boundingRect(self) -> QRectF:
        return BOUNDS

    def _lay_out(self) -> None:
        """Has the texts fitted into the card before they are needed again, which from far away they never are."""
        self._fits = False
        self.update()

    def _fit_texts(self) -> None:
        """Fits the texts into the card: the right column first, then what is left for the left one."""
        if self._fits:
            return
        self._fits = True
        spec = CATALOGUE.get(self.block.type)
        detail = spec.card_text(self.block) if spec else f"unknown block · {self.block.type}"
        counted = spec is not None and spec.role == "layer" and self.report is not None and self.report.output_shapes
        self._count = short_count(self.report.parameters) if counted and self.report is not None else ""
        if self.block.bypassed:
            detail, self._count = BYPASSED, ""
        room = TEXT_RIGHT - TEXT_LEFT
        shape = output_text(self.report)
        wanted = metrics(name_font()).horizontalAdvance(self.block.name) + GAP
        if wanted + metrics(output_font()).horizontalAdvance(shape) > room:
            shape = shape.replace(" × ", "×")  # the name is worth more than the spaces
        self._shape = metrics(output_font()).elidedText(shape, Qt.TextElideMode.ElideMiddle, SHAPE_SHARE)
        taken_above = metrics(output_font()).horizontalAdvance(self._shape)
        taken_below = metrics(detail_font()).horizontalAdvance(self._count)
        if self._shape and not self._count:  # the shape stands in the middle, beside both rows
            taken_below = taken_above
        name_room = room - (taken_above + GAP if taken_above else 0)
        detail_room = room - (taken_below + GAP if taken_below else 0)
        elide = Qt.TextElideMode.ElideRight
        self._name = metrics(name_font()).elidedText(self.block.name, elide, name_room)
        self._detail = metrics(detail_font()).elidedText(detail, elide, detail_room)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self.paint_face(painter)
        self.paint_outline(painter)

    def paint_face(self, painter: QPainter) -> None:
        """Paints everything but the outline of the selection; around the card's centre, and whole at every zoom."""
        self._fit_texts()
        tokens = themes().tokens
        if not self.block.bypassed:
            paint_shadow(painter, CARD, RADIUS, CARD_SHADOW)
        self._paint_ground(painter, tokens)
        self._paint_tile(painter, tokens)
        self._paint_texts(painter, tokens)
        self._paint_ports(painter, tokens)
        if self.problems:
            self._paint_badge(painter, tokens)

    def paint_outline(self, painter: QPainter) -> None:
        """Paints the outline of the selection, where the card is selected."""
        if self.selected:
            reach = SELECTION_REACH - 1
            painter.setPen(QPen(QColor(themes().tokens.accent), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(CARD.adjusted(-reach, -reach, reach, reach), RADIUS + reach, RADIUS + reach)

    def _paint_ground(self, painter: QPainter, tokens: Tokens) -> None:
        failing = self.trouble == "error"
        border = tokens.warning if failing else tokens.border
        if self.block.bypassed:
            bypass_look.paint_ground(painter, tokens, tokens.warning if failing else tokens.link, self._passing())
        else:
            painter.setPen(QPen(QColor(border), 1.2 if failing else 1.0))
            painter.setBrush(QColor(tokens.card))
            painter.drawRoundedRect(CARD.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _passing(self) -> tuple[QPointF, QPointF]:
        """From where to where data pass a bypassed block by."""
        first, last = self.inputs[:1], self.outputs[:1]
        return (
            self.port_place("input", first[0].name if first else ""),
            self.port_place("output", last[0].name if last else ""),
        )

    def _paint_plates(self, painter: QPainter, tokens: Tokens) -> None:
        """Free ground behind a bypassed block's texts."""
        rows = [(self._name, name_font()), (self._detail, detail_font())]
        width = max(metrics(font).horizontalAdvance(text) for text, font in rows)
        bypass_look.paint_plate(painter, tokens, QRectF(TEXT_LEFT, CARD.top() + 8, width, CARD.height() - 16))
        if self._shape:
            bypass_look.paint_plate(painter, tokens, self.count_area())

    def _paint_tile(self, painter: QPainter, tokens: Tokens) -> None:
        spec = CATALOGUE.get(self.block.type)
        colour = tokens.category(spec.category if spec else "").name()
        icon = spec.icon if spec else "help"
        if self.block.bypassed:
            painter.fillRect(TILE, QColor(tokens.canvas))
            painter.setOpacity(bypass_look.TILE_OPACITY)
        if paints_lines(painter):
            _draw_tile(painter, icon, colour)
        else:
            zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
            # Sixteenths, so that an animated zoom finds most of its pictures made.
            picture = _tile(icon, colour, math.ceil(zoom * painter.device().devicePixelRatioF() * 16) / 16)
            painter.drawPixmap(TILE, picture, QRectF(picture.rect()))
        painter.setOpacity(1.0)

    def _paint_texts(self, painter: QPainter, tokens: Tokens) -> None:
        quiet = self.block.bypassed or self.block.type not in CATALOGUE
        if self.block.bypassed:
            self._paint_plates(painter, tokens)
        painter.setPen(QColor(tokens.secondary if quiet else tokens.text))
        painter.setFont(name_font())
        _draw_left(painter, NAME_ROW if self._detail else MIDDLE, self._name, name_font())
        if self._shape:
            painter.setFont(output_font())
            painter.setPen(QColor(tokens.secondary if quiet else tokens.text))
            _draw_right(painter, NAME_ROW if self._count else MIDDLE, self._shape, output_font())
        painter.setFont(detail_font())
        painter.setPen(QColor(tokens.secondary))
        _draw_left(painter, DETAIL_ROW, self._detail, detail_font())
        painter.setPen(QColor(tokens.muted))
        _draw_right(painter, DETAIL_ROW, self._count, detail_font())

    def _paint_ports(self, painter: QPainter, tokens: Tokens) -> None:
        for side, name in self.ports():
            light = self.lights.get((side, name), "plain")
            hovered = self.hovered_port == (side, name)
            bright = light in ("fits", "target") or hovered
            colour = QColor(tokens.accent if bright else tokens.link)
            radius = PORT_RADIUS + (3.0 if light == "target" else 1.0 if bright else 0.0)
            painter.setOpacity(0.35 if light == "dim" else 1.0)
            painter.setPen(QPen(colour, 2.0))
            painter.setBrush(colour if light == "target" else QColor(tokens.accent_ground if bright else tokens.card))
            painter.drawEllipse(self.port_place(side, name), radius - 1, radius - 1)
        painter.setOpacity(1.0)

    def _paint_badge(self, painter: QPainter, tokens: Tokens) -> None:
        failing = self.trouble == "error"
        painter.setPen(QPen(QColor(tokens.warning), 1.4) if not failing else QPen(QColor(tokens.card), 1.4))
        painter.setBrush(QColor(tokens.warning if failing else tokens.warning_ground))
        painter.drawEllipse(BADGE, BADGE_RADIUS, BADGE_RADIUS)
        mark = QColor(tokens.card if failing else tokens.warning)
        painter.setPen(QPen(mark, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(BADGE + QPointF(0, -4), BADGE + QPointF(0, 0.8))
        painter.drawPoint(BADGE + QPointF(0, 4.2))


def _baseline(row: float, font: QFont) -> float:
    return row + (metrics(font).ascent() - metrics(font).descent()) / 2


def _draw_left(painter: QPainter, row: float, text: str, font: QFont) -> None:
    painter.drawText(QPointF(TEXT_LEFT, _baseline(row, font)), text)


def _draw_right(painter: QPainter, row: float, text: str, font: QFont) -> None:
    if text:
        painter.drawText(QPointF(TEXT_RIGHT - metrics(font).horizontalAdvance(text), _baseline(row, font)), text)
