"""Whether what a network predicts fits its target: counts, activations, losses and metrics, and what is suggested."""

from __future__ import annotations

import pytest

from engine.data.description import DataDescription, TargetInfo
from engine.graph import Graph, Value
from engine.judge.outputs import resolve_loss, resolve_metrics
from tests.judge_tools import Step, chain, classes, judged, number

DIGITS = classes(10, (64,), "Digits")
TWO = classes(2)
THREE = classes(3)
NUMBER = number()
SMALL = number(low=0.0, high=1.0)
POSITIVE = number(low=0.0, high=50.0)


def dense(units: int, activation: str | None = None, name: str = "scores") -> Step:
    return f"{name}=Dense", {"units": units, "activation": activation}


def net(*steps: Step, **output: Value) -> Graph:
    return chain(*steps, output=output)


FITTING: tuple[tuple[Graph, DataDescription], ...] = (
    (net(dense(10, "softmax")), DIGITS),
    (net(dense(10, "softmax"), loss="categorical_crossentropy", metrics=("accuracy", "top_5_accuracy")), DIGITS),
    (net(dense(2, "softmax")), TWO),
    (net(dense(1, "sigmoid")), TWO),
    (net(dense(1, "sigmoid"), loss="binary_crossentropy"), TWO),
    (net(dense(10, "softmax"), "Dropout"), DIGITS),
    (net(dense(10), ("Activation", {"activation": "softmax"})), DIGITS),
    (net(dense(1)), NUMBER),
    (net(dense(1, "relu")), NUMBER),
    (net(dense(1, "sigmoid")), SMALL),
    (net(dense(1, "exponential"), loss="poisson"), POSITIVE),
    (net(dense(1), loss="huber", metrics=("mean_squared_error",)), NUMBER),
)


@pytest.mark.parametrize(("graph", "data"), FITTING)
def test_what_fits_has_no_problem(graph: Graph, data: DataDescription) -> None:
    assert not judged(graph, data).problems


MISFITS: tuple[tuple[Graph, DataDescription, str], ...] = (
    (net(dense(7, "softmax")), DIGITS,
     "error: Digits has 10 classes, but Dense 'scores' gives 7 numbers: set units of Dense 'scores' to 10."),
    (net(dense(12, "softmax")), DIGITS, "error: Digits has 10 classes, but Dense 'scores' gives 12 numbers: set units"),
    (net(dense(7), "Dropout"), DIGITS, "error: Digits has 10 classes, but Dropout gives 7 numbers: set units of Dense"),
    (net(("Reshape", {"target_shape": (8, 8)}), ("b=Bidirectional", {"units": 5, "merge_mode": "sum"})), DIGITS,
     "error: Digits has 10 classes, but Bidirectional 'b' gives 5 numbers: set units of Bidirectional 'b' to 10."),
    (net(("Reshape", {"target_shape": (8, 8)}), ("b=Bidirectional", {"units": 4})), DIGITS,
     "error: Digits has 10 classes, but Bidirectional 'b' gives 8 numbers: put a Dense with 10 units and softmax"),
    (net(("Reshape", {"target_shape": (8, 8, 1)}), "Conv2D"), DIGITS,
     "error: Digits has 10 classes, but Conv2D gives a picture (6 × 6 × 32): put a Flatten and then a Dense with 10"),
    (net(dense(1), loss="sparse_categorical_crossentropy"), TWO, "error: Flowers has 2 classes, but Dense 'scores' g"),
    (net(dense(2, "sigmoid"), loss="binary_crossentropy"), TWO,
     "error: Binary cross-entropy compares one number, the probability of 'class 1', but Dense 'scores' gives 2 num"),
    (net(dense(1, "sigmoid"), loss="binary_crossentropy"), THREE,
     "error: Binary cross-entropy tells two classes apart, but 'kind' has 3."),
    (net(dense(3), loss="mean_squared_error"), THREE,
     "error: Mean squared error is a loss for numbers, but 'kind' is one of 3 classes."),
    (net(dense(1), loss="sparse_categorical_crossentropy"), NUMBER,
     "error: Cross-entropy is a loss for classes, but 'progress' is a number."),
    (net(dense(10)), NUMBER,
     "error: 'progress' is one number, but Dense 'scores' gives 10 numbers: set units of Dense 'scores' to 1."),
    (net(dense(3), target="colour"), THREE, "error: Output asks for the target 'colour', but Flowers has 'kind'."),
    (net(dense(10, "relu")), DIGITS,
     "warning: Cross-entropy expects probabilities that add up to 1, but Dense 'scores' uses relu. "
     "Set its activation to softmax."),
    (net(dense(10)), DIGITS, "warning: Cross-entropy expects probabilities that add up to 1, but Dense 'scores' has"),
    (net(dense(1)), TWO, "warning: Binary cross-entropy expects a probability from 0 to 1, but Dense 'scores' has no"),
    (net(dense(1, "softmax")), TWO,
     "warning: Dense 'scores' uses softmax on a single number, which is always 1. Set its activation to sigmoid."),
    (net(dense(1, "softmax")), NUMBER, "warning: Dense 'scores' uses softmax on a single number, which is always 1. "),
    (net(dense(1, "sigmoid")), NUMBER,
     "warning: Dense 'scores' uses sigmoid, which only gives 0 to 1, but 'progress' runs from 25 to 346. "),
    (net(dense(1, "relu")), number(low=-3.0), "warning: Dense 'scores' uses relu, which gives nothing below 0, but"),
    (net(dense(1), loss="poisson"), POSITIVE, "warning: Poisson expects positive numbers, but Dense 'scores' has no a"),
    (net(dense(3, "softmax"), metrics=("mean_absolute_error",)), THREE,
     "warning: Mean absolute error is meant for numbers, and 'kind' is a class. It is left out"),
    (net(dense(3, "softmax"), metrics=("top_5_accuracy",)), THREE,
     "warning: Top-5 accuracy would always be 100%, because 'kind' has only 3 classes."),
)  # fmt: skip


@pytest.mark.parametrize(("graph", "data", "sentence"), MISFITS, ids=[row[2][:70] for row in MISFITS])
def test_what_does_not_fit_is_told_with_its_repair(graph: Graph, data: DataDescription, sentence: str) -> None:
    problems = judged(graph, data).problems
    assert len(problems) == 1, problems
    assert f"{problems[0].severity}: {problems[0].message}".startswith(sentence)
    assert problems[0].block == list(graph.blocks)[-1]
    assert problems[0].links == graph.links[-1:]


def test_without_data_there_are_warnings_only() -> None:
    analysis = judged(chain(dense(10, "softmax"), shape=(64,)))
    assert [problem.severity for problem in analysis.problems] == ["warning"]
    assert analysis.blocks["2"].output_shapes == ((10,),)
    nothing = judged(chain(dense(10, "softmax")))
    assert [problem.severity for problem in nothing.problems] == ["warning"]


def test_a_chosen_loss_is_looked_at_without_data_too() -> None:
    graph = chain(dense(10), shape=(64,), output={"loss": "sparse_categorical_crossentropy"})
    assert any("expects probabilities" in problem.message for problem in judged(graph).problems)


_TWO, _THREE = TWO.targets[0], THREE.targets[0]


@pytest.mark.parametrize(
    ("chosen", "target", "shape", "loss"),
    [
        (None, _THREE, (3,), "sparse_categorical_crossentropy"),
        (None, _TWO, (2,), "sparse_categorical_crossentropy"),
        (None, _TWO, (1,), "binary_crossentropy"),
        (None, _THREE, (1,), "sparse_categorical_crossentropy"),
        (None, NUMBER.targets[0], (1,), "mean_squared_error"),
        ("huber", NUMBER.targets[0], (1,), "huber"),
        (None, None, (1,), "mean_squared_error"),
        (None, None, None, "sparse_categorical_crossentropy"),
    ],
)
def test_the_loss_follows_from_target_and_prediction(
    chosen: str | None, target: TargetInfo | None, shape: tuple[int, ...] | None, loss: str
) -> None:
    assert resolve_loss({"loss": chosen}, target, shape).name == loss


def test_metrics_follow_from_the_target_and_those_that_make_no_sense_are_left_out() -> None:
    assert [entry.name for entry in resolve_metrics({"metrics": None}, _THREE)] == ["accuracy"]
    assert [entry.name for entry in resolve_metrics({"metrics": None}, NUMBER.targets[0])] == ["mean_absolute_error"]
    chosen: dict[str, Value] = {"metrics": ("accuracy", "mean_squared_error", "top_5_accuracy")}
    assert [entry.name for entry in resolve_metrics(chosen, _THREE)] == ["accuracy"]
    assert [entry.name for entry in resolve_metrics({"metrics": ()}, _THREE)] == []
