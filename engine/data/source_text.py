"""How a person names data: a data set's name, or `KIND:PATH?key=value&key=value`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.description import DataError
from engine.folders import typed_path


@dataclass(frozen=True)
class SourceText:
    """A source's name taken apart. `path` is None where only a name was given."""

    kind: str
    path: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        path = "" if self.path is None else f":{self.path}"
        options = "&".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.kind}{path}" + (f"?{options}" if options else "")


def parse_source(text: str) -> SourceText:
    """Takes `mnist:FOLDER?validation=split` apart. Raises DataError; whether the kind exists is not looked at.

    A question mark begins the options only where an equals sign follows, so that paths may hold one.
    """
    text = text.strip()
    if not text:
        raise DataError("No data set is chosen yet.")
    place, options = text, {}
    before, mark, after = text.rpartition("?")
    if mark and "=" in after:
        place = before
        for pair in after.split("&"):
            key, equals, value = pair.partition("=")
            if not (equals and re.fullmatch(r"\w+", key)):
                raise DataError(f"{pair!r} in {text!r} is no option; write ?key=value.")
            options[key] = value
    kind, colon, path = place.partition(":")
    if not re.fullmatch(r"\w+", kind):
        hint = _hint(place)
        raise DataError(f"There is no data set {place!r}.{hint}")
    if colon and not path:
        raise DataError(f"{text!r} names no file: a path belongs after the colon.")
    return SourceText(kind, typed_path(path) if path else None, options)


def _hint(place: str) -> str:
    """What somebody may have meant who gave a bare path."""
    if place.lower().endswith(".npz"):
        return f" To read that file, write npz:{place}"
    return " Write a data set's name, or KIND:PATH such as npz:data.npz"


def with_absolute_path(text: str, base: Path) -> str:
    """The same source with its path made absolute, seen from the folder `base`. Raises DataError."""
    source = parse_source(text)
    if source.path is None or source.path.is_absolute():
        return str(source)
    return str(SourceText(source.kind, (base / source.path).resolve(), source.options))
