"""The loop on TensorFlow: a `tf.while_loop` over steps that gather their batches from tensors on the device."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.build import Built
from engine.training.loops.base import Part, Rows, buffers
from engine.training.objective import Objective

_MANY_WEIGHTS = 100_000
"""From so many on XLA compiles the update: below, compiling it takes longer than it saves in a first training."""


class TensorFlowLoop:
    """Steps in a compiled TensorFlow graph. See `Loop` for what the functions do.

    Each size of batch has a graph of its own, so an epoch's last, smaller batch compiles a second one: with the size
    known, a recurrent layer's step takes a quarter less. In a network of many weights XLA compiles the optimizer's
    update: that makes one pass over them of a dozen, and a step up to 1.6 times as fast. The rest stays without it: on
    a processor XLA makes convolutions ten times slower, and it compiles recurrent layers for seconds (all seen with
    TensorFlow 2.21).
    """

    def __init__(self, built: Built, optimizer: Any, objective: Objective, training: Part, validation: Part) -> None:
        import tensorflow as tf

        self._model = built.model
        self._optimizer = optimizer
        self._objective = objective
        self._variables = built.model.trainable_variables
        self._training = self._on_device(training)
        self._validation = self._on_device(validation)
        self._examples = max(training.examples, 1)
        self._order: Any = None
        self._gathered: list[Any] = []
        self._train = tf.function(self._train_graph, autograph=False)
        self._gather = tf.function(self._gather_graph, autograph=False)
        self._apply = tf.function(self._apply_graph, autograph=False)
        self._update = self._change_weights
        if built.model.count_params() >= _MANY_WEIGHTS and _xla_is_sure():
            self._update = tf.function(self._change_weights, autograph=False, jit_compile=True)
        self._evaluate = tf.function(self._evaluate_graph, autograph=False)

    def begin_epoch(self, order: NDArray[np.int32]) -> None:
        import tensorflow as tf

        self._order = tf.constant(order, tf.int32)

    def train(self, first: int, size: int, count: int) -> Rows:
        return self._rows(self._train(self._order, *_whole(first, count), size=size))

    def gather(self, first: int, size: int, count: int) -> Rows:
        import tensorflow as tf

        if not self._gathered:
            self._gathered = [tf.Variable(tf.zeros(v.shape, v.dtype), trainable=False) for v in self._variables]
        return self._rows(self._gather(self._order, *_whole(first, count), size=size))

    def apply_gathered(self) -> None:
        self._apply()

    def drop_gathered(self) -> None:
        import tensorflow as tf

        for total in self._gathered:
            total.assign(tf.zeros_like(total))

    def evaluate(self, first: int, size: int, count: int) -> Rows:
        return self._rows(self._evaluate(*_whole(first, size, count)))

    def set_learning_rate(self, rate: float, scale_buffers: float) -> None:
        self._optimizer.learning_rate = rate
        if scale_buffers != 1.0:
            for place in buffers(self._optimizer):
                variable = self._optimizer.variables[place]
                variable.assign(variable * scale_buffers)

    def synchronise(self) -> None:
        """Nothing to do: the graph works on the Keras variables themselves."""

    @staticmethod
    def _on_device(part: Part) -> tuple[dict[str, Any], dict[str, Any]]:
        import tensorflow as tf

        return (
            {name: tf.constant(array) for name, array in part.inputs.items()},
            {name: tf.constant(array) for name, array in part.labels.items()},
        )

    @staticmethod
    def _rows(rows: Any) -> Rows:
        values: Rows = rows.numpy()
        return values

    def _forward(self, part: tuple[dict[str, Any], dict[str, Any]], take: Callable[[Any], Any], training: bool) -> Any:
        """Loss and row of one batch; `take` picks the batch out of an array."""
        import tensorflow as tf

        inputs, labels = part
        batch = {t.name: tf.cast(take(inputs[t.name]), t.dtype) for t in self._model.inputs}
        x = batch if len(batch) > 1 else next(iter(batch.values()))
        predictions = self._model(x, training=training)
        return self._objective.row(
            {name: take(array) for name, array in labels.items()}, predictions, self._model.losses
        )

    def _repeat(self, count: Any, step: Callable[[Any], Any]) -> Any:
        """The rows of `step(0)`, `step(1)`, ... in one tensor."""
        import tensorflow as tf

        rows = tf.TensorArray(tf.float32, size=count, element_shape=(len(self._objective.names),))
        _, rows = tf.while_loop(
            lambda i, _: i < count,
            lambda i, rows: (i + 1, rows.write(i, step(i))),
            (tf.constant(0), rows),
            parallel_iterations=1,
        )
        return rows.stack()

    def _gradients(self, order: Any, first: Any, size: int, i: Any) -> tuple[list[Any], Any]:
        """The gradients and the row of the i-th batch of training examples."""
        import tensorflow as tf

        places = tf.slice(order, [first + i * size], [size])
        with tf.GradientTape() as tape:
            loss, row = self._forward(self._training, lambda array: tf.gather(array, places), True)
        variables = [variable.value for variable in self._variables]
        return tape.gradient(loss, variables), row

    def _change_weights(self, gradients: list[Any]) -> None:
        self._optimizer.apply(gradients, self._variables)

    def _train_graph(self, order: Any, first: Any, count: Any, *, size: int) -> Any:
        import tensorflow as tf

        def step(i: Any) -> Any:
            gradients, row = self._gradients(order, first, size, i)
            # XLA takes no sparse gradients, such as an Embedding's.
            sparse = any(isinstance(gradient, tf.IndexedSlices) for gradient in gradients)
            (self._change_weights if sparse else self._update)(gradients)
            return row

        return self._repeat(count, step)

    def _gather_graph(self, order: Any, first: Any, count: Any, *, size: int) -> Any:
        import tensorflow as tf

        weight = size / self._examples

        def step(i: Any) -> Any:
            gradients, row = self._gradients(order, first, size, i)
            for total, gradient in zip(self._gathered, gradients, strict=True):
                if gradient is not None:
                    total.assign_add(tf.convert_to_tensor(gradient) * tf.constant(weight, total.dtype))
            return row

        return self._repeat(count, step)

    def _apply_graph(self) -> None:
        import tensorflow as tf

        self._optimizer.apply([tf.identity(total) for total in self._gathered], self._variables)
        for total in self._gathered:
            total.assign(tf.zeros_like(total))

    def _evaluate_graph(self, first: Any, size: Any, count: Any) -> Any:
        def step(i: Any) -> Any:
            start = first + i * size
            return self._forward(self._validation, lambda array: array[start : start + size], False)[1]

        return self._repeat(count, step)


def _xla_is_sure() -> bool:
    """Whether XLA is certain to be there: it is part of TensorFlow for Linux; with a GPU it needs tools of CUDA's."""
    import tensorflow as tf

    return sys.platform == "linux" and not tf.config.list_physical_devices("GPU")


def _whole(*numbers: int) -> list[Any]:
    """Whole numbers as tensors: as Python numbers each new one would compile a graph of its own."""
    import tensorflow as tf

    return [tf.constant(number, tf.int32) for number in numbers]
