"""A new block that is put into an open group's frame belongs to the group."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import groups
from engine.graph import Block, Graph
from tests.gui.canvas_help import PLAIN, Stage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def grouped(qtbot: QtBot) -> Stage:
    """Two Dense blocks far from each other in one group, and room between them."""
    graph = Graph().with_blocks(Block(key, "Dense", key, {}, 0, y) for key, y in (("a", 0), ("b", 300)))
    return Stage(qtbot, groups.group_blocks(graph, ("a", "b"))[0])


def group_of_new(stage: Stage) -> str:
    (added,) = stage.selected
    return stage.graph.blocks[added].group


@pytest.mark.parametrize("modifiers", [PLAIN, ALT])
def test_one_from_the_palette_joins_unless_alt_is_held(grouped: Stage, modifiers: Qt.KeyboardModifier) -> None:
    (group,) = grouped.graph.groups
    grouped.palette_enter("Dropout", 300, 500)
    grouped.palette_move(0, 152, modifiers)
    grouped.palette_drop(0, 152, modifiers)
    assert group_of_new(grouped) == ("" if modifiers == ALT else group)
    grouped.check()
    grouped.workspace.document.undo()
    grouped.check()


def test_one_that_was_searched_for_there_joins(grouped: Stage) -> None:
    (group,) = grouped.graph.groups
    grouped.double_click(0, 152)
    QTest.keyClicks(grouped.canvas.search.popup.field, "dropout")
    QTest.keyClick(grouped.canvas.search.popup.field, Qt.Key.Key_Return)
    assert group_of_new(grouped) == group
    grouped.check()


def test_a_link_dropped_in_the_frame_opens_the_search(grouped: Stage) -> None:
    (group,) = grouped.graph.groups
    grouped.drag((0, 30), (0, 130))
    QTest.keyClick(grouped.canvas.search.popup.field, Qt.Key.Key_Return)
    assert group_of_new(grouped) == group
    assert len(grouped.graph.links) == 1
    grouped.check()
