"""The main window: what it asks before it loses anything, what it opens, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenuBar, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from engine.edits import append_block
from engine.project import Project, load_project, save_project
from engine.recovery import Leftover
from engine.templates import load_template
from engine.training.folder import has_network
from gui.engine import EngineClient
from gui.main_window import MainWindow, first_place
from gui.preferences import Preferences
from gui.theme import DARK, LIGHT, prepare, themes

PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window whose engine is not started."""
    prepare(qapp, "light")
    made = MainWindow(Preferences(), EngineClient())
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.isVisible():
        made.workspace.document.mark_saved(tmp_path / "kept.lamina", made.workspace.project)
        if made.engine.is_running:
            made.engine.kill_run()
            qtbot.waitUntil(lambda: not made.engine.is_running, timeout=10_000)
        made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def answer(words: str, seen: list[str] | None = None) -> None:
    """Presses the button of that name as soon as a question is asked."""

    def press() -> None:
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                if seen is not None:
                    seen.append(f"{box.text()} {box.informativeText()}")
                for button in box.buttons():
                    if button.text().replace("&", "") == words:
                        QTest.mouseClick(button, Qt.MouseButton.LeftButton, PLAIN, button.rect().center())
                        return
        QTimer.singleShot(20, press)

    QTimer.singleShot(20, press)


def add(window: MainWindow, type_name: str) -> None:
    graph, _ = append_block(window.workspace.graph, type_name, None)
    window.workspace.document.apply_graph(f"Add {type_name}", graph)


def test_closing_with_nothing_to_lose_asks_nothing(window: MainWindow) -> None:
    window.close()
    assert not window.isVisible()


def test_cancel_keeps_the_window_and_the_changes(window: MainWindow) -> None:
    add(window, "Dense")
    answer("Cancel")
    window.close()
    assert window.isVisible()
    assert len(window.workspace.graph.blocks) == 1


def test_a_comment_that_is_being_written_when_closing_is_not_lost(window: MainWindow) -> None:
    window.activateWindow()
    window.canvas.actions_by_name["comment"].trigger()
    editor = window.canvas.overlays.editor
    assert editor is not None
    QTest.keyClicks(editor, "Try a smaller rate")
    answer("Cancel")
    window.close()
    assert window.isVisible()
    assert [comment.text for comment in window.workspace.graph.comments.values()] == ["Try a smaller rate"]


def test_the_cursor_comes_back_to_a_pane_whose_field_is_gone(window: MainWindow, qtbot: QtBot) -> None:
    add(window, "Dense")
    window.activateWindow()
    window.canvas.rename(next(iter(window.workspace.graph.blocks)))
    window.panes.go("palette")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    window.panes.go("canvas")
    qtbot.waitUntil(window.canvas.hasFocus)


def test_saving_when_closing_writes_the_file(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.lamina"
    save_project(Project(), path)
    window.open_file(path)
    qtbot.waitUntil(lambda: window.workspace.document.path == path)
    add(window, "Dense")
    assert window.isWindowModified()
    answer("Save")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert len(load_project(path).graph.blocks) == 1


def test_not_saving_when_closing_leaves_the_file_as_it_was(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.lamina"
    save_project(Project(), path)
    window.open_file(path)
    qtbot.waitUntil(lambda: window.workspace.document.path == path)
    add(window, "Dense")
    answer("Don't save")
    window.close()
    assert not window.isVisible()
    assert load_project(path) == Project()
    assert not window.files.recovery_path.exists()


def test_a_save_that_fails_when_closing_keeps_the_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    path = folder / "net.lamina"
    save_project(Project(), path)
    window.open_file(path)
    qtbot.waitUntil(lambda: window.workspace.document.path == path)
    add(window, "Dense")
    path.unlink()
    folder.rmdir()
    seen: list[str] = []
    answer("Save")
    window.close()
    answer("OK", seen)
    qtbot.waitUntil(lambda: bool(seen))
    assert "cannot be saved" in seen[0]
    assert window.isVisible()
    assert window.workspace.document.is_modified


def test_a_project_dropped_on_the_window_is_opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "dropped.lamina"
    save_project(load_template("digits-mlp"), path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place, buttons = QPoint(700, 400), Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, PLAIN)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, PLAIN))
    qtbot.waitUntil(lambda: window.workspace.document.path == path)
    assert window.preferences.recent_files == [path.resolve()]
    assert len(window.canvas.items_scene.cards) == len(load_template("digits-mlp").graph.blocks)


def test_other_files_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, PLAIN)
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_what_a_crash_left_is_offered_and_recovered(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    copy = tmp_path / "old.recovery"
    copy.write_text("{}", encoding="utf-8")
    seen: list[str] = []
    answer("Recover", seen)
    window.files.recovery_found.emit([Leftover(copy, None, 0.0, load_template("digits-mlp"))])
    assert "Lamina ended before" in seen[0]
    assert window.workspace.document.is_modified
    assert len(window.workspace.graph.blocks) == 5
    qtbot.waitUntil(lambda: not copy.exists())


def test_undo_and_redo_name_what_they_do(window: MainWindow) -> None:
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert not undo.isEnabled()
    add(window, "Dense")
    assert undo.text() == "Undo add Dense"
    undo.trigger()
    assert window.workspace.graph.blocks == {}
    assert redo.text() == "Redo add Dense"
    QTest.keyClick(window.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(window.workspace.graph.blocks) == 1


def test_the_theme_is_switched_and_kept(window: MainWindow) -> None:
    dark = next(
        action for action in window.findChildren(type(window.actions_by_name["undo"])) if action.data() == "dark"
    )
    dark.trigger()
    assert themes().tokens is DARK
    assert Preferences().theme == "dark"
    themes().set_mode("light")
    assert themes().tokens is LIGHT


def test_panels_come_back_as_they_were(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["palette"].hide()
    window.close()
    again = MainWindow(window.preferences, EngineClient())
    again.show()
    qtbot.waitExposed(again)
    assert again.docks["palette"].isHidden()
    assert not again.docks["training"].isHidden()
    again.close()
    again.deleteLater()


@pytest.mark.parametrize("size", [(1024, 700), (800, 500)])
def test_a_narrow_window_keeps_its_menus_and_a_canvas(size: tuple[int, int], window: MainWindow, qtbot: QtBot) -> None:
    window.workspace.document.apply("Name", Project(title="A long name for a project " * 4))
    window.resize(*size)
    qtbot.waitUntil(lambda: window.canvas.width() >= 280)
    bar = window.top_bar.findChildren(QMenuBar)[0]
    assert all(bar.rect().contains(bar.actionGeometry(action)) for action in bar.actions())
    export = window.top_bar.findChildren(QPushButton)[-1]
    assert export.mapTo(window, export.rect().bottomRight()).x() < window.width()
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: window.docks["training"].width() == 424)


def test_the_list_of_problems_closes_and_the_canvas_has_the_keys_again(window: MainWindow, qtbot: QtBot) -> None:
    window.status.problems_requested.emit()
    qtbot.waitUntil(window.problems_panel.isVisible)
    QTest.keyClick(window.problems_panel.list, Qt.Key.Key_Escape)
    assert not window.problems_panel.isVisible()
    assert window.canvas.hasFocus()


def test_f1_explains_the_selected_layer(window: MainWindow, qtbot: QtBot) -> None:
    add(window, "Dense")
    window.workspace.select(list(window.workspace.graph.blocks))
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window._help is not None and window._help.isVisible())
    assert window._help is not None
    assert "Dense" in window._help.address
    window._help.close()


def test_a_template_named_at_the_start_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    window.start(None, "iris-mlp")
    qtbot.waitUntil(lambda: len(window.workspace.graph.blocks) == len(load_template("iris-mlp").graph.blocks))
    assert window.workspace.document.path is None
    assert window._gallery is None


@pytest.mark.parametrize("screen", [(1600, 1000), (2560, 1440), (1024, 700), (800, 500)])
def test_the_first_window_leaves_room_for_its_frame(screen: tuple[int, int]) -> None:
    available = QRect(QPoint(0, 24), QSize(*screen))
    place = first_place(available)
    assert place.width() <= min(1600, 0.91 * screen[0])
    assert place.height() <= min(1000, 0.91 * screen[1])
    assert place.center() == available.center()


def test_keys_typed_into_a_field_are_letters_and_no_commands(window: MainWindow) -> None:
    field = window.palette_panel.search
    window.palette_panel.focus_search()
    QTest.keyClicks(field, "f/")
    assert field.text() == "f/"


# With the engine running.


@pytest.fixture
def running(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with its engine, and the digits' small network open and judged."""
    window.engine.start()
    window.coordinator.refresh()
    window.files.open_template("digits-mlp")
    qtbot.waitUntil(lambda: window.workspace.analysis.traced and not window.workspace.analysis.problems, timeout=90_000)
    return window


def _train_for_long(window: MainWindow, tmp_path: Path, wait: Callable[..., None]) -> None:
    project = window.workspace.project
    window.workspace.document.apply("Long", replace(project, training=replace(project.training, epochs=100_000)))
    window.workspace.document.mark_saved(tmp_path / "kept.lamina", window.workspace.project)
    window.training_panel.train_or_pause()
    wait(
        lambda: window.training_panel.history is not None and len(window.training_panel.history.epoch_numbers) > 1,
        timeout=120_000,
    )


@pytest.mark.timeout(300)
def test_closing_while_training_stops_keeps_the_run_and_leaves_no_process(
    running: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _train_for_long(running, tmp_path, qtbot.waitUntil)
    answer("Keep training")
    running.close()
    assert running.isVisible()
    assert running.engine.is_running
    children = psutil.Process().children(recursive=True)
    answer("Stop and close")
    running.close()
    qtbot.waitUntil(lambda: not running.isVisible(), timeout=30_000)
    folder = running.training_panel.last_run_folder
    assert folder is not None
    assert has_network(folder)
    _, alive = psutil.wait_procs(children, timeout=5)
    assert [child for child in alive if "spawn_main" in " ".join(child.cmdline())] == []


@pytest.mark.timeout(300)
def test_a_projects_last_run_is_there_after_a_restart_and_not_in_another_project(
    running: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "digits.lamina"
    project = running.workspace.project
    short = replace(project, training=replace(project.training, epochs=1))
    running.workspace.document.apply("Short", short)
    running.files.save(path)
    qtbot.waitUntil(lambda: running.workspace.document.path == path)
    running.training_panel.train_or_pause()
    qtbot.waitUntil(lambda: running.training_panel.last_run_folder is not None, timeout=120_000)
    folder = running.training_panel.last_run_folder
    assert folder is not None
    assert folder.parent == tmp_path / "digits-runs"
    running.files.open_template("iris-mlp")
    qtbot.waitUntil(lambda: running.workspace.document.path is None)
    assert running.training_panel.last_run_folder is None
    running.open_file(path)
    qtbot.waitUntil(lambda: running.training_panel.last_run_folder == folder)
    assert running.training_panel.can_train_more() or running.training_panel.reason()
    # The canvas changes: the export asks which network is meant.
    seen: list[str] = []
    add(running, "Dropout")
    answer("Cancel", seen)
    running.export()
    qtbot.waitUntil(lambda: bool(seen))
    assert "changed since the training" in seen[0]
    running.workspace.document.mark_saved(path, running.workspace.project)


@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_trainer_costs_one_run_and_one_sentence(running: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _train_for_long(running, tmp_path, qtbot.waitUntil)
    lost: list[str] = []
    running.engine.run_lost.connect(lost.append)
    trainer = running.engine._run
    assert trainer is not None
    assert trainer.pid is not None
    os.kill(trainer.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(lost), timeout=10_000)
    assert lost[0].endswith(".")
    assert not running.engine.is_running
    assert len(running.workspace.graph.blocks) == 5
    # The next one trains.
    running.training_panel.train_or_pause()
    qtbot.waitUntil(
        lambda: running.training_panel.history is not None and len(running.training_panel.history.epoch_numbers) > 1,
        timeout=120_000,
    )


def test_the_block_types_used_last_are_remembered(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    QTest.keyClicks(window.canvas.search.popup.field, "gru")
    QTest.keyClick(window.canvas.search.popup.field, Qt.Key.Key_Return)
    window.workspace.document.mark_saved(tmp_path / "kept.lamina", window.workspace.project)
    window.close()
    again = MainWindow(Preferences(), EngineClient())
    qtbot.addWidget(again)
    assert again.canvas.search.recent == ["GRU"]


def test_whether_the_map_is_wanted_is_remembered(window: MainWindow) -> None:
    assert window.canvas.minimap.is_wanted
    window.canvas.actions_by_name["minimap"].trigger()
    assert not window.canvas.minimap.is_wanted
    assert not Preferences().flag("minimap", True)
