"""The list of problems: what keeps the network from training, and what deserves a look, a jump away from the block."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.judge.report import Problem
from gui.icons import draw_icon, icon
from gui.theme import interface_font, set_role, themes
from gui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex

SIGNS = {"error": ("error", "warning"), "warning": ("warning", "secondary")}
"""For each severity the icon and its colour token."""

NAME_WIDTH = 132
"""Pixels for the block's name, before the sentence."""

NAME_LEFT = 42
TEXT_LEFT = NAME_LEFT + NAME_WIDTH + 12

NARROW = 480
"""In lists of fewer pixels the sentence stands below the name instead of beside it."""

CLOSE_SPACE = 40
"""Pixels at the right that belong to the cross."""


class ProblemsModel(QAbstractListModel):
    """The problems of the present analysis, errors first."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._problems: tuple[Problem, ...] = ()

    def refresh(self) -> None:
        """Takes the problems from the workspace."""
        problems = tuple(sorted(self._workspace.analysis.problems, key=lambda problem: problem.severity))
        if problems != self._problems:
            self.beginResetModel()
            self._problems = problems
            self.endResetModel()

    def problem(self, index: Index) -> Problem | None:
        """The problem in a row."""
        return self._problems[index.row()] if index.isValid() else None

    def row_of(self, problem: Problem) -> int:
        """Where a problem stands; -1 when it is gone."""
        return self._problems.index(problem) if problem in self._problems else -1

    def name_of(self, problem: Problem) -> str:
        """The name of the block that a problem belongs to."""
        block = self._workspace.graph.blocks.get(problem.block or "")
        return block.name if block is not None else "Network"

    def text(self) -> str:
        """All problems as lines of text."""
        return "\n".join(self.line(problem) for problem in self._problems)

    def line(self, problem: Problem) -> str:
        """One problem as a line of text."""
        return f"{problem.severity}: {self.name_of(problem)}: {problem.message}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        problem = self._problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return problem.message
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.line(problem)
        return None


class _ProblemDelegate(QStyledItemDelegate):
    """Paints a sign, the block's name and the sentence, over as many lines as it needs."""

    def _view(self) -> QListView:
        view = self.parent()
        assert isinstance(view, QListView)
        return view

    def _text_height(self, text: str, width: int) -> int:
        place = QRect(0, 0, max(width, 80), 10_000)
        return QFontMetrics(interface_font(13)).boundingRect(place, int(Qt.TextFlag.TextWordWrap), text).height()

    def _sentence_place(self, width: int) -> tuple[int, int]:
        """Where the sentence begins in a row of that width, from the left and from the top."""
        return (NAME_LEFT, 26) if width < NARROW else (TEXT_LEFT, 7)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view().viewport().width()
        left, top = self._sentence_place(width)
        return QSize(width, max(30, self._text_height(str(index.data()), width - left - CLOSE_SPACE) + top + 5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ProblemsModel)
        problem = model.problem(index)
        assert problem is not None
        tokens = themes().tokens
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = state & QStyle.StateFlag.State_Selected
            painter.setBrush(tokens.colour("accent_ground" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(place).adjusted(8, 1, -8, -1), 6, 6)
        sign, colour = SIGNS[problem.severity]
        draw_icon(painter, sign, QRectF(place.left() + 16, place.top() + 7, 16, 16), tokens.colour(colour))
        painter.setFont(interface_font(13, semibold=True))
        painter.setPen(tokens.colour("text"))
        left, top = self._sentence_place(place.width())
        room = NAME_WIDTH if top < 20 else place.width() - NAME_LEFT - CLOSE_SPACE
        where = QRect(place.left() + NAME_LEFT, place.top() + 7, room, 20)
        name = painter.fontMetrics().elidedText(model.name_of(problem), Qt.TextElideMode.ElideRight, room)
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(interface_font(13))
        sentence = place.adjusted(left, top, -CLOSE_SPACE, -4)
        painter.drawText(sentence, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), problem.message)
        painter.restore()


class ProblemsList(QListView):
    """The list itself. Where it is empty it says so."""

    chosen = Signal(str)
    copy_wanted = Signal()

    def __init__(self, model: ProblemsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_ProblemDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Problems")
        self.clicked.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        problem = self._model.problem(index)
        if problem is not None and problem.block is not None:
            self.chosen.emit(problem.block)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # Qt measures the rows anew only for another height
            self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._model.rowCount():
            return
        tokens = themes().tokens
        painter = QPainter(self.viewport())
        painter.setFont(interface_font(13))
        text = "No problems."
        width = painter.fontMetrics().horizontalAdvance(text) + 24
        left = (self.viewport().width() - width) / 2
        middle = self.viewport().height() / 2
        draw_icon(painter, "check", QRectF(left, middle - 8, 16, 16), tokens.colour("good"))
        painter.setPen(tokens.colour("secondary"))
        place = QRectF(left + 24, middle - 12, width, 24)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class ProblemsPanel(QWidget):
    """The drawer with all problems of the network.

    A click, or Enter, jumps to the block. `counts_changed` carries the numbers of errors and of warnings;
    `close_requested` comes from the cross and from Esc.
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

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.copy_action)
        menu.addAction(self.copy_all_action)
        any_problem = self.model.rowCount() > 0
        self.copy_action.setEnabled(any_problem)
        self.copy_all_action.setEnabled(any_problem)
        menu.popup(self.list.viewport().mapToGlobal(place))
