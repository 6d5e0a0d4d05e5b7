"""A project (the network and all settings) and its file.

The file is JSON that diffs well, with a `format` number. Files of older formats are brought up step by step by
`MIGRATIONS`; files of newer ones are refused with a sentence. Blocks and parameters that this version does not know
are kept as they are. A save never damages the file that was there.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from engine.catalogue import CATALOGUE
from engine.catalogue.params import ParamError
from engine.catalogue.spec import Port
from engine.graph import Block, Comment, Direction, Graph, GraphError, Group, Link, PortRef
from engine.layout import place_rest
from engine.optimizers import OPTIMIZERS
from engine.settings import DataSettings, OptimizerSettings, TrainingSettings

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 2
SUFFIX = ".lamina"
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a project of 10,000 blocks takes 3 MB."""
FARTHEST = 1e9
"""Scene pixels; a place farther out is none, and sums of such places are no numbers any more."""
DEEPEST = 16
"""Levels of lists within lists that a parameter may have; no layer needs more than three."""


def _with_groups_and_comments(content: dict[str, Any]) -> dict[str, Any]:
    """From format 1 to 2, which may have groups, comments, bypassed blocks and a direction; all have defaults."""
    return {**content, "format": 2}


MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _with_groups_and_comments}
"""From a format to the next: takes and returns the file's content."""


class ProjectError(Exception):
    """A project that cannot be read or written. The message says what happened, where and how to mend it."""


@dataclass(frozen=True)
class Project:
    """All that is saved: a network, the data it learns from, and how it is trained. `note` says what it is for."""

    graph: Graph = field(default_factory=Graph)
    data: DataSettings = field(default_factory=DataSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    title: str = ""
    note: str = ""

    def with_graph(self, graph: Graph) -> Project:
        """This project with another network."""
        return replace(self, graph=graph)


@dataclass(frozen=True)
class _BlockContent:
    """A block as pydantic checks it; what its parameters may be is the catalogue's business.

    One without a place, such as a script may write, is laid out when it is read.
    """

    id: str
    type: str
    name: str
    x: float | None = None
    y: float | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    group: str = ""
    bypassed: bool = False


@dataclass(frozen=True)
class _Content:
    """The file as pydantic checks it: every link as four words, which keeps it on one line."""

    format: int
    blocks: list[_BlockContent]
    links: list[tuple[str, str, str, str]]
    groups: list[Group] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    direction: Direction = "down"
    data: DataSettings = field(default_factory=DataSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    title: str = ""
    note: str = ""


def to_json(project: Project) -> str:
    """A project as the text of its file: one block and one link a line."""
    graph = project.graph

    def line(value: object) -> str:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        # Half a character, which some keyboards and files produce, fits no UTF-8: only JSON's own escape can hold it.
        return text.encode("utf-8", "backslashreplace").decode()

    def rows(items: Iterable[object]) -> str:
        texts = [line(item) for item in items]
        return "[" + ",".join(f"\n  {text}" for text in texts) + "\n ]" if texts else "[]"

    blocks = (
        {
            "id": block.id,
            "type": block.type,
            "name": block.name,
            "x": round(block.x, 2),
            "y": round(block.y, 2),
            "parameters": dict(block.parameters),
            **({"group": block.group} if block.group else {}),
            **({"bypassed": True} if block.bypassed else {}),
        }
        for block in graph.blocks.values()
    )
    links = ([link.source.block, link.source.port, link.target.block, link.target.port] for link in graph.links)
    optimizer = project.optimizer
    fields = {
        "format": line(FORMAT),
        "title": line(project.title),
        "note": line(project.note),
        "direction": line(graph.direction),
        "blocks": rows(blocks),
        "links": rows(links),
        "groups": rows(asdict(group) for group in graph.groups.values()),
        "comments": rows(asdict(comment) for comment in graph.comments.values()),
        "data": line(vars(project.data)),
        "optimizer": line({"name": optimizer.name, "preset": optimizer.preset, "values": dict(optimizer.values)}),
        "training": line(vars(project.training)),
    }
    return "{" + ",".join(f'\n "{name}": {text}' for name, text in fields.items()) + "\n}\n"


@lru_cache(maxsize=1)
def _checker() -> TypeAdapter[_Content]:
    """What checks a file's content. Made once, when the first file is read: that takes pydantic a while."""
    from pydantic import TypeAdapter

    return TypeAdapter(_Content)


def from_json(text: str, source: str = "this text") -> Project:
    """The project that a file's text holds; `source` names it in errors. Raises ProjectError."""
    from pydantic import ValidationError

    try:
        content = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ProjectError(f"{source} is nested too deeply to be a Lamina project.") from None
    except _NotFiniteError as error:
        raise ProjectError(f"{source} is damaged: it holds {error}, which is no number to work with.") from None
    except ValueError:
        cut_off = text.lstrip().startswith("{") and not text.rstrip().endswith("}")
        why = "is cut off: its end is missing" if cut_off else "is not JSON, so it is no Lamina project"
        raise ProjectError(f"{source} {why}.") from None
    if not isinstance(content, dict) or type(content.get("format")) is not int:
        raise ProjectError(f"{source} is JSON, but no Lamina project: it has no format number.")
    if content["format"] > FORMAT:
        raise ProjectError(
            f"{source} was saved by a newer Lamina (format {content['format']}; this one reads up to {FORMAT}). "
            "Open it with that version."
        )
    while content["format"] < FORMAT:
        if content["format"] not in MIGRATIONS:
            raise ProjectError(f"{source} has the unknown format {content['format']}.")
        content = MIGRATIONS[content["format"]](content)
    try:
        checked = _checker().validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ").lower()
        raise ProjectError(f"{source} is damaged at {place}: {message}.") from None
    if checked.optimizer.name not in OPTIMIZERS:
        raise ProjectError(f"{source} names the unknown optimizer {checked.optimizer.name!r}.")
    try:
        checked.optimizer.entry.values(checked.optimizer.preset, checked.optimizer.values)
        graph = _graph(checked)
    except (ParamError, GraphError) as error:
        raise ProjectError(f"{source} is damaged. {error}") from None
    return Project(graph, checked.data, checked.optimizer, checked.training, checked.title, checked.note)


def _graph(content: _Content) -> Graph:
    """The network of a file. Raises GraphError with a sentence when it does not hold together."""
    groups = {group.id: replace(group, room=_near(group.room)) for group in content.groups}
    comments = {
        one.id: replace(one, x=_near(one.x), y=_near(one.y), width=_near(one.width), height=_near(one.height))
        for one in content.comments
    }
    blocks = {
        block.id: Block(
            block.id,
            block.type,
            block.name,
            _frozen(block.parameters),
            block.x if _is_near(block.x) else 0.0,
            block.y if _is_near(block.y) else 0.0,
            block.group if block.group in groups else "",
            block.bypassed,
        )
        for block in content.blocks
    }
    if len(blocks) < len(content.blocks):
        raise GraphError("Two of its blocks have the same id.")
    if len(groups) < len(content.groups) or len(comments) < len(content.comments):
        raise GraphError("Two of its groups or comments have the same id.")
    if not blocks.keys().isdisjoint((*groups, *comments)) or not groups.keys().isdisjoint(comments):
        raise GraphError("One of its groups or comments has the id of something else.")
    if "" in groups:
        raise GraphError("One of its groups has no id.")
    links = tuple(dict.fromkeys(Link(PortRef(a, b), PortRef(c, d)) for a, b, c, d in content.links))
    taken: set[PortRef] = set()
    for link in links:
        if link.source.block not in blocks or link.target.block not in blocks:
            raise GraphError("One of its links leads to a block that is not there.")
        above, below = (CATALOGUE.get(blocks[end.block].type) for end in (link.source, link.target))
        port = below.input(link.target.port) if below else Port(link.target.port, many=True)
        if port is None or (above and above.output(link.source.port) is None):
            raise GraphError(
                f"There is no way from '{blocks[link.source.block].name}' ({link.source.port}) "
                f"to '{blocks[link.target.block].name}' ({link.target.port})."
            )
        if link.target in taken and not port.many:
            raise GraphError(f"'{blocks[link.target.block].name}' takes one input, and two of its links lead there.")
        taken.add(link.target)
    graph = Graph(blocks, links, groups, comments, content.direction).without_empty_groups()
    graph.order()
    return place_rest(graph, [block.id for block in content.blocks if not (_is_near(block.x) and _is_near(block.y))])


def _is_near(value: float | None) -> TypeGuard[float]:
    return value is not None and abs(value) <= FARTHEST


def _near(value: float) -> float:
    return max(-FARTHEST, min(FARTHEST, value))


class _NotFiniteError(Exception):
    """A number that is none, or beyond all bounds."""


def _refuse(constant: str) -> None:
    """NaN and the infinities are no JSON, though Python reads them."""
    raise _NotFiniteError(constant)


def _finite(text: str) -> float:
    """A number of the file; Python reads 1e999 as infinity."""
    number = float(text)
    if not math.isfinite(number):
        raise _NotFiniteError(text)
    return number


def _frozen(value: Any, depth: int = 0) -> Any:
    """JSON's lists as tuples, and dictionaries as they are, through every level."""
    if depth > DEEPEST:
        raise GraphError("The parameters of one of its blocks are nested too deeply.")
    if isinstance(value, dict):
        return {key: _frozen(item, depth + 1) for key, item in value.items()}
    return tuple(_frozen(item, depth + 1) for item in value) if isinstance(value, list | tuple) else value


def load_project(path: Path) -> Project:
    """The project in a file. Raises ProjectError."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProjectError(
                f"{path.name} is larger than any project ({LARGEST_FILE // 2**20} MB); it is not opened."
            )
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark at the start
    except FileNotFoundError:
        raise ProjectError(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise ProjectError(f"{path.name} is not a text file, so it is no Lamina project.") from None
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}.") from None
    return from_json(text, path.name)


def save_project(project: Project, path: Path) -> None:
    """Writes a project's file; until the new one is whole, the old one stays. Raises ProjectError."""
    write_atomically(path, to_json(project).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file beside its place, flushes it to the disk and then puts it in place. Raises ProjectError.

    A symbolic link stays one: what it leads to is written.
    """
    path = Path(os.path.realpath(path))  # Path.resolve raises where links form a circle
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".lamina-", suffix=".part")
    except OSError as error:
        raise ProjectError(
            f"{path.name} cannot be saved in {path.parent}: {error.strerror}. Choose another folder."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o777)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise ProjectError(
            f"{path.name} could not be saved: {error.strerror}. What was there before is untouched; "
            "free some space or choose another folder."
        ) from None
