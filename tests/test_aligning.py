"""Rectangles in line and at even distances."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.aligning import Area, Line, Steps, Way, aligned, distributed

AREAS = {"a": Area(0, 0, 100, 60), "b": Area(50, 200, 100, 60), "c": Area(300, 90, 200, 40)}
SOME = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.builds(Area, *[st.integers(-500, 500)] * 2, *[st.integers(10, 300)] * 2),
    min_size=3,
    max_size=8,
)


def moved(areas: dict[str, Area], steps: Steps) -> dict[str, Area]:
    return {
        key: Area(area.left + steps[key][0], area.top + steps[key][1], area.width, area.height)
        for key, area in areas.items()
    }


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("left", {"a": 0, "b": 0, "c": 0}),
        ("centre", {"a": 200, "b": 200, "c": 150}),
        ("right", {"a": 400, "b": 400, "c": 300}),
        ("top", {"a": 0, "b": 0, "c": 0}),
        ("middle", {"a": 100, "b": 100, "c": 110}),
        ("bottom", {"a": 200, "b": 200, "c": 220}),
    ],
)
def test_rectangles_are_put_in_line(line: Line, places: dict[str, float]) -> None:
    across = line in ("left", "centre", "right")
    now = moved(AREAS, aligned(AREAS, line))
    assert {key: area.left if across else area.top for key, area in now.items()} == places
    assert all(
        (now[key].top if across else now[key].left) == (one.top if across else one.left) for key, one in AREAS.items()
    )


@pytest.mark.parametrize("way", ["across", "down"])
@given(areas=SOME)
def test_distances_become_even_and_the_outermost_stay(way: Way, areas: dict[str, Area]) -> None:
    def span(area: Area) -> tuple[float, float]:
        return (area.left, area.left + area.width) if way == "across" else (area.top, area.top + area.height)

    now = moved(areas, distributed(areas, way))
    order = sorted(areas, key=lambda key: sum(span(areas[key])))
    gaps = [span(now[after])[0] - span(now[before])[1] for before, after in pairwise(order)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=1e-6)
    for outermost in (order[0], order[-1]):
        assert span(now[outermost]) == pytest.approx(span(areas[outermost]), abs=1e-6)


def test_two_rectangles_have_no_distances_to_make_even() -> None:
    assert distributed({"a": AREAS["a"], "b": AREAS["b"]}, "down") == {}
    assert aligned({}, "left") == {}
