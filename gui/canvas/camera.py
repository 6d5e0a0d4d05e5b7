"""Where the view looks: zooming at a place, panning, and framing, with a short animation."""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

SMALLEST, LARGEST = 0.1, 4.0
MARGIN = 32.0
"""View pixels that stay free around what is framed."""
DURATION = 180
"""Milliseconds that framing takes."""


class Camera(QObject):
    """Zoom and place of a view. Zoom is view pixels per scene pixel, always between SMALLEST and LARGEST."""

    moved = Signal()
    zoomed = Signal(float)

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self._zoom = 1.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(DURATION)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._on_step)
        self._from = (QPointF(), 1.0)
        self._to = (QPointF(), 1.0)
        self._framed: QRectF | None = None

    @property
    def zoom(self) -> float:
        """View pixels per scene pixel."""
        return self._zoom

    @property
    def is_moving(self) -> bool:
        """Whether an animation is under way."""
        return self._animation.state() == QVariantAnimation.State.Running

    def centre(self) -> QPointF:
        """The scene's place in the middle of the view."""
        return self._view.mapToScene(self._middle().toPoint())

    def _middle(self) -> QPointF:
        return QRectF(self._view.viewport().rect()).center()

    def stop(self) -> None:
        """Ends an animation where it is, because the person took over."""
        self._animation.stop()
        self.forget_frame()

    def forget_frame(self) -> None:
        """From now on a view of another size keeps its place instead of framing anew."""
        self._framed = None

    def resized(self, wider: int, keep: QRectF | None = None) -> None:
        """Follows the view to another size: what is framed is framed anew.

        Otherwise what was in the middle across stays there, and nothing moves up or down, unless an area that is to
        be kept would be out of sight at the bottom.
        """
        if self._framed is not None:
            self.frame(self._framed, smooth=False)
            return
        self._scroll(QPoint(round(wider / 2), 0))
        if keep is not None:
            shown = self._view.viewportTransform().mapRect(keep)
            below = shown.bottom() + MARGIN - self._view.viewport().height()
            self._scroll(QPoint(0, -round(max(0.0, min(below, shown.top() - MARGIN)))))
        self.moved.emit()

    def zoom_by(self, factor: float, place: QPointF) -> None:
        """Zooms so that what is under a place of the view stays there."""
        if math.isfinite(factor) and factor > 0:
            self.stop()
            self._set_zoom(self._zoom * factor, place)

    def zoom_to(self, zoom: float) -> None:
        """Zooms around the view's middle, smoothly."""
        self.go_to(self.centre(), zoom)

    def scroll(self, step: QPoint) -> None:
        """Moves the picture by view pixels."""
        self.stop()
        self._scroll(step)
        self.moved.emit()

    def _scroll(self, step: QPoint) -> None:
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - step.x())
        down.setValue(down.value() - step.y())

    def _set_zoom(self, zoom: float, place: QPointF) -> None:
        zoom = min(LARGEST, max(SMALLEST, zoom)) if math.isfinite(zoom) else 1.0
        if zoom != self._zoom:
            at = self._exact_scene_place(place)
            self._zoom = zoom
            self._view.setTransform(QTransform.fromScale(zoom, zoom))
            now = self._view.viewportTransform().map(at)
            self._scroll((place - now).toPoint())
            self.zoomed.emit(zoom)
        self.moved.emit()

    def _exact_scene_place(self, place: QPointF) -> QPointF:
        back, invertible = self._view.viewportTransform().inverted()
        return back.map(place) if invertible else QPointF()

    def look_at(self, centre: QPointF, zoom: float) -> None:
        """Brings a place of the scene into the view's middle at once."""
        self.stop()
        self._look_at(centre, zoom)

    def _look_at(self, centre: QPointF, zoom: float) -> None:
        self._set_zoom(zoom, self._middle())
        self._scroll((self._middle() - self._view.viewportTransform().map(centre)).toPoint())
        self.moved.emit()

    def go_to(self, centre: QPointF, zoom: float) -> None:
        """Brings a place of the scene into the view's middle, smoothly."""
        zoom = min(LARGEST, max(SMALLEST, zoom))
        self.stop()
        self._from = (self._exact_scene_place(self._middle()), self._zoom)
        self._to = (centre, zoom)
        if self._view.isVisible():
            self._animation.start()
        else:
            self._look_at(centre, zoom)

    def frame(self, area: QRectF, *, smooth: bool = True) -> None:
        """Shows an area of the scene whole, with a margin, and no larger than it is."""
        go = self.go_to if smooth else self.look_at
        if area.isEmpty():
            go(QPointF(), 1.0)
            return
        room = self._view.viewport().size()
        wide = (max(room.width(), 4 * MARGIN) - 2 * MARGIN) / area.width()
        high = (max(room.height(), 4 * MARGIN) - 2 * MARGIN) / area.height()
        go(area.center(), min(1.0, wide, high))
        self._framed = area

    def show_area(self, area: QRectF) -> None:
        """Moves just as far as is needed to see an area."""
        margin = MARGIN / self._zoom
        seen = self._view.viewportTransform().inverted()[0].mapRect(QRectF(self._view.viewport().rect()))
        wanted = area.adjusted(-margin, -margin, margin, margin)
        if seen.contains(wanted):
            return
        dx = min(0.0, wanted.left() - seen.left()) + max(0.0, wanted.right() - seen.right())
        dy = min(0.0, wanted.top() - seen.top()) + max(0.0, wanted.bottom() - seen.bottom())
        self.go_to(seen.center() + QPointF(dx, dy), self._zoom)

    def _on_step(self, share: float) -> None:
        (centre, zoom), (to_centre, to_zoom) = self._from, self._to
        now = zoom * (to_zoom / zoom) ** share
        # The centre moves with the zoom, so that what is framed grows evenly instead of swinging through the view.
        even = share if zoom == to_zoom else (1 / now - 1 / zoom) / (1 / to_zoom - 1 / zoom)
        self._look_at(centre + (to_centre - centre) * even, now)
