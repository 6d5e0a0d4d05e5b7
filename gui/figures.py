"""How the window writes numbers: one way for all its parts."""

from __future__ import annotations

import re

THIN = "\N{THIN SPACE}"
"""What stands between thousands."""

_UNITS = ("", "k", "M", "G", "T")
_BYTES = ("B", "kB", "MB", "GB", "TB")
_WITH_COMMAS = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")


def grouped(number: int) -> str:
    """A whole number with its thousands apart: `1 387 594`."""
    return f"{number:,}".replace(",", THIN)


def counted(number: int, word: str, plural: str = "") -> str:
    """A number with its noun: 1 problem, 2 problems."""
    return f"{grouped(number)} {word if number == 1 else plural or word + 's'}"


def scaled(number: float, units: tuple[str, ...] = _UNITS) -> str:
    """A number with two or three figures and a unit: `9.4 M`."""
    step = 0
    while number >= 999.5 and step < len(units) - 1:
        number /= 1000
        step += 1
    text = f"{number:.0f}" if step == 0 or number >= 99.95 else f"{number:.1f}"
    return f"{text} {units[step]}".strip()


def size_text(size: int) -> str:
    """A number of bytes: `24.4 kB`."""
    return scaled(size, _BYTES)


def typeset(sentence: str) -> str:
    """A sentence of the engine, which must do on every terminal, as the window writes it: 1,797 becomes 1 797."""
    return _WITH_COMMAS.sub(lambda found: found[0].replace(",", THIN), sentence)
