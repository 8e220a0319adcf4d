"""The schedule from problem to answer (numpy, OR-Tools CP-SAT, numba where it is installed). Loaded by processes that solve, by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from gongxing.engines.reasons import Reason
from gongxing.engines.schedule import tight
from gongxing.engines.schedule.compiling import COMPILED
from gongxing.engines.schedule.model import Placed, Problem, Result, Status
from gongxing.engines.schedule.population import PEOPLE, Population
from gongxing.engines.schedule.table import Table, Whole, faults, table, too_much

SMALL = 42
"""Tasks up to which the exact model comes first: lists would only delay its proof."""
LISTS, EXACT = 0.15, 0.35
"""Shares of the time: lists, then the exact model, then lists again with what it found."""
FEW = 24
"""Lists of the start where the exact model has all the time."""
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
        whole = self.data.size <= SMALL or not COMPILED
        islands = 1 if whole else max(1, self.problem.workers)
        seed = self.problem.seed
        with ThreadPoolExecutor(islands) as pool:
            limit = self.until(0.1 if whole else LISTS)
            made = pool.map(
                lambda k: Population(
                    self.data, seed + k, FEW if whole else PEOPLE, self.bound, lambda: self.clock() < limit
                ),
                range(islands),
            )
            groups = list(made)
            if not whole:
                list(pool.map(lambda one: one.breed_until(limit, self.clock), groups))
            for one in groups:
                self.better(one.best, one.least, "lists")
            if self.go_on("tight"):
                self.exactly(self.until(1.0 if whole else LISTS + EXACT))
            if not whole and self.go_on("lists"):
                for one in groups:
                    one.goal = self.bound
                    one.take_in(self.start)
                list(pool.map(lambda one: one.breed_until(self.until(1.0), self.clock), groups))
                for one in groups:
                    self.better(one.best, one.least, "lists")

    def exactly(self, until: float) -> None:
        def go_on() -> bool:
            return self.go_on("tight") and self.clock() < until

        found = tight.search(self.data, self.start, self.bound, go_on, self.problem.workers, self.problem.seed)
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
