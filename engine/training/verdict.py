"""What came out of a training, in a few sentences: the figure that counts, its best epoch, and what was learned at all.

Knows neither Keras nor Qt. The command line and the window say the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS
from engine.project import Project
from engine.training.events import EpochEnded, Outcome
from engine.training.history import RunHistory, is_higher_better
from engine.training.job import Job

NOISE = 2.5
"""An accuracy within so many standard deviations of guessing's is no better than guessing."""

MOVED = 0.01
"""A loss that has become smaller by less than this share of itself has hardly moved."""

FEW_STEPS = 100
"""After no more steps than these patience is the first thing to advise."""


@dataclass(frozen=True)
class Guessing:
    """What always naming the most frequent class gives: an accuracy over so many examples."""

    accuracy: float
    examples: int

    def explains(self, accuracy: float) -> bool:
        """Whether an accuracy is what guessing gives, but for chance."""
        spread = math.sqrt(self.accuracy * (1.0 - self.accuracy) / max(self.examples, 1))
        return accuracy <= self.accuracy + NOISE * spread


def guessing(labels: NDArray[Any]) -> Guessing:
    """What guessing gives on class numbers."""
    counts = np.unique(labels, return_counts=True)[1]
    return Guessing(float(counts.max()) / max(labels.size, 1), labels.size) if labels.size else Guessing(0.0, 0)


@dataclass
class Course:
    """The epochs of one run as they come, and what guessing gives by the name of an accuracy."""

    guesses: Mapping[str, Guessing] = field(default_factory=dict)
    _history: RunHistory = field(default_factory=RunHistory)

    def add(self, event: EpochEnded) -> None:
        """Takes in an epoch that has ended."""
        self._history.add(event)

    @property
    def epochs(self) -> int:
        """How many epochs have ended."""
        return len(self._history.epoch_numbers)

    @property
    def metric(self) -> str | None:
        """The figure that counts, where there is a finite one; validation before training, accuracy before loss."""
        name = self._history.deciding_metric
        return name if name is not None and math.isfinite(self.figures(name)[-1]) else None

    @property
    def best(self) -> int:
        """The place of the best epoch by the figure that counts."""
        return self._history.best_epoch(self.metric) or 0

    def figures(self, name: str) -> Sequence[float]:
        """A figure after each epoch; empty for one that the run does not have."""
        return [float(value) for value in self._history.epoch(name)]

    def number(self, place: int) -> int:
        """The number of the epoch at a place."""
        return int(self._history.epoch_numbers[place])


def outcome(kind: Outcome, job: Job, epoch: int, step: int, course: Course, rate: float) -> tuple[str, bool]:
    """What came out of a training that stayed finite, and whether the network has learned anything worth the name."""
    if step == job.first_step:
        return "Nothing was trained: this is the network with its starting weights.", True
    name = course.metric
    if kind == "stopped":
        now = min(epoch + 1, job.first_epoch + job.project.training.epochs)
        sentence = f"Stopped after {counted(step - job.first_step, 'step')}, in epoch {now:,}"
        kept = "The network is kept as it is now."
        if name is None:
            return f"{sentence}. {kept}", True
        sentence += f"; after epoch {epoch:,}"
    else:
        sentence, kept = _trained(job, epoch), "The network is that of the last epoch."
        if name is None:
            return f"{sentence}.", True
    nothing = _nothing_learned(job, course, name)
    if nothing:
        advice = _advice(job.project, rate, step - job.first_step)
        return f"{sentence.split(';')[0]}. The network has learned hardly anything: {nothing} {advice}", False
    figures = course.figures(name)
    told = f"{sentence}: {title(name)} {_number(name, figures[-1])}"
    if course.best != len(figures) - 1:
        best = f"(the best was {_number(name, figures[course.best])}, after epoch {course.number(course.best):,})"
        return f"{told} {best}. {kept}", True
    if kind == "stopped":
        return f"{told}. {kept}", True
    return (f"{told}, the best of its epochs." if len(figures) > 1 else f"{told}."), True


def _trained(job: Job, epoch: int) -> str:
    epochs = epoch - job.first_epoch
    if job.first_epoch:
        return f"Trained {epochs:,} more epoch{'' if epochs == 1 else 's'}, {epoch:,} in all"
    return f"Trained for {counted(epochs, 'epoch')}"


def _nothing_learned(job: Job, course: Course, name: str) -> str:
    """Why a network cannot be said to have learned anything, as a sentence; "" when it has."""
    guess = course.guesses.get(name.removeprefix("val_"))
    latest = course.figures(name)[-1]
    if guess is not None:
        if guess.explains(latest) and guess.accuracy < 1.0:
            return f"{_short_percent(latest)} is what guessing gives."
        return ""
    losses = course.figures("loss")
    first, last = (losses[0], losses[-1]) if losses else (0.0, 0.0)
    if job.first_epoch or len(losses) < 3 or is_higher_better(name) or first - last >= MOVED * abs(first):
        return ""
    return f"its loss was {_number('loss', first)} after the first epoch and is {_number('loss', last)} now."


def _advice(project: Project, rate: float, steps: int) -> str:
    """What to try first after a training that came to nothing."""
    settings = project.optimizer
    usual = settings.entry.textbook.values["learning_rate"]
    tries = []
    if settings.entry.regime == "full" and steps <= FEW_STEPS:
        tries.append(f"more epochs, for there is one step in each and {steps:,} are few")
    elif steps <= FEW_STEPS:
        tries.append(f"more epochs, for {counted(steps, 'step')} are few")
    if rate < usual / 2:
        tries.append(f"a larger learning rate, such as {usual:.3g}")
    elif settings.entry.regime != "full" or rate > 2 * usual:
        tries.append(f"a smaller learning rate, such as {rate / 10:.3g}")
    scalings = [block.parameters.get("scaling") for block in project.graph.blocks.values() if block.type == "Input"]
    if "none" in scalings:
        tries.append("scaling in the Input block")
    if settings.name != "adam":
        tries.append(f"the optimizer {OPTIMIZERS['adam'].title}")
    return f"Try {', or '.join(tries or ['a larger network'])}."


def title(name: str) -> str:
    """A figure's name within a sentence: `val_digit_accuracy` is "validation accuracy of digit"."""
    base = name.removeprefix("val_")
    words = base.replace("_", " ")
    for key, entry in METRICS.items():
        if base == key or base.endswith(f"_{key}"):
            output = base.removesuffix(key).rstrip("_")
            words = entry.title.lower() + (f" of {output}" if output else "")
            break
    return f"validation {words}" if name.startswith("val_") else words


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 step, 1,200 steps."""
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"


def _number(name: str, value: float) -> str:
    return f"{value:.2%}" if is_higher_better(name) else f"{value:.4g}"


def _short_percent(value: float) -> str:
    return f"{value:.1%}"
