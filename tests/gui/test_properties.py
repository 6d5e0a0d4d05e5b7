"""The property panel: fields made from the specification, edits that are applied while typing, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.catalogue import CATALOGUE
from engine.document import Document
from engine.edits import add_block, connect
from engine.graph import Block, Graph, PortRef, Value
from engine.judge.report import Analysis, BlockReport, Problem
from engine.project import Project
from gui.panels.editors.choice import BoolEditor, ChoiceEditor, ChoicesEditor, RegularizerEditor
from gui.panels.editors.row import ParameterRow
from gui.panels.editors.table import make_editor
from gui.panels.editors.text import Field, TextEditor
from gui.panels.properties import PropertiesPanel
from gui.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    graph = Graph()
    for number, type_name in enumerate(("Input", "Conv2D", "Dense", "Dense", "Dropout", "Output")):
        graph, _ = add_block(graph, type_name, 0, 88 * number)
    return Workspace(Document(Project(graph)))


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> PropertiesPanel:
    made = PropertiesPanel(workspace)
    qtbot.addWidget(made)
    made.resize(264, 700)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def row(panel: PropertiesPanel, name: str) -> ParameterRow:
    return panel.block_page.rows[name]


def field(panel: PropertiesPanel, name: str) -> Field:
    editor = row(panel, name).editor
    assert isinstance(editor, TextEditor)
    return editor.field


def value(workspace: Workspace, block: str, name: str) -> Value:
    found = workspace.graph.blocks[block]
    return CATALOGUE[found.type].values(found)[name]


def retype(qtbot: QtBot, target: Field, text: str) -> None:
    """Puts the cursor into a field and types over what is there."""
    target.setFocus()
    qtbot.waitUntil(target.hasFocus)
    target.selectAll()
    QTest.keyClicks(target, text)


def paste(qtbot: QtBot, target: Field, text: str) -> None:
    """Puts the cursor into a field and pastes over what is there."""
    QGuiApplication.clipboard().setText(text)
    retype(qtbot, target, "")
    QTest.keyClick(target, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def wheel(widget: QWidget) -> None:
    """A notch of the wheel over the middle of a widget."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("type_name", list(CATALOGUE))
def test_every_type_gets_a_row_for_each_parameter(type_name: str, qtbot: QtBot) -> None:
    graph, block = add_block(Graph(), type_name, 0, 0)
    workspace = Workspace(Document(Project(graph)))
    panel = PropertiesPanel(workspace)
    qtbot.addWidget(panel)
    workspace.select([block])
    if not panel.block_page.more.isHidden():
        panel.block_page.more.click()
    assert set(panel.block_page.rows) == {param.name for param in CATALOGUE[type_name].params}
    assert panel.block_page.head.text() == type_name.upper()
    for each in panel.block_page.rows.values():
        assert each.editor.accessibleName() == each.name
    assert not workspace.document.is_modified


@pytest.mark.parametrize("type_name", list(CATALOGUE))
def test_an_editor_never_changes_the_value_that_it_is_shown(type_name: str, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for param in CATALOGUE[type_name].params:
        editor = make_editor(param, parent)
        with qtbot.assertNotEmitted(editor.edited):
            editor.show_value(param.default)
            editor.show_several()
            editor.show_value(param.default)


def test_typing_is_applied_at_once_and_undone_as_one_step(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    seen: list[Value] = []
    workspace.document_changed.connect(lambda _: seen.append(value(workspace, "dense_1", "units")))
    retype(qtbot, field(panel, "units"), "128")
    assert seen == [1, 12, 128]
    assert field(panel, "units").text() == "128"
    assert workspace.document.undo_label == "Set units"
    workspace.document.undo()
    assert value(workspace, "dense_1", "units") == 64
    assert field(panel, "units").text() == "64"
    assert workspace.document.undo_label == ""
    workspace.document.redo()
    assert field(panel, "units").text() == "128"


def test_two_visits_of_a_field_are_two_steps(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    retype(qtbot, field(panel, "units"), "32")
    QTest.keyClick(field(panel, "units"), Qt.Key.Key_Return)
    retype(qtbot, field(panel, "units"), "16")
    workspace.document.undo()
    assert value(workspace, "dense_1", "units") == 32


@pytest.mark.parametrize("text", ["0", "-3", "many", "1.5", "99999999999"])
def test_what_cannot_be_is_explained_and_never_applied(
    text: str, panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    units = field(panel, "units")
    before = workspace.graph
    paste(qtbot, units, text)
    assert workspace.graph is before
    assert row(panel, "units").error.isVisible()
    assert "units must be" in row(panel, "units").error.text()
    assert units.property("role") == "invalid"
    panel.block_page.name_editor.field.setFocus()
    qtbot.waitUntil(lambda: units.text() == "64")
    assert row(panel, "units").error.text().endswith("It is 64 again.")
    assert units.property("role") != "invalid"
    workspace.select(["dense_2"])
    assert not row(panel, "units").error.isVisible()


@pytest.mark.parametrize("leaving", [Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape])
def test_nonsense_leads_back_to_the_value_before_typing_began(
    leaving: Qt.Key, panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    before = workspace.graph
    units = field(panel, "units")
    retype(qtbot, units, "1e99")
    assert value(workspace, "dense_1", "units") == 1
    QTest.keyClick(units, leaving)
    assert value(workspace, "dense_1", "units") == 64
    assert units.text() == "64"
    assert workspace.graph == before
    assert workspace.document.undo_label == ""
    sentence = row(panel, "units").error
    assert sentence.isVisible() == (leaving != Qt.Key.Key_Escape)
    if sentence.isVisible():
        assert sentence.text() == "units must be a whole number, such as 64. It is 64 again."
    # Typing something that is a value takes the sentence away, and is kept.
    retype(qtbot, units, "12")
    assert not sentence.isVisible()
    QTest.keyClick(units, Qt.Key.Key_Return)
    assert value(workspace, "dense_1", "units") == 12


def test_the_remark_on_nonsense_goes_by_itself(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    units = field(panel, "units")
    editor = row(panel, "units").editor
    assert isinstance(editor, TextEditor)
    retype(qtbot, units, "abc")
    QTest.keyClick(units, Qt.Key.Key_Return)
    assert row(panel, "units").error.isVisible()
    editor._remark.setInterval(1)
    editor._remark.start()
    qtbot.waitUntil(lambda: not row(panel, "units").error.isVisible())


def test_an_empty_field_asks_for_a_number_and_escape_restores(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    units = field(panel, "units")
    retype(qtbot, units, "")
    QTest.keyClick(units, Qt.Key.Key_Backspace)
    assert units.text() == ""
    assert row(panel, "units").error.isVisible()
    assert value(workspace, "dense_1", "units") == 64
    QTest.keyClick(units, Qt.Key.Key_Escape)
    assert units.text() == "64"
    assert not row(panel, "units").error.isVisible()


def test_arrow_keys_step_within_the_bounds(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    units = field(panel, "units")
    retype(qtbot, units, "2")
    QTest.keyClick(units, Qt.Key.Key_Up)
    assert value(workspace, "dense_1", "units") == 3
    QTest.keyClick(units, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert value(workspace, "dense_1", "units") == 13
    for _ in range(3):
        QTest.keyClick(units, Qt.Key.Key_PageDown)
    assert value(workspace, "dense_1", "units") == 1
    assert units.text() == "1"


def test_the_wheel_changes_nothing_without_the_cursor(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    panel.block_page.name_editor.field.setFocus()
    before = workspace.graph
    activation = row(panel, "activation").editor
    assert isinstance(activation, ChoiceEditor)
    wheel(field(panel, "units"))
    wheel(activation.field)
    assert workspace.graph is before
    field(panel, "units").setFocus()
    qtbot.waitUntil(field(panel, "units").hasFocus)
    wheel(field(panel, "units"))
    assert value(workspace, "dense_1", "units") == 65


def test_a_size_is_read_as_people_write_it(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["conv2d_1"])
    kernel = field(panel, "kernel_size")
    retype(qtbot, kernel, "5x3")
    assert value(workspace, "conv2d_1", "kernel_size") == (5, 3)
    assert kernel.text() == "5x3"
    QTest.keyClick(kernel, Qt.Key.Key_Return)
    assert kernel.text() == "5 × 3"


def test_a_choice_is_made_by_keys(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["conv2d_1"])
    padding = row(panel, "padding").editor
    assert isinstance(padding, ChoiceEditor)
    padding.field.setFocus()
    qtbot.waitUntil(padding.field.hasFocus)
    QTest.keyClicks(padding.field, "same")
    assert value(workspace, "conv2d_1", "padding") == "same"


def test_a_long_list_is_searched(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    activation = row(panel, "activation").editor
    assert isinstance(activation, ChoiceEditor)
    QTest.mouseClick(activation.field, Qt.MouseButton.LeftButton)
    popup = activation.field._popup
    assert popup is not None
    assert popup.isVisible()
    QTest.keyClicks(popup.field, "softm")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert value(workspace, "dense_1", "activation") == "softmax"
    assert not popup.isVisible()
    assert activation.field.currentText() == "softmax"


def test_a_switch_is_one_step(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    QTest.mouseClick(panel.block_page.more, Qt.MouseButton.LeftButton)
    bias = row(panel, "use_bias").editor
    assert isinstance(bias, BoolEditor)
    QTest.mouseClick(bias.switch, Qt.MouseButton.LeftButton)
    assert value(workspace, "dense_1", "use_bias") is False
    workspace.document.undo()
    assert bias.switch.isChecked()


def test_a_penalty_has_a_strength(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    panel.block_page.more.click()
    editor = row(panel, "kernel_regularizer").editor
    assert isinstance(editor, RegularizerEditor)
    assert not editor.strength.isVisible()
    editor.field.setFocus()
    qtbot.waitUntil(editor.field.hasFocus)
    QTest.keyClicks(editor.field, "L2")
    assert value(workspace, "dense_1", "kernel_regularizer") == ("l2", 0.01)
    retype(qtbot, editor.strength.field, "0.5")
    assert value(workspace, "dense_1", "kernel_regularizer") == ("l2", 0.5)
    QTest.keyClicks(editor.strength.field, "x")
    assert row(panel, "kernel_regularizer").error.isVisible()
    assert value(workspace, "dense_1", "kernel_regularizer") == ("l2", 0.5)


def test_metrics_are_ticked_in_a_menu(panel: PropertiesPanel, workspace: Workspace) -> None:
    workspace.select(["output_1"])
    editor = row(panel, "metrics").editor
    assert isinstance(editor, ChoicesEditor)
    editor._actions["mean_squared_error"].trigger()
    editor._actions["accuracy"].trigger()
    assert value(workspace, "output_1", "metrics") == ("accuracy", "mean_squared_error")
    editor._automatic.trigger()
    assert value(workspace, "output_1", "metrics") is None
    assert editor.field.text_shown == "fits the data"


def test_reset_appears_where_something_is_changed(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    assert not row(panel, "units").reset.isVisible()
    retype(qtbot, field(panel, "units"), "7")
    assert row(panel, "units").reset.isVisible()
    QTest.mouseClick(row(panel, "units").reset, Qt.MouseButton.LeftButton)
    assert "units" not in workspace.graph.blocks["dense_1"].parameters
    assert field(panel, "units").text() == "64"
    assert workspace.document.undo_label == "Reset units"


def test_a_default_that_is_typed_is_not_kept_in_the_file(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    retype(qtbot, field(panel, "units"), "7")
    retype(qtbot, field(panel, "units"), "64")
    assert "units" not in workspace.graph.blocks["dense_1"].parameters


def test_several_blocks_are_set_in_one_step(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    retype(qtbot, field(panel, "units"), "10")
    workspace.select(["dense_1", "dense_2"])
    assert panel.block_page.head.text() == "2 × DENSE"
    assert not panel.block_page.name_row.isVisible()
    assert field(panel, "units").text() == ""
    assert field(panel, "units").placeholderText() == "several"
    retype(qtbot, field(panel, "units"), "20")
    assert [value(workspace, block, "units") for block in ("dense_1", "dense_2")] == [20, 20]
    workspace.document.undo()
    assert [value(workspace, block, "units") for block in ("dense_1", "dense_2")] == [10, 64]


def test_blocks_of_different_types_show_what_they_have_in_common(panel: PropertiesPanel, workspace: Workspace) -> None:
    workspace.select(["conv2d_1", "dense_1"])
    assert panel.block_page.head.text() == "2 BLOCKS"
    assert "activation" in panel.block_page.rows
    assert "units" not in panel.block_page.rows
    assert "filters" not in panel.block_page.rows


def test_a_name_is_unique_and_never_empty(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["dense_1"])
    name = panel.block_page.name_editor.field
    retype(qtbot, name, "Conv2D")
    assert workspace.graph.blocks["dense_1"].name == "Conv2"
    assert "another block called 'Conv2D'" in panel.block_page.name_row.error.text()
    name.selectAll()
    QTest.keyClick(name, Qt.Key.Key_Delete)
    assert "needs a name" in panel.block_page.name_row.error.text()
    paste(qtbot, name, "première/couche 1")
    assert workspace.graph.blocks["dense_1"].name == "première/couche 1"
    assert workspace.document.undo_label == "Rename"


def test_a_change_from_elsewhere_does_not_move_the_cursor(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.select(["dense_1"])
    units = field(panel, "units")
    retype(qtbot, units, "128")
    units.setCursorPosition(1)
    moved = replace(workspace.graph.blocks["dense_1"], x=40.0)
    workspace.document.apply_graph("Move", workspace.graph.with_block(moved))
    assert units.hasFocus()
    assert units.cursorPosition() == 1
    assert field(panel, "units") is units
    QTest.keyClicks(units, "0")
    assert value(workspace, "dense_1", "units") == 1028


def test_the_undo_key_in_a_field_undoes_the_document(
    panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    undo = QAction(panel)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(workspace.document.undo)
    panel.addAction(undo)
    workspace.select(["dense_1"])
    units = field(panel, "units")
    retype(qtbot, units, "128")
    QTest.keyClick(units, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert value(workspace, "dense_1", "units") == 64
    assert units.hasFocus()
    assert units.text() == "64"


def test_problems_and_the_output_are_shown(panel: PropertiesPanel, workspace: Workspace) -> None:
    workspace.select(["conv2d_1"])
    assert panel.block_page.warning.isHidden()
    problem = Problem("error", "conv2d_1", "'Conv2D' needs a picture but gets (64). Put a Reshape before it.")
    workspace.set_analysis(Analysis({"conv2d_1": BlockReport(((26, 26, 32),), "float32", 1320, 1320)}, (problem,)))
    assert panel.block_page.warning.isVisible()
    assert panel.block_page.warning.label.text() == problem.message
    assert panel.block_page.summary.text() == "Output 26 × 26 × 32 · 1\u2009320 parameters"


def test_an_unknown_type_is_said_to_be_kept(panel: PropertiesPanel, workspace: Workspace) -> None:
    strange = Block("strange_1", "Quantum", "entangler", {"qubits": 3})
    workspace.document.apply_graph("Add", workspace.graph.with_block(strange))
    workspace.select(["strange_1"])
    assert panel.block_page.unknown.isVisible()
    assert panel.block_page.rows == {}
    workspace.select(["strange_1", "dense_1"])
    assert panel.block_page.rows == {}


def test_deleting_the_selected_block_leads_to_the_project(panel: PropertiesPanel, workspace: Workspace) -> None:
    workspace.select(["dense_1"])
    workspace.document.apply_graph("Delete", workspace.graph.without_blocks({"dense_1"}))
    assert panel.project_page.isVisible()
    assert not panel.block_page.isVisible()


def test_opening_another_project_shows_its_blocks(panel: PropertiesPanel, workspace: Workspace) -> None:
    workspace.select(["dense_1"])
    graph, _ = add_block(Graph(), "Dense", 0, 0)
    other = Project(graph.with_block(replace(graph.blocks["dense_1"], parameters={"units": 5})))
    workspace.document.open(other, None)
    assert field(panel, "units").text() == "5"


def test_the_project_s_title_and_note_are_edited(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    page = panel.project_page
    retype(qtbot, page.title, "My digits")
    assert workspace.project.title == "My digits"
    page.note.setFocus()
    QTest.keyClicks(page.note, "For the lesson")
    assert workspace.project.note == "For the lesson"
    workspace.document.undo()
    assert page.note.toPlainText() == ""
    workspace.document.undo()
    assert page.title.text() == ""


def test_help_is_asked_for_the_selected_type(panel: PropertiesPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.select(["conv2d_1"])
    with qtbot.waitSignal(workspace.help_requested) as asked:
        QTest.mouseClick(panel.block_page._help, Qt.MouseButton.LeftButton)
    assert asked.args == ["Conv2D"]


def test_the_bypass_button_is_there_where_blocks_can_be_bypassed(panel: PropertiesPanel, workspace: Workspace) -> None:
    button = panel.block_page.bypass
    for block, shown in (("conv2d_1", True), ("input_1", False), ("output_1", False)):
        workspace.select([block])
        assert button.isVisible() == shown
    workspace.select(["conv2d_1", "input_1"])
    assert not button.isVisible()


def test_the_bypass_button_bypasses_and_ends_it(panel: PropertiesPanel, workspace: Workspace) -> None:
    said: list[str] = []
    workspace.message_posted.connect(said.append)
    button = panel.block_page.bypass
    workspace.select(["dense_1"])
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "no link leads to it" in said[-1]
    assert not button.isChecked()
    workspace.document.apply_graph(
        "link", connect(workspace.graph, PortRef("conv2d_1", "output"), PortRef("dense_1", "input"))
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert workspace.graph.blocks["dense_1"].bypassed
    assert button.isChecked()
    assert panel.block_page.summary.text().startswith("Bypassed")
    workspace.document.undo()
    assert not button.isChecked()
    workspace.document.redo()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not workspace.graph.blocks["dense_1"].bypassed
