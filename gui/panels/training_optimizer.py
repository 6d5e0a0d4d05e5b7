"""The part of the training panel where optimizer, hyperparameters and the run's length are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.catalogue.params import IntParam, ParamError
from engine.optimizers import OPTIMIZERS, OptimizerEntry, PresetName
from engine.settings import LIMITS, OptimizerSettings, TrainingSettings
from gui.icons import icon
from gui.panels.training_fields import Number, NumberField
from gui.panels.training_text import BACKENDS
from gui.theme import formula_font, set_role, themes
from gui.workspace import Workspace

COLUMNS = 4
FIELD_WIDTH = 86
NARROW_FIELD = 56

_WORDS: Mapping[str, tuple[str, str]] = {
    "epochs": ("Epochs", "How often training goes through all examples."),
    "batch_size": ("Batch size", "How many examples each step looks at."),
    "micro_batch_size": (
        "In pieces of",
        "Every step takes the whole training set, in pieces of so many examples. The size changes speed and memory, "
        "not the result.",
    ),
    "seed": ("Seed", "Where all chance starts: the same seed gives the same run."),
}

TRAINING_PARAMS: Mapping[str, IntParam] = {
    name: IntParam(name=_WORDS[name][0], minimum=low, maximum=high, help=_WORDS[name][1]) for name, low, high in LIMITS
}
"""The training settings as parameters, by their names."""

PRESETS: tuple[tuple[PresetName, str, str], ...] = (
    ("textbook", "Textbook", "The values and the form that this optimizer is usually taught with"),
    ("keras", "Keras", "The values and the form that Keras's optimizer has by itself"),
)


class OptimizerSection(QWidget):
    """Chips, formula, preset and the grid of numbers. Every choice is an edit of the document.

    `help_requested` carries an optimizer's name. `complaint` is the sentence about a field whose text makes no sense.
    """

    help_requested = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._busy = False
        self._remembered: dict[str, OptimizerSettings] = {}
        self._shown: OptimizerEntry | None = None
        self.hyperparameters: dict[str, NumberField] = {}
        self._labels: list[QLabel] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(self._make_chips())
        layout.addWidget(self._make_formula_box())
        layout.addLayout(self._make_presets())
        self._grid = _number_grid()
        layout.addLayout(self._grid)
        self._pieces = QLabel("The pieces' size changes speed and memory, not the result.")
        self._pieces.setWordWrap(True)
        set_role(self._pieces, "muted")
        self._pieces.setContentsMargins(8, 0, 0, 0)
        self._grid.addWidget(self._pieces, 2, 2, 1, 2)  # where this optimizer has no settings
        self._more_box = QWidget()
        self._more_grid = _number_grid()
        self._more_box.setLayout(self._more_grid)
        self._more_box.hide()
        layout.addWidget(self._more_box)
        self._complaint = QLabel()
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        set_role(self._complaint, "error")
        layout.addWidget(self._complaint)
        self._make_numbers()
        workspace.document_changed.connect(self.refresh)
        themes().changed.connect(self._apply_theme)
        self.refresh()

    # --- parts

    def _make_chips(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        self._chip_group = QButtonGroup(self)
        self.chips: dict[str, QPushButton] = {}
        for place, entry in enumerate(OPTIMIZERS.values()):
            chip = QPushButton(entry.short)
            chip.setCheckable(True)
            chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            chip.setToolTip(f"<b>{entry.title}</b><br>{entry.traits}")
            chip.setAccessibleName(entry.title)
            chip.setAccessibleDescription(entry.traits)
            chip.setProperty("optimizer", entry.name)
            set_role(chip, "chip")
            self._chip_group.addButton(chip)
            grid.addWidget(chip, place // COLUMNS, place % COLUMNS)
            grid.setColumnStretch(place % COLUMNS, 1)
            self.chips[entry.name] = chip
        self._chip_group.buttonToggled.connect(self._on_chip)
        return grid

    def _make_formula_box(self) -> QFrame:
        box = QFrame()
        set_role(box, "box")
        self._formula = QLabel()
        self._formula.setTextFormat(Qt.TextFormat.RichText)
        self._formula.setFont(formula_font(16))
        self._formula.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._formula.setMinimumHeight(48)  # the longest has two lines; the box must not jump from chip to chip
        self._traits = QLabel()
        self._traits.setWordWrap(True)
        self._traits.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._traits.setMinimumHeight(32)
        set_role(self._traits, "secondary")
        self.help_button = QToolButton()
        self.help_button.setAutoRaise(True)
        self.help_button.setToolTip("More about this optimizer (F1)")
        self.help_button.setAccessibleName("Help for the optimizer")
        self.help_button.clicked.connect(self._ask_for_help)
        layout = QGridLayout(box)
        layout.setContentsMargins(12, 8, 6, 10)
        layout.setSpacing(2)
        layout.addWidget(self._formula, 0, 0, 1, 2)
        layout.addWidget(self._traits, 1, 0)
        layout.addWidget(self.help_button, 1, 1, Qt.AlignmentFlag.AlignTop)
        layout.setColumnStretch(0, 1)
        return box

    def _make_presets(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        label = QLabel("Preset")
        set_role(label, "secondary")
        row.addWidget(label)
        row.addSpacing(10)
        self._preset_group = QButtonGroup(self)
        self.presets: dict[str, QPushButton] = {}
        for name, title, tip in PRESETS:
            button = QPushButton(title)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setProperty("preset", name)
            set_role(button, "tab")
            self._preset_group.addButton(button)
            row.addWidget(button)
            self.presets[name] = button
        self._preset_group.buttonToggled.connect(self._on_preset)
        row.addStretch(1)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Back to the preset's values")
        self.reset.clicked.connect(self._on_reset)
        set_role(self.reset, "plain")
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        row.addWidget(self.reset)
        self.more = QToolButton()
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.more.setIconSize(QSize(12, 12))
        self.more.setToolTip("Settings that are seldom needed")
        self.more.toggled.connect(self._on_more)
        row.addWidget(self.more)
        return row

    def _make_numbers(self) -> None:
        self.training: dict[str, NumberField] = {}
        for name, param in TRAINING_PARAMS.items():
            field = self._field(name, param)
            field.edited.connect(self._on_training_number)
            self.training[name] = field
        self.one_example = QLabel("1 example", self)
        self.one_example.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.one_example.setMinimumWidth(NARROW_FIELD)
        self.one_example.setMaximumWidth(FIELD_WIDTH)
        self.one_example.setMinimumHeight(30)
        self.one_example.setContentsMargins(0, 0, 8, 0)
        self.one_example.setToolTip("Stochastic gradient descent takes a step after every single example.")
        set_role(self.one_example, "secondary")
        self.backend = QComboBox(self)
        self.backend.setAccessibleName("Backend")
        self.backend.setToolTip("Which library computes")
        for name, title in BACKENDS.items():
            self.backend.addItem(title, name)
        self.backend.activated.connect(self._on_backend)

    def _field(self, name: str, param: Number) -> NumberField:
        field = NumberField(param, param.name if name in TRAINING_PARAMS else name.replace("_", " "), self)
        field.setMinimumWidth(NARROW_FIELD)
        field.setMaximumWidth(FIELD_WIDTH)
        field.setProperty("setting", name)
        field.complained.connect(self._on_complaint)
        return field

    # --- showing

    @property
    def _entry(self) -> OptimizerEntry:
        return self._workspace.project.optimizer.entry

    @property
    def complaint(self) -> str:
        """The first sentence about a field whose text makes no sense; "" when all do."""
        fields = (*self.hyperparameters.values(), *self.training.values())
        return next((field.complaint for field in fields if field.complaint), "")

    def refresh(self) -> None:
        """Shows the document's settings."""
        settings, training = self._workspace.project.optimizer, self._workspace.project.training
        entry = settings.entry
        if entry is not self._shown:
            self._shown = entry
            self._traits.setText(entry.traits)
            self._fill_grids(entry)
        self._formula.setText(entry.formula_of(settings.preset))
        self._remembered[entry.name] = settings
        _check(self._chip_group, self.chips[entry.name])
        _check(self._preset_group, self.presets[settings.preset])
        for name, value in _shown_values(settings).items():
            self.hyperparameters[name].set_value(value)
        for name, field in self.training.items():
            field.set_value(getattr(training, name))
        self.reset.setVisible(bool(settings.values))
        self.backend.setCurrentIndex(self.backend.findData(training.backend))
        self._apply_busy()
        self._apply_theme()

    def set_busy(self, busy: bool) -> None:
        """While a run is under way only the learning rate can be changed: it applies at once."""
        self._busy = busy
        self._apply_busy()

    def _apply_busy(self) -> None:
        buttons = (*self.chips.values(), *self.presets.values(), self.reset, self.backend)
        for widget in (*buttons, *self.training.values(), *self.hyperparameters.values()):
            widget.setEnabled(not self._busy)
        rate = self.hyperparameters.get("learning_rate")
        if rate is not None:
            rate.setEnabled(True)

    def _apply_theme(self) -> None:
        self.help_button.setIcon(icon("help", "muted"))
        self.more.setIcon(icon("chevron-down" if self.more.isChecked() else "chevron-right", "muted"))

    def _fill_grids(self, entry: OptimizerEntry) -> None:
        """Lays the numbers out for an optimizer: learning rate, epochs and batch at the left, the rest at the right."""
        for field in self.hyperparameters.values():
            field.hide()
            field.deleteLater()
        for label in self._labels:
            label.hide()
            label.deleteLater()
        self._labels = []
        self.hyperparameters = {}
        for param in entry.hyperparameters:
            field = self._field(param.name, param)
            field.edited.connect(self._on_hyperparameter)
            self.hyperparameters[param.name] = field
        batch = {
            "one": self.one_example,
            "mini": self.training["batch_size"],
            "full": self.training["micro_batch_size"],
        }
        batch_label = _WORDS["micro_batch_size" if entry.regime == "full" else "batch_size"][0]
        plain = [param for param in entry.hyperparameters if not param.advanced and param.name != "learning_rate"]
        left: list[tuple[str, QWidget]] = [
            (entry.rate_title, self.hyperparameters["learning_rate"]),
            (_WORDS["epochs"][0], self.training["epochs"]),
            (batch_label, batch[entry.regime]),
        ]
        right: list[tuple[str, QWidget]] = [
            (_label(entry, param.name), self.hyperparameters[param.name]) for param in plain
        ]
        right.append((_WORDS["seed"][0], self.training["seed"]))
        self._fill(self._grid, left, right)
        self._pieces.setVisible(entry.regime == "full")
        for regime, widget in batch.items():
            widget.setVisible(regime == entry.regime)
        advanced = [param for param in entry.hyperparameters if param.advanced]
        cells: list[tuple[str, QWidget]] = [
            (_label(entry, param.name), self.hyperparameters[param.name]) for param in advanced
        ]
        self._fill(self._more_grid, cells[::2], cells[1::2])
        row = (len(cells) + 1) // 2
        self._more_grid.addWidget(self._made_label("Backend"), row, 0)
        self._more_grid.addWidget(self.backend, row, 1, 1, 3)
        self._order_tabs(left, right, cells)

    def _fill(self, grid: QGridLayout, left: list[tuple[str, QWidget]], right: list[tuple[str, QWidget]]) -> None:
        for column, cells in ((0, left), (2, right)):
            for row, (text, widget) in enumerate(cells):
                label = self._made_label(text)
                label.setContentsMargins(8 if column else 0, 0, 0, 0)
                label.setToolTip(widget.toolTip())
                if isinstance(widget, NumberField):
                    label.setBuddy(widget)
                grid.addWidget(label, row, column)
                grid.addWidget(widget, row, column + 1)

    def _made_label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        set_role(label, "secondary")
        self._labels.append(label)
        return label

    def _order_tabs(self, *columns: list[tuple[str, QWidget]]) -> None:
        before: QWidget = self.more
        for _, widget in (cell for column in columns for cell in column):
            QWidget.setTabOrder(before, widget)
            before = widget

    # --- editing

    def choose(self, name: str) -> None:
        """Chooses an optimizer, with the numbers that it had when it was chosen last."""
        before = self._workspace.project.optimizer
        chosen = self._remembered.get(name, OptimizerSettings(name, before.preset))
        self._apply(f"Choose {OPTIMIZERS[name].title}", chosen)

    def _on_chip(self, chip: QPushButton, on: bool) -> None:
        if on and chip.property("optimizer") != self._entry.name:
            self.choose(chip.property("optimizer"))

    def _on_preset(self, button: QPushButton, on: bool) -> None:
        settings = self._workspace.project.optimizer
        preset = button.property("preset")
        if on and preset != settings.preset:
            label = f"Choose the {button.text()} preset"
            self._apply(label, OptimizerSettings(settings.name, preset))

    def _on_reset(self) -> None:
        settings = self._workspace.project.optimizer
        self._apply("Reset the optimizer's numbers", replace(settings, values={}))

    def _on_hyperparameter(self, value: float) -> None:
        name = str(self.sender().property("setting"))
        settings = self._workspace.project.optimizer
        values = {key: kept for key, kept in settings.values.items() if key != name}
        if settings.entry.preset(settings.preset).values[name] != value:
            values[name] = value
        self._apply(f"Set {name.replace('_', ' ')}", replace(settings, values=values), f"{settings.name}.{name}")

    def _on_training_number(self, value: int) -> None:
        name = str(self.sender().property("setting"))
        changed: dict[str, Any] = {name: value}
        training = replace(self._workspace.project.training, **changed)
        self._apply_training(f"Set {_WORDS[name][0].lower()}", training, f"training.{name}")

    def _on_backend(self, row: int) -> None:
        training = replace(self._workspace.project.training, backend=self.backend.itemData(row))
        self._apply_training("Choose the backend", training)

    def _apply(self, label: str, settings: OptimizerSettings, merge_key: str | None = None) -> None:
        self._workspace.document.apply(label, replace(self._workspace.project, optimizer=settings), merge_key)

    def _apply_training(self, label: str, settings: TrainingSettings, merge_key: str | None = None) -> None:
        self._workspace.document.apply(label, replace(self._workspace.project, training=settings), merge_key)

    def _on_complaint(self, _sentence: str) -> None:
        self._complaint.setText(self.complaint)
        self._complaint.setVisible(bool(self.complaint))

    def _on_more(self, on: bool) -> None:
        self._more_box.setVisible(on)
        self._apply_theme()

    def _ask_for_help(self) -> None:
        self.help_requested.emit(self._entry.name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._formula.setFont(formula_font(16))


def _number_grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(2, 1)
    grid.setColumnMinimumWidth(0, 96)
    grid.setColumnMinimumWidth(2, 44)
    return grid


def _label(entry: OptimizerEntry, name: str) -> str:
    """How a hyperparameter is called in the grid: its symbol in the formula, if it has one."""
    return entry.symbols.get(name) or name.replace("_", " ")


def _shown_values(settings: OptimizerSettings) -> dict[str, float]:
    """The numbers to show; a project's file may hold some that are out of range, which the preset's then replace."""
    try:
        return settings.entry.values(settings.preset, settings.values)
    except ParamError:
        return settings.entry.values(settings.preset, {})


def _check(group: QButtonGroup, button: QPushButton) -> None:
    if not button.isChecked():
        group.blockSignals(True)
        button.setChecked(True)
        group.blockSignals(False)
