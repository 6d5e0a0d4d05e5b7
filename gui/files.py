"""New, open, save, recover: the way between the document and files, never on the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.document import Change
from engine.project import SUFFIX, Project, ProjectError, load_project, save_project
from engine.recovery import Leftover, RecoveryCopy, leftovers
from engine.templates import load_template
from gui.background import Background
from gui.preferences import Preferences
from gui.workspace import Workspace

RECOVERY_DELAY = 1000
"""Milliseconds from a change to its recovery copy; the promise is two seconds."""


class Files(QObject):
    """Opens and saves the document's file and keeps its recovery copy.

    `opened` comes when another project is open, `saved` when a save is done, `failed` with a sentence when something
    could not be read or written; `recovery_found` brings the leftovers of crashes.
    """

    opened = Signal()
    saved = Signal(str)
    failed = Signal(str)
    recovery_found = Signal(object)

    def __init__(self, workspace: Workspace, preferences: Preferences, background: Background) -> None:
        super().__init__()
        self._workspace = workspace
        self._preferences = preferences
        self._background = background
        self._copy = RecoveryCopy()
        self._told_of_recovery_failure = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RECOVERY_DELAY)
        self._timer.timeout.connect(self._write_copy)
        workspace.document_changed.connect(self._on_change)

    @property
    def name(self) -> str:
        """What the title bar calls the project."""
        document = self._workspace.document
        return document.path.stem if document.path else document.project.title or "Untitled"

    @property
    def recovery_path(self) -> Path:
        """Where this window's recovery copy stands while something is not saved."""
        return self._copy.path

    def new(self) -> None:
        """An empty project in the place of the one that is open."""
        self._take(Project(), None)

    def open_template(self, name: str) -> None:
        """A template as a new project without a file."""
        self._background.run(lambda: load_template(name), lambda project: self._take(project, None), self._fail)

    def open(self, path: Path) -> None:
        """The project in a file."""

        def fail(error: Exception) -> None:
            if not path.exists():
                self._preferences.remove_recent_file(path)
            self._fail(error)

        self._background.run(lambda: load_project(path), lambda project: self._take(project, path), fail)

    def save(self, path: Path, done: Callable[[], object] | None = None) -> None:
        """Writes the project to a file, then calls `done`. What the file held stays until the new one is whole."""
        path = path if path.suffix else path.with_suffix(SUFFIX)
        project = self._workspace.project

        def finish(_: None) -> None:
            self._workspace.document.mark_saved(path, project)
            self._preferences.add_recent_file(path)
            if not self._workspace.document.is_modified:
                self._drop_copy()
            self.saved.emit(path.name)
            if done is not None:
                done()

        self._background.run(lambda: save_project(project, path), finish, self._fail)

    def look_for_leftovers(self) -> None:
        """Looks for recovery copies that crashes left behind and tells of them by `recovery_found`."""

        def tell(found: list[Leftover]) -> None:
            if found:
                self.recovery_found.emit(found)

        self._background.run(leftovers, tell)

    def recover(self, leftover: Leftover) -> None:
        """Opens what a crash left behind, as an edited project; the copy goes once this one has its own."""
        self._workspace.document.open(leftover.project, leftover.file, modified=True)
        self.opened.emit()
        self._write_copy()
        self.discard(leftover)

    def discard(self, leftover: Leftover) -> None:
        """Removes what a crash left behind."""
        self._background.run(lambda: leftover.copy.unlink(missing_ok=True), None, self._fail)

    def close(self) -> None:
        """Gives the recovery copy up: everything is saved, or was not wanted."""
        self._timer.stop()
        self._drop_copy()

    def _take(self, project: Project, path: Path | None) -> None:
        self._workspace.document.open(project, path)
        self._drop_copy()
        if path is not None:
            self._preferences.add_recent_file(path)
        self.opened.emit()

    def _on_change(self, change: Change) -> None:
        if change.kind in ("apply", "undo", "redo") and not self._timer.isActive():
            self._timer.start()

    def _write_copy(self) -> None:
        document = self._workspace.document
        if not document.is_modified:
            self._drop_copy()
            return
        project, path = document.project, document.path

        def fail(error: Exception) -> None:
            if not self._told_of_recovery_failure:
                self._told_of_recovery_failure = True
                self._workspace.message_posted.emit(f"No recovery copy can be kept: {error}")

        self._background.run(lambda: self._copy.write(project, path), None, fail)

    def _drop_copy(self) -> None:
        self._timer.stop()
        self._background.run(self._copy.remove)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, ProjectError | OSError):
            raise error
        self.failed.emit(str(error))
