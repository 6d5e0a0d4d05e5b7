"""The search popup: each way to open it, what it offers first, what choosing does, and that closing leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import edits
from engine.catalogue import CATALOGUE
from engine.graph import Graph
from gui.canvas.link import LinkItem
from gui.canvas.search.results import in_short
from gui.canvas.search.search import Search
from tests.gui.canvas_help import LEFT, PLAIN, SHIFT, Stage, link, stage
from tests.gui.judged_stage import JudgedStage, picture

__all__ = ["picture", "stage"]
EMPTY = (340, 300)
"""A place of the scene where nothing is."""


def search_of(stage: Stage) -> Search:
    return stage.canvas.search


def types(stage: Stage) -> list[str]:
    return search_of(stage).popup.model.types


def type_text(stage: Stage, text: str) -> None:
    QTest.keyClicks(search_of(stage).popup.field, text)


def field_key(stage: Stage, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(search_of(stage).popup.field, key, modifiers)


def point_at(stage: Stage, x: float, y: float) -> None:
    for place in (stage.at(x + 20, y), stage.at(x, y)):  # the cursor may be there already
        QTest.mouseMove(stage.canvas.viewport(), place)


def space(stage: Stage, held: int) -> None:
    """Presses Space and lets it go after some milliseconds."""
    for kind, when in ((QEvent.Type.KeyPress, 1000), (QEvent.Type.KeyRelease, 1000 + held)):
        event = QKeyEvent(kind, Qt.Key.Key_Space, PLAIN, " ")
        event.setTimestamp(when)
        QApplication.sendEvent(stage.canvas, event)


def test_a_double_click_on_the_empty_canvas_opens_it_there(stage: Stage) -> None:
    stage.double_click(-250, -150)
    popup = search_of(stage).popup
    assert popup.isVisible()
    assert popup.field.hasFocus()
    assert (popup.field.mapTo(stage.canvas.viewport(), QPoint()) - stage.at(-250, -150)).manhattanLength() < 60
    assert set(types(stage)) == set(CATALOGUE)


def test_what_is_chosen_after_a_double_click_is_placed_there(stage: Stage) -> None:
    stage.double_click(*EMPTY)
    type_text(stage, "conv2")
    field_key(stage, Qt.Key.Key_Return)
    (added,) = stage.selected
    block = stage.graph.blocks[added]
    assert (block.type, block.x, block.y) == ("Conv2D", 340, 300)
    assert stage.workspace.document.undo_label == "Add Conv2D"
    assert not search_of(stage).is_open
    assert stage.canvas.hasFocus()
    stage.check()
    stage.workspace.document.undo()
    stage.check()


def test_space_tapped_opens_it_and_space_held_does_not(stage: Stage) -> None:
    space(stage, 1200)
    assert not search_of(stage).is_open
    space(stage, 80)
    assert search_of(stage).is_open
    assert search_of(stage).popup.field.text() == ""


def test_space_with_a_drag_pans_and_opens_nothing(stage: Stage) -> None:
    QTest.keyPress(stage.canvas, Qt.Key.Key_Space)
    stage.press(*EMPTY)
    stage.move(300, 320)
    stage.release(300, 320)
    QTest.keyRelease(stage.canvas, Qt.Key.Key_Space)
    assert not search_of(stage).is_open


def test_shift_a_opens_it_and_the_block_goes_after_the_selected_one(stage: Stage) -> None:
    stage.workspace.select(("b",))
    point_at(stage, *EMPTY)
    stage.key(Qt.Key.Key_A, SHIFT)
    type_text(stage, "dropout")
    field_key(stage, Qt.Key.Key_Enter)
    (added,) = stage.selected
    assert link("b", added) in stage.graph.links
    assert link("b", "c") in stage.graph.links
    assert (stage.graph.blocks[added].x, stage.graph.blocks[added].y) == EMPTY
    stage.check()


def test_shift_and_enter_places_it_free(stage: Stage) -> None:
    stage.workspace.select(("b",))
    point_at(stage, *EMPTY)
    stage.key(Qt.Key.Key_A, SHIFT)
    assert "Shift+Enter" in search_of(stage).popup.footer.text()
    type_text(stage, "dropout")
    field_key(stage, Qt.Key.Key_Return, SHIFT)
    (added,) = stage.selected
    assert not stage.graph.links_into(added)
    stage.check()


def test_with_the_pointer_on_a_card_it_goes_where_the_network_goes_on(stage: Stage) -> None:
    stage.click(-100, 88)
    stage.key(Qt.Key.Key_Space)
    type_text(stage, "dropout")
    field_key(stage, Qt.Key.Key_Return)
    (added,) = stage.selected
    assert {link("b", added), link(added, "c")} <= set(stage.graph.links)
    stage.check()


@pytest.mark.parametrize("connected", [True, False])
def test_a_double_click_on_a_link_offers_what_can_stand_there(stage: Stage, connected: bool) -> None:
    stage.double_click(0, 44)
    assert "Output" not in types(stage)
    assert "Input" not in types(stage)
    type_text(stage, "dropout")
    field_key(stage, Qt.Key.Key_Return, PLAIN if connected else SHIFT)
    (added,) = stage.selected
    assert ({link("a", added), link(added, "b")} <= set(stage.graph.links)) == connected
    assert (link("a", "b") in stage.graph.links) != connected
    assert stage.workspace.document.undo_label == ("Insert Dropout" if connected else "Add Dropout")
    stage.check()


def test_a_link_dropped_in_the_empty_is_connected_to_the_choice_in_one_step(stage: Stage) -> None:
    stage.drag((340, 118), (340, 400))
    assert search_of(stage).is_open
    assert "Input" not in types(stage)
    assert any(isinstance(item, LinkItem) for item in stage.canvas.items_scene.items())  # it hangs there meanwhile
    type_text(stage, "dense")
    field_key(stage, Qt.Key.Key_Return)
    (added,) = stage.selected
    assert link("e", added) in stage.graph.links
    assert (stage.graph.blocks[added].x, stage.graph.blocks[added].y) == (340, 432)
    stage.check()
    stage.workspace.document.undo()
    assert stage.workspace.document.undo_label == ""
    stage.check()


def test_a_link_dropped_from_an_input_offers_what_gives_data(stage: Stage) -> None:
    stage.drag((340, 58), (340, -60))
    assert "Output" not in types(stage)
    type_text(stage, "input")
    field_key(stage, Qt.Key.Key_Return)
    (added,) = stage.selected
    assert link(added, "e") in stage.graph.links
    assert stage.graph.blocks[added].y == -88
    stage.check()


def _by_escape(stage: Stage) -> None:
    field_key(stage, Qt.Key.Key_Escape)


def _by_a_click_outside(stage: Stage) -> None:
    stage.click(-250, 400)


def _by_undo(stage: Stage) -> None:
    assert stage.canvas.cancel_gesture()


def _by_a_change(stage: Stage) -> None:
    stage.workspace.document.apply_graph("Rename", edits.rename_block(stage.graph, "e", "Loose"))


@pytest.mark.parametrize("leave", [_by_escape, _by_a_click_outside, _by_undo, _by_a_change])
def test_closing_it_leaves_no_trace(stage: Stage, leave: Callable[[Stage], None]) -> None:
    before = stage.graph
    stage.drag((340, 118), (340, 400))
    type_text(stage, "dense")
    leave(stage)
    assert not search_of(stage).is_open
    assert not search_of(stage).popup.isVisible()
    assert stage.graph.links == before.links
    assert stage.graph.blocks.keys() == before.blocks.keys()
    stage.check()


def test_focus_that_goes_elsewhere_closes_it(stage: Stage) -> None:
    stage.double_click(*EMPTY)
    stage.canvas.setFocus()
    assert not search_of(stage).is_open


def test_keys_typed_into_it_do_nothing_to_the_canvas(stage: Stage) -> None:
    stage.workspace.select(("b",))
    before = stage.graph
    stage.key(Qt.Key.Key_A, SHIFT)
    for key in (Qt.Key.Key_D, Qt.Key.Key_A, Qt.Key.Key_X):
        field_key(stage, key, Qt.KeyboardModifier.ControlModifier)
    field_key(stage, Qt.Key.Key_Delete)
    field_key(stage, Qt.Key.Key_F2)
    assert stage.graph is before
    assert stage.selected == ["b"]
    assert search_of(stage).is_open


def test_arrows_and_pages_move_through_the_results(stage: Stage) -> None:
    stage.double_click(*EMPTY)
    results = search_of(stage).popup.list
    field_key(stage, Qt.Key.Key_Up)
    assert results.currentIndex().row() == 0
    field_key(stage, Qt.Key.Key_Down)
    assert results.currentIndex().row() == 1
    field_key(stage, Qt.Key.Key_PageDown)
    assert results.currentIndex().row() > 4
    for _ in range(9):
        field_key(stage, Qt.Key.Key_PageDown)
    assert results.currentIndex().row() == len(CATALOGUE) - 1
    field_key(stage, Qt.Key.Key_PageUp)
    assert results.currentIndex().row() < len(CATALOGUE) - 1


@pytest.mark.parametrize("modifiers", [PLAIN, SHIFT])
def test_a_click_on_a_result_chooses_it(stage: Stage, modifiers: Qt.KeyboardModifier) -> None:
    stage.drag((340, 118), (340, 400))
    results = search_of(stage).popup.list
    index = search_of(stage).popup.model.index(2, 0)
    chosen = types(stage)[2]
    QTest.mouseClick(results.viewport(), LEFT, modifiers, results.visualRect(index).center())
    (added,) = stage.selected
    assert stage.graph.blocks[added].type == chosen
    assert bool(stage.graph.links_into(added)) == (modifiers == PLAIN)
    stage.check()


def test_a_word_that_finds_nothing_says_so_and_enter_does_nothing(stage: Stage) -> None:
    before = stage.graph
    stage.double_click(*EMPTY)
    type_text(stage, "quantum")
    field_key(stage, Qt.Key.Key_Return)
    assert search_of(stage).popup.nothing.isVisible()
    assert search_of(stage).is_open
    assert stage.graph is before


def test_it_stays_inside_the_canvas(stage: Stage) -> None:
    for x, y in ((590, 540), (-390, 540), (590, -240)):
        stage.double_click(x, y)
        place = search_of(stage).popup.geometry().adjusted(16, 16, -16, -16)
        assert stage.canvas.viewport().rect().contains(place), (x, y)
        field_key(stage, Qt.Key.Key_Escape)


def test_what_was_used_last_is_offered_first(stage: Stage) -> None:
    for _ in range(2):
        stage.double_click(*EMPTY)
        first = types(stage)[0]
        type_text(stage, "gru")
        field_key(stage, Qt.Key.Key_Return)
        stage.workspace.document.undo()
    assert first == "GRU"


def test_what_fits_the_shape_comes_first_with_the_shape_that_it_gives(picture: JudgedStage) -> None:
    picture.drag((0, 118), (0, 400))
    picture.answer()
    model = search_of(picture).popup.model
    said = {name: model.verdict(model.index(row, 0)) for row, name in enumerate(types(picture))}
    assert said["Conv2D"].shape == "24 × 24 × 32"
    assert said["Flatten"].shape == "21632"
    assert "picture" in said["LSTM"].reason
    assert "Conv2D 'Features'" in said["LSTM"].reason
    fitting = [said[name].fits for name in types(picture)]
    assert fitting == sorted(fitting, reverse=True)
    assert said["Add"].fits
    type_text(picture, "lstm")
    field_key(picture, Qt.Key.Key_Return)
    assert link("b", picture.selected[0]) in picture.graph.links  # what does not fit can be chosen all the same


def test_the_judges_answer_does_not_move_the_row_that_a_person_went_to(picture: JudgedStage) -> None:
    picture.drag((0, 118), (0, 400))
    results = search_of(picture).popup.list
    before = types(picture)
    for _ in range(before.index("Flatten")):
        field_key(picture, Qt.Key.Key_Down)
    row = results.currentIndex().row()
    picture.answer()
    assert types(picture) != before
    assert (results.current_type, results.currentIndex().row()) == ("Flatten", row)


def test_on_a_link_what_follows_must_still_fit(picture: JudgedStage) -> None:
    picture.double_click(0, 44)
    picture.answer()
    model = search_of(picture).popup.model
    said = {name: model.verdict(model.index(row, 0)) for row, name in enumerate(types(picture))}
    assert said["MaxPooling2D"].fits
    assert "Features" in said["Flatten"].reason


def test_what_does_not_fit_the_selected_block_is_placed_without_a_link(picture: JudgedStage) -> None:
    picture.workspace.select(("b",))
    point_at(picture, *EMPTY)
    picture.key(Qt.Key.Key_Space)
    picture.answer()
    type_text(picture, "lstm")
    assert "unconnected" in search_of(picture).popup.footer.text()
    field_key(picture, Qt.Key.Key_Return)
    assert not picture.graph.links_into(picture.selected[0])


def test_an_answer_that_comes_late_is_not_minded(picture: JudgedStage) -> None:
    picture.drag((0, 118), (0, 400))
    field_key(picture, Qt.Key.Key_Escape)
    picture.answer()
    assert not search_of(picture).is_open


def test_an_empty_canvas_offers_an_input_first(qtbot: QtBot) -> None:
    stage = Stage(qtbot, Graph())
    stage.canvas.camera.look_at(QPointF(), 1.0)
    stage.key(Qt.Key.Key_Space)
    assert types(stage)[0] == "Input"
    field_key(stage, Qt.Key.Key_Return)
    assert [block.type for block in stage.graph.blocks.values()] == ["Input"]


def test_the_context_menus_of_canvas_and_link_lead_to_it(stage: Stage) -> None:
    for place, inside in (((340, 300), False), ((0, 44), True)):
        QTest.mouseClick(stage.canvas.viewport(), Qt.MouseButton.RightButton, PLAIN, stage.at(*place))
        menu = stage.canvas.menu_at(QPointF(stage.at(*place)))
        next(action for action in menu.actions() if action.text().startswith("Add a block")).trigger()
        assert ("Input" in types(stage)) != inside
        stage.canvas.cancel_gesture()
        menu.close()


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        (
            "LSTM needs a sequence (time, features), but Conv2D gives a picture (26 × 26 × 32). Put a Reshape.",
            "needs a sequence (time, features)",
        ),
        (
            "Add has only one input, so there is nothing to merge. Draw.",
            "has only one input, so there is nothing to merge",
        ),
    ],
)
def test_a_sentence_comes_down_to_what_is_needed(sentence: str, short: str) -> None:
    assert in_short(sentence, sentence.split(maxsplit=1)[0]) == short


def test_the_free_end_of_a_network_decides_what_fits_where_nothing_is_selected(picture: JudgedStage) -> None:
    picture.workspace.document.apply_graph("x", picture.graph.without_blocks(("e",)))
    picture.double_click(*EMPTY)
    picture.answer()
    model = search_of(picture).popup.model
    assert model.verdict(model.index(types(picture).index("Flatten"), 0)).shape == "21632"


def test_where_data_flow_to_the_right_the_new_card_begins_where_the_link_was_dropped(stage: Stage) -> None:
    stage.workspace.document.apply_graph("x", replace(stage.graph, direction="right"))
    stage.canvas.camera.look_at(QPointF(500, 200), 1.0)
    stage.drag((476, 88), (600, 300))
    type_text(stage, "dense")
    field_key(stage, Qt.Key.Key_Return)
    (added,) = stage.selected
    assert link("e", added) in stage.graph.links
    assert (stage.graph.blocks[added].x, stage.graph.blocks[added].y) == (736, 300)
    stage.check()


def test_undo_in_a_new_search_does_not_bring_back_the_text_of_the_last(stage: Stage) -> None:
    search_of(stage).open_free()
    type_text(stage, "pool")
    search_of(stage).close()
    search_of(stage).open_free()
    QTest.keyClick(search_of(stage).popup.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert search_of(stage).popup.field.text() == ""
