"""The network from far away: cards as coloured shapes with names of a constant size, links as thin lines.

All cards of one category and state share one small picture, and everything stands on the device's own pixels, so that
a thousand blocks take a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPen, QPixmap, QTransform

from engine.catalogue import CATALOGUE
from gui.canvas.card import CardItem, metrics, unhinted
from gui.canvas.geometry import CARD, CARD_HEIGHT, CARD_WIDTH, RADIUS
from gui.canvas.link import ORDER, TOKENS, LinkItem, LinkLook
from gui.theme import Tokens, interface_font, mixed, themes

NAME_SIZE = 11
"""View pixels of a name's letters, at every zoom."""
NAMED_FROM = 13.0
"""The height in view pixels from which a shape has room for its name."""
SOLID_BELOW = 9.0
"""The height in view pixels below which a shape is painted in its full colour."""
PALEST = 0.18
"""How much of its category's colour a shape with a name has."""
MARGIN = 6.0
"""View pixels around a shape, for its outline and its mark."""
MARK = 3.5
"""The radius of the mark of a problem, in view pixels."""
PORT = 4.0
"""The radius of a lit port, in view pixels."""
WIDEST_NAME = 120
PADDING = 7.0
"""View pixels between a shape's edge and its name."""
FADE = 12
"""View pixels in which a name that is too long fades away."""
LINE: dict[LinkLook, float] = {"plain": 1.0, "path": 2.0, "problem": 2.0, "dim": 1.0}
"""The width of a link in view pixels."""


@dataclass(frozen=True)
class _Shape:
    """What cards that look alike from far away have in common. `scale` is device pixels per scene pixel."""

    category: str
    trouble: str
    selected: bool
    faint: bool
    scale: float
    ratio: float


@lru_cache(maxsize=1)
def _font() -> QFont:
    return unhinted(interface_font(NAME_SIZE, semibold=True))


def _ground(category: str, height: float, tokens: Tokens) -> QColor:
    """A shape's colour: pale where a name stands on it, full where it is small."""
    share = max(PALEST, min(1.0, 1.0 - (1.0 - PALEST) * (height - SOLID_BELOW) / (NAMED_FROM - SOLID_BELOW)))
    return mixed(QColor(tokens.card), tokens.category(category), share)


@lru_cache(maxsize=256)
def _shape_picture(shape: _Shape, tokens: Tokens) -> QPixmap:
    """The picture of one kind of shape, in device pixels."""
    zoom = shape.scale / shape.ratio
    width, height = CARD_WIDTH * zoom, CARD_HEIGHT * zoom
    side = 2 * MARGIN * shape.ratio
    picture = QPixmap(ceil(width * shape.ratio + side), ceil(height * shape.ratio + side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(shape.ratio, shape.ratio)
    painter.setOpacity(0.35 if shape.faint else 1.0)
    area = QRectF(MARGIN, MARGIN, width, height)
    radius = max(1.0, RADIUS * zoom)
    colour = tokens.category(shape.category)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_ground(shape.category, height, tokens))
    painter.drawRoundedRect(area, radius, radius)
    if height >= SOLID_BELOW:  # a band in the full colour, which the card's tile becomes
        painter.setClipRect(QRectF(MARGIN, MARGIN, max(2.0, 10 * zoom), height))
        painter.setBrush(colour)
        painter.drawRoundedRect(area, radius, radius)
        painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape.trouble:
        painter.setPen(QPen(QColor(tokens.warning), 1.5))
        painter.drawRoundedRect(area, radius, radius)
    if shape.selected:
        painter.setPen(QPen(QColor(tokens.accent), 2.0))
        painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
    if shape.trouble == "error":
        painter.setPen(QPen(QColor(tokens.canvas), 1.0))
        painter.setBrush(QColor(tokens.warning))
        painter.drawEllipse(area.topRight(), MARK, MARK)
    painter.end()
    return picture


@lru_cache(maxsize=4096)
def _name_picture(name: str, colour: str, ratio: float) -> QPixmap:
    """A name in device pixels, cut off where it is too long for any shape."""
    width = min(WIDEST_NAME, ceil(metrics(_font()).horizontalAdvance(name)) + 1)
    picture = QPixmap(ceil(width * ratio), ceil((NAME_SIZE + 4) * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.scale(ratio, ratio)
    painter.setFont(_font())
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(0, NAME_SIZE), name)
    painter.end()
    return picture


@lru_cache(maxsize=64)
def _fade_picture(ground: str, height: int, ratio: float) -> QPixmap:
    """What lies over the end of a name that is too long."""
    picture = QPixmap(ceil(FADE * ratio), height)
    picture.fill(Qt.GlobalColor.transparent)
    colour = QColor(ground)
    clear = QColor(colour)
    clear.setAlpha(0)
    fade = QLinearGradient(0, 0, picture.width(), 0)
    fade.setColorAt(0, clear)
    fade.setColorAt(1, colour)
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), fade)
    painter.end()
    return picture


def _order(kind: tuple[LinkLook, float, float]) -> int:
    return ORDER.index(kind[0])


def paint_far_links(painter: QPainter, links: Iterable[LinkItem]) -> None:
    """Paints links as thin lines, those of a path and of problems above the plain ones."""
    ratio = painter.device().devicePixelRatioF()
    lines: dict[tuple[LinkLook, float, float], list[QLineF]] = {}
    for link in links:
        step, found = link.lines()
        lines.setdefault((link.look, step.x(), step.y()), []).extend(found)
    for look, x, y in sorted(lines, key=_order):
        pen = QPen(themes().tokens.colour(TOKENS[look]), LINE[look] * ratio)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setOpacity(0.3 if look == "dim" else 1.0)
        painter.setPen(pen)
        painter.translate(x, y)
        painter.drawLines(lines[look, x, y])
        painter.translate(-x, -y)
    painter.setOpacity(1.0)


def paint_far_cards(painter: QPainter, cards: Sequence[CardItem], zoom: float) -> None:
    """Paints cards as coloured shapes, with their names where there is room for them."""
    tokens = themes().tokens
    ratio = painter.device().devicePixelRatioF()
    scale = zoom * ratio
    height = CARD_HEIGHT * zoom
    origin = painter.worldTransform().map(QPointF()) * ratio
    across = origin.x() + CARD.left() * scale - MARGIN * ratio + 0.5
    down = origin.y() + CARD.top() * scale - MARGIN * ratio + 0.5
    name_left, name_top = (MARGIN + PADDING) * ratio, (MARGIN + height / 2 - (NAME_SIZE + 4) / 2) * ratio
    room = floor((CARD_WIDTH * zoom - 1.5 * PADDING) * ratio)
    named = height >= NAMED_FROM
    pictures: dict[tuple[str, str | None, bool, bool], QPixmap] = {}
    painter.save()
    painter.setWorldTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    for card in cards:
        x, y = card.pos().toTuple()
        left, top = floor(across + x * scale), floor(down + y * scale)
        block = card.block
        faint = block.bypassed or (bool(card.lights) and set(card.lights.values()) == {"dim"})
        kind = (block.type, card.trouble, card.selected, faint)
        picture = pictures.get(kind)
        if picture is None:
            shape = _Shape(_category(block.type), card.trouble or "", card.selected, faint, scale, ratio)
            picture = pictures[kind] = _shape_picture(shape, tokens)
        painter.drawPixmap(left, top, picture)
        if named:
            name = _name_picture(card.block.name, tokens.text, ratio)
            x, y = left + floor(name_left), top + floor(name_top + 0.5)
            painter.drawPixmap(x, y, name, 0, 0, min(room, name.width()), name.height())
            if name.width() > room:
                ground = _ground(_category(block.type), height, tokens).name()
                fade = _fade_picture(ground, name.height(), ratio)
                painter.drawPixmap(x + room - fade.width(), y, fade)
    painter.restore()
    lit = [card for card in cards if card.lights]
    if lit:
        _paint_lights(painter, lit, zoom)


@lru_cache(maxsize=256)
def _category(type_name: str) -> str:
    spec = CATALOGUE.get(type_name)
    return spec.category if spec else ""


def _paint_lights(painter: QPainter, cards: Iterable[CardItem], zoom: float) -> None:
    """Paints the ports at which a link can end, large enough to be seen."""
    tokens = themes().tokens
    for card in cards:
        for (side, name), light in card.lights.items():
            if light in ("fits", "target"):
                painter.setPen(QPen(QColor(tokens.accent), 1.5 / zoom))
                painter.setBrush(QColor(tokens.accent if light == "target" else tokens.accent_ground))
                radius = (PORT if light == "target" else PORT - 1) / zoom
                painter.drawEllipse(card.pos() + card.port_place(side, name), radius, radius)
