"""The engine processes as the window uses them: commands are methods, answers are signals, nothing blocks.

One timer drains all mailboxes thirty times a second. A process that dies is started again, and what it was asked is
asked again; only when it dies again and again is it left alone, with a sentence that says so. Main thread only.
"""

from __future__ import annotations

import enum
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from engine.backend import resolve
from engine.data.description import DataDescription
from engine.graph import Graph
from engine.judge.report import Analysis
from engine.project import Project
from engine.settings import Backend, DataSettings
from engine.training.events import EpochEnded, Failed, Finished, PhaseChanged, Started, TrainingEvent
from engine.training.job import Job
from engine.workers.process import EngineProcess, Role
from engine.workers.protocol import (
    Analyse,
    Analysed,
    Answered,
    Ask,
    CancelFetch,
    DataRefused,
    Describe,
    Described,
    Exported,
    ExportRefused,
    ExportRun,
    ExportUntrained,
    FetchProgress,
    Gone,
    Pause,
    Ready,
    Reply,
    Resume,
    SetLearningRate,
    Stop,
    Train,
    Trained,
)

TICK = 33
"""Milliseconds between two looks into the mailboxes."""

QUICK_DEATHS = 3
QUICK = 30.0
"""So many deaths within so many seconds, and a process is not started again by itself."""

MANY_CORES = 4
"""With so many processor cores the next trainer is warmed while a run goes on; with fewer it would slow the run."""

ENDED_BY_PERSON = "You ended the training process. What this run had learned is lost; everything else is as it was."


class EngineState(enum.Enum):
    """What the trainer does. `STARTING`: none is warm yet, though a training may be asked for already."""

    STARTING = "starting"
    IDLE = "idle"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"


RUNNING = (EngineState.PREPARING, EngineState.TRAINING, EngineState.PAUSED, EngineState.STOPPING)


class EngineClient(QObject):
    """The analyst, the librarian and the trainers of one window.

    `training_events` carries a list of what happened since the last tick, in order. `run_lost` comes when a trainer
    died in the middle of a run; `engine_message` when any other process died. `state_changed` follows `state`.
    """

    analysed = Signal(object)
    described = Signal(object)
    data_refused = Signal(object)
    fetch_progress = Signal(object)
    training_events = Signal(object)
    trainer_ready = Signal(object)
    run_lost = Signal(str)
    engine_message = Signal(str)
    exported = Signal(object)
    export_refused = Signal(object)
    state_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = EngineState.STARTING
        self.warm_trainers = True
        self.trainer: Ready | None = None
        self.lost_details = ""
        self._backend: Literal["tensorflow", "jax"] = resolve("auto")
        self._analyst: EngineProcess | None = None
        self._librarian: EngineProcess | None = None
        self._idle: EngineProcess | None = None
        self._run: EngineProcess | None = None
        self._leaving: list[EngineProcess] = []
        self._killed_by_person = False
        self._deaths: dict[str, deque[float]] = {}
        self._revision = 0
        self._question: Analyse | None = None
        self._asked_again = False
        self._questions: dict[int, Callable[[Mapping[str, Analysis]], None]] = {}
        self._request = 0
        self._describing: Describe | None = None
        self._exports: dict[int, Path] = {}
        self._events: list[TrainingEvent] = []
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)
        self._handlers: dict[type[Reply], Callable[[EngineProcess, Reply], None]] = {
            Analysed: self._on_analysed,
            Answered: self._on_answered,
            Described: self._on_described,
            DataRefused: self._on_refused,
            FetchProgress: self._on_fetch_progress,
            Trained: self._on_trained,
            Ready: self._on_ready,
            Exported: self._on_exported,
            ExportRefused: self._on_export_refused,
            Gone: self._on_gone,
        }

    # --- starting and ending

    def start(self) -> None:
        """Starts the processes. The analyst comes first: shapes are wanted at once, a warm trainer a little later."""
        self._analyst = self._started("analyst")
        self._librarian = self._started("librarian")
        self._timer.start()
        if not self.warm_trainers:
            self._enter(EngineState.IDLE)

    def shutdown(self) -> None:
        """Ends every process and waits for that, about a second at most; who does not end by itself is killed."""
        self._timer.stop()
        processes = self._processes()
        self._analyst = self._librarian = self._idle = self._run = None
        self._leaving = []
        for process in processes:
            process.end()
        deadline = time.monotonic() + 1.0
        late = [process for process in processes if not process.join(max(0.0, deadline - time.monotonic()))]
        for process in late:
            process.kill()
        for process in late:
            process.join(1.0)

    def set_backend(self, backend: Backend) -> None:
        """Says on which backend the next run will be, so that the trainer that waits is warm for it."""
        self._backend = resolve(backend)
        if self._idle is not None and self._idle.backend != self._backend and not self._exports:
            self._dismiss_idle()
            self._warm()
            self._settle()

    # --- the analyst

    def analyse(self, graph: Graph, data: DataDescription | None) -> None:
        """Asks what the judge says of a graph. Answers to older questions are dropped from now on."""
        self._revision += 1
        self._question = Analyse(self._revision, graph, data)
        self._asked_again = False
        if self._analyst is None and self._timer.isActive():
            self._analyst = self._started("analyst")  # it was given up; another graph may fare better
        if self._analyst is not None:
            self._analyst.send(self._question)

    def _on_analysed(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, Analysed) and reply.revision == self._revision:
            self.analysed.emit(reply)

    def ask(
        self,
        candidates: Mapping[str, Graph],
        data: DataDescription | None,
        answer: Callable[[Mapping[str, Analysis]], None],
    ) -> bool:
        """Asks what the judge says of graphs that are only considered; `answer` is called with its word on each.

        Where the analyst dies over the question it is called with nothing. Returns False, and calls nothing, where
        there is no analyst to ask.
        """
        if self._analyst is None:
            return False
        self._request += 1
        self._questions[self._request] = answer
        self._analyst.send(Ask(self._request, candidates, data))
        return True

    def _on_answered(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, Answered) and reply.request in self._questions:
            self._questions.pop(reply.request)(reply.analyses)

    # --- the librarian

    def describe(self, settings: DataSettings) -> None:
        """Asks what a data set looks like. Answers to older questions are dropped from now on."""
        self._ask_librarian(settings, fetch=False)

    def fetch(self, settings: DataSettings) -> None:
        """Asks the same, and downloads the data set first."""
        self._ask_librarian(settings, fetch=True)

    def cancel_fetch(self) -> None:
        """Gives the download up that is under way."""
        if self._librarian is not None and self._describing is not None:
            self._librarian.send(CancelFetch(self._describing.request))

    def _ask_librarian(self, settings: DataSettings, *, fetch: bool) -> None:
        self.cancel_fetch()
        self._request += 1
        self._describing = Describe(self._request, settings, fetch)
        if self._librarian is None and self._timer.isActive():
            self._librarian = self._started("librarian")
        if self._librarian is not None:
            self._librarian.send(self._describing)

    def _is_asked(self, request: int) -> bool:
        return self._describing is not None and self._describing.request == request

    def _on_described(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, Described) and self._is_asked(reply.request):
            self._describing = None
            self.described.emit(reply)

    def _on_refused(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, DataRefused) and self._is_asked(reply.request):
            self._describing = None
            self.data_refused.emit(reply)

    def _on_fetch_progress(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, FetchProgress) and self._is_asked(reply.request):
            self.fetch_progress.emit(reply)

    # --- a run

    @property
    def is_running(self) -> bool:
        """Whether a run is under way, from Train pressed to its end."""
        return self.state in RUNNING

    def train(self, job: Job) -> bool:
        """Starts a run; False, and nothing happens, while another one is under way."""
        if self._run is not None:
            return False
        self.set_backend(job.project.training.backend)
        if self._idle is not None and self._idle.backend == self._backend:
            self._run, self._idle = self._idle, None
        else:  # none is warm, or the one that is verifies an export on the other backend
            self._run = self._new_trainer()
        self._killed_by_person = False
        self._run.send(Train(job))
        self._enter(EngineState.PREPARING)
        return True

    def pause(self) -> None:
        """Lets the run rest after the step that is being done."""
        if self._run is not None and self.state is EngineState.TRAINING:
            self._run.send(Pause())

    def resume(self) -> None:
        """Lets it go on."""
        if self._run is not None and self.state is EngineState.PAUSED:
            self._run.send(Resume())
            self._enter(EngineState.TRAINING)

    def stop(self) -> None:
        """Ends the run after the step that is being done; what was learned is kept."""
        if self._run is not None and self.state is not EngineState.STOPPING:
            self._run.send(Stop())
            self._enter(EngineState.STOPPING)

    def kill_run(self) -> None:
        """Ends the run's process at once, whatever it does; what was learned since its last save is lost."""
        if self._run is not None:
            self._killed_by_person = True
            self._run.kill()

    def set_learning_rate(self, value: float) -> None:
        """Another learning rate for the run under way, from its next step on."""
        if self._run is not None:
            self._run.send(SetLearningRate(value))

    def _on_trained(self, process: EngineProcess, reply: Reply) -> None:
        if not isinstance(reply, Trained) or process is not self._run:
            return
        event = reply.event
        self._events.append(event)
        if isinstance(event, Finished | Failed):
            self._leaving.append(process)
            self._run = None
            self._warm()
            self._settle()
        elif self.state is EngineState.STOPPING:
            pass
        elif isinstance(event, PhaseChanged) and event.phase == "paused":
            self._enter(EngineState.PAUSED)
        elif isinstance(event, Started) or (isinstance(event, PhaseChanged) and event.phase == "training"):
            self._enter(EngineState.TRAINING)
        elif isinstance(event, EpochEnded) and (os.cpu_count() or 1) >= MANY_CORES:
            self._warm()

    # --- exports

    def export_run(self, run_folder: Path, path: Path, optimizer_state: bool = True) -> int:
        """Asks the idle trainer to put a run's network at `path`, verified; returns the request's number."""
        self._request += 1
        self._ask_exporter(ExportRun(self._request, run_folder, path, optimizer_state))
        return self._request

    def export_untrained(self, project: Project, path: Path) -> int:
        """Asks the idle trainer to build a project's network and put it at `path`; returns the request's number."""
        self._request += 1
        self._ask_exporter(ExportUntrained(self._request, project, path))
        return self._request

    def _ask_exporter(self, command: ExportRun | ExportUntrained) -> None:
        if self._idle is None:
            self._idle = self._new_trainer()
        self._exports[command.request] = command.path
        self._idle.send(command)

    def _on_exported(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, Exported) and self._exports.pop(reply.request, None) is not None:
            self.exported.emit(reply)

    def _on_export_refused(self, process: EngineProcess, reply: Reply) -> None:
        if isinstance(reply, ExportRefused) and self._exports.pop(reply.request, None) is not None:
            self.export_refused.emit(reply)

    # --- processes

    def _started(self, role: Role) -> EngineProcess:
        process = EngineProcess(role, self._backend)
        process.start()
        return process

    def _new_trainer(self) -> EngineProcess:
        self.trainer = None
        return self._started("trainer")

    def _warm(self) -> None:
        if self._idle is None and self.warm_trainers and not self._is_hopeless("trainer"):
            self._idle = self._new_trainer()

    def _dismiss_idle(self) -> None:
        if self._idle is not None:
            self._idle.end()
            self._leaving.append(self._idle)
            self._idle = None

    def _processes(self) -> list[EngineProcess]:
        named = (self._analyst, self._librarian, self._idle, self._run)
        return [process for process in named if process is not None] + self._leaving

    def _tick(self) -> None:
        for process in self._processes():
            for reply in process.receive():
                self._handlers[type(reply)](process, reply)
        if self._events:
            events, self._events = self._events, []
            self.training_events.emit(events)

    def _on_ready(self, process: EngineProcess, reply: Reply) -> None:
        if not isinstance(reply, Ready):
            return
        if process is self._analyst:
            self._warm()
        if process in (self._idle, self._run):
            self.trainer = reply
            self.trainer_ready.emit(reply)
            self._settle()

    def _on_gone(self, process: EngineProcess, reply: Reply) -> None:
        if not isinstance(reply, Gone):
            return
        if process in self._leaving:
            self._leaving.remove(process)
        elif process is self._run:
            self._lose_run(reply)
        elif process is self._idle:
            self._lose_idle(reply)
        elif process is self._analyst:
            self._lose_analyst(reply)
        elif process is self._librarian:
            self._lose_librarian(reply)

    def _lose_run(self, reply: Gone) -> None:
        self._run = None
        self.lost_details = reply.details
        self._enter(EngineState.IDLE)
        if self._events:
            events, self._events = self._events, []
            self.training_events.emit(events)
        self.run_lost.emit(ENDED_BY_PERSON if self._killed_by_person else reply.message)
        self._warm()
        self._settle()

    def _lose_idle(self, reply: Gone) -> None:
        self._idle = None
        exports, self._exports = self._exports, {}
        for request, path in exports.items():
            self.export_refused.emit(ExportRefused(request, path, f"Nothing was exported. {reply.message}"))
        if self._dies_too_often("trainer"):
            self.engine_message.emit(f"{reply.message} {GIVEN_UP}")
        else:
            self.engine_message.emit(reply.message)
            self._warm()
        self._settle()

    def _lose_analyst(self, reply: Gone) -> None:
        unanswered, self._questions = self._questions, {}
        for answer in unanswered.values():
            answer({})
        if self._dies_too_often("analyst"):
            self._analyst = None
            self.engine_message.emit(f"{reply.message} {GIVEN_UP}")
        else:
            self._analyst = self._started("analyst")
            self.engine_message.emit(reply.message)
            if self._question is not None and not self._asked_again:
                self._asked_again = True
                self._analyst.send(self._question)
        if self._idle is None and self._run is None:
            self._warm()
            self._settle()

    def _lose_librarian(self, reply: Gone) -> None:
        given_up = self._dies_too_often("librarian")
        self._librarian = None if given_up else self._started("librarian")
        self.engine_message.emit(f"{reply.message} {GIVEN_UP}" if given_up else reply.message)
        if self._describing is not None:
            asked, self._describing = self._describing, None
            self.data_refused.emit(DataRefused(asked.request, asked.data, f"{reply.message} Choose the data again."))

    def _dies_too_often(self, role: str) -> bool:
        """Notes a death; True when there were too many of late."""
        deaths = self._deaths.setdefault(role, deque(maxlen=QUICK_DEATHS))
        deaths.append(time.monotonic())
        return self._is_hopeless(role)

    def _is_hopeless(self, role: str) -> bool:
        deaths = self._deaths.get(role)
        return deaths is not None and len(deaths) == QUICK_DEATHS and time.monotonic() - deaths[0] < QUICK

    def _settle(self) -> None:
        """Finds the state while there is no run."""
        if self._run is None:
            cold = self.warm_trainers and self._idle is not None and not self._idle.ready
            self._enter(EngineState.STARTING if cold else EngineState.IDLE)

    def _enter(self, state: EngineState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()


GIVEN_UP = "It has ended several times in a row and is not started again by itself; it will be when it is needed."
