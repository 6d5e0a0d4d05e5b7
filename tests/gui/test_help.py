"""The help window: a page for everything, an index that finds it, links that lead on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.catalogue import CATALOGUE
from engine.optimizers import OPTIMIZERS
from gui.dialogs.help import ADDRESS, HelpDialog
from gui.dialogs.help_pages import ADVICE, html_of, index_of_pages
from gui.theme import themes


@pytest.fixture
def dialog(qtbot: QtBot) -> HelpDialog:
    made = HelpDialog()
    qtbot.addWidget(made)
    return made


def test_every_page_of_the_index_has_a_text() -> None:
    for _, pages in index_of_pages():
        for page in pages:
            assert page.title in html_of(page.address)


@pytest.mark.parametrize("type_name", list(CATALOGUE))
def test_a_block_s_page_explains_each_of_its_parameters(type_name: str, dialog: HelpDialog) -> None:
    dialog.show_block(type_name)
    spec = CATALOGUE[type_name]
    text = dialog.browser.toPlainText()
    assert dialog.address == f"block:{type_name}"
    assert spec.what.split(".")[0] in text
    assert spec.use.split(".")[0] in text
    for param in spec.params:
        assert param.name in text
        assert param.help.split(".")[0] in text


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_an_optimizer_s_page_has_both_presets(name: str, dialog: HelpDialog) -> None:
    dialog.show_optimizer(name)
    entry = OPTIMIZERS[name]
    text = dialog.browser.toPlainText()
    assert entry.title in text
    assert "Textbook" in text
    assert "Keras" in text
    for param in entry.hyperparameters:
        assert param.name in text
        assert param.show(entry.textbook.values[param.name]) in text


def test_the_comparison_names_only_layers_that_exist() -> None:
    for advice in ADVICE:
        assert set(advice.types) <= set(CATALOGUE)
    page = html_of("page:choosing")
    for name in ("Dense", "Conv2D", "MaxPooling2D", "SimpleRNN", "LSTM", "Dropout"):
        assert f"block:{name}" in page


def test_an_unknown_type_leads_to_the_guide(dialog: HelpDialog) -> None:
    dialog.show_block("Quantum")
    assert dialog.address == "page:choosing"


def test_searching_narrows_the_index(dialog: HelpDialog, qtbot: QtBot) -> None:
    dialog.show_page("choosing")
    QTest.keyClicks(dialog.search, "adam")
    shown = [dialog.model.item(row).data(ADDRESS) for row in range(dialog.model.rowCount())]
    assert shown == [None, "optimizer:adam"]
    assert dialog.address == "optimizer:adam"
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "xyzzy")
    assert dialog.nothing.isVisible()


def test_arrows_in_the_search_field_walk_through_the_index(dialog: HelpDialog, qtbot: QtBot) -> None:
    dialog.show_block("Dense")
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    after = dialog.address
    assert after != "block:Dense"
    QTest.keyClick(dialog.search, Qt.Key.Key_Up)
    assert dialog.address == "block:Dense"


def test_links_lead_on_and_back(dialog: HelpDialog, qtbot: QtBot) -> None:
    dialog.show_page("choosing")
    assert not dialog.back.isEnabled()
    dialog.browser.anchorClicked.emit(QUrl("block:LSTM"))
    assert dialog.address == "block:LSTM"
    assert dialog.index.currentIndex().data(ADDRESS) == "block:LSTM"
    QTest.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    assert dialog.address == "page:choosing"
    assert not dialog.back.isEnabled()


def test_the_keras_link_opens_in_the_browser(dialog: HelpDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.show_block("Dense")
    reference = CATALOGUE["Dense"].reference
    assert reference in dialog.browser.toHtml()
    dialog.browser.anchorClicked.emit(QUrl(reference))
    assert [url.toString() for url in opened] == [reference]
    assert dialog.address == "block:Dense"


def test_pages_follow_the_theme(dialog: HelpDialog) -> None:
    themes().set_mode("light")
    dialog.show_block("Dense")
    light = dialog.browser.toHtml()
    themes().set_mode("dark")
    try:
        assert dialog.browser.toHtml() != light
        assert themes().tokens.text.lower() in dialog.browser.toHtml().lower()
    finally:
        themes().set_mode("light")


def test_no_page_has_to_be_scrolled_sideways(dialog: HelpDialog) -> None:
    wide = [address for address in dialog._titles if _overflows(dialog, address)]
    assert wide == []


def _overflows(dialog: HelpDialog, address: str) -> bool:
    dialog._open(address)
    return dialog.browser.horizontalScrollBar().maximum() > 0
