"""In which order block types are offered: what was typed, what fits, what was used of late, what usually follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from gui.block_search import EXACT, SURE, rank
from gui.canvas.fits import Verdict

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "": ("data", "core", "convolution"),
    "data": ("convolution", "core", "recurrent", "shape"),
    "core": ("core", "regularization", "activation", "data"),
    "convolution": ("pooling", "convolution", "regularization", "activation"),
    "pooling": ("convolution", "shape", "core", "regularization"),
    "recurrent": ("core", "recurrent", "regularization"),
    "regularization": ("core", "convolution", "activation", "data"),
    "shape": ("core", "regularization"),
    "merge": ("activation", "convolution", "core", "regularization"),
    "activation": ("convolution", "pooling", "core", "regularization"),
}
"""Which categories usually come after one, the most usual first; "" is an empty canvas."""

REMEMBERED = 6
"""How many of the types used last count."""


def usual_after(category: str) -> dict[str, int]:
    """How usual each category is after one; 0 is most usual."""
    return {name: place for place, name in enumerate(FOLLOWS.get(category, ()))}


def usual_before(category: str) -> dict[str, int]:
    """How usual each category is before one."""
    return {name: after.index(category) for name, after in FOLLOWS.items() if category in after}


def ranked(
    query: str,
    specs: Collection[BlockSpec],
    verdicts: Mapping[str, Verdict],
    recent: Sequence[str],
    usual: Mapping[str, int],
) -> list[BlockSpec]:
    """The types that a query finds, the one that is most likely meant first.

    A name typed out comes first, whatever fits; then what was surely meant, and within that what fits the shape
    there. What does not fit is at the end.
    """
    order = {name: place for place, name in enumerate(CATALOGUE)}
    late = {name: place for place, name in enumerate(recent[:REMEMBERED])}

    def key(spec: BlockSpec, grade: int) -> tuple[int, ...]:
        said = verdicts.get(spec.type)
        state = (1 if verdicts else 0) if said is None else 0 if said.fits else 2
        sureness = 0 if not query or grade == EXACT else 1 if grade < SURE else 2
        return (
            sureness,
            state,
            grade,
            late.get(spec.type, REMEMBERED),
            usual.get(spec.category, len(FOLLOWS)),
            order[spec.type],
        )

    found = [(key(spec, grade), spec) for spec in specs if (grade := rank(spec, query)) is not None]
    return [spec for _, spec in sorted(found, key=lambda item: item[0])]


def keeping(order: list[BlockSpec], kept: str, row: int) -> list[BlockSpec]:
    """An order with one type in the row in which it was, because a person has it under their fingers."""
    found = next((spec for spec in order if spec.type == kept), None)
    if found is None:
        return order
    others = [spec for spec in order if spec is not found]
    return [*others[:row], found, *others[row:]]
