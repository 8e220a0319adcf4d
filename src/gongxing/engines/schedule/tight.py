"""The exact model, tightened: starts between head and tail, a full hint, the bound by energy, the horizon of a schedule that is known (CP-SAT)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from gongxing.engines.schedule.table import Table, Whole

LARGE = 60
"""Tasks above which neighbourhoods not made for schedules are left out: they cost more than they find."""
LOOK_SECONDS = 0.02
OTHER_NEIGHBOURHOODS = (
    "graph_arc_lns", "graph_cst_lns", "graph_dec_lns", "graph_var_lns", "rnd_cst_lns", "rnd_var_lns", "rins/rens", "feasibility_pump", "ls", "ls_lin",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """The best starts, their end, what no schedule beats, and whether the two are proved to meet."""

    start: Whole
    end: int
    bound: int
    proved: bool


def search(table: Table, known: Whole, bound: int, go_on: Callable[[], bool], workers: int, seed: int) -> Found:
    """From a schedule that is known (it may be the answer) towards the best one, as long as ``go_on`` says so; it is asked every few hundredths
    of a second, by another thread."""
    end = int((known + table.duration).max())
    model: Any = cp_model.CpModel()
    makespan = model.new_int_var(bound, end, "makespan")
    starts, intervals = [], []
    for i in range(table.size):
        length = int(table.duration[i])
        start = model.new_int_var(int(table.head[i]), end - int(table.tail[i]) - length, "")
        starts.append(start)
        intervals.append(model.new_fixed_size_interval_var(start, length, ""))
        model.add_hint(start, int(known[i]))
        for other in table.before.of(i):
            model.add(start >= starts[other] + int(table.duration[other]))
        model.add(makespan >= start + length + int(table.tail[i]))
    model.add_hint(makespan, end)
    for k, there in enumerate(table.capacity.tolist()):
        using = [i for i in range(table.size) if table.demand[i, k] and table.duration[i]]
        demands = [int(table.demand[i, k]) for i in using]
        if sum(demands) > there:
            model.add_cumulative([intervals[i] for i in using], demands, there)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if table.size > LARGE:
        solver.parameters.ignore_subsolvers.extend(OTHER_NEIGHBOURHOODS)
    status = _solve_while(solver, model, go_on)
    lower = max(bound, round(solver.best_objective_bound))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(known, end, lower, False)
    found = np.array([solver.value(one) for one in starts], dtype=np.int64)
    reached = int((found + table.duration).max())
    proved = status == cp_model.OPTIMAL
    return Found(found, reached, reached if proved else min(lower, reached), proved)


def _solve_while(solver: Any, model: Any, go_on: Callable[[], bool]) -> Any:
    """Solve, and stop when told to."""
    ended = Event()

    def watch() -> None:
        while not ended.wait(LOOK_SECONDS):
            if not go_on():
                solver.stop_search()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return solver.solve(model)
    finally:
        ended.set()
        watcher.join()
