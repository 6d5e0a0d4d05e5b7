"""The whole way of a person: an empty window, a network drawn with the mouse, trained, stopped, exported, reloaded.

Offscreen the drag from the palette is sent as drag events, because a real one never drops there; in a real window
(`tests/test_real_window.py` runs this file in one) it is a real drag.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.geometry import Side
from gui.canvas.mime import BLOCK_MIME
from gui.dialogs.gallery import GalleryDialog
from gui.engine import EngineClient, EngineState
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.theme import prepare

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

PICTURES = os.environ.get("LAMINA_PICTURES")
"""A folder in which the journey leaves pictures of itself, for looking at."""

RELOAD = """
import json, sys
import keras, numpy
model = keras.saving.load_model(sys.argv[1])
answer = model.predict(numpy.zeros((2, 8, 8, 1), "float32"), verbose=0)
print(json.dumps({
    "classes": sorted({type(layer).__module__.split(".")[0] for layer in model.layers}),
    "shape": list(answer.shape),
    "optimizer": type(model.optimizer).__name__,
    "steps": int(model.optimizer.iterations.numpy()),
}))
"""


class Person:
    """Hands and eyes for one window."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        self.canvas = window.canvas
        self._pictures = 0

    def look(self, name: str) -> None:
        """Leaves a picture of the window, where pictures are wanted."""
        if PICTURES:
            self._pictures += 1
            QApplication.processEvents()
            self.window.grab().save(f"{PICTURES}/{self._pictures:02}-{name}.png")

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, LEFT, PLAIN, widget.rect().center())

    def type_over(self, field: QLineEdit, text: str) -> None:
        self.click(field)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def choose(self, combo: QComboBox, text: str) -> None:
        combo.setFocus()
        QTest.keyClicks(combo, text)
        QTest.keyClick(combo, Qt.Key.Key_Return)

    def place(self, x: float, y: float) -> QPoint:
        """A place of the scene in the canvas's pixels."""
        return self.canvas.viewportTransform().map(QPointF(x, y)).toPoint()

    def block(self, name: str) -> str:
        return next(key for key, block in self.window.workspace.graph.blocks.items() if block.name == name)

    def click_block(self, name: str) -> None:
        card = self.canvas.items_scene.cards[self.block(name)]
        # A little left of the middle: the middle of the edge is a port's.
        QTest.mouseClick(self.canvas.viewport(), LEFT, PLAIN, self.place(card.pos().x() - 60, card.pos().y()))

    def port(self, name: str, side: Side) -> QPoint:
        card = self.canvas.items_scene.cards[self.block(name)]
        return self.place(card.pos().x(), card.pos().y() + (30 if side == "output" else -30))

    def connect(self, source: str, target: str) -> None:
        """Drags a link from one block to another."""
        start, end = self.port(source, "output"), self.port(target, "input")
        viewport = self.canvas.viewport()
        QTest.mousePress(viewport, LEFT, PLAIN, start)
        for step in range(1, 6):
            QTest.mouseMove(viewport, start + (end - start) * step / 5)
        QTest.mouseRelease(viewport, LEFT, PLAIN, end)

    def drag_from_palette(self, type_name: str, x: float, y: float) -> None:
        """Drags a layer from the palette to a place of the scene."""
        before = len(self.window.workspace.graph.blocks)
        if QGuiApplication.platformName() == "xcb":
            self._drag_really(type_name, self.place(x, y))
        else:
            self._send_drag(type_name, self.place(x, y))
        self.qtbot.waitUntil(lambda: len(self.window.workspace.graph.blocks) == before + 1)

    def _send_drag(self, type_name: str, place: QPoint) -> None:
        data = QMimeData()
        data.setData(BLOCK_MIME, QByteArray(type_name.encode()))
        viewport = self.canvas.viewport()
        copy = Qt.DropAction.CopyAction
        QApplication.sendEvent(viewport, QDragEnterEvent(place, copy, data, LEFT, PLAIN))
        QApplication.sendEvent(viewport, QDragMoveEvent(place, copy, data, LEFT, PLAIN))
        QApplication.sendEvent(viewport, QDropEvent(QPointF(place), copy, data, LEFT, PLAIN))

    def _drag_really(self, type_name: str, place: QPoint) -> None:
        panel = self.window.palette_panel
        index = panel.model.index_of(type_name)
        panel.list.scrollTo(index)
        source = panel.list.viewport()
        start = panel.list.visualRect(index).center()
        handle = self.window.windowHandle()
        begin = source.mapTo(self.window, start)
        end = self.canvas.viewport().mapTo(self.window, place)
        moves = [begin + (end - begin) * step / 10 for step in range(1, 11)] + [end, end]
        done: list[bool] = []

        def let_go() -> None:
            QTest.mouseRelease(handle, LEFT, PLAIN, end)
            done.append(True)

        # The drag has an event loop of its own, begun by one of these moves. So each has a timer of its own too: one
        # whose work is still being done does not fire again.
        for number, move in enumerate(moves, 1):
            QTimer.singleShot(30 * number, self.window, partial(QTest.mouseMove, handle, move))
        QTimer.singleShot(30 * (len(moves) + 1), self.window, let_go)
        QTest.mousePress(handle, LEFT, PLAIN, begin)
        self.qtbot.waitUntil(lambda: bool(done), timeout=10_000)


@pytest.fixture
def person(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Person]:
    prepare(qapp, "light")
    window = MainWindow(Preferences(), EngineClient())
    window.resize(1600, 1000)
    window.show()
    qtbot.waitExposed(window)
    window.engine.start()
    yield Person(qtbot, window)
    if window.isVisible():
        window.workspace.document.mark_saved(tmp_path / "kept.lamina", window.workspace.project)
        window.engine.kill_run()
        qtbot.waitUntil(lambda: not window.engine.is_running, timeout=10_000)
        window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    children = psutil.Process().children(recursive=True)
    left = [child.pid for child in children if "lamina" in child.name() or "spawn_main" in " ".join(child.cmdline())]
    assert not left, f"engine processes left alive: {left}"


@pytest.mark.timeout(300)
def test_draw_train_stop_export_and_reload(person: Person, qtbot: QtBot, tmp_path: Path) -> None:
    begin_empty(person, qtbot)
    draw_a_network(person, qtbot)
    fit_it_to_the_digits(person, qtbot)
    train_and_stop(person, qtbot)
    export_and_reload(person, qtbot, tmp_path / "drawn.keras")

    window = person.window
    window.files.save(tmp_path / "drawn.lamina")
    qtbot.waitUntil(lambda: not window.workspace.document.is_modified)
    window.close()  # nothing is asked
    assert not window.isVisible()


def begin_empty(person: Person, qtbot: QtBot) -> None:
    """The gallery comes by itself; an empty network is chosen there."""
    window = person.window
    window.start(None)
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(GalleryDialog)))
    dialog = window.findChildren(GalleryDialog)[0]
    person.click(dialog.empty)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    person.look("empty")


def draw_a_network(person: Person, qtbot: QtBot) -> None:
    """Input by a double-click, three blocks by dragging, links by the mouse."""
    window = person.window
    workspace = window.workspace
    palette = window.palette_panel
    index = palette.model.index_of("Input")
    palette.list.scrollTo(index)
    place = palette.list.visualRect(index).center()
    QTest.mouseClick(palette.list.viewport(), LEFT, PLAIN, place)
    QTest.mouseDClick(palette.list.viewport(), LEFT, PLAIN, place)
    qtbot.waitUntil(lambda: len(workspace.graph.blocks) == 1)
    window.canvas.fit_all(animated=False)
    source = workspace.graph.blocks[person.block("Input")]
    for number, type_name in enumerate(("Flatten", "Dense", "Output"), 1):
        person.drag_from_palette(type_name, source.x, source.y + 104 * number)
    person.look("blocks")
    for above, below in (("Input", "Flatten"), ("Flatten", "Dense"), ("Dense", "Output")):
        person.connect(above, below)
    assert len(workspace.graph.links) == 3


def fit_it_to_the_digits(person: Person, qtbot: QtBot) -> None:
    """The data are chosen, and what they call for is set: ten units with softmax, and values scaled to 0–1."""
    window = person.window
    workspace = window.workspace
    panel = window.training_panel
    if not panel.data.isVisible():
        person.click(panel.data_button)
    person.choose(panel.data.combo, "Digits")
    qtbot.waitUntil(lambda: workspace.description is not None, timeout=60_000)
    qtbot.waitUntil(
        lambda: any("10 classes" in problem.message for problem in workspace.analysis.problems), timeout=60_000
    )
    person.look("problem")
    person.click_block("Dense")
    rows = window.properties_panel.block_page.rows
    units = rows["units"].editor.findChild(QLineEdit)
    assert isinstance(units, QLineEdit)
    person.type_over(units, "10")
    activation = rows["activation"].editor.findChild(QComboBox)
    assert isinstance(activation, QComboBox)
    person.choose(activation, "softmax")
    qtbot.waitUntil(
        lambda: [problem.block for problem in workspace.analysis.problems] == [person.block("Input")], timeout=60_000
    )
    assert "run from 0 to 16" in workspace.analysis.problems[0].message
    person.click_block("Input")
    scaling = window.properties_panel.block_page.rows["scaling"].editor.findChild(QComboBox)
    assert isinstance(scaling, QComboBox)
    person.choose(scaling, "scaled")
    assert workspace.graph.blocks[person.block("Input")].parameters == {"scaling": "0–1"}
    qtbot.waitUntil(lambda: not workspace.analysis.problems and workspace.analysis.traced, timeout=60_000)
    dense = workspace.graph.blocks[person.block("Dense")]
    assert dense.parameters == {"activation": "softmax", "units": 10}
    assert workspace.analysis.parameters == 650


def train_and_stop(person: Person, qtbot: QtBot) -> None:
    """RMSprop until both curves have points, then Stop."""
    window = person.window
    workspace, panel = window.workspace, window.training_panel
    person.click(panel.optimizer.chips["rmsprop"])
    assert workspace.project.optimizer.name == "rmsprop"
    epochs = next(field for field in panel.findChildren(QLineEdit) if field.accessibleName().lower() == "epochs")
    person.type_over(epochs, "5000")
    qtbot.waitUntil(lambda: window.engine.state is EngineState.IDLE, timeout=120_000)
    person.click(panel.buttons.train)
    qtbot.waitUntil(lambda: panel.history is not None and len(panel.history.epoch_numbers) >= 3, timeout=120_000)
    person.look("training")
    assert panel.history is not None
    for metric in ("loss", "accuracy"):
        assert len(panel.history.batch(metric)) > 20
        assert len(panel.history.epoch(f"val_{metric}")) >= 3
    person.click(panel.buttons.stop)
    qtbot.waitUntil(lambda: not window.engine.is_running, timeout=30_000)
    assert panel.last_run_folder is not None
    person.look("stopped")


def export_and_reload(person: Person, qtbot: QtBot, model: Path) -> None:
    """Export by the top bar's button; plain Keras loads the file in another process."""
    window = person.window
    history = window.training_panel.history
    assert history is not None
    person.click(window.top_bar.findChildren(QPushButton)[-1])
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    chooser = window.findChildren(QFileDialog)[0]
    chooser.setDirectory(str(model.parent))
    name = chooser.findChildren(QLineEdit)[0]
    name.selectAll()
    QTest.keyClicks(name, model.stem)
    box = chooser.findChildren(QDialogButtonBox)[0]
    person.click(next(each for each in box.buttons() if box.buttonRole(each) == QDialogButtonBox.ButtonRole.AcceptRole))
    qtbot.waitUntil(model.exists, timeout=120_000)
    person.look("exported")
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(
        [sys.executable, "-c", RELOAD, str(model)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["classes"] == ["keras"]
    assert answer["shape"] == [2, 10]
    assert answer["optimizer"] == "RMSprop"
    assert answer["steps"] == history.step
