"""The cards and links on the canvas, kept in step with the graph by difference.

Items are shown what they are told; nothing here changes the graph. Gestures move items freely while they last and call
`restore` or change the document at their end.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from engine import edits
from engine.catalogue import CATALOGUE
from engine.graph import Block, Graph, Link, PortRef
from engine.judge.report import Analysis, shape_text
from gui.canvas.card import CardItem, PortLight
from gui.canvas.comment import NoteLayer
from gui.canvas.geometry import BADGE, BADGE_RADIUS, CARD, CARD_HEIGHT, CARD_WIDTH, PORT_REACH, Side, safe
from gui.canvas.group import GroupCard
from gui.canvas.group_layer import GroupLayer
from gui.canvas.link import LinkItem, LinkLabel
from gui.canvas.near import NearItem
from gui.canvas.network import MANY, NetworkItem
from gui.canvas.ways import Ways
from gui.figures import grouped

HitKind = Literal[
    "canvas", "card", "name", "count", "badge", "input", "output", "link",
    "group", "chevron", "title", "frame", "note", "corner",
]  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """What lies under the pointer.

    A port of a collapsed group's card is the member's; its badge names the first member with a problem, and the group.
    "group" is such a card, "title" and "frame" belong to
    an open one, and "chevron" opens or collapses; "corner" is where a comment is resized.
    """

    kind: HitKind = "canvas"
    block: str = ""
    port: str = ""
    link: Link | None = None
    group: str = ""
    comment: str = ""

    @property
    def side(self) -> Side | None:
        """Which side's port it is, where it is a port."""
        return "input" if self.kind == "input" else "output" if self.kind == "output" else None


class CanvasScene(QGraphicsScene):
    """All items of the canvas. `cards` and `links` are always those of `graph`."""

    def __init__(self) -> None:
        super().__init__()
        self.graph = Graph()
        self.cards: dict[str, CardItem] = {}
        self.links: dict[Link, LinkItem] = {}
        self._analysis = Analysis()
        self.groups = GroupLayer(self)
        self.notes = NoteLayer(self)
        self.ways = Ways(self)
        self._selected: tuple[str, ...] = ()
        self._selected_notes: tuple[str, ...] = ()
        self._hovered = Hit()
        self._moved: set[str] = set()
        self.network = NetworkItem(self, self.cards, self.links)
        self.addItem(self.network)
        self.label = LinkLabel()
        self.addItem(self.label)

    @property
    def detailed(self) -> bool:
        """Whether everything is painted in full and in lines however small it is, as for a picture on paper."""
        return self.network.detailed

    @detailed.setter
    def detailed(self, detailed: bool) -> None:
        self.network.detailed = detailed
        self.network.touch_all()
        for item in self.items():
            if isinstance(item, NearItem):
                item.show_detailed(detailed)

    def show_graph(self, graph: Graph) -> None:
        """Adds, changes and removes what differs from the graph shown before."""
        before, self.graph = self.graph, graph
        self.hover(Hit())
        links_changed = graph.links != before.links
        if links_changed:
            kept = set(graph.links)
            for link in [link for link in self.links if link not in kept]:
                self.network.forget(self.links.pop(link))
        gone = [key for key in self.cards if key not in graph.blocks]
        for key in gone:
            self.network.forget(self.cards.pop(key))
        new = [key for key in graph.blocks if key not in self.cards]
        changed = [block for key, block in graph.blocks.items() if before.blocks.get(key) is not block]
        moved = [block.id for block in changed if self._show_block(block)]
        if graph.direction != before.direction:
            for card in self.cards.values():
                card.show_direction(graph.direction)
        regrouped = self.groups.show_graph(before, graph)
        self.notes.show_graph(graph)
        if links_changed:
            self._show_links(graph)
        self._show_odd_ports(graph)
        turned = graph.direction != before.direction
        if links_changed or turned or moved or gone or new or graph.groups is not before.groups:
            self.ways.refresh(self.cards if turned else regrouped.union(moved))
        if graph.groups:
            self.groups.show_analysis(self._analysis)
            self.groups.show_selection(self._selected)
        self._refresh_looks()

    def _show_block(self, block: Block) -> bool:
        """Adds or changes a block's card, and says whether links that were there already may end elsewhere by it."""
        card = self.cards.get(block.id)
        inputs, outputs = edits.input_ports(self.graph, block.id), edits.output_ports(self.graph, block.id)
        if card is None:
            card = CardItem(block, inputs, outputs, self.graph.direction)
            card.show_report(self._analysis.blocks.get(block.id), self._analysis.problems_of(block.id))
            self.cards[block.id] = card
            self.network.add(card)
            return False
        before = card.block.x, card.block.y, card.block.group, card.inputs, card.outputs
        card.show_block(block)
        card.show_ports(inputs, outputs)
        return before != (block.x, block.y, block.group, inputs, outputs)

    def _show_odd_ports(self, graph: Graph) -> None:
        """The ports of unknown types are read off their links, so they change with them."""
        for key, card in self.cards.items():
            if card.block.type not in CATALOGUE:
                card.show_ports(edits.input_ports(graph, key), edits.output_ports(graph, key))

    def _show_links(self, graph: Graph) -> None:
        for link in graph.links:
            if link not in self.links:
                ends = self.port_place(link.source, "output"), self.port_place(link.target, "input")
                self.links[link] = item = LinkItem(link, *ends, graph.direction)
                item.setVisible(not self.groups.hides_link(link))
                self.network.add(item)
        self.ways.show_links(self.links.values())

    def show_analysis(self, analysis: Analysis) -> None:
        """Shows what the judge says on the cards and links."""
        self._analysis = analysis
        problems: dict[str | None, list[str]] = {}
        for problem in analysis.problems:
            problems.setdefault(problem.block, [])
        for key, card in self.cards.items():
            card.show_report(analysis.blocks.get(key), analysis.problems_of(key) if key in problems else ())
        self.groups.show_analysis(analysis)
        self._refresh_looks()

    def show_selection(self, ids: Collection[str], comments: Collection[str] = ()) -> None:
        """Outlines these cards and comments, and draws the path to the cards in the accent colour."""
        self._selected, self._selected_notes = tuple(ids), tuple(comments)
        chosen = set(ids)
        for key, card in self.cards.items():
            card.show_selected(key in chosen)
        self.groups.show_selection(chosen)
        self.notes.show_selection(comments)
        self._refresh_looks()

    def _refresh_looks(self) -> None:
        """Decides how each link is drawn: a problem's before the path to the selected block, before the plain ones."""
        chosen = [block for block in self._selected if block in self.graph.blocks]
        above = self.graph.upstream(chosen) if len(chosen) == 1 else frozenset()
        troubled = {link for problem in self._analysis.problems for link in problem.links}
        for link, item in self.links.items():
            if troubled and link in troubled:  # hashing every link for nothing would take a third of a redraw
                item.show_look("problem")
            elif above and (link.target.block in above or link.source.block == chosen[0]):
                item.show_look("path")
            else:
                item.show_look("plain")

    def place_cards(self, places: Mapping[str, QPointF]) -> None:
        """Puts cards, and the links at them, somewhere else than the graph says."""
        cards = self.cards
        steps = [(card, place, place - card.pos()) for key, place in places.items() if (card := cards.get(key))]
        moved = [one for one in steps if one[2]]  # a place is false where both coordinates are 0
        step = moved[0][2] if moved else QPointF()
        alike = [own for _, _, own in moved].count(step) == len(moved)
        many = len(moved) > MANY
        if many:
            self.network.touch_all()
        for card, place, own in moved:
            card.put(place, own) if many else card.setPos(place)
        followers = self.groups.follow(places)
        self._moved.update(places, followers)
        between, is_all = self.ways.between([card.block.id for card, _, _ in moved])
        shifted = between if alike and followers <= places.keys() else frozenset()
        for item in shifted:  # links between blocks that moved alike
            if many:
                item.shift(step)
            else:
                item.touch()
                item.shift(step)
                item.touch()
        self.ways.follow(followers if shifted is between and is_all else followers.union(places), but=shifted)

    def restore(self) -> None:
        """Shows everything as the graph has it, after a gesture that came to nothing."""
        moved, self._moved = self._moved, set()
        for block in moved.intersection(self.cards):
            at = self.graph.blocks[block]
            self.cards[block].setPos(safe(at.x), safe(at.y))
        for card in self.cards.values():
            card.show_lights({})
        self.groups.restore()
        self.notes.restore(self.graph)
        if moved:
            self.ways.refresh(moved)
        self.show_selection(self._selected, self._selected_notes)

    def light_ports(self, lights: Mapping[tuple[str, Side, str], PortLight] | None) -> None:
        """Lights up and dims ports while a link is dragged; None ends that."""
        for key, card in self.cards.items():
            card.show_lights(
                {(side, name): lights.get((key, side, name), "dim") for side, name in card.ports()} if lights else {}
            )
        self.groups.light_ports(lights)

    def light_port(self, block: str, side: Side, name: str, light: PortLight) -> None:
        """Changes one port's light, leaving the rest."""
        card = self.cards[block]
        card.show_lights({**card.lights, (side, name): light})
        shown = self.groups.card_of(block)
        if shown is not None:
            shown.show_lights({**shown.lights, (side, PortRef(block, name)): light})

    def port_place(self, port: PortRef, side: Side) -> QPointF:
        """Where a port is in the scene; those of a collapsed group's members are on the group's card."""
        shown = self.groups.card_of(port.block)
        if shown is not None:
            return shown.pos() + shown.port_place(side, port)
        card = self.cards[port.block]
        return card.pos() + card.port_place(side, port.port)

    def cards_in(self, area: QRectF) -> list[str]:
        """The blocks whose cards touch an area, in the graph's order; with a collapsed group's card all its members."""
        return [key for key in self.cards if self.area_of(key).intersects(area)]

    def area_of(self, block: str) -> QRectF:
        """Where a block is to be seen: its card, or that of its collapsed group."""
        shown = self.groups.card_of(block)
        return CARD.translated((shown or self.cards[block]).pos())

    def network_area(self, blocks: Collection[str] | None = None) -> QRectF:
        """The rectangle around the cards of some blocks, or of all things; an empty one where there are none."""
        area = QRectF()
        for key in self.cards if blocks is None else blocks:
            if key in self.cards:
                area = area.united(self.area_of(key))
        if blocks is None:
            for other in self.groups.frames.values():
                area = area.united(other.area)
            for note in self.notes.items.values():
                area = area.united(note.area)
        return area

    def hit(self, place: QPointF) -> Hit:
        """What lies at a place of the scene: a port before a badge, a card, a link, a comment, and a frame."""
        for shown in self.groups.cards.values():
            if (found := self._group_hit(shown, place)) is not None:
                return found
        for card in self.network.cards_at(place):
            local = place - card.pos()
            port = self._port_near(card, local)
            if port is not None:
                return port
            if card.problems and math.dist(local.toTuple(), BADGE.toTuple()) <= BADGE_RADIUS + 2:
                return Hit("badge", card.block.id)
            if CARD.contains(local):
                kind: HitKind = "name" if card.name_area().contains(local) else "card"
                return Hit("count" if card.count_area().contains(local) else kind, card.block.id)
        link = self.network.link_at(place)
        if link is not None:
            return Hit("link", link=link.link)
        return self._note_hit(place) or self._frame_hit(place)

    def _note_hit(self, place: QPointF) -> Hit | None:
        """The comment at a place of the scene, the newest of several."""
        for key, item in reversed(self.notes.items.items()):
            if item.area.contains(place):
                return Hit("corner" if item.corner_area().contains(place) else "note", comment=key)
        return None

    def _group_hit(self, card: GroupCard, place: QPointF) -> Hit | None:
        local = place - card.pos()
        port = card.port_near(local, PORT_REACH)
        if port is not None:
            return Hit(port[0], port[1].block, port[1].port)
        if card.facts.problems and math.dist(local.toTuple(), BADGE.toTuple()) <= BADGE_RADIUS + 2:
            return Hit("badge", card.facts.problems[0].block or "", group=card.shown.id)
        if not CARD.contains(local):
            return None
        return Hit("chevron" if card.chevron_area().contains(local) else "group", group=card.shown.id)

    def _frame_hit(self, place: QPointF) -> Hit:
        group = self.groups.frame_at(place)
        if not group:
            return Hit()
        frame = self.groups.frames[group]
        local = place - frame.pos()
        if frame.chevron_area().adjusted(-4, -4, 4, 4).contains(local):
            return Hit("chevron", group=group)
        return Hit("title" if frame.title_area().contains(local) else "frame", group=group)

    def _port_near(self, card: CardItem, local: QPointF) -> Hit | None:
        if abs(abs(local.y()) - CARD_HEIGHT / 2) > PORT_REACH and abs(abs(local.x()) - CARD_WIDTH / 2) > PORT_REACH:
            return None
        distances = {port: math.dist(card.port_place(*port).toTuple(), local.toTuple()) for port in card.ports()}
        side, name = min(distances, key=distances.__getitem__, default=("input", ""))
        return Hit(side, card.block.id, name) if distances.get((side, name), PORT_REACH) < PORT_REACH else None

    def hover(self, hit: Hit) -> None:
        """Marks what is under the pointer: a port, or a link with the shape that it carries."""
        if hit == self._hovered:
            return
        before, self._hovered = self._hovered, hit
        self._mark_port(before, None)
        if before.link in self.links:
            self.links[before.link].show_hovered(False)
        self.label.show_text("", QPointF())
        if hit.side is not None:
            self._mark_port(hit, hit.side)
        elif hit.link in self.links:
            item = self.links[hit.link]
            item.show_hovered(True)
            self.label.show_text(self.carried(hit.link), item.middle())

    def _mark_port(self, hit: Hit, side: Side | None) -> None:
        """Marks the port of a hit, or with None no port of its card."""
        shown = self.groups.card_of(hit.block)
        if shown is not None:
            shown.show_hovered_port((side, PortRef(hit.block, hit.port)) if side else None)
        elif hit.block in self.cards:
            self.cards[hit.block].show_hovered_port((side, hit.port) if side else None)

    def carried(self, link: Link) -> str:
        """The shape of what a link carries, "" while it is not known."""
        report = self._analysis.blocks.get(link.source.block)
        card = self.cards.get(link.source.block)
        names = [port.name for port in card.outputs] if card else []
        if report is None or link.source.port not in names:
            return ""
        index = names.index(link.source.port)
        return shape_text(report.output_shapes[index]) if index < len(report.output_shapes) else ""

    def tip(self, hit: Hit) -> str:
        """What is worth saying about what is under the pointer; "" for nothing."""
        card = self.cards.get(hit.block)
        if card is None:
            return ""
        shown = self.groups.card_of(hit.block)
        if hit.kind == "badge":
            return "\n".join(problem.message for problem in (shown.facts if shown else card).problems)
        if hit.side is not None and shown is not None:
            return f"{hit.side} '{hit.port}' of '{card.block.name}'"
        if hit.side is not None:
            return f"{hit.side} '{hit.port}'" if len(card.ports()) > 2 else ""
        if hit.kind == "count" and card.report is not None and card.report.parameters:
            return f"{grouped(card.report.parameters)} parameters, {grouped(card.report.trainable)} trainable"
        bypassed = ", bypassed" if card.block.bypassed else ""
        return f"{card.block.name} ({card.block.type}{bypassed})" if hit.kind == "name" else ""
