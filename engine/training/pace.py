"""How much work to ask of a loop at once, and how often to tell of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from engine.training.events import Batches, Phase, Progress, TrainingEvent
from engine.training.loops.base import Rows

PIECE = 0.03
"""Seconds that a piece of work should take: curves move at 30 Hz, and a stop acts at once."""

Emit = Callable[[TrainingEvent], None]


class Clock:
    """Seconds since the training was asked for."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def __call__(self) -> float:
        return time.perf_counter() - self._start


class Pace:
    """Finds the number of steps that take `PIECE` seconds."""

    def __init__(self, largest: int = 512) -> None:
        self._largest = largest
        self._steps = 1
        self._warm = False

    @property
    def steps(self) -> int:
        """How many steps to ask for now."""
        return self._steps

    def learn(self, steps: int, seconds: float) -> None:
        """Takes in how long some steps took. The first measurement holds the compilation and tells nothing."""
        if not self._warm:
            self._warm = True
            return
        wanted = int(PIECE * steps / max(seconds, 1e-9))
        # At most four times as many at once: one quick step, such as a first small one, must not lead to a long wait.
        self._steps = max(1, min(wanted, 4 * max(steps, 1), self._largest))


class Reporter:
    """Gathers batch events, so that at most 30 a second are sent, and keeps progress to ten a second."""

    def __init__(self, emit: Emit, clock: Clock) -> None:
        self._emit = emit
        self._clock = clock
        self._rows: list[Rows] = []
        self._times: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        self._first = 0
        self._epoch = 0
        self._last_batches = float("-inf")
        self._last_progress = float("-inf")

    def batches(self, epoch: int, first_step: int, rows: Rows, began: float) -> None:
        """Some steps are done that began at a time and end now."""
        if not self._rows:
            self._epoch, self._first = epoch, first_step
        now = self._clock()
        self._rows.append(rows)
        self._times.append(began + (now - began) * np.arange(1, len(rows) + 1) / len(rows))
        if now - self._last_batches >= 1 / 30:
            self.flush()

    def flush(self) -> None:
        """Sends the batches that wait."""
        if self._rows:
            values = np.concatenate(self._rows).astype(np.float64)
            times = np.concatenate(self._times)
            self._rows.clear()
            self._times.clear()
            self._last_batches = self._clock()
            self._emit(Batches(self._epoch, self._first, times, values))

    def progress(self, phase: Phase, done: int, total: int) -> None:
        """How far a long piece of work has come; told at most ten times a second."""
        now = self._clock()
        if now - self._last_progress >= 0.1:
            self._last_progress = now
            self._emit(Progress(now, phase, done, total))

    def event(self, event: TrainingEvent) -> None:
        """Sends any other event, after the batches that wait."""
        self.flush()
        self._emit(event)
