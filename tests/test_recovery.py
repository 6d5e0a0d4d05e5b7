"""Recovery copies are there after a crash, and only then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.edits import append_block
from engine.folders import recovery_folder
from engine.graph import Graph
from engine.project import Project, ProjectError
from engine.recovery import RecoveryCopy, leftovers

REPOSITORY = Path(__file__).parents[1]


def _project() -> Project:
    graph, _ = append_block(Graph(), "Dense", None)
    return Project(graph, title="half done")


def test_a_copy_of_a_living_process_is_no_leftover() -> None:
    copy = RecoveryCopy()
    copy.write(_project(), None)
    assert copy.path.exists()
    assert leftovers() == []
    copy.remove()
    assert not copy.path.exists()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LAMINA_HOME", str(tmp_path / "file" / "home"))
    assert leftovers() == []
    with pytest.raises(ProjectError, match="No recovery copy can be kept"):
        RecoveryCopy().write(_project(), None)


def test_a_copy_of_a_process_that_died_is_offered_with_its_file() -> None:
    code = """
from pathlib import Path
from engine.graph import Graph
from engine.edits import append_block
from engine.project import Project, ProjectError
from engine.recovery import RecoveryCopy
import os
graph, _ = append_block(Graph(), "Dense", None)
RecoveryCopy().write(Project(graph, title="half done"), Path("somewhere/net.lamina"))
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, timeout=60, check=False)
    (leftover,) = leftovers()
    assert leftover.project == _project()
    assert leftover.file == Path("somewhere/net.lamina")


def test_a_number_that_another_process_got_since_does_not_hide_a_leftover() -> None:
    copy = RecoveryCopy()
    copy.write(_project(), None)
    content = json.loads(copy.path.read_text(encoding="utf-8"))
    content["process_started"] -= 1000.0
    copy.path.write_text(json.dumps(content), encoding="utf-8")
    assert [leftover.project.title for leftover in leftovers()] == ["half done"]


def test_a_damaged_copy_is_neither_offered_nor_removed() -> None:
    damaged = recovery_folder() / "1-x.recovery"
    damaged.parent.mkdir(parents=True)
    damaged.write_text('{"process": 1,', encoding="utf-8")
    assert leftovers() == []
    assert damaged.exists()
