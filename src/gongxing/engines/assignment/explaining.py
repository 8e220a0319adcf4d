"""Why a job is where it is: every agent for it, at the prices of the answer."""

from __future__ import annotations

from math import isnan

from gongxing.engines.assignment.model import Problem
from gongxing.engines.assignment.results import Choice, Result


def choices(problem: Problem, result: Result, job: str) -> tuple[Choice, ...]:
    """Every agent for ``job``, the cheapest at the prices first, barred ones last; a job or an answer that is not there gives none.

    ``left`` is the room beside the answer, without what the job itself takes there; an agent that would cost less but where the job lacks
    room is the limit in the way."""
    number = next((j for j, one in enumerate(problem.jobs) if one.key == job), None)
    taken = next((one for one in result.assigned if one.job == job), None)
    if number is None or taken is None:
        return ()
    loads = {load.agent: load for load in result.loads}
    found: list[Choice] = []
    barred: list[Choice] = []
    for i, agent in enumerate(problem.agents):
        load = loads[agent.key]
        cost, weight = float(problem.costs[i, number]), float(problem.weights[i, number])
        here = taken.agent == agent.key
        left = load.left + (weight if here else 0.0)
        reason = problem.barred.get((agent.key, job), "")
        if not reason and (isnan(cost) or isnan(weight)):
            reason = "assignment.unknown"
        lacks = 0.0 if reason else max(0.0, weight - left)
        choice = Choice(agent.key, cost, weight, left, lacks, cost + load.price * weight, here, reason)
        (barred if reason else found).append(choice)
    return (*sorted(found, key=lambda one: (one.at_prices, one.agent)), *sorted(barred, key=lambda one: one.agent))
