"""Sizes and places on the canvas, in scene pixels, and the paths of links."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

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


def on_grid(value: float) -> float:
    """The nearest coordinate on the 4 px grid."""
    return round(safe(value) / GRID) * GRID


def port_place(side: Side, index: int, count: int) -> QPointF:
    """Where a card's port is, from the card's centre: inputs on the upper edge, outputs on the lower one."""
    step = min(PORT_STEP, (CARD_WIDTH - 2 * RADIUS) / max(1, count))
    return QPointF((index - (count - 1) / 2) * step, CARD.top() if side == "input" else CARD.bottom())


def link_path(start: QPointF, end: QPointF) -> QPainterPath:
    """A link from an output at `start` to an input at `end`: it leaves downwards and arrives from above."""
    dy = end.y() - start.y()
    reach = max(dy / 2, 14.0) if dy >= 0 else min(160.0, 60.0 - dy / 4)
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), start.y() + reach), QPointF(end.x(), end.y() - reach), end)
    return path
