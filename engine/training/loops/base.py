"""What the training loops of all backends have in common.

A loop holds the data and the network's state on the device and does many steps in one call, inside one compiled
function, so that a step costs what its arithmetic costs. It knows nothing of epochs' bookkeeping, events or stopping:
the session asks for pieces of work that take some 30 ms and looks up in between. Keras's thread only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.models.build import Built
from engine.training.objective import Objective

Rows = NDArray[np.float32]
"""(steps, figures): each batch's own loss and metrics, in the order of the objective's names."""


class Part:
    """One part of the data as a loop needs it: arrays in the order of the model's inputs, labels by Output."""

    def __init__(self, built: Built, x: Mapping[str, NDArray[Any]], y: Mapping[str, NDArray[Any]]) -> None:
        self.inputs: dict[str, NDArray[Any]] = {name: x[array] for name, array in built.input_arrays.items()}
        self.labels: dict[str, NDArray[Any]] = {
            output.name: y[output.target.name] for output in built.outputs if output.target is not None
        }

    @property
    def examples(self) -> int:
        """How many examples there are."""
        return len(next(iter(self.inputs.values())))


class Loop(Protocol):
    """Many steps in one call. Positions count examples within the order of the epoch."""

    def begin_epoch(self, order: NDArray[np.int32]) -> None:
        """Takes the order in which the epoch's examples come."""

    def train(self, first: int, size: int, count: int) -> Rows:
        """`count` steps on batches of `size` examples each, from the example at `first` on."""

    def gather(self, first: int, size: int, count: int) -> Rows:
        """Adds up the gradients of `count` micro-batches, each weighted by its examples, and changes no weight."""

    def apply_gathered(self) -> None:
        """One step along the gathered gradient, which is then empty again."""

    def drop_gathered(self) -> None:
        """Empties the gathered gradient without a step."""

    def evaluate(self, first: int, size: int, count: int) -> Rows:
        """The figures of `count` batches of `size` validation examples each, in the data's own order."""

    def set_learning_rate(self, rate: float, scale_buffers: float) -> None:
        """Keras's learning rate from the next step on; the optimizer's buffers are multiplied by `scale_buffers`."""

    def synchronise(self) -> None:
        """Brings the state back into the Keras model and its optimizer, to be saved or used."""


def make_loop(built: Built, optimizer: Any, objective: Objective, training: Part, validation: Part) -> Loop:
    """The loop of the backend that Keras runs on."""
    from keras import backend

    if backend.backend() == "jax":
        from engine.training.loops.jax import JaxLoop

        return JaxLoop(built, optimizer, objective, training, validation)
    from engine.training.loops.tensorflow import TensorFlowLoop

    return TensorFlowLoop(built, optimizer, objective, training, validation)


def buffers(optimizer: Any) -> list[int]:
    """The places, among an optimizer's variables, of those that it keeps for each weight."""
    own = {id(optimizer.iterations), id(optimizer._learning_rate)}
    return [place for place, variable in enumerate(optimizer.variables) if id(variable) not in own]
