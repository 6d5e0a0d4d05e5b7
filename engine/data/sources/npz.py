"""A person's own arrays in NumPy's `.npz` format: x_train and y_train, and a validation part if they have one."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np

from engine.data.archive import Archive
from engine.data.checks import Predict, check_classes, check_input, check_numbers, is_one_hot, means_classes
from engine.data.dataset import Array, Part, Progress, SourceData, tell
from engine.data.description import DataError
from engine.data.source_text import SourceText
from engine.data.sources.entry import SourceEntry, required_path


def _read(source: SourceText, progress: Progress | None) -> SourceData:
    path = required_path(source)
    predict = cast(Predict, NPZ.option(source, "predict"))
    with Archive(path) as archive:
        for name in ("x_train", "y_train"):
            if name not in archive.names:
                there = ", ".join(archive.names) or "no array"
                raise DataError(
                    f"{path} has no {name}; it holds {there}. Save it with numpy.savez(x_train=..., y_train=...)."
                )
        tell(progress, 0, 0)
        x_train, y_train = archive.read("x_train"), archive.read("y_train")
        if predict == "auto":
            predict = "classes" if means_classes(y_train) else "number"
        columns = y_train.shape[1] if is_one_hot(y_train) else 0
        training = _part(path, "train", x_train, y_train, predict)
        name, note = _validation_name(archive)
        validation = None
        if name:
            validation = _part(path, name, archive.read(f"x_{name}"), archive.read(f"y_{name}"), predict)
            _compare(path, name, training, validation)
    tell(progress, training.examples, training.examples)
    if predict == "number":
        return SourceData(training, {}, validation, note)
    names = tuple(str(number) for number in range(_class_count(path, name, training, validation, columns)))
    return SourceData(training, {"y": names}, validation, note)


def _validation_name(archive: Archive) -> tuple[str, str]:
    """Which part validates, "" for none, and what to say about it."""
    for name in ("val", "test"):
        one, both = {f"x_{name}", f"y_{name}"} & set(archive.names), 2
        if one and len(one) < both:
            missing = ({f"x_{name}", f"y_{name}"} - one).pop()
            raise DataError(f"{archive.path} has {one.pop()}, but no {missing}.")
    if "x_val" in archive.names:
        return "val", "x_val validates; x_test stays sealed." if "x_test" in archive.names else "x_val validates."
    if "x_test" in archive.names:
        return "test", "There is no x_val, so x_test is used for validation."
    return "", ""


def _part(path: Path, name: str, x: Array, y: Array, predict: Predict) -> Part:
    check_target = check_classes if predict == "classes" else check_numbers
    inputs, targets = check_input(x, f"{path}: x_{name}"), check_target(y, f"{path}: y_{name}")
    if len(inputs) != len(targets):
        raise DataError(f"{path}: x_{name} has {len(inputs):,} examples, but y_{name} has {len(targets):,}.")
    return Part({"x": inputs}, {"y": targets})


def _compare(path: Path, name: str, training: Part, validation: Part) -> None:
    """Raises DataError where the two parts do not belong together."""
    for key in ("x", "y"):
        ours, theirs = (part.x[key] if key == "x" else part.y[key] for part in (training, validation))
        if ours.shape[1:] != theirs.shape[1:]:
            raise DataError(
                f"{path}: an example of {key}_{name} has the shape {theirs.shape[1:]}, "
                f"but one of {key}_train {ours.shape[1:]}."
            )


def _class_count(path: Path, name: str, training: Part, validation: Part | None, columns: int) -> int:
    """How many classes there are: one a column where y_train has columns, else up to its highest number."""
    highest = max(int(training.y["y"].max()), columns - 1)
    if validation is not None and validation.y["y"].max() > highest:
        strange = int(np.max(validation.y["y"]))
        raise DataError(f"{path}: y_{name} holds the class {strange}, but those of y_train only go up to {highest}.")
    return highest + 1


NPZ = SourceEntry(
    name="npz",
    title="NumPy file (.npz)",
    help="Your own arrays: x_train and y_train, and if you like x_val, y_val, x_test, y_test. Whole numbers in y_train "
    "are taken for classes, decimal numbers for numbers to be predicted; ?predict= says otherwise.",
    kind="file",
    read=_read,
    takes_path=True,
    options={"predict": ("auto", "classes", "number")},
    suffixes=(".npz",),
)
