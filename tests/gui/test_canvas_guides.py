"""Cards that are dragged snap to guides: in line with others, at the usual distance, and at equal distances."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from engine.graph import Block, Comment, Graph
from gui.canvas.guides import GuideItem, Guides
from tests.gui.canvas_help import Stage, stage

__all__ = ["stage"]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
ESCAPE = Qt.Key.Key_Escape
SEEN = QRectF(-1000, -1000, 2000, 2000)


def card(x: float, y: float) -> QRectF:
    """A card's rectangle around its centre."""
    return QRectF(x - 136, y - 30, 272, 60)


def guides_of(stage: Stage) -> list[GuideItem]:
    return [item for item in stage.canvas.items_scene.items() if isinstance(item, GuideItem)]


def place(stage: Stage, block: str) -> tuple[float, float]:
    return stage.graph.blocks[block].x, stage.graph.blocks[block].y


@pytest.mark.parametrize(
    ("others", "wanted", "where"),
    [
        ([(0, 0)], (4, 300), (0, 300)),  # the same centre
        ([(0, 0)], (400, -5), (400, 0)),
        ([(0, 0)], (100, 84), (100, 88)),  # the usual distance below
        ([(0, 0)], (-100, -93), (-100, -88)),
        ([(0, 0)], (300, 40), (304, 40)),  # and beside
        ([(0, 0), (40, 400)], (90, 203), (90, 200)),  # the middle between two
        ([(0, 0), (40, 140)], (90, 284), (90, 280)),  # as far again
        ([(0, 0), (40, 140)], (90, -137), (90, -140)),
        ([(0, 0)], (20, 300), (20, 300)),  # nothing is near
    ],
)
def test_a_card_snaps_to_what_is_near(
    others: list[tuple[float, float]], wanted: tuple[float, float], where: tuple[float, float]
) -> None:
    guides = Guides([card(*one) for one in others], 32, 28)
    dx, dy = guides.step(card(*wanted), 6, SEEN)
    assert (wanted[0] + (dx or 0), wanted[1] + (dy or 0)) == where


def test_what_is_out_of_sight_is_no_guide() -> None:
    assert Guides([card(0, 5000)], 32, 28).step(card(4, 300), 6, SEEN) == (None, None)


def test_guides_run_along_all_that_is_in_line_and_tell_equal_distances() -> None:
    guides = Guides([card(0, 0), card(0, 140), card(600, 280)], 32, 28)
    lines = guides.lines(card(0, 280), SEEN)
    upright = [line for line in lines if not line.label and line.start.x() == line.end.x()]
    assert [(line.start, line.end) for line in upright] == [(QPointF(0, -30), QPointF(0, 310))]
    assert [line.label for line in lines if line.label] == ["80", "80"]


def test_a_card_that_is_dragged_snaps_and_shows_why(stage: Stage) -> None:
    stage.press(300, 88)
    stage.move(-37, 357)  # e would be at (3, 357), a step below d at (0, 264) but for 5
    (shown,) = guides_of(stage)
    assert {guide.label for guide in shown.guides} == {"", "28"}
    assert stage.canvas.items_scene.cards["e"].pos() == QPointF(0, 352)
    stage.canvas.grab()
    stage.release(-37, 357)
    assert place(stage, "e") == (0, 352)
    assert guides_of(stage) == []
    stage.check()


@pytest.mark.parametrize("key", [ALT, CTRL])
def test_with_a_key_held_there_is_only_the_grid(stage: Stage, key: Qt.KeyboardModifier) -> None:
    stage.press(300, 88)
    stage.move(-37, 357)
    stage.move_with(-37, 357, key)
    assert guides_of(stage)[0].guides == ()
    stage.release(-37, 357, key)
    assert place(stage, "e") == (4, 356)
    stage.check()


def test_escape_takes_the_guides_away(stage: Stage) -> None:
    before = stage.graph
    stage.press(300, 88)
    stage.move(-37, 357)
    stage.key(ESCAPE)
    assert guides_of(stage) == []
    stage.release(-37, 357)
    assert stage.graph is before
    stage.check()


def test_the_reach_is_the_same_in_view_pixels_at_every_zoom(stage: Stage) -> None:
    stage.canvas.camera.look_at(QPointF(100, 150), 0.5)
    stage.press(300, 88)
    stage.move(-30, 400)  # ten scene pixels beside the others are five of the view
    stage.release(-30, 400)
    assert place(stage, "e")[0] == 0


def test_what_moves_along_is_no_guide(stage: Stage) -> None:
    stage.workspace.select(("a", "b", "c", "d"))
    stage.press(-100, 88)
    stage.move(-97, 600)
    stage.release(-97, 600)
    assert [stage.graph.blocks[key].x for key in "abcd"] == [4, 4, 4, 4]
    stage.check()


def test_a_block_from_the_palette_snaps_as_well(stage: Stage) -> None:
    stage.palette_enter("Dense", 300, 200)
    stage.palette_move(337, 179)
    assert len(guides_of(stage)) == 1
    stage.palette_drop(337, 179)
    assert place(stage, stage.selected[0]) == (340, 176)
    assert guides_of(stage) == []
    stage.check()


def test_a_palette_drag_that_leaves_takes_its_guides_along(stage: Stage) -> None:
    stage.palette_enter("Dense", 300, 200)
    stage.palette_leave()
    assert guides_of(stage) == []
    stage.check()


def test_comments_snap_and_are_snapped_to(qtbot: QtBot) -> None:
    graph = Graph().with_block(Block("a", "Input", "A", {}, 0, 0)).with_comment(Comment("n", "Note", 300, 100))
    stage = Stage(qtbot, graph)
    stage.press(400, 150)
    stage.move(400, 23)  # its corner would be at (300, -27), level with the card's upper edge but for 3
    stage.release(400, 23)
    assert stage.graph.comments["n"].y == -30
    stage.check()
