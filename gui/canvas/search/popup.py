"""The search popup as a widget: a field, the results beneath it, and a line that says what the keys do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.canvas.search.results import ROW, ResultsList, ResultsModel
from gui.canvas.shadow import paint_shadow
from gui.own_keys import keeps_key
from gui.theme import set_role, themes

WIDTH = 384
SHADOW = 16
RADIUS = 11
ROWS = 7
"""How many results are in sight at most."""
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class SearchText(QLineEdit):
    """The field. What moves in the list, chooses and closes is told by signals; no key goes on to the canvas."""

    stepped = Signal(int)
    paged = Signal(int)
    entered = Signal(bool)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS:
            self.stepped.emit(STEPS[key])
        elif key in PAGES:
            self.paged.emit(PAGES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class SearchPopup(QWidget):
    """A card over the canvas. `chosen` carries a type and whether it is to be connected; `left` that nothing is."""

    chosen = Signal(str, bool)
    left = Signal()

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._place = QPointF()
        self.setAccessibleName("Search for a block")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.field = SearchText(self)
        self.field.setAccessibleName("Search block types")
        self.field.setClearButtonEnabled(True)
        self.model = ResultsModel(self)
        self.list = ResultsList(self.model, self)
        set_role(self.list, "on-card")
        self.nothing = QLabel(self)
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(14, 4, 14, 8)
        set_role(self.nothing, "secondary")
        self.footer = QLabel(self)
        self.footer.setContentsMargins(14, 0, 14, 0)
        self.footer.setFixedHeight(28)
        self.footer.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.footer, "muted")
        field = QVBoxLayout()
        field.setContentsMargins(12, 12, 12, 6)
        field.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 1, SHADOW, SHADOW + 1, SHADOW)
        column.setSpacing(0)
        column.addLayout(field)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addWidget(self.footer)
        self.field.stepped.connect(self.list.step)
        self.field.paged.connect(self._page)
        self.field.entered.connect(self._enter)
        self.field.left.connect(self.left)
        self.list.chosen.connect(self.chosen)
        self.hide()

    def _page(self, pages: int) -> None:
        self.list.step(pages * self.list.page())

    def _enter(self, connect: bool) -> None:
        if self.list.current_type:
            self.chosen.emit(self.list.current_type, connect)

    def open_at(self, place: QPointF, hint: str) -> None:
        """Opens empty at a place of the view, with a hint in the field, and takes the keys."""
        self._place = place
        self.field.setText("")  # unlike clear(), nothing for Ctrl+Z to bring back from the last search
        self.field.setPlaceholderText(hint)
        self.fit()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Takes the size that the results need, and stays inside the view."""
        room = self._viewport.size()
        found = self.model.rowCount()
        self.nothing.setVisible(found == 0)
        self.list.setVisible(found > 0)
        width = min(WIDTH, room.width() - 8)
        self.nothing.setFixedWidth(width - 2)
        results = min(ROWS, found) * ROW if found else self.nothing.heightForWidth(width - 2)
        rest = 12 + self.field.sizeHint().height() + 6 + self.footer.height()
        height = min(rest + results, max(rest + ROW, room.height() - 16))
        self.resize(width + 2 * SHADOW, height + 2 * SHADOW)
        highest = rest + ROWS * ROW  # so that the popup does not jump while it grows and shrinks
        x = min(self._place.x() + 8, room.width() - width - 8)
        y = min(self._place.y() + 8, room.height() - min(highest, room.height() - 16) - 8)
        self.move(round(max(4, x)) - SHADOW, round(max(8, y)) - SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, inner, RADIUS, SHADOW - 3)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        line = self.footer.geometry().top() + 0.5
        painter.drawLine(QPointF(inner.left() + 1, line), QPointF(inner.right() - 1, line))
