"""The gallery: every template as a card, and each way out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.templates import TEMPLATES, load_template
from gui.background import Background
from gui.dialogs.gallery import GalleryDialog, preview_of


@pytest.fixture
def gallery(qtbot: QtBot) -> Iterator[GalleryDialog]:
    background = Background()
    made = GalleryDialog(background)
    qtbot.addWidget(made)
    made.open()
    qtbot.waitExposed(made)
    yield made
    background.finish()


def test_every_template_has_a_card_with_its_network(gallery: GalleryDialog, qtbot: QtBot) -> None:
    assert list(gallery.cards) == list(TEMPLATES)
    qtbot.waitUntil(lambda: all(card.preview is not None for card in gallery.cards.values()))
    for name, card in gallery.cards.items():
        graph = load_template(name).graph
        assert card.preview is not None
        assert len(card.preview.blocks) == len(graph.blocks)
        assert len(card.preview.links) == len(graph.links)
        assert card.accessibleName() == TEMPLATES[name].title


def test_a_preview_lies_in_the_unit_square() -> None:
    preview = preview_of(load_template("mnist-cnn"))
    assert all(0 <= x <= 1 and 0 <= y <= 1 for _, x, y in preview.blocks)
    assert preview.blocks[0][0] == "data"
    assert preview.data == "MNIST"


def test_a_double_click_opens_a_template(gallery: GalleryDialog, qtbot: QtBot) -> None:
    card = gallery.cards["digits-mlp"]
    with qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.mouseDClick(card, Qt.MouseButton.LeftButton)
    assert chosen.args == ["digits-mlp"]
    assert not gallery.isVisible()


def test_a_click_marks_and_the_button_opens(gallery: GalleryDialog, qtbot: QtBot) -> None:
    QTest.mouseClick(gallery.cards["iris-mlp"], Qt.MouseButton.LeftButton)
    assert gallery.selected == "iris-mlp"
    assert sum(card.isChecked() for card in gallery.cards.values()) == 1
    with qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.mouseClick(gallery.use, Qt.MouseButton.LeftButton)
    assert chosen.args == ["iris-mlp"]


def test_keys_alone_open_a_template(gallery: GalleryDialog, qtbot: QtBot) -> None:
    gallery.activateWindow()
    first = gallery.cards["digits-mlp"]
    first.setFocus()
    qtbot.waitUntil(lambda: gallery.selected == "digits-mlp")
    QTest.keyClick(first, Qt.Key.Key_Right)
    marked = gallery.selected
    assert marked not in ("", "digits-mlp")
    with qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.keyClick(gallery.cards[marked], Qt.Key.Key_Return)
    assert chosen.args == [marked]


def test_empty_network_and_open_a_file(gallery: GalleryDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gallery.empty_requested):
        QTest.mouseClick(gallery.empty, Qt.MouseButton.LeftButton)
    assert not gallery.isVisible()
    gallery.open()
    with qtbot.waitSignal(gallery.open_requested):
        QTest.mouseClick(gallery.file, Qt.MouseButton.LeftButton)
    assert not gallery.isVisible()


def test_recent_files_that_are_gone_are_left_out(gallery: GalleryDialog, qtbot: QtBot, tmp_path: Path) -> None:
    there = tmp_path / "mine.lamina"
    there.write_text("{}", encoding="utf-8")
    gallery.set_recent_files([tmp_path / "gone.lamina", there])
    assert [row.path for row in gallery.recent] == [there]
    with qtbot.waitSignal(gallery.file_chosen) as chosen:
        QTest.mouseClick(gallery.recent[0], Qt.MouseButton.LeftButton)
    assert chosen.args == [there]


def test_escape_leaves_without_a_choice(gallery: GalleryDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(gallery.chosen):
        QTest.keyClick(gallery, Qt.Key.Key_Escape)
    assert not gallery.isVisible()
