"""Where Lamina keeps what belongs to no project: settings, recovery copies, downloads, runs of unsaved projects."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of the application's own data, made when it is first asked for; `LAMINA_HOME` overrides it."""
    chosen = os.environ.get("LAMINA_HOME")
    folder = Path(chosen) if chosen else Path(platformdirs.user_data_dir("Lamina", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_folder() -> Path:
    """Where downloaded data sets are kept."""
    return _made("datasets")


def recovery_folder() -> Path:
    """Where recovery copies of open projects are kept."""
    return _made("recovery")


def runs_folder(project: Path | None) -> Path:
    """Where a project's runs are kept: beside its file, or in the application's data while it has none.

    The folder is not made: a trainer makes it together with the run's own.
    """
    return project.with_name(f"{project.stem}-runs") if project is not None else home() / "runs"


def _made(name: str) -> Path:
    folder = home() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
