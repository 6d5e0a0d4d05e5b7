"""What an engine process and its libraries print, kept out of the way and at hand when the process crashes.

TensorFlow and XLA write to the error stream beside Python, mostly chatter. It goes into a file of the process, whose
end explains a crash; the file goes when the process is gone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import time
from pathlib import Path
from typing import TextIO

from engine.folders import home_path

_LONGEST = 4000
"""Bytes of the end of the file that are worth reading."""

_OLD = 24 * 3600
"""Seconds after which a file is nobody's any more: window and process were killed together."""


def log_file(role: str, pid: int) -> Path:
    """The file of a process."""
    return home_path() / "logs" / f"{role}-{pid}.log"


def nowhere() -> TextIO:
    """A stream that takes everything and keeps nothing."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def settle_streams(role: str) -> None:
    """Called first in a child: gives Python streams that work, and sends what libraries print into the file."""
    # A windowed application has no streams at all, and the first library that prints would fail.
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    try:
        path = log_file(role, os.getpid())
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("*.log"):
            with contextlib.suppress(OSError):  # another process that starts now may have removed it
                if time.time() - old.stat().st_mtime > _OLD:
                    old.unlink()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    except OSError:  # a full disk or a folder that cannot be written: the chatter stays where it was
        return
    with contextlib.suppress(OSError):  # there is no error stream to keep
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="replace")
    os.dup2(file, 2)
    faulthandler.enable(file)


def read_native_errors(role: str, pid: int) -> str:
    """Called when a process is gone: the end of what its libraries printed. The file is removed."""
    path = log_file(role, pid)
    try:
        text = path.read_bytes()[-_LONGEST:].decode("utf-8", "replace").strip()
        path.unlink()
    except OSError:
        return ""
    return text
