"""The training panel's row of buttons: Train, Stop, and a menu with what is done less often."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.icons import icon
from gui.theme import set_role, themes

HEIGHT = 36

_TEXTS: Mapping[str, str] = {
    "train_more": "Train more",
    "export": "Export .keras…",
    "folder": "Show the run's folder",
    "hide": "Hide the last run",
    "kill": "End the process",
}
_MENU = ("train_more", "export", "folder", "", "hide", "", "kill")
"""The menu's entries in their order; "" is a line between two groups."""


class RunButtons(QWidget):
    """`actions_by_name` holds the menu's actions, each of which calls its slot."""

    def __init__(self, slots: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self.train = QPushButton("Train")
        set_role(self.train, "primary")
        self.train.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stop = QPushButton("Stop")
        self.actions_by_name: dict[str, QAction] = {}
        for name, text in _TEXTS.items():
            action = QAction(text, self)
            action.triggered.connect(slots[name])
            self.actions_by_name[name] = action
        self.menu = QMenu(self)
        for name in _MENU:
            if name:
                self.menu.addAction(self.actions_by_name[name])
            else:
                self.menu.addSeparator()
        self.more = QToolButton()
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self.more.setAccessibleName("More to do with the run")
        self.more.setToolTip("More to do with the run")
        self.more.setFixedWidth(42)
        set_role(self.more, "outlined")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.train, self.stop, self.more):
            button.setFixedHeight(HEIGHT)
            row.addWidget(button)
        row.setStretch(0, 1)
        themes().changed.connect(self._apply_theme)
        self._apply_theme()

    def _apply_theme(self) -> None:
        self.more.setIcon(icon("more", "secondary"))
