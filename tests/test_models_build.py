"""From graph to Keras model: names, scaling, branches, and sentences for what cannot be built."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from engine.backend import prepare
from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.graph import Block, Graph
from engine.models.build import BuildError, Statistics, build_model, needed_statistics, statistics
from engine.models.optimizer import buffers_follow_rate, build_optimizer, keras_learning_rate
from engine.settings import OptimizerSettings
from tests.training_graphs import chain, dense, link

DATA = DataDescription(
    "d",
    "D",
    (ArrayInfo("x", (6,), "uint8", 2, 10),),
    (TargetInfo("y", "classes", (), ("a", "b", "c")),),
    10,
    2,
)


def test_a_graph_becomes_a_plain_functional_model() -> None:
    built = build_model(chain(dense(8, "relu"), dense(3, "softmax")), DATA, {})
    assert type(built.model).__module__.startswith("keras.")
    assert [layer.name for layer in built.model.layers] == ["pixels", "Dense_0", "Dense_1"]
    assert built.input_arrays == {"pixels": "x"}
    assert built.model.output_shape == (None, 3)
    assert built.outputs[0].loss.name == "sparse_categorical_crossentropy"


def test_a_network_of_a_thousand_layers_in_a_row_is_built() -> None:
    prepare(keras.backend.backend())
    graph = chain(*[("Flatten", {})] * 1200, input_values={"shape": (4,)})
    assert len(build_model(graph, None, {}).model.layers) == 1201


def test_scaling_is_a_layer_of_the_model() -> None:
    graph = chain(dense(3, "softmax"), input_values={"scaling": "0–1"})
    model = build_model(graph, DATA, {}).model
    scaling = next(layer for layer in model.layers if isinstance(layer, keras.layers.Rescaling))
    values = np.array([[2, 4, 6, 8, 10, 2]], np.uint8)
    assert np.asarray(scaling(values))[0] == pytest.approx([0, 0.25, 0.5, 0.75, 1, 0], abs=1e-6)


def test_standardising_uses_the_statistics_that_were_computed() -> None:
    graph = chain(dense(3, "softmax"), input_values={"scaling": "standardise"})
    assert needed_statistics(graph, DATA) == {"x"}
    known = {"x": Statistics(np.arange(6.0), np.full(6, 4.0))}
    model = build_model(graph, DATA, known).model
    scaling = next(layer for layer in model.layers if isinstance(layer, keras.layers.Normalization))
    assert np.asarray(scaling(np.full((1, 6), 6.0, np.float32)))[0] == pytest.approx((6 - np.arange(6.0)) / 2)


@pytest.mark.parametrize("shape", [(50,), (50, 3), (50, 4, 3), (50, 5, 4, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_statistics_are_those_of_numpy(shape: tuple[int, ...], dtype: str) -> None:
    array = (np.random.default_rng(1).random(shape) * 200).astype(dtype)
    found = statistics(array, rows_at_once=7)
    columns = array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1).astype(np.float64)
    assert found.mean == pytest.approx(columns.mean(axis=0))
    assert found.variance == pytest.approx(columns.var(axis=0))


def test_what_leads_nowhere_is_left_out() -> None:
    graph = chain(dense(8), dense(3, "softmax"))
    graph = graph.with_block(Block("loose", "Dense", "loose", {"units": 100})).with_link(link("l0", "loose"))
    graph = graph.with_block(Block("island", "Dense", "island"))
    assert len(build_model(graph, DATA, {}).model.layers) == 3


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (Graph(), "no Output"),
        (Graph({"o": Block("o", "Output", "o")}), "Connect a block|No Input"),
        (chain(dense(3), input_values={"shape": (7,)}), "takes 7, but the data have 6"),
        (chain(dense(3), input_values={"array": "z"}), "asks for the array 'z'"),
        (chain(dense(3), target="z"), "predicts 'z'"),
        (chain(("Mystery", {})), "type Mystery"),
    ],
)
def test_what_cannot_be_built_is_said_in_a_sentence(graph: Graph, words: str) -> None:
    with pytest.raises(BuildError, match=words):
        build_model(graph, DATA, {})


def test_the_averaged_momentum_is_kerass_with_a_shorter_rate() -> None:
    settings = OptimizerSettings("momentum", values={"learning_rate": 0.2, "momentum": 0.8})
    assert float(build_optimizer(settings).learning_rate) == pytest.approx(0.04)
    assert keras_learning_rate(settings, 1.0) == pytest.approx(0.2)
    assert buffers_follow_rate(settings)
    assert not buffers_follow_rate(OptimizerSettings("momentum", "keras"))
    assert keras_learning_rate(OptimizerSettings("adam"), 0.5) == 0.5
