"""The training panel: choose data and optimizer, train, and watch the network learn.

It holds no model state: settings live in the document, the run's course in a `RunHistory` that the trainer's events
fill. Train, Pause, Stop and Train more are public, for menus and keys.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.document import Change
from engine.folders import runs_folder
from engine.optimizers import OPTIMIZERS
from engine.training.events import Failed, Finished, Started, TrainingEvent
from engine.training.folder import FolderError, continued, has_network, new_run_folder
from engine.training.history import RunHistory
from engine.training.job import Job
from engine.workers.protocol import Ready
from gui.engine import EngineClient, EngineState
from gui.figures import counted, typeset
from gui.icons import icon
from gui.panels.training_buttons import RunButtons
from gui.panels.training_data import DataSection
from gui.panels.training_device import DeviceLine
from gui.panels.training_optimizer import OptimizerSection
from gui.panels.training_plots import RunPlots
from gui.panels.training_progress import ProgressLine
from gui.panels.training_result import ResultBox
from gui.panels.training_run import progress_of, result_sentence
from gui.theme import set_role, themes
from gui.workspace import Workspace

PATIENCE = 1500
"""Milliseconds after Stop until ending the process is offered."""

NEXT_TO_TRY = ("adam", "rmsprop", "momentum", "minibatch", "adadelta", "adagrad", "sgd", "gd")
"""Optimizers in the order in which they are suggested after a run."""


class TrainingPanel(QWidget):
    """The right side of the window.

    `run_finished` carries a sentence that says what came out. `last_run_folder` is that of the newest run that left a
    network; None before the first.
    """

    export_requested = Signal()
    problems_requested = Signal()
    optimizer_help_requested = Signal(str)
    run_finished = Signal(str)

    def __init__(self, workspace: Workspace, engine: EngineClient) -> None:
        super().__init__()
        self._workspace = workspace
        self._engine = engine
        self.last_run_folder: Path | None = None
        self.history: RunHistory | None = None
        self._job: Job | None = None
        self._rate: float | None = None
        self._tried: set[str] = set()
        self._data_opened = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._offer_kill)

        self.data = DataSection(workspace, engine)
        self.optimizer = OptimizerSection(workspace)
        self.progress = ProgressLine()
        self.result = ResultBox()
        self.plots = RunPlots()
        self.device = DeviceLine()
        self.buttons = RunButtons(
            {
                "train_more": self.train_more,
                "export": self.export_requested.emit,
                "folder": self._show_folder,
                "hide": self.plots.hide_previous,
                "kill": self.kill,
            }
        )
        self._lay_out()
        self._connect()
        engine.set_backend(workspace.project.training.backend)
        self._apply_theme()
        self.refresh()

    # --- building

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(10)
        column.addLayout(self._make_head())
        column.addWidget(self.data)
        column.addWidget(self.optimizer)
        column.addWidget(self.buttons)
        for widget in (self.progress, self.result):
            column.addWidget(widget)
        column.addWidget(self.plots, 1)
        column.addWidget(self.device)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setFrameShape(QFrame.Shape.NoFrame)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroller.setWidget(content)
        set_role(scroller, "panel")
        set_role(self, "panel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroller)
        self.setMinimumWidth(300)

    def _make_head(self) -> QHBoxLayout:
        title = QLabel("Training")
        set_role(title, "title")
        self.data_button = QToolButton()
        self.data_button.setCheckable(True)
        self.data_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.data_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.data_button.setIconSize(QSize(12, 12))
        self.data_button.setAccessibleName("Data set")
        self.data_button.setToolTip("Choose the data set")
        self.data_button.clicked.connect(self._on_data_button)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.data_button)
        return head

    def _connect(self) -> None:
        workspace, engine = self._workspace, self._engine
        workspace.document_changed.connect(self._on_document)
        workspace.analysis_changed.connect(self.refresh)
        workspace.data_changed.connect(self.refresh)
        engine.state_changed.connect(self._on_state)
        engine.training_events.connect(self._on_events)
        engine.trainer_ready.connect(self._on_trainer_ready)
        engine.run_lost.connect(self._on_run_lost)
        self.data.summary_changed.connect(self._show_summary)
        self.optimizer.help_requested.connect(self.optimizer_help_requested)
        for plot in (self.plots.loss_plot, self.plots.metric_plot):
            plot.option_changed.connect(self._refresh_actions)
        self.buttons.menu.aboutToShow.connect(self._refresh_actions)
        self.buttons.train.clicked.connect(self.train_or_pause)
        self.buttons.stop.clicked.connect(self.stop)
        self.progress.link_activated.connect(self._on_reason)
        self.result.export_requested.connect(self.export_requested)
        self.result.train_more_requested.connect(self.train_more)
        self.result.suggestion_taken.connect(self._take_suggestion)
        self.result.kill_requested.connect(self.kill)
        themes().changed.connect(self._apply_theme)

    # --- what can be done

    def train_or_pause(self) -> None:
        """What the large button does now: Train, Pause or Resume."""
        if self._engine.state is EngineState.TRAINING:
            self._engine.pause()
        elif self._engine.state is EngineState.PAUSED:
            self._engine.resume()
        elif not self._engine.is_running and not self.reason():
            folder = new_run_folder(runs_folder(self._workspace.document.path))
            self._start(Job(self._workspace.project, folder), anew=True)

    def train_more(self) -> None:
        """Trains the last run's network for as many epochs again."""
        if not self.can_train_more():
            return
        assert self.last_run_folder is not None
        folder = new_run_folder(runs_folder(self._workspace.document.path))
        try:
            job = continued(self._workspace.project, self.last_run_folder, folder)
        except FolderError as error:
            self.result.show_failure(str(error), "")
            return
        self._start(job, anew=False)

    def stop(self) -> None:
        """Ends the run after the step that is being done; what was learned is kept."""
        if self._engine.is_running:
            self._engine.stop()
            self._patience.start()

    def kill(self) -> None:
        """Ends the run's process at once. What the run has learned is lost."""
        self._engine.kill_run()

    def adopt_run(self, folder: Path) -> None:
        """Takes a run that was made before the project was opened, unless there is a newer one by now."""
        if self.last_run_folder is None and self.history is None:
            self.last_run_folder = folder
            self.refresh()

    def can_train_more(self) -> bool:
        """Whether there is a trained network to go on with, and no run under way."""
        folder = self.last_run_folder
        return folder is not None and has_network(folder) and not self._engine.is_running and not self.reason()

    def reason(self) -> str:
        """Why Train cannot be pressed, in a few words; "" when it can."""
        errors = self._workspace.analysis.errors
        if not self._workspace.graph.blocks:
            return "There is no network yet: drag a block onto the canvas"
        if not self._workspace.project.data.source:
            return "Choose a data set to learn from"
        if self._workspace.data_message:
            return "The data set cannot be used"
        if self._workspace.description is None:
            return "Looking at the data…"
        if errors:
            return f"{counted(len(errors), 'problem')} to mend first"
        return ""

    # --- a run

    def _start(self, job: Job, *, anew: bool) -> None:
        if not self._engine.train(job):
            return
        settings = job.project.optimizer
        self._job = job
        self._rate = settings.entry.values(settings.preset, settings.values)["learning_rate"]
        self._tried.add(settings.name)
        self.result.hide()
        self.history = RunHistory()
        self.plots.begin(self.history, continues=not anew)
        self._show_progress()

    def _on_events(self, events: list[TrainingEvent]) -> None:
        if self.history is None:
            return
        for event in events:
            self.history.add(event)
            if isinstance(event, Started):
                self._on_started(event)
        self.plots.draw()
        self._show_progress()
        for event in events:
            if isinstance(event, Finished):
                self._on_finished(event)
            elif isinstance(event, Failed):
                self._on_failed(event)

    def _on_started(self, event: Started) -> None:
        self.device.show_device(event.backend, event.device, event.device_note)
        self.plots.show_started(event)
        if event.notes:
            self._workspace.message_posted.emit(typeset(" ".join(event.notes)))

    def _on_finished(self, event: Finished) -> None:
        assert self._job is not None
        folder = self._job.folder
        if has_network(folder):
            self.last_run_folder = folder
        warnings = [problem.message for problem in self._workspace.analysis.problems if problem.severity == "warning"]
        message = result_sentence(event, warnings)
        self.result.show_outcome(
            message,
            good=event.outcome != "not_finite" and event.learned,
            network=has_network(folder),
            suggestion=self._suggestion(),
        )
        self._end(message)

    def _on_failed(self, event: Failed) -> None:
        message = typeset(event.message)
        self.result.show_failure(message, event.details)
        self._end(message)

    def _on_run_lost(self, message: str) -> None:
        if self.history is not None and not self.history.is_over:
            self.history.add(Failed(self.history.time, message, self._engine.lost_details))
        self.result.show_failure(message, self._engine.lost_details)
        self._end(message)

    def _end(self, message: str) -> None:
        self._patience.stop()
        self._job = None
        self.refresh()
        self.run_finished.emit(message)

    def _suggestion(self) -> tuple[str, str] | None:
        name = next((name for name in NEXT_TO_TRY if name not in self._tried), None)
        return (name, OPTIMIZERS[name].title) if name is not None else None

    def _take_suggestion(self, name: str) -> None:
        self.optimizer.choose(name)
        self.result.hide()
        self.buttons.train.setFocus()

    def _offer_kill(self) -> None:
        if self._engine.state is EngineState.STOPPING:
            self.result.show_slow_stop()

    # --- showing

    def refresh(self) -> None:
        """Shows what can be done now."""
        state = self._engine.state
        running = self._engine.is_running
        words = {EngineState.TRAINING: "Pause", EngineState.PAUSED: "Resume", EngineState.STOPPING: "Stopping…"}
        words[EngineState.PREPARING] = "Preparing…"
        reason = "" if running else self.reason()
        self.buttons.train.setText(words.get(state, "Train"))
        can_press = state in (EngineState.TRAINING, EngineState.PAUSED) if running else not reason
        self.buttons.train.setEnabled(can_press)
        self.buttons.train.setToolTip(reason)
        self.buttons.stop.setEnabled(running and state is not EngineState.STOPPING)
        self.optimizer.set_busy(running)
        self.data.set_busy(running)
        self.data_button.setChecked(self._data_opened or self.data.needs_attention)
        self.data.setVisible(self.data_button.isChecked())
        self._show_summary()
        self._show_progress()
        self._refresh_actions()
        if self.history is None:
            self.plots.show_expected(self._workspace.project.training.epochs)

    def _refresh_actions(self) -> None:
        network = self.last_run_folder is not None
        states = {
            "train_more": self.can_train_more(),
            "export": True,
            "folder": network or self._job is not None,
            "hide": self.plots.previous_shown,
            "kill": self._engine.is_running,
        }
        for name, enabled in states.items():
            self.buttons.actions_by_name[name].setEnabled(enabled)

    def _show_progress(self) -> None:
        reason = self.reason()
        if self._engine.is_running and self.history is not None:
            self.progress.show_run(*progress_of(self.history, self._engine.state))
        elif reason:
            self.progress.show_reason(reason, link=reason.endswith("first"))
        elif self.history is not None and self.history.metrics:
            self.progress.show_run(*progress_of(self.history, self._engine.state))
        else:
            self.progress.show_reason("Ready to train")

    def _show_summary(self) -> None:
        self.data_button.setText(self.data.summary)

    def _on_data_button(self, opened: bool) -> None:
        self._data_opened = opened
        self.refresh()

    def _on_trainer_ready(self, ready: Ready) -> None:
        if self._job is None or not self.device.text.text():
            self.device.show_device(ready.backend, ready.device, ready.device_note)

    def _on_reason(self) -> None:
        self.problems_requested.emit()

    def _on_state(self) -> None:
        self.refresh()

    def _on_document(self, change: Change) -> None:
        if change.after.training.backend != change.before.training.backend and not self._engine.is_running:
            self._engine.set_backend(change.after.training.backend)
        if change.kind == "replace":
            self._forget_runs()
        self._follow_rate()
        self.refresh()

    def _follow_rate(self) -> None:
        """Sends a learning rate that was changed while a run is under way to the trainer."""
        settings = self._workspace.project.optimizer
        if self._job is None or not self._engine.is_running or settings.name != self._job.project.optimizer.name:
            return
        if settings.preset != self._job.project.optimizer.preset:
            return
        rate = settings.entry.values(settings.preset, settings.values)["learning_rate"]
        if rate != self._rate:
            self._rate = rate
            self._engine.set_learning_rate(rate)
            self._workspace.message_posted.emit(f"The learning rate is {rate:.10g} from the next step on.")

    def _forget_runs(self) -> None:
        """Another project is open: its panel begins empty."""
        if self._engine.is_running:
            return
        self.history = None
        self.last_run_folder = None
        self._tried = set()
        self._data_opened = False
        self.result.hide()
        self.plots.forget()

    def _show_folder(self) -> None:
        folder = self._job.folder if self._job is not None else self.last_run_folder
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _apply_theme(self) -> None:
        self.data_button.setIcon(icon("chevron-down", "muted"))
