"""The list of problems itself: its model, how a row is painted, and where in it a fix can be clicked."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
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
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.judge.report import Problem
from gui.icons import draw_icon
from gui.row_ground import paint_row_ground
from gui.theme import interface_font, themes
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

FIX_WIDTH = 300
FIX_LEFT = 22
"""Pixels of a fix before its words: its icon."""

FIX_GAP = 16
FIX_FROM = 760
"""In lists of at least so many pixels a row's fix stands at its right, else below the sentence."""


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
            fixes = "".join(f" Fix: {fix.title}." for fix in problem.fixes[:1])
            return self.line(problem) + fixes
        return None


class _ProblemDelegate(QStyledItemDelegate):
    """Paints a sign, the block's name, the sentence over as many lines as it needs, and the best fix to be clicked."""

    def _view(self) -> QListView:
        view = self.parent()
        assert isinstance(view, QListView)
        return view

    def _text_size(self, text: str, width: int) -> QSize:
        place = QRect(0, 0, max(width, 80), 10_000)
        return QFontMetrics(interface_font(13)).boundingRect(place, int(Qt.TextFlag.TextWordWrap), text).size()

    def _places(self, index: Index, row: QRect) -> tuple[QRect, QRect]:
        """Where the sentence and the fix of a row stand; the fix's place is empty where there is none."""
        model = index.model()
        assert isinstance(model, ProblemsModel)
        problem = model.problem(index)
        assert problem is not None
        left, top = self._sentence_place(row.width())
        fix = problem.fixes[0].title if problem.fixes else ""
        beside = bool(fix) and row.width() >= FIX_FROM
        room = row.width() - left - CLOSE_SPACE - (FIX_WIDTH + FIX_GAP if beside else 0)
        height = self._text_size(problem.message, room).height()
        sentence = QRect(row.left() + left, row.top() + top, room, height)
        if not fix:
            return sentence, QRect()
        width = (FIX_WIDTH if beside else room) - FIX_LEFT
        size = QSize(self._text_size(fix, width).width() + FIX_LEFT, self._text_size(fix, width).height())
        if beside:
            return sentence, QRect(QPoint(sentence.right() + 1 + FIX_GAP, sentence.top()), size)
        return sentence, QRect(QPoint(sentence.left(), sentence.bottom() + 5), size)

    def fix_place(self, index: Index) -> QRect:
        """Where a row's fix can be clicked, in the list's pixels; empty where it has none."""
        place = self._places(index, self._view().visualRect(index))[1]
        return place.adjusted(-4, -3, 4, 3) if not place.isEmpty() else place

    def _sentence_place(self, width: int) -> tuple[int, int]:
        """Where the sentence begins in a row of that width, from the left and from the top."""
        return (NAME_LEFT, 26) if width < NARROW else (TEXT_LEFT, 7)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view().viewport().width()
        sentence, fix = self._places(index, QRect(0, 0, width, 0))
        return QSize(width, max(30, sentence.united(fix).bottom() + 6))

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
        paint_row_ground(painter, place, state)
        sign, colour = SIGNS[problem.severity]
        draw_icon(painter, sign, QRectF(place.left() + 16, place.top() + 7, 16, 16), tokens.colour(colour))
        painter.setFont(interface_font(13, semibold=True))
        painter.setPen(tokens.colour("text"))
        _, top = self._sentence_place(place.width())
        room = NAME_WIDTH if top < 20 else place.width() - NAME_LEFT - CLOSE_SPACE
        where = QRect(place.left() + NAME_LEFT, place.top() + 7, room, 20)
        name = painter.fontMetrics().elidedText(model.name_of(problem), Qt.TextElideMode.ElideRight, room)
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(interface_font(13))
        sentence, fix = self._places(index, place)
        painter.drawText(sentence, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), problem.message)
        if not fix.isEmpty():
            self._paint_fix(painter, fix, problem.fixes[0].title, self._view().property("hot") == index.row())
        painter.restore()

    def _paint_fix(self, painter: QPainter, place: QRect, title: str, hot: bool) -> None:
        tokens = themes().tokens
        colour = tokens.colour("accent_hover" if hot else "accent")
        draw_icon(painter, "fix", QRectF(place.left(), place.top() + 1, 14, 14), colour)
        font = interface_font(13)
        font.setUnderline(hot)
        painter.setFont(font)
        painter.setPen(colour)
        words = place.adjusted(FIX_LEFT, 0, 2, 0)
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), title)


class ProblemsList(QListView):
    """The list itself. Where it is empty it says so.

    `fix_wanted` carries the Fix of a row that was clicked, or asked for with Alt+Enter in that row.
    """

    chosen = Signal(str)
    copy_wanted = Signal()
    fix_wanted = Signal(object)

    def __init__(self, model: ProblemsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self._delegate = _ProblemDelegate(self)
        self.setItemDelegate(self._delegate)
        self._pressed = QPersistentModelIndex()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Problems")
        self.clicked.connect(self._choose)

    def fix_place(self, index: Index) -> QRect:
        """Where a row's fix can be clicked, in the list's pixels; empty where it has none."""
        return self._delegate.fix_place(index)

    def _fix_at(self, place: QPoint) -> QModelIndex:
        """The row whose fix lies under a place of the list; none where there is no fix."""
        index = self.indexAt(place)
        hit = index.isValid() and self.fix_place(index).contains(place)
        return index if hit else QModelIndex()

    def take_fix(self, index: Index) -> None:
        """Asks for the best fix of a row."""
        problem = self._model.problem(index)
        if problem is not None and problem.fixes:
            self.fix_wanted.emit(problem.fixes[0])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._fix_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not hit.isValid():
            super().mousePressEvent(event)
            return
        self._pressed = QPersistentModelIndex(hit)
        self.setCurrentIndex(hit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, QPersistentModelIndex()
        if not pressed.isValid():
            super().mouseReleaseEvent(event)
        elif self._fix_at(event.position().toPoint()) == pressed:
            self.take_fix(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point_at(self._fix_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QModelIndex())

    def _point_at(self, index: QModelIndex) -> None:
        """Underlines the fix of a row, and of no other."""
        if self.property("hot") != index.row():
            self.setProperty("hot", index.row())
            if index.isValid():
                self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
            else:
                self.viewport().unsetCursor()
            self.viewport().update()

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
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.take_fix(self.currentIndex())
            else:
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
