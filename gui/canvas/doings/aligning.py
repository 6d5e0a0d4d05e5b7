"""Putting selected cards and comments in line, or at even distances: each is one step of the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from engine import edits, groups
from engine.aligning import Area, Line, Steps, Way, aligned, distributed

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Doing = Callable[["CanvasView"], None]


def _areas(canvas: CanvasView) -> tuple[dict[str, Area], dict[str, tuple[str, ...]]]:
    """The rectangles of what is selected, and the blocks that each stands for: a collapsed group is one card."""
    workspace, scene = canvas.workspace, canvas.items_scene
    graph = workspace.graph
    blocks: dict[str, list[str]] = {}
    for key in groups.movable(graph, workspace.selection):
        group = graph.groups.get(graph.blocks[key].group)
        blocks.setdefault(group.id if group is not None and group.collapsed else key, []).append(key)
    areas = {card: _area(scene.area_of(members[0])) for card, members in blocks.items()}
    areas |= {key: _area(scene.notes.items[key].area) for key in workspace.selected_comments}
    return areas, {card: tuple(members) for card, members in blocks.items()}


def _area(area: QRectF) -> Area:
    return Area(area.x(), area.y(), area.width(), area.height())


def _move(canvas: CanvasView, label: str, steps: Steps, blocks: dict[str, tuple[str, ...]]) -> None:
    graph = canvas.workspace.graph
    places: dict[str, tuple[float, float]] = {}
    for card, members in blocks.items():
        dx, dy = steps.get(card, (0.0, 0.0))
        places |= {key: (graph.blocks[key].x + dx, graph.blocks[key].y + dy) for key in members if dx or dy}
    notes = {
        key: (graph.comments[key].x + dx, graph.comments[key].y + dy)
        for key, (dx, dy) in steps.items()
        if key in graph.comments and (dx or dy)
    }
    if places or notes:
        moved = edits.move_comments(edits.move_blocks(graph, places), notes)
        canvas.workspace.document.apply_graph(label, moved)


def align(line: Line) -> Doing:
    """What puts the selection in line."""

    def do(canvas: CanvasView) -> None:
        areas, blocks = _areas(canvas)
        _move(canvas, f"Align {line}", aligned(areas, line), blocks)

    return do


def distribute(way: Way) -> Doing:
    """What makes the distances in the selection even."""

    def do(canvas: CanvasView) -> None:
        areas, blocks = _areas(canvas)
        _move(canvas, "Distribute evenly", distributed(areas, way), blocks)

    return do
