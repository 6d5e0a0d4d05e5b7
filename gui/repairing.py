"""Doing fixes: each is one step of the history, and one that no longer fits the network changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from engine.fix import Fix, apply_fix
from engine.graph import GraphError
from engine.judge.report import Problem
from gui.workspace import Workspace


def do_fix(workspace: Workspace, fix: Fix) -> None:
    """Repairs the network in one step, or says why the fix no longer fits it.

    What a repair of the network as a whole adds is selected and brought into view.
    """
    graph, offered = workspace.graph, workspace.analysis
    last = workspace.fixed
    if last is not None and last[0] is graph and last[1] is offered:
        return  # a double-click on a button is no wish for two fixes
    try:
        repaired = apply_fix(graph, fix)
    except GraphError as error:
        workspace.message_posted.emit(f"The network has changed, and this fix no longer fits it. {error}")
        return
    if repaired == graph:
        return
    workspace.document.apply_graph(fix.title, repaired)
    workspace.fixed = workspace.graph, offered
    workspace.message_posted.emit(f"Done: {fix.title}.")
    added = [block for block in repaired.blocks if block not in graph.blocks]
    if added and any(fix in problem.fixes for problem in offered.problems if problem.block is None):
        workspace.jump_requested.emit(added[0])


def fixes_for(problems: Iterable[Problem]) -> tuple[Fix, ...]:
    """The fixes of some problems, the first problem's best one first, each only once."""
    found: list[Fix] = []
    for problem in problems:
        found += [fix for fix in problem.fixes if fix.title not in {other.title for other in found}]
    return tuple(found)


def do_best_fix(workspace: Workspace) -> None:
    """Does the first fix of the selected block's problems or, where no block is selected, of the whole network's."""
    graph, selection = workspace.graph, workspace.selection
    if len(selection) > 1:
        workspace.message_posted.emit("Several blocks are selected. Select one to mend its problem.")
        return
    block = selection[0] if selection else None
    problems = workspace.analysis.problems_of(block)
    if fixes := fixes_for(problems):
        do_fix(workspace, fixes[0])
        return
    who = f"'{graph.blocks[block].name}'" if block is not None else "The network as a whole"
    if not problems:
        workspace.message_posted.emit(f"{who} has no problem.")
    elif workspace.analysis.complete:
        workspace.message_posted.emit(f"No fix is known that surely helps. {problems[0].message}")
    else:
        workspace.message_posted.emit("Fixes are still being looked for.")


class Repair(QObject):
    """One fix to be done when an action or a button is triggered. It lives as long as what triggers it."""

    def __init__(self, workspace: Workspace, fix: Fix, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._fix = fix

    def do(self) -> None:
        """Does it."""
        do_fix(self._workspace, self._fix)
