"""MNIST, 70,000 handwritten digits of 28 × 28 pixels: from its published files, or fetched once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.archive import Archive
from engine.data.checks import check_classes
from engine.data.dataset import Part, Progress, SourceData, tell
from engine.data.description import ArrayInfo, DataDescription, DataError, TargetInfo
from engine.data.fetch import Download, fetch_file
from engine.data.idx import read_idx
from engine.data.source_text import SourceText
from engine.data.sources.entry import SourceEntry
from engine.folders import data_folder, typed_path

DOWNLOAD = Download(
    "MNIST",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)
"""The copy that Keras fetches, too."""

_ARCHIVE = "mnist.npz"
_PARTS = {"train": "train", "test": "t10k"}
"""How the published files' names begin."""


def _read(source: SourceText, progress: Progress | None) -> SourceData:
    place = source.path or _own_copy()
    training = _read_part(place, "train", progress)
    classes = {"digit": tuple("0123456789")}
    if MNIST.option(source, "validation") == "split":
        return SourceData(training, classes, note="The published test part stays sealed.")
    if not _has_part(place, "test"):
        raise DataError(
            f"{place} holds MNIST's training part only. Put the t10k files beside it, or hold examples back for "
            f"validation with {source.kind}:{place}?validation=split"
        )
    test = _read_part(place, "test", progress)
    note = f"MNIST's published test part ({test.examples:,} digits) is used for validation."
    return SourceData(training, classes, test, note)


def _own_copy() -> Path:
    """A copy fetched earlier by Lamina or by Keras."""
    folder = data_folder() / "mnist"
    for place in (folder, typed_path("~/.keras/datasets") / _ARCHIVE):
        if place.is_file() or (place.is_dir() and _has_part(place, "train")):
            return place
    raise DataError(
        "MNIST is not on this machine yet. Fetch it once (11 MB), or name a folder that holds it: mnist:FOLDER",
        can_fetch=True,
    )


def _archive_at(place: Path) -> Path | None:
    """The `.npz` file at a place: the place itself, or one in the folder."""
    if place.is_dir():
        return place / _ARCHIVE if (place / _ARCHIVE).is_file() else None
    with place.open("rb") as file:
        return place if file.read(2) == b"PK" or place.suffix == ".npz" else None


def _idx_file(place: Path, part: str, kind: str) -> Path | None:
    """One of the four published files, beside `place` or in it, whether unpacked or not."""
    folder = place if place.is_dir() else place.parent
    for name in (f"{_PARTS[part]}-{kind}-ubyte", f"{_PARTS[part]}-{kind.replace('-', '.', 1)}-ubyte"):
        for ending in ("", ".gz"):
            if (folder / (name + ending)).is_file():
                return folder / (name + ending)
    return None


def _idx_names(part: str) -> tuple[str, str]:
    return f"{_PARTS[part]}-images-idx3-ubyte.gz", f"{_PARTS[part]}-labels-idx1-ubyte.gz"


def _has_part(place: Path, part: str) -> bool:
    return _archive_at(place) is not None or _idx_file(place, part, "images-idx3") is not None


def _read_part(place: Path, part: str, progress: Progress | None) -> Part:
    if not place.exists():
        raise DataError(f"There is no file or folder {place}.")
    try:
        archive = _archive_at(place)
    except OSError as error:
        raise DataError(f"{place} cannot be read: {error.strerror or error}.") from None
    if archive is not None:
        with Archive(archive) as content:
            pictures, labels = content.read(f"x_{part}"), content.read(f"y_{part}")
        tell(progress, len(pictures), len(pictures))
        return _checked(pictures, labels, archive)
    images, numbers = _idx_file(place, part, "images-idx3"), _idx_file(place, part, "labels-idx1")
    if images is None or numbers is None:
        wanted = _idx_names(part)
        missing = wanted[0] if images is None else wanted[1]
        if place.is_file() and place.name not in wanted:
            raise DataError(f"{place} is neither mnist.npz nor one of MNIST's four files, such as {wanted[0]}.")
        folder = place if place.is_dir() else place.parent
        raise DataError(f"{folder} does not hold MNIST: {missing} is missing, and so is {_ARCHIVE}.")
    return _checked(read_idx(images, 3, progress), read_idx(numbers, 1), images)


def _checked(pictures: NDArray[np.generic], labels: NDArray[np.generic], place: Path) -> Part:
    if pictures.dtype != np.uint8 or pictures.ndim != 3 or 0 in pictures.shape:
        raise DataError(f"{place} does not hold pictures as MNIST has them, but {pictures.dtype} {pictures.shape}.")
    classes = check_classes(labels, f"{place}: the labels")
    if len(pictures) != len(classes):
        raise DataError(f"{place} has {len(pictures):,} pictures, but there are {len(classes):,} labels.")
    if classes.max() > 9:
        raise DataError(f"{place}: the labels go up to {classes.max()}; those of MNIST are the digits 0 to 9.")
    return Part({"image": np.ascontiguousarray(pictures[..., np.newaxis])}, {"digit": classes})


def _fetch(progress: Progress | None) -> None:
    fetch_file(DOWNLOAD, data_folder() / "mnist" / _ARCHIVE, progress)


_EXPECTED = DataDescription(
    source="mnist",
    title="MNIST",
    inputs=(ArrayInfo("image", (28, 28, 1), "uint8", 0.0, 255.0),),
    targets=(TargetInfo("digit", "classes", (), tuple("0123456789"), 0.0, 9.0),),
    training_examples=60_000,
    validation_examples=10_000,
    note="Not on this machine yet.",
)

MNIST = SourceEntry(
    name="mnist",
    title="MNIST",
    help="70,000 handwritten digits as pictures of 28 × 28 pixels from 0 to 255: 60,000 to train on, and 10,000 that "
    "validate unless validation=split holds back some of the 60,000 instead.",
    kind="download",
    read=_read,
    fetch=_fetch,
    expected=_EXPECTED,
    takes_path=True,
    options={"validation": ("test", "split")},
    suffixes=(".npz", ".gz"),
)
