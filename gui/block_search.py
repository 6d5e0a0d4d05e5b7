"""Which block types fit what a person types, and how well: by name, by words, by abbreviation, past a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.catalogue.spec import CATEGORIES, BlockSpec

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|\d+D?|[a-z]+")

EXACT, SURE = 0, 3
"""The grade of a name typed out, and the first grade that only hints at a type."""

FORGIVING = 4
"""From so many letters on a word may have one slip."""


def rank(spec: BlockSpec, query: str) -> int | None:
    """How well a block type fits what was typed: 0 is best, None is not at all. Every word typed must be found."""
    grades = [_grade(spec, word) for word in query.lower().split()]
    found = [grade for grade in grades if grade is not None]
    return sum(found) if len(found) == len(grades) else None


def _grade(spec: BlockSpec, word: str) -> int | None:
    title = spec.type.lower()
    parts = [part.lower() for part in _WORDS.findall(spec.type)]
    category = CATEGORIES[spec.category].title.lower()
    further = [item.lower() for phrase in spec.words for item in (phrase, *phrase.split())]
    tests = (
        title == word,
        title.startswith(word),
        any(part.startswith(word) for part in parts),
        any(item.startswith(word) for item in further),
        word in title,
        category.startswith(word),
        any(word in item for item in further),
        len(word) > 1 and _in_order(word, title),
    )
    grade = next((grade for grade, passed in enumerate(tests) if passed), None)
    if (
        grade is None
        and len(word) >= FORGIVING
        and any(_starts_alike(word, item) for item in (title, *parts, *further))
    ):
        return len(tests)
    return grade


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters come in that order in a text, as `mp2` does in `maxpooling2d`."""
    rest = iter(text)
    return text.startswith(letters[0]) and all(letter in rest for letter in letters)


def _starts_alike(word: str, text: str) -> bool:
    """Whether a text begins with a word that has one letter too few, too many, wrong, or two swapped."""
    same = next((place for place, pair in enumerate(zip(word, text, strict=False)) if pair[0] != pair[1]), None)
    if same is None or same == 0 or len(text) < len(word) - 1:
        return same is None and word[:-1] == text
    typed, meant = word[same:], text[same:]
    swapped = len(typed) > 1 and meant.startswith(typed[1] + typed[0] + typed[2:])
    return swapped or any(meant.startswith(rest) for rest in (meant[0] + typed[1:], typed[1:], meant[0] + typed))


def search(query: str, specs: Iterable[BlockSpec]) -> list[BlockSpec]:
    """The block types that fit what was typed, best first; among equals the shorter name first."""
    ranked = [(grade, len(spec.type), spec) for spec in specs if (grade := rank(spec, query)) is not None]
    ranked.sort(key=lambda item: item[:2])
    return [spec for _, _, spec in ranked]
