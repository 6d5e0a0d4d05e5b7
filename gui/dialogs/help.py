"""The help window: an index with search at the left, a page at the right. It stays open beside the work."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.help_pages import Page, html_of, index_of_pages
from gui.icons import icon
from gui.panels.palette import SearchField
from gui.theme import set_role, themes

ADDRESS = Qt.ItemDataRole.UserRole


class HelpDialog(QDialog):
    """Help on blocks and optimizers, and guides. It does not keep the window from working."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lamina help")
        self.resize(900, 640)
        self._address = ""
        self._history: list[str] = []
        self._sections = index_of_pages()
        self._titles = {page.address: page.title for _, pages in self._sections for page in pages}

        self.search = SearchField(self, "Search help")
        self.model = QStandardItemModel(self)
        self.index = QTreeView(self)
        self.index.setModel(self.model)
        self.index.setHeaderHidden(True)
        self.index.setIndentation(12)
        self.index.setRootIsDecorated(False)
        self.index.setItemsExpandable(False)
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
        splitter.setSizes([232, 668])
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
        if self._address:
            place = self.browser.verticalScrollBar().value()
            self.browser.setHtml(html_of(self._address))
            self.browser.verticalScrollBar().setValue(place)

    def _item(self, address: str) -> QStandardItem | None:
        for section in range(self.model.rowCount()):
            head = self.model.item(section)
            for row in range(head.rowCount()):
                if head.child(row).data(ADDRESS) == address:
                    return head.child(row)
        return None

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
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = self.font()
            font.setPixelSize(11)
            font.setWeight(font.Weight.DemiBold)
            head.setFont(font)
            for page in found:
                item = QStandardItem(page.title)
                item.setData(page.address, ADDRESS)
                head.appendRow(item)
            self.model.appendRow(head)
        self.index.expandAll()
        selection.blockSignals(False)
        self.nothing.setVisible(self.model.rowCount() == 0)
        shown = self._item(self._address)
        if shown is not None:
            self.index.setCurrentIndex(shown.index())
        elif query and self.model.rowCount():
            self.index.setCurrentIndex(self.model.item(0).child(0).index())

    def _step(self, key: Qt.Key) -> None:
        """Arrow keys in the search field walk through the index."""
        down = key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
        index = self.index.currentIndex()
        while True:
            index = self.index.indexBelow(index) if down else self.index.indexAbove(index)
            if not index.isValid():
                return
            if index.data(ADDRESS):
                self.index.setCurrentIndex(index)
                return

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
