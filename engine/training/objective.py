"""What a training makes small, and what it shows: the loss and the metrics of a batch, on any backend.

The functions here are called while a step is compiled; they use Keras's operations and losses only, so that the loss
is the one that Keras's own `fit` computes, masks and regularisers included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from engine.losses import LossEntry
from engine.metrics import MetricEntry
from engine.models.build import BuiltOutput
from engine.training.verdict import Guessing, guessing

_ACCURACY = {"integer": "sparse_categorical_accuracy", "one-hot": "categorical_accuracy", "binary": "binary_accuracy"}


class Objective:
    """The loss and the metrics of a model's outputs.

    `names` are the figures of a row, as Keras names them in its logs: "loss" first, then for several outputs each
    one's loss, then the metrics.
    """

    def __init__(self, outputs: Sequence[BuiltOutput]) -> None:
        self.outputs = tuple(outputs)
        self._losses = [_loss(output.loss) for output in outputs]
        self._metrics = [[_metric(entry, output) for entry in output.metrics] for output in outputs]
        several = len(self.outputs) > 1
        names = ["loss", *(f"{output.name}_loss" for output in self.outputs if several)]
        for output in self.outputs:
            names += [f"{output.name}_{entry.name}" if several else entry.name for entry in output.metrics]
        self.names: tuple[str, ...] = tuple(names)

    def guesses(self, labels: Mapping[str, NDArray[Any]]) -> dict[str, Guessing]:
        """What guessing gives by the name of each accuracy; `labels` are class numbers by the Outputs' names."""
        several = len(self.outputs) > 1
        return {
            f"{output.name}_{entry.name}" if several else entry.name: guessing(labels[output.name])
            for output in self.outputs
            for entry in output.metrics
            if entry.function == "accuracy" and output.target is not None and output.target.kind == "classes"
        }

    def row(self, labels: Mapping[str, Any], predictions: Any, penalties: Sequence[Any]) -> tuple[Any, Any]:
        """A batch's loss, and the row of its figures (a vector of 32-bit floats in the order of `names`).

        `labels` are the targets as the data hold them, by the Outputs' names; `predictions` is what the model gave;
        `penalties` are the losses that regularisers add.
        """
        from keras import ops

        parts, figures = [], []
        for output, loss, metrics in zip(self.outputs, self._losses, self._metrics, strict=True):
            prediction = predictions[output.name] if len(self.outputs) > 1 else predictions
            shaped = _shaped(labels[output.name], output)
            parts.append(loss(shaped, prediction))
            figures += [ops.mean(metric(shaped, prediction)) for metric in metrics]
        total = None
        for output, part in zip(self.outputs, parts, strict=True):
            weighted = part if output.weight == 1.0 else ops.multiply(part, output.weight)
            total = weighted if total is None else ops.add(total, weighted)
        for penalty in penalties:
            total = ops.add(total, ops.sum(ops.cast(penalty, "float32")))
        row = [total, *(parts if len(parts) > 1 else ()), *figures]
        return total, ops.stack([ops.cast(value, "float32") for value in row])


def _loss(entry: LossEntry) -> Any:
    """Keras's loss object; its class is its identifier in capitals."""
    from keras import losses

    return getattr(losses, "".join(word.title() for word in entry.name.split("_")))()


def _metric(entry: MetricEntry, output: BuiltOutput) -> Callable[[Any, Any], Any]:
    """Keras's function that gives a figure for each example."""
    from keras import metrics

    labels = output.loss.labels or "integer"
    name = _ACCURACY[labels] if entry.function == "accuracy" else entry.function
    if labels == "one-hot":
        name = name.removeprefix("sparse_")
    function: Callable[[Any, Any], Any] = getattr(metrics, name)
    return function


def _shaped(labels: Any, output: BuiltOutput) -> Any:
    """Labels in the form that the output's loss takes."""
    from keras import ops

    if output.target is None or output.target.kind != "classes":
        return labels
    units = output.shape[-1] if output.shape else 1
    if output.loss.labels == "one-hot" or (output.loss.labels == "binary" and units != 1):
        return ops.one_hot(labels, units, dtype="float32")
    if output.loss.labels == "binary":
        return ops.cast(ops.reshape(labels, (-1, 1)), "float32")
    return labels
