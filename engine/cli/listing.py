"""`main.py list`: the names that other commands and project files take."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import CATEGORIES
from engine.cli.output import say, table
from engine.data.loading import SOURCES
from engine.losses import LOSSES
from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS
from engine.templates import TEMPLATES

Row = dict[str, object]
"""One thing in a list: `name`, `title` and `help`, and what else a script may want."""


def _blocks() -> list[Row]:
    return [
        {
            "name": spec.type,
            "title": spec.type,
            "help": spec.what,
            "category": CATEGORIES[spec.category].title,
            "parameters": [param.name for param in spec.params],
        }
        for spec in CATALOGUE.values()
    ]


def _optimizers() -> list[Row]:
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "help": entry.traits,
            "step": {"full": "the whole training set", "one": "one example", "mini": "a mini-batch"}[entry.regime],
            "textbook": dict(entry.textbook.values),
            "keras": dict(entry.keras.values),
        }
        for entry in OPTIMIZERS.values()
    ]


def _datasets() -> list[Row]:
    return [
        {"name": entry.name, "title": entry.title, "help": entry.help, "kind": entry.kind, "usage": entry.usage}
        for entry in SOURCES.values()
    ]


def _templates() -> list[Row]:
    return [{"name": entry.name, "title": entry.title, "help": entry.note} for entry in TEMPLATES.values()]


def _losses() -> list[Row]:
    return [
        {"name": entry.name, "title": entry.title, "help": entry.help, "targets": list(entry.targets)}
        for entry in LOSSES.values()
    ]


def _metrics() -> list[Row]:
    return [
        {"name": entry.name, "title": entry.title, "help": entry.help, "targets": list(entry.targets)}
        for entry in METRICS.values()
    ]


LISTS: dict[str, Callable[[], list[Row]]] = {
    "blocks": _blocks,
    "optimizers": _optimizers,
    "datasets": _datasets,
    "templates": _templates,
    "losses": _losses,
    "metrics": _metrics,
}
"""What can be listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=tuple(LISTS), help="what to list")
    parser.add_argument("--json", action="store_true", help="print a list of objects with name, title and more")


def run(arguments: argparse.Namespace) -> int:
    """Prints the list."""
    rows = LISTS[arguments.what]()
    if arguments.json:
        say(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    columns = [("usage" if "usage" in row else "name", "title", "help") for row in rows]
    lines = [[str(row[name]) for name in names] for row, names in zip(rows, columns, strict=True)]
    if all(line[0] == line[1] for line in lines):
        lines = [[line[0], line[2]] for line in lines]
    say(table(lines))
    return 0
