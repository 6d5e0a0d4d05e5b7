"""Small widgets that lie over the canvas: the reason at the pointer, a problem's popup, the name's editor, and what
an empty canvas says. They are children of the view's viewport and follow the view, at their own size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine import edits
from engine.judge.report import Problem
from gui.canvas import commands
from gui.canvas.geometry import CARD, CARD_HEIGHT, CARD_WIDTH, RADIUS
from gui.canvas.shadow import paint_shadow
from gui.icons import draw_icon
from gui.theme import interface_font, set_role, themes

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


class NameEditor(QLineEdit):
    """Edits a block's name where it stands: Enter applies, Esc leaves everything as it was."""

    closed = Signal()

    def __init__(self, canvas: CanvasView, block: str) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self.block = block
        self._done = False
        self.setAccessibleName("Name of the block")
        self.setText(canvas.workspace.graph.blocks[block].name)
        self.setFrame(False)
        self.setMaxLength(200)
        set_role(self, "rename")
        self.selectAll()
        self.textEdited.connect(self._on_edited)
        self.follow()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self) -> None:
        """Lies over the name on the card, at the view's zoom."""
        card = self._canvas.items_scene.cards[self.block]
        area = card.name_area().translated(card.pos())
        area.setRight(card.pos().x() + CARD.right() - 8)
        place = self._canvas.viewportTransform().mapRect(area.adjusted(-1, -2, 0, 2))
        high = max(24, round(place.height()))
        top = round(place.center().y() - high / 2)
        self.setGeometry(round(place.left()), top, max(120, round(place.width())), high)
        self._explain()

    def _complaint(self) -> str:
        return edits.name_refusal(self._canvas.workspace.graph, self.block, self.text())

    def _on_edited(self) -> None:
        self._explain()

    def _explain(self) -> None:
        complaint = self._complaint()
        set_role(self, "rename-invalid" if complaint else "rename")
        self.setFont(interface_font(max(11, 13 * self._canvas.camera.zoom), semibold=True))
        self._canvas.bubble.show_text(complaint, QPointF(self.x() - 16, self.y() + self.height() - 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor(apply=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._complaint():
                self.close_editor(apply=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.close_editor(apply=not self._complaint())

    def close_editor(self, *, apply: bool) -> None:
        """Ends the editing, once."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        self._canvas.bubble.show_text("")
        workspace = self._canvas.workspace
        if apply and self.block in workspace.graph.blocks:
            commands.rename(workspace, self.block, self.text())
        self.hide()
        self.closed.emit()
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()


class EmptyHint(QWidget):
    """What an empty canvas says: how to begin."""

    templates_requested = Signal()

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, round(CARD_HEIGHT) + 28, 0, 0)
        layout.setSpacing(4)
        title = QLabel("Draw your network here")
        set_role(title, "title")
        text = QLabel("Drag a block from the palette, or double-click one there.")
        set_role(text, "secondary")
        row = QHBoxLayout()
        row.setSpacing(4)
        lead = QLabel("To see one that works:")
        set_role(lead, "secondary")
        self.button = QPushButton("Open a template")
        set_role(self.button, "link")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self.templates_requested)
        row.addStretch()
        row.addWidget(lead)
        row.addWidget(self.button)
        row.addStretch()
        for label in (title, text):
            layout.addWidget(label, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row)
        self.setFixedSize(self.sizeHint().expandedTo(QSize(400, 0)))

    def place(self) -> None:
        """Stands in the middle of the view, a little above it."""
        room = self._viewport.size()
        self.move((room.width() - self.width()) // 2, max(0, round(room.height() * 0.46) - self.height() // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(tokens.strong_border), 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        card = QRectF((self.width() - CARD_WIDTH) / 2, 4, CARD_WIDTH, CARD_HEIGHT)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        middle = card.center()
        draw_icon(painter, "plus", QRectF(middle.x() - 11, middle.y() - 11, 22, 22), QColor(tokens.muted))
