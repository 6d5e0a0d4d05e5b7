"""Whether the data's numbers enter a network at a size that it learns well from."""

from __future__ import annotations

import math

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.data.description import ArrayInfo, DataDescription
from engine.graph import Graph
from engine.judge.layers import looks_up
from engine.judge.report import Problem
from engine.judge.words import label

LARGE = 10.0
"""Numbers further from 0 than this deserve a remark: with them first steps overshoot and activations saturate."""


def large_values(graph: Graph, data: DataDescription) -> list[Problem]:
    """A warning for every Input that lets large numbers in as they are, unless what follows brings them to size."""
    found: list[Problem] = []
    for block in graph.blocks.values():
        spec = CATALOGUE.get(block.type)
        if spec is None or spec.role != "input":
            continue
        values = spec.values(block)
        array = data.input(str(values["array"]) if values["array"] is not None else None)
        if values["scaling"] != "none" or array is None or not _learned_from(graph, block.id):
            continue
        wanted = suggested_scaling(array)
        if wanted == "none":
            continue
        found.append(
            Problem(
                "warning",
                block.id,
                f"The values of {data.title} run from {array.minimum:.4g} to {array.maximum:.4g}, and {label(block)} "
                "lets them in as they are. Networks learn better from small numbers: set its scaling to "
                f"'{spec.param('scaling').show(wanted)}'.",
                kind="large-values",
            )
        )
    return found


def _is_large(array: ArrayInfo) -> bool:
    size = max(abs(array.minimum), abs(array.maximum))
    return math.isfinite(size) and size > LARGE


def suggested_scaling(array: ArrayInfo) -> str:
    """The Input's scaling that suits the data, "none" for small numbers: the columns of a table have a scale each, the
    values of a picture share one."""
    if not _is_large(array):
        return "none"
    return "standardise" if len(array.shape) == 1 or array.minimum < 0 else "0–1"


def _learned_from(graph: Graph, block: str) -> bool:
    """Whether a layer that learns meets the numbers of a block as they are: past blocks that only reshape them."""
    waiting, seen = [block], {block}
    while waiting:
        for link in graph.links_from(waiting.pop()):
            target = link.target.block
            spec = CATALOGUE.get(graph.blocks[target].type)
            if spec is None or spec.role == "output" or looks_up(spec) or _brings_to_size(spec):
                continue
            if spec.category != "shape":
                return True
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _brings_to_size(spec: BlockSpec) -> bool:
    return spec.keras_name == "Rescaling" or spec.keras_name.endswith("Normalization")
