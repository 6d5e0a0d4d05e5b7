"""What is laid out: cells with a size and links between them, without a word about blocks.

Places are `across` the flow of data and `along` it, so that the same code lays out in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass

LANE = 12.0
"""Scene pixels from one long link to the next one that runs beside it."""

BESIDE = 20.0
"""Scene pixels from a card to a long link that runs beside it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A card, or a whole group, by its size: `width` across the flow of data and `depth` along it.

    `first` says that it belongs into the first row, as an Input does.
    """

    width: float
    depth: float
    first: bool = False


@dataclass(frozen=True, slots=True)
class CellLink:
    """A link from one cell to another, by their numbers, and how far across from their centres it leaves and arrives.

    `rank` is its place among the links that arrive at the same port.
    """

    source: int
    target: int
    leaves: float = 0.0
    arrives: float = 0.0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart cards stand: edge to edge, `across` and `along` the flow of data."""

    across: float
    along: float
