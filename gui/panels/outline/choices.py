"""What can be chosen from in the outline: a block to add, or a port to connect to. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from engine import edits
from engine.catalogue import CATALOGUE
from engine.catalogue.spec import CATEGORIES
from engine.chains import reading_order
from engine.graph import GraphError, PortRef
from engine.judge.report import shape_text
from gui.block_search import search
from gui.canvas.fitting import fitting_ports, refusal
from gui.canvas.geometry import Side
from gui.canvas.view import CanvasView
from gui.workspace import Workspace


@dataclass(frozen=True)
class Choice:
    """Something to choose: its words, its tile, and whether it fits."""

    value: object
    title: str
    detail: str
    category: str
    icon: str
    fits: bool = True


class Choosing(Protocol):
    """A question with its answers. `heading` asks it, `hint` stands in the empty search field."""

    heading: str
    hint: str

    def choices(self, query: str) -> list[Choice]:
        """The answers to what was typed, the likeliest first."""

    def reason(self, choice: Choice) -> str:
        """Why an answer does not fit, as a sentence; "" when it does."""

    def choose(self, choice: Choice) -> None:
        """Does what was chosen. Raises GraphError with a sentence when it cannot be done."""


class Adding:
    """Which block to add after the selection, or where the network ends."""

    hint = "Search layers"

    def __init__(self, canvas: CanvasView) -> None:
        self._canvas = canvas
        graph, chosen = canvas.workspace.graph, canvas.workspace.selection
        self.heading = "Add a block"
        if chosen:
            side = "after" if edits.output_ports(graph, chosen[-1]) else "before"
            self.heading = f"Add {side} '{graph.blocks[chosen[-1]].name}'"

    def choices(self, query: str) -> list[Choice]:
        """The block types, in the palette's order or as its search finds them."""
        order = list(CATEGORIES)
        specs = sorted(CATALOGUE.values(), key=lambda spec: order.index(spec.category))
        found = search(query, specs) if query.strip() else specs
        return [
            Choice(spec.type, spec.type, CATEGORIES[spec.category].title, spec.category, spec.icon) for spec in found
        ]

    def reason(self, choice: Choice) -> str:
        """Every block can be added."""
        return ""

    def choose(self, choice: Choice) -> None:
        """Adds the block, connects and selects it."""
        self._canvas.append(str(choice.value))


class Connecting:
    """Which port to draw a link to, from a port of some side of a block."""

    hint = "Search blocks"

    def __init__(self, workspace: Workspace, ports: Iterable[PortRef], side: Side) -> None:
        self._workspace = workspace
        self._ports = tuple(ports)
        self._side = side
        name = workspace.graph.blocks[self._ports[0].block].name
        self.heading = f"Connect '{name}' to" if side == "output" else f"Connect to '{name}' from"

    def choices(self, query: str) -> list[Choice]:
        """The other blocks' ports; those that fit come first, and of these the ones without a link."""
        graph = self._workspace.graph
        taken = {link.target for link in graph.links} if self._side == "output" else set()
        ranked: list[tuple[int, Choice]] = []
        order = reading_order(graph)
        for fixed in self._ports:
            fitting = fitting_ports(graph, fixed, self._side)
            for block in order:
                if block == fixed.block or not self._answers(block, query):
                    continue
                for port in self._others(block):
                    fits = port in fitting
                    ranked.append((2 * (not fits) + (port in taken), self._choice(fixed, port, fits=fits)))
        return [choice for _, choice in sorted(ranked, key=lambda item: item[0])]

    def _others(self, block: str) -> list[PortRef]:
        ports = edits.input_ports if self._side == "output" else edits.output_ports
        return [PortRef(block, port.name) for port in ports(self._workspace.graph, block)]

    def _answers(self, block: str, query: str) -> bool:
        at = self._workspace.graph.blocks[block]
        return all(word in f"{at.name} {at.type}".casefold() for word in query.casefold().split())

    def _choice(self, fixed: PortRef, other: PortRef, *, fits: bool) -> Choice:
        block = self._workspace.graph.blocks[other.block]
        spec = CATALOGUE.get(block.type)
        title = block.name if len(self._others(other.block)) == 1 else f"{block.name}: {other.port}"
        if len(self._ports) > 1:
            title = f"{fixed.port} → {title}"
        report = self._workspace.analysis.blocks.get(other.block)
        shape = shape_text(report.output_shapes[0]) if report and report.output_shapes else ""
        detail = block.type if self._side == "output" or not shape else shape
        category, icon = (spec.category, spec.icon) if spec is not None else ("", "help")
        return Choice((fixed, other), title, "" if detail == title else detail, category, icon, fits)

    def reason(self, choice: Choice) -> str:
        """Why a link cannot end there."""
        fixed, other = self._pair(choice)
        return "" if choice.fits else refusal(self._workspace.graph, fixed, self._side, other)

    def choose(self, choice: Choice) -> None:
        """Draws the link, as one step."""
        fixed, other = self._pair(choice)
        graph = self._workspace.graph
        if fixed.block not in graph.blocks or other.block not in graph.blocks:
            raise GraphError("The block is gone.")
        source, target = (fixed, other) if self._side == "output" else (other, fixed)
        self._workspace.document.apply_graph("Connect", edits.connect(graph, source, target))

    def _pair(self, choice: Choice) -> tuple[PortRef, PortRef]:
        assert isinstance(choice.value, tuple)
        fixed, other = choice.value
        return fixed, other
