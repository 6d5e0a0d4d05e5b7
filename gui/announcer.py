"""Tells screen readers what has changed, politely: after what is being read, and never twice."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from engine.document import Change
from gui.figures import counted
from gui.workspace import Workspace

LEADS = {"apply": "", "undo": "Undone: ", "redo": "Done again: "}


class Announcer(QObject):
    """Announces edits, new and solved problems and messages of one window, and describes its canvas.

    `announced` carries each sentence, also where no screen reader listens.
    """

    announced = Signal(str)

    def __init__(self, workspace: Workspace, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._workspace = workspace
        self._canvas = canvas
        self._problems: frozenset[str] = frozenset()
        self._last_label = ""
        workspace.document_changed.connect(self._on_document)
        workspace.analysis_changed.connect(self._on_analysis)
        workspace.message_posted.connect(self.say)
        self._describe()

    def say(self, sentence: str) -> None:
        """Announces a sentence, such as that a training has ended."""
        if not sentence:
            return
        self.announced.emit(sentence)
        event = QAccessibleAnnouncementEvent(self._canvas, sentence)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)

    def _on_document(self, change: Change) -> None:
        self._describe()
        if change.kind not in LEADS:
            self._last_label = ""
            return
        merged = change.kind == "apply" and change.label == self._last_label and not self._is_new_block(change)
        self._last_label = change.label
        if not merged:  # the letters typed into a field, and nudges in a row, are said once
            self.say(f"{LEADS[change.kind]}{self._words(change)}")

    def _is_new_block(self, change: Change) -> bool:
        return len(change.after.graph.blocks) != len(change.before.graph.blocks)

    def _words(self, change: Change) -> str:
        """What a change is called, and where a new block stands."""
        before, after = change.before.graph, change.after.graph
        new = [block for key, block in after.blocks.items() if key not in before.blocks]
        if change.kind == "apply" and len(new) == 1:
            above = [after.blocks[link.source.block].name for link in after.links_into(new[0].id)]
            return f"{new[0].name} added" + (f" after {above[0]}" if above else "")
        drawn = set(after.links).difference(before.links) if change.label == "Connect" else set()
        if change.kind == "apply" and len(drawn) == 1:
            link = drawn.pop()
            ends = after.blocks[link.source.block].name, after.blocks[link.target.block].name
            return f"{ends[0]} connected to {ends[1]}"
        return change.label

    def _on_analysis(self) -> None:
        self._describe()
        graph, analysis = self._workspace.graph, self._workspace.analysis
        found = {problem.message: problem for problem in analysis.problems}
        new = [problem for message, problem in found.items() if message not in self._problems]
        if new:
            block = graph.blocks.get(new[0].block or "")
            lead = "Problem" if len(new) == 1 else counted(len(new), "new problem")
            self.say(f"{lead}{f' at {block.name}' if block is not None else ''}: {new[0].message}")
        elif self._problems and not found:
            self.say("No problems left.")
        self._problems = frozenset(found)

    def _describe(self) -> None:
        blocks, problems = len(self._workspace.graph.blocks), len(self._workspace.analysis.problems)
        if blocks:
            size = (
                f"Network of {counted(blocks, 'block')}, {counted(problems, 'problem') if problems else 'no problems'}"
            )
        else:
            size = "An empty network"
        self._canvas.setAccessibleDescription(f"{size}. The Outline reads it, block by block.")
