"""The overlay that lists all keys, over the window: searched by typing, changed by a click on a row."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.canvas.shadow import paint_shadow
from gui.dialogs.key_rows import ROW_HEIGHT, FixedRow, KeyRow
from gui.icons import icon
from gui.keys import FIXED, MOUSE, Keys, entries
from gui.theme import set_role, themes

LARGEST = (1120, 900)
MARGIN = 32
"""What stays free around the sheet at least."""
COLUMN = 304
"""Pixels that a column takes at least."""
SHADOW = 24
HEADING = 40
"""How much a section's heading takes, with the space above it."""


class Section(QWidget):
    """Some rows under a heading."""

    def __init__(self, title: str, rows: list[KeyRow | FixedRow]) -> None:
        super().__init__()
        self.rows = rows
        heading = QLabel(title.upper())
        set_role(heading, "section")
        heading.setContentsMargins(8, 0, 0, 4)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 16)
        stack.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        stack.addWidget(heading)
        for row in rows:
            stack.addWidget(row)

    def filter(self, words: list[str]) -> int:
        """Shows the rows that have all these words, and hides itself where none has; says how many are shown."""
        shown = 0
        for row in self.rows:
            row.setVisible(all(word in row.words for word in words))
            shown += not row.isHidden()
        self.setVisible(shown > 0)
        return shown

    def weight(self) -> int:
        """How high it is, nearly."""
        return HEADING + ROW_HEIGHT * sum(not row.isHidden() for row in self.rows)


class KeysOverlay(QWidget):
    """All keys of a window, on a sheet over it. Esc, the cross, or a click beside the sheet closes it."""

    def __init__(self, keys: Keys, window: QWidget) -> None:
        super().__init__(window)
        self._keys = keys
        self._window = window
        self._before: QWidget | None = None
        self._editing: KeyRow | None = None
        self._ending = False
        self._columns = 0
        self.setAccessibleName("Keyboard shortcuts")
        self.sections = self._make_sections()
        self.rows = {row.entry.id: row for section in self.sections for row in section.rows if isinstance(row, KeyRow)}
        self.sheet = QFrame(self)
        set_role(self.sheet, "sheet")
        self._lay_out()
        for row in self.rows.values():
            row.began.connect(self._on_began)
            row.ended.connect(self._on_ended)
            row.line.moved.connect(self._on_moved)
        keys.changed.connect(self._refresh)
        themes().changed.connect(self.update)
        window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]  # there is one
        self._filter("")
        self._refresh()
        self.hide()

    def _make_sections(self) -> list[Section]:
        rows: dict[str, list[KeyRow | FixedRow]] = {}
        for entry in entries():
            rows.setdefault(entry.section, []).append(KeyRow(entry, self._keys))
        for fixed in FIXED:
            rows.setdefault(fixed.section, []).append(FixedRow(fixed.text, fixed.keys, fixed.shown))
        rows["Mouse"] = [FixedRow(text, shown=gesture) for text, gesture in MOUSE]
        return [Section(title, section) for title, section in rows.items()]

    def _lay_out(self) -> None:
        self._nothing = QLabel("No action and no key is called that.")
        set_role(self._nothing, "secondary")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel("Click a row to give it other keys. A dot marks what was changed.")
        set_role(hint, "secondary")
        hint.setIndent(8)
        self._area = self._make_area()
        rows = QVBoxLayout(self.sheet)
        rows.setContentsMargins(24, 24, 20, 20)
        rows.setSpacing(16)
        rows.addLayout(self._make_head())
        rows.addWidget(self._nothing, 1)
        rows.addWidget(self._area, 1)
        rows.addWidget(hint)

    def _make_head(self) -> QHBoxLayout:
        title = QLabel("Keyboard shortcuts")
        set_role(title, "large")
        title.setIndent(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search actions or keys")
        self.search.setAccessibleName("Search actions or keys")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(260)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.reset_all = QPushButton("Reset all")
        set_role(self.reset_all, "plain")
        self.reset_all.setToolTip("Give every action the keys that it had at first")
        self.reset_all.clicked.connect(self._keys.reset_all)
        self.cross = QToolButton()
        self.cross.setIcon(icon("close"))
        self.cross.setToolTip("Close (Esc)")
        self.cross.setAccessibleName("Close")
        self.cross.clicked.connect(self.close_overlay)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addStretch()
        for widget in (self.reset_all, self.search, self.cross):
            head.addWidget(widget)
        return head

    def _make_area(self) -> QScrollArea:
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._stacks = [QVBoxLayout() for _ in range(3)]
        for column, stack in enumerate(self._stacks):
            stack.setSpacing(0)
            self._grid.addLayout(stack, 0, column)
        for section in self.sections:
            section.setParent(inside)
        area = QScrollArea()
        set_role(area, "panel")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    # ---------------------------------------------------------------- open, close

    def open_overlay(self) -> None:
        """Shows all keys, and puts the cursor into the search field."""
        self._before = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self.search.clear()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_overlay(self) -> None:
        """Goes away, and gives the focus back to where it was."""
        self._end_editing()
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        if watched is self.search and event.type() == QEvent.Type.KeyPress and _is_down(event):
            self._move(None, 1)
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while it is there, keys do nothing behind it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab stays on the sheet."""
        step = QWidget.nextInFocusChain if next else QWidget.previousInFocusChain
        start = QApplication.focusWidget() or self.search
        here = step(start)
        while here is not None and here is not start:
            wanted = here.focusPolicy() & Qt.FocusPolicy.TabFocus
            if wanted and here.isEnabled() and here.isVisible() and self.isAncestorOf(here):
                here.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
                self._area.ensureWidgetVisible(here)
                break
            here = step(here)
        return True

    # ---------------------------------------------------------------- rows

    def _filter(self, text: str) -> None:
        self._end_editing()
        words = text.casefold().split()
        found = sum(section.filter(words) for section in self.sections)
        self._nothing.setVisible(not found)
        self._area.setVisible(bool(found))
        self._share_columns(force=True)

    def _share_columns(self, *, force: bool = False) -> None:
        """Puts the sections into as many columns as there is room for, as even as their order allows."""
        columns = max(1, min(3, self.sheet.width() // COLUMN))
        if columns == self._columns and not force:
            return
        self._columns = columns
        shown = [section for section in self.sections if not section.isHidden()]
        for stack in self._stacks:
            while stack.count():
                stack.takeAt(0)
        for number, part in enumerate(split_evenly([section.weight() for section in shown], columns)):
            for index in part:
                self._stacks[number].addWidget(shown[index])
        for number, stack in enumerate(self._stacks):
            stack.addStretch()
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        self._grid.setHorizontalSpacing(24 if columns > 1 else 0)

    def _refresh(self) -> None:
        for row in self.rows.values():
            row.refresh()
        self.reset_all.setVisible(self._keys.any_changed)

    def _on_began(self, row: KeyRow) -> None:
        if row is not self._editing:
            self._end_editing()
            self._editing = row

    def _on_ended(self) -> None:
        self._editing = None

    def _end_editing(self) -> None:
        if self._editing is not None:
            self._editing.end()

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._editing is not None and now is not None and not self._editing.isAncestorOf(now):
            self._end_editing()

    def _on_moved(self, step: int) -> None:
        self._move(QApplication.focusWidget(), step)

    def _move(self, start: QWidget | None, step: int) -> None:
        """Puts the focus on the next row, or the one before; above the first one stands the search field."""
        lines = [row.line for row in self.rows.values() if row.line.isVisible()]
        at = next((index for index, line in enumerate(lines) if line is start), -1) + step
        if at < 0:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at < len(lines):
            lines[at].setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(lines[at])

    # ---------------------------------------------------------------- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(LARGEST[0], self.width() - 2 * MARGIN)
        height = min(LARGEST[1], self.height() - 2 * MARGIN)
        place = QRect(0, 0, max(280, width), max(200, height))
        place.moveCenter(self.rect().center())
        self.sheet.setGeometry(place)
        self._share_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scrim = QColor("#000000")
        scrim.setAlphaF(0.28 if themes().tokens.name == "light" else 0.5)
        painter.fillRect(self.rect(), scrim)
        paint_shadow(painter, QRectF(self.sheet.geometry()), 12, SHADOW)


def _is_down(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down


def split_evenly(weights: list[int], parts: int) -> list[range]:
    """Consecutive parts of a list whose heaviest part is as light as can be, as ranges of its places."""
    parts = max(1, min(parts, len(weights)))
    cuts = min(
        combinations(range(1, len(weights)), parts - 1),
        key=lambda cuts: max(sum(weights[a:b]) for a, b in zip((0, *cuts), (*cuts, len(weights)), strict=True)),
        default=(),
    )
    return [range(a, b) for a, b in zip((0, *cuts), (*cuts, len(weights)), strict=True)]
