"""The trainer as a process: exports while idle, one training with pause and stop, and what a kill leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph import Graph
from engine.project import Project, save_project
from engine.settings import Backend, DataSettings, OptimizerSettings, TrainingSettings
from engine.training.events import Batches, EpochEnded, Failed, Finished, PhaseChanged, Started, TrainingEvent
from engine.training.job import Job
from engine.workers.protocol import (
    Exported,
    ExportRefused,
    ExportRun,
    ExportUntrained,
    Pause,
    Reply,
    Resume,
    SetLearningRate,
    Stop,
    Train,
    Trained,
)
from tests.engine_processes import Listener, digits_network, is_gone, running, wait_until

REPOSITORY = Path(__file__).parents[1]
needs_sigkill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def project(epochs: int, backend: Backend = "auto", optimizer: str = "adam") -> Project:
    """Digits for some epochs."""
    training = TrainingSettings(epochs=epochs, backend=backend)
    return Project(digits_network(), DataSettings("digits"), OptimizerSettings(optimizer), training)


def event(listener: Listener, kind: type[TrainingEvent], **facts: object) -> TrainingEvent:
    """The first event of a kind whose fields are these."""

    def is_it(reply: Reply) -> bool:
        if not (isinstance(reply, Trained) and isinstance(reply.event, kind)):
            return False
        return all(getattr(reply.event, name) == value for name, value in facts.items())

    reply = listener.wait_for(is_it, f"{kind.__name__} {facts}")
    assert isinstance(reply, Trained)
    return reply.event


def events(listener: Listener) -> list[TrainingEvent]:
    """All training events so far."""
    return [reply.event for reply in listener.replies if isinstance(reply, Trained)]


def forget(listener: Listener) -> None:
    """Looks at replies from now on only."""
    listener.process.receive()
    listener.replies.clear()


def test_an_idle_trainer_exports_and_then_trains_with_pause_and_stop(tmp_path: Path) -> None:
    network, nowhere = tmp_path / "untrained.keras", tmp_path / "no folder" / "x.keras"
    with running("trainer") as trainer:
        ready = trainer.ready()
        assert ready.backend == "tensorflow"
        assert ready.device
        assert dict(ready.versions).keys() == {"keras", "tensorflow"}
        trainer.process.send(ExportUntrained(1, project(5), nowhere))
        trainer.process.send(ExportUntrained(2, project(5), network))
        exported = trainer.wait_for(lambda reply: isinstance(reply, Exported), "the export")
        assert isinstance(exported, Exported)
        assert (exported.request, exported.path) == (2, network)
        assert exported.difference <= 1e-5
        refused = trainer.wait_for(lambda reply: isinstance(reply, ExportRefused), "the refusal")
        assert isinstance(refused, ExportRefused)
        assert refused.request == 1
        assert "no folder" in refused.message
        with zipfile.ZipFile(network) as file:
            assert "model.weights.h5" in file.namelist()

        trainer.process.send(Train(Job(project(100_000), tmp_path / "run")))
        event(trainer, EpochEnded)
        trainer.process.send(Pause())
        event(trainer, PhaseChanged, phase="paused")
        assert isinstance(events(trainer)[-1], PhaseChanged)  # nothing comes while it rests
        forget(trainer)
        trainer.process.send(SetLearningRate(0.0005))
        trainer.process.send(SetLearningRate(-1.0))  # refused without harm
        trainer.process.send(Resume())
        event(trainer, Batches)
        assert isinstance(events(trainer)[0], PhaseChanged)
        trainer.process.send(Stop())
        finished = event(trainer, Finished)
        gone = trainer.gone()
    assert isinstance(finished, Finished)
    assert finished.outcome == "stopped"
    assert (gone.exit_code, gone.wanted) == (0, True)
    assert (tmp_path / "run" / "last.keras").is_file()


def test_no_batch_is_lost_and_a_run_can_be_exported_after_its_trainer(tmp_path: Path) -> None:
    run, whole, bare = tmp_path / "run", tmp_path / "whole.keras", tmp_path / "bare.keras"
    with running("trainer") as trainer:
        trainer.process.send(Train(Job(project(5, optimizer="sgd"), run)))  # before it is warm
        trainer.gone()
    came = events(trainer)
    steps: list[int] = []
    for one in came:
        if isinstance(one, Batches):
            assert len(one.times) == len(one.values)
            steps += range(one.first_step, one.first_step + len(one.times))
        elif isinstance(one, EpochEnded):
            assert steps[-1] == one.step  # every batch of an epoch comes before its end
    started = next(one for one in came if isinstance(one, Started))
    assert steps == list(range(1, 5 * started.steps_per_epoch + 1))
    assert sum(isinstance(one, EpochEnded) for one in came) == 5
    assert isinstance(came[-1], Finished)

    with running("trainer") as another:
        another.process.send(ExportRun(1, run, whole))
        another.process.send(ExportRun(2, run, bare, optimizer_state=False))
        another.wait_for(lambda reply: isinstance(reply, Exported) and reply.request == 1, "the whole network")
        another.wait_for(lambda reply: isinstance(reply, Exported) and reply.request == 2, "the bare network")
        assert whole.is_file()
        assert bare.is_file()
        another.process.send(Train(Job(project(100_000), tmp_path / "killed")))
        event(another, Batches)
        assert another.process.pid is not None
        if hasattr(signal, "SIGKILL"):
            os.kill(another.process.pid, signal.SIGKILL)
            gone = another.gone()
            assert not gone.wanted
            assert "The trainer was killed" in gone.message
        else:
            another.process.kill()
            assert another.gone().wanted


def test_jax_trains_too_and_a_job_for_another_backend_is_refused(tmp_path: Path) -> None:
    with running("trainer", "jax", threads=1) as trainer:
        assert trainer.ready().backend == "jax"
        trainer.process.send(Train(Job(project(2, "jax"), tmp_path / "run")))
        finished = event(trainer, Finished)
        assert trainer.gone().wanted
    assert isinstance(finished, Finished)
    assert finished.outcome == "completed"
    with running("trainer", "jax") as trainer:
        trainer.process.send(Train(Job(project(2, "tensorflow"), tmp_path / "other")))
        failed = event(trainer, Failed)
        assert trainer.gone().wanted
    assert isinstance(failed, Failed)
    assert "runs on jax" in failed.message


def test_a_job_that_cannot_be_done_fails_in_words(tmp_path: Path) -> None:
    empty = replace(project(1), graph=Graph())
    with running("trainer") as trainer:
        trainer.process.send(Train(Job(empty, tmp_path / "run")))
        failed = event(trainer, Failed)
        assert trainer.gone().wanted
    assert isinstance(failed, Failed)
    assert failed.message.endswith(".")


_PARENT = """
import sys, threading
from pathlib import Path
sys.path.insert(0, {repository!r})

def main():
    from engine.project import load_project
    from engine.training.events import Batches
    from engine.training.job import Job
    from engine.workers.process import EngineProcess
    from engine.workers.protocol import Train, Trained
    process = EngineProcess("trainer")
    process.start()
    folder = Path({folder!r})
    process.send(Train(Job(load_project(folder / "x.lamina"), folder / "run")))
    training = False
    while process.alive and not training:
        threading.Event().wait(0.01)
        training = any(isinstance(r, Trained) and isinstance(r.event, Batches) for r in process.receive())
    print(process.pid if training else 0, flush=True)
    sys.stdin.read()  # until the test is over

if __name__ == "__main__":
    main()
"""


@needs_sigkill
def test_a_training_ends_with_its_window(tmp_path: Path) -> None:
    save_project(project(100_000), tmp_path / "x.lamina")
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(repository=str(REPOSITORY), folder=str(tmp_path)))
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        trainer = int(parent.stdout.readline())
        assert trainer
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_until(lambda: is_gone(trainer), "the end of the trainer")
