"""Fixes for layers that Keras refuses on what they get: dimensions, sizes, axes, and values that do not go together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from engine.fix import Fix, InsertBlock, RemoveBlock, ResetParameter, SetParameter, Step
from engine.graph import Link, Value
from engine.judge.fixes.case import PASSES_ON, Case, Entry
from engine.judge.fixes.targets import reducers
from engine.judge.predictions import Producer
from engine.judge.report import Shape, shape_text
from engine.judge.sentences import reshaped
from engine.judge.words import label

_WINDOWS = ("kernel_size", "pool_size")


def _shape(case: Case) -> Shape | None:
    """What the problem's block gets, where it has one input."""
    return case.network.shape_in(case.sources[0]) if len(case.sources) == 1 else None


def _give_every_step(case: Case) -> Iterator[Fix]:
    """The recurrent layer above gives a step for every time."""
    for producer in _above(case.network.chain(case.block.id)):
        if producer.values.get("return_sequences") is False:
            step = SetParameter(producer.block.id, "return_sequences", True)
            yield Fix(f"Switch return_sequences of {label(producer.block)} on", (step,))


def _above(chain: tuple[Producer, ...]) -> Iterator[Producer]:
    """The blocks above, as far as they pass on the shape that they get, and the one after these."""
    for producer in chain:
        yield producer
        if producer.spec.category not in PASSES_ON:
            return


def _reshape_before(case: Case) -> Iterator[Fix]:
    """A Reshape to the likely form with another number of dimensions."""
    shape = _shape(case)
    if shape is None or any(_give_every_step(case)):
        return
    for dimensions in (2, 3, 4):
        target = reshaped(shape, dimensions) if dimensions != len(shape) else ()
        if target:
            title = f"Put a Reshape to {shape_text(target)} before {label(case.block)}"
            yield Fix(title, (InsertBlock("Reshape", case.sources[0], {"target_shape": target}),))


def _reduce_before(case: Case) -> Iterator[Fix]:
    """A Flatten or a pooling over the whole picture or series, for a layer that takes fewer dimensions."""
    shape = _shape(case)
    for reducer in reducers(shape) if shape is not None and len(shape) > 1 else ():
        yield Fix(f"Put a {reducer} before {label(case.block)}", (InsertBlock(reducer, case.sources[0]),))


def _take_out_pooling(case: Case) -> Iterator[Fix]:
    """A pooling that has nothing to pool goes; its neighbours are joined."""
    if case.spec.category == "pooling":
        yield Fix(f"Take {label(case.block)} out", (RemoveBlock(case.block.id),))


def _take_out_pooling_above(case: Case) -> Iterator[Fix]:
    """The last pooling above goes, so that the picture stays larger."""
    for producer in case.network.chain(case.block.id):
        if "pool_size" in producer.values:
            yield Fix(f"Take {label(producer.block)} out", (RemoveBlock(producer.block.id),))
            return


def _pad(case: Case) -> Iterator[Fix]:
    """The window may reach over the border."""
    if case.values.get("padding") == "valid":
        step = SetParameter(case.block.id, "padding", "same")
        yield Fix(f"Set padding of {label(case.block)} to same", (step,))


def _shrink_window(case: Case) -> Iterator[Fix]:
    """The kernel or pool becomes as large as what it moves over."""
    shape = _shape(case)
    for name in _WINDOWS:
        window = case.values.get(name)
        if shape is None or not isinstance(window, tuple) or len(window) > len(shape):
            continue
        room = shape[: len(window)]
        spread = case.values.get("dilation_rate")
        steps = spread if isinstance(spread, tuple) else (1,) * len(window)
        smaller = tuple(
            min(size, (length - 1) // step + 1)
            for size, length, step in zip(window, room, steps, strict=True)
            if isinstance(size, int) and isinstance(step, int) and length
        )
        if len(smaller) == len(window) and min(smaller) > 0:
            title = f"Set {name} of {label(case.block)} to {shape_text(smaller)}"
            yield Fix(title, (SetParameter(case.block.id, name, smaller),))


def _arrange(case: Case) -> Iterator[Fix]:
    """A Reshape gets a last length with which no number is lost."""
    shape, target = _shape(case), case.values.get("target_shape")
    if shape is None or None in shape or not isinstance(target, tuple):
        return
    have = math.prod(size or 1 for size in shape)
    first = [size for size in target[:-1] if isinstance(size, int)]
    rest = math.prod(first)
    choices: list[tuple[int, ...]] = []
    if rest > 0 and have % rest == 0:
        choices.append((*first, have // rest))
    likely = reshaped((have,), len(target))
    choices += [tuple(size for size in likely if size is not None)] if likely else []
    choices.append((have,))
    for choice in choices:
        title = f"Set target_shape of {label(case.block)} to {shape_text(choice)}"
        yield Fix(title, (SetParameter(case.block.id, "target_shape", choice),))


def _last_axis(case: Case) -> Iterator[Fix]:
    """The layer works along the last axis."""
    if isinstance(case.values.get("axis"), int):
        yield Fix(f"Set axis of {label(case.block)} to −1", (SetParameter(case.block.id, "axis", -1),))


def _one_of_two(case: Case) -> Iterator[Fix]:
    """Either the strides or the dilation goes back to 1."""
    for name in ("dilation_rate", "strides"):
        yield Fix(f"Set {name} of {label(case.block)} to 1", (ResetParameter(case.block.id, name),))


def _no_groups(case: Case) -> Iterator[Fix]:
    """Filters and channels are not split."""
    yield Fix(f"Set groups of {label(case.block)} to 1", (ResetParameter(case.block.id, "groups"),))


def _no_unroll(case: Case) -> Iterator[Fix]:
    """The steps are computed in a loop."""
    if case.values.get("unroll") is True:
        step = SetParameter(case.block.id, "unroll", False)
        yield Fix(f"Switch unroll of {label(case.block)} off", (step,))


def _no_mask(case: Case) -> Iterator[Fix]:
    """The table above no longer marks padded steps."""
    network = case.network
    for key in network.graph.upstream((case.block.id,)):
        if network.values(key).get("mask_zero") is True:
            title = f"Switch mask_zero of {label(network.graph.blocks[key])} off"
            yield Fix(title, (SetParameter(key, "mask_zero", False),))


def _start_otherwise(case: Case) -> Iterator[Fix]:
    """What is a single row starts as it does by default."""
    wrong = [name for name in case.values if name.endswith("_initializer") and case.values[name] == "orthogonal"]
    rows = [name for name in wrong if case.spec.param(name).default != "orthogonal"]
    names = [name for name in rows if name != "kernel_initializer"]
    if names:
        steps: tuple[Step, ...] = tuple(ResetParameter(case.block.id, name) for name in names)
        defaults = " and ".join(
            f"{name} to {case.spec.param(name).show(case.spec.param(name).default)}" for name in names
        )
        yield Fix(f"Set {defaults}", steps)


def _pool_before_flatten(case: Case) -> Iterator[Fix]:
    """A mean over the whole picture or series instead of all of its numbers: its length is known, and it is short.

    Where the network as a whole is too large, it comes before its largest layer.
    """
    network = case.network
    reports = network.analysis.blocks
    for producer in network.chain(case.problem.block or max(reports, key=lambda key: reports[key].parameters)):
        link = network.feeding(producer.block.id)
        shape = network.shape_in(link) if link is not None else None
        if producer.spec.type == "Flatten" and link is not None and shape is not None:
            for pooling in reducers(shape):
                if pooling != "Flatten":
                    yield Fix(f"Put a {pooling} before {label(producer.block)}", (InsertBlock(pooling, link),))
            return


def _shape_of_data(case: Case) -> Iterator[Fix]:
    """The Input's shape is that of the data."""
    network = case.network
    if network.data is None:
        return
    above = network.graph.upstream((case.block.id,))
    for key in network.with_role("input"):
        if key in above and network.values(key)["shape"] is not None:
            name = label(network.graph.blocks[key])
            yield Fix(f"Let {name} take the shape of the data", (ResetParameter(key, "shape"),))


def _merge_sizes(case: Case) -> Iterator[Fix]:
    """The blocks that meet give as many numbers as one of them, by their own sizes or by a Dense in between."""
    shapes = {link: case.network.shape_in(link) for link in case.sources}
    lengths = dict.fromkeys(shape[-1] for shape in shapes.values() if shape)
    for length in lengths:
        others = [link for link, shape in shapes.items() if shape and shape[-1] != length]
        if not isinstance(length, int) or not others:
            continue
        made = {link: _size_of(case, link) for link in others}
        steps = [SetParameter(found[0], found[1], length) for found in made.values() if found is not None]
        if len(steps) == len(others):
            names = " and ".join(f"{step.name} of {label(case.network.graph.blocks[step.block])}" for step in steps)
            yield Fix(f"Set {names} to {length}", tuple(steps))
        dense: Mapping[str, Value] = {"units": length, "activation": None}
        names = " and ".join(label(case.network.graph.blocks[link.source.block]) for link in others)
        yield Fix(
            f"Put a Dense with {length} unit{'' if length == 1 else 's'} after {names}",
            tuple(InsertBlock("Dense", link, dense) for link in others),
        )


def _size_of(case: Case, link: Link) -> tuple[str, str] | None:
    """The block and the parameter that decide how many numbers a link carries in its last dimension."""
    network, shape = case.network, case.network.shape_in(link)
    key = link.source.block
    while shape is not None:
        values = network.values(key)
        for name in ("units", "filters"):
            if name in values:
                return (key, name) if values[name] == shape[-1] else None
        above = network.feeding(key)
        spec = network.spec(key)
        if above is None or spec is None or spec.category not in (*PASSES_ON, "pooling"):
            return None
        key = above.source.block
    return None


def _merge_pictures(case: Case) -> Iterator[Fix]:
    """The windows before the meeting may reach over the border, so that pictures keep their size."""
    steps: list[Step] = []
    names: list[str] = []
    for link in case.sources:
        key: str | None = link.source.block
        while key is not None:
            values = case.network.values(key)
            if values.get("padding") == "valid" and "kernel_size" in values:
                steps.append(SetParameter(key, "padding", "same"))
                names.append(label(case.network.graph.blocks[key]))
            above = case.network.feeding(key)
            key = above.source.block if above is not None and len(case.network.out[above.source.block]) == 1 else None
    if steps:
        yield Fix(f"Set padding of {' and '.join(reversed(names))} to same", tuple(steps))


def _merge_ranks(case: Case) -> Iterator[Fix]:
    """Pictures and series become rows where they meet a row."""
    shapes = {link: case.network.shape_in(link) for link in case.sources}
    longer = [link for link, shape in shapes.items() if shape is not None and len(shape) > 1]
    if longer and len(longer) < len(shapes):
        for reducer in dict.fromkeys(one for link in longer for one in reducers(shapes[link] or ())):
            names = " and ".join(label(case.network.graph.blocks[link.source.block]) for link in longer)
            yield Fix(f"Put a {reducer} after {names}", tuple(InsertBlock(reducer, link) for link in longer))


SHAPES = (
    Entry(("wrong-rank",), _give_every_step),
    Entry(("wrong-rank",), _take_out_pooling),
    Entry(("wrong-rank",), _reduce_before),
    Entry(("wrong-rank",), _reshape_before),
    Entry(("too-small",), _pad),
    Entry(("too-small",), _shrink_window),
    Entry(("too-small",), _take_out_pooling),
    Entry(("too-small",), _take_out_pooling_above),
    Entry(("strides-and-dilation",), _one_of_two),
    Entry(("groups",), _no_groups),
    Entry(("reshape",), _arrange),
    Entry(("axis", "unknown-length"), _last_axis),
    Entry(("merge",), _merge_ranks),
    Entry(("merge",), _merge_sizes),
    Entry(("merge",), _merge_pictures),
    Entry(("unknown-steps", "unrolled"), _no_unroll),
    Entry(("lost-mask",), _no_mask),
    Entry(("no-table",), _start_otherwise),
    Entry(("input-shape", "unknown-length", "unknown-prediction"), _shape_of_data),
    Entry(("unknown-length", "size"), _pool_before_flatten),
)
"""Fixes for what layers get."""
