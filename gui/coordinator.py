"""Keeps the judge's word and the data's description in step with the document."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from engine.data.loading import expected_description
from engine.document import Change
from engine.graph import Graph
from engine.settings import DataSettings
from engine.workers.protocol import Analysed, DataRefused, Described
from gui.engine import EngineClient
from gui.workspace import Answer, Workspace


class Coordinator(QObject):
    """Asks the analyst whenever the network or the data change, and the librarian whenever other data are chosen."""

    def __init__(self, workspace: Workspace, engine: EngineClient) -> None:
        super().__init__()
        self._workspace = workspace
        self._engine = engine
        self._described: DataSettings | None = None
        workspace.judge = self._consider
        workspace.document_changed.connect(self._on_change)
        engine.analysed.connect(self._on_analysed)
        engine.described.connect(self._on_described)
        engine.data_refused.connect(self._on_refused)

    def refresh(self) -> None:
        """Asks for everything anew, as after a start."""
        self._described = None
        self._describe()
        self._analyse()

    def _on_change(self, change: Change) -> None:
        if change.after.data != change.before.data or change.kind == "replace":
            self._describe()
        if change.after.graph is not change.before.graph or change.kind == "replace":
            self._analyse()

    def _describe(self) -> None:
        data = self._workspace.project.data
        if data == self._described and self._workspace.description is not None:
            return
        self._described = data
        if data.source:
            self._engine.describe(data)
        else:
            self._workspace.set_data(None)
            self._analyse()

    def _analyse(self) -> None:
        self._engine.analyse(self._workspace.graph, self._workspace.description)

    def _consider(self, candidates: Mapping[str, Graph], answer: Answer) -> bool:
        return self._engine.ask(candidates, self._workspace.description, answer)

    def _on_analysed(self, answer: Analysed) -> None:
        self._workspace.set_analysis(answer.analysis)

    def _on_described(self, answer: Described) -> None:
        if answer.data == self._workspace.project.data:
            self._workspace.set_data(answer.description)
            self._analyse()

    def _on_refused(self, answer: DataRefused) -> None:
        if answer.data == self._workspace.project.data:
            self._workspace.set_data(expected_description(answer.data), answer.message)
            self._analyse()
