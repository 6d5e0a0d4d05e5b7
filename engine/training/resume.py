"""Takes up an earlier run: its weights, and its optimizer's state where the optimizer is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.models.build import Built
from engine.models.keep import CHANCE, NETWORK, read_chance
from engine.models.optimizer import buffers_follow_rate
from engine.settings import OptimizerSettings
from engine.training.folder import FolderError, read_project
from engine.training.loops.base import buffers


class ResumeError(Exception):
    """An earlier run that cannot be continued. The message says why and what to do instead."""


def take_up(built: Built, optimizer: Any, settings: OptimizerSettings, previous: Path) -> str:
    """Puts an earlier run's weights and optimizer state into a freshly built model.

    Answers a note for the person, "" when everything was taken over. The optimizer must be built. Raises ResumeError
    when the network is another one, or the earlier run left none.
    """
    import keras

    path = previous / NETWORK
    if not path.is_file():
        raise ResumeError(f"There is no trained network in {previous}, so nothing can be trained further.")
    try:
        earlier = keras.saving.load_model(path)
        earlier_settings = read_project(previous).optimizer
    except FolderError as error:
        raise ResumeError(str(error)) from None
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise ResumeError(f"{path} cannot be read: {error}. Train from the start instead.") from None
    if _form(earlier.weights) != _form(built.model.weights):
        raise ResumeError(
            "The network has changed since that run, so its weights do not fit any more. "
            "Take the change back, or train from the start."
        )
    for variable, value in zip(built.model.weights, earlier.weights, strict=True):
        variable.assign(value)
    read_chance(previous / CHANCE, built.model)
    for layer in built.model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    old = earlier.optimizer
    same = (
        old is not None
        and earlier_settings.name == settings.name
        and type(old) is type(optimizer)
        and [v.shape for v in old.variables] == [v.shape for v in optimizer.variables]
        and buffers_follow_rate(earlier_settings) == buffers_follow_rate(settings)
    )
    if not same:
        return (
            "The optimizer is another one than in the run before: the weights go on, the optimizer's memory of "
            "earlier gradients starts empty."
        )
    factor = 1.0
    if buffers_follow_rate(settings):
        factor = float(optimizer.learning_rate) / float(old.learning_rate)
    slots = set(buffers(optimizer))
    for place, (variable, value) in enumerate(zip(optimizer.variables, old.variables, strict=True)):
        if place in slots:
            variable.assign(value * factor)
    optimizer.iterations.assign(old.iterations)
    return ""


def _form(variables: list[Any]) -> list[tuple[str, tuple[int, ...], str]]:
    """Name, shape and number type of each variable, in order."""
    return [(variable.name, tuple(variable.shape), str(variable.dtype)) for variable in variables]
