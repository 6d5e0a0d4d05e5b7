"""The canvas: shows the network as cards and links, and turns mouse, keys and touch into gestures and commands.

The view holds no model: it observes the workspace, hands events to gesture objects, and keeps scene, camera and the
small widgets above them together. Main thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from engine.catalogue import CATALOGUE
from engine.document import Change
from gui.canvas import commands
from gui.canvas.actions import CANVAS_MENU, CARD_MENU, CanvasMenu, make_actions, refresh_actions
from gui.canvas.camera import Camera
from gui.canvas.figures import grouped
from gui.canvas.geometry import CARD, DOTS, FARTHEST, GRID
from gui.canvas.gestures import Gesture, Pointer, gesture_for
from gui.canvas.gestures.palette_drop import PaletteDrop
from gui.canvas.gestures.pan import Pan
from gui.canvas.mime import BLOCK_MIME
from gui.canvas.overlays import Bubble, EmptyHint, NameEditor, ProblemPopup
from gui.canvas.scene import CanvasScene, Hit
from gui.theme import set_role, themes
from gui.workspace import Workspace

DOTS_FROM = 0.5
"""The zoom from which the ground is dotted."""
WHEEL_STEP = 1.0015
"""The zoom of one unit of a wheel's turn; a notch has 120."""
NOTCH = 120
EDGE = 24
"""How near to the view's edge, in pixels, a drag makes it scroll."""
EDGE_INTERVAL = 16
ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
FAR_NUDGE = 24.0
PAN_STEP = 48.0
CURSORS = {
    "input": Qt.CursorShape.CrossCursor,
    "output": Qt.CursorShape.CrossCursor,
    "badge": Qt.CursorShape.PointingHandCursor,
    "link": Qt.CursorShape.PointingHandCursor,
}


class CanvasView(QGraphicsView):
    """The canvas of one window.

    `actions_by_name` holds its actions for menus. `zoom_changed` carries the zoom (1.0 is 100%);
    `templates_requested` is emitted from the empty canvas's invitation.
    """

    zoom_changed = Signal(float)
    templates_requested = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.items_scene = CanvasScene()
        self.setScene(self.items_scene)
        self.camera = Camera(self)
        self.gesture: Gesture | None = None
        self._gesture_button = Qt.MouseButton.NoButton
        self._pointer = Pointer(QPointF(), QPointF())
        self._space_down = False
        self._framed = False
        self._has_dragged = False
        self._pastes = 0
        self._editor: NameEditor | None = None
        self.bubble = Bubble(self.viewport())
        self.popup = ProblemPopup(self.viewport())
        self.hint = EmptyHint(self.viewport())
        self.hint.templates_requested.connect(self.templates_requested)
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(EDGE_INTERVAL)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self._set_up()
        self.actions_by_name = make_actions(self)
        self._observe()
        self.items_scene.show_graph(workspace.graph)
        self.items_scene.show_analysis(workspace.analysis)
        self.items_scene.show_selection(workspace.selection)
        self._refresh()

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
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _observe(self) -> None:
        self.workspace.document_changed.connect(self._on_document)
        self.workspace.selection_changed.connect(self._on_selection)
        self.workspace.analysis_changed.connect(self._on_analysis)
        self.workspace.jump_requested.connect(self.jump_to)
        self.camera.moved.connect(self._place_overlays)
        self.camera.zoomed.connect(self.zoom_changed)
        themes().changed.connect(self._repaint)

    # What the workspace says ------------------------------------------------------------------------------------

    def _on_document(self, change: Change) -> None:
        if change.before.graph is change.after.graph and change.kind != "replace":
            return
        self.cancel_gesture()
        if self._editor is not None and (
            change.kind == "replace" or self._editor.block not in change.after.graph.blocks
        ):
            self._editor.close_editor(apply=False)
        self.items_scene.show_graph(change.after.graph)
        if change.kind == "replace":
            self.close_popup()
            self.fit_all(animated=False)
        self._refresh()

    def _on_selection(self) -> None:
        self.items_scene.show_selection(self.workspace.selection)
        if self.popup.block not in self.workspace.selection:
            self.close_popup()
        refresh_actions(self)

    def _on_analysis(self) -> None:
        self.items_scene.show_analysis(self.workspace.analysis)
        if self.popup.block:
            self._show_popup(self.popup.block)

    def _refresh(self) -> None:
        """What depends on there being blocks, and where the small widgets are."""
        self.hint.setVisible(not self.workspace.graph.blocks)
        if self.popup.block and self.popup.block not in self.workspace.graph.blocks:
            self.close_popup()
        refresh_actions(self)
        self._place_overlays()

    def _repaint(self) -> None:
        self.viewport().update()
        self.popup.update()
        self.hint.update()

    def _place_overlays(self) -> None:
        self.hint.place()
        if self.popup.block in self.items_scene.cards:
            card = self.items_scene.cards[self.popup.block]
            self.popup.place_at(self.viewportTransform().mapRect(CARD.translated(card.pos())))
        if self._editor is not None:
            self._editor.follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._framed:
            self.fit_all(animated=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        centre = self.camera.centre()
        super().resizeEvent(event)
        if event.oldSize().isValid() and self._framed:
            difference = event.size() - event.oldSize()
            self.camera.scroll(QPoint(round(difference.width() / 2), round(difference.height() / 2)))
        elif not self._framed:
            self.camera.look_at(centre, self.camera.zoom)
        self._place_overlays()

    # Gestures ---------------------------------------------------------------------------------------------------

    def begin(self, gesture: Gesture, pointer: Pointer) -> None:
        """Makes a gesture the one that the pointer drives; one that was under way is cancelled."""
        self.cancel_gesture()
        self.camera.stop()
        self.items_scene.hover(Hit())
        self.gesture = gesture
        gesture.start(pointer)
        if gesture.scrolls:
            self._edge_timer.start()

    def cancel_gesture(self) -> bool:
        """Cancels the gesture under way and says whether there was one; undo asks this first."""
        gesture = self._let_go()
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _let_go(self) -> Gesture | None:
        gesture, self.gesture = self.gesture, None
        self._gesture_button = Qt.MouseButton.NoButton
        self._edge_timer.stop()
        return gesture

    def _pointer_at(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        scene_place = self.viewportTransform().inverted()[0].map(place)
        self._pointer = Pointer(place, scene_place, modifiers)
        return self._pointer

    def _scroll_at_edge(self) -> None:
        """Scrolls while a drag is held at the view's edge, faster the farther out the pointer is."""
        if self.gesture is None or not self.gesture.scrolls:
            return
        place, room = self._pointer.view, self.viewport().rect()
        if not room.adjusted(-400, -400, 400, 400).contains(place.toPoint()):
            return
        step = QPoint(
            round(max(0, EDGE - place.x()) / 2 - max(0, place.x() - room.width() + EDGE) / 2),
            round(max(0, EDGE - place.y()) / 2 - max(0, place.y() - room.height() + EDGE) / 2),
        )
        if not step.isNull() and self._has_dragged:
            self.camera.scroll(step)
            self.gesture.update(self._pointer_at(place, self._pointer.modifiers))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_at(event.position(), event.modifiers())
        if self.gesture is not None:
            if event.button() == Qt.MouseButton.RightButton:
                self.cancel_gesture()
            return
        hit = self.items_scene.hit(pointer.scene)
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._space_down):
            self.begin(Pan(self), pointer)
        elif button == Qt.MouseButton.LeftButton:
            if hit.block != self.popup.block or not hit.block:
                self.close_popup()
            if hit.kind == "badge":
                self._click_badge(hit.block)
                return
            self.begin(gesture_for(self, hit, pointer.scene), pointer)
        else:
            return
        self._gesture_button = button
        self._has_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_at(event.position(), event.modifiers())
        if self.gesture is not None:
            self._has_dragged = True
            self.gesture.update(pointer)
        else:
            self._hover(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_at(event.position(), event.modifiers())
        if self.gesture is not None and event.button() == self._gesture_button:
            gesture = self._let_go()
            if gesture is not None:
                gesture.end(pointer)
            self._hover(pointer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_at(event.position(), event.modifiers())
        hit = self.items_scene.hit(pointer.scene)
        if event.button() != Qt.MouseButton.LeftButton or not hit.block or hit.kind in ("input", "output", "badge"):
            self.mousePressEvent(event)
        elif hit.kind == "name":
            self.rename(hit.block)
        else:
            self.workspace.help_requested.emit(self.workspace.graph.blocks[hit.block].type)

    def _hover(self, pointer: Pointer) -> None:
        hit = self.items_scene.hit(pointer.scene)
        self.items_scene.hover(hit)
        if self._space_down:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif hit.kind in CURSORS:
            self.viewport().setCursor(CURSORS[hit.kind])
        else:
            self.viewport().unsetCursor()

    def leaveEvent(self, event: QEvent) -> None:
        if self.gesture is None:
            self.items_scene.hover(Hit())
        super().leaveEvent(event)

    # Wheel and touch --------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.gesture is not None and not isinstance(self.gesture, Pan):
            self.gesture.update(self._pointer_at(event.position(), event.modifiers()))
        turned, moved = event.angleDelta(), event.pixelDelta()
        # Some systems give pixels for plain wheels as well: those turn by whole notches and have no phases.
        notched = turned.x() == 0 and turned.y() % NOTCH == 0 and event.phase() == Qt.ScrollPhase.NoScrollPhase
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not moved.isNull() and not notched and not zooming:
            self.camera.scroll(moved)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.camera.scroll(QPoint(turned.y() or turned.x(), 0) / 2)
        else:
            self.camera.zoom_by(WHEEL_STEP ** max(-2000, min(2000, turned.y())), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.camera.zoom_by(1.0 + max(-0.9, min(9.0, event.value())), event.position())
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tool_tip(QPointF(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def tool_tip(self, place: QPointF) -> str:
        """What is worth saying about a place of the view, in view pixels; "" for nothing."""
        hit = self.items_scene.hit(self.viewportTransform().inverted()[0].map(place))
        if self.gesture is not None or not hit.block:
            return ""
        card = self.items_scene.cards[hit.block]
        if hit.kind == "badge":
            return "\n".join(problem.message for problem in card.problems)
        if hit.kind in ("input", "output"):
            return f"{hit.kind} '{hit.port}'" if len(card.ports()) > 2 else ""
        if hit.kind == "count" and card.report is not None and card.report.parameters:
            return f"{grouped(card.report.parameters)} parameters, {grouped(card.report.trainable)} trainable"
        return f"{card.block.name} ({card.block.type})" if hit.kind == "name" else ""

    # Keys -------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.escape()
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_down = True
            if self.gesture is None:
                self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key in ARROWS and self.gesture is None:
            self._on_arrow(ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_down = False
            if self.gesture is None:
                self.viewport().unsetCursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_down = False
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        return QWidget.focusNextPrevChild(self, next)

    def escape(self) -> None:
        """One step back: out of a gesture, then of the popup, then of the selection."""
        if self.cancel_gesture():
            return
        if self.popup.block:
            self.close_popup()
        else:
            self.workspace.select(())

    def _on_arrow(self, way: QPointF, far: bool) -> None:
        if self.workspace.selection:
            step = way * (FAR_NUDGE if far else GRID)
            commands.nudge_selection(self.workspace, step.x(), step.y())
            self._place_overlays()
        else:
            self.camera.scroll((way * -PAN_STEP).toPoint())

    # Drops from the palette -------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        type_name = bytes(event.mimeData().data(BLOCK_MIME).data()).decode("utf-8", "replace")
        if type_name in CATALOGUE:
            event.acceptProposedAction()
            self.begin(PaletteDrop(self, type_name), self._pointer_at(event.position(), event.modifiers()))
            self.hint.hide()
            self._has_dragged = True
        else:
            event.ignore()  # so that the window gets it, which knows files

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if isinstance(self.gesture, PaletteDrop):
            self.gesture.update(self._pointer_at(event.position(), event.modifiers()))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if isinstance(self.gesture, PaletteDrop):
            self.cancel_gesture()
            self._refresh()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if not isinstance(self.gesture, PaletteDrop):
            event.ignore()
            return
        pointer = self._pointer_at(event.position(), event.modifiers())
        gesture = self._let_go()
        if gesture is not None:
            gesture.end(pointer)
        event.acceptProposedAction()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    # Actions ----------------------------------------------------------------------------------------------------

    def append(self, type_name: str) -> None:
        """Adds a block where the network goes on (see `commands.append_block`) and brings it into view."""
        if type_name in CATALOGUE:
            self.cancel_gesture()
            block = commands.append_block(self.workspace, type_name)
            self.camera.show_area(self.items_scene.network_area((block,)))

    def delete_selection(self) -> None:
        """Deletes the selected blocks."""
        self.cancel_gesture()
        commands.delete_selection(self.workspace)

    def duplicate(self) -> None:
        """Duplicates the selected blocks."""
        self.cancel_gesture()
        commands.duplicate_selection(self.workspace)

    def copy(self) -> None:
        """Puts the selected blocks on the clipboard, as text."""
        text = commands.selection_text(self.workspace)
        if text:
            QGuiApplication.clipboard().setText(text)
            self._pastes = 0

    def cut(self) -> None:
        """Copies the selected blocks and deletes them."""
        self.copy()
        self.cancel_gesture()
        commands.delete_selection(self.workspace, "Cut")

    def paste(self) -> None:
        """Adds the clipboard's blocks at the pointer or, where it is elsewhere, beside where they were copied."""
        self.cancel_gesture()
        at = self.viewport().mapFromGlobal(QCursor.pos())
        under = self.viewport().rect().contains(at) and self.viewport().underMouse()
        place = self.viewportTransform().inverted()[0].map(QPointF(at)) if under else None
        if commands.paste_text(self.workspace, QGuiApplication.clipboard().text(), place, self._pastes + 1):
            self._pastes += 1
            self.camera.show_area(self.items_scene.network_area(self.workspace.selection))

    def disconnect_selection(self) -> None:
        """Removes the links at the selected blocks."""
        self.cancel_gesture()
        commands.disconnect_selection(self.workspace)

    def select_all(self) -> None:
        """Selects all blocks."""
        self.cancel_gesture()
        self.workspace.select(self.workspace.graph.blocks)

    def help_for_selection(self) -> None:
        """Asks for the help of the selected block's type."""
        for block in self.workspace.selection[-1:]:
            self.workspace.help_requested.emit(self.workspace.graph.blocks[block].type)

    def fit_all(self, *, animated: bool = True) -> None:
        """Shows the whole network."""
        self._framed = self._framed or self.isVisible()
        self.camera.frame(self.items_scene.network_area(), smooth=animated)

    def fit_selection(self) -> None:
        """Shows the selected blocks, or the whole network where nothing is selected."""
        self.camera.frame(self.items_scene.network_area(self.workspace.selection or None))

    def zoom_100(self) -> None:
        """Shows everything at its own size."""
        self.camera.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Zooms in by a quarter, around the view's middle."""
        self.camera.zoom_to(self.camera.zoom * 1.25)

    def zoom_out(self) -> None:
        """Zooms out by a fifth, around the view's middle."""
        self.camera.zoom_to(self.camera.zoom / 1.25)

    def jump_to(self, block: str) -> None:
        """Selects a block, brings it into the view's middle, and tells its problem."""
        if block in self.items_scene.cards:
            self.cancel_gesture()
            self.workspace.select((block,))
            zoom = self.camera.zoom if self.camera.zoom >= DOTS_FROM else 1.0
            self.camera.go_to(self.items_scene.cards[block].pos(), zoom)
            self.show_problem_of_selection()

    # Names and problems -----------------------------------------------------------------------------------------

    def rename_selection(self) -> None:
        """Opens the editor over the selected block's name."""
        for block in self.workspace.selection[-1:]:
            self.rename(block)

    def rename(self, block: str) -> None:
        """Opens an editor over a block's name."""
        self.cancel_gesture()
        self.close_popup()
        if self._editor is not None:
            self._editor.close_editor(apply=False)
        self.camera.stop()
        self._editor = NameEditor(self, block)
        self._editor.closed.connect(self._on_editor_closed)

    @property
    def name_editor(self) -> NameEditor | None:
        """The editor that is open over a card's name, if there is one."""
        return self._editor

    def _on_editor_closed(self) -> None:
        self._editor = None

    def _click_badge(self, block: str) -> None:
        self.workspace.select((block,))
        if self.popup.block == block:
            self.close_popup()
        else:
            self._show_popup(block)

    def show_problem_of_selection(self) -> None:
        """Opens the problem's popup at the selected block, where one block is selected and has a problem."""
        if len(self.workspace.selection) == 1:
            self._show_popup(self.workspace.selection[0])

    def _show_popup(self, block: str) -> None:
        self.popup.show_problems(block, self.workspace.analysis.problems_of(block))
        self._place_overlays()

    def close_popup(self) -> None:
        """Closes the problem's popup."""
        self.popup.show_problems("", ())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.cancel_gesture()
        self.menu_at(QPointF(event.pos())).popup(event.globalPos())

    def menu_at(self, place: QPointF) -> CanvasMenu:
        """The context menu for a place of the view; a card that is not selected becomes so."""
        hit = self.items_scene.hit(self.viewportTransform().inverted()[0].map(place))
        if hit.block and hit.block not in self.workspace.selection:
            self.workspace.select((hit.block,))
        menu = CanvasMenu(self, CARD_MENU if hit.block else () if hit.link else CANVAS_MENU, hit.link)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # Painting ---------------------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        tokens = themes().tokens
        area = QRectF(rect)
        painter.fillRect(area, QColor(tokens.canvas))
        zoom = self.camera.zoom
        if zoom < DOTS_FROM:
            return
        size = 2.0 / zoom
        pen = QPen(QColor(tokens.grid), size)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.0, DOTS / size - 1.0])
        painter.setPen(pen)
        left = (area.left() // DOTS) * DOTS - size / 2
        y = (area.top() // DOTS) * DOTS
        while y <= area.bottom() + DOTS:
            painter.drawLine(QPointF(left, y), QPointF(area.right() + DOTS, y))
            y += DOTS
