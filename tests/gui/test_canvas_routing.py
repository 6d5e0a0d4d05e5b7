"""Links take their way around the cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import edits
from engine.graph import Block, Graph, Group, Link, PortRef
from engine.layout import arrange
from gui.canvas import ways
from gui.canvas.geometry import CARD
from gui.canvas.lanes import spread
from gui.canvas.link import LinkItem
from gui.canvas.routing import Box, Obstacles, find_way
from gui.canvas.scene import CanvasScene
from tests.gui.canvas_help import Stage, chain, link


def graph_of(count: int, pairs: list[tuple[int, int]]) -> Graph:
    """Add blocks, which take any number of links, linked as the pairs of numbers say."""
    blocks = {f"b{i}": Block(f"b{i}", "Add", f"Add {i}") for i in range(count)}
    return Graph(blocks, tuple(Link(PortRef(f"b{a}", "output"), PortRef(f"b{b}", "inputs")) for a, b in pairs))


def places_on(item: LinkItem) -> Iterator[QPointF]:
    """Places along a link, no more than 8 pixels from one to the next."""
    for line in item.path.toSubpathPolygons():
        for index in range(line.count() - 1):
            start, end = line.at(index), line.at(index + 1)
            steps = int((end - start).manhattanLength() // 8) + 1
            yield from (start + (end - start) * (step / steps) for step in range(steps + 1))


def crossed(scene: CanvasScene) -> list[tuple[Link, str]]:
    """Links that come nearer than 4 pixels to a card that is not theirs, or run through one that is."""
    areas = {key: CARD.translated(card.pos()) for key, card in scene.cards.items()}
    found = []
    for one, item in scene.links.items():
        for key, area in areas.items():
            own = key in (one.source.block, one.target.block)
            near = area.adjusted(2, 2, -2, -2) if own else area.adjusted(-3.9, -3.9, 3.9, 3.9)
            if item.path.controlPointRect().intersects(near) and any(near.contains(at) for at in places_on(item)):
                found.append((one, key))
    return found


@st.composite
def laid_out_graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(2, 24))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=44, unique=True))
    graph = graph_of(count, [(a, b) for a, b in pairs if a < b])
    return arrange(replace(graph, direction=draw(st.sampled_from(("down", "right")))))


@given(laid_out_graphs())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_a_laid_out_graph_no_link_runs_through_a_card(qapp: QApplication, graph: Graph) -> None:
    scene = CanvasScene()
    scene.show_graph(graph)
    assert crossed(scene) == []


@pytest.mark.parametrize("direction", ["down", "right"])
def test_skips_run_beside_each_other_and_nest(qapp: QApplication, direction: str) -> None:
    graph = graph_of(7, [*pairwise(range(7)), (0, 6), (1, 5), (2, 4)])
    scene = CanvasScene()
    scene.show_graph(arrange(replace(graph, direction="down" if direction == "down" else "right")))
    skips = [scene.links[one] for one in graph.links[-3:]]
    lanes = [{at.x() if direction == "down" else at.y() for at in item.via[1:3]} for item in skips]
    assert [len(lane) for lane in lanes] == [1, 1, 1]
    far = [lane.pop() for lane in lanes]
    assert far == sorted(far, reverse=True)
    assert all(abs(one - other) >= 11.9 for one, other in pairwise(far))


def test_a_link_that_meets_no_card_is_one_curve(qapp: QApplication) -> None:
    scene = CanvasScene()
    scene.show_graph(chain("a", "b", "c"))
    assert [item.via for item in scene.links.values()] == [(), ()]


def test_a_link_that_leads_back_goes_around_both_cards() -> None:
    boxes: list[Box] = [(-136, -30, 136, 30), (-136, 270, 136, 330)]
    way, _ = find_way((0, 330), (0, -30), Obstacles(boxes))
    assert way is not None
    corners = way.corners()
    assert corners[0][1] > 330
    assert corners[-1][1] < -30
    assert all(x in (0, 156) for x, _ in corners)


def test_the_order_of_the_links_does_not_change_their_ways() -> None:
    cards: list[Box] = [(-136, 88.0 * row - 30, 136, 88.0 * row + 30) for row in range(6)]
    ends = [((0.0, 30.0), (0.0, 410.0)), ((0.0, 118.0), (0.0, 322.0))]
    pictures = []
    for order in (ends, ends[::-1]):
        ways = [way for one in order for way in [find_way(*one, Obstacles(cards))[0]] if way is not None]
        spread(ways)
        pictures.append({way.start: way.corners() for way in ways})
    assert pictures[0] == pictures[1]


def test_a_card_put_on_a_link_pushes_it_aside_and_undo_lets_it_back(qtbot: QtBot) -> None:
    graph = chain("a", "b", "c", step=200).with_block(Block("e", "Dense", "E", {}, 400, 100))
    stage = Stage(qtbot, graph)
    item = stage.canvas.items_scene.links[link("a", "b")]
    stage.workspace.document.apply_graph("Move", edits.move_blocks(stage.graph, {"e": (0, 100)}))
    assert item.via
    assert crossed(stage.canvas.items_scene) == []
    stage.check()
    stage.workspace.document.undo()
    assert item.via == ()
    stage.check()


def test_while_a_card_is_moved_its_links_avoid_the_others(qtbot: QtBot) -> None:
    stage = Stage(qtbot, chain("a", "b", "c"))
    stage.workspace.document.apply_graph("Skip", stage.graph.without_links(stage.graph.links).with_link(link("a", "c")))
    item = stage.canvas.items_scene.links[link("a", "c")]
    before = item.via
    assert before
    stage.press(-100, 176)
    stage.move(-100, 300)
    assert item.via
    assert not any(CARD.translated(QPointF(0, 88)).contains(at) for at in places_on(item))
    stage.key(Qt.Key.Key_Escape)
    assert item.via == before
    stage.check()


def test_a_link_between_two_moved_cards_moves_along(qtbot: QtBot) -> None:
    stage = Stage(qtbot, _with_skip())
    item = stage.canvas.items_scene.links[_SKIP]
    before = item.via
    stage.canvas.items_scene.place_cards(
        {key: card.pos() + QPointF(40, 8) for key, card in stage.canvas.items_scene.cards.items()}
    )
    assert item.via == tuple(at + QPointF(40, 8) for at in before)
    stage.canvas.items_scene.restore()
    assert item.via == before


def test_the_pointer_finds_a_link_on_its_way(qtbot: QtBot) -> None:
    stage = Stage(qtbot, _with_skip())
    corner = stage.canvas.items_scene.links[_SKIP].via
    hit = stage.canvas.items_scene.hit(QPointF(corner[1].x(), (corner[1].y() + corner[2].y()) / 2))
    assert hit.link == _SKIP
    assert (
        QRectF(corner[1], corner[2])
        .normalized()
        .adjusted(-1, -1, 1, 1)
        .contains(stage.canvas.items_scene.links[_SKIP].middle())
    )


_SKIP = Link(PortRef("b0", "output"), PortRef("b3", "inputs"))


def _with_skip() -> Graph:
    return arrange(graph_of(4, [(0, 1), (1, 2), (2, 3), (0, 3)]))


def test_a_collapsed_groups_card_is_in_the_way_like_any_other(qtbot: QtBot) -> None:
    graph = _with_skip().with_group(Group("group_1", "Middle", collapsed=True))
    graph = graph.with_blocks(replace(graph.blocks[key], group="group_1") for key in ("b1", "b2"))
    stage = Stage(qtbot, arrange(graph))
    scene = stage.canvas.items_scene
    area = CARD.translated(scene.groups.cards["group_1"].pos())
    assert scene.links[_SKIP].via
    assert not any(area.contains(at) for at in places_on(scene.links[_SKIP]))


def test_a_tangle_is_led_around_its_cards_too(qapp: QApplication) -> None:
    pairs = [(a, b) for a in range(60) for b in (a + 1, a + 7 * (a % 5 + 1)) if b < 60]
    scene = CanvasScene()
    scene.show_graph(arrange(graph_of(60, list(dict.fromkeys(pairs)))))
    assert crossed(scene) == []


def _tangle() -> Graph:
    """A laid out graph with more links than are led around the cards at once."""
    pairs = [(a, b) for a in range(150) for b in (a + 1, a + 7 * (a % 5 + 1)) if b < 150]
    return arrange(graph_of(150, list(dict.fromkeys(pairs))))


def _finished(graph: Graph) -> dict[Link, tuple[QPointF, ...]]:
    """The corners that all links have in the end."""
    scene = CanvasScene()
    scene.show_graph(graph)
    scene.ways.finish()
    return {one: item.via for one, item in scene.links.items()}


def test_the_ways_of_many_links_are_found_piece_by_piece(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "SLICE", 0.0)
    graph = _tangle()
    scene = CanvasScene()
    scene.show_graph(graph)
    assert scene.ways.is_busy
    assert all(item.via == () for item in scene.links.values())
    monkeypatch.undo()
    qtbot.waitUntil(lambda: not scene.ways.is_busy)
    assert crossed(scene) == []
    assert {one: item.via for one, item in scene.links.items()} == _finished(graph)


def test_a_change_while_ways_are_looked_for_begins_again_with_the_new_places(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "SLICE", 0.0)
    graph = _tangle()
    scene = CanvasScene()
    scene.show_graph(graph)
    for changed in (
        edits.move_blocks(graph, {"b70": (graph.blocks["b70"].x + 40, graph.blocks["b70"].y)}),
        graph.without_blocks(["b20", "b21"]),
    ):
        scene.show_graph(changed)
        assert scene.ways.is_busy
    scene.place_cards({"b3": QPointF(0, 0)})
    scene.restore()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: not scene.ways.is_busy)
    assert crossed(scene) == []
    assert {one: item.via for one, item in scene.links.items()} == _finished(changed)


def test_a_link_moved_by_a_change_in_a_large_graph_is_a_curve_until_its_way_is_found(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = _tangle()
    scene = CanvasScene()
    scene.show_graph(graph)
    scene.ways.finish()
    monkeypatch.setattr(ways, "SLICE", 0.0)
    moved = edits.move_blocks(graph, {key: (one.x + 400, one.y) for key, one in graph.blocks.items()})
    scene.show_graph(moved)
    assert all(
        item.via == () and item.start == scene.port_place(one.source, "output") for one, item in scene.links.items()
    )
    scene.ways.finish()
    assert {one: item.via for one, item in scene.links.items()} == _finished(moved)


@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_link_past_an_open_group_keeps_away_from_its_frame(qapp: QApplication, direction: str) -> None:
    graph = _with_skip().with_group(Group("group_1", "Middle"))
    graph = graph.with_blocks(replace(graph.blocks[key], group="group_1") for key in ("b1", "b2"))
    scene = CanvasScene()
    scene.show_graph(arrange(replace(graph, direction="down" if direction == "down" else "right")))
    frame = scene.groups.frames["group_1"].area.adjusted(-11.9, -11.9, 11.9, 11.9)
    assert not any(frame.contains(at) for at in places_on(scene.links[_SKIP]))


def test_a_link_within_a_group_does_not_follow_its_frames_edge(qapp: QApplication) -> None:
    graph = _with_skip().with_group(Group("group_1", "All"))
    graph = graph.with_blocks(replace(one, group="group_1") for one in graph.blocks.values())
    scene = CanvasScene()
    scene.show_graph(arrange(graph))
    frame = scene.groups.frames["group_1"].area
    lane = scene.links[_SKIP].via[1].x()
    assert min(abs(lane - frame.left()), abs(lane - frame.right())) >= 8
