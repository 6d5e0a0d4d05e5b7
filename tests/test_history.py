"""The growing record of a run: exact, incremental, and quick to feed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.training.events import Batches, EpochEnded, Failed, Finished, PhaseChanged, Progress, Started
from engine.training.history import SMOOTHING, RunHistory


def started(**changes: object) -> Started:
    fields: dict[str, object] = {
        "time": 0.5, "backend": "tensorflow", "device": "CPU, 2 cores", "device_note": "", "parameters": 10,
        "examples": 100, "validation_examples": 20, "batch_size": 10, "steps_per_epoch": 10, "epochs": 3,
        "first_epoch": 0, "first_step": 0, "metrics": ("loss", "accuracy"),
    }  # fmt: skip
    return Started(**{**fields, **changes})  # type: ignore[arg-type]  # the fields' types are those above


def batches(epoch: int, first: int, values: list[list[float]], start: float = 1.0) -> Batches:
    return Batches(epoch, first, start + 0.1 * np.arange(len(values), dtype=np.float64), np.array(values))


def test_batches_land_where_their_step_and_epoch_say() -> None:
    history = RunHistory()
    history.add(started())
    history.add(batches(1, 1, [[2.0, 0.1], [1.5, 0.2]]))
    history.add(batches(1, 3, [[1.0, 0.3]]))
    history.add(batches(2, 11, [[0.5, 0.9]]))
    assert history.steps.tolist() == [1, 2, 3, 11]
    assert history.epochs_at.tolist() == pytest.approx([0.1, 0.2, 0.3, 1.1])
    assert history.batch("loss").tolist() == [2.0, 1.5, 1.0, 0.5]
    assert history.batch("accuracy").tolist() == [0.1, 0.2, 0.3, 0.9]
    assert history.step == 11


@pytest.mark.parametrize("pieces", [[1] * 300, [300], [7, 64, 65, 100, 64]])
def test_smoothing_in_pieces_is_the_corrected_recursion(pieces: list[int]) -> None:
    values = np.random.default_rng(1).normal(size=(300, 2))
    values[17, 0] = math.nan
    values[0, 1] = math.inf
    history = RunHistory()
    history.add(started(steps_per_epoch=300))
    first = 0
    for piece in pieces:
        history.add(batches(1, first + 1, values[first : first + piece].tolist()))
        first += piece
    for column, name in enumerate(("loss", "accuracy")):
        total = weight = 0.0
        for place in range(300):
            if math.isfinite(values[place, column]):
                total = SMOOTHING * total + (1 - SMOOTHING) * values[place, column]
                weight = SMOOTHING * weight + (1 - SMOOTHING)
            else:
                total, weight = SMOOTHING * total, SMOOTHING * weight
            if weight:
                assert history.smoothed(name)[place] == pytest.approx(total / weight, rel=1e-9)
            else:
                assert math.isnan(history.smoothed(name)[place])


def test_the_best_epoch_is_that_of_the_highest_validation_accuracy() -> None:
    history = RunHistory()
    history.add(started())
    for epoch, (loss, accuracy) in enumerate([(0.5, 0.80), (0.4, 0.95), (0.3, 0.90)], 1):
        values = {"loss": 1.0, "accuracy": 0.5, "val_loss": loss, "val_accuracy": accuracy}
        history.add(EpochEnded(float(epoch), epoch, 10 * epoch, 1.0, values))
    assert history.deciding_metric == "val_accuracy"
    assert history.best_epoch() == 1
    assert history.best_epoch("val_loss") == 2
    assert history.epoch_numbers.tolist() == [1, 2, 3]
    assert history.last_epoch["val_loss"] == 0.3


def test_without_validation_or_accuracy_the_lowest_loss_decides() -> None:
    history = RunHistory()
    history.add(started(metrics=("loss",), validation_examples=0))
    for epoch, loss in enumerate([0.5, math.nan, 0.2], 1):
        history.add(EpochEnded(float(epoch), epoch, 10 * epoch, 1.0, {"loss": loss}))
    assert history.deciding_metric == "loss"
    assert history.best_epoch() == 2


def test_an_epoch_without_validation_leaves_a_gap() -> None:
    history = RunHistory()
    history.add(started())
    history.add(EpochEnded(1.0, 1, 10, 1.0, {"loss": 1.0, "val_loss": 2.0}))
    history.add(EpochEnded(2.0, 2, 20, 1.0, {"loss": 0.5}))
    assert history.epoch("val_loss")[0] == 2.0
    assert math.isnan(history.epoch("val_loss")[1])


def test_progress_rate_and_time_left_follow_the_run() -> None:
    history = RunHistory()
    assert history.progress == 0.0
    assert history.seconds_left is None
    history.add(started())
    history.add(batches(1, 1, [[1.0, 0.5]] * 10))
    assert history.progress == pytest.approx(10 / 30)
    assert history.steps_per_second == pytest.approx(10.0)
    assert history.seconds_left == pytest.approx(2.0)
    assert history.epoch_now == 1
    history.add(EpochEnded(2.0, 1, 10, 1.0, {"loss": 1.0}))
    assert history.epoch_now == 2
    history.add(Finished(3.0, "stopped", 1, 10, "Stopped."))
    assert history.state == "stopped"
    assert history.is_over
    assert history.seconds_left is None


def test_a_long_step_moves_the_progress_by_its_examples() -> None:
    history = RunHistory()
    history.add(started(steps_per_epoch=1, epochs=4, batch_size=100))
    history.add(PhaseChanged(1.0, "training"))
    history.add(Progress(1.5, "training", 50, 100))
    assert history.progress == pytest.approx(0.125)
    history.add(batches(1, 1, [[1.0, 0.5]]))
    assert history.progress == pytest.approx(0.25)


def test_a_continued_run_goes_on_counting() -> None:
    history = RunHistory()
    history.add(started(first_epoch=5, first_step=47, epochs=2))
    history.add(batches(6, 48, [[1.0, 0.5]] * 10))
    assert history.epochs_at[-1] == pytest.approx(6.0)
    assert history.progress == pytest.approx(0.5)
    assert history.epoch_now == 6
    history.add(EpochEnded(2.0, 6, 57, 1.0, {"loss": 1.0}))
    assert history.epoch_now == 7


def test_a_failure_is_kept_with_its_sentence() -> None:
    history = RunHistory()
    history.add(Failed(1.0, "No data set is chosen."))
    assert history.state == "failed"
    assert history.failed is not None
    assert history.phase is None


def test_many_thousand_steps_are_kept_exactly() -> None:
    history = RunHistory()
    history.add(started(steps_per_epoch=100_000))
    for first in range(0, 50_000, 250):
        history.add(batches(1, first + 1, [[float(first), 0.0]] * 250))
    assert len(history.steps) == 50_000
    assert history.batch("loss")[49_999] == 49_750.0
