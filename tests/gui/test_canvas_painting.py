"""What is painted: the same with kept pictures as without, at every zoom, and never what was there before."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.graph import Block, PortRef
from engine.judge.report import Analysis, BlockReport, Problem
from gui.canvas.card import CardItem
from gui.canvas.geometry import FARTHEST
from gui.canvas.pictures import Pictures
from gui.theme import themes
from tests.gui.canvas_help import Stage, chain


@pytest.fixture
def large(qtbot: QtBot) -> Stage:
    """A hundred blocks in rows, at their own size."""
    graph = chain("a", "b", "c")
    graph = graph.with_blocks(
        Block(f"d{i}", "Dense", f"Dense {i}", {}, 320.0 + i % 10 * 320, i // 10 * 88.0) for i in range(97)
    )
    return Stage(qtbot, graph)


def painted(stage: Stage) -> QImage:
    """The canvas as it is painted once all pictures are sharp."""
    for _ in range(8):
        picture = stage.canvas.grab().toImage()
    return picture


def plainly(stage: Stage) -> QImage:
    """The canvas without any kept picture."""
    stage.canvas.items_scene.detailed = True
    picture = stage.canvas.grab().toImage()
    stage.canvas.items_scene.detailed = False
    return picture


def difference(one: QImage, other: QImage) -> float:
    """How far two pictures are apart on average, from 0 to 255."""
    small = one.size() / 4
    first, second = one.scaled(small), other.scaled(small)
    total = 0
    for y in range(small.height()):
        for x in range(small.width()):
            a, b = QColor(first.pixel(x, y)), QColor(second.pixel(x, y))
            total += abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue())
    return total / (3 * small.width() * small.height())


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_kept_pictures_look_like_cards_painted_anew(large: Stage, zoom: float) -> None:
    large.canvas.minimap.set_wanted(False)
    large.canvas.camera.look_at(QPointF(800, 300), zoom)
    assert difference(painted(large), plainly(large)) < 1.0


def test_a_card_is_not_painted_anew_while_nothing_changes(large: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    painted(large)
    faces: list[CardItem] = []
    paint_face = CardItem.paint_face

    def count(card: CardItem, painter: QPainter) -> None:
        faces.append(card)
        paint_face(card, painter)

    monkeypatch.setattr(CardItem, "paint_face", count)
    painted(large)
    assert faces == []
    large.workspace.document.apply_graph("Rename", large.graph.with_block(Block("b", "Dense", "other", {}, 0, 88)))
    painted(large)
    assert faces == [large.canvas.items_scene.cards["b"]]


@pytest.mark.parametrize("zoom", [0.15, 0.3, 1.0])
def test_every_change_is_seen_at_once(large: Stage, zoom: float) -> None:
    large.canvas.minimap.set_wanted(False)
    large.canvas.camera.look_at(QPointF(100, 150), zoom)
    pictures = [painted(large)]

    def see() -> None:
        pictures.append(painted(large))
        assert pictures[-1] != pictures[-2]

    large.workspace.select(("b",))
    see()
    large.workspace.set_analysis(Analysis({}, (Problem("error", "b", "It does not fit."),)))
    see()
    large.canvas.items_scene.cards["c"].show_lights({("input", "input"): "target"})
    see()
    large.canvas.items_scene.place_cards({"c": QPointF(200, 300)})
    see()
    large.canvas.items_scene.restore()
    see()
    themes().set_mode("dark")
    see()
    themes().set_mode("light")
    see()
    large.workspace.set_analysis(Analysis())
    large.workspace.select(())
    assert painted(large) == pictures[0]


def test_far_away_shapes_have_their_categorys_colour_and_a_name(large: Stage) -> None:
    large.canvas.camera.look_at(QPointF(320, 0), 0.12)
    middle = large.canvas.viewport().rect().center()
    picture = large.canvas.viewport().grab().toImage()
    assert picture.pixelColor(middle) == themes().tokens.category("core")
    large.canvas.camera.look_at(QPointF(320, 0), 0.3)
    picture = large.canvas.viewport().grab().toImage()
    row = [picture.pixelColor(middle.x() + x, middle.y() + y) for x in range(-30, 20) for y in range(-4, 5)]
    assert min(colour.lightness() for colour in row) < 80  # dark letters
    assert max(colour.lightness() for colour in row) > 200  # on a pale ground


def test_a_picture_for_paper_shows_far_cards_in_full(large: Stage) -> None:
    scene = large.canvas.items_scene
    pictures = []
    for detailed in (True, False):
        scene.detailed = detailed
        picture = QImage(800, 300, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(QColor("white"))
        painter = QPainter(picture)
        scene.render(painter, QRectF(picture.rect()), scene.network_area())
        painter.end()
        pictures.append(picture)
    scene.detailed = False
    assert pictures[0] != pictures[1]


def test_moving_all_blocks_together_leaves_every_link_at_its_ports(large: Stage) -> None:
    scene = large.canvas.items_scene
    scene.place_cards({key: card.pos() + QPointF(40, 8) for key, card in scene.cards.items()})
    for link, item in scene.links.items():
        assert item.start == scene.port_place(link.source, "output")
        assert item.end == scene.port_place(link.target, "input")
        assert item.area.contains(item.path.boundingRect().center())
        assert item.shape().contains(item.path.pointAtPercent(0.5))
    scene.restore()
    large.check()


def test_pictures_are_kept_within_their_memory(large: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.canvas.pictures.MEMORY", 2**20)
    pictures = Pictures()
    target = QImage(1000, 800, QImage.Format.Format_ARGB32_Premultiplied)
    cards = list(large.canvas.items_scene.cards.values())
    for first in range(0, 100, 5):
        painter = QPainter(target)
        pictures.paint(painter, cards[first : first + 5], 1.0)
        painter.end()
        assert pictures.size <= 2**20
    for card in cards:
        pictures.forget(card)
    assert pictures.size == 0


@pytest.mark.parametrize("zoom", [1e-3, 0.1, 4.0, 8.0, math.inf, math.nan])
def test_any_zoom_and_place_can_be_painted(large: Stage, zoom: float) -> None:
    for place in (QPointF(), QPointF(FARTHEST, -FARTHEST)):
        large.canvas.camera.look_at(place, zoom)
        large.canvas.grab(QRect(0, 0, 200, 200))
        assert math.isfinite(large.canvas.camera.zoom)
        assert 0.05 < large.canvas.camera.zoom < 10
        centre = large.canvas.camera.centre()
        assert math.isfinite(centre.x())
        assert math.isfinite(centre.y())


def test_a_report_that_changes_far_away_is_on_the_card_close_up(large: Stage) -> None:
    large.canvas.camera.look_at(QPointF(0, 88), 1.0)
    before = painted(large)
    large.canvas.camera.look_at(QPointF(0, 88), 0.12)
    large.workspace.set_analysis(Analysis({"b": BlockReport(((64,),), "float32", 4160, 4160)}))
    painted(large)
    large.canvas.camera.look_at(QPointF(0, 88), 1.0)
    assert painted(large) != before


def on_screen(stage: Stage) -> QImage:
    """What a person sees of the canvas now: what was painted, not what would be."""
    QApplication.processEvents()
    canvas = stage.canvas
    return canvas.screen().grabWindow(canvas.winId()).toImage()


def test_a_link_that_jumps_to_a_port_leaves_nothing_behind(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b", "c", "d"))
    stage.canvas.camera.look_at(QPointF(0, 100), 1.0)
    start = stage.canvas.items_scene.port_place(PortRef("a", "output"), "output")
    aim = stage.canvas.items_scene.port_place(PortRef("d", "input"), "input")
    stage.press(start.x(), start.y())
    stage.move(aim.x() - 56, aim.y() - 16, steps=8)
    on_screen(stage)
    stage.move(aim.x() - 60, aim.y() + 12, steps=1)
    seen = on_screen(stage)
    stage.canvas.viewport().repaint()
    assert difference(seen, on_screen(stage)) == 0
    QTest.keyClick(stage.canvas, Qt.Key.Key_Escape)
    seen = on_screen(stage)
    stage.canvas.viewport().repaint()
    assert difference(seen, on_screen(stage)) == 0


def test_a_short_remark_is_as_high_after_a_long_one_as_before(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b"))
    bubble = stage.canvas.overlays.bubble
    bubble.show_text("6 x 6 x 32", QPointF(100, 100))
    short = bubble.size()
    bubble.show_text(
        "This link would close a circle. A network passes its data in one direction. " * 2, QPointF(90, 90)
    )
    assert bubble.height() > short.height()
    bubble.show_text("6 x 6 x 32", QPointF(100, 100))
    assert bubble.size() == short
