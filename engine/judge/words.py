"""How blocks and shapes are called in sentences."""

from __future__ import annotations

import re

from engine.graph import Block
from engine.judge.report import Shape, shape_text

_KINDS = {1: "a row of numbers", 2: "a sequence", 3: "a picture", 4: "a volume"}
_AXES = {1: "(features)", 2: "(time, features)", 3: "(height, width, channels)", 4: "(depth, height, width, channels)"}


def label(block: Block) -> str:
    """A block in a sentence: its name, with its type where the name does not tell it."""
    if re.fullmatch(rf"{re.escape(block.type)}( \d+)?", block.name):
        return block.name
    return f"{block.type} '{block.name}'"


def given(shape: Shape) -> str:
    """What a block gives: `a picture (26 × 26 × 32)`."""
    if not shape:
        return "a single number without a dimension"
    if len(shape) == 1:
        return _count(shape[0])
    return f"{_KINDS.get(len(shape), f'{len(shape)} dimensions')} ({shape_text(shape)})"


def _count(size: int | None) -> str:
    if size is None:
        return "a row of numbers of unknown length"
    return "a single number (1)" if size == 1 else f"a row of {size} numbers"


def kind(dimensions: int) -> str:
    """What a layer needs: `a sequence (time, features)`."""
    if dimensions not in _KINDS:
        return f"{dimensions} dimensions" if dimensions else "single numbers"
    return f"{_KINDS[dimensions]} {_AXES[dimensions]}"


def listed(names: list[str]) -> str:
    """Words in a row: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
