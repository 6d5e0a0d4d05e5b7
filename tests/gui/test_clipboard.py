"""Copy and paste between windows: with groups, comments and bypassed blocks, and whatever else is on the clipboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.clip import clip_text, read_clip
from engine.graph import Graph
from gui.canvas.mime import NETWORK_MIME
from gui.canvas.rename import NameEditor
from tests.gui.canvas_help import Stage, stage
from tests.gui.clipboard_window import rich
from tests.test_real_window import REPOSITORY, display

__all__ = ["display", "stage"]
CTRL = Qt.KeyboardModifier.ControlModifier


def copy_all(stage: Stage) -> None:
    stage.key(Qt.Key.Key_A, CTRL)
    stage.key(Qt.Key.Key_C, CTRL)


def plain(graph: Graph) -> list[object]:
    """What a graph says, whatever its ids are and wherever it stands."""
    names = [(one.type, one.name, dict(one.parameters), bool(one.group), one.bypassed) for one in graph.blocks.values()]
    links = [(graph.blocks[one.source.block].name, graph.blocks[one.target.block].name) for one in graph.links]
    groups = [(one.name, one.colour, one.collapsed) for one in graph.groups.values()]
    return [names, links, groups, [one.text for one in graph.comments.values()]]


def test_everything_that_is_copied_arrives_in_another_window(qtbot: QtBot) -> None:
    one, other = Stage(qtbot, rich()), Stage(qtbot, Graph())
    for window in (one, other):
        window.canvas.activateWindow()
        qtbot.waitUntil(window.canvas.hasFocus)
        if window is one:
            copy_all(one)
    other.key(Qt.Key.Key_V, CTRL)
    assert plain(other.graph) == plain(one.graph)
    assert other.workspace.document.undo_label == "Paste 4 blocks"
    other.workspace.document.undo()
    assert not other.graph.blocks
    assert not other.graph.comments


def test_the_clipboard_holds_text_and_a_type_of_our_own(stage: Stage) -> None:
    copy_all(stage)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasText()
    assert bytes(mime.data(NETWORK_MIME).data()).decode() == mime.text()
    assert len(read_clip(mime.text()).blocks) == 5


def test_pasted_twice_nothing_collides(stage: Stage) -> None:
    copy_all(stage)
    stage.key(Qt.Key.Key_V, CTRL)
    stage.key(Qt.Key.Key_V, CTRL)
    assert len(stage.graph.blocks) == 15
    assert len({block.name for block in stage.graph.blocks.values()}) == 15
    stage.check()


def test_text_is_pasted_into_the_field_that_has_the_focus(stage: Stage, qtbot: QtBot) -> None:
    stage.workspace.select(("b",))
    stage.key(Qt.Key.Key_C, CTRL)
    QGuiApplication.clipboard().setText("pasted")
    stage.key(Qt.Key.Key_F2)
    editor = stage.canvas.overlays.editor
    assert isinstance(editor, NameEditor)
    QTest.keyClick(editor, Qt.Key.Key_V, CTRL)
    assert editor.text() == "pasted"
    assert len(stage.graph.blocks) == 5


def test_far_too_much_text_is_refused_at_once(stage: Stage) -> None:
    before = stage.graph
    QGuiApplication.clipboard().setText("{" + "x" * 100_000_000)
    stage.key(Qt.Key.Key_V, CTRL)
    QGuiApplication.clipboard().clear()
    assert stage.graph is before
    assert "far larger than any network" in stage.messages[0]


def test_a_newer_version_s_blocks_are_explained_and_not_pasted(stage: Stage) -> None:
    before = stage.graph
    QGuiApplication.clipboard().setText(clip_text(before).replace('"format": 2', '"format": 3'))
    stage.key(Qt.Key.Key_V, CTRL)
    assert stage.graph is before
    assert "newer Lamina" in stage.messages[0]
    assert stage.messages[0].endswith("Nothing was pasted.")


@pytest.mark.xvfb
@pytest.mark.timeout(120)
def test_two_windows_of_two_processes_exchange_blocks(display: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
    environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "tests.gui.clipboard_window"]
    with subprocess.Popen(
        [*command, "copy"], cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == "copied"
        done = subprocess.run(
            [*command, "paste"],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        owner.communicate("done\n", timeout=30)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert plain(read_clip(json.dumps(answer))) == plain(rich())
