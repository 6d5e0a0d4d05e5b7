"""Sizes and places on the canvas, in scene pixels, and the paths of links."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from engine.graph import Direction

Side = Literal["input", "output"]

CARD_WIDTH = 272.0
CARD_HEIGHT = 60.0
CARD = QRectF(-CARD_WIDTH / 2, -CARD_HEIGHT / 2, CARD_WIDTH, CARD_HEIGHT)
"""A card around its centre, which is the item's origin."""
RADIUS = 11.0
PADDING = 12.0
TILE = QRectF(CARD.left() + PADDING, -18.0, 36.0, 36.0)
TEXT_LEFT = TILE.right() + 10.0
TEXT_RIGHT = CARD.right() - PADDING
BADGE = QPointF(CARD.right() - 2.0, CARD.top() + 2.0)
BADGE_RADIUS = 9.0
PORT_RADIUS = 5.0
PORT_STEP = 40.0
"""From one port to the next on the same edge."""
PORT_REACH = 12.0
"""How near to a port's centre the pointer takes hold of it."""
CORNER = 14.0
"""The radius of a link's corners."""
ROUND = 0.5523
"""How far a curve's handles reach towards the corner, so that it is a quarter of a circle."""
SNAP = 24.0
"""View pixels within which the end of a link jumps to a port."""
GRID = 4.0
DOTS = 24.0
"""From one dot of the ground to the next."""
DOTS_FROM = 0.5
"""The zoom from which the ground is dotted."""
FARTHEST = 1_000_000.0
"""No card is shown farther out than this, whatever a file says."""


def safe(value: float) -> float:
    """A coordinate that can be painted: finite and not absurdly far out."""
    return max(-FARTHEST, min(FARTHEST, value)) if math.isfinite(value) else 0.0


def safe_place(place: QPointF) -> QPointF:
    """A place that can be painted: finite and not absurdly far out."""
    if abs(place.x()) <= FARTHEST and abs(place.y()) <= FARTHEST:  # false for what is no number
        return place
    return QPointF(safe(place.x()), safe(place.y()))


def on_grid(value: float) -> float:
    """The nearest coordinate on the 4 px grid."""
    return round(safe(value) / GRID) * GRID


def port_place(side: Side, index: int, count: int, direction: Direction = "down") -> QPointF:
    """Where a card's port is, from the card's centre.

    Inputs are on the upper edge and outputs on the lower one, or on the left and the right one where data flow to the
    right.
    """
    edge = CARD_WIDTH if direction == "down" else CARD_HEIGHT
    step = min(PORT_STEP, (edge - 2 * RADIUS) / max(1, count))
    across = (index - (count - 1) / 2) * step
    if direction == "down":
        return QPointF(across, CARD.top() if side == "input" else CARD.bottom())
    return QPointF(CARD.left() if side == "input" else CARD.right(), across)


def link_path(start: QPointF, end: QPointF, direction: Direction = "down", via: Sequence[QPointF] = ()) -> QPainterPath:
    """A link from an output at `start` to an input at `end`: it leaves and arrives along the flow of data.

    With `via` it runs straight from one of these places to the next, round the corners, and not as one curve.
    """
    path = QPainterPath(start)
    if via:
        _round_corners(path, (start, *via, end))
        return path
    along = end.y() - start.y() if direction == "down" else end.x() - start.x()
    reach = max(along / 2, 14.0) if along >= 0 else min(160.0, 60.0 - along / 4)
    step = QPointF(0.0, reach) if direction == "down" else QPointF(reach, 0.0)
    path.cubicTo(start + step, end - step, end)
    return path


def _round_corners(path: QPainterPath, places: Sequence[QPointF]) -> None:
    """Draws straight lines from place to place, each corner a quarter of a circle as far as there is room for it."""
    for index in range(1, len(places) - 1):
        before, corner, after = places[index - 1 : index + 2]
        into, out = corner - before, after - corner
        long_in, long_out = math.hypot(into.x(), into.y()), math.hypot(out.x(), out.y())
        if not long_in or not long_out:
            continue
        # A stretch between two corners is shared by them; the first and the last belong to one corner alone.
        room_in = long_in if index == 1 else long_in / 2
        room_out = long_out if index == len(places) - 2 else long_out / 2
        radius = min(CORNER, room_in, room_out)
        first, last = corner - into * (radius / long_in), corner + out * (radius / long_out)
        path.lineTo(first)
        path.cubicTo(first + (corner - first) * ROUND, last + (corner - last) * ROUND, last)
    path.lineTo(places[-1])
