"""How keys look where they are listed: each as a small cap."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.keys import native
from gui.theme import Tokens, interface_font

CAP_HEIGHT = 20.0
CAP_PADDING = 6.0
CAP_GAP = 3.0
KEYS_GAP = 8.0
"""Between two keys of one action."""

WORDS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter", "Backspace": "⌫", "Del": "Del"}
"""How single keys are written on their caps, where the system's word is longer."""


def caps(keys: str) -> list[str]:
    """What stands on the caps of one key sequence: `Ctrl+Shift+Z` has three."""
    text = native(keys)
    parts = text.replace("++", "+plus").split("+") if text != "+" else ["plus"]
    return [WORDS.get(part, "+" if part == "plus" else part) for part in parts if part]


def looks(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The caps of some key sequences, once where two look alike: Enter is on most keyboards twice."""
    return list(dict.fromkeys(tuple(one) for sequence in keys if (one := caps(sequence))))


def caps_width(keys: tuple[str, ...]) -> float:
    """How much room the caps of some key sequences take."""
    metrics = QFontMetricsF(interface_font(11))
    widths = [sum(_width(metrics, cap) + CAP_GAP for cap in one) - CAP_GAP + KEYS_GAP for one in looks(keys)]
    return max(0.0, sum(widths) - KEYS_GAP)


def _width(metrics: QFontMetricsF, cap: str) -> float:
    return max(CAP_HEIGHT, metrics.horizontalAdvance(cap) + 2 * CAP_PADDING)


def draw_caps(painter: QPainter, right: float, middle: float, keys: tuple[str, ...], tokens: Tokens) -> None:
    """Paints the caps of some key sequences, ending at `right`, centred at the height `middle`."""
    font = interface_font(11)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    x = right - caps_width(keys)
    for one in looks(keys):
        for cap in one:
            place = QRectF(x, middle - CAP_HEIGHT / 2, _width(metrics, cap), CAP_HEIGHT)
            painter.setPen(QPen(QColor(tokens.strong_border), 1))
            painter.setBrush(QColor(tokens.field))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.drawLine(place.bottomLeft() + QPointF(4, -1.5), place.bottomRight() + QPointF(-4, -1.5))
            painter.setPen(QColor(tokens.text))
            painter.drawText(place.adjusted(0, 0, 0, -1), Qt.AlignmentFlag.AlignCenter, cap)
            x = place.right() + CAP_GAP
        x += KEYS_GAP - CAP_GAP
