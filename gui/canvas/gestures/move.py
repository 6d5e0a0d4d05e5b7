"""Moving blocks by their cards; a press that does not move selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from engine import edits
from gui.canvas.geometry import on_grid, safe
from gui.canvas.gestures.base import Gesture, Pointer, is_drag

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Move(Gesture):
    """Moves the selected cards with the pointer; their release is one edit.

    The card that was taken hold of lands on the 4 px grid, and the others keep their places beside it.
    """

    scrolls = True

    def __init__(self, canvas: CanvasView, block: str) -> None:
        super().__init__(canvas)
        self._block = block
        self._moving = False
        self._selected_before: tuple[str, ...] = ()
        self._from: dict[str, QPointF] = {}
        self._start: Pointer | None = None

    def start(self, pointer: Pointer) -> None:
        workspace = self.canvas.workspace
        self._start = pointer
        self._selected_before = workspace.selection
        if self._block not in workspace.selection:
            workspace.select((*workspace.selection, self._block) if pointer.adds else (self._block,))
            self._adding = False
        else:
            self._adding = pointer.adds
        blocks = workspace.graph.blocks
        self._from = {key: QPointF(safe(blocks[key].x), safe(blocks[key].y)) for key in workspace.selection}

    def update(self, pointer: Pointer) -> None:
        if self._start is None or not (self._moving or is_drag(self._start, pointer)):
            return
        if not self._moving:
            self._moving = True
            self.canvas.overlays.close_popup()
            self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.canvas.items_scene.place_cards(self._places(pointer))

    def _places(self, pointer: Pointer) -> dict[str, QPointF]:
        if self._start is None:
            return {}
        wanted = self._from[self._block] + pointer.scene - self._start.scene
        step = QPointF(on_grid(wanted.x()), on_grid(wanted.y())) - self._from[self._block]
        return {block: QPointF(safe((at + step).x()), safe((at + step).y())) for block, at in self._from.items()}

    def end(self, pointer: Pointer) -> None:
        workspace = self.canvas.workspace
        if not self._moving:
            if self._adding:
                workspace.select([block for block in workspace.selection if block != self._block])
            else:
                if not pointer.adds:
                    workspace.select((self._block,))
                self.canvas.overlays.show_problem_of_selection()
            return
        self.canvas.viewport().unsetCursor()
        places = {block: (at.x(), at.y()) for block, at in self._places(pointer).items()}
        label = "Move" if len(places) == 1 else f"Move {len(places)} blocks"
        workspace.document.apply_graph(label, edits.move_blocks(workspace.graph, places))
        self.canvas.items_scene.restore()

    def cancel(self) -> None:
        self.canvas.viewport().unsetCursor()
        self.canvas.items_scene.restore()
        self.canvas.workspace.select(self._selected_before)
