"""Asks for a file without stopping the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(
    parent: QWidget, title: str, kinds: str, start: Path, chosen: Callable[[Path], None], *, to_save: bool
) -> QFileDialog:
    """Opens a file dialog and calls `chosen` with the file, when there is one.

    `kinds` is a filter such as "Lamina projects (*.lamina)"; `start` is the folder, or the file that is proposed.
    A file that exists is replaced only after a question.
    """
    dialog = QFileDialog(parent, title)
    dialog.setNameFilters([kinds, "All files (*)"])
    if to_save:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(kinds.partition("*.")[2].rstrip(")"))
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    folder = start if start.is_dir() else start.parent
    dialog.setDirectory(str(folder))
    if not start.is_dir():
        dialog.selectFile(start.name)

    def take(name: str) -> None:
        if name:
            chosen(Path(name))

    dialog.fileSelected.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
