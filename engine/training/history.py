"""A run's figures as they grow: what the plots and the panel read.

Knows neither Keras nor Qt. One thread only: the one that feeds it events.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.metrics import METRICS
from engine.training.events import (
    Batches,
    EpochEnded,
    Failed,
    Finished,
    Phase,
    PhaseChanged,
    Progress,
    Started,
    TrainingEvent,
)

Floats = NDArray[np.float64]
State = Literal["waiting", "loading", "building", "compiling", "training", "validating", "paused", "saving",
                "completed", "stopped", "not_finite", "failed"]  # fmt: skip
"""What a run is doing, or how it ended."""

SMOOTHING = 0.95
"""How much of the smoothed curve is kept from step to step."""

_BLOCK = 64
"""Steps that are smoothed in one product of matrices: thousands a second cost the window next to nothing."""

_RATE_SECONDS = 2.0
"""The step rate is that of the last so many seconds."""


def is_higher_better(name: str) -> bool:
    """Whether more is better for a figure of that name, such as `val_accuracy` or `val_digit_accuracy`."""
    entry = next((entry for key, entry in METRICS.items() if name == key or name.endswith(f"_{key}")), None)
    return entry is not None and entry.higher_is_better


class Growing:
    """An array that grows at its end, each element at the same average cost."""

    def __init__(self, columns: int | None = None) -> None:
        self._columns = columns
        self._store = np.empty(1024 if columns is None else (1024, columns))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, values: Floats) -> None:
        """Adds values at the end."""
        needed = self._length + len(values)
        if needed > len(self._store):
            length = max(needed, 2 * len(self._store))
            grown = np.empty(length if self._columns is None else (length, self._columns))
            grown[: self._length] = self._store[: self._length]
            self._store = grown
        self._store[self._length : needed] = values
        self._length = needed

    @property
    def values(self) -> Floats:
        """What has been added so far, as a view: a later `extend` may or may not show in it."""
        return self._store[: self._length]


class Smoothing:
    """An exponential mean that is corrected for having started at zero, for several columns at once.

    s ← βs + (1 − β)v, shown as s / (1 − βⁿ). A value that is not finite weighs nothing.
    """

    def __init__(self, columns: int, keep: float = SMOOTHING) -> None:
        self._sums = np.zeros(columns)
        self._weights = np.zeros(columns)
        powers = keep ** np.arange(_BLOCK + 1)
        distance = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
        self._decay = powers[1:, None]
        self._mix = np.where(distance >= 0, (1.0 - keep) * powers[np.abs(distance)], 0.0)

    def go_on_from(self, total: float, weight: float) -> None:
        """Takes up a mean whose weighted sum and weight are these."""
        self._sums[:], self._weights[:] = total, weight

    def extend(self, values: Floats) -> Floats:
        """The smoothed values that follow, (steps, columns)."""
        return np.concatenate([self._block(values[start : start + _BLOCK]) for start in range(0, len(values), _BLOCK)])

    def _block(self, values: Floats) -> Floats:
        """Up to `_BLOCK` steps at once: the recursion written out as a product with a triangle of powers of β."""
        steps = len(values)
        finite = np.isfinite(values)
        sums = self._decay[:steps] * self._sums + self._mix[:steps, :steps] @ np.where(finite, values, 0.0)
        weights = self._decay[:steps] * self._weights + self._mix[:steps, :steps] @ finite.astype(np.float64)
        smoothed: Floats = np.divide(sums, weights, out=np.full(values.shape, np.nan), where=weights > 0.0)
        self._sums, self._weights = sums[-1], weights[-1]
        return smoothed


class RunHistory:
    """Everything that a run has told so far.

    Batch figures are read with `steps`, `epochs_at`, `batch(name)` and `smoothed(name)`; epoch figures with
    `epoch_numbers`, `epoch_steps` and `epoch(name)`. All are views of growing arrays: read them anew at each redraw.
    """

    def __init__(self) -> None:
        self.started: Started | None = None
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.state: State = "waiting"
        self.phase_progress: Progress | None = None
        self.time = 0.0
        self._phase: Phase | None = None
        self._steps = Growing()
        self._epochs_at = Growing()
        self._times = Growing()
        self._values = Growing(1)
        self._smoothed = Growing(1)
        self._smoothing = Smoothing(1)
        self._epoch_numbers = Growing()
        self._epoch_steps = Growing()
        self._epoch_seconds = Growing()
        self._epoch_values: dict[str, Growing] = {}
        self._columns: dict[str, int] = {}

    def add(self, event: TrainingEvent) -> None:
        """Takes in the next event."""
        match event:
            case Started():
                self._begin(event)
            case Batches():
                self._add_batches(event)
            case EpochEnded():
                self._add_epoch(event)
            case Progress():
                self.phase_progress = event
                self.time = max(self.time, event.time)
            case PhaseChanged():
                self.state = self._phase = event.phase
                self.phase_progress = None
                self.time = max(self.time, event.time)
            case Finished():
                self.finished, self.state, self._phase = event, event.outcome, None
                self.phase_progress = None
                self.time = max(self.time, event.time)
            case Failed():
                self.failed, self.state, self._phase = event, "failed", None
                self.phase_progress = None
                self.time = max(self.time, event.time)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the batch figures, "loss" first."""
        return self.started.metrics if self.started is not None else ()

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, well or badly."""
        return self.finished is not None or self.failed is not None

    @property
    def phase(self) -> Phase | None:
        """What the run is doing; None before it begins and after it ended."""
        return self._phase

    @property
    def steps(self) -> Floats:
        """The number of each step."""
        return self._steps.values

    @property
    def epochs_at(self) -> Floats:
        """Where each step stands in epochs: 2.5 is the middle of the third one."""
        return self._epochs_at.values

    @property
    def times(self) -> Floats:
        """When each step was done, in seconds since the training was asked for."""
        return self._times.values

    def batch(self, name: str) -> Floats:
        """Each step's own figure. Raises KeyError for a name that the run does not have."""
        return self._values.values[:, self._columns[name]]

    def smoothed(self, name: str) -> Floats:
        """The smoothed curve of a batch figure."""
        return self._smoothed.values[:, self._columns[name]]

    @property
    def epoch_numbers(self) -> Floats:
        """The number of each epoch that has ended."""
        return self._epoch_numbers.values

    @property
    def epoch_steps(self) -> Floats:
        """The last step of each epoch that has ended."""
        return self._epoch_steps.values

    @property
    def epoch_names(self) -> tuple[str, ...]:
        """The names of the epoch figures: training means, and validation figures that begin with `val_`."""
        return tuple(self._epoch_values)

    def epoch(self, name: str) -> Floats:
        """An epoch figure of each epoch that has ended; NaN where an epoch has none. Empty for an unknown name."""
        return self._epoch_values[name].values if name in self._epoch_values else np.empty(0)

    @property
    def last_epoch(self) -> Mapping[str, float]:
        """The figures of the last epoch that has ended."""
        return {name: float(column.values[-1]) for name, column in self._epoch_values.items() if len(column)}

    @property
    def deciding_metric(self) -> str | None:
        """The figure that decides which epoch is the best: validation before training, accuracy before loss."""
        for prefix in ("val_", ""):
            names = [name for name in self._epoch_values if name.startswith("val_") == bool(prefix)]
            accurate = next((name for name in names if is_higher_better(name)), None)
            if accurate is not None:
                return accurate
            if f"{prefix}loss" in names:
                return f"{prefix}loss"
        return None

    def best_epoch(self, name: str | None = None) -> int | None:
        """The place, in the epoch arrays, of the best epoch by a figure (the deciding one unless named)."""
        name = name or self.deciding_metric
        if name is None or not np.isfinite(self.epoch(name)).any():
            return None
        worse = -1.0 if is_higher_better(name) else 1.0
        values = worse * self.epoch(name)
        return int(np.argmin(np.where(np.isfinite(values), values, np.inf)))

    @property
    def step(self) -> int:
        """The last step that was done, counted from the very beginning."""
        return int(self._steps.values[-1]) if len(self._steps) else self._first_step

    @property
    def epoch_now(self) -> int:
        """The epoch that goes on, or the last one, counted from 1."""
        if self.started is None:
            return 0
        done = self.started.first_epoch + len(self._epoch_numbers)
        return min(done + 1, self.started.first_epoch + self.started.epochs)

    @property
    def total_steps(self) -> int:
        """The steps that the run is to do; 0 while that is not known."""
        return self.started.steps_per_epoch * self.started.epochs if self.started is not None else 0

    @property
    def progress(self) -> float:
        """How much of the run's steps is done, from 0 to 1; within a long step by its examples."""
        if self.state == "completed":
            return 1.0
        if not self.total_steps:
            return 0.0
        return min((self.step - self._first_step + self._within_step) / self.total_steps, 1.0)

    @property
    def steps_per_second(self) -> float:
        """The step rate of the last seconds; 0 while it is not known."""
        times = self._times.values
        if len(times) < 2:
            return 0.0
        start = int(np.searchsorted(times, times[-1] - _RATE_SECONDS))
        start = min(start, len(times) - 2)
        seconds = float(times[-1] - times[start])
        return (len(times) - 1 - start) / seconds if seconds > 0.0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the training will still take, validations included; None while it is not known."""
        if self.started is None or self.is_over:
            return None
        epochs_done = len(self._epoch_numbers)
        left = self.started.epochs - epochs_done - self._epoch_share
        if epochs_done > 1:  # the first epoch holds the compilation
            seconds = self._epoch_seconds.values[1:]
            return float(seconds[-5:].mean()) * left
        if self.steps_per_second > 0.0:
            return left * self.started.steps_per_epoch / self.steps_per_second
        return None

    @property
    def _first_step(self) -> int:
        return self.started.first_step if self.started is not None else 0

    @property
    def _within_step(self) -> float:
        """How much of a long step is done."""
        progress = self.phase_progress
        if progress is None or progress.phase != "training" or progress.total <= 0:
            return 0.0
        return progress.done / progress.total if progress.done < progress.total else 0.0

    @property
    def _epoch_share(self) -> float:
        """How much of the epoch that goes on is done."""
        assert self.started is not None
        begun = self._epoch_steps.values[-1] if len(self._epoch_steps) else self._first_step
        return min((self.step - float(begun) + self._within_step) / max(self.started.steps_per_epoch, 1), 1.0)

    def _begin(self, event: Started) -> None:
        self.started = event
        self.time = max(self.time, event.time)
        self._columns = {name: place for place, name in enumerate(event.metrics)}
        self._values = Growing(len(event.metrics))
        self._smoothed = Growing(len(event.metrics))
        self._smoothing = Smoothing(len(event.metrics))

    def _add_batches(self, event: Batches) -> None:
        assert self.started is not None
        if not len(event.values):
            return
        steps = event.first_step + np.arange(len(event.values), dtype=np.float64)
        before = self.started.first_step + (event.epoch - 1 - self.started.first_epoch) * self.started.steps_per_epoch
        self._steps.extend(steps)
        self._epochs_at.extend(event.epoch - 1 + (steps - before) / self.started.steps_per_epoch)
        self._times.extend(event.times)
        self._values.extend(event.values)
        self._smoothed.extend(self._smoothing.extend(event.values))
        self.time = max(self.time, float(event.times[-1]))
        if self.started.steps_per_epoch == 1:
            self.phase_progress = None

    def _add_epoch(self, event: EpochEnded) -> None:
        for name, value in event.values.items():
            column = self._epoch_values.setdefault(name, Growing())
            column.extend(np.full(len(self._epoch_numbers) - len(column), math.nan))
            column.extend(np.array([value]))
        self._epoch_numbers.extend(np.array([float(event.epoch)]))
        self._epoch_steps.extend(np.array([float(event.step)]))
        self._epoch_seconds.extend(np.array([event.seconds]))
        for column in self._epoch_values.values():
            column.extend(np.full(len(self._epoch_numbers) - len(column), math.nan))
        self.time = max(self.time, event.time)
