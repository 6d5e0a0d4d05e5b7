"""Asks Keras what a layer makes of given shapes, without allocating a weight; answers are plain and kept.

The first pass calls a real layer on symbolic tensors in a scope that initialises nothing. The second, `trace`, also
runs its `call` abstractly: layers with a `compute_output_shape` of their own skip that in the first pass, and accept
some graphs that cannot work. One thread only: Keras's scopes are thread-local.
"""

from __future__ import annotations

import inspect
import math
import re
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from engine.catalogue.spec import BlockSpec
from engine.graph import Value
from engine.judge.layers import call_layer, layer_from_values
from engine.judge.operations import operations
from engine.judge.report import Shape

_KEPT = 8192
"""How many answers are kept; the one that was not asked for longest goes first."""


@dataclass(frozen=True)
class Signature:
    """What is known of a tensor: its shape without the batch, its number type, and the shape of its mask, if any."""

    shape: Shape
    dtype: str = "float32"
    mask: Shape | None = None


@dataclass(frozen=True)
class Needs:
    """What a layer says about an input: how many dimensions, the batch included, and the length of some of them."""

    exactly: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    axes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why Keras does not take a layer or its inputs: the error's class, its bare message, and what the layer needs.

    `stage` is "make" for the constructor, "call" for the first pass and "trace" for the second.
    """

    stage: str
    kind: str
    message: str
    needs: tuple[Needs, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What Keras says about a layer on its inputs: outputs and counts, or a refusal.

    `loses_mask` says that an input marks padded steps and that the layer drops those marks without a use for them.
    """

    outputs: tuple[Signature, ...] = ()
    parameters: int = 0
    trainable: int = 0
    operations: int | None = None
    refusal: Refusal | None = None
    loses_mask: bool = False
    traced: bool = False


Inputs = Mapping[str, tuple[Signature, ...]]
"""The tensors at each input port of a block."""


class Probe:
    """Answers about layers, each kept under its type, parameters and inputs. `asked` counts the layers constructed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Answer] = OrderedDict()
        self.asked = 0

    def ask(self, spec: BlockSpec, values: Mapping[str, Value], inputs: Inputs, *, trace: bool) -> Answer:
        """What a layer of this type with these values makes of these inputs."""
        key = (spec.type, tuple(sorted(values.items())), tuple(sorted(inputs.items())))
        return self._answer(key, lambda: layer_from_values(spec, values, "layer"), spec, inputs, trace=trace)

    def ask_scaling(self, kind: str, make: Callable[[], Any], spec: BlockSpec, tensor: Signature) -> Answer:
        """What an Input's scaling, which `make` gives as a layer, makes of its examples."""
        return self._answer(("scaling", kind, tensor), make, spec, {"input": (tensor,)}, trace=False)

    def _answer(self, key: object, make: Callable[[], Any], spec: BlockSpec, inputs: Inputs, *, trace: bool) -> Answer:
        kept = self._kept.get(key)
        if kept is not None and (kept.traced or not trace or kept.refusal is not None):
            self._kept.move_to_end(key)
            return kept
        self.asked += 1
        answer = _ask(make, spec, inputs, trace=trace)
        self._kept[key] = answer
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return answer


@contextmanager
def _weightless() -> Iterator[None]:
    """A scope in which layers get variables without values, and after which nothing allocates them."""
    import keras
    from keras.src.backend.common import global_state

    waiting = list(global_state.get_global_attribute("uninitialized_variables", []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Leaving the next ordinary scope would allocate every variable that is still on this list (Keras 3.15.1).
        global_state.set_global_attribute("uninitialized_variables", waiting)


def _ask(make: Callable[[], Any], spec: BlockSpec, inputs: Inputs, *, trace: bool) -> Answer:
    import keras

    stage, layer = "make", None
    with _weightless(), warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        try:
            layer = make()
            stage = "call"
            ports = spec.inputs or ()
            tensors = {name: [_tensor(signature) for signature in port] for name, port in inputs.items()}
            given = call_layer(layer, spec, tensors) if ports else layer(tensors["input"][0])
            answer = Answer(
                tuple(_signature(tensor) for tensor in keras.tree.flatten(given)),
                parameters=sum(math.prod(weight.shape) for weight in layer.weights),
                trainable=sum(math.prod(weight.shape) for weight in layer.trainable_weights),
                loses_mask=any("does not support masking" in str(note.message) for note in notes),
            )
            answer = replace(answer, operations=operations(layer, _shapes(inputs), _output_shapes(answer)))
            if trace:
                stage = "trace"
                _trace(layer, spec, tensors)
                answer = replace(answer, traced=True)
        except Exception as error:  # noqa: BLE001 - the one border where whatever Keras raises is translated
            refusal = Refusal(stage, type(error).__name__, bare_message(str(error)), _needs(layer))
            return Answer(refusal=refusal) if stage != "trace" else replace(answer, refusal=refusal, traced=True)
    return answer


def _trace(layer: Any, spec: BlockSpec, tensors: Mapping[str, list[Any]]) -> None:
    """Runs a built layer's `call` on abstract values. Raises what its computation raises."""
    import keras
    from keras.src import backend

    masks = keras.tree.map_structure(backend.get_keras_mask, call_first(spec, tensors))
    takes_mask = "mask" in inspect.signature(layer.call).parameters
    has_mask = any(mask is not None for mask in keras.tree.flatten(masks))

    def call(ports: Mapping[str, list[Any]], mask: Any = None) -> Any:
        named = {"mask": mask} if mask is not None else {}
        return call_layer(lambda *given, **others: layer.call(*given, **others, **named), spec, ports)

    backend.compute_output_spec(call, tensors, *([masks] if takes_mask and has_mask else []))


def call_first(spec: BlockSpec, tensors: Mapping[str, list[Any]]) -> Any:
    """The tensor or tensors that are a layer's first argument."""
    first = spec.inputs[0]
    return tensors[first.name] if first.many else tensors[first.name][0]


def _tensor(signature: Signature) -> Any:
    import keras
    from keras.src import backend

    tensor = keras.KerasTensor((None, *signature.shape), dtype=signature.dtype)
    if signature.mask is not None:
        backend.set_keras_mask(tensor, keras.KerasTensor((None, *signature.mask), dtype="bool"))
    return tensor


def _signature(tensor: Any) -> Signature:
    from keras.src import backend

    mask = backend.get_keras_mask(tensor)
    return Signature(_plain(tensor.shape), str(tensor.dtype), None if mask is None else _plain(mask.shape))


def _plain(shape: Any) -> Shape:
    """A shape without its batch dimension, NumPy's numbers made Python's."""
    return tuple(None if size is None else int(size) for size in tuple(shape)[1:])


def _shapes(inputs: Inputs) -> tuple[Shape, ...]:
    return tuple(signature.shape for port in inputs.values() for signature in port)


def _output_shapes(answer: Answer) -> tuple[Shape, ...]:
    return tuple(signature.shape for signature in answer.outputs)


def _needs(layer: Any) -> tuple[Needs, ...]:
    """What a layer's input specifications say, as plain values."""
    import keras

    specs = keras.tree.flatten(getattr(layer, "input_spec", None))
    return tuple(
        Needs(
            spec.ndim,
            spec.min_ndim,
            spec.max_ndim,
            tuple((int(axis), int(size)) for axis, size in spec.axes.items() if size is not None),
        )
        if isinstance(spec, keras.InputSpec)
        else Needs()
        for spec in specs
    )


def bare_message(text: str) -> str:
    """Keras's message without colour codes, the list of arguments, and the frame that Keras puts around it."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"\n+Arguments received by .*", "", text, flags=re.DOTALL)
    text = re.sub(r"^Exception encountered when calling [^\n]*\n+", "", text)
    return " ".join(text.split())
