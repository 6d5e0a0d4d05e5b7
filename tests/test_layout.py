"""Automatic layout: rows, order, room, and that it leaves alone what it should."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import Block, Comment, Graph, Group, Link, PortRef
from engine.groups import card_area, group_area
from engine.layout import arrange, lay_out
from engine.layout.layers import assign_layers
from engine.project import from_json
from engine.templates import TEMPLATES, load_template

WIDTH, HEIGHT = 272, 60


def graph_of(count: int, pairs: list[tuple[int, int]]) -> Graph:
    """Add blocks, which take any number of links, linked as the pairs of numbers say."""
    blocks = {f"b{i}": Block(f"b{i}", "Add", f"Add {i}") for i in range(count)}
    return Graph(blocks, tuple(Link(PortRef(f"b{a}", "output"), PortRef(f"b{b}", "inputs")) for a, b in pairs))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Graphs in any shape, in both directions, with groups now and then."""
    count = draw(st.integers(1, 24))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=40, unique=True))
    graph = graph_of(count, [(a, b) for a, b in pairs if a < b])
    if draw(st.booleans()):
        members = draw(st.sets(st.sampled_from(list(graph.blocks)), min_size=1, max_size=6))
        graph = graph.with_group(Group("group_1", "Group", collapsed=False))
        graph = graph.with_blocks(replace(graph.blocks[key], group="group_1") for key in members)
    return replace(graph, direction=draw(st.sampled_from(("down", "right"))))


def overlapping(graph: Graph) -> list[tuple[str, str]]:
    """The pairs of cards that cover each other."""
    return [
        (one.id, other.id)
        for one, other in combinations(graph.blocks.values(), 2)
        if abs(one.x - other.x) < WIDTH and abs(one.y - other.y) < HEIGHT
    ]


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_no_cards_overlap_and_all_stand_on_the_grid(graph: Graph) -> None:
    laid_out = arrange(graph)
    assert overlapping(laid_out) == []
    assert all(block.x % 4 == 0 and block.y % 4 == 0 for block in laid_out.blocks.values())


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_links_lead_onwards_and_the_picture_is_stable(graph: Graph) -> None:
    graph = replace(graph, groups={}, blocks={key: replace(one, group="") for key, one in graph.blocks.items()})
    laid_out = arrange(graph)
    for link in laid_out.links:
        source, target = laid_out.blocks[link.source.block], laid_out.blocks[link.target.block]
        assert (source.y < target.y) if graph.direction == "down" else (source.x < target.x)
    assert arrange(laid_out) == laid_out


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_an_open_groups_frame_covers_no_other_card(graph: Graph) -> None:
    laid_out = arrange(graph)
    for group in laid_out.groups:
        frame = group_area(laid_out, group)
        assert not any(
            frame.meets(card_area(block.x, block.y)) for block in laid_out.blocks.values() if block.group != group
        )


@st.composite
def small_links(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], set[int]]:
    """A few cells, links that form no circle, and which cells belong into the first row."""
    count = draw(st.integers(1, 6))
    pairs = list(combinations(range(count), 2))
    links = draw(st.lists(st.sampled_from(pairs), max_size=9, unique=True)) if pairs else []
    return count, links, draw(st.sets(st.integers(0, count - 1)))


def length(layers: list[int], links: list[tuple[int, int]]) -> int:
    """How many rows all links lead down in sum."""
    return sum(layers[target] - layers[source] for source, target in links)


@given(small_links())
@settings(max_examples=150, deadline=None)
def test_no_other_rows_make_the_links_shorter(drawn: tuple[int, list[tuple[int, int]], set[int]]) -> None:
    count, links, first = drawn
    fixed = first - {target for _, target in links}
    layers = assign_layers(count, links, first)
    assert min(layers) == 0
    assert all(layers[source] < layers[target] for source, target in links)
    assert all(layers[cell] == 0 for cell in fixed)
    shortest = min(
        length(list(rows), links)
        for rows in product(*([0] if cell in fixed else range(count) for cell in range(count)))
        if all(rows[source] < rows[target] for source, target in links)
    )
    assert length(layers, links) == shortest


def test_a_branch_stands_near_to_where_most_of_its_links_lead() -> None:
    # A chain of eight, and a branch of three beside it that joins the chain's end: two links lead on from it.
    links = [*pairwise(range(8)), (0, 8), (8, 9), (9, 10), (10, 7), (9, 7), (8, 7)]
    layers = assign_layers(11, links)
    assert [layers[cell] for cell in (8, 9, 10)] == [4, 5, 6]


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name != "digits-residual"])
def test_every_template_that_is_a_chain_is_drawn_straight(name: str) -> None:
    laid_out = arrange(load_template(name).graph)
    chain = [laid_out.blocks[key] for key in laid_out.order()]
    assert {block.x for block in chain} == {chain[0].x}
    assert all(below.y - above.y == 88 for above, below in pairwise(chain))


def test_a_chain_stays_straight_beside_a_skip() -> None:
    laid_out = arrange(graph_of(5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (1, 4)]))
    assert len({block.x for block in laid_out.blocks.values()}) == 1


def test_branches_stand_around_where_they_part_and_meet_again() -> None:
    laid_out = arrange(graph_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]))
    top, left, right, bottom = (laid_out.blocks[f"b{i}"] for i in range(4))
    assert top.x == bottom.x == (left.x + right.x) / 2
    assert left.y == right.y


def test_what_a_merge_block_joins_stands_in_the_order_of_its_links() -> None:
    pairs = [(0, 1), (0, 2), (0, 3), (3, 4), (2, 4), (1, 4)]
    laid_out = arrange(graph_of(5, pairs))
    places = [laid_out.blocks[key].x for key in ("b3", "b2", "b1")]
    assert places == sorted(places)


def test_inputs_stand_at_the_top() -> None:
    blocks = {
        key: Block(key, kind, key) for key, kind in (("a", "Input"), ("b", "Dense"), ("c", "Add"), ("d", "Input"))
    }
    ends = (("a", "b", "input"), ("b", "c", "inputs"), ("d", "c", "inputs"))
    links = tuple(Link(PortRef(one, "output"), PortRef(other, port)) for one, other, port in ends)
    laid_out = arrange(Graph(blocks, links))
    assert laid_out.blocks["a"].y == laid_out.blocks["d"].y < laid_out.blocks["b"].y < laid_out.blocks["c"].y


def test_pieces_that_are_not_connected_stand_side_by_side() -> None:
    laid_out = arrange(graph_of(4, [(0, 1), (2, 3)]))
    assert laid_out.blocks["b0"].y == laid_out.blocks["b2"].y
    assert laid_out.blocks["b2"].x - laid_out.blocks["b0"].x == WIDTH + 64


def test_many_loose_blocks_make_no_endless_row() -> None:
    places = lay_out(graph_of(100, [])).values()
    assert max(x for x, _ in places) - min(x for x, _ in places) < 12 * (WIDTH + 64)


def test_to_the_right_every_step_goes_right() -> None:
    laid_out = arrange(replace(graph_of(3, [(0, 1), (1, 2)]), direction="right"))
    first, second, third = (laid_out.blocks[f"b{i}"] for i in range(3))
    assert (second.x - first.x, third.x - second.x) == (344, 344)
    assert first.y == second.y == third.y


def test_the_middle_of_the_network_stays_where_it_is() -> None:
    graph = graph_of(3, [(0, 1), (1, 2)])
    moved = replace(graph, blocks={key: replace(one, x=1000, y=2000) for key, one in graph.blocks.items()})
    places = list(lay_out(moved).values())
    assert sum(x for x, _ in places) / 3 == 1000
    assert sum(y for _, y in places) / 3 == 2000


def test_only_the_asked_blocks_move() -> None:
    graph = graph_of(4, [(0, 1), (1, 2), (2, 3)])
    assert set(lay_out(graph, ["b0", "b1"])) == {"b0", "b1"}
    assert lay_out(Graph()) == {}


def test_a_collapsed_group_is_one_card_and_its_blocks_keep_their_places_in_it() -> None:
    graph = graph_of(5, [(0, 1), (1, 2), (2, 3), (3, 4)]).with_group(Group("group_1", "Stage", collapsed=True))
    graph = graph.with_blocks(
        replace(graph.blocks[key], group="group_1", x=x, y=y)
        for key, x, y in (("b1", 0, 0), ("b2", 50, 88), ("b3", 0, 176))
    )
    laid_out = arrange(graph)
    first, second = laid_out.blocks["b1"], laid_out.blocks["b2"]
    assert (second.x - first.x, second.y - first.y) == (50, 88)
    middle = (laid_out.blocks["b1"].y + laid_out.blocks["b3"].y) / 2
    assert middle - laid_out.blocks["b0"].y == laid_out.blocks["b4"].y - middle == 88


def test_comments_stay_beside_their_blocks() -> None:
    graph = graph_of(2, [(0, 1)])
    graph = graph.with_blocks([replace(graph.blocks["b1"], x=900, y=40)]).with_comment(Comment("c", "here", 1080, 0))
    laid_out = arrange(graph)
    before, after = graph.comments["c"].x - 900, laid_out.comments["c"].x - laid_out.blocks["b1"].x
    assert before == after


def test_data_that_leave_a_group_and_come_back_are_no_obstacle() -> None:
    graph = graph_of(3, [(0, 1), (1, 2)]).with_group(Group("group_1", "Odd", collapsed=True))
    graph = graph.with_blocks(replace(graph.blocks[key], group="group_1") for key in ("b0", "b2"))
    assert set(lay_out(graph)) == {"b0", "b1", "b2"}


def _text(*blocks: str) -> str:
    links = '["a","output","b","input"],["b","output","c","input"]'
    return f'{{"format": 2, "blocks": [{",".join(blocks)}], "links": [{links}]}}'


def test_a_file_without_places_is_laid_out_when_it_is_read() -> None:
    kinds = (("a", "Input"), ("b", "Dense"), ("c", "Output"))
    graph = from_json(_text(*(f'{{"id": "{key}", "type": "{kind}", "name": "{key}"}}' for key, kind in kinds))).graph
    assert [(block.x, block.y) for block in graph.blocks.values()] == [(0, -88), (0, 0), (0, 88)]


def test_only_the_blocks_of_a_file_that_have_no_place_are_given_one() -> None:
    graph = from_json(
        _text(
            '{"id": "a", "type": "Input", "name": "a", "x": 100, "y": 40}',
            '{"id": "b", "type": "Dense", "name": "b"}',
            '{"id": "c", "type": "Output", "name": "c", "x": 12}',
        )
    ).graph
    a, b, c = graph.blocks.values()
    assert (a.x, a.y) == (100, 40)
    assert b.x == c.x > a.x + WIDTH
    assert c.y - b.y == 88
    assert overlapping(graph) == []
