"""Edits: whatever a person does in whatever order, the graph holds together and every step can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import groups
from engine.catalogue import CATALOGUE
from engine.document import Document
from engine.edits import (
    active,
    add_block,
    add_comment,
    append_block,
    connect,
    input_ports,
    insert_block,
    insert_refusal,
    move_blocks,
    move_comments,
    output_ports,
    refusal,
    remove_blocks,
    rename_block,
    set_parameter,
    splice_block,
)
from engine.graph import Block, Direction, Graph, GraphError, Group, Link, PortRef

TYPES = ("Input", "Output", "Dense", "Dropout", "Add", "Concatenate", "Flatten")


def _out(block: str) -> PortRef:
    return PortRef(block, "output")


def _in(block: str) -> PortRef:
    return PortRef(block, "input")


def _pairs(graph: Graph) -> list[tuple[str, str]]:
    return [(link.source.block, link.target.block) for link in graph.links]


def _chain(*types: str) -> Graph:
    graph = Graph()
    for type_name in types:
        graph, _ = append_block(graph, type_name)
    return graph


def _check(graph: Graph) -> None:
    """What holds for every graph that edits can make."""
    assert set(graph.order()) == set(graph.blocks)
    assert len(set(graph.links)) == len(graph.links)
    assert len({block.name for block in graph.blocks.values()}) == len(graph.blocks)
    for key, block in graph.blocks.items():
        assert block.id == key
        for port in input_ports(graph, key):
            assert port.many or len(graph.links_into(key, port.name)) <= 1
    for link in graph.links:
        assert link.source.port in [port.name for port in output_ports(graph, link.source.block)]
        assert link.target.port in [port.name for port in input_ports(graph, link.target.block)]


EDIT = st.tuples(
    st.sampled_from(
        [
            "add",
            "append",
            "append_end",
            "connect",
            "remove",
            "copy",
            "move",
            "set",
            "rename",
            "cut",
            "insert",
            "splice",
            "skip",
            "note",
        ]
    ),
    st.sampled_from(TYPES),
    st.integers(0, 30),
    st.integers(0, 30),
)


def _edit(graph: Graph, kind: str, type_name: str, first: int, second: int) -> Graph:
    """One random edit; blocks are picked by number, round and round."""
    keys = list(graph.blocks)
    if kind == "add" or not keys:
        return add_block(graph, type_name, first * 40.0, second * 40.0)[0]
    if kind == "append_end":
        return append_block(graph, type_name)[0]
    one, other = keys[first % len(keys)], keys[second % len(keys)]
    match kind:
        case "append":
            return append_block(graph, type_name, one)[0]
        case "connect" if output_ports(graph, one) and input_ports(graph, other):
            source, target = _out(one), PortRef(other, input_ports(graph, other)[0].name)
            return graph if refusal(graph, source, target) else connect(graph, source, target)
        case "remove":
            return remove_blocks(graph, {one, other})
        case "copy":
            return graph.with_part(graph.part({one, other}), 24, 24)[0]
        case "move":
            return move_blocks(graph, {one: (first * 1.0, second * 1.0)})
        case "set" if CATALOGUE[graph.blocks[one].type].params:
            param = CATALOGUE[graph.blocks[one].type].params[0]
            return set_parameter(graph, [one], param.name, param.default)
        case "rename":
            return rename_block(graph, one, graph.fresh_name(f"block {first}"))
        case "cut":
            return graph.without_links(graph.links_into(one))
        case _:
            return _edit_more(graph, kind, type_name, one, second)
    return graph


def _edit_more(graph: Graph, kind: str, type_name: str, one: str, second: int) -> Graph:
    """The edits that concern links, bypassing and comments."""
    match kind:
        case "insert" if graph.links:
            link = graph.links[second % len(graph.links)]
            return graph if insert_refusal(graph, type_name, link) else insert_block(graph, type_name, link)[0]
        case "splice" if graph.links:
            try:
                return splice_block(graph, one, graph.links[second % len(graph.links)])
            except GraphError:
                return graph
        case "skip":
            return active(graph.with_block(replace(graph.blocks[one], bypassed=True)))
        case "note":
            return add_comment(graph, "note", second * 4.0, second * 2.0)[0]
    return graph


@settings(max_examples=150)
@given(st.lists(EDIT, max_size=25))
def test_any_edits_keep_the_graph_whole_and_can_be_undone(edits: list[Any]) -> None:
    document = Document()
    states = [document.project]
    for number, edit in enumerate(edits):
        document.apply_graph(f"step {number}", _edit(document.graph, *edit))
        _check(document.graph)
        if document.project != states[-1]:
            states.append(document.project)
    for state in reversed(states[:-1]):
        document.undo()
        assert document.project == state
    assert document.undo_label == ""
    for state in states[1:]:
        document.redo()
        assert document.project == state
    assert document.redo_label == ""


@settings(max_examples=100)
@given(st.lists(st.sampled_from(TYPES), max_size=12))
def test_appended_cards_never_cover_each_other(types: list[str]) -> None:
    graph = _chain(*types)
    places = [(block.x, block.y) for block in graph.blocks.values()]
    assert len(set(places)) == len(places)
    for link in graph.links:
        assert graph.blocks[link.source.block].y < graph.blocks[link.target.block].y


def test_appending_without_a_selection_goes_on_where_the_network_ends() -> None:
    graph = _chain("Input", "Dense", "Dropout")
    assert _pairs(graph) == [("input_1", "dense_1"), ("dense_1", "dropout_1")]
    assert [block.y for block in graph.blocks.values()] == [0.0, 88.0, 176.0]


def test_appending_to_a_finished_network_goes_before_its_output() -> None:
    graph, flatten = append_block(_chain("Input", "Dense", "Output"), "Flatten")
    assert graph.order() == ("input_1", "dense_1", flatten, "output_1")
    assert [graph.blocks[key].y for key in graph.order()] == [0.0, 88.0, 176.0, 264.0]


def test_appending_to_an_output_goes_between_it_and_what_feeds_it() -> None:
    graph = _chain("Input", "Dense", "Output")
    graph, second = append_block(graph, "Output", "dense_1")
    graph, flatten = append_block(graph, "Flatten", second)
    assert set(_pairs(graph)) == {
        ("input_1", "dense_1"), ("dense_1", "output_1"), ("dense_1", flatten), (flatten, second),
    }  # fmt: skip


def test_appending_to_a_lone_output_goes_above_it() -> None:
    graph, dense = append_block(_chain("Output"), "Dense", "output_1")
    assert _pairs(graph) == [(dense, "output_1")]
    assert graph.blocks[dense].y < graph.blocks["output_1"].y


def test_appending_in_the_middle_takes_the_links_over_and_makes_room() -> None:
    graph, dropout = append_block(_chain("Input", "Dense", "Output"), "Dropout", "dense_1")
    assert graph.order() == ("input_1", "dense_1", dropout, "output_1")
    assert [graph.blocks[key].y for key in graph.order()] == [0.0, 88.0, 176.0, 264.0]


def test_a_second_output_stands_beside_the_first() -> None:
    graph, output = append_block(_chain("Input", "Dense", "Output"), "Output", "dense_1")
    assert _pairs(graph) == [("input_1", "dense_1"), ("dense_1", "output_1"), ("dense_1", output)]
    assert graph.blocks[output].x > graph.blocks["output_1"].x
    assert graph.blocks[output].y == graph.blocks["output_1"].y


def test_an_input_comes_above_what_waits_for_data() -> None:
    graph, block = append_block(_chain("Dense", "Output"), "Input", "output_1")
    assert _pairs(graph) == [("dense_1", "output_1"), (block, "dense_1")]
    assert graph.blocks[block].y < graph.blocks["dense_1"].y
    graph, second = append_block(graph, "Input", "dense_1")
    assert graph.links_from(second) == ()


def test_inserting_and_removing_keeps_the_order_of_a_merge() -> None:
    graph = Graph()
    for type_name in ("Input", "Input", "Concatenate"):
        graph, _ = add_block(graph, type_name, 0, 0)
    for source in ("input_1", "input_2"):
        graph = connect(graph, _out(source), PortRef("concatenate_1", "inputs"))
    before = _pairs(graph)
    graph, dense = append_block(graph, "Dense", "input_1")
    assert [link.source.block for link in graph.links_into("concatenate_1")] == [dense, "input_2"]
    assert _pairs(remove_blocks(graph, {dense})) == before


def test_removing_from_a_chain_joins_its_ends() -> None:
    graph = remove_blocks(_chain("Input", "Dense", "Dropout", "Flatten", "Output"), {"dense_1", "flatten_1"})
    assert _pairs(graph) == [("input_1", "dropout_1"), ("dropout_1", "output_1")]


def test_removing_where_data_part_gives_each_branch_its_source() -> None:
    graph = _chain("Input", "Dense", "Output")
    graph, _ = append_block(graph, "Output", "dense_1")
    assert _pairs(remove_blocks(graph, {"dense_1"})) == [("input_1", "output_1"), ("input_1", "output_2")]


def test_removing_a_merge_of_two_branches_leaves_their_ends_open() -> None:
    graph = Graph()
    for type_name in ("Input", "Input", "Add", "Output"):
        graph, _ = add_block(graph, type_name, 0, 0)
    for source in ("input_1", "input_2"):
        graph = connect(graph, _out(source), PortRef("add_1", "inputs"))
    graph = connect(graph, _out("add_1"), _in("output_1"))
    assert remove_blocks(graph, {"add_1"}).links == ()


def test_a_link_to_a_taken_input_takes_its_place() -> None:
    graph = _chain("Input", "Dense")
    graph, second = add_block(graph, "Input", 300, 0)
    assert _pairs(connect(graph, _out(second), _in("dense_1"))) == [(second, "dense_1")]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (_out("output_1"), _in("dense_1"), "'Output' gives nothing on that side."),
        (_out("dense_1"), _in("input_1"), "'Input' takes nothing on that side."),
        (_out("dense_1"), _in("dense_1"), "circle"),
        (_out("input_1"), _in("dense_1"), "connected already"),
        (_out("input_1"), _in("output_1"), ""),
    ],
)
def test_a_link_that_cannot_be_says_why(source: PortRef, target: PortRef, words: str) -> None:
    said = refusal(_chain("Input", "Dense", "Output"), source, target)
    assert words in said
    assert bool(said) == bool(words)


def test_a_block_of_an_unknown_type_keeps_its_links_through_edits() -> None:
    graph = _chain("Input", "Dense").with_block(Block("odd", "Quantum", "odd"))
    graph = graph.with_link(Link(_out("dense_1"), PortRef("odd", "left")))
    graph, _ = append_block(graph, "Output")
    graph = graph.with_link(Link(PortRef("odd", "up"), _in("output_1")))
    graph, dropout = append_block(graph, "Dropout", "odd")
    assert graph.links_from("odd") == (Link(PortRef("odd", "up"), _in(dropout)),)
    healed = remove_blocks(graph, {dropout})
    assert healed.links_from("odd") == (Link(PortRef("odd", "up"), _in("output_1")),)


def test_names_stay_apart() -> None:
    graph = _chain("Input", "Dense", "Dense")
    assert rename_block(graph, "dense_1", " hidden ").blocks["dense_1"].name == "hidden"
    with pytest.raises(GraphError, match="another block called 'Dense 2'"):
        rename_block(graph, "dense_1", "Dense 2")
    with pytest.raises(GraphError, match="needs a name"):
        rename_block(graph, "dense_1", "  ")


def test_a_parameter_at_its_default_is_not_kept() -> None:
    graph = set_parameter(_chain("Dense", "Dense"), ["dense_1", "dense_2"], "units", 7)
    assert [block.parameters["units"] for block in graph.blocks.values()] == [7, 7]
    assert "units" not in set_parameter(graph, ["dense_1"], "units", 64).blocks["dense_1"].parameters


def test_true_is_not_the_default_1() -> None:
    graph, block = append_block(Graph(), "Conv2D")
    assert set_parameter(graph, [block], "groups", True).blocks[block].parameters["groups"] is True
    assert "groups" not in set_parameter(graph, [block], "groups", 1).blocks[block].parameters


@pytest.mark.parametrize(("direction", "step"), [("down", (0, 88)), ("right", (344, 0))])
def test_blocks_are_appended_along_the_flow(direction: Direction, step: tuple[float, float]) -> None:
    graph = Graph(direction=direction)
    for type_name in ("Input", "Dense", "Output"):
        graph, _ = append_block(graph, type_name)
    graph, added = append_block(graph, "Dropout", "dense_1")
    places = [(graph.blocks[key].x, graph.blocks[key].y) for key in ("input_1", "dense_1", added, "output_1")]
    assert places == [(step[0] * number, step[1] * number) for number in range(4)]


def test_a_block_put_into_a_link_is_connected_on_both_sides_and_what_follows_makes_room() -> None:
    graph = _chain("Input", "Dense", "Output")
    graph, added = insert_block(graph, "Dropout", graph.links[0])
    assert set(_pairs(graph)) == {("input_1", added), (added, "dense_1"), ("dense_1", "output_1")}
    assert [graph.blocks[key].y for key in graph.order()] == [0, 88, 176, 264]


def test_a_block_put_into_a_link_keeps_the_order_of_a_merge() -> None:
    graph = _chain("Input", "Dense")
    graph, add = add_block(graph, "Concatenate", 0, 200)
    for source in ("input_1", "dense_1"):
        graph = connect(graph, _out(source), PortRef(add, "inputs"))
    graph, added = insert_block(graph, "Dropout", Link(_out("input_1"), PortRef(add, "inputs")))
    assert [link.source.block for link in graph.links_into(add)] == [added, "dense_1"]


@pytest.mark.parametrize("type_name", ["Input", "Output"])
def test_an_end_cannot_be_put_into_a_link(type_name: str) -> None:
    graph = _chain("Input", "Dense")
    assert "cannot stand between two blocks" in insert_refusal(graph, type_name, graph.links[0])
    with pytest.raises(GraphError, match="cannot stand between"):
        insert_block(graph, type_name, graph.links[0])
    assert insert_refusal(graph, "Dense", Link(_out("a"), _in("b"))) == "The link is gone."


def test_a_block_that_is_spliced_elsewhere_leaves_its_old_place() -> None:
    graph = splice_block(_chain("Input", "Dense", "Dense", "Dense"), "dense_3", Link(_out("input_1"), _in("dense_1")))
    assert set(_pairs(graph)) == {("input_1", "dense_3"), ("dense_3", "dense_1"), ("dense_1", "dense_2")}


def test_a_merge_cannot_be_spliced_into_a_link_above_what_feeds_it() -> None:
    graph = _chain("Input", "Dense")
    graph, add = add_block(graph, "Add", 0, 200)
    graph = connect(graph, _out("dense_1"), PortRef(add, "inputs"))
    with pytest.raises(GraphError, match="circle"):
        splice_block(graph, add, graph.links[0])


def test_a_bypassed_block_is_passed_by_and_a_row_of_them_too() -> None:
    graph = _chain("Input", "Dense", "Dropout", "Dropout", "Dense")
    for key in ("dropout_1", "dropout_2"):
        graph = graph.with_block(replace(graph.blocks[key], bypassed=True))
    assert _pairs(active(graph)) == [("input_1", "dense_1"), ("dense_1", "dense_2")]
    assert active(graph).blocks.keys() == {"input_1", "dense_1", "dense_2"}


def test_a_copied_group_is_a_new_one_and_a_copied_member_stays_in_its_own() -> None:
    graph = _chain("Input", "Dense", "Dropout").with_group(Group("group_1", "Head", "green"))
    graph = graph.with_blocks(replace(graph.blocks[key], group="group_1") for key in ("dense_1", "dropout_1"))
    whole, copies = graph.with_part(graph.part(["dense_1", "dropout_1"]))
    assert {whole.blocks[key].group for key in copies.blocks} == {"group_2"}
    assert whole.groups["group_2"] == Group("group_2", "Head", "green")
    some, copies = graph.with_part(graph.part(["dense_1"]))
    assert [some.blocks[key].group for key in copies.blocks] == ["group_1"]
    elsewhere, copies = Graph().with_part(graph.part(["dense_1"]))
    assert [elsewhere.blocks[key].group for key in copies.blocks] == [""]


def test_a_group_goes_with_its_last_block() -> None:
    graph = _chain("Input", "Dense").with_group(Group("group_1", "Head"))
    graph = graph.with_block(replace(graph.blocks["dense_1"], group="group_1"))
    assert remove_blocks(graph, ["input_1"]).groups
    assert not remove_blocks(graph, ["dense_1"]).groups


def test_comments_are_added_moved_copied_and_removed() -> None:
    graph, first = add_comment(Graph(), "why", 10, 20)
    graph, second = add_comment(graph, "what", 0, 0)
    graph = move_comments(graph, {first: (30.0, 40.0)})
    assert (graph.comments[first].x, graph.comments[first].y, graph.comments[first].text) == (30, 40, "why")
    grown, copies = graph.with_part(graph.part((), [first]), 5, 5)
    assert [grown.comments[key].x for key in copies.comments] == [35]
    assert list(graph.without_comments([first]).comments) == [second]


def test_a_block_put_in_before_a_collapsed_group_stands_in_line_with_its_card() -> None:
    graph = _chain("Input", "Flatten", "Dense", "Dense", "Output")
    _, flatten, *dense, _ = graph.blocks
    graph, group = groups.group_blocks(graph, dense)
    graph = groups.collapse(graph, group)
    grown, new = append_block(graph, "Dropout", flatten)
    assert grown.blocks[new].x == grown.blocks[flatten].x
    assert not groups.card_area(grown.blocks[new].x, grown.blocks[new].y).meets(groups.group_area(grown, group))
