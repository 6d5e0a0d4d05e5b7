"""What a search is for: where the block goes that will be chosen, and to what it is connected. Knows no view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import edits
from engine.catalogue import CATALOGUE, new_block
from engine.catalogue.spec import BlockSpec
from engine.graph import Graph, Link, PortRef
from engine.judge.report import Analysis
from gui.canvas import fits
from gui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Side, on_grid
from gui.canvas.gestures.insertion import settled


@dataclass(frozen=True)
class Spot:
    """A place for a block.

    `place` is in scene pixels; without one the block goes where the network goes on. `port` is what it would be
    connected to, a port of the side `side`: that of a link which was `pulled` from there and dropped, or an output of
    the selected block. `link` is the link into which it would be put. `feed` is the output whose shape decides what
    fits; None where nothing tells.
    """

    place: tuple[float, float] | None = None
    port: PortRef | None = None
    side: Side = "output"
    pulled: bool = False
    link: Link | None = None
    feed: PortRef | None = None

    def takes(self, spec: BlockSpec) -> bool:
        """Whether a block of a type can be connected there at all."""
        if self.link is not None:
            return bool(spec.inputs and spec.outputs)
        if self.pulled:
            return bool(spec.inputs if self.side == "output" else spec.outputs)
        return True


def pulled_from(port: PortRef, side: Side, place: tuple[float, float]) -> Spot:
    """Where a link that hangs on a port was dropped on the empty canvas."""
    return Spot(place, port, side, pulled=True, feed=port if side == "output" else None)


def inside(link: Link, place: tuple[float, float]) -> Spot:
    """A place on a link."""
    return Spot(place, link=link, feed=link.source)


def free(graph: Graph, selection: tuple[str, ...], place: tuple[float, float] | None) -> Spot:
    """A free place, or the network's end where there is none: after the selected block, if it is a single one."""
    chosen = selection[0] if len(selection) == 1 else None
    feed = edits.growing_end(graph, chosen)
    gives = chosen is not None and edits.output_ports(graph, chosen)
    return Spot(place, feed if gives else None, feed=feed)


def questions(graph: Graph, analysis: Analysis, spot: Spot) -> dict[str, Graph | None]:
    """What to ask the judge about every type that the spot takes; "" is what follows as it is now."""
    if spot.feed is None or spot.feed.block not in graph.blocks:
        return {}
    asked: dict[str, Graph | None] = {}
    for spec in CATALOGUE.values():
        if spot.link is not None and spot.takes(spec):
            block = new_block(spec, fits.NEW, spec.type)
            asked[spec.type] = fits.between(graph, analysis, block, spot.link)
        elif spot.takes(spec):
            asked[spec.type] = fits.new_at(graph, analysis, spec.type, spot.feed)
    if spot.link is not None:
        asked[""] = fits.linked(graph, analysis, spot.link)
    return asked


def verdicts(graph: Graph, spot: Spot, analyses: Mapping[str, Analysis]) -> dict[str, fits.Verdict]:
    """The judge's answers by type."""
    if spot.feed is None:
        return {}
    return {
        key: fits.told(graph, fits.verdict(analysis, fits.NEW, analyses.get("")), (spot.feed,))
        for key, analysis in analyses.items()
        if key
    }


def connects(spot: Spot, spec: BlockSpec, said: fits.Verdict | None) -> bool:
    """Whether choosing a type connects it, unless the person wants it free."""
    if spot.link is not None or spot.pulled:
        return True
    if spot.place is None:
        return spot.feed is not None or not spec.inputs
    return spot.port is not None and bool(spec.inputs) and (said is None or said.fits)


def put(graph: Graph, spot: Spot, type_name: str, *, connect: bool) -> tuple[Graph, str]:
    """The graph with a block of a type at a spot, and the block's id.

    Raises GraphError with a sentence where it cannot be connected as it should be.
    """
    spec = CATALOGUE[type_name]
    after = spot.port.block if spot.port is not None else None
    if spot.place is None:
        if connect:
            return edits.append_block(graph, type_name, after)
        return edits.add_block(graph, type_name, *edits.free_place(graph, after))
    x, y = (on_grid(one) for one in spot.place)
    if not connect:
        return edits.add_block(graph, type_name, x, y)
    if spot.link is not None:
        return edits.insert_block(graph, type_name, spot.link, settled(graph, spot.link, x, y))
    if spot.port is None:
        return edits.add_block(graph, type_name, x, y)
    if spot.pulled:
        x, y = (on_grid(one) for one in _beyond(graph, spot))
    graph, block = edits.add_block(graph, type_name, x, y)
    if spot.side == "output":
        return edits.connect(graph, spot.port, PortRef(block, spec.inputs[0].name)), block
    return edits.connect(graph, PortRef(block, spec.outputs[0].name), spot.port), block


def _beyond(graph: Graph, spot: Spot) -> tuple[float, float]:
    """The centre of a card whose port lies where the link was dropped."""
    x, y = spot.place or (0.0, 0.0)
    sign = 0.5 if spot.side == "output" else -0.5
    if graph.direction == "right":
        return x + sign * CARD_WIDTH, y
    return x, y + sign * CARD_HEIGHT
