"""Which editor a kind of parameter has."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from engine.catalogue.params import (
    BoolParam,
    ChoiceParam,
    ChoicesParam,
    FloatParam,
    IntParam,
    Param,
    RegularizerParam,
    ShapeParam,
    SizeParam,
    TextParam,
)
from gui.panels.editors.base import Editor
from gui.panels.editors.choice import BoolEditor, ChoiceEditor, ChoicesEditor, RegularizerEditor
from gui.panels.editors.text import TextEditor

EDITORS: Mapping[type[Param], type[Editor]] = {
    IntParam: TextEditor,
    FloatParam: TextEditor,
    SizeParam: TextEditor,
    ShapeParam: TextEditor,
    TextParam: TextEditor,
    BoolParam: BoolEditor,
    ChoiceParam: ChoiceEditor,
    ChoicesParam: ChoicesEditor,
    RegularizerParam: RegularizerEditor,
}


def make_editor(param: Param, parent: QWidget) -> Editor:
    """The editor for a parameter: that of its kind, or of the kind that its own is derived from."""
    for kind in type(param).__mro__:
        if kind in EDITORS:
            return EDITORS[kind](param, parent)
    return TextEditor(param, parent)
