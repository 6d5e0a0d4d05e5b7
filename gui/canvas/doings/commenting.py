"""Comments: writing and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.graph import Comment
from gui.canvas.geometry import on_grid

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def add(canvas: CanvasView) -> None:
    """Opens an empty comment at the pointer, or in the middle of the view; it is kept once something is written."""
    place = canvas.free_place() or canvas.camera.centre()
    canvas.overlays.write(Comment("", x=on_grid(place.x()), y=on_grid(place.y())))


def is_selected(canvas: CanvasView) -> bool:
    """Whether one comment is selected and nothing else."""
    return not canvas.workspace.selection and len(canvas.workspace.selected_comments) == 1


def edit(canvas: CanvasView) -> None:
    """Opens the selected comment's text."""
    for comment in canvas.workspace.selected_comments[-1:]:
        canvas.overlays.write(canvas.workspace.graph.comments[comment])
