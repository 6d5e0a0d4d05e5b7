"""Dropping a block on a link puts it in: from the palette, and one that is on the canvas already."""

from __future__ import annotations

from PySide6.QtCore import Qt

from engine.graph import Block
from tests.gui.canvas_help import Stage, link, stage
from tests.gui.judged_stage import JudgedStage, picture

__all__ = ["picture", "stage"]
ALT = Qt.KeyboardModifier.AltModifier
ESCAPE = Qt.Key.Key_Escape


def lit(stage: Stage) -> list[str]:
    """The links that are lit up, as "from → to"."""
    return [
        f"{one.source.block} → {one.target.block}"
        for one, item in stage.canvas.items_scene.links.items()
        if item.is_hovered
    ]


def said(stage: Stage) -> str:
    bubble = stage.canvas.overlays.bubble
    return bubble.text() if bubble.isVisible() else ""


def test_a_block_from_the_palette_is_put_into_the_link_under_it_in_one_step(stage: Stage) -> None:
    stage.palette_enter("Dropout", 300, 200)
    assert lit(stage) == []
    stage.palette_move(6, 132)
    assert lit(stage) == ["b → c"]
    assert said(stage).startswith("Goes between 'B' and 'C'.")
    stage.palette_drop(6, 132)
    (added,) = stage.selected
    assert {link("b", added), link(added, "c")} <= set(stage.graph.links)
    assert [stage.graph.blocks[key].y for key in ("b", added, "c", "d")] == [88, 176, 264, 352]
    assert stage.workspace.document.undo_label == "Insert Dropout"
    assert said(stage) == ""
    assert lit(stage) == []
    stage.check()
    stage.workspace.document.undo()
    assert stage.workspace.document.undo_label == ""
    stage.check()


def test_an_output_is_put_into_no_link(stage: Stage) -> None:
    stage.palette_enter("Output", 300, 200)
    stage.palette_move(0, 132)
    assert lit(stage) == []
    stage.palette_drop(0, 132)
    assert link("b", "c") in stage.graph.links
    stage.check()


def test_with_alt_a_block_is_dropped_beside_a_link(stage: Stage) -> None:
    stage.palette_enter("Dropout", 300, 200)
    stage.palette_move(0, 132, ALT)
    assert lit(stage) == []
    stage.palette_drop(0, 132, ALT)
    assert link("b", "c") in stage.graph.links
    assert stage.workspace.document.undo_label == "Add Dropout"
    stage.check()


def test_a_palette_drag_given_up_over_a_link_leaves_no_trace(stage: Stage) -> None:
    before = stage.graph
    for leave in (stage.palette_leave, lambda: stage.key(ESCAPE)):
        stage.palette_enter("Dropout", 300, 200)
        stage.palette_move(0, 132)
        assert lit(stage) == ["b → c"]
        leave()
        assert (lit(stage), said(stage)) == ([], "")
        assert stage.canvas.items_scene.links[link("b", "c")].look == "plain"
        stage.check()
    assert stage.graph is before


def test_a_loose_block_moved_onto_a_link_is_put_in(stage: Stage) -> None:
    stage.press(260, 88)
    stage.move(-80, 130)
    assert lit(stage) == ["b → c"]
    stage.release(-80, 130)
    assert {link("b", "e"), link("e", "c")} <= set(stage.graph.links)
    assert [stage.graph.blocks[key].y for key in "becd"] == [88, 176, 264, 352]
    assert stage.workspace.document.undo_label == "Insert Dense"
    stage.check()
    stage.workspace.document.undo()
    assert stage.graph.blocks["e"].x == 340
    stage.check()


def test_a_loose_block_moved_onto_a_link_and_escaped_stays_loose(stage: Stage) -> None:
    before = stage.graph
    stage.press(260, 88)
    stage.move(-80, 130)
    stage.key(ESCAPE)
    assert (lit(stage), said(stage)) == ([], "")
    stage.release(-80, 130)
    assert stage.graph is before
    stage.check()


def test_with_alt_a_block_is_moved_over_a_link_and_not_put_in(stage: Stage) -> None:
    stage.press(260, 88)
    stage.move(-80, 130)
    stage.move_with(-80, 131, ALT)
    assert lit(stage) == []
    stage.release(-80, 131, ALT)
    assert not stage.graph.links_into("e")
    assert stage.workspace.document.undo_label == "Move"
    stage.check()


def test_a_connected_block_moved_over_a_link_keeps_its_own(stage: Stage) -> None:
    stage.press(-100, 264)
    stage.move(-100, 132)
    assert lit(stage) == []
    stage.release(-100, 132)
    assert link("b", "c") in stage.graph.links
    stage.check()


def test_a_card_in_between_keeps_a_block_from_the_link_behind_it(stage: Stage) -> None:
    far = stage.graph.with_link(link("a", "e")).with_block(Block("e", "Dense", "E", {}, 0, 440))
    stage.workspace.document.apply_graph("x", far)
    stage.palette_enter("Dropout", 300, 200)
    stage.palette_move(0, 176)
    assert lit(stage) == []
    stage.palette_leave()


def test_the_bubble_says_when_the_block_would_not_fit_there(picture: JudgedStage) -> None:
    picture.palette_enter("Flatten", 300, 200)
    picture.palette_move(0, 44)
    picture.answer()
    assert "Conv2D 'Features' needs a picture" in said(picture)
    picture.palette_drop(0, 44)
    assert link("a", picture.selected[0]) in picture.graph.links  # it can be put there all the same
    picture.check()
