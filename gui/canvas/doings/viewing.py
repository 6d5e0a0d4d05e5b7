"""Zooming, framing, help: what changes only what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def help_for_selection(canvas: CanvasView) -> None:
    """Asks for the help of the selected block's type."""
    for block in canvas.workspace.selection[-1:]:
        canvas.workspace.help_requested.emit(canvas.workspace.graph.blocks[block].type)


def fit_all(canvas: CanvasView) -> None:
    """Shows the whole network."""
    canvas.fit_all()


def fit_selection(canvas: CanvasView) -> None:
    """Shows the selected blocks, or the whole network where nothing is selected."""
    canvas.camera.frame(canvas.items_scene.network_area(canvas.workspace.selection or None))


def zoom_100(canvas: CanvasView) -> None:
    """Shows everything at its own size."""
    canvas.camera.zoom_to(1.0)


def zoom_in(canvas: CanvasView) -> None:
    """Zooms in by a quarter, around the view's middle."""
    canvas.camera.zoom_to(canvas.camera.zoom * 1.25)


def zoom_out(canvas: CanvasView) -> None:
    """Zooms out by a fifth, around the view's middle."""
    canvas.camera.zoom_to(canvas.camera.zoom / 1.25)


def toggle_minimap(canvas: CanvasView) -> None:
    """Shows or hides the map in the canvas's corner."""
    canvas.minimap.set_wanted(not canvas.minimap.is_wanted)


def has_minimap(canvas: CanvasView) -> bool:
    """Whether the map in the canvas's corner is wanted."""
    return canvas.minimap.is_wanted
