"""Groups: making, naming, opening and taking them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui import grouping

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def group(canvas: CanvasView) -> None:
    """Groups the selected blocks and asks for a name."""
    made = grouping.group_selection(canvas.workspace)
    if made:
        canvas.rename_group(made)


def ungroup(canvas: CanvasView) -> None:
    """Takes the groups of the selected blocks apart."""
    grouping.ungroup(canvas.workspace, grouping.selected_groups(canvas.workspace))


def collapse(canvas: CanvasView) -> None:
    """Collapses the groups of the selected blocks to cards, or opens them."""
    toggle(canvas, *grouping.selected_groups(canvas.workspace))


def toggle(canvas: CanvasView, *keys: str) -> None:
    """Collapses groups to cards, or opens them, and keeps them in sight."""
    grouping.toggle_collapsed(canvas.workspace, keys)
    for key in keys[:1]:
        canvas.camera.show_area(canvas.items_scene.groups.area_of(key))


def are_collapsed(canvas: CanvasView) -> bool:
    """Whether the groups of the selected blocks are collapsed."""
    graph = canvas.workspace.graph
    found = grouping.selected_groups(canvas.workspace)
    return bool(found) and all(graph.groups[key].collapsed for key in found)
