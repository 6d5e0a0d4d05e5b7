"""The loop on JAX: a compiled `fori_loop` over steps that gather their batches from arrays on the device."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.build import Built
from engine.training.loops.base import Part, Rows, buffers
from engine.training.objective import Objective

_ROWS = 512
"""The most steps in one call: the rows of a call have a fixed place of this length."""


class JaxLoop:
    """Steps in a compiled JAX function. See `Loop` for what the functions do.

    The state lives here, not in the Keras variables, until `synchronise` puts it back. A batch of another size, such
    as an epoch's last, is compiled on its own.
    """

    def __init__(self, built: Built, optimizer: Any, objective: Objective, training: Part, validation: Part) -> None:
        import jax
        import jax.numpy as jnp

        self._model = built.model
        self._optimizer = optimizer
        self._objective = objective
        self._training = self._on_device(training)
        self._validation = self._on_device(validation)
        self._examples = max(training.examples, 1)
        # Copies, because the compiled steps reuse the memory of the state that they are given.
        self._state: Any = jax.tree.map(
            jnp.copy,
            (
                [variable.value for variable in self._model.trainable_variables],
                [variable.value for variable in self._model.non_trainable_variables],
                [variable.value for variable in optimizer.variables],
            ),
        )
        self._order: Any = None
        self._gathered: Any = None
        self._train = partial(jax.jit, static_argnames=("size",), donate_argnames=("state",))(self._train_steps)
        self._gather = partial(jax.jit, static_argnames=("size",), donate_argnames=("others", "gathered"))(
            self._gather_steps
        )
        self._apply = jax.jit(self._apply_step)
        self._evaluate = partial(jax.jit, static_argnames=("size",))(self._evaluate_steps)

    def begin_epoch(self, order: NDArray[np.int32]) -> None:
        import jax.numpy as jnp

        self._order = jnp.asarray(order, "int32")

    def train(self, first: int, size: int, count: int) -> Rows:
        done = []
        while count > 0:
            now = min(count, _ROWS)
            self._state, rows = self._train(self._state, self._training, self._order, first, now, size=size)
            done.append(np.asarray(rows)[:now])
            first, count = first + now * size, count - now
        return np.concatenate(done)

    def gather(self, first: int, size: int, count: int) -> Rows:
        import jax.numpy as jnp

        if self._gathered is None:
            self._gathered = [jnp.zeros_like(value) for value in self._state[0]]
        trainable, others, slots = self._state
        done = []
        while count > 0:
            now = min(count, _ROWS)
            others, self._gathered, rows = self._gather(
                trainable, others, self._gathered, self._training, self._order, first, now, size=size
            )
            self._state = (trainable, others, slots)
            done.append(np.asarray(rows)[:now])
            first, count = first + now * size, count - now
        return np.concatenate(done)

    def apply_gathered(self) -> None:
        trainable, others, slots = self._state
        trainable, slots = self._apply(trainable, slots, self._gathered)
        self._state = (trainable, others, slots)
        self._gathered = None

    def drop_gathered(self) -> None:
        self._gathered = None

    def evaluate(self, first: int, size: int, count: int) -> Rows:
        done = []
        while count > 0:
            now = min(count, _ROWS)
            rows = self._evaluate(self._state[0], self._state[1], self._validation, first, now, size=size)
            done.append(np.asarray(rows)[:now])
            first, count = first + now * size, count - now
        return np.concatenate(done)

    def set_learning_rate(self, rate: float, scale_buffers: float) -> None:
        import jax.numpy as jnp

        trainable, others, slots = self._state
        slots = list(slots)
        places = [id(variable) for variable in self._optimizer.variables]
        rate_place = places.index(id(self._optimizer._learning_rate))
        slots[rate_place] = jnp.asarray(rate, slots[rate_place].dtype)
        if scale_buffers != 1.0:
            for place in buffers(self._optimizer):
                slots[place] = slots[place] * scale_buffers
        self._state = (trainable, others, slots)

    def synchronise(self) -> None:
        import jax.numpy as jnp

        variables = (
            self._model.trainable_variables,
            self._model.non_trainable_variables,
            self._optimizer.variables,
        )
        for group, values in zip(variables, self._state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(jnp.copy(value))

    @staticmethod
    def _on_device(part: Part) -> tuple[dict[str, Any], dict[str, Any]]:
        import jax.numpy as jnp

        return (
            {name: jnp.asarray(array) for name, array in part.inputs.items()},
            {name: jnp.asarray(array) for name, array in part.labels.items()},
        )

    def _forward(self, trainable: Any, others: Any, batch: Any, training: bool) -> tuple[Any, Any, Any]:
        """Loss, row and the changed non-trainable state of one batch."""
        import jax.numpy as jnp

        inputs, labels = batch
        named = {tensor.name: inputs[tensor.name].astype(jnp.dtype(tensor.dtype)) for tensor in self._model.inputs}
        x = named if len(named) > 1 else next(iter(named.values()))
        predictions, others, penalties = self._model.stateless_call(
            trainable, others, x, training=training, return_losses=True
        )
        loss, row = self._objective.row(labels, predictions, penalties)
        return loss, row, others

    def _gradients(self, trainable: Any, others: Any, data: Any, order: Any, start: Any, size: int) -> Any:
        """Gradients, row and changed non-trainable state of one batch of training examples."""
        import jax

        places = jax.lax.dynamic_slice(order, (start,), (size,))
        batch = jax.tree.map(lambda array: array[places], data)

        def loss_of(trainable: Any) -> Any:
            loss, row, changed = self._forward(trainable, others, batch, True)
            return loss, (row, changed)

        (_, (row, changed)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        return gradients, row, changed

    def _repeat(self, count: Any, step: Any, state: Any) -> Any:
        """The state after `count` steps, and their rows."""
        import jax
        import jax.numpy as jnp

        def body(i: Any, carried: Any) -> Any:
            state, rows = carried
            state, row = step(i, state)
            return state, rows.at[i].set(row)

        rows = jnp.zeros((_ROWS, len(self._objective.names)), "float32")
        return jax.lax.fori_loop(0, count, body, (state, rows))

    def _train_steps(self, state: Any, data: Any, order: Any, first: Any, count: Any, size: int) -> Any:
        def step(i: Any, state: Any) -> Any:
            trainable, others, slots = state
            gradients, row, others = self._gradients(trainable, others, data, order, first + i * size, size)
            trainable, slots = self._optimizer.stateless_apply(slots, gradients, trainable)
            return (trainable, others, slots), row

        return self._repeat(count, step, state)

    def _gather_steps(
        self, trainable: Any, others: Any, gathered: Any, data: Any, order: Any, first: Any, count: Any, size: int
    ) -> Any:
        import jax

        weight = size / self._examples

        def step(i: Any, state: Any) -> Any:
            others, gathered = state
            gradients, row, others = self._gradients(trainable, others, data, order, first + i * size, size)
            return (others, jax.tree.map(lambda total, part: total + weight * part, gathered, gradients)), row

        (others, gathered), rows = self._repeat(count, step, (others, gathered))
        return others, gathered, rows

    def _apply_step(self, trainable: Any, slots: Any, gathered: Any) -> Any:
        return self._optimizer.stateless_apply(slots, gathered, trainable)

    def _evaluate_steps(self, trainable: Any, others: Any, data: Any, first: Any, count: Any, size: int) -> Any:
        import jax

        def step(i: Any, state: Any) -> Any:
            start = first + i * size
            batch = jax.tree.map(lambda array: jax.lax.dynamic_slice_in_dim(array, start, size), data)
            return state, self._forward(trainable, others, batch, False)[1]

        return self._repeat(count, step, 0)[1]
