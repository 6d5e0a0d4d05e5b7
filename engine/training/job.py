"""A job: everything that one training needs to know, as plain values that a file or a pipe can carry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.project import Project


@dataclass(frozen=True)
class Job:
    """One training to be done.

    `folder` is the run's folder, which the trainer fills. `continue_from` is the folder of an earlier run whose
    weights and optimizer state are the start; `epochs` of the project's settings are then trained on top of
    `first_epoch` epochs done before. `threads` limits the processor threads (None: as many as there are cores).
    """

    project: Project
    folder: Path
    continue_from: Path | None = None
    first_epoch: int = 0
    first_step: int = 0
    threads: int | None = None
    stop_when_not_finite: bool = True
