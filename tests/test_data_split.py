"""The validation part is repeatable and even over the classes, and loading can be given up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.dataset import DataCancelledError
from engine.data.loading import load
from engine.data.split import split_rows
from engine.settings import DataSettings


@given(
    labels=st.lists(st.integers(0, 6), max_size=200),
    fraction=st.floats(0, 0.99),
    seed=st.integers(0, 2**32 - 1),
    stratified=st.booleans(),
)
def test_every_example_is_in_one_part(labels: list[int], fraction: float, seed: int, stratified: bool) -> None:
    training, validation = split_rows(len(labels), fraction, seed, np.array(labels) if stratified else None)
    assert sorted([*training, *validation]) == list(range(len(labels)))
    assert len(training) > 0 or not labels


@given(counts=st.lists(st.integers(1, 60), min_size=1, max_size=8), fraction=st.floats(0.01, 0.9))
def test_each_class_gives_its_share(counts: list[int], fraction: float) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    training, validation = split_rows(len(labels), fraction, 1, labels)
    for number, count in enumerate(counts):
        held_back = int(np.count_nonzero(labels[validation] == number))
        assert number in labels[training]
        assert held_back <= np.ceil(count * fraction) + 1
        if len(labels) > 1 and count > 1 and len(labels) * fraction >= 1:
            assert (
                held_back >= np.floor(count * (round(len(labels) * fraction) / len(labels))) - 1e-9
                or held_back == count - 1
            )


def test_the_same_seed_gives_the_same_split_and_another_one_does_not() -> None:
    def rows(seed: int) -> Any:
        return load(DataSettings("iris", 0.2, seed)).x_val["measurements"]

    np.testing.assert_array_equal(rows(1), rows(1))
    assert not np.array_equal(rows(1), rows(2))


def test_iris_is_split_evenly_over_its_species() -> None:
    data = load(DataSettings("iris"))
    assert np.bincount(data.y_val["species"]).tolist() == [10, 10, 10]


def test_a_class_with_one_example_is_trained_on() -> None:
    training, _ = split_rows(11, 0.5, 3, np.array([0] * 10 + [1]))
    assert 10 in training


@pytest.mark.parametrize(("examples", "parts"), [(0, (0, 0)), (1, (1, 0)), (2, (1, 1)), (3, (2, 1))])
def test_tiny_sets_are_split_sensibly(examples: int, parts: tuple[int, int]) -> None:
    training, validation = split_rows(examples, 0.2, 1)
    assert (len(training), len(validation)) == parts


def test_nothing_is_held_back_where_nothing_should_be() -> None:
    data = load(DataSettings("iris", 0.0))
    assert data.description.validation_examples == 0
    assert data.x_val["measurements"].shape == (0, 4)
    assert "No examples are held back" in data.description.note


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_an_impossible_validation_part_gets_a_sentence(fraction: float) -> None:
    with pytest.raises(ValueError, match="from 0 to less than 1"):
        load(DataSettings("iris", fraction))


def test_loading_can_be_given_up() -> None:
    with pytest.raises(DataCancelledError):
        load(DataSettings("digits"), lambda done, total: False)
