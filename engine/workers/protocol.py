"""What the window and the engine processes say to each other: small frozen values of plain Python and NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.data.description import DataDescription
from engine.graph import Graph
from engine.judge.report import Analysis
from engine.project import Project
from engine.settings import DataSettings
from engine.training.events import TrainingEvent
from engine.training.job import Job


@dataclass(frozen=True)
class Analyse:
    """To the analyst: judge this graph. An older request that still waits is dropped for a newer one.

    `revision` comes back with the answers. There are up to three: the first pass at once, and, unless a newer request
    has come by then, the thorough one; with the fixes, and before that without them where there are problems.
    """

    revision: int
    graph: Graph
    data: DataDescription | None


@dataclass(frozen=True)
class Analysed:
    """From the analyst: its word on the graph of that revision."""

    revision: int
    analysis: Analysis


@dataclass(frozen=True)
class Ask:
    """To the analyst: a question aside from the analysis, about graphs that nobody sees yet.

    `candidates` are graphs by a key of the asker's choice, such as the network with another block in it. Each is
    judged by the quick pass. `request` comes back with the answer.
    """

    request: int
    candidates: Mapping[str, Graph]
    data: DataDescription | None


@dataclass(frozen=True)
class Answered:
    """From the analyst: its word on each candidate, by its key."""

    request: int
    analyses: Mapping[str, Analysis]


@dataclass(frozen=True)
class Describe:
    """To the librarian: say what this data set looks like, fetching it first where that was asked for."""

    request: int
    data: DataSettings
    fetch: bool = False


@dataclass(frozen=True)
class Described:
    """From the librarian: what the data set looks like."""

    request: int
    data: DataSettings
    description: DataDescription


@dataclass(frozen=True)
class DataRefused:
    """From the librarian: why it cannot be used. `can_fetch` says that downloading it would help."""

    request: int
    data: DataSettings
    message: str
    can_fetch: bool = False


@dataclass(frozen=True)
class FetchProgress:
    """From the librarian: how much of a download is there, in bytes; `total` is 0 while it is not known."""

    request: int
    done: int
    total: int


@dataclass(frozen=True)
class CancelFetch:
    """To the librarian: give the download up."""

    request: int


@dataclass(frozen=True)
class Train:
    """To a trainer: do this job, its only one."""

    job: Job


@dataclass(frozen=True)
class Pause:
    """To a trainer: rest after the step that is being done."""


@dataclass(frozen=True)
class Resume:
    """To a trainer: go on."""


@dataclass(frozen=True)
class Stop:
    """To a trainer: end after the step that is being done, save, and report."""


@dataclass(frozen=True)
class SetLearningRate:
    """To a trainer: another learning rate α from the next step on, in the optimizer entry's own sense."""

    value: float


@dataclass(frozen=True)
class Trained:
    """From a trainer: something happened in the training."""

    event: TrainingEvent


@dataclass(frozen=True)
class ExportRun:
    """To an idle trainer: put a run's network at `path`, verified; without the optimizer's state if so wished."""

    request: int
    run_folder: Path
    path: Path
    optimizer_state: bool = True


@dataclass(frozen=True)
class ExportUntrained:
    """To an idle trainer: build a project's network with its seed's starting weights and put it at `path`."""

    request: int
    project: Project
    path: Path


@dataclass(frozen=True)
class Exported:
    """From an idle trainer: the file is in place; the largest difference to the trained network's outputs."""

    request: int
    path: Path
    difference: float


@dataclass(frozen=True)
class ExportRefused:
    """From an idle trainer: why there is no file. What was at the path before is untouched."""

    request: int
    path: Path
    message: str


@dataclass(frozen=True)
class Ready:
    """From every engine process, once: it is warm. `device` and `device_note` are as in `Started`."""

    role: str
    backend: str = ""
    device: str = ""
    device_note: str = ""
    versions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LastWords:
    """From an engine process that breaks: why. The window reads it in the message of the `Gone` that follows."""

    message: str
    details: str


@dataclass(frozen=True)
class Gone:
    """Put into the mailbox by the reader when an engine process has ended, however it did. Nothing comes after it.

    `exit_code` is negative for a signal, as the operating system counts them. `wanted` says that it was told to end,
    or that it was a trainer whose run is over. `details` is what an expert wants to see of a crash.
    """

    exit_code: int | None
    wanted: bool
    message: str
    details: str = ""


Command = (
    Analyse
    | Ask
    | Describe
    | CancelFetch
    | Train
    | Pause
    | Resume
    | Stop
    | SetLearningRate
    | ExportRun
    | ExportUntrained
)
Reply = (
    Analysed | Answered | Described | DataRefused | FetchProgress | Trained | Exported | ExportRefused | Ready | Gone
)
