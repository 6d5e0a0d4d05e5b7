"""The property panel's pages of a group and of a comment: every control changes the document in one step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine import groups
from engine.document import Document
from engine.graph import Comment, Group
from engine.judge.report import FLAT_GROUP, Analysis, BlockReport, Problem
from engine.project import Project
from gui.panels.editors.choice import Switch
from gui.panels.editors.row import ParameterRow
from gui.panels.properties import PropertiesPanel
from gui.workspace import Workspace
from tests.gui.canvas_help import chain

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[PropertiesPanel]:
    """A panel beside a chain with the group `b`, `c` selected, and a comment `n`."""
    graph, group = groups.group_blocks(chain("a", "b", "c", "d"), ["b", "c"])
    workspace = Workspace(Document(Project(graph=graph.with_comment(Comment("n", "Words")))))
    made = PropertiesPanel(workspace)
    qtbot.addWidget(made)
    made.resize(264, 700)
    made.show()
    workspace.select(graph.members(group))
    yield made
    workspace.select(())


def workspace_of(panel: PropertiesPanel) -> Workspace:
    return panel.group_page._workspace


def shown(panel: PropertiesPanel) -> Group:
    (group,) = workspace_of(panel).graph.groups.values()
    return group


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT, pos=QPoint(11, widget.height() // 2))


def flip(row: ParameterRow) -> None:
    """Clicks the switch of a row."""
    switch = row.editor.findChildren(Switch)[0]
    QTest.mouseClick(switch, LEFT, pos=switch.rect().center())


def test_the_page_is_there_when_exactly_a_group_is_selected(panel: PropertiesPanel) -> None:
    assert panel.group_page.isVisible()
    assert panel.block_page.isVisible()
    workspace_of(panel).select(("b",))
    assert not panel.group_page.isVisible()
    workspace_of(panel).select(())
    assert panel.project_page.isVisible()


def test_the_name_is_typed_as_one_step_and_an_empty_one_explained(panel: PropertiesPanel) -> None:
    field = panel.group_page.name_row.editor.findChildren(QWidget)[0]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "Encoder")
    assert shown(panel).name == "Encoder"
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert shown(panel).name != ""
    assert panel.group_page.name_row.error.isVisible()
    workspace_of(panel).document.undo()
    assert shown(panel).name == "Group"


def test_a_swatch_sets_the_colour(panel: PropertiesPanel) -> None:
    click(panel.group_page.swatches.swatches["purple"])
    assert shown(panel).colour == "purple"
    workspace_of(panel).document.undo()
    assert panel.group_page.swatches.swatches["blue"].isChecked()


def test_the_group_is_collapsed_and_opened(panel: PropertiesPanel) -> None:
    flip(panel.group_page.collapsed)
    assert shown(panel).collapsed
    flip(panel.group_page.collapsed)
    assert not shown(panel).collapsed


def test_a_nested_model_is_chosen_and_the_judge_s_warning_shown(panel: PropertiesPanel) -> None:
    flip(panel.group_page.nested)
    assert shown(panel).nested
    warning = Problem("warning", "b", "Group 'Group' is built flat: it cannot be a nest.", kind=FLAT_GROUP)
    workspace_of(panel).set_analysis(Analysis({"b": BlockReport(((8,),), parameters=9)}, (warning,)))
    assert warning.message in panel.group_page.warning.label.text()
    assert panel.group_page.summary.text() == "2 blocks · 9 parameters"
    flip(panel.group_page.nested)
    assert not shown(panel).nested


def test_the_text_of_a_comment_is_typed_as_one_step(panel: PropertiesPanel) -> None:
    workspace = workspace_of(panel)
    workspace.select((), ("n",))
    assert panel.comment_page.isVisible()
    assert not panel.project_page.isVisible()
    panel.comment_page.text.setFocus()
    QTest.keyClick(panel.comment_page.text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(panel.comment_page.text, " and more")
    assert workspace.graph.comments["n"].text == "Words and more"
    workspace.document.undo()
    assert workspace.graph.comments["n"].text == "Words"
    assert panel.comment_page.text.toPlainText() == "Words"


def test_a_comment_that_was_emptied_is_deleted_when_the_cursor_leaves(panel: PropertiesPanel) -> None:
    workspace = workspace_of(panel)
    workspace.select((), ("n",))
    text = panel.comment_page.text
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(text, Qt.Key.Key_Delete)
    assert workspace.graph.comments["n"].text == ""
    text.clearFocus()
    assert "n" not in workspace.graph.comments
    workspace.document.undo()
    assert workspace.graph.comments["n"].text == "Words"


def test_the_page_leaves_a_comment_that_is_deleted(panel: PropertiesPanel) -> None:
    workspace = workspace_of(panel)
    workspace.select((), ("n",))
    workspace.document.apply_graph("", workspace.graph.without_comments(("n",)))
    assert not panel.comment_page.isVisible()
    assert panel.project_page.isVisible()
