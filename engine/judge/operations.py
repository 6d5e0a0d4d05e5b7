"""How many multiplications and additions a layer does for one example, from its weights and shapes.

A multiplication followed by an addition counts as two. It is the work of a prediction; a training step, which goes
back through the network as well, does about three times as much. Activation functions are not counted.
The kinds of layer are told apart by the attributes that Keras gives them, so that a new layer of a known kind needs
nothing here; of an unknown kind the answer is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.judge.report import Shape

Shapes = tuple[Shape, ...]


@dataclass(frozen=True)
class _Kind:
    """One kind of layer: how to know it, and its count from the layer and its input and output shapes."""

    knows: Callable[[Any], bool]
    count: Callable[[Any, Shapes, Shapes], int]


def operations(layer: Any, inputs: Shapes, outputs: Shapes) -> int | None:
    """Multiplications and additions of a built layer for one example; None where they are not known."""
    if any(size is None for shape in (*inputs, *outputs) for size in shape):
        return None
    return next((kind.count(layer, inputs, outputs) for kind in _KINDS if kind.knows(layer)), None)


def _size(shape: Shape) -> int:
    return math.prod(size or 0 for size in shape)


def _matrices(layer: Any) -> int:
    """The numbers in a layer's kernels, without biases."""
    return sum(math.prod(weight.shape) for weight in layer.weights if "kernel" in weight.name)


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda layer: all(hasattr(layer, name) for name in names)


_KINDS = (
    # Recurrent, alone or in a wrapper of two directions: both kernels at every time step.
    _Kind(_has("cell"), lambda layer, inputs, _: 2 * _matrices(layer) * (inputs[0][0] or 0)),
    _Kind(_has("forward_layer"), lambda layer, inputs, _: 2 * _matrices(layer) * (inputs[0][0] or 0)),
    # A lookup computes nothing.
    _Kind(_has("embeddings"), lambda *_: 0),
    # Dense and convolution: the kernel at every place of the output.
    _Kind(_has("kernel"), lambda layer, _, outputs: 2 * _matrices(layer) * _size(outputs[0][:-1])),
    # Pooling: one operation for every number in every window, or, over everything, for every number.
    _Kind(_has("pool_size"), lambda layer, _, outputs: _size(outputs[0]) * math.prod(_tuple(layer.pool_size))),
    _Kind(_has("keepdims", "data_format"), lambda _, inputs, __: _size(inputs[0])),
    # Normalising: a product and a sum for each number.
    _Kind(_has("gamma", "beta"), lambda _, inputs, __: 2 * _size(inputs[0])),
    _Kind(_has("scale", "offset"), lambda _, inputs, __: 2 * _size(inputs[0])),
    _Kind(_has("adapt_mean"), lambda _, inputs, __: 2 * _size(inputs[0])),
    # Merging number by number.
    _Kind(_has("_merge_function"), lambda _, inputs, outputs: (len(inputs) - 1) * _size(outputs[0])),
    # What has no weights and none of the above moves, drops or bends numbers.
    _Kind(lambda layer: not layer.weights, lambda *_: 0),
)


def _tuple(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (int(value),)
