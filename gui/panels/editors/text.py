"""Fields with one line of text: numbers, sizes, shapes and words, read and checked by the parameter itself."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from engine.catalogue.params import FloatParam, IntParam, Param, ParamError, ShapeParam, SizeParam, TextParam
from engine.graph import Value
from gui.icons import draw_icon
from gui.panels.editors.base import SEVERAL, Editor, is_undo_key, leave_wheel, range_text
from gui.theme import set_role, themes

ARROWS = 18
"""Width in pixels of the two small arrows in a number's field."""

REMARK_TIME = 8000
"""Milliseconds for which a field says why what was typed is gone."""


class Field(QLineEdit):
    """A line of text that leaves undo and redo to the document, and the wheel to the panel.

    `stepped` carries how many steps up or down were asked for, by arrow keys, wheel or the arrows; `left` comes when
    the cursor leaves or Enter is pressed, `given_up` at Esc.
    """

    stepped = Signal(int)
    left = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None, *, steps: bool = False) -> None:
        super().__init__(parent)
        self._steps = steps
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        if steps:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            themes().changed.connect(self.update)

    def event(self, event: QEvent) -> bool:
        if is_undo_key(event):
            event.ignore()
            return False
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._make_room()
        return super().event(event)

    def _arrows_shown(self) -> bool:
        return self._steps and self.isEnabled() and (self.underMouse() or self.hasFocus())

    def _make_room(self) -> None:
        """Keeps the figure clear of the arrows while they are there."""
        self.setTextMargins(0, 0, ARROWS - 6 if self._arrows_shown() else 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        many = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {
            Qt.Key.Key_Up: many,
            Qt.Key.Key_Down: -many,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }.get(Qt.Key(event.key()), 0)
        if self._steps and steps:
            self.stepped.emit(steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            event.ignore()  # the panel leads back to where the way to this field began
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if leave_wheel(self, event):
            return
        if self._steps and event.angleDelta().y():
            self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._make_room()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._make_room()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._arrows_shown() and event.position().x() >= self.width() - ARROWS:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.stepped.emit(1 if event.position().y() < self.height() / 2 else -1)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._arrows_shown() and event.position().x() >= self.width() - ARROWS
        self.setCursor(Qt.CursorShape.ArrowCursor if over else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._arrows_shown():
            return
        painter = QPainter(self)
        centre = QPointF(self.width() - ARROWS / 2 - 1, self.height() / 2)
        colour = themes().tokens.colour("secondary")
        for turn in (180, 0):
            painter.save()
            painter.translate(centre)
            painter.rotate(turn)
            draw_icon(painter, "chevron-down", QRectF(-6, 0, 12, 12), colour)
            painter.restore()
        painter.end()


class TextEditor(Editor):
    """Any parameter that is typed as text.

    A text that stands for no value when the field is left leads back to the value before typing began, and not to
    what its first letters happened to stand for; for a while the field says so.
    """

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        steps = isinstance(param, IntParam | FloatParam)
        self.field = Field(self, steps=steps)
        if not isinstance(param, TextParam):
            self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.setPlaceholderText(self._hint())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.setFocusProxy(self.field)
        self._value: Value = param.default
        self._several = False
        self._before: tuple[Value, bool] | None = None
        self._wrong = ""
        self._remark = QTimer(self)
        self._remark.setSingleShot(True)
        self._remark.setInterval(REMARK_TIME)
        self._remark.timeout.connect(self._forget_remark)
        self.field.textEdited.connect(self._read)
        self.field.left.connect(self._leave)
        self.field.given_up.connect(self._return)
        self.field.stepped.connect(self._step)

    def _hint(self) -> str:
        match self.param:
            case TextParam(none=none) | ShapeParam(none=none) | SizeParam(none=none):
                return none or ""
            case IntParam(optional=True) | FloatParam(optional=True):
                return "none"
            case _:
                return range_text(self.param)

    def show_value(self, value: Value) -> None:
        unchanged = value == self._value and type(value) is type(self._value) and not self._several
        if not unchanged:
            self._before = None
        self._value, self._several = value, False
        self.field.setPlaceholderText(self._hint())
        if unchanged and (self.field.hasFocus() or self._remark.isActive()):  # half typed, or just put back
            return
        self._restore()

    def show_several(self) -> None:
        if self._several and self.field.hasFocus():
            return
        self._several = True
        self.field.setPlaceholderText(SEVERAL)
        self._restore()

    def read(self, text: str) -> Value:
        """The value that a text stands for. Raises ParamError."""
        return self.param.parse(text)

    def _text(self) -> str:
        return "" if self._several or self._value is None else self.param.show(self._value)

    def _restore(self) -> None:
        """Shows the present value again, and forgets what was wrong."""
        if self.field.text() != self._text():
            place = self.field.cursorPosition()
            self.field.setText(self._text())
            if self.field.hasFocus():
                self.field.setCursorPosition(min(place, len(self.field.text())))
        self._complain("")

    def _complain(self, sentence: str) -> None:
        self._wrong = sentence
        self._remark.stop()
        set_role(self.field, "invalid" if sentence else "")
        self.refused.emit(sentence)

    def _read(self, text: str) -> None:
        if self._before is None:
            self._before = (self._value, self._several)
        if self._several and not text.strip():
            self._complain("")
            return
        try:
            value = self.read(text)
        except ParamError as error:
            self._complain(str(error))
            return
        self._complain("")
        self._take(value)

    def _take(self, value: Value) -> None:
        changed = value != self._value or self._several
        self._value, self._several = value, False
        if changed:
            self.edited.emit(value)

    def _leave(self) -> None:
        if self._wrong:
            self._put_back(self._wrong)
        elif not self._remark.isActive():
            self._restore()
        self._before = None
        self.finished.emit()

    def _return(self) -> bool:
        """Takes the value from before typing began; False where several blocks differed, which is gone."""
        value, several = self._before or (self._value, self._several)
        self._before = None
        if not several:
            self._take(value)
        self._restore()
        return not several

    def _put_back(self, wrong: str) -> None:
        """Returns to the value from before typing began, and keeps saying what was wrong for a while."""
        when = "again" if self._return() else "now"
        shown = self._text() or self.field.placeholderText()
        self.refused.emit(f"{wrong} It is {shown} {when}." if shown and not self._several else wrong)
        self._remark.start()

    def _forget_remark(self) -> None:
        self.refused.emit("")

    def _step(self, steps: int) -> None:
        value = self._value if isinstance(self._value, int | float) else self.param.default
        if not isinstance(value, int | float):
            value = getattr(self.param, "minimum", None) or 0
        try:
            following = self.param.check(_stepped(self.param, value, steps))
        except ParamError:
            bound = getattr(self.param, "maximum" if steps > 0 else "minimum", None)
            try:
                following = self.param.check(bound)
            except ParamError:  # an open bound: the next value would be outside
                return
        self._take(following)
        self._restore()
        self._before = None


def _stepped(param: Param, value: float, steps: int) -> float:
    """The value some steps further: 1 for whole numbers, 0.05 for shares, else a tenth of the size it has."""
    if isinstance(param, IntParam):
        return int(value) + steps
    if isinstance(param, FloatParam) and param.minimum == 0 and param.maximum == 1 and value >= 0.05:
        size = 0.05
    elif value == 0:
        size = 0.05 if isinstance(param, FloatParam) and param.maximum == 1 else 0.1
    else:
        size = 10.0 ** (math.floor(math.log10(abs(value))) - (1 if abs(steps) > 1 else 0))
    following = value + steps * size
    if isinstance(param, FloatParam) and param.minimum == 0 and following <= 0 < value and size < 0.05:
        following = value / 2
    return float(f"{following:.6g}")
