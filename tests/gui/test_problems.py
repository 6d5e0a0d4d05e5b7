"""The list of problems: what it shows, and that a click leads to the block."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import add_block, rename_block
from engine.graph import Graph
from engine.judge.report import Analysis, Problem
from engine.project import Project
from gui.panels.problems import ProblemsPanel
from gui.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    graph, _ = add_block(Graph(), "Dense", 0, 0)
    return Workspace(Document(Project(graph)))


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> ProblemsPanel:
    made = ProblemsPanel(workspace)
    qtbot.addWidget(made)
    made.resize(700, 160)
    made.show()
    qtbot.waitExposed(made)
    return made


def say(workspace: Workspace) -> str:
    """Puts two problems into the workspace; gives the block that the error belongs to."""
    block = next(iter(workspace.graph.blocks))
    workspace.set_analysis(
        Analysis(
            problems=(
                Problem("warning", None, "There is no data yet."),
                Problem("error", block, "'Dense' gets nothing. Connect an Input to it. " * 4),
            )
        )
    )
    return block


def test_errors_come_first_and_are_counted(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.counts_changed) as counted:
        say(workspace)
    assert counted.args == [1, 1]
    first = panel.model.problem(panel.model.index(0, 0))
    assert first is not None
    assert first.severity == "error"


def test_a_click_and_enter_jump_to_the_block(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    block = say(workspace)
    place = panel.list.visualRect(panel.model.index(0, 0)).center()
    with qtbot.waitSignal(workspace.jump_requested) as asked:
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [block]
    with qtbot.waitSignal(workspace.jump_requested) as asked:
        QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert asked.args == [block]


def test_a_problem_of_the_whole_network_leads_nowhere(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    say(workspace)
    place = panel.list.visualRect(panel.model.index(1, 0)).center()
    with qtbot.assertNotEmitted(workspace.jump_requested):
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_long_sentences_get_the_lines_that_they_need(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    say(workspace)
    index = panel.model.index(0, 0)
    wide = panel.list.visualRect(index).height()
    panel.resize(400, 160)
    qtbot.waitUntil(lambda: panel.list.visualRect(index).height() > wide)


def test_in_a_narrow_list_the_sentence_stands_below_the_name(
    panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    say(workspace)
    index = panel.model.index(1, 0)
    beside = panel.list.visualRect(index).height()
    panel.resize(240, 160)
    qtbot.waitUntil(lambda: panel.list.visualRect(index).height() >= beside + 16)


def test_the_cross_and_escape_ask_to_close(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    say(workspace)
    with qtbot.waitSignal(panel.close_requested):
        QTest.mouseClick(panel.cross, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.close_requested):
        QTest.keyClick(panel.list, Qt.Key.Key_Escape)


def test_problems_are_copied_as_text(panel: ProblemsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    say(workspace)
    panel.copy_all()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("error: Dense: 'Dense' gets nothing.")
    assert lines[1] == "warning: Network: There is no data yet."
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "warning: Network: There is no data yet."


def test_the_choice_stays_with_its_problem(panel: ProblemsPanel, workspace: Workspace) -> None:
    block = say(workspace)
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    kept = panel.model.problem(panel.list.currentIndex())
    more = (*workspace.analysis.problems, Problem("error", block, "Another one."))
    workspace.set_analysis(Analysis(problems=more))
    assert panel.model.problem(panel.list.currentIndex()) == kept


def test_names_follow_the_document(panel: ProblemsPanel, workspace: Workspace) -> None:
    block = say(workspace)
    workspace.document.apply_graph("Rename", rename_block(workspace.graph, block, "scores"))
    assert panel.model.text().startswith("error: scores:")


def test_an_empty_list_paints_that_all_is_well(panel: ProblemsPanel, workspace: Workspace) -> None:
    say(workspace)
    with_rows = panel.grab().toImage()
    workspace.set_analysis(Analysis())
    assert panel.counts == (0, 0)
    assert panel.grab().toImage() != with_rows
