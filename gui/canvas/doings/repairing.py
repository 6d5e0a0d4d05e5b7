"""Mending what the judge found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.repairing import do_best_fix

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def do_first_fix(canvas: CanvasView) -> None:
    """Does the best fix of the selected block's problem, or of the network's where nothing is selected."""
    do_best_fix(canvas.workspace)
