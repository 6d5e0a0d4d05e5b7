"""Blocks as text: what comes from other hands is understood where it can be, and refused with a sentence."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clip import LARGEST, clip_text, read_clip
from engine.graph import Block, Comment, Graph, Group, Link, PortRef
from engine.project import FORMAT, Project, ProjectError, to_json

WHOLE = Graph(
    {
        "a": Block("a", "Dense", "A", {"units": 8}, 0, 0, "g"),
        "b": Block("b", "Dropout", "B", {}, 0, 88, "g", bypassed=True),
    },
    (Link(PortRef("a", "output"), PortRef("b", "input")),),
    {"g": Group("g", "Head", "green", collapsed=True)},
    {"c": Comment("c", "Why\nso?", 300, 20)},
)


def content(**blocks: dict[str, Any]) -> dict[str, Any]:
    """A project's content with Dense blocks, of which each may have more fields or others."""
    made = [{"id": key, "type": "Dense", "name": key, **more} for key, more in blocks.items()]
    return {"format": FORMAT, "blocks": made, "links": []}


def places(graph: Graph) -> list[tuple[float, float]]:
    return [(block.x, block.y) for block in graph.blocks.values()]


def test_what_was_copied_comes_back_whole() -> None:
    assert read_clip(clip_text(WHOLE)) == WHOLE
    assert clip_text(Graph()) == ""


@pytest.mark.parametrize(
    "wrap",
    [
        "\ufeff{}", "\r\n\r\n{}\r\n", "{}\0", "```\n{}\n```", "```json\r\n{}\r\n```\r\n",
        "Try this:\n\n```json\n{}```\nIt works.", "```python\nprint()\n```\n```json\n{}\n```",
    ],
)  # fmt: skip
def test_what_stands_around_the_text_does_not_matter(wrap: str) -> None:
    text = clip_text(WHOLE)
    assert read_clip(wrap.replace("{}", text)) == WHOLE
    assert read_clip(wrap.replace("{}", text.replace("\n", "\r\n"))) == WHOLE


def test_a_whole_project_gives_its_blocks() -> None:
    assert read_clip(to_json(Project(WHOLE, title="Another", note="With a ``` in it"))) == WHOLE


def test_unknown_types_and_parameters_are_kept() -> None:
    text = json.dumps(content(q={"type": "Quantum", "x": 1, "y": 2, "parameters": {"spin": [1, 2]}}))
    block = read_clip(text).blocks["q"]
    assert block.type == "Quantum"
    assert block.parameters == {"spin": (1, 2)}


def test_blocks_without_a_place_stand_one_after_the_other() -> None:
    made = content(a={}, b={})
    made["links"] = [["b", "output", "a", "input"]]
    assert places(read_clip(json.dumps(made))) == [(0, 88), (0, 0)]


@pytest.mark.parametrize("x", [math.nan, math.inf, 10**400, 1e300, None, "left", True])
def test_a_place_that_is_none_is_found_one(x: object) -> None:
    text = json.dumps(content(a={"x": 40, "y": 80}, b={"x": x, "y": 0}))
    assert places(read_clip(text)) == [(40, 80), (40, 168)]


def test_blocks_of_a_newer_version_are_refused_with_a_sentence() -> None:
    made = content(a={}) | {"format": FORMAT + 1}
    with pytest.raises(ProjectError, match="newer Lamina"):
        read_clip(json.dumps(made))


@pytest.mark.parametrize(
    "text",
    [
        "nonsense", '{"format": 2, "blocks": [', "[" * 100_000, '{"blocks": 3}', '{"blocks": [3]}', "null", "```\n```",
        clip_text(WHOLE)[:-40], '{"format": 2, "blocks": [{"id": "a"}], "links": []}', "x" * (LARGEST + 1),
        json.dumps(content(a={"parameters": {"units": math.nan}})),
        json.dumps(content(a={}) | {"links": [["a", "output", "gone", "input"]]}),
        json.dumps({**content(), "blocks": [*content(a={})["blocks"], *content(a={})["blocks"]]}),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ProjectError) as refused:
        read_clip(text)
    assert str(refused.value).startswith("What is on the clipboard")
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


@given(st.text(), st.integers(0, 400), st.integers(0, 40))
def test_no_text_does_more_than_be_refused(noise: str, start: int, length: int) -> None:
    text = clip_text(WHOLE)
    for broken in (noise, text[:start] + noise + text[start + length :]):
        with contextlib.suppress(ProjectError):
            assert isinstance(read_clip(broken), Graph)
