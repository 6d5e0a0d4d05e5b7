"""Questions and messages in plain words. Every dialog that interrupts a person is made here."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QDateTime, Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from engine import VERSION
from engine.folders import home
from engine.recovery import Leftover


def _box(parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("Lamina")
    box.setText(f"<b>{text}</b>")
    box.setInformativeText(more)
    box.setIcon(QMessageBox.Icon.NoIcon)
    return box


def ask_to_save(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What to do with changes that would be lost."""
    box = _box(parent, f"Save the changes to “{name}”?", "Without saving they are lost.")
    save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Don't save", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save)
    box.exec()
    if box.clickedButton() is save:
        return "save"
    return "discard" if box.clickedButton() is discard else "cancel"


def ask_to_stop(parent: QWidget, what: str = "close") -> bool:
    """Whether to stop the training that is going on, so that the window can `what`, such as "close"."""
    box = _box(
        parent,
        "A training is going on.",
        "Stopped now, what it has learned is kept in its run and can be trained further.",
    )
    stop = box.addButton(f"Stop and {what}", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("Keep training", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is stop


def ask_which_network(parent: QWidget) -> Literal["trained", "canvas", "cancel"]:
    """Which network is meant when the canvas has changed since the training."""
    box = _box(
        parent,
        "The canvas has changed since the training.",
        "The trained network is the one that was on the canvas then. What is on it now has learned nothing yet.",
    )
    trained = box.addButton("Export the trained one", QMessageBox.ButtonRole.AcceptRole)
    canvas = box.addButton("Export this one, untrained", QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(trained)
    box.exec()
    if box.clickedButton() is trained:
        return "trained"
    return "canvas" if box.clickedButton() is canvas else "cancel"


def ask_to_recover(parent: QWidget, leftover: Leftover) -> Literal["recover", "discard", "later"]:
    """What to do with the work that a crash left behind."""
    when = QDateTime.fromSecsSinceEpoch(int(leftover.written)).toString("d MMMM, HH:mm")
    name = leftover.file.stem if leftover.file else leftover.project.title or "a project without a file"
    box = _box(
        parent,
        f"Lamina ended before “{name}” was saved.",
        f"A copy from {when} with {len(leftover.project.graph.blocks)} blocks is there.",
    )
    recover = box.addButton("Recover", QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(recover)
    box.exec()
    if box.clickedButton() is recover:
        return "recover"
    return "discard" if box.clickedButton() is discard else "later"


def show_about(parent: QWidget) -> None:
    """Says which version this is, what it is built from, and where its data are kept."""
    box = _box(
        parent,
        f"Lamina {VERSION}",
        "Draw a neural network, train it and watch it learn.<br><br>Networks are Keras models, trained on TensorFlow "
        f"or JAX. The window is Qt {qVersion()}.<br>MIT licence.<br><br>Settings, downloads and runs of unsaved "
        f"projects are in {home()}.",
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.exec()


def tell(parent: QWidget, text: str, more: str = "", details: str = "") -> None:
    """Says that something went wrong, what it means and what to do; `details` can be opened and copied."""
    box = _box(parent, text, more)
    if details:
        box.setDetailedText(details)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.exec()
