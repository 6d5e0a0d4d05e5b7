"""The kinds of parameter that a block can have: what a value may be, how it is written and how it is read.

A kind describes and coerces itself: `check` takes a value (from a file, or from code) and returns it in its one
proper form, `parse` does the same for what a person typed, `show` writes it. What cannot be accepted raises ParamError
with a sentence. No kind names a widget; the property panel has an editor for each kind.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from engine.graph import Value


class ParamError(ValueError):
    """A value that a parameter cannot take. The message says what was expected, for the person who typed it."""


@dataclass(frozen=True, kw_only=True)
class Param(ABC):
    """What all parameters have.

    `name` is the constructor's argument in Keras. `default` is Keras's, or ours where Keras asks for one
    (`required`). `advanced` parameters are shown folded away. `wrapped` says that a wrapper such as Bidirectional
    passes it to the layer inside. `own` says that it is Lamina's and not an argument of the Keras layer.
    """

    name: str
    default: Value = None
    help: str = ""
    unit: str = ""
    required: bool = False
    advanced: bool = False
    wrapped: bool = False
    own: bool = False

    @abstractmethod
    def check(self, value: Value) -> Value:
        """`value` in its proper form. Raises ParamError."""

    @abstractmethod
    def parse(self, text: str) -> Value:
        """The value that a person means by `text`. Raises ParamError."""

    def show(self, value: Value) -> str:
        """`value` as a person reads and types it."""
        return "" if value is None else str(value)

    def to_keras(self, value: Value) -> Any:
        """`value` as the Keras constructor takes it."""
        return value


def _number_text(value: float) -> str:
    """A number as a person writes it: as short as possible, but always the very same number when read again."""
    short = f"{value:.10g}"
    if float(short) == value:
        return short
    parts = round(1 / value) if 1e-6 < abs(value) < 1 else 0
    return f"{'-' * (parts < 0)}1/{abs(parts)}" if parts and 1 / parts == value else repr(value)


def _number(text: str) -> float:
    """The number that a person means: `0.5`, `0,5`, `50%`, `1/2` or `5e-1`. Raises ValueError."""
    text = re.sub(r"\s", "", text).replace("−", "-").replace(",", ".")
    percent = text.endswith("%")
    above, divided, below = text.removesuffix("%").partition("/")
    try:
        number = float(above) / (float(below) if divided else 1.0)
    except ZeroDivisionError:
        raise ValueError(text) from None
    return number / 100 if percent else number


@dataclass(frozen=True, kw_only=True)
class IntParam(Param):
    """A whole number between `minimum` and `maximum`, or nothing where `optional`."""

    minimum: int | None = None
    maximum: int | None = None
    optional: bool = False

    def check(self, value: Value) -> Value:
        if value is None and self.optional:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ParamError(f"{self.name} must be a whole number, not {value!r}.")
        if self.minimum is not None and value < self.minimum:
            raise ParamError(f"{self.name} must be at least {self.minimum}, not {value}.")
        if self.maximum is not None and value > self.maximum:
            raise ParamError(f"{self.name} must be at most {self.maximum}, not {value}.")
        return value

    def parse(self, text: str) -> Value:
        text = text.strip().replace(" ", "").replace("_", "")
        if not text and self.optional:
            return None
        if not re.fullmatch(r"[+\-−]?\d{1,18}", text):
            raise ParamError(f"{self.name} must be a whole number, such as {self.show(self.default) or '1'}.")
        return self.check(int(text.replace("−", "-")))


@dataclass(frozen=True, kw_only=True)
class FloatParam(Param):
    """A finite number between `minimum` and `maximum`; the bounds themselves are excluded where they are `open`.

    `percent` numbers are shown in percent, and can be typed either way: 25% or 0.25.
    """

    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    open_maximum: bool = False
    optional: bool = False
    percent: bool = False

    def check(self, value: Value) -> Value:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ParamError(f"{self.name} must be a number, not {value!r}.")
        try:
            value = float(value)
        except OverflowError:  # a whole number beyond all floats
            value = math.inf
        if not math.isfinite(value):
            raise ParamError(f"{self.name} must be a number of ordinary size, not {value!r}.")
        if self.minimum is not None and (value < self.minimum or (self.open_minimum and value == self.minimum)):
            bound = "greater than" if self.open_minimum else "at least"
            raise ParamError(f"{self.name} must be {bound} {_number_text(self.minimum)}, not {_number_text(value)}.")
        if self.maximum is not None and (value > self.maximum or (self.open_maximum and value == self.maximum)):
            bound = "less than" if self.open_maximum else "at most"
            raise ParamError(f"{self.name} must be {bound} {_number_text(self.maximum)}, not {_number_text(value)}.")
        return value

    def parse(self, text: str) -> Value:
        if not text.strip() and self.optional:
            return None
        try:
            number = _number(text)
        except ValueError:
            raise ParamError(f"{self.name} must be a number, such as {self.show(self.default) or '0.5'}.") from None
        if self.percent and number > 1 and "%" not in text:
            raise ParamError(f"{self.name} is a share of the whole: write it like 25% or 0.25.")
        return self.check(number)

    def show(self, value: Value) -> str:
        if not isinstance(value, int | float):
            return super().show(value)
        percents = f"{value * 100:.10g}%"
        return percents if self.percent and _number(percents) == value else _number_text(float(value))


@dataclass(frozen=True, kw_only=True)
class BoolParam(Param):
    """Yes or no."""

    def check(self, value: Value) -> Value:
        if not isinstance(value, bool):
            raise ParamError(f"{self.name} must be true or false, not {value!r}.")
        return value

    def parse(self, text: str) -> Value:
        word = text.strip().lower()
        if word in ("true", "yes", "on", "1"):
            return True
        if word in ("false", "no", "off", "0"):
            return False
        raise ParamError(f"{self.name} must be true or false.")

    def show(self, value: Value) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True, kw_only=True)
class ChoiceParam(Param):
    """One of `choices`. `none` is the word shown for None, where None is allowed.

    `titles` gives choices other words than their own, in the same order.
    """

    choices: tuple[str, ...]
    none: str | None = None
    titles: tuple[str, ...] = ()

    def check(self, value: Value) -> Value:
        if (value is None and self.none is not None) or (isinstance(value, str) and value in self.choices):
            return value
        raise ParamError(f"{self.name} must be one of {', '.join(self.choices)}, not {value!r}.")

    def parse(self, text: str) -> Value:
        word = text.strip()
        for choice in self.choices:
            if word.lower() in (choice.lower(), self.show(choice).lower()):
                return choice
        if self.none is not None and word.lower() in ("", "none", self.none.lower()):
            return None
        raise ParamError(f"{self.name} must be one of {', '.join(self.choices)}.")

    def show(self, value: Value) -> str:
        if value is None:
            return self.none or ""
        if isinstance(value, str) and self.titles and value in self.choices:
            return self.titles[self.choices.index(value)]
        return str(value)


_NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class ChoicesParam(Param):
    """Any number of `choices`, in their order; `none` is the word shown for None, which leaves the choice to Lamina."""

    choices: tuple[str, ...]
    none: str
    titles: tuple[str, ...] = ()

    def check(self, value: Value) -> Value:
        if value is None:
            return None
        if not isinstance(value, tuple | list) or any(item not in self.choices for item in value):
            raise ParamError(f"{self.name} must be some of {', '.join(self.choices)}, not {value!r}.")
        return tuple(choice for choice in self.choices if choice in value)

    def parse(self, text: str) -> Value:
        if text.strip().lower() in ("", self.none.lower()):
            return None
        if text.strip().lower() == _NOTHING:
            return ()
        names = {title.lower(): choice for choice, title in zip(self.choices, self.titles, strict=False)}
        words = [word.strip() for word in text.split(",") if word.strip()]
        chosen = tuple(names.get(word.lower(), word) for word in words)
        if not set(chosen) <= set(self.choices):
            raise ParamError(f"{self.name} must be some of {', '.join(self.choices)}, not {', '.join(words)}.")
        return self.check(chosen)

    def show(self, value: Value) -> str:
        if not isinstance(value, tuple):
            return self.none
        titles = dict(zip(self.choices, self.titles, strict=False))
        return ", ".join(titles.get(str(item), str(item)) for item in value) or _NOTHING


@dataclass(frozen=True, kw_only=True)
class TextParam(Param):
    """One line of text, or nothing; `none` is the word shown for nothing."""

    none: str = ""

    def check(self, value: Value) -> Value:
        if value is None:
            return None
        if not isinstance(value, str) or "\n" in value:
            raise ParamError(f"{self.name} must be one line of text, not {value!r}.")
        return value.strip() or None

    def parse(self, text: str) -> Value:
        return self.check(text)


_SEPARATORS = re.compile(r"\s*[×x*,;\s]\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SizeParam(Param):
    """A size in `dimensions` directions, such as a kernel of 3 × 3; one number stands for the same in all.

    Where `optional`, None is allowed and `none` is the word shown for it.
    """

    dimensions: int
    minimum: int = 1
    maximum: int = 100_000
    optional: bool = False
    none: str = ""

    def check(self, value: Value) -> Value:
        if value is None and self.optional:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = (value,) * self.dimensions
        number = IntParam(name=self.name, minimum=self.minimum, maximum=self.maximum)
        if not isinstance(value, tuple | list) or len(value) != self.dimensions:
            wanted = "one whole number" if self.dimensions == 1 else f"{self.dimensions} whole numbers"
            raise ParamError(f"{self.name} must be {wanted}, not {value!r}.")
        return tuple(number.check(item) for item in value)

    def parse(self, text: str) -> Value:
        text = text.strip().strip("()[]").strip().rstrip(",")
        if self.optional and text.lower() in ("", "none", self.none.lower()):
            return None
        parts = [part for part in _SEPARATORS.split(text) if part]
        if not all(re.fullmatch(r"[+-]?\d{1,9}", part) for part in parts) or len(parts) not in (1, self.dimensions):
            example = " × ".join(["3"] * self.dimensions)
            raise ParamError(f"{self.name} must be written like {example}.")
        numbers = tuple(int(part) for part in parts)
        return self.check(numbers[0] if len(numbers) == 1 else numbers)

    def show(self, value: Value) -> str:
        return " × ".join(str(item) for item in value) if isinstance(value, tuple) else self.none

    def to_keras(self, value: Value) -> Any:
        return value[0] if isinstance(value, tuple) and self.dimensions == 1 else value


@dataclass(frozen=True, kw_only=True)
class ShapeParam(Param):
    """A shape of any rank without the batch dimension, such as 28 × 28 × 1.

    Where `unknowns`, a dimension may be unknown, written `?` and held as None. Where `inferred`, one dimension may
    be −1, worked out from the rest. None is allowed where `none` names it.
    """

    none: str | None = None
    unknowns: bool = False
    inferred: bool = False
    maximum_rank: int = 6

    def check(self, value: Value) -> Value:
        if value is None and self.none is not None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = (value,)
        if not isinstance(value, tuple | list) or not 1 <= len(value) <= self.maximum_rank:
            raise ParamError(f"{self.name} must be a shape such as 28 × 28 × 1, not {value!r}.")
        for item in value:
            if item is None and self.unknowns:
                continue
            if item == -1 and self.inferred:
                continue
            if isinstance(item, bool) or not isinstance(item, int) or not 1 <= item <= 10**9:
                raise ParamError(f"Each number of {self.name} must be a whole number from 1 up, not {item!r}.")
        if sum(item == -1 for item in value) > 1:
            raise ParamError(f"Only one number of {self.name} can be −1: it is worked out from the others.")
        return tuple(value)

    def parse(self, text: str) -> Value:
        text = text.strip().strip("()[]").strip().rstrip(",").replace("−", "-")
        if self.none is not None and text.lower() in ("", "none", self.none.lower()):
            return None
        parts = [part for part in _SEPARATORS.split(text) if part]
        if not parts or not all(re.fullmatch(r"\?|-?\d{1,10}", part) for part in parts):
            raise ParamError(f"{self.name} must be a shape such as 28 × 28 × 1.")
        return self.check(tuple(None if part == "?" else int(part) for part in parts))

    def show(self, value: Value) -> str:
        if not isinstance(value, tuple):
            return self.none or ""
        return " × ".join("?" if item is None else str(item).replace("-", "−") for item in value)


@dataclass(frozen=True, kw_only=True)
class RegularizerParam(Param):
    """None, or a penalty on large values with its strength, held as a pair such as ("l2", 0.01)."""

    choices: tuple[str, ...] = ("l1", "l2", "l1_l2")

    def check(self, value: Value) -> Value:
        if value is None:
            return None
        strength = FloatParam(name=f"the strength of {self.name}", minimum=0.0, maximum=1000.0)
        if isinstance(value, tuple | list) and len(value) == 2 and value[0] in self.choices:
            return (value[0], strength.check(value[1]))
        raise ParamError(f"{self.name} must be none, or one of {', '.join(self.choices)} with a strength.")

    def parse(self, text: str) -> Value:
        words = text.replace("·", " ").split()
        if not words or words[0].lower() == "none":
            return None
        if len(words) > 2 or words[0].lower() not in self.choices:
            raise ParamError(f"{self.name} must be none, or written like l2 0.01.")
        strength = FloatParam(name=f"the strength of {self.name}").parse(words[1]) if len(words) == 2 else 0.01
        return self.check((words[0].lower(), strength))

    def show(self, value: Value) -> str:
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], int | float):
            return f"{value[0]} {_number_text(value[1])}"
        return "none"

    def to_keras(self, value: Value) -> Any:
        if not isinstance(value, tuple):
            return None
        kind, strength = value
        class_name = {"l1": "L1", "l2": "L2", "l1_l2": "L1L2"}[str(kind)]
        names = ("l1", "l2") if kind == "l1_l2" else (str(kind),)
        return {
            "module": "keras.regularizers",
            "class_name": class_name,
            "config": dict.fromkeys(names, strength),
            "registered_name": None,
        }
