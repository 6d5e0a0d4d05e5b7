"""The commands that need no Keras, and every wrong word on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalogue import CATALOGUE
from engine.cli.display import epoch_line, figure_text
from engine.cli.events_file import EventsFile
from engine.cli.listing import LISTS
from engine.cli.options import with_options
from engine.cli.output import table
from engine.cli.program import main, make_parser
from engine.cli.source import open_project
from engine.data.loading import SOURCES
from engine.losses import LOSSES
from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS
from engine.project import Project, save_project
from engine.settings import DataSettings, OptimizerSettings
from engine.templates import TEMPLATES, load_template
from engine.training.events import Batches, EpochEnded, Failed, Finished, Started

Captured = pytest.CaptureFixture[str]


def settings(*words: str, project: str = "digits-mlp") -> Project:
    """The project that `train` would train."""
    arguments = make_parser().parse_args(["train", project, *words])
    return with_options(open_project(project).project, arguments)


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("blocks", list(CATALOGUE)),
        ("optimizers", ["gd", "sgd", "momentum", "minibatch", "adagrad", "rmsprop", "adadelta", "adam"]),
        ("datasets", list(SOURCES)),
        ("templates", list(TEMPLATES)),
        ("losses", list(LOSSES)),
        ("metrics", list(METRICS)),
    ],
)
def test_lists_name_everything(what: str, names: list[str], capsys: Captured) -> None:
    assert main(["list", what, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == names
    assert all(row["title"] for row in rows)
    assert main(["list", what]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in names)


def test_every_list_is_tested() -> None:
    assert set(LISTS) == {"blocks", "optimizers", "datasets", "templates", "losses", "metrics"}


def test_options_stand_in_for_the_settings_of_the_project() -> None:
    project = settings(
        *(
            "--data",
            "iris",
            "--optimizer",
            "rmsprop",
            "--preset",
            "keras",
            "--set",
            "rho=0.8",
            "--set",
            "learning_rate=.1",
        ),
        *("--epochs", "7", "--batch-size", "5", "--seed", "3", "--backend", "jax"),
    )
    assert project.data.source == "iris"
    assert project.optimizer == OptimizerSettings("rmsprop", "keras", {"rho": 0.8, "learning_rate": 0.1})
    training = project.training
    assert (training.epochs, training.batch_size, training.seed, training.backend) == (7, 5, 3, "jax")


def test_without_options_the_project_is_trained_as_it_is() -> None:
    assert settings() == load_template("digits-mlp")


def test_another_optimizer_begins_with_its_own_textbook_values() -> None:
    project = load_template("digits-mlp")
    tuned = replace(project, optimizer=OptimizerSettings("adam", "keras", {"learning_rate": 0.5}))
    arguments = make_parser().parse_args(["train", "digits-mlp", "--optimizer", "sgd"])
    assert with_options(tuned, arguments).optimizer == OptimizerSettings("sgd", "textbook")
    arguments = make_parser().parse_args(["train", "digits-mlp", "--optimizer", "adam"])
    assert with_options(tuned, arguments).optimizer == tuned.optimizer


def test_the_batch_size_of_gradient_descent_is_that_of_its_pieces() -> None:
    training = settings("--optimizer", "gd", "--batch-size", "100").training
    assert (training.micro_batch_size, training.batch_size) == (100, load_template("digits-mlp").training.batch_size)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonsense", "--json"], "invalid choice"),
        (["train", "nowhere"], "There is no file and no template 'nowhere'"),
        (["train", "digit-mlp"], "Did you mean digits-mlp?"),
        (["train", "some/where.lamina"], "There is no file"),
        (["train", "tests"], "is a folder"),
        (["train", "digits-mlp", "--optimizer", "adamm"], "invalid choice: 'adamm'"),
        (["train", "digits-mlp", "--optimizer", "sgd", "--batch-size", "8"], "takes one example a step"),
        (["train", "digits-mlp", "--batch-size", "0"], "from 1 to 1,000,000, not 0"),
        (["train", "digits-mlp", "--epochs", "many"], "'many' is no whole number"),
        (["train", "digits-mlp", "--seed", "-1"], "from 0 to 4,294,967,295"),
        (["train", "digits-mlp", "--set", "learning_rate"], "has no value"),
        (["train", "digits-mlp", "--set", "learning_rate=fast"], "'fast' is no number"),
        (["train", "digits-mlp", "--set", "learning_rate=0"], "must be greater than 0"),
        (["train", "digits-mlp", "--set", "learning_rate=nan"], "must be a number"),
        (["train", "digits-mlp", "--set", "rho=0.5"], "Adam has no setting 'rho'"),
        (["train", "digits-mlp", "--data", "digit"], "Did you mean digits"),
        (["train", "digits-mlp", "--data", "npz:nowhere.npz"], "There is no file"),
        (["train", "digits-mlp", "--data", "mnist:nowhere"], "There is no file or folder"),
        (["train", "digits-mlp", "--backend", "torch"], "invalid choice: 'torch'"),
        (["train", "digits-mlp", "--export", "out.h5"], "must end in .keras"),
        (["train", "digits-mlp", "--export", "nowhere/out.keras"], "There is no folder nowhere"),
        (["train", "example-dense"], "names no data to learn from"),
        (["check", "nowhere"], "There is no file and no template"),
        (["export", "digits-mlp", "--format", "keras", "--output", "x.txt"], "must end in .keras"),
        (["export", "tests", "--format", "keras", "--output", "x.keras"], "is no run's folder"),
        (["export", "nowhere", "--format", "keras", "--output", "x.keras"], "There is no file and no template"),
        (["export", "digits-mlp", "--format", "onnx", "--output", "x.onnx"], "invalid choice: 'onnx'"),
        (["list", "things"], "invalid choice: 'things'"),
    ],
)
def test_wrong_words_get_one_line_and_exit_status_2(words: list[str], sentence: str, capsys: Captured) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is cut off"),
        ("hello", "is not JSON"),
        ("{}", "no Lamina project"),
        ('{"format": 999}', "newer Lamina"),
    ],
)
def test_bad_project_files_get_one_line(tmp_path: Path, content: str, sentence: str, capsys: Captured) -> None:
    path = tmp_path / "project.lamina"
    path.write_text(content)
    for words in (["train"], ["check"]):
        assert main([*words, str(path)]) == 2
        printed = capsys.readouterr()
        assert sentence in printed.err
        assert printed.err.count("\n") == 1


def test_the_data_of_a_project_are_seen_from_its_folder(tmp_path: Path) -> None:
    project = replace(load_template("digits-mlp"), data=DataSettings("npz:data/mine.npz"))
    save_project(project, tmp_path / "project.lamina")
    opened = open_project(str(tmp_path / "project.lamina"))
    assert opened.project.data.source == f"npz:{(tmp_path / 'data' / 'mine.npz').resolve()}"


STARTED = Started(0.5, "tensorflow", "CPU, 2 cores", "", 10, 100, 20, 32, 4, 2, 0, 0, ("loss", "accuracy"))


def written(path: Path, *events: Started | Batches | EpochEnded | Finished | Failed) -> list[dict[str, object]]:
    file = EventsFile(path)
    for event in events:
        file.add(event)
    file.close()
    return [json.loads(line, parse_constant=pytest.fail) for line in path.read_text().splitlines()]


def test_events_are_one_json_object_a_line(tmp_path: Path) -> None:
    batches = Batches(1, 1, np.array([0.6, 0.7]), np.array([[2.0, 0.25], [np.nan, 0.5]]))
    lines = written(
        tmp_path / "events.jsonl",
        STARTED,
        batches,
        EpochEnded(0.9, 1, 2, 0.4, {"loss": 1.5, "val_loss": float("inf")}),
        Finished(1.0, "completed", 1, 2, "Done."),
    )
    assert [line["event"] for line in lines] == ["started", "batch", "batch", "epoch", "finished"]
    assert {name: lines[0][name] for name in ("backend", "device", "parameters", "examples", "batch_size")} == {
        "backend": "tensorflow",
        "device": "CPU, 2 cores",
        "parameters": 10,
        "examples": 100,
        "batch_size": 32,
    }
    assert lines[1] == {"event": "batch", "time": 0.6, "step": 1, "epoch": 1, "loss": 2.0, "accuracy": 0.25}
    assert (lines[2]["step"], lines[2]["loss"]) == (2, None)
    assert (lines[3]["epoch"], lines[3]["step"], lines[3]["val_loss"]) == (1, 2, None)
    assert all({"time", "step", "epoch"} <= set(line) for line in lines)


def test_a_failure_is_an_event_too(tmp_path: Path) -> None:
    (line,) = written(tmp_path / "events.jsonl", Failed(0.1, "It broke."))
    assert line == {"event": "failed", "time": 0.1, "step": 0, "epoch": 0, "message": "It broke."}


def test_events_that_cannot_be_written_are_an_input_error(tmp_path: Path) -> None:
    from engine.cli.output import InputError

    with pytest.raises(InputError, match="cannot be written"):
        EventsFile(tmp_path / "nowhere" / "events.jsonl")


def test_figures_read_well() -> None:
    assert figure_text("val_accuracy", 0.95) == "0.9500"
    assert figure_text("loss", 0.123456) == "0.1235"
    event = EpochEnded(1.0, 3, 9, 0.44, {"loss": 0.5, "accuracy": 0.921})
    assert epoch_line(event, 20) == "Epoch 3/20  loss 0.5  accuracy 0.9210  0.4 s"


def test_columns_are_aligned() -> None:
    assert table([("a", "1"), ("long", "22")], right=(1,)) == "a      1\nlong  22"


def test_every_optimizer_can_be_chosen() -> None:
    assert [settings("--optimizer", name).optimizer.name for name in OPTIMIZERS] == list(OPTIMIZERS)
