"""Fixes that make a prediction fit its target: the last layers' sizes and activation, loss, metrics, scaling."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.catalogue import CATALOGUE
from engine.catalogue.params import ParamError
from engine.data.description import TargetInfo
from engine.fix import AppendBlock, Fix, InsertBlock, SetParameter, Step
from engine.graph import Block, Value
from engine.judge.fixes.case import PASSES_ON, Case, Entry, Network
from engine.judge.layers import looks_up
from engine.judge.outputs import misfit, resolve_loss
from engine.judge.predictions import (
    Prediction,
    Producer,
    activation_findings,
    last_activation,
    size_maker,
    wanted_shape,
)
from engine.judge.report import Shape, shape_text
from engine.judge.values import suggested_scaling
from engine.judge.words import label
from engine.losses import LossEntry
from engine.metrics import METRICS

Layer = tuple[str, Mapping[str, Value]]
"""A block to be added: its type, and its parameters."""

_LONG_ROW = 50_000
"""From so many numbers on, pooling comes before Flatten: a Dense behind it would be very large."""

_ACTIVATIONS: dict[str, str | None] = {
    "softmax": "softmax",
    "sigmoid": "sigmoid",
    "exponential": "exponential",
    "linear": None,
}
"""For what a loss expects of the last layer, the activation that gives it."""


@dataclass(frozen=True)
class _Goal:
    """What should arrive at an Output: the loss and the target decide."""

    loss: LossEntry
    target: TargetInfo

    @property
    def shape(self) -> Shape:
        """The shape of a prediction that fits."""
        return wanted_shape(self.loss, self.target)

    @property
    def units(self) -> int:
        """How many numbers a prediction has."""
        return math.prod(size or 1 for size in self.shape)

    @property
    def dense(self) -> Layer:
        """The layer that gives such a prediction, from a row of numbers."""
        return "Dense", {"units": self.units, "activation": _ACTIVATIONS.get(self.loss.last_activation)}

    @property
    def dense_words(self) -> str:
        """That layer in words: `a Dense with 10 units and softmax`."""
        activation = _ACTIVATIONS.get(self.loss.last_activation)
        units = f"{self.units} unit{'' if self.units == 1 else 's'}"
        return f"a Dense with {units}{f' and {activation}' if activation else ''}"


def endings(network: Network, end: str | None) -> Iterator[tuple[str, tuple[Layer, ...]]]:
    """What can stand between a block and a new Output, as words to go before "an Output" and as layers in their order.

    Without `end` it is a row of numbers that goes on.
    """
    yield "", ()
    target = network.data.target(None) if network.data is not None else None
    if target is None:
        yield "a Dense and ", (("Dense", {}),)
        return
    goal = _Goal(resolve_loss({}, target), target)
    shape = network.shape(end) if end is not None else None
    if shape == goal.shape:
        return
    yield f"{goal.dense_words} and ", (goal.dense,)
    if shape is not None and len(shape) > 1:
        for reducer in reducers(shape):
            words = f"a {reducer}, {goal.dense_words} and "
            yield words, ((reducer, {}), goal.dense)


def starting_values(network: Network, before: str | None = None) -> Mapping[str, Value]:
    """The parameters with which a new Input suits the data, and the block that it feeds."""
    spec = network.spec(before) if before is not None else None
    array = network.data.input(None) if network.data is not None else None
    scaling = suggested_scaling(array) if array is not None and not (spec and looks_up(spec)) else "none"
    return {"scaling": scaling} if scaling != "none" else {}


def reducers(shape: Shape) -> tuple[str, ...]:
    """The blocks that make a row of numbers of this shape, the best one first."""
    pooling = f"GlobalAveragePooling{len(shape) - 1}D"
    if pooling not in CATALOGUE:
        return ("Flatten",)
    long = None in shape or math.prod(size or 1 for size in shape) > _LONG_ROW
    return (pooling, "Flatten") if long else ("Flatten", pooling)


def _goal(case: Case, target: TargetInfo | None, loss: Value, prediction: Shape | None) -> _Goal | None:
    if target is None:
        return None
    return _Goal(resolve_loss({**case.values, "loss": loss}, target, prediction), target)


def _fit_prediction(case: Case) -> Iterator[Fix]:
    """The network's end is brought into the form that the target asks for; else the loss is left to the data."""
    target = _target(case, case.values["target"])
    chain = case.network.chain(case.block.id)
    if target is None or not chain:
        return
    goal = _goal(case, target, case.values["loss"], chain[0].shape)
    if goal is not None:
        for title, steps in _ways(case, chain, goal):
            yield Fix(title, steps)
    if case.values["loss"] is not None:
        yield from _free_loss(case)


def _free_loss(case: Case) -> Iterator[Fix]:
    """The loss is left to the data, and the network's end brought into the form that it then needs."""
    chain = case.network.chain(case.block.id)
    goal = _goal(case, _target(case, case.values["target"]), None, chain[0].shape if chain else None)
    title = f"Let the loss of {label(case.block)} fit the data"
    free = SetParameter(case.block.id, "loss", None)
    yield Fix(title, (free,))
    for also, steps in _ways(case, chain, goal) if goal is not None and chain else ():
        yield Fix(f"{title}, and {also[0].lower()}{also[1:]}", (free, *steps))


def _target(case: Case, name: Value) -> TargetInfo | None:
    data = case.network.data
    return data.target(str(name) if name is not None else None) if data is not None else None


def _ways(case: Case, chain: tuple[Producer, ...], goal: _Goal) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The ways to a prediction of the wanted form, each with its title."""
    output, shape = case.block, chain[0].shape
    if len(goal.shape) != 1:
        reshape = AppendBlock("Reshape", output.id, {"target_shape": goal.shape})
        yield f"Put a Reshape to {shape_text(goal.shape)} before {label(output)}", (reshape,)
        yield (
            f"Put {goal.dense_words} and a Reshape to {shape_text(goal.shape)} before {label(output)}",
            (*_appended(output, goal.dense), reshape),
        )
        return
    prediction = Prediction(output, case.values, shape, chain)
    if len(shape) == 1:
        maker = size_maker(prediction)
        if maker is not None and (finish := _finished(prediction, maker, goal))[1]:
            yield finish
        yield f"Put {goal.dense_words} before {label(output)}", _appended(output, goal.dense)
        yield from _by_filters(prediction, goal)
    elif not shape:
        row: Layer = ("Reshape", {"target_shape": (1,)})
        yield f"Put a Reshape to 1 and {goal.dense_words} before {label(output)}", _appended(output, row, goal.dense)
    else:
        yield from _in_a_row(case, prediction, goal)


def _by_filters(prediction: Prediction, goal: _Goal) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """A convolution behind which there is only pooling gives a number for each class."""
    maker = next((one for one in prediction.producers if one.spec.category not in (*PASSES_ON, "pooling")), None)
    activation = _ACTIVATIONS.get(goal.loss.last_activation)
    if maker is None or maker.values.get("filters") != prediction.shape[-1]:
        return
    title = f"Set filters of {label(maker.block)} to {goal.units}"
    filters = SetParameter(maker.block.id, "filters", goal.units)
    if activation is None:
        yield title, (filters,)
    else:
        bend = AppendBlock("Activation", prediction.block.id, {"activation": activation})
        yield f"{title}, and put a {activation} before {label(prediction.block)}", (filters, bend)


def _in_a_row(case: Case, prediction: Prediction, goal: _Goal) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """The ways from a picture or a series to a row of numbers: before the last Dense layers, or before a new one."""
    output = prediction.block
    tail = _tail(prediction)
    denses = [producer for producer in tail if producer.spec.type == "Dense"]
    above = prediction.producers[len(tail)] if len(tail) < len(prediction.producers) else None
    finish = _finished(prediction, denses[0], goal) if denses else ("", _appended(output, goal.dense))
    and_finish = f", and {finish[0][0].lower()}{finish[0][1:]}" if finish[0] else ""
    if above is not None and above.values.get("return_sequences") is True:
        off = SetParameter(above.block.id, "return_sequences", False)
        also = and_finish if denses else f", and add {goal.dense_words}"
        yield f"Switch return_sequences of {label(above.block)} off{also}", (off, *finish[1])
        if not denses:
            yield f"Switch return_sequences of {label(above.block)} off", (off,)
    start = above.shape if above is not None else prediction.shape
    for reducer in reducers(start):
        if not denses:
            layers: tuple[Layer, ...] = ((reducer, {}), goal.dense)
            yield f"Put a {reducer} and {goal.dense_words} before {label(output)}", _appended(output, *layers)
            yield f"Put a {reducer} before {label(output)}", _appended(output, layers[0])
            continue
        first = denses[-1].block
        link = case.network.feeding(first.id)
        if link is not None:
            yield f"Put a {reducer} before {label(first)}{and_finish}", (InsertBlock(reducer, link), *finish[1])


def _tail(prediction: Prediction) -> tuple[Producer, ...]:
    """The last blocks that look at each place of a picture or series by itself."""
    found: list[Producer] = []
    for producer in prediction.producers:
        same = len(producer.shape) == len(prediction.shape)
        if not same or not (producer.spec.type == "Dense" or producer.spec.category in PASSES_ON):
            break
        found.append(producer)
    return tuple(found)


def _finished(prediction: Prediction, maker: Producer, goal: _Goal) -> tuple[str, tuple[Step, ...]]:
    """Sets the last layer's size, and its activation where it does not fit, as words and steps; both may be empty."""
    name = "filters" if "filters" in maker.values else "units"
    steps: list[Step] = []
    words = ""
    if maker.values[name] != goal.units:
        steps.append(SetParameter(maker.block.id, name, goal.units))
        words = f"Set {name} of {label(maker.block)} to {goal.units}"
    changed = Prediction(prediction.block, prediction.values, goal.shape, prediction.producers)
    last = last_activation(changed)
    better = _ACTIVATIONS.get(goal.loss.last_activation)
    if last is not None and activation_findings(changed, goal.loss, goal.target):
        steps.append(_bend(last[0], better))
        if words and last[0] is maker:
            words += f" with {better}" if better else " without activation"
        elif words:
            words += f", and {_bend_words(last[0], better, capital=False)}"
        else:
            words = _bend_words(last[0], better)
    return words, tuple(steps)


def _bend(producer: Producer, activation: str | None) -> SetParameter:
    """Sets an activation; that of an Activation block cannot be nothing."""
    try:
        value = producer.spec.param("activation").check(activation)
    except ParamError:
        value = "linear"
    return SetParameter(producer.block.id, "activation", value)


def _bend_words(producer: Producer, activation: str | None, *, capital: bool = True) -> str:
    words = f"set the activation of {label(producer.block)} to {activation or 'none'}"
    return words[0].upper() + words[1:] if capital else words


def _appended(output: Block, *layers: Layer) -> tuple[Step, ...]:
    """Steps that put layers before an Output, in their order."""
    return tuple(AppendBlock(type_name, output.id, values) for type_name, values in layers)


def _fit_activation(case: Case) -> Iterator[Fix]:
    """The last activation becomes the one that the loss expects."""
    chain = case.network.chain(case.block.id)
    if not chain:
        return
    prediction = Prediction(case.block, case.values, chain[0].shape, chain)
    last = last_activation(prediction)
    target = _target(case, case.values["target"])
    loss = resolve_loss(case.values, target, prediction.shape)
    if last is None:
        return
    expected = _ACTIVATIONS.get(loss.last_activation)
    single = "sigmoid" if loss.labels else None
    for activation in dict.fromkeys((expected, single, None)):
        yield Fix(_bend_words(last[0], activation), (_bend(last[0], activation),))


def _fit_metrics(case: Case) -> Iterator[Fix]:
    """Metrics that make no sense for the target go; where none is left, the data choose."""
    chosen, target = case.values["metrics"], _target(case, case.values["target"])
    if isinstance(chosen, tuple) and target is not None:
        fitting = tuple(name for name in chosen if isinstance(name, str) and not misfit(METRICS[name], target))
        titles = " and ".join(METRICS[name].title for name in fitting if isinstance(name, str))
        title = f"Keep only {titles}" if fitting else f"Let the metrics of {label(case.block)} fit the data"
        yield Fix(title, (SetParameter(case.block.id, "metrics", fitting or None),))


def _choose_target(case: Case) -> Iterator[Fix]:
    """An Output that asks for what the data do not have takes one of the targets that no other Output has."""
    network, data = case.network, case.network.data
    if data is None:
        return
    taken = {network.values(key)["target"] for key in network.with_role("output")}
    chain = network.chain(case.block.id)
    several = len(data.targets) > 1
    ways = [
        (info, f"Predict '{info.name}'", SetParameter(case.block.id, "target", info.name if several else None))
        for info in sorted(data.targets, key=lambda info: info.name in taken)
    ]
    for _, title, choose in ways:
        yield Fix(title, (choose,))
    for info, title, choose in ways:
        goal = _goal(case, info, case.values["loss"], chain[0].shape if chain else None)
        for also, steps in _ways(case, chain, goal) if goal is not None and chain else ():
            yield Fix(f"{title}, and {also[0].lower()}{also[1:]}", (choose, *steps))


def _choose_array(case: Case) -> Iterator[Fix]:
    """An Input that asks for what the data do not have takes one of the arrays that no other Input has."""
    network, data = case.network, case.network.data
    if data is None:
        return
    taken = {network.values(key)["array"] for key in network.with_role("input")}
    for info in sorted(data.inputs, key=lambda info: info.name in taken):
        value = info.name if len(data.inputs) > 1 else None
        yield Fix(f"Take '{info.name}'", (SetParameter(case.block.id, "array", value),))


def _learn(case: Case) -> Iterator[Fix]:
    """A network without a weight gets a Dense before its Output."""
    network = case.network
    for key in network.with_role("output")[:1]:
        output = network.graph.blocks[key]
        for _, layers in endings(network, network.chain(key)[0].block.id if network.chain(key) else None):
            words = "a Flatten and a Dense" if len(layers) > 1 else "a Dense"
            yield Fix(f"Put {words} before {label(output)}", _appended(output, *layers))


TARGETS = (
    Entry(("wrong-prediction", "unknown-prediction"), _fit_prediction),
    Entry(("wrong-loss",), _free_loss),
    Entry(("last-activation",), _fit_activation),
    Entry(("metric",), _fit_metrics),
    Entry(("unknown-target",), _choose_target),
    Entry(("unknown-array",), _choose_array),
    Entry(("nothing-learns",), _learn),
)
"""Fixes for predictions, targets and data."""
