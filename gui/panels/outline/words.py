"""What the rows of the outline say, on the screen and to a screen reader."""

from __future__ import annotations

from engine import edits
from engine.catalogue import CATALOGUE
from engine.judge.report import Problem, shape_text
from gui.canvas.figures import output_text, short_count
from gui.figures import counted
from gui.panels.outline.rows import Outline, Row


def title(outline: Outline, row: Row) -> str:
    """What a row is called."""
    graph = outline.graph
    match row.kind:
        case "group":
            return graph.groups[row.id].name
        case "block":
            return graph.blocks[row.id].name
        case "comment":
            return " ".join(graph.comments[row.id].text.split()) or "Empty comment"
        case "input" | "output":
            return _port_title(outline, row)
        case "problem":
            return row.problem.message if row.problem is not None else ""
        case "fix":
            return row.fix.title if row.fix is not None else ""


def detail(outline: Outline, row: Row) -> str:
    """The quieter line of a group or a block."""
    if row.kind == "group":
        members = outline.graph.members(row.id)
        reports = [report for member in members if (report := outline.report(member)) is not None]
        weights = sum(report.parameters for report in reports)
        return counted(len(members), "block") + (f" · {short_count(weights)} weights" if weights else "")
    if row.kind != "block":
        return ""
    block = outline.graph.blocks[row.id]
    spec = CATALOGUE.get(block.type)
    text = spec.card_text(block) if spec is not None else f"unknown block · {block.type}"
    return f"bypassed · {text}" if block.bypassed and text else "bypassed" if block.bypassed else text


def shape(outline: Outline, row: Row) -> str:
    """The shape that a block gives or that a link carries; "" where there is none to tell."""
    if row.kind == "block":
        return output_text(outline.report(row.id))
    if row.link is None:
        return ""
    source = row.link.source
    names = [port.name for port in edits.output_ports(outline.graph, source.block)]
    report = outline.report(source.block)
    index = names.index(source.port) if source.port in names else -1
    return shape_text(report.output_shapes[index]) if report and 0 <= index < len(report.output_shapes) else ""


def problems(outline: Outline, row: Row) -> list[Problem]:
    """The problems that a row's sign stands for."""
    if row.kind == "problem":
        return [row.problem] if row.problem is not None else []
    if row.kind not in ("block", "group"):
        return []
    return [problem for block in outline.blocks_of(row) for problem in outline.problems_of(block)]


def spoken(outline: Outline, row: Row) -> str:
    """A row as a screen reader says it."""
    name, gives = title(outline, row), shape(outline, row)
    match row.kind:
        case "block":
            kind = outline.graph.blocks[row.id].type
            parts = [name if name == kind else f"{kind} '{name}'"]
            parts += detail(outline, row).split(" · ") if detail(outline, row) else []
            if gives and gives != "?":
                parts.append(f"gives {gives}")
            return _with_problems(", ".join(parts), problems(outline, row))
        case "group":
            return _with_problems(
                f"Group '{name}', {detail(outline, row).replace(' · ', ', ')}", problems(outline, row)
            )
        case "comment":
            return f"Comment: {name}"
        case "input" | "output":
            lead = "Input" if row.kind == "input" else "Output"
            return f"{lead} {name}, {gives}" if gives else f"{lead} {name}"
        case "problem":
            severity = "Problem" if row.problem is not None and row.problem.severity == "error" else "Warning"
            return f"{severity}: {name}"
        case "fix":
            return f"Fix: {name}"


def advice(row: Row | None) -> str:
    """What can be done with a row, in few words."""
    if row is None:
        return "A adds a block"
    match row.kind:
        case "block":
            return "A adds after it · C connects · Enter: settings"
        case "group" | "comment":
            return "F2 renames · Del deletes" if row.kind == "group" else "Del deletes"
        case "input" | "output":
            return "Enter: the other end · Del: take it off" if row.link is not None else "C connects"
        case "problem":
            return "Enter shows it · F8: the next one"
        case "fix":
            return "Enter does it"


def _port_title(outline: Outline, row: Row) -> str:
    graph = outline.graph
    ports = edits.input_ports(graph, row.id) if row.kind == "input" else edits.output_ports(graph, row.id)
    lead = f"{row.port}: " if len(ports) > 1 else ""
    if row.link is None:
        return f"{lead}not connected"
    if row.kind == "input":
        return f"{lead}from '{graph.blocks[row.link.source.block].name}'"
    return f"{lead}to '{graph.blocks[row.link.target.block].name}'"


def _with_problems(text: str, found: list[Problem]) -> str:
    if not found:
        return text
    return f"{text}, {counted(len(found), 'problem')}: {' '.join(problem.message for problem in found)}"
