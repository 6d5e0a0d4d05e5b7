"""The table of optimizers: its presets against Keras, its settings' bounds and words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.catalogue.params import ParamError
from engine.optimizers import OPTIMIZERS, OptimizerEntry

REPOSITORY = Path(__file__).parents[1]
ENTRIES = [pytest.param(entry, id=entry.name) for entry in OPTIMIZERS.values()]

ANSWER = """
import json, os, sys
os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, sys.argv[1])
import keras
from engine.optimizers import OPTIMIZERS

said = {}
for entry in OPTIMIZERS.values():
    for preset in ("textbook", "keras"):
        name, arguments = entry.keras_call(preset, {})
        said[f"{entry.name} {preset}"] = getattr(keras.optimizers, name)(**arguments).get_config()
    said[f"{entry.name} default"] = getattr(keras.optimizers, entry.keras_class)().get_config()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The settings of each preset's optimizer as Keras reports them, asked in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, str(REPOSITORY)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path_factory.mktemp("keras"),
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_there_are_eight_in_the_order_of_the_textbook() -> None:
    assert list(OPTIMIZERS) == ["gd", "sgd", "momentum", "minibatch", "adagrad", "rmsprop", "adadelta", "adam"]


def test_how_much_data_a_step_sees_is_a_property_of_its_own() -> None:
    assert {name: entry.regime for name, entry in OPTIMIZERS.items() if entry.regime != "mini"} == {
        "gd": "full",
        "sgd": "one",
    }


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_keras_preset_is_what_keras_does_by_itself(entry: OptimizerEntry, built: dict[str, Any]) -> None:
    expected = built[f"{entry.name} default"] | ({"momentum": 0.9} if entry.name == "momentum" else {})
    for name, value in built[f"{entry.name} keras"].items():
        if name != "name":  # Keras counts its optimizers
            wanted = expected[name]
            assert value == (pytest.approx(wanted, rel=1e-6) if isinstance(wanted, float) else wanted), name


TEXTBOOK = {
    "gd": {"learning_rate": 0.1, "momentum": 0.0},
    "sgd": {"learning_rate": 0.01, "momentum": 0.0},
    "momentum": {"learning_rate": 0.01, "momentum": 0.9},  # α(1 − β): the averaged form
    "minibatch": {"learning_rate": 0.1, "momentum": 0.0},
    "adagrad": {"learning_rate": 0.01, "initial_accumulator_value": 0.0, "epsilon": 1e-7},
    "rmsprop": {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7},
    "adadelta": {"learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-6},
    "adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_textbook_preset_is_the_formulas(entry: OptimizerEntry, built: dict[str, Any]) -> None:
    config = built[f"{entry.name} textbook"]
    assert {name: config[name] for name in TEXTBOOK[entry.name]} == pytest.approx(TEXTBOOK[entry.name], rel=1e-6)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_setting_has_a_value_in_both_presets_and_reaches_keras_as_a_float(entry: OptimizerEntry) -> None:
    names = {param.name for param in entry.hyperparameters}
    assert set(entry.textbook.values) == set(entry.keras.values) == names
    assert set(entry.symbols) <= names
    _, arguments = entry.keras_call("textbook", dict.fromkeys(names, 0.5))
    assert all(type(value) is float for value in arguments.values())
    _, arguments = entry.keras_call("keras", {"learning_rate": 1})
    assert type(arguments["learning_rate"]) is float


@pytest.mark.parametrize("entry", ENTRIES)
def test_formula_traits_and_help_are_there(entry: OptimizerEntry) -> None:
    assert "θ" in entry.formula
    assert entry.formula_of("textbook") == entry.formula
    assert entry.traits.endswith(".")
    assert entry.help.endswith(".")
    for formula in (entry.formula, entry.formula_of("keras")):
        ElementTree.fromstring(f"<p>{formula}</p>".replace("<br>", "<br/>"))
    for param in entry.hyperparameters:
        assert param.help.endswith(".")


def test_the_keras_preset_shows_keras_own_form_where_it_differs() -> None:
    momentum, adadelta = OPTIMIZERS["momentum"], OPTIMIZERS["adadelta"]
    assert "(1 − β)" in momentum.formula_of("textbook")
    assert "(1 − β)" not in momentum.formula_of("keras")
    assert "α" not in adadelta.formula_of("textbook"), "the method has no learning rate"
    assert "α" in adadelta.formula_of("keras")


def test_a_changed_rate_of_the_averaged_momentum_keeps_the_formula() -> None:
    name, arguments = OPTIMIZERS["momentum"].keras_call("textbook", {"learning_rate": 0.5, "momentum": 0.8})
    assert name == "SGD"
    assert arguments == pytest.approx({"learning_rate": 0.1, "momentum": 0.8})


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("adam", {"momentum": 0.9}, "Adam has no setting 'momentum'; it has learning_rate, beta_1, beta_2, epsilon."),
        ("sgd", {"learning_rate": 0.0}, "learning_rate must be greater than 0, not 0."),
        ("sgd", {"learning_rate": float("nan")}, "learning_rate must be a number of ordinary size, not nan."),
        ("momentum", {"momentum": 1.0}, "momentum must be less than 1, not 1."),
    ],
)
def test_a_setting_that_cannot_be_says_why(name: str, values: dict[str, float], words: str) -> None:
    with pytest.raises(ParamError) as refusal:
        OPTIMIZERS[name].values("textbook", values)
    assert str(refusal.value) == words
