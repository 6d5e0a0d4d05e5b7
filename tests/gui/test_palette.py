"""The palette: finding a layer by typing, walking through the list, dragging and appending."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import CATEGORIES
from engine.document import Document
from gui.block_search import search
from gui.canvas.mime import BLOCK_MIME
from gui.panels.palette import PalettePanel
from gui.workspace import Workspace


@pytest.fixture
def palette(qtbot: QtBot) -> PalettePanel:
    panel = PalettePanel(Workspace(Document()))
    qtbot.addWidget(panel)
    panel.resize(264, 600)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return panel


def rows(panel: PalettePanel) -> list[str]:
    return [str(panel.model.index(row, 0).data()) for row in range(panel.model.rowCount())]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dense", "Dense"),
        ("LSTM", "LSTM"),
        ("conv", "Conv2D"),
        ("fully connected", "Dense"),
        ("drop", "Dropout"),
        ("max", "MaxPooling2D"),
        ("pooling max", "MaxPooling2D"),
        ("norm", "BatchNormalization"),
    ],
)
def test_search_puts_the_layer_that_is_meant_first(query: str, first: str) -> None:
    found = search(query, CATALOGUE.values())
    assert found
    assert found[0].type in (first, first.replace("2D", "1D"))


def test_search_finds_by_category_and_by_letters_in_order() -> None:
    recurrent = {spec.type for spec in CATALOGUE.values() if spec.category == "recurrent"}
    assert recurrent <= {spec.type for spec in search("recurrent", CATALOGUE.values())}
    assert "MaxPooling2D" in {spec.type for spec in search("mp2", CATALOGUE.values())}
    assert search("xyzzy", CATALOGUE.values()) == []


def test_every_type_stands_under_its_category(palette: PalettePanel) -> None:
    shown = rows(palette)
    head = ""
    seen = set()
    for row, text in enumerate(shown):
        spec = palette.model.spec(palette.model.index(row, 0))
        if spec is None:
            head = text
        else:
            assert CATEGORIES[spec.category].title.upper() == head
            seen.add(spec.type)
    assert seen == set(CATALOGUE)


def test_typing_filters_and_enter_appends_the_best_match(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.focus_search()
    QTest.keyClicks(palette.search, "dropout")
    assert rows(palette)[0] == "Dropout"
    with qtbot.waitSignal(palette.append_requested) as asked:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert asked.args == ["Dropout"]
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert len(rows(palette)) > len(CATALOGUE)


def test_arrows_in_the_search_field_choose_among_the_matches(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.focus_search()
    QTest.keyClicks(palette.search, "conv")
    second = rows(palette)[1]
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.append_requested) as asked:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert asked.args == [second]


def test_nothing_found_says_so_in_a_sentence(palette: PalettePanel, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "quantum")
    assert not palette.list.isVisible()
    assert "No layer is called “quantum”" in palette._nothing.text()
    assert palette._nothing.isVisible()


def test_arrow_keys_walk_across_the_sections(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.list.setCurrentIndex(palette.model.first())
    walked = [palette.list.current_type()]
    for _ in range(len(CATALOGUE) - 1):
        QTest.keyClick(palette.list, Qt.Key.Key_Down)
        walked.append(palette.list.current_type())
    assert set(walked) == set(CATALOGUE)


def test_up_from_the_first_row_and_letters_lead_to_the_search_field(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.list.setCurrentIndex(palette.model.first())
    QTest.keyClick(palette.list, Qt.Key.Key_Up)
    qtbot.waitUntil(palette.search.hasFocus)
    palette.list.setFocus()
    QTest.keyClick(palette.list, Qt.Key.Key_L)
    assert palette.search.text().lower() == "l"


def test_a_double_click_appends(palette: PalettePanel, qtbot: QtBot) -> None:
    index = palette.model.index_of("Dense")
    palette.list.scrollTo(index)
    place = palette.list.visualRect(index).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(palette.append_requested) as asked:
        QTest.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["Dense"]


def test_a_section_head_is_neither_chosen_nor_dragged(palette: PalettePanel, qtbot: QtBot) -> None:
    head = palette.model.index(0, 0)
    place = palette.list.visualRect(head).center()
    with qtbot.assertNotEmitted(palette.append_requested):
        QTest.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not palette.model.flags(head) & Qt.ItemFlag.ItemIsDragEnabled


def test_a_dragged_row_carries_its_type(palette: PalettePanel) -> None:
    content = palette.model.mimeData([palette.model.index_of("Conv2D")])
    assert bytes(content.data(BLOCK_MIME).data()) == b"Conv2D"
    assert palette.model.mimeData([QModelIndex()]).formats() == []


def test_f1_asks_for_the_help_of_the_row(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.list.setFocus()
    palette.list.setCurrentIndex(palette.model.index_of("Dense"))
    with qtbot.waitSignal(palette._workspace.help_requested) as asked:
        QTest.keyClick(palette.list, Qt.Key.Key_F1)
    assert asked.args == ["Dense"]


def test_every_row_explains_itself(palette: PalettePanel) -> None:
    for type_name, spec in CATALOGUE.items():
        index = palette.model.index_of(type_name)
        assert type_name in index.data(Qt.ItemDataRole.ToolTipRole)
        assert index.data(Qt.ItemDataRole.AccessibleTextRole)
        assert spec.what
