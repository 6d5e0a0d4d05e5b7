"""Sizes that no machine can hold, refused before anything of them is allocated."""

from __future__ import annotations

import math

import psutil

from engine.judge.report import Shape

_NUMBER = 4
"""Bytes of a 32-bit float."""

_COPIES = 4
"""A weight while Adam trains it: itself, its gradient, and two running means."""


def machine_memory() -> int:
    """Bytes of memory that this machine has."""
    return int(psutil.virtual_memory().total)


def bytes_text(size: float) -> str:
    """A number of bytes in words: `3.1 TB`."""
    for unit in ("bytes", "KB", "MB", "GB", "TB", "PB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.0f} EB"


def too_many_weights(who: str, parameters: int, memory: int) -> str:
    """What to say of weights that do not fit, before how to mend it; "" for those that do."""
    if parameters * _NUMBER * _COPIES <= memory:
        return ""
    return (
        f"{who} would have {parameters:,} weights: {bytes_text(parameters * _NUMBER)} of memory, and about "
        f"{bytes_text(parameters * _NUMBER * _COPIES)} while training. This machine has {bytes_text(memory)}."
    )


def too_large_result(who: str, shape: Shape, memory: int) -> str:
    """What to say of a result of which not even one example fits, before how to mend it; "" where it does."""
    size = math.prod(length or 1 for length in shape) * _NUMBER
    if size * 2 <= memory:
        return ""
    return (
        f"{who} would give {bytes_text(size)} of numbers for a single example, and this machine has "
        f"{bytes_text(memory)} of memory."
    )
