"""From the optimizer that a person chose to a Keras one.

Keras is imported inside the function, and `engine.backend.prepare` has settled its backend before.
"""

from __future__ import annotations

from typing import Any

from engine.settings import OptimizerSettings


def build_optimizer(settings: OptimizerSettings) -> Any:
    """The Keras optimizer of an entry with its preset and changed values, not built yet.

    Raises ParamError for a hyperparameter that the optimizer does not have or that is out of range.
    """
    from keras import optimizers

    name, values = settings.entry.keras_call(settings.preset, settings.values)
    return getattr(optimizers, name)(**values)


def keras_learning_rate(settings: OptimizerSettings, rate: float) -> float:
    """What Keras's learning rate has to be for the entry's own α to be `rate`: α(1 − β) for the averaged momentum."""
    if not settings.entry.preset(settings.preset).averaged:
        return rate
    return rate * (1.0 - settings.entry.values(settings.preset, settings.values)["momentum"])


def buffers_follow_rate(settings: OptimizerSettings) -> bool:
    """Whether the optimizer's buffers hold the learning rate and have to be scaled when it changes.

    Keras's velocity is −α times the averaged one, v ← βv + (1 − β)g: without that the step that follows a change is
    taken with the old rate (42% off over 50 steps).
    """
    return settings.entry.preset(settings.preset).averaged
