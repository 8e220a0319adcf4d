"""Lists of tasks as ``plain`` has them, written so that they can be compiled: the same numbers drawn give the same lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.schedule.fast.compiler import compiled

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@compiled
def place(
    order: Whole,
    first: Whole,
    other: Whole,
    ready: Whole,
    duration: Whole,
    demand: Whole,
    capacity: Whole,
    free: Whole,
    start: Whole,
    used: int,
) -> int:
    """Serial generation: ``start`` is filled, the end returned. ``order`` respects the links (first, other) to what comes before; ``free`` is a
    profile (times × resources) of which the first ``used`` rows are to be filled anew."""
    kinds = capacity.size
    for t in range(used):
        for k in range(kinds):
            free[t, k] = capacity[k]
    end = 0
    for x in order:
        t = ready[x]
        for p in range(first[x], first[x + 1]):
            y = other[p]
            t = max(t, start[y] + duration[y])
        at = t + duration[x] - 1
        while at >= t:
            fits = True
            for k in range(kinds):
                if demand[x, k] > free[at, k]:
                    fits = False
                    break
            if fits:
                at -= 1
            else:
                t = at + 1
                at = t + duration[x] - 1
        for at in range(t, t + duration[x]):
            for k in range(kinds):
                free[at, k] -= demand[x, k]
        start[x] = t
        end = max(end, t + duration[x])
    return end


@compiled
def rising(start: Whole, order: Whole, count: Whole, end: int) -> None:
    """``order`` becomes the tasks by rising start, ties by number. ``count``: room for ``end`` + 2 figures."""
    for t in range(end + 2):
        count[t] = 0
    for x in range(start.size):
        count[start[x] + 1] += 1
    for t in range(1, end + 2):
        count[t] += count[t - 1]
    for x in range(start.size):
        order[count[start[x]]] = x
        count[start[x]] += 1


@compiled
def falling(start: Whole, duration: Whole, order: Whole, count: Whole, end: int) -> None:
    """``order`` becomes the tasks by falling end, ties by falling number."""
    for t in range(end + 2):
        count[t] = 0
    for x in range(start.size):
        count[end - start[x] - duration[x] + 1] += 1
    for t in range(1, end + 2):
        count[t] += count[t - 1]
    for x in range(start.size - 1, -1, -1):
        left = end - start[x] - duration[x]
        order[count[left]] = x
        count[left] += 1


@compiled
def justify(
    order: Whole,
    first: Whole,
    other: Whole,
    first_after: Whole,
    other_after: Whole,
    release: Whole,
    nothing: Whole,
    duration: Whole,
    demand: Whole,
    capacity: Whole,
    free: Whole,
    start: Whole,
    mirror: Whole,
    back: Whole,
    count: Whole,
) -> int:
    """Place, justify to the right, justify to the left. ``order`` becomes the tasks by start, ``start`` is filled, the end returned."""
    top = free.shape[0]
    end = place(order, first, other, release, duration, demand, capacity, free, start, top)
    falling(start, duration, back, count, end)
    width = place(back, first_after, other_after, nothing, duration, demand, capacity, free, mirror, top)
    for x in range(start.size):
        mirror[x] = width - mirror[x] - duration[x]
    rising(mirror, order, count, width)
    end = place(order, first, other, release, duration, demand, capacity, free, start, top)
    rising(start, order, count, end)
    return end


@compiled
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
    """As ``plain.improve``."""
    size = start.size
    nothing, mirror, back = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    count = np.zeros(free.shape[0] + 2, np.int64)
    return justify(
        order, first, other, first_after, other_after, release, nothing, duration, demand, capacity, free, start, mirror, back, count
    )  # fmt: skip


@compiled
def by_start(start: Whole, order: Whole) -> None:
    """As ``plain.by_start``."""
    end = 0
    for x in range(start.size):
        end = max(end, start[x])
    rising(start, order, np.zeros(end + 2, np.int64), end)


@compiled
def by_keys(keys: Real, first: Whole, other: Whole, first_after: Whole, other_after: Whole, order: Whole) -> None:
    """``order`` becomes the list that always takes the free task with the smallest key."""
    size = keys.size
    waits = np.zeros(size, np.int64)
    for x in range(size):
        waits[x] = first[x + 1] - first[x]
    for k in range(size):
        best = -1
        for x in range(size):
            if waits[x] == 0 and (best < 0 or keys[x] < keys[best]):
                best = x
        order[k] = best
        waits[best] = -1
        for p in range(first_after[best], first_after[best + 1]):
            waits[other_after[p]] -= 1


@compiled
def cross(mother: Whole, father: Whole, low: int, high: int, child: Whole, taken: Whole) -> None:
    """Two-point crossover: the mother up to ``low``, then from the father's order up to ``high``, the rest in the mother's order."""
    size = mother.size
    for x in range(size):
        taken[x] = 0
    for k in range(low):
        child[k] = mother[k]
        taken[mother[k]] = 1
    k = low
    for x in father:
        if k >= high:
            break
        if taken[x] == 0:
            child[k] = x
            taken[x] = 1
            k += 1
    for x in mother:
        if taken[x] == 0:
            child[k] = x
            taken[x] = 1
            k += 1


@compiled
def move(
    order: Whole, place_: int, share: float, first: Whole, other: Whole, first_after: Whole, other_after: Whole
) -> None:
    """One task goes elsewhere between the last task before it and the first one after it."""
    size = order.size
    x = order[place_]
    low, high = place_, place_
    while low > 0:
        y, bound = order[low - 1], False
        for p in range(first[x], first[x + 1]):
            if other[p] == y:
                bound = True
        if bound:
            break
        low -= 1
    while high < size - 1:
        y, bound = order[high + 1], False
        for p in range(first_after[x], first_after[x + 1]):
            if other_after[p] == y:
                bound = True
        if bound:
            break
        high += 1
    to = low + int(share * (high - low + 1))
    for k in range(place_, to):
        order[k] = order[k + 1]
    for k in range(place_, to, -1):
        order[k] = order[k - 1]
    order[to] = x


@compiled
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
    """As many children as there are rows of ``draws``: random parents, the child replaces the worse of them unless it is worse still.
    ``best`` are the starts of the best schedule known; its end is returned. Ends early when an end reaches ``goal``."""
    people, size = lists.shape
    child, taken = np.zeros(size, np.int64), np.zeros(size, np.int64)
    start, mirror, back = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    count, nothing = np.zeros(free.shape[0] + 2, np.int64), np.zeros(size, np.int64)
    least = 0
    for x in range(size):
        least = max(least, best[x] + duration[x])
    for c in range(draws.shape[0]):
        a, b = int(draws[c, 0] * people), int(draws[c, 1] * (people - 1))
        b += b >= a
        one, two = int(draws[c, 2] * size), int(draws[c, 3] * size)
        cross(lists[a], lists[b], min(one, two), max(one, two), child, taken)
        move(child, int(draws[c, 4] * size), draws[c, 5], first, other, first_after, other_after)
        move(child, int(draws[c, 6] * size), draws[c, 7], first, other, first_after, other_after)
        end = justify(
            child, first, other, first_after, other_after, release, nothing, duration, demand, capacity, free, start, mirror, back, count
        )  # fmt: skip
        worse = a if ends[a] >= ends[b] else b
        if end <= ends[worse]:
            ends[worse] = end
            for k in range(size):
                lists[worse, k] = child[k]
        if end < least:
            least = end
            for k in range(size):
                best[k] = start[k]
            if least <= goal:
                break
    return least
