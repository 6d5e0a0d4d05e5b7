"""Problems that can be seen without shapes: what is missing, loose, doubled or unknown. Knows no Keras."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from engine.bypass import never_bypassed
from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec, Role
from engine.graph import Block, Graph, Link
from engine.judge.report import Problem
from engine.judge.words import label, listed


def usable_links(graph: Graph) -> tuple[Link, ...]:
    """The links whose two ends are there, one for a port that takes one; a damaged file can hold others."""
    kept: list[Link] = []
    full: set[tuple[str, str]] = set()
    for link in graph.links:
        source, target = graph.blocks.get(link.source.block), graph.blocks.get(link.target.block)
        if source is None or target is None:
            continue
        giving, taking = CATALOGUE.get(source.type), CATALOGUE.get(target.type)
        if giving is not None and giving.output(link.source.port) is None:
            continue
        port = taking.input(link.target.port) if taking is not None else None
        end = (link.target.block, link.target.port)
        if taking is not None and (port is None or (not port.many and end in full)):
            continue
        full.add(end)
        kept.append(link)
    return tuple(kept)


def structure_problems(graph: Graph) -> list[Problem]:
    """What is wrong with a graph's blocks and links as such. Never raises."""
    if not graph.blocks:
        message = "The canvas is empty. Drag an Input onto it, then the layers, then an Output."
        return [Problem("error", None, message, kind="empty")]
    links = usable_links(graph)
    problems = _damaged_links(graph, links)
    graph = replace(graph, links=links)
    specs = {key: CATALOGUE.get(block.type) for key, block in graph.blocks.items()}
    problems += _ends(specs)
    into: defaultdict[str, list[Link]] = defaultdict(list)
    leading: set[str] = set()
    for link in links:
        into[link.target.block].append(link)
        leading.add(link.source.block)
    for key, block in graph.blocks.items():
        spec = specs[key]
        if spec is None:
            problems.append(Problem("error", key, _unknown(block), kind="unknown-type"))
            continue
        if block.bypassed:
            problems += _bypassed(key, block, spec, into[key], key in leading)
            continue
        problems += _parameters(key, block, spec)
        problems += _connections(key, block, spec, into[key], key in leading)
    problems += _names(graph, specs)
    problems += _pieces(graph, specs)
    return problems


def _damaged_links(graph: Graph, usable: tuple[Link, ...]) -> list[Problem]:
    kept = set(usable)
    gone = [link for link in dict.fromkeys(graph.links) if link not in kept]
    if not gone:
        return []
    blocks = [key for link in gone for key in (link.target.block, link.source.block) if key in graph.blocks]
    what = "A link leads" if len(gone) == 1 else f"{len(gone)} links lead"
    message = f"{what} to a port that does not exist or is taken. Delete it and draw it again."
    return [Problem("error", blocks[0] if blocks else None, message, tuple(gone), kind="damaged-links")]


def _ends(specs: dict[str, BlockSpec | None]) -> list[Problem]:
    roles = {spec.role for spec in specs.values() if spec is not None}
    wanted: tuple[tuple[Role, str], ...] = (
        ("input", "The network has no Input. Add one and connect it to the first layer: there the data enter."),
        ("output", "The network has no Output. Add one after the last layer: it says what the network predicts."),
    )
    return [Problem("error", None, message, kind=f"no-{role}") for role, message in wanted if role not in roles]


def _unknown(block: Block) -> str:
    return (
        f"This version of Lamina does not know the block type '{block.type}' of '{block.name}'. "
        "It is kept as it is; delete it, or open the project with a newer version."
    )


def _parameters(key: str, block: Block, spec: BlockSpec) -> list[Problem]:
    """A value out of its range is an error, since its default would train something else than is written there."""
    known = {param.name for param in spec.params}
    return [
        Problem("error", key, f"{label(block)}: {sentence}", kind="wrong-value")
        if name in known
        else Problem("warning", key, f"{label(block)}: {sentence}", kind="unknown-parameter")
        for name, value in block.parameters.items()
        for sentence in spec.complaints(replace(block, parameters={name: value}))
    ]


def _bypassed(key: str, block: Block, spec: BlockSpec, into: list[Link], leads_on: bool) -> list[Problem]:
    """A bypassed block is not computed, so only the way past it counts."""
    if refused := never_bypassed(block, spec):
        return [Problem("error", key, f"{refused} Switch its bypass off.", kind="wrong-bypass")]
    if leads_on and not into:
        message = (
            f"{label(block)} is bypassed, but no data come that could pass it by. Draw a link to it, or delete it."
        )
        return [Problem("error", key, message, kind="unfed")]
    if into and not leads_on:
        message = (
            f"The data that pass {label(block)} by go nowhere. Draw a link from it to the next block, or delete it."
        )
        return [Problem("warning", key, message, kind="unused")]
    return []


def _connections(key: str, block: Block, spec: BlockSpec, into: list[Link], leads_on: bool) -> list[Problem]:
    if not into and not leads_on and spec.inputs and spec.outputs:
        message = f"{label(block)} is connected to nothing. Put it between two blocks, or delete it."
        return [Problem("error", key, message, kind="loose")]
    problems = []
    for port in spec.inputs:
        arriving = [link for link in into if link.target.port == port.name]
        which = f" at '{port.name}'" if len(spec.inputs) > 1 else ""
        if not arriving:
            what = "knows nothing to predict" if spec.role == "output" else "gets no data"
            message = f"{label(block)} {what}{which}. Draw a link to it from the block that should come before it."
            problems.append(Problem("error", key, message, kind="unfed"))
        elif port.many and len(arriving) == 1:
            message = f"{label(block)} has only one input, so there is nothing to merge. Draw a second link to it."
            problems.append(Problem("warning", key, message, tuple(arriving), kind="lone-merge"))
    if spec.outputs and not leads_on:
        what = "The data of" if spec.role == "input" else "The result of"
        message = f"{what} {label(block)} go{'' if spec.role == 'input' else 'es'} nowhere. "
        message += "Draw a link from it to the next block, or delete it."
        problems.append(Problem("warning", key, message, kind="unused"))
    return problems


def _names(graph: Graph, specs: dict[str, BlockSpec | None]) -> list[Problem]:
    problems = []
    called: dict[str, list[str]] = {}
    for key, block in graph.blocks.items():
        called.setdefault(block.name, []).append(key)
    for name, keys in called.items():
        count = len(keys)
        if not name.strip():
            for key in keys:
                message = f"A {graph.blocks[key].type} has no name. Give it one, to tell it from others."
                problems.append(Problem("warning", key, message, kind="unnamed"))
            continue
        if count == 1:
            continue
        roles = Counter(spec.role for key in keys if (spec := specs[key]) is not None)
        if roles["output"] > 1:
            message = (
                f"{roles['output']} Outputs are called '{name}', so their results cannot be told apart. Rename one."
            )
            last = next(key for key in reversed(keys) if _is_output(specs[key]))
            problems.append(Problem("error", last, message, kind="doubled-name"))
        else:
            message = f"{count} blocks are called '{name}'. Rename all but one, so that messages and code are clear."
            problems.append(Problem("warning", keys[-1], message, kind="doubled-name"))
    return problems


def _is_output(spec: BlockSpec | None) -> bool:
    return spec is not None and spec.role == "output"


def _pieces(graph: Graph, specs: dict[str, BlockSpec | None]) -> list[Problem]:
    """Networks that stand side by side: allowed, but rarely meant."""
    piece_of = {key: key for key in graph.blocks}

    def root(key: str) -> str:
        while piece_of[key] != key:
            piece_of[key] = piece_of[piece_of[key]]
            key = piece_of[key]
        return key

    for link in graph.links:
        piece_of[root(link.source.block)] = root(link.target.block)
    roles: dict[str, set[Role]] = {}
    for key, spec in specs.items():
        if spec is not None:
            roles.setdefault(root(key), set()).add(spec.role)
    whole = [key for key, found in roles.items() if {"input", "output"} <= found]
    if len(whole) < 2:
        return []
    names = [f"'{block.name}'" for key, block in graph.blocks.items() if specs[key] and _is_output(specs[key])]
    message = f"The graph falls into {len(whole)} networks without a link between them ({listed(names)}). "
    message += "They are trained side by side; if that is not meant, connect them or delete one."
    return [Problem("warning", None, message, kind="pieces")]
