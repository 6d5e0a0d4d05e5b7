"""Small widgets that lie over the canvas: the reason at the pointer, a problem's popup, what an empty canvas says.

They are children of the view's viewport and follow the view at their own size; `Overlays` keeps them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.graph import Comment
from engine.judge.report import Problem
from gui.canvas.geometry import RADIUS
from gui.canvas.invitation import Invitation
from gui.canvas.note_editor import NoteEditor
from gui.canvas.rename import Named, NamedBlock, NamedGroup, NameEditor
from gui.canvas.shadow import paint_shadow
from gui.theme import set_role, themes

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

POPUP_WIDTH = 320
POPUP_SHADOW = 16
POPUP_GAP = 12


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
                self.setFixedWidth(min(280, self.fontMetrics().horizontalAdvance(text) + 32))
                self.setFixedHeight(self.heightForWidth(self.width()))
            room = self._viewport.size()
            x = min(place.x() + 16, room.width() - self.width() - 4)
            y = place.y() + 20
            if y + self.height() > room.height() - 4:
                y = place.y() - self.height() - 12
            self.move(round(max(4, x)), round(max(4, y)))
            self.raise_()
        self.setVisible(bool(text))


class ProblemPopup(QWidget):
    """A card below a block that says what is wrong with it."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self.block = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(POPUP_SHADOW + 14, POPUP_SHADOW + 12, POPUP_SHADOW + 14, POPUP_SHADOW + 12)
        self._layout.setSpacing(8)
        self._problems: tuple[Problem, ...] = ()
        self._sentences: list[QLabel] = []
        self.setAccessibleName("Problem")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedWidth(POPUP_WIDTH + 2 * POPUP_SHADOW)
        self.hide()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the popup tells."""
        return self._problems

    def show_problems(self, block: str, problems: tuple[Problem, ...]) -> None:
        """Tells a block's problems; closes where there are none."""
        self.block = block if problems else ""
        if problems != self._problems:
            self._problems = problems
            for old in self._sentences:
                self._layout.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._sentences = []
            for problem in problems:
                sentence = QLabel(problem.message, self)
                sentence.setTextFormat(Qt.TextFormat.PlainText)
                sentence.setWordWrap(True)
                sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._layout.addWidget(sentence)
                self._sentences.append(sentence)
        self.setVisible(bool(problems))
        self.setFixedHeight(max(1, self._layout.totalHeightForWidth(self.width())))

    def place_at(self, card: QRectF) -> None:
        """Puts the popup below (or, where there is no room, above) a card given in view pixels."""
        room = self._viewport.size()
        x = card.center().x() - self.width() / 2
        y = card.bottom() + POPUP_GAP - POPUP_SHADOW
        if y + self.height() - POPUP_SHADOW > room.height() and card.top() > self.height():
            y = card.top() - POPUP_GAP - self.height() + POPUP_SHADOW
        self.move(round(x), round(y))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(POPUP_SHADOW, POPUP_SHADOW, -POPUP_SHADOW, -POPUP_SHADOW)
        paint_shadow(painter, inner, RADIUS, POPUP_SHADOW - 3)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class Overlays(QObject):
    """All small widgets over one canvas, and the editor of a name while it is open."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        viewport = canvas.viewport()
        self.bubble = Bubble(viewport)
        self.popup = ProblemPopup(viewport)
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
        """Tells a block's problems; nothing where it has none."""
        self.popup.show_problems(block, self._canvas.workspace.analysis.problems_of(block))
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
        self.editor = NoteEditor(self._canvas, comment)
        self.editor.closed.connect(self._on_editor_closed)

    def close_editor(self) -> None:
        """Closes the popup and the editor that is open, leaving what it edited as it was."""
        self.close_popup()
        if self.editor is not None:
            self.editor.close_editor(apply=False)

    def _on_editor_closed(self) -> None:
        self.editor = None

    def _repaint(self) -> None:
        self.popup.update()
