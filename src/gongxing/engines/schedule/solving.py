"""The schedule from problem to answer (numpy, OR-Tools CP-SAT, numba where it is installed). Loaded by processes that solve, by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

from gongxing.engines.reasons import Reason
from gongxing.engines.schedule import tight
from gongxing.engines.schedule.choice import COMPILED
from gongxing.engines.schedule.model import Placed, Problem, Result, Status
from gongxing.engines.schedule.population import PEOPLE, Population, prepare
from gongxing.engines.schedule.table import Table, Whole, faults, table, too_much

SMALL = 42
"""Tasks up to which the exact model comes first: lists would only delay its proof."""
SHORT = 0.1
"""Share of the time that the few lists of such a problem may take."""
LISTS, EXACT = 0.15, 0.35
"""Compiled: shares of the lists, then of the exact model; lists again with what it found have the rest. Not compiled: lists on one thread (more would
only wait for each other) and the exact model on the others, side by side to the end."""
FEW, SLOW = 24, 100
"""Lists of a population of few tasks, and where they are not compiled."""
Progress = Callable[[float, str], bool]


def solve(problem: Problem, progress: Progress | None = None, clock: Callable[[], float] = monotonic) -> Result:
    """The best schedule found with the bound of the full problem. ``progress`` hears the share of the time and the step (lists, tight), from whichever
    thread; when it says False the best so far is the answer. ``clock`` counts the problem's seconds: where other work shares the
    machine, a clock of processor time measures the search and not the neighbours."""
    wrong = faults(problem)
    if wrong:
        return _without("invalid", wrong)
    hopeless = too_much(problem)
    if hopeless:
        return _without("infeasible", hopeless)
    data = table(problem)
    if not data.size:
        return _without("nothing_to_schedule", ())
    prepare()
    search = _Search(data, problem, clock, progress)
    search.run()
    return search.result()


class _Search:
    """The steps of one search and the best so far."""

    def __init__(self, data: Table, problem: Problem, clock: Callable[[], float], progress: Progress | None) -> None:
        self.data, self.problem, self.clock, self.progress = data, problem, clock, progress
        self.begun = clock()
        self.bound, self.ended, self.stopped = data.bound, "lists", False
        self.start: Whole = data.head
        self.end = data.horizon + 1

    def until(self, share: float) -> float:
        return self.begun + self.problem.seconds * share

    def go_on(self, step: str) -> bool:
        share = (self.clock() - self.begun) / max(self.problem.seconds, 1e-9)
        if self.progress is not None and not self.stopped:
            self.stopped = not self.progress(min(1.0, share), step)
        return not self.stopped and share < 1.0 and self.end > self.bound

    def better(self, start: Whole, end: int, step: str) -> None:
        if end < self.end:
            self.start, self.end, self.ended = start.copy(), end, step
        if self.end <= self.bound:
            self.ended = "bound" if self.bound == self.data.bound else self.ended

    def run(self) -> None:
        """Few tasks: a handful of lists, then the exact model. Else by turns where lists are compiled or there is one thread, and side by side otherwise."""
        if self.data.size <= SMALL:
            self.listed(self.groups(1, FEW, self.until(SHORT)))
            self.exactly(self.until(1.0), self.problem.workers)
        elif COMPILED or self.problem.workers < 2:
            self.by_turns()
        else:
            self.side_by_side()

    def by_turns(self) -> None:
        """Lists on all threads, the exact model on all threads, lists again."""
        groups = self.groups(max(1, self.problem.workers), PEOPLE if COMPILED else SLOW, self.until(LISTS))
        self.breed(groups, self.until(LISTS))
        self.exactly(self.until(LISTS + EXACT), self.problem.workers)
        if self.go_on("lists"):
            for one in groups:
                one.goal = self.bound
                one.take_in(self.start)
            self.breed(groups, self.until(1.0))

    def side_by_side(self) -> None:
        """Lists on one thread, the exact model on the others."""
        limit = self.until(1.0)
        groups = self.groups(1, SLOW, self.until(LISTS))
        self.listed(groups)
        done = Event()

        def exact() -> tight.Found:
            try:
                return self.search(limit, max(1, self.problem.workers - 1))
            finally:
                done.set()

        if self.go_on("tight"):
            with ThreadPoolExecutor(1) as pool:
                beside = pool.submit(exact)
                groups[0].breed_while(lambda: not done.is_set() and self.go_on("lists"))
                self.listed(groups)  # an end at the bound stops the exact model too
                found = beside.result()
            self.take(found)

    def groups(self, count: int, people: int, until: float) -> list[Population]:
        """Populations side by side, one a thread."""

        def group(k: int) -> Population:
            seed = self.problem.seed + k
            return Population(self.data, seed, people, self.bound, lambda: self.clock() < until)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(group, range(count)))

    def breed(self, groups: list[Population], until: float) -> None:
        """All populations side by side until then; the best of them counts."""
        with ThreadPoolExecutor(len(groups)) as pool:
            list(pool.map(lambda one: one.breed_while(lambda: self.clock() < until and self.go_on("lists")), groups))
        self.listed(groups)

    def listed(self, groups: list[Population]) -> None:
        for one in groups:
            self.better(one.best, one.least, "lists")

    def exactly(self, until: float, workers: int) -> None:
        if self.go_on("tight"):
            self.take(self.search(until, workers))

    def search(self, until: float, workers: int) -> tight.Found:
        def go_on() -> bool:
            return self.go_on("tight") and self.clock() < until

        return tight.search(self.data, self.start, self.bound, go_on, workers, self.problem.seed)

    def take(self, found: tight.Found) -> None:
        self.bound = max(self.bound, found.bound)
        self.better(found.start, found.end, "tight")
        if found.proved:
            self.ended = "tight"

    def result(self) -> Result:
        data = self.data
        placed = sorted(
            (Placed(name, int(begin), int(begin + length)) for name, begin, length in zip(data.names, self.start, data.duration, strict=True)),
            key=lambda one: (one.start, one.key),
        )  # fmt: skip
        status: Status = "optimal" if self.end <= self.bound else "stopped"
        gap = (self.end - self.bound) / self.bound if self.bound else 0.0
        return Result(status, tuple(placed), self.end, self.bound, gap, (), self.ended, COMPILED)


def _without(status: Status, reasons: tuple[Reason, ...]) -> Result:
    end = 0 if status == "nothing_to_schedule" else None
    return Result(status, (), end, 0, 0.0, reasons, "figures", COMPILED)
