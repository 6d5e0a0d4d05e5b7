"""Fixes: each is proposed for its problem, tried, and offered only if it helps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.catalogue import CATALOGUE
from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.edits import add_block, set_parameter
from engine.fix import Fix, RemoveBlock, SetParameter, apply_fix
from engine.graph import Block, Graph, GraphError, Link, PortRef
from engine.judge.fixes.case import Entry, Network
from engine.judge.fixes.table import FIXES
from engine.judge.fixes.trial import OFFERED, with_fixes
from engine.judge.judge import GivenUpError, Judge
from engine.judge.report import Analysis, BlockReport, Problem
from tests.judge_tools import Step, chain, classes, fresh_judge, link, merge, number

PICTURES = classes(10, (28, 28, 1), "Digits")
SERIES = classes(3, (20, 4), "Waves")
ROWS = classes(3)
SCORES: Step = ("scores=Dense", {"units": 3, "activation": "softmax"})
DIGIT: Step = ("scores=Dense", {"units": 10, "activation": "softmax"})


@cache
def judge() -> Judge:
    """One judge for all tests here: what it keeps makes trials cheap."""
    return fresh_judge()


def analysed(graph: Graph, data: DataDescription | None) -> Analysis:
    """The judge's whole word, with fixes."""
    return judge().with_fixes(graph, data, judge().analyse(graph, data, trace=True))


def words(low: float, high: float) -> DataDescription:
    """Sequences of whole numbers."""
    return replace(SERIES, inputs=(ArrayInfo("words", (20,), "int32", low, high),))


def large(shape: tuple[int, ...]) -> DataDescription:
    """Pixels that nobody scaled."""
    return replace(ROWS, inputs=(ArrayInfo("pixels", shape, "uint8", 0.0, 255.0),))


def two_of_each() -> DataDescription:
    """Two arrays and two targets."""
    arrays = tuple(ArrayInfo(name, (4,), "float32", 0.0, 1.0) for name in ("left", "right"))
    targets = (
        TargetInfo("age", "number", (1,), (), 0.0, 90.0),
        TargetInfo("kind", "classes", (), ("a", "b", "c"), 0, 2),
    )
    return DataDescription("both", "Both", arrays, targets, 100, 30)


def without(graph: Graph, *blocks: str) -> Graph:
    """The graph with blocks cut out and nothing joined."""
    return graph.without_blocks(blocks)


def loose(graph: Graph, type_name: str = "Dense") -> Graph:
    """The graph with a block more that is connected to nothing."""
    return graph.with_block(Block("x", type_name, "extra", {}, 0, 10))


def cut(graph: Graph, source: str, target: str) -> Graph:
    """The graph without a link."""
    return graph.without_links([link(source, target)])


CIRCLE = chain("Add", SCORES)
CIRCLE = replace(CIRCLE, links=(*CIRCLE.links, link("2", "1", "inputs")))
DAMAGED = chain(SCORES)
DAMAGED = replace(DAMAGED, links=(*DAMAGED.links, Link(PortRef("1", "nonsense"), PortRef("2", "input"))))


def bypassed(graph: Graph, block: str) -> Graph:
    """The graph with a block bypassed, even if no block of its type can be."""
    return graph.with_block(replace(graph.blocks[block], bypassed=True))


CASES: tuple[tuple[str, Graph, DataDescription | None, tuple[str, ...]], ...] = (
    # What is missing, loose, doubled or damaged.
    ("empty", Graph(), PICTURES, ("Begin with an Input, a Dense and an Output",)),
    ("no-input", without(chain(SCORES), "0"), ROWS, ("Add an Input before Dense 'scores'",)),
    ("no-output", without(chain(SCORES), "2"), ROWS, ("Add an Output after Dense 'scores'",)),
    (
        "no-output",
        without(chain("Dense"), "2"),
        ROWS,
        ("Add a Dense with 3 units and softmax and an Output after Dense",),
    ),
    (
        "no-output",
        without(chain("Conv2D"), "2"),
        PICTURES,
        (
            "Add a Flatten, a Dense with 10 units and softmax and an Output after Conv2D",
            "Add a GlobalAveragePooling2D, a Dense with 10 units and softmax and an Output after Conv2D",
        ),
    ),
    (
        "loose",
        loose(chain(SCORES)),
        ROWS,
        ("Put it between Input and Dense 'scores'", "Delete Dense 'extra'"),
    ),
    ("wrong-bypass", bypassed(chain(SCORES), "2"), ROWS, ("End the bypass of Output",)),
    ("unfed", cut(chain("Dense", SCORES), "1", "2"), ROWS, ("Connect Dense to Dense 'scores'",)),
    ("unused", cut(chain("Dense", SCORES), "1", "2"), ROWS, ("Connect Dense to Dense 'scores'",)),
    (
        "unused",
        loose(chain(SCORES))
        .with_link(link("0", "x"))
        .with_block(Block("y", "Dense", "more"))
        .with_link(link("x", "y")),
        ROWS,
        ("Delete Dense 'extra' and Dense 'more'",),
    ),
    (
        "unused",
        cut(chain("Dense", SCORES), "2", "3").with_link(link("1", "3")),
        ROWS,
        ("Connect Dense 'scores' to Output", "Delete Dense 'scores'"),
    ),
    (
        "lone-merge",
        chain("Concatenate", SCORES),
        ROWS,
        ("Delete Concatenate",),
    ),
    ("unknown-type", chain("Dense", SCORES).with_block(Block("1", "Hologram", "Hologram")), ROWS, ("Delete Hologram",)),
    ("damaged-links", DAMAGED, ROWS, ("Delete the damaged link",)),
    (
        "circle",
        CIRCLE,
        ROWS,
        ("Delete the link from Dense 'scores' to Add",),
    ),
    ("doubled-name", chain("a=Dense", "a=Dense", SCORES), ROWS, ("Call it 'a 2'",)),
    ("doubled-name", chain("a=Dense", "a=Dense", "a=Dense", SCORES), ROWS, ("Number them: 'a 2' to 'a 3'",)),
    ("unnamed", chain("Dense", SCORES).with_block(Block("1", "Dense", " ")), ROWS, ("Call it 'Dense'",)),
    # What layers get.
    (
        "wrong-rank",
        chain("LSTM", "Dropout", "LSTM", SCORES),
        SERIES,
        ("Switch return_sequences of LSTM on",),
    ),
    ("wrong-rank", chain("Conv2D", "LSTM", DIGIT), PICTURES, ("Put a Reshape to 26 × 832 before LSTM",)),
    ("wrong-rank", chain("Flatten", "GlobalMaxPooling2D", DIGIT), PICTURES, ("Take GlobalMaxPooling2D out",)),
    (
        "too-small",
        chain("MaxPooling2D", "Conv2D", "Flatten", SCORES),
        classes(3, (5, 5, 1)),
        ("Set padding of Conv2D to same", "Set kernel_size of Conv2D to 2 × 2", "Take MaxPooling2D out"),
    ),
    (
        "strides-and-dilation",
        chain(("Conv2D", {"strides": (2, 2), "dilation_rate": (2, 2)}), "Flatten", DIGIT),
        PICTURES,
        ("Set dilation_rate of Conv2D to 1", "Set strides of Conv2D to 1"),
    ),
    ("groups", chain(("Conv2D", {"groups": 3}), "Flatten", DIGIT), PICTURES, ("Set groups of Conv2D to 1",)),
    (
        "reshape",
        chain(("Reshape", {"target_shape": (4, 6)}), "Flatten", SCORES),
        classes(3, (16,)),
        ("Set target_shape of Reshape to 4 × 4", "Set target_shape of Reshape to 16 × 1"),
    ),
    (
        "axis",
        chain(("BatchNormalization", {"axis": 3}), SCORES),
        ROWS,
        ("Set axis of BatchNormalization to −1",),
    ),
    (
        "merge",
        merge("Concatenate", (3, 4), (3,)),
        None,
        ("Put a Flatten after Input 'a'", "Put a GlobalAveragePooling1D after Input 'a'"),
    ),
    ("merge", merge("Add", (3,), (4,)), None, ("Put a Dense with 3 units after Input 'b'",)),
    ("unrolled", chain(("LSTM", {"unroll": True}), SCORES), classes(3, (999, 4)), ("Switch unroll of LSTM off",)),
    (
        "lost-mask",
        chain(("Embedding", {"mask_zero": True}), "Flatten", SCORES),
        words(0, 50),
        ("Switch mask_zero of Embedding off",),
    ),
    (
        "no-table",
        chain(("Dense", {"bias_initializer": "orthogonal"}), SCORES),
        ROWS,
        ("Set bias_initializer to zeros",),
    ),
    ("input-shape", chain(SCORES, shape=(5,)), ROWS, ("Let Input take the shape of the data",)),
    (
        "unknown-length",
        chain("Conv2D", "Flatten", DIGIT, shape=(None, None, 3)),
        None,
        ("Put a GlobalAveragePooling2D before Flatten",),
    ),
    (
        "size",
        chain("Flatten", ("Dense", {"units": 10**6}), "Dense", shape=(1000, 1000, 3)),
        None,
        ("Put a GlobalAveragePooling2D before Flatten",),
    ),
    # What is predicted.
    (
        "wrong-prediction",
        chain("Conv2D", "hidden=Dense", DIGIT),
        PICTURES,
        ("Put a Flatten before Dense 'hidden'", "Put a GlobalAveragePooling2D before Dense 'hidden'"),
    ),
    (
        "wrong-prediction",
        chain("Conv2D", ("Dense", {"units": 7})),
        PICTURES,
        (
            "Put a Flatten before Dense, and set units of Dense to 10 with softmax",
            "Put a GlobalAveragePooling2D before Dense, and set units of Dense to 10 with softmax",
        ),
    ),
    (
        "wrong-prediction",
        chain("Conv2D"),
        PICTURES,
        (
            "Put a Flatten and a Dense with 10 units and softmax before Output",
            "Put a GlobalAveragePooling2D and a Dense with 10 units and softmax before Output",
        ),
    ),
    (
        "wrong-prediction",
        chain(("LSTM", {"return_sequences": True}), SCORES),
        SERIES,
        (
            "Switch return_sequences of LSTM off",
            "Put a Flatten before Dense 'scores'",
            "Put a GlobalAveragePooling1D before Dense 'scores'",
        ),
    ),
    (
        "wrong-prediction",
        chain(("Dense", {"units": 64, "activation": "relu"}), "Dropout"),
        ROWS,
        ("Set units of Dense to 3 with softmax", "Put a Dense with 3 units and softmax before Output"),
    ),
    (
        "wrong-prediction",
        chain(("Conv2D", {"filters": 8}), "GlobalAveragePooling2D"),
        PICTURES,
        (
            "Put a Dense with 10 units and softmax before Output",
            "Set filters of Conv2D to 10, and put a softmax before Output",
        ),
    ),
    (
        "wrong-prediction",
        chain(("Dense", {"units": 10, "activation": "softmax"})),
        number(),
        ("Set units of Dense to 1 without activation", "Put a Dense with 1 unit before Output"),
    ),
    (
        "wrong-prediction",
        chain(("Dense", {"units": 2, "activation": "softmax"}), output={"loss": "binary_crossentropy"}),
        classes(2),
        (
            "Set units of Dense to 1 with sigmoid",
            "Put a Dense with 1 unit and sigmoid before Output",
            "Let the loss of Output fit the data",
        ),
    ),
    ("wrong-loss", chain(SCORES, output={"loss": "huber"}), ROWS, ("Let the loss of Output fit the data",)),
    (
        "wrong-loss",
        chain(("Dense", {"units": 1}), output={"loss": "mean_squared_error"}),
        ROWS,
        (
            "Let the loss of Output fit the data, and set units of Dense to 3 with softmax",
            "Let the loss of Output fit the data, and put a Dense with 3 units and softmax before Output",
        ),
    ),
    (
        "last-activation",
        chain(("Dense", {"units": 3}), ("Activation", {"activation": "tanh"})),
        ROWS,
        ("Set the activation of Activation to softmax",),
    ),
    (
        "last-activation",
        chain(("Dense", {"units": 1, "activation": "sigmoid"})),
        number(),
        ("Set the activation of Dense to none",),
    ),
    (
        "metric",
        chain(SCORES, output={"metrics": ("accuracy", "mean_absolute_error")}),
        ROWS,
        ("Keep only Accuracy",),
    ),
    (
        "metric",
        chain(SCORES, output={"metrics": ("top_5_accuracy",)}),
        ROWS,
        ("Let the metrics of Output fit the data",),
    ),
    ("unknown-target", chain(SCORES, output={"target": "nothing"}), ROWS, ("Predict 'kind'",)),
    (
        "unknown-target",
        chain(SCORES, output={"target": "nothing"}),
        two_of_each(),
        ("Predict 'kind'", "Predict 'age', and set units of Dense 'scores' to 1 without activation"),
    ),
    (
        "unknown-array",
        set_parameter(chain(SCORES), ["0"], "array", "nothing"),
        ROWS,
        ("Take 'x'",),
    ),
    ("nothing-learns", chain("Flatten", shape=(4,)), None, ("Put a Dense before Output",)),
    # Single parameters.
    ("wrong-value", chain(("Dense", {"units": 0}), SCORES), ROWS, ("Set units of Dense to 64",)),
    ("unknown-parameter", chain(("Dense", {"wings": 2}), SCORES), ROWS, ("Forget wings",)),
    ("large-values", chain(SCORES), large((4,)), ("Set the scaling of Input to 'standardised'",)),
    ("large-values", chain("Flatten", SCORES), large((8, 8, 1)), ("Set the scaling of Input to 'scaled 0–1'",)),
    (
        "scaled-lookup",
        set_parameter(chain("Embedding", "Flatten", SCORES), ["0"], "scaling", "standardise"),
        words(0, 50),
        ("Set the scaling of Input to 'not scaled'",),
    ),
    (
        "lookup-rows",
        chain(("Embedding", {"input_dim": 10}), "Flatten", SCORES),
        words(0, 50),
        ("Set input_dim of Embedding to 51",),
    ),
)


@pytest.mark.parametrize(
    ("kind", "graph", "data", "titles"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_problem_has_the_fixes_that_help(
    kind: str, graph: Graph, data: DataDescription | None, titles: tuple[str, ...]
) -> None:
    analysis = analysed(graph, data)
    problem = next(one for one in analysis.problems if one.kind == kind)
    offered = [fix.title for fix in problem.fixes]
    assert offered[: len(titles)] == list(titles)
    assert len(offered) <= OFFERED
    for fix in problem.fixes:
        mended = judge().analyse(apply_fix(graph, fix), data, trace=True)
        assert count(mended)[problem.block, kind] < count(analysis)[problem.block, kind], fix.title
        assert_no_worse(analysis, mended, fix)


def count(analysis: Analysis) -> Counter[tuple[str | None, str]]:
    return Counter((problem.block, problem.kind) for problem in analysis.problems)


def assert_no_worse(before: Analysis, after: Analysis, fix: Fix) -> None:
    """Fewer errors or, for a warning, fewer problems; else more of the network is known than was."""
    known = [sum(bool(report.output_shapes) for report in one.blocks.values()) for one in (before, after)]
    problems = [(len(one.errors), len(one.problems)) for one in (before, after)]
    assert problems[1] < problems[0] or known[1] > known[0], fix.title


def test_every_entry_has_an_example() -> None:
    examples = {kind for kind, *_ in CASES}
    rare = {"unknown-steps", "unknown-prediction"}
    assert {kind for entry in FIXES for kind in entry.kinds} <= examples | rare


def test_a_sound_network_has_none() -> None:
    assert analysed(chain(SCORES), ROWS).problems == ()


def test_what_would_not_help_is_not_offered() -> None:
    def useless(case: object) -> list[Fix]:
        return [
            Fix("Do nothing that helps", (SetParameter("1", "use_bias", False),)),
            Fix("Break it", (RemoveBlock("0"), RemoveBlock("2"))),
            Fix("Speak of what is gone", (RemoveBlock("nowhere"),)),
            Fix("Nothing at all", ()),
        ]

    graph = chain(("Dense", {"units": 7, "activation": "softmax"}))
    analysis = judge().analyse(graph, ROWS, trace=True)

    def again(repaired: Graph, /, *, trace: bool) -> Analysis:
        return judge().analyse(repaired, ROWS, trace=trace)

    entries = [Entry(("wrong-prediction",), useless), *FIXES]
    found = with_fixes(graph, ROWS, analysis, again, entries)
    assert found.problems[0].fixes[0].title == "Set units of Dense to 3"
    spent = with_fixes(graph, ROWS, analysis, again, entries, budget=1)
    assert spent.problems == analysis.problems


def test_the_search_is_given_up_when_nobody_waits() -> None:
    graph = chain(("Dense", {"units": 7}))
    analysis = judge().analyse(graph, ROWS, trace=True)
    with pytest.raises(GivenUpError):
        judge().with_fixes(graph, ROWS, analysis, wanted=lambda: False)


def test_a_fix_that_uncovers_what_was_hidden_is_offered_where_none_does_without() -> None:
    graph = chain("Conv2D", "LSTM", ("Dense", {"units": 7}))
    problem = analysed(graph, PICTURES).errors[0]
    assert [fix.title for fix in problem.fixes] == ["Put a Reshape to 26 × 832 before LSTM"]
    mended = analysed(apply_fix(graph, problem.fixes[0]), PICTURES)
    assert [one.kind for one in mended.errors] == ["wrong-prediction"]
    assert mended.errors[0].fixes


def test_a_fix_no_longer_fits_a_graph_that_has_changed() -> None:
    graph = chain("Conv2D", DIGIT)
    fix = analysed(graph, PICTURES).errors[0].fixes[0]
    with pytest.raises(GraphError):
        apply_fix(graph.without_blocks(["1"]), fix)


LAYERS = tuple(name for name, spec in CATALOGUE.items() if spec.role == "layer" and name != "Bidirectional")
DATA = (None, PICTURES, SERIES, ROWS, number(), large((8, 8, 1)), words(0, 30))


@st.composite
def broken_graphs(draw: st.DrawFn) -> Graph:
    """Layers in a row as they come, some links of it gone, some blocks loose, some values odd."""
    graph = Graph()
    above: str | None = None
    for type_name in ("Input", *draw(st.lists(st.sampled_from(LAYERS), max_size=5)), "Output"):
        if draw(st.integers(0, 9)) == 0:
            continue
        graph, block = add_block(graph, type_name, 0, 88 * len(graph.blocks))
        spec = CATALOGUE[type_name]
        if above is not None and spec.inputs and draw(st.integers(0, 9)) > 0:
            graph = graph.with_link(Link(PortRef(above, "output"), PortRef(block, spec.inputs[0].name)))
        if spec.outputs:
            above = block
    return graph


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(broken_graphs(), st.sampled_from(DATA))
def test_every_offered_fix_mends_more_than_it_breaks(graph: Graph, data: DataDescription | None) -> None:
    analysis = analysed(graph, data)
    for problem in analysis.problems:
        for fix in problem.fixes:
            mended = judge().analyse(apply_fix(graph, fix), data, trace=True)
            assert count(mended)[problem.block, problem.kind] < count(analysis)[problem.block, problem.kind]
            assert_no_worse(analysis, mended, fix)


def test_a_damaged_link_that_closes_a_circle_leads_nobody_round_it() -> None:
    graph = chain("Dense", "LSTM", SCORES, shape=(20,))
    graph = replace(graph, links=(*graph.links[1:], Link(PortRef("2", "nonsense"), PortRef("1", "input"))))
    assert analysed(graph, SERIES).complete
    network = Network(graph, SERIES, Analysis({key: BlockReport(((20,),)) for key in graph.blocks}))
    assert [producer.block.id for producer in network.chain("4")] == ["3", "2", "1"]


def test_a_network_too_large_as_a_whole_gets_pooling_before_its_largest_layer() -> None:
    small = Judge()
    small._memory = 16 * 65_000
    graph = chain("Conv2D", "Flatten", ("left=Dense", {"units": 3}), ("right=Dense", {"units": 20}), DIGIT)
    analysis = small.analyse(graph, PICTURES, trace=True)
    assert [(problem.kind, problem.block) for problem in analysis.errors] == [("size", None)]
    (problem,) = small.with_fixes(graph, PICTURES, analysis).errors
    assert [fix.title for fix in problem.fixes] == ["Put a GlobalAveragePooling2D before Flatten"]


def test_each_wrong_value_of_a_block_has_its_own_fix() -> None:
    graph = chain(("Dense", {"units": 0, "activation": "nonsense"}), SCORES)
    titles = [[fix.title for fix in problem.fixes] for problem in analysed(graph, ROWS).errors]
    assert titles == [["Set units of Dense to 64"], ["Set activation of Dense to none"]]


def test_a_missing_input_goes_before_what_leads_on() -> None:
    graph = loose(without(chain("Flatten", SCORES), "0"))
    (problem,) = (one for one in analysed(graph, PICTURES).problems if one.kind == "no-input")
    assert [fix.title for fix in problem.fixes] == ["Add an Input before Flatten"]


def test_an_input_before_a_block_that_is_gone_no_longer_fits() -> None:
    graph = without(chain(SCORES), "0")
    fix = analysed(graph, ROWS).errors[0].fixes[0]
    with pytest.raises(GraphError, match="no longer fits"):
        apply_fix(without(loose(graph), "1"), fix)


def test_problems_without_a_kind_have_no_fixes() -> None:
    graph = chain(SCORES)
    odd = Analysis(problems=(Problem("error", "1", "Something odd."),), traced=True)
    assert judge().with_fixes(graph, ROWS, odd) == replace(odd, complete=True)
