"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, what we hold ourselves to, what came out, and whether it is met (None: no goal)."""

    what: str
    goal: str
    figure: str
    met: bool | None = None
