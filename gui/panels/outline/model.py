"""The outline as Qt's item model, brought in step with the network by difference.

Rows that stay keep their index, so the tree keeps what is unfolded, its current row and its place; what stands below
a row is only worked out once somebody unfolds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine import edits, groups
from gui.panels.outline import words
from gui.panels.outline.rows import Key, Outline, Row
from gui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
Looks = tuple[object, ...]
"""All that a row's picture hangs on; rows are painted anew when it changes."""

CHOOSABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
EDITABLE = CHOOSABLE | Qt.ItemFlag.ItemIsEditable

MOST_STEPS = 24
"""With more separate pieces to take out or put in than this, building all rows anew is quicker."""

MOST_NOTICES = 40
"""Of more rows that look different than this, views are told at once that all may, and to paint anew."""


class _Node:
    """A row in its place. `children` is None until somebody has asked for them."""

    def __init__(self, number: int, row: Row, parent: _Node | None) -> None:
        self.number = number
        self.row = row
        self.parent = parent
        self.place = 0
        self.children: list[_Node] | None = None
        self.looks: Looks = ()


class OutlineModel(QAbstractItemModel):
    """The rows of a workspace's network.

    `rename_wanted` carries a row and the name that was typed for it; `looks_changed` says that many rows look
    different now, though each is as high as it was.
    """

    rename_wanted = Signal(object, str)
    looks_changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outline = Outline(workspace.graph, workspace.analysis)
        self._numbers = count(1)
        self._root = _Node(0, Row("group"), None)
        self._nodes: dict[int, _Node] = {0: self._root}
        self._by_key: dict[Key, _Node] = {}
        self._root.children = self._make(self._root, self.outline.top())

    # ---------------------------------------------------------------- in step with the network

    def show(self, outline: Outline) -> None:
        """Takes another state of the network, and changes the rows that differ."""
        self.outline = outline
        if not self._update(self._root, list(outline.top())):
            self._rebuild()
            return
        for node in self._built(self._root):
            if not self._update(node, list(outline.below(node.row))):
                self._rebuild()
                return
        self._repaint_changed()

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._nodes, self._by_key = {0: self._root}, {}
        self._root.children = self._make(self._root, self.outline.top())
        self.endResetModel()

    def _built(self, node: _Node) -> Iterator[_Node]:
        """The nodes below one whose children are known, each before what stands below it."""
        for child in tuple(node.children or ()):
            if child.children is not None:
                yield child
                yield from self._built(child)

    def _update(self, node: _Node, rows: list[Row]) -> bool:
        """Makes the children of a node those rows; False where that would take too many steps."""
        wanted = {row.key: row for row in rows}
        children = node.children or []
        if [child.row.key for child in children] != list(wanted):
            gone = _runs(place for place, child in enumerate(children) if child.row.key not in wanted)
            there = {child.row.key for child in children}
            new = _runs(place for place, key in enumerate(wanted) if key not in there)
            if len(gone) + len(new) > MOST_STEPS:
                return False
            self._remove(node, gone)
            self._reorder(node, [key for key in wanted if key in there])
            self._insert(node, new, list(wanted.values()))
        for child in node.children or ():
            child.row = wanted[child.row.key]
        return True

    def _remove(self, node: _Node, runs: list[tuple[int, int]]) -> None:
        children = node.children or []
        for first, last in reversed(runs):
            self.beginRemoveRows(self._index_of(node), first, last)
            for child in children[first : last + 1]:
                self._forget(child)
            del children[first : last + 1]
            _number(children, first)
            self.endRemoveRows()

    def _reorder(self, node: _Node, keys: list[Key]) -> None:
        children = node.children or []
        if [child.row.key for child in children] == keys:
            return
        self.layoutAboutToBeChanged.emit()
        kept = [index for index in self.persistentIndexList() if self._node(index).parent is node]
        moved = [self._node(index) for index in kept]
        by_key = {child.row.key: child for child in children}
        children[:] = [by_key[key] for key in keys]
        _number(children, 0)
        self.changePersistentIndexList(kept, [self._index_of(child) for child in moved])
        self.layoutChanged.emit()

    def _insert(self, node: _Node, runs: list[tuple[int, int]], rows: list[Row]) -> None:
        if node.children is None:
            node.children = []
        for first, last in runs:
            self.beginInsertRows(self._index_of(node), first, last)
            node.children[first:first] = self._make(node, rows[first : last + 1])
            _number(node.children, first)
            self.endInsertRows()

    def _make(self, parent: _Node, rows: Iterable[Row]) -> list[_Node]:
        made = []
        for row in {row.key: row for row in rows}.values():
            node = _Node(next(self._numbers), row, parent)
            node.looks = self._looks(row)
            self._nodes[node.number] = self._by_key[row.key] = node
            made.append(node)
        _number(made, 0)
        return made

    def _forget(self, node: _Node) -> None:
        del self._nodes[node.number]
        if self._by_key.get(node.row.key) is node:  # a block that changed its group may be there again
            del self._by_key[node.row.key]
        for child in node.children or ():
            self._forget(child)

    def _looks(self, row: Row) -> Looks:
        outline = self.outline
        if row.kind == "block":
            return outline.graph.blocks[row.id], outline.report(row.id), tuple(outline.problems_of(row.id))
        # The others are few, and hang on blocks that they only name.
        return words.title(outline, row), words.shape(outline, row), words.spoken(outline, row)

    def _repaint_changed(self) -> None:
        changed = []
        for node in self._nodes.values():
            if node is not self._root and (looks := self._looks(node.row)) != node.looks:
                node.looks = looks
                changed.append(node)
        if len(changed) > MOST_NOTICES:
            self.looks_changed.emit()
            return
        for node in changed:
            index = self._index_of(node)
            self.dataChanged.emit(index, index)

    # ---------------------------------------------------------------- finding rows

    def row(self, index: Index) -> Row | None:
        """What stands at an index."""
        node = self._node(index)
        return None if node is self._root else node.row

    def find(self, key: Key) -> QModelIndex:
        """Where a row is; an invalid index while it is not there, or below a row that nobody has unfolded yet."""
        node = self._by_key.get(key)
        return self._index_of(node) if node is not None else QModelIndex()

    def reach(self, key: Key) -> QModelIndex:
        """Where a row is, working out what stands below its block where that was not yet needed."""
        if key not in self._by_key and len(key) > 2:
            self.rowCount(self.reach(("block", key[1])))
        elif key not in self._by_key and key[0] == "block" and key[1] in self.outline.graph.blocks:
            self.rowCount(self.find(("group", self.outline.graph.blocks[str(key[1])].group)))
        return self.find(key)

    def blocks_in(self, indexes: Collection[QModelIndex]) -> tuple[list[str], list[str]]:
        """The blocks and the comments that some rows stand for."""
        blocks: list[str] = []
        comments: list[str] = []
        for index in indexes:
            row = self.row(index)
            if row is not None and row.kind == "comment":
                comments.append(row.id)
            elif row is not None:
                blocks.extend(self.outline.blocks_of(row))
        return blocks, comments

    def _node(self, index: Index) -> _Node:
        return self._nodes.get(index.internalId(), self._root)  # which is 0 for an invalid index, as for the root

    def _index_of(self, node: _Node) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.place, 0, node.number)

    def _children(self, node: _Node) -> list[_Node]:
        if node.children is None:
            node.children = self._make(node, self.outline.below(node.row))
        return node.children

    # ---------------------------------------------------------------- what Qt asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  (Qt's own)
        children = self._children(self._node(parent))
        is_there = column == 0 and 0 <= row < len(children)
        return self.createIndex(row, 0, children[row].number) if is_there else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # Qt has QObject.parent() by this name too
        node = self._node(index)
        return self._index_of(node.parent) if node.parent is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return len(self._children(self._node(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008  (Qt's own default)
        node = self._node(parent)
        return node is self._root or (bool(node.children) if node.children is not None else node.row.has_children)

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self._node(index)
        if node is self._root:
            return Qt.ItemFlag.NoItemFlags
        return EDITABLE if node.row.kind in ("block", "group") else CHOOSABLE

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None or not self._is_there(row):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return words.title(self.outline, row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return words.spoken(self.outline, row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return words.advice(row)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(problem.message for problem in words.problems(self.outline, row))
        return None

    def _is_there(self, row: Row) -> bool:
        """Whether what a row tells of exists: Qt may ask in the midst of a change."""
        graph = self.outline.graph
        ends = (row.link.source.block, row.link.target.block) if row.link is not None else ()
        kinds = {"group": graph.groups, "comment": graph.comments}
        home = kinds.get(row.kind, graph.blocks)
        return (row.id in home or not row.id) and all(end in graph.blocks for end in ends)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index)
        if row is None or role != Qt.ItemDataRole.EditRole or self.refusal(row, str(value)):
            return False
        self.rename_wanted.emit(row, str(value).strip())
        return True

    def refusal(self, row: Row, name: str) -> str:
        """Why a row cannot have a name, as a sentence; "" when it can."""
        if row.kind == "block":
            return edits.name_refusal(self.outline.graph, row.id, name)
        return groups.name_refusal(name)


def _number(children: list[_Node], first: int) -> None:
    for place in range(first, len(children)):
        children[place].place = place


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers that grow, as pairs of the first and the last of each unbroken row of them."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = runs[-1][0], place
        else:
            runs.append((place, place))
    return runs
