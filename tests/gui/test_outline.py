"""The outline: the network as a tree, worked with real keys, in step with the canvas, and readable by ear."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit, QSplitter
from pytestqt.qtbot import QtBot

from engine import edits
from engine.fix import Fix, InsertBlock
from engine.graph import Block, Graph, Group
from engine.groups import group_blocks
from engine.judge.report import Analysis, BlockReport, Problem
from engine.project import Project
from gui.announcer import Announcer
from gui.panels.outline.panel import OutlinePanel
from gui.panels.outline.rows import Row
from tests.gui.canvas_help import Stage, chain, link

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


class Reader:
    """A canvas, its outline beside it, and a keyboard."""

    def __init__(self, qtbot: QtBot, graph: Graph) -> None:
        self.stage = Stage(qtbot, graph)
        self.workspace = self.stage.workspace
        self.panel = OutlinePanel(self.stage.canvas)
        self.window = QSplitter()
        qtbot.addWidget(self.window)
        self.window.addWidget(self.panel)
        self.window.addWidget(self.stage.canvas)
        self.window.resize(1200, 500)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.qtbot = qtbot
        self.tree = self.panel.tree
        self.window.activateWindow()
        self.tree.setFocus()
        self.model = self.panel.model
        QAbstractItemModelTester(self.model, QAbstractItemModelTester.FailureReportingMode.Warning, self.panel)

    @property
    def graph(self) -> Graph:
        return self.workspace.graph

    def at(self, block: str) -> None:
        """Makes a block's row the current one."""
        assert self.tree.go_to(("block", block))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.tree, key, modifiers)

    def current(self) -> Row:
        row = self.tree.current_row
        assert row is not None
        return row

    def texts(self, parent: QModelIndex = QModelIndex()) -> list[str]:  # noqa: B008  (as Qt's)
        """What the rows below one are called."""
        return [str(self.model.index(row, 0, parent).data()) for row in range(self.model.rowCount(parent))]

    def field(self) -> QLineEdit:
        """The field in which a row is being renamed."""
        return next(field for field in self.tree.findChildren(QLineEdit) if field.isVisible())


@pytest.fixture
def reader(qtbot: QtBot) -> Reader:
    """Input `a`, Dense `b` and `c`, Output `d`, and a loose Dense `e`."""
    return Reader(qtbot, chain("a", "b", "c", "d").with_block(Block("e", "Dense", "E", {}, 340, 88)))


def test_rows_follow_the_data_and_tell_links_and_shapes(reader: Reader) -> None:
    reader.workspace.set_analysis(Analysis({"a": BlockReport(((4,),)), "b": BlockReport(((32,),))}))
    assert reader.texts() == ["A", "B", "C", "D", "E"]
    assert reader.texts(reader.model.reach(("block", "b"))) == ["from 'A'", "to 'C'"]
    assert reader.texts(reader.model.reach(("block", "e"))) == ["not connected", "not connected"]


def test_selection_goes_both_ways(reader: Reader) -> None:
    reader.at("c")
    assert reader.stage.selected == ["c"]
    reader.workspace.select(("b", "e"))
    assert {reader.model.row(index).id for index in reader.tree.selectedIndexes()} == {"b", "e"}  # type: ignore[union-attr]
    reader.workspace.select(())
    assert not reader.tree.selectedIndexes()


def test_every_selected_block_is_chosen_once_whatever_their_order(reader: Reader) -> None:
    reader.workspace.select(("c", "a", "d"))
    assert reader.tree.chosen_ids() == (["a", "c", "d"], [])


def test_an_arrow_key_selects_the_next_block(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_Down)
    assert reader.stage.selected == ["c"]


def test_a_adds_a_block_after_the_current_one(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_A)
    QTest.keyClicks(reader.panel.chooser.field, "dropout")
    QTest.keyClick(reader.panel.chooser.field, Qt.Key.Key_Return)
    assert reader.texts()[:5] == ["A", "B", "Dropout", "C", "D"]
    new = reader.current().id
    assert reader.graph.blocks[new].type == "Dropout"
    assert link("b", new) in reader.graph.links
    assert reader.panel.pages.currentIndex() == 0


def test_esc_gives_the_choice_up_without_a_trace(reader: Reader) -> None:
    before = reader.graph
    reader.at("b")
    reader.key(Qt.Key.Key_A)
    QTest.keyClicks(reader.panel.chooser.field, "drop")
    QTest.keyClick(reader.panel.chooser.field, Qt.Key.Key_Escape)
    assert reader.panel.chooser.field.text() == ""
    QTest.keyClick(reader.panel.chooser.field, Qt.Key.Key_Escape)
    assert reader.graph is before
    assert reader.panel.pages.currentIndex() == 0


def test_c_connects_to_a_port_and_says_why_others_do_not_fit(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_C)
    field = reader.panel.chooser.field
    QTest.keyClicks(field, "A")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert reader.panel.pages.currentIndex() == 1  # A takes nothing, so nothing is called that
    field.setText("C")
    assert "connected already" in reader.panel.chooser.foot.text()
    field.clear()
    QTest.keyClicks(field, "E")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert link("b", "e") in reader.graph.links
    reader.workspace.document.undo()
    assert link("b", "e") not in reader.graph.links


def test_c_on_an_input_asks_where_its_data_come_from(reader: Reader) -> None:
    assert reader.tree.go_to(Row("input", "e", "input").key)
    reader.key(Qt.Key.Key_C)
    assert reader.panel.chooser.heading.text() == "Connect to 'E' from"
    QTest.keyClicks(reader.panel.chooser.field, "B")
    QTest.keyClick(reader.panel.chooser.field, Qt.Key.Key_Return)
    assert link("b", "e") in reader.graph.links


def test_del_takes_a_link_off_on_its_row_and_heals_on_a_block(reader: Reader) -> None:
    assert reader.tree.go_to(Row("input", "c", "input", link("b", "c")).key)
    reader.key(Qt.Key.Key_Delete)
    assert link("b", "c") not in reader.graph.links
    reader.workspace.document.undo()
    reader.at("b")
    reader.key(Qt.Key.Key_Delete)
    assert "b" not in reader.graph.blocks
    assert link("a", "c") in reader.graph.links
    assert reader.stage.selected == ["c"]  # so that one can go on from there


def test_f2_renames_in_place(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_F2)
    field = reader.field()
    field.setText("C")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert reader.graph.blocks["b"].name == "B"
    assert "another block called 'C'" in reader.stage.messages[-1]
    field.setText("features")
    QTest.keyClick(field, Qt.Key.Key_Return)
    reader.qtbot.waitUntil(lambda: reader.graph.blocks["b"].name == "features")
    assert reader.texts()[1] == "features"


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [(Qt.Key.Key_D, CONTROL), (Qt.Key.Key_M, CONTROL), (Qt.Key.Key_Up, ALT), (Qt.Key.Key_Up, PLAIN)],
)
def test_keys_pressed_in_a_name_leave_the_network_alone(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, reader: Reader
) -> None:
    before = reader.graph
    reader.at("c")
    reader.key(Qt.Key.Key_F2)
    field = reader.field()
    QTest.keyClick(field, key, modifiers)
    assert reader.graph is before
    assert field.isVisible()
    assert reader.stage.selected == ["c"]


def test_a_name_that_is_being_typed_stays_when_the_judge_answers(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_F2)
    QTest.keyClicks(reader.field(), "features")
    reader.workspace.set_analysis(Analysis({"a": BlockReport(((4,),)), "b": BlockReport(((32,),))}))
    assert reader.field().text() == "features"
    QTest.keyClick(reader.field(), Qt.Key.Key_Return)
    reader.qtbot.waitUntil(lambda: reader.graph.blocks["b"].name == "features")


def test_esc_leaves_a_name_as_it_was(reader: Reader) -> None:
    before = reader.graph
    reader.at("b")
    reader.key(Qt.Key.Key_F2)
    field = reader.field()
    field.setText("features")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert reader.graph is before


def test_alt_and_arrows_move_a_block_along_its_chain(reader: Reader) -> None:
    reader.at("c")
    reader.key(Qt.Key.Key_Up, ALT)
    assert reader.texts()[:4] == ["A", "C", "B", "D"]
    assert reader.current().id == "c"
    reader.key(Qt.Key.Key_Up, ALT)
    assert "nothing stands before an Input" in reader.stage.messages[-1]
    reader.key(Qt.Key.Key_Down, ALT)
    assert reader.texts()[:4] == ["A", "B", "C", "D"]


def test_the_canvas_s_own_keys_work_on_the_rows(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_D, CONTROL)
    assert len(reader.graph.blocks) == 6
    reader.at("c")
    reader.key(Qt.Key.Key_M, CONTROL)
    assert reader.graph.blocks["c"].bypassed


def test_a_group_is_made_named_and_taken_apart(reader: Reader) -> None:
    reader.at("b")
    reader.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert reader.stage.selected == ["b", "c"]
    reader.key(Qt.Key.Key_G, CONTROL)
    field = reader.field()
    QTest.keyClicks(field, "Body")
    QTest.keyClick(field, Qt.Key.Key_Return)
    reader.qtbot.waitUntil(lambda: [group.name for group in reader.graph.groups.values()] == ["Body"])
    assert reader.texts() == ["A", "Body", "D", "E"]
    index = reader.model.find(reader.current().key)
    assert reader.texts(index) == ["B", "C"]
    assert reader.tree.isExpanded(index)
    assert reader.stage.selected == ["b", "c"]
    reader.key(Qt.Key.Key_G, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert reader.texts() == ["A", "B", "C", "D", "E"]


def test_enter_on_a_fix_does_it_in_one_step(reader: Reader) -> None:
    fix = Fix("Put a Flatten in between", (InsertBlock("Flatten", link("b", "c")),))
    reader.workspace.set_analysis(Analysis(problems=(Problem("error", "c", "C needs something flat.", (), (fix,)),)))
    problem = reader.workspace.analysis.problems[0]
    assert reader.tree.go_to(Row("problem", "c", problem=problem).key)
    reader.key(Qt.Key.Key_Right)
    reader.key(Qt.Key.Key_Down)
    assert reader.current().fix == fix
    reader.key(Qt.Key.Key_Return)
    assert [block.type for block in reader.graph.blocks.values()].count("Flatten") == 1
    assert reader.workspace.document.undo_label == "Put a Flatten in between"
    assert reader.current().key == ("block", "c")


def test_enter_on_a_link_goes_to_its_other_end(reader: Reader) -> None:
    assert reader.tree.go_to(Row("output", "b", "output", link("b", "c")).key)
    reader.key(Qt.Key.Key_Return)
    assert reader.stage.selected == ["c"]


@pytest.fixture
def long_reader(qtbot: QtBot) -> Reader:
    """A chain of 80 blocks."""
    return Reader(qtbot, chain(*(f"n{number}" for number in range(80))))


def test_an_edit_keeps_what_is_unfolded_current_and_in_sight(long_reader: Reader) -> None:
    reader = long_reader
    resets: list[int] = []
    reader.model.modelReset.connect(lambda: resets.append(1))
    reader.tree.expand(reader.model.find(("block", "n3")))
    reader.at("n40")
    place = reader.tree.verticalScrollBar().value()
    assert place > 0
    graph, new = edits.append_block(reader.graph, "Dropout", "n60")
    reader.workspace.document.apply_graph("Add", graph)
    reader.workspace.document.apply_graph("Rename", edits.rename_block(reader.graph, "n3", "third"))
    assert reader.model.find(("block", new)).row() == 61
    assert reader.current().key == ("block", "n40")
    assert reader.tree.isExpanded(reader.model.find(("block", "n3")))
    assert reader.tree.verticalScrollBar().value() == place
    assert not resets


def test_rows_stay_in_step_with_any_edits_and_their_undo(reader: Reader) -> None:
    graph, _ = group_blocks(reader.graph, ("b", "c"))
    document = reader.workspace.document
    for key in ("a", "b", "c"):
        reader.tree.go_to(("block", key))
        reader.tree.expand(reader.model.find(("block", key)))
    document.apply_graph("Group", graph)
    document.apply_graph("Delete", edits.remove_blocks(graph, ("b",)))
    document.apply_graph("Comment", edits.add_comment(reader.graph, "A  note\nfor us", 0, 0)[0])
    document.apply_graph("Insert", edits.insert_block(reader.graph, "Dropout", link("c", "d"))[0])
    seen = []
    while document.undo_label:
        seen.append((reader.graph, reader.texts()))
        document.undo()
    for graph, texts in reversed(seen):
        document.redo()
        assert reader.graph == graph
        assert reader.texts() == texts
    assert reader.texts() == ["A", "Group", "Dropout", "D", "E", "A note for us"]
    reader.workspace.document.open(Project(chain("x", "y", "z")), None)
    assert reader.texts() == ["X", "Y", "Z"]


def test_the_field_finds_blocks_by_name_type_and_group(reader: Reader) -> None:
    graph = reader.graph.with_group(Group("g", "Encoder"))
    graph = graph.with_block(replace(graph.blocks["b"], group="g"))
    reader.workspace.document.apply_graph("Group", graph)
    QTest.keyClicks(reader.panel.field, "output")
    assert reader.texts() == ["D"]
    reader.panel.field.setText("enc")
    assert reader.texts() == ["Encoder"]
    QTest.keyClick(reader.panel.field, Qt.Key.Key_Escape)
    assert len(reader.texts()) == 5


def test_a_panel_that_nobody_sees_rests(reader: Reader) -> None:
    reader.panel.set_awake(False)
    reader.workspace.document.apply_graph("Delete", edits.remove_blocks(reader.graph, ("e",)))
    assert "E" in reader.texts()
    reader.panel.set_awake(True)
    assert "E" not in reader.texts()


def test_a_screen_reader_is_told_everything(reader: Reader) -> None:
    graph = reader.graph.with_block(Block("b", "Conv2D", "features", {"filters": 32}, 0, 88))
    reader.workspace.document.apply_graph("Change", graph)
    problem = Problem("error", "b", "Conv2D needs a picture.")
    reader.workspace.set_analysis(Analysis({"b": BlockReport(((26, 26, 32),))}, (problem,)))
    reader.tree.expand(reader.model.find(("block", "b")))
    tree = QAccessible.queryAccessibleInterface(reader.tree)
    assert tree.role() == QAccessible.Role.Tree
    assert tree.text(QAccessible.Text.Name) == "Outline"
    rows = [tree.child(number) for number in range(tree.childCount())]
    texts = [row.text(QAccessible.Text.Name) for row in rows if row.role() == QAccessible.Role.TreeItem]
    block = next(text for text in texts if text.startswith("Conv2D 'features', 32 filters"))
    assert block.endswith("gives 26 × 26 × 32, 1 problem: Conv2D needs a picture.")
    assert "Problem: Conv2D needs a picture." in texts
    assert "Input from 'A'" in texts


def test_changes_are_announced_and_the_canvas_describes_itself(reader: Reader, qtbot: QtBot) -> None:
    announcer = Announcer(reader.workspace, reader.stage.canvas)
    said: list[str] = []
    announcer.announced.connect(said.append)
    graph, _ = edits.append_block(reader.graph, "Dropout", "b")
    reader.workspace.document.apply_graph("Add Dropout", graph)
    reader.workspace.document.apply_graph(
        "Connect", edits.connect(reader.graph, link("b", "e").source, link("b", "e").target)
    )
    reader.workspace.document.undo()
    reader.workspace.set_analysis(Analysis(problems=(Problem("error", "c", "C is odd."),)))
    canvas = QAccessible.queryAccessibleInterface(reader.stage.canvas)
    description = canvas.text(QAccessible.Text.Description)
    assert description.startswith("Network of 6 blocks, 1 problem.")
    assert "Outline" in description
    reader.workspace.set_analysis(Analysis())
    assert said == [
        "Dropout added after B",
        "B connected to E",
        "Undone: Connect",
        "Problem at C: C is odd.",
        "No problems left.",
    ]


def test_every_row_of_the_menu_is_there_for_its_kind(reader: Reader) -> None:
    reader.at("b")
    block = [action.text() for action in reader.panel.menu().actions() if action.isVisible() and action.text()]
    assert {"Add a block…", "Connect…", "Settings", "Rename", "Move earlier", "Bypass", "Delete"} <= set(block)
    assert reader.tree.go_to(Row("input", "c", "input", link("b", "c")).key)
    port = {action.text(): action.isEnabled() for action in reader.panel.menu().actions()}
    assert port["Take the link off"]
    assert port["Go to the other end"]
