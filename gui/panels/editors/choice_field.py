"""A field that opens a list to choose from; long lists open with a field to search them."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from gui.icons import draw_icon
from gui.panels.editors.base import leave_wheel
from gui.row_ground import paint_row_ground
from gui.theme import themes

LONG_LIST = 8
"""A list with more entries than this opens with a field to search it."""


class _ChoiceDelegate(QStyledItemDelegate):
    """Rows of a list to choose from: as high as a finger needs, marked quietly."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 20, 26)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = themes().tokens
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, place, state, 2, 5)
        painter.setPen(tokens.colour("text"))
        where = place.adjusted(10, 0, -6, 0)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class _SearchPopup(QFrame):
    """A list to choose from with a field to narrow it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Search")
        self.field.setAccessibleName("Search the list")
        self._words = QStringListModel(self)
        self._matches = QSortFilterProxyModel(self)
        self._matches.setSourceModel(self._words)
        self._matches.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView(self)
        self.list.setItemDelegate(_ChoiceDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setModel(self._matches)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._choose)

    def open_at(self, field: QWidget, words: list[str], present: str) -> None:
        """Opens below a field, or above it where the screen ends."""
        self._words.setStringList(words)
        self.field.clear()
        row = words.index(present) if present in words else 0
        self.list.setCurrentIndex(self._matches.index(row, 0))
        size = QSize(max(field.width(), 208), min(48 + 26 * len(words), 334))
        place = field.mapToGlobal(QPoint(field.width() - size.width(), field.height() + 2))
        screen = field.screen().availableGeometry()
        if place.y() + size.height() > screen.bottom():
            place = field.mapToGlobal(QPoint(field.width() - size.width(), -size.height() - 2))
        place.setX(min(max(place.x(), screen.left()), screen.right() - size.width()))
        self.setGeometry(QRect(place, size))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.list.scrollTo(self.list.currentIndex())

    def _filter(self, text: str) -> None:
        self._matches.setFilterFixedString(text)
        self.list.setCurrentIndex(self._matches.index(0, 0))

    def _choose(self) -> None:
        word = self.list.currentIndex().data()
        self.close()
        if isinstance(word, str):
            self.chosen.emit(word)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.list.currentIndex().row()
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                row += 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentIndex(self._matches.index(min(max(row, 0), self._matches.rowCount() - 1), 0))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return False


class ChoiceField(QComboBox):
    """A list to choose from, drawn as the other fields are. `picked` carries the row that a person chose."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setItemDelegate(_ChoiceDelegate(self))
        self._popup: _SearchPopup | None = None
        self.activated.connect(self.picked)
        themes().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.subControls = QStyle.SubControl.SC_ComboBoxFrame
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        tokens = themes().tokens
        several = self.currentIndex() < 0
        painter.setPen(tokens.colour("muted" if several or not self.isEnabled() else "text"))
        text = self.placeholderText() if several else self.currentText()
        place = self.rect().adjusted(6, 0, -22, 0)
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        chevron = QRectF(self.width() - 20, (self.height() - 14) / 2, 14, 14)
        draw_icon(painter, "chevron-down", chevron, tokens.colour("secondary"))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not leave_wheel(self, event):
            super().wheelEvent(event)

    def showPopup(self) -> None:
        if self.count() <= LONG_LIST:
            self.view().setMinimumWidth(max(self.width(), self.view().sizeHintForColumn(0) + 8))
            super().showPopup()
            return
        if self._popup is None:
            self._popup = _SearchPopup(self)
            self._popup.chosen.connect(self._pick)
        self._popup.open_at(self, [self.itemText(row) for row in range(self.count())], self.currentText())

    def _pick(self, word: str) -> None:
        row = self.findText(word)
        self.setCurrentIndex(row)
        self.picked.emit(row)
