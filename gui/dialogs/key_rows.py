"""The rows of the overlay of keys: one that only tells, and one in which other keys can be given."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.dialogs.keycaps import caps_width, draw_caps
from gui.keys import PORTABLE, RESERVED, KeyEntry, Keys, native
from gui.theme import interface_font, set_role, themes

ROW_HEIGHT = 30
INSET = 8
MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_unknown,
)
"""Keys that mean nothing alone."""


def pressed_keys(event: QKeyEvent) -> str:
    """What was pressed, written portably; "" for a modifier alone.

    A sign for which Shift is held, such as "?", is that sign: on another keyboard it may need no Shift.
    """
    key = Qt.Key(event.key())
    if key in MODIFIERS:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    if len(text) == 1 and text.isprintable() and not text.isalnum() and not text.isspace() and key.value == ord(text):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | key.value).toString(PORTABLE)


class FixedRow(QWidget):
    """A row that tells what keys, or the mouse, do and cannot be changed."""

    def __init__(self, text: str, keys: tuple[str, ...] = (), shown: str = "") -> None:
        super().__init__()
        self.words = f"{text} {shown} {' '.join(map(native, keys))}".casefold()
        self._text = text
        self._keys = keys
        self._shown = shown
        self.setAccessibleName(f"{text}: {shown or ', '.join(map(native, keys))}")
        self.setFixedHeight(ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row(painter, self, self._text, self._keys, self._shown)


def paint_row(painter: QPainter, row: QWidget, text: str, keys: tuple[str, ...], words: str = "") -> None:
    """Paints what an action is called at the left, and its keys, or some words instead, at the right."""
    tokens = themes().tokens
    right = row.width() - INSET
    font = interface_font(12)
    painter.setFont(font)
    taken = painter.fontMetrics().horizontalAdvance(words) if words else caps_width(keys)
    place = row.rect().adjusted(INSET, 0, -INSET, 0)
    if words:
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
    room = place.adjusted(0, 0, -round(taken) - 12, 0)
    painter.setPen(QColor(tokens.text))
    painter.setFont(interface_font(13))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    if not words:
        draw_caps(painter, right, row.height() / 2, keys, tokens)


class KeyLine(QAbstractButton):
    """An action and its keys. While it listens, whatever is pressed is `heard`; Esc ends that."""

    heard = Signal(str)
    given_up = Signal()
    moved = Signal(int)

    def __init__(self, entry: KeyEntry, keys: Keys) -> None:
        super().__init__()
        self._entry = entry
        self._keys = keys
        self.listening = False
        self.setFixedHeight(ROW_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def refresh(self) -> None:
        """Shows the keys of now."""
        present = ", ".join(native(one) for one in self._keys.of(self._entry.id)) or "no keys"
        self.setAccessibleName(f"{self._entry.text}: {present}")
        self.setToolTip(self._entry.text)
        self.update()

    def set_listening(self, listening: bool) -> None:
        """Begins or ends to listen."""
        self.listening = listening
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, ROW_HEIGHT)

    def event(self, event: QEvent) -> bool:
        if self.listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:  # here, because Tab never arrives as an ordinary key
                self._hear(event)
                return True
        return super().event(event)

    def _hear(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif not event.isAutoRepeat() and (keys := pressed_keys(event)):
            self.heard.emit(keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.listening or self.underMouse()
        if lit or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            ground = tokens.accent_ground if self.listening else tokens.hover if lit else tokens.panel
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        present = self._keys.of(self._entry.id)
        words = "Press the new keys" if self.listening else "Add keys" if not present and lit else ""
        paint_row(painter, self, self._entry.text, present, words)
        if self._keys.is_changed(self._entry.id) and not self.listening:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(1, self.height() // 2 - 2, 4, 4)


class KeyRow(QWidget):
    """An action's line and, while its keys are changed, a box beneath it with what can be done."""

    began = Signal(object)
    ended = Signal()

    def __init__(self, entry: KeyEntry, keys: Keys) -> None:
        super().__init__()
        self.entry = entry
        self._keys = keys
        self._wanted: tuple[str, ...] = ()
        self.line = KeyLine(entry, keys)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        set_role(self.sentence, "secondary")
        self.take = QPushButton()
        self.reset = QPushButton("Reset")
        self.none = QPushButton("No keys")
        self.stop = QPushButton("Cancel")
        self.box = QFrame()
        set_role(self.box, "box")
        inside = QVBoxLayout(self.box)
        inside.setContentsMargins(10, 8, 10, 8)
        inside.setSpacing(4)
        inside.addWidget(self.sentence)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        for button in (self.take, self.reset, self.none, self.stop):
            set_role(button, "link")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            buttons.addWidget(button)
        buttons.addStretch()
        inside.addLayout(buttons)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.line)
        rows.addWidget(self.box)
        self.box.hide()
        self.line.clicked.connect(self.begin)
        self.line.heard.connect(self._on_heard)
        self.line.given_up.connect(self.end)
        self.take.clicked.connect(self._take)
        self.reset.clicked.connect(self._reset)
        self.none.clicked.connect(self._remove)
        self.stop.clicked.connect(self.end)
        self.refresh()

    @property
    def words(self) -> str:
        """What a search looks through."""
        present = " ".join(f"{one} {native(one)}" for one in self._keys.of(self.entry.id))
        return f"{self.entry.section} {self.entry.text} {present}".casefold()

    def refresh(self) -> None:
        """Shows the keys of now."""
        self.line.refresh()

    def begin(self) -> None:
        """Listens for new keys."""
        self.began.emit(self)
        self._wanted = ()
        self.line.set_listening(True)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell("Press the keys that it shall have. Esc leaves it as it is.")

    def end(self) -> None:
        """Stops listening; what was not taken is forgotten."""
        self.line.set_listening(False)
        self.box.hide()
        self.ended.emit()

    def _tell(self, sentence: str, offer: str = "") -> None:
        self.sentence.setText(sentence)
        set_role(self.sentence, "error" if offer else "secondary")
        self.take.setText(offer)
        self.take.setVisible(bool(offer))
        defaults = self.entry.defaults
        self.reset.setText(f"Reset to {native(defaults[0])}" if defaults else "Reset")
        self.reset.setVisible(not offer and self._keys.is_changed(self.entry.id) and bool(defaults))
        self.none.setVisible(not offer and bool(self._keys.of(self.entry.id)))
        self.box.show()

    def _on_heard(self, keys: str) -> None:
        self._ask((keys,))

    def _ask(self, keys: tuple[str, ...]) -> None:
        """Gives the keys to the action, after a question where another one has them."""
        for key in keys:
            if key in RESERVED:
                self._tell(RESERVED[key])
                return
        owners = self._keys.owners(keys, self.entry.id)
        if not owners:
            self._give(keys)
            return
        self._wanted = keys
        mine = set(keys) & {key for owner in owners for key in self._keys.of(owner.id)}
        words = " and ".join(native(key) for key in keys if key in mine)
        names = " and ".join(f"“{owner.text.rstrip('…')}”" for owner in owners)
        them = "them" if len(mine) > 1 else "it"
        verb = "have" if len(owners) > 1 else "has"
        self._tell(f"{names} {verb} {words}. Give {them} to “{self.entry.text.rstrip('…')}”?", f"Give {them}")

    def _give(self, keys: tuple[str, ...]) -> None:
        self._keys.give(self.entry.id, keys)
        self.end()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        self._give(self._wanted)

    def _remove(self) -> None:
        self._give(())

    def _reset(self) -> None:
        self._ask(self.entry.defaults)
