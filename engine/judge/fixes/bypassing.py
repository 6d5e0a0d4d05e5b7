"""Fixes for bypassed blocks: the bypass ends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.fix import EndBypass, Fix
from engine.judge.fixes.case import Case, Entry
from engine.judge.words import label


def _end(case: Case) -> Iterator[Fix]:
    """A block that cannot be bypassed no longer is."""
    if case.block.bypassed:
        yield Fix(f"End the bypass of {label(case.block)}", (EndBypass(case.block.id),))


def _end_above(case: Case) -> Iterator[Fix]:
    """A block above, which gave what fits, is computed again: the nearest first."""
    seen: set[str] = set()
    waiting = [link.source.block for link in case.sources]
    while waiting:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        block = case.network.graph.blocks[key]
        if block.bypassed:
            yield Fix(f"End the bypass of {label(block)}", (EndBypass(key),))
        waiting += [link.source.block for link in case.network.into.get(key, ())]


def _learn_again(case: Case) -> Iterator[Fix]:
    """A bypassed block may have the weights that the network lacks."""
    for block in case.network.graph.blocks.values():
        if block.bypassed:
            yield Fix(f"End the bypass of {label(block)}", (EndBypass(block.id),))


BYPASSING = (
    Entry(("wrong-bypass",), _end),
    Entry(("wrong-rank", "too-small", "reshape", "merge", "wrong-prediction", "last-activation"), _end_above),
    Entry(("nothing-learns",), _learn_again),
)
"""Fixes for bypassed blocks."""
