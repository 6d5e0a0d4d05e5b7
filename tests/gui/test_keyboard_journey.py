"""The whole way of a person without a mouse: a network is drawn, mended, named, grouped and trained by keys alone.

Every key goes to the widget that has the cursor, as a keyboard's would.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.gallery import GalleryDialog
from gui.engine import EngineState
from gui.panels.outline.rows import Row
from tests.gui.test_journey import Person, person

__all__ = ["person"]  # the fixture, which pytest finds by its name in this file

PLAIN, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


class Keyboard:
    """Ten fingers for one window."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.qtbot = person.qtbot
        self.window = person.window
        self.workspace = person.window.workspace
        self.outline = person.window.outline_panel

    def focus(self) -> QWidget:
        """The widget that has the cursor."""
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus(), key, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)

    def enter(self, text: str) -> None:
        """Types a text and presses Enter."""
        self.type(text)
        self.press(Key.Key_Return)

    def tab_to(self, accessible_name: str) -> None:
        """Presses Tab until the cursor is at what is called so."""
        for _ in range(80):
            if self.focus().accessibleName() == accessible_name:
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab leads to no {accessible_name!r}")

    def pane(self, name: str) -> None:
        """Presses F6 until the cursor is in a pane."""
        for _ in range(8):
            if self.window.panes.current() == name:
                return
            self.press(Key.Key_F6)
        raise AssertionError(f"F6 does not lead to {name!r}")

    def row(self) -> Row:
        """The outline's current row."""
        row = self.outline.tree.current_row
        assert row is not None
        return row

    def go_to(self, name: str) -> None:
        """Walks through the outline to the block of a name, from the top."""
        self.press(Key.Key_Home)
        for _ in range(40):
            row = self.row()
            if row.kind == "block" and self.workspace.graph.blocks[row.id].name == name:
                return
            self.press(Key.Key_Down)
        raise AssertionError(f"no row is called {name!r}")

    def types(self) -> list[str]:
        """The types of the blocks in the order of the outline."""
        order = self.outline.model.outline.order
        return [self.workspace.graph.blocks[block].type for block in order]


@pytest.fixture
def keyboard(person: Person) -> Keyboard:
    return Keyboard(person)


@pytest.mark.timeout(300)
def test_everything_without_a_mouse(keyboard: Keyboard, qtbot: QtBot) -> None:
    begin_empty(keyboard, qtbot)
    choose_the_digits(keyboard, qtbot)
    draw_in_the_outline(keyboard, qtbot)
    follow_problems(keyboard, qtbot)
    name_group_bypass_and_undo(keyboard, qtbot)
    train(keyboard, qtbot)


def begin_empty(keyboard: Keyboard, qtbot: QtBot) -> None:
    """The gallery comes by itself; the way to an empty network is there by Tab."""
    window = keyboard.window
    window.start(None)
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(GalleryDialog)))
    dialog: QDialog = window.findChildren(GalleryDialog)[0]
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and dialog.isAncestorOf(keyboard.focus()))
    empty = window.findChildren(GalleryDialog)[0].empty
    for _ in range(20):
        if keyboard.focus() is empty:
            break
        keyboard.press(Key.Key_Tab)
    keyboard.press(Key.Key_Space)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)


def choose_the_digits(keyboard: Keyboard, qtbot: QtBot) -> None:
    """F6 leads to the training panel, Tab to the data."""
    panel = keyboard.window.training_panel
    keyboard.pane("training")
    if not panel.data.isVisible():
        for _ in range(60):
            if keyboard.focus() is panel.data_button:
                break
            keyboard.press(Key.Key_Backtab, SHIFT)
        keyboard.press(Key.Key_Space)
    for _ in range(60):
        if keyboard.focus() is panel.data.combo:
            break
        keyboard.press(Key.Key_Tab)
    keyboard.enter("Digits")
    qtbot.waitUntil(lambda: keyboard.workspace.description is not None, timeout=60_000)


def draw_in_the_outline(keyboard: Keyboard, qtbot: QtBot) -> None:
    """Blocks are added one after the other; each goes after the current one."""
    keyboard.pane("outline")
    for name in ("Input", "Conv2D", "Dense", "Output"):
        keyboard.press(Key.Key_A)
        keyboard.enter(name)
        qtbot.waitUntil(lambda: keyboard.focus() is keyboard.outline.tree)
    assert keyboard.types() == ["Input", "Conv2D", "Dense", "Output"]
    assert len(keyboard.workspace.graph.links) == 3
    keyboard.person.look("drawn")
    keyboard.go_to("Output")
    keyboard.press(Key.Key_Right)
    while keyboard.row().kind != "input":
        keyboard.press(Key.Key_Down)
    keyboard.press(Key.Key_Delete)
    assert len(keyboard.workspace.graph.links) == 2
    keyboard.go_to("Dense")
    keyboard.press(Key.Key_C)
    keyboard.enter("Output")
    assert len(keyboard.workspace.graph.links) == 3


def follow_problems(keyboard: Keyboard, qtbot: QtBot) -> None:
    """F8 leads to the problem and its fixes; Enter does one. What is left is set by hand."""
    workspace = keyboard.workspace
    qtbot.waitUntil(lambda: workspace.analysis.complete and bool(workspace.analysis.problems), timeout=60_000)
    for _ in range(6):
        qtbot.waitUntil(lambda: workspace.analysis.complete, timeout=60_000)
        fixable = [problem for problem in workspace.analysis.problems if problem.fixes]
        if not fixable:
            break
        while keyboard.row().problem not in fixable:
            keyboard.press(Key.Key_F8)
        before, problem = workspace.graph, keyboard.row().problem
        keyboard.press(Key.Key_Right)
        keyboard.press(Key.Key_Down)
        assert keyboard.row().fix is not None
        keyboard.person.look("fix")
        keyboard.press(Key.Key_Return)
        assert workspace.graph is not before
        qtbot.waitUntil(lambda problem=problem: problem not in workspace.analysis.problems, timeout=60_000)  # type: ignore[misc]
    assert "Flatten" in keyboard.types() or any("Pooling" in kind for kind in keyboard.types())
    qtbot.waitUntil(lambda: workspace.analysis.complete and not workspace.analysis.errors, timeout=60_000)
    keyboard.person.look("mended")


def name_group_bypass_and_undo(keyboard: Keyboard, qtbot: QtBot) -> None:
    """Names, groups, bypasses; sets the filters; takes the bypass back."""
    workspace = keyboard.workspace
    keyboard.go_to("Conv2D")
    block = keyboard.row().id
    keyboard.press(Key.Key_F2)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    keyboard.enter("features")
    qtbot.waitUntil(lambda: workspace.graph.blocks[block].name == "features")
    qtbot.waitUntil(lambda: keyboard.focus() is keyboard.outline.tree)

    keyboard.press(Key.Key_F4)
    assert keyboard.window.panes.current() == "properties"
    for _ in range(20):
        if isinstance(keyboard.focus(), QLineEdit) and "filters" in keyboard.focus().accessibleName():
            break
        keyboard.press(Key.Key_Tab)
    keyboard.press(Key.Key_A, CONTROL)
    keyboard.enter("8")
    assert workspace.graph.blocks[block].parameters["filters"] == 8
    keyboard.press(Key.Key_Escape)
    assert keyboard.window.panes.current() == "outline"

    keyboard.go_to("features")
    keyboard.press(Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    keyboard.enter("Encoder")
    qtbot.waitUntil(lambda: [group.name for group in workspace.graph.groups.values()] == ["Encoder"])
    qtbot.waitUntil(lambda: keyboard.focus() is keyboard.outline.tree)

    keyboard.press(Key.Key_Home)
    keyboard.go_to("features")
    keyboard.press(Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: workspace.graph.blocks[block].bypassed, timeout=30_000)
    keyboard.press(Key.Key_Z, CONTROL)
    assert not workspace.graph.blocks[block].bypassed
    keyboard.person.look("named")


def train(keyboard: Keyboard, qtbot: QtBot) -> None:
    """Two epochs, begun by Ctrl+Return; the end is there to be seen and announced."""
    window = keyboard.window
    said: list[str] = []
    window.announcer.announced.connect(said.append)
    keyboard.pane("training")
    for _ in range(80):
        if isinstance(keyboard.focus(), QLineEdit) and keyboard.focus().accessibleName().lower() == "epochs":
            break
        keyboard.press(Key.Key_Tab)
    keyboard.press(Key.Key_A, CONTROL)
    keyboard.enter("2")
    assert window.workspace.project.training.epochs == 2
    qtbot.waitUntil(lambda: window.engine.state is EngineState.IDLE, timeout=120_000)
    keyboard.press(Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: window.engine.is_running, timeout=30_000)
    qtbot.waitUntil(lambda: not window.engine.is_running, timeout=180_000)
    panel = window.training_panel
    assert panel.history is not None
    assert len(panel.history.epoch_numbers) == 2
    assert any("epoch" in sentence.lower() or "trained" in sentence.lower() for sentence in said), said
    keyboard.person.look("trained")
