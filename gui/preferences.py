"""What the window remembers from one start to the next: theme, arrangement, recent files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from engine.folders import home
from gui.theme import Mode

RECENT_FILES = 10


class Preferences:
    """Settings in an INI file in the application's data folder. Main thread only."""

    def __init__(self) -> None:
        self._settings = QSettings(str(home() / "window.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Mode:
        """The theme that was chosen; the system's while none was."""
        value = self._settings.value("theme")
        return value if value in ("light", "dark") else "system"

    @theme.setter
    def theme(self, mode: Mode) -> None:
        self._settings.setValue("theme", mode)

    @property
    def recent_files(self) -> list[Path]:
        """The files opened or saved last, the latest first."""
        value = self._settings.value("recent_files", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(str(name)) for name in names if name]

    def add_recent_file(self, path: Path) -> None:
        """Puts a file at the head of the recent ones."""
        resolved = path.resolve()
        files = [resolved, *(file for file in self.recent_files if file != resolved)]
        self._settings.setValue("recent_files", [str(file) for file in files[:RECENT_FILES]])

    def remove_recent_file(self, path: Path) -> None:
        """Takes a file that is gone off the list."""
        self._settings.setValue("recent_files", [str(file) for file in self.recent_files if file != path])

    @property
    def recent_types(self) -> list[str]:
        """The block types that were added last by searching, the latest first."""
        return [name for name in str(self._settings.value("recent_types", "")).split() if name]

    @recent_types.setter
    def recent_types(self, types: Sequence[str]) -> None:
        self._settings.setValue("recent_types", " ".join(types))

    def bytes(self, name: str) -> QByteArray:
        """A widget's saved state; empty when there is none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Keeps a widget's state."""
        self._settings.setValue(name, value)

    def flag(self, name: str, default: bool) -> bool:
        """A yes or no."""
        value = self._settings.value(name)
        return default if value is None else str(value).lower() == "true"

    def set_flag(self, name: str, value: bool) -> None:
        """Keeps a yes or no."""
        self._settings.setValue(name, "true" if value else "false")

    def texts(self, group: str) -> dict[str, str]:
        """All texts kept under a heading, by their names."""
        self._settings.beginGroup(group)
        found = {name: self._settings.value(name) for name in self._settings.childKeys()}
        self._settings.endGroup()
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def set_text(self, group: str, name: str, value: str | None) -> None:
        """Keeps a text under a heading; None forgets it."""
        if value is None:
            self._settings.remove(f"{group}/{name}")
        else:
            self._settings.setValue(f"{group}/{name}", value)
