"""A row of the property panel: a parameter's name, its editor, a way back to the default, and what is wrong."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine.graph import Value
from gui.icons import icon
from gui.panels.editors.base import Editor, range_text
from gui.theme import interface_font, set_role, themes

FIELD_WIDTH = 112
"""Width of the editors in pixels; names get the rest."""


LINE_HEIGHT = 30
"""Height in pixels of a field, and of the name beside it."""


class NameLabel(QLabel):
    """A label that elides where there is no room for all of it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)
        self.setMinimumHeight(LINE_HEIGHT)
        self.setFont(interface_font(12))
        themes().changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, LINE_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(themes().tokens.colour("secondary" if self.isEnabled() else "muted"))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class ParameterRow(QWidget):
    """One parameter of the selected blocks.

    `edited` carries its name and a valid value, `reset_requested` its name.
    """

    edited = Signal(str, object)
    reset_requested = Signal(str)
    help_requested = Signal()
    finished = Signal()

    def __init__(self, name: str, editor: Editor, *, can_reset: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.editor = editor
        param = editor.param
        limits = range_text(param)
        default = param.show(param.default)
        facts = [escape(param.help), escape(limits[:1].upper() + limits[1:] + "." if limits else "")]
        facts.append(f"Default: {escape(default)}" if can_reset and default else "")
        tip = "".join(f"<p style='margin: 0 0 4px 0'>{fact}</p>" for fact in facts if fact)
        self.label = NameLabel(name, self)
        self.label.setBuddy(editor)
        self.label.setToolTip(f"<b>{escape(name)}</b>{tip}")
        editor.describe(name, tip)
        editor.setParent(self)
        editor.setFixedWidth(FIELD_WIDTH)
        self._can_reset = can_reset
        self.reset = QToolButton(self)
        self.reset.setIcon(icon("reset", "muted"))
        self.reset.setIconSize(QSize(14, 14))
        self.reset.setFixedSize(20, 20)
        self.reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reset.setAccessibleName(f"Reset {name}")
        self.reset.setToolTip(f"Back to the default, {escape(default)}" if default else "Back to the default")
        self.reset.hide()
        self.error = QLabel(self)
        self.error.setWordWrap(True)
        set_role(self.error, "error")
        self.error.hide()
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.label, 1, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, (LINE_HEIGHT - 20) // 2, 0, 0)
        beside.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(beside)
        line.addWidget(editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self.error)
        editor.edited.connect(self._pass_on)
        editor.refused.connect(self.complain)
        editor.finished.connect(self.finished)
        self.reset.clicked.connect(self._ask_reset)

    def show_values(self, values: list[Value]) -> None:
        """Shows what all the selected blocks have, or that they differ."""
        same = all(value == values[0] for value in values)
        if same:
            self.editor.show_value(values[0])
        else:
            self.editor.show_several()
        self.reset.setVisible(self._can_reset and any(value != self.editor.param.default for value in values))

    def complain(self, sentence: str) -> None:
        """Says below the field what is wrong; "" when all is well."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.editor.setAccessibleDescription(sentence)

    def _pass_on(self, value: Value) -> None:
        self.edited.emit(self.name, value)

    def _ask_reset(self) -> None:
        self.reset_requested.emit(self.name)

    def menu(self) -> QMenu:
        """What can be done with the row beside editing it."""
        menu = QMenu(self)
        reset = menu.addAction("Reset to default")
        reset.setEnabled(self.reset.isVisibleTo(self))
        reset.triggered.connect(self._ask_reset)
        menu.addAction("Help").triggered.connect(self.help_requested)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
