"""Which block types fit what a person types, and how well."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.catalogue.spec import CATEGORIES, BlockSpec

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|\d+D?|[a-z]+")


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
    return next((grade for grade, passed in enumerate(tests) if passed), None)


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters come in that order in a text, as `mp2` does in `maxpooling2d`."""
    rest = iter(text)
    return text.startswith(letters[0]) and all(letter in rest for letter in letters)


def search(query: str, specs: Iterable[BlockSpec]) -> list[BlockSpec]:
    """The block types that fit what was typed, best first; among equals the shorter name first."""
    ranked = [(grade, len(spec.type), spec) for spec in specs if (grade := rank(spec, query)) is not None]
    ranked.sort(key=lambda item: item[:2])
    return [spec for _, _, spec in ranked]
