"""Prints the table of figures: `uv run python -m benchmarks [NAME ...]`, with the names of modules here.

Every module with a `measure` function that returns rows is a part of it. Each part runs in a process of its own, so
that none finds the memory, the threads or the backend of the one before.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.row import Row

NOT_PARTS = ("__main__", "row")
MARK = "benchmark rows: "


def parts() -> list[str]:
    """The names of the modules that measure something."""
    return [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_PARTS]


def measure_here(name: str) -> None:
    """Measures one part in this process and prints its rows for the one that asked."""
    rows: list[Row] = import_module(f"benchmarks.{name}").measure()
    print(MARK + json.dumps([asdict(row) for row in rows]))


def measure(name: str) -> list[Row]:
    """The rows of one part, measured in a process of its own."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--here", name],
        cwd=Path(__file__).parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        return [Row(name, "", f"failed: {done.stderr.strip().splitlines()[-1:]}", False)]
    return [Row(**row) for row in json.loads(lines[-1].removeprefix(MARK))]


def main() -> None:
    """Measures the parts that are named, or all of them."""
    names = sys.argv[1:] or parts()
    if names[0] == "--here":
        measure_here(names[1])
        return
    table = Table(title=f"Figures on {os.cpu_count()} cores")
    for title in ("what", "goal", "figure", ""):
        table.add_column(title)
    for name in names:
        for row in measure(name):
            table.add_row(row.what, row.goal, row.figure, {True: "met", False: "missed", None: ""}[row.met])
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
