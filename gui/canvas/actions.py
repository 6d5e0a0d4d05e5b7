"""The canvas's actions: what menus, keys and the main window share, as one table.

What an action does is a function of the canvas in `gui.canvas.doings`, one module a subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.fix import Fix
from engine.graph import Link
from gui.canvas import commands
from gui.canvas.doings import (
    aligning,
    arranging,
    bypass,
    commenting,
    editing,
    grouping,
    repairing,
    searching,
    viewing,
    walking,
)
from gui.grouping import selected_group, selected_groups
from gui.icons import icon
from gui.repairing import Repair, fixes_for

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


@dataclass(frozen=True)
class ActionEntry:
    """One action: its name in code, its words, its keys, what it does, and its icon.

    `needs` says what must be there for it: a "selection", selected "blocks", exactly "one" selected block, one thing
    with a name or a text of its own ("named"), "two" or "three" things, one "comment", blocks of a group ("grouped"), a
    "network" on the canvas, or "". `checked` tells of an action that can be on or off whether it is on.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    do: Callable[[CanvasView], None]
    icon: str = ""
    needs: str = ""
    checked: Callable[[CanvasView], bool] | None = None


ACTIONS = (
    ActionEntry("add_block", "Add a block…", ("Shift+A",), searching.add_block, "plus"),
    ActionEntry("duplicate", "Duplicate", ("Ctrl+D",), editing.duplicate, "plus", "selection"),
    ActionEntry("cut", "Cut", ("Ctrl+X", "Shift+Del"), editing.cut, "", "selection"),
    ActionEntry("copy", "Copy", ("Ctrl+C", "Ctrl+Ins"), editing.copy, "copy", "selection"),
    ActionEntry("paste", "Paste", ("Ctrl+V", "Shift+Ins"), editing.paste),
    ActionEntry("delete", "Delete", ("Del", "Backspace"), editing.delete, "trash", "selection"),
    ActionEntry("rename", "Rename", ("F2",), editing.rename, "", "named"),
    ActionEntry("disconnect", "Disconnect", (), editing.disconnect, "", "blocks"),
    ActionEntry("bypass", "Bypass", ("Ctrl+M",), bypass.toggle, "", "blocks", bypass.is_on),
    ActionEntry("group", "Group", ("Ctrl+G",), grouping.group, "group", "blocks"),
    ActionEntry("ungroup", "Ungroup", ("Ctrl+Shift+G",), grouping.ungroup, "", "grouped"),
    ActionEntry("collapse", "Collapsed", ("E",), grouping.collapse, "", "grouped", grouping.are_collapsed),
    ActionEntry("comment", "Comment", ("C",), commenting.add, "comment"),
    ActionEntry("edit_comment", "Edit comment", (), commenting.edit, "", "comment"),
    ActionEntry("earlier", "Move earlier", ("Alt+Up",), walking.earlier, "", "one"),
    ActionEntry("later", "Move later", ("Alt+Down",), walking.later, "", "one"),
    ActionEntry("go_up", "Select the block above", ("Ctrl+Up",), walking.go_up, "", "network"),
    ActionEntry("go_down", "Select the block below", ("Ctrl+Down",), walking.go_down, "", "network"),
    ActionEntry("go_left", "Select the block at the left", ("Ctrl+Left",), walking.go_left, "", "network"),
    ActionEntry("go_right", "Select the block at the right", ("Ctrl+Right",), walking.go_right, "", "network"),
    ActionEntry("fix", "Fix the problem", ("Alt+Return", "Alt+Enter"), repairing.do_first_fix, "fix"),
    ActionEntry("help", "Help", (), viewing.help_for_selection, "help", "one"),  # F1 is the window's
    ActionEntry("select_all", "Select all", ("Ctrl+A",), editing.select_all, "", "network"),
    ActionEntry("lay_out", "Lay out", ("L",), arranging.lay_out, "arrange", "network"),
    ActionEntry("left_to_right", "Left to right", ("Shift+L",), arranging.turn, "", "", arranging.flows_right),
    ActionEntry("align_left", "Align left", (), aligning.align("left"), "", "two"),
    ActionEntry("align_centre", "Align centre", (), aligning.align("centre"), "", "two"),
    ActionEntry("align_right", "Align right", (), aligning.align("right"), "", "two"),
    ActionEntry("align_top", "Align top", (), aligning.align("top"), "", "two"),
    ActionEntry("align_middle", "Align middle", (), aligning.align("middle"), "", "two"),
    ActionEntry("align_bottom", "Align bottom", (), aligning.align("bottom"), "", "two"),
    ActionEntry("distribute_across", "Distribute across", (), aligning.distribute("across"), "", "three"),
    ActionEntry("distribute_down", "Distribute down", (), aligning.distribute("down"), "", "three"),
    ActionEntry("fit_all", "Fit the network", ("Home",), viewing.fit_all, "fit"),
    ActionEntry("fit_selection", "Fit the selection", ("F",), viewing.fit_selection),
    ActionEntry("zoom_100", "Zoom to 100%", ("Ctrl+0",), viewing.zoom_100),
    ActionEntry("zoom_in", "Zoom in", ("Ctrl++", "Ctrl+="), viewing.zoom_in, "zoom-in"),
    ActionEntry("zoom_out", "Zoom out", ("Ctrl+-",), viewing.zoom_out, "zoom-out"),
    ActionEntry("minimap", "Minimap", ("M",), viewing.toggle_minimap, "", "", viewing.has_minimap),
)

CARD_MENU = ("duplicate", "copy", "cut", "delete", "", "rename", "disconnect", "bypass", "group", "align", "", "help")
GROUP_MENU = ("rename", "collapse", "ungroup", "align", "", "duplicate", "copy", "cut", "delete")
NOTE_MENU = ("edit_comment", "align", "", "duplicate", "copy", "cut", "delete")
ALIGN_MENU = (
    "align_left",
    "align_centre",
    "align_right",
    "",
    "align_top",
    "align_middle",
    "align_bottom",
    "",
    "distribute_across",
    "distribute_down",
)
"""The menu inside the others that is there while several things are selected."""
LINK_MENU = ("add_block",)
CANVAS_MENU = (
    "add_block",
    "comment",
    "",
    "paste",
    "select_all",
    "",
    "lay_out",
    "left_to_right",
    "",
    "fit_all",
    "zoom_100",
)


class _Doer(QObject):
    """Does what one action says. An object, because a connected function would keep the canvas alive."""

    def __init__(self, canvas: CanvasView, do: Callable[[CanvasView], None]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._do = do

    def run(self) -> None:
        """Does it; a gesture under way is cancelled first."""
        self._canvas.cancel_gesture()
        self._do(self._canvas)
        refresh_actions(self._canvas)  # Qt has ticked the action by itself; what it does may have been refused


def make_actions(canvas: CanvasView) -> dict[str, QAction]:
    """All actions by name, added to the canvas so that their keys work while it has the focus."""
    made: dict[str, QAction] = {}
    for entry in ACTIONS:
        action = QAction(entry.text, canvas)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setCheckable(entry.checked is not None)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(_Doer(canvas, entry.do).run)
        canvas.addAction(action)
        made[entry.name] = action
    return made


def refresh_actions(canvas: CanvasView) -> None:
    """Enables what can be done now."""
    workspace = canvas.workspace
    blocks, comments = len(workspace.selection), len(workspace.selected_comments)
    there = {
        "": True,
        "selection": blocks + comments > 0,
        "blocks": blocks > 0,
        "one": blocks == 1 and not comments,
        "named": blocks + comments == 1 or bool(selected_group(workspace)),
        "comment": not blocks and comments == 1,
        "grouped": bool(selected_groups(workspace)),
        "two": blocks + comments > 1,
        "three": blocks + comments > 2,
        "network": bool(workspace.graph.blocks or workspace.graph.comments),
    }
    for entry in ACTIONS:
        action = canvas.actions_by_name[entry.name]
        action.setEnabled(there[entry.needs])
        if entry.checked is not None:
            action.setChecked(entry.checked(canvas))


def _fill(menu: QMenu, canvas: CanvasView, names: tuple[str, ...]) -> None:
    for name in names:
        if name:
            menu.addAction(canvas.actions_by_name[name])
        else:
            menu.addSeparator()


class CanvasMenu(QMenu):
    """The context menu of a card, a link, or the empty canvas."""

    def __init__(self, canvas: CanvasView, names: tuple[str, ...], link: Link | None = None) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._link = link
        for fix in self._fixes(names):
            action = self.addAction(icon("fix"), f"Fix: {fix.title}")
            action.triggered.connect(Repair(canvas.workspace, fix, action).do)
        if not self.isEmpty():
            self.addSeparator()
        if link is not None:
            action = self.addAction(icon("trash"), "Remove link")
            action.triggered.connect(self._remove_link)
        for name in names:
            if name == "align":
                if canvas.actions_by_name[ALIGN_MENU[0]].isEnabled():
                    _fill(self.addMenu("Align"), canvas, ALIGN_MENU)
            else:
                _fill(self, canvas, (name,))

    def _fixes(self, names: tuple[str, ...]) -> tuple[Fix, ...]:
        """What mends the link, the one selected block in a card's menu, or the network in that of the empty canvas."""
        workspace = self._canvas.workspace
        if self._link is not None:
            return fixes_for(one for one in workspace.analysis.problems if self._link in one.links)
        if names == CANVAS_MENU:
            return fixes_for(workspace.analysis.problems_of(None))
        if names == CARD_MENU and len(workspace.selection) == 1:
            return fixes_for(workspace.analysis.problems_of(workspace.selection[0]))
        return ()

    def _remove_link(self) -> None:
        if self._link in self._canvas.workspace.graph.links:
            commands.remove_links(self._canvas.workspace, [self._link])
