"""The project that is open: its present state, its history, and one event for every change.

The only mutable model object. Main thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.graph import Graph
from engine.project import Project


@dataclass(frozen=True)
class Change:
    """One change of a document: what it was before, what it is now, what to call it, and how it came about."""

    before: Project
    after: Project
    label: str
    kind: Literal["apply", "undo", "redo", "replace", "saved"]


@dataclass(frozen=True)
class _Step:
    project: Project
    label: str
    merge_key: str | None


Listener = Callable[[Change], None]


class Document:
    """The open project with undo and redo. Changes of settings are undone like changes of the graph."""

    def __init__(self, project: Project | None = None, path: Path | None = None) -> None:
        self._project = project or Project()
        self._saved = self._project
        self.path = path
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._listeners: list[Listener] = []

    @property
    def project(self) -> Project:
        """What is open now."""
        return self._project

    @property
    def graph(self) -> Graph:
        """The network that is open now."""
        return self._project.graph

    @property
    def is_modified(self) -> bool:
        """Whether closing would lose something."""
        return self._project != self._saved

    @property
    def undo_label(self) -> str:
        """What undo would take back; "" when there is nothing."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """What redo would bring back; "" when there is nothing."""
        return self._redo[-1].label if self._redo else ""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` after every change, until the function that is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def apply(self, label: str, project: Project, merge_key: str | None = None) -> None:
        """Makes `project` the present state, as one step named `label`.

        Steps in a row with the same `merge_key`, such as the letters typed into one field, are undone together. A
        project that equals the present one is no step.
        """
        if project == self._project:
            return
        merges = merge_key is not None and bool(self._undo) and self._undo[-1].merge_key == merge_key
        if not merges:
            self._undo.append(_Step(self._project, label, merge_key))
        elif project == self._undo[-1].project:  # typed, and deleted again
            self._undo.pop()
        self._redo.clear()
        self._become(project, label, "apply")

    def apply_graph(self, label: str, graph: Graph, merge_key: str | None = None) -> None:
        """`apply` for a change of the network alone."""
        self.apply(label, self._project.with_graph(graph), merge_key)

    def end_merge(self) -> None:
        """Ends a row of merging steps: the next one is a step of its own, whatever its key."""
        if self._undo and self._undo[-1].merge_key is not None:
            last = self._undo.pop()
            self._undo.append(_Step(last.project, last.label, None))

    def undo(self) -> None:
        """Takes the last step back."""
        self._travel(self._undo, self._redo, "undo")

    def redo(self) -> None:
        """Brings the last step that was undone back."""
        self._travel(self._redo, self._undo, "redo")

    def open(self, project: Project, path: Path | None, *, modified: bool = False) -> None:
        """Puts another project in the place of this one and forgets the history.

        `modified` says that it is not what the file at `path` holds, as after a recovery.
        """
        self._undo.clear()
        self._redo.clear()
        self.path = path
        self._saved = Project(note="\0") if modified else project
        self._become(project, "Open", "replace")

    def mark_saved(self, path: Path, project: Project) -> None:
        """Says that `project` is now what the file at `path` holds."""
        self.path = path
        self._saved = project
        self.end_merge()
        self._become(self._project, "Save", "saved")

    def _travel(self, taken: list[_Step], given: list[_Step], kind: Literal["undo", "redo"]) -> None:
        if taken:
            step = taken.pop()
            given.append(_Step(self._project, step.label, None))
            self.end_merge()
            self._become(step.project, step.label, kind)

    def _become(self, project: Project, label: str, kind: Literal["apply", "undo", "redo", "replace", "saved"]) -> None:
        before, self._project = self._project, project
        change = Change(before, project, label, kind)
        for listener in tuple(self._listeners):
            listener(change)
