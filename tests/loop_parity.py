"""Compares a loop's steps with Keras's `train_on_batch` on one backend; also a program, for a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.graph import Block, Graph
from tests.training_graphs import chain, dense, link

EXAMPLES, BATCH = 37, 8

_TARGETS = {
    "kind": TargetInfo("kind", "classes", (), ("a", "b", "c")),
    "yes": TargetInfo("yes", "classes", (), ("no", "yes")),
    "size": TargetInfo("size", "number", (1,)),
}


@dataclass(frozen=True)
class Case:
    """A network, the shapes of its data by array, its targets, and an optimizer."""

    graph: Graph
    arrays: Mapping[str, tuple[int, ...]]
    targets: tuple[str, ...]
    optimizer: str = "Adam"
    whole_numbers: bool = False


def _two_in_two_out() -> Graph:
    blocks = [
        Block("a", "Input", "left", {"array": "left", "scaling": "standardise"}),
        Block("b", "Input", "right", {"array": "right"}),
        Block("da", "Dense", "of left", {"units": 5, "activation": "relu"}),
        Block("db", "Dense", "of right", {"units": 5, "activation": "tanh"}),
        Block("join", "Concatenate", "both"),
        Block("k", "Dense", "kinds", {"units": 3, "activation": "softmax"}),
        Block("s", "Dense", "sizes", {"units": 1}),
        Block("ok", "Output", "which kind", {"target": "kind"}),
        Block("os", "Output", "Größe", {"target": "size", "loss_weight": 0.25}),
    ]
    links = (
        link("a", "da"), link("b", "db"), link("da", "join", "inputs"), link("db", "join", "inputs"),
        link("join", "k"), link("join", "s"), link("k", "ok"), link("s", "os"),
    )  # fmt: skip
    return Graph({block.id: block for block in blocks}, links)


_ROW = {"x": (6,)}
_SOFTMAX = dense(3, "softmax")

CASES: dict[str, Case] = {
    "dense": Case(chain(dense(8, "relu"), _SOFTMAX), _ROW, ("kind",)),
    "dense-sgd-momentum": Case(chain(dense(8, "relu"), _SOFTMAX), _ROW, ("kind",), "SGD"),
    "dropout": Case(chain(dense(16, "relu"), ("Dropout", {"rate": 0.5}), _SOFTMAX), _ROW, ("kind",)),
    # No bias before the normalisation: its gradient is nothing but rounding, which Adam makes as large as any other.
    "batch-normalisation": Case(chain(dense(8, use_bias=False), ("BatchNormalization", {}), _SOFTMAX), _ROW, ("kind",)),
    "regularisers": Case(
        chain(
            dense(8, "relu", kernel_regularizer=("l2", 0.01), activity_regularizer=("l1", 0.001)),
            dense(1, kernel_constraint="max_norm"),
        ),
        _ROW,
        ("size",),
        "RMSprop",
    ),
    "one-hot": Case(chain(_SOFTMAX, loss="categorical_crossentropy"), _ROW, ("kind",)),
    "binary": Case(chain(dense(1, "sigmoid")), _ROW, ("yes",), "Adagrad"),
    "convolution": Case(
        chain(
            ("Conv2D", {"filters": 3, "kernel_size": (3, 3), "activation": "relu"}),
            ("MaxPooling2D", {}),
            ("Flatten", {}),
            _SOFTMAX,
            input_values={"scaling": "0–1"},
        ),
        {"x": (8, 8, 1)},
        ("kind",),
    ),
    "recurrent": Case(
        chain(("LSTM", {"units": 4, "return_sequences": True}), ("GRU", {"units": 3}), _SOFTMAX),
        {"x": (5, 2)},
        ("kind",),
    ),
    "masked": Case(
        chain(("Embedding", {"input_dim": 10, "output_dim": 4, "mask_zero": True}), ("LSTM", {"units": 4}), _SOFTMAX),
        {"x": (6,)},
        ("kind",),
        whole_numbers=True,
    ),
    "two-inputs-two-outputs": Case(_two_in_two_out(), {"left": (4,), "right": (3,)}, ("kind", "size")),
}


def _data(case: Case) -> tuple[DataDescription, dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    random = np.random.default_rng(2)
    x: dict[str, NDArray[Any]] = {}
    for name, shape in case.arrays.items():
        if case.whole_numbers:
            x[name] = random.integers(10, size=(EXAMPLES, *shape))
        else:
            x[name] = random.normal(size=(EXAMPLES, *shape)).astype(np.float32)
    values: dict[str, NDArray[Any]] = {
        "kind": random.integers(3, size=EXAMPLES),
        "yes": random.integers(2, size=EXAMPLES),
        "size": random.normal(size=(EXAMPLES, 1)).astype(np.float32),
    }
    arrays = tuple(
        ArrayInfo(name, array.shape[1:], str(array.dtype), float(array.min()), float(array.max()))
        for name, array in x.items()
    )
    targets = tuple(_TARGETS[name] for name in case.targets)
    return DataDescription("", "", arrays, targets, EXAMPLES, 0), x, {name: values[name] for name in case.targets}


def compare(name: str) -> None:
    """Two epochs of a loop against `train_on_batch` over the same batches, the smaller last ones included."""
    import keras

    from engine.models.build import Built, build_model, compile_model, needed_statistics, statistics
    from engine.training.loops.base import Part, make_loop
    from engine.training.objective import Objective

    case = CASES[name]
    description, x, y = _data(case)
    known = {array: statistics(x[array]) for array in needed_statistics(case.graph, description)}

    def fresh() -> Built:
        keras.utils.set_random_seed(7)
        built = build_model(case.graph, description, known)
        rules = {"momentum": 0.9} if case.optimizer == "SGD" else {}
        compile_model(built, getattr(keras.optimizers, case.optimizer)(learning_rate=0.01, **rules))
        return built

    ours, theirs = fresh(), fresh()
    part = Part(ours, x, y)
    objective = Objective(ours.outputs)
    loop = make_loop(ours, ours.model.optimizer, objective, part, part)
    whole = EXAMPLES // BATCH
    for epoch in range(2):
        order = np.random.default_rng([1, epoch]).permutation(EXAMPLES).astype(np.int32)
        loop.begin_epoch(order)
        rows = [*loop.train(0, BATCH, 1), *loop.train(BATCH, BATCH, whole - 1)]
        rows += [*loop.train(whole * BATCH, EXAMPLES - whole * BATCH, 1)]
        for place, row in enumerate(rows):
            batch = order[place * BATCH : (place + 1) * BATCH]
            given: Any = {name: array[batch] for name, array in part.inputs.items()}
            wanted: Any = {
                output.name: _shaped(part.labels[output.name][batch], output.loss.labels) for output in ours.outputs
            }
            if len(given) == 1:
                given = next(iter(given.values()))
            if len(wanted) == 1:
                wanted = next(iter(wanted.values()))
            theirs.model.reset_metrics()
            logs = theirs.model.train_on_batch(given, wanted, return_dict=True)
            np.testing.assert_allclose(row[0], logs["loss"], rtol=2e-5, atol=1e-6)
            if len(ours.outputs) == 1:
                figures = dict(zip(objective.names, row.tolist(), strict=True))
                assert set(figures) == set(logs)
                for figure, value in figures.items():
                    np.testing.assert_allclose(value, logs[figure], rtol=2e-5, atol=1e-6)
    loop.synchronise()
    for mine, his in zip(ours.model.variables, theirs.model.variables, strict=True):
        np.testing.assert_allclose(
            np.asarray(mine.value), np.asarray(his.value), rtol=1e-5, atol=1e-6, err_msg=mine.path
        )
    slots = zip(ours.model.optimizer.variables, theirs.model.optimizer.variables, strict=True)
    for mine, his in slots:
        np.testing.assert_allclose(
            np.asarray(mine.value), np.asarray(his.value), rtol=1e-4, atol=1e-6, err_msg=mine.path
        )
    figures_of_all = loop.evaluate(0, EXAMPLES, 1)
    everything: Any = {output.name: _shaped(part.labels[output.name], output.loss.labels) for output in ours.outputs}
    logs = theirs.model.evaluate(
        dict(part.inputs) if len(part.inputs) > 1 else next(iter(part.inputs.values())),
        everything if len(everything) > 1 else next(iter(everything.values())),
        batch_size=EXAMPLES,
        verbose=0,
        return_dict=True,
    )
    np.testing.assert_allclose(figures_of_all[0, 0], logs["loss"], rtol=2e-5)


def _shaped(labels: NDArray[Any], form: str) -> NDArray[Any]:
    """Labels as Keras itself wants them for a loss."""
    if form == "one-hot":
        columns: NDArray[Any] = np.eye(3, dtype=np.float32)[labels]
        return columns
    return labels.reshape(-1, 1).astype(np.float32) if form == "binary" else labels


if __name__ == "__main__":
    from engine.backend import prepare

    prepare(sys.argv[1])
    for case_name in CASES:
        compare(case_name)
        print(case_name)  # noqa: T201  # the answer to the test that started this process
