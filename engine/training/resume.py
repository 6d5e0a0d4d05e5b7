"""Takes up an earlier run: its weights, and its optimizer's state where the optimizer is the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.models.build import Built
from engine.models.keep import CHANCE, NETWORK, read_chance
from engine.models.nesting import leaf_layers
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
    same_order = _take_weights(built.model, earlier)
    read_chance(previous / CHANCE, built.model)
    for layer in leaf_layers(built.model):
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
    if not same_order:
        return (
            "Groups are nested otherwise than in the run before: the weights go on, the optimizer's memory of earlier "
            "gradients starts empty."
        )
    factor = 1.0
    if buffers_follow_rate(settings):
        factor = float(optimizer.learning_rate) / float(old.learning_rate)
    slots = set(buffers(optimizer))
    for number, (variable, value) in enumerate(zip(optimizer.variables, old.variables, strict=True)):
        if number in slots:
            variable.assign(value * factor)
    optimizer.iterations.assign(old.iterations)
    return ""


def _take_weights(model: Any, earlier: Any) -> bool:
    """Gives a model an earlier one's weights; answers whether they stand in the same order there.

    Weights belong together by their layers' names, however these are nested; where blocks were renamed since, by their
    order. Raises ResumeError.
    """
    here, there = _weights(model), _weights(earlier)
    order = list(here)
    if _forms(here) != _forms(there):
        order = list(there)
        if _nesting(model) != _nesting(earlier) or [*_forms(here).values()] != [*_forms(there).values()]:
            raise ResumeError(
                "The network has changed since that run, so its weights do not fit any more. "
                "Take the change back, or train from the start."
            )
    for variable, place in zip(here.values(), order, strict=True):
        variable.assign(there[place])
    return order == list(there)


_Place = tuple[str, int]
"""A layer's name, and which of its weights."""


def _weights(model: Any) -> dict[_Place, Any]:
    """All weights of a model and of those nested in it, by their places."""
    return {(layer.name, place): weight for layer in leaf_layers(model) for place, weight in enumerate(layer.weights)}


def _forms(weights: Mapping[_Place, Any]) -> dict[_Place, tuple[str, tuple[int, ...], str]]:
    """Name, shape and number type of each weight."""
    return {place: (one.name, tuple(one.shape), str(one.dtype)) for place, one in weights.items()}


def _nesting(model: Any) -> list[Any]:
    """How a model's layers are nested: a list for each model, with the number of weights of each layer."""
    from keras import Model

    return [_nesting(layer) if isinstance(layer, Model) else len(layer.weights) for layer in model.layers]
