"""A link that is dragged tells the shape that it would carry, and what the judge thinks of it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from engine.graph import Block
from gui.canvas.link import LinkItem
from tests.gui.canvas_help import link
from tests.gui.judged_stage import JudgedStage, picture

__all__ = ["picture"]


def bubble(stage: JudgedStage) -> str:
    label = stage.canvas.overlays.bubble
    return label.text() if label.isVisible() else ""


def dragged(stage: JudgedStage) -> LinkItem:
    return next(item for item in stage.canvas.items_scene.items() if isinstance(item, LinkItem))


def test_at_a_port_it_tells_the_shape_that_would_arrive(picture: JudgedStage) -> None:
    picture.press(0, 118)
    picture.move(340, 60)
    assert bubble(picture) == "26 × 26 × 32"
    picture.answer()
    assert bubble(picture) == "26 × 26 × 32"
    assert dragged(picture).look == "path"
    picture.key(Qt.Key.Key_Escape)
    assert bubble(picture) == ""
    picture.check()


def test_what_does_not_fit_is_told_and_can_be_connected_all_the_same(picture: JudgedStage) -> None:
    picture.workspace.document.apply_graph("x", picture.graph.with_block(Block("e", "LSTM", "Reader", {}, 340, 88)))
    for with_escape in (True, False):
        picture.press(0, 118)
        picture.move(340, 60)
        picture.answer()
        assert bubble(picture).startswith(
            "LSTM 'Reader' needs a sequence (time, features), but Conv2D 'Features' gives"
        )
        assert dragged(picture).look == "problem"
        if with_escape:
            picture.key(Qt.Key.Key_Escape)
        picture.release(340, 60)
        assert (link("b", "e") in picture.graph.links) != with_escape
        picture.check()


def test_from_an_input_it_is_told_as_well(picture: JudgedStage) -> None:
    picture.press(340, 58)
    picture.move(0, 116)
    picture.answer()
    assert bubble(picture) == "26 × 26 × 32"
    picture.move(200, 200)
    assert bubble(picture) == ""
    assert dragged(picture).look == "path"
    picture.canvas.cancel_gesture()
    picture.answer()
    assert bubble(picture) == ""
