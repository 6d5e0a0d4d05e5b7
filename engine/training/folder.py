"""A run's folder: what was to be done, how it went, and the network that came out.

    job.json      the project and everything else that decided the run, with versions and device
    batches.csv   one line a step: the batch's own figures
    epochs.csv    one line an epoch: means, validation figures, seconds
    last.keras    the network with its optimizer's state; plain Keras loads it
    check.npz     a few real examples and what the network gave for them, to verify copies with
    outcome.json  how it ended

Needs neither Keras nor Qt. May be called on any thread.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from engine.models.keep import NETWORK
from engine.project import Project, ProjectError, from_json, to_json, write_atomically
from engine.training.events import Batches, EpochEnded, Finished, Started
from engine.training.job import Job

JOB = "job.json"
OUTCOME = "outcome.json"


class FolderError(Exception):
    """A run's folder that cannot be read or written. The message says what happened, where and how to mend it."""


def new_run_folder(parent: Path, now: float | None = None) -> Path:
    """A fresh folder name in `parent`, such as `2026-11-22 14.30.05`, or with a number behind it when that is taken.

    The folder is not made; the run that gets it does that.
    """
    stem = time.strftime("%Y-%m-%d %H.%M.%S", time.localtime(now))
    name, number = stem, 2
    while (parent / name).exists():
        name, number = f"{stem} {number}", number + 1
    return parent / name


@dataclass(frozen=True)
class RunInfo:
    """A run as its folder tells it.

    `epochs` and `steps` count from the beginning, earlier runs that it continued included. `outcome` is "" for a run
    that did not come to an end (a crash, or one that goes on now). `network` says that there is a `last.keras`.
    """

    folder: Path
    started: float
    outcome: str
    message: str
    epochs: int
    steps: int
    network: bool


def list_runs(parent: Path) -> list[RunInfo]:
    """The runs in a folder, the newest first. A folder that holds no run is passed over."""
    if not parent.is_dir():
        return []
    runs = [info for entry in parent.iterdir() if (info := read_run(entry)) is not None]
    return sorted(runs, key=lambda run: (run.started, run.folder.name), reverse=True)


def newest_network(parent: Path) -> RunInfo | None:
    """The newest run in a folder that has a network."""
    return next((run for run in list_runs(parent) if run.network), None)


def has_network(folder: Path) -> bool:
    """Whether a run's folder holds a network that can be exported or trained further."""
    return (folder / NETWORK).is_file()


def read_run(folder: Path) -> RunInfo | None:
    """What a run's folder tells; None for a folder that holds no run."""
    job = _read_json(folder / JOB)
    if job is None:
        return None
    outcome = _read_json(folder / OUTCOME) or {}
    return RunInfo(
        folder,
        float(job.get("started", 0.0)),
        str(outcome.get("outcome", "")),
        str(outcome.get("message", "")),
        int(outcome.get("epoch", job.get("first_epoch", 0))),
        int(outcome.get("step", job.get("first_step", 0))),
        (folder / NETWORK).is_file(),
    )


def read_project(folder: Path) -> Project:
    """The project that a run was made with. Raises FolderError."""
    job = _read_json(folder / JOB)
    if job is None or "project" not in job:
        raise FolderError(f"{folder} is no run's folder: it has no readable {JOB}.")
    try:
        return from_json(json.dumps(job["project"]), f"{folder.name}/{JOB}")
    except ProjectError as error:
        raise FolderError(str(error)) from None


def continued(project: Project, previous: Path, folder: Path, threads: int | None = None) -> Job:
    """The job that trains the network of an earlier run further, in a folder of its own.

    Raises FolderError when the earlier run left no network.
    """
    run = read_run(previous)
    if run is None or not run.network:
        raise FolderError(f"There is no trained network in {previous}, so nothing can be trained further.")
    return Job(project, folder, previous, run.epochs, run.steps, threads)


def _read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object from a file; None where there is none or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


class RunFolder:
    """Writes a run's folder while the run goes on. Raises FolderError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: list[TextIO] = []
        self._batches: TextIO | None = None
        self._epochs: TextIO | None = None
        self._columns: tuple[str, ...] = ()

    def open(self, job: Job, facts: Mapping[str, object]) -> None:
        """Makes the folder and writes what is to be done; `facts` are versions, device and the like."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from None
        content = {
            "project": json.loads(to_json(job.project)),
            "continue_from": str(job.continue_from) if job.continue_from is not None else None,
            "first_epoch": job.first_epoch,
            "first_step": job.first_step,
            "threads": job.threads,
            "stop_when_not_finite": job.stop_when_not_finite,
            "started": time.time(),
            **facts,
        }
        self.write_json(JOB, content)

    def begin(self, started: Started, epoch_columns: Sequence[str]) -> None:
        """Opens the tables."""
        self._batches = self._table("batches.csv", ["step", "epoch", "time", *started.metrics])
        self._columns = tuple(epoch_columns)
        self._epochs = self._table("epochs.csv", ["epoch", "step", "time", "seconds", *self._columns])

    def add_batches(self, event: Batches) -> None:
        """Adds a line for each step."""
        assert self._batches is not None
        lines = []
        for place, (moment, values) in enumerate(zip(event.times.tolist(), event.values.tolist(), strict=True)):
            figures = ",".join(f"{value:.7g}" for value in values)
            lines.append(f"{event.first_step + place},{event.epoch},{moment:.4f},{figures}\n")
        self._write(self._batches, "".join(lines))

    def add_epoch(self, event: EpochEnded) -> None:
        """Adds an epoch's line and brings both tables to the disk."""
        assert self._epochs is not None
        figures = ",".join(f"{event.values[name]:.7g}" if name in event.values else "" for name in self._columns)
        self._write(self._epochs, f"{event.epoch},{event.step},{event.time:.4f},{event.seconds:.4f},{figures}\n")
        self._flush()

    def end(self, event: Finished) -> None:
        """Writes how the run ended."""
        self.write_json(
            OUTCOME,
            {
                "outcome": event.outcome,
                "message": event.message,
                "epoch": event.epoch,
                "step": event.step,
                "time": event.time,
            },
        )

    def write_json(self, name: str, content: object) -> None:
        """Writes one file of the folder as JSON, all or nothing."""
        try:
            write_atomically(self.folder / name, json.dumps(content, ensure_ascii=False, indent=1).encode())
        except ProjectError as error:
            raise FolderError(f"The run's folder cannot be written. {error}") from None

    def flush(self) -> None:
        """Brings the tables to the disk."""
        self._flush()

    def close(self) -> None:
        """Closes the tables; what was written stays."""
        for file in self._files:
            try:
                file.close()
            except OSError:
                continue  # the run is over; a full disk has been reported by the write before
        self._files.clear()

    def _table(self, name: str, columns: Sequence[str]) -> TextIO:
        try:
            file = (self.folder / name).open("w", encoding="utf-8", newline="")
            self._files.append(file)
            csv.writer(file, lineterminator="\n").writerow(columns)
        except OSError as error:
            raise self._refused(error) from None
        return file

    def _write(self, file: TextIO, text: str) -> None:
        try:
            file.write(text)
        except OSError as error:
            raise self._refused(error) from None

    def _flush(self) -> None:
        try:
            for file in self._files:
                file.flush()
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> FolderError:
        return FolderError(
            f"The run's folder {self.folder} cannot be written: {error.strerror or error}. "
            "Free some space, or save the project in another folder."
        )
