"""How the training panel writes times, speeds and phases."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.training.events import Phase
from gui.figures import grouped

PHASES: Mapping[Phase, str] = {
    "loading": "Loading the data…",
    "building": "Building the network…",
    "compiling": "Compiling the first step…",
    "training": "Training",
    "validating": "Validating",
    "paused": "Paused",
    "saving": "Saving the network…",
}

BACKENDS: Mapping[str, str] = {"auto": "Automatic (TensorFlow)", "tensorflow": "TensorFlow", "jax": "JAX"}
"""Backends by the name in the settings, as a person reads them."""


def rate_text(steps_per_second: float) -> str:
    """A speed in steps: 131 steps/s, 2.4 steps/s, 5.1 s a step."""
    if not (math.isfinite(steps_per_second) and steps_per_second > 0):
        return ""
    if steps_per_second < 0.7:
        return f"{1 / steps_per_second:.1f} s a step"
    return f"{steps_per_second:.1f} steps/s" if steps_per_second < 10 else f"{grouped(round(steps_per_second))} steps/s"


def left_text(seconds: float) -> str:
    """A time that is left: 13 s left, 4 min left, 1 h 20 min left."""
    if not (math.isfinite(seconds) and seconds >= 0):
        return ""
    if seconds < 90:
        return f"{math.ceil(seconds)} s left"
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min left"
