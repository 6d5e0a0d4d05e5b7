"""The gallery: networks to start from as cards with a small picture of each, an empty one, and recent files.

The pictures are read one by one after the gallery is there, so that opening it costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue import CATALOGUE
from engine.data.sources import DATASETS
from engine.project import Project, ProjectError
from engine.templates import TEMPLATES, load_template
from gui.background import Background
from gui.icons import draw_icon, icon
from gui.theme import interface_font, set_role, shape_font, themes

CARD = QSize(224, 208)
GAP = 16
PICTURE = 92
"""Height in pixels of the picture at the top of a card."""

SIDE = 200
"""Width in pixels of the column at the left."""

BESIDE = 20 + SIDE + 24 + 16 + 22
"""Pixels of the dialog's width that the cards do not get: margins, the left column, the scroll bar."""

MOST_RECENT = 8


@dataclass(frozen=True)
class Preview:
    """What a card shows of a network: each block's category and place (0 to 1), its links, and the data set."""

    blocks: tuple[tuple[str, float, float], ...]
    links: tuple[tuple[int, int], ...]
    data: str


def preview_of(project: Project) -> Preview:
    """A project's network, brought to a unit square: the first block at the top."""
    blocks = list(project.graph.blocks.values())
    places = {block.id: number for number, block in enumerate(blocks)}
    xs, ys = [block.x for block in blocks], [block.y for block in blocks]

    def share(value: float, values: list[float]) -> float:
        return (value - min(values)) / (max(values) - min(values)) if max(values) > min(values) else 0.5

    source = project.data.source.partition(":")[0]
    return Preview(
        tuple(
            (CATALOGUE[block.type].category if block.type in CATALOGUE else "", share(block.x, xs), share(block.y, ys))
            for block in blocks
        ),
        tuple((places[link.source.block], places[link.target.block]) for link in project.graph.links),
        DATASETS[source].title if source in DATASETS else source,
    )


def _read_preview(name: str) -> Preview:
    return preview_of(load_template(name))


def _draw_lines(painter: QPainter, line: QRect, text: str) -> int:
    """Writes a text into `line`, and into a second one below where it needs it, elided; returns where it ends."""
    metrics = painter.fontMetrics()
    first, rest = "", text.split()
    while rest and metrics.horizontalAdvance(f"{first} {rest[0]}".strip()) <= line.width():
        first = f"{first} {rest.pop(0)}".strip()
    for words in filter(None, (first, " ".join(rest))):
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), shown)
        line = line.translated(0, line.height())
    return line.top()


class TemplateCard(QAbstractButton):
    """One template. A double-click, Enter or Space opens it; the arrow keys walk between the cards."""

    opened = Signal(str)

    def __init__(self, name: str, title: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self._title, self._note = name, title, note
        self.preview: Preview | None = None
        self.setFixedSize(CARD)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(note)
        self.setToolTip(f"{note}\nOn the command line: {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        themes().changed.connect(self.update)

    def show_preview(self, preview: Preview) -> None:
        """Shows the network's picture."""
        self.preview = preview
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setChecked(True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.name)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        line = "accent" if chosen else "strong_border" if self.underMouse() else "border"
        painter.setPen(QPen(tokens.colour(line), 2 if chosen else 1))
        painter.setBrush(tokens.colour("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour("canvas"))
        ground = QRectF(8, 8, self.width() - 16, PICTURE)
        painter.drawRoundedRect(ground, 6, 6)
        if self.preview is not None:
            self._draw_network(painter, ground.adjusted(14, 8, -14, -8), self.preview)
        painter.setPen(tokens.colour("text"))
        painter.setFont(interface_font(13, semibold=True))
        left, width = 14, self.width() - 28
        bottom = _draw_lines(painter, QRect(left, PICTURE + 14, width, 18), self._title)
        painter.setPen(tokens.colour("secondary"))
        painter.setFont(interface_font(12))
        _draw_lines(painter, QRect(left, bottom + 3, width, 16), self._note)
        painter.setPen(tokens.colour("muted"))
        foot = QRectF(left, self.height() - 26, width, 16)
        painter.setFont(shape_font(11))
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.name)
        painter.setFont(interface_font(11))
        data = "" if self.preview is None else self.preview.data or "no data"
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, data)
        painter.end()

    def _draw_network(self, painter: QPainter, place: QRectF, preview: Preview) -> None:
        """The network lying on its side, from left to right: a bar in its category's colour for every block."""
        tokens = themes().tokens
        wide = any(x != preview.blocks[0][1] for _, x, _ in preview.blocks) if preview.blocks else False
        step = place.width() / max(len(preview.blocks) - 1, 1)
        bar = QSize(round(min(12.0, step * 0.62)), 26 if wide else 44)

        def centre(number: int) -> QPointF:
            _, across, along = preview.blocks[number]
            room = place.adjusted(bar.width() / 2, bar.height() / 2, -bar.width() / 2, -bar.height() / 2)
            return QPointF(room.left() + along * room.width(), room.top() + across * room.height())

        painter.setPen(QPen(tokens.colour("link"), 1.5))
        for source, target in preview.links:
            painter.drawLine(centre(source), centre(target))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (category, _, _) in enumerate(preview.blocks):
            point = centre(number)
            painter.setBrush(tokens.category(category))
            rounded = QRectF(point.x() - bar.width() / 2, point.y() - bar.height() / 2, bar.width(), bar.height())
            painter.drawRoundedRect(rounded, 3, 3)


class RecentFile(QPushButton):
    """One recent file: its name over its folder, elided."""

    opened = Signal(Path)

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = path
        set_role(self, "plain")
        self.setToolTip(str(path))
        self.setAccessibleName(f"Open {path.name}")
        self.clicked.connect(self._open)

    def sizeHint(self) -> QSize:
        return QSize(160, 44)

    def _open(self) -> None:
        self.opened.emit(self.path)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = themes().tokens
        painter = QPainter(self)
        draw_icon(painter, "new", QRectF(8, 13, 18, 18), tokens.colour("secondary"))
        width = self.width() - 44
        for text, top, size, token in ((self.path.stem, 4, 13, "text"), (str(self.path.parent), 22, 11, "muted")):
            painter.setFont(interface_font(size))
            painter.setPen(tokens.colour(token))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)
            painter.drawText(QRectF(34, top, width, 18), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class GalleryDialog(QDialog):
    """Where work begins.

    `chosen` carries a template's name, `file_chosen` a recent file; `empty_requested` asks for an empty network,
    `open_requested` for a file of the person's choice. The gallery closes by itself in every case.
    """

    chosen = Signal(str)
    file_chosen = Signal(Path)
    empty_requested = Signal()
    open_requested = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Start")
        self.resize(1000, 640)
        self._columns = 3
        self._background = background
        self._waiting = list(TEMPLATES)
        self.cards = {
            entry.name: TemplateCard(entry.name, entry.title, entry.note, self) for entry in TEMPLATES.values()
        }
        self.empty = QPushButton(icon("plus"), "Empty network", self)
        self.file = QPushButton(icon("open"), "Open a file…", self)
        self.use = QPushButton("Open template", self)
        self.recent: list[RecentFile] = []
        self._lay_out()
        for card in self.cards.values():
            card.opened.connect(self._choose)
            card.toggled.connect(self._show_choice)
        self.empty.clicked.connect(self._start_empty)
        self.file.clicked.connect(self._open_file)
        self.use.clicked.connect(self._use)
        self._show_choice()

    def _lay_out(self) -> None:
        self._side = QVBoxLayout()
        self._side.setSpacing(8)
        title = QLabel("Start a network", self)
        set_role(title, "large")
        self._side.addWidget(title)
        self._side.addSpacing(4)
        for button in (self.empty, self.file):
            button.setMinimumHeight(34)
            button.setAutoDefault(False)
            self._side.addWidget(button)
        self._recent_head = QLabel("RECENT", self)
        set_role(self._recent_head, "section")
        self._side.addSpacing(12)
        self._side.addWidget(self._recent_head)
        self._recent_list = QVBoxLayout()
        self._recent_list.setSpacing(2)
        self._side.addLayout(self._recent_list)
        self._side.addStretch(1)
        side = QWidget(self)
        side.setLayout(self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(SIDE)
        self._recent_head.hide()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(20, 20, 16, 16)
        whole.setSpacing(24)
        whole.addWidget(side)
        whole.addLayout(self._template_side(), 1)

    def _template_side(self) -> QVBoxLayout:
        grid_page = QWidget()
        self._grid = QGridLayout(grid_page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._scroll = QScrollArea(self)
        set_role(self._scroll, "panel")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(grid_page)
        self._place_cards()
        set_role(self.use, "primary")
        self.use.setAutoDefault(False)
        head = QLabel("TEMPLATES", self)
        set_role(head, "section")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.use)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(head)
        right.addWidget(self._scroll, 1)
        right.addLayout(foot)
        return right

    def set_recent_files(self, paths: Sequence[Path]) -> None:
        """Lists files that were open before, the latest first; those that are gone are left out."""
        for row in self.recent:
            row.hide()
            row.deleteLater()
        self.recent = [RecentFile(path, self) for path in paths[:MOST_RECENT] if path.is_file()]
        for row in self.recent:
            row.opened.connect(self._open_recent)
            self._recent_list.addWidget(row)
        self._recent_head.setVisible(bool(self.recent))

    @property
    def selected(self) -> str:
        """The name of the template that is marked; "" while none is."""
        return next((name for name, card in self.cards.items() if card.isChecked()), "")

    def _place_cards(self) -> None:
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // self._columns, number % self._columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = max(1, (self.width() - BESIDE + GAP) // (CARD.width() + GAP))
        if columns != self._columns:
            self._columns = columns
            self._place_cards()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        while self._waiting:
            name = self._waiting.pop(0)
            self._background.run(
                partial(_read_preview, name), self.cards[name].show_preview, partial(self._show_failure, name)
            )

    def _show_failure(self, name: str, error: Exception) -> None:
        if not isinstance(error, ProjectError):
            raise error
        self.cards[name].setToolTip(str(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use()
            return
        super().keyPressEvent(event)

    def _show_choice(self) -> None:
        self.use.setEnabled(bool(self.selected))

    def _use(self) -> None:
        if self.selected:
            self._choose(self.selected)

    def _choose(self, name: str) -> None:
        self.accept()
        self.chosen.emit(name)

    def _start_empty(self) -> None:
        self.accept()
        self.empty_requested.emit()

    def _open_file(self) -> None:
        self.accept()
        self.open_requested.emit()

    def _open_recent(self, path: Path) -> None:
        self.accept()
        self.file_chosen.emit(path)
