"""`main.py export`: a trained network, or an untrained one, as a file for elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.backend import resolve
from engine.cli.backends import start_keras
from engine.cli.fetching import available_description
from engine.cli.output import InputError, RunError, say, warn
from engine.cli.source import Opened, open_project
from engine.cli.train import check_target
from engine.folders import runs_folder, typed_path
from engine.project import Project
from engine.training.folder import JOB, FolderError, RunInfo, list_runs, read_project, read_run

FORMATS = {"keras": ".keras"}
"""The formats, each with the ending of its files."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "project",
        metavar="PROJECT|RUN",
        help="a .lamina file or a template, whose latest run is taken, or a run's folder",
    )
    parser.add_argument("--format", choices=tuple(FORMATS), required=True, help="what to write")
    parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="where to write it")
    parser.add_argument(
        "--no-optimizer-state",
        action="store_true",
        help="leave out what the optimizer remembers: the file gets smaller, and cannot be trained further as exactly",
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes the file; answers the exit status. Raises InputError and RunError."""
    check_target(arguments.output, FORMATS[arguments.format])
    folder = typed_path(arguments.project)
    if folder.is_dir():
        return _export_run(_network_in(folder), arguments)
    opened = open_project(arguments.project)
    latest = _latest_run(opened)
    if latest is not None:
        say(f"Taking the latest run, {latest.folder} ({_epochs(latest.epochs)}).")
        if opened.path is not None and read_project(latest.folder).graph != opened.project.graph:
            warn(
                "Note: the project's network has been changed since that run; the file holds the one that was trained."
            )
        return _export_run(latest, arguments)
    warn(f"{opened.name} has no trained network yet, so the untrained one is exported, with its starting weights.")
    return _export_untrained(opened.project, arguments)


def _network_in(folder: Path) -> RunInfo:
    """The run in a folder. Raises InputError where there is none, or one without a network."""
    info = read_run(folder.resolve())
    if info is None:
        raise InputError(f"{folder} is no run's folder: it has no {JOB}.")
    if not info.network:
        raise InputError(f"The run in {folder} ended before it had a network to keep.")
    return info


def _latest_run(opened: Opened) -> RunInfo | None:
    """The latest run with a network. Templates share their runs' folder, so there the network must be the same."""
    for info in list_runs(runs_folder(opened.path)):
        if info.network and (opened.path is not None or _same_network(info, opened.project)):
            return info
    return None


def _same_network(info: RunInfo, project: Project) -> bool:
    try:
        return read_project(info.folder).graph == project.graph
    except FolderError:
        return False


def _epochs(number: int) -> str:
    return {0: "untrained", 1: "1 epoch"}.get(number, f"{number} epochs")


def _export_run(info: RunInfo, arguments: argparse.Namespace) -> int:
    try:
        project = read_project(info.folder)
    except FolderError as error:
        raise InputError(str(error)) from None
    start_keras(resolve(project.training.backend))
    from engine.models.export import ExportError, export_run

    try:
        difference = export_run(
            info.folder, arguments.output.absolute(), optimizer_state=not arguments.no_optimizer_state
        )
    except ExportError as error:
        raise RunError(str(error)) from None
    return _report(arguments.output, difference)


def _export_untrained(project: Project, arguments: argparse.Namespace) -> int:
    if not project.data.source:
        raise InputError("The project names no data, so what the network's inputs look like is not known.")
    available_description(project.data, quiet=False)
    start_keras(resolve(project.training.backend))
    from engine.models.export import ExportError, export_untrained

    try:
        difference = export_untrained(project, arguments.output.absolute())
    except ExportError as error:
        raise RunError(str(error)) from None
    return _report(arguments.output, difference)


def _report(path: Path, difference: float) -> int:
    say(f"Exported {path}; loaded again, its outputs differ by {difference:.1e} at most.")
    return 0
