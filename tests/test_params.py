"""Parameters: what a value may be, and that what is shown can be typed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import CATALOGUE
from engine.catalogue.params import (
    BoolParam,
    ChoiceParam,
    ChoicesParam,
    FloatParam,
    IntParam,
    Param,
    ParamError,
    RegularizerParam,
    ShapeParam,
    SizeParam,
    TextParam,
)
from engine.graph import Value
from engine.optimizers import OPTIMIZERS

_SPECS = [(spec.type, param) for spec in CATALOGUE.values() for param in spec.params]
_SPECS += [(entry.name, param) for entry in OPTIMIZERS.values() for param in entry.hyperparameters]
_OWNERS = {param: owner for owner, param in reversed(_SPECS)}
ALL = tuple(_OWNERS)  # what many layers share is tried once
NAMES = [f"{owner}.{param.name}" for param, owner in _OWNERS.items()]


def _one_or_none(values: st.SearchStrategy[Value], none: bool) -> st.SearchStrategy[Value]:
    return st.none() | values if none else values


def proper_values(param: Param) -> st.SearchStrategy[Value]:
    """Values in their proper form, from all that a parameter can take."""
    match param:
        case IntParam():
            return _one_or_none(st.integers(param.minimum, param.maximum), param.optional)
        case FloatParam():
            numbers = st.floats(
                param.minimum,
                param.maximum,
                exclude_min=param.open_minimum,
                exclude_max=param.open_maximum,
                allow_nan=False,
                allow_infinity=False,
            )
            return _one_or_none(numbers, param.optional)
        case BoolParam():
            return st.booleans()
        case ChoiceParam():
            return _one_or_none(st.sampled_from(param.choices), param.none is not None)
        case ChoicesParam():
            return st.none() | st.sets(st.sampled_from(param.choices)).map(lambda names: param.check(tuple(names)))
        case TextParam():
            return st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\n")).map(param.check)
        case SizeParam():
            sizes = st.tuples(*[st.integers(param.minimum, param.maximum)] * param.dimensions)
            return _one_or_none(sizes, param.optional)
        case ShapeParam():
            lengths: st.SearchStrategy[Value] = st.integers(1, 10**9)
            lengths = st.none() | lengths if param.unknowns else lengths
            shapes = st.lists(lengths, min_size=1, max_size=param.maximum_rank).map(tuple)
            if param.inferred:
                shapes |= shapes.map(lambda shape: (-1, *shape[1:]))
            return _one_or_none(shapes, param.none is not None)
        case RegularizerParam():
            strengths = st.floats(0.0, 1000.0)
            return st.none() | st.tuples(st.sampled_from(param.choices), strengths)
    raise AssertionError(f"no values for {param!r}")


@pytest.mark.parametrize("param", ALL, ids=NAMES)
def test_what_is_shown_can_be_typed_again(param: Param) -> None:
    @given(proper_values(param))
    def check(value: Value) -> None:
        assert param.check(value) == value
        assert param.parse(param.show(value)) == value

    check()


def _outcome(read: Callable[[Any], Value], given_value: Value) -> Value | ParamError:
    """What reading gives: the value, or the refusal."""
    try:
        return read(given_value)
    except ParamError as refusal:
        return refusal


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=4).map(tuple),
        max_leaves=6,
    )
)
def test_any_value_of_a_file_is_taken_or_refused_with_a_sentence(value: Value) -> None:
    for param in ALL:
        proper = _outcome(param.check, value)
        assert proper.args[0].endswith(".") if isinstance(proper, ParamError) else param.check(proper) == proper


@given(st.text(max_size=30))
def test_any_text_is_taken_or_refused_with_a_sentence(text: str) -> None:
    for param in ALL:
        proper = _outcome(param.parse, text)
        assert proper.args[0].endswith(".") if isinstance(proper, ParamError) else param.check(proper) == proper


UNITS = IntParam(name="units", default=64, minimum=1, maximum=1000)
RATE = FloatParam(name="rate", default=0.5, minimum=0.0, maximum=1.0, open_maximum=True, percent=True)
STEP = FloatParam(name="scale", default=1.0, minimum=0.0, open_minimum=True)
KERNEL = SizeParam(name="kernel_size", default=(3, 3), dimensions=2)
WIDTH = SizeParam(name="kernel_size", default=(3,), dimensions=1)
SHAPE = ShapeParam(name="target_shape", default=(-1,), inferred=True)
INPUT = ShapeParam(name="shape", none="from the data", unknowns=True)
PENALTY = RegularizerParam(name="kernel_regularizer")
METRICS = ChoicesParam(name="metrics", choices=("accuracy", "loss"), none="fits the data", titles=("Accuracy", "Loss"))


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (UNITS, " 1 000 ", 1000),
        (RATE, "25%", 0.25),
        (RATE, "25 %", 0.25),
        (RATE, "0,25", 0.25),
        (RATE, "1/4", 0.25),
        (STEP, "1e-3", 0.001),
        (STEP, "1/255", 1 / 255),
        (KERNEL, "3", (3, 3)),
        (KERNEL, "3x5", (3, 5)),
        (KERNEL, "3 × 5", (3, 5)),
        (KERNEL, "(3, 5)", (3, 5)),
        (WIDTH, "(3,)", (3,)),
        (SHAPE, "28 × 28", (28, 28)),
        (SHAPE, "28 −1", (28, -1)),
        (INPUT, "? × 10", (None, 10)),
        (INPUT, "from the data", None),
        (INPUT, "", None),
        (PENALTY, "l2", ("l2", 0.01)),
        (PENALTY, "L1 0.5", ("l1", 0.5)),
        (PENALTY, "none", None),
        (METRICS, "Loss, accuracy", ("accuracy", "loss")),
        (METRICS, "nothing", ()),
        (METRICS, "", None),
        (BoolParam(name="use_bias", default=True), "No", False),
        (ChoiceParam(name="padding", choices=("valid", "same")), "Same", "same"),
    ],
)
def test_what_people_type_is_understood(param: Param, text: str, value: Value) -> None:
    assert param.parse(text) == value


@pytest.mark.parametrize(
    ("param", "text", "sentence"),
    [
        (UNITS, "ten", "units must be a whole number, such as 64."),
        (UNITS, "0", "units must be at least 1, not 0."),
        (UNITS, "1001", "units must be at most 1000, not 1001."),
        (UNITS, "", "units must be a whole number, such as 64."),
        (RATE, "30", "rate is a share of the whole: write it like 25% or 0.25."),
        (RATE, "100%", "rate must be less than 1, not 1."),
        (RATE, "-0.1", "rate must be at least 0, not -0.1."),
        (STEP, "0", "scale must be greater than 0, not 0."),
        (STEP, "1/0", "scale must be a number, such as 1."),
        (STEP, "nan", "scale must be a number of ordinary size, not nan."),
        (STEP, "1e999", "scale must be a number of ordinary size, not inf."),
        (KERNEL, "3 × 3 × 3", "kernel_size must be written like 3 × 3."),
        (KERNEL, "0", "kernel_size must be at least 1, not 0."),
        (SHAPE, "-1 × -1", "Only one number of target_shape can be −1: it is worked out from the others."),
        (SHAPE, "", "target_shape must be a shape such as 28 × 28 × 1."),
        (SHAPE, "28 × 0", "Each number of target_shape must be a whole number from 1 up, not 0."),
        (PENALTY, "l3", "kernel_regularizer must be none, or written like l2 0.01."),
        (PENALTY, "l2 -1", "the strength of kernel_regularizer must be at least 0, not -1."),
        (METRICS, "speed", "metrics must be some of accuracy, loss, not speed."),
        (ChoiceParam(name="padding", choices=("valid", "same")), "half", "padding must be one of valid, same."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(param: Param, text: str, sentence: str) -> None:
    with pytest.raises(ParamError) as refusal:
        param.parse(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("param", "value", "text"),
    [
        (RATE, 0.25, "25%"),
        (RATE, 0.07, "7%"),
        (STEP, 1 / 255, "1/255"),
        (STEP, 0.001, "0.001"),
        (STEP, 1e-7, "1e-07"),
        (KERNEL, (3, 5), "3 × 5"),
        (SHAPE, (28, -1), "28 × −1"),
        (INPUT, (None, 10), "? × 10"),
        (INPUT, None, "from the data"),
        (PENALTY, ("l2", 0.01), "l2 0.01"),
        (METRICS, ("accuracy", "loss"), "Accuracy, Loss"),
    ],
)
def test_values_are_shown_as_a_person_writes_them(param: Param, value: Value, text: str) -> None:
    assert param.show(value) == text
