"""The training panel: every choice is an edit of the document, and a run is told as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.document import Document
from engine.judge.report import Analysis, Problem
from engine.optimizers import OPTIMIZERS
from engine.templates import load_template
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
from engine.training.job import Job
from engine.workers.protocol import DataRefused, FetchProgress
from gui.coordinator import Coordinator
from gui.engine import EngineClient, EngineState
from gui.figures import grouped
from gui.panels.training import TrainingPanel
from gui.panels.training_fields import stepped
from gui.panels.training_text import left_text, rate_text
from gui.workspace import Workspace

STEPS = 45
PATIENCE = 200_000

DIGITS = DataDescription(
    "digits",
    "Digits",
    (ArrayInfo("x", (8, 8, 1), "float32", 0.0, 16.0),),
    (TargetInfo("y", "classes", (), tuple("0123456789")),),
    1437,
    360,
)


class Bench:
    """A panel with its workspace and an engine whose processes are not started."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.workspace = Workspace(Document(load_template("digits-mlp")))
        self.engine = EngineClient()
        self.panel = TrainingPanel(self.workspace, self.engine)
        qtbot.addWidget(self.panel)
        self.panel.resize(424, 940)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.workspace.set_data(DIGITS)
        self.problems: list[bool] = []
        self.finished: list[str] = []
        self.messages: list[str] = []
        self.panel.problems_requested.connect(self._on_problems)
        self.panel.run_finished.connect(self.finished.append)
        self.workspace.message_posted.connect(self.messages.append)

    def _on_problems(self) -> None:
        self.problems.append(True)

    def tell(self, *events: TrainingEvent) -> None:
        """Lets a run tell of itself, as a trainer would."""
        self.engine.training_events.emit(list(events))

    def begin(self, folder: Path, epochs: int = 10) -> None:
        """Puts the panel into the middle of a run's beginning, as Train would have."""
        self.monkeypatch.setattr(self.engine, "train", _accept)  # no process is wanted here
        self.panel._start(Job(self.workspace.project, folder), anew=True)
        self.engine.state = EngineState.TRAINING
        self.engine.state_changed.emit()
        self.tell(
            PhaseChanged(0.1, "building"),
            Started(
                0.2, "tensorflow", "CPU, 2 cores", "No NVIDIA driver.", 2410, 1437, 360, 32, STEPS, epochs, 0, 0,
                ("loss", "accuracy"),
            ),
            PhaseChanged(0.5, "training"),
        )  # fmt: skip

    def epoch(self, number: int) -> None:
        """One whole epoch."""
        values = np.column_stack([np.linspace(2, 1, STEPS) / number, np.linspace(0.2, 0.9, STEPS)])
        times = number + np.arange(STEPS) / 100
        accuracy = 0.9 + 0.01 * number if number < 3 else 0.91
        self.tell(
            Batches(number, (number - 1) * STEPS + 1, times, values),
            EpochEnded(
                number + 0.9,
                number,
                number * STEPS,
                0.9,
                {"loss": 1.0, "accuracy": 0.8, "val_loss": 0.5, "val_accuracy": accuracy},
            ),
        )

    def end(self, event: Finished | Failed) -> None:
        """The run's end."""
        self.engine.state = EngineState.IDLE
        self.tell(event)
        self.engine.state_changed.emit()


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(qtbot, monkeypatch)


def _accept(job: Job) -> bool:
    """Takes a job as a trainer would."""
    return bool(job.project.graph.blocks)


def _type(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def _click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_chip_chooses_its_optimizer_and_shows_its_formula_and_numbers(bench: Bench, name: str) -> None:
    section = bench.panel.optimizer
    _click(section.chips[name])
    entry = OPTIMIZERS[name]
    assert bench.workspace.project.optimizer.name == name
    assert section._formula.text() == entry.formula
    _click(section.presets["keras"])
    assert section._formula.text() == entry.formula_of("keras")
    assert section._traits.text() == entry.traits
    assert set(section.hyperparameters) == {param.name for param in entry.hyperparameters}
    assert section.one_example.isVisible() == (entry.regime == "one")
    assert section.training["batch_size"].isVisible() == (entry.regime == "mini")
    assert section.training["micro_batch_size"].isVisible() == (entry.regime == "full")


def test_the_arrow_keys_walk_over_the_chips(bench: Bench) -> None:
    section = bench.panel.optimizer
    _click(section.chips["gd"])
    QTest.keyClick(section.chips["gd"], Qt.Key.Key_Right)
    assert bench.workspace.project.optimizer.name == "sgd"
    QTest.keyClick(section.chips["sgd"], Qt.Key.Key_Down)
    assert bench.workspace.project.optimizer.name == "rmsprop"


def test_typing_a_number_is_one_step_of_the_history(bench: Bench) -> None:
    section, document = bench.panel.optimizer, bench.workspace.document
    before = document.project
    _type(section.hyperparameters["learning_rate"], "0.02")
    assert document.project.optimizer.values == {"learning_rate": 0.02}
    assert section.reset.isVisible()
    document.undo()
    assert document.project == before
    assert section.hyperparameters["learning_rate"].text() == "0.001"


def test_text_that_is_no_number_is_explained_and_never_applied(bench: Bench) -> None:
    section = bench.panel.optimizer
    before = bench.workspace.project
    field = section.training["epochs"]
    _type(field, "1.5x")
    assert bench.workspace.project.training.epochs in (1, before.training.epochs)
    kept = bench.workspace.project.training.epochs
    assert "Epochs must be a whole number" in section._complaint.text()
    assert section._complaint.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == str(kept)
    assert not section._complaint.isVisible()


def test_up_and_down_step_through_round_numbers(bench: Bench) -> None:
    section = bench.panel.optimizer
    rate = section.hyperparameters["learning_rate"]
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert bench.workspace.project.optimizer.values["learning_rate"] == 0.002
    QTest.keyClick(rate, Qt.Key.Key_Down)
    assert bench.workspace.project.optimizer.values == {}
    epochs = bench.workspace.project.training.epochs
    QTest.keyClick(section.training["epochs"], Qt.Key.Key_Up)
    assert bench.workspace.project.training.epochs == epochs + 1
    assert [stepped(0.9, 1), stepped(0.99, -1), stepped(0.5, -1), stepped(1.0, 1)] == [0.95, 0.98, 0.2, 2.0]


def test_preset_and_reset_bring_the_tables_numbers(bench: Bench) -> None:
    section = bench.panel.optimizer
    _click(section.chips["adagrad"])
    _type(section.hyperparameters["learning_rate"], "0.5")
    _click(section.reset)
    assert section.hyperparameters["learning_rate"].text() == "0.01"
    _click(section.presets["keras"])
    assert bench.workspace.project.optimizer.preset == "keras"
    assert section.hyperparameters["initial_accumulator_value"].text() == "0.1"


def test_the_folded_settings_hold_the_backend(bench: Bench) -> None:
    section = bench.panel.optimizer
    assert not section.backend.isVisible()
    _click(section.more)
    assert section.backend.isVisible()
    section.backend.setFocus()
    QTest.keyClick(section.backend, Qt.Key.Key_End)
    assert bench.workspace.project.training.backend == "jax"


def test_a_data_set_is_chosen_by_keyboard_and_undone(bench: Bench) -> None:
    _click(bench.panel.data_button)
    combo = bench.panel.data.combo
    assert combo.isVisible()
    bench.panel.data.choose("wine")
    assert bench.workspace.project.data.source == "wine"
    bench.workspace.document.undo()
    assert bench.workspace.project.data.source == "digits"
    assert combo.currentData() == "digits"


def test_files_and_folders_become_sources(bench: Bench, tmp_path: Path) -> None:
    bench.panel.data.choose_path(tmp_path / "a.npz")
    assert bench.workspace.project.data.source == f"npz:{tmp_path / 'a.npz'}"
    bench.panel.data.choose_path(tmp_path)
    assert bench.workspace.project.data.source == f"mnist:{tmp_path}"
    assert bench.panel.data.combo.currentData() == f"mnist:{tmp_path}"


def test_the_head_tells_title_and_sizes(bench: Bench) -> None:
    assert bench.panel.data_button.text() == f"Digits · {grouped(1437)} + 360"


def test_the_choice_of_data_is_folded_once_there_are_data_unless_a_person_opened_it(bench: Bench) -> None:
    data, document = bench.panel.data, bench.workspace.document
    assert not data.isVisible()
    document.apply("No data", replace(document.project, data=replace(document.project.data, source="")))
    bench.workspace.set_data(None)
    assert data.isVisible(), "what needs attention opens by itself"
    data.choose("digits")
    bench.workspace.set_data(DIGITS)
    assert not data.isVisible()
    _click(bench.panel.data_button)
    bench.workspace.set_data(replace(DIGITS, note="360 of 1,797 examples are held back."))
    assert data.isVisible()
    assert data._note.text() == f"360 of {grouped(1797)} examples are held back."
    _click(bench.panel.data_button)
    assert not data.isVisible()


def test_data_that_are_not_there_can_be_fetched(bench: Bench) -> None:
    bench.panel.data.choose("mnist")
    settings = bench.workspace.project.data
    bench.workspace.set_data(None, "MNIST is not on this machine.")
    bench.engine.data_refused.emit(DataRefused(1, settings, "MNIST is not on this machine.", True))
    data = bench.panel.data
    assert data.isVisible(), "what needs attention opens by itself"
    assert data._error.text() == "MNIST is not on this machine."
    assert not bench.panel.buttons.train.isEnabled()
    _click(data.download)
    bench.engine.fetch_progress.emit(FetchProgress(2, 5_000_000, 11_000_000))
    assert data._progress_text.text() == "5.0 MB of 11.0 MB"
    assert data.cancel.isVisible()
    assert not data.download.isVisible()


def test_train_says_why_it_cannot_be_pressed_and_leads_to_the_problems(bench: Bench) -> None:
    problem = Problem("error", None, "There is no Output.")
    bench.workspace.set_analysis(Analysis(problems=(problem, replace(problem, message="A block is loose."))))
    assert not bench.panel.buttons.train.isEnabled()
    assert "2 problems to mend first" in bench.panel.progress.left.text()
    bench.panel.progress.left.linkActivated.emit("problems")
    assert bench.problems
    bench.workspace.set_analysis(Analysis())
    assert bench.panel.buttons.train.isEnabled()
    assert bench.panel.progress.left.text() == "Ready to train"


def test_a_run_is_told_in_curves_and_words(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    bench.begin(tmp_path / "run")
    height = bench.panel.sizeHint().height()
    for number in (1, 2, 3):
        bench.epoch(number)
    panel = bench.panel
    assert panel.buttons.train.text() == "Pause"
    qtbot.waitUntil(lambda: len(panel.plots.loss_plot.curves.batches) == 3 * STEPS, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(panel.plots.metric_plot.curves.batches) == 3 * STEPS, timeout=PATIENCE)
    assert panel.plots.metric_plot.curves.best == 1
    assert "Epoch 4/10 · step 135/450" in panel.progress.left.text()
    assert "steps/s" in panel.progress.right.text()
    assert panel.device.text.text() == "TensorFlow · CPU, 2 cores"
    assert panel.device.why_button.isVisible()
    bench.tell(PhaseChanged(9.0, "validating"), Progress(9.1, "validating", 100, 360))
    assert "validating 100 of 360" in panel.progress.left.text()
    assert bench.panel.sizeHint().height() == height, "nothing jumps while a run goes on"


def test_only_the_learning_rate_can_be_changed_while_training_and_applies_at_once(bench: Bench, tmp_path: Path) -> None:
    sent: list[float] = []
    bench.begin(tmp_path / "run")
    bench.monkeypatch.setattr(bench.engine, "set_learning_rate", sent.append)
    section = bench.panel.optimizer
    assert not section.chips["gd"].isEnabled()
    assert not section.training["epochs"].isEnabled()
    assert not bench.panel.data.combo.isEnabled()
    rate = section.hyperparameters["learning_rate"]
    assert rate.isEnabled()
    QTest.keyClick(rate, Qt.Key.Key_Down)
    assert sent == [0.0005]
    assert "0.0005" in bench.messages[-1]
    bench.workspace.document.undo()
    assert sent == [0.0005, 0.001]


def test_the_end_of_a_run_says_what_came_out_and_what_comes_next(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "last.keras").touch()
    bench.begin(folder)
    for number in (1, 2, 3):
        bench.epoch(number)
    bench.end(Finished(3.0, "stopped", 4, 3 * STEPS, "Stopped after 1,350 steps: accuracy 91.00%."))
    panel = bench.panel
    sentence = f"Stopped after {grouped(1350)} steps: accuracy 91.00\N{NO-BREAK SPACE}%."
    assert bench.finished == [sentence]
    assert panel.last_run_folder == folder
    assert panel.result.message.text() == sentence
    assert panel.plots.loss_plot.curves.ended
    assert panel.result.export.isVisible()
    assert panel.result.train_more.isVisible()
    assert panel.buttons.train.text() == "Train"
    suggestion = panel.result.suggestion.text()
    assert suggestion == "Try RMSprop"
    _click(panel.result.suggestion)
    assert bench.workspace.project.optimizer.name == "rmsprop"
    bench.begin(tmp_path / "next")
    assert len(panel.plots.loss_plot.curves.batches) == 0
    assert panel.plots.loss_plot.previous_shown
    tag = panel.plots.loss_plot.last_run_tag
    assert tag.isVisible()
    _click(tag)
    assert not panel.plots.previous_shown
    assert not panel.plots.metric_plot.last_run_tag.isVisible()
    assert not panel.buttons.actions_by_name["hide"].isEnabled()


def test_a_run_that_came_to_nothing_repeats_what_the_network_warns_of(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    bench.epoch(1)
    warning = Problem("warning", None, "The inputs are not scaled.")
    bench.workspace.set_analysis(Analysis(problems=(warning,), traced=True))
    bench.end(Finished(3.0, "completed", 1, STEPS, "The network has learned hardly anything.", learned=False))
    said = bench.panel.result.message.text()
    assert said == "The network has learned hardly anything.\nThe inputs are not scaled."
    assert bench.panel.result.property("role") == "warning"


def test_an_infinite_loss_is_told_in_the_trainers_words(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    bench.epoch(1)
    bench.end(Finished(3.0, "not_finite", 2, 1234, "The loss stopped being a finite number at step 1,234."))
    assert bench.panel.result.message.text() == f"The loss stopped being a finite number at step {grouped(1234)}."


def test_why_there_is_no_gpu_is_told_on_asking(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    device = bench.panel.device
    assert not device.note.isVisible()
    _click(device.why_button)
    assert device.note.isVisible()
    assert device.note.label.text() == "No NVIDIA driver."
    QTest.keyClick(device.note, Qt.Key.Key_Escape)
    assert not device.note.isVisible()


def test_the_second_plot_shows_the_metric_that_is_chosen(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    plots = bench.panel.plots
    assert not plots.metric_button.isVisible(), "one metric leaves nothing to choose"
    bench.tell(
        Started(
            0.2, "tensorflow", "CPU", "", 2410, 1437, 360, 32, STEPS, 10, 0, 0,
            ("loss", "accuracy", "scores_loss"),
        ),
        Batches(1, 1, np.arange(3.0), np.array([[2.0, 0.1, 1.9], [1.5, 0.3, 1.4], [1.0, 0.5, 0.9]])),
    )  # fmt: skip
    assert plots.metric_button.isVisible()
    texts = [action.text() for action in plots.metric_menu.actions()]
    assert texts == ["Accuracy", "Loss of scores"]
    plots.metric_menu.actions()[1].trigger()
    assert plots.metric_plot.title.text() == "Loss of scores"
    assert plots.metric_plot.curves.batches.tolist() == [1.9, 1.4, 0.9]


def test_a_continued_run_goes_on_where_the_last_ones_curve_ended(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    bench.begin(tmp_path / "run", epochs=2)
    for number in (1, 2):
        bench.epoch(number)
    bench.end(Finished(3.0, "completed", 2, 2 * STEPS, "Trained for 2 epochs."))
    panel = bench.panel
    bench.monkeypatch.setattr(bench.engine, "train", _accept)
    panel._start(Job(bench.workspace.project, tmp_path / "more"), anew=False)
    bench.engine.state = EngineState.TRAINING
    bench.tell(
        Started(
            0.2, "tensorflow", "CPU", "", 2410, 1437, 360, 32, STEPS, 2, 2, 2 * STEPS, ("loss", "accuracy")
        )
    )  # fmt: skip
    bench.epoch(3)
    plot = panel.plots.loss_plot
    qtbot.waitUntil(lambda: len(plot.curves.batches) == STEPS, timeout=PATIENCE)
    assert plot.curves.batch_x[0] == pytest.approx(2 + 1 / STEPS)
    low, high = plot.canvas.plotItem.vb.viewRange()[0]
    assert (low, high) == pytest.approx((0.0, 4.0), abs=0.1)
    assert plot.previous_shown, "the first part is to be seen before it"


def test_a_failure_shows_its_sentence_with_details_to_copy(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    bench.end(Failed(1.0, "The labels do not fit.", "Traceback: line 1"))
    result = bench.panel.result
    assert result.message.text() == "The labels do not fit."
    assert not result.export.isVisible()
    _click(result.details_button)
    assert result.details.isVisible()
    assert result.details.toPlainText() == "Traceback: line 1"


def test_a_stop_that_takes_long_offers_to_end_the_process(bench: Bench, tmp_path: Path, qtbot: QtBot) -> None:
    bench.begin(tmp_path / "run")

    def stop() -> None:
        bench.engine.state = EngineState.STOPPING
        bench.engine.state_changed.emit()

    bench.monkeypatch.setattr(bench.engine, "stop", stop)
    _click(bench.panel.buttons.stop)
    assert bench.panel.buttons.train.text() == "Stopping…"
    qtbot.waitUntil(bench.panel.result.kill.isVisible, timeout=PATIENCE)
    bench.engine.state = EngineState.IDLE
    bench.engine.run_lost.emit("You ended the training process.")
    bench.engine.state_changed.emit()
    assert bench.finished == ["You ended the training process."]


def test_a_lost_run_leaves_no_speed_behind(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    bench.epoch(1)
    assert "steps/s" in bench.panel.progress.right.text()
    bench.engine.state = EngineState.IDLE
    bench.engine.run_lost.emit("The trainer was killed.")
    assert bench.panel.progress.right.text() == ""


@pytest.mark.parametrize("right", ["", "1\u2009284 steps/s · 1 h 20 min left"])
def test_the_progress_line_leaves_out_what_has_no_room(bench: Bench, right: str) -> None:
    line = bench.panel.progress
    whole = "Epoch 312/3\u2009000 · step 9\u2009405/135\u2009000"
    line.show_run(0.5, whole, right)
    layout = line.layout()
    assert layout is not None
    layout.activate()
    assert line.left.width() + line.right.width() <= line.width()
    assert line.left.text() in (whole, "Epoch 312/3\u2009000")
    assert line.left.fontMetrics().horizontalAdvance(line.left.text()) <= line.left.width()
    assert line.left.accessibleName() == whole


def test_another_project_begins_with_an_empty_panel(bench: Bench, tmp_path: Path) -> None:
    bench.begin(tmp_path / "run")
    bench.epoch(1)
    bench.end(Finished(3.0, "completed", 1, STEPS, "Done."))
    bench.workspace.document.open(load_template("iris-mlp"), None)
    assert bench.panel.history is None
    assert bench.panel.progress.bar.value() == 0
    assert bench.panel.progress.right.text() == ""
    assert len(bench.panel.plots.loss_plot.curves.batches) == 0
    assert not bench.panel.result.isVisible()


def test_numbers_and_times_are_written_for_people() -> None:
    assert grouped(1387594) == "1\u2009387\u2009594"
    assert [rate_text(rate) for rate in (131.2, 2.44, 0.2, 0.0)] == ["131 steps/s", "2.4 steps/s", "5.0 s a step", ""]
    assert [left_text(seconds) for seconds in (12.3, 240.0, 4800.0)] == ["13 s left", "4 min left", "1 h 20 min left"]


@pytest.fixture
def live(bench: Bench) -> Iterator[Bench]:
    coordinator = Coordinator(bench.workspace, bench.engine)
    bench.engine.start()
    coordinator.refresh()
    yield bench
    bench.engine.shutdown()


@pytest.mark.timeout(480)
def test_train_really_trains_and_trains_more(live: Bench, qtbot: QtBot) -> None:
    panel = live.panel
    training = replace(live.workspace.project.training, epochs=2)
    live.workspace.document.apply("Set epochs", replace(live.workspace.project, training=training))
    qtbot.waitUntil(panel.buttons.train.isEnabled, timeout=PATIENCE)
    _click(panel.buttons.train)
    qtbot.waitUntil(lambda: len(live.finished) == 1, timeout=PATIENCE)
    assert len(panel.plots.loss_plot.curves.batches) == 2 * STEPS
    assert np.isfinite(panel.plots.metric_plot.curves.validation).all()
    assert panel.last_run_folder is not None
    _click(panel.result.train_more)
    qtbot.waitUntil(lambda: len(live.finished) == 2, timeout=PATIENCE)
    assert panel.plots.loss_plot.curves.batch_x[0] > 2.0
    assert panel.plots.loss_plot.curves.epoch_x.tolist() == [3.0, 4.0]
