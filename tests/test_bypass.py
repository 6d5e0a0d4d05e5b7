"""Bypassed blocks: what can be bypassed, and that the network is judged, built and trained as if they were gone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.bypass import bypass_refusal, drawn_links, set_bypassed
from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.edits import active, remove_blocks
from engine.fix import apply_fix
from engine.graph import Block, Graph, GraphError
from engine.judge.report import Analysis
from engine.models.build import build_model
from engine.models.keep import NETWORK
from engine.project import Project, save_project
from engine.training.job import Job
from tests import judge_tools, training_graphs
from tests.judge_tools import fresh_judge, judged, link
from tests.test_cli_training import start
from tests.training_graphs import classes_data, dense, train

DATA = DataDescription(
    "d", "D", (ArrayInfo("x", (6,), "float32", 0, 1),), (TargetInfo("y", "classes", (), ("a", "b", "c")),), 10, 2
)


def _network() -> Graph:
    """pixels → Dense 0 → BatchNormalization 1 → Dropout 2 → Dense 3 → Dense 4 → answer."""
    return training_graphs.chain(
        dense(8, "relu"), ("BatchNormalization", {}), ("Dropout", {"rate": 0.5}), dense(8), dense(3, "softmax")
    )


def _residual() -> Graph:
    """An Input that leads to an Add past a Dense and beside it."""
    graph = Graph().with_blocks(
        [Block("in", "Input", "in", {"shape": (6,)}), Block("dense", "Dense", "dense", {"units": 6})]
    )
    graph = graph.with_blocks([Block("add", "Add", "add"), Block("last", "Dense", "last", {"units": 3})])
    graph = graph.with_block(Block("out", "Output", "out"))
    for ends in (
        ("in", "dense"),
        ("dense", "add", "inputs"),
        ("in", "add", "inputs"),
        ("add", "last"),
        ("last", "out"),
    ):
        graph = graph.with_link(link(*ends))
    return graph


@pytest.mark.parametrize("block", ["in", "out", "add"])
def test_ends_and_merges_cannot_be_bypassed(block: str) -> None:
    graph = _residual()
    assert bypass_refusal(graph, [block]).startswith(f"'{block}' cannot be bypassed: ")
    with pytest.raises(GraphError, match="cannot be bypassed"):
        set_bypassed(graph, ["dense", block], True)


def test_a_block_without_data_cannot_be_bypassed_but_its_bypass_can_always_end() -> None:
    graph = _residual().without_links([link("in", "dense")])
    assert "no link leads to it" in bypass_refusal(graph, ["dense"])
    graph = graph.with_block(replace(graph.blocks["dense"], bypassed=True))
    assert not set_bypassed(graph, ["dense"], False).blocks["dense"].bypassed
    assert bypass_refusal(_residual(), [])
    assert not bypass_refusal(_residual(), ["dense"])


def test_bypassing_several_and_back_gives_the_same_graph() -> None:
    graph = _network()
    off = set_bypassed(graph, ["l1", "l2"], True)
    assert [block.id for block in off.blocks.values() if block.bypassed] == ["l1", "l2"]
    assert set_bypassed(off, ["l1", "l2"], False) == graph
    assert set_bypassed(off, ["l1"], True) is off


def test_a_merge_block_gets_the_same_data_twice_where_a_branch_is_bypassed() -> None:
    graph = set_bypassed(_residual(), ["dense"], True)
    assert active(graph).links.count(link("in", "add", "inputs")) == 2
    model = build_model(graph, None, {}).model
    x = np.ones((1, 6), np.float32)
    doubled = keras.Model(model.input, model.get_layer("add").output)
    assert np.asarray(doubled(x)).tolist() == [[2.0] * 6]


def test_each_computed_link_leads_back_to_those_that_are_drawn() -> None:
    graph = set_bypassed(_network(), ["l1", "l2"], True)
    drawn = drawn_links(graph)
    assert drawn[link("l0", "l3")] == (link("l0", "l1"), link("l1", "l2"), link("l2", "l3"))
    assert drawn[link("in", "l0")] == (link("in", "l0"),)
    assert set(drawn) == set(active(graph).links)


def _bare(analysis: Analysis, without: set[str]) -> Analysis:
    return replace(analysis, blocks={key: one for key, one in analysis.blocks.items() if key not in without})


def test_the_judge_says_what_it_would_without_the_blocks() -> None:
    gone = {"l1", "l2", "l3"}
    found = judged(set_bypassed(_network(), gone, True), DATA)
    assert _bare(found, gone) == judged(remove_blocks(_network(), gone), DATA)
    for key in gone:
        report = found.blocks[key]
        assert (report.output_shapes, report.parameters, report.trainable, report.operations) == (((8,),), 0, 0, 0)


def test_problems_show_the_links_on_the_canvas() -> None:
    graph = judge_tools.chain("Flatten", ("Conv2D", {}), shape=(8, 8, 1))
    assert any(problem.block == "2" for problem in judged(graph).errors)
    graph = judge_tools.chain("Dense", "Flatten", "Dropout", ("Conv2D", {}), shape=(8, 8, 1))
    (problem,) = judged(set_bypassed(graph, ["3"], True)).errors
    assert (problem.block, problem.links) == ("4", (link("2", "3"), link("3", "4")))
    assert "Flatten gives" in problem.message
    assert not judged(set_bypassed(graph, ["2", "3"], True)).errors


def test_what_is_wrong_with_a_bypassed_block_does_not_count() -> None:
    graph = judge_tools.chain(("Dense", {"units": -3}), "Dense", shape=(4,))
    assert judged(graph).errors
    assert not judged(set_bypassed(graph, ["1"], True)).errors


def test_data_that_go_nowhere_past_a_bypassed_block_are_a_warning() -> None:
    graph = judge_tools.chain("Dense", "Dense", shape=(4,))
    graph = graph.with_block(Block("x", "Dropout", "extra", bypassed=True)).with_link(link("1", "x"))
    (problem,) = (one for one in judged(graph).problems if one.kind == "unused")
    assert (problem.severity, problem.block) == ("warning", "x")
    assert "pass Dropout 'extra' by go nowhere" in problem.message


def test_a_bypassed_block_without_data_is_a_problem_once() -> None:
    graph = set_bypassed(judge_tools.chain("Dense", "Dense", shape=(4,)), ["1"], True)
    (problem,) = judged(graph.without_links([link("0", "1")])).errors
    assert problem.block == "1"
    assert "is bypassed, but no data come" in problem.message


@pytest.mark.parametrize("block", ["in", "out", "add"])
def test_a_file_that_bypasses_what_cannot_be_is_a_problem_once(block: str) -> None:
    graph = _residual()
    graph = graph.with_block(replace(graph.blocks[block], bypassed=True))
    (problem,) = judged(graph).errors
    assert problem.block == block
    assert problem.message.endswith("Switch its bypass off.")


def test_a_circle_of_bypassed_blocks_is_a_problem() -> None:
    blocks = [Block(key, "Dense", key, bypassed=True) for key in "ab"]
    graph = Graph({block.id: block for block in blocks}, (link("a", "b"), link("b", "a")))
    assert active(graph).links == ()
    assert any("circle" in problem.message for problem in judged(graph).errors)


@pytest.mark.parametrize("gone", [["l1"], ["l2"], ["l3"], ["l1", "l2", "l3"]])
def test_the_model_is_the_one_without_the_blocks(gone: list[str]) -> None:
    x = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    predictions = []
    for graph in (set_bypassed(_network(), gone, True), remove_blocks(_network(), gone)):
        keras.utils.set_random_seed(3)
        model = build_model(graph, DATA, {}).model
        predictions.append((model.count_params(), [layer.name for layer in model.layers], np.asarray(model(x))))
    assert predictions[0][:2] == predictions[1][:2]
    assert np.array_equal(predictions[0][2], predictions[1][2])


def test_training_is_that_of_the_network_without_the_blocks_and_resumes_only_it(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "data.npz")
    off = set_bypassed(_network(), ["l1", "l3"], True)
    figures = [
        train(training_graphs.project(graph, source), tmp_path / name).values
        for name, graph in (("off", off), ("gone", remove_blocks(_network(), ["l1", "l3"])))
    ]
    assert np.array_equal(figures[0], figures[1])
    assert keras.saving.load_model(tmp_path / "off" / NETWORK).count_params() == 6 * 8 + 8 + 8 * 3 + 3
    whole = Job(training_graphs.project(_network(), source), tmp_path / "whole", tmp_path / "off", 2, 14)
    assert "The network has changed since that run" in train(whole, tmp_path / "whole").failed.message
    again = Job(training_graphs.project(off, source), tmp_path / "again", tmp_path / "off", 2, 14)
    assert train(again, tmp_path / "again").finished.epoch == 4


def test_check_names_bypassed_blocks(tmp_path: Path) -> None:
    graph = set_bypassed(judge_tools.chain("Dense", ("Dense", {"units": 3}), shape=(4,)), ["1"], True)
    path = tmp_path / "some.lamina"
    save_project(Project(graph), path)
    done = start("check", str(path))
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.endswith("bypassed"))
    assert line.split() == ["Dense", "Dense", "4", "bypassed"]
    blocks = json.loads(start("check", str(path), "--json").stdout)["blocks"]
    assert [block.get("bypassed") for block in blocks] == [None, True, None, None]
    assert blocks[1]["parameters"] == 0


def _fixes(graph: Graph) -> list[str]:
    judge = fresh_judge()
    analysis = judge.with_fixes(graph, DATA, judge.analyse(graph, DATA, trace=True))
    for problem in analysis.errors:
        for fix in problem.fixes[:1]:
            assert not judge.analyse(apply_fix(graph, fix), DATA, trace=True).errors
    return [problem.fixes[0].title for problem in analysis.errors]


def test_ending_a_bypass_is_offered_where_it_helps() -> None:
    graph = training_graphs.chain(dense(8), ("Reshape", {"target_shape": (4, 2)}), ("LSTM", {}), dense(3, "softmax"))
    assert _fixes(set_bypassed(graph, ["l1"], True)) == ["End the bypass of Reshape 1"]
    flat = training_graphs.chain(("Reshape", {"target_shape": (3, 2)}), ("Flatten", {}), dense(3, "softmax"))
    assert _fixes(set_bypassed(flat, ["l1"], True)) == ["End the bypass of Flatten 1"]
    only = training_graphs.chain(("Dropout", {}), dense(3, "softmax"), input_values={"shape": (6,)})
    wrong = only.with_block(replace(only.blocks["in"], bypassed=True))
    assert _fixes(wrong) == ["End the bypass of Input 'pixels'"]
