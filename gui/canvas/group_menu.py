"""The context menus of groups and comments, and what only groups have there: colours, and how the group is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from engine.groups import COLOURS
from gui import grouping
from gui.canvas.actions import CANVAS_MENU, CARD_MENU, GROUP_MENU, LINK_MENU, NOTE_MENU, CanvasMenu
from gui.canvas.scene import Hit
from gui.theme import themes
from gui.workspace import Workspace

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

NESTED_HELP = "The exported model then holds the group as one layer under its name, a model of its own."


def menu_for(hit: Hit) -> tuple[str, ...]:
    """The names of the actions that a context menu has over something."""
    if hit.link is not None:
        return LINK_MENU
    return GROUP_MENU if hit.group else CARD_MENU if hit.block else NOTE_MENU if hit.comment else CANVAS_MENU


def swatch(colour: str, ratio: float = 2.0) -> QIcon:
    """A round sample of a group's colour."""
    picture = QPixmap(round(16 * ratio), round(16 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(themes().tokens.group(colour)))
    painter.drawEllipse(QRectF(2, 2, 12, 12))
    painter.end()
    return QIcon(picture)


class _GroupEntries(QObject):
    """The entries that change one group. An object, because a connected function would keep the canvas alive."""

    def __init__(self, menu: QMenu, workspace: Workspace, group: str) -> None:
        super().__init__(menu)
        self._workspace = workspace
        self._group = group
        shown = workspace.graph.groups[group]
        colours = menu.addMenu("Colour")
        choice = QActionGroup(colours)
        for colour in COLOURS:
            action = colours.addAction(swatch(colour), colour.capitalize())
            action.setCheckable(True)
            action.setChecked(colour == shown.colour)
            action.setData(colour)
            choice.addAction(action)
        choice.triggered.connect(self._set_colour)
        menu.setToolTipsVisible(True)
        nested = menu.addAction("Nested model in the export")
        nested.setCheckable(True)
        nested.setChecked(shown.nested)
        nested.setToolTip(NESTED_HELP)
        nested.toggled.connect(self._set_nested)

    def _set_colour(self, action: QAction) -> None:
        if self._group in self._workspace.graph.groups:
            grouping.set_colour(self._workspace, self._group, str(action.data()))

    def _set_nested(self, nested: bool) -> None:
        if self._group in self._workspace.graph.groups:
            grouping.set_nested(self._workspace, self._group, nested)


def add_group_entries(menu: CanvasMenu, canvas: CanvasView, group: str) -> None:
    """Adds a group's colours and how it is built to its context menu."""
    menu.addSeparator()
    _GroupEntries(menu, canvas.workspace, group)
