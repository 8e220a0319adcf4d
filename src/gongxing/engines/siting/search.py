"""Branch and bound over prices on clients: proves the best choice of sites, or gives the best so far with a bound."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic

import numpy as np

from gongxing.engines.siting.interchange import cost_of, exchange, greedy
from gongxing.engines.siting.lagrangian import Best, Median, Node, Relaxation, Settings, tighten
from gongxing.engines.siting.model import Bools, Effort, Floats, Ints

CLOSE = 1e-9
ROOT = Settings(1500, every=10)
LATER = Settings(60, 1.0, 6, 0.02)


class Clock:
    """How long the search has gone on, and whether it is to stop."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.start = monotonic()
        self.asked = self.start
        self.stopped = False

    @property
    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.start + self.effort.seconds - monotonic())

    def stop(self, code: str) -> bool:
        """Whether to stop now; tells how far the time is, at most ten times a second."""
        now = monotonic()
        if now - self.start >= self.effort.seconds:
            self.stopped = True
        elif self.effort.progress is not None and now - self.asked > 0.1:
            self.asked = now
            if not self.effort.progress((now - self.start) / self.effort.seconds, code):
                self.stopped = True
        return self.stopped


@dataclass(frozen=True)
class Found:
    """Numbers of the chosen sites (None: none found), their value, a bound, how many nodes were looked at."""

    chosen: tuple[int, ...] | None
    value: float
    bound: float
    nodes: int = 0


def step_of(*costs: Floats) -> float:
    """1 where all costs are whole numbers (a better choice is then better by 1 at least), else 0."""
    return 1.0 if all(bool(np.all(one == np.floor(one))) for one in costs) else 0.0


def cut_below(value: float, step: float, gap: float) -> float:
    """A choice that costs no less than this is of no interest beside one of this value."""
    return value - max(step - 1e-6 if step else CLOSE * abs(value), gap * abs(value))


def proved(value: float, bound: float, step: float) -> float:
    """A bound rounded up where costs are whole, and the value itself where nothing is left between."""
    if step and np.isfinite(bound):
        bound = ceil(bound - 1e-6)
    return value if bound >= value - CLOSE * abs(value) else bound


class Incumbent:
    """The best choice of the p-median so far."""

    def __init__(self, cost: Floats, kept: Ints, chosen: Sequence[int], gap: float) -> None:
        self.cost, self.kept, self.gap, self.step = cost, [int(k) for k in kept], gap, step_of(cost)
        self.chosen, self.value = exchange(cost, chosen, self.kept)
        self.count = len(chosen)
        self.tried: set[tuple[int, ...]] = set()

    def see(self, choice: Ints, among: Ints) -> None:
        """Looks at a choice met on the way, and betters it by exchanges with the sites ``among`` when it is the best so far."""
        if cost_of(self.cost, choice) < self.value:
            self.better(choice, among)

    def better(self, choice: Ints, among: Ints) -> None:
        """Betters a choice by exchanges with the sites ``among`` (sorted, the choice is part of it)."""
        key = tuple(sorted(int(k) for k in choice))
        if key in self.tried or not 0 < len(key) <= self.count:
            return
        self.tried.add(key)
        kept = np.flatnonzero(np.isin(among, self.kept))
        places, value = exchange(self.cost[among], np.searchsorted(among, key).tolist(), kept.tolist(), 50)
        if value < self.value - CLOSE * abs(self.value):
            self.chosen, self.value = [int(among[k]) for k in places], value

    def settle(self, node: Node) -> float:
        """The cost of the sites that are left; more of them than may be open cost no less than the cut anyway."""
        rows = node.rows if len(node.rows) <= self.count else node.rows[node.kept]
        self.see(rows, rows)
        return cost_of(self.cost, rows) if len(rows) <= self.count else np.inf

    def cut(self) -> float:
        """What costs no less than this is of no interest."""
        return cut_below(self.value, self.step, self.gap)


def search(cost: Floats, kept: Ints, count: int, effort: Effort, start: Sequence[int] | None = None) -> Found:
    """At most ``count`` rows of ``cost`` (sites × clients, finite, ≥ 0), those of ``kept`` among them, of least total cost."""
    clock = Clock(effort)
    if count >= cost.shape[0]:
        value = cost_of(cost, range(cost.shape[0]))
        return Found(tuple(range(cost.shape[0])), value, value)
    best = Incumbent(cost, kept, greedy(cost, count, list(kept)) if start is None else start, effort.gap)
    if count == len(kept) or best.value == 0:
        return Found(tuple(sorted(best.chosen)), best.value, best.value)
    near = np.sort(cost[best.chosen], axis=0)[:2]
    marks: Bools = np.zeros(cost.shape[0], dtype=bool)
    marks[kept] = True
    root = Node(np.arange(cost.shape[0]), marks, near.mean(axis=0), 0.0, np.zeros(cost.shape[0]))
    bound, nodes = prove(Median(cost, count), root, best, clock, (ROOT, LATER))
    return Found(tuple(sorted(best.chosen)), best.value, min(best.value, proved(best.value, bound, best.step)), nodes)


def prove(
    model: Relaxation, root: Node, best: Best, clock: Clock, settings: tuple[Settings, Settings]
) -> tuple[float, int]:
    """The bound (infinite: nothing is better than the best) and the number of nodes.

    ``settings`` for the root and for what is below it."""
    root = tighten(model, root, best, lambda: clock.stop("siting.bounding"), settings[0])
    waiting: list[tuple[float, int, Node]] = [] if root.done else [(root.bound, 0, root)]
    nodes = branch(model, waiting, best, lambda: clock.stop("siting.branching"), settings[1])
    if not waiting and best.gap == 0:
        return np.inf, nodes + 1
    left = min((one[0] for one in waiting), default=np.inf)
    return max(min(left, best.cut()), min(root.bound, best.value)), nodes + 1


def branch(
    model: Relaxation, waiting: list[tuple[float, int, Node]], best: Best, stop: Callable[[], bool], settings: Settings
) -> int:
    """Splits the node of least bound on the site that is open about half the time, until none waits or it is to stop."""
    nodes = 0
    while waiting and not stop():
        node = heapq.heappop(waiting)[2]
        if node.bound >= best.cut():
            continue
        place = int(np.argmin(np.where(node.kept, np.inf, np.abs(node.share - 0.5))))
        with_it = node.kept.copy()
        with_it[place] = True
        rest = np.arange(len(node.rows)) != place
        for rows, kept, share in (
            (node.rows, with_it, node.share),
            (node.rows[rest], node.kept[rest], node.share[rest]),
        ):
            child = tighten(model, Node(rows, kept, node.prices, node.bound, share), best, stop, settings)
            nodes += 1
            if not child.done:
                heapq.heappush(waiting, (child.bound, nodes, child))
    return nodes
