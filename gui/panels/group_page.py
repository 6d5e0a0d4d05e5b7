"""What the property panel shows of a group and of a comment."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.catalogue.params import BoolParam, ParamError, TextParam
from engine.graph import Value
from engine.groups import COLOURS, name_refusal
from engine.judge.report import FLAT_GROUP
from gui import grouping
from gui.figures import counted, grouped
from gui.panels.editors.choice import BoolEditor
from gui.panels.editors.note import NoteField
from gui.panels.editors.row import ParameterRow
from gui.panels.editors.text import TextEditor
from gui.panels.problem_box import ProblemBox
from gui.panels.swatches import Swatches
from gui.theme import set_role
from gui.workspace import Workspace

FLAT_HELP = "The exported model holds the layers of this group side by side with all others."
NESTED_HELP = (
    "The exported model holds the group as one layer under its name: a model that can be taken out and reused."
)


class _GroupName(TextEditor):
    """A group's name: anything but nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(TextParam(name="Name", help="What the group is called, here and in the model."), parent)

    def read(self, text: str) -> Value:
        if refused := name_refusal(text):
            raise ParamError(refused)
        return text.strip()


def _switch(name: str, help_text: str, parent: QWidget) -> ParameterRow:
    return ParameterRow(
        name, BoolEditor(BoolParam(name=name, default=False, help=help_text)), can_reset=False, parent=parent
    )


def _section(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    set_role(label, "section")
    return label


class GroupPage(QWidget):
    """Name, colour, look and export of the group whose blocks are selected."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.group = ""
        self.warning = ProblemBox("Problems of this group", self)
        self.name_row = ParameterRow("Name", _GroupName(self), can_reset=False, parent=self)
        self.swatches = Swatches(COLOURS, self)
        self.collapsed = _switch("Collapsed", "Whether the group is shown as one card.", self)
        self.nested = _switch("Nested model", NESTED_HELP, self)
        self.help = QLabel(self)
        self.help.setWordWrap(True)
        set_role(self.help, "muted")
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        set_role(self.summary, "muted")
        self._lay_out()
        self.name_row.edited.connect(self._rename)
        self.name_row.finished.connect(workspace.document.end_merge)
        self.swatches.chosen.connect(self._set_colour)
        self.collapsed.edited.connect(self._set_collapsed)
        self.nested.edited.connect(self._set_nested)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addWidget(_section("GROUP", self))
        column.addWidget(self.warning)
        column.addWidget(self.name_row)
        column.addWidget(self.swatches)
        column.addWidget(self.collapsed)
        column.addWidget(self.nested)
        column.addWidget(self.help)
        column.addSpacing(4)
        column.addWidget(self.summary)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)  # its blocks' settings follow

    def refresh(self, group: str) -> None:
        """Shows a group as it is now."""
        if group != self.group:
            self.name_row.complain("")
        self.group = group
        graph, analysis = self._workspace.graph, self._workspace.analysis
        shown, members = graph.groups[group], graph.members(group)
        self.name_row.show_values([shown.name])
        self.swatches.show_colour(shown.colour)
        self.collapsed.show_values([shown.collapsed])
        self.nested.show_values([shown.nested])
        self.help.setText(NESTED_HELP if shown.nested else FLAT_HELP)
        ids = set(members)
        own = [problem for problem in analysis.problems if problem.block in ids and problem.kind == FLAT_GROUP]
        self.warning.show_sentences([problem.message for problem in own])
        reports = [analysis.blocks[key] for key in members if key in analysis.blocks]
        parts = [counted(len(members), "block")]
        if reports:
            count = sum(report.parameters for report in reports)
            parts.append(f"{grouped(count)} parameter{'' if count == 1 else 's'}")
        self.summary.setText(" · ".join(parts))

    def _rename(self, _: str, name: Value) -> None:
        grouping.rename_group(self._workspace, self.group, str(name))

    def _set_colour(self, colour: str) -> None:
        grouping.set_colour(self._workspace, self.group, colour)

    def _set_collapsed(self) -> None:
        grouping.toggle_collapsed(self._workspace, (self.group,))

    def _set_nested(self, _: str, nested: Value) -> None:
        grouping.set_nested(self._workspace, self.group, nested is True)


class CommentPage(QWidget):
    """The text of the selected comment."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.comment = ""
        self.text = NoteField(self)
        self.text.setAccessibleName("Text of the comment")
        self.text.setPlaceholderText("What should people know here?")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(120)
        hint = QLabel("A comment is for people: it changes nothing in the network.", self)
        hint.setWordWrap(True)
        set_role(hint, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addWidget(_section("COMMENT", self))
        column.addWidget(self.text, 1)
        column.addWidget(hint)
        self.text.textChanged.connect(self._set_text)
        self.text.left.connect(self._leave)

    def refresh(self, comment: str) -> None:
        """Shows a comment as it is now."""
        self.comment = comment
        self.text.show_text(self._workspace.graph.comments[comment].text)

    def _set_text(self) -> None:
        document = self._workspace.document
        changed = replace(document.graph.comments[self.comment], text=self.text.toPlainText())
        document.apply_graph("Edit comment", document.graph.with_comment(changed), f"{self.comment}.text")

    def _leave(self) -> None:
        """Ends the typing; a comment that was left without text is deleted, in the step that emptied it."""
        document = self._workspace.document
        comment = document.graph.comments.get(self.comment)
        if comment is not None and not comment.text.strip():
            graph = document.graph.without_comments((self.comment,))
            document.apply_graph("Delete comment", graph, f"{self.comment}.text")
        document.end_merge()
