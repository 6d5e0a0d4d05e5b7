"""Exports: verified, plain Keras, and never at the cost of what was there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.models.export import ExportError, export_run, export_untrained
from engine.models.keep import CHECK, NETWORK, read_check
from engine.settings import OptimizerSettings
from tests.training_graphs import chain, classes_data, dense, number_data, project, train

NET = chain(dense(8, "relu"), dense(3, "softmax"), input_values={"scaling": "standardise"})

_PLAIN_KERAS = """
import os, sys, json
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras, numpy as np
model = keras.saving.load_model(sys.argv[1])
check = np.load(sys.argv[2])
difference = float(np.abs(model.predict(check["input_0"], verbose=0) - check["output_0"]).max())
assert not [name for name in sys.modules if name.split(".")[0] in ("engine", "gui")]
print(json.dumps([difference, len(model.optimizer.variables), int(model.optimizer.iterations)]))
"""


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    train(project(NET, classes_data(tmp_path / "d.npz"), "adam"), tmp_path / "run")
    return tmp_path / "run"


def test_plain_keras_loads_an_export_with_all_slots_in_another_process(run_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.keras"
    assert export_run(run_folder, path) <= 1e-5
    done = subprocess.run(
        [sys.executable, "-c", _PLAIN_KERAS, str(path), str(run_folder / CHECK)],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    difference, slots, steps = json.loads(done.stdout.splitlines()[-1])
    assert difference <= 1e-5
    assert slots == 2 + 2 * 4
    assert steps == 14


@pytest.mark.parametrize("name", ["gd", "sgd", "momentum", "minibatch", "adagrad", "rmsprop", "adadelta", "adam"])
def test_each_optimizers_state_is_in_the_file(name: str, tmp_path: Path) -> None:
    settings = OptimizerSettings(name)
    what = project(chain(dense(4, "tanh"), dense(1)), number_data(tmp_path / "d.npz"), settings, epochs=1)
    end = train(what, tmp_path / "run").finished
    export_run(tmp_path / "run", tmp_path / "out.keras")
    optimizer = keras.saving.load_model(tmp_path / "out.keras").optimizer
    assert int(optimizer.iterations) == end.step
    buffers = list(optimizer.variables[2:])
    assert all(np.abs(buffer.numpy()).max() > 0 for buffer in buffers)
    class_name, values = settings.entry.keras_call("textbook", {})
    assert type(optimizer).__name__ == class_name
    for key, value in values.items():
        if key != "learning_rate":
            assert optimizer.get_config()[key] == pytest.approx(value)
    assert float(optimizer.learning_rate) == pytest.approx(values["learning_rate"])


def test_an_export_can_be_trained_further_with_plain_keras(run_folder: Path, tmp_path: Path) -> None:
    export_run(run_folder, tmp_path / "out.keras")
    model = keras.saving.load_model(tmp_path / "out.keras")
    with np.load(tmp_path / "d.npz") as data:
        model.fit(data["x_train"], data["y_train"], verbose=0)
    assert int(model.optimizer.iterations) == 14 + 4


def test_an_export_without_optimizer_state_is_smaller_and_the_same_network(run_folder: Path, tmp_path: Path) -> None:
    export_run(run_folder, tmp_path / "with.keras")
    export_run(run_folder, tmp_path / "without.keras", optimizer_state=False)
    assert (tmp_path / "without.keras").stat().st_size < (tmp_path / "with.keras").stat().st_size
    model = keras.saving.load_model(tmp_path / "without.keras")
    assert not model.compiled
    inputs, outputs = read_check(run_folder / CHECK)
    assert np.asarray(model(inputs[0])) == pytest.approx(outputs[0], abs=1e-5)


def test_the_examples_are_raw_ones(run_folder: Path, tmp_path: Path) -> None:
    inputs, outputs = read_check(run_folder / CHECK)
    with np.load(tmp_path / "d.npz") as data:
        assert np.array_equal(inputs[0], data["x_val"][: len(inputs[0])])
    assert outputs[0].shape == (len(inputs[0]), 3)


def test_a_file_that_computes_something_else_is_never_put_in_place(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.keras"
    path.write_bytes(b"what was there")
    train(project(NET, classes_data(tmp_path / "d.npz"), seed=2), tmp_path / "other")
    (run_folder / NETWORK).write_bytes((tmp_path / "other" / NETWORK).read_bytes())
    with pytest.raises(ExportError, match="differ"):
        export_run(run_folder, path)
    assert path.read_bytes() == b"what was there"
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_a_disk_that_refuses_leaves_what_was_there(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.keras"
    path.write_bytes(b"what was there")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ExportError, match="No space left"):
        export_run(run_folder, path)
    assert path.read_bytes() == b"what was there"


def test_what_cannot_be_exported_is_said_in_a_sentence(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.keras"):
        export_run(run_folder, tmp_path / "out.h5")
    with pytest.raises(ExportError, match="no folder"):
        export_run(run_folder, tmp_path / "missing" / "out.keras")
    with pytest.raises(ExportError, match="Train first"):
        export_run(tmp_path, tmp_path / "out.keras")
    (run_folder / NETWORK).write_bytes(b"no network")
    with pytest.raises(ExportError, match="cannot be read"):
        export_run(run_folder, tmp_path / "out.keras")
    (run_folder / CHECK).write_bytes(b"no arrays")
    with pytest.raises(ExportError, match="verified"):
        export_run(run_folder, tmp_path / "out.keras")
    assert not (tmp_path / "out.keras").exists()


def test_a_network_whose_loss_ran_away_is_not_exported(tmp_path: Path) -> None:
    settings = OptimizerSettings("minibatch", values={"learning_rate": 1000.0})
    what = project(chain(dense(8), dense(1)), number_data(tmp_path / "d.npz"), settings, epochs=60)
    train(what, tmp_path / "run")
    with pytest.raises(ExportError, match="learning rate"):
        export_run(tmp_path / "run", tmp_path / "out.keras")


def test_the_untrained_network_is_the_one_that_training_starts_from(tmp_path: Path) -> None:
    what = project(NET, classes_data(tmp_path / "d.npz"), epochs=0)
    train(what, tmp_path / "run")
    assert export_untrained(what, tmp_path / "out.keras") <= 1e-5
    a, b = (
        keras.saving.load_model(path).get_weights() for path in (tmp_path / "out.keras", tmp_path / "run" / NETWORK)
    )
    assert len(a) == len(b)
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_an_untrained_network_needs_no_data_where_its_shape_is_typed(tmp_path: Path) -> None:
    graph = chain(dense(8), dense(3, "softmax"), input_values={"shape": (6,)})
    export_untrained(project(graph, ""), tmp_path / "out.keras")
    assert keras.saving.load_model(tmp_path / "out.keras").output_shape == (None, 3)
    with pytest.raises(ExportError):
        export_untrained(project(NET, ""), tmp_path / "other.keras")


def test_an_absurd_size_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    graph = chain(dense(10**9), dense(3, "softmax"), input_values={"shape": (6,)})
    with pytest.raises(ExportError, match="memory"):
        export_untrained(project(graph, ""), tmp_path / "out.keras")
