"""Starts Lamina: the window, or a command without one.

Nothing but the standard library may be imported at the top: every engine process imports this file again.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Runs what the command line asks for and returns the exit status: 0 done, 1 failed, 2 wrong input."""
    from engine.cli import COMMANDS

    if len(arguments) <= 1 and not any(word.startswith("-") or word in COMMANDS for word in arguments):
        return open_window(arguments[0] if arguments else "")
    from engine.cli.program import main as run_command

    return run_command(arguments)


def open_window(name: str) -> int:
    """Opens the window, with the project of that file or the template of that name if one is given."""
    from engine.folders import NoHomeError, home
    from engine.templates import TEMPLATES

    is_file = os.path.isfile(name)  # noqa: PTH113 - Path.is_file raises for a name too long
    if name and not is_file and name not in TEMPLATES:
        return refuse(f"There is no project file {name} and no template of that name. Try: main.py --help")
    if sys.platform.startswith("linux") and not has_display():
        return refuse(
            "There is no display to open a window on. Without one, train with: "
            "uv run main.py train digits-mlp --export digits.keras"
        )
    try:
        home()
    except NoHomeError as error:
        return refuse(str(error))
    from gui.app import run

    return run(Path(name).resolve()) if is_file else run(None, name)


def has_display() -> bool:
    """Whether a window can be opened on this Linux; Qt would end the program with a crash where it cannot."""
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    host, _, number = os.environ.get("DISPLAY", "").rpartition(":")
    number = number.partition(".")[0]
    if not number.isdigit():
        return False
    local = host in ("", "unix")
    address: str | tuple[str, int] = f"/tmp/.X11-unix/X{number}" if local else (host, 6000 + int(number))
    with socket.socket(socket.AF_UNIX if local else socket.AF_INET) as server:
        server.settimeout(3)
        try:
            server.connect(address)
        except OSError:
            return False
    return True


def refuse(sentence: str) -> int:
    """Says in one line what was wrong, and returns the exit status for it."""
    sys.stderr.write(f"lamina: {sentence}\n")
    return 2


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
