"""Bypassing blocks as a person does it: only where the network still works, in one step, at any time back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bypass import bypass_refusal, set_bypassed
from engine.graph import Graph
from engine.judge.report import Analysis, Problem
from gui.figures import counted, typeset
from gui.workspace import Workspace

NOT_ANSWERED = "The check of the network ended before it could say whether this works. Nothing was bypassed: try again."

_NOW, _THEN = "now", "bypassed"


def are_bypassed(workspace: Workspace, blocks: Sequence[str]) -> bool:
    """Whether there are some blocks and all of them are bypassed."""
    found = [workspace.graph.blocks.get(block) for block in blocks]
    return bool(found) and all(block is not None and block.bypassed for block in found)


def toggle_bypass(workspace: Workspace, blocks: Sequence[str]) -> None:
    """Bypasses some blocks together, or ends that where all of them are bypassed; where it cannot be, says why.

    They are bypassed once the analyst has said that nothing breaks by it, some milliseconds later; at once where no
    analyst can be asked.
    """
    if are_bypassed(workspace, blocks):
        workspace.document.apply_graph("End bypass", set_bypassed(workspace.graph, blocks, False))
    else:
        _Wish(workspace, tuple(blocks)).ask()


@dataclass(frozen=True)
class _Wish:
    """Blocks that a person wants to be bypassed."""

    workspace: Workspace
    blocks: tuple[str, ...]

    def ask(self) -> None:
        """Asks the analyst about the graph as it is now, and without these blocks."""
        graph = self.workspace.graph
        blocks = [key for key in self.blocks if key in graph.blocks and not graph.blocks[key].bypassed]
        if refused := bypass_refusal(graph, blocks):
            self.workspace.message_posted.emit(refused)
            return
        candidate = set_bypassed(graph, blocks, True)

        def decide(analyses: Mapping[str, Analysis]) -> None:
            if not analyses:
                self.workspace.message_posted.emit(NOT_ANSWERED)
                return
            self._decide(graph, candidate, blocks, _new_error(analyses[_NOW], analyses[_THEN]))

        if not self.workspace.consider({_NOW: graph, _THEN: candidate}, decide):
            self.workspace.document.apply_graph("Bypass", candidate)

    def _decide(self, graph: Graph, candidate: Graph, blocks: Sequence[str], error: Problem | None) -> None:
        if self.workspace.graph is not graph:  # the person went on: what was asked about is no longer there
            if any(key in self.workspace.graph.blocks for key in blocks):
                self.ask()
        elif error is None:
            self.workspace.document.apply_graph("Bypass", candidate)
        else:
            only = f"'{graph.blocks[blocks[0]].name}'" if len(blocks) == 1 else f"The {counted(len(blocks), 'block')}"
            self.workspace.message_posted.emit(typeset(f"{only} cannot be bypassed: {error.message}"))


def _new_error(now: Analysis, then: Analysis) -> Problem | None:
    """The first error that bypassing would bring: one of a block, or of the whole, that has none yet."""
    blocks = {problem.block for problem in now.errors if problem.block is not None}
    messages = {problem.message for problem in now.errors}
    return next(
        (problem for problem in then.errors if problem.block not in blocks and problem.message not in messages), None
    )
