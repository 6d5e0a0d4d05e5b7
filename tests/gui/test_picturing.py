"""Pictures of a network: what is in them, in every kind of file, on the clipboard and on paper."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.graph import Block, Graph
from engine.judge.report import Analysis, BlockReport, Problem
from engine.project import Project
from gui.background import Background
from gui.picture import (
    Picture,
    PictureLook,
    bands,
    fitting_scale,
    image_of,
    pdf_of,
    pixels_of,
    png_bytes,
    print_picture,
    svg_of,
)
from gui.picturing import Picturing
from gui.preferences import Preferences
from gui.theme import prepare, themes
from gui.workspace import Workspace
from tests.gui.canvas_help import chain

SVG = "{http://www.w3.org/2000/svg}"
WORD = Analysis(
    {"b": BlockReport(((26, 26, 32),), parameters=320, trainable=320), "c": BlockReport()},
    (Problem("error", "c", "It does not fit."),),
)


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    prepare(qapp, "light")


def array(image: QImage) -> np.ndarray:
    """An image's pixels as numbers, (height, width, 4)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def texts(svg: bytes) -> list[str]:
    return [(found.text or "").strip() for found in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_picture_has_tight_margins_and_a_transparent_ground() -> None:
    picture = Picture(chain("a", "b", "c"), Analysis(), PictureLook())
    assert picture.size().toTuple() == (304, 268)
    image = image_of(picture, 2)
    assert image.size().toTuple() == (608, 536)
    assert image.pixelColor(2, 2).alpha() == 0
    assert image.pixelColor(304, 90).alpha() == 255


def test_the_theme_of_a_picture_is_its_own(qapp: QApplication) -> None:
    graph = chain("a", "b", "c")
    on_light = array(image_of(Picture(graph, Analysis(), PictureLook(ground=True)), 1))
    dark = image_of(Picture(graph, Analysis(), PictureLook(ground=True, theme="dark")), 1)
    prepare(qapp, "dark")
    assert np.array_equal(array(image_of(Picture(graph, Analysis(), PictureLook(ground=True)), 1)), on_light)
    assert dark.pixelColor(2, 2) == QColor(themes().tokens.canvas)
    assert themes().tokens.name == "dark"


def test_shapes_can_be_left_out_and_problems_never_show() -> None:
    graph = chain("a", "b", "c", "d")
    assert "26 × 26 × 32" in texts(svg_of(Picture(graph, WORD, PictureLook()), ""))
    for shapes in (True, False):
        bare = texts(svg_of(Picture(graph, WORD, PictureLook(shapes=shapes)), ""))
        assert "?" not in bare
        assert {"A", "B", "C", "D"} <= set(bare)
    assert "26 × 26 × 32" not in bare
    clean = Analysis({"b": WORD.blocks["b"]})
    assert np.array_equal(
        array(image_of(Picture(graph, WORD, PictureLook()), 1)),
        array(image_of(Picture(graph, clean, PictureLook()), 1)),
    )


def test_svg_is_valid_has_text_and_no_pixels_and_renders_like_the_screen() -> None:
    graph = chain("a", "b", "c").with_block(Block("x", "Dense", 'A <b> & "c"', {}, 340, 88))
    picture = Picture(graph, Analysis(), PictureLook(ground=True))
    svg = svg_of(picture, "Mine & <yours>\x00")
    root = ET.fromstring(svg)
    assert root.findtext(f"{SVG}title") == "Mine & <yours>"
    assert not list(root.iter(f"{SVG}image"))
    assert 'A <b> & "c"' in texts(svg)
    families = {found.get("font-family", "") for found in root.iter(f"{SVG}text")}
    assert all(family.endswith(("sans-serif", "monospace")) for family in families)
    image = QImage(picture.size(), QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer = QSvgRenderer(svg)
    assert renderer.isValid()
    renderer.render(painter)
    painter.end()
    difference = np.abs(array(image) - array(image_of(picture, 1)))[..., :3].mean()
    assert difference < 4


def test_a_large_picture_is_painted_in_bands_that_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.picture.BAND", 30_000)
    picture = Picture(chain("a", "b", "c", "d"), WORD, PictureLook())
    parts = list(bands(picture, 2))
    whole = image_of(picture, 2)
    assert len(parts) > 5
    png = png_bytes([pixels_of(part) for part in parts], (whole.width(), whole.height()), 7559)
    read = QImage.fromData(png)
    assert read.dotsPerMeterX() == 7559
    assert np.abs(array(read) - array(whole)).max() <= 8
    assert np.abs(array(read) - array(whole)).mean() < 0.01


def test_no_picture_is_larger_than_an_image_can_be() -> None:
    graph = Graph().with_blocks([Block("a", "Dense", "A"), Block("b", "Dense", "B", {}, 1e6, 1e6)])
    picture = Picture(graph, Analysis(), PictureLook())
    scale = fitting_scale(picture, 4)
    size = picture.size(scale)
    assert size.width() * size.height() < 66_000_000
    assert max(size.toTuple()) <= 30_001
    assert fitting_scale(Picture(chain("a", "b", "c"), Analysis(), PictureLook()), 4) == 4


def test_pdf_and_print_are_pages(tmp_path: Path) -> None:
    picture = Picture(chain("a", "b", "c"), WORD, PictureLook())
    assert pdf_of(picture, "Mine").startswith(b"%PDF")
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    print_picture(picture, printer)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


class Desk:
    """A window with a network, and what makes its pictures."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.workspace = Workspace(Document(Project(chain("a", "b", "c"), title="Mine")))
        self.background = Background()
        self.picturing = Picturing(self.window, self.workspace, self.background, Preferences())
        self.messages: list[str] = []
        self.workspace.message_posted.connect(self.messages.append)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.background.finish()
    made.window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_copy_puts_pixels_and_svg_of_all_or_of_the_selection_on_the_clipboard(desk: Desk) -> None:
    desk.picturing.copy()
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert {"image/png", "image/svg+xml"} <= set(mime.formats())
    assert QImage.fromData(mime.data("image/png")).size().toTuple() == (608, 536)
    assert texts(bytes(mime.data("image/svg+xml").data()))[0] == "A"
    assert "608 × 536 pixels" in desk.messages[-1]
    desk.workspace.select(("b",))
    desk.picturing.copy()
    mime = QGuiApplication.clipboard().mimeData()
    assert [text for text in texts(bytes(mime.data("image/svg+xml").data())) if len(text) == 1] == ["B"]


def test_an_empty_network_has_no_picture(desk: Desk, tmp_path: Path) -> None:
    desk.workspace.document.apply_graph("Clear", Graph())
    desk.picturing.copy()
    desk.picturing.ask(tmp_path / "net")
    assert desk.picturing.dialog is None
    assert len(desk.messages) == 2


@pytest.mark.parametrize(
    ("number", "kind", "start"), [(2, "png", b"\x89PNG"), (3, "svg", b"<?xml"), (4, "pdf", b"%PDF")]
)
def test_the_dialog_saves_what_it_shows(
    desk: Desk, qtbot: QtBot, tmp_path: Path, number: int, kind: str, start: bytes
) -> None:
    desk.picturing.ask(tmp_path / "net")
    dialog = desk.picturing.dialog
    assert dialog is not None
    QTest.mouseClick(dialog.ground, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.themes.button(1), Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.files.button(number), Qt.MouseButton.LeftButton)
    dialog.grab()
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    chooser = desk.window.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    assert chooser.selectedFiles() == [str(tmp_path / f"net.{kind}")]
    chooser.accept()
    path = tmp_path / f"net.{kind}"
    qtbot.waitUntil(path.is_file)
    qtbot.waitUntil(lambda: desk.messages == [f"net.{kind} is saved."])
    assert path.read_bytes().startswith(start)
    assert desk.picturing.look == PictureLook(shapes=True, ground=True, theme="dark")
    if kind == "png":
        assert QImage(str(path)).size().toTuple() == (1216, 1072)


def test_a_cancelled_painting_writes_nothing(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    picture = desk.picturing.picture()
    assert picture is not None
    desk.picturing.save(picture, tmp_path / "net.png", 4, "png")
    painting = desk.picturing.painting
    assert painting is not None
    painting.progress.cancel()
    qtbot.waitUntil(lambda: desk.picturing.painting is None)
    assert list(tmp_path.glob("*.png")) == []
