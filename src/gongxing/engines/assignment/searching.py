"""The search: chains from the relaxation, then oscillation and exact searches over a few agents at a time, until the bound is met.

With a value U and a bound L every pair with c_ij + p_i w_ij − min_h (c_hj + p_h w_hj) > U − L is in no better assignment: pairs are cut by
this test only (the core problem), so an exact search over all pairs that pass it proves the optimum of the full model. The difference
U − L is the sum over agents of what their jobs cost at the prices beyond the cheapest agent, and of the price of the room they leave; agents
with much of it are freed together with those their jobs would rather go to. Oscillation: overrun is made cheap, chains run into it, and
its price is raised until limits are kept again. The two take turns; one goes on while it helps.
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
PATIENCE = 4
"""Neighbourhoods in a row without success before an oscillation, finished ones being much quicker; unfinished ones count twice."""
IDLE = 6
"""Oscillations without success before the search goes back to the best."""


@dataclass(frozen=True, eq=False)
class Limits:
    """``until``: by the monotonic clock; ``gap``: good enough; ``tell``: hears the step, False stops. The rest as in the problem."""

    until: float
    rounds: int
    seed: int
    workers: int
    gap: float
    tell: Callable[[str], bool]


@dataclass(eq=False)
class State:
    """The best so far. ``strict``: what a step of overrun costs; ``bound`` in steps, of the full model; ``stopped``: somebody said stop."""

    table: Table
    prices: Prices
    limits: Limits
    chosen: Whole
    strict: int
    bound: float
    stopped: bool = False

    def measure(self, chosen: Whole) -> int:
        """Cost with overrun at its price."""
        return self.table.value(chosen) + self.strict * self.table.overrun(chosen)

    def more_time(self) -> bool:
        """Whether to go on."""
        return not self.stopped and monotonic() < self.limits.until

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(0.0, self.limits.until - monotonic())

    @property
    def feasible(self) -> bool:
        """Whether the best so far keeps every limit."""
        return self.table.overrun(self.chosen) == 0

    @property
    def difference(self) -> float:
        """Value − bound of the relaxation, to which the reduced costs belong."""
        return self.measure(self.chosen) - self.prices.bound

    @property
    def done(self) -> bool:
        """Whether nothing better exists, or the gap asked for is reached."""
        value = self.table.value(self.chosen)
        return self.feasible and value - self.bound <= max(1e-6, self.limits.gap * abs(value))

    def take(self, chosen: Whole) -> bool:
        """Keep it when it is better: fewer overruns first, then cost."""
        now, then = self.table.overrun(self.chosen), self.table.overrun(chosen)
        better = (then == 0 < now) or (bool(then) == bool(now) and self.measure(chosen) < self.measure(self.chosen))
        if better:
            self.chosen = chosen
        return better


def lifted(bound: float) -> float:
    """A bound in whole steps: costs are whole, so are values."""
    return float(ceil(bound - max(1e-6, abs(bound) * 1e-9)))


def start(table: Table, prices: Prices, limits: Limits) -> State:
    """Construction and chains, with overrun priced higher until limits are kept or it is clear that chains do not manage it."""
    strict = int(3 * np.abs(prices.price).max(initial=0.0)) + 1
    state = State(table, prices, limits, construct(table, prices), strict, lifted(prices.bound))
    for _ in range(4):
        found = improve(table, prices, state.chosen, np.full(len(table.capacity), float(state.strict)), state.more_time)
        if state.measure(found) < state.measure(state.chosen):
            state.chosen = found
        if state.feasible:
            break
        state.strict *= 4
    return state


def core(state: State, share: float = 1.0) -> Mask:
    """Pairs that pass the test (with ``share`` < 1 of the difference: fewer), with those of the incumbent."""
    limit = state.difference * share - 1 + 1e-6 * max(1.0, state.difference) if state.feasible else np.inf
    mask = state.table.allowed & (state.prices.extra <= max(limit, 0.0))
    mask[state.chosen, np.arange(len(state.chosen))] = True
    return mask


def whole(state: State, seconds: float, units: float) -> None:
    """An exact search over the whole core."""
    before = state.table.value(state.chosen) if state.feasible else None
    overrun = None if before is not None else state.strict
    effort = part.Effort(min(seconds, state.left), units, state.limits.seed, state.limits.workers)
    found = part.search(state.table, core(state), state.chosen, overrun, effort)
    if found.chosen is not None:
        state.take(found.chosen)
    if before is not None:  # outside the core nothing costs less than the incumbent did
        at_least = before if found.outcome == "impossible" else min(lifted(found.bound), before)
        state.bound = max(state.bound, at_least)


def turns(state: State) -> None:
    """Oscillation and neighbourhoods in turn, until done."""
    rng = np.random.default_rng(state.limits.seed)
    size, idle, oscillate = 30.0 + len(state.chosen) / 12, 0, True
    current, failed = state.chosen, 0
    seen = np.ones(len(state.table.capacity))
    for number in range(state.limits.rounds):
        if state.done or not state.more_time():
            break
        proved = False
        if oscillate:
            current = oscillation(state, current, rng)
            better = state.take(current)
            idle = 0 if better else idle + 1
            if idle >= IDLE:
                current, idle = state.chosen, 0
        else:
            agents = _agents(state, rng, size, seen)
            better, proved = _neighbourhood(state, agents, number)
            size = float(np.clip(size * (1.25 if proved else 0.75), SMALLEST, LARGEST))
            seen[agents] += 1
            if better:
                current = state.chosen
        failed = 0 if better else failed + (1 if proved else 2)
        if failed >= (1 if oscillate else PATIENCE):
            oscillate, failed = not oscillate, 0
        if not state.limits.tell("turns"):
            state.stopped = True


def oscillation(state: State, chosen: Whole, rng: np.random.Generator) -> Whole:
    """Chains with overrun at about the price of capacity, then dearer until limits are kept."""
    size = np.abs(state.prices.price)
    some = size[size > 0]
    usual = float(np.median(some)) if some.size else 1.0
    strict = np.where(size > 0, size, usual) * rng.uniform(0.8, 1.6)
    for _ in range(12):
        chosen = improve(state.table, state.prices, chosen, strict, state.more_time)
        if state.table.overrun(chosen) == 0 or not state.more_time():
            break
        strict = strict * 1.5
    return chosen


def _neighbourhood(state: State, agents: Whole, number: int) -> tuple[bool, bool]:
    """All jobs of these agents freed among them: whether it helped, whether the search was finished."""
    mask = core(state)
    mask &= np.isin(state.chosen, agents)
    outside = np.ones(len(state.table.capacity), dtype=bool)
    outside[agents] = False
    mask[outside] = False
    effort = part.Effort(min(5.0, state.left), UNITS, state.limits.seed + number, state.limits.workers)
    found = part.search(state.table, mask, state.chosen, None if state.feasible else state.strict, effort)
    return found.chosen is not None and state.take(found.chosen), found.outcome == "proved"


def _agents(state: State, rng: np.random.Generator, size: float, seen: Real) -> Whole:
    """Agents to be freed: one drawn by its part of the difference, then such as its jobs are near to, until they have ``size`` jobs."""
    table, chosen, price = state.table, state.chosen, state.prices.price
    m, loads = len(table.capacity), table.loads(state.chosen)
    lost = np.bincount(
        chosen, weights=np.minimum(state.prices.extra[chosen, np.arange(len(chosen))], 1e12), minlength=m
    )
    lost += np.maximum(price, 0) * np.maximum(table.capacity - loads, 0)
    lost += np.maximum(-price, 0) * np.maximum(loads - table.least, 0)
    lost += state.strict * (np.maximum(0, loads - table.capacity) + np.maximum(0, table.least - loads))
    draw = (lost + lost.mean() * 0.2 + 1e-9) / seen
    picked = [int(rng.choice(m, p=draw / draw.sum()))]
    rows, columns = np.nonzero(core(state, 0.5))
    ties = np.zeros((m, m))
    np.add.at(ties, (rows, chosen[columns]), 1.0 / (1.0 + state.prices.extra[rows, columns]))
    ties += ties.T
    counts = np.bincount(chosen, minlength=m)
    while counts[picked].sum() < size and len(picked) < m:
        shared = (ties[picked].sum(axis=0) + 1e-3) * (lost / (lost.mean() + 1e-9) + 0.3)
        shared[picked] = 0
        picked.append(int(rng.choice(m, p=shared / shared.sum())))
    return np.array(sorted(picked))
