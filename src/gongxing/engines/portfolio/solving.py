"""The rows for the solver: the linear relaxation with its prices, and the exact search (scipy, HiGHS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, hstack, vstack

from gongxing.engines.portfolio.admit import ROUNDING, Table
from gongxing.engines.portfolio.simple import Arrays, Vector, arrays

OPTIMAL, TIME_OUT, INFEASIBLE = 0, 1, 2
CUTS = 50
CLOSE = 1e-7
"""Relative: the solver's own tolerance, below which two values count as equal."""

Outcome = Literal["proved", "stopped", "impossible"]


@dataclass(frozen=True)
class Relaxed:
    """The relaxation: ``prices`` per row (value per unit, ≥ 0), and the bound (9) that they certify."""

    prices: tuple[float, ...]
    bound: float


@dataclass(frozen=True)
class Answer:
    """Options (None: none found), a bound on the objective, and how the search ended."""

    chosen: tuple[int, ...] | None
    bound: float
    outcome: Outcome


class Model:
    """A table as matrices, made once for several searches."""

    def __init__(self, table: Table, must: frozenset[str] = frozenset()) -> None:
        self.table = table
        self.must = must
        self.data: Arrays = arrays(table, must)
        owner = self.data.owner
        several = [k for k, count in enumerate(np.bincount(owner, minlength=1)) if count > 1]
        row_of = {k: row for row, k in enumerate(several)}
        entries = [(row_of[k], place) for place, k in enumerate(owner) if k in row_of]
        shape = (len(several), len(owner))
        self.once = csr_matrix(
            ([1.0] * len(entries), ([row for row, _ in entries], [place for _, place in entries])), shape=shape
        )
        self.limited = csr_matrix(self.data.uses)
        self.decided = csr_matrix(self._decided())

    def _decided(self) -> NDArray[np.float64]:
        """One row for each decided candidate: one of its options."""
        numbers = sorted({int(k) for k in self.data.owner[self.data.decided]})
        return np.array([self.data.owner == k for k in numbers], dtype=float).reshape(
            len(numbers), len(self.data.owner)
        )

    @property
    def upper(self) -> Vector:
        """1, or 0 where an option does not fit under a limit alone."""
        return self.data.possible.astype(float)


def relax(model: Model) -> Relaxed | None:
    """Prices and the bound they certify; None when even the relaxation has no solution."""
    data = model.data
    scale = float(np.abs(data.values).max(initial=0.0)) or 1.0
    matrix = vstack([model.limited, model.once])
    if not matrix.shape[0]:
        return Relaxed((), certified(model.table, (), model.must))
    found = linprog(
        -data.values / scale,
        A_ub=matrix,
        b_ub=np.concatenate([data.limits, np.ones(model.once.shape[0])]),
        A_eq=model.decided if model.decided.shape[0] else None,
        b_eq=np.ones(model.decided.shape[0]) if model.decided.shape[0] else None,
        bounds=np.column_stack([np.zeros(len(data.values)), model.upper]),
        method="highs",
    )
    if found.x is None:
        return None
    duals = np.maximum(0.0, -np.asarray(found.ineqlin.marginals)[: len(data.limits)]) * scale / data.scales
    prices = tuple(float(price) if price > 1e-12 * scale else 0.0 for price in duals)
    return Relaxed(prices, certified(model.table, prices, model.must))


def certified(table: Table, prices: Sequence[float], must: frozenset[str] = frozenset()) -> float:
    """The bound (9)."""
    decided = table.must | must
    parts = [price * row.limit for price, row in zip(prices, table.rows, strict=True)] if prices else []
    for key, places in table.by_key.items():
        best = -inf if key in decided else 0.0
        for place in places:
            if table.possible(place):
                option = table.options[place]
                cost = fsum(prices[row] * amount for row, amount in option.uses) if prices else 0.0
                best = max(best, option.value - cost)
        parts.append(best)
    return fsum(parts) if -inf not in parts else -inf


def search(model: Model, seconds: float, gap: float = 0.0) -> Answer:
    """The best options; a set that passes only by the solver's tolerance is cut off and the search goes on."""
    cuts: list[tuple[int, ...]] = []
    bound = inf
    for _ in range(CUTS):
        chosen, bound, status = _milp(model, cuts, seconds, gap)
        if chosen is None:
            return Answer(None, bound, "stopped" if status == TIME_OUT else "impossible")
        if model.table.fits(chosen):
            return Answer(chosen, bound, "proved" if status == OPTIMAL else "stopped")
        cuts.append(chosen)
    return Answer(None, bound, "stopped")


def _milp(
    model: Model, cuts: Sequence[Sequence[int]], seconds: float, gap: float
) -> tuple[tuple[int, ...] | None, float, int]:
    """One call of the solver: a set (none of ``cuts``), a bound on its value, the solver's status."""
    data, n = model.data, len(model.data.values)
    scale = float(np.abs(data.values).max(initial=0.0)) or 1.0
    constraints = [
        LinearConstraint(matrix, low, high)
        for matrix, low, high in (
            (model.limited, -inf, data.limits),
            (model.once, -inf, 1.0),
            (model.decided, 1.0, inf),
        )
        if matrix.shape[0]
    ]
    for cut in cuts:
        row = np.full(n, -1.0)
        row[list(cut)] = 1.0
        constraints.append(LinearConstraint(row, -inf, len(cut) - 1.0))
    result = milp(
        -data.values / scale,
        constraints=constraints,
        bounds=Bounds(np.zeros(n), model.upper),
        integrality=np.ones(n),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    return _read(result, scale, n)


def _read(result: Any, scale: float, n: int) -> tuple[tuple[int, ...] | None, float, int]:
    dual = getattr(result, "mip_dual_bound", None)
    bound = inf if dual is None else -float(dual) * scale
    if result.x is None:
        return None, bound, int(result.status)
    return tuple(int(place) for place in np.flatnonzero(result.x[:n] > 0.5)), bound, int(result.status)


def least_extra(model: Model, row: int, floor: float, seconds: float) -> tuple[float, tuple[int, ...], bool] | None:
    """The least amount to add to one row's limit for a set (with the model's decided ones) worth at least ``floor``: the amount in
    full precision, the set, whether proved; None when no amount is enough or none was found."""
    data, n = model.data, len(model.data.values)
    scale = float(np.abs(data.values).max(initial=0.0)) or 1.0
    column = np.zeros((len(data.limits), 1))
    column[row] = -1.0
    limited = hstack([model.limited, csr_matrix(column)]).tocsr()
    none = csr_matrix((1, 1))
    constraints = [LinearConstraint(limited, -inf, data.limits)]
    for block, low, high in ((model.once, -inf, 1.0), (model.decided, 1.0, inf)):
        if block.shape[0]:
            constraints.append(LinearConstraint(hstack([block, csr_matrix((block.shape[0], 1))]).tocsr(), low, high))
    constraints.append(LinearConstraint(hstack([csr_matrix(data.values / scale), none]).tocsr(), floor / scale, inf))
    upper = np.array([model.table.possible(place, row) for place in range(n)], dtype=float)
    result = milp(
        np.append(np.zeros(n), 1.0),
        constraints=constraints,
        bounds=Bounds(np.zeros(n + 1), np.append(upper, inf)),
        integrality=np.append(np.ones(n), 0.0),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    chosen, _, status = _read(result, 1.0, n)
    if chosen is None:
        return None
    used = model.table.used(chosen)
    others = all(u <= one.allowed for k, (u, one) in enumerate(zip(used, model.table.rows, strict=True)) if k != row)
    amount = max(0.0, used[row] - model.table.rows[row].limit)
    if amount <= abs(model.table.rows[row].limit) * ROUNDING:
        amount = 0.0
    return amount, chosen, status == OPTIMAL and others


def least_excess(model: Model, seconds: float) -> tuple[tuple[int, float], ...] | None:
    """The least changes of limits, each ÷ its size, that make the decided candidates possible: (row, amount), amounts in full
    precision; None when twins and requirements contradict each other, whatever the limits."""
    data, n = model.data, len(model.data.values)
    kinds = [row.id.kind for row in model.table.rows]
    soft = [k for k, kind in enumerate(kinds) if kind not in ("twins", "requires")]
    columns = np.zeros((len(kinds), len(soft)))
    for column, row in enumerate(soft):
        columns[row, column] = -1.0
    matrix = hstack([model.limited, csr_matrix(columns)]).tocsr()
    constraints = [LinearConstraint(matrix, -inf, data.limits)] if len(kinds) else []
    for block, low, high in ((model.once, -inf, 1.0), (model.decided, 1.0, inf)):
        if block.shape[0]:
            wide = hstack([block, csr_matrix((block.shape[0], len(soft)))]).tocsr()
            constraints.append(LinearConstraint(wide, low, high))
    result = milp(
        np.append(np.zeros(n), np.ones(len(soft))),
        constraints=constraints,
        bounds=Bounds(np.zeros(n + len(soft)), np.append(np.ones(n), np.full(len(soft), inf))),
        integrality=np.append(np.ones(n), np.zeros(len(soft))),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    chosen, _, _ = _read(result, 1.0, n)
    if chosen is None:
        return None
    used = model.table.used(chosen)
    found = [(row, used[row] - model.table.rows[row].limit) for row in soft]
    return tuple((row, amount) for row, amount in found if used[row] > model.table.rows[row].allowed)
