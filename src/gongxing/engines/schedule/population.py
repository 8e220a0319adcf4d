"""A population of lists over an array table, bred in short runs so that the clock can be looked at in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import monotonic

import numpy as np

from gongxing.engines.schedule.choice import breed, by_keys, by_start, improve
from gongxing.engines.schedule.model import Problem, Resource, Task
from gongxing.engines.schedule.table import Table, Whole, table

PEOPLE = 300
DRAWS = 8
"""Random numbers one child takes."""
RUN_SECONDS = 0.05
"""About how long one run of children takes: how late the end of the time can be noticed."""


class Population:
    """Lists with their ends, and the best schedule met. The first list goes by latest ends, the others by latest ends with growing noise."""

    def __init__(self, data: Table, seed: int, people: int, goal: int, go_on: Callable[[], bool]) -> None:
        self.table, self.goal = data, goal
        self.random = np.random.default_rng(seed)
        self.free = np.zeros((data.horizon + 1, len(data.capacity)), np.int64)
        self.lists = np.zeros((people, data.size), np.int64)
        self.ends = np.zeros(people, np.int64)
        self.best: Whole = np.zeros(data.size, np.int64)
        self.least = data.horizon + 1
        self.children = 16
        self._begin(people, go_on)

    def _links(self) -> tuple[Whole, Whole, Whole, Whole]:
        before, after = self.table.before, self.table.after
        return before.first, before.other, after.first, after.other

    def _begin(self, people: int, go_on: Callable[[], bool]) -> None:
        data, size = self.table, self.table.size
        latest = (data.bound - data.tail).astype(np.float64)
        spread = max(1.0, float(latest.max(initial=1.0)))
        made = 0
        for k in range(people):
            if k and (not go_on() or self.least <= self.goal):
                break
            noise = self.random.random(size) * spread * (k / people)
            by_keys(latest + noise, *self._links(), self.lists[k])
            self._improve(k)
            made += 1
        self.lists, self.ends = self.lists[:made].copy(), self.ends[:made].copy()

    def _improve(self, k: int) -> None:
        data = self.table
        start = np.zeros(data.size, np.int64)
        end = int(
            improve(
                self.lists[k], *self._links(), data.release, data.duration, data.demand, data.capacity, self.free, start
            )
        )
        self.ends[k] = end
        if end < self.least:
            self.least, self.best = end, start

    def take_in(self, start: Whole) -> None:
        """A schedule found elsewhere replaces the worst list."""
        worst = int(self.ends.argmax())
        by_start(start, self.lists[worst])
        self._improve(worst)

    def breed_while(self, go_on: Callable[[], bool]) -> None:
        """Children as long as told to and the goal is not reached; every run draws from the population's own stream."""
        data = self.table
        while len(self.lists) > 1 and self.least > self.goal and go_on():
            begun = monotonic()
            draws = self.random.random((self.children, DRAWS))
            least = breed(
                self.lists, self.ends, draws, self.best, self.goal, *self._links(), data.release, data.duration, data.demand, data.capacity, self.free
            )  # fmt: skip
            self.least = int(least)
            took = max(monotonic() - begun, 1e-4)
            self.children = int(min(max(self.children * RUN_SECONDS / took, 1), 2000, self.children * 4))


@cache
def prepare() -> None:
    """Have the compiled functions made or fetched, once a process, so that no search pays for it out of its time."""
    tasks = tuple(Task(f"t{k}", 1 + k, (1,)) for k in range(3))
    group = Population(table(Problem((Resource("r", 1),), tasks)), 0, 3, 0, lambda: True)
    runs = iter((True, False))
    group.breed_while(lambda: next(runs))
    group.take_in(group.best)
