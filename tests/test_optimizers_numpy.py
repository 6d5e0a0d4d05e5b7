"""Every optimizer, both presets, 50 steps of a real training against its formula in NumPy, in 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.optimizers import OPTIMIZERS, PresetName
from engine.settings import OptimizerSettings
from engine.training.control import Control
from engine.training.events import Batches, TrainingEvent
from engine.training.job import Job
from engine.training.session import run
from tests.training_graphs import chain, dense, project, save, train

Floats = NDArray[np.float64]
Rule = Callable[[dict[str, Floats], Floats, dict[str, float], int], Floats]
"""From memory, gradient, hyperparameters and step number to what is added to the weights; the memory is changed."""


def _plain(_memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    return -h["learning_rate"] * g


def _averaged_momentum(memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    memory["v"] = h["momentum"] * memory.get("v", np.zeros_like(g)) + (1 - h["momentum"]) * g
    return -h["learning_rate"] * memory["v"]


def _keras_momentum(memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    memory["v"] = h["momentum"] * memory.get("v", np.zeros_like(g)) - h["learning_rate"] * g
    return memory["v"]


def _adagrad(memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    memory["G"] = memory.get("G", np.full_like(g, h["initial_accumulator_value"])) + g**2
    return -h["learning_rate"] * g / np.sqrt(memory["G"] + h["epsilon"])


def _rmsprop(memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    memory["G"] = h["rho"] * memory.get("G", np.zeros_like(g)) + (1 - h["rho"]) * g**2
    return -h["learning_rate"] * g / np.sqrt(memory["G"] + h["epsilon"])


def _adadelta(memory: dict[str, Floats], g: Floats, h: dict[str, float], _step: int) -> Floats:
    memory["g"] = h["rho"] * memory.get("g", np.zeros_like(g)) + (1 - h["rho"]) * g**2
    moved = memory.get("d", np.zeros_like(g))
    change = -np.sqrt(moved + h["epsilon"]) / np.sqrt(memory["g"] + h["epsilon"]) * g
    memory["d"] = h["rho"] * moved + (1 - h["rho"]) * change**2
    return h["learning_rate"] * change


def _adam(memory: dict[str, Floats], g: Floats, h: dict[str, float], step: int) -> Floats:
    """The paper's ε-hat form: ε is added to the root before the bias is corrected."""
    memory["m"] = h["beta_1"] * memory.get("m", np.zeros_like(g)) + (1 - h["beta_1"]) * g
    memory["v"] = h["beta_2"] * memory.get("v", np.zeros_like(g)) + (1 - h["beta_2"]) * g**2
    rate = h["learning_rate"] * np.sqrt(1 - h["beta_2"] ** step) / (1 - h["beta_1"] ** step)
    change: Floats = -rate * memory["m"] / (np.sqrt(memory["v"]) + h["epsilon"])
    return change


_PRESETS: tuple[PresetName, PresetName] = ("textbook", "keras")

RULES: dict[tuple[str, PresetName], Rule] = {
    (name, preset): rule
    for name, textbook, of_keras in (
        ("gd", _plain, _plain),
        ("sgd", _plain, _plain),
        ("minibatch", _plain, _plain),
        ("momentum", _averaged_momentum, _keras_momentum),
        ("adagrad", _adagrad, _adagrad),
        ("rmsprop", _rmsprop, _rmsprop),
        ("adadelta", _adadelta, _adadelta),
        ("adam", _adam, _adam),
    )
    for preset, rule in zip(_PRESETS, (textbook, of_keras), strict=True)
}

EXAMPLES, BATCH, SEED = 40, 8, 5
STEPS_AN_EPOCH = {"full": 1, "one": EXAMPLES, "mini": EXAMPLES // BATCH}


def _data() -> tuple[Floats, Floats]:
    random = np.random.default_rng(8)
    x = random.normal(size=(EXAMPLES, 3))
    y = x @ np.array([[1.0], [-2.0], [0.5]]) + 0.3 + 0.2 * random.normal(size=(EXAMPLES, 1))
    return x.astype(np.float32).astype(np.float64), y.astype(np.float32).astype(np.float64)


def _oracle(
    rule: Rule, regime: str, values: dict[str, float], start: Floats, steps: int, changes: dict[int, float]
) -> Floats:
    """The weights (kernel above bias) after so many steps on the mean squared error; `changes` are learning rates
    from the step after the one named on."""
    x, y = _data()
    x = np.hstack([x, np.ones((EXAMPLES, 1))])
    weights, hyper = start.copy(), dict(values)
    memory: dict[str, Floats] = {}
    step = epoch = 0
    size = {"full": EXAMPLES, "one": 1, "mini": BATCH}[regime]
    while step < steps:
        epoch += 1
        order = np.random.default_rng([SEED, epoch]).permutation(EXAMPLES)
        for first in range(0, EXAMPLES, size):
            places = order[first : first + size]
            gradient: Floats = 2 * x[places].T @ (x[places] @ weights - y[places]) / len(places)
            weights = weights + rule(memory, gradient, hyper, step + 1)
            step += 1
            hyper["learning_rate"] = changes.get(step, hyper["learning_rate"])
            if step == steps:
                break
    return weights


def _source(folder: Path) -> str:
    x, y = _data()
    return save(folder / "data.npz", x.astype(np.float32), y.astype(np.float32), x[:4], y[:4])


def _weights(folder: Path) -> Floats:
    kernel, bias = keras.saving.load_model(folder / "last.keras").get_weights()
    return np.vstack([kernel, bias[None]]).astype(np.float64)


@pytest.mark.parametrize(("name", "preset"), RULES)
def test_fifty_steps_are_the_formula(name: str, preset: PresetName, tmp_path: Path) -> None:
    entry = OPTIMIZERS[name]
    epochs = -(-50 // STEPS_AN_EPOCH[entry.regime])
    settings = OptimizerSettings(name, preset)
    what = project(chain(dense(1)), _source(tmp_path), settings, epochs=0, batch_size=BATCH, seed=SEED)
    train(what, tmp_path / "start")
    start = _weights(tmp_path / "start")
    what = project(
        chain(dense(1)), _source(tmp_path), settings, epochs=epochs, batch_size=BATCH, seed=SEED, micro_batch_size=16
    )
    events = train(what, tmp_path / "run")
    steps = epochs * STEPS_AN_EPOCH[entry.regime]
    assert events.finished.step == steps >= 50
    expected = _oracle(RULES[name, preset], entry.regime, entry.values(preset, {}), start, steps, {})
    moved = np.abs(expected - start).max()
    assert moved > 1e-6
    np.testing.assert_allclose(_weights(tmp_path / "run"), expected, atol=2e-5 * max(moved, 0.01), rtol=2e-6)


@pytest.mark.parametrize(("name", "preset"), [key for key in RULES if key[0] != "sgd"])
def test_a_learning_rate_that_changes_while_training_is_the_formula(
    name: str, preset: PresetName, tmp_path: Path
) -> None:
    entry = OPTIMIZERS[name]
    an_epoch = STEPS_AN_EPOCH[entry.regime]
    epochs = 60 // an_epoch
    settings = OptimizerSettings(name, preset)
    values = entry.values(preset, {})
    source = _source(tmp_path)
    graph = chain(dense(1))
    train(project(graph, source, settings, epochs=0, batch_size=BATCH, seed=SEED), tmp_path / "start")
    control = Control()
    changes: dict[int, float] = {}
    plan = [(20, values["learning_rate"] * 3), (40, values["learning_rate"] / 4)]

    def hear(event: TrainingEvent) -> None:
        if isinstance(event, Batches):
            step = event.first_step + len(event.values) - 1
            if plan and step >= plan[0][0]:
                rate = plan.pop(0)[1]
                control.set_learning_rate(rate)
                changes[step] = rate

    what = project(graph, source, settings, epochs=epochs, batch_size=BATCH, seed=SEED)
    run(Job(what, tmp_path / "run"), hear, control)
    assert len(changes) == 2, "the learning rate was not changed while training"
    start = _weights(tmp_path / "start")
    expected = _oracle(RULES[name, preset], entry.regime, values, start, epochs * an_epoch, changes)
    moved = np.abs(expected - start).max()
    np.testing.assert_allclose(_weights(tmp_path / "run"), expected, atol=3e-5 * max(moved, 0.01), rtol=3e-6)


def test_stochastic_gradient_descent_sees_one_example_a_step(tmp_path: Path) -> None:
    what = project(chain(dense(1)), _source(tmp_path), "sgd", epochs=1, batch_size=32)
    events = train(what, tmp_path / "run")
    assert events.started.batch_size == 1
    assert events.started.steps_per_epoch == EXAMPLES
    assert len(events.values) == EXAMPLES


def test_gradient_descent_makes_one_step_an_epoch_over_everything(tmp_path: Path) -> None:
    events = train(project(chain(dense(1)), _source(tmp_path), "gd", epochs=3), tmp_path / "run")
    assert events.started.batch_size == EXAMPLES
    assert events.steps == [1, 2, 3]
    assert [epoch.values["loss"] for epoch in events.epochs] == pytest.approx(events.values[:, 0].tolist())


@pytest.mark.parametrize("micro", [1, 7, 16, 39, 40, 512])
def test_one_update_of_gradient_descent_does_not_depend_on_the_pieces(micro: int, tmp_path: Path) -> None:
    source = _source(tmp_path)
    graph = chain(dense(8, "tanh", kernel_regularizer=("l2", 0.01)), dense(1))

    def weights_of(size: int) -> list[Floats]:
        what = project(graph, source, "gd", epochs=1, micro_batch_size=size)
        train(what, tmp_path / str(size))
        return list(keras.saving.load_model(tmp_path / str(size) / "last.keras").get_weights())

    for whole, pieces in zip(weights_of(1000), weights_of(micro), strict=True):
        assert np.abs(whole - pieces).max() <= 1e-5 * np.abs(whole).max()


def test_gradient_descent_says_what_dropout_does_to_it(tmp_path: Path) -> None:
    graph = chain(dense(4), ("Dropout", {"rate": 0.5}), dense(1))
    events = train(project(graph, _source(tmp_path), "gd", epochs=1), tmp_path / "run")
    assert "Dropout" in events.started.notes[0]
    assert train(project(graph, _source(tmp_path), "adam", epochs=1), tmp_path / "b").started.notes == ()
