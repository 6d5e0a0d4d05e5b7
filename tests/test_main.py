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
@pytest.mark.parametrize("display", ["", ":6543", "nonsense"])
def test_without_a_display_the_window_names_the_headless_command(display: str) -> None:
    done = start(DISPLAY=display)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "uv run main.py train digits-mlp --export digits.keras" in done.stderr


def test_a_project_that_is_not_there_gets_one_line() -> None:
    done = start("nowhere.lamina", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert done.stderr == (
        "lamina: There is no project file nowhere.lamina and no template of that name. Try: main.py --help\n"
    )


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


def test_a_name_that_is_too_long_for_a_file_gets_one_line() -> None:
    for words in (["check", "x" * 300], ["x" * 300]):
        done = start(*words, QT_QPA_PLATFORM="offscreen")
        assert done.returncode == 2
        assert done.stderr.startswith("lamina: ")
        assert done.stderr.count("\n") == 1


def test_a_home_that_does_not_exist_leads_to_no_file() -> None:
    done = start("check", "~nobody-of-this-name/x.lamina")
    assert done.returncode == 2
    assert done.stderr == "lamina: There is no file ~nobody-of-this-name/x.lamina.\n"


def test_where_the_application_can_keep_nothing_the_window_says_so_and_check_works(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    nowhere = str(file / "home")
    window = start(QT_QPA_PLATFORM="offscreen", LAMINA_HOME=nowhere)
    assert window.returncode == 2
    assert window.stderr.count("\n") == 1
    assert "Set LAMINA_HOME" in window.stderr
    checked = start("check", "iris-mlp", LAMINA_HOME=nowhere)
    assert checked.returncode == 0
    assert "Traceback" not in checked.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_an_output_that_cannot_be_written_is_a_failure_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "main.py", "list", "losses"],
            cwd=REPOSITORY,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "lamina: The output cannot be written: No space left on device.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the shell closes the stream")
def test_a_closed_output_is_no_mistake() -> None:
    for closed in (">&-", "2>&-"):
        words = f'"{sys.executable}" main.py list losses {closed}'
        done = subprocess.run(["/bin/sh", "-c", words], cwd=REPOSITORY, timeout=120, check=False)
        assert done.returncode == 0
