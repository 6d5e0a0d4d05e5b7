"""Large numbers that enter a network as they are: when the judge says so, and what it advises."""

from __future__ import annotations

import pytest

from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.data.loading import describe
from engine.edits import set_parameter
from engine.judge.report import Problem
from engine.judge.values import large_values
from engine.templates import TEMPLATES, load_template
from tests.judge_tools import Step, chain

DENSE: Step = ("Dense", {"units": 3, "activation": "softmax"})


def data(shape: tuple[int | None, ...], low: float, high: float) -> DataDescription:
    target = TargetInfo("kind", "classes", class_names=("a", "b", "c"))
    return DataDescription("made", "Petals", (ArrayInfo("x", shape, "float32", low, high),), (target,), 90, 10)


def said(*steps: Step, low: float = 0, high: float = 255, shape: tuple[int | None, ...] = (8, 8, 1)) -> list[Problem]:
    return large_values(chain(*steps), data(shape, low, high))


def test_pictures_of_large_numbers_are_to_be_scaled_0_to_1() -> None:
    (problem,) = said("Flatten", DENSE, high=16)
    assert (problem.severity, problem.block) == ("warning", "0")
    assert problem.message == (
        "The values of Petals run from 0 to 16, and Input lets them in as they are. Networks learn better from small "
        "numbers: set its scaling to 'scaled 0–1'."
    )


def test_a_table_of_large_numbers_is_to_be_standardised() -> None:
    (problem,) = said(DENSE, shape=(13,), high=1680)
    assert problem.message.endswith("set its scaling to 'standardised'.")


@pytest.mark.parametrize(("low", "high"), [(0.1, 7.9), (-10, 10), (float("nan"), float("nan"))])
def test_small_numbers_are_fine(low: float, high: float) -> None:
    assert said(DENSE, shape=(4,), low=low, high=high) == []


@pytest.mark.parametrize("following", ["Rescaling", "BatchNormalization", "Embedding"])
def test_what_brings_numbers_to_size_or_looks_them_up_may_have_them_large(following: str) -> None:
    assert said(following, "Flatten", DENSE) == []
    assert said("Flatten", following, DENSE) == []


@pytest.mark.parametrize("scaling", ["0–1", "standardise"])
def test_an_input_that_scales_is_fine(scaling: str) -> None:
    graph = set_parameter(chain("Flatten", DENSE), ["0"], "scaling", scaling)
    assert large_values(graph, data((8, 8, 1), 0, 255)) == []


def test_an_input_that_feeds_nothing_yet_is_left_alone() -> None:
    graph = chain("Flatten", DENSE)
    assert large_values(graph.without_blocks(["1"]), data((8, 8, 1), 0, 255)) == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("mnist")])
def test_templates_with_bundled_data_keep_free_of_it(name: str) -> None:
    project = load_template(name)
    if project.data.source:
        assert large_values(project.graph, describe(project.data)) == []
