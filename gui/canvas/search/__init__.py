"""The search popup of the canvas: which block type goes there, what fits first."""

from __future__ import annotations

from gui.canvas.search.search import Search

__all__ = ["Search"]
