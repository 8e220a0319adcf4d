"""The search: chains from the relaxation, then exact searches over a few agents at a time, until the bound is met or time is up.

With a value U and a bound L every pair with c_ij + p_i w_ij − min_h (c_hj + p_h w_hj) > U − L is in no better assignment: pairs are cut by
this test only (the core problem), so an exact search over all pairs that pass it proves the optimum of the full model. The difference
U − L is the sum over agents of what their jobs cost at the prices beyond the cheapest agent, and of the price of the room they leave; agents
with much of it are freed together with those their jobs would rather go to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

import numpy as np

from gongxing.engines.assignment import part
from gongxing.engines.assignment.moves import construct, improve
from gongxing.engines.assignment.prices import Prices
from gongxing.engines.assignment.table import Mask, Real, Table, Whole

SMALLEST, LARGEST = 12, 400
"""Jobs freed at once: at least and at most; the number adapts to how fast the searches end."""
UNITS = 1.0
"""Deterministic time of one neighbourhood."""


@dataclass(frozen=True)
class Limits:
    """``until``: by the monotonic clock. ``rounds``, ``seed``, ``workers``: as in the problem. ``gap``: good enough."""

    until: float
    rounds: int
    seed: int
    workers: int
    gap: float
    tell: Callable[[float, str, float], bool]
    """Told the bound's share closed, the step and the best value in steps; False stops."""


@dataclass(eq=False)
class State:
    """The best so far. ``bound`` in steps, of the full model. ``stopped``: somebody said stop."""

    table: Table
    prices: Prices
    limits: Limits
    chosen: Whole
    strict: int
    bound: float
    stopped: bool = False
    ended: str = "rounds"

    def measure(self, chosen: Whole) -> int:
        """Cost with overrun at its price."""
        return self.table.value(chosen) + self.strict * self.table.overrun(chosen)

    def more_time(self) -> bool:
        """Whether to go on."""
        return not self.stopped and monotonic() < self.limits.until

    @property
    def feasible(self) -> bool:
        """Whether the best so far keeps every limit."""
        return self.table.overrun(self.chosen) == 0

    @property
    def difference(self) -> float:
        """Value − bound."""
        return self.measure(self.chosen) - self.bound

    @property
    def done(self) -> bool:
        """Whether nothing better exists, or the gap asked for is reached."""
        value = self.table.value(self.chosen)
        return self.feasible and value - self.bound <= max(1e-6, self.limits.gap * abs(value))

    def take(self, chosen: Whole) -> bool:
        """Keep it when it is better."""
        better = self.measure(chosen) < self.measure(self.chosen)
        if better:
            self.chosen = chosen
        return better


def lifted(table: Table, bound: float) -> float:
    """A bound in whole steps: costs are whole, so are values."""
    return float(ceil(bound - 1e-6 * max(1.0, abs(bound) * 1e-3)))


def start(table: Table, prices: Prices, limits: Limits) -> State:
    """Construction and chains, with overrun priced higher until limits are kept or it is clear that chains do not manage it."""
    strict = int(3 * np.abs(prices.price).max(initial=0.0)) + 1
    first = construct(table, prices)
    state = State(table, prices, limits, first, strict, lifted(table, prices.bound))
    chosen = first
    for _ in range(4):
        chosen = improve(table, prices, chosen, float(state.strict), state.more_time)
        if table.overrun(chosen) == 0:
            break
        state.strict *= 4
    state.chosen = chosen
    return state


def core(state: State, slack: float | None = None) -> Mask:
    """Pairs that pass the test, with those of the incumbent. ``slack``: take fewer pairs than the test allows."""
    limit = state.difference - 1 if state.feasible else np.inf
    mask = state.table.allowed & (state.prices.extra <= min(limit, slack if slack is not None else np.inf) + 1e-6)
    mask[state.chosen, np.arange(len(state.chosen))] = True
    return mask


def whole(state: State, seconds: float, units: float) -> None:
    """An exact search over the whole core."""
    mask = core(state)
    overrun = None if state.feasible else state.strict
    effort = part.Effort(min(seconds, state.limits.until - monotonic()), units, state.limits.seed, state.limits.workers)
    was_feasible = state.feasible
    found = part.search(state.table, mask, state.chosen, overrun, effort)
    if found.chosen is not None:
        state.take(found.chosen)
    if was_feasible:
        # outside the core nothing is better than the incumbent
        state.bound = max(state.bound, min(lifted(state.table, found.bound), state.table.value(state.chosen)))


def neighbourhoods(state: State) -> None:
    """A few agents at a time."""
    table, n = state.table, len(state.table.jobs)
    rng = np.random.default_rng(state.limits.seed)
    size = 60.0
    seen = np.ones(len(table.capacity))
    for number in range(state.limits.rounds):
        if state.done or not state.more_time():
            break
        agents = _agents(state, rng, size, seen)
        mask = core(state)
        here = np.isin(state.chosen, agents)
        mask &= here
        outside = np.ones(len(table.capacity), dtype=bool)
        outside[agents] = False
        mask[outside] = False
        seconds = min(5.0, state.limits.until - monotonic())
        overrun = None if state.feasible else state.strict
        t0=monotonic()
        found = part.search(
            table, mask, state.chosen, overrun, part.Effort(seconds, UNITS, state.limits.seed + number, state.limits.workers)
        )
        better = found.chosen is not None and state.take(found.chosen)
        if VERBOSE: print(number, len(agents), int(here.sum()), int(mask.sum()), found.outcome, better, state.measure(state.chosen), state.feasible, round(size), round(monotonic()-t0,2))
        size *= 1.1 if found.outcome == "proved" else 0.85
        size = float(np.clip(size, SMALLEST, LARGEST))
        seen[agents] += 1
        if not better:
            seen[agents] += 1
        if not state.limits.tell(number / state.limits.rounds, "neighbourhoods", float(state.measure(state.chosen))):
            state.stopped = True
VERBOSE=0

def _agents(state: State, rng: np.random.Generator, size: float, seen: Real) -> Whole:
    """Agents to be freed: one drawn by its part of the difference, then those that its jobs are nearest to, or drawn ones."""
    table, chosen = state.table, state.chosen
    n, m = len(table.jobs), len(table.capacity)
    jobs = np.arange(n)
    loads = table.loads(chosen)
    part_of = np.bincount(chosen, weights=np.minimum(state.prices.extra[chosen, jobs], 1e12), minlength=m)
    price = state.prices.price
    part_of += np.maximum(price, 0) * np.maximum(table.capacity - loads, 0)
    part_of += np.maximum(-price, 0) * np.maximum(loads - table.least, 0)
    missed = np.maximum(0, loads - table.capacity) + np.maximum(0, table.least - loads)
    part_of += state.strict * missed
    counts = np.bincount(chosen, minlength=m)
    draw = (part_of + part_of.mean() * 0.2 + 1e-9) / seen
    first = int(rng.choice(m, p=draw / draw.sum()))
    near = core(state, max(state.difference, 1.0) * 0.5 if state.feasible else None)
    # how many jobs of i could be with h and the other way
    shared = np.zeros(m)
    picked = [first]
    total = counts[first]
    ties = np.zeros((m, m))
    rows, columns = np.nonzero(near)
    np.add.at(ties, (rows, chosen[columns]), 1.0 / (1.0 + np.maximum(0, state.prices.extra[rows, columns])))
    ties += ties.T
    while total < size and len(picked) < m:
        shared = ties[picked].sum(axis=0) + 1e-3
        shared = shared * (part_of / (part_of.mean() + 1e-9) + 0.3)
        shared[picked] = 0
        if len(picked) < 2: shared[picked]=0
        nxt = int(rng.choice(m, p=shared / shared.sum()))
        picked.append(nxt)
        total += counts[nxt]
    return np.array(sorted(picked))
