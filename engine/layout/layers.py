"""Which row each cell stands in: every link leads to a later row, and links are as short in sum as they can be."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.layout.shortening import Shortening


def assign_layers(count: int, links: Sequence[tuple[int, int]], first: Collection[int] | None = None) -> list[int]:
    """The row of each of `count` cells, from 0. The links must form no circle.

    Of the cells that nothing leads to those of `first`, or all where it is not given, stand in the first row, and the
    others just before what they lead to.
    """
    below: list[list[int]] = [[] for _ in range(count)]
    above: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        below[source].append(target)
        above[target].append(source)
    order = _order(below, above)
    layer = [0] * count
    for cell in order:
        layer[cell] = max((layer[one] + 1 for one in above[cell]), default=0)
    fixed = {cell for cell in range(count) if not above[cell] and (first is None or cell in first)}
    # A cell that feeds more than it is fed by stands nearer to what it feeds: that shortens more links than it
    # lengthens. Twice, because what stands above such a cell may follow it.
    for _ in range(2):
        for cell in reversed(order):
            if len(below[cell]) > len(above[cell]) and cell not in fixed:
                layer[cell] = min(layer[one] for one in below[cell]) - 1
    Shortening(layer, links, fixed, [cell for cell in order if not above[cell]]).work()
    # What may stand higher or lower for the same length stands as high as it can.
    for cell in order:
        if above[cell] and len(above[cell]) == len(below[cell]):
            layer[cell] = max(layer[one] for one in above[cell]) + 1
    top = min(layer, default=0)
    return [row - top for row in layer]


def without_circles(count: int, links: Sequence[tuple[int, int]]) -> list[bool]:
    """For each link whether it leads onwards; those that do not would close a circle.

    Blocks never form one, but a group that data leave and come back to does, once it is a single cell.
    """
    below: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for number, (source, target) in enumerate(links):
        below[source].append((number, target))
    onwards = [source != target for source, target in links]
    state = [0] * count  # 1 while what lies below is being visited, 2 when that is done
    for start in range(count):
        stack = [(start, iter(below[start]))] if state[start] == 0 else []
        state[start] = state[start] or 1
        while stack:
            cell, rest = stack[-1]
            for number, target in rest:
                if state[target] == 1:
                    onwards[number] = False
                elif state[target] == 0:
                    state[target] = 1
                    stack.append((target, iter(below[target])))
                    break
            else:
                state[cell] = 2
                stack.pop()
    return onwards


def _order(below: Sequence[Sequence[int]], above: Sequence[Sequence[int]]) -> list[int]:
    """The cells, each after everything that leads to it."""
    missing = [len(one) for one in above]
    order = [cell for cell, count in enumerate(missing) if count == 0]
    for cell in order:  # grows while it is walked through
        for target in below[cell]:
            missing[target] -= 1
            if missing[target] == 0:
                order.append(target)
    return order
