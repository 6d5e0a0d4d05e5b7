"""Which examples are held back for validation: repeatable, and evenly over the classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def split_rows(examples: int, fraction: float, seed: int, labels: NDArray[Any] | None = None) -> tuple[Rows, Rows]:
    """The places of the training and of the validation examples, each ascending.

    About `fraction` of the examples validate; as soon as there are two, at least one does and at least one trains. With
    `labels` (class numbers, one an example) each class gives its share, as near as whole examples allow; a class
    with a single example is trained on.
    """
    generator = np.random.default_rng([seed])
    shuffled = generator.permutation(examples)
    wanted = round(examples * fraction)
    wanted = min(max(wanted, 1), examples - 1) if fraction > 0 and examples > 1 else 0
    held_back = shuffled[:wanted] if labels is None or wanted == 0 else _evenly(shuffled, np.asarray(labels), wanted)
    validates = np.zeros(examples, dtype=bool)
    validates[held_back] = True
    return np.flatnonzero(~validates), np.flatnonzero(validates)


def _evenly(shuffled: Rows, labels: NDArray[Any], wanted: int) -> Rows:
    """`wanted` of the shuffled places, each class by its share: largest remainders get what rounding leaves over."""
    numbers, classes, counts = np.unique(labels[shuffled], return_inverse=True, return_counts=True)
    shares = counts * (wanted / len(shuffled))
    most = counts - 1  # one example of every class stays in the training part
    taken = np.minimum(np.floor(shares).astype(np.intp), most)
    by_remainder = np.argsort(taken - shares, kind="stable")
    for index in np.tile(by_remainder, int(counts.max())):
        if taken.sum() >= wanted:
            break
        if taken[index] < most[index]:
            taken[index] += 1
    return np.concatenate([shuffled[classes == index][: taken[index]] for index in range(len(numbers))])
