"""The help window: an index with search at the left, a page at the right. It stays open beside the work."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QKeyEvent, QKeySequence, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue import CATALOGUE
from gui.dialogs.help_pages import Page, html_of, index_of_pages
from gui.icons import icon
from gui.panels.palette import SearchField
from gui.panels.tile import draw_letter_tile, draw_tile
from gui.theme import interface_font, set_role, themes

ADDRESS = Qt.ItemDataRole.UserRole


class _IndexDelegate(QStyledItemDelegate):
    """Paints the index as the palette is painted, a little smaller."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, 28 if index.data(ADDRESS) or index.row() else 20)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = themes().tokens
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        address = index.data(ADDRESS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if address is None:
            font = interface_font(11, semibold=True)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
            painter.setFont(font)
            painter.setPen(tokens.colour("secondary"))
            where = place.adjusted(6, 0, -4, -4)
            painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        else:
            chosen = state & QStyle.StateFlag.State_Selected
            if chosen or state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.colour("accent_ground" if chosen else "hover"))
                painter.drawRoundedRect(QRectF(place).adjusted(0, 1, -2, -1), 6, 6)
            kind, _, name = str(address).partition(":")
            tile = QRectF(place.left() + 6, place.top() + 5, 18, 18)
            if kind == "block":
                draw_tile(painter, tile, CATALOGUE[name].category, CATALOGUE[name].icon)
            else:
                draw_letter_tile(painter, tile, "θ" if kind == "optimizer" else "?")
            painter.setFont(interface_font(13))
            painter.setPen(tokens.colour("text"))
            where = place.adjusted(32, 0, -6, 0)
            text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class HelpDialog(QDialog):
    """Help on blocks and optimizers, and guides. It does not keep the window from working."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lamina help")
        self.resize(960, 640)
        self._address = ""
        self._history: list[str] = []
        self._sections = index_of_pages()
        self._titles = {page.address: page.title for _, pages in self._sections for page in pages}

        self.search = SearchField(self, "Search help")
        self.model = QStandardItemModel(self)
        self.index = QListView(self)
        self.index.setModel(self.model)
        self.index.setItemDelegate(_IndexDelegate(self.index))
        self.index.setFrameShape(QFrame.Shape.NoFrame)
        self.index.setMouseTracking(True)
        self.index.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.index.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.index.setAccessibleName("Index")
        self.nothing = QLabel("Nothing found.", self)
        set_role(self.nothing, "secondary")
        self.nothing.hide()
        self.browser = QTextBrowser(self)
        self.browser.setOpenLinks(False)
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setAccessibleName("Help page")
        self.browser.document().setDocumentMargin(20)
        self.back = QToolButton(self)
        self.back.setIcon(icon("chevron-left"))
        self.back.setShortcut(QKeySequence(QKeySequence.StandardKey.Back))
        self.back.setAccessibleName("Back")
        self.back.setToolTip("Back (Alt+Left)")
        self._lay_out()

        self.search.textChanged.connect(self._filter)
        self.search.stepped.connect(self._step)
        self.search.entered.connect(self.browser.setFocus)
        self.index.selectionModel().currentChanged.connect(self._on_current)
        self.browser.anchorClicked.connect(self._follow)
        self.back.clicked.connect(self.go_back)
        themes().changed.connect(self._paint_anew)
        self.back.setEnabled(False)
        self._filter("")

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 8, 12)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.back)
        line.addWidget(self.search, 1)
        column.addLayout(line)
        column.addWidget(self.nothing)
        column.addWidget(self.index, 1)
        splitter = QSplitter(self)
        splitter.addWidget(left)
        splitter.addWidget(self.browser)
        splitter.setSizes([232, 728])
        splitter.setStretchFactor(1, 1)
        splitter.setCollapsible(1, False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)

    def show_block(self, type_name: str) -> None:
        """Opens the page of a block type."""
        self._open(f"block:{type_name}")

    def show_optimizer(self, name: str) -> None:
        """Opens the page of an optimizer."""
        self._open(f"optimizer:{name}")

    def show_page(self, name: str) -> None:
        """Opens a guide: `choosing` or `losses`."""
        self._open(f"page:{name}")

    @property
    def address(self) -> str:
        """What is shown, such as `block:Dense`."""
        return self._address

    def go_back(self) -> None:
        """Shows the page before."""
        if self._history:
            before = self._history.pop()
            self._show(before)
        self.back.setEnabled(bool(self._history))

    def _open(self, address: str) -> None:
        self._go(address if address in self._titles else "page:choosing")
        self.show()
        self.raise_()
        self.activateWindow()

    def _go(self, address: str) -> None:
        """Shows a page and remembers the one that was there."""
        if address == self._address:
            return
        if self._address:
            self._history.append(self._address)
        self._show(address)
        self.back.setEnabled(bool(self._history))

    def _show(self, address: str) -> None:
        self._address = address
        self.browser.setHtml(html_of(address))
        self.setWindowTitle(f"{self._titles[address]} – Lamina help")
        item = self._item(address)
        if item is None and self.search.text():
            self.search.clear()
            item = self._item(address)
        if item is not None:
            self.index.setCurrentIndex(item.index())
            self.index.scrollTo(item.index())

    def _paint_anew(self) -> None:
        self.index.viewport().update()
        if self._address:
            place = self.browser.verticalScrollBar().value()
            self.browser.setHtml(html_of(self._address))
            self.browser.verticalScrollBar().setValue(place)

    def _item(self, address: str) -> QStandardItem | None:
        items = (self.model.item(row) for row in range(self.model.rowCount()))
        return next((item for item in items if item.data(ADDRESS) == address), None)

    def _filter(self, query: str) -> None:
        """Shows the pages that hold every word typed."""
        words = query.lower().split()

        def matches(page: Page) -> bool:
            text = " ".join((page.title, *page.words)).lower()
            return all(word in text for word in words)

        selection = self.index.selectionModel()
        selection.blockSignals(True)
        self.model.clear()
        for title, pages in self._sections:
            found = [page for page in pages if matches(page)]
            if not found:
                continue
            head = QStandardItem(title.upper())
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.model.appendRow(head)
            for page in found:
                item = QStandardItem(page.title)
                item.setData(page.address, ADDRESS)
                self.model.appendRow(item)
        selection.blockSignals(False)
        self.nothing.setVisible(self.model.rowCount() == 0)
        shown = self._item(self._address)
        if shown is not None:
            self.index.setCurrentIndex(shown.index())
        elif query and self.model.rowCount():
            self.index.setCurrentIndex(self.model.item(1).index())

    def _step(self, key: Qt.Key) -> None:
        """Arrow keys in the search field walk through the index."""
        down = key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
        row = self.index.currentIndex().row() + (1 if down else -1)
        while 0 <= row < self.model.rowCount():
            if self.model.item(row).data(ADDRESS):
                self.index.setCurrentIndex(self.model.index(row, 0))
                return
            row += 1 if down else -1

    def _on_current(self, current: QModelIndex, _: QModelIndex) -> None:
        address = current.data(ADDRESS)
        if isinstance(address, str):
            self._go(address)

    def _follow(self, url: QUrl) -> None:
        address = url.toString()
        if address in self._titles:
            self._go(address)
        elif url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # a dialog would press its first button
        super().keyPressEvent(event)
