"""A small map of the network in the canvas's corner, which shows where the view is and moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.catalogue import CATALOGUE
from engine.graph import Graph
from gui.canvas.geometry import CARD, safe
from gui.canvas.wheel import ONE_UNIT
from gui.theme import themes

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

SIZE = QSize(184, 124)
INSET = 12
"""View pixels between the map and the canvas's corner."""
PADDING = 8.0
"""Pixels around the network inside the map."""
RADIUS = 8.0
SMALLEST_SPECK = 1.5
"""Pixels that a block has at least, so that it is seen."""
REST = 50
"""Milliseconds after a change in which the map stays as it is, so that the canvas itself is drawn first."""
SMALLEST_VIEW = 6.0
SMALLEST_ROOM = 3.0
"""How many times the map's size a canvas must have for the map to be shown."""


class Minimap(QWidget):
    """The map of one canvas. It is seen while it is wanted and not the whole network is in view anyway.

    A click brings that place into the view's middle, a drag takes the view along, the wheel zooms. The picture of the
    network is made anew when the network changes, not when the view moves. `wanted_changed` tells that the person has
    switched the map on or off.
    """

    wanted_changed = Signal(bool)

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas.viewport())  # a part of what scrolls: beside it, it would keep Qt from scrolling
        self._canvas = canvas
        self._is_wanted = True
        self._picture: QPixmap | None = None
        self._graph = Graph()
        self._network = QRectF()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(REST)
        self._late.timeout.connect(self._drop_picture)
        self._grip = QPointF()
        self._is_dragging = False
        self._before: tuple[QWidget, ...] = ()
        self.setFixedSize(SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Minimap")
        self.setAccessibleDescription("Where the view is in the network. A click brings that place into view.")
        self.setToolTip("Click or drag to move the view. M hides the map.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        themes().changed.connect(self._drop_picture)

    @property
    def is_wanted(self) -> bool:
        """Whether the person wants the map."""
        return self._is_wanted

    def set_wanted(self, wanted: bool) -> None:
        """Switches the map on or off."""
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            self.follow()
            self.wanted_changed.emit(wanted)

    def give_way_to(self, *widgets: QWidget) -> None:
        """Hides the map while one of these widgets of the view lies where it would stand."""
        self._before = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize):
            self.follow()
        return super().eventFilter(watched, event)

    def _is_in_the_way(self) -> bool:
        """Whether something that matters more lies where the map stands."""
        return any(not widget.isHidden() and widget.geometry().intersects(self.geometry()) for widget in self._before)

    def renew(self) -> None:
        """Has the network drawn anew in a moment, because it or what is known of it has changed."""
        graph = self._canvas.workspace.graph
        if graph is not self._graph:
            self._graph, self._network = graph, _area_of(graph)
            self.follow()
        self._late.start()

    def _drop_picture(self) -> None:
        self._picture = None
        self.update()

    def follow(self) -> None:
        """Stands in the canvas's corner and shows where the view is now."""
        room = self._canvas.size()
        self.move(room.width() - SIZE.width() - INSET, room.height() - SIZE.height() - INSET)
        roomy = min(room.width() / SIZE.width(), room.height() / SIZE.height()) >= SMALLEST_ROOM
        seen = self._network.isEmpty() or self._seen().contains(self._network)
        useful = self._is_dragging or (not seen and not self._is_in_the_way())
        self.setVisible(self._is_wanted and roomy and useful)
        if self.isVisible():
            self.raise_()
            self.update()

    def _seen(self) -> QRectF:
        """What the view shows of the scene."""
        back, _ = self._canvas.viewportTransform().inverted()
        return back.mapRect(QRectF(self._canvas.viewport().rect()))

    def _scale(self) -> float:
        wide, high = SIZE.width() - 2 * PADDING, SIZE.height() - 2 * PADDING
        return min(wide / max(1.0, self._network.width()), high / max(1.0, self._network.height()), 0.2)

    def _on_map(self, area: QRectF) -> QRectF:
        """Where an area of the scene is on the map."""
        scale = self._scale()
        middle = QPointF(SIZE.width() / 2, SIZE.height() / 2)
        corner = (area.topLeft() - self._network.center()) * scale + middle
        return QRectF(corner.x(), corner.y(), area.width() * scale, area.height() * scale)

    def _in_scene(self, place: QPointF) -> QPointF:
        inside = QPointF(max(0.0, min(self.width(), place.x())), max(0.0, min(self.height(), place.y())))
        return self._network.center() + (inside - QPointF(SIZE.width() / 2, SIZE.height() / 2)) / self._scale()

    def view_area(self) -> QRectF:
        """Where the view is on the map, as far as it is on it."""
        edge = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        shown = self._on_map(self._seen())
        middle = shown.center()
        shown.setSize(shown.size().expandedTo(QSizeF(SMALLEST_VIEW, SMALLEST_VIEW)))
        shown.moveCenter(middle)
        return shown.intersected(edge) if shown.intersects(edge) else QRectF()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._draw_network()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        view = self.view_area()
        if not view.isEmpty():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(tokens.colour("accent", 0.12))
            painter.drawRoundedRect(view, 2, 2)
        painter.end()

    def _draw_network(self) -> QPixmap:
        tokens = themes().tokens
        ratio = self.devicePixelRatioF()
        picture = QPixmap((self.size().toSizeF() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(tokens.colour("panel", 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        scene = self._canvas.items_scene
        for key, group in scene.graph.groups.items():
            colour = tokens.group(group.colour)
            colour.setAlphaF(0.8 if group.collapsed else 0.22)
            painter.setBrush(colour)
            painter.drawRoundedRect(self._on_map(scene.groups.area_of(key)), 2, 2)
        self._draw_specks(painter)
        painter.end()
        return picture

    def _draw_specks(self, painter: QPainter) -> None:
        """Draws the blocks, large enough to be seen; in the scene's coordinates, so that a thousand take no time."""
        tokens, scene, scale = themes().tokens, self._canvas.items_scene, self._scale()
        middle = self._network.center()
        painter.translate(SIZE.width() / 2, SIZE.height() / 2)
        painter.scale(scale, scale)
        painter.translate(-middle.x(), -middle.y())
        wide, high = max(CARD.width(), SMALLEST_SPECK / scale), max(CARD.height(), SMALLEST_SPECK / scale)
        problems: list[QRectF] = []
        alike: dict[str, list[QRectF]] = {}
        for key, block in scene.graph.blocks.items():
            if not scene.groups.hides(key):  # where it comes to stand, also while the card is still on its way there
                speck = QRectF(safe(block.x) - wide / 2, safe(block.y) - high / 2, wide, high)
                failing = scene.cards[key].trouble == "error"
                (problems if failing else alike.setdefault(block.type, [])).append(speck)
        for type_name, specks in alike.items():
            spec = CATALOGUE.get(type_name)
            painter.setBrush(tokens.category(spec.category if spec else ""))
            painter.drawRects(specks)
        painter.setBrush(QColor(tokens.warning))  # above the others
        painter.drawRects(problems)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._canvas.cancel_gesture()
        place = self._in_scene(event.position())
        seen = self._seen()
        # Inside the view's frame it is taken where it was grasped; elsewhere the view comes to the pointer.
        self._grip = seen.center() - place if seen.contains(place) else QPointF()
        self._is_dragging = True
        if self._grip.isNull():
            self._canvas.camera.look_at(place, self._canvas.camera.zoom)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._canvas.camera.look_at(self._in_scene(event.position()) + self._grip, self._canvas.camera.zoom)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = False
            self.follow()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = max(-2000, min(2000, event.angleDelta().y()))
        self._canvas.camera.zoom_by(ONE_UNIT**turned, QRectF(self._canvas.viewport().rect()).center())
        event.accept()


def _area_of(graph: Graph) -> QRectF:
    """The rectangle around all blocks; an empty one where there are none."""
    if not graph.blocks:
        return QRectF()
    across = [safe(block.x) for block in graph.blocks.values()]
    down = [safe(block.y) for block in graph.blocks.values()]
    corners = QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down)))
    return corners.adjusted(CARD.left(), CARD.top(), CARD.right(), CARD.bottom())
