"""Going from block to block with the keyboard, and moving a block along its chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.chains import Way, move_in_chain, reading_order
from engine.graph import Graph, GraphError

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

CONE = 2.0
"""How much farther a card may lie across the way that is gone than along it, to be the next one."""


def earlier(canvas: CanvasView) -> None:
    """Moves the selected block one place up its chain: it changes places with the block that feeds it."""
    _move(canvas, "earlier")


def later(canvas: CanvasView) -> None:
    """Moves the selected block one place down its chain: it changes places with the block that it feeds."""
    _move(canvas, "later")


def _move(canvas: CanvasView, way: Way) -> None:
    workspace = canvas.workspace
    block = workspace.selection[-1]
    try:
        graph = move_in_chain(workspace.graph, block, way)
    except GraphError as error:
        workspace.message_posted.emit(str(error))
        return
    workspace.document.apply_graph(f"Move {way}", graph)
    _show(canvas, block)


def go_up(canvas: CanvasView) -> None:
    """Selects the next block above."""
    _go(canvas, 0.0, -1.0)


def go_down(canvas: CanvasView) -> None:
    """Selects the next block below."""
    _go(canvas, 0.0, 1.0)


def go_left(canvas: CanvasView) -> None:
    """Selects the next block at the left."""
    _go(canvas, -1.0, 0.0)


def go_right(canvas: CanvasView) -> None:
    """Selects the next block at the right."""
    _go(canvas, 1.0, 0.0)


def _go(canvas: CanvasView, dx: float, dy: float) -> None:
    workspace = canvas.workspace
    graph = workspace.graph
    if not workspace.selection:
        following: str | None = next(iter(reading_order(graph)), None)
    else:
        following = next_block(graph, workspace.selection[-1], dx, dy)
    if following is not None:
        workspace.select((following,))
        _show(canvas, following)


def _show(canvas: CanvasView, block: str) -> None:
    canvas.camera.show_area(canvas.items_scene.network_area((block,)))


def next_block(graph: Graph, block: str, dx: float, dy: float) -> str | None:
    """The block that lies next to one in a direction: along its links where they lead that way, else the nearest."""
    at = graph.blocks[block]
    linked = [link.target.block for link in graph.links_from(block)]
    linked += [link.source.block for link in graph.links_into(block)]

    def away(other: str) -> tuple[float, float]:
        x, y = graph.blocks[other].x - at.x, graph.blocks[other].y - at.y
        return x * dx + y * dy, abs(x * dy) + abs(y * dx)

    flows = (dy if graph.direction == "down" else dx) != 0
    beyond = {key: away(key) for key in graph.blocks if key != block}
    ahead = {key: distance for key, distance in beyond.items() if distance[0] > 0}
    if flows and (joined := [key for key in linked if key in ahead]):
        return min(joined, key=lambda key: (ahead[key][1], ahead[key][0]))
    cone = [key for key, (along, across) in ahead.items() if across <= CONE * along]
    return min(cone, key=lambda key: ahead[key][0] + CONE * ahead[key][1], default=None)
