"""Prices of capacity and the bound they certify: subgradient steps for a start, then the linear relaxation over a growing set of pairs.

Relaxing (2) and (3) with one price p_i for each agent, of either sign where it has a least load, leaves each job its cheapest agent:

    L(p) = Σ_j min_i (c_ij + p_i w_ij) − Σ_i (max(0, p_i) b_i − max(0, −p_i) l_i)  ≤  every assignment

for any p, and its largest value is that of the linear relaxation. Only the pairs with the smallest c + p w are given to the solver; those
that its duals show to be cheaper are added until there are none, so the bound is that of the full model. Source: Fisher 1981; Geoffrion 1974.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from gongxing.engines.assignment.table import Mask, Real, Table, Whole

STEPS = 200
FIRST = 6
"""Pairs of each job in the first relaxation."""
PASSES = 30


@dataclass(frozen=True, eq=False)
class Prices:
    """``price`` per row of the table (steps of cost per step of weight), the ``bound`` L(p), the reduced costs ``extra`` ≥ 0 of every pair
    (infinite where barred), ``parts``: the relaxation's x, agents × jobs (None when it was not solved); ``overrun``: what it misses limits
    by, 0 when it keeps them."""

    price: Real
    bound: float
    extra: Real
    parts: Real | None
    overrun: float


def lagrangian(table: Table, price: Real, cost: Real) -> tuple[float, Real]:
    """L(p) and c + p w (infinite where barred)."""
    reduced = cost + price[:, None] * table.weight
    held = float(np.maximum(price, 0) @ table.capacity - np.maximum(-price, 0) @ table.least)
    return float(reduced.min(axis=0).sum()) - held, reduced


def costs(table: Table) -> Real:
    """Costs with infinity where a pair is barred."""
    return np.where(table.allowed, table.cost.astype(float), np.inf)


def relax(
    table: Table, more_time: Callable[[], bool], cost: Real | None = None, overrun_price: float | None = None
) -> Prices:
    """The best prices; ``cost`` and ``overrun_price`` stand in for the costs and for what a unit of overrun costs in the relaxation."""
    cost = costs(table) if cost is None else cost
    finite = cost[np.isfinite(cost)]
    spread = float(finite.max() - finite.min()) if finite.size else 0.0
    high = overrun_price if overrun_price is not None else 10.0 * (spread + 1.0)
    price, bound = _subgradient(table, cost, high)
    reduced = lagrangian(table, price, cost)[1]
    used = _smallest(reduced, FIRST) & np.isfinite(cost)
    parts, overrun = None, 0.0
    for _ in range(PASSES):
        if not more_time():
            break
        solved = _solve(table, cost, used, high)
        if solved is None:
            break
        duals, parts, overrun, value = solved
        now, reduced = lagrangian(table, duals, cost)
        if now > bound:
            bound, price = now, duals
        if now >= value - 1e-7 * max(1.0, abs(value)):
            break
        lowest = np.where(used, reduced, np.inf).min(axis=0)
        missing = (reduced < lowest - 1e-9 * max(1.0, spread)) & ~used
        if not missing.any():
            break
        used |= missing & _smallest(np.where(missing, reduced, np.inf), FIRST)
    reduced = lagrangian(table, price, cost)[1]
    return Prices(price, bound, reduced - reduced.min(axis=0), parts, overrun)


def _smallest(reduced: Real, count: int) -> Mask:
    """The ``count`` smallest of each column."""
    count = min(count, len(reduced))
    rows = np.argpartition(reduced, count - 1, axis=0)[:count]
    mask = np.zeros(reduced.shape, dtype=bool)
    np.put_along_axis(mask, rows, True, axis=0)
    return mask


def _subgradient(table: Table, cost: Real, high: float) -> tuple[Real, float]:
    """A start: steps towards a target a little above the best bound so far."""
    jobs = np.arange(len(table.jobs))
    floor = np.where(table.least > 0, -high, 0.0)
    price = np.zeros(len(table.capacity))
    best, best_bound, share, idle = price, -np.inf, 1.0, 0
    for _ in range(STEPS):
        bound, reduced = lagrangian(table, price, cost)
        if bound > best_bound + 1e-6 * abs(bound):
            best, best_bound, idle = price, bound, 0
        else:
            idle += 1
            if idle >= 8:
                share, idle, price = share / 2, 0, best
                continue
        chosen: Whole = reduced.argmin(axis=0)
        loads = np.bincount(chosen, weights=table.weight[chosen, jobs], minlength=len(price))
        over, under = loads - table.capacity, loads - table.least
        slope = np.where(price > 0, over, np.where(price < 0, under, np.maximum(over, 0) + np.minimum(under, 0)))
        length = float(slope @ slope)
        if not length:
            break
        step = share * max(0.05 * abs(best_bound), 1.0) / length
        price = np.clip(price + step * slope, floor, high)
    return best, best_bound


def _solve(table: Table, cost: Real, used: Mask, high: float) -> tuple[Real, Real, float, float] | None:
    """The relaxation over the pairs ``used``, limits may be overrun at ``high`` a unit: duals, x, overrun, value."""
    rows, columns = np.nonzero(used)
    m, n, k = len(table.capacity), len(table.jobs), len(rows)
    floors = np.flatnonzero(table.least > 0)
    weights = table.weight[rows, columns].astype(float)
    floor_of = np.full(m, -1)
    floor_of[floors] = np.arange(len(floors))
    low = floor_of[rows] >= 0
    entries = np.concatenate([weights, -np.ones(m), -weights[low], -np.ones(len(floors))])
    at_row = np.concatenate([rows, np.arange(m), m + floor_of[rows[low]], m + np.arange(len(floors))])
    at_column = np.concatenate([np.arange(k), k + np.arange(m), np.flatnonzero(low), k + m + np.arange(len(floors))])
    size = k + m + len(floors)
    limited = csr_matrix((entries, (at_row, at_column)), shape=(m + len(floors), size))
    once = csr_matrix((np.ones(k), (columns, np.arange(k))), shape=(n, size))
    found: Any = linprog(
        np.concatenate([cost[rows, columns], np.full(m + len(floors), high)]),
        A_ub=limited,
        b_ub=np.concatenate([table.capacity, -table.least[floors]]).astype(float),
        A_eq=once,
        b_eq=np.ones(n),
        method="highs",
    )
    if found.x is None:
        return None
    duals = np.maximum(0.0, -np.asarray(found.ineqlin.marginals, dtype=float))
    price = duals[:m].copy()
    price[floors] -= duals[m:]
    parts = np.zeros(used.shape)
    parts[rows, columns] = found.x[:k]
    return price, parts, float(found.x[k:].sum()), float(found.fun)
