"""What the training panel reads off a run's history: curves for the plots, words for the line under the bar."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.metrics import METRICS
from engine.training.events import Finished
from engine.training.history import RunHistory
from gui.engine import EngineState
from gui.figures import grouped, typeset
from gui.panels.training_text import PHASES, left_text, rate_text
from gui.plots.curves import Curves

UNBROKEN = "\N{NO-BREAK SPACE}"
"""What stands between a figure and its percent sign, so that no line breaks there."""

_PERCENT = re.compile(r"(\d)%")


def curves_of(history: RunHistory, metric: str, *, from_start: bool = False) -> Curves:
    """One metric of a run for a plot; `from_start` lets a continued run's axis begin where the first one began."""
    started = history.started
    if started is None or metric not in started.metrics:
        return Curves()
    validation = history.epoch(f"val_{metric}")
    numbers = history.epoch_numbers
    if len(validation) != len(numbers):
        validation = np.full(len(numbers), np.nan)
    return Curves(
        history.epochs_at,
        history.batch(metric),
        numbers,
        validation,
        history.best_epoch(),
        float(started.first_epoch + max(started.epochs, 1)),
        0.0 if from_start else float(started.first_epoch),
        history.is_over,
    )


def metric_title(name: str) -> str:
    """A metric's name as a person reads it: `scores_accuracy` is "Accuracy of scores"."""
    if name in METRICS:
        return METRICS[name].title
    for key, entry in METRICS.items():
        if name.endswith(f"_{key}"):
            return f"{entry.title} of {name.removesuffix(f'_{key}')}"
    if name.endswith("_loss"):
        return f"Loss of {name.removesuffix('_loss')}"
    return name.replace("_", " ").capitalize()


def is_fraction(name: str) -> bool:
    """Whether a metric's figures are shown in percent."""
    return any(entry.fraction for key, entry in METRICS.items() if name == key or name.endswith(f"_{key}"))


def progress_of(history: RunHistory, state: EngineState) -> tuple[float, str, str]:
    """How much of a run is done (0 to 1), where it stands, and how fast it goes."""
    started = history.started
    if started is None:
        phase = history.phase
        return 0.0, PHASES[phase] + _share(history) if phase else "Starting the trainer…", ""
    last_epoch = started.first_epoch + started.epochs
    epoch = f"Epoch {grouped(history.epoch_now)}/{grouped(last_epoch)}"
    step = f"step {grouped(history.step)}/{grouped(started.first_step + history.total_steps)}"
    phase = history.phase
    if state is EngineState.STOPPING and phase != "saving":
        left = f"{epoch} · stopping after this step…"
    elif phase in ("compiling", "saving", "loading", "building"):
        left = PHASES[phase]
    elif phase == "validating":
        left = f"{epoch} · validating{_share(history)}"
    elif phase == "paused":
        left = f"Paused · {epoch.lower()} · {step}"
    elif _share(history):
        left = f"{epoch} ·{_share(history)} examples"
    else:
        left = f"{epoch} · {step}"
    return history.progress, left, _speed(history)


def _share(history: RunHistory) -> str:
    """How far a loading, a long step or a validation has come, where that is worth telling."""
    progress = history.phase_progress
    if progress is None or progress.total <= 0 or progress.done >= progress.total:
        return ""
    return f" {grouped(progress.done)} of {grouped(progress.total)}"


def _speed(history: RunHistory) -> str:
    if history.is_over or history.phase in ("compiling", "saving", "paused", None):
        return ""
    left = history.seconds_left
    parts = (rate_text(history.steps_per_second), left_text(left) if left is not None else "")
    return " · ".join(part for part in parts if part)


def result_sentence(event: Finished, warnings: Sequence[str] = ()) -> str:
    """What came out of a run as the window writes it, with the network's `warnings` where it came to nothing."""
    sentence = typeset(_PERCENT.sub(f"\\1{UNBROKEN}%", event.message))
    return sentence if event.learned else "\n".join((sentence, *warnings))
