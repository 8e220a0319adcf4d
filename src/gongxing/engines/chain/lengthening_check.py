"""An independent check of a lengthening plan: everything is worked out again from the problem alone.

Shares no code with the solver: admission, worth, budgets, what each node adds, the greedy set's feasibility and the second set are
recomputed here in the plainest way. An empty answer means that nothing contradicts the plan; it does not prove that the set is
the best (the bound does), but with ``exhaust`` every set is tried, for small problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import isclose, isfinite

from gongxing.engines.chain.lengthening_model import Candidate, LengtheningPlan, LengtheningProblem
from gongxing.engines.reasons import Reason

CLOSE = 1e-7


def check_plan(problem: LengtheningProblem, plan: LengtheningPlan, *, exhaust: bool = False) -> tuple[Reason, ...]:
    """Every contradiction found between the problem and the plan; with ``exhaust`` also whether a better set exists."""
    if plan.status == "infeasible":
        return (Reason.of("chain.check.not_infeasible"),) if exhaust and any(_feasible_sets(problem)) else ()
    found: list[Reason] = []
    for name, chosen in (("best", plan.best), ("greedy", plan.greedy), ("second", plan.second)):
        if chosen is None:
            continue
        found += [Reason.of("chain.check.not_allowed", set=name, why=why) for why in _broken(problem, chosen.nodes)]
        if not isclose(worth(problem, chosen.nodes), chosen.value, rel_tol=CLOSE, abs_tol=CLOSE):
            found.append(Reason.of("chain.check.worth_differs", set=name, value=str(worth(problem, chosen.nodes))))
    if plan.second is not None and set(plan.second.nodes) <= set(plan.best.nodes):
        found.append(Reason.of("chain.check.second_is_part"))
    if max(plan.greedy.value, plan.second.value if plan.second else 0.0) > plan.best.value * (1 + CLOSE) + CLOSE:
        found.append(Reason.of("chain.check.best_is_not_best"))
    if plan.best.value > plan.bound * (1 + CLOSE) + CLOSE:
        found.append(Reason.of("chain.check.bound_below_value"))
    for choice in plan.choices:
        rest = [node for node in plan.best.nodes if node != choice.node]
        if not isclose(
            plan.best.value - worth(problem, rest),
            choice.adds,
            rel_tol=CLOSE,
            abs_tol=CLOSE * max(1.0, plan.best.value),
        ):
            found.append(Reason.of("chain.check.adds_differs", node=choice.node))
    if exhaust:
        best = max((worth(problem, nodes) for nodes in _feasible_sets(problem)), default=0.0)
        if plan.status == "optimal" and best > plan.best.value * (1 + CLOSE) + CLOSE:
            found.append(Reason.of("chain.check.better_exists", value=str(best)))
    return tuple(found)


def _candidates(problem: LengtheningProblem) -> dict[str, Candidate]:
    """Of candidates given twice the first in the order of their fields."""
    found: dict[str, Candidate] = {}
    for candidate in sorted(problem.candidates, key=lambda c: (c.node, repr(c)), reverse=True):
        found[candidate.node] = candidate
    return found


def _usable(value: float | None) -> bool:
    return value is not None and isfinite(value) and value >= 0


def worth(problem: LengtheningProblem, nodes: Iterable[str]) -> float:
    """Value of a set from the problem alone: its nodes, and the links that become complete because of it."""
    chosen, known = set(nodes), _candidates(problem)
    total = 0.0
    for node in sorted(chosen):
        value = known[node].value if node in known else None
        total += value if value is not None else 0.0
    for link in problem.links:
        ends = {link.source, link.target}
        if len(ends) == 2 and _usable(link.value) and ends & chosen and ends <= chosen | problem.present:
            total += link.value or 0.0
    return total


def _broken(problem: LengtheningProblem, nodes: Sequence[str]) -> list[str]:
    """Which rules a set breaks."""
    known, broken = _candidates(problem), []
    if len(set(nodes)) != len(nodes) or len(nodes) > max(0, problem.k):
        broken.append("k")
    broken += [f"must {node}" for node in problem.must if node not in nodes and node not in problem.present]
    for node in nodes:
        candidate = known.get(node)
        if candidate is None or node in problem.present or not _usable(candidate.value):
            broken.append(f"candidate {node}")
        elif problem.min_relatedness is not None:
            near = candidate.relatedness
            if near is None or near < problem.min_relatedness:
                broken.append(f"relatedness {node}")
    for name in ("land_mu", "energy_tce", "labour"):
        budget = getattr(problem.budgets, name)
        if budget is None:
            continue
        used = [getattr(known[node], name) for node in nodes if node in known]
        if any(not _usable(need) for need in used) or sum(need for need in used if need is not None) > budget * (
            1 + CLOSE
        ):
            broken.append(name)
    return broken


def _feasible_sets(problem: LengtheningProblem) -> Iterable[tuple[str, ...]]:
    """All sets that break no rule; exponential, for small problems only. The empty set is one unless there are must-haves."""
    if problem.k < 0 or any(
        budget is not None and not _usable(budget)
        for budget in (problem.budgets.land_mu, problem.budgets.energy_tce, problem.budgets.labour)
    ):
        return
    names = sorted({candidate.node for candidate in problem.candidates} - problem.present)
    for size in range(min(problem.k, len(names)) + 1):
        for nodes in combinations(names, size):
            if not _broken(problem, nodes):
                yield nodes
