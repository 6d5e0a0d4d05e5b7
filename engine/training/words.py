"""The sentences of a training: what should be known of it, what went wrong and what to try."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from engine.optimizers import OptimizerEntry
from engine.project import Project

_PACKAGES = ("keras", "tensorflow", "jax", "numpy")


def versions() -> dict[str, str]:
    """The versions of the packages that decide a training's figures."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def notes(model: Any, entry: OptimizerEntry) -> list[str]:
    """What a person should know about this network with this optimizer."""
    import keras

    if entry.regime != "full":
        return []
    layers = model._flatten_layers(include_self=False)
    inexact = (keras.layers.Dropout, keras.layers.SpatialDropout1D, keras.layers.BatchNormalization)
    names = sorted({type(layer).__name__ for layer in layers if isinstance(layer, inexact)})
    if not names:
        return []
    return [
        f"{' and '.join(names)} see each piece of the training set by itself, so with them one step over the whole set "
        "depends a little on the pieces' size."
    ]


def stopped_early() -> str:
    """For a training that was stopped before its first step."""
    return "Stopped before the first step. Nothing was trained."


def not_finite(project: Project, step: int, rate: float) -> str:
    """Why a loss may have become infinite, and what to try first."""
    tries = [f"a lower learning rate, such as {rate / 10:.3g}"]
    scalings = [block.parameters.get("scaling") for block in project.graph.blocks.values() if block.type == "Input"]
    if any(scaling in (None, "none") for scaling in scalings):
        tries.append("scaling in the Input block")
    if project.optimizer.entry.regime == "one":
        tries.append("mini-batches instead of single examples")
    return (
        f"The loss stopped being a finite number at step {step:,}: the steps were too long and the weights ran away. "
        f"Try {', or '.join(tries)}."
    )


def out_of_memory(project: Project) -> str:
    """For a training that does not fit the memory."""
    training, entry = project.training, project.optimizer.entry
    if entry.regime == "full":
        smaller = f"a smaller micro-batch than {training.micro_batch_size}, or a smaller network"
    elif entry.regime == "mini" and training.batch_size > 1:
        smaller = f"a smaller batch size than {training.batch_size}, or a smaller network"
    else:
        smaller = "a smaller network"
    return f"The training does not fit into the memory. Try {smaller}."


_MEMORY = re.compile(r"resource.?exhausted|out of memory|\boom\b|failed to allocate", re.IGNORECASE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def keras_failure(error: Exception, project: Project) -> str:
    """What Keras or its backend complains of, as a sentence; the traceback goes into the details."""
    text = _COLOURS.sub("", str(error)).strip()
    if _MEMORY.search(f"{type(error).__name__} {text[:2000]}"):
        return out_of_memory(project)
    first = text.splitlines()[0] if text else type(error).__name__
    return f"Keras could not train this network: {first[:300]}"
