"""What the judge's tests share: graphs in a line, data descriptions, and Keras on one backend."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from engine.backend import prepare
from engine.catalogue import CATALOGUE
from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.graph import Block, Graph, Link, PortRef, Value
from engine.judge.judge import Judge
from engine.judge.report import Analysis

BACKEND_WISH = "LAMINA_TEST_JUDGE_BACKEND"
"""Set to "jax" where these tests run in a process of their own, as the analyst does."""


def fresh_judge() -> Judge:
    """A judge that has seen nothing, on the backend that this process has, TensorFlow if it has none yet."""
    if "keras" not in sys.modules:
        wish = os.environ.get(BACKEND_WISH, "tensorflow")
        prepare(wish)
    return Judge()


def judged(graph: Graph, data: DataDescription | None = None, *, trace: bool = True) -> Analysis:
    """What a fresh judge says."""
    return fresh_judge().analyse(graph, data, trace=trace)


Step = tuple[str, Mapping[str, Value]] | str
"""A block of a chain: its type, with parameters; a name goes before the type as in `scores=Dense`."""


def chain(
    *steps: Step, shape: tuple[int | None, ...] | None = None, output: Mapping[str, Value] | None = None
) -> Graph:
    """Input, these blocks, Output, in a line. Ids are their places: "0" is the Input."""
    graph = Graph().with_block(Block("0", "Input", "Input", {"shape": shape} if shape is not None else {}))
    for number, step in enumerate([*steps, ("Output", output or {})], start=1):
        head, parameters = (step, {}) if isinstance(step, str) else step
        name, _, type_name = head.rpartition("=")
        graph = graph.with_block(Block(str(number), type_name, name or graph.fresh_name(type_name), parameters))
        graph = graph.with_link(link(str(number - 1), str(number), CATALOGUE[type_name].inputs[0].name))
    return graph


def link(source: str, target: str, port: str = "input") -> Link:
    """A link from a block's output to another's port."""
    return Link(PortRef(source, "output"), PortRef(target, port))


def merge(type_name: str, *shapes: tuple[int | None, ...], parameters: Mapping[str, Value] | None = None) -> Graph:
    """Inputs of these shapes that one merge block joins, and an Output. The merge block is "merge"."""
    graph = Graph().with_block(Block("merge", type_name, type_name, parameters or {}))
    for number, shape in enumerate(shapes):
        graph = graph.with_block(Block(f"in{number}", "Input", "abc"[number], {"shape": shape}))
        graph = graph.with_link(link(f"in{number}", "merge", "inputs"))
    return graph.with_block(Block("out", "Output", "Output")).with_link(link("merge", "out"))


def classes(count: int, shape: tuple[int | None, ...] = (4,), title: str = "Flowers") -> DataDescription:
    """A data set of `count` classes."""
    names = tuple(f"class {number}" for number in range(count))
    target = TargetInfo("kind", "classes", (), names, 0.0, count - 1.0)
    return DataDescription("flowers", title, (ArrayInfo("x", shape, "float32", 0.0, 1.0),), (target,), 100, 30)


def number(shape: tuple[int | None, ...] = (4,), low: float = 25.0, high: float = 346.0) -> DataDescription:
    """A data set whose target is a number."""
    target = TargetInfo("progress", "number", (1,), (), low, high)
    return DataDescription("illness", "Illness", (ArrayInfo("x", shape, "float32", 0.0, 1.0),), (target,), 100, 30)
