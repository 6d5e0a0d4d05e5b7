"""How long the whole window is held up by an edit, a selection or the judge's word, on a thousand blocks."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.canvas import large_graph
from benchmarks.row import Row
from engine.judge.report import Analysis, BlockReport
from engine.project import Project
from gui.engine import EngineClient
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.theme import prepare

REPEATS = 15
GOAL = 16.0
"""Milliseconds in which a screen shows its next picture."""


class _Bench:
    """A window with the large graph and no engine process, and what a person does in it again and again."""

    def __init__(self) -> None:
        self.engine = EngineClient()
        self.window = MainWindow(Preferences(), self.engine)
        self.window.resize(1600, 1000)
        self.window.show()
        self.workspace = self.window.workspace
        self.turn = 0
        self.workspace.document.open(Project(graph=large_graph()), None)
        self.analyse()
        self.window.canvas.camera.look_at(QPointF(3040.0, 1056.0), 1.0)
        QTest.qWait(600)

    def select_one(self) -> None:
        self.turn += 1
        self.workspace.select((f"b{400 + self.turn * 41 % 300}",))

    def select_many(self) -> None:
        self.turn += 1
        self.workspace.select(list(self.workspace.graph.blocks)[self.turn % 90 :][:500])

    def rename(self) -> None:
        self.turn += 1
        graph = self.workspace.graph
        self.workspace.document.apply_graph(
            "Rename", graph.with_block(replace(graph.blocks["b500"], name=f"x{self.turn}"))
        )

    def move(self) -> None:
        graph = self.workspace.graph
        block = graph.blocks["b500"]
        self.workspace.document.apply_graph("Move", graph.with_block(replace(block, x=block.x + 4)))

    def analyse(self) -> None:
        self.turn += 1
        report = BlockReport(((26, 26, self.turn),), "float32", 320 + self.turn, 320, 1000)
        self.workspace.set_analysis(Analysis(dict.fromkeys(self.workspace.graph.blocks, report)))

    def close(self) -> None:
        self.window.hide()
        self.window.background.finish()
        self.engine.shutdown()


def measure() -> list[Row]:
    """The lines of the table; figures are medians of processor time, of the call or the redraw, whichever is longer.

    Between the two the window takes what else has happened, so neither has to wait for the other.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        prepare(application, "light")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAMINA_HOME"] = home  # not the settings of the person who measures
        return _measure(_Bench())


def _measure(bench: _Bench) -> list[Row]:
    rows = [
        _row("selecting one block", bench.select_one),
        _row("selecting 500 blocks", bench.select_many),
        _row("renaming a block", bench.rename),
        _row("moving a block", bench.move),
        _row("the judge's word on all blocks", bench.analyse),
    ]
    bench.close()
    return rows


def _row(what: str, task: Callable[[], None]) -> Row:
    times = []
    task()
    QTest.qWait(100)
    for _ in range(REPEATS):
        times.append(max(_time(task), _time(QApplication.processEvents)))
        QTest.qWait(60)
    figure = statistics.median(times)
    return Row(f"window, 1000 blocks: {what}", f"≤ {GOAL:g} ms", f"{figure:.1f} ms", figure <= GOAL)


def _time(task: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    started = time.process_time()
    task()
    return (time.process_time() - started) * 1000
