"""What the commands print: results on standard output, everything about them on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO


class InputError(Exception):
    """What the person asked for cannot be done. The message says what was wrong and how to mend it."""


class RunError(Exception):
    """What was asked for was tried and failed."""


def say(text: str = "") -> None:
    """Prints a line of the result at once."""
    _write(sys.stdout, text)


def warn(text: str) -> None:
    """Prints a remark that is no result."""
    _write(sys.stderr, text)


def refuse(text: str) -> None:
    """Prints why something was not done: a line for each line of the text."""
    for line in text.splitlines():
        _write(sys.stderr, f"lamina: {line}")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        # Nobody reads any more, as after `| head`. What is being done is done all the same.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def settle_streams() -> None:
    """Lets a terminal that cannot show a character, such as an old Windows one, show a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = (), gap: str = "  ") -> str:
    """Rows as aligned columns; the columns in `right` are aligned to the right. The last one is not padded."""
    lines = [list(row) for row in rows]
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    texts = []
    for line in lines:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        texts.append(gap.join(cells).rstrip())
    return "\n".join(texts)
