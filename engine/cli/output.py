"""What the commands print: results on standard output, everything about them on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from engine.workers.stderr import nowhere


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
        _write_nowhere(stream)  # nobody reads any more, as after `| head`
    except OSError as error:
        _write_nowhere(stream)
        _lost.append(stream)
        if stream is sys.stdout:
            refuse(f"The output cannot be written: {error.strerror}.")


_lost: list[TextIO] = []
"""The streams that a full disk, say, made incomplete. What is being done is done all the same."""


def output_is_complete() -> bool:
    """Whether everything that was printed could be written."""
    return not _lost


def _write_nowhere(stream: TextIO) -> None:
    """Sends what is still printed to a stream, and what it holds back, to nowhere."""
    with contextlib.suppress(OSError, ValueError), nowhere() as sink:
        os.dup2(sink.fileno(), stream.fileno())


def settle_streams() -> None:
    """Gives the program streams that take every text.

    A stream that was closed leads nowhere. A terminal that cannot show a character, such as an old Windows one, shows
    a question mark instead.
    """
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
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
