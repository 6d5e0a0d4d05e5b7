"""Dragging a block type from the palette onto the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import edits
from engine.catalogue import CATALOGUE, new_block
from engine.graph import Link
from gui.canvas.card import CardItem
from gui.canvas.fits import NEW
from gui.canvas.geometry import CARD
from gui.canvas.gestures.base import Gesture, Pointer
from gui.canvas.gestures.insertion import Insertion, settled
from gui.canvas.gestures.snapping import Snapping
from gui.canvas.joining import taken_in

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

GHOST_OPACITY = 0.75


class PaletteDrop(Gesture):
    """A see-through card follows the pointer; let go, it becomes a block centred there, and selected.

    It snaps to guides unless Alt or Ctrl is held. Over a link it is put into the link, and in a group's frame it joins
    the group, unless Alt is held.
    """

    scrolls = True

    def __init__(self, canvas: CanvasView, type_name: str) -> None:
        super().__init__(canvas)
        self._type = type_name
        self._ghost: CardItem | None = None
        self._insertion: Insertion | None = None
        self._snapping: Snapping | None = None

    def start(self, pointer: Pointer) -> None:
        spec = CATALOGUE[self._type]
        graph = self.canvas.workspace.graph
        block = new_block(spec, NEW, graph.fresh_name(spec.type))
        self._insertion = Insertion(self.canvas, block)
        self._snapping = Snapping(self.canvas, CARD, (), ())
        self._ghost = CardItem(block, spec.inputs, spec.outputs, graph.direction)
        self._ghost.setOpacity(GHOST_OPACITY)
        self._ghost.setZValue(6)
        self.canvas.items_scene.addItem(self._ghost)
        self.update(pointer)

    def update(self, pointer: Pointer) -> None:
        if self._ghost is not None and self._insertion is not None and self._snapping is not None:
            self._ghost.setPos(self._snapping.place(pointer.scene, pointer))
            self._insertion.aim(self._ghost.pos(), pointer)
            if self._insertion.link is not None:
                self._snapping.hide()
            groups = self.canvas.items_scene.groups
            alone = self._insertion.link is None and not pointer.keeps_apart
            groups.light({group} if alone and (group := groups.frame_at(self._ghost.pos())) else ())

    def end(self, pointer: Pointer) -> None:
        self.update(pointer)
        x, y = self._ghost.pos().toTuple() if self._ghost is not None else (0.0, 0.0)
        link = self._clean_up()
        workspace = self.canvas.workspace
        if link is not None:
            place = settled(workspace.graph, link, x, y)
            graph, block = edits.insert_block(workspace.graph, self._type, link, place)
        else:
            graph, block = edits.add_block(workspace.graph, self._type, x, y)
            graph = graph if pointer.keeps_apart else taken_in(self.canvas.items_scene, graph, block)
        workspace.document.apply_graph(f"{'Add' if link is None else 'Insert'} {self._type}", graph)
        workspace.select((block,))

    def cancel(self) -> None:
        self._clean_up()

    def _clean_up(self) -> Link | None:
        """Takes the ghost away; returns the link into which it would have gone."""
        link = self._insertion.clear() if self._insertion is not None else None
        if self._snapping is not None:
            self._snapping.clear()
        self.canvas.items_scene.groups.light(())
        if self._ghost is not None:
            self.canvas.items_scene.removeItem(self._ghost)
            self._ghost = None
        return link
