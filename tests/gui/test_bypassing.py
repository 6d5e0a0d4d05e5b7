"""Bypassing blocks on the canvas: with Ctrl+M, where the network allows it, and back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from engine.bypass import set_bypassed
from engine.edits import move_blocks, remove_blocks
from engine.graph import Graph, Group
from gui.canvas.actions import CARD_MENU
from gui.exporting import same_network
from gui.workspace import Answer
from tests.gui.canvas_help import Stage, chain, link, stage
from tests.judge_tools import fresh_judge

__all__ = ["stage"]

CTRL = Qt.KeyboardModifier.ControlModifier


class Analyst:
    """A judge that is asked as a window asks its analyst, and that answers when the test lets it."""

    def __init__(self, stage: Stage) -> None:
        self._judge = fresh_judge()
        self._waiting: list[Callable[[], None]] = []
        stage.workspace.judge = self._ask

    def _ask(self, candidates: Mapping[str, Graph], answer: Answer) -> bool:
        self._waiting.append(
            lambda: answer({key: self._judge.analyse(g, None, trace=False) for key, g in candidates.items()})
        )
        return True

    def answers(self) -> None:
        """Answers what was asked until now."""
        waiting, self._waiting = self._waiting, []
        for answer in waiting:
            answer()


def bypassed(stage: Stage) -> list[str]:
    return [key for key, block in stage.graph.blocks.items() if block.bypassed]


def shaped(stage: Stage) -> None:
    """Gives the stage's Input a shape, so that the judge knows all others."""
    graph = stage.graph.with_block(stage.graph.blocks["a"].with_parameter("shape", (8,)))
    stage.workspace.document.apply_graph("shape", graph)


def test_ctrl_m_bypasses_what_is_selected_in_one_step_and_back(stage: Stage) -> None:
    before = stage.graph
    stage.workspace.select(["b", "c"])
    stage.key(Qt.Key.Key_M, CTRL)
    assert bypassed(stage) == ["b", "c"]
    stage.check()
    assert stage.workspace.document.undo_label == "Bypass"
    stage.key(Qt.Key.Key_M, CTRL)
    assert stage.graph == before
    stage.workspace.document.undo()
    stage.workspace.document.undo()
    assert stage.graph is before


def test_the_menu_is_ticked_only_where_blocks_are_bypassed(stage: Stage) -> None:
    analyst = Analyst(stage)
    shaped(stage)
    stage.workspace.select(["b"])
    action = stage.canvas.actions_by_name["bypass"]
    action.trigger()
    assert not action.isChecked()
    analyst.answers()
    assert bypassed(stage) == ["b"]
    assert action.isChecked()


def test_where_only_some_are_bypassed_the_others_follow(stage: Stage) -> None:
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    stage.workspace.select(["b", "c"])
    stage.key(Qt.Key.Key_M, CTRL)
    assert bypassed(stage) == ["b", "c"]


@pytest.mark.parametrize(("blocks", "words"), [(["a", "b"], "the data enter there"), (["e"], "no link leads to it")])
def test_what_cannot_be_bypassed_is_said(stage: Stage, blocks: list[str], words: str) -> None:
    before = stage.graph
    stage.workspace.select(blocks)
    stage.key(Qt.Key.Key_M, CTRL)
    assert stage.graph is before
    assert words in stage.messages[-1]


def test_the_menu_of_a_card_shows_whether_it_is_bypassed(stage: Stage) -> None:
    action = stage.canvas.actions_by_name["bypass"]
    assert "bypass" in CARD_MENU
    stage.workspace.select(["b"])
    assert not action.isChecked()
    action.trigger()
    assert bypassed(stage) == ["b"]
    assert action.isChecked()
    stage.workspace.select(["b", "c"])
    assert not action.isChecked()
    stage.workspace.select([])
    assert not action.isEnabled()


def test_a_bypass_waits_for_the_judge(stage: Stage) -> None:
    shaped(stage)
    analyst = Analyst(stage)
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    assert not bypassed(stage)
    analyst.answers()
    assert bypassed(stage) == ["b"]
    stage.key(Qt.Key.Key_M, CTRL)  # ending it is always allowed, and waits for nobody
    assert not bypassed(stage)


def test_what_would_break_the_network_is_not_bypassed(stage: Stage) -> None:
    graph = remove_blocks(stage.graph, ["b", "e"])
    graph = graph.with_block(graph.blocks["a"].with_parameter("shape", (8,)))
    stage.workspace.document.apply_graph("other", graph)
    analyst = Analyst(stage)
    stage.workspace.select(["c"])
    stage.key(Qt.Key.Key_M, CTRL)
    analyst.answers()
    assert stage.graph is graph
    assert stage.messages[-1].startswith("'C' cannot be bypassed: Nothing in this network can learn")


def test_errors_that_are_there_already_keep_nothing_from_being_bypassed(stage: Stage) -> None:
    shaped(stage)
    wrong = stage.graph.with_block(stage.graph.blocks["c"].with_parameter("units", -1))
    stage.workspace.document.apply_graph("wrong", wrong)
    analyst = Analyst(stage)
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    analyst.answers()
    assert bypassed(stage) == ["b"]


def test_an_answer_that_comes_too_late_changes_only_the_present_graph(stage: Stage) -> None:
    shaped(stage)
    analyst = Analyst(stage)
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    moved = move_blocks(stage.graph, {"c": (400.0, 400.0)})
    stage.workspace.document.apply_graph("move", moved)
    analyst.answers()
    assert not bypassed(stage)  # it is asked anew about the graph of now
    analyst.answers()
    assert stage.graph == set_bypassed(moved, ["b"], True)


def test_a_block_that_is_gone_when_the_answer_comes_is_forgotten(stage: Stage) -> None:
    shaped(stage)
    analyst = Analyst(stage)
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    stage.key(Qt.Key.Key_Delete)
    gone = stage.graph
    analyst.answers()
    analyst.answers()
    assert stage.graph is gone
    assert not stage.messages


def test_the_card_says_that_it_is_bypassed(stage: Stage) -> None:
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    scene = stage.canvas.items_scene
    place = scene.cards["b"].pos() + scene.cards["b"].name_area().center()
    assert scene.tip(scene.hit(place)) == "B (Dense, bypassed)"
    stage.canvas.grab()  # paints it: an exception in painting fails the test


def test_a_network_is_the_same_as_long_as_the_same_blocks_are_computed() -> None:
    graph = chain("a", "b", "c", "d")
    off = set_bypassed(graph, ["b"], True)
    assert not same_network(graph, off)
    assert same_network(off, off.with_block(off.blocks["b"].with_parameter("units", 5)))
    assert same_network(off, remove_blocks(graph, ["b"]))
    assert link("a", "c") in remove_blocks(graph, ["b"]).links


def test_a_network_is_another_one_where_other_groups_are_nested() -> None:
    graph = chain("a", "b", "c", "d")
    group = graph.with_block(replace(graph.blocks["b"], group="g")).with_group(Group("g", "G"))
    assert same_network(graph, group)
    assert not same_network(graph, group.with_group(Group("g", "G", nested=True)))
    ends = graph.with_block(replace(graph.blocks["a"], group="g")).with_group(Group("g", "G", nested=True))
    assert same_network(graph, ends)  # an Input cannot be nested, so the group is built flat


def test_an_analyst_that_dies_over_the_question_bypasses_nothing_and_says_so(stage: Stage) -> None:
    def dies(candidates: Mapping[str, Graph], answer: Answer) -> bool:
        answer({})
        return True

    stage.workspace.judge = dies
    before = stage.graph
    stage.workspace.select(["b"])
    stage.key(Qt.Key.Key_M, CTRL)
    assert stage.graph is before
    assert "try again" in stage.messages[-1]
