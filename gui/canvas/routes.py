"""The ways of all links on the canvas, kept in step with where the cards are.

What a link's way is depends only on the cards and the links, never on what was there before: so undo brings the same
picture back. A way is looked for anew only when something changed in the area that decided it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.graph import Direction, Link
from gui.canvas.lanes import spreading
from gui.canvas.routing import Box, Obstacles, Place, Way, find_way

Ends = tuple[Place, Place]
Corners = tuple[Place, ...]
MANY = 24
"""So many cards changed at once are as good as all."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A link's way, None for a curve, and what it was found by."""

    ends: Ends
    way: Way | None
    area: Box


class Routes:
    """Knows the corners of every link, once `work` is done; without an entry a link is a plain curve."""

    def __init__(self) -> None:
        self.corners: dict[Link, Corners] = {}
        self.changed: set[Link] = set()
        """The links that got other corners; whoever draws them takes them out."""
        self._ends: dict[Link, Ends] = {}
        self._direction: Direction = "down"
        self._boxes: dict[str, Box] = {}
        self._frames: list[Box] = []
        self._found: dict[Link, _Found] = {}
        self._still: tuple[frozenset[str], Obstacles] | None = None

    def expect(
        self,
        boxes: Mapping[str, Box],
        ends: Mapping[Link, Ends],
        direction: Direction,
        frames: Iterable[Box] = (),
    ) -> None:
        """Takes where cards, frames of groups and ends of links are now; forgets all ways that may be others now."""
        turned = {key: _turned_box(box, direction) for key, box in boxes.items()}
        new_frames = [_turned_box(frame, direction) for frame in frames]
        changed = [
            box
            for key in turned.keys() | self._boxes.keys()
            if turned.get(key) != self._boxes.get(key)
            for box in (turned.get(key), self._boxes.get(key))
            if box is not None
        ]
        changed += set(new_frames).symmetric_difference(self._frames)
        self._frames = new_frames
        if direction != self._direction or len(changed) > MANY:
            self._found.clear()
        self._direction, self._boxes, self._still = direction, turned, None
        self._ends = {link: (_turned(start, direction), _turned(end, direction)) for link, (start, end) in ends.items()}
        self._found = {
            link: known
            for link, known in self._found.items()
            if known.ends == self._ends.get(link) and not _meets_any(known.area, changed)
        }

    def work(self) -> Iterator[None]:
        """Finds the ways that are missing, in steps of a few milliseconds; `corners` and `changed` are new at the end.

        Stopped on its way and begun again it goes on where it was.
        """
        missing = [link for link in self._ends if link not in self._found]
        if missing:
            obstacles = Obstacles(self._boxes.values())
            for link in missing:
                ends = self._ends[link]
                self._found[link] = _Found(ends, *find_way(*ends, obstacles, self._frames))
                yield
        ways = {link: way.copy() for link in self._ends if (way := self._found[link].way) is not None}
        yield
        yield from spreading(ways.values())
        before, self.corners = self.corners, {link: self._back(way) for link, way in ways.items()}
        self.changed.update(
            link for link in before.keys() | self.corners.keys() if before.get(link) != self.corners.get(link)
        )

    def while_moving(self, moved: Mapping[str, Box], ends: Mapping[Link, Ends]) -> dict[Link, Corners]:
        """The corners of some links while cards are being moved; nothing of it is kept.

        Only what stands still and `moved` is in the way, and links do not make room for each other until the cards
        have come to rest.
        """
        keys = frozenset(moved)
        if self._still is None or self._still[0] != keys:
            self._still = keys, Obstacles(box for key, box in self._boxes.items() if key not in keys)
        obstacles = self._still[1]
        obstacles.extra = [_turned_box(box, self._direction) for box in moved.values()]
        corners = {}
        for link, (start, end) in ends.items():
            way, _ = find_way(_turned(start, self._direction), _turned(end, self._direction), obstacles)
            corners[link] = () if way is None else self._back(way)
        return corners

    def _back(self, way: Way) -> Corners:
        return tuple(_turned(place, self._direction) for place in way.corners())


def _turned(place: Place, direction: Direction) -> Place:
    """A place as the routing sees it, for which all data flow down; or back again."""
    return place if direction == "down" else (place[1], place[0])


def _turned_box(box: Box, direction: Direction) -> Box:
    return box if direction == "down" else (box[1], box[0], box[3], box[2])


def _meets_any(area: Box, boxes: Iterable[Box]) -> bool:
    left, top, right, bottom = area
    return any(box[0] < right and box[2] > left and box[1] < bottom and box[3] > top for box in boxes)
