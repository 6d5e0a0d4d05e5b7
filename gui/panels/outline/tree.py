"""The outline's tree: keeps what is unfolded and chosen while the network changes, and hands keys to doings."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from gui.icons import draw_icon
from gui.panels.outline.model import Index, OutlineModel
from gui.panels.outline.painting import OutlineDelegate
from gui.panels.outline.rows import Key, Outline, Row
from gui.theme import set_role, themes

INDENT = 18

Command = QItemSelectionModel.SelectionFlag


class OutlineTree(QTreeView):
    """The rows as a tree. Main thread only.

    `chosen` says that a person chose other rows, `entered` carries the row on which Enter was pressed or that was
    double-clicked; `left_at_top` comes from the arrow that leads up from the first row.
    """

    chosen = Signal()
    entered = Signal(object)
    left_at_top = Signal()

    def __init__(self, model: OutlineModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._unfolded: set[Key] = set()
        self._known_groups: set[str] = set()
        self._is_following = False
        self.setModel(model)
        self.delegate = OutlineDelegate(self, model)
        self.setItemDelegate(self.delegate)
        set_role(self, "outline")
        self.setHeaderHidden(True)
        self.setIndentation(INDENT)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setExpandsOnDoubleClick(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Outline")
        self.setAccessibleDescription("The network as a tree, from its inputs to its outputs.")
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.doubleClicked.connect(self._on_double_click)
        model.looks_changed.connect(self.viewport().update)
        themes().changed.connect(self.viewport().update)
        self._unfold()

    # ---------------------------------------------------------------- in step

    def show_outline(self, outline: Outline) -> None:
        """Shows another state of the network; the current row stays, or its neighbour takes over."""
        before = self._model.row(self.currentIndex())
        place = self.verticalScrollBar().value()
        self._is_following = True
        self._model.show(outline)
        self._unfold()
        index = self._model.reach(before.key) if before is not None else QModelIndex()
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, Command.ClearAndSelect)
        self._is_following = False
        self.verticalScrollBar().setValue(place)

    def follow(self, blocks: tuple[str, ...], comments: tuple[str, ...]) -> None:
        """Chooses the rows of these blocks and comments, unless the chosen rows stand for them already."""
        shown = self.chosen_ids()
        if (set(shown[0]), set(shown[1])) == (set(blocks), set(comments)):
            return
        self._is_following = True
        indexes = [self._model.reach(("block", block)) for block in blocks]
        group = self._group_of(blocks)
        if group and not comments:
            indexes = [self._model.reach(("group", group))]
        indexes += [self._model.reach(("comment", comment)) for comment in comments]
        indexes = [index for index in indexes if index.isValid()]
        model = self.selectionModel()
        if indexes:
            model.setCurrentIndex(indexes[-1], Command.NoUpdate)
            model.select(_spans(indexes), Command.ClearAndSelect)
            self.scrollTo(indexes[-1])
        else:
            model.clearSelection()
        self._is_following = False

    def _group_of(self, blocks: tuple[str, ...]) -> str:
        """The group whose members these are, if they are several and all of them."""
        graph = self._model.outline.graph
        groups = {graph.blocks[block].group for block in blocks}
        group = groups.pop() if len(groups) == 1 and len(blocks) > 1 else ""
        return group if group in graph.groups and len(graph.members(group)) == len(blocks) else ""

    def _unfold(self) -> None:
        """Unfolds what was unfolded before it went and came back, and groups that are new."""
        graph = self._model.outline.graph
        for group in graph.groups.keys() - self._known_groups:
            self._unfolded.add(("group", group))
        self._known_groups = set(graph.groups)
        for key in sorted(self._unfolded, key=lambda key: ("group", "block", "problem").index(str(key[0]))):
            index = self._model.find(key)
            if index.isValid() and not self.isExpanded(index):
                self.setExpanded(index, True)

    def _on_expanded(self, index: QModelIndex) -> None:
        if (row := self._model.row(index)) is not None:
            self._unfolded.add(row.key)

    def _on_collapsed(self, index: QModelIndex) -> None:
        if (row := self._model.row(index)) is not None:
            self._unfolded.discard(row.key)

    # ---------------------------------------------------------------- what is chosen

    @property
    def current_row(self) -> Row | None:
        """The row that keys act on."""
        return self._model.row(self.currentIndex())

    def chosen_ids(self) -> tuple[list[str], list[str]]:
        """The blocks and the comments that the chosen rows stand for."""
        return self._model.blocks_in(self.selectedIndexes())

    def go_to(self, key: Key) -> bool:
        """Makes a row the current one, unfolding what it stands below; False where there is no such row."""
        index = self._model.reach(key)
        if index.isValid():
            above = index.parent()
            while above.isValid():
                self.setExpanded(above, True)
                above = above.parent()
            # Whatever key is held: with Ctrl the view's own way would leave the selection as it was.
            self.selectionModel().setCurrentIndex(index, Command.ClearAndSelect)
            self.scrollTo(index)
        return index.isValid()

    def neighbour(self) -> Key | None:
        """The group, block or comment that stays nearest when the chosen rows go: the next one, or else the last."""
        chosen = set(self.selectedIndexes())
        for step in (self.indexBelow, self.indexAbove):
            index = self.currentIndex()
            while index.isValid():
                row = self._model.row(index)
                if row is not None and row.kind in ("group", "block", "comment") and not self._goes(index, chosen):
                    return row.key
                index = step(index)
        return None

    def _goes(self, index: QModelIndex, chosen: set[QModelIndex]) -> bool:
        return index in chosen or (index.parent().isValid() and self._goes(index.parent(), chosen))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._is_following:
            self.chosen.emit()

    # ---------------------------------------------------------------- hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        row = self.current_row
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            if self.state() != QAbstractItemView.State.EditingState:
                self.entered.emit(row)
        elif key == Qt.Key.Key_Up and not event.modifiers() and not self.indexAbove(self.currentIndex()).isValid():
            self.left_at_top.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; the field above finds blocks."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # sentences wrap anew
            self.scheduleDelayedItemsLayout()

    def _on_double_click(self, index: QModelIndex) -> None:
        if (row := self._model.row(index)) is not None:
            self.entered.emit(row)

    # ---------------------------------------------------------------- painting

    def drawRow(self, painter: QPainter, options: object, index: Index) -> None:
        """Puts the ground of a chosen row, or of the one under the pointer, below all of it."""
        place = self.visualRect(index)
        chosen = self.selectionModel().isSelected(index)
        under = self.viewport().mapFromGlobal(self.cursor().pos()).y()
        hovered = self.underMouse() and place.top() <= under <= place.bottom()
        current = self.hasFocus() and index == self.currentIndex()
        if chosen or hovered or current:
            tokens = themes().tokens
            painter.save()
            ground = QRectF(0, place.top() + 1, self.viewport().width() - 6, place.height() - 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(tokens.colour("accent") if current else Qt.PenStyle.NoPen)
            painter.setBrush(
                tokens.colour("accent_ground" if chosen else "hover") if chosen or hovered else Qt.BrushStyle.NoBrush
            )
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.restore()
        super().drawRow(painter, options, index)  # type: ignore[arg-type]

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """A chevron before what can be unfolded, and no lines."""
        if not self._model.hasChildren(index):
            return
        size = 12
        place = QRectF(rect.right() - INDENT + (INDENT - size) / 2 + 1, rect.center().y() - size / 2 + 1, size, size)
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        draw_icon(painter, name, place, themes().tokens.colour("secondary"))


def _spans(indexes: list[QModelIndex]) -> QItemSelection:
    """These rows as a selection, neighbours in one range: a thousand ranges would be slow."""
    selection = QItemSelection()
    in_order = sorted(indexes, key=lambda index: (index.parent().row(), index.row()))
    start = end = in_order[0]
    for index in in_order[1:]:
        if index.parent() != end.parent() or index.row() != end.row() + 1:
            selection.append(QItemSelectionRange(start, end))
            start = index
        end = index
    selection.append(QItemSelectionRange(start, end))
    return selection
