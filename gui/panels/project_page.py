"""What the property panel shows while nothing is selected: the project as a whole."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from engine.judge.report import shape_text
from gui.figures import grouped, size_text
from gui.panels.editors.note import NoteField
from gui.panels.editors.text import Field
from gui.theme import set_role
from gui.workspace import Workspace


class ProjectPage(QWidget):
    """Title, note and figures of the open project."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        head = QLabel("PROJECT", self)
        set_role(head, "section")
        self.title = Field(self)
        self.title.setPlaceholderText("Title")
        self.title.setAccessibleName("Title")
        self.title.setToolTip("What the project is called")
        self.note = NoteField(self)
        self.note.setPlaceholderText("Note: what this network is for")
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(72)
        self._figures: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        table = QFormLayout()
        table.setContentsMargins(0, 4, 0, 0)
        table.setHorizontalSpacing(12)
        table.setVerticalSpacing(6)
        table.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name in ("Blocks", "Parameters", "Size", "Data", "Shape", "Predicts"):
            label, figure = QLabel(name, self), QLabel(self)
            set_role(label, "secondary")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            figure.setWordWrap(True)
            figure.setAccessibleName(name)
            table.addRow(label, figure)
            self._names[name], self._figures[name] = label, figure
        self.hint = QLabel("Select a block to see and change its settings.", self)
        self.hint.setWordWrap(True)
        set_role(self.hint, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        for widget in (head, self.title, self.note):
            column.addWidget(widget)
        column.addLayout(table)
        column.addWidget(self.hint)
        column.addStretch(1)
        self.title.textEdited.connect(self._set_title)
        self.title.left.connect(workspace.document.end_merge)
        self.note.textChanged.connect(self._set_note)
        self.note.left.connect(workspace.document.end_merge)

    def refresh(self) -> None:
        """Shows the present project, analysis and data set."""
        project, analysis = self._workspace.project, self._workspace.analysis
        if self.title.text().strip() != project.title:
            self.title.setText(project.title)
            self.title.setCursorPosition(0)  # a long title shows its beginning
        self.note.show_text(project.note)
        description = self._workspace.description
        shown = {
            "Blocks": grouped(len(project.graph.blocks)),
            "Parameters": grouped(analysis.parameters),
            "Size": size_text(analysis.size),
            "Data": self._workspace.data_message or "none chosen",
            "Shape": "",
            "Predicts": "",
        }
        if description is not None:
            shown["Data"] = description.title
            shown["Shape"] = "\n".join(shape_text(array.shape) for array in description.inputs)
            shown["Predicts"] = "\n".join(
                f"{target.classes} classes" if target.kind == "classes" else "a number"
                for target in description.targets
            )
        for name, text in shown.items():
            self._figures[name].setText(text)
            self._figures[name].setVisible(bool(text))
            self._names[name].setVisible(bool(text))

    def _set_title(self, text: str) -> None:
        document = self._workspace.document
        document.apply("Set the title", replace(document.project, title=text.strip()), "project.title")

    def _set_note(self) -> None:
        document = self._workspace.document
        document.apply("Set the note", replace(document.project, note=self.note.toPlainText()), "project.note")
