"""The problem in whole numbers and sorted by key, so that the order of the input does not matter and sums are exact.

Figures with at most six decimals are taken exactly (times a power of ten). With more decimals weights are rounded up, capacities down, least
loads up by one step for each job (so whatever is found keeps the true limits) and costs to the nearest step; ``exact`` says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.assignment.model import Problem
from gongxing.engines.reasons import Reason

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

DECIMALS = 6
LARGEST = 2.0**50


@dataclass(frozen=True, eq=False)
class Table:
    """``cost``, ``weight``, ``allowed``: (m + 1) × n; the last row stands for "without an agent": it takes no capacity. ``capacity``,
    ``least``: m + 1. ``known``: as allowed, before pairs heavier than their agent's capacity are left out. ``agents``, ``jobs``: keys in sorted order. One step of cost is 1 ÷ ``cost_scale``, of weight 1 ÷ ``weight_scale``."""

    agents: tuple[str, ...]
    jobs: tuple[str, ...]
    cost: Whole
    weight: Whole
    allowed: Mask
    known: Mask
    capacity: Whole
    least: Whole
    cost_scale: int
    weight_scale: int
    exact: bool
    exact_costs: bool

    @property
    def without(self) -> int:
        """The row that stands for "without an agent"."""
        return len(self.agents)

    def loads(self, chosen: Whole) -> Whole:
        """Load of each row when job j goes to row ``chosen[j]``."""
        taken = self.weight[chosen, np.arange(len(self.jobs))]
        return np.bincount(chosen, weights=taken, minlength=len(self.capacity)).astype(np.int64)

    def value(self, chosen: Whole) -> int:
        """Total cost in steps."""
        return int(self.cost[chosen, np.arange(len(self.jobs))].sum())

    def overrun(self, chosen: Whole) -> int:
        """By how much limits are missed, summed over agents, in steps of weight."""
        loads = self.loads(chosen)
        return int(np.maximum(0, loads - self.capacity).sum() + np.maximum(0, self.least - loads).sum())


def faults(problem: Problem) -> tuple[Reason, ...]:
    """What makes no sense in the figures."""
    found = []
    shape = (len(problem.agents), len(problem.jobs))
    for name, matrix in (("costs", problem.costs), ("weights", problem.weights)):
        if matrix.shape != shape:
            found.append(_fault("shape", name=name, rows=str(matrix.shape), needed=str(shape)))
        elif np.isinf(matrix).any():
            found.append(_fault("infinite", name=name))
        elif float(np.nansum(np.abs(matrix))) > LARGEST:
            found.append(_fault("too_large", name=name))
    if problem.weights.shape == shape and (problem.weights < 0).any():
        found.append(_fault("negative_weight"))
    for kind, keys in (("agent", [a.key for a in problem.agents]), ("job", [j.key for j in problem.jobs])):
        seen: set[str] = set()
        for key in keys:
            if not key or key in seen:
                found.append(_fault("key", kind=kind, key=key))
            seen.add(key)
    for agent in problem.agents:
        if not _sound(agent.capacity) or not _sound(agent.least) or agent.least > agent.capacity:
            found.append(_fault("limits", agent=agent.key, capacity=str(agent.capacity), least=str(agent.least)))
    for job in problem.jobs:
        if job.unassigned is not None and not _sound(job.unassigned):
            found.append(_fault("penalty", job=job.key, penalty=str(job.unassigned)))
    return tuple(found)


def _fault(code: str, **details: str) -> Reason:
    return Reason.of(f"assignment.{code}", **details)


def _sound(amount: float) -> bool:
    return isfinite(amount) and 0 <= amount < LARGEST


def table(problem: Problem) -> Table:
    """The problem in whole numbers; it must have no faults."""
    rows = sorted(range(len(problem.agents)), key=lambda i: problem.agents[i].key)
    columns = sorted(range(len(problem.jobs)), key=lambda j: problem.jobs[j].key)
    agents = tuple(problem.agents[i].key for i in rows)
    jobs = tuple(problem.jobs[j].key for j in columns)
    cost, weight = (
        np.asarray(one, dtype=float)[np.ix_(rows, columns)].reshape(len(rows), len(columns))
        for one in (problem.costs, problem.weights)
    )
    allowed = ~(np.isnan(cost) | np.isnan(weight))
    row_of, column_of = {key: i for i, key in enumerate(agents)}, {key: j for j, key in enumerate(jobs)}
    for agent, job in problem.barred:
        if agent in row_of and job in column_of:
            allowed[row_of[agent], column_of[job]] = False
    penalties = [problem.jobs[j].unassigned for j in columns]
    cost = (
        np.vstack([cost, [np.nan if one is None else one for one in penalties]])
        if jobs
        else np.zeros((len(rows) + 1, 0))
    )
    weight = np.vstack([weight, np.zeros(len(jobs))])
    allowed = np.vstack([allowed, [one is not None for one in penalties]]) if jobs else np.zeros(cost.shape, dtype=bool)
    capacity = np.array([*(problem.agents[i].capacity for i in rows), 0.0])
    least = np.array([*(problem.agents[i].least for i in rows), 0.0])
    cost, weight = np.where(allowed, cost, 0.0), np.where(allowed, weight, 0.0)
    cost_scale, exact_costs = _scale([cost])
    weight_scale, exact = _scale([weight, capacity, least])
    if exact:
        whole, held, needed = (np.rint(one * weight_scale) for one in (weight, capacity, least))
    else:
        whole, held = np.ceil(weight * weight_scale), np.floor(capacity * weight_scale)
        needed = np.where(least > 0, np.ceil(least * weight_scale) + len(jobs), 0.0)
    whole_weight, whole_capacity = whole.astype(np.int64), held.astype(np.int64)
    return Table(
        agents, jobs, np.rint(cost * cost_scale).astype(np.int64), whole_weight,
        allowed & (whole_weight <= whole_capacity[:, None]), allowed, whole_capacity, needed.astype(np.int64),
        cost_scale, weight_scale, exact, exact_costs,
    )  # fmt: skip


def _scale(parts: list[Real]) -> tuple[int, bool]:
    """The smallest power of ten that makes every figure whole, and whether one does; the largest that stays in range otherwise."""
    figures = np.concatenate([part.ravel() for part in parts])
    largest = float(np.abs(figures).sum()) or 1.0
    scale = 1
    for _ in range(DECIMALS + 1):
        scaled = figures * scale
        if (np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(1.0, np.abs(scaled))).all():
            return scale, True
        if largest * scale * 10 > LARGEST:
            break
        scale *= 10
    return min(scale, 10**DECIMALS), False
