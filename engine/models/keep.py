"""Keeps a trained model in a file, with a few real examples to check copies of it by.

Keras is imported inside the functions. Keras's thread only.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NETWORK = "last.keras"
"""In a run's folder: the network with its optimizer's state."""

CHECK = "check.npz"
"""In a run's folder: a few real examples, and what the network gives for them."""

CHANCE = "chance.npz"
"""In a run's folder: where the random numbers of Dropout and its like have come to, which Keras's file leaves out."""


def save_model(model: Any, path: Path) -> None:
    """Saves a model as `path`; until the new file is whole, the old one stays. Raises OSError."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part.keras")
    try:
        model.save(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def predict(model: Any, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    """A model's outputs for some raw examples, by its inputs' names; several outputs in Keras's order."""
    from keras import ops, tree

    x = {tensor.name: ops.cast(inputs[tensor.name], tensor.dtype) for tensor in model.inputs}
    outputs = model(x if len(x) > 1 else next(iter(x.values())), training=False)
    return [np.asarray(ops.convert_to_numpy(output)) for output in tree.flatten(outputs)]


def write_check(path: Path, model: Any, inputs: Mapping[str, NDArray[Any]]) -> None:
    """Writes examples and what the model gives for them. Raises OSError."""
    arrays = {f"input_{place}": inputs[tensor.name] for place, tensor in enumerate(model.inputs)}
    arrays |= {f"output_{place}": output for place, output in enumerate(predict(model, inputs))}
    _write_arrays(path, arrays)


def write_chance(path: Path, model: Any) -> None:
    """Writes the states of a model's random number generators, in their order. Raises OSError."""
    states = {f"state_{place}": np.asarray(state.value) for place, state in enumerate(_states(model))}
    _write_arrays(path, states)


def read_chance(path: Path, model: Any) -> None:
    """Puts back what `write_chance` wrote, where the file is there and fits; else the states stay as they are."""
    states = _states(model)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            values = [arrays[f"state_{place}"] for place in range(len(arrays))]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return
    if [value.shape for value in values] == [tuple(state.shape) for state in states]:
        for state, value in zip(states, values, strict=True):
            state.assign(value)


def _states(model: Any) -> list[Any]:
    """The variables of random number generators: all that are no weights."""
    weights = {id(variable) for variable in model.weights}
    return [variable for variable in model.variables if id(variable) not in weights]


def _write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes arrays all or nothing."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part.npz")
    try:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_check(path: Path) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """The examples for each input, and what the network gave for them. Raises what NumPy raises for damaged files."""
    with np.load(path, allow_pickle=False) as arrays:
        inputs = [arrays[f"input_{place}"] for place in range(sum(name.startswith("input_") for name in arrays))]
        outputs = [arrays[f"output_{place}"] for place in range(sum(name.startswith("output_") for name in arrays))]
    return inputs, outputs


def difference(model: Any, inputs: list[NDArray[Any]], expected: list[NDArray[Any]]) -> float:
    """The largest difference between a model's outputs and those expected, relative to their size (at least 1).

    NaN and infinity where both have them are equal; where only one has them the difference is infinite.
    """
    named = {tensor.name: array for tensor, array in zip(model.inputs, inputs, strict=True)}
    worst = 0.0
    for got, wanted in zip(predict(model, named), expected, strict=True):
        if got.shape != wanted.shape or not np.array_equal(np.isfinite(got), np.isfinite(wanted)):
            return float("inf")
        finite = np.isfinite(wanted)
        if finite.any():
            scale = max(1.0, float(np.abs(wanted[finite]).max()))
            worst = max(worst, float(np.abs(got[finite].astype(np.float64) - wanted[finite]).max()) / scale)
    return worst
