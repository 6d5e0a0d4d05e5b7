"""The outline's panel: a field to find blocks, the tree, and what can be done with the current row."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from engine.document import Change
from engine.judge.report import Problem
from gui.canvas import commands
from gui.canvas.view import CanvasView
from gui.grouping import rename_group
from gui.panels.outline import doings, words
from gui.panels.outline.actions import SHARED, OutlineMenu, make_actions, refresh_actions
from gui.panels.outline.choices import Choosing
from gui.panels.outline.chooser import Chooser
from gui.panels.outline.model import OutlineModel
from gui.panels.outline.rows import Outline, Row
from gui.panels.outline.tree import OutlineTree
from gui.panels.palette import SearchField
from gui.theme import set_role


class OutlinePanel(QWidget):
    """The network as a tree, in step with the canvas; everything can be done here with the keyboard alone.

    `settings_requested` leads to the properties. Nothing is worked out while nobody can see the panel.
    """

    settings_requested = Signal()

    def __init__(self, canvas: CanvasView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.workspace = canvas.workspace
        self._is_awake = True
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Outline")
        self.model = OutlineModel(self.workspace, self)
        self.field = SearchField(self, "Find a block")
        self.tree = OutlineTree(self.model, self)
        self.foot = QLabel(self)
        self.chooser = Chooser(self)
        self.pages = QStackedWidget(self)
        self._lay_out()
        self.actions_by_name = make_actions(self)
        self._connect()
        self._show_current()

    def _lay_out(self) -> None:
        field = QVBoxLayout()
        field.setContentsMargins(12, 12, 12, 4)
        field.addWidget(self.field)
        self.foot.setWordWrap(True)
        set_role(self.foot, "muted")
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(field)
        tree = QVBoxLayout()
        tree.setContentsMargins(8, 0, 0, 0)
        tree.addWidget(self.tree)
        column.addLayout(tree, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 4, 14, 10)
        foot.addWidget(self.foot)
        column.addLayout(foot)
        self.pages.addWidget(page)
        self.pages.addWidget(self.chooser)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

    def _connect(self) -> None:
        self.workspace.document_changed.connect(self._on_document)
        self.workspace.analysis_changed.connect(self._refresh)
        self.workspace.selection_changed.connect(self._follow_selection)
        self.field.textChanged.connect(self._refresh)
        self.field.stepped.connect(self._leave_field)
        self.field.entered.connect(self.focus_tree)
        self.tree.chosen.connect(self._on_chosen)
        self.tree.entered.connect(self._on_entered)
        self.tree.left_at_top.connect(self.focus_filter)
        self.tree.selectionModel().currentChanged.connect(self._show_current)
        self.tree.delegate.refused.connect(self._show_refusal)
        self.model.rename_wanted.connect(self._rename)
        self.chooser.done.connect(self._on_answered)

    # ---------------------------------------------------------------- in step

    def set_awake(self, awake: bool) -> None:
        """Says whether the panel can be seen: behind another tab it rests."""
        self._is_awake = awake
        if awake:
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _on_document(self, change: Change) -> None:
        if change.before.graph is not change.after.graph or change.kind == "replace":
            if change.kind == "replace":
                self._on_answered()
            self._refresh()

    def _refresh(self) -> None:
        if self._is_awake and self.isVisible():
            self.tree.show_outline(Outline(self.workspace.graph, self.workspace.analysis, self.field.text().strip()))
            self._follow_selection()
            self._show_current()

    def _follow_selection(self) -> None:
        graph = self.workspace.graph
        if self._is_awake and self.isVisible() and self.model.outline.graph is graph:
            blocks = tuple(block for block in self.workspace.selection if block in graph.blocks)
            notes = tuple(comment for comment in self.workspace.selected_comments if comment in graph.comments)
            self.tree.follow(blocks, notes)

    def _on_chosen(self) -> None:
        blocks, comments = self.tree.chosen_ids()
        self.workspace.select(blocks, comments)
        self.canvas.camera.show_area(self.canvas.items_scene.network_area(self.workspace.selection))

    def _show_current(self) -> None:
        row = self.tree.current_row
        self.foot.setText(words.advice(row))
        refresh_actions(self.actions_by_name, row)

    # ---------------------------------------------------------------- hands

    def focus_tree(self) -> None:
        """Puts the cursor into the tree."""
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_filter(self) -> None:
        """Puts the cursor into the field above the tree."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def ask(self, choosing: Choosing) -> None:
        """Asks a question in the tree's place."""
        self.pages.setCurrentWidget(self.chooser)
        self.chooser.ask(choosing)

    def go_to_problem(self, problem: Problem) -> None:
        """Makes a problem's row the current one."""
        self.field.clear()
        self.tree.go_to(Row("problem", problem.block or "", problem=problem).key)

    def _on_answered(self) -> None:
        if self.pages.currentWidget() is self.chooser:
            had_focus = self.chooser.isAncestorOf(self.window().focusWidget() or self)
            self.pages.setCurrentIndex(0)
            if had_focus:
                self.focus_tree()

    def _on_entered(self, row: Row) -> None:
        doings.enter_row(self, row)

    def _leave_field(self, key: Qt.Key) -> None:
        """An arrow down in the field leads into the tree."""
        if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.focus_tree()

    def _rename(self, row: Row, name: str) -> None:
        if row.kind == "block":
            commands.rename(self.workspace, row.id, name)
        else:
            rename_group(self.workspace, row.id, name)

    def _show_refusal(self, sentence: str) -> None:
        if sentence:
            self.workspace.message_posted.emit(sentence)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.tree.isVisible():
            place = self.tree.visualRect(self.tree.currentIndex()).bottomLeft() + QPoint(24, 0)
            by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
            self.menu().popup(self.tree.viewport().mapToGlobal(place) if by_key else event.globalPos())

    def menu(self) -> OutlineMenu:
        """The context menu of the current row."""
        row = self.tree.current_row
        kind = row.kind if row is not None else ""
        hidden = {"do_fix"} if kind != "fix" else set()
        if kind not in ("input", "output"):
            hidden.add("other_end")
        if kind in ("fix", "problem"):
            hidden |= {*SHARED, "delete", "rename", "connect"}
        return OutlineMenu(self, self.actions_by_name, hidden)
