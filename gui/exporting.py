"""Export: which network is meant, where it goes, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.edits import active
from engine.graph import Graph, Group
from engine.nests import nests
from engine.project import Project
from engine.training.folder import FolderError, has_network, read_project
from engine.workers.protocol import Exported, ExportRefused
from gui.background import Background
from gui.dialogs.choose_file import choose_file
from gui.dialogs.questions import ask_which_network, tell
from gui.engine import EngineClient
from gui.workspace import Workspace

KERAS_MODELS = "Keras models (*.keras)"


def same_network(one: Graph, other: Graph) -> bool:
    """Whether two graphs make the same model, wherever their blocks stand and whatever is noted or bypassed there."""

    def bare(graph: Graph) -> Graph:
        graph = active(graph)
        nested = {key: Group(key, nest.group.name) for key, nest in nests(graph).nested.items()}
        blocks = {
            key: replace(block, x=0.0, y=0.0, group=block.group if block.group in nested else "")
            for key, block in graph.blocks.items()
        }
        return Graph(blocks, graph.links, nested)

    return bare(one) == bare(other)


class Exporting(QObject):
    """Asks what is unclear, has an engine process write and verify the file, and says what came of it.

    `problems_requested` comes when the network has problems that keep it from being built.
    """

    problems_requested = Signal()

    def __init__(self, window: QWidget, workspace: Workspace, engine: EngineClient, background: Background) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._background = background
        self._engine = engine
        engine.exported.connect(self._on_exported)
        engine.export_refused.connect(self._on_refused)

    def ask(self, run: Path | None, proposal: Path, *, optimizer_state: bool) -> None:
        """Asks for a file and exports the network of `run` to it; without a run, the untrained one of the canvas.

        Where the canvas has changed since the run, it asks which of the two is meant.
        """
        if run is None or not has_network(run):
            self._ask_for_untrained(proposal)
            return

        def go_on(trained: Project) -> None:
            if not same_network(trained.graph, self._workspace.graph):
                answer = ask_which_network(self._window)
                if answer == "canvas":
                    self._ask_for_untrained(proposal)
                if answer != "trained":
                    return
            self._choose("Export the trained network", proposal, lambda path: self._export(run, path, optimizer_state))

        self._background.run(lambda: read_project(run), go_on, self._on_unreadable_run)

    def _ask_for_untrained(self, proposal: Path) -> None:
        errors = self._workspace.analysis.errors
        if errors:
            self.problems_requested.emit()
            tell(self._window, "The network cannot be exported yet.", errors[0].message)
            return
        self._choose("Export the network as it is, untrained", proposal, self._export_untrained)

    def _choose(self, title: str, proposal: Path, chosen: Callable[[Path], None]) -> None:
        choose_file(self._window, title, KERAS_MODELS, proposal, chosen, to_save=True)

    def _export(self, run: Path, path: Path, optimizer_state: bool) -> None:
        self._workspace.message_posted.emit(f"Exporting {path.name} and checking it…")
        self._engine.export_run(run, path, optimizer_state=optimizer_state)

    def _export_untrained(self, path: Path) -> None:
        self._workspace.message_posted.emit(f"Exporting the untrained network to {path.name} and checking it…")
        self._engine.export_untrained(self._workspace.project, path)

    def _on_exported(self, answer: Exported) -> None:
        self._workspace.message_posted.emit(
            f"{answer.path.name} is there. Loaded again, it gives the same outputs (within {answer.difference:.1g})."
        )

    def _on_refused(self, answer: ExportRefused) -> None:
        tell(self._window, f"{answer.path.name} was not exported.", answer.message)

    def _on_unreadable_run(self, error: Exception) -> None:
        if not isinstance(error, FolderError):
            raise error
        tell(self._window, "The run cannot be exported.", str(error))
