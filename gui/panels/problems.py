"""The drawer of problems: what keeps the network from training, what deserves a look, and what mends it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from engine.fix import Fix
from gui.icons import icon
from gui.panels.problems_list import ProblemsList, ProblemsModel
from gui.repairing import Repair, do_fix
from gui.theme import set_role, themes
from gui.workspace import Workspace


class ProblemsPanel(QWidget):
    """The drawer with all problems of the network.

    A click, or Enter, jumps to the block; each row shows its best fix, which a click on it, or Alt+Enter, does.
    `counts_changed` carries the numbers of errors and of warnings; `close_requested` comes from the cross and from Esc.
    """

    counts_changed = Signal(int, int)
    close_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Problems")
        self.model = ProblemsModel(workspace, self)
        self.list = ProblemsList(self.model, self)
        self._counts = (0, 0)
        self.copy_action = QAction("Copy", self)
        self.copy_all_action = QAction("Copy all", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.addWidget(self.list)
        self.cross = QToolButton(self)
        self.cross.setIcon(icon("close"))
        self.cross.setIconSize(QSize(14, 14))
        self.cross.setFixedSize(24, 24)
        self.cross.setAccessibleName("Close the list of problems")
        self.cross.setToolTip("Close (Esc)")
        self.cross.clicked.connect(self.close_requested)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.chosen.connect(workspace.jump_requested)
        self.list.copy_wanted.connect(self.copy)
        self.list.fix_wanted.connect(self._do_fix)
        self.copy_action.triggered.connect(self.copy)
        self.copy_all_action.triggered.connect(self.copy_all)
        workspace.analysis_changed.connect(self._refresh)
        workspace.document_changed.connect(self._on_document)
        themes().changed.connect(self.list.viewport().update)
        self._refresh()

    @property
    def counts(self) -> tuple[int, int]:
        """How many errors and how many warnings there are."""
        return self._counts

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Over the list, clear of its scroll bar.
        self.cross.move(self.width() - self.cross.width() - 14, 8)
        self.cross.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Copies the chosen problem, or all where none is chosen, as text."""
        problem = self.model.problem(self.list.currentIndex())
        QGuiApplication.clipboard().setText(self.model.line(problem) if problem else self.model.text())

    def copy_all(self) -> None:
        """Copies all problems as text."""
        QGuiApplication.clipboard().setText(self.model.text())

    def _refresh(self) -> None:
        chosen = self.model.problem(self.list.currentIndex())
        self.model.refresh()
        if chosen is not None and (row := self.model.row_of(chosen)) >= 0:
            self.list.setCurrentIndex(self.model.index(row, 0))
        problems = self._workspace.analysis.problems
        errors = sum(problem.severity == "error" for problem in problems)
        counts = (errors, len(problems) - errors)
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(*counts)

    def _on_document(self) -> None:
        """A block may have another name now."""
        self.list.viewport().update()

    def _do_fix(self, fix: Fix) -> None:
        do_fix(self._workspace, fix)

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(self.list.viewport().mapToGlobal(place))

    def menu(self) -> QMenu:
        """What can be done about the chosen problem."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.model.problem(self.list.currentIndex())
        for fix in chosen.fixes if chosen is not None else ():
            action = menu.addAction(icon("fix"), f"Fix: {fix.title}")
            action.triggered.connect(Repair(self._workspace, fix, action).do)
        menu.addSeparator()
        menu.addAction(self.copy_action)
        menu.addAction(self.copy_all_action)
        any_problem = self.model.rowCount() > 0
        self.copy_action.setEnabled(any_problem)
        self.copy_all_action.setEnabled(any_problem)
        return menu
