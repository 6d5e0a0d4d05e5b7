"""What the program does with its first words: window, command, or one line that says what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def start(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Starts the program without a display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=REPOSITORY,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may have no display")
def test_without_a_display_the_window_names_the_headless_command() -> None:
    done = start()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "uv run main.py train digits-mlp --export digits.keras" in done.stderr


def test_a_project_that_is_not_there_gets_one_line() -> None:
    done = start("nowhere.lamina", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert done.stderr == "lamina: There is no project file nowhere.lamina. Try: main.py --help\n"


def test_help_shows_commands_and_window() -> None:
    done = start("--help")
    assert done.returncode == 0
    for word in ("train", "check", "export", "list", "doctor", "opens the window"):
        assert word in done.stdout


def test_a_command_without_its_words_gets_one_line() -> None:
    done = start("train")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "main.py train --help" in done.stderr


def test_nobody_reading_the_output_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "main.py", "list", "blocks"],
            cwd=REPOSITORY,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
