"""From a graph to a plain Keras model.

The model that comes out is an ordinary Functional one: it holds no class of Lamina's, takes raw values (scaling is one
of its layers) and gives a plain tensor for one Output, for several a dictionary by the Outputs' names as Keras takes
them. Keras is imported inside the functions, and `engine.backend.prepare` has settled its backend before. Keras's
thread only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.edits import active
from engine.graph import Block, Graph, GraphError, PortRef, Value
from engine.judge.layers import (
    call_layer,
    input_dtype,
    keras_names,
    make_layer,
    nest_names,
    scaling_layer,
    scaling_name,
)
from engine.judge.outputs import resolve_loss, resolve_metrics
from engine.judge.report import shape_text
from engine.losses import LossEntry
from engine.metrics import MetricEntry
from engine.models.nesting import nest_layers, outputs_of
from engine.nests import nests


class BuildError(Exception):
    """A graph that cannot become a model. The message says which block, why, and how to mend it."""


@dataclass(frozen=True, eq=False)
class Statistics:
    """Mean and variance of an array's last dimension (its columns, features or channels) over the training part."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True)
class BuiltOutput:
    """One thing that the model predicts.

    `title` is the Output block's name, `name` its form that Keras takes: the key of the model's outputs where there are
    several. `shape` is that of one prediction. `target` is None where there is no data.
    """

    name: str
    title: str
    shape: tuple[int | None, ...]
    target: TargetInfo | None
    loss: LossEntry
    metrics: tuple[MetricEntry, ...]
    weight: float


@dataclass(frozen=True, eq=False)
class Built:
    """A model and what connects it with the data.

    `input_arrays` gives for each of the model's inputs, in their order, the name of the data's array that enters
    there. `outputs` are in the order in which the Output blocks were added.
    """

    model: Any
    input_arrays: Mapping[str, str]
    outputs: tuple[BuiltOutput, ...]

    @property
    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """The shape of one example at each input."""
        return {tensor.name: tuple(tensor.shape[1:]) for tensor in self.model.inputs}


def statistics(array: NDArray[Any], rows_at_once: int = 4096) -> Statistics:
    """Mean and variance along all dimensions but the last, computed in pieces so that large data are not copied.

    A column that is the same everywhere gets variance 1, so that it becomes zero instead of dividing by zero.
    """
    if array.ndim < 2:
        array = array.reshape(-1, 1)
    columns = array.shape[-1]
    count = max(array.size // max(columns, 1), 1)

    def mean_of(offset: NDArray[np.float64] | float, power: int) -> NDArray[np.float64]:
        total = np.zeros(columns)
        for start in range(0, len(array), rows_at_once):
            piece = array[start : start + rows_at_once].reshape(-1, columns).astype(np.float64)
            total += ((piece - offset) ** power).sum(axis=0)
        mean: NDArray[np.float64] = total / count
        return mean

    mean = mean_of(0.0, 1)
    variance = mean_of(mean, 2)
    # Rounding leaves a constant column with a variance that is tiny beside its value, but not zero.
    constant = variance <= 1e-12 * np.maximum(mean**2, 1e-300)
    return Statistics(mean, np.where(constant, 1.0, variance))


def needed_statistics(graph: Graph, data: DataDescription) -> set[str]:
    """The names of the data's arrays that a graph standardises, so that only their statistics are computed."""
    names = set()
    for block in graph.blocks.values():
        spec = CATALOGUE.get(block.type)
        if spec is not None and spec.role == "input":
            values = spec.values(block)
            array = data.input(_text(values, "array"))
            if values.get("scaling") == "standardise" and array is not None:
                names.add(array.name)
    return names


def build_model(graph: Graph, data: DataDescription | None, statistics: Mapping[str, Statistics]) -> Built:
    """The Keras model of a graph, with fresh weights.

    `statistics` holds those of every array that `needed_statistics` names. Blocks that lead nowhere are left out, and
    data pass bypassed ones by. Groups that are nested become models of their own (`engine.nests`).
    Raises BuildError for a graph without a way from an Input to an Output, and what Keras raises for layers that do
    not go together: the judge has asked it before and says so in better words.
    """
    from keras import Input, Model

    try:
        graph = active(graph)
        order = graph.order()
    except GraphError as error:
        raise BuildError(str(error)) from None
    names = keras_names(graph)
    nested = nests(graph).nested
    specs = {key: _spec(graph.blocks[key]) for key in order}
    used = _on_the_way(graph, specs)
    inputs: dict[str, Any] = {}
    arrays: dict[str, str] = {}
    tensors: dict[PortRef, Any] = {}
    layers: dict[str, Any] = {}
    ends: dict[str, PortRef] = {}
    plans: list[BuiltOutput] = []
    for key in (key for key in order if key in used):
        block, spec = graph.blocks[key], specs[key]
        values = spec.values(block)
        ports = {port.name: [tensors[link.source] for link in graph.links_into(key, port.name)] for port in spec.inputs}
        for port, found in ports.items():
            if not found:
                raise BuildError(f"{spec.type} '{block.name}' has nothing at its port '{port}'. Connect a block to it.")
        if spec.role == "input":
            array = _array(block, values, data)
            tensor = Input(_input_shape(block, values, array), dtype=input_dtype(graph, key, array), name=names[key])
            inputs[names[key]] = tensor
            arrays[names[key]] = array.name if array is not None else ""
            tensors[PortRef(key, spec.outputs[0].name)] = _scaled(tensor, block, values, array, statistics, names)
        elif spec.role == "output":
            tensor = ports[spec.inputs[0].name][0]
            if any(plan.title == block.name for plan in plans):
                raise BuildError(f"Two Outputs are called '{block.name}'. Rename one of them.")
            ends[names[key]] = graph.links_into(key)[0].source
            plans.append(_output(names[key], block, values, tuple(tensor.shape[1:]), data))
        else:
            layers[key] = make_layer(block, spec, names[key])
            tensors |= outputs_of(key, spec, call_layer(layers[key], spec, ports))
    model_names = nest_names(graph, names)
    if nested:
        enters = {ref: tensor for ref, tensor in tensors.items() if specs[ref.block].role == "input"}
        tensors = nest_layers(graph.without_blocks(graph.blocks.keys() - used), layers, enters, nested, model_names)
    outputs = {name: tensors[end] for name, end in ends.items()}
    model = Model(
        inputs=next(iter(inputs.values())) if len(inputs) == 1 else inputs,
        outputs=next(iter(outputs.values())) if len(outputs) == 1 else outputs,
        name="model" if "model" not in {*names.values(), *model_names.values()} else "lamina_model",
    )
    # Keras sorts the keys of dictionaries; the data have to come in the model's order.
    return Built(model, {tensor.name: arrays[tensor.name] for tensor in model.inputs}, tuple(plans))


def _spec(block: Block) -> BlockSpec:
    spec = CATALOGUE.get(block.type)
    if spec is None:
        raise BuildError(f"'{block.name}' is of the type {block.type}, which this version does not know. Delete it.")
    return spec


def _on_the_way(graph: Graph, specs: Mapping[str, BlockSpec]) -> set[str]:
    """The blocks that an Output depends on. Raises BuildError when there is no complete way."""
    ends = [key for key, spec in specs.items() if spec.role == "output"]
    if not ends:
        raise BuildError("The network has no Output, so there is nothing to learn. Add an Output after the last layer.")
    used, waiting = set(ends), list(ends)
    while waiting:
        for link in graph.links_into(waiting.pop()):
            if link.source.block not in used:
                used.add(link.source.block)
                waiting.append(link.source.block)
    if not any(specs[key].role == "input" for key in used):
        raise BuildError("No Input leads to an Output. Add an Input and connect it to the first layer.")
    return used


def _text(values: Mapping[str, Value], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _array(block: Block, values: Mapping[str, Value], data: DataDescription | None) -> ArrayInfo | None:
    """The data's array that enters at an Input block."""
    if data is None:
        return None
    array = data.input(_text(values, "array"))
    if array is None:
        known = ", ".join(repr(info.name) for info in data.inputs)
        raise BuildError(
            f"Input '{block.name}' asks for the array {values['array']!r}, but {data.title} has {known}. "
            "Choose one of them."
        )
    return array


def _input_shape(block: Block, values: Mapping[str, Value], array: ArrayInfo | None) -> tuple[int | None, ...]:
    """The shape that a person typed, completed by the data's, or the data's own."""
    typed = values.get("shape")
    if not isinstance(typed, tuple):
        if array is None:
            raise BuildError(f"Input '{block.name}' has no shape. Type one, or choose a data set.")
        return array.shape
    shape = tuple(size if isinstance(size, int) else None for size in typed)
    if array is None:
        return shape
    if len(shape) != len(array.shape) or any(
        own is not None and theirs is not None and own != theirs for own, theirs in zip(shape, array.shape, strict=True)
    ):
        raise BuildError(
            f"Input '{block.name}' takes {shape_text(shape)}, but the data have {shape_text(array.shape)}. "
            "Empty its shape, so that the data tell it, or choose other data."
        )
    return tuple(theirs if own is None else own for own, theirs in zip(shape, array.shape, strict=True))


def _scaled(
    tensor: Any,
    block: Block,
    values: Mapping[str, Value],
    array: ArrayInfo | None,
    statistics: Mapping[str, Statistics],
    names: Mapping[str, str],
) -> Any:
    """An input with its scaling behind it."""
    name = scaling_name(names[block.id])
    while name in names.values():
        name += "_"
    layer = scaling_layer(values, array, name)
    if layer is None:
        return tensor
    result = layer(tensor)
    if values.get("scaling") == "standardise" and array is not None and array.name in statistics:
        known = statistics[array.name]
        shape = tuple(layer.adapt_mean.shape)
        layer.adapt_mean.assign(known.mean.reshape(shape).astype(np.float32))
        layer.adapt_variance.assign(known.variance.reshape(shape).astype(np.float32))
        layer.finalize_state()
    return result


def _output(
    name: str,
    block: Block,
    values: Mapping[str, Value],
    shape: tuple[int | None, ...],
    data: DataDescription | None,
) -> BuiltOutput:
    """What an Output block asks for: target, loss and metrics."""
    target = None
    if data is not None:
        target = data.target(_text(values, "target"))
        if target is None:
            known = ", ".join(repr(info.name) for info in data.targets)
            raise BuildError(
                f"Output '{block.name}' predicts {values['target']!r}, but {data.title} has {known}. "
                "Choose one of them."
            )
    weight = values.get("loss_weight", 1.0)
    assert isinstance(weight, float)
    loss, metrics = resolve_loss(values, target, shape), resolve_metrics(values, target)
    return BuiltOutput(name, block.name, shape, target, loss, metrics, weight)


def compile_model(built: Built, optimizer: Any) -> None:
    """Gives a model its optimizer, losses and metrics, so that its file can be trained further with plain Keras."""
    import keras

    def metric(entry: MetricEntry, output: BuiltOutput) -> Any:
        if entry.function == entry.name:
            return entry.name  # Keras picks the function that fits the labels
        function = entry.function.removeprefix("sparse_") if output.loss.labels == "one-hot" else entry.function
        return keras.metrics.MeanMetricWrapper(getattr(keras.metrics, function), name=entry.name)

    losses = {output.name: output.loss.name for output in built.outputs}
    metrics = {output.name: [metric(entry, output) for entry in output.metrics] for output in built.outputs}
    weights = {output.name: output.weight for output in built.outputs}
    if len(built.outputs) == 1:
        only = built.outputs[0]
        weighted = None if only.weight == 1.0 else only.weight
        built.model.compile(
            optimizer=optimizer, loss=losses[only.name], metrics=metrics[only.name], loss_weights=weighted
        )
    else:
        built.model.compile(optimizer=optimizer, loss=losses, metrics=metrics, loss_weights=weights)
    if optimizer is not None:
        optimizer.build(built.model.trainable_variables)
