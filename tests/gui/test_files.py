"""Projects are opened, saved and recovered without losing anything."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import append_block
from engine.project import Project, load_project
from engine.recovery import Leftover, leftovers
from gui.background import Background
from gui.files import Files
from gui.preferences import Preferences
from gui.workspace import Workspace


class Bench:
    """Files with all that it needs, and what it said."""

    def __init__(self) -> None:
        self.preferences = Preferences()
        self.workspace = Workspace(Document())
        self.background = Background()
        self.files = Files(self.workspace, self.preferences, self.background)
        self.failures: list[str] = []
        self.saved: list[str] = []
        self.files.failed.connect(self.failures.append)
        self.files.saved.connect(self.saved.append)

    def add(self, type_name: str) -> None:
        graph, _ = append_block(self.workspace.graph, type_name, None)
        self.workspace.document.apply_graph(f"Add {type_name}", graph)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.background.finish()


def test_saving_writes_the_file_and_clears_the_mark(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.add("Dense")
    assert bench.workspace.document.is_modified
    bench.files.save(tmp_path / "net")
    qtbot.waitUntil(lambda: bench.saved == ["net.lamina"])
    assert not bench.workspace.document.is_modified
    assert load_project(tmp_path / "net.lamina") == bench.workspace.project
    assert bench.preferences.recent_files == [(tmp_path / "net.lamina").resolve()]


def test_what_is_drawn_while_a_save_runs_stays_unsaved(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.add("Dense")
    bench.files.save(tmp_path / "net.lamina")
    bench.add("Dropout")
    qtbot.waitUntil(lambda: bool(bench.saved))
    assert bench.workspace.document.is_modified
    assert len(load_project(tmp_path / "net.lamina").graph.blocks) == 1


def test_a_full_disk_is_told_and_the_old_file_stays(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.lamina"
    bench.add("Dense")
    bench.files.save(path)
    qtbot.waitUntil(lambda: bool(bench.saved))
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    bench.add("Dropout")
    bench.files.save(path)
    qtbot.waitUntil(lambda: bool(bench.failures))
    assert "No space left" in bench.failures[0]
    assert path.read_bytes() == before
    assert bench.workspace.document.is_modified
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []


def test_a_file_that_cannot_be_read_leaves_the_open_project_alone(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.add("Dense")
    project = bench.workspace.project
    (tmp_path / "cut.lamina").write_text('{"format": 1, "blocks": [', encoding="utf-8")
    bench.files.open(tmp_path / "cut.lamina")
    qtbot.waitUntil(lambda: bool(bench.failures))
    assert "cut off" in bench.failures[0]
    assert bench.workspace.project is project


def test_a_recent_file_that_is_gone_leaves_the_list(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    gone = (tmp_path / "gone.lamina").resolve()
    bench.preferences.add_recent_file(gone)
    bench.files.open(gone)
    qtbot.waitUntil(lambda: bool(bench.failures))
    assert bench.preferences.recent_files == []


def test_a_change_is_in_the_recovery_copy_within_two_seconds_and_gone_after_saving(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    bench.add("Dense")
    copy = bench.files.recovery_path
    qtbot.waitUntil(copy.exists, timeout=2000)
    bench.files.save(tmp_path / "net.lamina")
    qtbot.waitUntil(lambda: bool(bench.saved) and not bench.background.busy)
    assert not copy.exists()


def test_recovering_opens_the_work_as_unsaved_and_takes_over_the_copy(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    graph, _ = append_block(bench.workspace.graph, "Dense", None)
    old_copy = tmp_path / "old.recovery"
    old_copy.write_text("{}", encoding="utf-8")
    bench.files.recover(Leftover(old_copy, tmp_path / "net.lamina", 0.0, Project(graph)))
    qtbot.waitUntil(lambda: not bench.background.busy)
    assert bench.workspace.document.is_modified
    assert bench.workspace.document.path == tmp_path / "net.lamina"
    assert bench.files.recovery_path.exists()
    assert not old_copy.exists()
    assert leftovers() == []  # its owner lives
