"""What the judge says about a graph: shapes, parameters and problems, in plain values without Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.fix import Fix
from engine.graph import Link

Severity = Literal["error", "warning"]
Shape = tuple[int | None, ...]
"""A shape without the batch dimension; None is an unknown length."""
FLAT_GROUP = "flat-group"
"""The kind of a problem that is a group's and not one of its blocks', though it names one to jump to."""


@dataclass(frozen=True)
class Problem:
    """Something that keeps a graph from training ("error") or deserves a look ("warning").

    `block` is the block to jump to, None for the graph as a whole; `links` are the links to show as its source.
    `message` says what happened, what was expected and how to mend it. `fixes` are repairs that were tried and help,
    the best one first; they come last, after both passes. `kind` names the sort of problem for code, such as
    "wrong-rank"; fixes are found by it. "" is one that nothing more is known of.
    """

    severity: Severity
    block: str | None
    message: str
    links: tuple[Link, ...] = ()
    fixes: tuple[Fix, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class BlockReport:
    """What is known of one block.

    `output_shapes` has one shape for each output port, in their order; it is empty while the shape is not known.
    For an Output block it is the shape of the prediction. `parameters` counts all weights, `trainable` those that
    training changes. `operations` counts multiplications and additions for one example, None where it is not known.
    """

    output_shapes: tuple[Shape, ...] = ()
    dtype: str = "float32"
    parameters: int = 0
    trainable: int = 0
    operations: int | None = None


@dataclass(frozen=True)
class Analysis:
    """The judge's word on a graph.

    `traced` says that the second, thorough pass is part of it, `complete` that fixes have been looked for as well.
    """

    blocks: Mapping[str, BlockReport] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    traced: bool = False
    complete: bool = False

    @property
    def parameters(self) -> int:
        """All weights of the network."""
        return sum(report.parameters for report in self.blocks.values())

    @property
    def size(self) -> int:
        """Bytes that the weights take as 32-bit floats."""
        return 4 * self.parameters

    @property
    def operations(self) -> int:
        """Multiplications and additions for one example, as far as they are known."""
        return sum(report.operations or 0 for report in self.blocks.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the graph from training."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def problems_of(self, block: str | None) -> tuple[Problem, ...]:
        """The problems of one block (of the network as a whole for None), errors first."""
        found = [problem for problem in self.problems if problem.block == block]
        return tuple(sorted(found, key=lambda problem: problem.severity))


def shape_text(shape: Shape) -> str:
    """A shape as it is written on a card: `28 × 28 × 1`, `?` for an unknown length, `one number` for ()."""
    return " × ".join("?" if size is None else str(size) for size in shape) or "one number"
