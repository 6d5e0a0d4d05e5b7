"""What all parts of the window look at: the document, the selection, the judge's word, the data's description.

Widgets read from here, change the document through it, and redraw on its signals. Main thread only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.data.description import DataDescription
from engine.document import Change, Document
from engine.graph import Graph
from engine.judge.report import Analysis
from engine.project import Project
from gui.figures import typeset


class Workspace(QObject):
    """The shared state of one window.

    `document_changed` carries the Change. `selection_changed` comes after the document's signals, with ids that exist.
    `jump_requested` asks the canvas to select a block and bring it into view; `help_requested` asks for a block
    type's help page, `message_posted` for a sentence in the status bar. The analysis may be that of an earlier graph
    for some milliseconds: look blocks up with `get`.
    """

    document_changed = Signal(object)
    selection_changed = Signal()
    analysis_changed = Signal()
    data_changed = Signal()
    jump_requested = Signal(str)
    help_requested = Signal(str)
    message_posted = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self._selection: tuple[str, ...] = ()
        self.analysis = Analysis()
        self.description: DataDescription | None = None
        self.data_message = ""
        document.subscribe(self._on_change)

    @property
    def project(self) -> Project:
        """The project that is open."""
        return self.document.project

    @property
    def graph(self) -> Graph:
        """The network that is open."""
        return self.document.graph

    @property
    def selection(self) -> tuple[str, ...]:
        """The selected blocks' ids, in the order in which they were selected."""
        return self._selection

    def select(self, ids: Collection[str]) -> None:
        """Selects these blocks and no others."""
        chosen = tuple(dict.fromkeys(block for block in ids if block in self.graph.blocks))
        if chosen != self._selection:
            self.document.end_merge()
            self._selection = chosen
            self.selection_changed.emit()

    def set_analysis(self, analysis: Analysis) -> None:
        """Takes the judge's newest word."""
        problems = tuple(replace(problem, message=typeset(problem.message)) for problem in analysis.problems)
        analysis = replace(analysis, problems=problems)
        if analysis != self.analysis:
            self.analysis = analysis
            self.analysis_changed.emit()

    def set_data(self, description: DataDescription | None, message: str = "") -> None:
        """Takes what is known of the data set; `message` says why nothing is."""
        self.description = replace(description, note=typeset(description.note)) if description is not None else None
        self.data_message = typeset(message)
        self.data_changed.emit()

    def _on_change(self, change: Change) -> None:
        self.document_changed.emit(change)
        kept = tuple(block for block in self._selection if block in self.graph.blocks)
        if kept != self._selection:
            self._selection = kept
            self.selection_changed.emit()
