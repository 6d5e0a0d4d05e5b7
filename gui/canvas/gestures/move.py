"""Moving blocks, groups and comments; a press that does not move selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from engine import edits, groups
from engine.catalogue import CATALOGUE
from engine.graph import Link
from gui.canvas.doings import grouping
from gui.canvas.geometry import FARTHEST, safe, safe_place
from gui.canvas.gestures.base import Gesture, Pointer, is_drag
from gui.canvas.gestures.insertion import Insertion, settled
from gui.canvas.gestures.snapping import Snapping
from gui.canvas.joining import Joining
from gui.canvas.scene import Hit
from gui.figures import counted

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Places = dict[str, QPointF]


class Move(Gesture):
    """Moves what is selected with the pointer; its release is one edit.

    What was taken hold of snaps to guides, with Alt or Ctrl only to the 4 px grid, and all else keeps its place beside
    it. Cards join and leave groups where they are put down, and a loose one goes into the link under it, unless Alt is
    held.
    """

    scrolls = True

    def __init__(self, canvas: CanvasView, hit: Hit) -> None:
        super().__init__(canvas)
        self._hit = hit
        members = canvas.workspace.graph.members(hit.group) if hit.group else ()
        self._blocks = members or ((hit.block,) if hit.block else ())
        self._comments = (hit.comment,) if hit.comment else ()
        self._moving = False
        self._adding = False
        self._selected_before: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._from: Places = {}
        self._comments_from: Places = {}
        self._farthest = 0.0
        self._joining: Joining | None = None
        self._start: Pointer | None = None
        self._insertion: Insertion | None = None
        self._snapping: Snapping | None = None

    def start(self, pointer: Pointer) -> None:
        workspace = self.canvas.workspace
        self._start = pointer
        self._selected_before = blocks, comments = (workspace.selection, workspace.selected_comments)
        if not (set(self._blocks).issubset(blocks) and set(self._comments).issubset(comments)):
            if pointer.adds:
                workspace.select((*blocks, *self._blocks), (*comments, *self._comments))
            else:
                workspace.select(self._blocks, self._comments)
        else:
            self._adding = pointer.adds
        graph = workspace.graph
        moved = [graph.blocks[key] for key in groups.movable(graph, workspace.selection)]
        notes = [graph.comments[key] for key in workspace.selected_comments]
        self._from = {block.id: QPointF(safe(block.x), safe(block.y)) for block in moved}
        self._comments_from = {note.id: QPointF(safe(note.x), safe(note.y)) for note in notes}
        starts = (*self._from.values(), *self._comments_from.values())
        self._farthest = max((at.manhattanLength() for at in starts), default=0.0)

    def update(self, pointer: Pointer) -> None:
        if self._start is None or not (self._moving or is_drag(self._start, pointer)):
            return
        if not self._moving:
            self._moving = True
            self._joining = Joining(self.canvas.items_scene, self._from)
            self.canvas.overlays.close_popup()
            self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._insertion = self._find_insertion()
            self._snapping = self._find_snapping()
        blocks, comments = self._places(pointer)
        self.canvas.items_scene.place_cards(blocks)
        self.canvas.items_scene.notes.place(comments)
        if self._joining is not None:
            self._joining.light({} if pointer.keeps_apart else blocks)
        if self._insertion is not None:
            self._insertion.aim(next(iter(blocks.values())), pointer)
            if self._insertion.link is not None and self._snapping is not None:
                self._snapping.hide()

    def _find_insertion(self) -> Insertion | None:
        """A block that is moved by itself and is connected to nothing can be put into a link."""
        graph = self.canvas.workspace.graph
        if len(self._from) != 1 or self._comments_from or self._hit.group:
            return None
        block = graph.blocks[next(iter(self._from))]
        loose = not graph.links_into(block.id) and not graph.links_from(block.id)
        return Insertion(self.canvas, block) if loose and block.type in CATALOGUE else None

    def _find_snapping(self) -> Snapping | None:
        """What was taken hold of snaps to guides, and all else that moves keeps its place beside it."""
        scene = self.canvas.items_scene
        block = next((key for key in self._blocks if key in self._from), None)
        note = next((key for key in self._comments if key in self._comments_from), None)
        if block is not None:
            at, area = self._from[block], scene.area_of(block)
        elif note is not None:
            at, area = self._comments_from[note], scene.notes.items[note].area
        else:
            return None
        return Snapping(self.canvas, area.translated(-at), self._from, self._comments_from)

    def _places(self, pointer: Pointer) -> tuple[Places, Places]:
        """Where the blocks and the comments are with the pointer there."""
        if self._start is None:
            return {}, {}
        anchors = [self._from[key] for key in self._blocks if key in self._from]
        anchors += [self._comments_from[key] for key in self._comments if key in self._comments_from]
        if not anchors:
            return dict(self._from), dict(self._comments_from)
        wanted = anchors[0] + pointer.scene - self._start.scene
        step = (wanted if self._snapping is None else self._snapping.place(wanted, pointer)) - anchors[0]

        def moved(places: Places) -> Places:
            if self._farthest + step.manhattanLength() <= FARTHEST:  # a check of each of many places takes long
                return {key: at + step for key, at in places.items()}
            return {key: safe_place(at + step) for key, at in places.items()}

        return moved(self._from), moved(self._comments_from)

    def end(self, pointer: Pointer) -> None:
        if not self._moving:
            self._click(pointer)
            return
        self.update(pointer)
        workspace = self.canvas.workspace
        self.canvas.viewport().unsetCursor()
        blocks, comments = self._places(pointer)
        graph = edits.move_blocks(workspace.graph, {key: (at.x(), at.y()) for key, at in blocks.items()})
        graph = edits.move_comments(graph, {key: (at.x(), at.y()) for key, at in comments.items()})
        if self._joining is not None and not pointer.keeps_apart:
            graph = groups.regroup(graph, self._joining.homes(blocks))
        label, link = self._label(), self._leave_aids()
        if link is not None:
            key = next(iter(blocks))
            label, at = f"Insert {graph.blocks[key].type}", graph.blocks[key]
            graph = edits.move_blocks(graph, {key: settled(graph, link, at.x, at.y)})
            graph = edits.splice_block(graph, key, link)
        workspace.document.apply_graph(label, graph)
        self.canvas.items_scene.restore()

    def _leave_aids(self) -> Link | None:
        """Takes guides and lights away; returns the link into which the block would go."""
        if self._snapping is not None:
            self._snapping.clear()
        return self._insertion.clear() if self._insertion is not None else None

    def _label(self) -> str:
        if len(self._from) + len(self._comments_from) == 1:
            return "Move"
        if not self._from:
            return f"Move {counted(len(self._comments_from), 'comment')}"
        return f"Move {counted(len(self._from), 'block')}"

    def _click(self, pointer: Pointer) -> None:
        """The button went up where it went down."""
        workspace = self.canvas.workspace
        if self._hit.kind == "chevron":
            grouping.toggle(self.canvas, self._hit.group)
        elif self._adding:
            workspace.select(
                [key for key in workspace.selection if key not in self._blocks],
                [key for key in workspace.selected_comments if key not in self._comments],
            )
        else:
            if not pointer.adds:
                workspace.select(self._blocks, self._comments)
            self.canvas.overlays.show_problem_of_selection()

    def cancel(self) -> None:
        self._leave_aids()
        self.canvas.viewport().unsetCursor()
        self.canvas.items_scene.restore()
        self.canvas.workspace.select(*self._selected_before)
