"""The judge: shapes and counts as Keras has them, problems of unfinished graphs, absurd sizes, and what it keeps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue import CATALOGUE
from engine.data.description import ArrayInfo, DataDescription
from engine.edits import set_parameter
from engine.graph import Block, Graph, Link, PortRef
from engine.judge.judge import Judge
from engine.judge.layers import call_layer, keras_names, make_layer
from engine.judge.report import Analysis, BlockReport
from engine.judge.structure import usable_links
from engine.project import from_json
from tests.judge_tools import Step, chain, classes, fresh_judge, judged, link, merge, number

MNIST = classes(10, (28, 28, 1), "MNIST")
HANDS_ON: tuple[Step, ...] = (
    ("Conv2D", {"filters": 32, "kernel_size": (3, 3), "activation": "relu"}),
    ("MaxPooling2D", {"pool_size": (2, 2)}),
    ("Dropout", {"rate": 0.25}),
    "Flatten",
    ("Dense", {"units": 256, "activation": "relu"}),
    ("Dropout", {"rate": 0.5}),
    ("Dense", {"units": 10, "activation": "softmax"}),
)


def texts(analysis: Analysis) -> list[str]:
    return [f"{problem.severity}: {problem.message}" for problem in analysis.problems]


def has(analysis: Analysis, beginning: str) -> bool:
    """Whether there is a problem whose severity and message begin so."""
    return any(text.startswith(beginning) for text in texts(analysis))


# --- shapes and counts


def test_the_hands_on_network_has_its_shapes_and_parameters() -> None:
    analysis = judged(chain(*HANDS_ON), MNIST)
    assert not analysis.problems
    assert analysis.parameters == 1_387_594
    assert [analysis.blocks[str(place)].output_shapes for place in range(9)] == [
        ((28, 28, 1),), ((26, 26, 32),), ((13, 13, 32),), ((13, 13, 32),), ((5408,),), ((256,),), ((256,),), ((10,),),
        ((10,),),
    ]  # fmt: skip


def test_operations_count_a_multiplication_and_an_addition_as_two() -> None:
    analysis = judged(chain(*HANDS_ON), MNIST)
    assert analysis.blocks["1"].operations == 2 * 26 * 26 * 32 * 9
    assert analysis.blocks["5"].operations == 2 * 5408 * 256
    assert analysis.blocks["7"].operations == 2 * 256 * 10
    recurrent = judged(chain(("LSTM", {"units": 8}), ("Dense", {"units": 1}), shape=(10, 3)))
    assert recurrent.blocks["1"].operations == 10 * 2 * (3 + 8) * 4 * 8
    assert judged(chain("LSTM", shape=(None, 3))).blocks["1"].operations is None


def test_shapes_and_dtypes_are_plain_numbers() -> None:
    for report in judged(chain(*HANDS_ON), MNIST).blocks.values():
        assert all(type(size) is int for shape in report.output_shapes for size in shape)
        assert type(report.parameters) is int


def test_scaling_is_a_layer_whose_parameters_do_not_train() -> None:
    graph = chain(("Dense", {"units": 3, "activation": "softmax"}))
    graph = graph.with_block(graph.blocks["0"].with_parameter("scaling", "standardise"))
    report = judged(graph, classes(3)).blocks["0"]
    assert (report.parameters, report.trainable) == (2 * 4 + 1, 0)
    graph = graph.with_block(graph.blocks["0"].with_parameter("scaling", "0–1"))
    assert judged(graph, classes(3)).blocks["0"].parameters == 0


def test_the_shape_comes_from_the_data_or_is_typed_and_unknown_lengths_are_filled_in() -> None:
    dense: Step = ("Dense", {"units": 3, "activation": "softmax"})
    assert judged(chain(dense), classes(3, (7,))).blocks["0"].output_shapes == ((7,),)
    filled = judged(chain("Flatten", dense, shape=(None, 5)), classes(3, (6, 5)))
    assert filled.blocks["1"].output_shapes == ((30,),)
    assert not filled.problems


def test_a_typed_shape_that_contradicts_the_data_is_an_error_with_both() -> None:
    analysis = judged(chain(("Dense", {"units": 3}), shape=(5,)), classes(3, (7,)))
    assert has(analysis, "error: Input is set to 5, but Flowers gives 7. Leave its shape empty")


def test_an_array_that_the_data_do_not_have_is_named() -> None:
    graph = chain("Dense")
    graph = graph.with_block(graph.blocks["0"].with_parameter("array", "words"))
    assert has(judged(graph, classes(3)), "error: Input asks for the array 'words', but Flowers has 'x'.")


def test_tokens_enter_as_whole_numbers_and_pictures_do_not() -> None:
    tokens = replace(classes(2, (10,)), inputs=(ArrayInfo("words", (10,), "int64", 0, 99),))
    lookup: Step = ("Embedding", {"input_dim": 100, "output_dim": 4})
    assert judged(chain(lookup, "Flatten"), tokens).blocks["0"].dtype == "int32"
    assert judged(chain("Dense"), tokens).blocks["0"].dtype == "float32"


def test_marks_of_padded_steps_reach_recurrent_layers_and_are_missed_by_others() -> None:
    lookup: Step = ("Embedding", {"input_dim": 100, "output_dim": 4, "mask_zero": True})
    assert not judged(chain(lookup, ("LSTM", {"return_sequences": True}), "Bidirectional", shape=(10,))).errors
    lost = judged(chain(lookup, "Conv1D", "GlobalMaxPooling1D", shape=(10,)))
    assert has(lost, "warning: Conv1D and what follows look at padded steps as well")
    assert not lost.errors


# --- parity with a model that is really built


_PICTURE_STEPS: tuple[Step, ...] = (
    ("Conv2D", {"filters": 4, "kernel_size": (2, 2), "strides": (2, 2), "padding": "same"}),
    ("Conv2D", {"filters": 3, "kernel_size": (2, 3), "use_bias": False}),
    ("MaxPooling2D", {"padding": "same"}),
    ("AveragePooling2D", {"pool_size": (1, 2), "strides": (1, 1)}),
    "BatchNormalization",
    "Dropout",
)


@st.composite
def valid_graphs(draw: st.DrawFn) -> Graph:
    """A network with pictures, rows, branches and merges that Keras can build."""
    steps: list[Step] = []
    if draw(st.booleans()):
        shape: tuple[int | None, ...] = (draw(st.integers(5, 9)), draw(st.integers(5, 9)), draw(st.integers(1, 3)))
        steps += [draw(st.sampled_from(_PICTURE_STEPS)) for _ in range(draw(st.integers(0, 2)))]
        steps.append(draw(st.sampled_from(("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"))))
    else:
        shape = (draw(st.integers(3, 6)), draw(st.integers(1, 4)))
        steps += draw(
            st.sampled_from(
                (
                    [("LSTM", {"units": 3, "return_sequences": True}), ("GRU", {"units": 5})],
                    [("Bidirectional", {"units": 3, "layer": "GRU"})],
                    [("Bidirectional", {"units": 3, "merge_mode": "sum", "return_sequences": True}), "Flatten"],
                    [("SimpleRNN", {"units": 3})],
                    [("Conv1D", {"filters": 3, "kernel_size": (2,), "padding": "causal"}), "GlobalMaxPooling1D"],
                    ["LayerNormalization", ("MaxPooling1D", {"pool_size": (2,)}), "Flatten"],
                )
            )
        )
    steps.append(("Dense", {"units": draw(st.integers(1, 9)), "activation": "tanh"}))
    graph = chain(*steps, shape=shape)
    last, out = str(len(steps)), str(len(steps) + 1)
    if draw(st.booleans()):
        kind = draw(st.sampled_from(("Add", "Concatenate")))
        units = graph.blocks[last].parameters["units"]
        graph = graph.with_block(Block("side", "Dense", "side", {"units": units})).with_block(Block("m", kind, "m"))
        graph = graph.without_links(graph.links_into(out)).with_link(link(last, "side"))
        graph = graph.with_link(link(last, "m", "inputs")).with_link(link("side", "m", "inputs"))
        graph = graph.with_link(link("m", out))
    return graph


def built(graph: Graph) -> dict[str, Any]:
    """The layers and tensors of a really built network, made by Keras's own calls."""
    import keras

    names = keras_names(graph)
    tensors: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for key in graph.order():
        block = graph.blocks[key]
        spec = CATALOGUE[block.type]
        ports = {port.name: [tensors[link.source.block] for link in graph.links_into(key)] for port in spec.inputs}
        if spec.role == "input":
            tensors[key] = keras.Input(spec.values(block)["shape"])
        elif spec.role == "layer":
            layers[key] = make_layer(block, spec, names[key])
            tensors[key] = call_layer(layers[key], spec, ports)
        else:
            tensors[key] = ports["input"][0]
    return {"tensors": tensors, "layers": layers, "model": keras.Model(tensors["0"], tensors[_output_of(graph)])}


def _output_of(graph: Graph) -> str:
    return next(key for key, block in graph.blocks.items() if block.type == "Output")


@settings(max_examples=6, deadline=None)
@given(valid_graphs())
def test_shapes_and_counts_are_those_of_a_really_built_model(graph: Graph) -> None:
    analysis = judged(graph)
    assert not analysis.errors, texts(analysis)
    real = built(graph)
    for key, tensor in real["tensors"].items():
        assert analysis.blocks[key].output_shapes == (tuple(tensor.shape[1:]),)
    for key, layer in real["layers"].items():
        assert analysis.blocks[key].parameters == layer.count_params()
        assert analysis.blocks[key].trainable == sum(int(np.prod(w.shape)) for w in layer.trainable_weights)
    assert analysis.parameters == real["model"].count_params()


# --- unfinished and odd graphs


UNFINISHED: tuple[tuple[str, Graph, str, str | None], ...] = (
    ("empty", Graph(), "error: The canvas is empty.", None),
    ("no input", Graph().with_block(Block("o", "Output", "Output")), "error: The network has no Input.", None),
    ("no output", Graph().with_block(Block("i", "Input", "Input")), "error: The network has no Output.", None),
    ("loose block", chain("Dense", shape=(3,)).with_block(Block("x", "Dense", "b")),
     "error: Dense 'b' is connected to nothing.", "x"),
    ("no source", chain("Dense", shape=(3,)).with_blocks((Block("x", "Dense", "b"), Block("y", "Output", "c")))
     .with_link(link("x", "y")), "error: Dense 'b' gets no data.", "x"),
    ("dead end", chain("Dense", shape=(3,)).with_block(Block("x", "Dense", "b")).with_link(link("0", "x")),
     "warning: The result of Dense 'b' goes nowhere.", "x"),
    ("loose input", chain("Dense", shape=(3,)).with_block(Block("x", "Input", "b")),
     "warning: The data of Input 'b' go nowhere.", "x"),
    ("loose output", chain("Dense", shape=(3,)).with_block(Block("x", "Output", "b")),
     "error: Output 'b' knows nothing to predict.", "x"),
    ("lonely merge", merge("Add", (3,)), "warning: Add has only one input", "merge"),
    ("unknown type", chain("Dense", shape=(3,)).with_block(Block("x", "Quantum", "q")),
     "error: This version of Lamina does not know the block type 'Quantum' of 'q'.", "x"),
    ("bad value", chain(("Dense", {"units": 0}), shape=(3,)), "error: Dense: units must be at least 1", "1"),
    ("bad kind of value", chain(("Dense", {"units": "many"}), shape=(3,)), "error: Dense: units must be", "1"),
    ("unknown parameter", chain(("Dense", {"colour": "red"}), shape=(3,)),
     "warning: Dense: Dense has no parameter 'colour'", "1"),
    ("same names", chain("a=Dense", "a=Dense", shape=(3,)), "warning: 2 blocks are called 'a'.", "2"),
    ("same output names", chain("Dense", shape=(3,)).with_block(Block("x", "Output", "Output"))
     .with_link(link("1", "x")), "error: 2 Outputs are called 'Output'", "x"),
    ("nothing to learn", chain("Flatten", shape=(3, 3)), "error: Nothing in this network can learn", None),
    ("no data", chain("Dense", shape=(3,)), "warning: No data set is chosen yet.", None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("graph", "beginning", "block"), [row[1:] for row in UNFINISHED], ids=[r[0] for r in UNFINISHED]
)
def test_an_unfinished_graph_is_told_what_it_lacks(graph: Graph, beginning: str, block: str | None) -> None:
    analysis = judged(graph)
    found = [p for p, text in zip(analysis.problems, texts(analysis), strict=True) if text.startswith(beginning)]
    assert len(found) == 1, texts(analysis)
    assert found[0].block == block


def test_networks_side_by_side_are_a_warning() -> None:
    one = chain("Dense", shape=(3,))
    two, _ = one.with_part(one)
    assert has(judged(two), "warning: The graph falls into 2 networks without a link between them")


def test_a_circle_from_a_damaged_file_is_a_problem_and_no_failure() -> None:
    graph = chain("Dense", "Dense", shape=(3,))
    circle = replace(graph, links=(*graph.links[1:], link("2", "1")))
    analysis = judged(circle)
    assert has(analysis, "error: The links form a circle")
    assert set(analysis.blocks) == set(graph.blocks)


def test_links_of_a_damaged_file_that_end_nowhere_are_left_out_and_told() -> None:
    graph = chain("Dense", shape=(3,))
    odd = (link("1", "gone"), link("0", "2", "elsewhere"), Link(PortRef("0", "side"), PortRef("1", "input")))
    damaged = replace(graph, links=(*graph.links, *odd))
    assert usable_links(damaged) == graph.links
    assert has(judged(damaged), "error: 3 links lead to a port that does not exist or is taken.")


def test_a_problem_does_not_flood_what_stands_below_it() -> None:
    analysis = judged(chain("Conv2D", "LSTM", "Dense", "Dropout", ("Dense", {"units": 2}), shape=(8, 8, 1)), None)
    assert len(analysis.errors) == 1
    assert analysis.errors[0].block == "2"
    assert [bool(analysis.blocks[str(place)].output_shapes) for place in range(7)] == [True, True] + [False] * 5


def test_a_project_with_an_unknown_block_is_judged_around_it() -> None:
    project = from_json(
        '{"format": 1, "blocks": [{"id": "a", "type": "Input", "name": "Input", "parameters": {"shape": [3]}},'
        '{"id": "b", "type": "Future", "name": "new", "parameters": {"deep": {"er": [1, {"x": 2}]}}},'
        '{"id": "c", "type": "Output", "name": "Output"}],'
        '"links": [["a", "output", "b", "input"], ["b", "output", "c", "input"]]}'
    )
    analysis = judged(project.graph)
    assert [problem.block for problem in analysis.errors] == ["b"]
    assert analysis.blocks["a"].output_shapes == ((3,),)


# --- absurd sizes


def test_an_absurd_size_is_refused_with_the_memory_that_it_would_take() -> None:
    analysis = judged(chain(("Dense", {"units": 10**9}), ("Dense", {"units": 10**9}), shape=(784,)))
    assert len(analysis.errors) == 1
    message = analysis.errors[0].message
    assert message.startswith("Dense would have 785,000,000,000 weights: 3.14 TB of memory, and about 12.6 TB while")
    assert message.endswith("Lower its units.")
    assert analysis.blocks["1"].parameters == 785_000_000_000


@pytest.mark.parametrize(
    "graph",
    [
        chain(("LSTM", {"units": 10**6}), shape=(10, 4)),
        chain(("Bidirectional", {"units": 10**6}), shape=(10, 4)),
        chain(("Embedding", {"input_dim": 10**9, "output_dim": 10**4}), shape=(10,)),
        chain(("Conv2D", {"filters": 10**6, "kernel_size": (99, 99), "padding": "same"}), shape=(8, 8, 99)),
        chain("Dense", shape=(10**9, 10**9)),
    ],
    ids=["LSTM", "Bidirectional", "Embedding", "Conv2D", "Input"],
)
def test_absurd_sizes_of_every_kind_are_refused_before_allocating(graph: Graph) -> None:
    analysis = judged(graph)
    assert len(analysis.errors) == 1
    assert "This machine has" in analysis.errors[0].message or "this machine has" in analysis.errors[0].message


def test_an_absurdly_long_unrolled_sequence_is_not_traced() -> None:
    analysis = judged(chain(("LSTM", {"unroll": True}), shape=(10**6, 4)))
    assert has(analysis, "warning: LSTM would write each of its 1,000,000 steps out")


def test_judging_leaves_no_variable_that_the_next_scope_would_allocate() -> None:
    judged(chain(("Dense", {"units": 10**9}), shape=(784,)))
    from keras.src.backend.common import global_state

    assert not global_state.get_global_attribute("uninitialized_variables", [])


# --- what is kept


def test_an_edit_costs_only_what_lies_below_it() -> None:
    judge = fresh_judge()
    graph = chain(*(("Dense", {"units": 10 + place}) for place in range(20)), shape=(4,))
    judge.analyse(graph, None, trace=False)
    assert judge.layers_made == 20
    judge.analyse(graph, None, trace=False)
    assert judge.layers_made == 20
    same_shape = graph.with_block(graph.blocks["15"].with_parameter("activation", "relu"))
    judge.analyse(same_shape, None, trace=False)
    assert judge.layers_made == 21
    wider = graph.with_block(graph.blocks["15"].with_parameter("units", 99))
    judge.analyse(wider, None, trace=False)
    assert judge.layers_made == 23
    judge.analyse(graph, None, trace=False)
    assert judge.layers_made == 23


def test_moving_and_renaming_cost_nothing() -> None:
    judge = fresh_judge()
    graph = chain("Dense", "Dense", shape=(4,))
    first = judge.analyse(graph, None, trace=True)
    made = judge.layers_made
    moved = graph.with_block(replace(graph.blocks["1"], name="other", x=400.0))
    assert judge.analyse(moved, None, trace=True).blocks == first.blocks
    assert judge.layers_made == made


def test_both_passes_agree_on_a_sound_graph() -> None:
    judge = fresh_judge()
    graph = chain(*HANDS_ON)
    quick, thorough = judge.analyse(graph, MNIST, trace=False), judge.analyse(graph, MNIST, trace=True)
    assert (quick.blocks, quick.problems) == (thorough.blocks, thorough.problems)
    assert (quick.traced, thorough.traced) == (False, True)


# --- names


def test_names_become_ones_that_keras_takes() -> None:
    odd = ("a/b", "a b", "Größe", "größe", "", "層", "_x", "Dense", "Dense", "é" * 3)
    blocks = [Block(str(place), "Dense", name) for place, name in enumerate(odd)]
    names = list(keras_names(Graph().with_blocks(blocks)).values())
    assert names == ["a_b", "a_b_2", "Grosse", "grosse", "Dense", "Dense_2", "x", "Dense_3", "Dense_4", "eee"]


def test_the_layer_of_an_inputs_scaling_has_a_name_of_its_own() -> None:
    chosen = (("a", "Dense", "x scaling"), ("b", "Input", "x"), ("c", "Dense", "x_2 scaling"))
    names = keras_names(Graph().with_blocks(Block(*one) for one in chosen))
    assert names == {"a": "x_scaling", "b": "x_2", "c": "x_2_scaling_2"}


# --- places in a table


def words(low: float, high: float) -> DataDescription:
    """Examples of five whole numbers each."""
    return replace(classes(3), inputs=(ArrayInfo("text", (5,), "int32", low, high),))


TABLE: tuple[Step, ...] = (
    ("Embedding", {"input_dim": 10}),
    "Flatten",
    ("Dense", {"units": 3, "activation": "softmax"}),
)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0, 10, "Embedding has rows for the numbers 0 to 9, but 'text' goes up to 10. Set input_dim to 11."),
        (-1, 9, "Embedding looks numbers from 0 on up, but 'text' goes down to -1."),
    ],
)
def test_numbers_without_a_row_in_the_table_are_refused(low: float, high: float, sentence: str) -> None:
    (error,) = judged(chain(*TABLE), words(low, high)).errors
    assert error.message.startswith(sentence)


def test_numbers_with_a_row_in_the_table_are_fine() -> None:
    assert judged(chain(*TABLE), words(0, 9)).problems == ()


def test_scaled_numbers_are_no_places_in_a_table() -> None:
    graph = set_parameter(chain(*TABLE), ["0"], "scaling", "0–1")
    (problem,) = judged(graph, words(0, 9)).problems
    assert (problem.severity, problem.block) == ("warning", "1")
    assert "Set the scaling of Input to 'not scaled'." in problem.message


# --- nothing makes it fail


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.integers(1, 12),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=4,
)
_types = st.sampled_from((*CATALOGUE, "Quantum"))


@st.composite
def odd_graphs(draw: st.DrawFn) -> Graph:
    """Any blocks, any values, any links, circles and loose ends included."""
    blocks = []
    for place in range(draw(st.integers(0, 7))):
        type_name = draw(_types)
        spec = CATALOGUE.get(type_name)
        names = [param.name for param in spec.params] if spec is not None else ["x"]
        parameters = draw(st.dictionaries(st.sampled_from([*names, "odd"]), _values, max_size=3))
        if type_name == "Input" and draw(st.booleans()):
            parameters["shape"] = tuple(draw(st.lists(st.none() | st.integers(1, 9), max_size=4)))
        blocks.append(Block(str(place), type_name, draw(st.text(max_size=4)), parameters))
    keys = st.sampled_from([*(block.id for block in blocks), "gone"])
    ports = st.sampled_from(("input", "inputs", "output", "odd"))
    links = []
    for _ in range(draw(st.integers(0, 12))):
        links.append(Link(PortRef(draw(keys), draw(ports)), PortRef(draw(keys), draw(ports))))
    for one, two in pairwise(blocks):
        spec = CATALOGUE.get(two.type)
        if draw(st.integers(0, 3)) and spec is not None and spec.inputs:
            links.append(link(one.id, two.id, spec.inputs[0].name))
    return Graph({block.id: block for block in blocks}, tuple(dict.fromkeys(links)))


_descriptions: tuple[DataDescription | None, ...] = (
    None, classes(3), classes(2, (8, 8, 1)), number(), classes(0), classes(3, (None, 4)),
    replace(classes(3), inputs=(), targets=()),
)  # fmt: skip


@pytest.fixture(scope="module")
def one_judge() -> Judge:
    return fresh_judge()


@settings(max_examples=60, deadline=None)
@given(graph=odd_graphs(), data=st.sampled_from(_descriptions), trace=st.booleans())
def test_no_graph_makes_the_judge_fail(
    one_judge: Judge, graph: Graph, data: DataDescription | None, trace: bool
) -> None:
    analysis = one_judge.analyse(graph, data, trace=trace)
    assert set(analysis.blocks) == set(graph.blocks)
    assert all(isinstance(report, BlockReport) for report in analysis.blocks.values())
    for problem in analysis.problems:
        assert problem.block is None or problem.block in graph.blocks
        assert problem.message[-1] in '."'
