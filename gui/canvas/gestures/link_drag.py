"""Drawing a link from port to port, and taking an end of a link somewhere else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from engine import edits
from engine.graph import Direction, Graph, Link, PortRef
from engine.judge.report import shape_text
from gui.canvas import fits
from gui.canvas.card import PortLight
from gui.canvas.fitting import fitting_ports, refusal
from gui.canvas.geometry import SNAP, Side
from gui.canvas.gestures.base import Gesture, Pointer, is_drag
from gui.canvas.link import LinkItem
from gui.canvas.scene import Hit

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

LINK_RULE: dict[Direction, str] = {
    "down": "A link leads from an output, at the bottom of a card, to an input at the top of another.",
    "right": "A link leads from an output, at the right of a card, to an input at the left of another.",
}
OPPOSITE: dict[Side, Side] = {"input": "output", "output": "input"}


class LinkDrag(Gesture):
    """Draws a link that hangs on `fixed`, a port of the side `side`, and follows the pointer with its other end.

    With `detached` it is that link whose other end was taken off. Ports that fit light up and the others dim; near a
    fitting port the end jumps to it; on a card it goes to the card's first fitting port; where nothing fits the reason
    stands beside the pointer, and at a port the shape that would arrive there, or why the judge finds it wrong. Let go
    in the empty, a new link opens the search and a detached one is removed.
    """

    scrolls = True

    def __init__(self, canvas: CanvasView, fixed: PortRef, side: Side, detached: Link | None = None) -> None:
        super().__init__(canvas)
        self._fixed = fixed
        self._side: Side = side
        self._open_side: Side = OPPOSITE[side]
        self._detached = detached
        graph = canvas.workspace.graph
        self._graph: Graph = graph.without_links((detached,)) if detached else graph
        self._fitting: frozenset[PortRef] = frozenset()
        self._target: PortRef | None = None
        self._item: LinkItem | None = None
        self._start: Pointer | None = None
        self._pointer: Pointer | None = None
        self._inquiry = fits.Inquiry(canvas.workspace, self._tell)

    def start(self, pointer: Pointer) -> None:
        self._start = pointer

    def update(self, pointer: Pointer) -> None:
        if self._start is None or (self._item is None and not is_drag(self._start, pointer)):
            return
        if self._item is None:
            self._item = self._begin()
        hit = self.canvas.items_scene.hit(pointer.scene)
        self._aim(self._find_target(pointer.scene, hit))
        end = pointer.scene if self._target is None else self._place(self._target)
        anchor = self.canvas.items_scene.port_place(self._fixed, self._side)
        self._item.show_ends(*((anchor, end) if self._side == "output" else (end, anchor)), self._graph.direction)
        self._pointer = pointer
        if self._target is None:
            self._item.show_look("path")
            self.canvas.overlays.bubble.show_text(self._reason(hit), pointer.view)
        else:
            self._tell()

    def _link_to(self, target: PortRef) -> Link:
        return Link(self._fixed, target) if self._side == "output" else Link(target, self._fixed)

    def _tell(self) -> None:
        """Says what the link would carry, or why that does not fit; it can be drawn all the same, and mended then."""
        if self._target is None or self._item is None or self._pointer is None:
            return
        link, analysis = self._link_to(self._target), self.canvas.workspace.analysis
        shape = fits.known_shape(self._graph, analysis, link.source)
        text = "" if shape is None else shape_text(shape)
        reason = ""
        if (answer := self._inquiry.analyses.get(f"{link}")) is not None:
            reason = fits.told(self._graph, fits.verdict(answer, link.target.block), (link.source,)).reason
        self._item.show_look("problem" if reason else "path")
        self.canvas.overlays.bubble.show_text(reason or text, self._pointer.view)

    def _begin(self) -> LinkItem:
        self.canvas.overlays.close_popup()
        scene = self.canvas.items_scene
        fitting = fitting_ports(self._graph, self._fixed, self._side)
        self._fitting = frozenset(port for port in fitting if scene.groups.has_port(port, self._open_side))
        lights: dict[tuple[str, Side, str], PortLight] = {
            (port.block, self._open_side, port.port): "fits" for port in self._fitting
        }
        lights[(self._fixed.block, self._side, self._fixed.port)] = "target"
        scene.light_ports(lights)
        if self._detached in scene.links:
            scene.links[self._detached].hide()
        anchor = scene.port_place(self._fixed, self._side)
        item = LinkItem(None, anchor, anchor, self._graph.direction)
        item.show_look("path")
        item.setZValue(4.0)
        scene.addItem(item)
        return item

    def _place(self, port: PortRef) -> QPointF:
        return self.canvas.items_scene.port_place(port, self._open_side)

    def _find_target(self, place: QPointF, hit: Hit) -> PortRef | None:
        near = SNAP / max(self.canvas.camera.zoom, 0.5)
        best, nearest = near, None
        for port in self._fitting:
            distance = math.dist(self._place(port).toTuple(), place.toTuple())
            if distance < best:
                best, nearest = distance, port
        card = self.canvas.items_scene.groups.cards.get(hit.group)
        if nearest is None and card is not None:
            border = card.inputs if self._open_side == "input" else card.outputs
            nearest = next((port for port in border if port in self._fitting), None)
        if nearest is None and hit.block:
            ports = edits.input_ports if self._open_side == "input" else edits.output_ports
            on_card = (PortRef(hit.block, port.name) for port in ports(self._graph, hit.block))
            nearest = next((port for port in on_card if port in self._fitting), None)
        return nearest

    def _aim(self, target: PortRef | None) -> None:
        if target != self._target:
            scene = self.canvas.items_scene
            if self._target is not None:
                scene.light_port(self._target.block, self._open_side, self._target.port, "fits")
            if target is not None:
                scene.light_port(target.block, self._open_side, target.port, "target")
            self._target = target
            if target is not None:
                link = self._link_to(target)
                self._inquiry.ask({f"{link}": fits.linked(self._graph, self.canvas.workspace.analysis, link)})

    def _reason(self, hit: Hit) -> str:
        """Why the link cannot end under the pointer; "" over the empty canvas and over where it started."""
        if not hit.block or (hit.block == self._fixed.block and hit.kind not in ("input", "output")):
            return ""
        if hit.block == self._fixed.block and (hit.kind, hit.port) == (self._side, self._fixed.port):
            return ""
        ports = edits.input_ports if self._open_side == "input" else edits.output_ports
        names = [port.name for port in ports(self._graph, hit.block)]
        if hit.kind == self._side or not names:
            name = self._graph.blocks[hit.block].name
            if not names:
                what = (
                    "takes nothing: data begin here" if self._open_side == "input" else "gives nothing: data end here"
                )
                return f"'{name}' {what}."
            return LINK_RULE[self._graph.direction]
        port = hit.port if hit.kind == self._open_side else names[0]
        return refusal(self._graph, self._fixed, self._side, PortRef(hit.block, port))

    def end(self, pointer: Pointer) -> None:
        self.update(pointer)
        if self._item is None:
            return
        target, detached = self._target, self._detached
        self._clean_up()
        document = self.canvas.workspace.document
        if target is not None:
            link = self._link_to(target)
            if detached == link:
                return
            label = "Move link" if detached else "Connect"
            document.apply_graph(label, edits.connect(self._graph, link.source, link.target))
        elif self.canvas.items_scene.hit(pointer.scene).kind in ("canvas", "link", "frame", "title"):
            if detached is not None:
                document.apply_graph("Disconnect", self._graph)
            else:
                self.canvas.search.open_pulled(self._fixed, self._side, pointer.scene)

    def cancel(self) -> None:
        self._clean_up()

    def _clean_up(self) -> None:
        self._inquiry.close()
        self.canvas.overlays.bubble.show_text("")
        if self._item is not None:
            self.canvas.items_scene.removeItem(self._item)
            self._item = None
            if self._detached in self.canvas.items_scene.links:
                self.canvas.items_scene.links[self._detached].show()
            self.canvas.items_scene.restore()
