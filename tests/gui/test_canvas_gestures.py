"""Every gesture of the mouse on the canvas: its start, its end, and Esc in its middle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.graph import Block, Graph, Link, PortRef
from tests.gui.canvas_help import MIDDLE, PLAIN, SHIFT, Stage, chain, link, stage

__all__ = ["stage"]
ESCAPE = Qt.Key.Key_Escape


def test_moving_a_card_is_one_edit_on_the_grid(stage: Stage) -> None:
    stage.drag((-100, 88), (-39, 121))
    assert (stage.graph.blocks["b"].x, stage.graph.blocks["b"].y) == (60, 120)
    assert stage.selected == ["b"]
    assert stage.workspace.document.undo_label == "Move"
    stage.check()
    stage.workspace.document.undo()
    assert stage.workspace.document.undo_label == ""
    stage.check()


def test_only_items_move_until_the_release(stage: Stage) -> None:
    before = stage.graph
    stage.press(-100, 88)
    stage.move(0, 300)
    assert stage.graph is before
    assert stage.canvas.items_scene.cards["b"].pos() == QPointF(100, 300)
    assert stage.canvas.items_scene.links[link("a", "b")].end == QPointF(100, 270)
    stage.release(0, 300)
    assert stage.graph.blocks["b"].x == 100


def test_selected_cards_move_together(stage: Stage) -> None:
    stage.workspace.select(("b", "c"))
    stage.drag((-100, 88), (-20, 88))
    assert [stage.graph.blocks[key].x for key in "abcd"] == [0, 80, 80, 0]
    assert stage.workspace.document.undo_label == "Move 2 blocks"
    stage.check()


def test_many_cards_move_together_with_their_links_and_come_back_with_escape(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain(*(f"b{i}" for i in range(60))))
    stage.workspace.select(stage.graph.blocks)
    before = stage.graph
    stage.press(-100, 88)
    stage.move(-40, 128)
    card = stage.canvas.items_scene.cards["b59"]
    assert card.pos().toTuple() == (60, 59 * 88 + 40)
    stage.key(ESCAPE)
    stage.release(-40, 128)
    assert stage.graph is before
    stage.check()
    stage.workspace.select(stage.graph.blocks)
    stage.drag((-100, 88), (-20, 128))
    assert {block.x for block in stage.graph.blocks.values()} == {80}
    stage.check()


def test_escape_in_the_middle_of_a_move_leaves_no_trace(stage: Stage) -> None:
    before = stage.graph
    stage.press(-100, 88)
    stage.move(10, 300)
    stage.key(ESCAPE)
    stage.check()
    stage.move(20, 320)
    stage.release(20, 320)
    assert stage.graph is before
    assert stage.selected == []
    stage.check()


def test_undo_in_the_middle_of_a_move_cancels_it(stage: Stage) -> None:
    stage.drag((-100, 88), (0, 88))
    stage.press(0, 88)
    stage.move(50, 400)
    stage.workspace.document.undo()
    assert stage.canvas.gesture is None
    stage.check()
    stage.release(50, 400)
    assert stage.graph.blocks["b"].x == 0
    stage.check()


def test_a_drag_of_ten_thousand_pixels_stays_consistent(stage: Stage) -> None:
    stage.drag((-100, 88), (9900, 88))
    assert stage.graph.blocks["b"].x == 10000
    stage.check()


def test_a_click_selects_one_and_shift_adds_and_takes_away(stage: Stage) -> None:
    stage.click(-100, 88)
    stage.click(-100, 176, SHIFT)
    assert stage.selected == ["b", "c"]
    stage.click(-100, 88, SHIFT)
    assert stage.selected == ["c"]
    stage.click(300, 400)
    assert stage.selected == []
    assert stage.workspace.document.undo_label == ""


def test_a_box_selects_what_it_touches(stage: Stage) -> None:
    stage.press(-200, 40)
    stage.move(-100, 180)
    assert stage.canvas.items_scene.cards["b"].selected
    assert stage.selected == []
    stage.release(-100, 180)
    assert stage.selected == ["b", "c"]
    stage.check()


def test_escape_in_the_middle_of_a_box_keeps_the_selection(stage: Stage) -> None:
    stage.workspace.select(("e",))
    stage.press(-200, 40)
    stage.move(-100, 180)
    stage.key(ESCAPE)
    assert stage.selected == ["e"]
    stage.check()


def test_a_link_is_drawn_from_an_output_and_snaps_to_an_input(stage: Stage) -> None:
    stage.drag((0, 118), (350, 45))
    assert link("b", "e") in stage.graph.links
    assert stage.workspace.document.undo_label == "Connect"
    stage.check()


def test_a_link_is_drawn_from_an_input_to_an_output(stage: Stage) -> None:
    stage.drag((340, 58), (0, 30))
    assert link("a", "e") in stage.graph.links
    stage.check()


def test_a_link_dropped_on_a_card_goes_to_its_first_fitting_port(stage: Stage) -> None:
    stage.drag((0, 30), (300, 95))
    assert link("a", "e") in stage.graph.links


def test_fitting_ports_light_up_and_the_others_say_why_not(stage: Stage) -> None:
    stage.press(0, 206)  # the output of c
    stage.move(-60, 80)  # over b, which leads to c
    assert stage.light("e", "input") == "fits"
    assert stage.light("b", "input") == "dim"
    assert stage.light("e", "output") == "dim"
    assert "circle" in stage.canvas.overlays.bubble.text()
    assert stage.canvas.overlays.bubble.isVisible()
    stage.move(340, 70)
    assert stage.light("e", "input") == "target"
    assert not stage.canvas.overlays.bubble.isVisible()
    stage.key(ESCAPE)
    stage.check()
    assert not stage.canvas.overlays.bubble.isVisible()


def test_a_link_dropped_where_nothing_fits_changes_nothing(stage: Stage) -> None:
    before = stage.graph
    stage.drag((0, 206), (-60, 80))
    assert stage.graph is before
    stage.check()


def test_an_occupied_input_gives_its_link_away(stage: Stage) -> None:
    stage.drag((0, 146), (340, 58))  # from the input of c to that of e
    assert link("b", "c") not in stage.graph.links
    assert link("b", "e") in stage.graph.links
    assert stage.workspace.document.undo_label == "Move link"
    stage.workspace.document.undo()
    assert link("b", "c") in stage.graph.links
    stage.check()


def test_a_link_taken_off_and_dropped_in_the_empty_is_removed(stage: Stage) -> None:
    stage.press(0, 146)
    stage.move(300, 400)
    assert not stage.canvas.items_scene.links[link("b", "c")].isVisible()
    stage.release(300, 400)
    assert link("b", "c") not in stage.graph.links
    assert stage.workspace.document.undo_label == "Disconnect"
    stage.check()


def test_a_link_taken_off_comes_back_with_escape_and_where_it_was(stage: Stage) -> None:
    before = stage.graph
    stage.press(0, 146)
    stage.move(300, 400)
    stage.key(ESCAPE)
    stage.check()
    stage.release(300, 400)
    stage.press(0, 146)
    stage.move(300, 400)
    stage.move(0, 146)
    stage.release(0, 146)
    assert stage.graph is before
    stage.check()


def test_a_link_is_pulled_off_at_its_nearer_end(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b", "c", step=160).with_block(Block("e", "Dense", "E", {}, 340, 160)))
    stage.drag((0, 55), (340, 190))  # the upper end of a → b goes to the output of e
    assert link("e", "b") in stage.graph.links
    assert link("a", "b") not in stage.graph.links
    stage.check()


def test_an_input_that_takes_many_links_begins_a_new_one(qtbot: QtBot) -> None:
    many = Link(PortRef("a", "output"), PortRef("add", "inputs"))
    graph = Graph().with_blocks(
        [
            Block("a", "Input", "A", {}, 0, 0),
            Block("b", "Dense", "B", {}, 340, 0),
            Block("add", "Add", "Add", {}, 0, 150),
        ]
    )
    stage = Stage(qtbot, graph.with_link(many))
    stage.drag((0, 120), (340, 30))
    assert stage.graph.links == (many, Link(PortRef("b", "output"), PortRef("add", "inputs")))


@pytest.mark.parametrize("with_space", [False, True])
def test_panning_moves_the_view_and_nothing_else(stage: Stage, with_space: bool) -> None:
    before, centre = stage.graph, stage.canvas.camera.centre()
    button = Qt.MouseButton.LeftButton if with_space else MIDDLE
    if with_space:
        stage.canvas.keyPressEvent(_space())
    start = stage.at(0, 88)
    stage.press(0, 88, PLAIN, button)
    for step in range(1, 6):
        _move(stage, start + QPoint(20, 10) * step)
    _release(stage, start + QPoint(100, 50), button)
    assert stage.canvas.camera.centre() == centre - QPointF(100, 50)
    assert stage.graph is before
    assert stage.selected == []


def test_escape_in_the_middle_of_panning_goes_back(stage: Stage) -> None:
    centre = stage.canvas.camera.centre()
    start = stage.at(0, 88)
    stage.press(0, 88, PLAIN, MIDDLE)
    _move(stage, start + QPoint(120, 40))
    stage.key(ESCAPE)
    assert stage.canvas.camera.centre() == centre


def _space() -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, PLAIN, " ")


def _move(stage: Stage, place: QPoint) -> None:
    QTest.mouseMove(stage.canvas.viewport(), place)


def _release(stage: Stage, place: QPoint, button: Qt.MouseButton) -> None:
    QTest.mouseRelease(stage.canvas.viewport(), button, PLAIN, place)


def test_a_block_dropped_from_the_palette_is_centred_there_and_selected(stage: Stage) -> None:
    assert stage.palette_enter("Dense", 300, 200).isAccepted()
    stage.palette_move(321, 303)
    assert len(stage.canvas.items_scene.cards) == 5  # the ghost is no card of the network
    stage.palette_drop(321, 303)
    (added,) = stage.workspace.selection
    block = stage.graph.blocks[added]
    assert (block.type, block.x, block.y) == ("Dense", 320, 304)
    assert stage.workspace.document.undo_label == "Add Dense"
    stage.check()


def test_a_palette_drag_that_leaves_or_is_escaped_leaves_no_ghost(stage: Stage) -> None:
    before = stage.graph
    stage.palette_enter("Dense", 300, 200)
    stage.palette_leave()
    stage.check()
    stage.palette_enter("Dense", 300, 200)
    stage.key(ESCAPE)
    stage.palette_drop(300, 200)
    assert stage.graph is before
    stage.check()


def test_an_unknown_type_is_not_taken_from_a_drag(stage: Stage) -> None:
    assert not stage.palette_enter("NoSuchBlock", 0, 0).isAccepted()
    assert stage.canvas.gesture is None


def _wheel(stage: Stage, place: QPoint, angle: QPoint, pixels: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(stage.canvas.viewport().mapToGlobal(place)), pixels, angle,
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage.canvas.viewport(), event)


def test_the_wheel_zooms_at_the_pointer(stage: Stage) -> None:
    zooms: list[float] = []
    stage.canvas.zoom_changed.connect(zooms.append)
    place = stage.at(340, 88)
    _wheel(stage, place, QPoint(0, 240), QPoint())
    assert zooms[-1] == stage.canvas.camera.zoom > 1.3
    assert (stage.at(340, 88) - place).manhattanLength() <= 2


def test_zoom_stays_within_its_bounds_and_is_never_nan(stage: Stage) -> None:
    for _ in range(60):
        _wheel(stage, QPoint(100, 100), QPoint(0, 120_000), QPoint())
    assert stage.canvas.camera.zoom == 4.0
    for _ in range(60):
        _wheel(stage, QPoint(900, 100), QPoint(0, -120_000), QPoint())
    assert stage.canvas.camera.zoom == 0.1
    stage.canvas.camera.zoom_by(float("nan"), QPointF(1, 1))
    stage.canvas.camera.zoom_by(0.0, QPointF(1, 1))
    assert stage.canvas.camera.zoom == 0.1


def test_two_fingers_pan_and_ctrl_makes_them_zoom(stage: Stage) -> None:
    centre = stage.canvas.camera.centre()
    _wheel(stage, QPoint(100, 100), QPoint(14, 33), QPoint(7, 16))
    assert stage.canvas.camera.zoom == 1.0
    assert stage.canvas.camera.centre() == centre - QPointF(7, 16)
    _wheel(stage, QPoint(100, 100), QPoint(14, 33), QPoint(7, 16), Qt.KeyboardModifier.ControlModifier)
    assert stage.canvas.camera.zoom > 1.0


def test_a_drag_held_at_the_edge_scrolls(stage: Stage, qtbot: QtBot) -> None:
    stage.press(-100, 88)
    stage.move(0, 88)
    place = QPoint(stage.canvas.viewport().width() - 4, 300)
    qtbot.waitUntil(lambda: stage.canvas.edge.is_armed)
    QTest.mouseMove(stage.canvas.viewport(), place)
    centre = stage.canvas.camera.centre()
    qtbot.waitUntil(lambda: stage.canvas.camera.centre().x() > centre.x() + 60)
    _release(stage, place, Qt.MouseButton.LeftButton)
    assert stage.graph.blocks["b"].x > 500
    stage.check()


def test_a_block_that_enters_from_the_palette_does_not_scroll(stage: Stage, qtbot: QtBot) -> None:
    stage.palette_enter("Dense", *stage.canvas.mapToScene(2, 300).toTuple())
    centre = stage.canvas.camera.centre()
    qtbot.waitUntil(lambda: stage.canvas.edge.steps > 3)
    assert stage.canvas.camera.centre() == centre
    stage.palette_leave()
