"""A comment on the canvas: a sheet of paper with wrapped text."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from engine.graph import Comment, Graph
from gui.canvas.card import READABLE, metrics
from gui.canvas.geometry import safe
from gui.canvas.near import NearItem
from gui.canvas.shadow import paint_shadow
from gui.theme import interface_font, themes

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

MARGIN = 12.0
"""From the paper's edge to its text."""
CORNER = 16.0
"""The size of the corner by which a comment is resized."""
SMALLEST_WIDTH, SMALLEST_HEIGHT = 96.0, 48.0
NOTE_RADIUS = 8.0
NOTE_SHADOW = 6
LINE = 1.3
"""From one line of text to the next, as a share of the font's height."""


def note_area(comment: Comment) -> QRectF:
    """Where a comment is in the scene, whatever a file says."""
    width = max(SMALLEST_WIDTH, safe(comment.width))
    return QRectF(safe(comment.x), safe(comment.y), width, max(SMALLEST_HEIGHT, safe(comment.height)))


class NoteItem(NearItem):
    """One comment. Its position is its upper left corner."""

    def __init__(self, comment: Comment, *, detailed: bool = False) -> None:
        super().__init__(detailed=detailed)
        self.comment = comment
        self.selected = False
        self._size = QRectF()
        self._lines: tuple[str, ...] = ()
        self._font = interface_font(13)
        self.setZValue(-1.0)
        self.show_area(note_area(comment))

    @property
    def area(self) -> QRectF:
        """The paper in the scene."""
        return self._size.translated(self.pos())

    @property
    def lines(self) -> tuple[str, ...]:
        """The text as it is wrapped and, where it does not fit, elided."""
        return self._lines

    def show_comment(self, comment: Comment) -> None:
        """Shows the comment as it is now."""
        other_text = comment.text != self.comment.text
        self.comment = comment
        self.show_area(note_area(comment))
        if other_text:
            self._wrap()

    def show_area(self, area: QRectF) -> None:
        """Puts the paper somewhere else, or gives it another size."""
        self.setPos(area.topLeft())
        if area.size() != self._size.size():
            self.prepareGeometryChange()
            self._size = QRectF(QPointF(), area.size())
            self._wrap()

    def show_selected(self, selected: bool) -> None:
        """Draws or removes the outline of the selection."""
        if selected != self.selected:
            self.selected = selected
            self.update()

    def corner_area(self) -> QRectF:
        """The corner by which the paper is resized, in the scene."""
        return QRectF(self.area.right() - CORNER, self.area.bottom() - CORNER, CORNER, CORNER)

    def _wrap(self) -> None:
        """Breaks the text into the lines that fit; the last one is elided where there is more."""
        room = self._size.width() - 2 * MARGIN
        step = metrics(self._font).height() * LINE
        most = max(1, math.floor((self._size.height() - 2 * MARGIN + step - metrics(self._font).height()) / step))
        lines: list[str] = []
        for paragraph in self.comment.text.split("\n"):
            lines += self._broken(paragraph, room, most + 1 - len(lines))
            if len(lines) > most:
                break
        if len(lines) > most:
            lines = lines[:most]
            while len(lines) > 1 and not lines[-1].strip():
                lines.pop()
            last = lines[-1].rstrip() + " …"
            lines[-1] = metrics(self._font).elidedText(last, Qt.TextElideMode.ElideRight, room)
        self._lines = tuple(lines)
        self.update()

    def _broken(self, paragraph: str, room: float, most: int) -> list[str]:
        layout = QTextLayout(paragraph, self._font)
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        option = layout.textOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines: list[str] = []
        while len(lines) < max(1, most):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(room)
            lines.append(paragraph[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        return lines or [""]

    def boundingRect(self) -> QRectF:
        return self._size.adjusted(-9, -9, 9, 11)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        zoom = self.nearness(painter, option)
        if zoom >= READABLE:
            paint_shadow(painter, self._size, NOTE_RADIUS, NOTE_SHADOW)
        painter.setPen(QPen(QColor(tokens.note_border), 1.0))
        painter.setBrush(QColor(tokens.note))
        painter.drawRoundedRect(self._size.adjusted(0.5, 0.5, -0.5, -0.5), NOTE_RADIUS, NOTE_RADIUS)
        if self.selected:
            painter.setPen(QPen(QColor(tokens.accent), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._size.adjusted(-2, -2, 2, 2), NOTE_RADIUS + 2, NOTE_RADIUS + 2)
        if zoom < READABLE:
            self._paint_bars(painter)
            return
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.text if self.comment.text else tokens.muted))
        step, top = metrics(self._font).height() * LINE, MARGIN + metrics(self._font).ascent()
        for index, line in enumerate(self._lines if self.comment.text else ("Empty comment",)):
            painter.drawText(QPointF(MARGIN, top + index * step), line)
        if self.selected:
            self._paint_corner(painter)

    def _paint_bars(self, painter: QPainter) -> None:
        """From far away a line of text is a bar: nobody could read it."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(themes().tokens.note_border))
        step = metrics(self._font).height() * LINE
        for index, line in enumerate(self._lines):
            if width := metrics(self._font).horizontalAdvance(line):
                painter.drawRect(QRectF(MARGIN, MARGIN + index * step + 4, width, 7))

    def _paint_corner(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(themes().tokens.secondary), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        right, bottom = self._size.right() - 4.5, self._size.bottom() - 4.5
        for reach in (4.0, 8.0):
            painter.drawLine(QPointF(right - reach, bottom), QPointF(right, bottom - reach))


class NoteLayer:
    """All comments of one canvas: `items` by their ids."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.items: dict[str, NoteItem] = {}

    def show_graph(self, graph: Graph) -> None:
        """Follows a change of the graph."""
        for gone in [key for key in self.items if key not in graph.comments]:
            self._scene.removeItem(self.items.pop(gone))
        for key, comment in graph.comments.items():
            if key not in self.items:
                self.items[key] = item = NoteItem(comment, detailed=self._scene.detailed)
                self._scene.addItem(item)
            elif self.items[key].comment is not comment:
                self.items[key].show_comment(comment)

    def place(self, places: Mapping[str, QPointF]) -> None:
        """Puts comments somewhere else than the graph says."""
        for key, place in places.items():
            if key in self.items:
                self.items[key].setPos(place)

    def restore(self, graph: Graph) -> None:
        """Shows all comments where the graph has them, after a gesture."""
        for key, item in self.items.items():
            item.show_area(note_area(graph.comments[key]))

    def show_selection(self, chosen: Collection[str]) -> None:
        """Outlines these comments."""
        for key, item in self.items.items():
            item.show_selected(key in chosen)

    def inside(self, area: QRectF) -> list[str]:
        """The comments that touch an area."""
        return [key for key, item in self.items.items() if item.area.intersects(area)]
