"""Every way in which Keras refuses a graph has a sentence that says what happened and how to mend it."""

from __future__ import annotations

import re

import pytest

from engine.edits import set_parameter
from engine.graph import Graph
from engine.judge.probe import Refusal, bare_message
from tests.judge_tools import Step, chain, judged, merge

Shape = tuple[int | None, ...]


def only_error(graph: Graph) -> str:
    """The one error of a graph; a mistake upstream must not flood what stands below it."""
    errors = judged(graph).errors
    assert len(errors) == 1, [problem.message for problem in errors]
    assert errors[0].block is not None
    assert "Keras" not in errors[0].message
    assert "None" not in errors[0].message
    return errors[0].message


WRONG: tuple[tuple[Shape, tuple[Step, ...], str], ...] = (
    # A sequence is needed.
    (
        (28, 28, 1),
        ("Conv2D", "lstm=LSTM", "Dense"),
        "LSTM 'lstm' needs a sequence (time, features), but Conv2D gives a picture (26 × 26 × 32). "
        "Put a Reshape to 26 × 832 between them.",
    ),
    ((10,), ("SimpleRNN",), "SimpleRNN needs a sequence (time, features), but Input gives a row of 10 numbers."),
    ((10,), ("GRU",), "Put a Reshape to 10 × 1 between them."),
    ((8, 8, 3), ("Bidirectional", "Dense"), "Bidirectional needs a sequence (time, features), but Input gives a pic"),
    ((10, 4), ("LSTM", "GRU"), "Switch return_sequences of LSTM on, so that it gives a step for every time."),
    ((10, 4), ("Bidirectional", "GRU"), "Switch return_sequences of Bidirectional on"),
    ((8, 8, 3), ("Conv1D",), "Put a Reshape to 8 × 24 between them, or use Conv2D."),
    ((8, 8, 3), (("Conv1D", {"padding": "causal"}),), "or use Conv2D."),
    ((8, 8, 3), ("MaxPooling1D",), "or use MaxPooling2D."),
    ((8, 8, 3), ("AveragePooling1D",), "or use AveragePooling2D."),
    ((8, 8, 3), ("GlobalAveragePooling1D",), "or use GlobalAveragePooling2D."),
    ((8, 8, 3), ("GlobalMaxPooling1D",), "or use GlobalMaxPooling2D."),
    ((8,), ("GlobalMaxPooling1D",), "GlobalMaxPooling1D needs a sequence (time, features), but Input gives a row"),
    ((8,), ("MaxPooling1D",), "Put a Reshape to 8 × 1 between them."),
    ((10, 10), ("Embedding", "LSTM"), "but Embedding gives a picture (10 × 10 × 64)"),
    # A picture is needed.
    ((784,), ("Conv2D",), "Conv2D needs a picture (height, width, channels), but Input gives a row of 784 numbers. "),
    ((784,), ("Conv2D",), "Put a Reshape to 28 × 28 × 1 between them."),
    ((3072,), ("Conv2D",), "Put a Reshape to 32 × 32 × 3 between them."),
    ((50,), ("Conv2D",), "Put a Reshape between them."),
    ((28, 28), ("Conv2D",), "Put a Reshape to 28 × 28 × 1 between them, or use Conv1D."),
    ((28, 28), ("MaxPooling2D",), "or use MaxPooling1D."),
    ((28, 28), ("AveragePooling2D",), "Input gives a sequence (28 × 28)"),
    ((28, 28), ("GlobalAveragePooling2D",), "GlobalAveragePooling2D needs a picture"),
    ((64,), ("GlobalMaxPooling2D",), "Put a Reshape to 8 × 8 × 1 between them."),
    ((2, 3, 4, 5), ("Conv2D",), "but Input gives a volume (2 × 3 × 4 × 5). Put a Reshape to 2 × 3 × 20 between them."),
    ((None, None), ("Conv2D",), "but Input gives a sequence (? × ?). Put a Reshape between them, or use Conv1D."),
    # The window is larger than what it moves over.
    (
        (2, 2, 1),
        ("Conv2D",),
        "Conv2D moves a kernel of 3 × 3 over its input, but Input gives a picture (2 × 2 × 1), which is smaller. "
        "Make the kernel smaller, set padding to same or take out a pooling or a stride above it.",
    ),
    ((8, 8, 1), (("MaxPooling2D", {"pool_size": (9, 9)}),), "MaxPooling2D moves a pool of 9 × 9 over its input"),
    ((8, 8, 1), (("AveragePooling2D", {"pool_size": (9, 2)}),), "moves a pool of 9 × 2"),
    ((8, 1), (("Conv1D", {"kernel_size": (9,)}),), "moves a kernel of 9 over"),
    ((8, 1), (("MaxPooling1D", {"pool_size": (9,)}),), "moves a pool of 9 over"),
    ((8, 8, 1), (("Conv2D", {"dilation_rate": (5, 5)}),), "moves a kernel of 11 × 11 with its dilation over"),
    # Conflicts within a layer.
    (
        (8, 8, 1),
        (("Conv2D", {"strides": (2, 2), "dilation_rate": (2, 2)}),),
        "Conv2D cannot have both strides and dilation (strides 2 × 2 and dilation_rate 2 × 2). "
        "Set one of the two to 1.",
    ),
    ((8, 1), (("Conv1D", {"strides": (2,), "dilation_rate": (2,)}),), "cannot have both strides and dilation"),
    ((8, 8, 3), (("Conv2D", {"groups": 3}),), "32 filters do not split into 3. Set groups to 1"),
    ((8, 8, 3), (("Conv2D", {"groups": 2}),), "whose 3 channels do not split so. Set groups to 1."),
    # Numbers that do not add up.
    (
        (16,),
        (("Reshape", {"target_shape": (3, 5)}),),
        "Reshape arranges numbers without losing one, but Input gives 16, and 3 × 5 would be 15. "
        "Choose numbers whose product is 16.",
    ),
    ((16,), (("Reshape", {"target_shape": (4, 5)}),), "Choose numbers whose product is 16, such as 4 × 4."),
    ((4, 4), (("Reshape", {"target_shape": (-1, 5)}),), "Input gives 16 (4 × 4), which 5 does not divide"),
    # Axes.
    ((10,), (("BatchNormalization", {"axis": 3}),), "is told to work along axis 3, but Input gives a row of 10 num"),
    ((10,), (("BatchNormalization", {"axis": 0}),), "its axes go from 1 to 1. Set axis to −1"),
    ((10,), (("LayerNormalization", {"axis": 2}),), "Set axis to −1, the last one."),
    ((10,), (("LayerNormalization", {"axis": -3}),), "axis −3"),
    # Lengths that are not known.
    ((None,), ("Dense",), "Dense has to know how many numbers to expect, but Input gives ?, where ? is not known."),
    ((None, 3), ("Flatten", "Dense"), "Dense has to know how many numbers to expect, but Flatten gives ?"),
    ((10, None), ("LSTM",), "LSTM has to know how many numbers to expect, but Input gives 10 × ?"),
    ((10, None), ("Bidirectional",), "Bidirectional has to know how many numbers"),
    ((8, 8, None), ("Conv2D",), "Conv2D has to know how many numbers to expect, but Input gives 8 × 8 × ?"),
    ((None,), ("BatchNormalization",), "Give the Input a shape without ?."),
    ((10, None), ("LayerNormalization",), "Give the Input a shape without ?."),
    # A single row cannot be orthogonal.
    (
        (8,),
        (("Dense", {"bias_initializer": "orthogonal"}),),
        "Dense cannot start bias as orthogonal, because that is no table of numbers but a single row. "
        "Choose another bias_initializer, such as zeros.",
    ),
    ((8, 4), (("BatchNormalization", {"gamma_initializer": "orthogonal"}),), "Choose another gamma_initializer"),
)


@pytest.mark.parametrize(("shape", "steps", "sentence"), WRONG, ids=lambda value: str(value)[:60])
def test_a_wrong_graph_is_explained(shape: Shape, steps: tuple[Step, ...], sentence: str) -> None:
    assert sentence in only_error(chain(*steps, shape=shape))


MERGES: tuple[tuple[str, tuple[Shape, ...], dict[str, int], str], ...] = (
    ("Add", ((3,), (4,)), {}, "Add needs inputs of the same shape, but Input 'a' gives 3 and Input 'b' gives 4."),
    ("Add", ((8, 8, 3), (8, 7, 3)), {}, "Input 'a' gives 8 × 8 × 3 and Input 'b' gives 8 × 7 × 3"),
    ("Concatenate", ((3, 4), (4, 3)), {}, "Concatenate joins inputs that have as many dimensions"),
    ("Concatenate", ((3, 4), (3,)), {}, "Put a Flatten or a Reshape before one of them."),
    ("Concatenate", ((3,), (3,)), {"axis": 3}, "is told to work along axis 3"),
)


@pytest.mark.parametrize(("type_name", "shapes", "parameters", "sentence"), MERGES)
def test_a_merge_of_unlike_inputs_is_explained(
    type_name: str, shapes: tuple[Shape, ...], parameters: dict[str, int], sentence: str
) -> None:
    assert sentence in only_error(merge(type_name, *shapes, parameters=parameters))


def test_columns_of_unknown_number_cannot_be_standardised() -> None:
    graph = set_parameter(chain("Dense", shape=(None,)), ["0"], "scaling", "standardise")
    assert "Input cannot standardise columns as long as it is not known how many there are" in only_error(graph)


UNSURE: tuple[tuple[Shape, tuple[Step, ...], str], ...] = (
    ((None, 4), (("Reshape", {"target_shape": (3, 5)}), "Dense"), "Reshape to 3 × 5 may not fit: Input gives ? × 4"),
    ((None, 4), (("LSTM", {"unroll": True}), "Dense"), "write every step out (unroll)"),
)


@pytest.mark.parametrize(("shape", "steps", "sentence"), UNSURE, ids=lambda value: str(value)[:60])
def test_what_hangs_on_an_unknown_length_is_a_warning(shape: Shape, steps: tuple[Step, ...], sentence: str) -> None:
    analysis = judged(chain(*steps, shape=shape))  # this settles the backend, before Keras is imported
    import keras

    if keras.backend.backend() != "jax":
        pytest.skip("only JAX fills unknown lengths in while it traces")
    assert not analysis.errors
    assert any(sentence in problem.message for problem in analysis.problems)
    assert analysis.blocks["2"].output_shapes


def test_a_message_of_keras_is_quoted_without_its_frame() -> None:
    raw = (
        "Exception encountered when calling Odd.call().\n\n\x1b[1mSomething odd\nhappened.\x1b[0m\n\n"
        "Arguments received by Odd.call():\n  • args=('<KerasTensor>',)"
    )
    assert bare_message(raw) == "Something odd happened."


def test_an_unknown_refusal_is_quoted_with_a_plain_lead() -> None:
    from engine.catalogue import CATALOGUE
    from engine.graph import Block
    from engine.judge.sentences import Source, explain

    dense = CATALOGUE["Dense"]
    block = Block("a", "Dense", "scores")
    source = Source(Block("b", "Dense", "Dense"), dense, {}, (3,))
    refusal = Refusal("call", "ValueError", "Input 0 with name 'None' of layer 'layer' is incompatible: odd.")
    sentence = explain(block, dense, dense.values(block), (source,), refusal).sentence
    assert sentence.startswith("Dense 'scores' cannot work on this input, where Dense gives a row of 3 numbers.")
    assert sentence.endswith('Keras says: "Its input is incompatible: odd."')
    assert not re.search(r"'layer'", sentence)
