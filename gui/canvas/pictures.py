"""Pictures of cards, so that a card which did not change is painted in one call.

A picture belongs to a card's look, the theme and a scale. After a change of zoom the pictures of the zoom before are
stretched for a moment and made anew a few at a time, so that zooming is smooth among hundreds of cards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from gui.canvas.card import BOUNDS, CardItem
from gui.theme import themes

MEMORY = 128 * 2**20
"""Bytes of pictures that are kept."""
MADE = 12
"""How many pictures are made in one frame, so that it takes no longer than a screen waits."""


@dataclass(frozen=True)
class _Picture:
    version: int
    theme: str
    scale: float
    pixmap: QPixmap

    def shows(self, card: CardItem, scale: float, theme: str) -> bool:
        """Whether it is what the card looks like now, at that scale."""
        return (self.version, self.scale, self.theme) == (card.version, scale, theme)

    @property
    def size(self) -> int:
        return 4 * self.pixmap.width() * self.pixmap.height()


class Pictures:
    """The pictures of a network's cards, those used last at the end."""

    def __init__(self) -> None:
        self._kept: dict[CardItem, _Picture] = {}
        self._size = 0
        self._scale = 0.0
        self.is_zooming = False
        """Whether the scale was another one in the frame before."""

    @property
    def size(self) -> int:
        """Bytes that the pictures take."""
        return self._size

    def forget(self, card: CardItem) -> None:
        """Drops the picture of a card that is gone."""
        picture = self._kept.pop(card, None)
        self._size -= picture.size if picture is not None else 0

    def paint(self, painter: QPainter, cards: Sequence[CardItem], scale: float) -> tuple[list[CardItem], bool]:
        """Paints cards at a scale, in device pixels per scene pixel.

        Returns the cards that were left out because too many have no picture yet, and whether all others are painted
        sharp and as they look now.
        """
        theme = themes().tokens.name
        self.is_zooming, self._scale = scale != self._scale, scale
        ratio = painter.device().devicePixelRatioF()
        to_device = painter.worldTransform() * QTransform.fromScale(ratio, ratio)
        corner = BOUNDS.topLeft() * scale
        size = QSizeF(math.ceil(BOUNDS.width() * scale), math.ceil(BOUNDS.height() * scale))
        left: list[CardItem] = []
        made = stale = 0
        painter.save()
        # In the device's own pixels: a picture that stands on whole pixels is copied, any other one is computed.
        painter.setWorldTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        for card in cards:
            picture = self._kept.pop(card, None)
            if picture is None or not picture.shows(card, scale, theme):
                waits = self.is_zooming and picture is not None and picture.shows(card, picture.scale, theme)
                if made < MADE and not waits:
                    made += 1
                    picture = self._make(card, picture, scale, theme)
                elif picture is not None:
                    stale += 1
                else:
                    left.append(card)
                    continue
            self._kept[card] = picture
            place = to_device.map(card.pos()) + corner
            corner_pixel = QPointF(math.floor(place.x() + 0.5), math.floor(place.y() + 0.5))
            if picture.scale == scale:
                painter.drawPixmap(corner_pixel, picture.pixmap)
            else:
                painter.drawPixmap(QRectF(corner_pixel, size), picture.pixmap, QRectF(picture.pixmap.rect()))
        painter.restore()
        self._drop_oldest(len(cards))
        return left, not stale

    def _make(self, card: CardItem, old: _Picture | None, scale: float, theme: str) -> _Picture:
        pixmap = QPixmap(math.ceil(BOUNDS.width() * scale), math.ceil(BOUNDS.height() * scale))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        painter.translate(-BOUNDS.topLeft())
        card.paint_face(painter)
        painter.end()
        made = _Picture(card.version, theme, scale, pixmap)
        self._size += made.size - (old.size if old is not None else 0)
        return made

    def _drop_oldest(self, needed: int) -> None:
        """Keeps the pictures within their memory, but for those of the present frame."""
        while self._size > MEMORY and len(self._kept) > needed:
            card = next(iter(self._kept))
            self.forget(card)
