"""Which groups blocks join and leave where they are put down."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF

from engine.graph import Graph
from engine.groups import regroup, whole_groups
from gui.canvas.geometry import CARD
from gui.canvas.scene import CanvasScene


class Joining:
    """Watches blocks that are dragged, from the drag's start.

    A card whose centre is put into an open group's frame joins the group; one that is dragged out of its own frame
    altogether leaves it. Frames of groups that are dragged in part stay where they are meanwhile. A group that is
    dragged as a whole stays what it is: groups are not put into groups.
    """

    def __init__(self, scene: CanvasScene, blocks: Collection[str]) -> None:
        self._scene = scene
        self._whole = set(whole_groups(scene.graph, blocks))
        self._single = [block for block in blocks if scene.graph.blocks[block].group not in self._whole]
        scene.groups.freeze({scene.graph.blocks[block].group for block in self._single} & set(scene.groups.frames))

    def homes(self, places: Mapping[str, QPointF]) -> dict[str, str]:
        """The groups of the blocks that are dragged one by one, if they were put down at these places."""
        return {block: self._home(block, places[block]) for block in self._single if block in places}

    def _home(self, block: str, place: QPointF) -> str:
        own = self._scene.graph.blocks[block].group
        found = self._scene.groups.frame_at(place)
        if found and found not in self._whole:
            return found
        return own if own and self._scene.groups.area_of(own).intersects(CARD.translated(place)) else ""

    def light(self, places: Mapping[str, QPointF]) -> None:
        """Lights up the frames that the blocks would belong to."""
        if self._scene.groups.frames:
            self._scene.groups.light(set(self.homes(places).values()))


def taken_in(scene: CanvasScene, graph: Graph, block: str) -> Graph:
    """The graph with a new block as a member of the open group in whose frame it was put."""
    new = graph.blocks[block]
    group = scene.groups.frame_at(QPointF(new.x, new.y))
    return regroup(graph, {block: group}) if group and not new.group else graph
