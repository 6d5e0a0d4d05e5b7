"""Which loss and metrics an Output block ends up with. Knows no Keras.

An Output's own choice counts; where it leaves the choice open, the data's target decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.data.description import TargetInfo
from engine.graph import Value
from engine.judge.report import Shape
from engine.losses import LOSSES, LossEntry
from engine.metrics import METRICS, MetricEntry

_DEFAULT_METRICS = {"classes": "accuracy", "number": "mean_absolute_error"}


def resolve_loss(values: Mapping[str, Value], target: TargetInfo | None, prediction: Shape | None = None) -> LossEntry:
    """The loss of an Output block with these parameter values.

    Left open, it is the mean squared error for a number; for classes the cross-entropy, or the binary one where two
    classes are told apart by a single number. Without a target the prediction's shape has to tell.
    """
    chosen = values.get("loss")
    if isinstance(chosen, str) and chosen in LOSSES:
        return LOSSES[chosen]
    single = prediction is not None and len(prediction) == 1 and prediction[0] == 1
    if target is None:
        return LOSSES["mean_squared_error" if single else "sparse_categorical_crossentropy"]
    if target.kind == "number":
        return LOSSES["mean_squared_error"]
    return LOSSES["binary_crossentropy" if single and target.classes == 2 else "sparse_categorical_crossentropy"]


def resolve_metrics(values: Mapping[str, Value], target: TargetInfo | None) -> tuple[MetricEntry, ...]:
    """The metrics of an Output block with these parameter values; those that make no sense for the target are left
    out (`misfits` names them)."""
    chosen = values.get("metrics")
    if isinstance(chosen, tuple):
        entries = tuple(METRICS[name] for name in chosen if isinstance(name, str) and name in METRICS)
        return tuple(entry for entry in entries if not misfit(entry, target))
    kind = target.kind if target is not None else resolve_loss(values, None).targets[0]
    return (METRICS[_DEFAULT_METRICS[kind]],)


def misfit(metric: MetricEntry, target: TargetInfo | None) -> str:
    """Why a metric makes no sense for a target, as the rest of a sentence; "" where it does."""
    if target is None:
        return ""
    if target.kind not in metric.targets:
        return f"is meant for {_KIND_WORDS[metric.targets[0]]}, and '{target.name}' is {_KIND_OF_ONE[target.kind]}"
    if metric.name == "top_5_accuracy" and target.classes <= 5:
        return f"would always be 100%, because '{target.name}' has only {target.classes} classes"
    return ""


_KIND_WORDS = {"classes": "classes", "number": "numbers"}
_KIND_OF_ONE = {"classes": "a class", "number": "a number"}
