"""The metrics that an Output block offers, one entry each.

Every metric here is a mean over examples, so that a batch's figure, an epoch's and a data set's are the same quantity.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.losses import TargetKind


@dataclass(frozen=True)
class MetricEntry:
    """One metric. `name` is what Keras calls it in its logs; `higher_is_better` decides which epoch is the best one.

    `function` is the Keras function that gives one figure an example; "accuracy" stands for the one that fits the
    loss's labels, as Keras chooses it. `fraction` says that figures lie between 0 and 1 and are shown in percent.
    """

    name: str
    title: str
    function: str
    help: str
    targets: tuple[TargetKind, ...]
    higher_is_better: bool
    fraction: bool = False


METRICS: dict[str, MetricEntry] = {
    entry.name: entry
    for entry in (
        MetricEntry(
            "accuracy",
            "Accuracy",
            "accuracy",
            "The share of examples that got the right class.",
            ("classes",),
            True,
            True,
        ),
        MetricEntry(
            "top_5_accuracy",
            "Top-5 accuracy",
            "sparse_top_k_categorical_accuracy",
            "The share of examples whose right class is among the five most probable ones.",
            ("classes",),
            True,
            True,
        ),
        MetricEntry(
            "mean_absolute_error",
            "Mean absolute error",
            "mean_absolute_error",
            "How far off a prediction is on average, in the target's own unit.",
            ("number",),
            False,
        ),
        MetricEntry(
            "mean_squared_error",
            "Mean squared error",
            "mean_squared_error",
            "The mean of the squared errors.",
            ("number",),
            False,
        ),
        MetricEntry(
            "mean_absolute_percentage_error",
            "Mean absolute percentage error",
            "mean_absolute_percentage_error",
            "How far off a prediction is on average, in percent of the true value. Not for targets near zero.",
            ("number",),
            False,
        ),
    )
}
