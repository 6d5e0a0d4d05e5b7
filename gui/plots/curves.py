"""What a plot shows, as plain arrays: a metric's figures by batch and by epoch, smoothing, and ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.training.history import SMOOTHING, Growing
from engine.training.history import Smoothing as RunningMean

Array = NDArray[np.float64]
Smoothing = Literal["none", "light", "strong"]

WEIGHTS: Mapping[Smoothing, float] = {"none": 0.0, "light": SMOOTHING, "strong": 0.99}
"""How much of the running mean is kept from batch to batch."""


REACH = 1 / 20
"""A smoothed curve looks back over no more than this share of the figures so far, so that it does not lag in a short
run."""

RECENT = 20
"""The newest training figure is the mean of so many batches, fewer while there are few."""

SHORT_RUN = 30.0
"""A run of no more epochs than these is shown with all the room that it will need."""

AHEAD, LEAST_SHOWN = 1.15, 10.0
"""A longer run is shown to so many times the epochs that are done, at least so many."""

FENCE = 8.0
"""Figures that are so many times farther above the middle than most of them may leave the picture."""


def _nothing() -> Array:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Curves:
    """One metric of one run. `batch_x` and `epoch_x` count epochs: 1.0 is the end of the first one.

    `batches` are the batches' own figures, `validation` those of the validation part after each epoch (NaN where an
    epoch had none). `best` is the place of the best epoch in `epoch_x`, None where there is none. `epochs` is where
    the run will end, and `ended` says that it goes no further.
    """

    batch_x: Array = field(default_factory=_nothing)
    batches: Array = field(default_factory=_nothing)
    epoch_x: Array = field(default_factory=_nothing)
    validation: Array = field(default_factory=_nothing)
    best: int | None = None
    epochs: float = 1.0
    first_epoch: float = 0.0
    ended: bool = False

    @property
    def newest(self) -> tuple[str, float] | None:
        """The newest figure, and what it is: "validation" once there is one, else "training"."""
        known = self.validation[np.isfinite(self.validation)]
        if len(known):
            return "validation", float(known[-1])
        if not len(self.batches):
            return None
        if self.by_epoch:
            return "training", float(self.batches[-1])
        recent = self.batches[-min(RECENT, math.ceil(len(self.batches) / 4)) :]
        finite = recent[np.isfinite(recent)]
        return "training", float(finite.mean() if len(finite) else recent[-1])

    @property
    def by_epoch(self) -> bool:
        """Whether each batch is a whole epoch, as with gradient descent: its figures need no smoothing."""
        return len(self.batch_x) > 1 and float(self.batch_x[1] - self.batch_x[0]) > 1.0 - 1e-9


class Smoother:
    """A smoothed curve that grows with its figures, of which only what is new is computed.

    It is an exponential mean, corrected for its start, of which `weight` is kept from figure to figure once there are
    many; while there are few its memory is `REACH` of them.
    """

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._growing = math.ceil(1.0 / (REACH * (1.0 - weight))) if weight else 0
        self._mean: RunningMean | None = None
        self._values = Growing()
        self._sum = 0.0
        self._mass = 0.0

    def extend(self, figures: Array) -> Array:
        """The smoothed curve of `figures`; shorter figures than last time are those of another run."""
        if self._weight == 0.0:
            return figures
        if len(figures) < len(self._values):
            self._begin()
        if len(self._values) < self._growing:
            self._values.extend(self._begun(figures[len(self._values) : self._growing]))
        new = figures[len(self._values) :]
        if len(new):
            if self._mean is None:
                self._mean = RunningMean(1, self._weight)
                self._mean.go_on_from(self._sum, self._mass)
            self._values.extend(self._mean.extend(new[:, None])[:, 0])
        return self._values.values

    def _begun(self, figures: Array) -> Array:
        """The first figures, whose mean reaches back farther with each."""
        smoothed = np.empty(len(figures))
        for place, figure in enumerate(figures.tolist(), len(self._values)):
            keep = kept_at(place, self._weight)
            known = math.isfinite(figure)
            self._sum = keep * self._sum + ((1.0 - keep) * figure if known else 0.0)
            self._mass = keep * self._mass + ((1.0 - keep) if known else 0.0)
            smoothed[place - len(self._values)] = self._sum / self._mass if self._mass > 0.0 else math.nan
        return smoothed

    def _begin(self) -> None:
        self._mean = None
        self._values = Growing()
        self._sum = self._mass = 0.0


def kept_at(place: int, weight: float) -> float:
    """How much of the running mean is kept at a place: a memory of `REACH` of the figures, `weight` at most."""
    least = 0.2  # 0 would forget all that was known when a figure is not finite
    return min(weight, max(least, 1.0 - 1.0 / (REACH * (place + 1))))


def epoch_range(curves: Curves) -> tuple[float, float]:
    """The epochs to show: a short run whole, a long one a little beyond where it stands, an ended one as it is."""
    first, span = curves.first_epoch, max(curves.epochs - curves.first_epoch, 1e-3)
    done = max((float(axis[-1]) for axis in (curves.batch_x, curves.epoch_x) if len(axis)), default=first) - first
    if curves.ended and done > 0.0:
        span = done
    elif span > SHORT_RUN:
        span = min(span, max(nice_above(AHEAD * done), LEAST_SHOWN))
    return first, first + span


def value_range(curves: Curves, smoothed: Array, *, fraction: bool, logarithmic: bool) -> tuple[float, float] | None:
    """The lowest and highest value to show, rounded so that they change seldom; None while there is nothing to show.

    A few wild batches at the start must not flatten all that follows: they may leave the picture. Where a run stands
    now is always in it, also when it runs away.
    """
    sample = curves.batches[:: max(1, len(curves.batches) // 2000)]
    parts = [sample, smoothed[:: max(1, len(smoothed) // 500)], curves.validation]
    shown = np.concatenate(parts)
    shown = shown[np.isfinite(shown)]
    if logarithmic:
        shown = shown[shown > 0]
    if not len(shown):
        return None
    low, high = (float(bound) for bound in np.percentile(shown, (0.5, 99.0)))
    if logarithmic:
        low, high = math.log10(low), math.log10(high)
        step = 0.25
        return math.floor(low / step) * step, max(math.ceil(high / step), math.floor(low / step) + 1) * step
    if fraction:
        top = 1.0 if high > 0.5 else nice_above(high)
        step = 0.2 if low < 0.8 else 0.1 if low < 0.9 else 0.05
        return max(0.0, math.floor((low - 0.01) / step) * step), top
    middle, most = (float(bound) for bound in np.percentile(shown, (50.0, 90.0)))
    newest = [float(values[-1]) for values in (smoothed, curves.validation) if len(values)]
    high = max([min(high, most + FENCE * (most - middle)), *(value for value in newest if math.isfinite(value))])
    if low >= 0.0 and low < 0.5 * high:
        return 0.0, nice_above(high)
    step = nice_above((high - low) / 5 or abs(high) / 5 or 0.2)
    return math.floor(low / step) * step, math.ceil(high / step) * step + (step if low == high else 0.0)


def nice_above(value: float) -> float:
    """The next round number from `value` up: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    if value <= 0.0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for digit in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
        if value <= digit * power * (1 + 1e-9):
            return digit * power
    return 10.0 * power


def figure_text(value: float | None, *, fraction: bool) -> str:
    """A metric's figure as it is written beside a curve: 97.91 %, 0.0684, 1.2e-05."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "not finite"
    if fraction:
        return f"{100 * value:.2f} %"
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-4:
        return f"{value:.2e}".replace("-", "−")
    decimals = max(0, 3 - math.floor(math.log10(size))) if size >= 1 else 4
    return f"{value:.{decimals}f}".replace("-", "−")
