"""From settings to arrays ready for training. May be called on any thread; knows no Keras."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.data.dataset import Array, DataSet, Part, Progress, SourceData, tell
from engine.data.description import ArrayInfo, DataDescription, DataError, TargetInfo
from engine.data.source_text import parse_source
from engine.data.sources import DATASETS, SOURCES
from engine.data.sources.entry import SourceEntry
from engine.data.split import split_rows
from engine.settings import DataSettings

__all__ = ["DATASETS", "SOURCES", "DataSet", "describe", "entry_of", "expected_description", "fetch", "load"]


def entry_of(source: str) -> SourceEntry:
    """The source that a text such as `mnist:FOLDER` means; its path and options are checked. Raises DataError."""
    text = parse_source(source)
    if text.kind not in SOURCES:
        near = difflib.get_close_matches(text.kind.lower(), SOURCES, 1)
        meant = f" Did you mean {near[0]}?" if near else f" There are {', '.join(SOURCES)}."
        raise DataError(f"There is no data set {text.kind!r}.{meant}")
    entry = SOURCES[text.kind]
    entry.check(text)
    return entry


def load(settings: DataSettings, progress: Progress | None = None) -> DataSet:
    """The data, split into training and validation. Raises DataError; `progress` counts in bytes or examples."""
    found, training, validation = _read(settings, progress)
    description = _description(settings, found, training, validation)
    return DataSet(description, dict(training.x), dict(training.y), dict(validation.x), dict(validation.y))


def describe(settings: DataSettings, progress: Progress | None = None) -> DataDescription:
    """What the data look like; exactly the description of the loaded data set. Raises DataError."""
    return _description(settings, *_read(settings, progress))


def expected_description(settings: DataSettings) -> DataDescription | None:
    """What published data look like that are not on this machine yet; None for all others. Raises nothing."""
    try:
        expected = entry_of(settings.source).expected
    except DataError:
        return None
    return replace(expected, source=settings.source) if expected is not None else None


def fetch(settings: DataSettings, progress: Progress | None = None) -> None:
    """Gets a data set onto this machine; `progress` counts in bytes. Raises DataError, also without a network."""
    entry = entry_of(settings.source)
    if entry.fetch is not None:
        entry.fetch(progress)


def _read(settings: DataSettings, progress: Progress | None) -> tuple[SourceData, Part, Part]:
    """What the source holds, and its training and validation part."""
    entry = entry_of(settings.source)
    tell(progress, 0, 0)
    found = entry.read(parse_source(settings.source), progress)
    if found.validation is not None:
        return found, found.training, found.validation
    labels = next((found.training.y[name] for name in found.class_names), None)
    seed = settings.split_seed
    rows = split_rows(found.training.examples, settings.validation_fraction, seed, labels)
    return found, found.training.chosen(rows[0]), found.training.chosen(rows[1])


def _description(settings: DataSettings, found: SourceData, training: Part, validation: Part) -> DataDescription:
    return DataDescription(
        source=settings.source,
        title=entry_of(settings.source).title,
        inputs=tuple(_array_info(name, array) for name, array in training.x.items()),
        targets=tuple(_target_info(name, array, found.class_names) for name, array in training.y.items()),
        training_examples=training.examples,
        validation_examples=validation.examples,
        note=_note(found, validation),
    )


def _note(found: SourceData, validation: Part) -> str:
    if found.validation is not None:
        return found.note
    if validation.examples == 0:
        held_back = "No examples are held back for validation."
    else:
        held_back = f"{validation.examples:,} of {found.training.examples:,} examples are held back for validation."
    return f"{held_back} {found.note}".strip()


def _array_info(name: str, array: Array) -> ArrayInfo:
    return ArrayInfo(name, array.shape[1:], str(array.dtype), float(array.min()), float(array.max()))


def _target_info(name: str, array: Array, class_names: Mapping[str, tuple[str, ...]]) -> TargetInfo:
    lowest, highest = float(np.min(array)), float(np.max(array))
    if name in class_names:
        return TargetInfo(name, "classes", (), class_names[name], lowest, highest)
    return TargetInfo(name, "number", array.shape[1:], (), lowest, highest)
