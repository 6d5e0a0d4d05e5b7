"""The small real data sets that come with scikit-learn.

Their files are read here directly: importing `sklearn.datasets` takes several seconds, reading them a few
milliseconds, and a training should begin at once. A test compares every value with scikit-learn's own loaders.
"""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Part, Progress, SourceData, tell
from engine.data.description import DataError
from engine.data.source_text import SourceText
from engine.data.sources.entry import SourceEntry


def _lines(name: str) -> list[str]:
    """The lines of one of scikit-learn's data files. Raises DataError."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise DataError("scikit-learn, which holds this data set, is not installed. Run: uv sync")
    path = Path(package.origin).parent / "datasets" / "data" / name
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8").splitlines()
    except (OSError, EOFError, ValueError):
        raise DataError(f"scikit-learn's file {path} is missing or damaged. Run: uv sync --reinstall") from None


def _numbers(lines: list[str], delimiter: str | None = ",") -> NDArray[np.float64]:
    return np.loadtxt(lines, delimiter=delimiter, ndmin=2)


def _digits() -> SourceData:
    table = _numbers(_lines("digits.csv.gz"))
    pictures = table[:, :-1].reshape(-1, 8, 8, 1).astype(np.float32)
    labels = table[:, -1].astype(np.int64)
    return SourceData(Part({"image": pictures}, {"digit": labels}), {"digit": tuple("0123456789")})


def _classes(file: str, target: str, names: tuple[str, ...]) -> Callable[[], SourceData]:
    """A reader of a file whose last column is the class; its first line only counts."""

    def read() -> SourceData:
        table = _numbers(_lines(file)[1:])
        part = Part({"measurements": table[:, :-1].astype(np.float32)}, {target: table[:, -1].astype(np.int64)})
        return SourceData(part, {target: names})

    return read


def _diabetes() -> SourceData:
    patients = _numbers(_lines("diabetes_data_raw.csv.gz"), delimiter=None).astype(np.float32)
    progression = _numbers(_lines("diabetes_target.csv.gz")).astype(np.float32)
    return SourceData(Part({"measurements": patients}, {"progression": progression}))


def _entry(name: str, title: str, help_text: str, read: Callable[[], SourceData]) -> SourceEntry:
    def read_and_tell(_source: SourceText, progress: Progress | None) -> SourceData:
        data = read()
        tell(progress, data.training.examples, data.training.examples)
        return data

    return SourceEntry(name=name, title=title, help=help_text, kind="bundled", read=read_and_tell)


BUNDLED = (
    _entry(
        "digits",
        "Digits",
        "1,797 handwritten digits as pictures of 8 × 8 pixels from 0 to 16: learned in seconds, good for a first try.",
        _digits,
    ),
    _entry(
        "iris",
        "Iris",
        "150 iris flowers of 3 species, each with the length and width of its sepals and petals in centimetres.",
        _classes("iris.csv", "species", ("setosa", "versicolor", "virginica")),
    ),
    _entry(
        "wine",
        "Wine",
        "178 wines of 3 growers with 13 chemical measurements of very different size: a case for standardising.",
        _classes("wine_data.csv", "grower", ("class 0", "class 1", "class 2")),
    ),
    _entry(
        "breast_cancer",
        "Breast cancer",
        "569 tumours, malignant or benign, with 30 measurements of their cell nuclei.",
        _classes("breast_cancer.csv", "diagnosis", ("malignant", "benign")),
    ),
    _entry(
        "diabetes",
        "Diabetes",
        "442 patients with 10 measurements. The target is a number: how far the illness went in a year, 25 to 346.",
        _diabetes,
    ),
)
