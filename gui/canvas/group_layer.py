"""The frames and cards of all groups, kept in step with the graph and with the members' cards.

Which blocks are not to be seen because their group is collapsed, and where their ports are then, is known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from engine import groups
from engine.graph import Graph, Link, PortRef
from engine.groups import PADDING, TOP
from engine.judge.report import Analysis
from gui.canvas.card import PortLight
from gui.canvas.figures import output_text, short_count
from gui.canvas.frame import FrameItem
from gui.canvas.geometry import CARD, Side
from gui.canvas.group import GroupCard, GroupFacts

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene


class GroupLayer:
    """What groups show on one canvas: `frames` of the open ones and `cards` of the collapsed ones, by group."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.frames: dict[str, FrameItem] = {}
        self.cards: dict[str, GroupCard] = {}
        self.members: dict[str, tuple[str, ...]] = {}
        self._homes: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._frozen: frozenset[str] = frozenset()

    def show_graph(self, before: Graph, graph: Graph) -> frozenset[str]:
        """Follows a change of the graph, and returns the blocks whose links may end somewhere else now.

        The members' cards are in place already.
        """
        if not graph.groups and not self.members:
            return frozenset()
        members: dict[str, list[str]] = {key: [] for key in graph.groups}
        for key, block in graph.blocks.items():
            if block.group in members:
                members[block.group].append(key)
        old_members, self.members = self.members, {key: tuple(ids) for key, ids in members.items() if ids}
        self._homes = {block: key for key, ids in self.members.items() for block in ids}
        self._frozen = frozenset()
        self._show_items(graph)
        touched = self._hide(graph)
        for key in self.members:
            same = old_members.get(key) == self.members[key] and all(
                before.blocks.get(block) is graph.blocks[block] for block in self.members[key]
            )
            if key in self.cards and not (same and before.links is graph.links):
                self.cards[key].show_ports(*groups.border(graph, key), graph.direction)
                touched.update(self.members[key])
            self._fit(key)
        return frozenset(touched)

    def _show_items(self, graph: Graph) -> None:
        for gone in [key for key in self.frames if key not in self.members or graph.groups[key].collapsed]:
            frame = self.frames.pop(gone)
            self._scene.removeItem(frame.title)
            self._scene.removeItem(frame)
        for gone in [key for key in self.cards if key not in self.members or not graph.groups[key].collapsed]:
            self._scene.removeItem(self.cards.pop(gone))
        for key, ids in self.members.items():
            group = graph.groups[key]
            if group.collapsed:
                if key not in self.cards:
                    self.cards[key] = card = GroupCard(group, detailed=self._scene.detailed)
                    card.show_ports(*groups.border(graph, key), graph.direction)
                    self._scene.addItem(card)
                self.cards[key].show_group(group)
            else:
                if key not in self.frames:
                    self.frames[key] = frame = FrameItem(group, detailed=self._scene.detailed)
                    self._scene.addItem(frame)
                    self._scene.addItem(frame.title)
                self.frames[key].show_group(group, len(ids))

    def _hide(self, graph: Graph) -> set[str]:
        """Hides the cards of members of collapsed groups, shows those that are back, and returns both."""
        hidden = {block: key for key in self.cards for block in self.members[key]}
        before, self._hidden = self._hidden, hidden
        changed = {block for block in before.keys() | hidden.keys() if before.get(block) != hidden.get(block)}
        changed.intersection_update(graph.blocks)
        for block in changed:
            self._scene.cards[block].setVisible(block not in hidden)
        return changed

    def show_analysis(self, analysis: Analysis) -> None:
        """Shows what the judge says of collapsed groups' members."""
        if not self.cards:
            return
        problems: dict[str | None, int] = {}
        for problem in analysis.problems:
            problems[problem.block] = problems.get(problem.block, 0) + 1
        for key, card in self.cards.items():
            ids = self.members[key]
            reports = [analysis.blocks[block] for block in ids if block in analysis.blocks]
            outputs = dict.fromkeys(port.block for port in card.outputs)
            shown = [output_text(analysis.blocks.get(block)) for block in outputs]
            card.show_facts(
                GroupFacts(
                    len(ids),
                    short_count(sum(report.parameters for report in reports)) if reports else "",
                    shown[0] + (f"  +{len(shown) - 1}" if len(shown) > 1 else "") if shown else "",
                    tuple(one for block in ids if block in problems for one in analysis.problems_of(block)),
                )
            )

    def show_selection(self, chosen: Collection[str]) -> None:
        """Outlines the groups of which all blocks are selected."""
        ids = set(chosen)
        for key, frame in self.frames.items():
            frame.show_selected(ids.issuperset(self.members[key]))
        for key, card in self.cards.items():
            card.show_selected(ids.issuperset(self.members[key]), not ids.isdisjoint(self.members[key]))

    def follow(self, blocks: Iterable[str]) -> frozenset[str]:
        """Fits the groups of some blocks around them, and returns the blocks whose ports moved with a card."""
        touched = {self._homes[block] for block in blocks if block in self._homes} if self._homes else set()
        for key in touched - self._frozen:
            self._fit(key)
        return frozenset(block for key in touched if key in self.cards for block in self.members[key])

    def _fit(self, key: str) -> None:
        area = QRectF()
        for block in self.members[key]:
            area = area.united(CARD.translated(self._scene.cards[block].pos()))
        if key in self.cards:
            self.cards[key].setPos(area.center())
        else:
            self.frames[key].show_area(area.adjusted(-PADDING, -TOP, PADDING, PADDING))

    def freeze(self, keys: Collection[str]) -> None:
        """Keeps some frames where they are while cards are dragged out of them."""
        self._frozen = frozenset(keys)

    def light(self, keys: Collection[str]) -> None:
        """Lights these frames up, and no others."""
        for key, frame in self.frames.items():
            frame.show_lit(key in keys)

    def restore(self) -> None:
        """Fits everything to the cards again, after a gesture."""
        self._frozen = frozenset()
        self.light(())
        for key, card in self.cards.items():
            card.show_lights({})
            self._fit(key)
        for key in self.frames:
            self._fit(key)

    def hides(self, block: str) -> bool:
        """Whether a block's card is not to be seen, because its group is collapsed."""
        return block in self._hidden

    def hides_link(self, link: Link) -> bool:
        """Whether a link runs inside one collapsed group."""
        home = self._hidden.get(link.source.block)
        return home is not None and home == self._hidden.get(link.target.block)

    def card_of(self, block: str) -> GroupCard | None:
        """The collapsed group's card that stands for a block; None for a block that is to be seen itself."""
        return self.cards.get(self._hidden.get(block, ""))

    def frame_at(self, place: QPointF) -> str:
        """The open group whose frame is at a place of the scene, the smallest of several; "" for none."""
        found = [(frame.area, key) for key, frame in self.frames.items() if frame.area.contains(place)]
        return min(found, key=lambda one: one[0].width() * one[0].height())[1] if found else ""

    def area_of(self, group: str) -> QRectF:
        """What a group covers in the scene: its frame or its card; an empty rectangle for one that is not there."""
        item = self.frames.get(group) or self.cards.get(group)
        return item.area if item is not None else QRectF()

    def light_ports(self, lights: Mapping[tuple[str, Side, str], PortLight] | None) -> None:
        """Lights up and dims the ports of collapsed groups while a link is dragged; None ends that."""
        for card in self.cards.values():
            card.show_lights(
                {(side, port): lights.get((port.block, side, port.port), "dim") for side, port in card.places}
                if lights
                else {}
            )

    def has_port(self, port: PortRef, side: Side) -> bool:
        """Whether a port is to be seen: on its block's card, or at the border of a collapsed group."""
        card = self.card_of(port.block)
        return card is None or (side, port) in card.places
