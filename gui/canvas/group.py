"""A collapsed group on the canvas: one card for all its blocks, with the ports of its border."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.graph import Direction, Group, PortRef
from engine.judge.report import Problem
from gui.canvas.card import (
    CARD_SHADOW,
    DETAIL_ROW,
    GAP,
    NAME_ROW,
    READABLE,
    SHAPE_SHARE,
    PortLight,
    detail_font,
    metrics,
    name_font,
    output_font,
)
from gui.canvas.frame import CHEVRON, FAR_ROOM, GROUND, baseline, far_font
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
)
from gui.canvas.near import NearItem
from gui.canvas.shadow import paint_shadow
from gui.figures import counted
from gui.icons import draw_icon
from gui.theme import Tokens, themes

SHEETS = (8.0, 4.0)
"""How far the sheets below a collapsed group's card look out, the lowest first."""

GroupPort = tuple[Side, PortRef]


@dataclass(frozen=True)
class GroupFacts:
    """What a collapsed group's card tells of its members: how many, their weights, what comes out, what is wrong."""

    count: int = 0
    parameters: str = ""
    output: str = ""
    problems: tuple[Problem, ...] = ()


class GroupCard(NearItem):
    """A collapsed group: one card, on a stack of sheets, with the ports of its border. Its position is its centre."""

    def __init__(self, group: Group, *, detailed: bool = False) -> None:
        super().__init__(detailed=detailed)
        self.shown = group
        self.facts = GroupFacts()
        self.inputs: tuple[PortRef, ...] = ()
        self.outputs: tuple[PortRef, ...] = ()
        self.selected = False
        self.touched = False
        self.hovered_port: GroupPort | None = None
        self.lights: Mapping[GroupPort, PortLight] = {}
        self._direction: Direction = "down"
        self._places: dict[GroupPort, QPointF] = {}
        self._name = self._detail = self._output = ""
        self.setZValue(1.0)
        self._lay_out()

    @property
    def area(self) -> QRectF:
        """The card in the scene."""
        return CARD.translated(self.pos())

    @property
    def places(self) -> Mapping[GroupPort, QPointF]:
        """All ports with their places, from the card's centre."""
        return self._places

    def show_group(self, group: Group) -> None:
        """Shows another name or colour."""
        if group != self.shown:
            self.shown = group
            self._lay_out()

    def show_facts(self, facts: GroupFacts) -> None:
        """Shows what is known of the members."""
        if facts != self.facts:
            self.facts = facts
            self._lay_out()

    def show_ports(self, inputs: tuple[PortRef, ...], outputs: tuple[PortRef, ...], direction: Direction) -> None:
        """Shows the ports of the group's border."""
        if (inputs, outputs, direction) != (self.inputs, self.outputs, self._direction) or not self._places:
            self.inputs, self.outputs, self._direction = inputs, outputs, direction
            sides: tuple[tuple[Side, tuple[PortRef, ...]], ...] = (("input", inputs), ("output", outputs))
            self._places = {
                (side, port): port_place(side, index, len(ports), direction)
                for side, ports in sides
                for index, port in enumerate(ports)
            }
            self.update()

    def show_selected(self, selected: bool, touched: bool) -> None:
        """Draws the outline of the selection: strong where all members are selected, faint where some are."""
        if (selected, touched) != (self.selected, self.touched):
            self.selected, self.touched = selected, touched
            self.setZValue(2.0 if selected else 1.0)
            self.update()

    def show_lights(self, lights: Mapping[GroupPort, PortLight]) -> None:
        """Lights up or dims ports while a link is dragged; an empty mapping is the normal look."""
        if lights != self.lights:
            self.lights = lights
            self.update()

    def show_hovered_port(self, port: GroupPort | None) -> None:
        """Marks the port under the pointer."""
        if port != self.hovered_port:
            self.hovered_port = port
            self.update()

    def port_place(self, side: Side, port: PortRef) -> QPointF:
        """Where a member's port is, from the card's centre; the middle of the edge for one inside the group."""
        return self._places.get((side, port)) or port_place(side, 0, 1, self._direction)

    def port_near(self, local: QPointF, reach: float) -> GroupPort | None:
        """The port nearest to a place, from the card's centre, within reach."""
        distances = {port: math.dist(place.toTuple(), local.toTuple()) for port, place in self._places.items()}
        nearest = min(distances, key=distances.__getitem__, default=None)
        return nearest if nearest is not None and distances[nearest] < reach else None

    def chevron_area(self) -> QRectF:
        """Where the sign stands that opens the group, from the card's centre."""
        return QRectF(TEXT_RIGHT - CHEVRON, DETAIL_ROW - CHEVRON / 2, CHEVRON, CHEVRON)

    def name_area(self) -> QRectF:
        """Where the name stands, in the scene."""
        return QRectF(TEXT_LEFT - 4, NAME_ROW - 10, TEXT_RIGHT - TEXT_LEFT, 20).translated(self.pos())

    def boundingRect(self) -> QRectF:
        return CARD.adjusted(-13.0, -13.0, 13.0, 15.0)

    def _lay_out(self) -> None:
        room = TEXT_RIGHT - TEXT_LEFT
        elide = Qt.TextElideMode.ElideRight
        wanted = metrics(name_font()).horizontalAdvance(self.shown.name) + GAP
        output = self.facts.output
        if wanted + metrics(output_font()).horizontalAdvance(output) > room:
            output = output.replace(" × ", "×")  # the name is worth more than the spaces
        self._output = metrics(output_font()).elidedText(output, Qt.TextElideMode.ElideMiddle, SHAPE_SHARE)
        taken = metrics(output_font()).horizontalAdvance(self._output)
        self._name = metrics(name_font()).elidedText(self.shown.name, elide, room - (taken + GAP if taken else 0))
        detail = counted(self.facts.count, "block")
        if self.facts.parameters:
            detail += f" · {self.facts.parameters} weights"
        self._detail = metrics(detail_font()).elidedText(detail, elide, room - CHEVRON - GAP)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        zoom = self.nearness(painter, option)
        self._paint_ground(painter, tokens, zoom)
        self._paint_texts(painter, tokens, zoom)
        if zoom >= READABLE or self.lights:
            self._paint_ports(painter, tokens)
        if self.facts.problems:
            self._paint_badge(painter, tokens)

    def _failing(self) -> bool:
        return any(problem.severity == "error" for problem in self.facts.problems)

    def _paint_ground(self, painter: QPainter, tokens: Tokens, zoom: float) -> None:
        colour = tokens.group(self.shown.colour)
        whole = CARD.adjusted(0.5, 0.5, -0.5, -0.5)
        if zoom >= READABLE:
            paint_shadow(painter, CARD, RADIUS, CARD_SHADOW)
            edge = QColor(colour)
            edge.setAlphaF(0.45)
            painter.setPen(QPen(edge, 1.0))
            painter.setBrush(QColor(tokens.card))
            for reach in SHEETS:
                sheet = whole.adjusted(reach * 1.5, 12.0, -reach * 1.5, reach)
                painter.drawRoundedRect(sheet, RADIUS, RADIUS)
        border = QColor(tokens.warning) if self._failing() else QColor(colour)
        border.setAlphaF(1.0 if self._failing() else 0.7)
        painter.setPen(QPen(border, 1.2))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(whole, RADIUS, RADIUS)
        tint = QColor(colour)
        tint.setAlphaF(GROUND if zoom >= READABLE else 0.3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRoundedRect(whole, RADIUS, RADIUS)
        if self.selected or self.touched:
            accent = QColor(tokens.accent)
            accent.setAlphaF(1.0 if self.selected else 0.45)
            painter.setPen(QPen(accent, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(CARD.adjusted(-2.5, -2.5, 2.5, 2.5), RADIUS + 2.5, RADIUS + 2.5)
        if zoom >= READABLE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(TILE, 9, 9)
            draw_icon(painter, "group", TILE.adjusted(8, 8, -8, -8), QColor("#FFFFFF"))

    def _paint_texts(self, painter: QPainter, tokens: Tokens, zoom: float) -> None:
        if zoom < READABLE:
            self._paint_far_name(painter, tokens, zoom)
            return
        painter.setPen(QColor(tokens.text))
        painter.setFont(name_font())
        painter.drawText(QPointF(TEXT_LEFT, baseline(NAME_ROW, name_font())), self._name)
        painter.setFont(output_font())
        width = metrics(output_font()).horizontalAdvance(self._output)
        painter.drawText(QPointF(TEXT_RIGHT - width, baseline(NAME_ROW, output_font())), self._output)
        painter.setPen(QColor(tokens.secondary))
        painter.setFont(detail_font())
        painter.drawText(QPointF(TEXT_LEFT, baseline(DETAIL_ROW, detail_font())), self._detail)
        draw_icon(painter, "chevron-right", self.chevron_area(), QColor(tokens.secondary))

    def _paint_far_name(self, painter: QPainter, tokens: Tokens, zoom: float) -> None:
        font = far_font(zoom)
        measures = QFontMetricsF(font)
        if CARD.width() * zoom < FAR_ROOM:
            return
        inset = 8.0 / zoom
        name = measures.elidedText(self.shown.name, Qt.TextElideMode.ElideRight, CARD.width() - 2 * inset)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        middle = (measures.ascent() - measures.descent()) / 2
        painter.drawText(QPointF(CARD.left() + inset, middle), name)

    def _paint_ports(self, painter: QPainter, tokens: Tokens) -> None:
        for port, place in self._places.items():
            light = self.lights.get(port, "plain")
            bright = light in ("fits", "target") or self.hovered_port == port
            colour = QColor(tokens.accent if bright else tokens.link)
            radius = PORT_RADIUS + (3.0 if light == "target" else 1.0 if bright else 0.0)
            painter.setOpacity(0.35 if light == "dim" else 1.0)
            painter.setPen(QPen(colour, 2.0))
            painter.setBrush(colour if light == "target" else QColor(tokens.accent_ground if bright else tokens.card))
            painter.drawEllipse(place, radius - 1, radius - 1)
        painter.setOpacity(1.0)

    def _paint_badge(self, painter: QPainter, tokens: Tokens) -> None:
        failing = self._failing()
        painter.setPen(QPen(QColor(tokens.card if failing else tokens.warning), 1.4))
        painter.setBrush(QColor(tokens.warning if failing else tokens.warning_ground))
        painter.drawEllipse(BADGE, BADGE_RADIUS, BADGE_RADIUS)
        mark = QColor(tokens.card if failing else tokens.warning)
        painter.setPen(mark)
        painter.setFont(detail_font())
        text = str(len(self.facts.problems)) if len(self.facts.problems) < 10 else "…"
        place = QRectF(BADGE.x() - BADGE_RADIUS, BADGE.y() - BADGE_RADIUS, 2 * BADGE_RADIUS, 2 * BADGE_RADIUS)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
