"""Which way a link takes around the cards, worked out from their rectangles alone.

A link that crosses no card is one curve and needs no way. Any other leaves its card, runs across between two rows,
passes the cards in its way through a free channel beside them, and runs across again to where it arrives. Everything
here is said for links that lead down; whoever lets data flow to the right swaps x and y before and after.

All sizes are scene pixels. No Qt is needed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Place = tuple[float, float]
Box = tuple[float, float, float, float]
"""A rectangle: left, top, right, bottom."""

CLEAR = 10.0
"""How near a way comes to the side of a card that it passes."""
FRAME_CLEAR = 12.0
"""How near a way comes to the frame of a group that it does not end in."""
BESIDE = 20.0
"""How far from a card a way runs where there is room."""
MARGIN = 4.0
"""How near a curve may come to a card that it passes."""
STUB = 16.0
"""How far a way leads out of a card before it turns, where there is room."""
BEND = 24.0
"""How much longer a way may be for one bend less."""
SHORTEST = 12.0
"""A link leads down as a curve if it leads down by so much."""
ROW = 96.0
SIGHT = 320.0
"""How far to both sides a way is looked for first."""

MOST_LANES = 160
"""Where there are more lanes, a way is looked for among those of each row alone: in a tangle speed is worth more."""
STEPS = 128


def _curve_table() -> tuple[float, ...]:
    """How far across a link's curve is when it has come a share of its way down, for shares in equal steps."""
    shares, across = [], []
    for step in range(STEPS * 4 + 1):
        t = step / (STEPS * 4)
        shares.append(1.5 * t * (1 - t) + t**3)
        across.append(3 * t**2 - 2 * t**3)
    return tuple(across[min(bisect_left(shares, step / STEPS), STEPS * 4)] for step in range(STEPS + 1))


CURVE = _curve_table()


class Obstacles:
    """Cards, found by where they are. `extra` holds some that come and go, and are looked through one by one."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.extra: list[Box] = []
        self._rows: dict[int, list[Box]] = {}
        self._widest = 0.0
        for box in boxes:
            self._widest = max(self._widest, box[2] - box[0])
            for row in range(int(box[1] // ROW), int(box[3] // ROW) + 1):
                self._rows.setdefault(row, []).append(box)
        for row_boxes in self._rows.values():
            row_boxes.sort()
        self._known = sorted(self._rows)

    def meeting(self, left: float, top: float, right: float, bottom: float) -> list[Box]:
        """The cards that have something in common with a rectangle, edges not counted."""
        found = [box for box in self.extra if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top]
        first, last = int(top // ROW), int(bottom // ROW)
        if last - first > len(self._known):
            rows = [row for row in self._known if first <= row <= last]
        else:
            rows = [row for row in range(first, last + 1) if row in self._rows]
        for row in rows:
            boxes = self._rows[row]
            for index in range(bisect_left(boxes, (left - self._widest,)), len(boxes)):
                box = boxes[index]
                if box[0] >= right:
                    break
                if box[2] > left and box[1] < bottom and box[3] > top:
                    found.append(box)
        return found if len(rows) < 2 else list(dict.fromkeys(found))


@dataclass(slots=True)
class Run:
    """A straight stretch of a way: at `at`, which may become anything from `low` to `high`."""

    at: float
    low: float
    high: float


@dataclass(slots=True)
class Way:
    """The way of one link: across at each of `levels`, down (or up) in each of `lanes` between two levels."""

    start: Place
    end: Place
    levels: list[Run] = field(default_factory=list)
    lanes: list[Run] = field(default_factory=list)

    def copy(self) -> Way:
        """A way with stretches of its own, to be moved."""
        return Way(
            self.start,
            self.end,
            [Run(one.at, one.low, one.high) for one in self.levels],
            [Run(one.at, one.low, one.high) for one in self.lanes],
        )

    def corners(self) -> tuple[Place, ...]:
        """The corners between start and end."""
        places: list[Place] = []
        across = [self.start[0], *(lane.at for lane in self.lanes), self.end[0]]
        for level, (before, after) in zip(self.levels, pairwise(across), strict=True):
            if abs(before - after) > 0.5:
                places += [(before, level.at), (after, level.at)]
        return tuple(places)


def curve_meets(start: Place, end: Place, boxes: Iterable[Box]) -> bool:
    """Whether a link's curve from `start` down to `end` comes too near to one of these cards."""
    (x0, y0), (x1, y1) = start, end
    height, width = y1 - y0, x1 - x0
    for left, top, right, bottom in boxes:
        if bottom <= y0 or top >= y1:  # the rows that it leaves from and arrives at
            continue
        first = int(max(0.0, (top - MARGIN - y0) / height) * STEPS)
        last = min(STEPS, math.ceil(max(0.0, (bottom + MARGIN - y0) / height) * STEPS))
        one, other = x0 + width * CURVE[first], x0 + width * CURVE[last]
        if min(one, other) < right + MARGIN and max(one, other) > left - MARGIN:
            return True
    return False


def find_way(start: Place, end: Place, obstacles: Obstacles, frames: Sequence[Box] = ()) -> tuple[Way | None, Box]:
    """The way of a link around the cards, None where a curve will do; and the area that this was decided by.

    It also goes around the frames of groups that it does not end in, and not along the edges of those that it does,
    where it can. As long as no card or frame in that area comes, goes or moves, the answer stays the same.
    """
    own = [frame for frame in frames if _holds(frame, start) or _holds(frame, end)]
    others = [_wider(frame, FRAME_CLEAR - CLEAR) for frame in frames if frame not in own]
    (x0, y0), (x1, y1) = start, end
    left, right = min(x0, x1), max(x0, x1)
    top, bottom = min(y0, y1), max(y0, y1)
    area = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    if y1 - y0 >= SHORTEST and not curve_meets(start, end, [*obstacles.meeting(*area), *others]):
        return None, area
    sight = SIGHT
    for _ in range(6):
        area = (left - sight, top - ROW, right + sight, bottom + ROW)
        cards = obstacles.meeting(*area)
        near = [box for box in others if meets(box, area)]
        way = _around(start, end, area, [*cards, *near], own)
        if way is None and (near or own):
            way = _around(start, end, area, cards)
        if way is not None:
            return way, area
        sight *= 4
    return None, area


def meets(one: Box, other: Box) -> bool:
    """Whether two rectangles have something in common, edges not counted."""
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _holds(frame: Box, place: Place) -> bool:
    return frame[0] <= place[0] <= frame[2] and frame[1] <= place[1] <= frame[3]


def _wider(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def _around(start: Place, end: Place, area: Box, boxes: Sequence[Box], own: Sequence[Box] = ()) -> Way | None:
    """The shortest way within an area past these cards, which are all that are in it; None where there is none.

    `own` are the frames that the link ends in: it leaves and arrives outside of them, and does not follow their sides.
    """
    (x0, y0), (x1, y1) = start, end
    under = min([box[1] for box in boxes if box[1] >= y0 - 0.5], default=math.inf)
    over = max([box[3] for box in boxes if box[3] <= y1 + 0.5], default=-math.inf)
    left_from = min([frame[3] for frame in own if not _holds(frame, end) and y0 < frame[3] < under], default=y0)
    right_to = max([frame[1] for frame in own if not _holds(frame, start) and over < frame[1] < y1], default=y1)
    leaving = left_from + min(STUB, (under - left_from) / 2)
    arriving = right_to - min(STUB, (right_to - over) / 2)
    back = leaving >= arriving
    if back and y1 - y0 >= SHORTEST:
        return None
    levels = [
        Run(leaving, left_from, min(under, 2 * leaving - left_from)),
        Run(arriving, max(over, 2 * arriving - right_to), right_to),
    ]
    bands = _bands(boxes, min(leaving, arriving), max(leaving, arriving), merged=back)
    if not bands:
        return None
    sides = [(x, frame[1], x, frame[3]) for frame in own for x in (frame[0], frame[2])]
    free = [
        _free([*members, *(side for side in sides if side[1] < bottom and side[3] > top)], area)
        for top, bottom, members in bands
    ]
    if not all(free):
        return None
    reach = _reach(x0, leaving, boxes, area), _reach(x1, arriving, boxes, area)
    lanes = _cheapest(x0, x1, free, reach)
    if lanes is None:
        return None
    between = [Run((above[1] + below[0]) / 2, above[1], below[0]) for above, below in pairwise(bands)]
    way = Way(start, end, [levels[0]], [lanes[0]])
    for level, lane in zip(between, lanes[1:], strict=True):
        if lane is way.lanes[-1] or abs(lane.at - way.lanes[-1].at) < 0.5:
            kept = way.lanes[-1]
            kept.low, kept.high = max(kept.low, lane.low), min(kept.high, lane.high)
        else:
            way.levels.append(level)
            way.lanes.append(lane)
    way.levels.append(levels[1])
    return way


def _bands(boxes: Sequence[Box], top: float, bottom: float, *, merged: bool) -> list[tuple[float, float, list[Box]]]:
    """The cards between two levels by rows that nothing reaches out of: top, bottom and cards of each."""
    between = sorted((box for box in boxes if box[1] < bottom and box[3] > top), key=lambda box: box[1])
    bands: list[tuple[float, float, list[Box]]] = []
    for box in between:
        if bands and (merged or box[1] < bands[-1][1] + 2 * MARGIN):
            above, below, members = bands[-1]
            bands[-1] = (above, max(below, box[3]), [*members, box])
        else:
            bands.append((box[1], box[3], [box]))
    return bands


def _free(boxes: Sequence[Box], area: Box) -> list[tuple[float, float]]:
    """The stretches across an area that a way can pass these cards in."""
    free = []
    edge = area[0]
    for left, _, right, _ in sorted(boxes):
        if left - CLEAR > edge:
            free.append((edge, left - CLEAR))
        edge = max(edge, right + CLEAR)
    if edge < area[2]:
        free.append((edge, area[2]))
    return free


def _reach(x: float, y: float, boxes: Sequence[Box], area: Box) -> tuple[float, float]:
    """How far to the left and to the right one can go from a place without meeting a card."""
    low, high = area[0], area[2]
    for left, top, right, bottom in boxes:
        if top - MARGIN < y < bottom + MARGIN:
            if right <= x:
                low = max(low, right + CLEAR)
            elif left >= x:
                high = min(high, left - CLEAR)
    return low, high


def _cheapest(
    x0: float,
    x1: float,
    free: Sequence[Sequence[tuple[float, float]]],
    reach: tuple[tuple[float, float], tuple[float, float]],
) -> list[Run] | None:
    """The lane in each band that make the shortest way in sum, with few bends."""
    candidates: list[list[tuple[float, float, float]]] = []
    wanted = {x0, x1}
    for stretches in free:
        for low, high in stretches:
            inset = min(BESIDE - CLEAR, (high - low) / 2)
            wanted |= {low + inset, high - inset}
    xs = sorted(wanted) if len(wanted) < MOST_LANES else sorted((x0, x1))
    for stretches in free:
        row = []
        for low, high in stretches:
            inset = min(BESIDE - CLEAR, (high - low) / 2)
            here = set(xs[bisect_left(xs, low) : bisect_left(xs, high + 0.01)]) | {low + inset, high - inset}
            row += [(x, low, high) for x in sorted(here)]
        candidates.append(row)
    first = [_step(x0, x) if reach[0][0] <= x <= reach[0][1] else math.inf for x, _, _ in candidates[0]]
    costs, came = [first], [[-1] * len(first)]
    for above, row in pairwise(candidates):
        cost, origin = _next_costs(above, costs[-1], row)
        costs.append(cost)
        came.append(origin)
    last = [
        cost + _step(x, x1) + _tightness(low, high) if reach[1][0] <= x <= reach[1][1] else math.inf
        for cost, (x, low, high) in zip(costs[-1], candidates[-1], strict=True)
    ]
    # Of two ways that are as short the right one is taken, where the layout keeps its lanes.
    best = min(reversed(range(len(last))), key=last.__getitem__, default=-1)
    if best < 0 or math.isinf(last[best]):
        return None
    lanes: list[Run] = []
    for row, origin in zip(reversed(candidates), reversed(came), strict=True):
        lanes.append(Run(*row[best]))
        best = origin[best]
    return lanes[::-1]


def _step(one: float, other: float) -> float:
    """What it costs to go across from one lane to another."""
    return abs(one - other) + (BEND if abs(one - other) > 0.5 else 0.0)


def _tightness(low: float, high: float) -> float:
    """What it costs to pass a narrow place."""
    return max(0.0, 2 * (BESIDE - CLEAR) - (high - low))


def _next_costs(
    above: Sequence[tuple[float, float, float]], costs: Sequence[float], row: Sequence[tuple[float, float, float]]
) -> tuple[list[float], list[int]]:
    """The least cost of each lane of a row, and the lane of the row above that it comes from; both rows by place."""
    cost, origin = [math.inf] * len(row), [-1] * len(row)
    for order, sign in ((range(len(row)), 1.0), (range(len(row) - 1, -1, -1), -1.0)):
        index = 0 if sign > 0 else len(above) - 1
        best, best_at = math.inf, -1  # the cheapest lane passed so far, as if one went on from it to nought
        for number in order:
            x = row[number][0]
            while 0 <= index < len(above) and (above[index][0] - x) * sign <= 0:
                start = above[index][0]
                if abs(start - x) <= 0.5 and costs[index] < cost[number]:
                    cost[number], origin[number] = costs[index], index
                if costs[index] - start * sign < best:
                    best, best_at = costs[index] - start * sign, index
                index += int(sign)
            if best + x * sign + BEND < cost[number]:
                cost[number], origin[number] = best + x * sign + BEND, best_at
    return [one + _tightness(low, high) for one, (_, low, high) in zip(cost, row, strict=True)], origin
