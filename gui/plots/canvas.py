"""The drawing area of a plot: pyqtgraph's, with our manners of zooming and panning and without its menus."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.theme import interface_font, themes

LOWEST, HIGHEST = -1e9, 1e9
"""Bounds of zooming out, so that no range becomes infinite."""


class _Area(pyqtgraph.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """Left or middle drag pans, the wheel zooms at the pointer; the right button is the context menu's."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setLimits(xMin=-1e6, xMax=1e7, yMin=LOWEST, yMax=HIGHEST, minXRange=1e-3, minYRange=1e-7)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
        else:
            super().mouseDragEvent(event, axis)


class _Axis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis with few, round figures; whole epochs only, unless zoomed in between two of them."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._room = 46.0 if orientation == "bottom" else 30.0

    def boundingRect(self) -> QRectF:
        # pyqtgraph gives the figures at both ends no room once a grid is shown, and drops them.
        return QRectF(super().boundingRect()).adjusted(-12, -8, 12, 8)

    def tickValues(self, lowest: float, highest: float, size: float) -> list[tuple[float, list[float]]]:
        if self.logMode:
            return self._decades(lowest, highest, size)
        span = highest - lowest
        if not 0.0 < span < math.inf or size <= 0.0:
            return []
        step = round_step(span * self._room / size)
        if self.orientation == "bottom" and span > 2.0:
            step = max(step, 1.0)
        first, last = math.ceil(lowest / step - 1e-6), math.floor(highest / step + 1e-6)
        return [(step, [number * step for number in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [f"{10.0**value:.3g}".replace("e-0", "e−").replace("e-", "e−") for value in values]
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        if any(abs(value) >= 1e5 for value in values) or decimals > 4:
            return [f"{value:.3g}".replace("-", "−") for value in values]
        return [f"{value:.{decimals}f}".replace("-", "−") for value in values]

    def _decades(self, lowest: float, highest: float, size: float) -> list[tuple[float, list[float]]]:
        """Powers of ten where they are enough; 2 and 5 times them where less than two would be in view."""
        step = max(1, math.ceil((highest - lowest) * self._room / max(size, 1.0)))
        first, last = math.floor(lowest), math.ceil(highest)
        exponents = [float(number) for number in range(first, last + 1) if number % step == 0]
        values = [exponent for exponent in exponents if lowest <= exponent <= highest]
        if len(values) < 2:
            fine = [exponent + math.log10(digit) for exponent in range(first, last + 1) for digit in (1, 2, 5)]
            values = [value for value in fine if lowest <= value <= highest]
        return [(1.0, values)]


def round_step(smallest: float) -> float:
    """The next step from `smallest` up that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(smallest))
    return next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= smallest * (1 - 1e-9))


class PlotCanvas(pyqtgraph.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """An empty plot in the theme's colours. Curves are added to `plotItem`.

    `hovered` carries the pointer's place in plot coordinates, `left` that it is gone; `reset_requested` a
    double-click; `range_chosen` that a person has zoomed or panned; `resized` that there is more or less room.
    """

    hovered = Signal(QPointF)
    left = Signal()
    reset_requested = Signal()
    range_chosen = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {name: _Axis(name) for name in ("left", "bottom")}
        super().__init__(parent, viewBox=_Area(), axisItems=axes, enableMenu=False)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.plotItem.hideButtons()
        self.plotItem.setContentsMargins(0, 2, 6, 0)
        self.plotItem.vb.sigRangeChangedManually.connect(self._on_range_chosen)
        left, bottom = self.plotItem.getAxis("left"), self.plotItem.getAxis("bottom")
        for axis in (left, bottom):
            axis.setStyle(tickFont=_tick_font(), tickLength=0, tickTextOffset=5)
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-1000)  # the grid belongs behind the curves
        left.setWidth(34)
        bottom.setHeight(20)
        left.setGrid(255)
        self.apply_theme()
        themes().changed.connect(self.apply_theme)

    def apply_theme(self) -> None:
        """Takes the theme's colours for ground, axes and grid."""
        tokens = themes().tokens
        self.setBackground(tokens.colour("panel"))
        for name in ("left", "bottom"):
            axis = self.plotItem.getAxis(name)
            axis.setTextPen(tokens.colour("muted"))
            axis.setPen(tokens.colour("border"))
            axis.setTickPen(tokens.colour("border"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self.mapToScene(event.position().toPoint())
        if self.plotItem.vb.sceneBoundingRect().contains(place) and not event.buttons():
            self.hovered.emit(self.plotItem.vb.mapSceneToView(place))
        else:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        event.accept()  # or the panel around would scroll as well

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_requested.emit()

    def _on_range_chosen(self, _mask: object) -> None:
        self.range_chosen.emit()


def _tick_font() -> QFont:
    return interface_font(10)
