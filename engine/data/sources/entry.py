"""What a source of data is: the one description that menus, the command line and loading read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.data.dataset import Progress, SourceData
from engine.data.description import DataDescription, DataError
from engine.data.source_text import SourceText

SourceKind = Literal["bundled", "download", "file"]
"""Whether the data come with Lamina, have to be fetched once, or are a person's own."""


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One source.

    `options` are the words allowed after the question mark, each with its values, the default first. `read` raises
    DataError. `fetch` gets the data onto this machine; None where nothing has to be fetched. `expected`
    is what published data look like, so that a network can be judged before they are there. `takes_path` says
    whether a path may follow the name; for a source of kind "file" one must. `suffixes` are the endings of its files.
    """

    name: str
    title: str
    help: str
    kind: SourceKind
    read: Callable[[SourceText, Progress | None], SourceData]
    fetch: Callable[[Progress | None], None] | None = None
    expected: DataDescription | None = None
    takes_path: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suffixes: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """How it is written, such as `npz:FILE?predict=auto|classes|number`."""
        path = {"bundled": "", "download": "[:PATH]", "file": ":FILE"}[self.kind] if self.takes_path else ""
        options = "&".join(f"{key}={'|'.join(values)}" for key, values in self.options.items())
        return f"{self.name}{path}" + (f"?{options}" if options else "")

    def option(self, source: SourceText, name: str) -> str:
        """An option's value: the one that was given, or the default."""
        return source.options.get(name, self.options[name][0])

    def check(self, source: SourceText) -> None:
        """Raises DataError for a path or an option that this source does not take."""
        if source.path is not None and not self.takes_path:
            raise DataError(f"{self.name} takes no path; write {self.name} alone.")
        if source.path is None and self.kind == "file":
            raise DataError(f"{self.name} needs a file: {self.usage}")
        for name, value in source.options.items():
            if name not in self.options:
                known = " and ".join(self.options)
                raise DataError(f"{self.name} has no option {name!r}; it has {known or 'none'}.")
            if value not in self.options[name]:
                raise DataError(f"{name} of {self.name} is {' or '.join(self.options[name])}, not {value!r}.")


def required_path(source: SourceText) -> Path:
    """The path of a source that was checked to have one."""
    assert source.path is not None
    return source.path
