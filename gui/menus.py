"""The menus: every command of the window with its words and keys, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.icons import icon

if TYPE_CHECKING:
    from gui.main_window import MainWindow

KEYS = QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """One command: its name in code, its menu, its words, its keys, its icon, and the window's method that does it.

    A `source` of "canvas" takes the canvas's action of that name instead.
    """

    name: str
    menu: str
    text: str = ""
    keys: tuple[QKeySequence.StandardKey | str, ...] = ()
    method: str = ""
    icon: str = ""
    source: str = "window"


def _from_canvas(menu: str, *names: str) -> tuple[Command, ...]:
    return tuple(Command(name, menu, source="canvas") for name in names)


LINE = ""
"""A command of this name is a line between commands."""

COMMANDS = (
    Command("new", "File", "New", (KEYS.New,), "new"),
    Command("templates", "File", "Templates…", ("Ctrl+Shift+N",), "show_gallery"),
    Command("open", "File", "Open…", (KEYS.Open,), "choose_project"),
    Command("recent", "File", "Open recent", source="submenu"),
    Command(LINE, "File"),
    Command("save", "File", "Save", (KEYS.Save,), "save"),
    Command("save_as", "File", "Save as…", ("Ctrl+Shift+S",), "save_as"),
    Command(LINE, "File"),
    Command("export", "File", "Export .keras…", ("Ctrl+E",), "export"),
    Command("export_bare", "File", "Export .keras without optimizer state…", (), "export_bare"),
    Command(LINE, "File"),
    Command("copy_picture", "File", "Copy as picture", ("Ctrl+Shift+C",), "copy_picture"),
    Command("save_picture", "File", "Save as picture…", (), "save_picture"),
    Command("print", "File", "Print…", (KEYS.Print,), "print_picture"),
    Command(LINE, "File"),
    Command("quit", "File", "Quit", (KEYS.Quit,), "close"),
    Command("undo", "Edit", "Undo", (KEYS.Undo,), "undo", "undo"),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "redo"),
    Command(LINE, "Edit"),
    *_from_canvas("Edit", "cut", "copy", "paste", "duplicate", "delete", "select_all", "rename", "fix"),
    *_from_canvas("View", "lay_out", "left_to_right"),
    Command(LINE, "View"),
    *_from_canvas("View", "fit_all", "fit_selection", "zoom_100", "zoom_in", "zoom_out", "minimap"),
    Command(LINE, "View"),
    Command("next_pane", "View", "Next pane", ("F6",), "next_pane"),
    Command("previous_pane", "View", "Previous pane", ("Shift+F6",), "previous_pane"),
    Command("settings", "View", "Settings of the selection", ("F4",), "show_settings"),
    Command("next_problem", "View", "Next problem", ("F8",), "next_problem"),
    Command("previous_problem", "View", "Previous problem", ("Shift+F8",), "previous_problem"),
    Command(LINE, "View"),
    Command("panels", "View", "Panels", source="submenu"),
    Command("theme", "View", "Theme", source="submenu"),
    Command("train", "Train", "Train or pause", ("Ctrl+Return",), "train_or_pause", "play"),
    Command("stop", "Train", "Stop", ("Ctrl+.",), "stop_training", "stop"),
    Command("train_more", "Train", "Train more", (), "train_more"),
    Command("help", "Help", "Help on the selection", (KEYS.HelpContents,), "help_on_selection", "help"),
    Command("keys", "Help", "Keyboard shortcuts", ("?",), "show_keys"),
    Command("choosing", "Help", "Choosing a layer", (), "help_on_choosing"),
    Command("find_layer", "Help", "Find a layer", ("/",), "find_layer"),
    Command(LINE, "Help"),
    Command("about", "Help", "About Lamina", (), "show_about"),
)

THEMES = (("system", "Like the system"), ("light", "Light"), ("dark", "Dark"))


def make_menus(window: MainWindow, bar: QMenuBar) -> tuple[dict[str, QAction], dict[str, QMenu]]:
    """Fills the menu bar; returns the window's actions and the submenus, both by name."""
    menus = {name: bar.addMenu(name) for name in dict.fromkeys(command.menu for command in COMMANDS)}
    actions: dict[str, QAction] = {}
    submenus: dict[str, QMenu] = {}
    for command in COMMANDS:
        menu = menus[command.menu]
        if command.name == LINE:
            menu.addSeparator()
        elif command.source == "submenu":
            submenus[command.name] = menu.addMenu(command.text)
        elif command.source == "canvas":
            menu.addAction(window.canvas.actions_by_name[command.name])
        else:
            actions[command.name] = _make_action(window, command)
            menu.addAction(actions[command.name])
    return actions, submenus


def _make_action(window: MainWindow, command: Command) -> QAction:
    action = QAction(command.text, window)
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    if command.icon:
        action.setIcon(icon(command.icon))
    method = getattr(window, command.method)
    # Whether an action is checked means nothing here, and must not arrive as an argument.
    action.triggered.connect(lambda _checked=False: method())
    return action


def fill_theme_menu(window: MainWindow, menu: QMenu, chosen: str) -> None:
    """One entry a theme, of which one is checked."""
    group = QActionGroup(window)
    for mode, title in THEMES:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setData(mode)
        action.setChecked(mode == chosen)
        group.addAction(action)
    group.triggered.connect(window.choose_theme)
