"""A canvas whose judge is in the test's own process, and answers when the test wants it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from pytestqt.qtbot import QtBot

from engine.graph import Block, Graph
from gui.workspace import Answer
from tests.gui.canvas_help import Stage, chain, link
from tests.judge_tools import fresh_judge


class JudgedStage(Stage):
    """A canvas with a judge in this process, who answers when `answer` is called."""

    def __init__(self, qtbot: QtBot, graph: Graph) -> None:
        super().__init__(qtbot, graph)
        self._judge = fresh_judge()
        self._questions: list[tuple[Mapping[str, Graph], Answer]] = []
        self.workspace.set_analysis(self._judge.analyse(graph, None, trace=False))
        self.workspace.judge = self._ask

    def _ask(self, candidates: Mapping[str, Graph], answer: Answer) -> bool:
        self._questions.append((candidates, answer))
        return True

    def answer(self) -> None:
        """The judge answers all that was asked."""
        while self._questions:
            candidates, answer = self._questions.pop(0)
            answer({key: self._judge.analyse(one, None, trace=False) for key, one in candidates.items()})


@pytest.fixture
def picture(qtbot: QtBot) -> Iterator[JudgedStage]:
    """An Input of pictures, a Conv2D after it and a loose Dense, with the judge's word on them."""
    graph = chain("a", "b", "c").without_blocks(("b", "c"))
    graph = graph.with_block(Block("a", "Input", "Pictures", {"shape": (28, 28, 1)}, 0, 0))
    graph = graph.with_block(Block("b", "Conv2D", "Features", {}, 0, 88)).with_link(link("a", "b"))
    made = JudgedStage(qtbot, graph.with_block(Block("e", "Dense", "E", {}, 340, 88)))
    yield made
    made.canvas.cancel_gesture()
