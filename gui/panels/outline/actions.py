"""What can be done in the outline alone, as one table; all else are the canvas's own actions, with their own keys."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gui.icons import icon
from gui.panels.outline import doings
from gui.panels.outline.rows import Kind, Row

if TYPE_CHECKING:
    from gui.panels.outline.panel import OutlinePanel

CARDS: tuple[Kind, ...] = ("group", "block", "comment")
PORTS: tuple[Kind, ...] = ("input", "output")


@dataclass(frozen=True)
class OutlineAction:
    """One action of the outline: its name in code, its words, its keys, what it does, its icon, and for which rows."""

    name: str
    text: str
    keys: tuple[str, ...]
    do: Callable[[OutlinePanel], None]
    icon: str = ""
    kinds: tuple[Kind, ...] = ()


OUTLINE_ACTIONS = (  # Enter does the first two as well, and F4, which is the window's, leads to the settings
    OutlineAction("do_fix", "Do this fix", (), doings.enter, "check", ("fix",)),
    OutlineAction("other_end", "Go to the other end", (), doings.enter, "", PORTS),
    OutlineAction("add", "Add a block…", ("A", "Ins"), doings.add, "plus"),
    OutlineAction("connect", "Connect…", ("C",), doings.connect, "link", ("block", *PORTS)),
    OutlineAction("settings", "Settings", (), doings.settings, "settings", ("group", "block", *PORTS, "problem")),
    OutlineAction("rename", "Rename", ("F2",), doings.rename, "", ("group", "block")),
    OutlineAction("group", "Group", ("Ctrl+G",), doings.group, "group", ("block",)),
    OutlineAction("delete", "Delete", ("Del", "Backspace"), doings.delete, "trash", (*CARDS, *PORTS)),
    OutlineAction("find", "Find a block", ("Ctrl+F",), doings.find, "search"),
)

CLIPBOARD = ("cut", "copy", "paste", "duplicate")
SHARED = (*CLIPBOARD, "fix", "select_all", "earlier", "later", "bypass", "disconnect", "ungroup", "help")
"""The canvas's actions whose keys work in the outline as well."""

MENU = (
    *(
        "do_fix",
        "other_end",
        "add",
        "connect",
        "settings",
        "",
        "rename",
        "earlier",
        "later",
        "bypass",
        "disconnect",
        "",
    ),
    *("group", "ungroup", "", *CLIPBOARD, "delete", "", "help"),
)
"""The context menu; "" is a line."""


class _Doer(QObject):
    """Does what one action says. An object, because a connected function would keep the panel alive."""

    def __init__(self, panel: OutlinePanel, do: Callable[[OutlinePanel], None]) -> None:
        super().__init__(panel)
        self._panel = panel
        self._do = do

    def run(self) -> None:
        """Does it."""
        self._do(self._panel)


def make_actions(panel: OutlinePanel) -> dict[str, QAction]:
    """The outline's actions by name, and the shared ones of the canvas, all of them added to the tree."""
    made: dict[str, QAction] = {}
    for entry in OUTLINE_ACTIONS:
        action = QAction(entry.text, panel)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(_Doer(panel, entry.do).run)
        made[entry.name] = action
    made |= {name: panel.canvas.actions_by_name[name] for name in SHARED}
    panel.tree.addActions(list(made.values()))
    return made


def refresh_actions(actions: dict[str, QAction], row: Row | None) -> None:
    """Enables what can be done with a row."""
    for entry in OUTLINE_ACTIONS:
        fits = not entry.kinds or (row is not None and row.kind in entry.kinds)
        unlinked = row is not None and row.kind in PORTS and row.link is None
        actions[entry.name].setEnabled(fits and not (unlinked and entry.name in ("delete", "other_end")))
    actions["delete"].setText("Take the link off" if row is not None and row.kind in PORTS else "Delete")


class OutlineMenu(QMenu):
    """The context menu of a row: what can be done with it."""

    def __init__(self, panel: OutlinePanel, actions: dict[str, QAction], hidden: Collection[str]) -> None:
        super().__init__(panel)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if not name:
                self.addSeparator()
            elif name not in hidden:
                self.addAction(actions[name])
