"""Puts a network as a `.keras` file where a person wants it, verified, and never damages what was there.

The file is made beside its place, loaded again with plain Keras, compared with the trained network on real examples,
and only then put in place. Keras's thread only; `engine.backend.prepare` has settled the backend before.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.description import DataError
from engine.models.build import BuildError, Built, build_model, compile_model, needed_statistics, statistics
from engine.models.keep import CHECK, NETWORK, difference, predict, read_check
from engine.models.optimizer import build_optimizer
from engine.project import Project

TOLERANCE = 1e-5
"""The largest difference between the trained network's outputs and the file's, relative to the outputs' size."""


class ExportError(Exception):
    """A file that could not be made. The message says why; what was at its place before is untouched."""


def export_run(run_folder: Path, path: Path, *, optimizer_state: bool = True) -> float:
    """Puts a run's network at `path`; answers the largest difference to the trained network's outputs.

    Without the optimizer's state the file is a third as large (for Adam), and good for predictions only.
    Raises ExportError.
    """
    import keras

    _check_place(path)
    source = run_folder / NETWORK
    if not source.is_file():
        raise ExportError(f"There is no trained network in {run_folder}. Train first.")
    try:
        inputs, expected = read_check(run_folder / CHECK)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise ExportError(
            f"{run_folder / CHECK} cannot be read, so the copy could not be verified. Train again, or copy {source}."
        ) from None
    if not all(np.isfinite(output).all() for output in expected):
        raise ExportError(
            "This run's network gives no finite numbers any more, because its loss became infinite. "
            "Train again with a lower learning rate."
        )
    temporary = _temporary(path)
    try:
        if optimizer_state:
            shutil.copyfile(source, temporary)
        else:
            keras.saving.load_model(source, compile=False).save(temporary)
        return _put_in_place(temporary, path, inputs, expected)
    except OSError as error:
        raise _refused(path, error) from None
    except (ValueError, TypeError, KeyError) as error:
        raise ExportError(f"{source} cannot be read as a network: {_first_line(error)}. Train again.") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def export_untrained(project: Project, path: Path) -> float:
    """Puts a project's network with its seed's starting weights at `path`: the one that training would start from.

    Answers the largest difference between the built network's outputs and the file's. Raises ExportError.
    """
    _check_place(path)
    built, inputs = _untrained(project)
    named = {tensor.name: array for tensor, array in zip(built.model.inputs, inputs, strict=True)}
    temporary = _temporary(path)
    try:
        built.model.save(temporary)
        return _put_in_place(temporary, path, inputs, predict(built.model, named))
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _untrained(project: Project) -> tuple[Built, list[NDArray[Any]]]:
    """The network as training would start with it, and a few examples for it."""
    import keras

    from engine.data.loading import load
    from engine.judge.judge import Judge

    try:
        data = load(project.data) if project.data.source else None
    except DataError as error:
        raise ExportError(str(error)) from None
    description = data.description if data is not None else None
    keras.utils.clear_session()
    errors = Judge().analyse(project.graph, description, trace=True).errors
    if errors:
        raise ExportError(errors[0].message)
    known = {}
    if data is not None:
        known = {name: statistics(data.x_train[name]) for name in needed_statistics(project.graph, data.description)}
    keras.utils.set_random_seed(project.training.seed)
    try:
        built = build_model(project.graph, description, known)
    except BuildError as error:
        raise ExportError(str(error)) from None
    if built.model.trainable_variables:
        compile_model(built, build_optimizer(project.optimizer))
    if data is not None:
        return built, [data.x_train[array][:8] for array in built.input_arrays.values()]
    random = np.random.default_rng(project.training.seed)
    # A length that is not known may be anything; eight is long enough for the layers that look at a few neighbours.
    shapes = [(4, *(size or 8 for size in tensor.shape[1:])) for tensor in built.model.inputs]
    return built, [random.random(shape).astype(np.float32) for shape in shapes]


def _check_place(path: Path) -> None:
    if path.suffix.lower() != ".keras":
        raise ExportError(f"{path.name} must end in .keras, so that Keras knows what it is.")
    if path.is_dir():
        raise ExportError(f"{path} is a folder. Give the file a name.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}. Make it, or choose another one.")


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.stem}.{os.getpid()}.part.keras")


def _put_in_place(temporary: Path, path: Path, inputs: list[NDArray[Any]], expected: list[NDArray[Any]]) -> float:
    """Loads the new file with plain Keras, compares, and moves it to its place."""
    import keras

    found = difference(keras.saving.load_model(temporary), inputs, expected)
    if not found <= TOLERANCE:
        raise ExportError(
            f"{path.name} was not written: loaded again, the network's outputs differ by {found:.2g} from the trained "
            f"one's, and {TOLERANCE:g} is allowed."
        )
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    if path.exists():
        temporary.chmod(path.stat().st_mode & 0o777)
    temporary.replace(path)
    return found


def _refused(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path.name} could not be written in {path.parent}: {error.strerror or _first_line(error)}. What was there "
        "before is untouched; free some space or choose another folder."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
