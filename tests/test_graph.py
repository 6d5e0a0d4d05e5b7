"""The graph: order, cycles, names and copies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph import Block, Graph, GraphError, Link, PortRef

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


def _link(source: int | str, target: int | str) -> Link:
    return Link(PortRef(str(source), "output"), PortRef(str(target), "input"))


def _graph(pairs: list[tuple[int, int]], blocks: int = 8) -> Graph:
    """A graph with as many of the links as close no circle."""
    graph = Graph({str(number): Block(str(number), "Dense", f"Dense {number}") for number in range(blocks)})
    for source, target in pairs:
        try:
            graph = graph.with_link(_link(source, target))
        except GraphError:
            continue
    return graph


@given(PAIRS)
def test_every_block_comes_after_all_that_feeds_it_and_the_earliest_added_comes_first(
    pairs: list[tuple[int, int]],
) -> None:
    graph = _graph(pairs)
    order = graph.order()
    done: set[str] = set()
    waiting = list(graph.blocks)
    for block in order:
        ready = [key for key in waiting if all(link.source.block in done for link in graph.links_into(key))]
        assert block == ready[0]
        waiting.remove(block)
        done.add(block)
    assert not waiting


@given(PAIRS)
def test_a_link_is_refused_just_when_it_closes_a_circle(pairs: list[tuple[int, int]]) -> None:
    graph = _graph(pairs)
    for source in graph.blocks:
        for target in graph.blocks:
            link = _link(source, target)
            if link in graph.links:
                continue
            closes = source == target or source in _reached_from(graph, target)
            assert graph.reaches(target, source) == closes
            if closes:
                with pytest.raises(GraphError, match="circle"):
                    graph.with_link(link)
            else:
                assert graph.with_link(link).links[-1] == link


def _reached_from(graph: Graph, start: str) -> set[str]:
    reached: set[str] = set()
    for link in graph.links_from(start):
        reached |= {link.target.block} | _reached_from(graph, link.target.block)
    return reached


def test_a_refusal_names_the_blocks() -> None:
    graph = _graph([(0, 1), (1, 2)])
    with pytest.raises(GraphError) as refusal:
        graph.with_link(_link(2, 0))
    assert str(refusal.value) == (
        "'Dense 0' already leads to 'Dense 2', so this link would close a circle. "
        "A network passes its data in one direction."
    )
    with pytest.raises(GraphError, match="connected already"):
        graph.with_link(_link(0, 1))
    with pytest.raises(GraphError, match="no block '9'"):
        graph.with_link(_link(0, 9))


def test_a_circle_from_a_damaged_file_has_no_order() -> None:
    graph = _graph([(0, 1)])
    with pytest.raises(GraphError, match="circle"):
        Graph(graph.blocks, (*graph.links, _link(1, 0))).order()


def test_an_edit_leaves_the_earlier_graph_as_it_was() -> None:
    before = _graph([(0, 1), (1, 2)])
    after = before.without_blocks({"1"})
    assert list(before.blocks) == [str(number) for number in range(8)]
    assert before.links == (_link(0, 1), _link(1, 2))
    assert "1" not in after.blocks
    assert after.links == ()
    assert after.blocks["0"] is before.blocks["0"]


def test_names_count_on() -> None:
    graph = Graph({"a": Block("a", "Dense", "Dense"), "b": Block("b", "Dense", "Layer 7")})
    assert graph.fresh_name("Conv2D") == "Conv2D"
    assert graph.fresh_name("Dense") == "Dense 2"
    assert graph.fresh_name("Layer 7") == "Layer 2"


@pytest.mark.parametrize(("type_name", "block_id"), [("Conv2D", "conv2d_1"), ("", "block_1"), ("·", "block_1")])
def test_ids_read_well(type_name: str, block_id: str) -> None:
    assert Graph().fresh_id(type_name) == block_id


@given(PAIRS, st.sets(st.integers(0, 7)))
def test_a_copy_is_connected_as_its_original(pairs: list[tuple[int, int]], chosen: set[int]) -> None:
    graph = _graph(pairs)
    part = graph.part({str(number) for number in chosen})
    grown, copies = graph.with_part(part, 24, 24)
    twin = dict(zip(part.blocks, copies.blocks, strict=True))
    assert len(grown.blocks) == len(graph.blocks) + len(chosen)
    assert len({block.name for block in grown.blocks.values()}) == len(grown.blocks)
    assert grown.links[: len(graph.links)] == graph.links
    assert grown.links[len(graph.links) :] == tuple(
        _link(twin[link.source.block], twin[link.target.block]) for link in part.links
    )
    for original, copy in twin.items():
        assert (grown.blocks[copy].x, grown.blocks[copy].y) == (24, 24)
        assert grown.blocks[copy].type == graph.blocks[original].type
