"""Searching for a block to add."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def add_block(canvas: CanvasView) -> None:
    """Opens the search popup at the pointer."""
    canvas.search.open_free()
