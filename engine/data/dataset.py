"""Data with its numbers: what a source reads, and what training works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.description import DataDescription, DataError

Array = NDArray[Any]
Progress = Callable[[int, int], bool]
"""Told how much is done of how much (0: not known); answers whether to go on. Called on the thread that loads."""


class DataCancelledError(DataError):
    """The person gave loading or a download up."""


def tell(progress: Progress | None, done: int, total: int) -> None:
    """Reports progress, if anybody listens. Raises DataCancelledError when the listener wants no more."""
    if progress is not None and not progress(done, total):
        raise DataCancelledError("Loading the data was cancelled.")


@dataclass(frozen=True, eq=False)
class Part:
    """Some examples: arrays that enter the network and targets to be predicted, each (examples, ...), by their name."""

    x: Mapping[str, Array]
    y: Mapping[str, Array]

    @property
    def examples(self) -> int:
        """How many examples there are."""
        return len(next(iter(self.x.values())))

    def chosen(self, rows: NDArray[np.intp]) -> Part:
        """The examples at these places, copied."""
        return Part({key: a[rows] for key, a in self.x.items()}, {key: a[rows] for key, a in self.y.items()})


@dataclass(frozen=True, eq=False)
class SourceData:
    """What a source reads.

    `class_names` has an entry for every target that is a class number; the other targets are numbers. Without a
    `validation` part one is split off the training part. `note` is a sentence about the data, or "".
    """

    training: Part
    class_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    validation: Part | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Data ready for training: keys are the names of the description's arrays and targets.

    Every array is in C order. Class targets are int64 of shape (examples,), numbers float32 of shape (examples, 1)
    (or as wide as the target). The validation arrays are there also when they have no example.
    """

    description: DataDescription
    x_train: dict[str, Array]
    y_train: dict[str, Array]
    x_val: dict[str, Array]
    y_val: dict[str, Array]
