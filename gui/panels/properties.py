"""The property panel: the settings of the selected block or blocks, made from their specification.

Rows are built anew only when other parameters are to be shown; a change of values, from here or from elsewhere, only
fills the fields. What is typed is applied at once where it is valid, and explained below the field where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue import CATALOGUE
from engine.catalogue.params import ChoiceParam, ChoicesParam, Param, ParamError, SizeParam, TextParam
from engine.catalogue.spec import BlockSpec
from engine.edits import name_refusal, rename_block, set_parameter
from engine.graph import Block, Value
from engine.judge.report import FLAT_GROUP, shape_text
from gui.figures import grouped
from gui.grouping import selected_group
from gui.icons import icon
from gui.panels.bypass_button import BypassButton
from gui.panels.editors.row import FIELD_WIDTH, ParameterRow
from gui.panels.editors.table import make_editor
from gui.panels.editors.text import TextEditor
from gui.panels.group_page import CommentPage, GroupPage
from gui.panels.problem_box import ProblemBox
from gui.panels.project_page import ProjectPage
from gui.panels.tile import Tile
from gui.theme import set_role
from gui.workspace import Workspace


def common_parameters(specs: Sequence[BlockSpec]) -> tuple[Param, ...]:
    """The parameters that all these types have, by name, kind and choices."""
    first, *others = specs
    return tuple(param for param in first.params if all(_has_alike(spec, param) for spec in others))


def _has_alike(spec: BlockSpec, param: Param) -> bool:
    other = next((candidate for candidate in spec.params if candidate.name == param.name), None)
    if other is None or type(other) is not type(param):
        return False
    match param, other:
        case (ChoiceParam(choices=mine, none=none), ChoiceParam(choices=theirs, none=their_none)):
            return mine == theirs and none == their_none
        case (ChoicesParam(choices=mine), ChoicesParam(choices=theirs)):
            return mine == theirs
        case (SizeParam(dimensions=mine_too), SizeParam(dimensions=theirs_too)):
            return mine_too == theirs_too
        case _:
            return True


class NameEditor(TextEditor):
    """A block's name: not empty, and no other block's."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(TextParam(name="Name", help="What the block is called, here and in the model."), parent)
        self._workspace = workspace
        self.block = ""

    def read(self, text: str) -> Value:
        if refused := name_refusal(self._workspace.graph, self.block, text):
            raise ParamError(refused)
        return text.strip()


class BlockPage(QWidget):
    """The settings of the selected blocks."""

    help_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._ids: tuple[str, ...] = ()
        self._shown: tuple[Block, ...] = ()
        self._params: tuple[Param, ...] | None = None
        self._is_open = False
        self._built: dict[tuple[Param, ...], dict[str, ParameterRow]] = {}
        self.rows: dict[str, ParameterRow] = {}

        self._make_parts()
        self._lay_out()
        self.name_row.edited.connect(self._rename)
        self.name_row.finished.connect(workspace.document.end_merge)
        self.name_row.help_requested.connect(self.help_requested)
        self.more.clicked.connect(self._toggle_more)

    def _make_parts(self) -> None:
        self._tile = Tile(20, self)
        self.head = QLabel(self)
        set_role(self.head, "section")
        self._help = QToolButton(self)
        self._help.setIcon(icon("help", "muted"))
        self._help.setIconSize(QSize(16, 16))
        self._help.setAccessibleName("Help")
        self._help.setToolTip("What this layer does and when to use it (F1)")
        self._help.clicked.connect(self.help_requested)
        self.bypass = BypassButton(self._workspace, self)
        self.warning = ProblemBox("Problems of this block", self)
        self.unknown = QLabel(self)
        self.unknown.setWordWrap(True)
        set_role(self.unknown, "secondary")
        self.name_editor = NameEditor(self._workspace, self)
        self.name_row = ParameterRow("Name", self.name_editor, can_reset=False, parent=self)
        self._main = QVBoxLayout()
        self._main.setSpacing(6)
        self.more = QToolButton(self)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setIconSize(QSize(12, 12))
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._folded = QVBoxLayout()
        self._folded.setSpacing(6)
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        set_role(self.summary, "muted")
        self.summary.setAccessibleName("Output and parameters")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._tile)
        top.addWidget(self.head, 1)
        top.addWidget(self.bypass)
        top.addWidget(self._help)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(6)
        column.addLayout(top)
        for widget in (self.warning, self.unknown, self.name_row):
            column.addWidget(widget)
        column.addLayout(self._main)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._folded)
        column.addSpacing(4)
        column.addWidget(self.summary)
        column.addStretch(1)

    @property
    def type_name(self) -> str:
        """The type of the block that was selected last."""
        return self._shown[-1].type if self._shown else ""

    @property
    def is_bare(self) -> bool:
        """Whether the selected blocks have no settings in common, and no problems."""
        return len(self._shown) > 1 and not self.rows and not self.warning.label.text()

    def refresh(self) -> None:
        """Shows the selected blocks as they are now."""
        blocks = tuple(self._workspace.graph.blocks[block] for block in self._workspace.selection)
        same = len(blocks) == len(self._shown) and all(a is b for a, b in zip(blocks, self._shown, strict=True))
        if not same and blocks:
            other_blocks = tuple(block.id for block in blocks) != self._ids
            self._ids, self._shown = tuple(block.id for block in blocks), blocks
            specs = [CATALOGUE[block.type] for block in blocks if block.type in CATALOGUE]
            known = len(specs) == len(blocks)
            self._set_up(common_parameters(specs) if known else (), other_blocks=other_blocks)
            self._show_head(blocks, specs)
            self._fill(blocks)
        self.refresh_analysis()

    def refresh_analysis(self) -> None:
        """Shows the judge's newest word on the selected blocks."""
        analysis = self._workspace.analysis
        problems = [problem for block in self._shown for problem in analysis.problems_of(block.id)]
        self.warning.show_sentences([problem.message for problem in problems if problem.kind != FLAT_GROUP])
        reports = [analysis.blocks[block.id] for block in self._shown if block.id in analysis.blocks]
        parts = []
        if self.bypass.isChecked():
            parts.append("Bypassed")
        if len(self._shown) == 1 and reports and reports[0].output_shapes:
            is_output = CATALOGUE[self._shown[0].type].role == "output" if self.type_name in CATALOGUE else False
            shapes = ", ".join(shape_text(shape) for shape in reports[0].output_shapes)
            parts.append(f"{'Prediction' if is_output else 'Output'} {shapes}")
        elif len(self._shown) == 1:
            parts.append("Output not known yet")
        if reports:
            count = sum(report.parameters for report in reports)
            parts.append(f"{grouped(count)} parameter{'' if count == 1 else 's'}")
        self.summary.setText(" · ".join(parts))

    def _set_up(self, params: tuple[Param, ...], *, other_blocks: bool) -> None:
        """Puts the rows for these parameters in place of those that are there; rows once built are kept."""
        if other_blocks:
            for row in self.rows.values():
                row.complain("")
        if params == self._params:
            return
        for row in self.rows.values():
            row.hide()
        self._params = params
        self.rows = self._built.setdefault(params, {})
        self._show_rows()

    def _show_rows(self) -> None:
        """Shows the rows that are not folded away, and builds those that were never needed before."""
        for param in self._params or ():
            is_shown = self._is_open or not param.advanced
            if is_shown and param.name not in self.rows:
                row = ParameterRow(param.name, make_editor(param, self), can_reset=True, parent=self)
                row.edited.connect(self._apply)
                row.reset_requested.connect(self._reset)
                row.help_requested.connect(self.help_requested)
                row.finished.connect(self._workspace.document.end_merge)
                (self._folded if param.advanced else self._main).addWidget(row)
                self.rows[param.name] = row
            if param.name in self.rows:
                self.rows[param.name].setVisible(is_shown)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Lets Tab go from row to row as they stand, also to those that were built last."""
        params = self._params or ()
        main = [self.rows[param.name] for param in params if not param.advanced and param.name in self.rows]
        folded = [self.rows[param.name] for param in params if param.advanced and param.name in self.rows]
        before: QWidget | None = None
        for part in (self.name_row, *main, self.more, *folded):
            for widget in (part, *part.findChildren(QWidget)):
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self.window():  # no pop-ups
                    if before is not None:
                        QWidget.setTabOrder(before, widget)
                    before = widget

    def _show_head(self, blocks: tuple[Block, ...], specs: list[BlockSpec]) -> None:
        types = list(dict.fromkeys(block.type for block in blocks))
        alike = len(types) == 1
        title = types[0].upper() if alike else f"{len(blocks)} BLOCKS"
        self.head.setText(f"{len(blocks)} × {title}" if alike and len(blocks) > 1 else title)
        spec = specs[-1] if specs and alike else None
        self._tile.setVisible(spec is not None)
        if spec is not None:
            self._tile.show_spec(spec.category, spec.icon)
        self._help.setVisible(spec is not None)
        self.bypass.show_blocks(blocks)
        known = len(specs) == len(blocks)
        self.unknown.setVisible(not known)
        self.unknown.setText(
            "" if known else "This version of Lamina does not know this kind of block. It is kept and saved as it is."
        )
        self.name_row.setVisible(len(blocks) == 1)

    def _fill(self, blocks: tuple[Block, ...]) -> None:
        if len(blocks) == 1:
            if self.name_editor.block != blocks[0].id:
                self.name_row.complain("")
            self.name_editor.block = blocks[0].id
            self.name_row.show_values([blocks[0].name])
        values = [CATALOGUE[block.type].values(block) if block.type in CATALOGUE else {} for block in blocks]
        for name, row in self.rows.items():
            row.show_values([each[name] for each in values])
        advanced = [param for param in self._params or () if param.advanced]
        changed = sum(any(each[param.name] != param.default for each in values) for param in advanced)
        self.more.setVisible(bool(advanced))
        self.more.setIcon(icon("chevron-down" if self._is_open else "chevron-right"))
        self.more.setText("More" if self._is_open or not changed else f"More · {changed} changed")
        self.more.setAccessibleDescription("unfolded" if self._is_open else "folded")

    def _toggle_more(self) -> None:
        self._is_open = not self._is_open
        self._show_rows()
        self._fill(self._shown)

    def _apply(self, name: str, value: Value) -> None:
        document = self._workspace.document
        for block in self._shown:  # of several types, one may have narrower bounds than the one that read the text
            try:
                CATALOGUE[block.type].param(name).check(value)
            except ParamError as error:
                self.rows[name].complain(f"'{block.name}': {error}")
                return
        graph = set_parameter(document.graph, self._ids, name, value)
        document.apply_graph(f"Set {name}", graph, f"{','.join(self._ids)}.{name}")

    def _reset(self, name: str) -> None:
        document = self._workspace.document
        graph = document.graph.with_blocks(block.without_parameter(name) for block in self._shown)
        document.apply_graph(f"Reset {name}", graph)

    def _rename(self, _: str, name: Value) -> None:
        document = self._workspace.document
        graph = rename_block(document.graph, self._ids[0], str(name))
        document.apply_graph("Rename", graph, f"{self._ids[0]}.name")


class PropertiesPanel(QScrollArea):
    """The settings of what is selected; the project's where nothing is. `left` comes from Esc."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        set_role(self, "panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Properties")
        self.setMinimumWidth(FIELD_WIDTH + 88)
        self.block_page = BlockPage(workspace)
        self.project_page = ProjectPage(workspace)
        self.group_page = GroupPage(workspace)
        self.comment_page = CommentPage(workspace)
        pages = QWidget()
        column = QVBoxLayout(pages)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for page in (self.project_page, self.group_page, self.comment_page, self.block_page):
            column.addWidget(page, 0 if page is self.group_page else 1)
        column.addStretch(0)
        self.setWidget(pages)
        workspace.document_changed.connect(self._refresh)
        workspace.selection_changed.connect(self._on_selection)
        workspace.analysis_changed.connect(self._refresh)
        workspace.data_changed.connect(self._refresh)
        self.block_page.help_requested.connect(self._help)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_selection(self) -> None:
        self._refresh()
        self.verticalScrollBar().setValue(0)

    def _refresh(self) -> None:
        workspace, graph = self._workspace, self._workspace.graph
        if not (
            graph.blocks.keys() >= set(workspace.selection)
            and graph.comments.keys() >= set(workspace.selected_comments)
        ):
            return  # the workspace is about to drop them from the selection, and tells so next
        group, comments = selected_group(workspace), workspace.selected_comments
        comment = comments[0] if len(comments) == 1 and not workspace.selection else ""
        if group:
            self.group_page.refresh(group)
        if comment:
            self.comment_page.refresh(comment)
        if workspace.selection:
            self.block_page.refresh()
        else:
            self.project_page.refresh()
        self.group_page.setVisible(bool(group))
        self.comment_page.setVisible(bool(comment))
        self.block_page.setVisible(bool(workspace.selection) and not (group and self.block_page.is_bare))
        self.project_page.setVisible(not workspace.selection and not comment)

    def _help(self) -> None:
        if self.block_page.type_name in CATALOGUE:
            self._workspace.help_requested.emit(self.block_page.type_name)
