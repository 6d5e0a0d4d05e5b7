"""`main.py doctor`: what is installed, where networks are trained here, and why not on a GPU."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from engine.cli.display import BACKEND_TITLES
from engine.cli.output import say, table
from engine.folders import data_folder, home_path, runs_folder

PACKAGES = (
    "keras", "tensorflow", "jax", "numpy", "scikit-learn", "PySide6-Essentials", "pyqtgraph", "pydantic", "rich",
)  # fmt: skip
"""The packages whose versions matter when something goes wrong."""

_TIME_LIMIT = 180
"""Seconds that a backend may take to start; a cold disk may well take one of these minutes."""

_PROBE = """
import json, sys
from engine.backend import prepare
prepare(sys.argv[1])
from engine.training.device import device
name, note = device()
print("\\n" + json.dumps({"device": name, "note": note}))
"""


@dataclass(frozen=True)
class BackendReport:
    """What a backend says when it is started: its device, and why that is no GPU; or the error."""

    name: str
    version: str
    device: str = ""
    note: str = ""
    error: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one object instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Prints the report. The answer is 0 as long as one backend works, else 1."""
    backends = [probe(name) for name in BACKEND_TITLES]
    if arguments.json:
        say(json.dumps(_as_json(backends), ensure_ascii=False, indent=1))
    else:
        _print(backends)
    return 1 if all(backend.error for backend in backends) else 0


def version(package: str) -> str:
    """An installed package's version; "" if it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def probe(name: str) -> BackendReport:
    """Starts a backend in a process of its own, because one process has one backend only."""
    found = version(name)
    if not found:
        return BackendReport(name, found, error="It is not installed. Run: uv sync")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, name],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return BackendReport(name, found, error=f"It did not start within {_TIME_LIMIT} seconds.")
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        words = (done.stderr.strip().splitlines() or [f"It ended with {done.returncode}."])[-1]
        return BackendReport(name, found, error=words)
    answer = json.loads(lines[-1])
    return BackendReport(name, found, answer["device"], answer["note"])


def _system() -> dict[str, str]:
    memory = psutil.virtual_memory()
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory.total / 2**30:.1f} GB, {memory.available / 2**30:.1f} GB free",
    }


def _folders() -> dict[str, str]:
    existing = next(folder for folder in (home_path().absolute(), *home_path().absolute().parents) if folder.is_dir())
    return {
        "application data": str(home_path()),
        "data sets": str(data_folder()),
        "runs of unsaved projects": str(runs_folder(None)),
        "free disk space": f"{shutil.disk_usage(existing).free / 2**30:.1f} GB",
    }


def _as_json(backends: list[BackendReport]) -> dict[str, object]:
    return {
        **_system(),
        "packages": {package: version(package) for package in PACKAGES},
        "backends": [asdict(backend) for backend in backends],
        "folders": _folders(),
    }


def _print(backends: list[BackendReport]) -> None:
    say("System")
    say(table(("  " + name, value) for name, value in _system().items()))
    say("\nPackages")
    say(table(("  " + package, version(package) or "not installed") for package in PACKAGES))
    say("\nTraining")
    for backend in backends:
        title = f"{BACKEND_TITLES[backend.name]} {backend.version}".strip()
        say(f"  {title}: {backend.error or backend.device}")
        if backend.note:
            say(f"    {backend.note}")
    say("\nFolders")
    say(table(("  " + name, value) for name, value in _folders().items()))
