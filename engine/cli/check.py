"""`main.py check`: what the judge says about a network, and what would mend it."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass

from engine.cli.backends import start_keras
from engine.cli.output import say, table
from engine.cli.source import open_project, with_data
from engine.data.description import DataDescription, DataError
from engine.data.loading import describe, expected_description
from engine.graph import Graph
from engine.judge.report import Analysis, Problem, Severity, Shape, shape_text
from engine.project import Project

_WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("project", metavar="PROJECT|TEMPLATE", help="a .lamina file, or the name of a template")
    parser.add_argument("--data", metavar="DATA", help="other data than the project's own")
    parser.add_argument("--json", action="store_true", help="print one object with blocks, parameters and problems")


def run(arguments: argparse.Namespace) -> int:
    """Prints what is known of every block; answers 2 if the network cannot be trained as it is, else 0."""
    opened = open_project(arguments.project)
    project = opened.project if arguments.data is None else with_data(opened.project, arguments.data)
    found = _look_at_data(project)
    # Nothing is trained here, and this backend starts in half the time.
    start_keras("jax")
    from engine.judge.judge import Judge

    judge = Judge()
    analysis = judge.analyse(project.graph, found.description, trace=True)
    analysis = judge.with_fixes(project.graph, found.description, analysis)
    problems = (*found.problems, *analysis.problems)
    if arguments.json:
        say(json.dumps(_as_json(project.graph, analysis, problems), ensure_ascii=False, indent=1))
    else:
        _print(project.graph, analysis, problems)
    return _WRONG if any(problem.severity == "error" for problem in problems) else 0


@dataclass(frozen=True)
class _Data:
    description: DataDescription | None
    problems: tuple[Problem, ...] = ()


def _look_at_data(project: Project) -> _Data:
    """The data's description. Data that are not there yet are no error; those that cannot be used are."""
    if not project.data.source:
        return _Data(None)
    try:
        return _Data(describe(project.data))
    except DataError as error:
        severity: Severity = "warning" if error.can_fetch else "error"
        return _Data(expected_description(project.data), (Problem(severity, None, str(error)),))


def _as_json(graph: Graph, analysis: Analysis, problems: tuple[Problem, ...]) -> dict[str, object]:
    blocks = []
    for block in graph.blocks.values():
        report = analysis.blocks.get(block.id)
        shapes = [list(shape) for shape in report.output_shapes] if report is not None else []
        blocks.append(
            {
                "id": block.id,
                "name": block.name,
                "type": block.type,
                "output_shape": (shapes[0] if len(shapes) == 1 else shapes) if shapes else None,
                "parameters": report.parameters if report is not None else 0,
                **({"bypassed": True} if block.bypassed else {}),
            }
        )
    return {
        "blocks": blocks,
        "parameters": analysis.parameters,
        "problems": [
            {
                "severity": problem.severity,
                "block": problem.block,
                "message": problem.message,
                "fixes": [fix.title for fix in problem.fixes],
            }
            for problem in problems
        ],
    }


def _print(graph: Graph, analysis: Analysis, problems: tuple[Problem, ...]) -> None:
    rows = [("Block", "Type", "Output", "Parameters")]
    for key in _reading_order(graph):
        block, report = graph.blocks[key], analysis.blocks.get(key)
        shapes: tuple[Shape, ...] = report.output_shapes if report is not None else ()
        output = ", ".join(shape_text(shape) for shape in shapes) or "unknown"
        count = "bypassed" if block.bypassed else f"{report.parameters:,}" if report is not None else ""
        rows.append((block.name, block.type, output, count))
    say(table(rows, right=(3,)))
    say(f"\n{analysis.parameters:,} parameters")
    for problem in problems:
        say(f"{problem.severity.capitalize()}: {problem.message}")
        for fix in problem.fixes:
            say(f"  fix: {fix.title}")
    if not problems:
        say("No problems.")


def _reading_order(graph: Graph) -> tuple[str, ...]:
    """Blocks from inputs to outputs; a project that was opened has no circle."""
    return graph.order()
