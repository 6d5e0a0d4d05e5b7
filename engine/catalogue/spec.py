"""What a block type is: the one description that palette, property panel, judge, build, help and tests all read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.catalogue.params import Param, ParamError
from engine.graph import Block, Value

Role = Literal["input", "layer", "output"]


@dataclass(frozen=True)
class Category:
    """A family of blocks: its place in the palette, its colour token and its usual icon."""

    name: str
    title: str


CATEGORIES: dict[str, Category] = {
    category.name: category
    for category in (
        Category("data", "Data"),
        Category("core", "Core"),
        Category("convolution", "Convolution"),
        Category("pooling", "Pooling"),
        Category("recurrent", "Recurrent"),
        Category("regularization", "Regularisation"),
        Category("shape", "Shape"),
        Category("merge", "Merge"),
        Category("activation", "Activation"),
    )
}


@dataclass(frozen=True)
class Port:
    """A place on a block where links start or end; an input port takes one link unless it takes `many`."""

    name: str
    many: bool = False


ONE_IN = (Port("input"),)
MANY_IN = (Port("inputs", many=True),)
ONE_OUT = (Port("output"),)


@dataclass(frozen=True, kw_only=True)
class BlockSpec:
    """One block type.

    `type` is the name in files and on the canvas. `keras_name` is the layer's class under `keras.layers`, "" for
    Input and Output. `starts_with` are the values that a newly dropped block has where a person expects others than
    the defaults. `card` is the line under the name on the card: parts separated by " · ", each with parameters in
    braces; a part whose parameter is nothing or "none" is left out. `what`, `formula` and `use` are the help: what the
    layer does, its formula (rich text), and when to use it. `icon` names a file in `resources/icons`. `words` are
    further words that find it.
    """

    type: str
    category: str
    keras_name: str = ""
    role: Role = "layer"
    params: tuple[Param, ...] = ()
    inputs: tuple[Port, ...] = ONE_IN
    outputs: tuple[Port, ...] = ONE_OUT
    starts_with: Mapping[str, Value] = field(default_factory=dict)
    card: str = ""
    what: str = ""
    formula: str = ""
    use: str = ""
    reference: str = ""
    icon: str = ""
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [param.name for param in self.params]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.type} has a parameter twice: {names}")
        for param in self.params:
            if param.check(param.default) != param.default:
                raise ValueError(f"{self.type}.{param.name}: the default {param.default!r} is not in its proper form")
        for name, value in self.starts_with.items():
            self.param(name).check(value)
        for name in re.findall(r"{(\w+)}", self.card):
            self.param(name)
        if self.category not in CATEGORIES:
            raise ValueError(f"{self.type} is in the unknown category {self.category!r}")

    def param(self, name: str) -> Param:
        """The parameter of that name. Raises KeyError."""
        for param in self.params:
            if param.name == name:
                return param
        raise KeyError(f"{self.type} has no parameter {name!r}")

    def input(self, name: str) -> Port | None:
        """The input port of that name, if there is one."""
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Port | None:
        """The output port of that name, if there is one."""
        return next((port for port in self.outputs if port.name == name), None)

    def values(self, block: Block) -> dict[str, Value]:
        """Every parameter's value for a block: its own where it has one that is valid, else the default."""
        values: dict[str, Value] = {}
        for param in self.params:
            try:
                values[param.name] = param.check(block.parameters.get(param.name, param.default))
            except ParamError:
                values[param.name] = param.default
        return values

    def complaints(self, block: Block) -> list[str]:
        """A sentence for each parameter of a block that is unknown or cannot take its value."""
        known = {param.name: param for param in self.params}
        sentences = []
        for name, value in block.parameters.items():
            if name not in known:
                sentences.append(f"{self.type} has no parameter {name!r}; it is left out.")
                continue
            try:
                known[name].check(value)
            except ParamError as error:
                sentences.append(str(error))
        return sentences

    def card_text(self, block: Block) -> str:
        """The line of main parameters on a block's card."""
        values = self.values(block)
        parts = []
        for part in self.card.split(" · ") if self.card else ():
            texts = {name: self.param(name).show(values[name]) for name in re.findall(r"{(\w+)}", part)}
            if not {"", "none"}.intersection(texts.values()):
                text = part.format(**texts).replace(" × ", "×")
                parts.append(re.sub(r"^1 (\w+)s$", r"1 \1", text))
        return " · ".join(parts)
