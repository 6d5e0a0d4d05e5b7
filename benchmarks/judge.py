"""How long the judge takes: an edit on a graph of 100 blocks, from its middle and from its first block."""

from __future__ import annotations

import statistics
import time

from benchmarks.row import Row
from engine.graph import Block, Graph, Link, PortRef

_LAYERS = 98
_TRIES = 15


def measure() -> list[Row]:
    """Rows for a new value in each of several blocks, and for a new value at the top, in milliseconds."""
    from engine.backend import prepare

    prepare("jax")
    from engine.judge.judge import Judge

    judge = Judge()
    graph = _graph()
    judge.analyse(graph, None, trace=True)
    middle = [_edit_time(judge, graph, 1 + _LAYERS * place // _TRIES, 100 + place) for place in range(_TRIES)]
    first = [_edit_time(judge, graph, 0, 1000 + place) for place in range(_TRIES)]
    return [
        _row("edit to new shapes on a 100-block graph", 50.0, statistics.median(middle)),
        _row("... from the first block", 150.0, statistics.median(first)),
    ]


def _graph() -> Graph:
    """Convolutions with their pooling, then recurrent and dense layers, in a line of 100 blocks."""
    blocks = [Block("0", "Input", "Input", {"shape": (64, 64, 3)})]
    for place in range(1, 1 + _LAYERS):
        kinds = _PICTURE if place < _LAYERS // 2 else ((_TURN,) if place == _LAYERS // 2 else _ROW)
        type_name, parameters = kinds[place % len(kinds)]
        blocks.append(Block(str(place), type_name, f"block {place}", parameters))
    blocks.append(Block(str(1 + _LAYERS), "Output", "Output"))
    links = tuple(
        Link(PortRef(str(place), "output"), PortRef(str(place + 1), "input")) for place in range(len(blocks) - 1)
    )
    return Graph({block.id: block for block in blocks}, links)


_PICTURE: tuple[tuple[str, dict[str, str | int]], ...] = (
    ("Conv2D", {"padding": "same", "filters": 16}),
    ("BatchNormalization", {}),
    ("Dropout", {}),
)
_TURN: tuple[str, dict[str, str | int]] = ("Flatten", {})
_ROW: tuple[tuple[str, dict[str, str | int]], ...] = (("Dense", {"units": 32}), ("Dropout", {}))


def _edit_time(judge: object, graph: Graph, place: int, value: int) -> float:
    """Milliseconds until the shapes are there after a value changed in or just below a block."""
    from engine.judge.judge import Judge

    assert isinstance(judge, Judge)
    if place == 0:
        edited = graph.with_block(graph.blocks["0"].with_parameter("shape", (64, value % 64 + 8, 3)))
    else:
        key = next(
            key for key in list(graph.blocks)[place:] if {"units", "filters"} & graph.blocks[key].parameters.keys()
        )
        name = "units" if "units" in graph.blocks[key].parameters else "filters"
        edited = graph.with_block(graph.blocks[key].with_parameter(name, value))
    start = time.perf_counter()
    judge.analyse(edited, None, trace=False)
    return 1000 * (time.perf_counter() - start)


def _row(what: str, goal: float, milliseconds: float) -> Row:
    return Row(what, f"≤ {goal:.0f} ms", f"{milliseconds:.0f} ms", milliseconds <= goal)
