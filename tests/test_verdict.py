"""What is said when a training has ended: one way of counting, the figures as they are, and no praise for guessing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.settings import OptimizerSettings
from engine.templates import load_template
from engine.training.events import EpochEnded
from engine.training.job import Job
from engine.training.verdict import Course, Guessing, guessing, outcome, title

TEN = {"accuracy": Guessing(0.1, 1000)}


def job(*, first_epoch: int = 0, epochs: int = 20, optimizer: str = "adam") -> Job:
    project = load_template("digits-mlp")
    training = replace(project.training, epochs=epochs)
    settings = OptimizerSettings(optimizer)
    return Job(
        replace(project, training=training, optimizer=settings),
        Path("run"),
        first_epoch=first_epoch,
        first_step=100 * first_epoch,
    )


def course(accuracies: list[float], first_epoch: int = 0) -> Course:
    made = Course(TEN)
    for number, accuracy in enumerate(accuracies, first_epoch + 1):
        values = {"loss": 2.0 - accuracy, "accuracy": accuracy, "val_loss": 2.0 - accuracy, "val_accuracy": accuracy}
        made.add(EpochEnded(float(number), number, 100 * number, 1.0, values))
    return made


def test_the_kept_networks_figure_comes_before_a_better_one_that_is_gone() -> None:
    sentence, learned = outcome("completed", job(), 3, 300, course([0.9, 0.9721, 0.961]), 0.001)
    assert learned
    assert sentence == (
        "Trained for 3 epochs: validation accuracy 96.10% (the best was 97.21%, after epoch 2). "
        "The network is that of the last epoch."
    )


def test_a_run_that_ends_with_its_best_epoch_says_so() -> None:
    sentence, _ = outcome("completed", job(), 2, 200, course([0.9, 0.95]), 0.001)
    assert sentence == "Trained for 2 epochs: validation accuracy 95.00%, the best of its epochs."
    sentence, _ = outcome("completed", job(), 1, 100, course([0.9]), 0.001)
    assert sentence == "Trained for 1 epoch: validation accuracy 90.00%."


def test_a_continued_run_counts_on() -> None:
    sentence, _ = outcome("completed", job(first_epoch=20), 23, 2300, course([0.97, 0.96, 0.95], 20), 0.001)
    assert sentence.startswith("Trained 3 more epochs, 23 in all: validation accuracy 95.00% (the best was 97.00%, ")
    assert "after epoch 21)" in sentence


def test_a_stopped_run_says_where_and_that_it_is_kept() -> None:
    sentence, _ = outcome("stopped", job(), 2, 250, course([0.9, 0.95]), 0.001)
    assert sentence == (
        "Stopped after 250 steps, in epoch 3; after epoch 2: validation accuracy 95.00%. "
        "The network is kept as it is now."
    )
    sentence, _ = outcome("stopped", job(), 0, 12, Course(TEN), 0.001)
    assert sentence == "Stopped after 12 steps, in epoch 1. The network is kept as it is now."


@pytest.mark.parametrize("kind", ["completed", "stopped"])
def test_a_network_that_guesses_is_not_praised(kind: str) -> None:
    ended = outcome("stopped" if kind == "stopped" else "completed", job(), 3, 300, course([0.08, 0.12, 0.103]), 0.5)
    sentence, learned = ended
    assert not learned
    assert "The network has learned hardly anything: 10.3% is what guessing gives." in sentence
    assert "a smaller learning rate, such as 0.05" in sentence
    assert "best" not in sentence


def test_a_rate_that_is_too_small_and_steps_that_are_few_are_named() -> None:
    sentence, _ = outcome("completed", job(optimizer="gd"), 3, 3, course([0.1, 0.1, 0.1]), 0.0001)
    assert "more epochs, for there is one step in each and 3 are few" in sentence
    assert "a larger learning rate, such as 0.1" in sentence
    assert "Adam" in sentence


def test_a_loss_that_has_hardly_moved_is_told_where_there_is_no_accuracy() -> None:
    flat, falling = Course(), Course()
    for number, loss in enumerate([0.524, 0.523, 0.522], 1):
        flat.add(EpochEnded(1.0, number, 100 * number, 1.0, {"loss": loss, "val_loss": loss}))
        falling.add(EpochEnded(1.0, number, 100 * number, 1.0, {"loss": loss / number, "val_loss": loss}))
    sentence, learned = outcome("completed", job(), 3, 300, flat, 0.001)
    assert not learned
    assert "its loss was 0.524 after the first epoch and is 0.522 now." in sentence
    assert outcome("completed", job(), 3, 300, falling, 0.001)[1]


def test_guessing_is_naming_the_most_frequent_class() -> None:
    guess = guessing(np.array([0] * 80 + [1] * 20))
    assert guess == Guessing(0.8, 100)
    assert guess.explains(0.82)
    assert not guess.explains(0.95)


def test_figures_are_named_as_a_person_reads_them() -> None:
    assert title("val_accuracy") == "validation accuracy"
    assert title("val_digit_accuracy") == "validation accuracy of digit"
    assert title("val_loss") == "validation loss"
