"""Fixes in the window: the popup's buttons, keys, menus and the list of problems, each one step that can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.fix import AppendBlock, Fix, InsertBlock, SetParameter
from engine.graph import Graph
from engine.judge.report import Analysis, Problem
from engine.templates import load_template
from gui.canvas.problem_popup import FixButton, ProblemPopup
from gui.coordinator import Coordinator
from gui.engine import EngineClient
from gui.panels.problems import ProblemsPanel
from tests.gui.canvas_help import LEFT, PLAIN, Stage, link, stage

__all__ = ["stage"]
ALT = Qt.KeyboardModifier.AltModifier
UNITS = Fix("Set units of Dense 'C' to 10", (SetParameter("c", "units", 10),))
FLATTEN = Fix("Put a Flatten before Dense 'C'", (InsertBlock("Flatten", link("b", "c")),))
STALE = Fix("Connect what is gone", (SetParameter("gone", "units", 10),))
TROUBLE = Problem("error", "c", "Digits has 10 classes, but Dense 'C' gives 64 numbers.", (), (UNITS, FLATTEN))
INPUT = Problem("error", None, "The network has no Input.", (), (Fix("Add an Input", (AppendBlock("Input"),)),))


def word(*problems: Problem, complete: bool = True) -> Analysis:
    return Analysis(problems=problems, traced=True, complete=complete)


def popup_of(stage: Stage) -> ProblemPopup:
    return stage.canvas.overlays.popup


def open_popup(stage: Stage, *problems: Problem) -> ProblemPopup:
    """The popup at `c`, opened as a person does it: by a click on the badge."""
    stage.workspace.set_analysis(word(*(problems or (TROUBLE,))))
    stage.click(136, 176 - 30)
    assert popup_of(stage).isVisible()
    return popup_of(stage)


def click(button: FixButton) -> None:
    QTest.mouseClick(button, LEFT, PLAIN, button.rect().center())


def test_a_button_of_the_popup_does_its_fix_in_one_step(stage: Stage) -> None:
    popup = open_popup(stage)
    assert [button.text() for button in popup.buttons] == [UNITS.title, FLATTEN.title]
    before = stage.graph
    click(popup.buttons[1])
    (added,) = set(stage.graph.blocks) - set(before.blocks)
    assert stage.graph.blocks[added].type == "Flatten"
    assert {link("b", added), link(added, "c")} <= set(stage.graph.links)
    assert stage.selected == ["c"]
    assert stage.workspace.document.undo_label == FLATTEN.title
    stage.workspace.set_analysis(word())
    assert not popup.isVisible()
    stage.workspace.document.undo()
    assert stage.graph == before
    stage.check()


def test_a_double_click_does_a_fix_once(stage: Stage) -> None:
    popup = open_popup(stage)
    click(popup.buttons[1])
    click(popup.buttons[1])
    assert sum(block.type == "Flatten" for block in stage.graph.blocks.values()) == 1
    stage.workspace.document.undo()
    click(popup.buttons[1])  # after an undo it is a new wish
    assert sum(block.type == "Flatten" for block in stage.graph.blocks.values()) == 1


def test_a_press_that_leaves_the_button_does_nothing(stage: Stage) -> None:
    button = open_popup(stage).buttons[0]
    before = stage.graph
    QTest.mousePress(button, LEFT, PLAIN, button.rect().center())
    QTest.mouseMove(button, QPoint(-40, -40))
    QTest.mouseRelease(button, LEFT, PLAIN, QPoint(-40, -40))
    assert stage.graph is before


def test_tab_and_enter_reach_the_buttons_and_escape_leads_back(stage: Stage) -> None:
    popup = open_popup(stage)
    stage.canvas.setFocus()
    stage.key(Qt.Key.Key_Tab)
    assert popup.buttons[0].hasFocus()
    QTest.keyClick(popup.buttons[0], Qt.Key.Key_Tab)
    assert popup.buttons[1].hasFocus()
    QTest.keyClick(popup.buttons[1], Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert popup.buttons[0].hasFocus()
    QTest.keyClick(popup.buttons[0], Qt.Key.Key_Return)
    assert stage.graph.blocks["c"].parameters["units"] == 10
    QTest.keyClick(popup.buttons[0], Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert stage.canvas.hasFocus()


def test_the_button_in_hand_keeps_the_focus_when_the_judge_speaks_again(stage: Stage) -> None:
    popup = open_popup(stage)
    popup.buttons[1].setFocus()
    stage.workspace.set_analysis(word(replace(TROUBLE, message="Another sentence.")))
    assert popup.buttons[1].hasFocus()
    stage.workspace.set_analysis(word(replace(TROUBLE, fixes=())))
    assert popup.buttons == []
    assert stage.canvas.hasFocus()


def test_fixes_stay_until_the_judge_has_looked_for_them_anew(stage: Stage) -> None:
    popup = open_popup(stage)
    place = popup.pos()
    stage.workspace.set_analysis(word(replace(TROUBLE, fixes=()), complete=False))
    assert [button.text() for button in popup.buttons] == [UNITS.title, FLATTEN.title]
    assert popup.pos() == place
    stage.workspace.set_analysis(word(replace(TROUBLE, fixes=())))
    assert popup.buttons == []


def test_buttons_that_come_later_come_below_the_sentence(stage: Stage) -> None:
    popup = open_popup(stage, replace(TROUBLE, fixes=()))
    place, height = popup.pos(), popup.height()
    stage.workspace.set_analysis(word(TROUBLE))
    assert popup.pos() == place
    assert popup.height() > height
    assert all(button.height() >= button.heightForWidth(button.width()) for button in popup.buttons)


def test_the_popup_stays_inside_the_view_where_its_card_does(stage: Stage) -> None:
    popup = open_popup(stage)
    for x, y in ((440.0, 176.0), (-240.0, 176.0), (0.0, -150.0), (0.0, 500.0)):
        stage.canvas.camera.look_at(QPointF(x, y), 1.0)
        room = stage.canvas.viewport().rect()
        assert room.contains(popup.geometry().adjusted(16, 16, -16, -16))


def test_a_stale_fix_says_so_and_changes_nothing(stage: Stage) -> None:
    popup = open_popup(stage, replace(TROUBLE, fixes=(STALE,)))
    before = stage.graph
    click(popup.buttons[0])
    assert stage.graph is before
    assert stage.messages[-1].startswith("The network has changed, and this fix no longer fits it.")
    assert stage.workspace.document.undo_label == ""


def test_alt_enter_does_the_best_fix_of_the_selected_block(stage: Stage) -> None:
    stage.workspace.set_analysis(word(TROUBLE))
    stage.workspace.select(("c",))
    stage.key(Qt.Key.Key_Return, ALT)
    assert stage.graph.blocks["c"].parameters["units"] == 10
    assert stage.workspace.document.undo_label == UNITS.title


def test_alt_enter_without_a_selection_mends_the_network_and_shows_what_came(stage: Stage) -> None:
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks(["a"]))
    stage.workspace.set_analysis(word(INPUT))
    stage.key(Qt.Key.Key_Return, ALT)
    (added,) = stage.selected
    assert stage.graph.blocks[added].type == "Input"
    assert link(added, "b") in stage.graph.links


@pytest.mark.parametrize(
    ("selection", "problems", "complete", "sentence"),
    [
        (("b",), (), True, "'B' has no problem."),
        ((), (), True, "The network as a whole has no problem."),
        (("b", "c"), (), True, "Several blocks are selected."),
        (("c",), (replace(TROUBLE, fixes=()),), True, "No fix is known that surely helps. Digits has 10 classes"),
        (("c",), (replace(TROUBLE, fixes=()),), False, "Fixes are still being looked for."),
    ],
)
def test_where_there_is_no_fix_the_status_bar_says_why(
    stage: Stage, selection: tuple[str, ...], problems: tuple[Problem, ...], complete: bool, sentence: str
) -> None:
    stage.workspace.set_analysis(word(*problems, complete=complete))
    stage.workspace.select(selection)
    before = stage.graph
    stage.key(Qt.Key.Key_Return, ALT)
    assert stage.messages[-1].startswith(sentence)
    assert stage.graph is before


def fix_actions(actions: list[QAction]) -> list[QAction]:
    return [action for action in actions if action.text().startswith("Fix: ")]


def test_the_menus_of_a_card_and_of_its_link_hold_the_fixes(stage: Stage) -> None:
    stage.workspace.set_analysis(word(replace(TROUBLE, links=(link("b", "c"),))))
    card = fix_actions(stage.canvas.menu_at(QPointF(stage.at(0, 176))).actions())
    between = fix_actions(stage.canvas.menu_at(QPointF(stage.at(0, 132))).actions())
    assert [action.text() for action in card] == [f"Fix: {UNITS.title}", f"Fix: {FLATTEN.title}"]
    assert [action.text() for action in between] == [action.text() for action in card]
    assert not fix_actions(stage.canvas.menu_at(QPointF(stage.at(0, 88))).actions())
    stage.workspace.set_analysis(word(TROUBLE, INPUT))
    empty = fix_actions(stage.canvas.menu_at(QPointF(stage.at(-300, 300))).actions())
    assert [action.text() for action in empty] == ["Fix: Add an Input"]
    stage.workspace.select(("c",))
    card[0].trigger()
    assert stage.graph.blocks["c"].parameters["units"] == 10


# The list of problems.


@pytest.fixture
def panel(stage: Stage, qtbot: QtBot) -> ProblemsPanel:
    made = ProblemsPanel(stage.workspace)
    qtbot.addWidget(made)
    made.resize(900, 160)
    made.show()
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks(["a"]))
    stage.workspace.set_analysis(word(INPUT, TROUBLE))
    return made


def fix_place(panel: ProblemsPanel, row: int) -> QPoint:
    return panel.list.fix_place(panel.model.index(row, 0)).center()


@pytest.mark.parametrize("width", [900, 420])
def test_the_list_shows_each_problem_s_best_fix_to_be_clicked(
    panel: ProblemsPanel, stage: Stage, qtbot: QtBot, width: int
) -> None:
    panel.resize(width, 300)
    qtbot.waitUntil(lambda: panel.list.visualRect(panel.model.index(1, 0)).top() > 0)
    with qtbot.waitSignal(stage.workspace.jump_requested) as asked:  # what was added comes into view
        QTest.mouseClick(panel.list.viewport(), LEFT, PLAIN, fix_place(panel, 0))
    assert asked.args is not None
    (added,) = asked.args
    assert stage.graph.blocks[added].type == "Input"
    stage.workspace.document.undo()
    with qtbot.assertNotEmitted(stage.workspace.jump_requested):
        QTest.mouseClick(panel.list.viewport(), LEFT, PLAIN, fix_place(panel, 1))
    assert stage.graph.blocks["c"].parameters["units"] == 10


def test_a_press_on_a_fix_that_is_released_elsewhere_does_nothing(panel: ProblemsPanel, stage: Stage) -> None:
    before = stage.graph
    viewport = panel.list.viewport()
    QTest.mousePress(viewport, LEFT, PLAIN, fix_place(panel, 1))
    QTest.mouseRelease(viewport, LEFT, PLAIN, QPoint(20, 20))
    assert stage.graph is before


def test_the_list_s_fixes_are_reached_by_keys_and_by_its_menu(panel: ProblemsPanel, stage: Stage) -> None:
    panel.list.setCurrentIndex(panel.model.index(1, 0))
    texts = [action.text() for action in fix_actions(panel.menu().actions())]
    assert texts == [f"Fix: {UNITS.title}", f"Fix: {FLATTEN.title}"]
    QTest.keyClick(panel.list, Qt.Key.Key_Return, ALT)
    assert stage.graph.blocks["c"].parameters["units"] == 10
    said = panel.model.data(panel.model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert str(said).endswith(f"Fix: {UNITS.title}.")


# With the real analyst.


@pytest.fixture
def engine(stage: Stage) -> Iterator[EngineClient]:
    """The engine of the stage's workspace."""
    made = EngineClient()
    made.warm_trainers = False
    coordinator = Coordinator(stage.workspace, made)
    made.start()
    coordinator.refresh()
    yield made
    made.shutdown()


def test_a_mistake_is_mended_with_a_click_and_the_popup_goes(stage: Stage, engine: EngineClient, qtbot: QtBot) -> None:
    project = load_template("digits-mlp")
    scores = next(block for block in project.graph.blocks.values() if block.name == "scores")
    wrong = project.with_graph(project.graph.with_block(scores.with_parameter("units", 7)))
    workspace = stage.workspace
    workspace.document.apply("Open", wrong)
    qtbot.waitUntil(lambda: workspace.analysis.complete and bool(workspace.analysis.errors), timeout=90_000)
    (problem,) = workspace.analysis.errors
    assert problem.block is not None
    stage.canvas.jump_to(problem.block)
    qtbot.waitUntil(lambda: len(popup_of(stage).buttons) > 0)
    click(popup_of(stage).buttons[0])
    assert _units(workspace.graph, scores.id) == 10
    qtbot.waitUntil(lambda: not popup_of(stage).isVisible(), timeout=30_000)
    workspace.document.undo()
    assert _units(workspace.graph, scores.id) == 7


def _units(graph: Graph, block: str) -> object:
    return graph.blocks[block].parameters["units"]
