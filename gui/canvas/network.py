"""All cards and links of the canvas as one item, which paints in a few calls what thousands of items do slowly.

From close by each card is a picture of its own, made once for a zoom (`pictures.py`); from far away cards are coloured
shapes (`far.py`). Main thread only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from engine.graph import Link
from gui.canvas.card import READABLE, CardItem
from gui.canvas.far import paint_far_cards, paint_far_links
from gui.canvas.geometry import FARTHEST
from gui.canvas.link import LinkItem, paint_links
from gui.canvas.part import PartItem
from gui.canvas.pictures import Pictures

Part = TypeVar("Part", bound=PartItem)
EVERYWHERE = QRectF(-2 * FARTHEST, -2 * FARTHEST, 4 * FARTHEST, 4 * FARTHEST)
MANY = 24
"""From so many changed places on, everything is painted anew: a ragged area costs more than a whole one."""
LARGEST = 3.0
"""Device pixels per scene pixel up to which a card is worth a picture; beyond, a few cards fill the view."""
FEW_AREAS = 6
"""Up to so many separate areas it is worth asking of each part whether it touches one of them."""
REST = 60
"""Milliseconds after a change of zoom in which cards are not made sharp, because the next change is to come."""


Near = tuple[QRectF, list[CardItem], list[LinkItem]]
"""An area, and the cards and links in it."""
NOTHING: Near = (QRectF(), [], [])


class NetworkItem(QGraphicsItem):
    """Paints the cards and links of a scene, which it is given to look at and never changes.

    `detailed` shows every card in full, however small, and in lines instead of pixels, as for a picture on paper.
    """

    def __init__(self, scene: QGraphicsScene, cards: Mapping[str, CardItem], links: Mapping[Link, LinkItem]) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.detailed = False
        self.exposed: Sequence[QRectF] = ()
        """The areas of the scene that are to be painted in this frame; none where that is not known."""
        self._scene = scene
        self._cards = cards
        self._links = links
        self._pictures = Pictures()
        self._touches = 0
        self._near = NOTHING
        self._is_moving = False
        self._refine = QTimer(scene)
        self._refine.setSingleShot(True)
        self._refine.timeout.connect(scene.update)

    def add(self, part: PartItem) -> None:
        """Makes a card or a link one of those that are painted here."""
        part.join(self.touch)

    def forget(self, part: PartItem) -> None:
        """Lets a card or a link go that is no longer there."""
        part.touch()
        if isinstance(part, CardItem):
            self._pictures.forget(part)

    def touch(self, area: QRectF) -> None:
        """Has an area of the scene painted anew."""
        self._near = NOTHING
        self._touches += 1
        if self._touches < MANY:
            self._scene.update(area)
        elif self._touches == MANY:
            self._scene.update()

    def touch_all(self) -> None:
        """Has everything painted anew, because much of it moved and is likely to move again."""
        self._near = NOTHING
        self._is_moving = True
        self._touches = MANY
        self._scene.update()

    def cards_at(self, place: QPointF) -> list[CardItem]:
        """The cards that are painted at a place of the scene, the topmost first."""
        found = [card for card in self._cards.values() if not card.hidden and card.area.contains(place)]
        found.sort(key=_is_selected)
        return found[::-1]

    def link_at(self, place: QPointF) -> LinkItem | None:
        """The topmost link near a place of the scene."""
        near = [link for link in self._links.values() if not link.hidden and link.area.contains(place)]
        return next((link for link in reversed(near) if link.shape().contains(place)), None)

    def _look_around(self, exposed: QRectF) -> Near:
        """What is in an area and as far around it, which stays of use while the view moves and nothing else does."""
        wide, high = exposed.width() / 2, exposed.height() / 2
        area = exposed.adjusted(-wide, -high, wide, high)
        cards = [item for item in self._cards.values() if item.area.intersects(area)]
        return area, cards, [item for item in self._links.values() if item.area.intersects(area)]

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._touches = 0
        back, _ = painter.worldTransform().inverted()  # a picture of a view says nothing of what is exposed in it
        exposed = option.exposedRect.intersected(back.mapRect(QRectF(painter.window())))
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        areas = [area for area in self.exposed if area.intersects(exposed)] or [exposed]
        if len(areas) > FEW_AREAS:
            areas = [exposed]
        was_moving, self._is_moving = self._is_moving, False
        if not was_moving and not self._near[0].contains(exposed):
            self._near = self._look_around(exposed)
        near_cards, near_links = (self._cards.values(), self._links.values()) if was_moving else self._near[1:]
        links = _touched(near_links, areas)
        cards = _touched(near_cards, areas)
        cards.sort(key=_is_selected)
        if zoom < READABLE and not self.detailed:
            paint_far_links(painter, links)
            paint_far_cards(painter, cards, zoom)
            return
        paint_links(painter, links, zoom)
        scale = zoom * painter.device().devicePixelRatioF()
        if self.detailed or scale > LARGEST or painter.worldTransform().isRotating():
            for card in cards:
                painter.translate(card.pos())
                card.paint_face(painter)
                card.paint_outline(painter)
                painter.translate(-card.pos())
            return
        left, sharp = self._pictures.paint(painter, cards, scale)
        if left:
            paint_far_cards(painter, left, zoom)
        for card in cards:
            if card.selected:
                painter.translate(card.pos())
                card.paint_outline(painter)
                painter.translate(-card.pos())
        if left or not sharp:
            self._refine.start(REST if self._pictures.is_zooming else 0)


def _touched(parts: Iterable[Part], areas: Sequence[QRectF]) -> list[Part]:
    """The parts to be painted that touch any of some areas."""
    if len(areas) == 1:
        return [part for part in parts if not part.hidden and part.area.intersects(areas[0])]
    return [part for part in parts if not part.hidden and any(part.area.intersects(area) for area in areas)]


def _is_selected(card: CardItem) -> bool:
    return card.selected
