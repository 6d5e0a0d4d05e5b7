"""Editors where something is chosen: a switch, one of a list, some of a list, and a penalty with its strength."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.catalogue.params import ChoiceParam, ChoicesParam, FloatParam, Param, ParamError, RegularizerParam
from engine.graph import Value
from gui.icons import draw_icon
from gui.panels.editors.base import SEVERAL, Editor
from gui.panels.editors.choice_field import ChoiceField
from gui.panels.editors.text import TextEditor
from gui.theme import themes


class Switch(QCheckBox):
    """A check box drawn as a switch; half way where the blocks differ."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        themes().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(36, 30)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(self.width() - 35, (self.height() - 18) / 2, 32, 18)
        state = self.checkState()
        on = state == Qt.CheckState.Checked
        if self.hasFocus():
            painter.setPen(tokens.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("accent" if on else "muted", 1.0 if on else 0.75))
        painter.drawRoundedRect(track, 9, 9)
        share = {Qt.CheckState.Unchecked: 0.0, Qt.CheckState.PartiallyChecked: 0.5, Qt.CheckState.Checked: 1.0}[state]
        painter.setBrush(tokens.colour("on_accent" if on else "card"))
        painter.drawEllipse(QRectF(track.left() + 2 + share * 14, track.top() + 2, 14, 14))
        painter.end()


class BoolEditor(Editor):
    """Yes or no."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.switch = Switch(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignRight)
        self.setFocusProxy(self.switch)
        self.switch.clicked.connect(self._take)

    def show_value(self, value: Value) -> None:
        self.switch.setTristate(False)
        self.switch.setChecked(bool(value))

    def show_several(self) -> None:
        self.switch.setTristate(True)
        self.switch.setCheckState(Qt.CheckState.PartiallyChecked)

    def _take(self) -> None:
        value = self.switch.checkState() != Qt.CheckState.Unchecked
        self.show_value(value)
        self.edited.emit(value)
        self.finished.emit()


class ChoiceEditor(Editor):
    """One of a list."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param, ChoiceParam)
        self._choices: tuple[str | None, ...] = (*((None,) if param.none is not None else ()), *param.choices)
        self.field = ChoiceField(self)
        self.field.addItems([param.show(choice) for choice in self._choices])
        self.field.setPlaceholderText(SEVERAL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.setFocusProxy(self.field)
        self.field.picked.connect(self._take)

    def show_value(self, value: Value) -> None:
        self.field.setCurrentIndex(self._choices.index(value) if value in self._choices else -1)

    def show_several(self) -> None:
        self.field.setCurrentIndex(-1)

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._choices):
            self.edited.emit(self._choices[row])
            self.finished.emit()


class _StayingMenu(QMenu):
    """A menu that stays open while its entries are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


class _MenuField(QAbstractButton):
    """A field that opens a menu; its text elides at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text_shown = ""
        self.is_quiet = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        themes().changed.connect(self.update)

    def show_text(self, text: str, *, quiet: bool = False) -> None:
        """Shows a text, muted where it stands for nothing chosen."""
        self.text_shown, self.is_quiet = text, quiet
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = "accent" if self.hasFocus() else "strong_border" if self.underMouse() else "border"
        painter.setPen(tokens.colour(line))
        painter.setBrush(tokens.colour("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(tokens.colour("muted" if self.is_quiet else "text"))
        place = self.rect().adjusted(6, 0, -22, 0)
        shown = self.fontMetrics().elidedText(self.text_shown, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        chevron = QRectF(self.width() - 20, (self.height() - 14) / 2, 14, 14)
        draw_icon(painter, "chevron-down", chevron, tokens.colour("secondary"))
        painter.end()


class ChoicesEditor(Editor):
    """Some of a list, ticked in a menu."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param, ChoicesParam)
        self._titles = dict(zip(param.choices, param.titles or param.choices, strict=True))
        self._value: Value = None
        self.field = _MenuField(self)
        self.menu = _StayingMenu(self.field)
        self._automatic = self.menu.addAction(param.none[:1].upper() + param.none[1:])
        self._automatic.setCheckable(True)
        self.menu.addSeparator()
        self._actions: dict[str, QAction] = {}
        for choice, title in self._titles.items():
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setData(choice)
            self._actions[choice] = action
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.setFocusProxy(self.field)
        self.field.clicked.connect(self._open)
        self.menu.triggered.connect(self._take)
        self.menu.aboutToHide.connect(self.finished)

    def _open(self) -> None:
        self.menu.setMinimumWidth(self.field.width())
        self.menu.popup(self.field.mapToGlobal(QPoint(0, self.field.height() + 2)))

    def show_value(self, value: Value) -> None:
        self._value = value
        chosen = value if isinstance(value, tuple) else ()
        self._automatic.setChecked(value is None)
        for choice, action in self._actions.items():
            action.setChecked(choice in chosen)
        words = [title for choice, title in self._titles.items() if choice in chosen]
        self.field.show_text(", ".join(words) if words else self.param.show(None) if value is None else "none")

    def show_several(self) -> None:
        self._value = None
        for action in (self._automatic, *self._actions.values()):
            action.setChecked(False)
        self.field.show_text(SEVERAL, quiet=True)

    def _take(self, action: QAction) -> None:
        if action is self._automatic:
            value: Value = None
        else:
            value = self.param.check(tuple(choice for choice, item in self._actions.items() if item.isChecked()))
        self.show_value(value)
        self.edited.emit(value)


class RegularizerEditor(Editor):
    """None, or a kind of penalty and, below it, its strength."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        assert isinstance(param, RegularizerParam)
        self._kinds: tuple[str | None, ...] = (None, *param.choices)
        self._value: Value = None
        self.field = ChoiceField(self)
        names = {"l1": "L1", "l2": "L2", "l1_l2": "L1 + L2"}
        self.field.addItems(["none", *(names.get(kind, kind) for kind in param.choices)])
        self.field.setPlaceholderText(SEVERAL)
        strength = FloatParam(name="strength", default=0.01, minimum=0.0, maximum=1000.0)
        self.strength = TextEditor(strength, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.strength)
        self.setFocusProxy(self.field)
        self.strength.hide()
        self.field.picked.connect(self._take_kind)
        self.strength.edited.connect(self._take_strength)
        self.strength.refused.connect(self.refused)
        self.strength.finished.connect(self.finished)

    def show_value(self, value: Value) -> None:
        self._value = value
        kind = value[0] if isinstance(value, tuple) else None
        self.field.setCurrentIndex(self._kinds.index(kind) if kind in self._kinds else 0)
        self.strength.setVisible(isinstance(value, tuple))
        if isinstance(value, tuple):
            self.strength.show_value(value[1])

    def show_several(self) -> None:
        self._value = None
        self.field.setCurrentIndex(-1)
        self.strength.hide()

    def _take_kind(self, row: int) -> None:
        kind = self._kinds[row]
        strength = self._value[1] if isinstance(self._value, tuple) else 0.01
        self._apply(None if kind is None else (kind, strength))
        self.finished.emit()

    def _take_strength(self, strength: Value) -> None:
        if isinstance(self._value, tuple):
            self._apply((self._value[0], strength))

    def _apply(self, value: Value) -> None:
        try:
            checked = self.param.check(value)
        except ParamError as error:
            self.refused.emit(str(error))
            return
        self._value = checked
        self.strength.setVisible(checked is not None)
        if isinstance(checked, tuple) and not self.strength.field.hasFocus():
            self.strength.show_value(checked[1])
        self.edited.emit(checked)
