"""Bound and best plan: linear relaxation (HiGHS) with prices, fixing by reduced cost, then CP-SAT from the first answer.

The relaxation has x in 0 … 1 and z_pqk ≤ x_pk, z_pqk ≤ x_qk for pairs of a chain. Its duals λ prove a bound that anybody can work out
again (13); an option whose reduced cost leads below the plan in hand by itself is in no better plan and is left out of the search.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse
from scipy.optimize import linprog

from gongxing.engines.allocation.greedy import State, greedy, improve, state_of
from gongxing.engines.allocation.table import SLACK, Floats, Ints, Table

Progress = Callable[[float, str], bool]
GRAIN = 1_000_000
"""CP-SAT works in whole numbers: millionths of a point, and rows scaled to a billion."""
WIDE = 1_000_000_000


@dataclass(frozen=True)
class Extra:
    """One more row Σ adds · x (+ Σ pair · z) ≤ limit, for the other plans."""

    adds: Floats
    limit: float
    pairs: float = 0.0


@dataclass(frozen=True)
class Relaxed:
    """The relaxation: ``bound``; ``prices`` of the rows and of the extra rows; ``reduced`` cost of every option and its ``share``."""

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
    """One question: values of options, points of pairs, extra rows."""

    def __init__(
        self, table: Table, values: Floats, pairs: Floats, extras: tuple[Extra, ...] = (), workers: int = 1
    ) -> None:
        self.table, self.values, self.pairs, self.extras, self.workers = table, values, pairs, extras, workers
        self.z = self._triples()

    def _triples(self) -> list[tuple[int, int, int, float]]:
        """(p, q, park, points) where both may stand in the park."""
        t = self.table
        may = np.zeros((len(t.projects), len(t.catalogue.parks)), dtype=bool)
        may[t.project, t.park] = True
        found = []
        for p, q in zip(*np.nonzero(np.triu(self.pairs, 1)), strict=True):
            for k in range(may.shape[1]):
                if may[p, k] and may[q, k]:
                    found.append((int(p), int(q), k, float(self.pairs[p, q])))
        return found

    def relax(self, seconds: float) -> Relaxed | None:
        """The linear relaxation; None where it is infeasible or not done in time."""
        t = self.table
        count, rows = len(t.project), len(t.limits)
        base = self._base()
        linked: dict[tuple[int, int], int] = {}
        for p, q, k, _ in self.z:
            for one in ((p, k), (q, k)):
                linked.setdefault(one, len(linked))
        # w_pk stands for Σ of the options of p in k, so that z rows stay short
        columns = count + len(linked) + len(self.z)
        project_rows = sparse.csr_matrix((np.ones(count), (t.project, np.arange(count))), shape=(len(t.projects), count))
        blocks = [base, project_rows]
        upper = [t.limits, np.ones(len(t.projects))]
        for extra in self.extras:
            blocks.append(sparse.csr_matrix(extra.adds[None, :]))
            upper.append(np.array([extra.limit]))
        top = sparse.vstack(blocks).tolil(copy=False) if False else sparse.vstack(blocks)
        top = sparse.hstack([top, sparse.csr_matrix((top.shape[0], columns - count))]).tolil()
        for place, extra in enumerate(self.extras):
            if extra.pairs:
                for number, (_, _, _, points) in enumerate(self.z):
                    top[rows + len(t.projects) + place, count + len(linked) + number] = extra.pairs * points
        a, b = top.tocsr(), np.concatenate(upper)
        links, link_columns, link_values = [], [], []
        for number, (p, q, k, _) in enumerate(self.z):
            for side, one in enumerate(((p, k), (q, k))):
                links += [2 * number + side] * 2
                link_columns += [count + len(linked) + number, count + linked[one]]
                link_values += [1.0, -1.0]
        a = sparse.vstack([a, sparse.csr_matrix((link_values, (links, link_columns)), shape=(2 * len(self.z), columns))])
        b = np.concatenate([b, np.zeros(2 * len(self.z))])
        where = np.full((len(t.projects), len(t.catalogue.parks)), -1, dtype=np.int64)
        for (p, k), number in linked.items():
            where[p, k] = number
        own = where[t.project, t.park]
        inside = np.flatnonzero(own >= 0)
        equal = sparse.csr_matrix((-np.ones(len(inside)), (own[inside], inside)), shape=(len(linked), columns)) + sparse.csr_matrix(
            (np.ones(len(linked)), (np.arange(len(linked)), count + np.arange(len(linked)))), shape=(len(linked), columns)
        )
        gain = np.concatenate([self.values, np.zeros(len(linked)), [points for _, _, _, points in self.z]])
        low = np.zeros(columns)
        low[[int(t.start[place]) for place in t.must]] = 1.0
        done = linprog(
            -gain, A_ub=a, b_ub=b, A_eq=equal if len(linked) else None, b_eq=np.zeros(len(linked)) if len(linked) else None,
            bounds=np.column_stack([low, np.ones(columns)]), method="highs", options={"time_limit": max(seconds, 0.1)},
        )  # fmt: skip
        if done.status != 0:
            return None
        duals: Floats = -np.asarray(done.ineqlin.marginals)
        reduced: Floats = -(np.asarray(done.upper.marginals) + np.asarray(done.lower.marginals))[:count]
        prices = np.concatenate([duals[:rows], duals[rows + len(t.projects) : rows + len(t.projects) + len(self.extras)]])
        return Relaxed(float(-done.fun), np.maximum(prices, 0.0), reduced, np.asarray(done.x)[:count])

    def _base(self) -> sparse.csr_matrix:
        t = self.table
        count, rows, width = len(t.project), len(t.limits), t.rows.shape[1]
        made = sparse.csr_matrix(
            (t.adds.ravel(), (t.rows.ravel(), np.repeat(np.arange(count), width))), shape=(rows + 1, count)
        )
        return made[:rows]

    def first(self, hint: tuple[int, ...] | None) -> State | None:
        """Greedy and local search, or the plan at hand improved; only without extra rows, which they do not know."""
        if hint is not None:
            state: State | None = state_of(self.table, self.values, self.pairs, hint)
        else:
            state = greedy(self.table, self.values, self.pairs)
        if state is not None and not self.extras:
            improve(state)
        return state

    def solve(
        self, seconds: float, asked: float, hint: tuple[int, ...] | None = None, progress: Progress | None = None
    ) -> Found:
        """Best plan within ``asked`` of the bound, or the best one found in the time."""
        began = time.monotonic()
        t = self.table
        state = self.first(hint)
        if state is not None and self.extras and not self._extras_kept(state.options()):
            state = None
        value = state.value() if state is not None else -math.inf
        first, chosen = value, state.options() if state is not None else None
        if progress is not None and not progress(0.1, "allocation.first"):
            return Found(chosen, value, math.inf, "stopped", first, None)
        relaxed = self.relax(seconds * 0.6)
        bound = relaxed.bound if relaxed is not None else self.trivial()
        if relaxed is not None and not self.extras:
            priced = greedy(t, self.values, self.pairs, self.values - relaxed.reduced)
            if priced is not None:
                improve(priced)
                if priced.value() > value:
                    value, chosen = priced.value(), priced.options()
        if chosen is not None and gap(value, bound) <= max(asked, SLACK):
            return Found(chosen, value, bound, "proved", first, relaxed)
        if progress is not None and not progress(0.3, "allocation.bound"):
            return Found(chosen, value, bound, "stopped", first, relaxed)
        left = max(seconds - (time.monotonic() - began), 1.0)
        keep = np.ones(len(t.project), dtype=bool)
        if relaxed is not None and chosen is not None:
            keep = relaxed.bound + np.minimum(relaxed.reduced, 0.0) > value - 1e-6
            keep[list(chosen)] = True
        outcome, found, proved = self._search(np.flatnonzero(keep), chosen, bound, left, asked, progress)
        if found is not None:
            now = state_of(t, self.values, self.pairs, found)
            if now.value() > value and now.kept():
                value, chosen = now.value(), found
        elif outcome == "infeasible" and chosen is None:
            return Found(None, -math.inf, -math.inf, "infeasible", first, relaxed)
        bound = max(min(bound, proved), value)
        done = chosen is not None and gap(value, bound) <= max(asked, 1e-6)
        return Found(chosen, value, bound, "proved" if done else "stopped", first, relaxed)

    def trivial(self) -> float:
        """Every project on its best option with all its companions."""
        t = self.table
        best = 0.0
        for place in range(len(t.projects)):
            low, high = t.start[place], t.start[place + 1]
            if high > low:
                most = float(self.values[low:high].max())
                best += most if place in t.must else max(most, 0.0)
        return best + sum(float(self.pairs[p, q]) for p, q in zip(*np.nonzero(np.triu(self.pairs, 1)), strict=True))

    def _extras_kept(self, options: tuple[int, ...]) -> bool:
        inside = state_of(self.table, self.values, self.pairs, options)
        together = 0.5 * float((inside.inside * (self.pairs @ inside.inside)).sum())
        return all(
            float(extra.adds[list(options)].sum()) + extra.pairs * together <= extra.limit + SLACK * max(abs(extra.limit), 1.0)
            for extra in self.extras
        )

    def _search(
        self,
        kept: Ints,
        hint: tuple[int, ...] | None,
        bound: float,
        seconds: float,
        asked: float,
        progress: Progress | None,
    ) -> tuple[str, tuple[int, ...] | None, float]:
        """CP-SAT on the kept options: outcome, options, bound."""
        t = self.table
        model = cp_model.CpModel()
        x = {int(option): model.new_bool_var("") for option in kept}
        by_project: dict[int, list[int]] = {}
        by_place: dict[tuple[int, int], list[int]] = {}
        for option in x:
            by_project.setdefault(int(t.project[option]), []).append(option)
            by_place.setdefault((int(t.project[option]), int(t.park[option])), []).append(option)
        for place, options in by_project.items():
            if place in t.must:
                model.add_exactly_one([x[one] for one in options])
            else:
                model.add_at_most_one([x[one] for one in options])
        self._rows(model, x)
        terms = [(x[one], round(float(self.values[one]) * GRAIN)) for one in x]
        stands: dict[tuple[int, int], cp_model.IntVar] = {}
        z_terms = []
        for p, q, k, points in self.z:
            if (p, k) not in by_place or (q, k) not in by_place:
                continue
            for one in ((p, k), (q, k)):
                if one not in stands:
                    stands[one] = model.new_bool_var("")
                    model.add(sum(x[option] for option in by_place[one]) == stands[one])
            both = model.new_bool_var("")
            model.add_implication(both, stands[p, k])
            model.add_implication(both, stands[q, k])
            z_terms.append((both, points))
        for extra in self.extras:
            self._extra(model, x, z_terms, extra)
        terms += [(both, round(points * GRAIN)) for both, points in z_terms]
        model.maximize(cp_model.LinearExpr.weighted_sum([one for one, _ in terms], [factor for _, factor in terms]))
        if math.isfinite(bound):
            model.add(
                cp_model.LinearExpr.weighted_sum([one for one, _ in terms], [factor for _, factor in terms])
                <= math.ceil(bound * GRAIN) + len(terms)
            )
        if hint is not None:
            inside = set(hint)
            for option, variable in x.items():
                model.add_hint(variable, int(option in inside))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.relative_gap_limit = max(asked, 1e-9)
        solver.parameters.linearization_level = 2
        watch = _Watch(progress, bound, asked)
        status = solver.solve(model, watch)
        if status == cp_model.INFEASIBLE:
            return "infeasible", None, -math.inf
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return "stopped", None, bound
        chosen = tuple(sorted(option for option, variable in x.items() if solver.value(variable)))
        return "found", chosen, solver.best_objective_bound / GRAIN + len(terms) * 0.5 / GRAIN

    def _rows(self, model: cp_model.CpModel, x: dict[int, cp_model.IntVar]) -> None:
        t = self.table
        listed: dict[int, list[tuple[cp_model.IntVar, float]]] = {}
        for option, variable in x.items():
            for row, amount in zip(t.rows[option].tolist(), t.adds[option].tolist(), strict=True):
                if row < len(t.limits) and amount:
                    listed.setdefault(row, []).append((variable, amount))
        for row, entries in sorted(listed.items()):
            limit = float(t.limits[row])
            scale = WIDE / max(abs(limit), max(abs(amount) for _, amount in entries))
            model.add(
                cp_model.LinearExpr.weighted_sum(
                    [variable for variable, _ in entries], [round(amount * scale) for _, amount in entries]
                )
                <= math.floor(limit * scale) + len(entries)
            )

    def _extra(
        self,
        model: cp_model.CpModel,
        x: dict[int, cp_model.IntVar],
        z: list[tuple[cp_model.IntVar, float]],
        extra: Extra,
    ) -> None:
        entries = [(variable, float(extra.adds[option])) for option, variable in x.items() if extra.adds[option]]
        entries += [(both, extra.pairs * points) for both, points in z if extra.pairs]
        if not entries:
            return
        scale = WIDE / 1000 / max(abs(extra.limit), max(abs(amount) for _, amount in entries))
        model.add(
            cp_model.LinearExpr.weighted_sum([one for one, _ in entries], [round(amount * scale) for _, amount in entries])
            <= math.floor(extra.limit * scale)
        )


class _Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Stops when a solution is near enough to the bound known already, or when asked to."""

    def __init__(self, progress: Progress | None, bound: float, asked: float) -> None:
        super().__init__()
        self.progress, self.bound, self.asked = progress, bound, asked

    def on_solution_callback(self) -> None:
        """Called by CP-SAT for each better plan."""
        value = self.objective_value / GRAIN
        if gap(value, min(self.bound, self.best_objective_bound / GRAIN)) <= self.asked:
            self.stop_search()
        if self.progress is not None and not self.progress(0.6, "allocation.better"):
            self.stop_search()
