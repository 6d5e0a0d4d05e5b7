"""Which gesture a press of a mouse button begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from engine import edits
from engine.graph import Link, PortRef
from gui.canvas.gestures.base import Gesture
from gui.canvas.gestures.box import BoxSelect
from gui.canvas.gestures.link_drag import LinkDrag
from gui.canvas.gestures.move import Move
from gui.canvas.gestures.resize import Resize
from gui.canvas.scene import Hit

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


def gesture_for(canvas: CanvasView, hit: Hit, place: QPointF, *, adds: bool = False) -> Gesture:
    """The gesture that the left button begins at a place of the scene, where `hit` lies.

    `adds` says that the selection is to be added to: then a box can be drawn inside a frame too.
    """
    if hit.kind == "output":
        return LinkDrag(canvas, PortRef(hit.block, hit.port), "output")
    if hit.kind == "input":
        return _from_input(canvas, PortRef(hit.block, hit.port))
    if hit.link is not None:
        return _from_link(canvas, hit.link, place)
    if hit.kind == "corner":
        return Resize(canvas, hit.comment)
    if hit.block or hit.comment or (hit.group and not (hit.kind == "frame" and adds)):
        return Move(canvas, hit)
    return BoxSelect(canvas)


def _from_input(canvas: CanvasView, port: PortRef) -> Gesture:
    """An occupied input gives its link away; one that is free, or takes many links, begins a new one."""
    graph = canvas.workspace.graph
    many = any(one.many for one in edits.input_ports(graph, port.block) if one.name == port.port)
    links = graph.links_into(port.block, port.port)
    if links and not many:
        return LinkDrag(canvas, links[-1].source, "output", detached=links[-1])
    return LinkDrag(canvas, port, "input")


def _from_link(canvas: CanvasView, link: Link, place: QPointF) -> Gesture:
    """A link that is pulled comes off at the end that is nearer."""
    source = canvas.items_scene.port_place(link.source, "output")
    target = canvas.items_scene.port_place(link.target, "input")
    if math.dist(place.toTuple(), target.toTuple()) <= math.dist(place.toTuple(), source.toTuple()):
        return LinkDrag(canvas, link.source, "output", detached=link)
    return LinkDrag(canvas, link.target, "input", detached=link)
