"""Gets a data set onto this machine where that is needed, with a bar on a terminal."""

from __future__ import annotations

import sys

from engine.cli.output import say
from engine.data.description import DataDescription, DataError
from engine.data.loading import describe, entry_of, fetch
from engine.settings import DataSettings


def available_description(data: DataSettings, quiet: bool) -> DataDescription:
    """What the data look like; they are fetched if they are not there and can be. Raises DataError."""
    try:
        return describe(data)
    except DataError as error:
        if not error.can_fetch:
            raise
    _fetch(data, quiet)
    return describe(data)


def _fetch(data: DataSettings, quiet: bool) -> None:
    entry = entry_of(data.source)
    if quiet or not sys.stdout.isatty():
        if not quiet:
            say(f"Fetching {entry.title} ...")
        fetch(data)
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("Fetching {task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), transient=True
    ) as bar:
        task = bar.add_task(entry.title, total=None)

        def progress(done: int, total: int) -> bool:
            bar.update(task, completed=done, total=total or None)
            return True

        fetch(data, progress)
