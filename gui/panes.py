"""The way through the window by keyboard: from pane to pane, to the settings and back, from problem to problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QScrollArea, QWidget
from shiboken6 import isValid

from engine.judge.report import Problem
from gui.docks import Docks
from gui.workspace import Workspace

ORDER = ("palette", "outline", "canvas", "properties", "training", "problems")
"""The panes in the order in which F6 goes through them."""


class Panes(QObject):
    """The panes of one window. `first` holds for each the widget that the cursor goes to when it is new there."""

    def __init__(self, window: QMainWindow, docks: Docks, canvas: QWidget, first: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._docks = docks
        self._canvas = canvas
        self._first = dict(first)
        self._last: dict[str, QWidget] = {}
        self._before_settings = ""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._remember)

    def _widget(self, pane: str) -> QWidget:
        return self._canvas if pane == "canvas" else self._docks[pane]

    def current(self) -> str:
        """The pane that has the cursor; "" where none has."""
        focus = QApplication.focusWidget()
        return self._pane_of(focus) if focus is not None else ""

    def _pane_of(self, widget: QWidget) -> str:
        homes = {pane: self._widget(pane) for pane in ORDER}
        return next((pane for pane, home in homes.items() if home is widget or home.isAncestorOf(widget)), "")

    def _remember(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Keeps where the cursor was in each pane, so that it comes back there."""
        if new is not None and (pane := self._pane_of(new)):
            self._last[pane] = new
            if pane != "properties":
                self._before_settings = ""

    def step(self, step: int) -> None:
        """Goes to the next pane that is shown, or with -1 to the one before."""
        shown = [pane for pane in ORDER if not self._widget(pane).isHidden()]
        now = self.current()
        if now in shown:
            self.go(shown[(shown.index(now) + step) % len(shown)])
        else:
            self.go("canvas")

    def go(self, pane: str) -> None:
        """Puts the cursor into a pane, which is shown where it was hidden."""
        if pane != "canvas":
            self._docks[pane].show()
            self._docks[pane].raise_()
        last = self._last.get(pane)
        home = self._widget(pane)
        if last is not None and not isValid(last):  # such as the field of a name that has been written
            last = None
        is_there = last is not None and home.isAncestorOf(last) and last.isVisible() and last.isEnabled()
        target = last if is_there and last is not None and pane != "properties" else self._first[pane]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if QApplication.focusWidget() is not target or pane == "properties":
            self._focus_first_in(home)

    def _focus_first_in(self, home: QWidget) -> None:
        """Puts the cursor into the first field, or the first button where there is no field."""
        found: list[QWidget] = []
        widget = home.nextInFocusChain()
        while widget is not None and widget is not home:
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
            # A scroll area takes the cursor only to be scrolled: its fields are what is meant.
            if takes and home.isAncestorOf(widget) and not isinstance(widget, QScrollArea):
                found.append(widget)
            widget = widget.nextInFocusChain()
        fields = [widget for widget in found if not isinstance(widget, QAbstractButton)]
        for target in (fields or found)[:1]:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def settings(self) -> None:
        """Goes to the first field of the selection's settings, or from there back."""
        before = self.current()
        if before == "properties":
            self.leave_settings()
        else:
            self.go("properties")
            self._before_settings = before if before in ("outline", "palette", "problems") else "canvas"

    def leave_settings(self) -> None:
        """Goes back from the settings to where the way to them began."""
        if self._before_settings or self.current() == "properties":
            self.go(self._before_settings or "canvas")


class ProblemTour(QObject):
    """Goes from problem to problem, errors first; `show` is told each."""

    def __init__(self, workspace: Workspace, show: Callable[[Problem], None], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._show = show
        self._place = -1
        self._last: Problem | None = None

    def step(self, step: int) -> None:
        """Goes to the next problem, or with -1 to the one before."""
        problems = sorted(self._workspace.analysis.problems, key=lambda problem: problem.severity)
        if not problems:
            self._workspace.message_posted.emit("There are no problems.")
            return
        if self._last in problems:
            self._place = (problems.index(self._last) + step) % len(problems)
        elif self._last is None:
            self._place = 0 if step > 0 else len(problems) - 1
        else:  # it is mended: the next one has taken its place
            self._place = (self._place if step > 0 else self._place - 1) % len(problems)
        self._last = problems[self._place]
        self._workspace.message_posted.emit(f"Problem {self._place + 1} of {len(problems)}: {self._last.message}")
        self._show(self._last)
