"""Arrays of unknown origin brought into the forms that training expects, or refused with a sentence."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.data.dataset import Array
from engine.data.description import DataError

MOST_CLASSES = 100_000
"""More classes than any data set has: a larger label is a mistake, and a network for it would fill the memory."""

Predict = Literal["auto", "classes", "number"]


def check_input(array: Array, name: str) -> Array:
    """An input array (examples, ...) as float32, uint8, int32 or int64, in C order. Raises DataError."""
    if array.ndim == 0 or len(array) == 0:
        raise DataError(f"{name} holds no examples.")
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if 0 in array.shape:
        raise DataError(f"{name} has the shape {array.shape}: a dimension of 0 holds nothing to learn from.")
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    if array.dtype.kind in "iu":
        if array.dtype != np.uint8:
            fits = np.iinfo(np.int32).min <= array.min() and array.max() <= np.iinfo(np.int32).max
            array = array.astype(np.int32 if fits else np.int64)
    elif array.dtype.kind == "f":
        array = _finite(array, name)
    else:
        raise DataError(f"{name} holds {_kind(array)}; numbers are needed.")
    return np.ascontiguousarray(array)


def check_numbers(array: Array, name: str) -> Array:
    """A numeric target as float32 of shape (examples, width), in C order. Raises DataError."""
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.shape[1] == 0:
        raise DataError(f"{name} has the shape {array.shape}; a number, or a row of numbers, an example is needed.")
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {_kind(array)}; numbers are needed.")
    return np.ascontiguousarray(_finite(array, name))


def check_classes(array: Array, name: str) -> Array:
    """Class numbers from 0 as int64 of shape (examples,), from numbers or from one column a class. Raises DataError."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if is_one_hot(array):
        array = array.argmax(axis=1)
    if array.ndim != 1:
        raise DataError(f"{name} has the shape {array.shape}; one class number an example is needed.")
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {_kind(array)}; class numbers from 0 are needed.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError(f"{name} holds missing (NaN) or infinite values; class numbers are whole: 0, 1, 2 ...")
    if array.dtype.kind == "f" and not np.array_equal(array, np.floor(array)):
        raise DataError(f"{name} holds fractions such as {_fraction(array)}; class numbers are whole: 0, 1, 2 ...")
    if len(array) and array.min() < 0:
        raise DataError(f"{name} holds the label {int(array.min())}; classes are numbered from 0 on.")
    if len(array) and array.max() >= MOST_CLASSES:
        raise DataError(
            f"{name} holds the label {int(array.max()):,}, which would mean as many classes. "
            "If it is a number to be predicted, add ?predict=number"
        )
    return np.ascontiguousarray(array, dtype=np.int64)


def is_one_hot(array: Array) -> bool:
    """Whether every row has a single 1 among zeros."""
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "biuf":
        return False
    return bool(np.all((array == 0) | (array == 1)) and np.all(array.sum(axis=1) == 1))


def means_classes(array: Array) -> bool:
    """Whether a target looks like classes: whole numbers one an example, yes and no, or one column a class."""
    one_each = array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)
    return (one_each and array.dtype.kind in "biu") or is_one_hot(array)


def _finite(array: Array, name: str) -> Array:
    with np.errstate(over="ignore"):
        array = array.astype(np.float32, copy=False)
    finite = np.isfinite(array)
    if not finite.all():
        bad = int(finite.size - np.count_nonzero(finite))
        row = int(np.argwhere(~finite)[0][0])
        what = "value is" if bad == 1 else "values are"
        raise DataError(
            f"{name}: {bad:,} {what} missing (NaN), infinite or too large for a 32-bit number, the first in example "
            f"{row}. Fill them in or leave those examples out."
        )
    return array


def _fraction(array: Array) -> float:
    return float(array[array != np.floor(array)][0])


def _kind(array: Array) -> str:
    words = {"U": "text", "S": "text", "O": "Python objects", "c": "complex numbers", "M": "dates", "m": "time spans"}
    return words.get(array.dtype.kind, f"values of type {array.dtype}")
