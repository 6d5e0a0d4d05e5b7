"""A field for one number: what is typed applies at once, what makes no sense is explained and never applied."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.catalogue.params import FloatParam, IntParam, ParamError
from gui.theme import set_role

Number = FloatParam | IntParam
_STEPS = (1.0, 2.0, 5.0)


class NumberField(QLineEdit):
    """Edits one number of a parameter's kind and range.

    `edited` carries a value that a person typed or stepped to; `complained` the sentence about a text that is no such
    value, "" when it is mended. Up and Down step: whole numbers by one, others through 1, 2, 5 times powers of ten.
    """

    edited = Signal(object)
    complained = Signal(str)

    def __init__(self, param: Number, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.value: int | float = 0
        self.complaint = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setAccessibleDescription(param.help)
        self.setToolTip(_tip(param))
        self.textEdited.connect(self._on_text)
        self.editingFinished.connect(self._restore)

    def set_value(self, value: int | float) -> None:
        """Shows a value; a text that already means it is left as it was typed."""
        self.value = value
        try:
            same = self.hasFocus() and self.param.parse(self.text()) == value
        except ParamError:
            same = self.hasFocus() and bool(self.complaint)
        if not same:
            self.setText(self.param.show(value))
            self._complain("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Up else -1)
        elif event.key() == Qt.Key.Key_Escape and self.complaint:
            self._restore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def _on_text(self, text: str) -> None:
        try:
            value = self.param.parse(text)
        except ParamError as error:
            self._complain(str(error))
            return
        self._complain("")
        self._take(value)

    def _take(self, value: object) -> None:
        if isinstance(value, int | float) and value != self.value:
            self.value = value
            self.edited.emit(value)

    def _restore(self) -> None:
        self.setText(self.param.show(self.value))
        self._complain("")

    def _step(self, direction: int) -> None:
        following = (
            self.value + direction if isinstance(self.param, IntParam) else stepped(float(self.value), direction)
        )
        try:
            checked = self.param.check(following)
        except ParamError:
            return  # the end of the range
        self.setText(self.param.show(checked))
        self._complain("")
        self._take(checked)

    def _complain(self, sentence: str) -> None:
        if sentence != self.complaint:
            self.complaint = sentence
            set_role(self, "invalid" if sentence else "")
            self.complained.emit(sentence)


def stepped(value: float, direction: int) -> float:
    """The next number above or below in the row … 0.01, 0.02, 0.05, 0.1 …; near 1 the distance to 1 goes that way."""
    if 0.5 < value < 1.0:
        return float(f"{1 - stepped(round(1 - value, 12), -direction):.10g}")
    if value <= 0.0:
        return 1e-3 if direction > 0 else value
    power = math.floor(math.log10(value) + 1e-9)
    row = [digit * 10.0**exponent for exponent in (power - 1, power, power + 1) for digit in _STEPS]
    beyond = (
        [number for number in row if number > value * (1 + 1e-9)]
        if direction > 0
        else [number for number in reversed(row) if number < value * (1 - 1e-9)]
    )
    return float(f"{beyond[0]:.10g}")


def _tip(param: Number) -> str:
    low = "" if param.minimum is None else f"{param.minimum:.10g}"
    high = "" if param.maximum is None else f"{param.maximum:.10g}"
    bounds = f"From {low} to {high}." if low and high else f"From {low} up." if low else ""
    name = "" if param.name[:1].isupper() else f"{param.name}: "
    return name + " ".join(part for part in (param.help, bounds) if part)
