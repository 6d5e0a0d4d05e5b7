"""The canvas's actions: what menus, keys and the main window share, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.graph import Link
from gui.canvas import commands
from gui.icons import icon

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


@dataclass(frozen=True)
class ActionEntry:
    """One action: its name in code, its words, its keys, its icon, and the method of `Doings` that does it.

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
    ActionEntry("help", "Help", (), "help_for_selection", "help", "one"),  # F1 is the window's
    ActionEntry("select_all", "Select all", ("Ctrl+A",), "select_all", "", "blocks"),
    ActionEntry("fit_all", "Fit the network", ("Home",), "fit_all", "fit"),
    ActionEntry("fit_selection", "Fit the selection", ("F",), "fit_selection"),
    ActionEntry("zoom_100", "Zoom to 100%", ("Ctrl+0",), "zoom_100"),
    ActionEntry("zoom_in", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom_in", "zoom-in"),
    ActionEntry("zoom_out", "Zoom out", ("Ctrl+-",), "zoom_out", "zoom-out"),
)

CARD_MENU = ("duplicate", "copy", "cut", "delete", "", "rename", "disconnect", "", "help")
CANVAS_MENU = ("paste", "select_all", "", "fit_all", "zoom_100")


class Doings(QObject):
    """What the actions do, on one canvas. A gesture under way is cancelled first."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pastes = 0

    def delete_selection(self) -> None:
        """Deletes the selected blocks."""
        self._canvas.cancel_gesture()
        commands.delete_selection(self._canvas.workspace)

    def duplicate(self) -> None:
        """Duplicates the selected blocks."""
        self._canvas.cancel_gesture()
        commands.duplicate_selection(self._canvas.workspace)

    def copy(self) -> None:
        """Puts the selected blocks on the clipboard, as text."""
        text = commands.selection_text(self._canvas.workspace)
        if text:
            QGuiApplication.clipboard().setText(text)
            self._pastes = 0

    def cut(self) -> None:
        """Copies the selected blocks and deletes them."""
        self.copy()
        self._canvas.cancel_gesture()
        commands.delete_selection(self._canvas.workspace, "Cut")

    def paste(self) -> None:
        """Adds the clipboard's blocks at the pointer or, where it is not on free ground, beside where they were."""
        self._canvas.cancel_gesture()
        place = self._canvas.free_place()
        if commands.paste_text(self._canvas.workspace, QGuiApplication.clipboard().text(), place, self._pastes + 1):
            self._pastes += 1
            self._canvas.camera.show_area(self._canvas.items_scene.network_area(self._canvas.workspace.selection))

    def disconnect_selection(self) -> None:
        """Removes the links at the selected blocks."""
        self._canvas.cancel_gesture()
        commands.disconnect_selection(self._canvas.workspace)

    def select_all(self) -> None:
        """Selects all blocks."""
        self._canvas.cancel_gesture()
        self._canvas.workspace.select(self._canvas.workspace.graph.blocks)

    def help_for_selection(self) -> None:
        """Asks for the help of the selected block's type."""
        for block in self._canvas.workspace.selection[-1:]:
            self._canvas.workspace.help_requested.emit(self._canvas.workspace.graph.blocks[block].type)

    def fit_selection(self) -> None:
        """Shows the selected blocks, or the whole network where nothing is selected."""
        self._canvas.camera.frame(self._canvas.items_scene.network_area(self._canvas.workspace.selection or None))

    def zoom_100(self) -> None:
        """Shows everything at its own size."""
        self._canvas.camera.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Zooms in by a quarter, around the view's middle."""
        self._canvas.camera.zoom_to(self._canvas.camera.zoom * 1.25)

    def zoom_out(self) -> None:
        """Zooms out by a fifth, around the view's middle."""
        self._canvas.camera.zoom_to(self._canvas.camera.zoom / 1.25)

    def fit_all(self) -> None:
        """Shows the whole network."""
        self._canvas.fit_all()

    def rename_selection(self) -> None:
        """Opens the editor over the selected block's name."""
        for block in self._canvas.workspace.selection[-1:]:
            self._canvas.rename(block)


def make_actions(canvas: CanvasView) -> dict[str, QAction]:
    """All actions by name, added to the canvas so that their keys work while it has the focus."""
    made: dict[str, QAction] = {}
    doings = Doings(canvas)
    for entry in ACTIONS:
        action = QAction(entry.text, canvas)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(getattr(doings, entry.method))
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
