"""What all editors of a parameter have in common.

An editor shows a value, tells of every valid one that a person enters, and says in a sentence what is wrong with
anything else, which it never passes on. The sentence itself is shown by the row that the editor stands in.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.catalogue.params import FloatParam, IntParam, Param, SizeParam
from engine.graph import Value
from gui.figures import grouped

SEVERAL = "several"
"""What an editor shows where the selected blocks differ."""


class Editor(QWidget):
    """The editor of one parameter, for one block or several.

    `edited` carries a valid value as soon as it is there, while typing too; `refused` a sentence about what was typed
    ("" when it is fine again); `finished` says that the person has left the field.
    """

    edited = Signal(object)
    refused = Signal(str)
    finished = Signal()

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param

    def show_value(self, value: Value) -> None:
        """Shows a value. Neither the cursor nor what is being typed moves when it is shown already."""
        raise NotImplementedError

    def show_several(self) -> None:
        """Shows that the blocks differ."""
        raise NotImplementedError

    def describe(self, name: str, tip: str) -> None:
        """Gives the field its name for screen readers, and its tooltip."""
        for widget in (self, *self.findChildren(QWidget)):
            widget.setAccessibleName(name)
            widget.setToolTip(tip)


def range_text(param: Param) -> str:
    """The values that a parameter can have, in words; "" where there is nothing to say."""
    match param:
        case IntParam(minimum=low, maximum=high):
            kind = "whole number"
        case FloatParam(minimum=low, maximum=high):
            kind = "number"
        case SizeParam(dimensions=1, minimum=low, maximum=high):
            kind = "whole number"
        case SizeParam(dimensions=dimensions, minimum=low, maximum=high):
            kind = f"{dimensions} whole numbers"
        case _:
            return ""
    unit = f" ({param.unit})" if param.unit else ""
    above = isinstance(param, FloatParam) and param.open_minimum
    below = isinstance(param, FloatParam) and param.open_maximum
    if low is not None and high is not None:
        between = f"{_figure(low)} to {_figure(high)}"
        if above or below:
            between = f"{'above' if above else 'from'} {_figure(low)} {'to below' if below else 'to'} {_figure(high)}"
        return f"{kind}, {between}{unit}"
    if low is not None:
        return f"{kind}, {'above' if above else 'at least'} {_figure(low)}{unit}"
    return f"{kind}, {'below' if below else 'at most'} {_figure(high)}{unit}" if high is not None else kind + unit


def _figure(number: float | None) -> str:
    if number is None:
        return ""
    return grouped(number) if isinstance(number, int) else f"{number:.10g}"


def is_undo_key(event: QEvent) -> bool:
    """Whether a key belongs to the document's undo and redo, which fields must not take for themselves."""
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    key = cast("QKeyEvent", event)
    return key.matches(QKeySequence.StandardKey.Undo) or key.matches(QKeySequence.StandardKey.Redo)


def leave_wheel(widget: QWidget, event: QWheelEvent) -> bool:
    """Lets the panel scroll, instead of changing a value, unless the field has the cursor. True where it did."""
    if widget.hasFocus():
        return False
    event.ignore()
    return True
