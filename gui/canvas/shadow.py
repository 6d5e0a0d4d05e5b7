"""The soft shadow of cards and popups."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPixmap

from gui.theme import themes

STEPS = 10
DROP = 0.25
"""How far a shadow lies below its card, as a share of its reach."""


IN_LINES = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)


def paints_lines(painter: QPainter) -> bool:
    """Whether what is painted is kept as lines and text, as in SVG and PDF, where pixels would be out of place."""
    return painter.paintEngine().type() in IN_LINES


@lru_cache(maxsize=32)
def _picture(width: int, height: int, radius: float, reach: int, colour: str, sharpness: float) -> QPixmap:
    """The shadow of a rounded rectangle at full strength, with `reach` pixels on every side."""
    picture = QPixmap(round((width + 2 * reach) * sharpness), round((height + 2 * reach) * sharpness))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    painter.scale(sharpness, sharpness)
    layer = QColor(colour)
    layer.setAlphaF(1 / STEPS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layer)
    whole = QRectF(reach, reach, width, height)
    for step in range(STEPS):
        grown = reach * (1 - (step + 0.5) / STEPS) ** 1.8
        painter.drawRoundedRect(whole.adjusted(-grown, -grown, grown, grown), radius + grown, radius + grown)
    painter.end()
    return picture


def paint_shadow(painter: QPainter, area: QRectF, radius: float, reach: int) -> None:
    """Paints the shadow of a rounded rectangle; it stays within `reach` and a quarter around it.

    The picture is made once for each size and theme. It is kept at full strength and painted thinly, because the eight
    bits of a thin one would tint it. Drawings that are kept as lines have no shadows.
    """
    if paints_lines(painter):
        return
    colour = QColor(themes().tokens.shadow)
    world, device = painter.worldTransform(), painter.device()
    # At 100% the picture has the device's own pixels, which makes it cheap; a soft thing may be coarse elsewhere.
    sharpness = device.devicePixelRatioF() * (1.0 if world.m11() <= 1.5 else 2.0)
    picture = _picture(round(area.width()), round(area.height()), radius, reach, colour.name(), sharpness)
    before = painter.opacity()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, world.m11() > 1.5)
    painter.setOpacity(before * colour.alphaF())
    place = area.adjusted(-reach, -reach, reach, reach).translated(0, reach * DROP)
    painter.drawPixmap(place, picture, QRectF(picture.rect()))
    painter.setOpacity(before)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
