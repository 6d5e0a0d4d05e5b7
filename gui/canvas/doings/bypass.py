"""Bypassing what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.bypassing import are_bypassed, toggle_bypass

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def toggle(canvas: CanvasView) -> None:
    """Bypasses the selected blocks, or ends that."""
    toggle_bypass(canvas.workspace, canvas.workspace.selection)


def is_on(canvas: CanvasView) -> bool:
    """Whether all selected blocks are bypassed."""
    return are_bypassed(canvas.workspace, canvas.workspace.selection)
