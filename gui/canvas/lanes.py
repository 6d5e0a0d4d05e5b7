"""Keeps ways apart: links that take the same channel run beside each other, not on top of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gui.canvas.routing import Run, Way

LANE = 12.0
"""From one link to the next in the same channel."""
TRACK = 8.0
"""From one link to the next where they run across between two rows."""
KEPT = 6.0
"""How near to a card's edge a link runs across at the least."""
CELL = 128.0


def spread(ways: Iterable[Way]) -> None:
    """Gives every way lanes and levels of its own, as far as there is room; the order of `ways` does not matter."""
    for _ in spreading(ways):
        pass


def spreading(ways: Iterable[Way]) -> Iterator[None]:
    """Does what `spread` does in short steps."""
    ordered = sorted(ways, key=lambda way: (abs(way.end[1] - way.start[1]), way.start, way.end))
    yield from _spread_lanes(ordered)
    yield from _spread_levels(ordered)


def _spread_lanes(ways: Iterable[Way]) -> Iterator[None]:
    """Short ways take the lanes next to the cards and longer ones go outside of them, so that they nest."""
    taken: dict[int, list[tuple[float, float, float]]] = {}
    for way in ways:
        for index, lane in enumerate(way.lanes):
            top, bottom = sorted((way.levels[index].at, way.levels[index + 1].at))
            lane.at = _free_lane(lane, top, bottom, taken)
            for cell in range(int(top // CELL), int(bottom // CELL) + 1):
                taken.setdefault(cell, []).append((lane.at, top, bottom))
        yield


def _free_lane(lane: Run, top: float, bottom: float, taken: dict[int, list[tuple[float, float, float]]]) -> float:
    others = {
        at
        for cell in range(int(top // CELL), int(bottom // CELL) + 1)
        for at, above, below in taken.get(cell, ())
        if above < bottom and below > top and lane.low - LANE < at < lane.high + LANE
    }
    away = 1.0 if lane.at - lane.low <= lane.high - lane.at else -1.0
    for way in (away, -away):
        for width in (LANE, LANE / 2):
            at = lane.at
            while lane.low <= at <= lane.high:
                near = [other for other in others if abs(other - at) < width - 0.1]
                if not near:
                    return at
                at = (max(near) if way > 0 else min(near)) + way * width
    return lane.at


def _spread_levels(ways: Iterable[Way]) -> Iterator[None]:
    """Puts what runs across between the same two rows on tracks of its own, where it would overlap."""
    gaps: dict[float, list[tuple[int, float, float, float, Run]]] = {}
    for way in ways:
        across = [way.start[0], *(lane.at for lane in way.lanes), way.end[0]]
        for index, level in enumerate(way.levels):
            left, right = sorted(across[index : index + 2])
            if right - left > 0.5:
                # What has just left a card runs above what is about to arrive; of the former the longest runs
                # highest, of the latter lowest: so they do not cross.
                part = 0 if index == 0 else 2 if index == len(way.levels) - 1 else 1
                length = left - right if part == 0 else right - left
                gaps.setdefault(level.at, []).append((part, length, left, right, level))
    for runs in gaps.values():
        if len(runs) > 1:
            _take_tracks(sorted(runs, key=lambda run: run[:4]))
            yield


def _take_tracks(runs: Sequence[tuple[int, float, float, float, Run]]) -> None:
    tracks: list[int] = []
    for number, (_, _, left, right, _) in enumerate(runs):
        below = [
            tracks[other] + 1 for other in range(number) if runs[other][2] < right - 1 and runs[other][3] > left + 1
        ]
        tracks.append(max(below, default=0))
    count = max(tracks) + 1
    middle = runs[0][4].at
    low = max(run[4].low for run in runs) + KEPT
    high = min(run[4].high for run in runs) - KEPT
    step = min(TRACK, max(0.0, high - low) / max(1, count - 1))
    for track, (_, _, _, _, level) in zip(tracks, runs, strict=True):
        level.at = min(max(low, middle + (track - (count - 1) / 2) * step), max(low, high))
