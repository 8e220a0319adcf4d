"""An independent check of an answer: everything is worked out again from the problem alone, in plain Python with exact fractions.

Shares no code with the table, the search or the solvers, only the records of what is asked and answered. An empty answer means that every
limit is kept, that every figure told is right, and that the bound is one (by the prices told, or no more than the value). With ``exhaust``
every assignment is tried, for small problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import isclose, isnan

from gongxing.engines.assignment.model import Problem
from gongxing.engines.assignment.results import Result
from gongxing.engines.reasons import Reason

CLOSE = 1e-7
ROUNDING = Fraction(1, 10**9)
"""Relative: how far a sum of decimal figures may pass a limit by the way decimals are kept in binary."""

Pair = tuple[Fraction, Fraction]


def _rounding(limit: Fraction) -> Fraction:
    return ROUNDING * max(Fraction(1), limit)


def check(problem: Problem, result: Result, *, exhaust: bool = False) -> tuple[Reason, ...]:
    """Every contradiction found between the problem and the answer."""
    found: list[Reason] = []
    if result.status in ("optimal", "within", "stopped"):
        pairs = _pairs(problem)
        found += _kept(problem, result, pairs)
        found += _bounded(problem, result)
        if exhaust:
            best = cheapest(problem)
            if best is None:
                found.append(_wrong("not_feasible"))
            elif result.value is not None:
                close = max(1.0, abs(best)) * CLOSE
                if result.bound > best + close or result.value < best - close:
                    found.append(_wrong("bound_above_best", best=str(best)))
                if result.status == "optimal" and result.value > best + close:
                    found.append(_wrong("better_exists", best=str(best)))
    else:
        if result.assigned or result.loads:
            found.append(_wrong("answer_without_status", status=result.status))
        if result.status == "infeasible" and exhaust and cheapest(problem) is not None:
            found.append(_wrong("not_infeasible"))
    return tuple(found)


def _wrong(code: str, **details: str) -> Reason:
    return Reason.of(f"assignment.check.{code}", **details)


def _pairs(problem: Problem) -> dict[tuple[str, str], Pair]:
    """(3): cost and weight of every pair that may be; agent "" where a job may be left."""
    found: dict[tuple[str, str], Pair] = {}
    for i, agent in enumerate(problem.agents):
        for j, job in enumerate(problem.jobs):
            cost, weight = float(problem.costs[i][j]), float(problem.weights[i][j])
            if isnan(cost) or isnan(weight) or (agent.key, job.key) in problem.barred:
                continue
            if Fraction(weight) <= Fraction(agent.capacity) + _rounding(Fraction(agent.capacity)):
                found[agent.key, job.key] = (Fraction(cost), Fraction(weight))
    for job in problem.jobs:
        if job.unassigned is not None:
            found["", job.key] = (Fraction(job.unassigned), Fraction(0))
    return found


def _kept(problem: Problem, result: Result, pairs: Mapping[tuple[str, str], Pair]) -> Iterator[Reason]:
    """(1) to (4) and the figures told."""
    if sorted(one.job for one in result.assigned) != sorted(job.key for job in problem.jobs):
        yield _wrong("not_every_job_once")
    if sorted(one.agent for one in result.loads) != sorted(agent.key for agent in problem.agents):
        yield _wrong("not_every_agent_told")
    loads = {agent.key: Fraction(0) for agent in problem.agents}
    counts = dict.fromkeys(loads, 0)
    total = Fraction(0)
    for one in result.assigned:
        pair = pairs.get((one.agent, one.job))
        if pair is None:
            yield _wrong("barred", agent=one.agent, job=one.job)
            continue
        cost, weight = pair
        total += cost
        if one.agent:
            loads[one.agent] += weight
            counts[one.agent] += 1
        lowest = min(pairs[key, one.job][0] for key in ("", *loads) if (key, one.job) in pairs)
        if one.cost != float(cost) or one.weight != float(weight) or one.extra < 0:
            yield _wrong("pair_differs", agent=one.agent, job=one.job)
        if (one.best, one.job) not in pairs or one.extra > float(cost - lowest) + CLOSE * max(1.0, abs(float(cost))):
            yield _wrong("extra_differs", job=one.job)
    if result.value is None or not _same(result.value, float(total)):
        yield _wrong("value_differs", value=str(float(total)))
    told = {load.agent: load for load in result.loads}
    for agent in problem.agents:
        held, load = loads[agent.key], told.get(agent.key)
        capacity, least = Fraction(agent.capacity), Fraction(agent.least)
        if held > capacity + _rounding(capacity):
            yield _wrong("over_capacity", agent=agent.key, used=str(float(held)))
        if held < least - _rounding(least):
            yield _wrong("below_least", agent=agent.key, used=str(float(held)))
        if load is not None and not (
            _same(load.used, float(held))
            and _same(load.left, float(capacity - held))
            and load.jobs == counts[agent.key]
        ):
            yield _wrong("load_differs", agent=agent.key)


def _same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def certified_bound(problem: Problem, prices: Mapping[str, float]) -> float:
    """(5) for any prices by agent; a price below 0 where there is no least load only makes it weaker."""
    total = Fraction(0)
    for agent in problem.agents:
        price = Fraction(prices.get(agent.key, 0.0))
        total -= max(Fraction(0), price) * Fraction(agent.capacity) - max(Fraction(0), -price) * Fraction(agent.least)
    cheapest_of: dict[str, Fraction] = {}
    for (agent_key, job_key), (cost, weight) in _pairs(problem).items():
        paid = cost + Fraction(prices.get(agent_key, 0.0)) * weight
        if job_key not in cheapest_of or paid < cheapest_of[job_key]:
            cheapest_of[job_key] = paid
    return float(total + sum(cheapest_of.values(), Fraction(0)))


def _bounded(problem: Problem, result: Result) -> Iterator[Reason]:
    prices = {load.agent: load.price for load in result.loads}
    bound = certified_bound(problem, prices)
    value = result.value if result.value is not None else 0.0
    close = CLOSE * max(1.0, abs(value))
    if abs(bound - result.certified) > 10 * close:
        yield _wrong("certificate_differs", bound=str(bound))
    if bound > value + close or result.bound > value + close:
        yield _wrong("bound_above_value", bound=str(bound))
    if result.bound < bound - 10 * close and result.bound < value - close:
        yield _wrong("bound_below_certificate", bound=str(bound))
    gap = (value - result.bound) / abs(value) if value else value - result.bound
    if abs(max(0.0, gap) - result.gap) > CLOSE:
        yield _wrong("gap_differs", gap=str(gap))
    if (result.status == "optimal" and result.gap > CLOSE) or (
        result.status == "within" and result.gap > problem.gap + CLOSE
    ):
        yield _wrong("status_differs", status=result.status)


def cheapest(problem: Problem) -> float | None:
    """The least cost over every assignment, None where none keeps the limits; exponential."""
    pairs = _pairs(problem)
    ways = [[key for key in ("", *(a.key for a in problem.agents)) if (key, job.key) in pairs] for job in problem.jobs]
    best: Fraction | None = None
    for picks in product(*ways):
        loads = {agent.key: Fraction(0) for agent in problem.agents}
        total = Fraction(0)
        for key, job in zip(picks, problem.jobs, strict=True):
            cost, weight = pairs[key, job.key]
            total += cost
            if key:
                loads[key] += weight
        if best is not None and total >= best:
            continue
        if all(
            Fraction(a.least) - _rounding(Fraction(a.least)) <= loads[a.key]
            and loads[a.key] <= Fraction(a.capacity) + _rounding(Fraction(a.capacity))
            for a in problem.agents
        ):
            best = total
    return None if best is None else float(best)
