"""Selected cards and comments are put in line from the context menu: one step of the history each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine import groups
from engine.graph import Block, Comment, Graph
from tests.gui.canvas_help import Stage

START = {"a": (0.0, 0.0), "b": (40.0, 120.0), "c": (400.0, 200.0)}


@pytest.fixture
def loose(qtbot: QtBot) -> Stage:
    """Three Dense blocks here and there."""
    return Stage(qtbot, Graph().with_blocks(Block(key, "Dense", key, {}, x, y) for key, (x, y) in START.items()))


def places(stage: Stage) -> dict[str, tuple[float, float]]:
    return {key: (block.x, block.y) for key, block in stage.graph.blocks.items()}


def align_menu(stage: Stage) -> QMenu | None:
    """The menu "Align" in the context menu of the first card."""
    menu = stage.canvas.menu_at(QPointF(stage.at(-100, 0)))
    return next((found for found in menu.findChildren(QMenu) if found.title() == "Align"), None)


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("Align left", {"a": (0, 0), "b": (0, 120), "c": (0, 200)}),
        ("Align centre", {"a": (200, 0), "b": (200, 120), "c": (200, 200)}),
        ("Align right", {"a": (400, 0), "b": (400, 120), "c": (400, 200)}),
        ("Align top", {"a": (0, 0), "b": (40, 0), "c": (400, 0)}),
        ("Align middle", {"a": (0, 100), "b": (40, 100), "c": (400, 100)}),
        ("Align bottom", {"a": (0, 200), "b": (40, 200), "c": (400, 200)}),
        ("Distribute across", {"a": (0, 0), "b": (200, 120), "c": (400, 200)}),
        ("Distribute down", {"a": (0, 0), "b": (40, 100), "c": (400, 200)}),
    ],
)
def test_the_menu_puts_the_selection_in_line_in_one_step(
    loose: Stage, words: str, where: dict[str, tuple[float, float]]
) -> None:
    loose.workspace.select(START)
    menu = align_menu(loose)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == words).trigger()
    assert places(loose) == where
    assert loose.selected == list(START)
    loose.check()
    loose.workspace.document.undo()
    assert places(loose) == START
    assert loose.workspace.document.undo_label == ""
    loose.check()


def test_what_is_in_line_already_makes_no_step(loose: Stage) -> None:
    loose.workspace.select(START)
    for _ in range(2):
        loose.canvas.actions_by_name["align_left"].trigger()
    loose.workspace.document.undo()
    assert places(loose) == START


def test_one_card_has_nothing_to_align_with(loose: Stage) -> None:
    loose.workspace.select(("a",))
    assert align_menu(loose) is None
    loose.workspace.select(("a", "b"))
    assert align_menu(loose) is not None
    assert not loose.canvas.actions_by_name["distribute_down"].isEnabled()


def test_comments_and_collapsed_groups_are_aligned_by_what_is_seen_of_them(qtbot: QtBot) -> None:
    graph = Graph().with_blocks(Block(key, "Dense", key, {}, x, y) for key, (x, y) in START.items())
    graph, group = groups.group_blocks(graph.with_comment(Comment("n", "Note", 700, 500)), ("a", "b"))
    stage = Stage(qtbot, groups.collapse(graph, group))
    before = places(stage)
    stage.workspace.select(START, ("n",))
    stage.canvas.actions_by_name["align_right"].trigger()
    right = stage.canvas.items_scene.area_of("c").right()
    assert stage.canvas.items_scene.area_of("a").right() == right
    assert stage.graph.comments["n"].x + stage.graph.comments["n"].width == right
    now = places(stage)
    assert now["b"][0] - now["a"][0] == before["b"][0] - before["a"][0]
    stage.check()
