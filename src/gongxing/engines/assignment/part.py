"""An exact search over part of the pairs, all other jobs held where they are (OR-Tools CP-SAT), always started from the incumbent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from ortools.sat.python import cp_model

from gongxing.engines.assignment.table import Mask, Table, Whole

Outcome = Literal["proved", "stopped", "impossible"]


@dataclass(frozen=True, eq=False)
class Effort:
    """``seconds`` by the clock, ``units`` of the solver's own deterministic time, ``seed``, ``workers``."""

    seconds: float
    units: float
    seed: int
    workers: int = 1


@dataclass(frozen=True, eq=False)
class Found:
    """``chosen`` (None: nothing found) and how the search ended: proved (nothing better over these pairs), stopped, impossible.
    ``bound``: no choice over these pairs costs less, in steps."""

    chosen: Whole | None
    outcome: Outcome
    bound: float


def search(table: Table, free: Mask, hint: Whole, overrun: int | None, effort: Effort) -> Found:
    """The best choice over the pairs ``free`` for every job that has any; the others stay. ``overrun``: what a step of overrun costs, None
    where limits must be kept."""
    movable = free.any(axis=0)
    jobs = np.flatnonzero(movable)
    held = np.flatnonzero(~movable)
    loads = np.bincount(hint[held], weights=table.weight[hint[held], held], minlength=len(table.capacity)).astype(int)
    model: Any = cp_model.CpModel()
    rows, columns = np.nonzero(free.T)[::-1]
    names = [model.new_bool_var("") for _ in range(len(rows))]
    by_job: dict[int, list[Any]] = {int(j): [] for j in jobs}
    by_agent: dict[int, list[int]] = {}
    for place, (i, j) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        by_job[j].append(names[place])
        by_agent.setdefault(i, []).append(place)
        model.add_hint(names[place], int(hint[j]) == i)
    for literals in by_job.values():
        model.add_exactly_one(literals)
    spare: list[Any] = []
    weights = table.weight[rows, columns].tolist()
    for i in range(table.without):
        places = by_agent.get(i, [])
        terms, factors = [names[p] for p in places], [weights[p] for p in places]
        room, needed = int(table.capacity[i] - loads[i]), int(table.least[i] - loads[i])
        if sum(factors) > room:
            terms_over, factors_over = list(terms), list(factors)
            if overrun is not None:
                over = model.new_int_var(0, max(0, sum(factors) - room), "")
                spare.append(over)
                terms_over.append(over)
                factors_over.append(-1)
            model.add(cp_model.LinearExpr.weighted_sum(terms_over, factors_over) <= room)
        if needed > 0:
            if overrun is not None:
                under = model.new_int_var(0, needed, "")
                spare.append(under)
                terms, factors = [*terms, under], [*factors, 1]
            model.add(cp_model.LinearExpr.weighted_sum(terms, factors) >= needed)
    costs = table.cost[rows, columns].tolist()
    offset = int(table.cost[hint[held], held].sum())
    model.minimize(
        cp_model.LinearExpr.weighted_sum([*names, *spare], [*costs, *([overrun or 0] * len(spare))]) + offset
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, effort.seconds)
    solver.parameters.max_deterministic_time = effort.units
    solver.parameters.random_seed = effort.seed
    solver.parameters.num_workers = effort.workers
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Found(None, "impossible", np.inf)
    bound = float(solver.best_objective_bound)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, "stopped", bound)
    chosen = hint.copy()
    for place, (i, j) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        if solver.boolean_value(names[place]):
            chosen[j] = i
    return Found(chosen, "proved" if status == cp_model.OPTIMAL else "stopped", bound)
