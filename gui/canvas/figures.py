"""How numbers are written on cards."""

from __future__ import annotations

from engine.judge.report import BlockReport, shape_text
from gui.figures import grouped

SHORT = ((1_000_000_000, "G"), (1_000_000, "M"))


def short_count(number: int) -> str:
    """A count of weights in three or four figures from a million on: `1.38 M`."""
    for unit, letter in SHORT:
        if number >= unit:
            value = number / unit
            digits = 2 if value < 10 else 1 if value < 100 else 0
            return f"{value:.{digits}f} {letter}"
    return grouped(number)


def output_text(report: BlockReport | None) -> str:
    """A block's output shape as its card has it: `?` while it cannot be known, "" before anybody has looked."""
    if report is None:
        return ""
    if not report.output_shapes:
        return "?"
    first = shape_text(report.output_shapes[0])
    others = len(report.output_shapes) - 1
    return f"{first}  +{others}" if others else first
