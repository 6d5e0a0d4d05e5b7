"""What a training reports while it goes on. Plain frozen values that travel through a pipe.

Order is kept: a batch event never comes after the epoch event that ends its epoch. `time` is in seconds since the
training was asked for. Steps and epochs count from 1 and go on counting when a run is continued. Metrics are named
as Keras names them in its logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Phase = Literal["loading", "building", "compiling", "training", "validating", "paused", "saving"]
Outcome = Literal["completed", "stopped", "not_finite"]


@dataclass(frozen=True)
class Started:
    """The network is built and training begins.

    `device` names where it runs, such as "CPU, 2 cores" or "GPU NVIDIA H200"; `device_note` says why there is no GPU
    and what would change that, "" on a GPU. `metrics` names the columns of the batch values: "loss" first.
    `notes` are sentences that a person should read, such as that Dropout makes gradient descent inexact.
    """

    time: float
    backend: str
    device: str
    device_note: str
    parameters: int
    examples: int
    validation_examples: int
    batch_size: int
    steps_per_epoch: int
    epochs: int
    first_epoch: int
    first_step: int
    metrics: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Batches:
    """Some steps in a row, all of one epoch. `values` is (steps, metrics): each batch's own figures, no means."""

    epoch: int
    first_step: int
    times: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Progress:
    """How far a long step, a validation or a loading has come; at most ten a second."""

    time: float
    phase: Phase
    done: int
    total: int


@dataclass(frozen=True)
class PhaseChanged:
    """The training does something else now."""

    time: float
    phase: Phase


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over. `values` are means over its examples; validation figures begin with `val_`."""

    time: float
    epoch: int
    step: int
    seconds: float
    values: Mapping[str, float]


@dataclass(frozen=True)
class Finished:
    """The training is over and `last.keras` is in the run's folder.

    `outcome` "not_finite" means that the loss became infinite or NaN; `message` is a sentence that says what came out.
    `learned` is False for a network that is no better than guessing, or whose loss has hardly moved.
    """

    time: float
    outcome: Outcome
    epoch: int
    step: int
    message: str
    learned: bool = True


@dataclass(frozen=True)
class Failed:
    """The training could not go on. `message` is a sentence, `details` what an expert wants to see."""

    time: float
    message: str
    details: str = ""


TrainingEvent = Started | Batches | Progress | PhaseChanged | EpochEnded | Finished | Failed
