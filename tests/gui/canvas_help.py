"""What the canvas tests share: a canvas with a small network, and a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.graph import Block, Graph, Link, PortRef
from engine.groups import border, group_area
from engine.project import Project
from gui.canvas.geometry import Side, safe
from gui.canvas.mime import BLOCK_MIME
from gui.canvas.view import CanvasView
from gui.workspace import Workspace

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def link(source: str, target: str) -> Link:
    """A link between the first ports of two blocks."""
    return Link(PortRef(source, "output"), PortRef(target, "input"))


def chain(*ids: str, step: float = 88) -> Graph:
    """Input, Dense blocks, and Output below each other, linked."""
    graph = Graph()
    for index, key in enumerate(ids):
        kind = "Input" if index == 0 else "Output" if index == len(ids) - 1 else "Dense"
        graph = graph.with_block(Block(key, kind, key.upper(), {}, 0, index * step))
    for above, below in pairwise(ids):
        graph = graph.with_link(link(above, below))
    return graph


class Stage:
    """A canvas on the screen, its workspace, and hands to work it; places are those of the scene."""

    def __init__(self, qtbot: QtBot, graph: Graph) -> None:
        self.workspace = Workspace(Document(Project(graph=graph)))
        self.canvas = CanvasView(self.workspace)
        qtbot.addWidget(self.canvas)
        self.canvas.resize(1000, 800)
        self.canvas.show()
        self.canvas.setFocus()
        self.canvas.camera.look_at(QPointF(100, 150), 1.0)
        self.messages: list[str] = []
        self.workspace.message_posted.connect(self.messages.append)

    @property
    def graph(self) -> Graph:
        return self.workspace.graph

    @property
    def selected(self) -> list[str]:
        return list(self.workspace.selection)

    def light(self, block: str, side: Side) -> str:
        """How a block's first port is lit while a link is dragged."""
        return self.canvas.items_scene.cards[block].lights[side, side]

    def at(self, x: float, y: float) -> QPoint:
        """A place of the scene in view pixels."""
        return self.canvas.viewportTransform().map(QPointF(x, y)).toPoint()

    def press(self, x: float, y: float, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.canvas.viewport(), button, modifiers, self.at(x, y))
        self._last = self.at(x, y)

    def move(self, x: float, y: float, steps: int = 5) -> None:
        start, end = self._last, self.at(x, y)
        for step in range(1, steps + 1):
            QTest.mouseMove(self.canvas.viewport(), start + (end - start) * step / steps)
        self._last = end

    def move_with(self, x: float, y: float, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer moves with the left button and keys held down."""
        place = QPointF(self.at(x, y))
        moved = QEvent.Type.MouseMove
        where = self.canvas.viewport().mapToGlobal(place)
        event = QMouseEvent(moved, place, where, Qt.MouseButton.NoButton, LEFT, modifiers)
        QApplication.sendEvent(self.canvas.viewport(), event)

    def release(
        self, x: float, y: float, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT
    ) -> None:
        QTest.mouseRelease(self.canvas.viewport(), button, modifiers, self.at(x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A whole drag with the left button."""
        self.press(*start)
        self.move(*end)
        self.release(*end)

    def click(self, x: float, y: float, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseClick(self.canvas.viewport(), LEFT, modifiers, self.at(x, y))

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        QTest.mouseDClick(self.canvas.viewport(), LEFT, PLAIN, self.at(x, y))
        self.release(x, y)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(self.canvas, key, modifiers)

    def palette_enter(self, type_name: str, x: float, y: float) -> QDragEnterEvent:
        """The pointer comes from the palette with a block type."""
        self._mime = QMimeData()
        self._mime.setData(BLOCK_MIME, QByteArray(type_name.encode()))
        event = QDragEnterEvent(self.at(x, y), Qt.DropAction.CopyAction, self._mime, LEFT, PLAIN)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event

    def palette_move(self, x: float, y: float, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        event = QDragMoveEvent(self.at(x, y), Qt.DropAction.CopyAction, self._mime, LEFT, modifiers)
        QApplication.sendEvent(self.canvas.viewport(), event)

    def palette_leave(self) -> None:
        QApplication.sendEvent(self.canvas.viewport(), QDragLeaveEvent())

    def palette_drop(self, x: float, y: float, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        event = QDropEvent(QPointF(self.at(x, y)), Qt.DropAction.CopyAction, self._mime, LEFT, modifiers)
        QApplication.sendEvent(self.canvas.viewport(), event)

    def check(self) -> None:
        """The scene shows exactly the graph: no item is missing, left over, or elsewhere."""
        scene, graph = self.canvas.items_scene, self.graph
        assert set(scene.cards) == set(graph.blocks)
        assert set(scene.links) == set(graph.links)
        for key, block in graph.blocks.items():
            card = scene.cards[key]
            assert card.block == block
            assert (card.pos().x(), card.pos().y()) == (safe(block.x), safe(block.y))
            assert card.selected == (key in self.workspace.selection)
            assert not card.lights
        for one, item in scene.links.items():
            assert item.start == scene.port_place(one.source, "output")
            assert item.end == scene.port_place(one.target, "input")
            assert item.isVisible() == (not scene.groups.hides_link(one))
        groups = [*scene.groups.cards.values(), *scene.groups.frames.values()]
        titles = [frame.title for frame in scene.groups.frames.values()]
        expected = {scene.network, scene.label, *groups, *titles, *scene.notes.items.values()}
        assert set(scene.items()) == expected  # the label is that of a hovered link
        self._check_groups()
        self._check_comments()

    def _check_groups(self) -> None:
        """Open groups have a frame around their cards, collapsed ones a card in their middle that hides them."""
        layer, graph, selection = self.canvas.items_scene.groups, self.graph, set(self.workspace.selection)
        assert set(layer.cards) == {key for key, group in graph.groups.items() if group.collapsed}
        assert set(layer.frames) == set(graph.groups) - set(layer.cards)
        for key, block in graph.blocks.items():
            hidden = bool(block.group) and graph.groups[block.group].collapsed
            assert layer.hides(key) == hidden
            assert self.canvas.items_scene.cards[key].isVisible() == (not hidden)
        for key, frame in layer.frames.items():
            area = group_area(graph, key)
            assert frame.area == QRectF(QPointF(area.left, area.top), QPointF(area.right, area.bottom))
            assert (frame.shown, frame.count) == (graph.groups[key], len(graph.members(key)))
            assert frame.selected == selection.issuperset(graph.members(key))
            assert not frame.lit
        for key, card in layer.cards.items():
            assert card.pos().toTuple() == group_area(graph, key).centre
            assert card.shown == graph.groups[key]
            assert (card.inputs, card.outputs) == border(graph, key)
            assert card.facts.count == len(graph.members(key))
            assert card.selected == selection.issuperset(graph.members(key))
            assert not card.lights

    def _check_comments(self) -> None:
        """Every comment has its note."""
        notes = self.canvas.items_scene.notes.items
        assert set(notes) == set(self.graph.comments)
        for key, comment in self.graph.comments.items():
            assert notes[key].comment == comment
            assert notes[key].area == QRectF(comment.x, comment.y, comment.width, comment.height)
            assert notes[key].selected == (key in self.workspace.selected_comments)


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """Input `a`, Dense `b` and `c`, Output `d`, and a loose Dense `e` beside them."""
    graph = chain("a", "b", "c", "d").with_block(Block("e", "Dense", "E", {}, 340, 88))
    made = Stage(qtbot, graph)
    yield made
    made.canvas.cancel_gesture()
