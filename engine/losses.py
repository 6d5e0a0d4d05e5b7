"""The losses that an Output block offers, one entry each.

A loss says how far predictions are from the truth; training makes it small. Formulas are in rich text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TargetKind = Literal["classes", "number"]


@dataclass(frozen=True)
class LossEntry:
    """One loss. `name` is Keras's identifier; `targets` says for which kinds of target it is meant.

    `last_activation` is the activation of the last layer that the loss expects ("" where any will do).
    `labels` says how classes must be given to it: whole numbers ("integer"), one column a class ("one-hot"), or a 0
    or 1 ("binary"); "" where the target is a number.
    """

    name: str
    title: str
    formula: str
    help: str
    targets: tuple[TargetKind, ...]
    last_activation: str = ""
    labels: Literal["", "integer", "one-hot", "binary"] = ""


LOSSES: dict[str, LossEntry] = {
    entry.name: entry
    for entry in (
        LossEntry(
            "sparse_categorical_crossentropy",
            "Cross-entropy",
            "−log <i>p</i><sub>true class</sub>",
            "The surprise at the true class, for classes numbered 0, 1, 2, … The usual choice for telling classes "
            "apart.",
            ("classes",),
            "softmax",
            "integer",
        ),
        LossEntry(
            "categorical_crossentropy",
            "Cross-entropy (one-hot)",
            "−Σ<sub>k</sub> <i>y</i><sub>k</sub> log <i>p</i><sub>k</sub>",
            "The same cross-entropy, computed from one column a class. Lamina makes the columns from the class "
            "numbers.",
            ("classes",),
            "softmax",
            "one-hot",
        ),
        LossEntry(
            "binary_crossentropy",
            "Binary cross-entropy",
            "−<i>y</i> log <i>p</i> − (1 − <i>y</i>) log(1 − <i>p</i>)",
            "For two classes, with a single output unit that gives the probability of the second one.",
            ("classes",),
            "sigmoid",
            "binary",
        ),
        LossEntry(
            "mean_squared_error",
            "Mean squared error",
            "(<i>y</i> − <i>ŷ</i>)²",
            "The usual choice for predicting a number. Large errors count much more than small ones.",
            ("number",),
            "linear",
        ),
        LossEntry(
            "mean_absolute_error",
            "Mean absolute error",
            "|<i>y</i> − <i>ŷ</i>|",
            "For predicting a number when a few examples are far off: every unit of error counts the same.",
            ("number",),
            "linear",
        ),
        LossEntry(
            "huber",
            "Huber",
            "½<i>e</i>² for |<i>e</i>| ≤ 1, else |<i>e</i>| − ½",
            "Squared for small errors, absolute for large ones: calm near the target, robust far away.",
            ("number",),
            "linear",
        ),
        LossEntry(
            "mean_squared_logarithmic_error",
            "Mean squared logarithmic error",
            "(log(1 + <i>y</i>) − log(1 + <i>ŷ</i>))²",
            "For positive numbers of very different size, where the ratio matters more than the difference.",
            ("number",),
        ),
        LossEntry(
            "poisson",
            "Poisson",
            "<i>ŷ</i> − <i>y</i> log <i>ŷ</i>",
            "For counts: how many events to expect. The last layer must give positive numbers, as exponential does.",
            ("number",),
            "exponential",
        ),
    )
}
