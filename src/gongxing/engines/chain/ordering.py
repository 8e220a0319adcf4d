"""Order of boxes and lines inside layers, so that few lines cross.

Items of a layer are nodes (a number) and lanes: places where lines pass. All lines of one node that run the same way share a
lane until they part, which keeps the drawing readable and small. Sweeps to the right and to the left put each item at the mean,
then at the median, of its neighbours (Sugiyama, Tagawa, Toda 1981; Eades, Wormald 1994); the best order seen is kept, the first
being the order of ids, so the count never gets worse.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
PATIENCE = 3
SWITCHED = 2500  # items up to which means are tried too and neighbours exchanged one by one
ROUNDS = 8
TABLED = 1200  # line pieces up to which comparing all pairs at once is faster than one by one


@dataclass(frozen=True)
class Gap:
    """Line pieces between a layer and the next: item numbers on the left and on the right."""

    left: Numbers
    right: Numbers


def crossings(order: Sequence[Sequence[int]], gaps: Sequence[Gap], size: int) -> int:
    """How many pairs of line pieces cross between neighbouring layers."""
    place = _places(order, size)
    total = 0
    for gap in gaps:
        left, right = place[gap.left], place[gap.right]
        falling = right[np.lexsort((right, left))]
        total += _inverted_table(falling) if len(falling) <= TABLED else _inverted_list(falling)
    return total


def _inverted_table(values: Numbers) -> int:
    """Pairs in falling order: all pairs compared at once."""
    return int(np.count_nonzero(np.triu(values[:, None] > values[None, :], 1)))


def _inverted_list(values: Numbers) -> int:
    """The same one by one, for long lists."""
    total = 0
    seen: list[int] = []
    for at in values.tolist():
        total += len(seen) - bisect_right(seen, at)
        insort(seen, at)
    return total


def _places(order: Sequence[Sequence[int]], size: int) -> Numbers:
    place = np.zeros(size, dtype=np.int64)
    for items in order:
        place[np.asarray(items, dtype=np.int64)] = np.arange(len(items))
    return place


def best_order(
    first: Sequence[Sequence[int]], gaps: Sequence[Gap], size: int, sweeps: int
) -> tuple[list[list[int]], int, int]:
    """The best order found, its crossings, and those of the first order."""
    start = crossings(first, gaps, size)
    best, least = [list(items) for items in first], start
    small = size <= SWITCHED
    patience = PATIENCE if small else PATIENCE - 1
    for median in (False, True) if small else (True,):
        order, poor = [list(items) for items in first], 0
        for _ in range(sweeps):
            _sweep(order, gaps, size, median=median)
            count = crossings(order, gaps, size)
            poor = 0 if count < least else poor + 1
            if count < least:
                best, least = [list(items) for items in order], count
            if poor >= patience or least == 0:
                break
    if small:
        least = _switch(best, gaps, size, least)
    return best, least, start


def _switch(order: list[list[int]], gaps: Sequence[Gap], size: int, count: int) -> int:
    """Exchange neighbours while that saves crossings; the new count. Each exchange saves at least one, so it ends."""
    near_left, near_right = _neighbours(gaps, size)
    place = _places(order, size).tolist()
    for _ in range(ROUNDS):
        saved = sum(_switch_layer(items, (near_left, near_right), place) for items in order)
        count -= saved
        if saved == 0:
            break
    return count


def _neighbours(gaps: Sequence[Gap], size: int) -> tuple[list[list[int]], list[list[int]]]:
    """Neighbours of each item on its left and on its right."""
    near_left: list[list[int]] = [[] for _ in range(size)]
    near_right: list[list[int]] = [[] for _ in range(size)]
    for gap in gaps:
        for left, right in zip(gap.left.tolist(), gap.right.tolist(), strict=True):
            near_left[right].append(left)
            near_right[left].append(right)
    return near_left, near_right


def _switch_layer(items: list[int], near: Sequence[list[list[int]]], place: MutableSequence[int]) -> int:
    """One pass over neighbours of a layer; crossings saved."""
    spots = [{item: sorted(place[other] for other in side[item]) for item in items} for side in near]
    saved = 0
    for k in range(len(items) - 1):
        upper, lower = items[k], items[k + 1]
        gain = sum(_crossed(spot[upper], spot[lower]) - _crossed(spot[lower], spot[upper]) for spot in spots)
        if gain > 0:
            items[k], items[k + 1] = lower, upper
            place[upper], place[lower] = k + 1, k
            saved += gain
    return saved


def _crossed(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Crossings between the lines of an item and those of the item below it, neighbours' places given in order."""
    return sum(bisect_left(lower, at) for at in upper) if lower else 0


def _sweep(order: list[list[int]], gaps: Sequence[Gap], size: int, *, median: bool) -> None:
    """Once to the right by the neighbours on the left, once back by those on the right."""
    spot = np.zeros(size)
    for items in order:
        _spread(spot, items)
    for layer in range(1, len(order)):
        gap = gaps[layer - 1]
        _settle(order, layer, spot, gap.right, gap.left, median=median)
    for layer in range(len(order) - 2, -1, -1):
        gap = gaps[layer]
        _settle(order, layer, spot, gap.left, gap.right, median=median)


def _spread(spot: NDArray[np.float64], items: Sequence[int]) -> None:
    """Items evenly over 0..1, so that layers of different sizes can be compared."""
    spot[np.asarray(items, dtype=np.int64)] = (np.arange(len(items)) + 0.5) / max(1, len(items))


def _settle(
    order: list[list[int]], layer: int, spot: NDArray[np.float64], own: Numbers, other: Numbers, *, median: bool
) -> None:
    """Sort one layer by its neighbours; items without any stay where they are; ties keep their order."""
    items = np.asarray(order[layer], dtype=np.int64)
    wanted = _medians(own, spot[other], spot) if median else _means(own, spot[other], spot)
    sorted_items = items[np.argsort(wanted[items], kind="stable")]
    order[layer] = sorted_items.tolist()
    _spread(spot, order[layer])


def _means(own: Numbers, at: NDArray[np.float64], spot: NDArray[np.float64]) -> NDArray[np.float64]:
    count = np.bincount(own, minlength=len(spot))
    total = np.bincount(own, weights=at, minlength=len(spot))
    return np.where(count > 0, total / np.maximum(count, 1), spot)


def _medians(own: Numbers, at: NDArray[np.float64], spot: NDArray[np.float64]) -> NDArray[np.float64]:
    wanted = spot.copy()
    if len(own) == 0:
        return wanted
    by = np.lexsort((at, own))
    own, at = own[by], at[by]
    starts = np.flatnonzero(np.concatenate(([True], own[1:] != own[:-1])))
    counts = np.diff(np.concatenate((starts, [len(own)])))
    wanted[own[starts]] = (at[starts + (counts - 1) // 2] + at[starts + counts // 2]) / 2
    return wanted
