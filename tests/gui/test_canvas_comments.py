"""Comments on the canvas, worked with mouse and keys: written, changed, moved, resized, copied, deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.graph import Comment
from gui.canvas.note_editor import NoteEditor
from tests.gui.canvas_help import SHIFT, Stage, chain

CTRL = Qt.KeyboardModifier.ControlModifier
TEXT = "Why a skip connection? The gradient finds a short way back."


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """Input `a`, Dense `b` and Output `c`, and a comment `n` beside them."""
    made = Stage(qtbot, chain("a", "b", "c").with_comment(Comment("n", TEXT, 240, 40)))
    yield made
    made.canvas.cancel_gesture()


def editor(stage: Stage) -> NoteEditor:
    found = stage.canvas.overlays.editor
    assert isinstance(found, NoteEditor)
    return found


def note(stage: Stage) -> Comment:
    return stage.graph.comments["n"]


def test_c_writes_a_comment_at_the_pointer_in_one_step(stage: Stage) -> None:
    stage.click(260, 320)
    stage.key(Qt.Key.Key_C)
    QTest.keyClicks(editor(stage), "Two lines")
    QTest.keyClick(editor(stage), Qt.Key.Key_Return)
    QTest.keyClicks(editor(stage), "of text")
    assert len(stage.graph.comments) == 1
    QTest.keyClick(editor(stage), Qt.Key.Key_Return, CTRL)
    made = next(comment for key, comment in stage.graph.comments.items() if key != "n")
    assert (made.text, made.x, made.y) == ("Two lines\nof text", 260, 320)
    assert stage.workspace.selected_comments == (made.id,)
    stage.check()
    stage.workspace.document.undo()
    assert set(stage.graph.comments) == {"n"}
    stage.check()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_new_comment_without_text_is_none(stage: Stage, key: Qt.Key) -> None:
    before = stage.graph
    stage.canvas.actions_by_name["comment"].trigger()
    QTest.keyClick(editor(stage), key, CTRL if key == Qt.Key.Key_Return else Qt.KeyboardModifier.NoModifier)
    assert stage.canvas.overlays.editor is None
    assert stage.graph is before
    stage.check()


def test_a_double_click_edits_a_comment_and_a_click_elsewhere_keeps_the_text(stage: Stage) -> None:
    stage.double_click(300, 80)
    QTest.keyClicks(editor(stage), "Other words")
    stage.click(-300, 300)
    assert stage.canvas.overlays.editor is None
    assert note(stage).text == "Other words"
    stage.check()


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_f2_and_enter_edit_the_selected_comment_and_esc_leaves_it(stage: Stage, key: Qt.Key) -> None:
    before = stage.graph
    stage.click(300, 80)
    assert stage.workspace.selected_comments == ("n",)
    stage.key(key)
    QTest.keyClicks(editor(stage), "Other words")
    QTest.keyClick(editor(stage), Qt.Key.Key_Escape)
    assert stage.graph is before
    stage.check()


def test_a_comment_whose_text_is_cleared_goes(stage: Stage) -> None:
    stage.double_click(300, 80)
    QTest.keyClick(editor(stage), Qt.Key.Key_A, CTRL)
    QTest.keyClick(editor(stage), Qt.Key.Key_Delete)
    QTest.keyClick(editor(stage), Qt.Key.Key_Return, CTRL)
    assert not stage.graph.comments
    stage.check()


def test_the_editor_goes_with_its_comment(stage: Stage) -> None:
    stage.double_click(300, 80)
    stage.workspace.document.apply_graph("", stage.graph.without_comments(("n",)))
    assert stage.canvas.overlays.editor is None
    stage.check()


def test_a_comment_is_dragged_and_esc_puts_it_back(stage: Stage) -> None:
    stage.drag((300, 80), (360, 200))
    assert (note(stage).x, note(stage).y) == (300, 160)
    stage.check()
    stage.press(360, 200)
    stage.move(0, 0)
    stage.key(Qt.Key.Key_Escape)
    stage.release(0, 0)
    assert (note(stage).x, note(stage).y) == (300, 160)
    stage.check()


def test_comments_and_blocks_move_together_in_one_step(stage: Stage) -> None:
    stage.workspace.select(("b",), ("n",))
    stage.drag((-100, 88), (-60, 128))
    assert (stage.graph.blocks["b"].x, stage.graph.blocks["b"].y) == (40, 128)
    assert (note(stage).x, note(stage).y) == (280, 80)
    assert stage.workspace.selected_comments == ("n",)
    stage.check()
    stage.workspace.document.undo()
    assert (note(stage).x, note(stage).y) == (240, 40)
    stage.check()


def test_arrow_keys_move_a_comment(stage: Stage) -> None:
    stage.click(300, 80)
    stage.key(Qt.Key.Key_Down)
    assert note(stage).y == 44
    stage.check()


def test_a_box_selects_comments_too_and_shift_adds(stage: Stage) -> None:
    stage.drag((-200, -60), (500, 300))
    assert stage.selected == ["a", "b", "c"]
    assert stage.workspace.selected_comments == ("n",)
    stage.check()
    stage.click(300, 80, SHIFT)
    assert not stage.workspace.selected_comments
    assert stage.selected == ["a", "b", "c"]
    stage.check()


def test_the_lower_right_corner_resizes(stage: Stage) -> None:
    stage.drag((475, 131), (535, 171))
    assert (note(stage).width, note(stage).height) == (300, 136)
    stage.check()
    stage.workspace.document.undo()
    assert (note(stage).width, note(stage).height) == (240, 96)
    stage.check()


def test_a_comment_is_not_made_smaller_than_can_be_taken_hold_of(stage: Stage) -> None:
    stage.drag((475, 131), (100, -200))
    assert (note(stage).width, note(stage).height) == (96, 48)
    stage.check()


def test_esc_while_resizing_leaves_no_trace(stage: Stage) -> None:
    before = stage.graph
    stage.press(475, 131)
    stage.move(600, 300)
    stage.key(Qt.Key.Key_Escape)
    stage.release(600, 300)
    assert stage.graph is before
    stage.check()


def test_undo_while_resizing_only_ends_the_gesture(stage: Stage) -> None:
    before = stage.graph
    stage.press(475, 131)
    stage.move(600, 300)
    assert stage.canvas.cancel_gesture()
    stage.release(600, 300)
    assert stage.graph is before
    stage.check()


def test_delete_copy_paste_and_duplicate_work_on_comments(stage: Stage) -> None:
    stage.click(300, 80)
    stage.key(Qt.Key.Key_D, CTRL)
    assert [comment.text for comment in stage.graph.comments.values()] == [TEXT, TEXT]
    stage.key(Qt.Key.Key_C, CTRL)
    stage.key(Qt.Key.Key_V, CTRL)
    assert len(stage.graph.comments) == 3
    stage.check()
    stage.key(Qt.Key.Key_Delete)
    assert len(stage.graph.comments) == 2
    stage.check()
    QApplication.clipboard().clear()


def test_the_context_menu_of_a_comment_edits_it(stage: Stage) -> None:
    menu = stage.canvas.menu_at(QPointF(stage.at(300, 80)))
    assert stage.workspace.selected_comments == ("n",)
    next(action for action in menu.actions() if action.text() == "Edit comment").trigger()
    assert editor(stage).toPlainText() == TEXT
    QTest.keyClick(editor(stage), Qt.Key.Key_Escape)


def test_long_text_is_wrapped_and_elided_within_the_paper(stage: Stage) -> None:
    long = "Many words that do not fit. " * 40
    stage.workspace.document.apply_graph("", stage.graph.with_comment(Comment("n", long, 240, 40)))
    item = stage.canvas.items_scene.notes.items["n"]
    assert 2 <= len(item.lines) <= 4
    assert item.lines[-1].endswith("…")
    assert "".join(item.lines[:-1]).replace(" ", "") in long.replace(" ", "")


def test_a_comment_alone_hides_the_invitation_of_the_empty_canvas(stage: Stage) -> None:
    stage.workspace.document.apply_graph("", stage.graph.without_blocks(("a", "b", "c")))
    assert not stage.canvas.overlays.hint.isVisible()


def test_a_comment_that_is_being_written_stays_when_another_is_begun(stage: Stage) -> None:
    comment = stage.canvas.actions_by_name["comment"]
    comment.trigger()
    editor = stage.canvas.overlays.editor
    assert editor is not None
    QTest.keyClicks(editor, "First")
    comment.trigger()  # from the menu, which takes no focus away
    assert [one.text for one in stage.graph.comments.values()][-1] == "First"
    assert stage.canvas.overlays.editor not in (None, editor)
