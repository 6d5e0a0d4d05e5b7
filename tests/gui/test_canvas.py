"""The canvas by keys, menus and the rest of the window: what it shows, and what its actions do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.graph import Block, Graph
from engine.judge.report import Analysis, BlockReport, Problem
from engine.project import Project
from gui.theme import themes
from tests.gui.canvas_help import LEFT, PLAIN, SHIFT, Stage, chain, link, stage

__all__ = ["stage"]
CTRL = Qt.KeyboardModifier.ControlModifier
TROUBLE = Problem(
    "error", "c", "'C' needs a row of numbers but gets a picture. Put a Flatten before it.", (link("b", "c"),)
)
WORD = Analysis(
    {"b": BlockReport(((28, 28, 32),), parameters=1384704, trainable=1384000), "c": BlockReport()}, (TROUBLE,)
)


def test_delete_heals_the_chain_in_one_step(stage: Stage) -> None:
    stage.click(-100, 88)
    stage.key(Qt.Key.Key_Delete)
    assert link("a", "c") in stage.graph.links
    assert "b" not in stage.graph.blocks
    stage.check()
    stage.workspace.document.undo()
    stage.check()
    assert "b" in stage.graph.blocks


def test_backspace_deletes_as_well(stage: Stage) -> None:
    stage.workspace.select(("b", "c"))
    stage.key(Qt.Key.Key_Backspace)
    assert link("a", "d") in stage.graph.links
    stage.check()


def test_duplicates_get_new_names_and_are_selected(stage: Stage) -> None:
    stage.workspace.select(("b", "c"))
    stage.key(Qt.Key.Key_D, CTRL)
    assert [stage.graph.blocks[key].name for key in stage.selected] == ["B 2", "C 2"]
    assert [stage.graph.blocks[key].x for key in stage.selected] == [24, 24]
    assert link(*stage.selected) in stage.graph.links
    assert stage.workspace.document.undo_label == "Duplicate 2 blocks"
    stage.check()


def test_copied_blocks_are_pasted_beside_the_first_ones_and_again_farther_out(stage: Stage) -> None:
    stage.workspace.select(("b", "c"))
    stage.key(Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().startswith('{\n "format": 2')
    for offset in (24, 48):
        stage.key(Qt.Key.Key_V, CTRL)
        assert [stage.graph.blocks[key].x for key in stage.selected] == [offset, offset]
    assert len(stage.graph.blocks) == 9
    stage.check()


def test_a_paste_with_the_pointer_on_free_ground_goes_there(stage: Stage) -> None:
    stage.workspace.select(("b",))
    stage.key(Qt.Key.Key_C, CTRL)
    QTest.mouseMove(stage.canvas.viewport(), stage.at(300, 400))
    stage.key(Qt.Key.Key_V, CTRL)
    assert stage.graph.blocks[stage.selected[0]].x == 300
    stage.key(Qt.Key.Key_V, CTRL)  # the pointer is on the first copy now
    assert stage.graph.blocks[stage.selected[0]].x == 48
    stage.check()


def test_cut_blocks_come_back_with_paste(stage: Stage) -> None:
    stage.workspace.select(("b",))
    stage.key(Qt.Key.Key_X, CTRL)
    assert "b" not in stage.graph.blocks
    assert stage.workspace.document.undo_label == "Cut"
    stage.key(Qt.Key.Key_V, CTRL)
    assert stage.graph.blocks[stage.selected[0]].name == "B"
    stage.check()


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "{}", '{"format": 99}', '{"format": 1, "blocks": [{"id": 3}], "links": []}', "[1, 2", "\0\0",
     '{"format": 1, "blocks": [], "links": []}'],
)  # fmt: skip
def test_pasting_what_is_no_network_says_so_and_changes_nothing(stage: Stage, text: str) -> None:
    before = stage.graph
    QGuiApplication.clipboard().setText(text)
    stage.key(Qt.Key.Key_V, CTRL)
    assert stage.graph is before
    assert len(stage.messages) == 1
    assert stage.messages[0].endswith(".")
    stage.check()


def test_pasted_blocks_of_an_unknown_type_are_kept_and_shown_as_such(stage: Stage) -> None:
    text = '{"format": 1, "blocks": [{"id": "x", "type": "Quantum", "name": "Q", "x": 1e300}], "links": []}'
    QGuiApplication.clipboard().setText(text)
    stage.key(Qt.Key.Key_V, CTRL)
    assert stage.graph.blocks[stage.selected[0]].type == "Quantum"
    stage.check()
    stage.canvas.grab()


def test_arrow_keys_nudge_in_one_step(stage: Stage) -> None:
    stage.workspace.select(("b", "e"))
    for _ in range(3):
        stage.key(Qt.Key.Key_Right)
    stage.key(Qt.Key.Key_Up, SHIFT)
    assert [(stage.graph.blocks[key].x, stage.graph.blocks[key].y) for key in "be"] == [(12, 64), (352, 64)]
    stage.check()
    stage.workspace.document.undo()
    assert stage.graph.blocks["b"].x == 0
    assert stage.workspace.document.undo_label == ""


def test_escape_closes_the_popup_before_it_clears_the_selection(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    stage.click(-100, 176)
    assert stage.canvas.overlays.popup.isVisible()
    stage.key(Qt.Key.Key_Escape)
    assert not stage.canvas.overlays.popup.isVisible()
    assert stage.selected == ["c"]
    stage.key(Qt.Key.Key_Escape)
    assert stage.selected == []


def test_select_all_and_the_actions_that_need_a_selection(stage: Stage) -> None:
    actions = stage.canvas.actions_by_name
    assert not actions["delete"].isEnabled()
    stage.key(Qt.Key.Key_A, CTRL)
    assert len(stage.selected) == 5
    assert actions["delete"].isEnabled()
    assert not actions["rename"].isEnabled()


def test_the_badge_opens_and_closes_the_popup(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    stage.click(134, 148)
    popup = stage.canvas.overlays.popup
    assert popup.isVisible()
    assert popup.problems == (TROUBLE,)
    assert stage.canvas.tool_tip(QPointF(stage.at(134, 148))) == TROUBLE.message
    stage.click(134, 148)
    assert not popup.isVisible()


def test_the_popup_follows_the_view_and_closes_when_the_problem_is_gone(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    stage.canvas.jump_to("c")
    popup = stage.canvas.overlays.popup
    before = popup.pos()
    stage.canvas.camera.scroll(QPoint(30, 10))
    assert popup.pos() == before + QPoint(30, 10) or popup.isVisible()
    stage.workspace.set_analysis(Analysis())
    assert not popup.isVisible()


def test_cards_show_shapes_counts_and_problems(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    scene = stage.canvas.items_scene
    assert scene.links[link("b", "c")].look == "problem"
    assert scene.cards["c"].problems == (TROUBLE,)
    area = scene.cards["b"].count_area().center() + scene.cards["b"].pos()
    tip = stage.canvas.tool_tip(QPointF(stage.at(area.x(), area.y())))
    assert tip.replace("\u2009", " ") == "1 384 704 parameters, 1 384 000 trainable"


def test_the_path_to_the_selected_block_is_accented(stage: Stage) -> None:
    stage.workspace.select(("b",))
    looks = {one.target.block: item.look for one, item in stage.canvas.items_scene.links.items()}
    assert looks == {"b": "path", "c": "path", "d": "plain"}


def test_a_hovered_link_tells_its_shape(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    QTest.mouseMove(stage.canvas.viewport(), stage.at(0, 132))
    assert stage.canvas.items_scene.label.text == "28 × 28 × 32"
    QTest.mouseMove(stage.canvas.viewport(), stage.at(300, 400))
    assert not stage.canvas.items_scene.label.isVisible()


def test_a_name_is_edited_in_place(stage: Stage) -> None:
    stage.double_click(-72, 80)
    editor = stage.canvas.overlays.editor
    assert editor is not None
    typed = QInputMethodEvent()
    typed.setCommitString("Ünïque / näme")
    QApplication.sendEvent(editor, typed)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert stage.graph.blocks["b"].name == "Ünïque / näme"
    assert stage.workspace.document.undo_label == "Rename"
    assert stage.canvas.overlays.editor is None


def test_a_name_that_is_taken_is_explained_and_not_applied(stage: Stage) -> None:
    stage.workspace.select(("b",))
    stage.key(Qt.Key.Key_F2)
    editor = stage.canvas.overlays.editor
    assert editor is not None
    QTest.keyClicks(editor, "C")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert stage.canvas.overlays.editor is editor
    assert "another block" in stage.canvas.overlays.bubble.text()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert stage.canvas.overlays.editor is None
    assert stage.graph.blocks["b"].name == "B"
    assert not stage.canvas.overlays.bubble.isVisible()


def test_keys_typed_into_the_name_do_nothing_to_the_blocks(stage: Stage) -> None:
    before = stage.graph
    stage.workspace.select(("b",))
    stage.key(Qt.Key.Key_F2)
    editor = stage.canvas.overlays.editor
    assert editor is not None
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F, Qt.Key.Key_Left):
        QTest.keyClick(editor, key)
    QTest.keyClick(editor, Qt.Key.Key_A, CTRL)
    assert stage.graph is before
    assert stage.selected == ["b"]


def test_a_double_click_beside_the_name_and_f1_ask_for_help(stage: Stage) -> None:
    asked: list[str] = []
    stage.workspace.help_requested.connect(asked.append)
    stage.double_click(-118, 88)
    stage.canvas.actions_by_name["help"].trigger()
    assert asked == ["Dense", "Dense"]


def test_appending_goes_after_the_selection_and_is_brought_into_view(stage: Stage, qtbot: QtBot) -> None:
    stage.workspace.select(("b",))
    stage.canvas.camera.look_at(QPointF(5000, 5000), 1.0)
    stage.canvas.append("Dropout")
    (added,) = stage.selected
    assert link("b", added) in stage.graph.links
    assert link(added, "c") in stage.graph.links
    stage.check()
    qtbot.waitUntil(lambda: not stage.canvas.camera.is_moving)
    assert stage.canvas.viewport().rect().contains(stage.at(stage.graph.blocks[added].x, stage.graph.blocks[added].y))


def test_an_empty_canvas_invites_and_offers_templates(qtbot: QtBot) -> None:
    stage = Stage(qtbot, Graph())
    hint = stage.canvas.overlays.hint
    assert hint.isVisible()
    with qtbot.waitSignal(stage.canvas.templates_requested):
        QTest.mouseClick(hint.rows["templates"], LEFT)
    with qtbot.waitSignal(stage.canvas.open_requested):
        QTest.mouseClick(hint.rows["open"], LEFT)
    QTest.mouseClick(hint.rows["search"], LEFT)
    assert stage.canvas.search.is_open
    stage.canvas.search.close()
    stage.palette_enter("Dense", 100, 100)
    assert not hint.isVisible()
    stage.palette_leave()
    assert hint.isVisible()
    stage.canvas.append("Input")
    assert not hint.isVisible()
    stage.workspace.document.undo()
    assert hint.isVisible()


def test_jumping_selects_centres_and_tells_the_problem(stage: Stage, qtbot: QtBot) -> None:
    stage.workspace.set_analysis(WORD)
    stage.workspace.jump_requested.emit("c")
    assert stage.selected == ["c"]
    assert stage.canvas.overlays.popup.isVisible()
    qtbot.waitUntil(lambda: not stage.canvas.camera.is_moving)
    assert (stage.canvas.camera.centre() - QPointF(0, 176)).manhattanLength() < 4


def test_framing_shows_the_selection_or_all_and_100_percent_is_back(stage: Stage, qtbot: QtBot) -> None:
    stage.workspace.document.apply_graph("Move", stage.graph.with_block(replace(stage.graph.blocks["e"], x=9000)))
    stage.key(Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: not stage.canvas.camera.is_moving)
    assert 0.1 <= stage.canvas.camera.zoom < 0.2
    assert stage.canvas.viewport().rect().contains(stage.at(9000, 88))
    stage.workspace.select(("e",))
    stage.key(Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not stage.canvas.camera.is_moving)
    assert stage.canvas.camera.zoom == 1.0
    assert (stage.canvas.camera.centre() - QPointF(9000, 88)).manhattanLength() < 4
    stage.key(Qt.Key.Key_Minus, CTRL)
    stage.key(Qt.Key.Key_0, CTRL)
    qtbot.waitUntil(lambda: not stage.canvas.camera.is_moving)
    assert stage.canvas.camera.zoom == pytest.approx(1.0)


def test_the_context_menu_fits_what_is_under_the_pointer(stage: Stage) -> None:
    card = stage.canvas.menu_at(QPointF(stage.at(-100, 88)))
    assert stage.selected == ["b"]
    words = [action.text() for action in card.actions() if action.text()]
    assert words == ["Duplicate", "Copy", "Cut", "Delete", "Rename", "Disconnect", "Bypass", "Group", "Help"]
    on_link = stage.canvas.menu_at(QPointF(stage.at(0, 132)))
    on_link.actions()[0].trigger()
    assert link("b", "c") not in stage.graph.links
    empty = stage.canvas.menu_at(QPointF(stage.at(300, 400)))
    assert [action.text() for action in empty.actions() if action.text()][:3] == ["Add a block…", "Comment", "Paste"]


def test_disconnect_removes_all_links_of_the_selection(stage: Stage) -> None:
    stage.workspace.select(("b",))
    stage.canvas.actions_by_name["disconnect"].trigger()
    assert stage.graph.links == (link("c", "d"),)
    stage.check()


def test_another_project_leaves_no_stale_item(stage: Stage) -> None:
    stage.workspace.set_analysis(WORD)
    stage.canvas.jump_to("c")
    stage.canvas.rename("c")
    stage.press(-100, 88)
    stage.move(0, 300)
    stage.workspace.document.open(Project(graph=chain("a", "x")), None)
    assert stage.canvas.gesture is None
    assert stage.canvas.overlays.editor is None
    assert not stage.canvas.overlays.popup.isVisible()
    stage.release(0, 300)
    stage.check()
    stage.workspace.document.open(Project(), None)
    stage.check()


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_Up, PLAIN),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_keys_pressed_in_a_name_leave_the_network_alone(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, stage: Stage
) -> None:
    before = stage.graph
    stage.workspace.select(("b",))
    stage.canvas.rename("b")
    editor = stage.canvas.overlays.editor
    assert editor is not None
    QTest.keyClick(editor, key, modifiers)
    assert stage.graph is before
    assert stage.selected == ["b"]


def test_a_block_deleted_elsewhere_while_it_is_dragged_or_renamed(stage: Stage) -> None:
    stage.press(-100, 88)
    stage.move(0, 300)
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks({"b"}))
    stage.release(0, 300)
    stage.check()
    stage.canvas.rename("c")
    stage.workspace.document.apply_graph("Delete", stage.graph.without_blocks({"c"}))
    assert stage.canvas.overlays.editor is None
    stage.check()


def test_the_theme_repaints_the_canvas(stage: Stage) -> None:
    themes().set_mode("light")
    light = stage.canvas.grab().toImage().pixelColor(3, 3)
    themes().set_mode("dark")
    dark = stage.canvas.grab().toImage().pixelColor(3, 3)
    themes().set_mode("light")
    assert light.lightness() > 200
    assert dark.lightness() < 60


@pytest.mark.parametrize("zoom", [0.1, 0.3, 1.0, 4.0])
def test_it_paints_at_every_zoom_with_long_names_and_odd_places(qtbot: QtBot, zoom: float) -> None:
    graph = chain("a", "b", "c")
    graph = graph.with_block(Block("n", "Dense", "x" * 3000, {}, float("nan"), float("inf")))
    stage = Stage(qtbot, graph)
    stage.workspace.set_analysis(WORD)
    stage.canvas.camera.look_at(QPointF(0, 88), zoom)
    assert not stage.canvas.grab().isNull()
    card = stage.canvas.items_scene.cards["n"]
    assert card.pos() == QPointF(0, 0)


def test_a_view_of_another_size_keeps_the_network_framed_until_the_person_moves(stage: Stage) -> None:
    stage.canvas.fit_all(animated=False)
    stage.canvas.resize(600, 300)
    assert stage.canvas.viewport().rect().contains(stage.at(0, 264))
    stage.canvas.camera.scroll(QPoint(40, 0))
    centre, top = stage.canvas.camera.centre(), stage.at(0, 0).y()
    stage.canvas.resize(900, 700)
    assert abs(stage.canvas.camera.centre().x() - centre.x()) < 3
    assert stage.at(0, 0).y() == top


def test_a_lower_view_moves_only_as_far_as_the_selection_needs(stage: Stage) -> None:
    stage.canvas.camera.look_at(QPointF(0, 200), 1.0)
    top = stage.at(0, 0).y()
    stage.workspace.select(("a",))
    stage.canvas.resize(1000, 500)
    assert stage.at(0, 0).y() == top
    stage.canvas.resize(1000, 800)
    stage.workspace.select(("c",))
    lowest = stage.at(0, 176).y() + 30
    assert lowest < 800
    stage.canvas.resize(1000, lowest - 10)
    assert stage.at(0, 176).y() + 30 == stage.canvas.viewport().height() - 32
    assert stage.at(0, 0).y() == top - 42


def test_a_press_with_the_right_button_cancels_a_gesture(stage: Stage) -> None:
    before = stage.graph
    stage.press(-100, 88)
    stage.move(0, 300)
    stage.press(0, 300, PLAIN, Qt.MouseButton.RightButton)
    stage.release(0, 300)
    assert stage.graph is before
    stage.check()
