"""Keys: the tables hold no key twice, a person can give other ones, and the overlay lists and changes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.edits import append_block
from gui.dialogs.key_rows import KeyRow
from gui.dialogs.keycaps import looks
from gui.dialogs.keys import KeysOverlay, split_evenly
from gui.engine import EngineClient
from gui.keys import FIXED, RESERVED, Keys, entries, normal, resolve
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.theme import prepare

PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with one block, whose engine is not started."""
    prepare(qapp, "light")
    made = MainWindow(Preferences(), EngineClient())
    made.resize(1400, 900)
    made.show()
    made.activateWindow()
    graph, _ = append_block(made.workspace.graph, "Dense")
    made.workspace.document.apply_graph("Add Dense", graph)
    made.canvas.setFocus()
    qtbot.waitUntil(made.canvas.hasFocus)
    yield made
    made.workspace.document.mark_saved(tmp_path / "kept.lamina", made.workspace.project)
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def overlay(window: MainWindow) -> KeysOverlay:
    """The overlay, opened by its key."""
    press(Qt.Key.Key_Question)
    found = window.findChild(KeysOverlay)
    assert isinstance(found, KeysOverlay)
    assert found.isVisible()
    return found


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """Presses a key wherever the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifiers)


def click(row: KeyRow) -> None:
    QTest.mouseClick(row.line, Qt.MouseButton.LeftButton, PLAIN, QPoint(20, 10))


def test_no_two_actions_have_the_same_key_at_first(qapp: QApplication) -> None:
    counted = Counter((key, place) for entry in entries() for key in entry.defaults for place in entry.places)
    assert [key for key, count in counted.items() if count > 1] == []
    assert {key for key, _ in counted}.isdisjoint(RESERVED)


def test_every_action_has_its_defaults_while_nothing_is_changed(qapp: QApplication) -> None:
    assert resolve({}) == {entry.id: entry.defaults for entry in entries()}


def test_what_was_changed_takes_the_key_from_a_default(qapp: QApplication) -> None:
    found = resolve({"canvas.fit_all": ("Ctrl+D",)})
    assert found["canvas.fit_all"] == ("Ctrl+D",)
    assert found["canvas.duplicate"] == ()


def test_what_is_no_key_is_left_out(qapp: QApplication) -> None:
    assert normal(("ctrl+shift+a", "Ctrl+Nonsense", "", "Ctrl+Shift+A", "?")) == ("Ctrl+Shift+A", "?")


def test_bad_and_unknown_kept_keys_are_ignored(qapp: QApplication) -> None:
    preferences = Preferences()
    for name, text in {
        "canvas.duplicate": "Ctrl+Nonsense",
        "canvas.no_such": "Ctrl+J",
        "canvas.fit_all": "Esc",
    }.items():
        preferences.set_text("keys", name, text)
    keys = Keys(preferences)
    assert keys.of("canvas.duplicate") == ("Ctrl+D",)
    assert keys.of("canvas.fit_all") == ()
    assert "canvas.no_such" not in [entry.id for entry in entries()]


def test_the_overlay_opens_by_its_key_and_closes_by_escape(window: MainWindow, overlay: KeysOverlay) -> None:
    assert overlay.search.hasFocus()
    press(Qt.Key.Key_Escape)
    assert not overlay.isVisible()
    assert window.canvas.hasFocus()


def test_a_click_beside_the_sheet_closes_it(overlay: KeysOverlay) -> None:
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, PLAIN, overlay.sheet.geometry().center())
    assert overlay.isVisible()
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, PLAIN, QPoint(4, 4))
    assert not overlay.isVisible()


def test_keys_do_nothing_behind_the_overlay(window: MainWindow, overlay: KeysOverlay) -> None:
    before = window.workspace.graph
    press(Qt.Key.Key_Z, CTRL)
    press(Qt.Key.Key_A, CTRL)
    assert window.workspace.graph is before
    assert window.workspace.selection == ()


def test_every_action_is_listed_with_its_keys(overlay: KeysOverlay) -> None:
    assert set(overlay.rows) == {entry.id for entry in entries()}
    assert overlay.rows["canvas.duplicate"].line.accessibleName() == "Duplicate: Ctrl+D"


def test_typing_searches_words_and_keys(overlay: KeysOverlay) -> None:
    QTest.keyClicks(overlay.search, "ctrl+m")
    assert [row.entry.text for row in overlay.rows.values() if row.isVisible()] == ["Bypass"]
    overlay.search.clear()
    QTest.keyClicks(overlay.search, "nothing like this")
    assert not any(row.isVisible() for row in overlay.rows.values())
    overlay.search.clear()
    assert all(row.isVisible() for row in overlay.rows.values())


def test_a_row_takes_the_keys_that_are_pressed_and_they_work_at_once(window: MainWindow, overlay: KeysOverlay) -> None:
    click(overlay.rows["canvas.duplicate"])
    press(Qt.Key.Key_J, CTRL)
    assert window.keys.of("canvas.duplicate") == ("Ctrl+J",)
    press(Qt.Key.Key_Escape)
    window.workspace.select(tuple(window.workspace.graph.blocks))
    press(Qt.Key.Key_D, CTRL)
    assert len(window.workspace.graph.blocks) == 1
    press(Qt.Key.Key_J, CTRL)
    assert len(window.workspace.graph.blocks) == 2
    assert Keys(Preferences()).of("canvas.duplicate") == ("Ctrl+J",)


def test_the_outline_has_the_same_keys(window: MainWindow) -> None:
    window.keys.give("canvas.rename", ("Ctrl+R",))
    assert [keys.toString() for keys in window.outline_panel.actions_by_name["rename"].shortcuts()] == ["Ctrl+R"]
    assert [keys.toString() for keys in window.outline_panel.actions_by_name["add"].shortcuts()] == ["A", "Ins"]


def test_a_shared_action_takes_a_key_from_the_outline_and_works_there(window: MainWindow) -> None:
    assert [entry.id for entry in window.keys.owners(("A",), "canvas.bypass")] == ["outline.add"]
    assert window.keys.owners(("A",), "canvas.fit_all") == []  # it is not in the outline
    window.keys.give("canvas.bypass", ("A",))
    actions = window.outline_panel.actions_by_name
    assert [keys.toString() for keys in actions["bypass"].shortcuts()] == ["A"]
    assert [keys.toString() for keys in actions["add"].shortcuts()] == ["Ins"]
    assert [entry.id for entry in window.keys.owners(("A",), "outline.add")] == ["canvas.bypass"]


def test_a_key_of_the_outline_is_changed_in_the_overlay(window: MainWindow, overlay: KeysOverlay) -> None:
    row = overlay.rows["outline.connect"]
    click(row)
    press(Qt.Key.Key_E)  # the canvas's, for what the outline has not
    actions = window.outline_panel.actions_by_name
    assert [keys.toString() for keys in actions["connect"].shortcuts()] == ["E"]
    assert window.keys.of("canvas.collapse") == ("E",)
    click(row)
    press(Qt.Key.Key_M, CTRL)
    assert row.sentence.text() == "“Bypass” has Ctrl+M. Give it to “Connect”?"


def test_every_fixed_key_is_told_once(qapp: QApplication) -> None:
    told = [(fixed.section, keys, fixed.shown) for fixed in FIXED for keys in fixed.keys]
    assert len(told) == len(set(told))


def test_a_taken_key_is_named_and_given_by_one_click(window: MainWindow, overlay: KeysOverlay) -> None:
    row = overlay.rows["canvas.fit_all"]
    click(row)
    press(Qt.Key.Key_D, CTRL)
    assert row.sentence.text() == "“Duplicate” has Ctrl+D. Give it to “Fit the network”?"
    assert window.keys.of("canvas.duplicate") == ("Ctrl+D",)
    QTest.mouseClick(row.take, Qt.MouseButton.LeftButton)
    assert window.keys.of("canvas.fit_all") == ("Ctrl+D",)
    assert window.keys.of("canvas.duplicate") == ()
    assert window.canvas.actions_by_name["duplicate"].shortcuts() == []


def test_escape_and_cancel_leave_the_keys_as_they_were(window: MainWindow, overlay: KeysOverlay) -> None:
    row = overlay.rows["canvas.fit_all"]
    click(row)
    press(Qt.Key.Key_D, CTRL)
    press(Qt.Key.Key_Escape)
    assert overlay.isVisible()
    assert not row.line.listening
    click(row)
    press(Qt.Key.Key_D, CTRL)
    QTest.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    assert window.keys.of("canvas.fit_all") == ("Home",)
    assert not window.keys.any_changed


def test_fixed_keys_are_refused_with_a_sentence(window: MainWindow, overlay: KeysOverlay) -> None:
    row = overlay.rows["canvas.fit_all"]
    click(row)
    press(Qt.Key.Key_Space)
    assert "Space has a fixed meaning" in row.sentence.text()
    press(Qt.Key.Key_Tab)
    assert "Tab leads from field to field" in row.sentence.text()
    assert row.line.listening
    assert window.keys.of("canvas.fit_all") == ("Home",)


def test_a_sign_needs_no_shift(window: MainWindow, overlay: KeysOverlay) -> None:
    click(overlay.rows["canvas.fit_all"])
    press(Qt.Key.Key_Exclam, SHIFT)
    assert window.keys.of("canvas.fit_all") == ("!",)


def test_keys_can_be_removed_and_reset_one_by_one_and_all(window: MainWindow, overlay: KeysOverlay) -> None:
    row = overlay.rows["canvas.duplicate"]
    click(row)
    QTest.mouseClick(row.none, Qt.MouseButton.LeftButton)
    assert window.keys.of("canvas.duplicate") == ()
    click(row)
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert window.keys.of("canvas.duplicate") == ("Ctrl+D",)
    window.keys.give("canvas.fit_all", ("Ctrl+D",))
    assert overlay.reset_all.isVisible()
    QTest.mouseClick(overlay.reset_all, Qt.MouseButton.LeftButton)
    assert not window.keys.any_changed
    assert window.keys.of("canvas.duplicate") == ("Ctrl+D",)
    assert Preferences().texts("keys") == {}
    assert not overlay.reset_all.isVisible()


def test_the_rows_can_be_walked_and_changed_without_a_mouse(window: MainWindow, overlay: KeysOverlay) -> None:
    QTest.keyClicks(overlay.search, "duplicate")
    press(Qt.Key.Key_Down)
    assert overlay.rows["canvas.duplicate"].line.hasFocus()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_J, CTRL)
    assert window.keys.of("canvas.duplicate") == ("Ctrl+J",)
    press(Qt.Key.Key_Up)
    assert overlay.search.hasFocus()
    for _ in range(20):
        press(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert overlay.isAncestorOf(focus)


def test_tips_name_the_keys_of_now(window: MainWindow) -> None:
    undo = window.actions_by_name["undo"]
    assert undo.toolTip() == "Undo add Dense (Ctrl+Z)"
    window.keys.give("window.undo", ("Ctrl+U",))
    assert undo.toolTip() == "Undo add Dense (Ctrl+U)"


@pytest.mark.parametrize(
    ("weights", "parts", "heaviest"), [([], 3, 0), ([5], 3, 5), ([3, 3, 3], 3, 3), ([9, 1, 1, 9], 2, 10)]
)
def test_sections_share_columns_evenly(weights: list[int], parts: int, heaviest: int) -> None:
    shared = split_evenly(weights, parts)
    assert max((sum(weights[part.start : part.stop]) for part in shared), default=0) == heaviest
    assert [index for part in shared for index in part] == list(range(len(weights)))


def test_keys_that_look_alike_are_shown_once() -> None:
    assert looks(("Alt+Return", "Alt+Enter")) == [("Alt", "Enter")]
    assert len(looks(("Del", "Backspace"))) == 2
