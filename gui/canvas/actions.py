"""The canvas's actions: what menus, keys and the main window share, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.graph import Link
from gui.canvas import commands
from gui.icons import icon

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


@dataclass(frozen=True)
class ActionEntry:
    """One action: its name in code, its words, its keys, its icon, and the view's method that does it.

    `needs` says what must be there for it: a "selection", exactly "one" selected block, "blocks" on the canvas, or "".
    """

    name: str
    text: str
    keys: tuple[str, ...]
    method: str
    icon: str = ""
    needs: str = ""


ACTIONS = (
    ActionEntry("duplicate", "Duplicate", ("Ctrl+D",), "duplicate", "plus", "selection"),
    ActionEntry("cut", "Cut", ("Ctrl+X", "Shift+Del"), "cut", "", "selection"),
    ActionEntry("copy", "Copy", ("Ctrl+C", "Ctrl+Ins"), "copy", "copy", "selection"),
    ActionEntry("paste", "Paste", ("Ctrl+V", "Shift+Ins"), "paste"),
    ActionEntry("delete", "Delete", ("Del", "Backspace"), "delete_selection", "trash", "selection"),
    ActionEntry("rename", "Rename", ("F2",), "rename_selection", "", "one"),
    ActionEntry("disconnect", "Disconnect", (), "disconnect_selection", "", "selection"),
    ActionEntry("help", "Help", ("F1",), "help_for_selection", "help", "one"),
    ActionEntry("select_all", "Select all", ("Ctrl+A",), "select_all", "", "blocks"),
    ActionEntry("fit_all", "Fit the network", ("Home",), "fit_all", "fit"),
    ActionEntry("fit_selection", "Fit the selection", ("F",), "fit_selection"),
    ActionEntry("zoom_100", "Zoom to 100%", ("Ctrl+0",), "zoom_100"),
    ActionEntry("zoom_in", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom_in", "zoom-in"),
    ActionEntry("zoom_out", "Zoom out", ("Ctrl+-",), "zoom_out", "zoom-out"),
)

CARD_MENU = ("duplicate", "copy", "cut", "delete", "", "rename", "disconnect", "", "help")
CANVAS_MENU = ("paste", "select_all", "", "fit_all", "zoom_100")


def make_actions(canvas: CanvasView) -> dict[str, QAction]:
    """All actions by name, added to the canvas so that their keys work while it has the focus."""
    made: dict[str, QAction] = {}
    for entry in ACTIONS:
        action = QAction(entry.text, canvas)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(getattr(canvas, entry.method))
        canvas.addAction(action)
        made[entry.name] = action
    return made


def refresh_actions(canvas: CanvasView) -> None:
    """Enables what can be done now."""
    selected, blocks = len(canvas.workspace.selection), len(canvas.workspace.graph.blocks)
    there = {"": True, "selection": selected > 0, "one": selected == 1, "blocks": blocks > 0}
    for entry in ACTIONS:
        canvas.actions_by_name[entry.name].setEnabled(there[entry.needs])


class CanvasMenu(QMenu):
    """The context menu of a card, a link, or the empty canvas."""

    def __init__(self, canvas: CanvasView, names: tuple[str, ...], link: Link | None = None) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._link = link
        if link is not None:
            action = self.addAction(icon("trash"), "Remove link")
            action.triggered.connect(self._remove_link)
        for name in names:
            if name:
                self.addAction(canvas.actions_by_name[name])
            else:
                self.addSeparator()

    def _remove_link(self) -> None:
        if self._link in self._canvas.workspace.graph.links:
            commands.remove_links(self._canvas.workspace, [self._link])
