"""Has what is dragged snap to guides, and shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from engine.edits import ACROSS, ALONG
from gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, on_grid, safe
from gui.canvas.gestures.base import Pointer
from gui.canvas.guides import REACH, GuideItem, Guides

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def _tuple(area: QRectF) -> tuple[float, float, float, float]:
    return area.x(), area.y(), area.width(), area.height()


class Snapping:
    """Guides for one drag, from its first move to `clear`; what else moves is no guide.

    `area` is the rectangle of what was taken hold of, from its place: the centre of a card, the corner of a note.
    """

    def __init__(self, canvas: CanvasView, area: QRectF, blocks: Collection[str], comments: Collection[str]) -> None:
        self._canvas = canvas
        self._area = area
        scene = canvas.items_scene
        moved = {_tuple(scene.area_of(key)) for key in blocks}
        resting = {_tuple(scene.area_of(key)) for key in scene.cards} - moved  # a collapsed group's members share one
        notes = [item.area for key, item in scene.notes.items.items() if key not in comments]
        along, across = ALONG[scene.graph.direction], ACROSS[scene.graph.direction]
        self._guides = Guides(
            (*(QRectF(x, y, width, height) for x, y, width, height in resting), *notes),
            max(along[0], across[0]) - CARD_WIDTH,
            max(along[1], across[1]) - CARD_HEIGHT,
        )
        self._item = GuideItem()
        scene.addItem(self._item)

    def place(self, wanted: QPointF, pointer: Pointer) -> QPointF:
        """Where a thing stands that is wanted somewhere: on a guide nearby, else on the grid."""
        zoom = self._canvas.camera.zoom
        seen = self._canvas.viewportTransform().inverted()[0].mapRect(QRectF(self._canvas.viewport().rect()))
        wanted = QPointF(safe(wanted.x()), safe(wanted.y()))
        dx, dy = (
            (None, None) if pointer.is_free else self._guides.step(self._area.translated(wanted), REACH / zoom, seen)
        )
        place = QPointF(
            on_grid(wanted.x()) if dx is None else wanted.x() + dx,
            on_grid(wanted.y()) if dy is None else wanted.y() + dy,
        )
        area = self._area.translated(place)
        self._item.show_guides(() if pointer.is_free else self._guides.lines(area, seen), zoom)
        return place

    def hide(self) -> None:
        """Shows no guides for now."""
        self._item.show_guides((), 1.0)

    def clear(self) -> None:
        """Takes the guides away."""
        if self._item.scene() is not None:
            self._canvas.items_scene.removeItem(self._item)
