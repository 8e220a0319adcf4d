"""The problem as arrays, tasks numbered so that whatever comes first has the lower number; heads, tails and the bound by energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason
from gongxing.engines.schedule.model import Problem

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Links:
    """For each task the tasks at the other end: ``other[first[i]:first[i + 1]]``."""

    first: Whole
    other: Whole

    def of(self, i: int) -> list[int]:
        """The tasks linked with task i."""
        return [int(one) for one in self.other[self.first[i] : self.first[i + 1]]]


@dataclass(frozen=True, eq=False)
class Table:
    """``names``, ``duration``, ``demand`` (tasks × resources), ``capacity``, ``release``; ``before`` and ``after``: links both ways.

    ``head[i]``: i starts no earlier (longest way to it); ``tail[i]``: so much time passes at least after its end. ``bound``: no schedule ends
    earlier. ``horizon``: every schedule without idle time ends by then."""

    names: tuple[str, ...]
    duration: Whole
    demand: Whole
    capacity: Whole
    release: Whole
    before: Links
    after: Links
    head: Whole
    tail: Whole
    bound: int
    horizon: int

    @property
    def size(self) -> int:
        """How many tasks."""
        return len(self.names)


def faults(problem: Problem) -> tuple[Reason, ...]:
    """What makes no sense: schedule.twice, schedule.no_such_task, schedule.negative, schedule.demands (not one per resource),
    schedule.cycle (tasks); and schedule.too_much (task, resource, asked, there), which makes it impossible."""
    keys = [one.key for one in problem.tasks]
    known = set(keys)
    found = [Reason.of("schedule.twice", task=key) for key in sorted(known) if keys.count(key) > 1]
    for one in problem.tasks:
        found += [Reason.of("schedule.no_such_task", task=one.key, after=key) for key in one.after if key not in known]
        if one.duration < 0 or one.release < 0 or min((*one.demands, 0)) < 0:
            found.append(Reason.of("schedule.negative", task=one.key))
        if len(one.demands) != len(problem.resources):
            found.append(Reason.of("schedule.demands", task=one.key))
    found += [Reason.of("schedule.negative", task=one.key) for one in problem.resources if one.capacity < 0]
    if not found:
        left = set(known) - set(_order(problem))
        if left:
            found.append(Reason.of("schedule.cycle", tasks=" ".join(sorted(left))))
    return tuple(found)


def too_much(problem: Problem) -> tuple[Reason, ...]:
    """Tasks that ask for more of a resource than there is, and take time."""
    return tuple(
        Reason.of("schedule.too_much", task=one.key, resource=each.key, asked=str(asked), there=str(each.capacity))
        for one in problem.tasks
        for asked, each in zip(one.demands, problem.resources, strict=True)
        if asked > each.capacity and one.duration > 0
    )


def _order(problem: Problem) -> list[str]:
    """Keys in an order in which everything comes after what it waits for; tasks of a cycle and behind it are left out."""
    waits = {one.key: len(set(one.after)) for one in problem.tasks}
    follow: dict[str, list[str]] = {one.key: [] for one in problem.tasks}
    for one in problem.tasks:
        for key in sorted(set(one.after)):
            follow[key].append(one.key)
    level = sorted(key for key, count in waits.items() if not count)
    done: list[str] = []
    while level:
        done += level
        coming = []
        for key in level:
            for other in follow[key]:
                waits[other] -= 1
                if not waits[other]:
                    coming.append(other)
        level = sorted(coming)
    return done


def _links(lists: list[list[int]]) -> Links:
    sizes = [len(one) for one in lists]
    first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Links(first, np.array([one for part in lists for one in part], dtype=np.int64))


def table(problem: Problem) -> Table:
    """The arrays of a problem without faults. The order of its tasks does not matter."""
    names = tuple(_order(problem))
    place = {key: k for k, key in enumerate(names)}
    tasks = {one.key: one for one in problem.tasks}
    ordered = [tasks[key] for key in names]
    before = [sorted(place[key] for key in set(one.after)) for one in ordered]
    after: list[list[int]] = [[] for _ in ordered]
    for k, found in enumerate(before):
        for other in found:
            after[other].append(k)
    duration = np.array([one.duration for one in ordered], dtype=np.int64)
    release = np.array([one.release for one in ordered], dtype=np.int64)
    head, tail = release.copy(), np.zeros(len(ordered), dtype=np.int64)
    for k in range(len(ordered)):
        for other in before[k]:
            head[k] = max(head[k], head[other] + duration[other])
    for k in range(len(ordered) - 1, -1, -1):
        for other in after[k]:
            tail[k] = max(tail[k], duration[other] + tail[other])
    demand = np.array([one.demands for one in ordered], dtype=np.int64).reshape(len(ordered), len(problem.resources))
    capacity = np.array([one.capacity for one in problem.resources], dtype=np.int64)
    bound = max(int((head + duration + tail).max(initial=0)), energy_bound(head, tail, duration, demand, capacity))
    horizon = int(release.max(initial=0) + duration.sum())
    return Table(
        names,
        duration,
        demand,
        capacity,
        release,
        _links(before),
        _links(after),
        head,
        tail,
        bound,
        max(horizon, bound),
    )


def energy_bound(head: Whole, tail: Whole, duration: Whole, demand: Whole, capacity: Whole) -> int:
    """max over a, b and resources of a + ⌈work of tasks with head ≥ a and tail ≥ b ÷ capacity⌉ + b."""
    best = 0
    for k, there in enumerate(capacity.tolist()):
        work = duration * demand[:, k]
        used = work > 0
        if not there or not used.any():
            continue
        heads, tails, works = head[used], tail[used], work[used]
        for a in np.unique(heads).tolist():
            inside = heads >= a
            order = np.argsort(-tails[inside], kind="stable")
            falling = tails[inside][order]
            total = np.cumsum(works[inside][order])
            best = max(best, int((a + -(-total // there) + falling).max()))
    return best
