"""`main.py train`: the same job that the window's trainer does, in this process, with the same events."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from engine.backend import resolve
from engine.cli.backends import start_keras
from engine.cli.display import BACKEND_TITLES, Display, make_display
from engine.cli.events_file import EventsFile
from engine.cli.fetching import available_description
from engine.cli.options import add_training_options, with_options
from engine.cli.output import InputError, RunError, say, warn
from engine.cli.source import Opened, open_project
from engine.cli.verifier import Verifier
from engine.data.description import DataDescription
from engine.folders import runs_folder
from engine.graph import Graph
from engine.project import Project
from engine.training.control import Control
from engine.training.events import EpochEnded, Failed, Finished, Started, TrainingEvent
from engine.training.folder import new_run_folder, read_run
from engine.training.job import Job

_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("project", metavar="PROJECT|TEMPLATE", help="a .lamina file, or the name of a template")
    add_training_options(parser)
    parser.add_argument("--export", metavar="FILE.keras", type=Path, help="where to put the trained network")
    parser.add_argument("--events", metavar="FILE.jsonl", type=Path, help="where to write every batch and epoch")
    parser.add_argument("--quiet", action="store_true", help="print nothing but warnings and errors")


def run(arguments: argparse.Namespace) -> int:
    """Trains; answers the exit status."""
    opened = open_project(arguments.project)
    project = with_options(opened.project, arguments)
    if arguments.export is not None:
        check_target(arguments.export, ".keras")
    if not project.data.source:
        raise InputError(f"{opened.name} names no data to learn from. Choose some with --data, such as --data digits.")
    description = available_description(project.data, arguments.quiet)
    if not arguments.quiet:
        say(f"{project.title or opened.name}: {description.title}, {project.optimizer.entry.title}")
        say(description.note)
    display = make_display(arguments.quiet)
    try:
        return _train(opened, project, description, arguments, display)
    finally:
        display.close()


def check_target(path: Path, suffix: str) -> None:
    """Raises InputError where a file cannot be written, before any work is done for it."""
    if path.suffix != suffix:
        raise InputError(f"The file must end in {suffix}, not as {path.name!r} does.")
    if path.is_dir():
        raise InputError(f"{path} is a folder; a file's name is needed.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to put {path.name} into.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise InputError(f"The folder of {path} cannot be written. Choose another one.")


def _train(
    opened: Opened, project: Project, description: DataDescription, arguments: argparse.Namespace, display: Display
) -> int:
    backend = resolve(project.training.backend)
    display.waiting(f"Starting {BACKEND_TITLES[backend]}")
    start_keras(backend)
    warnings = _judge(project.graph, description)
    _tell(warnings, arguments.quiet)
    events = EventsFile(arguments.events) if arguments.events is not None else None
    job = Job(project, new_run_folder(runs_folder(opened.path)))
    training = _Training(job, backend, display, events, arguments.export)
    try:
        return training.run(arguments.quiet, warnings)
    finally:
        training.close()


def _judge(graph: Graph, description: DataDescription) -> list[str]:
    """The warnings about a graph. Raises InputError with every error."""
    from engine.judge.judge import Judge

    analysis = Judge().analyse(graph, description, trace=True)
    if analysis.errors:
        raise InputError("\n".join(problem.message for problem in analysis.errors))
    return [problem.message for problem in analysis.problems]


def _tell(warnings: list[str], quiet: bool) -> None:
    if not quiet:
        for warning in warnings:
            warn(f"Warning: {warning}")


class _Training:
    """One run: passes the events on, and sees to it that the export's verifier is there in time."""

    def __init__(
        self, job: Job, backend: str, display: Display, events: EventsFile | None, export: Path | None
    ) -> None:
        self._job = job
        self._backend = backend
        self._display = display
        self._events = events
        self._export = export
        self._verifier: Verifier | None = None
        self._last: TrainingEvent | None = None
        self._control = Control()
        self._interrupted = False

    def run(self, quiet: bool, warnings: list[str]) -> int:
        """Trains and exports; answers the exit status. Raises RunError where either fails.

        `warnings` are said once more where the network has learned hardly anything.
        """
        from engine.training import session

        with self._stopped_by_interrupts():
            session.run(self._job, self._on_event, self._control)
        self._display.close()
        if self._events is not None:
            self._events.close()
        if isinstance(self._last, Failed):
            raise RunError(self._last.message)
        assert isinstance(self._last, Finished)
        if self._interrupted or self._last.outcome == "stopped":
            warn(f"Interrupted. {self._what_is_kept()}")
            return _INTERRUPTED
        if self._last.outcome == "not_finite":
            raise RunError(f"{self._last.message} The run is in {self._job.folder}")
        if not self._last.learned:
            _tell(warnings, quiet)
        if not quiet:
            say(f"Run: {self._job.folder}")
        if self._export is not None:
            self._put_in_place(self._export, quiet)
        if self._events is not None and self._events.error:
            raise RunError(self._events.error)
        return 0

    def _what_is_kept(self) -> str:
        info = read_run(self._job.folder)
        if info is None or not info.network:
            return "Nothing was learnt yet, so there is nothing to keep."
        return f'What was learnt is kept: main.py export "{self._job.folder}" --format keras --output FILE.keras'

    def close(self) -> None:
        """Ends the verifier, and closes the file of events."""
        if self._verifier is not None:
            self._verifier.close()
        if self._events is not None:
            self._events.close()

    def _on_event(self, event: TrainingEvent) -> None:
        self._last = event
        if self._events is not None:
            self._events.add(event)
        self._display.add(event)
        if self._export is not None and self._verifier is None and self._is_last_epoch_near(event):
            self._verifier = Verifier(self._backend)

    def _is_last_epoch_near(self, event: TrainingEvent) -> bool:
        epochs = self._job.project.training.epochs
        if isinstance(event, Started):
            return epochs <= 1
        return isinstance(event, EpochEnded) and event.epoch >= self._job.first_epoch + epochs - 1

    def _put_in_place(self, path: Path, quiet: bool) -> None:
        verifier = self._verifier or Verifier(self._backend)
        self._verifier = verifier
        difference = verifier.export(self._job.folder, path.absolute())
        if not quiet:
            say(f"Exported {path}; loaded again, its outputs differ by {difference:.1e} at most.")

    @contextmanager
    def _stopped_by_interrupts(self) -> Iterator[None]:
        """The first Ctrl-C stops the training and keeps what it has learnt; the second one ends everything at once."""

        def interrupt(_signal: int, _frame: FrameType | None) -> None:
            if self._interrupted:
                if sys.stdout.isatty():
                    os.write(sys.stdout.fileno(), b"\x1b[?25h\n")  # the bar had hidden the cursor
                os._exit(_INTERRUPTED)
            self._interrupted = True
            self._control.stop()

        previous = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
