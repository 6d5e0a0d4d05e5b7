"""Groups on the canvas, worked with mouse and keys: made, named, opened, moved, joined and left, taken apart."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import groups
from engine.graph import Block, PortRef
from engine.judge.report import Analysis, BlockReport, Problem
from gui.canvas.geometry import BADGE
from gui.canvas.rename import NameEditor
from gui.theme import GROUP_COLOURS
from tests.gui.canvas_help import PLAIN, SHIFT, Stage, chain, link

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """Input `a`, Dense `b`, `c`, `d` in a group, Dense `e`, Output `f`, and a loose Dense `g` beside them."""
    graph = chain("a", "b", "c", "d", "e", "f").with_block(Block("g", "Dense", "G", {}, 400, 88))
    graph, _ = groups.group_blocks(graph, ["b", "c", "d"])
    made = Stage(qtbot, graph)
    made.canvas.camera.look_at(QPointF(150, 300), 1.0)
    yield made
    made.canvas.cancel_gesture()


def group(stage: Stage) -> str:
    (key,) = stage.graph.groups
    return key


def title(stage: Stage) -> tuple[float, float]:
    """A place in the title bar."""
    area = stage.canvas.items_scene.groups.frames[group(stage)].area
    return area.center().x() + 40, area.top() + 16


def chevron(stage: Stage) -> tuple[float, float]:
    frame = stage.canvas.items_scene.groups.frames[group(stage)]
    place = frame.pos() + frame.chevron_area().center()
    return place.x(), place.y()


def card(stage: Stage) -> tuple[float, float]:
    """The middle of the collapsed group's card."""
    place = stage.canvas.items_scene.groups.cards[group(stage)].pos()
    return place.x(), place.y()


def collapse(stage: Stage) -> None:
    stage.click(*chevron(stage))


def place(stage: Stage, block: str) -> tuple[float, float]:
    return stage.graph.blocks[block].x, stage.graph.blocks[block].y


def place_between(stage: Stage, above: str, below: str) -> float:
    """Half-way down between two blocks."""
    return (place(stage, above)[1] + place(stage, below)[1]) / 2


def editor(stage: Stage) -> NameEditor:
    found = stage.canvas.overlays.editor
    assert isinstance(found, NameEditor)
    return found


def test_ctrl_g_groups_the_selection_and_asks_for_a_name(stage: Stage) -> None:
    stage.workspace.select(("e", "f"))
    stage.key(Qt.Key.Key_G, CTRL)
    assert stage.workspace.document.undo_label == "Group"
    QTest.keyClicks(editor(stage), "Head")
    QTest.keyClick(editor(stage), Qt.Key.Key_Return)
    assert {one.name for one in stage.graph.groups.values()} == {"Group", "Head"}
    stage.check()
    stage.workspace.document.undo()
    stage.workspace.document.undo()
    assert len(stage.graph.groups) == 1
    stage.check()


def test_esc_in_the_name_of_a_new_group_keeps_the_group(stage: Stage) -> None:
    stage.workspace.select(("e",))
    stage.key(Qt.Key.Key_G, CTRL)
    QTest.keyClicks(editor(stage), "nothing")
    QTest.keyClick(editor(stage), Qt.Key.Key_Escape)
    assert [one.name for one in stage.graph.groups.values()] == ["Group", "Group 2"]
    assert stage.canvas.overlays.editor is None
    stage.check()


def test_an_empty_name_is_refused_where_it_is_typed(stage: Stage) -> None:
    stage.double_click(*title(stage))
    QTest.keyClick(editor(stage), Qt.Key.Key_Delete)
    QTest.keyClick(editor(stage), Qt.Key.Key_Return)
    assert editor(stage).property("role") == "rename-invalid"
    QTest.keyClick(editor(stage), Qt.Key.Key_Escape)
    assert stage.graph.groups[group(stage)].name == "Group"


def test_ctrl_shift_g_takes_a_group_apart(stage: Stage) -> None:
    stage.workspace.select(("c",))
    stage.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert not stage.graph.groups
    stage.check()
    stage.workspace.document.undo()
    stage.check()


def test_a_click_on_the_title_selects_the_group_and_f2_renames_it(stage: Stage) -> None:
    stage.click(*title(stage))
    assert stage.selected == ["b", "c", "d"]
    stage.check()
    stage.key(Qt.Key.Key_F2)
    QTest.keyClicks(editor(stage), "Encoder")
    QTest.keyClick(editor(stage), Qt.Key.Key_Return)
    assert stage.graph.groups[group(stage)].name == "Encoder"


def test_the_chevron_collapses_and_a_double_click_on_the_card_opens(stage: Stage) -> None:
    before = stage.graph
    collapse(stage)
    assert stage.graph.groups[group(stage)].collapsed
    stage.check()
    stage.double_click(*card(stage))
    assert stage.graph == before
    stage.check()


def test_e_collapses_the_group_of_a_selected_block_and_opens_it(stage: Stage) -> None:
    stage.workspace.select(("c",))
    stage.key(Qt.Key.Key_E)
    assert stage.graph.groups[group(stage)].collapsed
    assert stage.canvas.actions_by_name["collapse"].isChecked()
    stage.check()
    stage.key(Qt.Key.Key_E)
    assert not stage.graph.groups[group(stage)].collapsed
    stage.check()


def test_the_chevron_of_a_collapsed_card_opens_it(stage: Stage) -> None:
    collapse(stage)
    item = stage.canvas.items_scene.groups.cards[group(stage)]
    at = item.pos() + item.chevron_area().center()
    stage.click(at.x(), at.y())
    assert not stage.graph.groups[group(stage)].collapsed


def test_links_across_the_border_end_at_the_collapsed_card(stage: Stage) -> None:
    collapse(stage)
    x, y = card(stage)
    scene = stage.canvas.items_scene
    assert scene.links[link("a", "b")].end == QPointF(x, y - 30)
    assert scene.links[link("d", "e")].start == QPointF(x, y + 30)
    assert not scene.links[link("b", "c")].isVisible()


def test_dragging_the_title_moves_the_whole_group_in_one_step(stage: Stage) -> None:
    x, y = title(stage)
    before = {key: place(stage, key) for key in "bcd"}
    stage.press(x, y)
    stage.move(x + 200, y + 40)
    area = stage.canvas.items_scene.groups.frames[group(stage)].area
    assert area.left() == before["b"][0] + 200 - 136 - groups.PADDING
    stage.release(x + 200, y + 40)
    assert {key: place(stage, key) for key in "bcd"} == {key: (at[0] + 200, at[1] + 40) for key, at in before.items()}
    assert stage.graph.members(group(stage)) == ("b", "c", "d")
    stage.check()
    stage.workspace.document.undo()
    assert {key: place(stage, key) for key in "bcd"} == before
    stage.check()


def test_dragging_the_empty_ground_of_a_frame_moves_the_group(stage: Stage) -> None:
    area = stage.canvas.items_scene.groups.frames[group(stage)].area
    start = (area.left() + 6, area.center().y())
    stage.drag(start, (start[0] - 60, start[1]))
    assert {place(stage, key)[0] for key in "bcd"} == {-60}
    stage.check()


def test_shift_and_a_drag_inside_a_frame_select_by_box(stage: Stage) -> None:
    area = stage.canvas.items_scene.groups.frames[group(stage)].area
    x, y = area.left() + 4, place(stage, "c")[1]
    stage.press(x, y, SHIFT)
    stage.move(x + 40, y + 4)
    stage.release(x + 40, y + 4)
    assert stage.selected == ["c"]


def test_esc_while_a_group_is_dragged_leaves_no_trace(stage: Stage) -> None:
    before = stage.graph
    x, y = title(stage)
    stage.press(x, y)
    stage.move(x + 200, y + 40)
    stage.key(Qt.Key.Key_Escape)
    stage.release(x + 200, y + 40)
    assert stage.graph is before
    stage.check()


def test_a_collapsed_card_is_dragged_like_any_card(stage: Stage) -> None:
    collapse(stage)
    x, y = card(stage)
    stage.drag((x, y), (x + 100, y + 20))
    moved = card(stage)
    assert math.dist(moved, (x + 100, y + 20)) < 12  # it may have snapped
    assert stage.selected == ["b", "c", "d"]
    stage.check()
    stage.press(*moved)
    stage.move(x, y)
    stage.key(Qt.Key.Key_Escape)
    assert card(stage) == moved
    stage.check()


def test_a_card_dropped_inside_a_frame_joins_the_group_in_the_same_step(stage: Stage) -> None:
    x, y = place(stage, "c")
    stage.press(400, 88)
    stage.move(x + 60, y)
    frame = stage.canvas.items_scene.groups.frames[group(stage)]
    assert frame.lit
    stage.release(x + 60, y)
    assert stage.graph.blocks["g"].group == group(stage)
    stage.check()
    stage.workspace.document.undo()
    assert stage.graph.blocks["g"].group == ""
    assert place(stage, "g") == (400, 88)
    stage.check()


def test_a_block_dropped_from_the_palette_inside_a_frame_joins_the_group(stage: Stage) -> None:
    area = stage.canvas.items_scene.groups.frames[group(stage)].area
    place = (area.right() - 8, place_between(stage, "c", "d"))
    stage.palette_enter("Dropout", *place)
    stage.palette_move(*place)
    stage.palette_drop(*place)
    made = stage.selected[0]
    assert stage.graph.blocks[made].group == group(stage)
    stage.check()
    stage.workspace.document.undo()
    stage.check()


def test_esc_over_a_frame_joins_nothing(stage: Stage) -> None:
    before = stage.graph
    x, y = place(stage, "c")
    stage.press(400, 88)
    stage.move(x + 60, y)
    stage.key(Qt.Key.Key_Escape)
    stage.release(x + 60, y)
    assert stage.graph is before
    stage.check()


def test_alt_moves_a_card_into_a_frame_without_joining(stage: Stage) -> None:
    x, y = place(stage, "c")
    stage.press(400, 88)
    stage.move(x + 60, y)
    stage.release(x + 60, y, ALT)
    assert stage.graph.blocks["g"].group == ""
    stage.check()


def test_a_card_dragged_out_of_its_frame_leaves_the_group(stage: Stage) -> None:
    x, y = place(stage, "c")
    stage.press(x, y)
    stage.move(x + 40, y)
    assert stage.canvas.items_scene.groups.frames[group(stage)].lit
    stage.move(x + 400, y)
    assert not stage.canvas.items_scene.groups.frames[group(stage)].lit
    stage.release(x + 400, y)
    assert stage.graph.members(group(stage)) == ("b", "d")
    stage.check()


def test_a_card_moved_within_its_frame_stays_in_the_group(stage: Stage) -> None:
    x, y = place(stage, "c")
    stage.drag((x, y), (x + 60, y + 12))
    assert stage.graph.members(group(stage)) == ("b", "c", "d")
    stage.check()


def test_a_box_over_the_collapsed_card_selects_all_its_members(stage: Stage) -> None:
    collapse(stage)
    x, y = card(stage)
    stage.drag((x - 170, y - 8), (x - 120, y + 8))
    assert stage.selected == ["b", "c", "d"]
    stage.check()


def test_a_link_is_drawn_from_and_to_the_ports_of_a_collapsed_card(stage: Stage) -> None:
    stage.workspace.document.apply_graph("", stage.graph.without_links([link("d", "e"), link("a", "b")]))
    collapse(stage)
    x, y = card(stage)
    stage.drag((x, y + 30), (400, 58))
    assert link("d", "g") in stage.graph.links
    stage.drag((place(stage, "a")[0], place(stage, "a")[1] + 30), (x, y - 30))
    assert link("a", "b") in stage.graph.links
    stage.check()


def test_a_link_dropped_on_a_collapsed_card_goes_to_its_first_fitting_port(stage: Stage) -> None:
    stage.workspace.document.apply_graph("", stage.graph.without_links([link("a", "b")]))
    collapse(stage)
    x, y = card(stage)
    stage.drag((place(stage, "a")[0], place(stage, "a")[1] + 30), (x + 60, y))
    assert link("a", "b") in stage.graph.links


def test_only_ports_at_the_border_light_up_while_a_link_is_dragged(stage: Stage) -> None:
    collapse(stage)
    item = stage.canvas.items_scene.groups.cards[group(stage)]
    stage.press(400, 118)
    stage.move(420, 300)
    assert item.lights["input", PortRef("b", "input")] == "fits"
    assert item.lights["output", PortRef("d", "output")] == "dim"
    stage.key(Qt.Key.Key_Escape)
    stage.check()


def test_delete_removes_a_group_with_its_blocks_and_heals_the_chain(stage: Stage) -> None:
    collapse(stage)
    stage.click(*card(stage))
    stage.key(Qt.Key.Key_Delete)
    assert not stage.graph.groups
    assert stage.graph.links == (link("a", "e"), link("e", "f"))
    stage.check()
    stage.workspace.document.undo()
    stage.check()


def test_a_collapsed_group_is_duplicated_copied_and_pasted_as_one(stage: Stage) -> None:
    collapse(stage)
    stage.click(*card(stage))
    stage.key(Qt.Key.Key_D, CTRL)
    assert len(stage.graph.groups) == 2
    stage.check()
    stage.key(Qt.Key.Key_C, CTRL)
    stage.key(Qt.Key.Key_V, CTRL)
    assert [one.collapsed for one in stage.graph.groups.values()] == [True] * 3
    stage.check()
    QApplication.clipboard().clear()


def test_a_problem_in_a_collapsed_group_is_told_at_its_card(stage: Stage) -> None:
    problem = Problem("error", "c", "Something is wrong with 'C'.")
    stage.workspace.set_analysis(Analysis({"c": BlockReport(((8,),), parameters=72)}, (problem,)))
    collapse(stage)
    item = stage.canvas.items_scene.groups.cards[group(stage)]
    assert item.facts.problems == (problem,)
    stage.workspace.select(())
    stage.workspace.jump_requested.emit("c")
    assert stage.selected == ["c"]
    assert stage.graph.groups[group(stage)].collapsed
    popup = stage.canvas.overlays.popup
    assert popup.block == "c"
    shown = stage.canvas.viewportTransform().map(item.pos())
    assert abs(popup.geometry().center().x() - shown.x()) < 8
    stage.key(Qt.Key.Key_Escape)
    x, y = card(stage)
    stage.click(x + 134, y - 28)
    assert popup.block == "c"


def test_the_context_menu_of_a_group_colours_it_and_nests_it(stage: Stage) -> None:
    x, y = title(stage)
    menu = stage.canvas.menu_at(QPointF(stage.at(x, y)))
    assert stage.selected == ["b", "c", "d"]
    by_text: dict[str, QAction] = {action.text(): action for action in menu.actions()}
    assert {"Rename", "Collapsed", "Ungroup", "Delete", "Colour", "Nested model in the export"} <= by_text.keys()
    by_text["Nested model in the export"].trigger()
    colours = next(action for action in menu.actions() if action.text() == "Colour").menu()
    colours.actions()[3].trigger()  # type: ignore[attr-defined]  # PySide gives a QObject
    shown = stage.graph.groups[group(stage)]
    assert shown.nested
    assert shown.colour == groups.COLOURS[3]
    stage.check()


def test_every_colour_of_groups_is_one_of_the_theme_s() -> None:
    assert set(groups.COLOURS) == set(GROUP_COLOURS)


def test_arrow_keys_move_a_collapsed_group(stage: Stage) -> None:
    collapse(stage)
    x, y = card(stage)
    stage.click(x, y)
    stage.key(Qt.Key.Key_Right)
    assert card(stage) == (x + 4, y)
    stage.check()


def test_a_single_member_does_not_pull_its_collapsed_card_away(stage: Stage) -> None:
    collapse(stage)
    at = card(stage)
    stage.workspace.select(("b", "e"))
    stage.key(Qt.Key.Key_Right, PLAIN)
    assert card(stage) == at
    stage.check()


def test_a_card_dropped_with_ctrl_joins_as_one_from_the_palette_does(stage: Stage) -> None:
    x, y = place(stage, "c")
    stage.press(400, 88)
    stage.move(x + 60, y)
    stage.release(x + 60, y, CTRL)
    assert stage.graph.blocks["g"].group == group(stage)
    stage.check()


def test_the_badge_of_a_collapsed_group_tells_the_problems_of_all_its_blocks(stage: Stage) -> None:
    collapse(stage)
    first, second = Problem("error", "b", "First."), Problem("warning", "d", "Second.")
    stage.workspace.set_analysis(Analysis(problems=(first, second)))
    x, y = card(stage)
    stage.click(x + BADGE.x(), y + BADGE.y())
    popup = stage.canvas.overlays.popup
    assert popup.problems == (first, second)
    assert sorted(stage.selected) == ["b", "c", "d"]
    stage.click(x + BADGE.x(), y + BADGE.y())
    assert not popup.isVisible()


def test_rename_says_why_a_block_in_a_collapsed_group_has_no_editor(stage: Stage, qtbot: QtBot) -> None:
    collapse(stage)
    stage.workspace.select(("c",))
    name, home = stage.graph.blocks["c"].name, stage.graph.groups[group(stage)].name
    with qtbot.waitSignal(stage.workspace.message_posted) as posted:
        stage.key(Qt.Key.Key_F2)
    assert posted.args == [f"'{name}' is inside the collapsed group '{home}'. Open it with E first."]
    assert stage.canvas.overlays.editor is None
