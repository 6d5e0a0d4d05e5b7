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


def edit(canvas: CanvasView) -> bool:
    """Opens the selected comment's text; says whether exactly one is selected."""
    workspace = canvas.workspace
    if workspace.selection or len(workspace.selected_comments) != 1:
        return False
    canvas.overlays.write(workspace.graph.comments[workspace.selected_comments[0]])
    return True
