"""The network is edited, and even deleted, while it is trained: the run goes on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.engine import EngineClient, EngineState
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.theme import prepare

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with its engine and a small network that is ready to be trained."""
    prepare(qapp, "light")
    made = MainWindow(Preferences(), EngineClient())
    made.resize(1400, 900)
    made.show()
    made.activateWindow()
    made.engine.start()
    made.files.open_template("iris-mlp")
    made.canvas.setFocus()
    qtbot.waitUntil(lambda: bool(made.workspace.graph.blocks) and made.canvas.hasFocus())
    yield made
    made.workspace.document.mark_saved(tmp_path / "kept.lamina", made.workspace.project)
    made.engine.kill_run()
    qtbot.waitUntil(lambda: not made.engine.is_running, timeout=10_000)
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.timeout(240)
def test_deleting_everything_while_training_loses_neither_run_nor_network(window: MainWindow, qtbot: QtBot) -> None:
    workspace, panel = window.workspace, window.training_panel
    project = workspace.project
    workspace.document.apply("Epochs", replace(project, training=replace(project.training, epochs=5000)))
    before = workspace.graph
    qtbot.waitUntil(lambda: window.engine.state is EngineState.IDLE, timeout=120_000)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: panel.history is not None and len(panel.history.epoch_numbers) >= 2, timeout=120_000)
    QTest.keyClick(window.canvas, Qt.Key.Key_A, CTRL)
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert not workspace.graph.blocks
    assert panel.history is not None
    epochs = len(panel.history.epoch_numbers)
    history = panel.history
    qtbot.waitUntil(lambda: len(history.epoch_numbers) >= epochs + 2, timeout=60_000)
    assert window.engine.is_running
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CTRL)
    assert workspace.graph == before
    assert window.engine.is_running
    QTest.keyClick(window.canvas, Qt.Key.Key_Period, CTRL)
    qtbot.waitUntil(lambda: not window.engine.is_running, timeout=30_000)
    assert panel.last_run_folder is not None
    assert workspace.graph == before
