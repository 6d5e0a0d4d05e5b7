"""How fast the canvas draws and follows, on a thousand blocks; on a picture in memory, without a screen."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.row import Row
from engine.catalogue import CATALOGUE
from engine.document import Document
from engine.graph import Block, Graph, Link, PortRef
from engine.judge.report import Analysis, BlockReport
from engine.layout import lay_out
from engine.project import Project
from gui.canvas import commands
from gui.canvas.view import CanvasView
from gui.canvas.ways import Ways
from gui.theme import prepare
from gui.workspace import Workspace

BLOCKS, COLUMNS, REPEATS = 1000, 40, 20
ASIDE = 440
"""How many links lead to the next column as well."""
TYPES = ("Dense", "Add", "Conv2D", "Concatenate", "Dropout", "Add")
NAME = f"canvas, {BLOCKS} blocks and {BLOCKS - COLUMNS + ASIDE} links"
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def large_graph() -> Graph:
    """Rows of blocks of several types, each linked with the one below, and some with the next one there."""
    graph = Graph().with_blocks(
        Block(f"b{i}", kind, f"{kind} {i}", {}, i % COLUMNS * 300.0, i // COLUMNS * 88.0)
        for i in range(BLOCKS)
        for kind in (TYPES[i // COLUMNS % len(TYPES)],)
    )
    ends = [(i, i + COLUMNS) for i in range(BLOCKS - COLUMNS)]
    ports = [CATALOGUE[block.type].inputs[0] for block in graph.blocks.values()]
    aside = [(i, i + COLUMNS + 1) for i in range(BLOCKS - COLUMNS) if i % COLUMNS < COLUMNS - 1]
    ends += [(above, below) for above, below in aside if ports[below].many][:ASIDE]
    links = tuple(Link(PortRef(f"b{a}", "output"), PortRef(f"b{b}", ports[b].name)) for a, b in ends)
    return Graph(graph.blocks, links)


class _Bench:
    """A canvas with the large graph, and what is done to it again and again."""

    def __init__(self) -> None:
        self.workspace = Workspace(Document(Project(graph=large_graph())))
        self.canvas = CanvasView(self.workspace)
        self.canvas.resize(1600, 1000)
        self.canvas.show()
        self.turn = 0
        self.text = ""
        self.picture = QImage(1600, 1000, QImage.Format.Format_ARGB32_Premultiplied)
        self.fine = QImage(3200, 2000, QImage.Format.Format_ARGB32_Premultiplied)
        self.fine.setDevicePixelRatio(2.0)
        self.analyse()

    def look(self, zoom: float | None) -> None:
        """Looks at everything, or at a part at a zoom, and lets the canvas become as sharp as it can."""
        if zoom is None:
            self.canvas.fit_all(animated=False)
        else:
            self.canvas.camera.look_at(QPointF(3040.0, 1056.0), zoom)
        QTest.qWait(600)

    def draw(self) -> None:
        self._draw(self.picture)

    def draw_fine(self) -> None:
        self._draw(self.fine)

    def _draw(self, target: QImage) -> None:
        painter = QPainter(target)
        self.canvas.render(painter)
        painter.end()

    def pan(self) -> None:
        self.canvas.camera.scroll(QPoint(3, 2))
        QApplication.processEvents()

    def seize(self) -> None:
        """Takes hold of the card in the middle of the view."""
        self._at = self.canvas.viewportTransform().map(QPointF(3000.0, 1056.0)).toPoint()
        QTest.mousePress(self.canvas.viewport(), LEFT, PLAIN, self._at)
        QTest.mouseMove(self.canvas.viewport(), self._at + QPoint(30, 30))

    def move(self) -> None:
        self.turn += 1
        QTest.mouseMove(self.canvas.viewport(), self._at + QPoint(20 + self.turn % 30, 20 + self.turn % 9))
        QApplication.processEvents()

    def release(self) -> None:
        self.canvas.cancel_gesture()

    def analyse(self) -> None:
        self.turn += 1
        report = BlockReport(((26, 26, self.turn),), "float32", 320 + self.turn, 320, 1000)
        self.workspace.set_analysis(Analysis(dict.fromkeys(self.workspace.graph.blocks, report)))

    def point(self) -> None:
        self.turn += 1
        scene = self.canvas.items_scene
        scene.hover(scene.hit(QPointF(3000.0 + self.turn * 7 % 300, 1040.0)))

    def copy(self) -> None:
        self.workspace.select(list(self.workspace.graph.blocks)[:500])
        self.text = commands.selection_text(self.workspace)

    def paste(self) -> None:
        commands.paste_text(self.workspace, self.text, QPointF(3000.0, 4000.0))
        QApplication.processEvents()

    def undo(self) -> None:
        self.workspace.document.undo()
        QApplication.processEvents()

    def lay_out(self) -> None:
        lay_out(self.workspace.graph)

    def route(self) -> None:
        scene = self.canvas.items_scene
        ways = Ways(scene)
        ways.show_links(scene.links.values())
        ways.refresh(scene.cards)
        ways.finish()


def measure() -> list[Row]:
    """The canvas's lines of the table; figures are medians of processor time.

    A step with its redraw is one that the window itself paints; a redraw is a picture of the whole canvas.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        prepare(application, "light")
    bench = _Bench()
    bench.look(None)
    rows = [
        _row(f"{NAME} in view, one redraw", 10.0, bench.draw),
        _row("canvas, the same at 200%", 20.0, bench.draw_fine),
    ]
    bench.seize()
    rows.append(_row("canvas, all in view, dragging one block, a step with its redraw", 5.0, bench.move))
    bench.release()
    bench.workspace.select(bench.workspace.graph.blocks)
    bench.seize()
    rows.append(_row("canvas, all in view, moving all blocks, a step with its redraw", 16.0, bench.move))
    bench.release()
    bench.workspace.select(())
    rows.append(_row("canvas, the judge's word on all blocks", 50.0, bench.analyse))
    bench.look(1.0)
    rows += [
        _row("canvas, panning at 100%, a step with its redraw", 5.0, bench.pan),
        _row("canvas, one redraw at 100%", 5.0, bench.draw),
        _row("canvas, what lies under the pointer", 1.0, bench.point),
    ]
    bench.look(1.0)
    bench.seize()
    rows.append(_row("canvas, dragging one block at 100%, a step with its redraw", 5.0, bench.move))
    bench.release()
    bench.look(0.45)
    rows.append(_row("canvas, one redraw at 45%", 16.0, bench.draw))
    bench.look(None)
    bench.copy()
    pasted, undone = zip(*((_time(bench.paste), _time(bench.undo)) for _ in range(5)), strict=True)
    rows += [
        _result("canvas, pasting 500 of the blocks", 500.0, pasted),
        _result("canvas, undoing that", 200.0, undone),
        _result("canvas, working out a layout of all blocks", 1000.0, [_time(bench.lay_out) for _ in range(3)]),
        _row("canvas, leading all links around the cards", 100.0, bench.route),
    ]
    bench.canvas.close()
    return rows


def _time(task: Callable[[], None]) -> float:
    """Milliseconds of processor time."""
    started = time.process_time()
    task()
    return (time.process_time() - started) * 1000


def _row(what: str, goal: float, task: Callable[[], None]) -> Row:
    task()
    return _result(what, goal, [_time(task) for _ in range(REPEATS)])


def _result(what: str, goal: float, times: list[float] | tuple[float, ...]) -> Row:
    figure = statistics.median(times)
    return Row(what, f"≤ {goal:g} ms", f"{figure:.1f} ms", figure <= goal)
