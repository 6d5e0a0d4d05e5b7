"""The palette: every block type by category, found by typing, brought to the canvas by dragging or by Enter.

The list is a model with section heads that cannot be selected, so that the arrow keys walk across the sections. While
something is searched for, the sections give way to one list with the best match first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import CATEGORIES, BlockSpec
from gui.block_search import search
from gui.canvas.mime import BLOCK_MIME
from gui.panels.tile import card_pixmap, draw_tile
from gui.row_ground import paint_row_ground
from gui.theme import interface_font, set_role, themes
from gui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex

ROW, SECTION, FIRST_SECTION = 30, 32, 24
"""Heights in pixels of a block's row, a section head, and the section head at the very top."""


def tooltip(spec: BlockSpec) -> str:
    """What a block type does and when to use it, as rich text."""
    parts = [f"<b>{escape(spec.type)}</b>", escape(spec.what), f"<i>{escape(spec.use)}</i>" if spec.use else ""]
    return "".join(f"<p style='margin: 0 0 4px 0'>{part}</p>" for part in parts if part)


@dataclass(frozen=True)
class _Row:
    """A section head (no spec) or a block type."""

    text: str
    spec: BlockSpec | None = None


class PaletteModel(QAbstractListModel):
    """The rows of the palette for what is searched for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self.show_matches("")

    def show_matches(self, query: str) -> None:
        """Shows everything by section, or the matches of a search, best first."""
        self.beginResetModel()
        if query.strip():
            self._rows = [_Row(spec.type, spec) for spec in search(query, CATALOGUE.values())]
        else:
            self._rows = []
            for category in CATEGORIES.values():
                specs = [spec for spec in CATALOGUE.values() if spec.category == category.name]
                if specs:
                    self._rows.append(_Row(category.title.upper()))
                    self._rows.extend(_Row(spec.type, spec) for spec in specs)
        self.endResetModel()

    def spec(self, index: Index) -> BlockSpec | None:
        """The block type in a row; None for a section head."""
        return self._rows[index.row()].spec if index.isValid() else None

    def first(self) -> QModelIndex:
        """The first row that is a block type."""
        row = next((number for number, item in enumerate(self._rows) if item.spec is not None), -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def index_of(self, type_name: str) -> QModelIndex:
        """The row of a block type, if it is shown."""
        row = next((number for number, item in enumerate(self._rows) if item.spec and item.text == type_name), -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if row.spec is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(row.spec)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.text}, {CATEGORIES[row.spec.category].title}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.spec.what
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.spec(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [BLOCK_MIME]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        content = QMimeData()
        for index in indexes:
            if (spec := self.spec(index)) is not None:
                content.setData(BLOCK_MIME, spec.type.encode())
                content.setText(spec.type)
        return content


class _PaletteDelegate(QStyledItemDelegate):
    """Paints section heads and rows as drawn."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return QSize(160, ROW)
        return QSize(160, FIRST_SECTION if index.row() == 0 else SECTION)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, PaletteModel)
        spec = model.spec(index)
        place: QRect = option.rect
        tokens = themes().tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if spec is None:
            font = interface_font(11, semibold=True)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
            painter.setFont(font)
            painter.setPen(tokens.colour("secondary"))
            where = place.adjusted(14, 0, -8, -6)
            painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        else:
            paint_row_ground(painter, place, option.state)
            draw_tile(painter, QRectF(place.left() + 14, place.top() + 4, 22, 22), spec.category, spec.icon)
            painter.setFont(interface_font(13))
            painter.setPen(tokens.colour("text"))
            where = place.adjusted(46, 0, -12, 0)
            text = painter.fontMetrics().elidedText(spec.type, Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


def keeps_help_key(event: QEvent) -> bool:
    """Claims F1 for the row under the cursor, which the window would take for the selected block."""
    if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_F1:
        event.accept()
        return True
    return False


class PaletteList(QListView):
    """The list of block types. Enter and a double-click choose one; F1 asks for its help."""

    chosen = Signal(str)
    help_wanted = Signal(str)
    typed = Signal(str)
    left_at_top = Signal()

    def __init__(self, model: PaletteModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_PaletteDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName("Layers")
        self.doubleClicked.connect(self._choose)

    def current_type(self) -> str:
        """The type in the current row; "" where there is none."""
        spec = self._model.spec(self.currentIndex())
        return spec.type if spec is not None else ""

    def step(self, key: Qt.Key) -> None:
        """Moves the current row as an arrow key does."""
        actions = {
            Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
            Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
            Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
            Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
        }
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.first())
            return
        following = self.moveCursor(actions[key], Qt.KeyboardModifier.NoModifier)
        if self._model.spec(following) is not None:
            self.setCurrentIndex(following)

    def choose_current(self) -> None:
        """Chooses the current row."""
        self._choose(self.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        spec = self._model.spec(index)
        if spec is not None:
            self.chosen.emit(spec.type)

    def event(self, event: QEvent) -> bool:
        return keeps_help_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        elif key == Qt.Key.Key_F1 and self.current_type():
            self.help_wanted.emit(self.current_type())
        elif key == Qt.Key.Key_Up and self.currentIndex() == self._model.first():
            self.left_at_top.emit()
        elif event.text().strip() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        indexes = self.selectedIndexes()
        spec = self._model.spec(indexes[0]) if indexes else None
        if spec is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData(indexes))
        picture = card_pixmap(spec, self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(round(picture.width() / picture.devicePixelRatio() / 2), 22))
        drag.exec(Qt.DropAction.CopyAction)


class SearchField(QLineEdit):
    """The field above the list: arrows and Enter act on the list while the text keeps the cursor."""

    stepped = Signal(Qt.Key)
    entered = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget, hint: str) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(hint)

    def event(self, event: QEvent) -> bool:
        return keeps_help_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.stepped.emit(Qt.Key(key))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_F1:
            self.help_wanted.emit()
        else:
            super().keyPressEvent(event)


class PalettePanel(QWidget):
    """Search field and list of block types.

    `append_requested` carries the type that was chosen with Enter or a double-click. The window's key `/` leads to
    `focus_search`.
    """

    append_requested = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Palette")
        self.search = SearchField(self, "Search layers")
        self._key_hint = QLabel("/", self.search)
        set_role(self._key_hint, "muted")
        self._key_hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        hint_place = QVBoxLayout(self.search)
        hint_place.setContentsMargins(0, 0, 10, 0)
        hint_place.addWidget(self._key_hint, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.model = PaletteModel(self)
        self.list = PaletteList(self.model, self)
        self._nothing = QLabel(self)
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(14, 8, 14, 8)
        set_role(self._nothing, "secondary")
        self._nothing.hide()
        field = QVBoxLayout()
        field.setContentsMargins(12, 12, 12, 4)
        field.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(field)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)

        self.search.textChanged.connect(self._filter)
        self.search.stepped.connect(self.list.step)
        self.search.entered.connect(self.list.choose_current)
        self.search.help_wanted.connect(self._help)
        self.list.chosen.connect(self.append_requested)
        self.list.help_wanted.connect(workspace.help_requested)
        self.list.typed.connect(self._type)
        self.list.left_at_top.connect(self.focus_search)
        themes().changed.connect(self.list.viewport().update)

    def show_key(self, keys: str) -> None:
        """Shows in the search field which key leads there."""
        self._key_hint.setText(keys)

    def focus_search(self) -> None:
        """Puts the cursor into the search field, with what is there selected."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _filter(self, query: str) -> None:
        before = self.list.current_type()
        self.model.show_matches(query)
        kept = QModelIndex() if query.strip() else self.model.index_of(before)
        self.list.setCurrentIndex(kept if kept.isValid() or not query.strip() else self.model.first())
        found = self.model.rowCount() > 0
        self._key_hint.setVisible(not query)
        self._nothing.setText(
            f"No layer is called “{query.strip()}”. Try what it does, such as “image”, “sequence” or “overfitting”."
        )
        self._nothing.setVisible(not found)
        self.list.setVisible(found)

    def _type(self, text: str) -> None:
        """Letters typed into the list begin a search."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    def _help(self) -> None:
        if self.list.current_type():
            self._workspace.help_requested.emit(self.list.current_type())
