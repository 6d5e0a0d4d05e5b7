"""The rows of the outline: what stands below what, and in which order. No Qt: the model shows what this says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine import edits
from engine.chains import reading_order
from engine.fix import Fix
from engine.graph import Block, Graph, Link
from engine.judge.report import Analysis, BlockReport, Problem

Kind = Literal["group", "block", "comment", "input", "output", "problem", "fix"]
Key = tuple[object, ...]
"""What a row is, whatever it says: it stays the same while the network is edited."""


@dataclass(frozen=True)
class Row:
    """One row.

    `id` is that of the group, the block or the comment that it stands for; a row below a block has the block's. An
    `input` or `output` is a port with its `link`, or without one while nothing is connected there.
    """

    kind: Kind
    id: str = ""
    port: str = ""
    link: Link | None = None
    problem: Problem | None = None
    fix: Fix | None = None

    @cached_property
    def key(self) -> Key:
        """What tells this row from all others."""
        if self.kind in ("group", "block", "comment"):
            return self.kind, self.id
        problem = self.problem.message if self.problem is not None else ""
        return self.kind, self.id, self.port, self.link, problem, self.fix.title if self.fix is not None else ""

    @property
    def has_children(self) -> bool:
        """Whether rows may stand below this one."""
        return self.kind in ("group", "block") or (
            self.kind == "problem" and self.problem is not None and bool(self.problem.fixes)
        )


@dataclass(frozen=True)
class Outline:
    """A graph and the judge's word on it as rows. Made anew for each, and only asked about what is looked at."""

    graph: Graph
    analysis: Analysis
    query: str = ""

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The blocks in the order in which data reach them."""
        return reading_order(self.graph)

    @cached_property
    def _problems(self) -> dict[str, list[Problem]]:
        found: dict[str, list[Problem]] = {}
        for problem in sorted(self.analysis.problems, key=lambda problem: problem.severity):
            block = problem.block or ""
            found.setdefault(block if block in self.graph.blocks else "", []).append(problem)
        return found

    @cached_property
    def _links(self) -> tuple[dict[str, list[Link]], dict[str, list[Link]]]:
        """The links into and out of each block."""
        into: dict[str, list[Link]] = {}
        out: dict[str, list[Link]] = {}
        for link in self.graph.links:
            into.setdefault(link.target.block, []).append(link)
            out.setdefault(link.source.block, []).append(link)
        return into, out

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        """The blocks of each group that are shown, in the order of the network."""
        found: dict[str, list[str]] = {}
        for key in self.order:
            group = self.graph.blocks[key].group
            if group in self.graph.groups and self._is_shown(self.graph.blocks[key]):
                found.setdefault(group, []).append(key)
        return found

    def problems_of(self, block: str) -> list[Problem]:
        """The problems of a block, errors first; of the network as a whole for ""."""
        return self._problems.get(block, [])

    def report(self, block: str) -> BlockReport | None:
        """What the judge knows of a block."""
        return self.analysis.blocks.get(block)

    def top(self) -> Iterator[Row]:
        """What stands at the top: the network's own problems, groups and blocks in order, and the comments."""
        if not self.query:
            yield from (Row("problem", problem=problem) for problem in self.problems_of(""))
        told: set[str] = set()
        for key in self.order:
            group = self.graph.blocks[key].group
            if group in self.graph.groups:
                if group not in told and group in self._members:
                    told.add(group)
                    yield Row("group", group)
            elif self._is_shown(self.graph.blocks[key]):
                yield Row("block", key)
        for comment in self.graph.comments.values():
            if self.query.casefold() in comment.text.casefold():
                yield Row("comment", comment.id)

    def below(self, row: Row) -> Iterator[Row]:
        """What stands below a row."""
        if row.kind == "group":
            yield from (Row("block", block) for block in self._members.get(row.id, ()))
        elif row.kind == "block" and row.id in self.graph.blocks:
            yield from (Row("problem", row.id, problem=problem) for problem in self.problems_of(row.id))
            into, out = self._links
            inputs = [port.name for port in edits.input_ports(self.graph, row.id)]
            yield from _ports(row.id, "input", inputs, {link: link.target.port for link in into.get(row.id, ())})
            outputs = [port.name for port in edits.output_ports(self.graph, row.id)]
            yield from _ports(row.id, "output", outputs, {link: link.source.port for link in out.get(row.id, ())})
        elif row.kind == "problem" and row.problem is not None:
            yield from (Row("fix", row.id, problem=row.problem, fix=fix) for fix in row.problem.fixes)

    def blocks_of(self, row: Row) -> tuple[str, ...]:
        """The blocks that are selected with a row."""
        if row.kind == "group":
            return self.graph.members(row.id)
        return (row.id,) if row.id in self.graph.blocks else ()

    def _is_shown(self, block: Block) -> bool:
        """Whether a block answers to what is searched for: by its name, its type, or its group's name."""
        if not self.query:
            return True
        group = self.graph.groups.get(block.group)
        text = f"{block.name}\n{block.type}\n{group.name if group else ''}".casefold()
        return all(word in text for word in self.query.casefold().split())


def _ports(block: str, kind: Literal["input", "output"], ports: Iterable[str], links: dict[Link, str]) -> Iterator[Row]:
    """A row for each link at a block's ports, and one for each port without a link."""
    for port in ports:
        at = [link for link, name in links.items() if name == port]
        if at:
            yield from (Row(kind, block, port, link) for link in at)
        else:
            yield Row(kind, block, port)
