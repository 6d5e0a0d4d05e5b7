"""Copying, deleting, renaming: what changes the network, and selecting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from gui import grouping
from gui.canvas import commands
from gui.canvas.clipboard import put_on_clipboard, text_on_clipboard
from gui.canvas.doings import commenting

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def delete(canvas: CanvasView) -> None:
    """Deletes what is selected."""
    commands.delete_selection(canvas.workspace)


def duplicate(canvas: CanvasView) -> None:
    """Duplicates what is selected."""
    commands.duplicate_selection(canvas.workspace)


def copy(canvas: CanvasView) -> None:
    """Puts what is selected on the clipboard, as text."""
    text = commands.selection_text(canvas.workspace)
    if text:
        put_on_clipboard(text)
        canvas.pastes = 0


def cut(canvas: CanvasView) -> None:
    """Copies what is selected and deletes it."""
    copy(canvas)
    commands.delete_selection(canvas.workspace, "Cut")


def paste(canvas: CanvasView) -> None:
    """Adds what is on the clipboard at the pointer or, where it is not on free ground, beside where it was."""
    text = text_on_clipboard()
    if commands.paste_text(canvas.workspace, text, canvas.free_place(), canvas.pastes + 1):
        canvas.pastes += 1
        canvas.camera.show_area(canvas.items_scene.network_area(canvas.workspace.selection))


def disconnect(canvas: CanvasView) -> None:
    """Removes the links at the selected blocks."""
    commands.disconnect_selection(canvas.workspace)


def select_all(canvas: CanvasView) -> None:
    """Selects all blocks and comments."""
    graph = canvas.workspace.graph
    canvas.workspace.select(graph.blocks, graph.comments)


def rename(canvas: CanvasView) -> None:
    """Opens the editor over the name of the selected block or group, or over the selected comment's text."""
    group = grouping.selected_group(canvas.workspace)
    if group:
        canvas.rename_group(group)
    elif commenting.is_selected(canvas):
        commenting.edit(canvas)
    else:
        for block in canvas.workspace.selection[-1:]:
            _rename_block(canvas, block)


def _rename_block(canvas: CanvasView, block: str) -> None:
    """Opens the editor over a block's name, or says why there is none to be seen."""
    graph = canvas.workspace.graph
    inside = graph.groups.get(graph.blocks[block].group)
    if inside is None or not inside.collapsed:
        canvas.rename(block)
        return
    key = canvas.actions_by_name["collapse"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    how = f"Open it with {key} first." if key else "Open it first."
    canvas.workspace.message_posted.emit(
        f"'{graph.blocks[block].name}' is inside the collapsed group '{inside.name}'. {how}"
    )
