"""The dialog in which a picture of the network is made: how it looks, what file it becomes, and a preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.figures import grouped
from gui.panels.editors.choice import Switch
from gui.picture import Picture, PictureLook, fitting_scale, image_of
from gui.theme import DARK, LIGHT, set_role, themes

if TYPE_CHECKING:
    from gui.picturing import Picturing

PREVIEW = QSize(440, 480)
CHECK = 8
FILES = (
    ("PNG 1×", "png", 1.0),
    ("PNG 2×", "png", 2.0),
    ("PNG 4×", "png", 4.0),
    ("SVG", "svg", 1.0),
    ("PDF", "pdf", 1.0),
)
"""The files that a picture can become: their words, endings and scales."""
THEMES = (("Light", "light"), ("Dark", "dark"))


class Preview(QWidget):
    """The picture in small; squares show where it is transparent."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._look = PictureLook()
        self.setFixedSize(PREVIEW)
        self.setAccessibleName("Preview")

    def show_picture(self, picture: Picture) -> None:
        """Shows a picture, no larger than it is."""
        ratio = self.devicePixelRatioF()
        room = min((PREVIEW.width() - 24) / picture.area.width(), (PREVIEW.height() - 24) / picture.area.height(), 1.0)
        self._image = image_of(picture, room * ratio)
        self._image.setDevicePixelRatio(ratio)
        self._look = picture.look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.field))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        size = self._image.deviceIndependentSize()
        place = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, *size.toTuple())
        if not self._look.ground:
            self._paint_squares(painter, place)
        painter.drawImage(place, self._image)

    def _paint_squares(self, painter: QPainter, place: QRectF) -> None:
        """Squares in the picture's own theme, because on paper of that colour it will be seen."""
        tokens = LIGHT if self._look.theme == "light" else DARK
        painter.fillRect(place, QColor(tokens.panel))
        painter.setClipRect(place)
        square = QColor(tokens.hover)
        for row in range(int(place.height() // CHECK) + 1):
            for column in range(row % 2, int(place.width() // CHECK) + 1, 2):
                painter.fillRect(QRectF(place.x() + column * CHECK, place.y() + row * CHECK, CHECK, CHECK), square)
        painter.setClipping(False)


def _switch(words: str, *, on: bool) -> Switch:
    """A switch that answers to some words."""
    made = Switch()
    made.setAccessibleName(words)
    made.setChecked(on)
    return made


def _row(switch: QWidget) -> QHBoxLayout:
    """A switch after its words."""
    row = QHBoxLayout()
    row.addWidget(QLabel(switch.accessibleName()), 1)
    row.addWidget(switch)
    return row


class PictureDialog(QDialog):
    """Asks how a picture shall look, shows it, and has it saved, copied or printed."""

    def __init__(self, picturing: Picturing, proposal: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._picturing = picturing
        self._proposal = proposal
        self.setWindowTitle("Save as picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look = picturing.look
        part = picturing.graph()
        has_selection = part is not picturing.graph(whole=True)
        self.whole = _switch("The whole network", on=not has_selection)
        self.whole.setEnabled(has_selection)
        self.shapes = _switch("Shapes and weights on the cards", on=look.shapes)
        self.ground = _switch("Ground behind the network", on=look.ground)
        self.themes = self._chips([title for title, _ in THEMES])
        self.themes.button(1 if look.theme == "dark" else 0).setChecked(True)
        self.files = self._chips([title for title, _, _ in FILES])
        self.files.button(1).setChecked(True)
        self.size_label = QLabel()
        self.size_label.setWordWrap(True)
        set_role(self.size_label, "secondary")
        self.preview = Preview()
        self.save = QPushButton("Save…")
        self.copy = QPushButton("Copy")
        self.print = QPushButton("Print…")
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        for box in (self.whole, self.shapes, self.ground):
            box.toggled.connect(self._renew)
        self.themes.idToggled.connect(self._renew)
        self.files.idToggled.connect(self._show_size)
        self.save.clicked.connect(self._save)
        self.copy.clicked.connect(self._copy)
        self.print.clicked.connect(self._print)
        self.cancel.clicked.connect(self.reject)
        self._renew()

    def _chips(self, titles: list[str]) -> QButtonGroup:
        """Buttons of which one is chosen."""
        group = QButtonGroup(self)
        for number, title in enumerate(titles):
            chip = QPushButton(title)
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            set_role(chip, "chip")
            group.addButton(chip, number)
        return group

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(6)
        for title, widgets in (
            ("SHOW", [*([self.whole] if self.whole.isEnabled() else []), self.shapes, self.ground]),
            ("THEME", self.themes.buttons()),
            ("FILE", self.files.buttons()),
        ):
            head = QLabel(title)
            set_role(head, "section")
            side.addWidget(head)
            if title == "SHOW":
                for widget in widgets:
                    side.addLayout(_row(widget))
            else:
                row = QHBoxLayout()
                row.setSpacing(6)
                for widget in widgets:
                    row.addWidget(widget, 1)
                side.addLayout(row)
            side.addSpacing(12)
        side.addWidget(self.size_label)
        side.addStretch()
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.copy, self.print):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        self.cancel.setAutoDefault(False)
        row.addWidget(self.cancel)
        set_role(self.save, "primary")
        self.save.setDefault(True)
        row.addWidget(self.save)
        side.addLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 20)
        whole.setSpacing(24)
        whole.addWidget(self.preview)
        inside = QWidget()
        inside.setFixedWidth(360)
        side.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(side)
        whole.addWidget(inside)

    @property
    def look(self) -> PictureLook:
        """How the picture shall look."""
        return PictureLook(
            self.shapes.isChecked(), self.ground.isChecked(), "dark" if self.themes.checkedId() == 1 else "light"
        )

    def _renew(self) -> None:
        picture = self._picturing.picture(self.look, whole=self.whole.isChecked())
        if picture is not None:
            self.picture = picture
            self.preview.show_picture(picture)
            self._show_size()

    def _show_size(self) -> None:
        _, kind, wanted = FILES[self.files.checkedId()]
        if kind != "png":
            self.size_label.setText("Lines and text, which are sharp at every size.")
            return
        scale = fitting_scale(self.picture, wanted)
        size = self.picture.size(scale)
        text = f"{grouped(size.width())} × {grouped(size.height())} pixels"
        if scale < wanted:
            text += f". At {wanted:.0f}× it would be too large, so it is made at {scale:.1f}×."
        self.size_label.setText(text)

    def _save(self) -> None:
        self._picturing.remember(self.look)
        _, kind, scale = FILES[self.files.checkedId()]
        self._picturing.choose_file(self.picture, kind, scale, self._proposal)
        self.accept()

    def _copy(self) -> None:
        self._picturing.remember(self.look)
        self._picturing.put_on_clipboard(self.picture)
        self.accept()

    def _print(self) -> None:
        self._picturing.remember(self.look)
        self.accept()
        self._picturing.print(self.picture)
