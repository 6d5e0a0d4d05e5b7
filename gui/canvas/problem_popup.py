"""What is wrong with a block, in a card beside it: the sentence, and the fixes as buttons, the best one first."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.fix import Fix
from engine.judge.report import Problem
from gui.canvas.geometry import RADIUS
from gui.canvas.shadow import paint_shadow
from gui.icons import draw_icon
from gui.theme import interface_font, themes

POPUP_WIDTH = 320
POPUP_SHADOW = 16
POPUP_GAP = 12
EDGE = 4
"""Pixels that stay free between the popup and the view's edge."""

_ROOM_FOR_FIXES = 80
"""Pixels that a popup without fixes is thought larger by when its side is chosen: they may come in a moment."""

_SIDE = 12
_ICON = 16


class FixButton(QAbstractButton):
    """A fix to be clicked, over as many lines as its words need. The best one is filled with the accent's ground."""

    def __init__(self, fix: Fix, *, best: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.fix = fix
        self._best = best
        self.setText(fix.title)
        self.setAccessibleName(f"Fix: {fix.title}")
        self.setToolTip("Tried: the problem is gone with it.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        room = QRectF(0, 0, width - 3 * _SIDE - _ICON, 10_000)
        text = QFontMetrics(self._font()).boundingRect(room.toRect(), int(Qt.TextFlag.TextWordWrap), self.text())
        return max(32, text.height() + 14)

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(POPUP_WIDTH - 28))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = tokens.accent_ground if self._best else tokens.hover if self.underMouse() else tokens.field
        rest = ground if self._best else tokens.border
        border = tokens.accent if self.hasFocus() or (self._best and self.underMouse()) else rest
        painter.setPen(QPen(QColor(border), 1))
        painter.setBrush(QColor(tokens.border if self.isDown() and not self._best else ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setFont(self._font())
        painter.setPen(QColor(tokens.accent if self._best else tokens.text))
        room = self.rect().adjusted(_SIDE, 0, -2 * _SIDE - _ICON, 0)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter), self.text())
        place = QRectF(self.width() - _SIDE - _ICON, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, "check", place, QColor(tokens.accent if self._best else tokens.muted))

    def _font(self) -> QFont:
        return interface_font(13, semibold=self._best)


class ProblemPopup(QWidget):
    """A card below a block that says what is wrong with it and offers what mends it.

    `fix_chosen` carries the Fix of a button that was clicked, or pressed with Enter.
    """

    fix_chosen = Signal(object)

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self.block = ""
        self.buttons: list[FixButton] = []
        self._problems: tuple[Problem, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(POPUP_SHADOW + 14, POPUP_SHADOW + 12, POPUP_SHADOW + 14, POPUP_SHADOW + 14)
        self._layout.setSpacing(8)
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
        if not problems:
            self._give_focus_back()
        if problems != self._problems:
            self._problems = problems
            self._fill()
        self.setVisible(bool(problems))
        self.setFixedHeight(max(1, self._layout.totalHeightForWidth(self.width())))

    def _fill(self) -> None:
        """Writes the sentences and the buttons anew; the button that had the focus keeps it."""
        focused = next((button.text() for button in self.buttons if button.hasFocus()), "")
        self._give_focus_back()
        while (old := self._layout.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for number, problem in enumerate(self._problems):
            if number:
                self._layout.addSpacing(4)
            sentence = QLabel(problem.message, self)
            sentence.setTextFormat(Qt.TextFormat.PlainText)
            sentence.setWordWrap(True)
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._add(sentence)
            for fix in problem.fixes:
                button = FixButton(fix, best=not self.buttons, parent=self)
                button.clicked.connect(self._choose)
                self._add(button)
                self.buttons.append(button)
                if fix.title == focused:
                    button.setFocus()

    def _add(self, widget: QWidget) -> None:
        """Adds a row, to be counted in the height at once."""
        self._layout.addWidget(widget)
        widget.show()

    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, FixButton):
            self.fix_chosen.emit(button.fix)

    def enter(self) -> bool:
        """Gives the first button the focus; False where there is none."""
        if not self.isVisible() or not self.buttons:
            return False
        self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through the buttons, then on to what follows the canvas; the way back leads to the canvas."""
        focused = [number for number, button in enumerate(self.buttons) if button.hasFocus()]
        place = (focused[0] if focused else -1) + (1 if next else -1)
        if 0 <= place < len(self.buttons):
            self.buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        self._give_focus_back()
        canvas = self._viewport.parentWidget()
        return QWidget.focusNextPrevChild(canvas, True) if next and canvas is not None else True

    def _give_focus_back(self) -> None:
        canvas = self._viewport.parentWidget()
        if canvas is not None and any(button.hasFocus() for button in self.buttons):
            canvas.setFocus()

    def place_at(self, card: QRectF) -> None:
        """Puts the popup below (or, where there is no room, above) a card given in view pixels.

        As long as the card is to be seen, all of the popup is.
        """
        room = QRectF(self._viewport.rect())
        height = self.height() - 2 * POPUP_SHADOW
        wanted = height if self.buttons else height + _ROOM_FOR_FIXES
        below, above = card.bottom() + POPUP_GAP, card.top() - POPUP_GAP - height
        y = above if below + wanted > room.bottom() - EDGE and above >= EDGE else below
        x = card.center().x() - POPUP_WIDTH / 2
        if card.intersects(room):
            x = max(EDGE, min(x, room.right() - POPUP_WIDTH - EDGE))
            y = max(EDGE, min(y, room.bottom() - height - EDGE))
        self.move(round(x) - POPUP_SHADOW, round(y) - POPUP_SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(POPUP_SHADOW, POPUP_SHADOW, -POPUP_SHADOW, -POPUP_SHADOW)
        paint_shadow(painter, inner, RADIUS, POPUP_SHADOW - 3)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
