"""The search for better plans: a core first, then a part of the plan freed at a time and solved exactly, then the bound."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.allocation.figures import gap
from gongxing.engines.allocation.greedy import State, improve, state_of
from gongxing.engines.allocation.table import Floats, Ints, Table

if TYPE_CHECKING:
    from gongxing.engines.allocation.exact import Solver

Progress = Callable[[float, str], bool]
SMALL = 800
"""Options up to which everything is given to branch and cut at once."""
WHOLE = 12_000
"""Options up to which the relaxation takes them all at once."""
CORE = 600
"""Options of least reduced cost that are given to branch and cut first."""
FEW = 1000
"""Options that may be in a better plan up to which branch and cut is given all of them first."""
NEAR = 300
"""Options of least reduced cost among which a part is solved."""
BOUNDING = 0.35
"""Share of the time in which branch and cut over all options lowers the bound at the end, where they are no more than ``WHOLE``."""


@dataclass(frozen=True)
class Relaxed:
    """The relaxation: ``bound``, valid for all options; ``prices`` of all rows of the matrix; ``reduced`` cost of every option and its
    ``shares``."""

    bound: float
    prices: Floats
    reduced: Floats
    shares: Floats


class Search:
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
        elif self.relaxed is not None and gap(value, bound) > max(self.asked, 1e-6):
            chosen, value, bound = self._core(chosen, value, bound)
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
            outcome, found, proved = solver.part(self._kept(value), none, self.left(), max(self.asked / 2, 1e-6))
            bound = value if outcome == "infeasible" else min(bound, max(proved, value))
            chosen, value = self._taken(found, chosen, value)
            bound = max(bound, value)
        return chosen, value, bound

    def _core(self, chosen: tuple[int, ...], value: float, bound: float) -> tuple[tuple[int, ...] | None, float, float]:
        """Two fifths of the time: all options that may be in a better plan where they are few, which lowers the bound too; else those of
        least reduced cost alone."""
        assert self.relaxed is not None
        none, seconds = np.zeros(0, dtype=np.int64), self.left() * 0.4
        kept = self._kept(value)
        if len(kept) <= FEW:
            _, found, proved = self.solver.part(kept, none, seconds, max(self.asked / 2, 1e-4))
            bound = min(bound, max(proved, value))
        else:
            order = np.argsort(-self.relaxed.reduced, kind="stable")[:CORE]
            fixed = [int(self.solver.table.start[place]) for place in self.solver.table.must]
            free = np.union1d(order, fixed).astype(np.int64)
            _, found, _ = self.solver.part(free, none, seconds, max(self.asked / 4, 1e-4))
        chosen_now, value = self._taken(found, chosen, value)
        return chosen_now, value, max(bound, value)

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
