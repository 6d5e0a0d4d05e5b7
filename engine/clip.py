"""Blocks as text, to be copied and pasted: the form of a project file, read with patience.

What is pasted has often been through other hands: a chat, a mail, an editor, another version. Whatever can be
understood is taken; the rest is refused with a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace

from engine.edits import ALONG
from engine.graph import Graph
from engine.project import FARTHEST, Project, ProjectError, from_json, to_json

LARGEST = 8 * 2**20
"""Characters; 25,000 blocks take no more."""
SOURCE = "What is on the clipboard"
_FENCED = re.compile(r"```[^\n`]*\n(.*?)```", re.DOTALL)
_AROUND = "\ufeff\x00 \t\r\n"
"""What may stand around the text: blanks, the mark that some editors begin with, the end that some systems add."""


def clip_text(part: Graph) -> str:
    """Blocks, their links, groups and comments as text; "" where there is nothing."""
    return to_json(Project(part)) if part.blocks or part.comments else ""


def read_clip(text: str) -> Graph:
    """The blocks that a text holds, also out of a whole project, or between the fences of Markdown.

    Blocks without a place, or with one that is none, are put one after the other along the flow of data. Raises
    ProjectError with a sentence where there is no network in the text.
    """
    if len(text) > LARGEST:
        raise ProjectError(f"{SOURCE} is far larger than any network ({len(text) / 1e6:.0f} million characters).")
    text = text.strip(_AROUND)
    fenced = next((found for found in _FENCED.findall(text) if found.lstrip().startswith("{")), None)
    text = text if fenced is None or text.startswith("{") else fenced.strip(_AROUND)
    try:
        content = json.loads(text)
        blocks = content["blocks"]
        lost = [block for block in blocks if not all(_is_place(block.get(axis, None)) for axis in "xy")]
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return from_json(text, SOURCE).graph  # which says what is wrong with it
    if not lost:
        return from_json(text, SOURCE).graph
    for block in lost:
        block["x"] = block["y"] = 0.0
    graph = from_json(json.dumps(content), SOURCE).graph
    return _with_places(graph, {block["id"] for block in lost})


def _is_place(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= FARTHEST


def _with_places(graph: Graph, lost: Collection[str]) -> Graph:
    """The graph with the blocks that have no place after the lowest one that has, each a step along the flow."""
    dx, dy = ALONG[graph.direction]
    last = max(
        (block for key, block in graph.blocks.items() if key not in lost),
        key=lambda block: block.x * dx + block.y * dy,
        default=None,
    )
    x, y = (-dx, -dy) if last is None else (last.x, last.y)
    return graph.with_blocks(
        replace(graph.blocks[key], x=x + step * dx, y=y + step * dy)
        for step, key in enumerate((key for key in graph.order() if key in lost), 1)
    )
