"""Checks that a network and its data go together, before the first step: afterwards a GPU gives NaN without a word."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.judge.report import shape_text
from engine.models.build import Built, BuiltOutput
from engine.training.loops.base import Part


def data_complaint(built: Built, training: Part, validation: Part) -> str:
    """The first thing in the data that the network cannot learn from, as a sentence; "" when all is well."""
    if training.examples == 0:
        return "The data have no training examples. Hold back fewer of them for validation, or choose other data."
    for words, part in (("training", training), ("validation", validation)):
        if part.examples == 0:
            continue
        for name, array in part.inputs.items():
            complaint = _input(name, array, built.shapes[name], words, part.examples)
            if complaint:
                return complaint
        for output in built.outputs:
            labels = part.labels.get(output.name)
            if labels is None:
                return f"Output '{output.title}' has no target in the data. Choose one, or remove the Output."
            complaint = _labels(output, labels, words, part.examples)
            if complaint:
                return complaint
    return ""


def _input(name: str, array: NDArray[Any], wanted: tuple[int | None, ...], words: str, examples: int) -> str:
    if len(array) != examples:
        return f"The {words} part has {examples:,} examples at one input and {len(array):,} at '{name}'."
    shape = array.shape[1:]
    if len(shape) != len(wanted) or any(
        ours is not None and ours != size for ours, size in zip(wanted, shape, strict=True)
    ):
        return (
            f"Input '{name}' takes {shape_text(wanted)}, but the {words} examples are {shape_text(shape)}. "
            "Empty the Input's shape, so that the data tell it."
        )
    if not np.issubdtype(array.dtype, np.number) and array.dtype != np.bool_:
        return f"The {words} examples for '{name}' are {array.dtype}, not numbers."
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        return f"The {words} examples for '{name}' hold missing or infinite values. Remove or replace them."
    return ""


def _labels(output: BuiltOutput, labels: NDArray[Any], words: str, examples: int) -> str:
    assert output.target is not None
    name = f"'{output.target.name}'"
    if len(labels) != examples:
        return f"The {words} part has {examples:,} examples, but {len(labels):,} targets {name}."
    kind = output.target.kind
    if kind not in output.loss.targets:
        thing = "numbers" if kind == "number" else "classes"
        return f"The loss '{output.loss.title}' is not for {thing}, which {name} has. Choose another in the Output."
    if kind == "number":
        return _numbers(output, labels, words, name)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        return f"The {words} labels of {name} must be whole numbers, one for each example; they are {labels.dtype}."
    if len(output.shape) != 1:
        return (
            f"Output '{output.title}' predicts {shape_text(output.shape)} for each example, but a class needs one row "
            "of numbers. Put a Flatten or a pooling over everything before the last Dense."
        )
    units = output.shape[0] or 0
    classes = 2 if output.loss.labels == "binary" else units
    if output.loss.labels == "binary" and units not in {1, output.target.classes}:
        return (
            f"Binary cross-entropy needs 1 unit, but '{output.title}' gives {units}. Set units of its last layer to 1."
        )
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= classes:
        return (
            f"The {words} labels of {name} go from {lowest} to {highest}, but '{output.title}' can only tell "
            f"{classes} classes, 0 to {classes - 1}, apart. Set units of its last layer to {highest + 1}"
            + (" and the loss to cross-entropy." if output.loss.labels == "binary" else ", or mend the labels.")
        )
    return ""


def _numbers(output: BuiltOutput, labels: NDArray[Any], words: str, name: str) -> str:
    if labels.shape[1:] != output.shape:
        return (
            f"Output '{output.title}' predicts {shape_text(output.shape)}, but {name} is "
            f"{shape_text(labels.shape[1:])} for each example. Give the last layer as many units."
        )
    if np.issubdtype(labels.dtype, np.floating) and not np.isfinite(labels).all():
        return f"The {words} targets {name} hold missing or infinite values. Remove or replace them."
    return ""
