"""The eight optimizers, one entry each: how much data a step sees, the update, its settings and its traits.

Nothing here imports Keras. `keras_call` says which Keras optimizer to build and with what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.catalogue.params import FloatParam, ParamError

Regime = Literal["full", "one", "mini"]
"""What one step's gradient is taken over: the whole training set, one example, or a mini-batch."""

PresetName = Literal["textbook", "keras"]


@dataclass(frozen=True)
class Preset:
    """Values for every hyperparameter. `averaged` builds momentum as v ← βv + (1−β)g, by a step of α(1−β)."""

    values: Mapping[str, float]
    averaged: bool = False


@dataclass(frozen=True)
class OptimizerEntry:
    """One optimizer. `formula` is rich text; `traits` is one sentence for the panel; `help` says more.

    `keras_formula` is that of the Keras preset, "" where it is the same. `rate_title` is what the learning rate is
    called where it is only a factor.
    """

    name: str
    title: str
    short: str
    regime: Regime
    keras_class: str
    formula: str
    traits: str
    help: str
    hyperparameters: tuple[FloatParam, ...]
    textbook: Preset
    keras: Preset
    symbols: Mapping[str, str] = field(default_factory=dict)
    keras_formula: str = ""
    rate_title: str = "Learning rate"

    def formula_of(self, preset: PresetName) -> str:
        """The update that is made with a preset, as rich text."""
        return self.keras_formula if preset == "keras" and self.keras_formula else self.formula

    def preset(self, name: PresetName) -> Preset:
        """One of the two presets."""
        return self.textbook if name == "textbook" else self.keras

    def values(self, preset: PresetName, changed: Mapping[str, float]) -> dict[str, float]:
        """Every hyperparameter's value: the preset's, or the one that was set instead.

        Raises ParamError for a name that this optimizer does not have, or a value out of its range.
        """
        params = {param.name: param for param in self.hyperparameters}
        for name in changed:
            if name not in params:
                raise ParamError(f"{self.title} has no setting {name!r}; it has {', '.join(params)}.")
        values: dict[str, float] = {}
        for name, param in params.items():
            value = param.check(changed.get(name, self.preset(preset).values[name]))
            assert isinstance(value, float)
            values[name] = value
        return values

    def keras_call(self, preset: PresetName, changed: Mapping[str, float]) -> tuple[str, dict[str, float]]:
        """The class under `keras.optimizers` and its arguments, as plain floats."""
        values = self.values(preset, changed)
        if self.preset(preset).averaged:
            values["learning_rate"] *= 1.0 - values["momentum"]
        return self.keras_class, values


def _rate(default: float, help_text: str = "How far each step goes along the gradient.") -> FloatParam:
    return FloatParam(
        name="learning_rate", default=default, minimum=0.0, open_minimum=True, maximum=1000.0, help=help_text
    )


def _decay(name: str, default: float, help_text: str) -> FloatParam:
    return FloatParam(name=name, default=default, minimum=0.0, maximum=1.0, open_maximum=True, help=help_text)


def _epsilon(default: float = 1e-7) -> FloatParam:
    return FloatParam(
        name="epsilon",
        default=default,
        minimum=0.0,
        open_minimum=True,
        maximum=1.0,
        advanced=True,
        help="A small number that keeps the division from blowing up where gradients are near zero.",
    )


_THETA = "<i>θ</i>"
_MEMORY = "How much of the running mean of squared gradients is kept from step to step."

OPTIMIZERS: dict[str, OptimizerEntry] = {
    entry.name: entry
    for entry in (
        OptimizerEntry(
            "gd",
            "Gradient descent",
            "GD",
            "full",
            "SGD",
            f"{_THETA} ← {_THETA} − α ∇<i>J</i>({_THETA})",
            "Looks at the whole training set for every step: exact, smooth and slow.",
            "One step an epoch, along the gradient over all training examples. The curve is smooth, because nothing in "
            "it is left to chance; but each step costs a walk through the whole data set, and from a flat place or a "
            "poor valley it has no noise to shake it out. Lamina takes the examples in pieces that fit memory and adds "
            "their gradients up, so the piece's size changes nothing but the speed.",
            (_rate(0.1),),
            Preset({"learning_rate": 0.1}),
            Preset({"learning_rate": 0.01}),
            {"learning_rate": "α"},
        ),
        OptimizerEntry(
            "sgd",
            "Stochastic gradient descent",
            "SGD",
            "one",
            "SGD",
            f"{_THETA} ← {_THETA} − α ∇<i>J</i>({_THETA}; <i>x</i><sub>i</sub>, <i>y</i><sub>i</sub>)",
            "One example a step: many quick, noisy steps.",
            "A step after every single example. It starts learning at once, and its noise can carry it out of poor "
            "valleys; the price is a restless curve and many steps an epoch. Many programs call mini-batches SGD too: "
            "here that is an entry of its own.",
            (_rate(0.01),),
            Preset({"learning_rate": 0.01}),
            Preset({"learning_rate": 0.01}),
            {"learning_rate": "α"},
        ),
        OptimizerEntry(
            "momentum",
            "SGD with momentum",
            "Momentum",
            "mini",
            "SGD",
            f"<i>v</i> ← β<i>v</i> + (1 − β) ∇<i>J</i>({_THETA})<br>{_THETA} ← {_THETA} − α <i>v</i>",
            "Keeps rolling in the direction of past gradients: less zigzag, faster along a valley.",
            "The step follows a running mean of the gradients instead of the latest one, so that what points now here, "
            "now there cancels out and what persists adds up. β near 1 remembers long and may overshoot; then lower "
            "the learning rate. The textbook preset averages the gradients; the Keras preset adds them up, which makes "
            "steps 1/(1 − β) times as long at the same α: ten times at 0.9.",
            (_rate(0.1), _decay("momentum", 0.9, "How much of the velocity is kept from step to step.")),
            Preset({"learning_rate": 0.1, "momentum": 0.9}, averaged=True),
            Preset({"learning_rate": 0.01, "momentum": 0.9}),
            {"learning_rate": "α", "momentum": "β"},
            keras_formula=f"<i>v</i> ← β<i>v</i> − α ∇<i>J</i>({_THETA})<br>{_THETA} ← {_THETA} + <i>v</i>",
        ),
        OptimizerEntry(
            "minibatch",
            "Mini-batch gradient descent",
            "Mini-batch",
            "mini",
            "SGD",
            f"{_THETA} ← {_THETA} − α <sup>1</sup>⁄<sub><i>m</i></sub> Σ<sub>i</sub> "
            f"∇<i>J</i>({_THETA}; <i>x</i><sub>i</sub>, <i>y</i><sub>i</sub>)",
            "The mean gradient of a few examples: the middle way between GD and SGD.",
            "A step after every m examples, along the mean of their gradients. Less noise than a single example, far "
            "more steps than the whole set, and a size that processors like. How large m should be is yours to find: "
            "32 is the usual start.",
            (_rate(0.1),),
            Preset({"learning_rate": 0.1}),
            Preset({"learning_rate": 0.01}),
            {"learning_rate": "α"},
        ),
        OptimizerEntry(
            "adagrad",
            "Adagrad",
            "Adagrad",
            "mini",
            "Adagrad",
            f"<i>G</i> ← <i>G</i> + ∇<i>J</i>({_THETA})²<br>"
            f"{_THETA} ← {_THETA} − α / √(<i>G</i> + ε) · ∇<i>J</i>({_THETA})",
            "A step size of its own for every weight, which only ever shrinks. Good for sparse data.",
            "Each weight's step is divided by the root of all its squared gradients so far: weights that rarely get a "
            "gradient still take large steps, which suits sparse data. Because the sum only grows, learning slows down "
            "and may stop before it should.",
            (
                _rate(0.01),
                FloatParam(
                    name="initial_accumulator_value",
                    default=0.0,
                    minimum=0.0,
                    maximum=1000.0,
                    advanced=True,
                    help="Where the sum of squared gradients starts.",
                ),
                _epsilon(),
            ),
            Preset({"learning_rate": 0.01, "initial_accumulator_value": 0.0, "epsilon": 1e-7}),
            Preset({"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-7}),
            {"learning_rate": "α", "epsilon": "ε", "initial_accumulator_value": "G₀"},
        ),
        OptimizerEntry(
            "rmsprop",
            "RMSprop",
            "RMSprop",
            "mini",
            "RMSprop",
            f"<i>G</i> ← β<i>G</i> + (1 − β) ∇<i>J</i>({_THETA})²<br>"
            f"{_THETA} ← {_THETA} − α / √(<i>G</i> + ε) · ∇<i>J</i>({_THETA})",
            "Like Adagrad, but it forgets: step sizes follow the recent gradients.",
            "Each weight's step is divided by the root of a running mean of its squared gradients. Old gradients fade, "
            "so it does not come to rest as Adagrad does. The learning rate still wants choosing.",
            (_rate(0.001), _decay("rho", 0.9, _MEMORY), _epsilon()),
            Preset({"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}),
            Preset({"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}),
            {"learning_rate": "α", "rho": "β", "epsilon": "ε"},
        ),
        OptimizerEntry(
            "adadelta",
            "AdaDelta",
            "AdaDelta",
            "mini",
            "Adadelta",
            "Δ<i>θ</i> = − √(E[Δ<i>θ</i>²] + ε) / √(E[<i>g</i>²] + ε) · <i>g</i>",
            "Finds its own step size: no learning rate to choose.",
            "Steps are scaled by how far earlier steps went and by how large the gradients are, so that no learning "
            "rate needs choosing: it stays at 1. It starts slowly. Keras's default learning rate of 0.001 makes it a "
            "thousand times slower than its paper; the textbook preset does not.",
            (
                _rate(1.0, "A factor on every step; the method itself needs none, which is 1."),
                _decay("rho", 0.95, _MEMORY),
                _epsilon(1e-6),
            ),
            Preset({"learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-6}),
            Preset({"learning_rate": 0.001, "rho": 0.95, "epsilon": 1e-7}),
            {"learning_rate": "α", "rho": "ρ", "epsilon": "ε"},
            keras_formula="Δ<i>θ</i> = − α √(E[Δ<i>θ</i>²] + ε) / √(E[<i>g</i>²] + ε) · <i>g</i>",
            rate_title="Factor",
        ),
        OptimizerEntry(
            "adam",
            "Adam",
            "Adam",
            "mini",
            "Adam",
            f"{_THETA} ← {_THETA} − α · <i>m̂</i> / (√<i>v̂</i> + ε)",
            "Momentum and a step size of its own for every weight. The usual first choice.",
            "It keeps a running mean of the gradients, m ← β₁m + (1 − β₁)g, and of their squares, "
            "v ← β₂v + (1 − β₂)g², corrects both for having started at zero (m̂ and v̂), and divides one by the root "
            "of the other. It works well nearly everywhere with its defaults; on some problems plain SGD ends at a "
            "network that generalises better. Keras adds ε to the root before the bias correction (the paper's ε-hat "
            "form), which matters only where gradients are tiny.",
            (
                _rate(0.001),
                _decay("beta_1", 0.9, "How much of the running mean of gradients is kept from step to step."),
                _decay("beta_2", 0.999, _MEMORY),
                _epsilon(),
            ),
            Preset({"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}),
            Preset({"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}),
            {"learning_rate": "α", "beta_1": "β₁", "beta_2": "β₂", "epsilon": "ε"},
        ),
    )
}
