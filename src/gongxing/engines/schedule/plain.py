"""The search over lists: tasks are placed one by one at the earliest time that resources allow, in the order of a list; lists are crossed.

Every list is improved by double justification: placed, then placed from the end backwards in the order of falling ends, then again from the front.
This is plain Python; ``fast.lists`` is the same for a compiler, and the same numbers drawn give the same lists. What all resources have
in use at one time is one whole number here, a field of bits for each with a bit of warning above it, so that one addition tests them all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Numbers = list[int]


@dataclass(frozen=True)
class _Packed:
    """A problem as lists. ``need``: demands as one number; ``idle``: a time with nothing in use; ``full``: the bits that warn."""

    duration: Numbers
    need: Numbers
    before: list[Numbers]
    after: list[Numbers]
    release: Numbers
    idle: int
    full: int
    horizon: int


def _linked(first: Whole, other: Whole) -> list[Numbers]:
    marks, names = first.tolist(), other.tolist()
    return [names[marks[i] : marks[i + 1]] for i in range(len(marks) - 1)]


def _packed(
    before: tuple[Whole, Whole],
    after: tuple[Whole, Whole],
    release: Whole,
    duration: Whole,
    demand: Whole,
    capacity: Whole,
    horizon: int,
) -> _Packed:
    shift, shifts, idle, full = 0, [], 0, 0
    for there in capacity.tolist():
        width = there.bit_length() + 2
        shifts.append(shift)
        idle += ((1 << (width - 1)) - 1 - there) << shift
        full += 1 << (shift + width - 1)
        shift += width
    lengths = duration.tolist()
    need = [
        sum(one << place for one, place in zip(row, shifts, strict=True)) if length else 0
        for row, length in zip(demand.tolist(), lengths, strict=True)
    ]
    return _Packed(lengths, need, _linked(*before), _linked(*after), release.tolist(), idle, full, horizon)


def _place(order: Numbers, before: list[Numbers], ready: Numbers, data: _Packed) -> tuple[Numbers, int]:
    """Serial generation: the end of every task and of all. ``order`` respects ``before``."""
    duration, need, full = data.duration, data.need, data.full
    used = [data.idle] * (data.horizon + 1)
    ends = [0] * len(order)
    for x in order:
        t = ready[x]
        for y in before[x]:
            if ends[y] > t:
                t = ends[y]
        length, asked = duration[x], need[x]
        if asked:
            at = t + length - 1
            while at >= t:
                if (used[at] + asked) & full:
                    t = at + 1
                    at = t + length - 1
                else:
                    at -= 1
            for at in range(t, t + length):
                used[at] += asked
        ends[x] = t + length
    return ends, max(ends)


def _improve(order: Numbers, data: _Packed) -> tuple[Numbers, Numbers, int]:
    """Place, justify to the right, justify to the left: tasks by start, starts, the end."""
    size, duration = len(order), data.duration
    ends, end = _place(order, data.before, data.release, data)
    back = sorted(range(size - 1, -1, -1), key=lambda x: -ends[x])
    mirror, width = _place(back, data.after, [0] * size, data)
    order = sorted(range(size), key=lambda x: width - mirror[x])
    ends, end = _place(order, data.before, data.release, data)
    start = [ends[x] - duration[x] for x in range(size)]
    return sorted(range(size), key=start.__getitem__), start, end


def improve(
    order: Whole,
    first: Whole,
    other: Whole,
    first_after: Whole,
    other_after: Whole,
    release: Whole,
    duration: Whole,
    demand: Whole,
    capacity: Whole,
    free: Whole,
    start: Whole,
) -> int:
    """``order`` becomes the tasks by start after double justification, ``start`` is filled, the end returned. ``free``: room for a profile,
    times × resources."""
    data = _packed((first, other), (first_after, other_after), release, duration, demand, capacity, len(free))
    found, starts, end = _improve(order.tolist(), data)
    order[:], start[:] = found, starts
    return end


def by_keys(keys: Real, first: Whole, other: Whole, first_after: Whole, other_after: Whole, order: Whole) -> None:
    """``order`` becomes the list that always takes the free task with the smallest key (of equal ones the first)."""
    figures, after = keys.tolist(), _linked(first_after, other_after)
    waits = np.diff(first).tolist()
    ready = [x for x, count in enumerate(waits) if not count]
    for k in range(len(figures)):
        best = min(ready, key=lambda x: (figures[x], x))
        ready.remove(best)
        order[k] = best
        for x in after[best]:
            waits[x] -= 1
            if not waits[x]:
                ready.append(x)


def by_start(start: Whole, order: Whole) -> None:
    """``order`` becomes the tasks by rising start, ties by number."""
    order[:] = np.argsort(start, kind="stable")


def crossed(mother: Numbers, father: Numbers, low: int, high: int) -> Numbers:
    """Two-point crossover: the mother up to ``low``, then from the father's order up to ``high``, the rest in the mother's order."""
    child = mother[:low]
    taken = set(child)
    middle = [x for x in father if x not in taken][: high - low]
    taken.update(middle)
    return child + middle + [x for x in mother if x not in taken]


def moved(order: Numbers, place: int, share: float, before: list[Numbers], after: list[Numbers]) -> Numbers:
    """One task goes elsewhere between the last task before it and the first one after it."""
    x = order[place]
    low, high, size = place, place, len(order)
    earlier, later = before[x], after[x]
    while low > 0 and order[low - 1] not in earlier:
        low -= 1
    while high < size - 1 and order[high + 1] not in later:
        high += 1
    rest = order[:place] + order[place + 1 :]
    rest.insert(low + int(share * (high - low + 1)), x)
    return rest


def breed(
    lists: Whole,
    ends: Whole,
    draws: Real,
    best: Whole,
    goal: int,
    first: Whole,
    other: Whole,
    first_after: Whole,
    other_after: Whole,
    release: Whole,
    duration: Whole,
    demand: Whole,
    capacity: Whole,
    free: Whole,
) -> int:
    """As many children as there are rows of ``draws`` (two parents, two cuts, a task and a place for each of two moves): random parents, the child
    replaces the worse of them unless it is worse still. ``best`` are the starts of the best schedule known; its end is returned. Ends early when an
    end reaches ``goal``."""
    data = _packed((first, other), (first_after, other_after), release, duration, demand, capacity, len(free))
    people, size = lists.shape
    least = int((best + duration).max())
    for row in draws.tolist():
        a, b = int(row[0] * people), int(row[1] * (people - 1))
        b += b >= a
        one, two = int(row[2] * size), int(row[3] * size)
        child = crossed(lists[a].tolist(), lists[b].tolist(), min(one, two), max(one, two))
        child = moved(child, int(row[4] * size), row[5], data.before, data.after)
        child = moved(child, int(row[6] * size), row[7], data.before, data.after)
        child, start, end = _improve(child, data)
        worse = a if ends[a] >= ends[b] else b
        if end <= ends[worse]:
            ends[worse], lists[worse] = end, child
        if end < least:
            least, best[:] = end, start
            if least <= goal:
                break
    return least
