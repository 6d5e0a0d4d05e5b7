"""Nested groups: models of their own in the Keras model that learn what the flat network would."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.bypass import set_bypassed
from engine.edits import active
from engine.graph import Block, Graph, Group, PortRef, Value
from engine.judge.layers import keras_names, nest_names
from engine.judge.report import FLAT_GROUP, Problem
from engine.models.build import build_model
from engine.models.export import export_run, export_untrained
from engine.models.keep import NETWORK
from engine.nests import nests
from engine.training.folder import continued
from tests.judge_tools import judged
from tests.training_graphs import chain, classes_data, dense, link, project, save, train

ON_JAX = "LAMINA_TEST_NESTED_ON_JAX"


def grouped(graph: Graph, members: Iterable[str], name: str = "Encoder") -> Graph:
    """The graph with some blocks in one more group, which is nested."""
    group = graph.fresh_id("group")
    graph = graph.with_group(Group(group, name, nested=True))
    return graph.with_blocks(replace(graph.blocks[key], group=group) for key in members)


def flat(graph: Graph) -> Graph:
    """The graph with no group nested."""
    return replace(graph, groups={key: replace(group, nested=False) for key, group in graph.groups.items()})


def net(*blocks: tuple[str, str, dict[str, Value]], links: str) -> Graph:
    """Blocks by id, type and values, and links as `a-b c-d`."""
    graph = Graph().with_blocks(Block(key, kind, key, values) for key, kind, values in blocks)
    for pair in links.split():
        source, target = pair.split("-")
        port = "inputs" if graph.blocks[target].type in ("Add", "Concatenate") else "input"
        graph = graph.with_link(link(source, target, port))
    return graph


def branches() -> Graph:
    """A stem that two branches follow, one past a Dropout, which meet in an Add and again before the end."""
    return net(
        ("in", "Input", {"shape": (6,)}),
        ("stem", "Dense", {"units": 5, "activation": "relu"}),
        ("left", "Dense", {"units": 5, "activation": "tanh"}),
        ("right", "Dense", {"units": 5}),
        ("drop", "Dropout", {"rate": 0.4}),
        ("norm", "BatchNormalization", {}),
        ("add", "Add", {}),
        ("both", "Concatenate", {}),
        ("last", "Dense", {"units": 3, "activation": "softmax"}),
        ("out", "Output", {}),
        links="in-stem stem-left stem-right left-drop right-norm drop-add norm-add add-both "
        "stem-both both-last last-out",
    )


def tokens() -> Graph:
    """A network whose Embedding marks padded steps."""
    return chain(
        ("Embedding", {"input_dim": 20, "output_dim": 4, "mask_zero": True}),
        ("LSTM", {"units": 5, "return_sequences": True}),
        ("Dropout", {"rate": 0.3}),
        ("GRU", {"units": 4}),
        dense(3, "softmax"),
        input_values={"shape": (6,)},
    )


CASES: dict[str, Graph] = {
    "a row": grouped(chain(dense(8, "relu"), ("Dropout", {}), dense(8), dense(3, "softmax")), ["l0", "l1", "l2"]),
    "a branch": grouped(branches(), ["left", "drop"]),
    "two outputs": grouped(branches(), ["stem", "left", "drop"]),
    "two inputs": grouped(branches(), ["add", "norm", "both"]),
    "all layers": grouped(branches(), ["stem", "left", "right", "drop", "norm", "add", "both", "last"]),
    "two nests": grouped(grouped(branches(), ["left", "drop"], "A"), ["right", "norm"], "B"),
    "masked": grouped(tokens(), ["l1", "l2"]),
    "the mask begins inside": grouped(tokens(), ["l0", "l1"]),
}


def built(graph: Graph) -> Any:
    keras.utils.set_random_seed(4)
    return build_model(graph, None, {}).model


def inputs() -> Any:
    x = np.random.default_rng(0).integers(1, 9, size=(5, 6)).astype(np.float32)
    x[:, 4:] = 0
    return x


def predicted(model: Any, *, training: bool = False) -> Any:
    return keras.ops.convert_to_numpy(model(inputs(), training=training))


def shaped(graph: Graph) -> Graph:
    """The graph with its Input's shape typed, so that no data are needed."""
    return graph.with_block(graph.blocks["in"].with_parameter("shape", (6,)))


@pytest.mark.parametrize("case", CASES)
def test_a_nested_network_computes_what_the_flat_one_does(case: str, tmp_path: Path) -> None:
    graph = shaped(CASES[case])
    assert not nests(graph).flat
    one, other = built(flat(graph)), built(graph)
    assert one.count_params() == other.count_params()
    assert np.array_equal(predicted(one), predicted(other))
    assert np.array_equal(predicted(one, training=True), predicted(other, training=True))
    other.save(tmp_path / "it.keras")
    again = keras.saving.load_model(tmp_path / "it.keras")
    assert np.allclose(predicted(again), predicted(other), atol=1e-6)
    models = [layer.name for layer in again.layers if isinstance(layer, keras.Model)]
    assert sorted(models) == sorted(group.name for group in graph.groups.values())


def test_a_nested_model_has_the_groups_name_and_its_border() -> None:
    model = built(CASES["two inputs"])
    nest = model.get_layer("Encoder")
    assert [layer.name for layer in nest.layers if not isinstance(layer, keras.layers.InputLayer)] == [
        "norm",
        "add",
        "both",
    ]
    assert nests(CASES["two inputs"]).nested["group_1"].inputs == tuple(
        PortRef(key, "output") for key in ("right", "drop", "stem")
    )
    assert [tensor.name for tensor in nest.inputs] == ["Encoder_input_1", "Encoder_input_2", "Encoder_input_3"]
    assert nests(CASES["two outputs"]).nested["group_1"].outputs == (
        PortRef("stem", "output"),
        PortRef("drop", "output"),
    )


def test_names_are_safe_for_keras_and_unlike_all_others() -> None:
    graph = grouped(grouped(branches(), ["left"], "Größe / 2"), ["norm"], "stem")
    assert nest_names(graph, keras_names(graph)) == {"group_1": "Grosse_2", "group_2": "stem_2"}
    assert {"Grosse_2", "stem_2"} <= {layer.name for layer in built(graph).layers}


def test_a_network_is_never_named_like_a_nest() -> None:
    assert built(grouped(branches(), ["left"], "model")).name == "lamina_model"


def test_members_that_lead_nowhere_or_are_bypassed_are_left_out() -> None:
    graph = branches().with_block(Block("loose", "Dense", "loose")).with_link(link("stem", "loose"))
    graph = set_bypassed(grouped(graph, ["left", "drop", "loose"]), ["drop"], True)
    nest = nests(active(graph)).nested["group_1"]
    assert (nest.members, nest.outputs) == (frozenset({"left"}), (PortRef("left", "output"),))
    assert [layer.name for layer in built(graph).get_layer("Encoder").layers][1:] == ["left"]
    gone = grouped(branches(), ["drop"])
    assert not nests(active(set_bypassed(gone, ["drop"], True))).nested
    assert not any(isinstance(layer, keras.Model) for layer in built(set_bypassed(gone, ["drop"], True)).layers)


def _warning(graph: Graph) -> Problem:
    (problem,) = (problem for problem in judged(graph).problems if problem.kind == FLAT_GROUP)
    return problem


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (["in", "stem"], "'in' in it is an Input, which belongs to the network as a whole"),
        (["last", "out"], "'out' in it is an Output"),
        (["stem", "add"], "come back into it past 4 blocks, such as 'left'"),
        (["left", "add"], "come back into it past 'drop'. Put what lies between into the group too"),
    ],
)
def test_a_group_that_cannot_be_nested_is_built_flat_with_a_warning(members: list[str], words: str) -> None:
    graph = grouped(branches(), members)
    problem = _warning(graph)
    assert (problem.severity, problem.block) == ("warning", members[0])
    assert problem.message.startswith("Group 'Encoder' is built flat: ")
    assert words in problem.message
    assert not judged(graph).errors
    assert np.array_equal(predicted(built(graph)), predicted(built(branches())))


def test_of_two_groups_that_feed_each_other_one_is_nested() -> None:
    graph = grouped(grouped(branches(), ["left", "norm"], "A"), ["right", "drop"], "B")
    found = nests(graph)
    assert (list(found.nested), list(found.flat)) == (["group_1"], ["group_2"])
    assert "into group 'A' and come back" in _warning(graph).message
    assert np.array_equal(predicted(built(graph)), predicted(built(branches())))


def test_a_group_that_can_be_nested_brings_no_problem() -> None:
    assert not judged(shaped(CASES["two outputs"])).errors
    assert not [problem for problem in judged(CASES["two outputs"]).problems if problem.kind == FLAT_GROUP]


def tokens_data(path: Path, examples: int) -> str:
    """A data source of padded sequences of tokens, with classes."""
    random = np.random.default_rng(2)
    x = random.integers(1, 20, size=(examples + 10, 6)).astype(np.int32)
    x[:, 3:] *= random.integers(0, 2, size=(len(x), 1))
    y = np.arange(len(x)) % 3
    return save(path, x[:examples], y[:examples], x[examples:], y[examples:])


@pytest.mark.parametrize("case", ["two outputs", "two inputs", "masked"])
def test_training_learns_the_same_nested_or_flat(case: str, tmp_path: Path) -> None:
    source = (tokens_data if case == "masked" else classes_data)(tmp_path / "data.npz", 40)
    figures = []
    for name, graph in (("nested", CASES[case]), ("flat", flat(CASES[case]))):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Layer 'Encoder'")  # backend.prepare does so in the product
            events = train(project(graph, source), tmp_path / name)
        figures.append([[events.started.parameters] * 2, *events.values])
    assert np.allclose(figures[0], figures[1], rtol=1e-5, atol=1e-6)


def test_a_run_goes_on_nested_otherwise_with_its_weights(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "data.npz", examples=40)
    nested, plain = CASES["two inputs"], branches()
    train(project(nested, source), tmp_path / "first")
    same = train(continued(project(nested, source), tmp_path / "first", tmp_path / "same"), tmp_path)
    assert same.finished.epoch == 4
    assert not any("memory" in note for note in same.started.notes)
    train(continued(project(plain, source, epochs=0), tmp_path / "first", tmp_path / "other"), tmp_path)
    one, other = (keras.saving.load_model(tmp_path / name / NETWORK) for name in ("first", "other"))
    assert not any(isinstance(layer, keras.Model) for layer in other.layers)
    assert np.allclose(predicted(one), predicted(other), atol=1e-6)


def test_an_export_is_verified_and_shows_the_nested_model(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "data.npz", examples=40)
    train(project(CASES["two outputs"], source), tmp_path / "run")
    assert export_run(tmp_path / "run", tmp_path / "trained.keras") <= 1e-5
    assert export_untrained(project(CASES["two outputs"], source), tmp_path / "untrained.keras") <= 1e-5
    for name in ("trained", "untrained"):
        model = keras.saving.load_model(tmp_path / f"{name}.keras")
        assert isinstance(model.get_layer("Encoder"), keras.Model)
        model.fit(inputs(), np.zeros(5), verbose=0)


@pytest.mark.skipif(ON_JAX in os.environ, reason="these are the tests of that process")
def test_they_are_the_same_on_jax_as_well() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "computes or learns", __file__],
        cwd=Path(__file__).parents[1],
        env={**os.environ, ON_JAX: "1", "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
