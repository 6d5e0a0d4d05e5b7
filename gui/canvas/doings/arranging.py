"""Laying out the network, and turning the direction that data flow in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def lay_out(canvas: CanvasView) -> None:
    """Lays out the selected blocks where there are several, and else the whole network."""
    canvas.arranger.lay_out()


def turn(canvas: CanvasView) -> None:
    """Lets data flow from left to right, or from top to bottom again."""
    canvas.arranger.turn()


def flows_right(canvas: CanvasView) -> bool:
    """Whether data flow from left to right."""
    return canvas.workspace.graph.direction == "right"
