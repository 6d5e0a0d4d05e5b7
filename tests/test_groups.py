"""Groups: whatever is grouped, collapsed and opened, blocks keep their links and no card comes to lie on another."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import edits, groups
from engine.graph import Block, Comment, Direction, Graph, GraphError, Link, PortRef
from engine.project import Project, from_json, to_json


def _link(source: str, target: str) -> Link:
    return Link(PortRef(source, "output"), PortRef(target, "input"))


def _column(*ids: str, direction: Direction = "down") -> Graph:
    """Blocks in a row of the flow of data, each linked to the next one."""
    dx, dy = edits.ALONG[direction]
    graph = Graph(direction=direction)
    for index, key in enumerate(ids):
        kind = "Input" if index == 0 else "Output" if index == len(ids) - 1 else "Dense"
        graph = graph.with_block(Block(key, kind, key, {}, index * dx, index * dy))
    for above, below in pairwise(ids):
        graph = graph.with_link(_link(above, below))
    return graph


def _places(graph: Graph) -> dict[str, tuple[float, float]]:
    return {key: (block.x, block.y) for key, block in graph.blocks.items()}


def _visible(graph: Graph) -> list[groups.Area]:
    """The cards that are to be seen."""
    shown = [key for key, group in graph.groups.items() if group.collapsed]
    cards = [groups.card_area(one.x, one.y) for one in graph.blocks.values() if one.group not in shown]
    return cards + [groups.group_area(graph, key) for key in shown]


def _overlaps(graph: Graph) -> int:
    return sum(one.meets(other) for one, other in combinations(_visible(graph), 2))


def test_a_new_group_has_a_fresh_name_and_a_colour_of_its_own() -> None:
    graph, first = groups.group_blocks(_column("a", "b", "c", "d", "e"), ["b"])
    graph, second = groups.group_blocks(graph, ["c", "d"])
    assert [group.name for group in graph.groups.values()] == ["Group", "Group 2"]
    assert graph.groups[first].colour != graph.groups[second].colour
    assert graph.members(second) == ("c", "d")


def test_blocks_leave_their_earlier_group_and_an_empty_one_vanishes() -> None:
    graph, first = groups.group_blocks(_column("a", "b", "c", "d"), ["b", "c"])
    graph, _second = groups.group_blocks(graph, ["b"])
    assert graph.members(first) == ("c",)
    graph, third = groups.group_blocks(graph, ["b", "c"], "Encoder")
    assert set(graph.groups) == {third}
    assert graph.groups[third].name == "Encoder"


def test_grouping_nothing_is_refused() -> None:
    with pytest.raises(GraphError, match="Select the blocks"):
        groups.group_blocks(_column("a", "b"), [])


@pytest.mark.parametrize("direction", ["down", "right"])
def test_the_frame_of_a_new_group_covers_no_card_before_or_after_it(direction: Direction) -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d", "e", direction=direction), ["b", "c"])
    frame = groups.group_area(graph, group)
    assert not any(frame.meets(groups.card_area(*_places(graph)[key])) for key in ("a", "d", "e"))
    assert _places(graph)["a"] == (0, 0)


def test_a_group_between_the_blocks_of_another_pushes_those_that_follow() -> None:
    graph, _ = groups.group_blocks(_column("a", "b", "c", "d"), ["a", "d"])
    graph, _ = groups.group_blocks(graph, ["c"])
    assert not _overlaps(graph)


def test_ungrouping_keeps_the_blocks_and_opens_a_collapsed_group() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d"), ["b", "c"])
    shut = groups.collapse(graph, group)
    freed = groups.ungroup(shut, group)
    assert not freed.groups
    assert set(freed.blocks) == {"a", "b", "c", "d"}
    assert freed.links == graph.links
    assert _places(freed) == _places(graph)


def test_a_name_is_stripped_and_an_empty_one_refused() -> None:
    graph, group = groups.group_blocks(_column("a", "b"), ["a"])
    assert groups.rename_group(graph, group, " Encoder ").groups[group].name == "Encoder"
    with pytest.raises(GraphError, match="needs a name"):
        groups.rename_group(graph, group, "  ")


def test_the_border_has_ports_with_links_to_outside_and_those_with_none() -> None:
    graph = _column("a", "b", "c", "d").with_block(Block("e", "Dense", "e", {}, 304, 88))
    graph, group = groups.group_blocks(graph, ["b", "c", "e"])
    inputs, outputs = groups.border(graph, group)
    assert inputs == (PortRef("b", "input"), PortRef("e", "input"))
    assert outputs == (PortRef("c", "output"), PortRef("e", "output"))


def test_a_port_with_links_to_both_sides_is_at_the_border() -> None:
    graph = _column("a", "b", "c", "d").with_block(Block("e", "Dense", "e", {}, 304, 176)).with_link(_link("b", "e"))
    graph, group = groups.group_blocks(graph, ["b", "c"])
    assert groups.border(graph, group)[1] == (PortRef("b", "output"), PortRef("c", "output"))


def test_collapsing_closes_the_gap_and_opening_gives_the_same_picture_back() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d", "e", "f"), ["b", "c", "d"])
    graph = graph.with_comment(Comment("note", "below", 0, 700))
    shut = groups.collapse(graph, group)
    card = groups.group_area(shut, group)
    steps = [card.centre[1], shut.blocks["e"].y, shut.blocks["f"].y]
    assert [below - above for above, below in pairwise(steps)] == [edits.CARD_STEP, edits.CARD_STEP]
    assert card.top == groups.group_area(graph, group).top
    assert groups.expand(shut, group) == graph


@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_new_frame_stands_as_far_from_what_follows_as_from_what_comes_before(direction: Direction) -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d", "e", direction=direction), ["b", "c"])
    frame = groups.group_area(graph, group)
    above, below = (groups.card_area(*_places(graph)[key]) for key in ("a", "d"))
    if direction == "down":
        assert (frame.top - above.bottom, below.top - frame.bottom) == (groups.GAP, groups.GAP)
    else:
        assert frame.left - above.right == below.left - frame.right >= groups.GAP
    assert groups.expand(groups.collapse(graph, group), group) == graph


def test_what_was_put_close_to_a_frame_is_still_there_when_the_group_has_been_collapsed_and_opened() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d"), ["b"])
    at = graph.blocks["c"]
    graph = edits.move_blocks(graph, {"c": (at.x, at.y - 16)})
    assert groups.expand(groups.collapse(graph, group), group) == graph


def test_what_stands_beside_the_frame_keeps_what_follows_from_moving_onto_it() -> None:
    graph = _column("a", "b", "c", "d", "e")
    graph, group = groups.group_blocks(graph, ["b", "c", "d"])
    side = Block("s", "Dense", "s", {}, 304, graph.blocks["d"].y)
    wide = Block("w", "Dense", "w", {}, 200, graph.blocks["e"].y + 200)
    shut = groups.collapse(graph.with_blocks((side, wide)), group)
    assert not _overlaps(shut)
    assert _places(groups.expand(shut, group)) == _places(graph.with_blocks((side, wide)))


def test_opening_makes_room_where_something_was_put_meanwhile() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d", "e"), ["b", "c", "d"])
    shut = groups.collapse(graph, group)
    x, y = groups.group_area(shut, group).centre
    crowded = shut.with_blocks((Block("under", "Dense", "u", {}, x, y + 88), Block("beside", "Dense", "v", {}, 240, y)))
    opened = groups.expand(crowded, group)
    assert not _overlaps(opened.without_blocks(["e"]))
    assert not groups.group_area(opened, group).meets(groups.card_area(*_places(opened)["under"]))


def test_a_collapsed_group_survives_its_file() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d"), ["b", "c"])
    shut = groups.collapse(groups.set_nested(groups.set_colour(graph, group, "teal"), group, True), group)
    read = from_json(to_json(Project(shut)), "file").graph
    assert read.groups == shut.groups
    assert groups.expand(read, group).blocks == groups.expand(shut, group).blocks


def test_a_group_is_selected_when_exactly_its_blocks_are() -> None:
    graph, group = groups.group_blocks(_column("a", "b", "c", "d"), ["b", "c"])
    assert groups.selected_group(graph, ["c", "b"]) == group
    assert groups.selected_group(graph, ["b"]) == groups.selected_group(graph, ["a", "b", "c"]) == ""
    assert groups.whole_groups(graph, ["a", "b", "c"]) == (group,)


DIRECTIONS: tuple[Direction, ...] = ("down", "right")
GRID = st.tuples(st.integers(0, 3), st.integers(0, 8))


@st.composite
def _drawn(draw: st.DrawFn) -> tuple[Graph, list[list[str]]]:
    """Cards on a grid, each place once, and some sets of them to group."""
    direction = draw(st.sampled_from(DIRECTIONS))
    graph = Graph(direction=direction)
    (ax, ay), (bx, by) = edits.ACROSS[direction], edits.ALONG[direction]
    for number, (across, along) in enumerate(draw(st.lists(GRID, min_size=2, max_size=14, unique=True))):
        x, y = across * ax + along * bx, across * ay + along * by
        graph = graph.with_block(Block(f"b{number}", "Dense", f"b{number}", {}, x, y))
    sets = draw(st.lists(st.lists(st.sampled_from(list(graph.blocks)), min_size=1, max_size=4), min_size=1, max_size=3))
    return graph, sets


@settings(deadline=None)
@given(_drawn())
def test_collapsing_and_opening_never_puts_a_card_on_another(drawn: tuple[Graph, list[list[str]]]) -> None:
    graph, sets = drawn
    for ids in sets:
        graph, _ = groups.group_blocks(graph, ids)
    assert not _overlaps(graph)
    for group in graph.groups:
        opened = groups.expand(groups.collapse(graph, group), group)
        assert _overlaps(opened) == 0
        assert opened.links == graph.links
        assert opened.groups == graph.groups


@settings(deadline=None)
@given(_drawn())
def test_a_group_whose_frame_covers_nothing_else_opens_as_it_was(drawn: tuple[Graph, list[list[str]]]) -> None:
    graph, sets = drawn
    graph, group = groups.group_blocks(graph, sets[0])
    frame = groups.group_area(graph, group)
    others = [block for block in graph.blocks.values() if block.group != group]
    assume(not any(frame.meets(groups.card_area(block.x, block.y)) for block in others))
    shut = groups.collapse(graph, group)
    assert not _overlaps(shut)
    assert groups.expand(shut, group) == graph
