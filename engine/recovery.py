"""Recovery copies: what is open and not yet saved, so that a crash costs two seconds of work at most.

Each window keeps one copy in the application's data folder, beside the time, the file that it belongs to, and the
process that wrote it. A copy whose process is gone was left by a crash. Safe to call on any thread.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.folders import recovery_folder
from engine.project import Project, ProjectError, from_json, to_json, write_atomically

SUFFIX = ".recovery"


@dataclass(frozen=True)
class Leftover:
    """A copy that a crash left behind. `file` is the project's own file, None where it had none yet."""

    copy: Path
    file: Path | None
    written: float
    project: Project


class RecoveryCopy:
    """One window's recovery copy."""

    def __init__(self) -> None:
        self.path = recovery_folder() / f"{os.getpid()}-{uuid.uuid4().hex[:8]}{SUFFIX}"

    def write(self, project: Project, file: Path | None) -> None:
        """Replaces the copy. Raises ProjectError where the disk is full or cannot be written."""
        content = {
            "process": os.getpid(),
            "process_started": psutil.Process().create_time(),
            "written": time.time(),
            "file": str(file) if file else None,
            "project": to_json(project),
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(f"No recovery copy can be kept in {self.path.parent}: {error.strerror}.") from None
        write_atomically(self.path, json.dumps(content).encode())

    def remove(self) -> None:
        """Removes the copy: everything is saved, or was given up on purpose."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def leftovers() -> list[Leftover]:
    """The copies that crashes left behind, the newest first. Copies of windows that still live are not among them."""
    found = []
    for path in recovery_folder().glob(f"*{SUFFIX}"):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if _is_alive(int(content["process"]), float(content["process_started"])):
                continue
            file = Path(content["file"]) if content["file"] else None
            found.append(Leftover(path, file, float(content["written"]), from_json(content["project"], "the copy")))
        except (OSError, ValueError, KeyError, TypeError, ProjectError):
            continue  # damaged, or written by another version: it stays where it is, and is not offered
    return sorted(found, key=lambda leftover: -leftover.written)


def _is_alive(process: int, started: float) -> bool:
    """Whether the very process that wrote a copy still runs, and not another one with its number."""
    try:
        return bool(abs(psutil.Process(process).create_time() - started) < 1.0)
    except psutil.Error:
        return False
