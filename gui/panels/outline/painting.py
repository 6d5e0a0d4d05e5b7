"""How the outline's rows look, and the field in which one is renamed."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from engine.catalogue import CATALOGUE
from gui.icons import draw_icon
from gui.own_keys import keeps_key
from gui.panels.outline import words
from gui.panels.outline.model import Index, OutlineModel
from gui.panels.outline.rows import Row
from gui.panels.tile import draw_tile
from gui.theme import Tokens, interface_font, set_role, shape_font, themes

BLOCK_ROW, ROW = 42, 26
"""Heights in pixels of a block's or a group's two lines, and of the single line of any other row."""

TILE, SIGN, GAP, EDGE = 22, 14, 8, 14
SCROLL_BAR = 22
"""Pixels at both sides that no row can use."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

ICONS = {"input": "arrow-in", "output": "arrow-out", "fix": "check", "comment": "comment"}
"""The drawing before a row; blocks have their category's tile, problems their sign."""


@lru_cache(maxsize=512)
def _wrapped_height(text: str, width: int) -> int:
    """How high a sentence is in a column of that width."""
    place = QRect(0, 0, max(width, 80), 10_000)
    return QFontMetrics(interface_font(12)).boundingRect(place, int(Qt.TextFlag.TextWordWrap), text).height()


class NameField(QLineEdit):
    """The field over a row in which it is renamed. What it has no use for leaves the tree as it is."""

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        event.accept()


class OutlineDelegate(QStyledItemDelegate):
    """Paints the rows. `refused` carries why a name that was typed cannot be had, or ""."""

    refused = Signal(str)

    def __init__(self, tree: QTreeView, model: OutlineModel) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model

    def _width(self, row: Row) -> int:
        """The width that a row of some kind has, below its block and its problem."""
        depth = 2 if row.kind == "fix" else 1 if row.id else 0
        grouped = row.id in self._model.outline.graph.blocks and self._model.outline.graph.blocks[row.id].group
        # As if the scroll bar were there, so that no sentence grows by a line when it comes.
        return self._tree.width() - SCROLL_BAR - (depth + 1 + bool(grouped)) * self._tree.indentation()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._model.row(index)
        if row is None or row.kind in ("block", "group"):
            return QSize(0, BLOCK_ROW)
        if row.kind in ("problem", "fix"):
            width = self._width(row) - SIGN - GAP - EDGE
            return QSize(0, max(ROW, _wrapped_height(words.title(self._model.outline, row), width) + 10))
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row(index)
        if row is None:
            return
        tokens = themes().tokens
        place: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind in ("block", "group"):
            self._paint_card(painter, tokens, place, row)
        elif row.kind in ("problem", "fix"):
            self._paint_sentence(painter, tokens, place, row)
        else:
            self._paint_line(painter, tokens, place, row)
        painter.restore()

    def _paint_card(self, painter: QPainter, tokens: Tokens, place: QRect, row: Row) -> None:
        outline = self._model.outline
        tile = QRectF(place.left(), place.top() + (BLOCK_ROW - TILE) / 2, TILE, TILE)
        block = outline.graph.blocks.get(row.id)
        if row.kind == "group":
            draw_icon(painter, "folder", tile.adjusted(1, 1, -1, -1), tokens.colour("secondary"))
        elif block is not None:
            spec = CATALOGUE.get(block.type)
            painter.setOpacity(0.45 if block.bypassed else 1.0)
            draw_tile(painter, tile, spec.category if spec else "", spec.icon if spec else "help")
            painter.setOpacity(1.0)
        lines = place.adjusted(TILE + GAP, 3, -EDGE, -3)
        first = QRect(lines.left(), lines.top(), lines.width(), lines.height() // 2)
        second = first.translated(0, lines.height() // 2)
        detail, shape = words.detail(outline, row), words.shape(outline, row)
        found = words.problems(outline, row)
        if found:
            sign = QRectF(lines.right() - SIGN + 1, lines.center().y() - SIGN / 2 + 1, SIGN, SIGN)
            severe = any(problem.severity == "error" for problem in found)
            draw_icon(painter, "error" if severe else "warning", sign, tokens.colour("warning"))
            first.setRight(first.right() - SIGN - GAP)
            second.setRight(second.right() - SIGN - GAP)
        name_place = first if detail else lines
        name_font = interface_font(13, semibold=True)
        name = words.title(outline, row)
        font = shape_font(11)
        wanted = QFontMetrics(name_font).horizontalAdvance(name) + GAP
        if wanted + QFontMetrics(font).horizontalAdvance(shape) > first.width():
            shape = shape.replace(" × ", "×")  # the name is worth more than the spaces
        taken = _write(painter, font, tokens.colour("text"), name_place, shape, RIGHT) + GAP if shape else 0
        faded = "secondary" if block is not None and block.bypassed else "text"
        _write(painter, name_font, tokens.colour(faded), name_place.adjusted(0, 0, -taken, 0), name)
        _write(painter, interface_font(11), tokens.colour("secondary"), second, detail)

    def _paint_line(self, painter: QPainter, tokens: Tokens, place: QRect, row: Row) -> None:
        outline = self._model.outline
        loose = row.kind in ("input", "output") and row.link is None
        colour = tokens.colour("muted" if loose else "secondary")
        draw_icon(painter, ICONS[row.kind], _sign_place(place, place.center().y()), colour)
        line = place.adjusted(SIGN + GAP, 0, -EDGE, 0)
        shape = words.shape(outline, row)
        taken = _write(painter, shape_font(11), tokens.colour("secondary"), line, shape, RIGHT) + GAP if shape else 0
        ink = "muted" if loose else "text"
        text = words.title(outline, row)
        _write(painter, interface_font(12), tokens.colour(ink), line.adjusted(0, 0, -taken, 0), text)

    def _paint_sentence(self, painter: QPainter, tokens: Tokens, place: QRect, row: Row) -> None:
        severe = row.problem is not None and row.problem.severity == "error"
        icon = ICONS["fix"] if row.kind == "fix" else "error" if severe else "warning"
        ink = tokens.colour("accent" if row.kind == "fix" else "text")
        colour = ink if row.kind == "fix" else tokens.colour("warning")
        draw_icon(painter, icon, _sign_place(place, place.top() + 13), colour)
        painter.setFont(interface_font(12))
        painter.setPen(ink)
        lines = place.adjusted(SIGN + GAP, 5, -EDGE, -4)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        painter.drawText(lines, flags, words.title(self._model.outline, row))

    # ---------------------------------------------------------------- renaming

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = NameField(parent)
        field.setFrame(False)
        field.setMaxLength(200)
        field.setFont(interface_font(13, semibold=True))
        row = self._model.row(index)
        field.setAccessibleName("Name of the group" if row is not None and row.kind == "group" else "Name of the block")
        set_role(field, "rename")
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place: QRect = option.rect
        editor.setGeometry(place.adjusted(TILE + GAP - 5, 8, -EDGE, -8))

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fills the field in; what has been typed stays, whatever the judge says of the row meanwhile."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        row = self._model.row(index)
        if row is not None:
            self.refused.emit(self._model.refusal(row, editor.text()))
            self._model.setData(index, editor.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self._model.row(self._tree.currentIndex())
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
                complaint = self._model.refusal(row, watched.text())
                set_role(watched, "rename-invalid" if complaint else "rename")
                if complaint:
                    self.refused.emit(complaint)
                    return True
        return super().eventFilter(watched, event)


def _sign_place(place: QRect, middle: int) -> QRectF:
    return QRectF(place.left(), middle - SIGN / 2 + 1, SIGN, SIGN)


def _write(painter: QPainter, font: QFont, ink: QColor, place: QRect, text: str, where: Qt.AlignmentFlag = LEFT) -> int:
    """Writes a line of text, elided to its place, and says how wide it is."""
    painter.setFont(font)
    painter.setPen(ink)
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, where, text)
    return painter.fontMetrics().horizontalAdvance(text)
