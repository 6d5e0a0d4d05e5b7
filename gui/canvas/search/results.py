"""The list of results: a row for each block type, with what it does and the shape that it would give there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.catalogue.spec import CATEGORIES, BlockSpec
from gui.canvas.fits import Verdict
from gui.panels.tile import draw_tile
from gui.row_ground import paint_row_ground
from gui.theme import interface_font, shape_font, themes

Index = QModelIndex | QPersistentModelIndex
ROW = 44
TILE = 28
LEFT = 14
TEXT_LEFT = LEFT + TILE + 10
RIGHT = 14
FADED = 0.4
"""The opacity of the tile of a type that does not fit."""
UNKNOWN = Verdict()


def in_short(reason: str, type_name: str) -> str:
    """What a judge's sentence on a type comes down to: `needs a picture (height, width, channels)`.

    Where the sentence is about the block that follows, it names it.
    """
    sentence = re.split(r"(?<=[.:])\s", reason)[0].rstrip(".:")
    return sentence.partition(", but ")[0].removeprefix(f"{type_name} ")


def first_sentence(text: str) -> str:
    """A text's first sentence, without its full stop."""
    return re.split(r"\.\s", text)[0].rstrip(".")


class ResultsModel(QAbstractListModel):
    """The types in their order, and what the judge says of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._specs: list[BlockSpec] = []
        self._verdicts: Mapping[str, Verdict] = {}

    @property
    def types(self) -> list[str]:
        """The types in their order."""
        return [spec.type for spec in self._specs]

    def show_results(self, specs: list[BlockSpec], verdicts: Mapping[str, Verdict]) -> None:
        """Shows other types, or another order."""
        self.beginResetModel()
        self._specs, self._verdicts = specs, verdicts
        self.endResetModel()

    def spec(self, index: Index) -> BlockSpec | None:
        """The type in a row."""
        return self._specs[index.row()] if index.isValid() and index.row() < len(self._specs) else None

    def verdict(self, index: Index) -> Verdict:
        """What the judge says of the type in a row; empty before it has answered."""
        spec = self.spec(index)
        return self._verdicts.get(spec.type, UNKNOWN) if spec is not None else UNKNOWN

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._specs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        spec, said = self.spec(index), self.verdict(index)
        if spec is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return spec.type
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{escape(said.reason or spec.what)}</p>"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            gives = f", gives {said.shape}" if said.shape else ", does not fit" if said.reason else ""
            return f"{spec.type}, {CATEGORIES[spec.category].title}{gives}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return said.reason or spec.what
        return None


class _ResultsDelegate(QStyledItemDelegate):
    """Paints a row: tile, type over what it does, shape."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        spec = model.spec(index) if isinstance(model, ResultsModel) else None
        if spec is None or not isinstance(model, ResultsModel):
            return
        said = model.verdict(index)
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        tokens = themes().tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, place, state, 6)
        painter.setOpacity(1.0 if said.fits else FADED)
        middle = place.top() + (ROW - TILE) / 2
        draw_tile(painter, QRectF(place.left() + LEFT, middle, TILE, TILE), spec.category, spec.icon)
        painter.setOpacity(1.0)
        left, right = place.left() + TEXT_LEFT, place.right() - RIGHT
        if said.shape:
            font = shape_font(11.5)
            painter.setFont(font)
            painter.setPen(tokens.colour("text"))
            width = min(QFontMetrics(font).horizontalAdvance(said.shape) + 4, (right - left) // 2)
            shape = QFontMetrics(font).elidedText(said.shape, Qt.TextElideMode.ElideMiddle, width)
            where = QRect(right - width, place.top() + 6, width, 17)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shape)
            name_right = right - width - 8
        else:
            name_right = right
        self._line(painter, QRect(left, place.top() + 6, name_right - left, 17), spec.type, 13, said.fits, "text")
        what = first_sentence(spec.what) if said.fits else in_short(said.reason, spec.type)
        self._line(painter, QRect(left, place.top() + 23, right - left, 15), what, 11, said.fits, "secondary")
        painter.restore()

    def _line(self, painter: QPainter, place: QRect, text: str, size: float, fits: bool, token: str) -> None:
        font = interface_font(size, semibold=size > 12 and fits)
        painter.setFont(font)
        painter.setPen(themes().tokens.colour(token if fits else "muted"))
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class ResultsList(QListView):
    """The list. A click chooses, with Shift without connecting; the keys come from the field above."""

    chosen = Signal(str, bool)

    def __init__(self, model: ResultsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_ResultsDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW // 2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Block types")

    @property
    def current_type(self) -> str:
        """The type in the current row; "" where there is none."""
        spec = self._model.spec(self.currentIndex())
        return spec.type if spec is not None else ""

    def step(self, rows: int) -> None:
        """Moves the current row, and not past the ends."""
        row = max(0, min(self._model.rowCount() - 1, self.currentIndex().row() + rows))
        self.setCurrentIndex(self._model.index(row, 0))

    def page(self) -> int:
        """How many rows are in sight at once."""
        return max(1, self.viewport().height() // ROW - 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        spec = self._model.spec(self.indexAt(event.position().toPoint()))
        if spec is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(spec.type, not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
