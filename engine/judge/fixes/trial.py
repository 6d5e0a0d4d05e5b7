"""Tries what the entries propose: a fix is offered only if its problem is gone with it and nothing else broke.

A trial costs a quick pass of the judge, which answers from what it keeps wherever nothing changed; what is about to be
offered is judged thoroughly as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.data.description import DataDescription
from engine.fix import Fix, Step, apply_fix
from engine.graph import Graph, GraphError
from engine.judge.fixes.case import Case, Entry, Network
from engine.judge.report import Analysis, Problem

OFFERED = 3
"""How many fixes a problem gets at most."""

BUDGET = 100_000
"""How many blocks all trials of one graph may look at together, so that large graphs with many problems end. Problems
that come too late get no fixes; they are found once those before them are gone."""

Mark = tuple[str | None, str]
"""What tells problems apart: the block and the kind."""


class Judging(Protocol):
    """The judge's quick or thorough word on a graph."""

    def __call__(self, graph: Graph, /, *, trace: bool) -> Analysis: ...


@dataclass(frozen=True, order=True)
class _Cost:
    """What a fix brings with it: errors that stood hidden behind the problem, and warnings of a kind that is new."""

    errors: int
    warnings: int


def with_fixes(
    graph: Graph,
    data: DataDescription | None,
    analysis: Analysis,
    judge: Judging,
    entries: Sequence[Entry],
    budget: int = BUDGET,
) -> Analysis:
    """The analysis with the fixes that help in each of its problems, errors served first.

    Raises what `judge` raises when nobody waits any more.
    """
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        for kind in entry.kinds:
            by_kind.setdefault(kind, []).append(entry)
    bench = _Bench(Network(graph, data, analysis), judge, budget)
    problems = list(analysis.problems)
    for place in sorted(range(len(problems)), key=lambda place: problems[place].severity):
        if bench.is_spent:
            break
        case = Case(bench.network, problems[place])
        proposals = (fix for entry in by_kind.get(case.problem.kind, ()) for fix in entry.propose(case))
        problems[place] = replace(case.problem, fixes=tuple(bench.helpful(case.problem, proposals)))
    return replace(analysis, problems=tuple(problems), complete=True)


class _Bench:
    """Where fixes are tried on one graph."""

    def __init__(self, network: Network, judge: Judging, budget: int) -> None:
        self.network = network
        self._judge = judge
        self._budget = budget

    @property
    def is_spent(self) -> bool:
        """Whether there is no budget left for another trial."""
        return self._budget < len(self.network.graph.blocks)

    def helpful(self, problem: Problem, proposals: Iterable[Fix]) -> Iterator[Fix]:
        """Those that mend the problem, in their order; of these only the ones that bring least with them."""
        tried: list[tuple[_Cost, Fix, Graph]] = []
        for fix in _different(proposals):
            if self.is_spent:
                break
            try:
                graph = apply_fix(self.network.graph, fix)
            except GraphError:
                continue
            cost = self._cost(problem, graph, trace=False)
            if cost is not None:
                tried.append((cost, fix, graph))
        least: _Cost | None = None
        offered = 0
        for cost, fix, graph in sorted(tried, key=lambda trial: trial[0]):
            if offered == OFFERED or (least is not None and cost != least):
                break
            if self._cost(problem, graph, trace=True) is not None:
                least, offered = cost, offered + 1
                yield fix

    def _cost(self, problem: Problem, graph: Graph, *, trace: bool) -> _Cost | None:
        """What comes with a repaired graph; None where it does not mend the problem, or breaks something."""
        self._budget -= len(graph.blocks)
        before, after = self.network.analysis, self._judge(graph, trace=trace)
        mark = _mark(problem)
        if Counter(map(_mark, after.problems))[mark] >= Counter(map(_mark, before.problems))[mark]:
            return None
        errors = _count(after, "error") - _count(before, "error")
        if any(not self._was_hidden(problem, mark) for mark in errors):
            return None
        warnings = _kinds(after) - _kinds(before)
        cost = _Cost(errors.total(), warnings.total())
        if problem.severity == "warning":
            return cost if not cost.errors and len(after.problems) < len(before.problems) else None
        return cost if len(after.errors) < len(before.errors) or _known(after) > _known(before) else None

    def _was_hidden(self, problem: Problem, mark: Mark) -> bool:
        """Whether an error could not have shown before: its block's input was not known, or the block is new, or it is
        one of the whole network that is looked for last."""
        block, kind = mark
        if block is None or block == problem.block:
            return kind == "nothing-learns"
        return block not in self.network.graph.blocks or self.network.shape(block) is None


def _different(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """The fixes that do something, each only once."""
    seen: list[tuple[Step, ...]] = []
    for fix in fixes:
        if fix.steps and fix.steps not in seen:
            seen.append(fix.steps)
            yield fix


def _mark(problem: Problem) -> Mark:
    return problem.block, problem.kind


def _count(analysis: Analysis, severity: str) -> Counter[Mark]:
    return Counter(_mark(problem) for problem in analysis.problems if problem.severity == severity)


def _known(analysis: Analysis) -> int:
    """How many blocks have a shape: more of them is progress where as many errors as before are left."""
    return sum(bool(report.output_shapes) for report in analysis.blocks.values())


def _kinds(analysis: Analysis) -> Counter[str]:
    return Counter(problem.kind for problem in analysis.problems if problem.severity == "warning")
