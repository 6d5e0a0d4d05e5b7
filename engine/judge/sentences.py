"""From Keras's errors to sentences that a beginner understands: what happened, what was expected, how to mend it.

A table of patterns. What no pattern knows is quoted, without Keras's own layer names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.graph import Block, Value
from engine.judge.probe import Refusal
from engine.judge.report import Shape, shape_text
from engine.judge.words import given, kind, label, listed


@dataclass(frozen=True)
class Source:
    """A block that feeds the one that is refused, and the shape that it gives."""

    block: Block
    spec: BlockSpec
    values: Mapping[str, Value]
    shape: Shape


@dataclass(frozen=True)
class _Case:
    """A refusal with everything around it that a sentence may name."""

    block: Block
    spec: BlockSpec
    values: Mapping[str, Value]
    sources: tuple[Source, ...]
    refusal: Refusal

    @property
    def who(self) -> str:
        """The refused block."""
        return label(self.block)

    @property
    def source(self) -> Source | None:
        """The block that feeds it, or the first of several."""
        return self.sources[0] if self.sources else None

    @property
    def gives(self) -> str:
        """What feeds it: `Conv2D gives a picture (26 × 26 × 32)`."""
        if self.source is None:
            return "its input does not fit"
        return f"{label(self.source.block)} gives {given(self.source.shape)}"

    @property
    def shape(self) -> Shape:
        """The first input's shape."""
        return self.source.shape if self.source is not None else ()

    def shown(self, *names: str) -> str:
        """Values of some of the block's parameters: `kernel_size 3 × 3 and strides 2 × 2`."""
        params = {param.name: param for param in self.spec.params}
        return listed([f"{name} {params[name].show(self.values[name])}" for name in names if name in params])


_Say = Callable[[_Case, "re.Match[str]"], str]


@dataclass(frozen=True)
class _Rule:
    """A pattern in Keras's message, the kind of problem that it is, and the sentence for it."""

    kind: str
    pattern: str
    say: _Say
    stage: str = ""


@dataclass(frozen=True)
class Explanation:
    """What a refusal comes to: the kind of problem, "" where no rule knows it, and the sentence."""

    kind: str
    sentence: str


def explain(
    block: Block, spec: BlockSpec, values: Mapping[str, Value], sources: tuple[Source, ...], refusal: Refusal
) -> Explanation:
    """What a refusal of this block, fed by these sources, comes to."""
    case = _Case(block, spec, values, sources, refusal)
    for rule in _RULES:
        found = re.search(rule.pattern, refusal.message)
        if found is not None and rule.stage in ("", refusal.stage):
            return Explanation(rule.kind, rule.say(case, found))
    return Explanation("", _quoted(case))


def _quoted(case: _Case) -> str:
    text = re.sub(r"Input \d+ with name '[^']*' of layer '[^']*'", "Its input", case.refusal.message)
    text = re.sub(r"[Ll]ayer [\"']layer\w*[\"'](, | )?", "it ", text)
    text = re.sub(r"\(None, ", "(", text)
    text = f"{text[:300]} …" if len(text) > 300 else text
    what = "cannot be made with these values" if case.refusal.stage == "make" else "cannot work on this input"
    but = f", where {case.gives}" if case.source is not None and case.refusal.stage != "make" else ""
    said = f'Keras says: "{text or case.refusal.kind}"'
    return f"{case.who} {what}{but}. {said}"


def _wrong_rank(case: _Case, found: re.Match[str]) -> str:
    needed = int(found[2]) - 1
    need = kind(needed)
    if found[1] == "min_ndim=" and needed == 1:
        need = "at least one dimension (features)"
    elif found[1] == "max_ndim=":
        need = f"at most {needed} dimensions"
    return f"{case.who} needs {need}, but {case.gives}. {_change_rank(case, needed)}"


def _kernel_rank(case: _Case, _: re.Match[str]) -> str:
    needed = max((needs.at_least or needs.exactly or 0 for needs in case.refusal.needs), default=0) - 1
    if needed < 1:
        return _quoted(case)
    return f"{case.who} needs {kind(needed)}, but {case.gives}. {_change_rank(case, needed)}"


def _change_rank(case: _Case, needed: int) -> str:
    """How to come to `needed` dimensions from the ones that there are."""
    source, shape = case.source, case.shape
    if source is None:
        return "Change its input's shape."
    if len(shape) < needed and source.values.get("return_sequences") is False:
        return f"Switch return_sequences of {label(source.block)} on, so that it gives a step for every time."
    twin = re.sub(r"\d(?=D$)", str(len(shape) - 1), case.spec.type)
    use = f", or use {twin}" if twin != case.spec.type and twin in CATALOGUE else ""
    if wanted := reshaped(shape, needed):
        return f"Put a Reshape to {shape_text(wanted)} between them{use}."
    if source.spec.role == "input" and not shape:
        return f"Give {label(source.block)} a shape with {needed} dimension{'s' if needed > 1 else ''}."
    return f"Put a Reshape between them{use}."


def reshaped(shape: Shape, needed: int) -> Shape:
    """The likely form of `shape` with another number of dimensions; () where nothing suggests itself."""
    if None in shape:
        return ()
    sizes = [size for size in shape if size is not None]
    if len(sizes) > needed >= 1:
        return (*sizes[: needed - 1], math.prod(sizes[needed - 1 :]))
    if needed == 2 and len(sizes) == 1:
        return (sizes[0], 1)
    if needed == 3 and len(sizes) == 2:
        return (*sizes, 1)
    if needed == 3 and len(sizes) == 1:
        for channels in (1, 3):
            side = math.isqrt(sizes[0] // channels)
            if side > 1 and side * side * channels == sizes[0]:
                return (side, side, channels)
    return (1,) * needed if not sizes else ()


def _wrong_length(case: _Case, found: re.Match[str]) -> str:
    axis = "last dimension" if found[1] == "-1" else f"dimension {found[1]}"
    return f"{case.who} needs {found[2]} numbers in the {axis}, but {case.gives}. Make the two agree."


def _too_small(case: _Case, _: re.Match[str]) -> str:
    window = next((name for name in ("kernel_size", "pool_size") if name in case.values), "")
    low = _tuple(case.values.get(window))
    low = tuple(1 + (size - 1) * step for size, step in zip(low, _spread(case, len(low)), strict=True))
    spread = " with its dilation" if max(_spread(case, len(low)), default=1) > 1 else ""
    ways = [f"Make {'the ' + window.partition('_')[0] if window else 'it'} smaller"]
    if case.values.get("padding") == "valid":
        ways.append("set padding to same")
    ways.append("take out a pooling or a stride above it")
    what = f"a {window.partition('_')[0] or 'window'} of {shape_text(low)}{spread}" if low else case.shown("strides")
    return f"{case.who} moves {what} over its input, but {case.gives}, which is smaller. {_either(ways)}."


def _spread(case: _Case, count: int) -> tuple[int, ...]:
    return (_tuple(case.values.get("dilation_rate")) or (1,) * count)[:count]


def _tuple(value: Value) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    return tuple(size for size in value if isinstance(size, int)) if isinstance(value, tuple) else ()


def _either(ways: list[str]) -> str:
    return " or ".join([", ".join(ways[:-1]), ways[-1]] if len(ways) > 1 else ways)


def _reshape(case: _Case, _: re.Match[str]) -> str:
    if None in case.shape:
        return (
            f"{case.who} to {case.shown('target_shape').partition(' ')[2]} may not fit: {label(case.sources[0].block)} "
            f"gives {shape_text(case.shape)}, where ? is not known. Give the Input a shape without ?."
        )
    shape = [size for size in case.shape if size is not None]
    target = _tuple(case.values.get("target_shape"))
    have, want = math.prod(shape), math.prod(size for size in target if size != -1)
    shown = " × ".join("−1" if size == -1 else str(size) for size in target)
    sums = f"{case.who} arranges numbers without losing one, but {label(case.sources[0].block)} gives {have}"
    sums += f" ({shape_text(case.shape)})" if len(case.shape) > 1 else ""
    if -1 in target:
        return f"{sums}, which {want} does not divide, as {shown} asks. Choose numbers whose product divides {have}."
    ways = [f"Choose numbers whose product is {have}"]
    rest = math.prod(target[:-1])
    if rest and have % rest == 0:
        ways[0] += f", such as {shape_text((*target[:-1], have // rest))}"
    return f"{sums}, and {shown} would be {want}. {ways[0]}."


def _merge(case: _Case, _: re.Match[str]) -> str:
    gives = listed([f"{label(source.block)} gives {shape_text(source.shape)}" for source in case.sources])
    shapes = {source.shape for source in case.sources}
    if "axis" in case.values:
        ranks = {len(shape) for shape in shapes}
        how = "have as many dimensions, and in all but the joined one the same length"
        mend = "Put a Flatten or a Reshape before one of them." if len(ranks) > 1 else "Change one of them."
        return f"{case.who} joins inputs that {how}, but {gives}. {mend}"
    mend = "Give both blocks as many units or filters, or put a Dense before one of them."
    return f"{case.who} needs inputs of the same shape, but {gives}. {mend}"


def _axis(case: _Case, _: re.Match[str]) -> str:
    axis = case.values.get("axis")
    if not isinstance(axis, int):
        return _quoted(case)
    return (
        f"{case.who} is told to work along axis {str(axis).replace('-', '−')}, but {case.gives}: its axes go from 1 to "
        f"{len(case.shape)}. Set axis to −1, the last one."
    )


def _unknown_length(case: _Case, found: re.Match[str]) -> str:
    source = case.source
    if case.spec.role == "input":
        return (
            f"{case.who} cannot standardise columns as long as it is not known how many there are: its shape ends in "
            "?. Give it a shape that ends in a number."
        )
    if source is None:
        return _quoted(case)
    if None not in case.shape:  # then it is the batch that has no length, and somebody asked for axis 0
        return _axis(case, found)
    return (
        f"{case.who} has to know how many numbers to expect, but {label(source.block)} gives "
        f"{shape_text(source.shape)}, where ? is not known. Give the Input a shape without ?."
    )


def _unknown_steps(case: _Case, _: re.Match[str]) -> str:
    return (
        f"{case.who} has to know how long its sequences are to write every step out (unroll), but {case.gives}. "
        "Switch unroll off, or give the Input a shape without ?."
    )


def _strides_and_dilation(case: _Case, _: re.Match[str]) -> str:
    return (
        f"{case.who} cannot have both strides and dilation ({case.shown('strides', 'dilation_rate')}). "
        "Set one of the two to 1."
    )


def _filter_groups(case: _Case, _: re.Match[str]) -> str:
    return (
        f"{case.who} splits its filters into groups of the same size, but {case.values.get('filters')} filters do not "
        f"split into {case.values.get('groups')}. Set groups to 1, or filters to a multiple of it."
    )


def _channel_groups(case: _Case, _: re.Match[str]) -> str:
    return (
        f"{case.who} splits the channels of its input into {case.values.get('groups')} groups, but {case.gives}, whose "
        f"{case.shape[-1] if case.shape else 0} channels do not split so. Set groups to 1."
    )


def _no_table(case: _Case, _: re.Match[str]) -> str:
    rows = [name for name in _NO_TABLES if case.values.get(name) == "orthogonal"]
    if not rows:
        return _quoted(case)
    return (
        f"{case.who} cannot start {listed(rows).replace('_initializer', '')} as orthogonal, because that is no table "
        f"of numbers but a single row. Choose another {listed(rows)}, such as zeros."
    )


_NO_TABLES = tuple(f"{part}_initializer" for part in ("bias", "beta", "gamma", "moving_mean", "moving_variance"))

_RULES = (
    _Rule("wrong-rank", r"expected (min_ndim=|max_ndim=|ndim=)(\d+), found ndim", _wrong_rank),
    _Rule("wrong-rank", r"Kernel shape must have the same length as input", _kernel_rank),
    _Rule("wrong-length", r"expected axis (-?\d+) of input shape to have value (\d+)", _wrong_length),
    _Rule("too-small", r"Computed output size would be (zero or )?negative", _too_small),
    _Rule(
        "strides-and-dilation",
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        _strides_and_dilation,
    ),
    _Rule("groups", r"number of filters must be evenly divisible by the number of groups", _filter_groups),
    _Rule("groups", r"number of input channels must be evenly divisible", _channel_groups),
    _Rule("reshape", r"total size of the tensor must be unchanged", _reshape),
    _Rule(
        "merge", r"requires inputs with matching shapes|Inputs have incompatible shapes|with different shapes", _merge
    ),
    _Rule("merge", r"incompatible shapes for broadcasting", _merge),
    _Rule("axis", r"index out of range|axis \S+ is out of bounds|`axis` .* out of range", _axis),
    _Rule(
        "unknown-steps",
        r"_DimExpr|Cannot unroll a RNN|object cannot be interpreted as an integer",
        _unknown_steps,
        "trace",
    ),
    _Rule(
        "unknown-length",
        r"Shapes used to initialize variables must be fully-defined|must have a known shape",
        _unknown_length,
    ),
    _Rule("no-table", r"tensor to initialize must be at least two-dimensional", _no_table),
    _Rule(
        "unknown-length",
        r"unsupported operand type\(s\) for .*NoneType|last dimension .* should be defined",
        _unknown_length,
    ),
)
"""The first pattern that is found decides."""
