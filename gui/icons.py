"""Our icons: SVG drawings in one colour, rendered sharp at every scale and tinted as the theme asks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.theme import themes

FOLDER = Path(__file__).parents[1] / "resources" / "icons"


@lru_cache(maxsize=512)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """The drawing of that name with its `currentColor` set; a plain square where there is no such file."""
    path = FOLDER / f"{name}.svg"
    if path.is_file():
        text = path.read_text(encoding="utf-8")
    else:
        text = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
            '<rect x="6" y="6" width="12" height="12" rx="2" fill="none" stroke="currentColor" stroke-width="1.7"/>'
            "</svg>"
        )
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))


def draw_icon(painter: QPainter, name: str, place: QRectF, colour: QColor) -> None:
    """Paints an icon into a rectangle of the painter's coordinates."""
    renderer(name, colour.name()).render(painter, place)


class _TintedIcon(QIconEngine):
    """Renders an icon at whatever size and scale it is asked for, in the theme's colour of that moment."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "muted" if mode == QIcon.Mode.Disabled else self._token
        draw_icon(painter, self._name, QRectF(rect), themes().tokens.colour(token))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRectF(0, 0, size.width(), size.height()).toRect(), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        return _TintedIcon(self._name, self._token)


def icon(name: str, token: str = "secondary") -> QIcon:
    """An icon for buttons and menus in one of the theme's colours."""
    return QIcon(_TintedIcon(name, token))
