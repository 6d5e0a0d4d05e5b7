"""Commands with the real Keras, each in a process of its own as a person starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.folders import runs_folder
from engine.project import save_project
from engine.templates import TEMPLATES, load_template
from engine.training.folder import list_runs

REPOSITORY = Path(__file__).parents[1]


def start(*words: str, program: tuple[str, ...] = ("main.py",)) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, *program, *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=220, check=False
    )


def script(code: str) -> Any:
    """What a Python script prints as its last line, as JSON."""
    done = start(program=("-c", code))
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def read_events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_digits_are_learned_and_the_exported_network_knows_them(tmp_path: Path) -> None:
    export, events = tmp_path / "out.keras", tmp_path / "out.jsonl"
    words = ("--optimizer", "adam", "--epochs", "20", "--seed", "1", "--export", str(export), "--events", str(events))
    done = start("train", "digits-mlp", *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\nEpoch ") == 20
    lines = read_events(events)
    assert [line["event"] for line in lines if line["event"] != "batch"] == ["started", *["epoch"] * 20, "finished"]
    assert [line["step"] for line in lines if line["event"] == "batch"] == list(range(1, 20 * 45 + 1))
    accuracy = max(line["val_accuracy"] for line in lines if line["event"] == "epoch")
    assert accuracy >= 0.95
    loaded = script(
        "import json, keras; from engine.data.loading import load; from engine.settings import DataSettings\n"
        f"model = keras.saving.load_model({str(export)!r}); data = load(DataSettings('digits'))\n"
        "right = model.predict(data.x_val['image'], verbose=0).argmax(1) == data.y_val['digit']\n"
        "print(json.dumps([float(right.mean()), model.optimizer.iterations.numpy().item()]))"
    )
    assert loaded == [pytest.approx(lines[-2]["val_accuracy"]), 20 * 45]


def test_all_eight_optimizers_learn() -> None:
    losses = script(
        "import json, tempfile, pathlib\n"
        "from engine.cli.program import main; from engine.optimizers import OPTIMIZERS\n"
        "losses = {}\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    for name in OPTIMIZERS:\n"
        "        path = pathlib.Path(folder) / 'events.jsonl'\n"
        "        epochs = {'gd': '30', 'sgd': '2'}.get(name, '5')\n"
        "        words = ['--optimizer', name, '--epochs', epochs, '--events', str(path), '--quiet']\n"
        "        assert main(['train', 'digits-mlp', *words]) == 0\n"
        "        lines = [json.loads(line) for line in path.read_text().splitlines()]\n"
        "        losses[name] = [line['val_loss'] for line in lines if line['event'] == 'epoch']\n"
        "print(json.dumps(losses))"
    )
    assert len(losses) == 8
    for name, curve in losses.items():
        assert curve[-1] < 0.95 * curve[0], (name, curve)
        assert curve[-1] < 2.2, (name, curve)


def test_one_epoch_of_mnist_reaches_what_the_classic_example_does(tmp_path: Path, shared_data: Path) -> None:
    events = tmp_path / "out.jsonl"
    words = ("--optimizer", "adam", "--preset", "keras", "--epochs", "1", "--seed", "1", "--events", str(events))
    done = start("train", "mnist-cnn", "--data", f"mnist:{shared_data / 'mnist'}", *words)
    assert done.returncode == 0, done.stderr
    assert "test part (10,000 digits) is used for validation" in done.stdout
    started, *_, epoch, _ = read_events(events)
    assert (started["parameters"], started["examples"], started["steps_per_epoch"]) == (1_387_594, 60_000, 938)
    assert epoch["val_accuracy"] >= 0.97


def test_every_template_passes_check_without_errors() -> None:
    reports = script(
        "import contextlib, io, json; from engine.cli.program import main; from engine.templates import TEMPLATES\n"
        "reports = {}\n"
        "for name in TEMPLATES:\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as printed:\n"
        "        status = main(['check', name, '--json'])\n"
        "    reports[name] = [status, json.loads(printed.getvalue())]\n"
        "print(json.dumps(reports))"
    )
    assert set(reports) == set(TEMPLATES)
    for name, (status, report) in reports.items():
        assert status == 0, (name, report["problems"])
        assert not [problem for problem in report["problems"] if problem["severity"] == "error"], name
        assert report["parameters"] == sum(block["parameters"] for block in report["blocks"])
    shapes = {block["type"]: block["output_shape"] for block in reports["mnist-cnn"][1]["blocks"]}
    assert reports["mnist-cnn"][1]["parameters"] == 1_387_594
    assert shapes["Conv2D"] == [26, 26, 32]
    assert shapes["Output"] == [10]


def test_check_names_the_fixes(tmp_path: Path) -> None:
    project = load_template("digits-mlp")
    scores = next(block for block in project.graph.blocks.values() if block.name == "scores")
    save_project(
        project.with_graph(project.graph.with_block(scores.with_parameter("units", 7))), tmp_path / "wrong.lamina"
    )
    report = json.loads(start("check", str(tmp_path / "wrong.lamina"), "--json").stdout)
    (problem,) = [one for one in report["problems"] if one["severity"] == "error"]
    assert problem["fixes"][0] == "Set units of Dense 'scores' to 10"
    assert "\n  fix: Set units of Dense 'scores' to 10\n" in start("check", str(tmp_path / "wrong.lamina")).stdout


def test_a_network_that_cannot_work_is_refused_with_its_sentence(tmp_path: Path) -> None:
    project = load_template("digits-mlp")
    scores = next(block for block in project.graph.blocks.values() if block.name == "scores")
    wrong = project.with_graph(project.graph.with_block(scores.with_parameter("units", 7)))
    save_project(wrong, tmp_path / "wrong.lamina")
    for command in ("train", "check"):
        done = start(command, str(tmp_path / "wrong.lamina"))
        assert done.returncode == 2
        assert "10 classes" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_project_is_exported_untrained_and_then_with_its_latest_run(tmp_path: Path) -> None:
    path, output = tmp_path / "mine.lamina", tmp_path / "mine.keras"
    save_project(load_template("iris-mlp"), path)
    done = start("export", str(path), "--format", "keras", "--output", str(output))
    assert done.returncode == 0, done.stderr
    assert "no trained network yet" in done.stderr
    assert output.is_file()
    assert start("train", str(path), "--epochs", "1", "--quiet").stdout == ""
    (run,) = list_runs(runs_folder(path))
    assert (run.epochs, run.outcome) == (1, "completed")
    words = ("--format", "keras", "--output", str(output), "--no-optimizer-state")
    done = start("export", str(path), *words)
    assert done.returncode == 0, done.stderr
    assert f"{run.folder} (1 epoch)" in done.stdout


def test_no_epochs_give_the_untrained_network_of_the_seed(tmp_path: Path) -> None:
    words = ("--epochs", "0", "--seed", "5", "--quiet", "--export")
    for name in ("one", "two"):
        done = start("train", "iris-mlp", *words, str(tmp_path / f"{name}.keras"))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    same = script(
        "import json, keras, numpy\n"
        f"one, two = (keras.saving.load_model({str(tmp_path)!r} + f'/{{name}}.keras') for name in ('one', 'two'))\n"
        "pairs = zip(one.get_weights(), two.get_weights(), strict=True)\n"
        "print(json.dumps([bool(numpy.array_equal(a, b)) for a, b in pairs]))"
    )
    assert same
    assert all(same)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for other processes")
def test_an_interrupt_keeps_the_run(tmp_path: Path) -> None:
    path, events = tmp_path / "mine.lamina", tmp_path / "out.jsonl"
    project = load_template("digits-mlp")
    save_project(replace(project, training=replace(project.training, epochs=1_000_000)), path)
    words = [sys.executable, "main.py", "train", str(path), "--events", str(events)]
    with subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as training:
        assert training.stdout is not None
        for line in training.stdout:
            if line.startswith("Epoch 2/"):
                training.send_signal(signal.SIGINT)
                break
        _, said = training.communicate(timeout=100)
    assert training.returncode == 130
    assert "What was learnt is kept" in said
    (run,) = list_runs(runs_folder(path))
    assert run.network
    assert run.outcome == "stopped"
    assert read_events(events)[-1]["outcome"] == "stopped"


def test_a_loss_that_is_not_finite_fails_the_run(tmp_path: Path) -> None:
    events = tmp_path / "out.jsonl"
    words = ("--optimizer", "minibatch", "--set", "learning_rate=1000", "--events", str(events))
    done = start("train", "diabetes-regression", *words)
    assert done.returncode == 1
    assert done.stderr.startswith("lamina: ")
    lines = read_events(events)
    assert lines[-1]["outcome"] == "not_finite"
    assert [line for line in lines if line["event"] == "batch"][-1]["loss"] is None


def test_the_doctor_names_every_backend_and_its_device() -> None:
    done = start("doctor", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {backend["name"] for backend in report["backends"]} == {"tensorflow", "jax"}
    for backend in report["backends"]:
        assert backend["version"]
        assert backend["device"], backend["error"]
        assert backend["note"] or backend["device"].startswith("GPU")
    assert report["packages"]["keras"]
