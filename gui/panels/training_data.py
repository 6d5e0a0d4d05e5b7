"""The part of the training panel where the data are chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue.params import FloatParam
from engine.data.description import DataError
from engine.data.source_text import parse_source
from engine.data.sources import DATASETS
from engine.settings import DataSettings
from engine.workers.protocol import DataRefused, FetchProgress
from gui.engine import EngineClient
from gui.figures import grouped, size_text
from gui.panels.training_fields import NumberField
from gui.theme import set_role
from gui.workspace import Workspace

SHARE = FloatParam(
    name="Validation share",
    default=0.2,
    minimum=0.0,
    open_minimum=True,
    maximum=1.0,
    open_maximum=True,
    help="How much of the data is held back to see how well the network does on examples that it never learned from.",
)

_OPEN_FILE, _OPEN_FOLDER = ":file", ":folder"


class DataSection(QFrame):
    """Chooses the data set and says what is known of it. Every choice is an edit of the document.

    `summary_changed` follows `summary`, the short line for the panel's head.
    """

    summary_changed = Signal()

    def __init__(self, workspace: Workspace, engine: EngineClient) -> None:
        super().__init__()
        self._workspace = workspace
        self._engine = engine
        self._fetching: DataSettings | None = None
        self._refusal: DataRefused | None = None
        self.summary = ""
        set_role(self, "box")

        self.combo = QComboBox()
        self.combo.setAccessibleName("Data set")
        self.combo.activated.connect(self._on_chosen)
        self.share = NumberField(SHARE, "Validation share")
        self.share.setFixedWidth(86)
        self.share.edited.connect(self._on_share)
        self.share.complained.connect(self._on_complaint)
        self._share_label = QLabel("Validation share")
        set_role(self._share_label, "secondary")
        self._note = QLabel()
        self._note.setWordWrap(True)
        set_role(self._note, "secondary")
        self._error = QLabel()
        self._error.setWordWrap(True)
        set_role(self._error, "error")
        self.download = QPushButton("Download")
        self.download.clicked.connect(self._on_download)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Download")
        self._progress_text = QLabel()
        set_role(self._progress_text, "secondary")
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(engine.cancel_fetch)
        self._lay_out()

        workspace.document_changed.connect(self.refresh)
        workspace.data_changed.connect(self._on_data)
        engine.data_refused.connect(self._on_refused)
        engine.fetch_progress.connect(self._on_fetch_progress)
        self.refresh()

    def _lay_out(self) -> None:
        self._fetch_row = QWidget()
        row = QHBoxLayout(self._fetch_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._progress, 1)
        row.addWidget(self._progress_text)
        row.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        label = QLabel("Data set")
        set_role(label, "secondary")
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.combo, 0, 1, 1, 2)
        grid.addWidget(self._share_label, 1, 0)
        grid.addWidget(self.share, 1, 2)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        for widget in (self._note, self._error, self.download, self._fetch_row):
            layout.addWidget(widget)

    @property
    def needs_attention(self) -> bool:
        """Whether there are no data to train with, so that this part should be seen."""
        return not self._settings.source or self._refused

    def choose(self, source: str) -> None:
        """Chooses a data set by its name, or `KIND:PATH`."""
        self._edit("Choose the data set", replace(self._settings, source=source))

    def choose_path(self, path: Path) -> None:
        """Chooses a file, or a folder with MNIST's files."""
        is_mnist = path.is_dir() or path.name == "mnist.npz" or "ubyte" in path.name
        self.choose(f"{'mnist' if is_mnist else 'npz'}:{path}")

    def refresh(self) -> None:
        """Shows the document's settings and what is known of the data."""
        settings = self._settings
        self._fill_combo(settings.source)
        self.share.set_value(settings.validation_fraction)
        description = self._workspace.description
        own_part = description is not None and not _is_split(settings.source)
        self.share.setVisible(not own_part)
        self._share_label.setVisible(not own_part)
        refused = self._refused
        fetching = self._fetching == settings
        can_fetch = refused and self._refusal is not None and self._refusal.can_fetch
        self._error.setVisible(bool(refused or self.share.complaint))
        self._error.setText(self.share.complaint or (self._workspace.data_message if refused else ""))
        self.download.setVisible(can_fetch and not fetching)
        self._fetch_row.setVisible(fetching)
        self._note.setVisible(not refused and not fetching)
        self._note.setText(self._note_text())
        summary = self._summary_text()
        if summary != self.summary:
            self.summary = summary
            self.summary_changed.emit()

    def set_busy(self, busy: bool) -> None:
        """Lets the choice rest while a run is under way."""
        self.combo.setEnabled(not busy)
        self.share.setEnabled(not busy)

    @property
    def _settings(self) -> DataSettings:
        return self._workspace.project.data

    @property
    def _refused(self) -> bool:
        return bool(self._settings.source and self._workspace.data_message)

    def _summary_text(self) -> str:
        description = self._workspace.description
        if not self._settings.source:
            return "Choose a data set"
        if description is not None and not self._refused:
            return (
                f"{description.title} · {grouped(description.training_examples)} + "
                f"{grouped(description.validation_examples)}"
            )
        return "No data" if self._refused else "Looking at the data…"

    def _note_text(self) -> str:
        description = self._workspace.description
        if not self._settings.source:
            return "Choose what the network learns from: a data set that comes with Lamina, or a file of yours."
        if description is None:
            return "Looking at the data…"
        return description.note or (
            f"{grouped(description.training_examples)} examples to learn from, "
            f"{grouped(description.validation_examples)} to validate with."
        )

    def _fill_combo(self, source: str) -> None:
        rows = [(entry.title, name, entry.help) for name, entry in DATASETS.items()]
        if source and source not in DATASETS:
            rows.insert(0, (_title_of(source), source, source))
        rows += [("Open a file…", _OPEN_FILE, ""), ("Open a folder with MNIST…", _OPEN_FOLDER, "")]
        if [self.combo.itemData(row) for row in range(self.combo.count())] != [key for _, key, _ in rows]:
            self.combo.clear()
            for row, (title, key, tip) in enumerate(rows):
                self.combo.addItem(title, key)
                self.combo.setItemData(row, tip, 3)  # Qt.ItemDataRole.ToolTipRole
            self.combo.insertSeparator(len(rows) - 2)
        self.combo.setPlaceholderText("Choose…")
        self.combo.setCurrentIndex(self.combo.findData(source) if source else -1)

    def _on_chosen(self, row: int) -> None:
        key = self.combo.itemData(row)
        if key == _OPEN_FILE:
            name, _ = QFileDialog.getOpenFileName(self, "Open data", "", "Data (*.npz *.gz *ubyte);;All files (*)")
            self._take_path(name)
        elif key == _OPEN_FOLDER:
            self._take_path(QFileDialog.getExistingDirectory(self, "Open a folder with MNIST's files"))
        elif isinstance(key, str):
            self.choose(key)

    def _take_path(self, name: str) -> None:
        if name:
            self.choose_path(Path(name))
        self.refresh()  # the box goes back to what is chosen

    def _on_share(self, value: float) -> None:
        self._edit("Set the validation share", replace(self._settings, validation_fraction=value), "validation share")

    def _on_complaint(self, _sentence: str) -> None:
        self.refresh()

    def _edit(self, label: str, data: DataSettings, merge_key: str | None = None) -> None:
        self._workspace.document.apply(label, replace(self._workspace.project, data=data), merge_key)

    def _on_data(self) -> None:
        if self._workspace.description is not None or not self._workspace.data_message:
            self._fetching = None
        self.refresh()

    def _on_refused(self, refusal: DataRefused) -> None:
        self._refusal = refusal
        self._fetching = None
        self.refresh()

    def _on_download(self) -> None:
        self._fetching = self._settings
        self._progress.setRange(0, 0)
        self._progress_text.setText("Connecting…")
        self._engine.fetch(self._settings)
        self.refresh()
        self.cancel.setFocus()

    def _on_fetch_progress(self, progress: FetchProgress) -> None:
        self._fetching = self._settings
        self._progress.setRange(0, max(progress.total // 1024, 0))
        self._progress.setValue(progress.done // 1024)
        total = f" of {size_text(progress.total)}" if progress.total else ""
        self._progress_text.setText(f"{size_text(progress.done)}{total}")
        self.refresh()


def _title_of(source: str) -> str:
    """A short title for data that are no built-in set: the file's name."""
    try:
        text = parse_source(source)
    except DataError:
        return source
    known = DATASETS.get(text.kind)
    place = text.path.name if text.path is not None else ""
    return " · ".join(part for part in (known.title if known else "", place) if part) or source


def _is_split(source: str) -> bool:
    """Whether the validation part is split off by us, as far as the source's name tells."""
    try:
        text = parse_source(source)
    except DataError:
        return True
    if text.kind == "mnist":
        return text.options.get("validation") == "split"
    return True
