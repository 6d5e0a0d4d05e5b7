"""Fixes for single parameters: values out of their range, scaling, tables for words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.fix import Fix, ResetParameter, SetParameter
from engine.judge.fixes.case import Case, Entry
from engine.judge.values import suggested_scaling
from engine.judge.words import label


def _reset(case: Case) -> Iterator[Fix]:
    """The value that cannot be goes back to its default; one that no parameter takes goes."""
    known = {param.name: param for param in case.spec.params}
    for name, value in case.block.parameters.items():
        complaints = case.spec.complaints(replace(case.block, parameters={name: value}))
        if not any(case.problem.message.endswith(sentence) for sentence in complaints):
            continue  # a block may have several such problems
        if name not in known:
            yield Fix(f"Forget {name}", (ResetParameter(case.block.id, name),))
        else:
            param = known[name]
            default = param.show(param.default) or "nothing"
            yield Fix(f"Set {name} of {label(case.block)} to {default}", (ResetParameter(case.block.id, name),))


def _scale(case: Case) -> Iterator[Fix]:
    """Large numbers are brought to size where they enter."""
    name, data = case.values.get("array"), case.network.data
    array = data.input(str(name) if name is not None else None) if data is not None else None
    if array is not None:
        scaling = suggested_scaling(array)
        words = case.spec.param("scaling").show(scaling)
        title = f"Set the scaling of {label(case.block)} to '{words}'"
        yield Fix(title, (SetParameter(case.block.id, "scaling", scaling),))


def _keep_numbers(case: Case) -> Iterator[Fix]:
    """Numbers that are looked up in a table enter as they are."""
    for link in case.sources:
        above = case.network.graph.blocks[link.source.block]
        if "scaling" in case.network.values(above.id):
            title = f"Set the scaling of {label(above)} to 'not scaled'"
            yield Fix(title, (SetParameter(above.id, "scaling", "none"),))


def _more_rows(case: Case) -> Iterator[Fix]:
    """The table gets a row for every number that the data have."""
    for link in case.sources:
        name, data = case.network.values(link.source.block).get("array"), case.network.data
        array = data.input(str(name) if name is not None else None) if data is not None else None
        if array is not None:
            rows = int(array.maximum) + 1
            title = f"Set input_dim of {label(case.block)} to {rows}"
            yield Fix(title, (SetParameter(case.block.id, "input_dim", rows),))


PARAMETERS = (
    Entry(("wrong-value", "unknown-parameter"), _reset),
    Entry(("large-values",), _scale),
    Entry(("scaled-lookup",), _keep_numbers),
    Entry(("lookup-rows",), _more_rows),
)
"""Fixes for parameters."""
