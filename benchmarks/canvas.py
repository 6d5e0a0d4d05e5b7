"""How fast the canvas draws and follows, on a thousand blocks; on a picture in memory, without a screen."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from benchmarks.row import Row

BLOCKS, COLUMNS, REPEATS = 1000, 40, 20


def measure() -> list[Row]:
    """The canvas's lines of the table; figures are medians of processor time."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtWidgets import QApplication

    from engine.document import Document
    from engine.graph import Block, Graph, Link, PortRef
    from engine.project import Project
    from gui.canvas.view import CanvasView
    from gui.theme import prepare
    from gui.workspace import Workspace

    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        prepare(application, "light")
    blocks = [Block(f"b{i}", "Add", f"Add {i}", {}, i % COLUMNS * 300.0, i // COLUMNS * 88.0) for i in range(BLOCKS)]
    ends = [(i, i + COLUMNS) for i in range(BLOCKS - COLUMNS)] + [(i, i + COLUMNS + 1) for i in range(440)]
    links = tuple(Link(PortRef(f"b{a}", "output"), PortRef(f"b{b}", "inputs")) for a, b in ends)
    workspace = Workspace(Document(Project(graph=Graph({block.id: block for block in blocks}, links))))
    canvas = CanvasView(workspace)
    canvas.resize(1600, 1000)
    canvas.show()
    canvas.fit_all(animated=False)
    picture = QImage(1600, 1000, QImage.Format.Format_ARGB32_Premultiplied)

    def draw() -> None:
        painter = QPainter(picture)
        canvas.render(painter)
        painter.end()

    def pan() -> None:
        canvas.camera.scroll(QPoint(3, 2))
        draw()

    def drag() -> None:
        canvas.items_scene.place_cards({"b500": QPointF(time.process_time() % 100, 40)})

    rows = [
        _row(f"canvas, {BLOCKS} blocks and {len(links)} links in view, one redraw", 10.0, draw),
        _row("canvas, the same, dragging one block, a step without the redraw", 5.0, drag),
    ]
    canvas.camera.look_at(QPointF(3000, 1000), 1.0)
    rows.append(_row("canvas, panning at 100%, a step with its redraw", 5.0, pan))
    canvas.close()
    return rows


def _row(what: str, goal: float, task: Callable[[], None]) -> Row:
    task()
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        task()
        times.append((time.process_time() - started) * 1000)
    figure = statistics.median(times)
    return Row(what, f"≤ {goal:g} ms", f"{figure:.1f} ms", figure <= goal)
