"""The drawing area of a plot: pyqtgraph's, with our manners of zooming and panning and without its menus."""

from __future__ import annotations

from typing import Any

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QWheelEvent
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


class PlotCanvas(pyqtgraph.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """An empty plot in the theme's colours. Curves are added to `plotItem`.

    `hovered` carries the pointer's place in plot coordinates, `left` that it is gone; `reset_requested` a
    double-click; `range_chosen` that a person has zoomed or panned.
    """

    hovered = Signal(QPointF)
    left = Signal()
    reset_requested = Signal()
    range_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, viewBox=_Area(), enableMenu=False)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.plotItem.hideButtons()
        self.plotItem.setContentsMargins(0, 2, 6, 0)
        self.plotItem.vb.sigRangeChangedManually.connect(self._on_range_chosen)
        left, bottom = self.plotItem.getAxis("left"), self.plotItem.getAxis("bottom")
        for axis in (left, bottom):
            axis.setStyle(tickFont=_tick_font(), tickLength=0, tickTextOffset=5, maxTickLevel=1, maxTextLevel=0)
            axis.enableAutoSIPrefix(False)
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
