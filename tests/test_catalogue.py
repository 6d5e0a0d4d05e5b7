"""The catalogue against Keras: every entry's names, defaults and choices, and that a person finds all of it there."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.catalogue import CATALOGUE, new_block
from engine.catalogue.params import ChoiceParam, FloatParam, IntParam, ParamError, RegularizerParam
from engine.catalogue.shared import ACTIVATIONS, CONSTRAINTS, INITIALIZERS
from engine.catalogue.spec import CATEGORIES, BlockSpec
from engine.graph import Block, Value
from engine.losses import LOSSES
from engine.metrics import METRICS

REPOSITORY = Path(__file__).parents[1]
ICONS = REPOSITORY / "resources" / "icons"
SPECS = [pytest.param(spec, id=spec.type) for spec in CATALOGUE.values()]
LAYERS = [pytest.param(spec, id=spec.type) for spec in CATALOGUE.values() if spec.role == "layer"]

WANTED = [
    "Input",
    "Output",
    "Dense",
    "Conv1D",
    "Conv2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "AveragePooling1D",
    "AveragePooling2D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "SimpleRNN",
    "LSTM",
    "GRU",
    "Bidirectional",
    "Embedding",
    "Dropout",
    "BatchNormalization",
    "LayerNormalization",
    "Flatten",
    "Reshape",
    "Activation",
    "Rescaling",
    "Add",
    "Concatenate",
]

ANSWER = """
import inspect, json, os, sys
os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, sys.argv[1])
import keras
from engine.catalogue import CATALOGUE
from engine.catalogue.params import ChoiceParam, RegularizerParam
from engine.catalogue.shared import ACTIVATIONS, CONSTRAINTS, INITIALIZERS
from engine.losses import LOSSES
from engine.metrics import METRICS

def describe(thing):
    return [type(thing).__name__, thing.get_config()] if hasattr(thing, "get_config") else repr(thing)

def finds(get, names):
    return {name: describe(get(name)) for name in names}

def arguments(layer):
    found = inspect.signature(getattr(keras.layers, layer).__init__).parameters.values()
    return {
        each.name: None if each.default is inspect.Parameter.empty else [each.default]
        for each in found
        if each.name != "self" and each.kind is not inspect.Parameter.VAR_KEYWORD
    }

names = {spec.keras_name for spec in CATALOGUE.values() if spec.keras_name}
builds = {}
for spec in CATALOGUE.values():
    if spec.role == "layer" and not any(param.wrapped for param in spec.params):
        layer = getattr(keras.layers, spec.keras_name)(**{
            param.name: param.to_keras(param.default) for param in spec.params if not param.own
        })
        builds[spec.type] = type(layer).__name__
penalties = {}
for kind in RegularizerParam(name="x").choices:
    penalty = keras.regularizers.get(RegularizerParam(name="x").to_keras((kind, 0.25)))
    penalties[kind] = {name: float(value) for name, value in penalty.get_config().items()}
metrics = [entry.function for entry in METRICS.values() if entry.function != "accuracy"]
print(json.dumps({
    "arguments": {name: arguments(name) for name in names},
    "builds": builds,
    "activations": finds(keras.activations.get, ACTIVATIONS),
    "initializers": finds(keras.initializers.get, (*INITIALIZERS, "uniform")),
    "constraints": finds(keras.constraints.get, CONSTRAINTS),
    "penalties": penalties,
    "losses": finds(keras.losses.get, LOSSES),
    "metrics": finds(keras.metrics.get, metrics),
}, default=str))
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Keras says, asked in a process of its own: one process has one backend."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, str(REPOSITORY)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path_factory.mktemp("keras"),
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_every_block_of_the_first_version_is_there() -> None:
    assert set(WANTED) <= set(CATALOGUE)


@pytest.mark.parametrize("spec", LAYERS)
def test_parameters_and_defaults_are_those_of_keras(spec: BlockSpec, answer: dict[str, Any]) -> None:
    arguments = answer["arguments"][spec.keras_name]
    for param in spec.params:
        if param.own or param.wrapped:
            continue
        assert param.name in arguments, f"{spec.keras_name} takes no {param.name}"
        default = arguments[param.name]
        assert param.required == (default is None), param.name
        if default is not None:
            assert _same(param.default, default[0], answer), f"{param.name}: {param.default!r}, Keras: {default[0]!r}"


def _same(ours: Value, keras: Any, answer: dict[str, Any]) -> bool:
    """Whether two defaults mean the same: (1, 1) and 1, or two names of one initialiser."""
    if isinstance(keras, str) and keras in answer["initializers"] and isinstance(ours, str):
        return bool(answer["initializers"][ours] == answer["initializers"][keras])
    if isinstance(ours, tuple):
        return list(ours) == (keras if isinstance(keras, list) else [keras] * len(ours))
    return bool(ours == keras)


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "SimpleRNN"])
def test_a_bidirectional_passes_on_what_its_layer_takes(layer: str, answer: dict[str, Any]) -> None:
    wrapped = [param for param in CATALOGUE["Bidirectional"].params if param.wrapped]
    assert {"units", "return_sequences", "dropout", "recurrent_dropout"} <= {param.name for param in wrapped}
    for param in wrapped:
        default = answer["arguments"][layer][param.name]
        assert param.required or _same(param.default, default[0], answer), param.name


def test_a_bidirectional_offers_every_recurrent_layer() -> None:
    layer = CATALOGUE["Bidirectional"].param("layer")
    assert isinstance(layer, ChoiceParam)
    assert set(layer.choices) == {
        spec.type for spec in CATALOGUE.values() if spec.category == "recurrent" and spec.type != "Bidirectional"
    }


@pytest.mark.parametrize("spec", [each for each in LAYERS if each.id != "Bidirectional"])
def test_keras_builds_each_layer_from_its_defaults(spec: BlockSpec, answer: dict[str, Any]) -> None:
    assert answer["builds"][spec.type] == spec.keras_name


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        (ACTIVATIONS, "activations"),
        (INITIALIZERS, "initializers"),
        (CONSTRAINTS, "constraints"),
        (tuple(LOSSES), "losses"),
        (tuple(entry.function for entry in METRICS.values() if entry.function != "accuracy"), "metrics"),
    ],
)
def test_keras_knows_every_choice(choices: tuple[str, ...], kind: str, answer: dict[str, Any]) -> None:
    assert set(choices) <= set(answer[kind])
    assert "None" not in answer[kind].values()


def test_a_penalty_reaches_keras_with_its_strength(answer: dict[str, Any]) -> None:
    assert answer["penalties"] == {"l1": {"l1": 0.25}, "l2": {"l2": 0.25}, "l1_l2": {"l1": 0.25, "l2": 0.25}}


@pytest.mark.parametrize("spec", SPECS)
def test_the_help_is_complete(spec: BlockSpec) -> None:
    assert spec.what.endswith(".")
    assert spec.use.endswith(".")
    assert spec.formula or spec.role != "layer"
    assert spec.reference.startswith("https://keras.io/") or spec.role != "layer"
    for param in spec.params:
        assert param.help.endswith("."), f"{param.name} has no help"
    for text in (spec.formula, spec.what, spec.use):
        ElementTree.fromstring(f"<p>{text}</p>".replace("<br>", "<br/>"))


@pytest.mark.parametrize("spec", SPECS)
def test_numbers_have_bounds(spec: BlockSpec) -> None:
    for param in spec.params:
        if isinstance(param, IntParam | FloatParam):
            assert param.minimum is not None, param.name
            assert param.maximum is not None, param.name


@pytest.mark.parametrize("spec", SPECS)
def test_a_new_block_has_no_complaints(spec: BlockSpec) -> None:
    block = new_block(spec, "a", "a")
    assert spec.complaints(block) == []
    assert set(spec.values(block)) == {param.name for param in spec.params}


@pytest.mark.parametrize("spec", SPECS)
def test_the_icon_is_a_drawing_in_one_colour(spec: BlockSpec) -> None:
    _check_drawing(ICONS / f"{spec.icon}.svg")
    assert sum(other.icon == spec.icon for other in CATALOGUE.values()) == 1


def _check_drawing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(text)
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing.get("viewBox") == "0 0 24 24"
    assert "currentColor" in text
    assert not re.findall(r"#[0-9a-fA-F]{3,6}", text), "a colour of its own"


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_is_drawn_by_qt(path: Path) -> None:
    from PySide6.QtCore import QByteArray
    from PySide6.QtSvg import QSvgRenderer

    assert QSvgRenderer(QByteArray(path.read_bytes().replace(b"currentColor", b"#000000"))).isValid()
    if path.stem != "lamina":
        _check_drawing(path)


@pytest.mark.parametrize(
    "name",
    [
        "search",
        "undo",
        "redo",
        "play",
        "pause",
        "stop",
        "export",
        "open",
        "save",
        "new",
        "plus",
        "close",
        "chevron-down",
        "chevron-right",
        "more",
        "warning",
        "error",
        "check",
        "info",
        "sun",
        "moon",
        "fit",
        "zoom-in",
        "zoom-out",
        "eye",
        "eye-off",
        "trash",
        "copy",
        "help",
        "refresh",
        "folder",
        "grid",
        "log",
        "lamina",
    ],
)
def test_the_interface_has_its_icons(name: str) -> None:
    assert (ICONS / f"{name}.svg").is_file()


def test_every_category_has_blocks() -> None:
    assert {spec.category for spec in CATALOGUE.values()} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("type_name", "parameters", "text"),
    [
        ("Conv2D", {"activation": "relu"}, "32 filters · 3×3 · relu"),
        ("Conv1D", {"filters": 8, "kernel_size": (5,)}, "8 filters · 5"),
        ("MaxPooling2D", {}, "2×2"),
        ("Dropout", {"rate": 0.25}, "25%"),
        ("Dense", {"units": 10, "activation": "softmax"}, "10 units · softmax"),
        ("Dense", {"units": 1}, "1 unit"),
        ("LSTM", {}, "64 units · tanh"),
        ("Bidirectional", {"layer": "GRU", "units": 8}, "GRU · 8 units"),
        ("Reshape", {"target_shape": (28, 28)}, "28×28"),
        ("Rescaling", {}, "× 1/255"),
        ("Input", {"scaling": "0–1"}, "Input · scaled 0–1"),
        ("Flatten", {}, ""),
    ],
)
def test_the_card_says_what_matters(type_name: str, parameters: dict[str, Value], text: str) -> None:
    assert CATALOGUE[type_name].card_text(Block("a", type_name, "a", parameters)) == text


def test_a_block_says_what_is_wrong_with_its_parameters_and_works_on() -> None:
    block = Block("a", "Dense", "a", {"units": 0, "colour": "red", "use_bias": False})
    spec = CATALOGUE["Dense"]
    assert spec.complaints(block) == [
        "units must be at least 1, not 0.",
        "Dense has no parameter 'colour'; it is left out.",
    ]
    assert spec.values(block)["units"] == 64
    assert spec.values(block)["use_bias"] is False


def test_the_dropout_help_tells_keeping_from_dropping() -> None:
    rate = CATALOGUE["Dropout"].param("rate")
    assert "dropped" in rate.help
    assert "1 − p" in rate.help
    with pytest.raises(ParamError):
        rate.check(1.0)


def test_a_table_with_a_mistake_is_refused_when_it_is_built() -> None:
    units = IntParam(name="units", default=1, minimum=1, maximum=9)
    with pytest.raises(ValueError, match="twice"):
        BlockSpec(type="A", category="core", params=(units, units))
    with pytest.raises(ValueError, match="category"):
        BlockSpec(type="A", category="stars")
    with pytest.raises(ValueError, match="at least 1"):
        BlockSpec(type="A", category="core", params=(IntParam(name="units", default=0, minimum=1),))
    with pytest.raises(KeyError, match="filters"):
        BlockSpec(type="A", category="core", params=(units,), card="{filters} filters")


def test_the_catalogue_needs_no_keras() -> None:
    code = "import sys, engine.catalogue, engine.templates; print({'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == "set()"


def test_each_table_has_a_file_named_after_its_category() -> None:
    for spec in CATALOGUE.values():
        module = importlib.import_module(f"engine.catalogue.{spec.category}")
        assert spec.type in {each.type for each in getattr(module, spec.category.upper())}
        assert inspect.getdoc(module)


def test_penalties_offer_what_the_panel_can_edit() -> None:
    assert RegularizerParam(name="x").choices == ("l1", "l2", "l1_l2")
