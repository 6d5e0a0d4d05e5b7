"""The house rules: who imports whom, and what must never be loaded where."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from engine import VERSION

REPOSITORY = Path(__file__).parents[1]


def _modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running some code."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True
    )
    return set(done.stdout.split())


def test_the_layers_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_engine_loads_neither_qt_nor_keras_by_being_imported() -> None:
    code = """
import importlib, pkgutil, engine
for module in pkgutil.walk_packages(engine.__path__, "engine."):
    importlib.import_module(module.name)
"""
    modules = _modules_after(code)
    assert "engine" in modules
    assert not modules & {"PySide6", "shiboken6", "pyqtgraph", "keras", "tensorflow", "jax"}


def test_the_window_loads_no_keras() -> None:
    modules = _modules_after("import gui.app")
    assert "PySide6" in modules
    assert not modules & {"keras", "tensorflow", "jax", "sklearn"}


def test_the_version_is_said_once_in_truth() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_main_loads_nothing_by_being_imported() -> None:
    modules = _modules_after("import main")
    assert not modules & {"PySide6", "pyqtgraph", "numpy", "keras", "tensorflow", "jax", "gui", "engine"}


def test_pyside_survives_200000_calls_that_return_nothing() -> None:
    """PySide6 6.12.0 drops a reference to None at each such call and aborts Python 3.11 after some thousand."""
    code = """
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(200_000):
    thing.setObjectName("a")
print("alive")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "alive", (done.returncode, done.stderr[-2000:])
