"""Small widgets that lie over the canvas: the reason at the pointer, a problem's popup, what an empty canvas says.

They are children of the view's viewport and follow the view at their own size; `Overlays` keeps them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.fix import Fix
from engine.graph import Comment
from gui.canvas.invitation import Invitation
from gui.canvas.note_editor import NoteEditor
from gui.canvas.problem_popup import ProblemPopup
from gui.canvas.rename import Named, NamedBlock, NamedGroup, NameEditor
from gui.repairing import do_fix
from gui.theme import set_role, themes

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Bubble(QLabel):
    """A sentence beside the pointer that says why a link cannot end there."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        set_role(self, "bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.hide()

    def show_text(self, text: str, place: QPointF | None = None) -> None:
        """Shows a sentence near a place of the view, inside it; hides for ""."""
        if text and place is not None:
            if text != self.text():
                self.setText(text)
                self.ensurePolished()
                width = min(280, self.fontMetrics().horizontalAdvance(text) + 32)
                self.resize(width, self.heightForWidth(width))  # a fixed height would be the least for the next text
            room = self._viewport.size()
            x = min(place.x() + 16, room.width() - self.width() - 4)
            y = place.y() + 20
            if y + self.height() > room.height() - 4:
                y = place.y() - self.height() - 12
            self.move(round(max(4, x)), round(max(4, y)))
            self.raise_()
        self.setVisible(bool(text))


class Overlays(QObject):
    """All small widgets over one canvas, and the editor of a name while it is open."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        viewport = canvas.viewport()
        self.bubble = Bubble(viewport)
        self.popup = ProblemPopup(viewport)
        self.popup.fix_chosen.connect(self._do_fix)
        self.hint = Invitation(viewport)
        self.editor: NameEditor | NoteEditor | None = None
        themes().changed.connect(self._repaint)

    def place(self) -> None:
        """Puts all of them where they belong, after the view or the network has moved."""
        self.hint.place()
        cards = self._canvas.items_scene.cards
        if self.popup.block in cards:
            card = self._canvas.items_scene.area_of(self.popup.block)
            self.popup.place_at(self._canvas.viewportTransform().mapRect(card))
        if self.editor is not None:
            self.editor.follow()

    def show_graph(self, *, replaced: bool) -> None:
        """Follows a change of the network, and forgets blocks that are gone; all of them where it was `replaced`."""
        blocks = self._canvas.workspace.graph.blocks
        if self.editor is not None and (replaced or not self.editor.is_there()):
            self.editor.close_editor(apply=False)
        if replaced or self.popup.block not in blocks:
            self.close_popup()
        self.hint.setVisible(not blocks and not self._canvas.workspace.graph.comments)
        self.place()

    def show_popup(self, block: str) -> None:
        """Tells a block's problems, then those of all others on its card if its group is collapsed; nothing if none."""
        graph, analysis = self._canvas.workspace.graph, self._canvas.workspace.analysis
        told = [block]
        home = graph.groups.get(graph.blocks[block].group) if block in graph.blocks else None
        if home is not None and home.collapsed:
            told += [key for key in graph.members(home.id) if key != block]
        self.popup.show_problems(block, tuple(problem for key in told for problem in analysis.problems_of(key)))
        self.place()

    def show_problem_of_selection(self) -> None:
        """Opens the problem's popup at the selected block, where one block is selected and has a problem."""
        if len(self._canvas.workspace.selection) == 1:
            self.show_popup(self._canvas.workspace.selection[0])

    def toggle_popup(self, block: str) -> None:
        """Opens the popup at a block, or closes it where it is open there."""
        if self.popup.block == block:
            self.close_popup()
        else:
            self.show_popup(block)

    def refresh_popup(self) -> None:
        """Tells the judge's newest word in the popup that is open."""
        if self.popup.block:
            self.show_popup(self.popup.block)

    def _do_fix(self, fix: Fix) -> None:
        """Does a fix of the popup; its block stays selected, and the popup goes when the problem is gone."""
        self._canvas.cancel_gesture()
        do_fix(self._canvas.workspace, fix)

    def close_popup(self) -> None:
        """Closes the problem's popup."""
        self.popup.show_problems("", ())

    def rename(self, block: str) -> None:
        """Opens an editor over a block's name."""
        self._open(NamedBlock(self._canvas, block))

    def rename_group(self, group: str) -> None:
        """Opens an editor over a group's name."""
        self._open(NamedGroup(self._canvas, group))

    def _open(self, subject: Named) -> None:
        self.close_editor()
        if subject.is_there():
            self.editor = NameEditor(self._canvas, subject)
            self.editor.closed.connect(self._on_editor_closed)

    def write(self, comment: Comment) -> None:
        """Opens an editor over a comment; one without an id is a new one."""
        self.close_editor()
        now = self._canvas.workspace.graph.comments.get(comment.id, comment)
        self.editor = NoteEditor(self._canvas, now)
        self.editor.closed.connect(self._on_editor_closed)

    def close_editor(self) -> None:
        """Closes the popup and the editor that is open; what was typed counts, as it does with a click elsewhere."""
        self.close_popup()
        if self.editor is not None:
            self.editor.close_editor(apply=True)

    def _on_editor_closed(self) -> None:
        self.editor = None

    def _repaint(self) -> None:
        self.popup.update()
