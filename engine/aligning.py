"""Putting rectangles in line with each other, or at even distances. Knows nothing of blocks: plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Line = Literal["left", "centre", "right", "top", "middle", "bottom"]
"""What is put in line: of rectangles above each other the left edges, centres or right edges, of rectangles beside each
other the upper edges, middles or lower edges."""

Way = Literal["across", "down"]

Steps = dict[str, tuple[float, float]]
"""How far each rectangle is to be moved across and down."""


@dataclass(frozen=True)
class Area:
    """A rectangle, in scene pixels."""

    left: float
    top: float
    width: float
    height: float


def aligned(areas: Mapping[str, Area], line: Line) -> Steps:
    """The steps that put rectangles in line: at the outermost edge, or at the middle of all of them together."""
    if not areas:
        return {}
    across = line in ("left", "centre", "right")
    spans = {key: _span(area, "across" if across else "down") for key, area in areas.items()}
    first = min(start for start, _ in spans.values())
    last = max(start + length for start, length in spans.values())
    share = {"left": 0.0, "top": 0.0, "centre": 0.5, "middle": 0.5, "right": 1.0, "bottom": 1.0}[line]
    steps = {key: first + share * (last - first) - (start + share * length) for key, (start, length) in spans.items()}
    return {key: (step, 0.0) if across else (0.0, step) for key, step in steps.items()}


def distributed(areas: Mapping[str, Area], way: Way) -> Steps:
    """The steps that make the distances between rectangles even, in their order; the outermost two stay."""
    spans = {key: _span(area, way) for key, area in areas.items()}
    order = sorted(spans, key=lambda key: spans[key][0] + spans[key][1] / 2)
    if len(order) < 3:
        return {}
    first, last = spans[order[0]], spans[order[-1]]
    room = last[0] + last[1] - first[0] - sum(length for _, length in spans.values())
    gap = room / (len(order) - 1)
    steps: Steps = {}
    place = first[0]
    for key in order:
        step = place - spans[key][0]
        steps[key] = (step, 0.0) if way == "across" else (0.0, step)
        place += spans[key][1] + gap
    return steps


def _span(area: Area, way: Way) -> tuple[float, float]:
    return (area.left, area.width) if way == "across" else (area.top, area.height)
