"""The canvas: shows the network as cards and links, and turns mouse, keys and touch into gestures and commands.

The view holds no model: it observes the workspace, hands events to gesture objects, and keeps scene, camera and the
small widgets above them together. Main thread only.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QToolTip, QWidget

from engine.catalogue import CATALOGUE
from engine.document import Change
from gui.canvas import commands, keys, palette
from gui.canvas.actions import CanvasMenu, make_actions, refresh_actions
from gui.canvas.arranging import Arranger
from gui.canvas.camera import Camera
from gui.canvas.doings import grouping
from gui.canvas.edge import EdgeScroll
from gui.canvas.geometry import DOTS_FROM, FARTHEST
from gui.canvas.gestures import Gesture, Pointer, gesture_for
from gui.canvas.gestures.pan import Pan
from gui.canvas.ground import paint_ground
from gui.canvas.group_menu import add_group_entries, menu_for
from gui.canvas.minimap import Minimap
from gui.canvas.overlays import Overlays
from gui.canvas.scene import CanvasScene, Hit
from gui.canvas.search import Search
from gui.canvas.touch import Touch
from gui.canvas.wheel import pinch, turn_wheel
from gui.theme import set_role, themes
from gui.workspace import Workspace

CURSORS = {
    "input": Qt.CursorShape.CrossCursor,
    "output": Qt.CursorShape.CrossCursor,
    "badge": Qt.CursorShape.PointingHandCursor,
    "link": Qt.CursorShape.PointingHandCursor,
    "chevron": Qt.CursorShape.PointingHandCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
}


class CanvasView(QGraphicsView):
    """The canvas of one window.

    `actions_by_name` holds its actions for menus. `zoom_changed` carries the zoom (1.0 is 100%);
    `templates_requested` and `open_requested` are emitted from the empty canvas's invitation.
    """

    zoom_changed = Signal(float)
    templates_requested = Signal()
    open_requested = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.items_scene = CanvasScene()
        self.setScene(self.items_scene)
        self.camera = Camera(self)
        self.gesture: Gesture | None = None
        self.pastes = 0
        """How often what is on the clipboard has been pasted."""
        self._gesture_button = Qt.MouseButton.NoButton
        self.pointer = Pointer(QPointF(), QPointF())
        self._pointer_inside = False
        self.space_down = False
        self.space_tapped: int | None = None
        """When Space went down, in the events' milliseconds; None where it was used for something since."""
        self._framed = False
        self.overlays = Overlays(self)
        self.overlays.hint.templates_requested.connect(self.templates_requested)
        self.overlays.hint.open_requested.connect(self.open_requested)
        self.minimap = Minimap(self)
        self.edge = EdgeScroll(self)
        self.arranger = Arranger(self)
        self.touch = Touch(self)
        self.search = Search(self)
        self._set_up()
        self.actions_by_name = make_actions(self)
        self.overlays.hint.search_requested.connect(self.actions_by_name["add_block"].trigger)
        self._observe()
        self.items_scene.show_graph(workspace.graph)
        self.items_scene.show_analysis(workspace.analysis)
        self.items_scene.show_selection(workspace.selection, workspace.selected_comments)
        self.overlays.show_graph(replaced=False)
        self.minimap.renew()
        refresh_actions(self)

    def _set_up(self) -> None:
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("The network as blocks and links. Arrow keys move the selected blocks.")
        set_role(self, "canvas")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setSceneRect(QRectF(-2 * FARTHEST, -2 * FARTHEST, 4 * FARTHEST, 4 * FARTHEST))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # so that Qt scrolls what is painted
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _observe(self) -> None:
        self.workspace.document_changed.connect(self._on_document)
        self.workspace.selection_changed.connect(self._on_selection)
        self.workspace.analysis_changed.connect(self._on_analysis)
        self.workspace.jump_requested.connect(self.jump_to)
        self.camera.moved.connect(self.overlays.place)
        self.camera.moved.connect(self.minimap.follow)
        self.minimap.give_way_to(self.search.popup, self.overlays.popup)
        self.minimap.wanted_changed.connect(self._on_minimap)
        self.camera.zoomed.connect(self.zoom_changed)
        themes().changed.connect(self.viewport().update)

    def _on_document(self, change: Change) -> None:
        if change.before.graph is change.after.graph and change.kind != "replace":
            return
        self.cancel_gesture()
        replaced = change.kind == "replace"
        self.items_scene.show_graph(change.after.graph)
        self.overlays.show_graph(replaced=replaced)
        self.minimap.renew()
        refresh_actions(self)
        if replaced:
            self.fit_all(animated=False)
        else:
            self.camera.forget_frame()

    def _on_selection(self) -> None:
        self.items_scene.show_selection(self.workspace.selection, self.workspace.selected_comments)
        if self.overlays.popup.block not in self.workspace.selection:
            self.overlays.close_popup()
        refresh_actions(self)

    def _on_analysis(self) -> None:
        self.items_scene.show_analysis(self.workspace.analysis)
        self.overlays.refresh_popup()
        self.minimap.renew()

    def _on_minimap(self) -> None:
        refresh_actions(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._framed:
            self.fit_all(animated=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().isValid():
            self.camera.resized(event.size().width() - event.oldSize().width(), self._area_to_keep(event.oldSize()))
        self.overlays.place()
        self.minimap.follow()
        self.search.popup.fit()

    def _area_to_keep(self, old: QSize) -> QRectF | None:
        """The selected blocks' area where all of it was to be seen in a view of the old size."""
        if not self.workspace.selection:
            return None
        area = self.items_scene.network_area(self.workspace.selection)
        return area if QRectF(QPointF(), old.toSizeF()).contains(self.viewportTransform().mapRect(area)) else None

    def begin(self, gesture: Gesture, pointer: Pointer) -> None:
        """Makes a gesture the one that the pointer drives; one that was under way is cancelled."""
        self.cancel_gesture()
        self.camera.stop()
        self.items_scene.hover(Hit())
        self.gesture = gesture
        gesture.start(pointer)
        if gesture.scrolls:
            self.edge.start()

    def cancel_gesture(self) -> bool:
        """Cancels the gesture under way, or the search, and says whether there was one; undo asks this first."""
        self.arranger.finish()
        gesture, searching = self.let_go(), self.search.is_open
        self.search.close()
        if gesture is not None:
            gesture.cancel()
        return gesture is not None or searching

    def let_go(self) -> Gesture | None:
        """Takes the gesture under way out of the pointer's hand, neither ended nor cancelled."""
        gesture, self.gesture = self.gesture, None
        self._gesture_button = Qt.MouseButton.NoButton
        self.edge.stop()
        return gesture

    def pointer_at(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Takes a place of the view as that of the pointer."""
        scene_place = self.viewportTransform().inverted()[0].map(place)
        self.pointer = Pointer(place, scene_place, modifiers)
        self._pointer_inside = True
        return self.pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.arranger.finish()
        pointer = self.pointer_at(event.position(), event.modifiers())
        if self.gesture is not None:
            lost = event.button() == self._gesture_button  # pressed twice: its release went somewhere else
            if event.button() == Qt.MouseButton.RightButton or lost:
                self.cancel_gesture()
            return
        if self.search.is_open:
            self.search.close()
            return
        hit = self.items_scene.hit(pointer.scene)
        self.space_tapped = None
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self.space_down):
            self.begin(Pan(self), pointer)
        elif button == Qt.MouseButton.LeftButton:
            if hit.block != self.overlays.popup.block or not hit.block:
                self.overlays.close_popup()
            if hit.kind == "badge":
                self.workspace.select(self.workspace.graph.members(hit.group) if hit.group else (hit.block,))
                self.overlays.toggle_popup(hit.block)
                return
            self.begin(gesture_for(self, hit, pointer.scene, adds=pointer.adds), pointer)
        else:
            return
        self._gesture_button = button

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self.pointer_at(event.position(), event.modifiers())
        if self._gesture_button and not event.buttons() & self._gesture_button:
            self.cancel_gesture()  # its release went to another window
        if self.gesture is not None:
            self.gesture.update(pointer)
        else:
            self._hover(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self.pointer_at(event.position(), event.modifiers())
        if self.gesture is not None and event.button() == self._gesture_button:
            gesture = self.let_go()
            if gesture is not None:
                gesture.end(pointer)
            self._hover(pointer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self.pointer_at(event.position(), event.modifiers())
        hit = self.items_scene.hit(pointer.scene)
        if event.button() == Qt.MouseButton.LeftButton and self._open_at(hit):
            return
        if event.button() == Qt.MouseButton.LeftButton and hit.kind in ("canvas", "frame", "link"):
            self.search.open_free()
        elif event.button() != Qt.MouseButton.LeftButton or not hit.block or hit.kind in ("input", "output", "badge"):
            self.mousePressEvent(event)
        elif hit.kind == "name":
            self.rename(hit.block)
        else:
            self.workspace.help_requested.emit(self.workspace.graph.blocks[hit.block].type)

    def _open_at(self, hit: Hit) -> bool:
        """What a double-click does on a group or a comment; False where there is neither."""
        if hit.kind == "title":
            self.rename_group(hit.group)
        elif hit.kind == "group":
            grouping.toggle(self, hit.group)
        elif hit.comment:
            self.overlays.write(self.workspace.graph.comments[hit.comment])
        return hit.kind in ("title", "group") or bool(hit.comment)

    def _hover(self, pointer: Pointer) -> None:
        hit = self.items_scene.hit(pointer.scene)
        self.items_scene.hover(hit)
        if self.space_down:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif hit.kind in CURSORS:
            self.viewport().setCursor(CURSORS[hit.kind])
        else:
            self.viewport().unsetCursor()

    @property
    def pointer_inside(self) -> bool:
        """Whether the pointer was over the canvas when it was last heard of."""
        return self._pointer_inside

    def free_place(self) -> QPointF | None:
        """The scene's place under the pointer; None where it is on a card or outside the canvas."""
        hit = self._hit(self.pointer.view)
        return self.pointer.scene if self._pointer_inside and not hit.block else None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and QApplication.activeModalWidget() is not None:
            self.cancel_gesture()  # a question has come up, which takes the mouse away

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer_inside = QApplication.activePopupWidget() is not None  # a context menu belongs to its place
        if self.gesture is None:
            self.items_scene.hover(Hit())
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.camera, event)
        event.accept()
        if self.gesture is not None and not isinstance(self.gesture, Pan):
            self.gesture.update(self.pointer_at(event.position(), event.modifiers()))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            return self.touch.take(event)
        if isinstance(event, QNativeGestureEvent):
            pinch(self.camera, event)
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip(QPointF(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def tool_tip(self, place: QPointF) -> str:
        """What is worth saying about a place of the view, in view pixels; "" for nothing."""
        return "" if self.gesture is not None else self.items_scene.tip(self._hit(place))

    def _hit(self, place: QPointF) -> Hit:
        return self.items_scene.hit(self.viewportTransform().inverted()[0].map(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not keys.release(self, event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.space_down, self.space_tapped = False, None
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        if next and self.hasFocus() and self.overlays.popup.enter():
            return True
        return QWidget.focusNextPrevChild(self, next)

    def escape(self) -> None:
        """One step back: out of a movement or a gesture, then of the popup, then of the selection."""
        if self.arranger.finish() or self.cancel_gesture():
            return
        if self.overlays.popup.block:
            self.overlays.close_popup()
        else:
            self.workspace.select(())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        palette.enter(self, event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        palette.move(self, event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        palette.leave(self, event)

    def dropEvent(self, event: QDropEvent) -> None:
        palette.drop(self, event)

    def append(self, type_name: str) -> None:
        """Adds a block where the network goes on (see `commands.append_block`) and brings it into view."""
        if type_name in CATALOGUE:
            self.cancel_gesture()
            block = commands.append_block(self.workspace, type_name)
            self.camera.show_area(self.items_scene.network_area((block,)))

    def fit_all(self, *, animated: bool = True) -> None:
        """Shows the whole network."""
        self._framed = self._framed or self.isVisible()
        self.camera.frame(self.items_scene.network_area(), smooth=animated)

    def jump_to(self, block: str) -> None:
        """Selects a block, brings it into the view's middle, and tells its problem."""
        if block in self.items_scene.cards:
            self.cancel_gesture()
            self.workspace.select((block,))
            zoom = self.camera.zoom if self.camera.zoom >= DOTS_FROM else 1.0
            self.camera.go_to(self.items_scene.area_of(block).center(), zoom)
            self.overlays.show_problem_of_selection()

    def rename(self, block: str) -> None:
        """Opens an editor over a block's name."""
        self.cancel_gesture()
        self.camera.stop()
        self.overlays.rename(block)

    def rename_group(self, group: str) -> None:
        """Opens an editor over a group's name, and brings it into view."""
        self.cancel_gesture()
        self.camera.stop()
        self.overlays.rename_group(group)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.cancel_gesture()
        self.menu_at(QPointF(event.pos())).popup(event.globalPos())

    def menu_at(self, place: QPointF) -> CanvasMenu:
        """The context menu for a place of the view; a card that is not selected becomes so."""
        hit = self._hit(place)
        blocks = self.workspace.graph.members(hit.group) if hit.group else (hit.block,) if hit.block else ()
        comments = (hit.comment,) if hit.comment else ()
        selected = set(self.workspace.selection) | set(self.workspace.selected_comments)
        if not selected.issuperset((*blocks, *comments)):
            self.workspace.select(blocks, comments)
        menu = CanvasMenu(self, menu_for(hit), hit.link)
        if hit.group:
            add_group_entries(menu, self, hit.group)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        back, _ = self.viewportTransform().inverted()
        areas: Iterable[QRect] = event.region()  # type: ignore[assignment]  # a region can be iterated, unknown to stubs
        self.items_scene.network.exposed = [back.mapRect(QRectF(area)) for area in areas]
        super().paintEvent(event)
        self.items_scene.network.exposed = ()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_ground(painter, QRectF(rect), self.camera.zoom)
