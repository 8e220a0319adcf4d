"""The assignment from problem to answer (numpy, scipy's HiGHS, OR-Tools CP-SAT)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np

from gongxing.engines.assignment import part
from gongxing.engines.assignment.model import Problem
from gongxing.engines.assignment.prices import relax
from gongxing.engines.assignment.results import Assigned, Load, Result, Short, Status
from gongxing.engines.assignment.searching import Limits, State, core, lifted, start, turns, whole
from gongxing.engines.assignment.table import Real, Table, Whole, faults, table
from gongxing.engines.reasons import Reason

Progress = Callable[[float, str], bool]
WHOLE = 1200
"""Pairs of the core up to which all of it is searched at once: shortly before the turns, and with what time is left after them."""


def assign(problem: Problem, progress: Progress | None = None) -> Result:
    """The best assignment found, with the bound of the full model. ``progress`` hears the share of the time used and the step (prices,
    chains, feasibility, whole, turns); when it says False the best so far is the answer."""
    begun = monotonic()
    wrong = faults(problem)
    if wrong:
        return _without("invalid", wrong, "figures")
    data = table(problem)
    notes = _notes(problem)
    hopeless = _hopeless(data)
    if hopeless:
        return _without("infeasible" if data.exact else "none_found", hopeless + notes, "pairs")
    if not data.jobs and not data.least.any():
        return _without("nothing_to_assign", notes, "figures")

    said_stop = False

    def tell(code: str) -> bool:
        nonlocal said_stop
        if progress is not None and not said_stop:
            said_stop = not progress(min(1.0, (monotonic() - begun) / max(problem.seconds, 1e-9)), code)
        return not said_stop

    limits = Limits(begun + problem.seconds, problem.rounds, problem.seed, problem.workers, problem.gap, tell)
    tell("prices")
    prices = relax(data, lambda: monotonic() < limits.until)
    tell("chains")
    state = start(data, prices, limits)
    state.stopped = said_stop
    if not state.feasible and tell("feasibility"):
        proved = _feasibility(state)
        if not state.feasible and proved is not None and data.exact:
            return _impossible(problem, data, state, proved, notes)
    ended = "bound"
    if not state.done and state.more_time():
        small = int(core(state).sum()) <= WHOLE
        if small and tell("whole"):
            whole(state, problem.seconds / 4, 20.0)
        if tell("turns"):
            rounds = replace(limits, until=begun + problem.seconds * (0.7 if small else 1.0))
            state.limits = rounds
            turns(state)
            state.limits = limits
        if not state.done and state.more_time() and int(core(state).sum()) <= WHOLE and tell("whole"):
            whole(state, problem.seconds, 1e9)
        ended = "stopped" if said_stop else "bound" if state.done else "time" if not state.more_time() else "rounds"
    if not state.feasible:
        short = _shorts(problem, data, state.chosen)
        return replace(_without("none_found", notes, ended), short=short)
    return _answer(problem, state, notes, ended)


def _hopeless(data: Table) -> tuple[Reason, ...]:
    """Jobs that no agent can take: nobody may, or all who may are too small, then the one where least is lacking."""
    found = []
    for j in np.flatnonzero(~data.allowed.any(axis=0)).tolist():
        lacks = np.where(data.known[:, j], data.weight[:, j] - data.capacity, np.iinfo(np.int64).max)
        i = int(lacks.argmin())
        if data.known[i, j]:
            amount = f"{lacks[i] / data.weight_scale:g}"
            found.append(Reason.of("assignment.too_large", job=data.jobs[j], agent=data.agents[i], lacks=amount))
        else:
            found.append(Reason.of("assignment.no_agent", job=data.jobs[j]))
    return tuple(found)


def _notes(problem: Problem) -> tuple[Reason, ...]:
    """What is said beside the answer: pairs nobody knows the figures of."""
    unknown = int((np.isnan(problem.costs) | np.isnan(problem.weights)).sum()) if problem.costs.size else 0
    return (Reason.of("assignment.unknown_pairs", count=str(unknown)),) if unknown else ()


def _without(status: Status, reasons: tuple[Reason, ...], ended: str) -> Result:
    zero = 0.0 if status == "nothing_to_assign" else None
    return Result(status, (), (), zero, 0.0, 0.0, 0.0, (), False, reasons, ended)


def _feasibility(state: State) -> bool | None:
    """Looks for the least overrun whatever it costs. None: nothing is proved; else no assignment keeps all limits, and it says whether
    the overrun of ``chosen`` is the least there is."""
    data = state.table
    bare = replace(data, cost=np.zeros_like(data.cost))
    at_prices = relax(bare, state.more_time, np.where(data.allowed, 0.0, np.inf), 1.0)
    least = max(0, round(lifted(at_prices.bound))) if at_prices.bound > 1e-6 else 0
    until = min(state.limits.until, monotonic() + max(1.0, state.left * 0.5))
    limits = replace(state.limits, until=until, gap=0.0)
    plain = start(bare, at_prices, limits)
    plain.strict, plain.bound = 1, float(least)
    if bare.overrun(state.chosen) < bare.overrun(plain.chosen):
        plain.chosen = state.chosen
    if bare.overrun(plain.chosen) > least and plain.left > 0:
        effort = part.Effort(plain.left, 1e9, limits.seed, limits.workers)
        found = part.search(bare, data.allowed, plain.chosen, 1, effort)
        if found.chosen is not None and bare.overrun(found.chosen) < bare.overrun(plain.chosen):
            plain.chosen = found.chosen
        least = max(least, round(lifted(found.bound))) if np.isfinite(found.bound) else least
    if bare.overrun(plain.chosen) < data.overrun(state.chosen):
        state.chosen = plain.chosen
    return data.overrun(state.chosen) == least if least > 0 else None


def _impossible(problem: Problem, data: Table, state: State, proved: bool, notes: tuple[Reason, ...]) -> Result:
    short = _shorts(problem, data, state.chosen)
    reasons = tuple(
        Reason.of("assignment.short", agent=one.agent, kind=one.kind, lacks=f"{one.lacks:g}") for one in short
    )
    return replace(_without("infeasible", reasons + notes, "feasibility"), short=short, short_proved=proved)


def _shorts(problem: Problem, data: Table, chosen: Whole) -> tuple[Short, ...]:
    """The limits that an attempt does not keep."""
    units = {agent.key: agent.unit for agent in problem.agents}
    loads, scale = data.loads(chosen), data.weight_scale
    found = []
    for i, key in enumerate(data.agents):
        if loads[i] > data.capacity[i]:
            over = (loads[i] - data.capacity[i]) / scale
            found.append(Short(key, "capacity", units[key], data.capacity[i] / scale, over))
        if loads[i] < data.least[i]:
            found.append(Short(key, "least", units[key], data.least[i] / scale, (data.least[i] - loads[i]) / scale))
    return tuple(found)


def _answer(problem: Problem, state: State, notes: tuple[Reason, ...], ended: str) -> Result:
    data = state.table
    rows = {agent.key: i for i, agent in enumerate(problem.agents)}
    columns = {job.key: j for j, job in enumerate(problem.jobs)}
    at = np.array([rows[key] for key in data.agents], dtype=int)
    across = np.array([columns[key] for key in data.jobs], dtype=int)
    penalty = np.array([np.nan if job.unassigned is None else job.unassigned for job in problem.jobs])[across]
    weights = problem.weights[np.ix_(at, across)]
    held = np.array([problem.agents[i].capacity for i in at])[:, None]
    may = data.known.copy()
    may[:-1] &= weights <= held + 1e-9 * np.maximum(1.0, held)
    cost = np.where(may, np.vstack([problem.costs[np.ix_(at, across)], penalty]), np.inf)
    weight = np.where(may, np.vstack([weights, np.zeros(len(across))]), 0.0)
    names = (*data.agents, "")
    best = cost.argmin(axis=0) if len(across) else np.zeros(0, dtype=int)
    assigned = []
    for j, key in enumerate(data.jobs):
        i, cheapest = int(state.chosen[j]), int(best[j])
        paid = float(cost[i, j])
        assigned.append(
            Assigned(key, names[i], paid, float(weight[i, j]), names[cheapest], paid - float(cost[cheapest, j]))
        )
    price = state.prices.price * data.weight_scale / data.cost_scale
    used = np.bincount(state.chosen, weights=weight[state.chosen, np.arange(len(across))], minlength=len(names))
    counts = np.bincount(state.chosen, minlength=len(names))
    loads = tuple(
        Load(
            key,
            agent.unit,
            agent.capacity,
            agent.least,
            float(used[i]),
            agent.capacity - float(used[i]),
            int(counts[i]),
            float(price[i]),
        )
        for i, key in enumerate(data.agents)
        for agent in (problem.agents[rows[key]],)
    )
    value = float(sum(one.cost for one in assigned))
    certified = _certified(problem, cost, weight, price, at)
    bound = max(certified, state.bound / data.cost_scale) if data.exact and data.exact_costs else certified
    bound = min(bound, value)
    gap = (value - bound) / abs(value) if value else value - bound
    optimal = gap <= 1e-9
    status: Status = "optimal" if optimal else "within" if gap <= problem.gap else "stopped"
    return Result(status, tuple(assigned), loads, value, bound, certified, max(0.0, gap), (), False, notes, ended)


def _certified(problem: Problem, cost: Real, weight: Real, price: Real, at: Whole) -> float:
    """L(p) in the true figures."""
    capacity = np.array([problem.agents[i].capacity for i in at])
    least = np.array([problem.agents[i].least for i in at])
    held = float(np.maximum(price[:-1], 0) @ capacity - np.maximum(-price[:-1], 0) @ least)
    return float((cost + price[:, None] * weight).min(axis=0).sum()) - held if cost.size else -held
