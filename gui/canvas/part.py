"""What cards and links have in common: many of them are painted at once by one item, the network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QGraphicsItem

Touched = Callable[[QRectF], object]
"""Is told the area of the scene that has to be painted anew."""


class PartItem(QGraphicsItem):
    """A card or a link: an item of the scene by itself, as a ghost is, or a part of the network.

    Qt asks each item of a scene several questions for every frame, which is slow for thousands of them from Python. So
    the parts of a network are in no scene: the network knows them, paints them and finds them (see `network.py`).
    `update` says that a part looks different now; `version` counts how often it has. `area` is where it is in the
    scene, with everything that it paints; a `hidden` part is not painted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.version = 0
        self.hidden = False
        self.area = QRectF()
        self._touched: Touched | None = None

    def join(self, touched: Touched) -> None:
        """Becomes a part of a network, which is told from now on what has to be painted anew."""
        self._touched = touched
        self.touch()

    def touch(self) -> None:
        """Has the part painted anew where it is now."""
        if self._touched is not None:
            self._touched(self.area)
        elif (scene := self.scene()) is not None:
            scene.update(self.area)  # the item's own update leaves its old place as it was where a link jumps

    def put(self, place: QPointF, step: QPointF) -> None:
        """Moves the part to a place, a step away, and leaves it to the caller to have it painted anew."""
        self.area.translate(step)
        super().setPos(place)

    def update(self, *_area: float | QRectF | QRect) -> None:
        """Has the part painted anew, because it looks different."""
        self.version += 1
        self.touch()

    def setPos(self, place: QPointF | float, y: float = 0.0) -> None:  # type: ignore[override]  # in both of Qt's ways
        self.touch()
        place = place if isinstance(place, QPointF) else QPointF(place, y)
        self.put(place, place - self.pos())
        self.touch()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.hidden = not visible
        self.touch()

    def show(self) -> None:
        self.setVisible(True)

    def hide(self) -> None:
        self.setVisible(False)
