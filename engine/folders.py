"""Where Lamina keeps what belongs to no project: settings, recovery copies, downloads, runs of unsaved projects."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import platformdirs


def typed_path(text: str) -> Path:
    """The path that a person typed. A `~` that leads nowhere stays as it is, and then no file is found there."""
    with contextlib.suppress(RuntimeError):
        return Path(text).expanduser()
    return Path(text)


class NoHomeError(OSError):
    """The application's own folder cannot be made. The message says where, why and how to mend it."""


def home_path() -> Path:
    """Where the folder of the application's own data is, or would be; `LAMINA_HOME` overrides it.

    Raises NoHomeError for an account without a home, as containers have them.
    """
    if chosen := os.environ.get("LAMINA_HOME"):
        return Path(chosen)
    try:
        return Path(platformdirs.user_data_dir("Lamina", appauthor=False))
    except RuntimeError:
        raise NoHomeError("This account has no home folder. Set LAMINA_HOME to a folder that can be written.") from None


def home() -> Path:
    """The folder of the application's own data, made when it is first asked for. Raises NoHomeError."""
    folder = home_path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoHomeError(
            f"Lamina keeps settings, recovery copies and runs in {folder}, which cannot be made: {error.strerror}. "
            "Set LAMINA_HOME to a folder that can be written."
        ) from None
    return folder


def data_folder() -> Path:
    """Where downloaded data sets are kept. The folder is not made: a download does that."""
    return home_path() / "datasets"


def recovery_folder() -> Path:
    """Where recovery copies of open projects are kept. The folder is not made: the first copy does that."""
    return home_path() / "recovery"


def runs_folder(project: Path | None) -> Path:
    """Where a project's runs are kept: beside its file, or in the application's data while it has none.

    The folder is not made: a trainer makes it together with the run's own.
    """
    return project.with_name(f"{project.stem}-runs") if project is not None else home_path() / "runs"
