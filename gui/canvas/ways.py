"""Draws every link of the scene the way that the routing finds for it, also while cards are being moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer

from engine.graph import Link
from gui.canvas.geometry import CARD
from gui.canvas.link import LinkItem
from gui.canvas.routes import Corners, Ends, Routes
from gui.canvas.routing import Box

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

MANY = 40
"""The links of so many cards, or so many links, are drawn as plain curves while the cards are being moved."""
QUICK = 120
"""The ways of so many links are found at once."""
SLICE = 0.005
"""Seconds for which the ways of more links are looked for at a time."""


class Ways(QObject):
    """Knows which cards are to be seen and where, and has the links led around them."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        self._routes = Routes()
        self.links_at: dict[str, list[LinkItem]] = {}
        """The links at each block."""
        self._ends: dict[Link, Ends] = {}
        self._between: tuple[list[str], frozenset[LinkItem], bool] = ([], frozenset(), True)

    def show_links(self, links: Iterable[LinkItem]) -> None:
        """Takes which links there are; new ones are where they belong."""
        self.links_at = {}
        self._between = ([], frozenset(), True)
        for item in links:
            if item.link is not None:
                if item.link not in self._ends:
                    self._ends[item.link] = item.start.toTuple(), item.end.toTuple()
                for block in (item.link.source.block, item.link.target.block):
                    self.links_at.setdefault(block, []).append(item)
        self._ends = {link: ends for link, ends in self._ends.items() if link in self._scene.links}

    def refresh(self, blocks: Iterable[str]) -> None:
        """Draws the links at these blocks, and those whose way around the cards is another one now.

        Among many links the ways are found piece by piece, so that the window never waits for them. Until then a link
        stays as it is drawn, or is a plain curve where it does not end there any more.
        """
        scene = self._scene
        changed = {item.link: item for block in blocks for item in self.links_at.get(block, ()) if item.link}
        for link, item in changed.items():
            self._ends[link] = self._ends_of(link)
            if item.isVisible() == scene.groups.hides_link(link):
                item.setVisible(not item.isVisible())
        hidden = scene.groups.hides_link if scene.groups.cards else None
        shown = self._ends if hidden is None else {one: at for one, at in self._ends.items() if not hidden(one)}
        areas = [frame.area for frame in scene.groups.frames.values()]
        frames = [(area.left(), area.top(), area.right(), area.bottom()) for area in areas]
        self._routes.expect(self._boxes(), shown, scene.graph.direction, frames)
        self._routes.changed.update(changed)
        self._work = self._working()
        if len(self._ends) <= QUICK:
            self.finish()
            return
        self._go_on()
        if self.is_busy:
            for link, item in changed.items():
                start, end = self._ends[link]
                if (item.start, item.end, item.direction) != (QPointF(*start), QPointF(*end), scene.graph.direction):
                    self._draw(item, (start, end), ())

    @property
    def is_busy(self) -> bool:
        """Whether some links are not drawn the way that they will take."""
        return self._work is not None

    def finish(self) -> None:
        """Finds and draws every way that is still missing, at once: for a picture on paper."""
        self._timer.stop()
        work, self._work = self._work, None
        for _ in work or ():
            pass

    def _go_on(self) -> None:
        """Works for a moment, and again when the window has done what else there is to do."""
        end = perf_counter() + SLICE
        for _ in self._work or ():
            if perf_counter() >= end:
                self._timer.start()
                return
        self._work = None

    def _working(self) -> Iterator[None]:
        """Finds the ways of the links, and draws those that changed."""
        yield from self._routes.work()
        changed, links = self._routes.changed, self._scene.links
        while changed:
            link = changed.pop()
            if link in links:
                self._draw(links[link], self._ends[link], self._routes.corners.get(link, ()))
                yield

    def between(self, blocks: list[str]) -> tuple[frozenset[LinkItem], bool]:
        """The links with both ends at some blocks, and whether no other links end there.

        Each step of a movement asks it of the same blocks, so the last answer is kept.
        """
        if self._between[0] != blocks:
            ends = Counter(chain.from_iterable(self.links_at.get(block, ()) for block in blocks))
            both = frozenset(item for item, count in ends.items() if count == 2)
            self._between = (blocks, both, len(both) == len(ends))
        return self._between[1:]

    def follow(self, blocks: Collection[str], but: Collection[LinkItem] = ()) -> None:
        """Draws the links at blocks that are being moved, `but` those that are in place.

        A link between two of them moves along as it is. What is still to be found waits for the end of the movement.
        """
        self._timer.stop()
        single: dict[Link, Ends] = {}
        items = {item for block in blocks for item in self.links_at.get(block, ())}.difference(but)
        for item in items:
            if item.link is None or not item.isVisible():
                continue
            (x0, y0), (x1, y1) = ends = self._ends_of(item.link)
            step = QPointF(x0, y0) - item.start
            if QPointF(x1, y1) - item.end == step:
                self._draw(item, ends, tuple((at + step).toTuple() for at in item.via))
            else:
                single[item.link] = ends
        if not single:
            return
        if len(single) > MANY or len(blocks) > MANY:
            for link, ends in single.items():
                self._draw(self._scene.links[link], ends, ())
            return
        for link, corners in self._routes.while_moving(self._boxes(blocks), single).items():
            self._draw(self._scene.links[link], single[link], corners)

    def _draw(self, item: LinkItem, ends: Ends, corners: Corners) -> None:
        item.show_ends(
            QPointF(*ends[0]),
            QPointF(*ends[1]),
            self._scene.graph.direction,
            tuple(QPointF(x, y) for x, y in corners),
        )

    def _ends_of(self, link: Link) -> Ends:
        place = self._scene.port_place
        return place(link.source, "output").toTuple(), place(link.target, "input").toTuple()

    def _boxes(self, blocks: Collection[str] | None = None) -> dict[str, Box]:
        """The cards that are to be seen, of some blocks or of all; a collapsed group's under the group's id."""
        scene, boxes = self._scene, {}
        for key in scene.cards if blocks is None else blocks:
            group = scene.groups.card_of(key)
            if group is not None:
                boxes[group.shown.id] = _box(group.pos())
            elif key in scene.cards:
                boxes[key] = _box(scene.cards[key].pos())
        return boxes


def _box(centre: QPointF) -> Box:
    x, y = centre.x(), centre.y()
    return (x + CARD.left(), y + CARD.top(), x + CARD.right(), y + CARD.bottom())
