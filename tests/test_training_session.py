"""A training from the job to the saved network: what it tells, how it is steered, how it ends."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.graph import Block, Graph
from engine.models.keep import read_check
from engine.project import Project
from engine.settings import DataSettings, OptimizerSettings
from engine.training.control import Control
from engine.training.events import (
    Batches,
    EpochEnded,
    Failed,
    Finished,
    PhaseChanged,
    Progress,
    Started,
    TrainingEvent,
)
from engine.training.folder import continued, list_runs, new_run_folder, newest_network, read_project, read_run
from engine.training.job import Job
from engine.training.session import run
from tests.training_graphs import chain, classes_data, dense, link, number_data, project, save, train

REPOSITORY = Path(__file__).parents[1]
NET = chain(dense(8, "relu"), dense(3, "softmax"))


def test_events_come_in_their_order_and_count_every_step(tmp_path: Path) -> None:
    events = train(project(NET, classes_data(tmp_path / "d.npz"), epochs=3), tmp_path / "run")
    started = events.started
    assert (started.examples, started.validation_examples, started.batch_size) == (100, 20, 16)
    assert started.steps_per_epoch == 7
    assert started.metrics == ("loss", "accuracy")
    assert started.parameters == 6 * 8 + 8 + 8 * 3 + 3
    assert started.device
    assert events.steps == list(range(1, 22))
    assert [epoch.epoch for epoch in events.epochs] == [1, 2, 3]
    assert set(events.epochs[0].values) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert events.finished.outcome == "completed"
    assert (events.finished.epoch, events.finished.step) == (3, 21)
    assert sum(isinstance(event, Finished | Failed) for event in events) == 1
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert phases[:4] == ["loading", "building", "compiling", "training"]
    assert phases[-1] == "saving"
    seen = 0
    for event in events:
        if isinstance(event, Batches):
            seen = event.first_step + len(event.values) - 1
            assert len(event.times) == len(event.values)
        elif isinstance(event, EpochEnded):
            assert seen == event.step, "the batches of an epoch come before its end"


def test_epoch_figures_are_means_over_examples(tmp_path: Path) -> None:
    events = train(project(NET, classes_data(tmp_path / "d.npz"), epochs=1), tmp_path / "run")
    sizes = [16] * 6 + [4]
    for column, name in enumerate(("loss", "accuracy")):
        mean = np.average(events.values[:, column], weights=sizes)
        assert events.epochs[0].values[name] == pytest.approx(mean, rel=1e-6)


def test_validation_figures_are_those_of_keras(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz", validation=300)
    events = train(project(NET, source, epochs=1), tmp_path / "run")
    with np.load(tmp_path / "d.npz") as data:
        x, y = data["x_val"], data["y_val"]
    model = keras.saving.load_model(tmp_path / "run" / "last.keras")
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert events.epochs[0].values["val_loss"] == pytest.approx(logs["loss"], rel=1e-5)
    assert events.epochs[0].values["val_accuracy"] == pytest.approx(logs["accuracy"])


def test_a_network_without_validation_has_none(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz", validation=3)
    with np.load(tmp_path / "d.npz") as data:
        np.savez(tmp_path / "only.npz", x_train=data["x_train"], y_train=data["y_train"])
    what = project(NET, source, epochs=1)
    what = Project(NET, DataSettings(f"npz:{tmp_path / 'only.npz'}", 0.0), what.optimizer, what.training)
    events = train(what, tmp_path / "run")
    assert events.started.validation_examples == 0
    assert set(events.epochs[0].values) == {"loss", "accuracy"}
    assert (tmp_path / "run" / "check.npz").is_file()


def test_the_folder_tells_the_whole_run(tmp_path: Path) -> None:
    what = project(NET, classes_data(tmp_path / "d.npz"), epochs=2)
    events = train(what, tmp_path / "runs" / "one")
    folder = tmp_path / "runs" / "one"
    with (folder / "batches.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == events.steps
    assert [float(row["loss"]) for row in rows] == pytest.approx(events.values[:, 0].tolist(), rel=1e-6)
    with (folder / "epochs.csv").open() as file:
        epochs = list(csv.DictReader(file))
    assert float(epochs[1]["val_accuracy"]) == pytest.approx(events.epochs[1].values["val_accuracy"], rel=1e-6)
    job = json.loads((folder / "job.json").read_text())
    assert job["backend"] == "tensorflow"
    assert job["versions"]["keras"] == keras.__version__
    assert read_project(folder) == what
    found = read_run(folder)
    assert found is not None
    assert (found.outcome, found.epochs, found.steps, found.network) == ("completed", 2, 14, True)
    assert newest_network(tmp_path / "runs") == found
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_run_folders_have_names_of_their_own(tmp_path: Path) -> None:
    first = new_run_folder(tmp_path, 1_000_000.0)
    first.mkdir()
    second = new_run_folder(tmp_path, 1_000_000.0)
    assert first != second
    assert list_runs(tmp_path) == []
    assert newest_network(tmp_path / "missing") is None


def test_no_epochs_keep_the_untrained_network(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz")
    events = train(project(NET, source, epochs=0), tmp_path / "a")
    assert events.finished.outcome == "completed"
    assert events.finished.step == 0
    train(project(NET, source, epochs=0), tmp_path / "b")
    train(project(NET, source, epochs=0, seed=2), tmp_path / "c")
    a, b, c = (keras.saving.load_model(tmp_path / name / "last.keras").get_weights()[0] for name in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def _at_step(control: Control, step: int, wish: str) -> tuple[list[TrainingEvent], object]:
    """A listener that wishes something once a step is done."""
    events: list[TrainingEvent] = []

    def hear(event: TrainingEvent) -> None:
        events.append(event)
        if isinstance(event, Batches) and event.first_step + len(event.values) > step:
            getattr(control, wish)()

    return events, hear


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "gd"])
def test_stop_ends_between_two_steps_and_keeps_the_network(optimizer: str, tmp_path: Path) -> None:
    control = Control()
    events, hear = _at_step(control, 5, "stop")
    what = project(NET, classes_data(tmp_path / "d.npz"), optimizer, epochs=100_000)
    run(Job(what, tmp_path / "run"), hear, control)  # type: ignore[arg-type]
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.outcome == "stopped"
    counted = sum(len(event.values) for event in events if isinstance(event, Batches))
    assert end.step == counted >= 5
    model = keras.saving.load_model(tmp_path / "run" / "last.keras")
    assert int(model.optimizer.iterations) == end.step
    last = max(place for place, event in enumerate(events) if isinstance(event, Batches))
    assert not [e for e in events[last:] if isinstance(e, Progress) and e.phase == "validating"]


def test_stop_in_the_middle_of_gradient_descents_step_makes_no_step(tmp_path: Path) -> None:
    control = Control()
    events: list[TrainingEvent] = []

    def hear(event: TrainingEvent) -> None:
        events.append(event)
        if isinstance(event, Progress) and event.phase == "training":
            control.stop()

    what = project(NET, classes_data(tmp_path / "d.npz"), "gd", epochs=5, micro_batch_size=4)
    run(Job(what, tmp_path / "run"), hear, control)
    train(project(NET, classes_data(tmp_path / "d.npz"), "gd", epochs=0), tmp_path / "start")
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.outcome, end.step) == ("stopped", 0)
    kept = keras.saving.load_model(tmp_path / "run" / "last.keras").get_weights()
    start = keras.saving.load_model(tmp_path / "start" / "last.keras").get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(kept, start, strict=True))


def test_stop_before_anything_is_no_failure(tmp_path: Path) -> None:
    control = Control()
    control.stop()
    events = train(project(NET, classes_data(tmp_path / "d.npz")), tmp_path / "run", control)
    assert events.finished.outcome == "stopped"
    assert events.finished.step == 0


def test_stop_in_a_validation_keeps_the_epoch(tmp_path: Path) -> None:
    control = Control()
    events: list[TrainingEvent] = []

    def hear(event: TrainingEvent) -> None:
        events.append(event)
        if isinstance(event, PhaseChanged) and event.phase == "validating":
            control.stop()

    run(Job(project(NET, classes_data(tmp_path / "d.npz", validation=600), epochs=5), tmp_path / "run"), hear, control)
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert len(ends) == 1
    assert "val_loss" not in ends[0].values
    assert isinstance(events[-1], Finished)
    assert (events[-1].outcome, events[-1].epoch) == ("stopped", 1)


def test_pause_rests_and_resume_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    control = Control()
    paused = threading.Event()
    events: list[TrainingEvent] = []

    def hear(event: TrainingEvent) -> None:
        events.append(event)
        if isinstance(event, Batches) and not paused.is_set():
            control.pause()
        if isinstance(event, PhaseChanged) and event.phase == "paused":
            paused.set()

    def resume() -> None:
        paused.wait(60)
        control.resume()

    helper = threading.Thread(target=resume, name="lamina-test-resume")
    helper.start()
    what = project(NET, classes_data(tmp_path / "d.npz"), epochs=3)
    run(Job(what, tmp_path / "run"), hear, control)
    helper.join()
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert "training" in phases[phases.index("paused") :]
    train(what, tmp_path / "whole")
    a, b = (keras.saving.load_model(tmp_path / name / "last.keras").get_weights() for name in ("run", "whole"))
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_stop_ends_a_pause(tmp_path: Path) -> None:
    control = Control()
    control.pause()
    timer = threading.Timer(0.2, control.stop)
    timer.start()
    events = train(project(NET, classes_data(tmp_path / "d.npz")), tmp_path / "run", control)
    timer.join()
    assert events.finished.outcome == "stopped"


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_learning_rate_is_refused_at_once(rate: float) -> None:
    with pytest.raises(ValueError, match="learning rate"):
        Control().set_learning_rate(rate)


def test_a_loss_that_is_not_finite_stops_with_advice(tmp_path: Path) -> None:
    settings = OptimizerSettings("minibatch", values={"learning_rate": 1000.0})
    what = project(chain(dense(8), dense(1)), number_data(tmp_path / "d.npz"), settings, epochs=50)
    events = train(what, tmp_path / "run")
    assert events.finished.outcome == "not_finite"
    assert "lower learning rate, such as 100" in events.finished.message
    assert "scaling" in events.finished.message
    assert not np.isfinite(events.values[-1, 0])
    assert np.isfinite(events.values[:-1, 0]).all()
    assert events.finished.step == len(events.values)


def test_a_loss_that_is_not_finite_goes_on_where_that_is_wanted(tmp_path: Path) -> None:
    settings = OptimizerSettings("minibatch", values={"learning_rate": 1000.0})
    what = project(chain(dense(1)), number_data(tmp_path / "d.npz"), settings, epochs=30)
    events = train(Job(what, tmp_path / "run", stop_when_not_finite=False), tmp_path)
    assert events.finished.outcome == "completed"


def test_several_inputs_and_outputs_learn_together(tmp_path: Path) -> None:
    blocks = [
        Block("a", "Input", "one", {"scaling": "standardise"}), Block("b", "Input", "other", {}),
        Block("da", "Dense", "left / right", {"units": 4}), Block("db", "Dense", "über", {"units": 4}),
        Block("add", "Add", "sum"), Block("k", "Dense", "k", {"units": 3, "activation": "softmax"}),
        Block("l", "Dense", "l", {"units": 3, "activation": "softmax"}),
        Block("ok", "Output", "die Größe"), Block("ol", "Output", "again", {"loss_weight": 0.5}),
    ]  # fmt: skip
    links = (
        link("a", "da"), link("b", "db"), link("da", "add", "inputs"), link("db", "add", "inputs"),
        link("add", "k"), link("add", "l"), link("k", "ok"), link("l", "ol"),
    )  # fmt: skip
    graph = Graph({block.id: block for block in blocks}, links)
    events = train(project(graph, classes_data(tmp_path / "d.npz"), epochs=2), tmp_path / "run")
    assert events.started.metrics == (
        "loss", "die_Grosse_loss", "again_loss", "die_Grosse_accuracy", "again_accuracy",
    )  # fmt: skip
    total, first, second = events.values[:, :3].T
    assert total == pytest.approx(first + 0.5 * second, rel=1e-5)
    model = keras.saving.load_model(tmp_path / "run" / "last.keras")
    inputs, outputs = read_check(tmp_path / "run" / "check.npz")
    answer = model({tensor.name: x for tensor, x in zip(model.inputs, inputs, strict=True)})
    assert set(answer) == {"die_Grosse", "again"}
    assert len(outputs) == 2


@pytest.mark.parametrize(
    ("classes", "units", "words"),
    [(5, 3, "5 classes"), (3, 1, "")],
)
def test_labels_that_the_network_cannot_tell_apart_are_refused(
    classes: int, units: int, words: str, tmp_path: Path
) -> None:
    source = classes_data(tmp_path / "d.npz", classes=classes)
    failed = train(project(chain(dense(units, "softmax")), source), tmp_path / "run").failed
    assert words in failed.message
    assert failed.details == ""
    assert not (tmp_path / "run" / "last.keras").exists()


def test_labels_out_of_range_are_refused_when_the_description_hides_them(tmp_path: Path) -> None:
    from engine.data.description import TargetInfo
    from engine.judge.outputs import resolve_loss
    from engine.models.build import BuiltOutput
    from engine.training.checks import _labels

    target = TargetInfo("y", "classes", (), ("0", "1", "2"))
    output = BuiltOutput("out", "out", (3,), target, resolve_loss({}, target, (3,)), (), 1.0)
    assert _labels(output, np.array([0, 1, 2]), "training", 3) == ""
    assert "from 0 to 7" in _labels(output, np.array([0, 7, 2]), "training", 3)
    assert "from -1 to 2" in _labels(output, np.array([-1, 1, 2]), "validation", 3)
    assert "whole numbers" in _labels(output, np.eye(3), "training", 3)


def test_what_a_person_can_cause_fails_with_a_sentence(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz")
    cases = {
        "No data set": project(NET, ""),
        "missing.npz": project(NET, f"npz:{tmp_path / 'missing.npz'}"),
        "Output": project(Graph({"in": Block("in", "Input", "in")}), source),
        "memory": project(chain(dense(10**9), dense(3, "softmax")), source),
    }
    for place, (words, what) in enumerate(cases.items()):
        failed = train(what, tmp_path / str(place)).failed
        assert words in failed.message
        assert "Traceback" not in failed.message


def test_a_folder_that_cannot_be_made_fails_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    failed = train(project(NET, classes_data(tmp_path / "d.npz")), tmp_path / "file" / "run").failed
    assert "cannot be written" in failed.message


def test_training_further_is_the_same_as_training_longer(tmp_path: Path) -> None:
    graph = chain(dense(8, "relu"), ("Dropout", {"rate": 0.3}), dense(3, "softmax"))
    source = classes_data(tmp_path / "d.npz")
    for name in ("adam", "momentum"):
        folder = tmp_path / name
        whole = train(project(graph, source, name, epochs=4), folder / "whole")
        train(project(graph, source, name, epochs=2), folder / "first")
        more = train(continued(project(graph, source, name, epochs=2), folder / "first", folder / "second"), folder)
        assert more.started.first_epoch == 2
        assert more.steps == list(range(15, 29))
        assert [epoch.epoch for epoch in more.epochs] == [3, 4]
        assert more.started.notes == ()
        assert more.values == pytest.approx(whole.values[14:], rel=1e-5)
        a, b = (keras.saving.load_model(folder / n / "last.keras") for n in ("whole", "second"))
        for one, other in zip(a.optimizer.variables, b.optimizer.variables, strict=True):
            np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-5, atol=1e-7)


def test_training_further_with_another_optimizer_keeps_the_weights_and_says_so(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz")
    train(project(NET, source, "adam", epochs=3), tmp_path / "a")
    job = continued(project(NET, source, "rmsprop", epochs=0), tmp_path / "a", tmp_path / "b")
    events = train(job, tmp_path)
    assert "optimizer" in events.started.notes[0]
    a, b = (keras.saving.load_model(tmp_path / name / "last.keras").get_weights() for name in ("a", "b"))
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_training_another_network_further_is_refused(tmp_path: Path) -> None:
    source = classes_data(tmp_path / "d.npz")
    train(project(NET, source, epochs=1), tmp_path / "a")
    other = project(chain(dense(9), dense(3, "softmax")), source)
    assert "has changed" in train(continued(other, tmp_path / "a", tmp_path / "b"), tmp_path).failed.message


def test_a_seed_gives_the_same_network_in_every_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from engine.backend import prepare; prepare('tensorflow')\n"
        "from tests.training_graphs import *\n"
        "graph = chain(dense(8, 'relu'), ('Dropout', {'rate': 0.4}), dense(3, 'softmax'))\n"
        "folder = Path(sys.argv[1])\n"
        "train(project(graph, classes_data(folder / 'd.npz'), epochs=3, seed=9), folder / sys.argv[2]).finished\n"
    )
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", program, str(tmp_path), name], cwd=REPOSITORY, check=True)
    one, two = (keras.saving.load_model(tmp_path / name / "last.keras").get_weights() for name in ("one", "two"))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_constant_column_is_standardised_to_zero(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    x = random.normal(5.0, 3.0, size=(60, 3)).astype(np.float32)
    x[:, 1] = 7.1
    y = (x[:, 0] > 5).astype(np.int64)
    x_val = x[:10].copy()
    x_val[:, 1] = 9.0
    source = save(tmp_path / "d.npz", x, y, x_val, y[:10])
    graph = chain(dense(2, "softmax"), input_values={"scaling": "standardise"})
    train(project(graph, source, epochs=1), tmp_path / "run").finished  # noqa: B018  # fails where it did not finish
    model = keras.saving.load_model(tmp_path / "run" / "last.keras")
    scaling = next(layer for layer in model.layers if isinstance(layer, keras.layers.Normalization))
    scaled = np.asarray(scaling(x))
    assert scaled.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-5)
    assert scaled[:, [0, 2]].std(axis=0) == pytest.approx([1, 1], rel=1e-5)
    assert np.abs(np.asarray(scaling(x_val))).max() < 10


def test_batches_are_told_at_most_thirty_times_a_second(tmp_path: Path) -> None:
    events = train(project(NET, classes_data(tmp_path / "d.npz", examples=2000), "sgd", epochs=1), tmp_path / "run")
    told = [event for event in events if isinstance(event, Batches)]
    seconds = told[-1].times[-1] - events.started.time
    assert len(told) <= 30 * seconds + 3


def test_started_names_its_facts_once(tmp_path: Path) -> None:
    events = train(project(NET, classes_data(tmp_path / "d.npz"), epochs=1), tmp_path / "run")
    assert sum(isinstance(event, Started) for event in events) == 1
    assert events.started.backend == "tensorflow"
