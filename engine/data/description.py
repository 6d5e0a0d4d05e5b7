"""What a data set looks like, without the data: enough for the judge, the window and the suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.losses import TargetKind


class DataError(Exception):
    """Data that cannot be found, read or used. The message says what happened, where and how to mend it.

    `can_fetch` says that downloading the data set would help.
    """

    def __init__(self, message: str, *, can_fetch: bool = False) -> None:
        super().__init__(message)
        self.can_fetch = can_fetch


@dataclass(frozen=True)
class ArrayInfo:
    """One array that can enter a network. `shape` is that of one example; None stands for a length that varies."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    minimum: float
    maximum: float


@dataclass(frozen=True)
class TargetInfo:
    """One thing that can be predicted.

    `kind` is "classes" or "number". For classes, `class_names` names them in the order of their numbers. `shape` is
    that of one example's target: () for a class number, (1,) for a single number.
    """

    name: str
    kind: TargetKind
    shape: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 0.0

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for a number."""
        return len(self.class_names)


@dataclass(frozen=True)
class DataDescription:
    """A data set in words and numbers.

    `note` tells where it comes from, or what was decided about it, such as which part validates; it may be empty.
    """

    source: str
    title: str
    inputs: tuple[ArrayInfo, ...]
    targets: tuple[TargetInfo, ...]
    training_examples: int
    validation_examples: int
    note: str = ""

    def input(self, name: str | None) -> ArrayInfo | None:
        """The array of that name; without a name the first one."""
        return next((array for array in self.inputs if name in (None, array.name)), None)

    def target(self, name: str | None) -> TargetInfo | None:
        """The target of that name; without a name the first one."""
        return next((target for target in self.targets if name in (None, target.name)), None)
