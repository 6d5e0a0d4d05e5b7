"""The judge: says of any graph, finished or not, what its shapes, parameters and problems are.

Keras decides; nothing here knows a shape rule. One thread only, the one on which Keras was imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.bypass import drawn_links
from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.data.description import DataDescription
from engine.edits import active, output_ports
from engine.graph import Block, Graph, GraphError, Link, Value
from engine.judge import sizes
from engine.judge.fixes.table import FIXES
from engine.judge.fixes.trial import with_fixes
from engine.judge.layers import input_dtype, looks_up, scaling_layer
from engine.judge.predictions import Prediction, Producer, prediction_problems
from engine.judge.probe import Answer, Probe, Signature
from engine.judge.report import FLAT_GROUP, Analysis, BlockReport, Problem, Shape, shape_text
from engine.judge.sentences import Source, explain
from engine.judge.structure import structure_problems, usable_links
from engine.judge.values import large_values
from engine.judge.words import label, listed
from engine.nests import nests

_LONG_UNROLL = 200
_NO_DATA = "No data set is chosen yet. Choose one before training; it tells whether the network fits it."

_NOTHING_LEARNS = "Nothing in this network can learn: it has no weights. Put a Dense between its Input and its Output."


@dataclass
class _Work:
    """One analysis under way. `flows` has the tensors at each block's output ports; it lacks blocks that are not
    known, so that what stands below them is passed over without a problem of its own."""

    graph: Graph
    data: DataDescription | None
    trace: bool
    memory: int
    problems: list[Problem] = field(default_factory=list)
    reports: dict[str, BlockReport] = field(default_factory=dict)
    flows: dict[str, dict[str, Signature]] = field(default_factory=dict)
    into: dict[str, list[Link]] = field(default_factory=dict)

    def say(self, kind: str, block: str | None, message: str, links: tuple[Link, ...] = ()) -> None:
        """Notes an error."""
        self.problems.append(Problem("error", block, message, links, kind=kind))

    def warn(self, kind: str, block: str | None, message: str, links: tuple[Link, ...] = ()) -> None:
        """Notes a warning."""
        self.problems.append(Problem("warning", block, message, links, kind=kind))


class GivenUpError(Exception):
    """An analysis that nobody waited for any more; what it found out is kept for the next one."""


class Judge:
    """Analyses graphs, and keeps Keras's answers, so that an edit costs only what lies below it."""

    def __init__(self) -> None:
        self._probe = Probe()
        self._memory = sizes.machine_memory()

    @property
    def layers_made(self) -> int:
        """How many layers have been constructed so far; the rest was answered from what is kept."""
        return self._probe.asked

    def analyse(
        self,
        graph: Graph,
        data: DataDescription | None,
        *,
        trace: bool,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Analysis:
        """Shapes, parameters and problems of a graph; `trace` adds the second, thorough pass.

        Raises nothing but GivenUpError: when `wanted`, asked before each block, says that nobody waits any more.
        """
        problems = structure_problems(graph)
        seen = len(problems)
        drawn = replace(graph, links=usable_links(graph))
        try:
            order = drawn.order()
        except GraphError as error:
            problems.append(Problem("error", None, f"{error} Delete one of its links.", kind="circle"))
            return Analysis({key: BlockReport() for key in graph.blocks}, tuple(problems), trace)
        work = _Work(active(drawn), data, trace, self._memory, problems)
        for link in work.graph.links:
            work.into.setdefault(link.target.block, []).append(link)
        for key in order:
            if not wanted():
                raise GivenUpError
            if key in work.graph.blocks:
                work.reports[key] = self._block(work, key)
        self._whole(work)
        for group, message in nests(work.graph).flat.items():
            problems.append(Problem("warning", work.graph.members(group)[0], message, kind=FLAT_GROUP))
        if work.graph is not drawn:
            problems[seen:] = _on_the_canvas(drawn, problems[seen:])
            work.reports |= _passing(work, drawn, order)
        reports = {key: work.reports[key] for key in graph.blocks}
        return Analysis(reports, tuple(dict.fromkeys(problems)), trace)

    def with_fixes(
        self,
        graph: Graph,
        data: DataDescription | None,
        analysis: Analysis,
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Analysis:
        """The analysis of a graph with the repairs that were tried and help in each of its problems.

        Raises nothing but GivenUpError, as `analyse` does.
        """

        def judge(repaired: Graph, *, trace: bool) -> Analysis:
            return self.analyse(repaired, data, trace=trace, wanted=wanted)

        return with_fixes(graph, data, analysis, judge, FIXES)

    def _block(self, work: _Work, key: str) -> BlockReport:
        block = work.graph.blocks[key]
        spec = CATALOGUE.get(block.type)
        if spec is None:
            return BlockReport()
        values = spec.values(block)
        if spec.role == "input":
            return self._input(work, block, key, spec, values)
        if any(not self._arriving(work, key, port.name) for port in spec.inputs):
            return BlockReport()
        if spec.role == "output":
            return _output(work, block, key, values)
        return self._layer(work, block, key, spec, values)

    def _arriving(self, work: _Work, key: str, port: str) -> tuple[Signature, ...]:
        """The tensors at an input port, or none of them as long as one is not known."""
        links = [link for link in work.into.get(key, ()) if link.target.port == port]
        found = [work.flows.get(link.source.block, {}).get(link.source.port) for link in links]
        return tuple(signature for signature in found if signature is not None) if None not in found else ()

    def _input(self, work: _Work, block: Block, key: str, spec: BlockSpec, values: Mapping[str, Value]) -> BlockReport:
        name = values["array"]
        array = work.data.input(str(name) if name is not None else None) if work.data is not None else None
        if work.data is not None and array is None:
            there = listed([f"'{info.name}'" for info in work.data.inputs]) or "none"
            wanted = f"the array '{name}'" if name is not None else "an array"
            message = f"{label(block)} asks for {wanted}, but {work.data.title} has {there}. Choose one of these."
            work.say("unknown-array", key, message)
        own = _shape(values["shape"])
        shape = own if own is not None else (array.shape if array is not None else None)
        if shape is None:
            return BlockReport()
        if own is not None and array is not None and work.data is not None:
            if not _agree(own, array.shape):
                work.say(
                    "input-shape",
                    key,
                    f"{label(block)} is set to {shape_text(own)}, but {work.data.title} gives "
                    f"{shape_text(array.shape)}. Leave its shape empty to take that of the data.",
                )
            else:
                pairs = zip(own, array.shape, strict=True)
                shape = tuple(mine if mine is not None else theirs for mine, theirs in pairs)
        signature = Signature(shape, input_dtype(work.graph, key, array))
        report = BlockReport((shape,), signature.dtype, operations=0)
        if any(size is not None and size < 1 for size in shape):
            message = f"{label(block)} has no numbers in it ({shape_text(shape)}). Each dimension must be at least 1."
            work.say("empty-shape", key, message)
            return report
        if too_large := sizes.too_large_result(label(block), shape, work.memory):
            work.say("size", key, too_large + " Make its shape smaller.")
            return report
        if values["scaling"] != "none":
            answer = self._probe.ask_scaling(
                str(values["scaling"]), lambda: scaling_layer(values, array, "layer"), spec, signature
            )
            if answer.refusal is not None:
                refused = explain(block, spec, values, (), answer.refusal)
                work.say(refused.kind, key, refused.sentence)
                return report
            signature = answer.outputs[0]
            report = _report(answer)
        work.flows[key] = {port.name: signature for port in spec.outputs}
        return report

    def _layer(self, work: _Work, block: Block, key: str, spec: BlockSpec, values: Mapping[str, Value]) -> BlockReport:
        inputs = {port.name: self._arriving(work, key, port.name) for port in spec.inputs}
        answer = self._probe.ask(spec, values, inputs, trace=False)
        report = _report(answer)
        problem = self._sizes(work, block, answer)
        steps = _unrolled(values, inputs)
        if steps:
            work.warn(
                "unrolled",
                key,
                f"{label(block)} would write each of its {steps:,} steps out, which takes very long to compile. "
                "Switch unroll off.",
            )
        if answer.loses_mask:
            work.warn(
                "lost-mask",
                key,
                f"{label(block)} and what follows look at padded steps as well: it does not know the marks that "
                "mask_zero sets. Switch mask_zero off, or use a recurrent layer.",
            )
        if not problem and not steps and work.trace and answer.refusal is None:
            answer = self._probe.ask(spec, values, inputs, trace=True)
        links = tuple(work.into[key])
        if looks_up(spec):
            _lookup(work, block, key, values)
        if answer.refusal is not None:
            sources = tuple(_source(work, link) for link in links)
            refused = explain(block, spec, values, sources, answer.refusal)
            if answer.refusal.stage == "trace" and any(None in source.shape for source in sources):
                work.warn(refused.kind, key, refused.sentence, links)
            else:
                work.say(refused.kind, key, refused.sentence, links)
                return BlockReport()
        if problem:
            work.say("size", key, problem)
            return report
        work.flows[key] = {port.name: signature for port, signature in zip(spec.outputs, answer.outputs, strict=False)}
        return report

    @staticmethod
    def _sizes(work: _Work, block: Block, answer: Answer) -> str:
        """The sentence for a layer whose weights or result cannot be held, or whose result is empty; "" for others."""
        if answer.refusal is not None:
            return ""
        who = label(block)
        if too_many := sizes.too_many_weights(who, answer.parameters, work.memory):
            return too_many + _largest(block)
        for signature in answer.outputs:
            if any(size is not None and size < 1 for size in signature.shape):
                return f"{who} gives nothing ({shape_text(signature.shape)}): its input is too small for it."
            if too_large := sizes.too_large_result(who, signature.shape, work.memory):
                return too_large + _largest(block)
        return ""

    def _whole(self, work: _Work) -> None:
        """What can be said of the network as a whole."""
        if not work.graph.blocks:
            return
        if work.data is None:
            work.warn("no-data", None, _NO_DATA)
        else:
            work.problems.extend(large_values(work.graph, work.data))
        if any(problem.severity == "error" for problem in work.problems):
            return
        weights = sum(report.parameters for report in work.reports.values())
        if too_many := sizes.too_many_weights("The network", weights, work.memory):
            work.say("size", None, too_many + " Make its largest layers smaller.")
        known = all(report.output_shapes for report in work.reports.values())
        if known and not sum(report.trainable for report in work.reports.values()):
            work.say("nothing-learns", None, _NOTHING_LEARNS)


def _on_the_canvas(drawn: Graph, problems: list[Problem]) -> list[Problem]:
    """Problems of the network that is computed, with the links on the canvas in place of those past bypassed blocks."""
    ways = drawn_links(drawn)
    return [
        replace(problem, links=tuple(dict.fromkeys(one for link in problem.links for one in ways.get(link, (link,)))))
        for problem in problems
    ]


def _passing(work: _Work, drawn: Graph, order: tuple[str, ...]) -> dict[str, BlockReport]:
    """What passes each bypassed block, as its report."""
    into: dict[str, list[Link]] = {}
    for link in drawn.links:
        into.setdefault(link.target.block, []).append(link)
    flows = dict(work.flows)
    reports = {}
    for key in (key for key in order if key not in work.graph.blocks):
        feeding = into.get(key, [])
        signature = flows.get(feeding[0].source.block, {}).get(feeding[0].source.port) if len(feeding) == 1 else None
        reports[key] = BlockReport()
        if signature is not None:
            reports[key] = BlockReport((signature.shape,), signature.dtype, operations=0)
            flows[key] = {port.name: signature for port in output_ports(drawn, key)}
    return reports


def _output(work: _Work, block: Block, key: str, values: Mapping[str, Value]) -> BlockReport:
    """Checks a prediction against its target and its loss."""
    link = work.into[key][0]
    signature = work.flows[link.source.block][link.source.port]
    prediction = Prediction(block, values, signature.shape, _producers(work, link))
    for found in prediction_problems(prediction, work.data):
        work.problems.append(Problem(found.severity, key, found.message, (link,), kind=found.kind))
    return BlockReport((signature.shape,), signature.dtype, operations=0)


def _lookup(work: _Work, block: Block, key: str, values: Mapping[str, Value]) -> None:
    """Checks that the numbers that enter have rows in a block's table: backends fail late, or go on with NaN."""
    link = work.into[key][0]
    above = work.graph.blocks[link.source.block]
    spec = CATALOGUE[above.type]
    rows = values["input_dim"]
    if spec.role != "input" or not isinstance(rows, int):
        return
    own = spec.values(above)
    if own["scaling"] != "none":
        work.warn(
            "scaled-lookup",
            key,
            f"{label(block)} looks whole numbers up, but {label(above)} scales them, so that they mean something else. "
            f"Set the scaling of {label(above)} to 'not scaled'.",
            (link,),
        )
        return
    array = work.data.input(str(own["array"]) if own["array"] is not None else None) if work.data is not None else None
    if array is None:
        return
    if array.minimum < 0:
        work.say(
            "negative-lookup",
            key,
            f"{label(block)} looks numbers from 0 on up, but '{array.name}' goes down to {array.minimum:g}. "
            "Number its values from 0 on.",
            (link,),
        )
    elif array.maximum >= rows:
        work.say(
            "lookup-rows",
            key,
            f"{label(block)} has rows for the numbers 0 to {rows - 1}, but '{array.name}' goes up to "
            f"{array.maximum:.0f}. Set input_dim to {array.maximum + 1:.0f}.",
            (link,),
        )


def _unrolled(values: Mapping[str, Value], inputs: Mapping[str, tuple[Signature, ...]]) -> int:
    """How many steps a recurrent layer would write out, where they are too many even to be traced; else 0."""
    shape = next(iter(inputs.values()))[0].shape
    steps = shape[0] if values.get("unroll") is True and shape else None
    return steps if steps is not None and steps > _LONG_UNROLL else 0


def _largest(block: Block) -> str:
    """The advice to lower a block's largest parameter."""
    numbers = {name: value for name, value in block.parameters.items() if isinstance(value, int) and value > 1000}
    return f" Lower its {max(numbers, key=lambda name: numbers[name])}." if numbers else " Make it smaller."


def _producers(work: _Work, link: Link) -> tuple[Producer, ...]:
    """The blocks that a prediction comes from, the last one first, as far up as they form a chain."""
    chain: list[Producer] = []
    while True:
        key = link.source.block
        block = work.graph.blocks[key]
        spec = CATALOGUE[block.type]
        signature = work.flows[key][link.source.port]
        chain.append(Producer(block, spec, spec.values(block), signature.shape, work.reports[key].parameters))
        above = work.into.get(key, ())
        if len(above) != 1:
            return tuple(chain)
        link = above[0]


def _source(work: _Work, link: Link) -> Source:
    block = work.graph.blocks[link.source.block]
    spec = CATALOGUE[block.type]
    return Source(block, spec, spec.values(block), work.flows[link.source.block][link.source.port].shape)


def _report(answer: Answer) -> BlockReport:
    if not answer.outputs:
        return BlockReport()
    return BlockReport(
        tuple(signature.shape for signature in answer.outputs),
        answer.outputs[0].dtype,
        answer.parameters,
        answer.trainable,
        answer.operations,
    )


def _shape(value: Value) -> Shape | None:
    if not isinstance(value, tuple):
        return None
    return tuple(size if isinstance(size, int) else None for size in value)


def _agree(one: Shape, other: Shape) -> bool:
    """Whether two shapes can be the same; an unknown length agrees with any."""
    return len(one) == len(other) and all(None in (a, b) or a == b for a, b in zip(one, other, strict=True))
