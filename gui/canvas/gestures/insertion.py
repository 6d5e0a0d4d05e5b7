"""Putting a block that is dragged into the link under it: finds the link, lights it up, and says what would happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine import edits
from engine.graph import Block, Graph, Link
from gui.canvas import fits
from gui.canvas.geometry import CARD
from gui.canvas.gestures.base import Pointer
from gui.canvas.link import LinkItem, LinkLook
from gui.theme import themes

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

REACHES = ((8.0, 8.0), (40.0, 20.0))
"""How far from a card's centre a link is looked for, across and down: right under it first."""
HEART = CARD.adjusted(0.0, 14.0, 0.0, -14.0)
"""Where a card covers the links under it; near its edges the link that leaves there is meant."""

DOT = 9.0
"""How far the dots at the ends of a link that is lit up reach from its ends."""


class _Shine(QGraphicsItem):
    """A link that is lit up over everything, with a dot at either end."""

    def __init__(self, link: LinkItem) -> None:
        super().__init__()
        self._path = link.path
        self._ends = (link.start, link.end)
        self.setZValue(8.0)

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-DOT, -DOT, DOT, DOT)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("card", 7.0), ("accent", 4.0)):
            pen = QPen(tokens.colour(token), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPath(self._path)
        painter.setPen(QPen(tokens.colour("card"), 2.0))
        painter.setBrush(tokens.colour("accent"))
        for end in self._ends:
            painter.drawEllipse(end, DOT - 2, DOT - 2)


class Insertion:
    """Which link a dragged block would be put into. `link` is None where it would be put into none."""

    def __init__(self, canvas: CanvasView, block: Block) -> None:
        self._canvas = canvas
        self._block = block
        self._graph = canvas.workspace.graph
        self._inquiry = fits.Inquiry(canvas.workspace, self._tell)
        self._pointer: Pointer | None = None
        self._look: LinkLook = "plain"
        self._shine: _Shine | None = None
        self.link: Link | None = None

    def aim(self, centre: QPointF, pointer: Pointer) -> None:
        """The block's card is at a place of the scene now."""
        self._pointer = pointer
        self._light(None if pointer.keeps_apart else self._link_at(centre))
        if self.link is not None:
            analysis = self._canvas.workspace.analysis
            self._inquiry.ask(
                {
                    f"{self.link}": fits.between(self._graph, analysis, self._block, self.link),
                    f"before {self.link}": fits.linked(self._graph, analysis, self.link),
                }
            )
        self._tell()

    def _link_at(self, centre: QPointF) -> Link | None:
        scene = self._canvas.items_scene
        below = (card for card in scene.network.cards_at(centre) if card.block.id != self._block.id)
        if any(HEART.contains(centre - card.pos()) for card in below):
            return None
        for across, down in REACHES:
            reach = QRectF(centre.x() - across, centre.y() - down, 2 * across, 2 * down)
            for link, item in scene.links.items():
                if (
                    item.area.intersects(reach)
                    and item.isVisible()
                    and item.shape().intersects(reach)
                    and not edits.insert_refusal(self._graph, self._block.type, link)
                ):
                    return link
        return None

    def _item(self) -> LinkItem | None:
        return self._canvas.items_scene.links.get(self.link) if self.link is not None else None

    def _light(self, link: Link | None) -> None:
        if link == self.link:
            return
        if (before := self._item()) is not None:
            before.show_hovered(False)
            before.show_look(self._look)
        if self._shine is not None:
            self._canvas.items_scene.removeItem(self._shine)
            self._shine = None
        self.link = link
        if (item := self._item()) is not None:
            self._look = item.look
            item.show_hovered(True)
            item.show_look("path")
            # The dragged card lies over the link, which would hide what is meant.
            self._shine = _Shine(item)
            self._canvas.items_scene.addItem(self._shine)

    def _tell(self) -> None:
        bubble = self._canvas.overlays.bubble
        if self.link is None or self._pointer is None:
            bubble.show_text("")
            return
        graph = self._graph
        source, target = graph.blocks[self.link.source.block].name, graph.blocks[self.link.target.block].name
        text = f"Goes between '{source}' and '{target}'. Hold Alt to put it beside."
        analysis = self._inquiry.analyses.get(f"{self.link}")
        if analysis is not None:
            before = self._inquiry.analyses.get(f"before {self.link}")
            said = fits.told(graph, fits.verdict(analysis, self._block.id, before), (self.link.source,))
            text = text if said.fits else f"{text}\n{said.reason}"
        bubble.show_text(text, self._pointer.view)

    def clear(self) -> Link | None:
        """Ends the aiming, and says which link it was."""
        link = self.link
        self._light(None)
        self._inquiry.close()
        self._canvas.overlays.bubble.show_text("")
        return link


def settled(graph: Graph, link: Link, x: float, y: float) -> tuple[float, float]:
    """Where a block that was put into a link at (x, y) stands: below what feeds it where it would cover that."""
    source = graph.blocks[link.source.block]
    return edits.next_place(graph, source) if edits.is_near(source, x, y) else (x, y)
