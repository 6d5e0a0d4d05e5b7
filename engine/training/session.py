"""One training from the job to the saved network.

Runs wholly on the calling thread, which is the process's only Keras thread; `Control` is the way in for others, the
events are the way out. `engine.backend.prepare` has settled the backend before.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.data.dataset import DataCancelledError, DataSet
from engine.data.description import DataError
from engine.models.build import BuildError, Built, build_model, compile_model, needed_statistics, statistics
from engine.models.keep import CHANCE, CHECK, NETWORK, save_model, write_chance, write_check
from engine.models.optimizer import buffers_follow_rate, build_optimizer, keras_learning_rate
from engine.training import verdict, words
from engine.training.checks import data_complaint
from engine.training.control import Control
from engine.training.device import device
from engine.training.events import (
    Batches,
    EpochEnded,
    Failed,
    Finished,
    Outcome,
    Phase,
    PhaseChanged,
    Started,
    TrainingEvent,
)
from engine.training.folder import FolderError, RunFolder
from engine.training.job import Job
from engine.training.loops.base import Loop, Part, Rows, make_loop
from engine.training.objective import Objective
from engine.training.pace import Clock, Pace, Reporter
from engine.training.resume import ResumeError, take_up
from engine.training.verdict import Course

_CHECKED = 8
"""How many real examples are kept beside the network to verify copies of it."""

_ANNOUNCED = 0.1
"""Seconds that a validation must have taken before it is told that it goes on."""

_PASS = 256
"""The least number of examples that a validation takes at once; more only where training does too."""


def run(job: Job, emit: Callable[[TrainingEvent], None], control: Control) -> None:
    """Trains as the job says and tells of it; the last event is exactly one of Finished and Failed.

    Raises nothing for what a person can cause: it becomes a Failed with a sentence. A training that is stopped while
    the data are loaded or the network is built finishes as "stopped" with no network in its folder.
    """
    clock = Clock()
    folder = RunFolder(job.folder)
    try:
        emit(_Session(job, emit, control, clock, folder).run())
    except _RefusedError as error:
        emit(Failed(clock(), str(error)))
    except (DataError, BuildError, ResumeError, FolderError) as error:
        emit(Failed(clock(), str(error)))
    except MemoryError:
        emit(Failed(clock(), words.out_of_memory(job.project), traceback.format_exc()))
    except Exception as error:  # noqa: BLE001  # the one border where Keras's errors are translated
        emit(Failed(clock(), words.keras_failure(error, job.project), traceback.format_exc()))
    finally:
        folder.close()
        gc.collect()


class _RefusedError(Exception):
    """A job that cannot be done. The message is a sentence."""


class _StoppedError(Exception):
    """The person wants the training to end."""


class _NotFiniteError(Exception):
    """The loss became infinite or NaN."""


class _Session:
    """The state of one training."""

    def __init__(
        self, job: Job, emit: Callable[[TrainingEvent], None], control: Control, clock: Clock, folder: RunFolder
    ) -> None:
        self.job = job
        self.control = control
        self.clock = clock
        self.folder = folder
        self.report = Reporter(self._tell, clock)
        self.settings = job.project.training
        self.entry = job.project.optimizer.entry
        self.rate = self.entry.values(job.project.optimizer.preset, job.project.optimizer.values)["learning_rate"]
        self.epoch = job.first_epoch
        self.step = job.first_step
        self.course = Course()
        self._emit = emit
        self._compiled = False
        self._validated = False
        self._now: Phase | None = None
        self._resting: Phase = "building"
        """What to go back to after a pause."""

    def run(self) -> Finished:
        """The whole training; answers its last event, which is not emitted yet."""
        try:
            data = self._load()
            built, optimizer, notes = self._build(data)
        except (_StoppedError, DataCancelledError):
            return self._finished("stopped", words.stopped_early())
        training = Part(built, data.x_train, data.y_train)
        validation = Part(built, data.x_val, data.y_val)
        complaint = data_complaint(built, training, validation)
        if complaint:
            raise _RefusedError(complaint)
        self.objective = Objective(built.outputs)
        self.training_examples, self.validation_examples = training.examples, validation.examples
        self.course.guesses = self.objective.guesses((validation if validation.examples else training).labels)
        self._start(built, notes)
        outcome: Outcome = "completed"
        loop: Loop | None = None
        if self.settings.epochs > 0:
            self._phase("compiling")
            loop = make_loop(built, optimizer, self.objective, training, validation)
            try:
                self._epochs(loop)
            except _StoppedError:
                outcome = "stopped"
            except _NotFiniteError:
                outcome = "not_finite"
        self._phase("saving")
        if loop is not None:
            loop.synchronise()
        self.folder.flush()
        self._save(built, validation if validation.examples else training)
        if outcome == "not_finite":
            finished = self._finished(outcome, words.not_finite(self.job.project, self.step, self.rate))
        else:
            finished = self._finished(
                outcome, *verdict.outcome(outcome, self.job, self.epoch, self.step, self.course, self.rate)
            )
        self.folder.end(finished)
        return finished

    def _tell(self, event: TrainingEvent) -> None:
        """Sends an event, and writes down what belongs into the run's folder."""
        if isinstance(event, EpochEnded):
            self.folder.add_epoch(event)
        elif isinstance(event, Batches):
            self.folder.add_batches(event)
        self._emit(event)

    def _phase(self, phase: Phase) -> None:
        if phase != self._now:
            self._now = phase
            self.report.event(PhaseChanged(self.clock(), phase))

    def _finished(self, outcome: Outcome, message: str, learned: bool = True) -> Finished:
        return Finished(self.clock(), outcome, self.epoch, self.step, message, learned)

    def _load(self) -> DataSet:
        from engine.data.loading import load

        self._phase("loading")
        if not self.job.project.data.source:
            raise _RefusedError("No data set is chosen. Choose one to learn from.")

        def progress(done: int, total: int) -> bool:
            self.report.progress("loading", done, total)
            return not self.control.stopping

        data = load(self.job.project.data, progress)
        self._look_up()
        return data

    def _build(self, data: DataSet) -> tuple[Built, Any, list[str]]:
        """The model with its optimizer, and notes that a person should read."""
        import keras

        from engine.judge.judge import Judge

        self._phase("building")
        keras.utils.clear_session(free_memory=False)
        graph = self.job.project.graph
        # The judge allocates nothing, so an absurd size is refused before it takes the memory.
        errors = Judge().analyse(graph, data.description, trace=True).errors
        if errors:
            raise _RefusedError(errors[0].message)
        self._look_up()
        known = {name: statistics(data.x_train[name]) for name in needed_statistics(graph, data.description)}
        self._look_up()
        keras.utils.set_random_seed(self.settings.seed)
        built = build_model(graph, data.description, known)
        optimizer = build_optimizer(self.job.project.optimizer)
        compile_model(built, optimizer)
        notes = words.notes(built.model, self.entry)
        if not built.model.trainable_variables:
            raise _RefusedError("The network has nothing to learn: none of its blocks has weights. Add a Dense block.")
        if self.job.continue_from is not None:
            note = take_up(built, optimizer, self.job.project.optimizer, self.job.continue_from)
            notes += [note] if note else []
        self._look_up()
        return built, optimizer, notes

    def _start(self, built: Built, notes: list[str]) -> None:
        """Opens the run's folder and says that it begins."""
        import keras

        name, why = device()
        size = self._size()
        started = Started(
            time=self.clock(),
            backend=keras.backend.backend(),
            device=name,
            device_note=why,
            parameters=built.model.count_params(),
            examples=self.training_examples,
            validation_examples=self.validation_examples,
            batch_size=self.training_examples if self.entry.regime == "full" else size,
            steps_per_epoch=1 if self.entry.regime == "full" else -(-self.training_examples // size),
            epochs=self.settings.epochs,
            first_epoch=self.job.first_epoch,
            first_step=self.job.first_step,
            metrics=self.objective.names,
            notes=tuple(notes),
        )
        facts = {"backend": started.backend, "device": name, "seed": self.settings.seed, "versions": words.versions()}
        self.folder.open(self.job, {**facts, "parameters": started.parameters, "metrics": started.metrics})
        columns = [*self.objective.names]
        if self.validation_examples:
            columns += [f"val_{metric}" for metric in self.objective.names]
        self.folder.begin(started, columns)
        self.report.event(started)

    def _size(self) -> int:
        """How many examples go through the network at once."""
        return min(self.settings.examples_a_pass(self.entry), self.training_examples)

    def _look_up(self) -> None:
        """Sees to the person's wishes between two pieces of work. Raises _StoppedError."""
        if self.control.paused:
            self._phase("paused")
            self.control.wait_while_paused()
            if not self.control.stopping:
                self._phase(self._resting)
        if self.control.stopping:
            raise _StoppedError

    def _epochs(self, loop: Loop) -> None:
        pace, validation_pace = Pace(), Pace()
        for number in range(self.job.first_epoch + 1, self.job.first_epoch + self.settings.epochs + 1):
            began = self.clock()
            self._resting = "training"
            if self._compiled:
                self._phase("training")
            order = np.random.default_rng([self.settings.seed, number]).permutation(self.training_examples)
            loop.begin_epoch(order.astype(np.int32))
            walk = self._full_step if self.entry.regime == "full" else self._steps
            values = dict(zip(self.objective.names, walk(loop, number, pace).tolist(), strict=True))
            try:
                if self.validation_examples:
                    figures = self._validate(loop, validation_pace).tolist()
                    values |= {
                        f"val_{name}": figure for name, figure in zip(self.objective.names, figures, strict=True)
                    }
            finally:
                # The epoch's steps are done, also when the person stops in the middle of its validation.
                self.epoch = number
                ended = EpochEnded(self.clock(), number, self.step, self.clock() - began, values)
                self.course.add(ended)
                self.report.event(ended)

    def _new_rate(self, loop: Loop) -> None:
        """Takes over a learning rate that was set while training."""
        rate = self.control.take_learning_rate()
        if rate is not None:
            settings = self.job.project.optimizer
            scale = rate / self.rate if buffers_follow_rate(settings) else 1.0
            loop.set_learning_rate(keras_learning_rate(settings, rate), scale)
            self.rate = rate

    def _steps(self, loop: Loop, epoch: int, pace: Pace) -> Any:
        """An epoch of steps on batches; answers the means over its examples."""
        size, examples = self._size(), self.training_examples
        total = np.zeros(len(self.objective.names))
        done = 0
        while done < examples:
            self._look_up()
            self._new_rate(loop)
            whole = (examples - done) // size
            count, now = (min(pace.steps, whole), size) if whole else (1, examples - done)
            began = self.clock()
            rows = loop.train(done, now, count)
            if now == size:
                pace.learn(count, self.clock() - began)
            if not self._compiled:
                self._compiled = True
                self._phase("training")
            bad = self._first_bad(rows)
            rows = rows if bad is None else rows[: bad + 1]
            self.report.batches(epoch, self.step + 1, rows, began)
            self.step += len(rows)
            if bad is not None:
                self.report.flush()
                raise _NotFiniteError
            total += now * rows.astype(np.float64).sum(axis=0)
            done += now * count
        self.report.flush()
        return total / examples

    def _full_step(self, loop: Loop, epoch: int, pace: Pace) -> Any:
        """One step along the gradient over all training examples, gathered piece by piece; answers its figures."""
        size, examples = self._size(), self.training_examples
        total = np.zeros(len(self.objective.names))
        done = 0
        began = self.clock()
        try:
            while done < examples:
                self._look_up()
                whole = (examples - done) // size
                count, now = (min(pace.steps, whole), size) if whole else (1, examples - done)
                piece_began = self.clock()
                rows = loop.gather(done, now, count)
                if now == size:
                    pace.learn(count, self.clock() - piece_began)
                if not self._compiled:
                    self._compiled = True
                    self._phase("training")
                total += now * rows.astype(np.float64).sum(axis=0)
                done += now * count
                self.report.progress("training", done, examples)
        except _StoppedError:
            loop.drop_gathered()
            raise
        self._new_rate(loop)
        figures = (total / examples).astype(np.float32)[None]
        bad = self._first_bad(figures)
        if bad is None:
            loop.apply_gathered()
        self.step += 1
        self.report.batches(epoch, self.step, figures, began)
        self.report.flush()
        if bad is not None:
            loop.drop_gathered()
            raise _NotFiniteError
        return figures[0]

    def _first_bad(self, rows: Rows) -> int | None:
        """The first step whose loss is not finite, where that is to stop the training."""
        if not self.job.stop_when_not_finite or np.isfinite(rows[:, 0]).all():
            return None
        return int(np.argmin(np.isfinite(rows[:, 0])))

    def _validate(self, loop: Loop, pace: Pace) -> Any:
        """The means over the validation examples."""
        examples = self.validation_examples
        size = min(max(self._size(), _PASS), examples)
        total = np.zeros(len(self.objective.names))
        done = 0
        validation_began = self.clock()
        while done < examples:
            self._look_up()
            # Short ones are not announced: tiny networks have hundreds a second. The first one compiles for a while.
            if not self._validated or self.clock() - validation_began > _ANNOUNCED:
                self._phase("validating")
                self._resting = "validating"
            whole = (examples - done) // size
            count, now = (min(pace.steps, whole), size) if whole else (1, examples - done)
            began = self.clock()
            rows = loop.evaluate(done, now, count)
            if now == size:
                pace.learn(count, self.clock() - began)
            total += now * rows.astype(np.float64).sum(axis=0)
            done += now * count
            self._validated = True
            if self._now == "validating":
                self.report.progress("validating", done, examples)
        return total / examples

    def _save(self, built: Built, part: Part) -> None:
        """Puts the network and a few checked examples into the run's folder."""
        try:
            save_model(built.model, self.job.folder / NETWORK)
            few = {name: array[:_CHECKED] for name, array in part.inputs.items()}
            write_check(self.job.folder / CHECK, built.model, few)
            write_chance(self.job.folder / CHANCE, built.model)
        except OSError as error:
            raise FolderError(
                f"The trained network cannot be saved in {self.job.folder}: {error.strerror or error}. "
                "Free some space, or save the project in another folder."
            ) from None
