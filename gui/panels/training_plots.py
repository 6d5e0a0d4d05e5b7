"""The training panel's plots: the loss, and one metric that is chosen from those of the run."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from engine.training.events import Started
from engine.training.history import RunHistory
from gui.icons import icon
from gui.panels.training_run import curves_of, is_fraction, metric_title
from gui.plots.curve_plot import CurvePlot
from gui.plots.curves import Curves
from gui.theme import themes

LEAST_HEIGHT = 140
"""Pixels of a plot, head line included: two of them fit into a low window with the result of a run above them."""

CATCH_UP = 50
"""Milliseconds without news after which the plot that was not drawn with the last ones is drawn as well."""


class RunPlots(QWidget):
    """Draws the history of one run, with the curves of the one before dimmed behind it until they are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self._history: RunHistory | None = None
        self._continues = False
        self._name = ""
        self._previous: dict[str, Curves] = {}
        self.loss_plot = CurvePlot("Loss")
        self.metric_plot = CurvePlot("Accuracy", fraction=True)
        self._metric_is_next = False
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(CATCH_UP)
        self._late.timeout.connect(self._draw_both)
        self.metric_button = QToolButton()
        self.metric_menu = QMenu(self)
        self.metric_menu.triggered.connect(self._on_metric)
        self.metric_button.setMenu(self.metric_menu)
        self.metric_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.metric_button.setToolTip("Choose the metric to watch")
        self.metric_button.setAccessibleName("Choose the metric")
        self.metric_button.setFixedSize(20, 20)
        self.metric_button.hide()
        self.metric_plot.add_beside_title(self.metric_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for plot in (self.loss_plot, self.metric_plot):
            plot.setMinimumHeight(LEAST_HEIGHT)
            plot.hide_requested.connect(self.hide_previous)
            column.addWidget(plot, 1)
        themes().changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def previous_shown(self) -> bool:
        """Whether the last run is to be seen behind this one."""
        return self.loss_plot.previous_shown or self.metric_plot.previous_shown

    def begin(self, history: RunHistory, *, continues: bool) -> None:
        """Clears the plots for a new run; `continues` says that it goes on where the last one ended."""
        before = self._history
        if before is not None and before.metrics:
            self._previous = {name: curves_of(before, name) for name in before.metrics}
        self._history = history
        self._continues = continues
        self.loss_plot.start_anew(self._previous.get("loss"))
        self.metric_plot.start_anew(self._previous.get(self._name))

    def forget(self) -> None:
        """Empties the plots and forgets the last run."""
        self._history = None
        self._previous = {}
        self._late.stop()
        for plot in (self.loss_plot, self.metric_plot):
            plot.start_anew(None)

    def show_started(self, event: Started) -> None:
        """Offers the metrics of the run that has begun."""
        others = [name for name in event.metrics if name != "loss"]
        if self._name not in others:
            self._name = others[0] if others else ""
            self.metric_plot.start_anew(self._previous.get(self._name))
        self.metric_menu.clear()
        for name in others:
            action = self.metric_menu.addAction(metric_title(name))
            action.setData(name)
        self.metric_button.setVisible(len(others) > 1)
        self.metric_plot.setVisible(bool(others))
        self._title_metric()

    def show_expected(self, epochs: int) -> None:
        """Shows empty plots as long as the run that Train would start."""
        for plot in (self.loss_plot, self.metric_plot):
            plot.set_curves(Curves(epochs=float(max(epochs, 1))))

    def draw(self) -> None:
        """Draws what has been told: the plots by turns, so that no frame has to carry both."""
        if self._history is None:
            return
        if self._history.is_over:
            self._late.stop()
            self._draw_both()
            return
        (self._draw_metric if self._metric_is_next else self._draw_loss)()
        self._metric_is_next = not self._metric_is_next
        self._late.start()

    def hide_previous(self) -> None:
        """Puts the last run's curves away."""
        for plot in (self.loss_plot, self.metric_plot):
            plot.set_previous_shown(False)

    def _draw_both(self) -> None:
        self._draw_loss()
        self._draw_metric()

    def _draw_loss(self) -> None:
        if self._history is not None and self._history.metrics:
            self.loss_plot.set_curves(self._curves("loss"))

    def _draw_metric(self) -> None:
        if self._history is not None and self._name in self._history.metrics:
            self.metric_plot.set_curves(self._curves(self._name))

    def _curves(self, metric: str) -> Curves:
        assert self._history is not None
        return curves_of(self._history, metric, from_start=self._continues)

    def _on_metric(self, action: QAction) -> None:
        self._name = action.data()
        self._title_metric()
        self.metric_plot.start_anew(self._previous.get(self._name))
        self._draw_metric()

    def _title_metric(self) -> None:
        if self._name:
            self.metric_plot.set_title(metric_title(self._name), fraction=is_fraction(self._name))

    def _apply_theme(self) -> None:
        self.metric_button.setIcon(icon("chevron-down", "muted"))
