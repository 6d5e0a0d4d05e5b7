"""What a person chooses beside the network: data, optimizer, training. Frozen, and part of the undo history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.optimizers import OPTIMIZERS, OptimizerEntry, PresetName

Backend = Literal["auto", "tensorflow", "jax"]


@dataclass(frozen=True)
class DataSettings:
    """Which data to learn from. `source` is a data set's name or `KIND:PATH?key=value`; "" while none is chosen.

    `validation_fraction` of the examples are held back, chosen by `split_seed` (and evenly over the classes), unless
    the source brings a validation part of its own.
    """

    source: str = ""
    validation_fraction: float = 0.2
    split_seed: int = 1

    def __post_init__(self) -> None:
        if not 0.0 <= self.validation_fraction < 1.0:
            raise ValueError(f"validation_fraction must be from 0 to less than 1, not {self.validation_fraction:g}")
        if not 0 <= self.split_seed < 2**32:
            raise ValueError(f"split_seed must be from 0 to {2**32 - 1}, not {self.split_seed}")


@dataclass(frozen=True)
class OptimizerSettings:
    """Which optimizer, which preset of it, and the hyperparameters that were set instead of the preset's."""

    name: str = "adam"
    preset: PresetName = "textbook"
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def entry(self) -> OptimizerEntry:
        """The optimizer's entry in the table."""
        return OPTIMIZERS[self.name]


LIMITS = (
    ("epochs", 0, 1_000_000),
    ("batch_size", 1, 1_000_000),
    ("micro_batch_size", 1, 1_000_000),
    ("seed", 0, 2**32 - 1),
)
"""The lowest and highest value of each number in TrainingSettings."""


@dataclass(frozen=True)
class TrainingSettings:
    """How long and how to train.

    `batch_size` is a mini-batch's number of examples; `micro_batch_size` that of the pieces in which gradient descent
    walks through the whole set.
    """

    epochs: int = 10
    batch_size: int = 32
    micro_batch_size: int = 512
    seed: int = 1
    backend: Backend = "auto"

    def __post_init__(self) -> None:
        for name, lowest, highest in LIMITS:
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise ValueError(f"{name} must be from {lowest} to {highest}, not {value}")

    def examples_a_pass(self, optimizer: OptimizerEntry) -> int:
        """How many examples go through the network at once: 1, the mini-batch or the micro-batch."""
        return {"one": 1, "mini": self.batch_size, "full": self.micro_batch_size}[optimizer.regime]
