"""What a person sees of a training: a progress bar on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol

from engine.cli.output import say, warn
from engine.metrics import METRICS
from engine.training.events import (
    Batches,
    EpochEnded,
    Failed,
    Finished,
    PhaseChanged,
    Progress,
    Started,
    TrainingEvent,
)

BACKEND_TITLES = {"tensorflow": "TensorFlow", "jax": "JAX"}

_PHASES = {
    "loading": "Loading the data",
    "building": "Building the network",
    "compiling": "Preparing the first step",
    "training": "Training",
    "validating": "Validating",
    "paused": "Paused",
    "saving": "Saving",
}


class Display(Protocol):
    """Something that shows a training. All on the thread that trains."""

    def waiting(self, text: str) -> None:
        """Says what is going on before the training."""

    def add(self, event: TrainingEvent) -> None:
        """Shows an event."""

    def close(self) -> None:
        """Takes down what moves."""


def make_display(quiet: bool) -> Display:
    """The display that suits standard output."""
    if quiet:
        return Quiet()
    return Bar() if sys.stdout.isatty() else Lines()


class Quiet:
    """Shows nothing."""

    def waiting(self, text: str) -> None:
        """Says nothing."""

    def add(self, event: TrainingEvent) -> None:
        """Shows nothing."""

    def close(self) -> None:
        """Has nothing to take down."""


class Lines:
    """One line at the start, one an epoch, one at the end."""

    def __init__(self) -> None:
        self._epochs = 0

    def waiting(self, text: str) -> None:
        """Says nothing: a log needs no waiting."""

    def add(self, event: TrainingEvent) -> None:
        """Prints the events that deserve a line."""
        match event:
            case Started():
                self._epochs = event.first_epoch + event.epochs
                tell_start(event)
            case EpochEnded():
                say(epoch_line(event, self._epochs))
            case Finished():
                say(event.message)

    def close(self) -> None:
        """Has nothing to take down."""


class Bar:
    """A bar over the whole training that moves with every batch, below the epochs' lines.

    While it stands, rich takes whatever is printed and puts it above the bar.
    """

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._progress = RichProgress(
            TextColumn("{task.description:<20}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=Console(soft_wrap=True),
            transient=True,
            refresh_per_second=8,
        )
        self._task = self._progress.add_task("", total=None, figures="")
        self._progress.start()
        self._started: Started | None = None
        self._done = 0
        self._epoch = 0

    def waiting(self, text: str) -> None:
        """Shows what is going on before the training."""
        self._progress.update(self._task, description=text)

    def add(self, event: TrainingEvent) -> None:
        """Moves the bar, and prints a line where an epoch ends."""
        match event:
            case Started():
                self._started = event
                self._epoch = event.first_epoch
                tell_start(event)
                self._progress.update(self._task, total=max(event.epochs * event.steps_per_epoch, 1), completed=0)
            case PhaseChanged() if event.phase != "training":
                self._progress.update(self._task, description=_PHASES[event.phase])
            case Progress():
                self._within_step(event)
            case Batches() if self._started is not None:
                self._epoch = event.epoch
                self._done = event.first_step + len(event.values) - 1 - self._started.first_step
                last = dict(zip(self._started.metrics, event.values[-1].tolist(), strict=True))
                self._progress.update(
                    self._task, completed=self._done, description=self._epoch_text(), figures=figures_text(last)
                )
            case EpochEnded() if self._started is not None:
                total = self._started.first_epoch + self._started.epochs
                say(epoch_line(event, total))
            case Finished():
                self.close()
                say(event.message)
            case Failed():
                self.close()

    def close(self) -> None:
        """Takes the bar down."""
        self._progress.stop()

    def _within_step(self, event: Progress) -> None:
        """Shows how far a long step, or a walk through other data, has come."""
        share = event.done / event.total if event.total else 0.0
        if event.phase == "training" and self._started is not None and self._started.steps_per_epoch == 1:
            self._progress.update(self._task, completed=self._done + share, description=self._epoch_text(1))
        elif event.total:
            self._progress.update(self._task, description=f"{_PHASES[event.phase]} {share:.0%}")

    def _epoch_text(self, ahead: int = 0) -> str:
        assert self._started is not None
        return f"Epoch {self._epoch + ahead}/{self._started.first_epoch + self._started.epochs}"


def tell_start(event: Started) -> None:
    """Prints what begins."""
    for line in start_lines(event):
        say(line)
    for note in event.notes:
        warn(f"Note: {note}")


def start_lines(event: Started) -> list[str]:
    """What begins, in two lines."""
    validation = f", {event.validation_examples:,} to validate" if event.validation_examples else ""
    where = f"{BACKEND_TITLES.get(event.backend, event.backend)} on {event.device}"
    size = "example" if event.batch_size == 1 else "examples"
    return [
        f"{event.parameters:,} parameters; {event.examples:,} examples to train{validation}; "
        f"{event.batch_size:,} {size} a step",
        f"{where}. {event.device_note}".strip(),
    ]


def epoch_line(event: EpochEnded, epochs: int) -> str:
    """An epoch in one line, such as `Epoch 3/20  loss 0.41  accuracy 92.1%  0.4 s`."""
    return f"Epoch {event.epoch}/{epochs}  {figures_text(event.values)}  {event.seconds:.1f} s"


def figures_text(values: Mapping[str, float]) -> str:
    """Figures as a person reads them; they are named as in Keras."""
    return "  ".join(f"{name} {figure_text(name, value)}" for name, value in values.items())


def figure_text(name: str, value: float) -> str:
    """One figure: four digits after the point for shares, four that count for all others."""
    bare = name.removeprefix("val_")
    entry = next((METRICS[known] for known in METRICS if bare == known or bare.endswith(f"_{known}")), None)
    return f"{value:.4f}" if entry is not None and entry.fraction else f"{value:.4g}"
