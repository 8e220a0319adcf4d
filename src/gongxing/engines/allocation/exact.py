"""Bound and best plan: linear relaxation by column generation (HiGHS) with prices, fixing by reduced cost, and a search that frees a part
of the plan at a time and solves that part exactly (HiGHS branch and cut).

Columns: options x; w_pk, project p stands in park k; z_pk, its companionship there. Everything is one matrix of rows A · (x, w, z) ≤ b.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from gongxing.engines.allocation.greedy import State, greedy, improve, state_of
from gongxing.engines.allocation.table import SLACK, Floats, Ints, Table

Progress = Callable[[float, str], bool]
SMALL = 800
"""Options up to which everything is given to branch and cut at once."""
WHOLE = 12_000
"""Options up to which the relaxation takes them all at once."""
CORE = 600
"""Options of least reduced cost that are given to branch and cut first."""
NEAR = 300
"""Options of least reduced cost among which a part is solved."""
BOUNDING = 0.35
"""Share of the time in which branch and cut over all options lowers the bound at the end, where they are no more than ``WHOLE``."""
ROUNDS = 60
STEP = 8
"""Columns a project brings into the relaxation at a time."""


@dataclass(frozen=True)
class Extra:
    """One more row Σ adds · x + company · Σ z ≤ limit, for the other plans."""

    adds: Floats
    limit: float
    company: float = 0.0


@dataclass(frozen=True)
class Relaxed:
    """The relaxation: ``bound``, valid for all options; ``prices`` of all rows of the matrix; ``reduced`` cost of every option and its
    ``shares``."""

    bound: float
    prices: Floats
    reduced: Floats
    shares: Floats


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


def gap(value: float, bound: float) -> float:
    """Relative to the bound; 0 where rounding puts the value above."""
    return max(bound - value, 0.0) / abs(bound) if bound else max(bound - value, 0.0)


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
        self.z = z
        self.matrix = sparse.csc_matrix(
            (np.concatenate(x_values), (np.concatenate(x_rows), np.concatenate(x_columns))), shape=(at, self.columns)
        )
        self.limits = np.array(limits)
        self.gain = np.concatenate([self.values, np.zeros(len(w)), np.full(len(z), self.company)])
        self.rest: Ints = np.arange(self.count, self.columns)

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
        if relaxed is not None and not self.extras:
            priced = greedy(t, self.values, self.company, self.values - relaxed.reduced - relaxed.shares)
            if priced is not None:
                improve(priced)
                if priced.value() > value:
                    value, chosen = priced.value(), priced.options()
        if progress is not None and not progress(0.3, "allocation.bound"):
            return Found(chosen, value, bound, "stopped", first, relaxed)
        found = _Search(self, relaxed, asked, end, progress).run(chosen, value, bound)
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

    def part(
        self, free: Ints, fixed: Ints, seconds: float, asked: float, floor: float | None = None
    ) -> tuple[str, tuple[int, ...] | None, float]:
        """Branch and cut over the free options with the fixed ones standing: outcome, all chosen options, bound of this part."""
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
        if floor is not None:
            rows.append(LinearConstraint(sparse.csr_matrix(self.gain[columns][None, :]), floor, np.inf))
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


class _Search:
    """Parts of the plan freed and solved exactly, one after the other."""

    def __init__(
        self, solver: Solver, relaxed: Relaxed | None, asked: float, end: float, progress: Progress | None
    ) -> None:
        self.solver, self.relaxed, self.asked, self.end, self.progress = solver, relaxed, asked, end, progress
        self.rng = random.Random(20260101)
        self.size = 20
        self.began = time.monotonic()

    def left(self) -> float:
        return self.end - time.monotonic()

    def run(
        self, chosen: tuple[int, ...] | None, value: float, bound: float
    ) -> tuple[tuple[int, ...] | None, float, float]:
        solver = self.solver
        small = solver.count <= SMALL
        if chosen is None or small:
            kept = self._kept(value)
            outcome, found, proved = solver.part(kept, np.zeros(0, dtype=np.int64), self.left(), max(self.asked, 1e-7))
            if outcome == "infeasible":
                return (None, value, -math.inf) if chosen is None else (chosen, value, value)
            bound = min(bound, max(proved, value))
            chosen, value = self._taken(found, chosen, value)
            if chosen is None:
                return None, value, bound
            if outcome == "optimal":
                return chosen, value, bound
        elif self.relaxed is not None:
            chosen, value = self._core(chosen, value)
        assert chosen is not None
        spare = BOUNDING * (self.end - self.began) if solver.count <= WHOLE and not small else 0.3
        while self.left() > max(spare, 0.3) and gap(value, bound) > max(self.asked, 1e-6):
            if self.progress is not None:
                done = min((time.monotonic() - self.began) / max(self.end - self.began, 1e-9), 1.0)
                if not self.progress(0.3 + 0.7 * done, "allocation.better"):
                    break
            free, fixed = self._neighbourhood(chosen, value)
            began = time.monotonic()
            outcome, found, _ = solver.part(free, fixed, min(4.0, self.left()), 3e-4)
            took = time.monotonic() - began
            if outcome == "optimal" and took < 1.0:
                self.size = min(self.size + 1, len(solver.table.projects))
            elif took > 2.5:
                self.size = max(self.size - 2, 4)
            chosen, value = self._taken(found, chosen, value)
            assert chosen is not None
            if len(fixed) == 0 and outcome == "optimal" and found is not None:
                break
        if spare > 0.3 and self.left() > 0.3 and gap(value, bound) > max(self.asked, 1e-6):
            none = np.zeros(0, dtype=np.int64)
            floor = value - 1e-6 * max(abs(value), 1.0)
            outcome, found, proved = solver.part(self._kept(value), none, self.left(), max(self.asked / 2, 1e-6), floor)
            bound = value if outcome == "infeasible" else min(bound, max(proved, value))
            chosen, value = self._taken(found, chosen, value)
            bound = max(bound, value)
        return chosen, value, bound

    def _core(self, chosen: tuple[int, ...], value: float) -> tuple[tuple[int, ...] | None, float]:
        """The options of least reduced cost alone, with two fifths of the time."""
        assert self.relaxed is not None
        order = np.argsort(-self.relaxed.reduced, kind="stable")[:CORE]
        fixed = [int(self.solver.table.start[place]) for place in self.solver.table.must]
        free = np.union1d(order, fixed).astype(np.int64)
        _, found, _ = self.solver.part(free, np.zeros(0, dtype=np.int64), self.left() * 0.4, max(self.asked / 4, 1e-4))
        return self._taken(found, chosen, value)

    def _taken(
        self, found: tuple[int, ...] | None, chosen: tuple[int, ...] | None, value: float
    ) -> tuple[tuple[int, ...] | None, float]:
        """The better of two plans; a found one is improved first where that is allowed."""
        if found is None:
            return chosen, value
        solver = self.solver
        state = state_of(solver.table, solver.values, solver.company, found)
        if state.value() > value + 1e-9 and state.kept():
            if not solver.extras:
                improve(state, 1, 300)
            return state.options(), state.value()
        return chosen, value

    def _kept(self, value: float) -> Ints:
        """Options that are not shown to be in no better plan."""
        count = self.solver.count
        if self.relaxed is None or value == -math.inf:
            return np.arange(count)
        kept: Ints = np.flatnonzero(self.relaxed.bound + np.minimum(self.relaxed.reduced, 0.0) > value - 1e-6)
        return kept

    def _neighbourhood(self, chosen: tuple[int, ...], value: float) -> tuple[Ints, Ints]:
        """Options to choose among, and those that stand: a region of neighbouring parcels, or chance."""
        solver, t = self.solver, self.solver.table
        state = state_of(t, solver.values, solver.company, chosen)
        placed = [int(one) for one in np.flatnonzero(state.at >= 0) if int(one) not in state.must]
        freed = set(placed)
        if len(placed) > self.size:
            freed = set(self.rng.sample(placed, self.size)) if self.rng.random() < 0.3 else self._region(state, placed)
        for place in sorted(freed):
            state.drop(place)
        kept = np.zeros(solver.count, dtype=bool)
        kept[self._kept(value)] = True
        fits = (state.used[t.rows] + t.adds <= state.room[t.rows]) | self._shares(t)
        kept &= fits.all(axis=1)
        stands = np.zeros(len(t.projects), dtype=bool)
        stands[state.at >= 0] = True
        kept &= ~stands[t.project]
        free = np.flatnonzero(kept)
        most = NEAR
        if len(free) > most and self.relaxed is not None:
            free = np.sort(free[np.argsort(-self.relaxed.reduced[free], kind="stable")[:most]])
        free = np.union1d(free, [option for option in chosen if int(t.project[option]) in freed]).astype(np.int64)
        return free, state.at[state.at >= 0]

    def _shares(self, t: Table) -> NDArray[np.bool_]:
        """Entries of share rows, which a whole plan has to keep and not each step."""
        loose = np.array([name.kind in ("least", "most") for name in t.layout.rows.ids] + [False])
        found: NDArray[np.bool_] = loose[t.rows]
        return found

    def _region(self, state: State, placed: list[int]) -> set[int]:
        """Projects on the parcels around one parcel."""
        t = self.solver.table
        holders: dict[int, list[int]] = {}
        for place in placed:
            site = int(t.site[state.at[place]])
            for parcel in t.catalogue.members[site, : t.catalogue.size[site]].tolist():
                holders.setdefault(parcel, []).append(place)
        freed: set[int] = set()
        while len(freed) < self.size:
            start = self.rng.randrange(len(t.catalogue.parcels))
            seen, queue = {start}, [start]
            while queue and len(freed) < self.size:
                parcel = queue.pop(0)
                freed.update(holders.get(parcel, ()))
                fresh = sorted(t.catalogue.beside[parcel] - seen)
                seen.update(fresh)
                queue.extend(fresh)
                if len(seen) > 3 * self.size:
                    break
        return freed
