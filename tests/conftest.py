"""What all tests share: no screen needed, settings and data folders of their own, nothing left alive."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

settings.register_profile("lamina", deadline=None)  # how long a case takes is no property of it
settings.load_profile("lamina")

REPOSITORY = Path(__file__).parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data are not there: {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, recovery copies, runs and downloads of a test go into a folder of its own."""
    monkeypatch.setenv("LAMINA_HOME", str(tmp_path / "lamina-home"))


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """A test that leaves a thread of ours alive fails."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("lamina-")]
    assert not left, f"threads left alive: {left}"
