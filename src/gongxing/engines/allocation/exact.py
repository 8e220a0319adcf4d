"""Bound and best plan: linear relaxation by column generation (HiGHS) with prices, fixing by reduced cost, and a search that frees a part
of the plan at a time and solves that part exactly (HiGHS branch and cut).

Columns: options x; w_pk, project p stands in park k; z_pk, its companionship there. Everything is one matrix of rows A · (x, w, z) ≤ b.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from gongxing.engines.allocation.figures import gap
from gongxing.engines.allocation.greedy import State, greedy, improve, state_of
from gongxing.engines.allocation.results import CompanyPrice
from gongxing.engines.allocation.searching import WHOLE, Progress, Relaxed, Search
from gongxing.engines.allocation.table import SLACK, Floats, Ints, Table

ROUNDS = 60
LEAST = 1e-9
"""Prices below are none."""
STEP = 8
"""Columns a project brings into the relaxation at a time."""


@dataclass(frozen=True)
class Extra:
    """One more row Σ adds · x + company · Σ z ≤ limit, for the other plans."""

    adds: Floats
    limit: float
    company: float = 0.0


@dataclass(frozen=True)
class Found:
    """``chosen``: options (None: nothing found); ``value`` and ``bound`` under the asked values; ``outcome``: proved (to the gap),
    stopped, infeasible."""

    chosen: tuple[int, ...] | None
    value: float
    bound: float
    outcome: str
    first: float
    relaxed: Relaxed | None

    @property
    def gap(self) -> float:
        """(bound − value) ÷ |bound|."""
        return gap(self.value, self.bound)


class Solver:
    """One question: values of options, points of companionship, extra rows."""

    def __init__(self, table: Table, values: Floats, company: float, extras: tuple[Extra, ...] = ()) -> None:
        self.table, self.values, self.company, self.extras = table, values, company, extras
        self.count = len(table.project)
        self._matrix()

    def _matrix(self) -> None:
        t = self.table
        may = np.zeros((len(t.projects), len(t.catalogue.parks)), dtype=bool)
        may[t.project, t.park] = True
        near = ((t.share @ may) + t.settled > 0) & may
        wanted = any(extra.company for extra in self.extras) or self.company != 0
        z = [(int(p), int(k)) for p, k in zip(*np.nonzero(near & wanted), strict=True)]
        w = sorted({*z, *((int(q), k) for p, k in z for q in np.flatnonzero(t.share[p]) if may[q, k])})
        number = {one: place for place, one in enumerate(w)}
        self.own = np.full(may.shape, -1, dtype=np.int64)
        for (p, k), place in number.items():
            self.own[p, k] = place
        width, rows, projects = t.rows.shape[1], len(t.limits), len(t.projects)
        x_rows = [t.rows.ravel(), rows + 1 + t.project]
        x_columns = [np.repeat(np.arange(self.count), width), np.arange(self.count)]
        x_values = [t.adds.ravel(), np.ones(self.count)]
        at = rows + 1 + projects
        limits = [*t.limits, 0.0, *np.ones(projects)]
        for extra in self.extras:
            used = np.flatnonzero(extra.adds)
            x_rows.append(np.full(len(used), at))
            x_columns.append(used)
            x_values.append(extra.adds[used])
            if extra.company and z:
                x_rows.append(np.full(len(z), at))
                x_columns.append(self.count + len(w) + np.arange(len(z)))
                x_values.append(np.full(len(z), extra.company))
            limits.append(extra.limit)
            at += 1
        stands = self.own[t.project, t.park]
        inside = np.flatnonzero(stands >= 0)
        x_rows += [at + stands[inside], at + np.arange(len(w))]  # w ≤ Σ x
        x_columns += [inside, self.count + np.arange(len(w))]
        x_values += [-np.ones(len(inside)), np.ones(len(w))]
        limits += [0.0] * len(w)
        at += len(w)
        more: list[tuple[int, int, float]] = []
        for place, (p, k) in enumerate(z):
            column = self.count + len(w) + place
            more += [(at, column, 1.0), (at, self.count + number[p, k], -1.0)]
            limits.append(0.0)
            more.append((at + 1, column, float(max(t.parameters.companions, 1))))
            more += [
                (at + 1, self.count + number[int(q), k], -1.0)
                for q in np.flatnonzero(t.share[p])
                if (int(q), k) in number
            ]
            limits.append(float(t.settled[p, k]))
            at += 2
        x_rows.append(np.array([one[0] for one in more], dtype=np.int64))
        x_columns.append(np.array([one[1] for one in more], dtype=np.int64))
        x_values.append(np.array([one[2] for one in more]))
        self.columns = self.count + len(w) + len(z)
        self.w = w
        self.z = z
        self.matrix = sparse.csc_matrix(
            (np.concatenate(x_values), (np.concatenate(x_rows), np.concatenate(x_columns))), shape=(at, self.columns)
        )
        self.limits = np.array(limits)
        self.gain = np.concatenate([self.values, np.zeros(len(w)), np.full(len(z), self.company)])
        self.rest: Ints = np.arange(self.count, self.columns)

    def companies(self, prices: Floats) -> tuple[CompanyPrice, ...]:
        """The prices of (8), as the rows stand in the matrix: w ≤ Σ x by w, then z ≤ w and c z ≤ Σ w + f by z."""
        at = self.matrix.shape[0] - len(self.w) - 2 * len(self.z)
        name, park = [one.key for one in self.table.projects], [one.code for one in self.table.catalogue.parks]
        told = [CompanyPrice("stands", name[p], park[k], float(prices[at + n])) for n, (p, k) in enumerate(self.w)]
        at += len(self.w)
        for n, (p, k) in enumerate(self.z):
            told.append(CompanyPrice("own", name[p], park[k], float(prices[at + 2 * n])))
            told.append(CompanyPrice("near", name[p], park[k], float(prices[at + 2 * n + 1])))
        return tuple(one for one in told if one.price > 0)

    def relax(self, seconds: float, hint: tuple[int, ...] = ()) -> Relaxed | None:
        """The linear relaxation by column generation; None where no bound came out of it in time, or it is infeasible.

        At any prices λ ≥ 0 the bound is Σ λ b + Σ_p max(0, best reduced value), so an unfinished run bounds as well."""
        t = self.table
        began = time.monotonic()
        held = np.zeros(self.count, dtype=bool)
        held[list(hint)] = True
        held[[int(t.start[place]) for place in t.must]] = True
        everything = self.extras or self.count <= WHOLE
        if everything:
            held[:] = True
        else:
            self._take(held, self.values, 16)
        transposed = self.matrix[:, : self.count].T.tocsr()
        best: Relaxed | None = None
        for _ in range(ROUNDS):
            columns = np.concatenate([np.flatnonzero(held), self.rest])
            low = np.zeros(len(columns))
            low[np.isin(columns, [int(t.start[place]) for place in t.must])] = 1.0
            left = max(seconds - (time.monotonic() - began), 0.5)
            done = linprog(
                -self.gain[columns], A_ub=self.matrix[:, columns], b_ub=self.limits,
                bounds=np.column_stack([low, np.ones(len(columns))]), method="highs", options={"time_limit": left},
            )  # fmt: skip
            if done.status != 0:
                return best
            prices: Floats = np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)
            prices[prices < LEAST] = 0.0  # what is told of prices is all that the bound rests on
            project = slice(len(t.limits) + 1, len(t.limits) + 1 + len(t.projects))
            free = prices.copy()
            free[project] = 0.0
            reduced = self.values - transposed @ free
            top = np.full(len(t.projects), 0.0)
            np.maximum.at(top, t.project, reduced)
            for place in t.must:
                top[place] = reduced[t.start[place]]
            other = self.gain[self.rest] - self.matrix[:, self.rest].T @ free
            bound = float(free @ self.limits + top.sum() + np.maximum(other, 0.0).sum())
            shares = np.zeros(self.count)
            shares[columns[: len(columns) - len(self.rest)]] = np.asarray(done.x)[: len(columns) - len(self.rest)]
            if best is None or bound < best.bound:
                free[project] = top
                best = Relaxed(bound, free, reduced - top[t.project], shares)
            fresh = (reduced > prices[project][t.project] + 1e-7) & ~held
            if not fresh.any() or bound <= -done.fun * (1 + 1e-7) + 1e-7 or time.monotonic() - began > seconds:
                return best
            self._take(held, np.where(fresh, reduced, -np.inf), STEP)
        return best

    def _take(self, held: NDArray[np.bool_], worth: Floats, most: int) -> None:
        """Bring in the best columns of each project."""
        t = self.table
        for place in range(len(t.projects)):
            low, high = int(t.start[place]), int(t.start[place + 1])
            if high - low <= most:
                order = np.arange(high - low)
            else:
                order = np.argpartition(-worth[low:high], most)[:most]
            held[low + order[worth[low:high][order] > -np.inf]] = True

    def first(self, hint: tuple[int, ...] | None) -> State | None:
        """Greedy and local search, or the plan at hand improved; with extra rows the plan at hand alone, if it keeps them."""
        if hint is not None:
            state: State | None = state_of(self.table, self.values, self.company, hint)
        else:
            state = greedy(self.table, self.values, self.company)
        if state is None or not self.extras:
            if state is not None:
                improve(state)
            return state
        return state if self._extras_kept(state) else None

    def solve(
        self, seconds: float, asked: float, hint: tuple[int, ...] | None = None, progress: Progress | None = None
    ) -> Found:
        """Best plan within ``asked`` of the bound, or the best one found in the time."""
        end = time.monotonic() + seconds
        t = self.table
        state = self.first(hint)
        value = state.value() if state is not None else -math.inf
        first, chosen = value, state.options() if state is not None else None
        if progress is not None and not progress(0.1, "allocation.first"):
            return Found(chosen, value, self.trivial(), "stopped", first, None)
        relaxed = self.relax(seconds * 0.5, chosen or ())
        bound = min(relaxed.bound if relaxed is not None else math.inf, self.trivial())
        if relaxed is not None:
            priced = greedy(t, self.values, self.company, self.values - relaxed.reduced - relaxed.shares)
            for better in (False, True):  # as it came, then improved, which may break an extra row
                if priced is not None:
                    if better:
                        improve(priced)
                    if priced.value() > value and self._extras_kept(priced):
                        value, chosen = priced.value(), priced.options()
        if progress is not None and not progress(0.3, "allocation.bound"):
            return Found(chosen, value, bound, "stopped", first, relaxed)
        found = Search(self, relaxed, asked, end, progress).run(chosen, value, bound)
        chosen, value, bound = found
        if chosen is None and bound == -math.inf:
            return Found(None, -math.inf, -math.inf, "infeasible", first, relaxed)
        done = chosen is not None and gap(value, bound) <= max(asked, 1e-6)
        return Found(chosen, value, max(bound, value), "proved" if done else "stopped", first, relaxed)

    def trivial(self) -> float:
        """Every project on its best option with all its companions."""
        t = self.table
        best = 0.0
        for place in range(len(t.projects)):
            low, high = t.start[place], t.start[place + 1]
            if high > low:
                most = float(self.values[low:high].max()) + max(self.company, 0.0)
                best += most if place in t.must else max(most, 0.0)
        return best

    def _extras_kept(self, state: State) -> bool:
        options = list(state.options())
        return all(
            float(extra.adds[options].sum()) + extra.company * state.together()
            <= extra.limit + SLACK * max(abs(extra.limit), 1.0)
            for extra in self.extras
        )

    def part(self, free: Ints, fixed: Ints, seconds: float, asked: float) -> tuple[str, tuple[int, ...] | None, float]:
        """Branch and cut over the free options with the fixed ones standing: outcome, all chosen options, bound of this part (infinite
        where it was stopped before it had a plan: a row that asks for a good one makes that likely, so there is none)."""
        t = self.table
        columns = np.concatenate([free, fixed, self.rest])
        low, high = np.zeros(len(columns)), np.ones(len(columns))
        low[len(free) : len(free) + len(fixed)] = 1.0
        low[np.isin(columns, [int(t.start[place]) for place in t.must])] = 1.0
        whole = np.zeros(len(columns))
        whole[: len(free)] = 1
        rows = [
            LinearConstraint(
                self.matrix[:, columns], -np.inf, self.limits + SLACK * np.maximum(np.abs(self.limits), 1.0)
            )
        ]
        done = milp(
            -self.gain[columns], constraints=rows, bounds=Bounds(low, high), integrality=whole,
            options={"time_limit": max(seconds, 0.2), "mip_rel_gap": asked},
        )  # fmt: skip
        if done.status == 2:
            return "infeasible", None, -math.inf
        bound = -float(done.mip_dual_bound) if done.mip_dual_bound is not None else math.inf
        if done.x is None:
            return "stopped", None, bound
        picked = columns[: len(free) + len(fixed)][np.asarray(done.x)[: len(free) + len(fixed)] > 0.5]
        return "optimal" if done.status == 0 else "stopped", tuple(int(one) for one in np.sort(picked)), bound
