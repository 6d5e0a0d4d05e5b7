"""The order in which a network is read, and moving a block along its chain."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from engine.chains import move_in_chain, reading_order
from engine.graph import Block, Graph, GraphError, Group, Link, PortRef


def link(source: str, target: str, port: str = "input") -> Link:
    return Link(PortRef(source, "output"), PortRef(target, port))


def chain(*names: str) -> Graph:
    """Input, Dense blocks and Output below each other."""
    graph = Graph()
    for place, name in enumerate(names):
        kind = "Input" if place == 0 else "Output" if place == len(names) - 1 else "Dense"
        graph = graph.with_block(Block(name, kind, name, {}, 0.0, place * 88.0))
    for above, below in pairwise(names):
        graph = graph.with_link(link(above, below))
    return graph


def branching() -> Graph:
    """`in` feeds the branches `a`, `b` and `c`, `d`, which meet in `sum`."""
    graph = Graph()
    for name in ("in", "a", "c", "b", "d", "sum", "out"):
        kind = {"in": "Input", "out": "Output", "sum": "Add"}.get(name, "Dense")
        graph = graph.with_block(Block(name, kind, name))
    for ends in (("in", "a"), ("in", "c"), ("a", "b"), ("c", "d"), ("sum", "out")):
        graph = graph.with_link(link(*ends))
    return graph.with_link(link("b", "sum", "inputs")).with_link(link("d", "sum", "inputs"))


def test_a_branch_is_read_to_its_end_before_the_next() -> None:
    assert reading_order(branching()) == ("in", "a", "b", "c", "d", "sum", "out")


def test_blocks_in_a_circle_come_last() -> None:
    graph = chain("in", "a", "b", "out")
    graph = replace(graph, links=(link("a", "b"), link("b", "a"), link("in", "out")))
    assert reading_order(graph) == ("in", "out", "a", "b")


@pytest.mark.parametrize(("block", "way"), [("b", "earlier"), ("a", "later")])
def test_neighbours_change_places_and_links(block: str, way: str) -> None:
    graph = chain("in", "a", "b", "out")
    moved = move_in_chain(graph, block, "earlier" if way == "earlier" else "later")
    assert reading_order(moved) == ("in", "b", "a", "out")
    assert (moved.blocks["b"].y, moved.blocks["a"].y) == (88.0, 176.0)
    assert move_in_chain(moved, "a", "earlier").links == graph.links


def test_a_merge_keeps_the_order_of_its_inputs() -> None:
    moved = move_in_chain(branching(), "b", "earlier")
    assert [one.source.block for one in moved.links_into("sum")] == ["a", "d"]


@pytest.mark.parametrize(
    ("block", "way", "words"),
    [
        ("a", "earlier", "nothing stands before an Input"),
        ("sum", "later", "nothing stands after an Output"),
        ("sum", "earlier", "takes data from several blocks"),
        ("in", "later", "nothing stands before an Input"),
    ],
)
def test_what_cannot_change_places_says_why(block: str, way: str, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        move_in_chain(branching(), block, "earlier" if way == "earlier" else "later")


def test_data_that_go_several_ways_keep_their_block() -> None:
    graph = chain("in", "a", "b", "out").with_block(Block("c", "Dense", "c")).with_link(link("a", "c"))
    with pytest.raises(GraphError, match="go several ways"):
        move_in_chain(graph, "a", "later")
    with pytest.raises(GraphError, match="go several ways"):
        move_in_chain(graph, "b", "earlier")


def test_a_loose_block_has_nobody_to_change_places_with() -> None:
    with pytest.raises(GraphError, match="no block before 'x'"):
        move_in_chain(Graph().with_block(Block("x", "Dense", "x")), "x", "earlier")


def test_a_block_joins_the_group_that_it_is_moved_into_and_leaves_it_at_the_other_end() -> None:
    graph = chain("in", "a", "b", "c", "out").with_group(Group("g", "Group"))
    graph = graph.with_blocks(replace(graph.blocks[key], group="g") for key in ("a", "b"))
    inside = move_in_chain(graph, "c", "earlier")
    assert inside.blocks["c"].group == "g"
    first = move_in_chain(inside, "c", "earlier")
    assert first.blocks["c"].group == "g"
    assert reading_order(first) == ("in", "c", "a", "b", "out")
