"""Whether what a network predicts fits what it should predict: shape, last activation, loss and metrics.

Knows no Keras: it reads the shape that Keras gave, the data's target, and the catalogue's values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.catalogue.spec import BlockSpec
from engine.data.description import DataDescription, TargetInfo
from engine.graph import Block, Value
from engine.judge.outputs import misfit, resolve_loss
from engine.judge.report import Severity, Shape, shape_text
from engine.judge.words import given, label, listed
from engine.losses import LossEntry
from engine.metrics import METRICS


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: how bad it is, of which kind, and the sentence."""

    severity: Severity
    kind: str
    message: str


@dataclass(frozen=True)
class Producer:
    """A block above an Output: what it is, what it gives, and how many weights it has."""

    block: Block
    spec: BlockSpec
    values: Mapping[str, Value]
    shape: Shape
    parameters: int


@dataclass(frozen=True)
class Prediction:
    """What arrives at an Output. `producers` are the blocks that it comes from, the last one first."""

    block: Block
    values: Mapping[str, Value]
    shape: Shape
    producers: tuple[Producer, ...]


@dataclass(frozen=True)
class _Bend:
    """What an activation can give, at the least and at the most."""

    low: float = -math.inf
    high: float = math.inf


_BENDS: dict[str, _Bend] = {
    "sigmoid": _Bend(0.0, 1.0),
    "hard_sigmoid": _Bend(0.0, 1.0),
    "softmax": _Bend(0.0, 1.0),
    "tanh": _Bend(-1.0, 1.0),
    "softsign": _Bend(-1.0, 1.0),
    "relu": _Bend(low=0.0),
    "relu6": _Bend(0.0, 6.0),
    "softplus": _Bend(low=0.0),
    "exponential": _Bend(low=0.0),
    "elu": _Bend(low=-1.0),
}


def prediction_problems(prediction: Prediction, data: DataDescription | None) -> list[Finding]:
    """What does not fit between a prediction, its loss and its target."""
    if data is None:
        if prediction.values["loss"] is None:
            return []
        return activation_findings(prediction, resolve_loss(prediction.values, None, prediction.shape), None)
    name = prediction.values["target"]
    target = data.target(str(name) if name is not None else None)
    if target is None:
        there = listed([f"'{info.name}'" for info in data.targets]) or "none"
        wanted = f"the target '{name}'" if name is not None else "a target"
        message = f"{label(prediction.block)} asks for {wanted}, but {data.title} has {there}. Choose one."
        return [Finding("error", "unknown-target", message)]
    loss = resolve_loss(prediction.values, target, prediction.shape)
    found = _loss(prediction, loss, target)
    if not found:
        found = _shape(prediction, loss, target, data)
        # As long as the shape is wrong, the activation is likely to change with it.
        found = found or activation_findings(prediction, loss, target)
    return found + _metrics(prediction, target)


def _loss(prediction: Prediction, loss: LossEntry, target: TargetInfo) -> list[Finding]:
    """Whether the loss is for this kind of target at all."""
    if target.kind not in loss.targets:
        meant = "numbers" if target.kind == "classes" else "classes"
        what = f"one of {target.classes} classes" if target.kind == "classes" else "a number"
        return [
            Finding(
                "error",
                "wrong-loss",
                f"{loss.title} is a loss for {meant}, but '{target.name}' is {what}. Choose another loss in "
                f"{label(prediction.block)}, or leave it at 'fits the data'.",
            )
        ]
    if loss.labels == "binary" and target.classes != 2:
        return [
            Finding(
                "error",
                "wrong-loss",
                f"{loss.title} tells two classes apart, but '{target.name}' has {target.classes}. Set the loss of "
                f"{label(prediction.block)} to 'fits the data'.",
            )
        ]
    return []


def wanted_shape(loss: LossEntry, target: TargetInfo) -> Shape:
    """The shape that a prediction of this target has with this loss."""
    if loss.labels in ("integer", "one-hot"):
        return (target.classes,)
    return (1,) if loss.labels == "binary" else target.shape or (1,)


def _shape(prediction: Prediction, loss: LossEntry, target: TargetInfo, data: DataDescription) -> list[Finding]:
    """Whether the prediction has as many numbers as the loss compares."""
    wanted = wanted_shape(loss, target)
    shape = prediction.shape
    who = label(prediction.producers[0].block)
    if len(shape) == len(wanted) and None in shape and all(a in (None, b) for a, b in zip(shape, wanted, strict=True)):
        return [
            Finding(
                "warning",
                "unknown-prediction",
                f"How many numbers {who} gives is not known, and {_wanted(target, data, wanted)}. "
                "Give the Input a shape without '?'.",
            )
        ]
    if shape == wanted:
        return []
    got = _numbers(shape[0]) if len(shape) == 1 else given(shape)
    message = f"{_wanted(target, data, wanted)}, but {who} gives {got}: {_mend(prediction, wanted, target)}."
    return [Finding("error", "wrong-prediction", message)]


def _wanted(target: TargetInfo, data: DataDescription, wanted: Shape) -> str:
    if target.kind == "number":
        return f"'{target.name}' is {_numbers(wanted[0]) if len(wanted) == 1 else given(wanted)}"
    what = data.title if len(data.targets) == 1 else f"'{target.name}'"
    if wanted == (1,):
        return f"Binary cross-entropy compares one number, the probability of '{target.class_names[-1]}'"
    return f"{what} has {target.classes} classes"


def _numbers(count: int | None) -> str:
    return "one number" if count == 1 else f"{'an unknown count of' if count is None else count} numbers"


def _mend(prediction: Prediction, wanted: Shape, target: TargetInfo) -> str:
    """How to get a prediction of the wanted shape, as the end of a sentence."""
    number = wanted[0]
    if len(wanted) != 1:
        return f"put a Reshape to {shape_text(wanted)} before the Output"
    units = f"{number} unit{'' if number == 1 else 's'}"
    activation = "softmax" if target.kind == "classes" and number != 1 else ""
    ending = f" and {activation}" if activation else ""
    if len(prediction.shape) != 1:
        first = "Flatten" if len(prediction.shape) > 1 else "Reshape to 1"
        return f"put a {first} and then a Dense with {units}{ending} between them"
    maker = size_maker(prediction)
    if maker is None:
        return f"put a Dense with {units}{ending} between them"
    name = "filters" if "filters" in maker.values else "units"
    return f"set {name} of {label(maker.block)} to {number}"


def size_maker(prediction: Prediction) -> Producer | None:
    """The block that decides how many numbers there are: the last with units, past what only passes them on."""
    for producer in prediction.producers:
        if producer.shape != prediction.shape:
            return None
        for name in ("units", "filters"):
            if name in producer.values:
                return producer if producer.values[name] == prediction.shape[-1] else None
    return None


def last_activation(prediction: Prediction) -> tuple[Producer, str] | None:
    """The block that bends the prediction last, and how; None where that cannot be told."""
    for producer in prediction.producers:
        if "activation" in producer.values:
            return producer, str(producer.values["activation"] or "linear")
        if producer.parameters or producer.spec.category not in ("shape", "regularization"):
            return None
    return None


def activation_findings(prediction: Prediction, loss: LossEntry, target: TargetInfo | None) -> list[Finding]:
    """Whether the last activation gives what the loss expects. Training works without, but badly."""
    last = last_activation(prediction)
    if last is None or not loss.last_activation:
        return []
    producer, activation = last
    who = label(producer.block)
    uses = f"uses {activation}" if activation != "linear" else "has no activation"
    if activation == "softmax" and prediction.shape[-1:] == (1,):
        better = "sigmoid" if loss.labels else "none"
        message = f"{who} uses softmax on a single number, which is always 1. Set its activation to {better}."
        return [Finding("warning", "last-activation", message)]
    if loss.last_activation in ("softmax", "sigmoid"):
        if activation in (loss.last_activation, "hard_sigmoid" if loss.last_activation == "sigmoid" else ""):
            return []
        what = "probabilities that add up to 1" if loss.last_activation == "softmax" else "a probability from 0 to 1"
        message = f"{loss.title} expects {what}, but {who} {uses}. Set its activation to {loss.last_activation}."
        return [Finding("warning", "last-activation", message)]
    bend = _BENDS.get(activation, _Bend())
    if loss.last_activation == "exponential":
        if bend.low >= 0:
            return []
        message = f"{loss.title} expects positive numbers, but {who} {uses}. Set its activation to exponential."
        return [Finding("warning", "last-activation", message)]
    if target is None or (bend.low <= target.minimum and target.maximum <= bend.high):
        return []
    return [
        Finding(
            "warning",
            "last-activation",
            f"{who} uses {activation}, which {_reach(bend)}, but '{target.name}' runs from {target.minimum:.4g} to "
            f"{target.maximum:.4g}. Set its activation to none.",
        )
    ]


def _reach(bend: _Bend) -> str:
    if bend.high == math.inf:
        return f"gives nothing below {bend.low:g}"
    return f"only gives {bend.low:g} to {bend.high:g}"


def _metrics(prediction: Prediction, target: TargetInfo) -> list[Finding]:
    chosen = prediction.values["metrics"]
    if not isinstance(chosen, tuple):
        return []
    entries = [METRICS[name] for name in chosen if isinstance(name, str) and name in METRICS]
    return [
        Finding(
            "warning",
            "metric",
            f"{entry.title} {why}. It is left out; choose other metrics in {label(prediction.block)}.",
        )
        for entry in entries
        if (why := misfit(entry, target))
    ]
