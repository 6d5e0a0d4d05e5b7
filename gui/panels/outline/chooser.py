"""The page on which something is chosen by typing: it stands in the tree's place for that moment."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.graph import GraphError
from gui.panels.outline.choices import Choice, Choosing
from gui.panels.palette import SearchField
from gui.panels.tile import draw_tile
from gui.row_ground import paint_row_ground
from gui.theme import interface_font, set_role, themes

Index = QModelIndex | QPersistentModelIndex

ROW = 30
USUAL = "Enter chooses · Esc goes back"


class ChoicesModel(QAbstractListModel):
    """The answers, in the order in which they are offered."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []

    def show_choices(self, choices: list[Choice]) -> None:
        """Offers other answers."""
        self.beginResetModel()
        self._choices = choices
        self.endResetModel()

    def choice(self, index: Index) -> Choice | None:
        """The answer in a row."""
        return self._choices[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self._choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = f"{choice.title}, {choice.detail}" if choice.detail else choice.title
            return words if choice.fits else f"{words}, does not fit"
        return None


class _ChoiceDelegate(QStyledItemDelegate):
    """A tile, a title, and a quiet word at the right; what does not fit is dimmed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ChoicesModel)
        choice = model.choice(index)
        assert choice is not None
        tokens = themes().tokens
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, place, state)
        painter.setOpacity(1.0 if choice.fits else 0.45)
        draw_tile(painter, QRectF(place.left() + 14, place.top() + 4, 22, 22), choice.category, choice.icon)
        line = place.adjusted(46, 0, -14, 0)
        painter.setFont(interface_font(11))
        painter.setPen(tokens.colour("secondary"))
        room = line.width() // 2
        detail = painter.fontMetrics().elidedText(choice.detail, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, detail)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(detail) - 8)
        painter.setFont(interface_font(13))
        painter.setPen(tokens.colour("text"))
        title = painter.fontMetrics().elidedText(choice.title, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()


class ChoiceField(SearchField):
    """The field that is typed into; Esc gives the choice up once it is empty."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Chooser(QWidget):
    """Asks a question. `done` comes when it is answered or given up."""

    done = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choosing: Choosing | None = None
        self.heading = QLabel(self)
        self.heading.setWordWrap(True)
        set_role(self.heading, "strong")
        self.field = ChoiceField(self, "Search")
        self.model = ChoicesModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_ChoiceDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the cursor
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName("Choices")
        self.foot = QLabel(USUAL, self)
        self.foot.setWordWrap(True)
        self.foot.setContentsMargins(14, 4, 14, 10)
        set_role(self.foot, "muted")
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 4)
        top.setSpacing(8)
        top.addWidget(self.heading)
        top.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)
        self.field.textChanged.connect(self._filter)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._choose_current)
        self.field.left.connect(self.done)
        self.list.clicked.connect(self._choose)
        self.list.selectionModel().currentChanged.connect(self._explain)
        themes().changed.connect(self.list.viewport().update)

    def ask(self, choosing: Choosing) -> None:
        """Asks a question; the cursor goes into the field."""
        self._choosing = choosing
        self.heading.setText(choosing.heading)
        self.field.setPlaceholderText(choosing.hint)
        self.field.setAccessibleName(choosing.heading)
        self.field.clear()
        self._filter("")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _filter(self, query: str) -> None:
        self.model.show_choices(self._choosing.choices(query) if self._choosing is not None else [])
        self.list.setCurrentIndex(self.model.index(0, 0) if self.model.rowCount() else QModelIndex())
        self._explain()

    def _step(self, key: Qt.Key) -> None:
        page = max(1, self.list.viewport().height() // ROW - 1)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        row = max(0, min(self.model.rowCount() - 1, self.list.currentIndex().row() + steps[key]))
        self.list.setCurrentIndex(self.model.index(row, 0))

    def _explain(self) -> None:
        choice = self.model.choice(self.list.currentIndex())
        reason = self._choosing.reason(choice) if self._choosing is not None and choice is not None else ""
        empty = "Nothing is called that." if choice is None else USUAL
        self.foot.setText(reason or empty)
        self.field.setAccessibleDescription(f"{choice.title}. {reason}" if choice is not None else empty)
        set_role(self.foot, "error" if reason else "muted")

    def _choose_current(self) -> None:
        self._choose(self.list.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        choice = self.model.choice(index)
        if choice is None or self._choosing is None:
            return
        try:
            self._choosing.choose(choice)
        except GraphError as error:
            self.foot.setText(str(error))
            set_role(self.foot, "error")
            return
        self.done.emit()
