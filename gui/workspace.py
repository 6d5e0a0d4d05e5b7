"""What all parts of the window look at: the document, the selection, the judge's word, the data's description.

Widgets read from here, change the document through it, and redraw on its signals. Main thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.data.description import DataDescription
from engine.document import Change, Document
from engine.graph import Graph
from engine.judge.report import Analysis, Problem
from engine.project import Project
from gui.figures import typeset

Answer = Callable[[Mapping[str, Analysis]], None]
"""What is called with the judge's word on graphs that were only considered."""


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
        self._selected_comments: tuple[str, ...] = ()
        self.analysis = Analysis()
        self.description: DataDescription | None = None
        self.data_message = ""
        self.fixed: tuple[Graph, Analysis] | None = None
        """What the last fix made of the network, and the judge's word that offered it."""
        self.judge: Callable[[Mapping[str, Graph], Answer], bool] | None = None
        """Asks the judge about graphs; None where no engine process serves this window."""
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

    @property
    def selected_comments(self) -> tuple[str, ...]:
        """The selected comments' ids."""
        return self._selected_comments

    def select(self, blocks: Collection[str], comments: Collection[str] = ()) -> None:
        """Selects these blocks and comments and nothing else."""
        chosen = tuple(dict.fromkeys(block for block in blocks if block in self.graph.blocks))
        notes = tuple(dict.fromkeys(comment for comment in comments if comment in self.graph.comments))
        if (chosen, notes) != (self._selection, self._selected_comments):
            self.document.end_merge()
            self._selection, self._selected_comments = chosen, notes
            self.selection_changed.emit()

    def consider(self, candidates: Mapping[str, Graph], answer: Answer) -> bool:
        """Asks what the judge would say of other graphs, such as this one with a block more.

        `answer` is called with its word on each some milliseconds later, or with nothing where the judge dies over
        them.
        Returns False, and calls nothing, where nobody can be asked.
        """
        return self.judge is not None and self.judge(candidates, answer)

    def set_analysis(self, analysis: Analysis) -> None:
        """Takes the judge's newest word. Until it has looked for fixes, a problem that stays keeps its own."""
        problems = tuple(_typeset(problem) for problem in analysis.problems)
        if not analysis.complete:
            known = {(one.block, one.message): one.fixes for one in self.analysis.problems}
            problems = tuple(
                replace(one, fixes=one.fixes or known.get((one.block, one.message), ())) for one in problems
            )
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
        notes = tuple(comment for comment in self._selected_comments if comment in self.graph.comments)
        if (kept, notes) != (self._selection, self._selected_comments):
            self._selection, self._selected_comments = kept, notes
            self.selection_changed.emit()


def _typeset(problem: Problem) -> Problem:
    """A problem, and its fixes, as the window writes them."""
    fixes = tuple(replace(fix, title=typeset(fix.title)) for fix in problem.fixes)
    return replace(problem, message=typeset(problem.message), fixes=fixes)
