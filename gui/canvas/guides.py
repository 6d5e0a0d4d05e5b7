"""Lines that a dragged card snaps to: in line with other cards, at the usual distance, or at equal distances.

What snaps is worked out from rectangles alone; the item at the end of this module draws it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.canvas.card import detail_font, metrics
from gui.theme import themes

REACH = 6.0
"""View pixels from which a card jumps to a line."""
SAME = 0.01
TICK = 4.0
"""View pixels that the mark at the end of a distance is long to either side."""
MARGIN = 48.0
"""View pixels around the lines that their labels may take."""
ROOM = 18.0
"""A distance of fewer view pixels gets no label."""


@dataclass(frozen=True)
class Span:
    """A rectangle along one axis: from `low` to `high`, and across it from `near` to `far`."""

    low: float
    high: float
    near: float
    far: float

    @property
    def middle(self) -> float:
        """Its centre along the axis."""
        return (self.low + self.high) / 2

    def edges(self) -> tuple[float, float, float]:
        """What lines up with the same of another one: its centre, its beginning, its end."""
        return self.middle, self.low, self.high

    def moved(self, step: float) -> Span:
        """This span farther along the axis."""
        return Span(self.low + step, self.high + step, self.near, self.far)

    def is_beside(self, other: Span) -> bool:
        """Whether the two lie in one row along the axis."""
        return self.near < other.far and other.near < self.far


@dataclass(frozen=True)
class Guide:
    """A line in scene pixels; one with a label is a distance between two cards."""

    start: QPointF
    end: QPointF
    label: str = ""


@dataclass(frozen=True)
class _Gap:
    """A distance between two cards in a row, and where across the row it is drawn."""

    low: float
    high: float
    across: float

    @property
    def length(self) -> float:
        return self.high - self.low


class _Axis:
    """The resting cards along one axis, found by coordinate."""

    def __init__(self, spans: Sequence[Span], usual: float) -> None:
        self._spans = spans
        self._usual = usual
        self._found: list[tuple[list[float], list[int]]] = []
        for edge in range(3):
            ordered = sorted((span.edges()[edge], index) for index, span in enumerate(spans))
            self._found.append(([value for value, _ in ordered], [index for _, index in ordered]))

    def _aligned(self, moving: Span, reach: float, edge: int) -> Iterator[tuple[float, Span]]:
        """The resting cards whose edge is within reach of the moving one's, and how far it is away."""
        values, indexes = self._found[edge]
        value = moving.edges()[edge]
        for place in range(bisect_left(values, value - reach), bisect_right(values, value + reach)):
            yield values[place] - value, self._spans[indexes[place]]

    def step(self, moving: Span, reach: float, seen: Span) -> float | None:
        """How far the moving card jumps; None where nothing is within reach."""
        steps = [
            step for edge in range(3) for step, span in self._aligned(moving, reach, edge) if _in_sight(span, seen)
        ]
        low, high = self._neighbours(moving, seen, reach)
        steps += [step for step in self._even(moving, low, high) if abs(step) <= reach]
        return min(steps, key=abs, default=None)

    def _neighbours(self, moving: Span, seen: Span, reach: float) -> tuple[list[Span], list[Span]]:
        """The two nearest cards before and after the moving one in its row, the nearest first."""
        row = [span for span in self._spans if span.is_beside(moving) and _in_sight(span, seen)]
        before = sorted((span for span in row if span.high <= moving.low + reach), key=lambda span: -span.high)
        after = sorted((span for span in row if span.low >= moving.high - reach), key=lambda span: span.low)
        return before[:2], after[:2]

    def _even(self, moving: Span, before: list[Span], after: list[Span]) -> Iterator[float]:
        """The steps to the usual distance, and to where distances are equal."""
        if before:
            yield before[0].high + self._usual - moving.low
        if after:
            yield after[0].low - self._usual - moving.high
        if before and after:
            yield (before[0].high + after[0].low) / 2 - moving.middle
        if len(before) == 2 and before[0].low > before[1].high:
            yield before[0].high + (before[0].low - before[1].high) - moving.low
        if len(after) == 2 and after[1].low > after[0].high:
            yield after[0].low - (after[1].low - after[0].high) - moving.high

    def alignment(self, moving: Span, seen: Span) -> list[tuple[float, float, float]]:
        """The lines on which the moving card stands with others: where, and from and to where across."""
        for edges in ((0,), (1, 2)):
            lines = []
            for edge in edges:
                spans = [span for _, span in self._aligned(moving, SAME, edge) if _in_sight(span, seen)]
                if spans:
                    spans.append(moving)
                    near, far = min(span.near for span in spans), max(span.far for span in spans)
                    lines.append((moving.edges()[edge], near, far))
            if lines:
                return lines
        return []

    def distances(self, moving: Span, seen: Span) -> list[_Gap]:
        """The distances that are the usual one, or equal to another beside it."""
        before, after = self._neighbours(moving, seen, SAME)
        gaps = []
        if before:
            gaps.append(_gap(before[0], moving))
        if after:
            gaps.append(_gap(moving, after[0]))
        further = []
        if len(before) == 2:
            further.append(_gap(before[1], before[0]))
        if len(after) == 2:
            further.append(_gap(after[0], after[1]))
        shown = []
        for gap in gaps:
            equal = [other for other in (*gaps, *further) if other is not gap and abs(other.length - gap.length) < SAME]
            if gap.length > SAME and (equal or abs(gap.length - self._usual) < SAME):
                shown += [gap, *equal]
        return list(dict.fromkeys(shown))


def _gap(first: Span, second: Span) -> _Gap:
    return _Gap(first.high, second.low, (max(first.near, second.near) + min(first.far, second.far)) / 2)


def _in_sight(span: Span, seen: Span) -> bool:
    return span.low < seen.high and seen.low < span.high and span.near < seen.far and seen.near < span.far


def _across(area: QRectF) -> Span:
    return Span(area.left(), area.right(), area.top(), area.bottom())


def _down(area: QRectF) -> Span:
    return Span(area.top(), area.bottom(), area.left(), area.right())


class Guides:
    """What a dragged card can snap to: resting rectangles, in scene pixels, and the usual distances between cards."""

    def __init__(self, resting: Iterable[QRectF], usual_across: float, usual_down: float) -> None:
        areas = list(resting)
        self._across = _Axis([_across(area) for area in areas], usual_across)
        self._down = _Axis([_down(area) for area in areas], usual_down)

    def step(self, moving: QRectF, reach: float, seen: QRectF) -> tuple[float | None, float | None]:
        """How far a rectangle jumps across and down; None where nothing in sight is within reach."""
        return (
            self._across.step(_across(moving), reach, _across(seen)),
            self._down.step(_down(moving), reach, _down(seen)),
        )

    def lines(self, moving: QRectF, seen: QRectF) -> tuple[Guide, ...]:
        """The lines that show why a rectangle stands well where it is."""
        lines = [
            Guide(QPointF(at, near), QPointF(at, far))
            for at, near, far in self._across.alignment(_across(moving), _across(seen))
        ]
        lines += [
            Guide(QPointF(near, at), QPointF(far, at))
            for at, near, far in self._down.alignment(_down(moving), _down(seen))
        ]
        lines += [
            Guide(QPointF(gap.low, gap.across), QPointF(gap.high, gap.across), f"{gap.length:.0f}")
            for gap in self._across.distances(_across(moving), _across(seen))
        ]
        lines += [
            Guide(QPointF(gap.across, gap.low), QPointF(gap.across, gap.high), f"{gap.length:.0f}")
            for gap in self._down.distances(_down(moving), _down(seen))
        ]
        return tuple(lines)


class GuideItem(QGraphicsItem):
    """Draws guides over the cards, thin at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.guides: tuple[Guide, ...] = ()
        self._bounds = QRectF()
        self.setZValue(7.0)

    def show_guides(self, guides: tuple[Guide, ...], zoom: float) -> None:
        """Draws these guides and no others."""
        if guides == self.guides:
            return
        self.prepareGeometryChange()
        self.guides = guides
        bounds = QRectF()
        for guide in guides:
            line = QRectF(guide.start, guide.end).normalized()
            bounds = bounds.united(line.adjusted(-0.5, -0.5, 0.5, 0.5))
        margin = MARGIN / zoom
        self._bounds = bounds.adjusted(-margin, -margin, margin, margin) if guides else QRectF()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = themes().tokens
        to_view = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        font = detail_font()
        painter.setFont(font)
        for guide in self.guides:
            start, end = to_view.map(guide.start), to_view.map(guide.end)
            pen = QPen(QColor(tokens.accent), 1.0)
            painter.setPen(pen)
            painter.drawLine(start, end)
            if guide.label:
                is_level = abs(end.x() - start.x()) > abs(end.y() - start.y())
                tick = QPointF(0, TICK) if is_level else QPointF(TICK, 0)
                for place in (start, end):
                    painter.drawLine(place - tick, place + tick)
                if (end - start).manhattanLength() >= ROOM:
                    self._paint_label(painter, guide.label, (start + end) / 2, is_level)
        painter.restore()

    def _paint_label(self, painter: QPainter, label: str, middle: QPointF, is_level: bool) -> None:
        tokens = themes().tokens
        width = metrics(detail_font()).horizontalAdvance(label) + 10
        place = middle + (QPointF(-width / 2, 6) if is_level else QPointF(8, -8))
        plate = QRectF(place.x(), place.y(), width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(QColor(tokens.on_accent))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, label)
