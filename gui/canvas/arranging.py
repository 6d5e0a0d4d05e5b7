"""Laying out the network on the canvas: worked out beside the window where it takes long, and shown as a movement.

The document changes at once, in one step. What moves afterwards are items alone, so that whatever happens meanwhile
finds the network in its new places.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation

from engine.graph import Graph
from engine.layout import arrange
from gui.background import Background
from gui.canvas.geometry import safe

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

DURATION = 220
"""Milliseconds in which the cards move to their new places."""
QUICK = 120
"""The layout of so many blocks is done before the next frame; that of more is worked out beside the window."""
MOST = 400
"""More blocks than these jump to their places: a movement that falters is worse than none."""


class Arranger(QObject):
    """Lays out the network of one canvas."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._from: dict[str, QPointF] = {}
        self._background: Background | None = None
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._on_step)
        self._animation.finished.connect(self._on_end)

    @property
    def is_busy(self) -> bool:
        """Whether a layout is being worked out, or cards are on their way."""
        return self._background is not None or bool(self._from)

    def lay_out(self) -> None:
        """Lays out the selected blocks where there are several, and else the whole network."""
        workspace = self._canvas.workspace
        chosen = workspace.selection if len(workspace.selection) > 1 else None
        self._work("Lay out", workspace.graph, workspace.graph, chosen)

    def turn(self) -> None:
        """Lets data flow to the right instead of down, or down again, and lays the network out for it."""
        graph = self._canvas.workspace.graph
        right = graph.direction == "down"
        turned = replace(graph, direction="right" if right else "down")
        self._work("Left to right" if right else "Top to bottom", graph, turned, None)

    def _work(self, label: str, before: Graph, graph: Graph, chosen: Collection[str] | None) -> None:
        if len(graph.blocks if chosen is None else chosen) <= QUICK:
            self._show(label, arrange(graph, chosen))
            return
        if self._background is not None:
            return
        background = self._background = Background(self)

        def done(arranged: Graph) -> None:
            self._let_go(background)
            if self._canvas.workspace.graph is before:
                self._canvas.cancel_gesture()
                self._show(label, arranged)
            else:
                message = "The network was changed meanwhile, so it was not laid out. Do it once more."
                self._canvas.workspace.message_posted.emit(message)

        def failed(error: Exception) -> None:
            self._let_go(background)
            raise error

        background.run(lambda: arrange(graph, chosen), done, failed)

    def _let_go(self, background: Background) -> None:
        self._background = None
        background.finish()
        background.deleteLater()

    def _show(self, label: str, arranged: Graph) -> None:
        """Makes a layout the document's, and moves the cards from where they were."""
        canvas = self._canvas
        scene = canvas.items_scene
        was_seen = self._is_seen(scene.network_area())
        places = {key: QPointF(card.pos()) for key, card in scene.cards.items()}
        if arranged == canvas.workspace.graph:
            canvas.workspace.message_posted.emit("Everything is laid out already.")
            return
        canvas.workspace.document.apply_graph(label, arranged)
        area = scene.network_area()
        if was_seen and not self._is_seen(area):
            canvas.camera.frame(area)
        moved = {key: at for key, at in places.items() if key in scene.cards and scene.cards[key].pos() != at}
        if moved and canvas.isVisible() and len(moved) <= MOST:
            self._from = moved
            self._on_step(0.0)
            self._animation.start()

    def _is_seen(self, area: QRectF) -> bool:
        """Whether an area of the scene is to be seen as a whole."""
        return QRectF(self._canvas.viewport().rect()).contains(self._canvas.viewportTransform().mapRect(area))

    def finish(self) -> bool:
        """Ends a movement at its end, and says whether there was one."""
        moving = bool(self._from)
        if moving:
            self._animation.stop()
            self._on_end()
        return moving

    def _on_step(self, share: float) -> None:
        blocks = self._canvas.items_scene.graph.blocks
        places = {}
        for key, at in self._from.items():
            if key in blocks:
                end = QPointF(safe(blocks[key].x), safe(blocks[key].y))
                places[key] = at + (end - at) * share
        if places:
            self._canvas.items_scene.place_cards(places)
            self._canvas.overlays.place()

    def _on_end(self) -> None:
        self._from = {}
        self._canvas.items_scene.restore()
        self._canvas.overlays.place()
