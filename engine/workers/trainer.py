"""The trainer: waits with its backend imported, serves exports while it is idle, does one training, and ends."""

from __future__ import annotations

import logging
from functools import partial
from importlib.metadata import version
from queue import SimpleQueue

from engine.settings import Backend
from engine.training.control import Control
from engine.training.events import Failed
from engine.training.job import Job
from engine.workers.child import Window, leave
from engine.workers.protocol import (
    Exported,
    ExportRefused,
    ExportRun,
    ExportUntrained,
    Pause,
    Ready,
    Resume,
    SetLearningRate,
    Stop,
    Train,
    Trained,
)
from engine.workers.sender import Sender

log = logging.getLogger(__name__)

Task = Train | ExportRun | ExportUntrained


def main(window: Window, backend: Backend, threads: int | None) -> None:
    """Serves the window until it is gone or the training is over."""
    tasks: SimpleQueue[Task] = SimpleQueue()
    sender = Sender(window)
    control = Control()
    window.start_work(partial(_work, tasks, sender, control, backend, threads))
    for command in window.commands():
        match command:
            case Train() | ExportRun() | ExportUntrained():
                tasks.put(command)
            case Pause():
                control.pause()
            case Resume():
                control.resume()
            case Stop():
                control.stop()
            case SetLearningRate(value):
                try:
                    control.set_learning_rate(value)
                except ValueError as error:  # the window's field has the same bounds
                    log.warning("%s", error)
            case _:
                log.warning("a trainer cannot do %s", type(command).__name__)


def _work(tasks: SimpleQueue[Task], sender: Sender, control: Control, backend: Backend, threads: int | None) -> None:
    """The thread that touches Keras."""
    from engine.backend import prepare

    prepare(backend, threads)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # its advice on retracing is for programmers
    from engine.workers.warming import look_and_warm

    name, note = look_and_warm(backend)
    versions = tuple((package, version(package)) for package in ("keras", backend))
    sender.put(Ready("trainer", backend, name, note, versions))
    while True:
        match tasks.get():
            case Train(job):
                _train(job, sender, control, backend)
            case ExportRun() | ExportUntrained() as command:
                sender.put(_export(command))


def _train(job: Job, sender: Sender, control: Control, backend: Backend) -> None:
    """Does the one job of this process, and ends it when everything is told."""
    from engine.backend import resolve
    from engine.training.session import run

    wanted = resolve(job.project.training.backend)
    try:
        if wanted == backend:
            run(job, lambda event: sender.put(Trained(event)), control)
        else:
            sender.put(Trained(Failed(0.0, f"This trainer runs on {backend}, but the training wants {wanted}.")))
    finally:
        sender.flush()
    leave(0)


def _export(command: ExportRun | ExportUntrained) -> Exported | ExportRefused:
    """Writes a model file, and leaves Keras as if nothing had been."""
    import keras

    from engine.models.export import ExportError, export_run, export_untrained

    try:
        if isinstance(command, ExportRun):
            difference = export_run(command.run_folder, command.path, optimizer_state=command.optimizer_state)
        else:
            difference = export_untrained(command.project, command.path)
    except ExportError as error:
        return ExportRefused(command.request, command.path, str(error))
    finally:
        keras.utils.clear_session()
    return Exported(command.request, command.path, difference)
