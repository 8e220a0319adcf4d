"""Which nodes to attract so that most value along the chain is completed.

Choose x_i ∈ {0, 1} for each admitted candidate i, and y_e ∈ [0, 1] for each link e that is not complete yet:

    maximise  Σ_i v_i x_i + Σ_e w_e y_e
    (1) Σ_i x_i ≤ k
    (2) Σ_i r_im x_i ≤ B_m          for each resource m that has a budget: land, energy, labour
    (3) y_e ≤ x_i                   for each end i of e that is a candidate; the other end is present
    (4) x_i = 1                     for each must-have
    (5) all v, w, r ≥ 0, hence y_e is 0 or 1 by itself
    (6) Σ_{e ∋ i} y_e ≤ (k − 1) x_i and Σ_{e = ij} r_jm y_e ≤ (B_m − r_im) x_i, implied by (1) to (5), for a tight bound

A candidate is admitted when its value is known, it is near enough (relatedness), it is not there already, its need of every
limited resource is known and no larger than the whole budget; the others are set aside with the reason. Links with an end that is
neither present nor admitted cannot be completed and stay out.

Solved exactly with HiGHS (scipy.optimize.milp), resources scaled to their budgets, values to the largest. The answer is rounded
and checked against (2) in full precision; a set that passes only by the solver's tolerance is cut off (all its supersets fail
too) and the model solved again. The second-best set must contain a node outside the best: subsets of the best are no
alternative. Lifting a limit is solved as a model of its own, so "binding" means that a better plan exists without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum

from gongxing.engines.chain.lengthening_admit import Admitted, admit
from gongxing.engines.chain.lengthening_model import (
    Choice,
    LengtheningPlan,
    LengtheningProblem,
    Limit,
    NodeSet,
    Status,
)
from gongxing.engines.chain.lengthening_solve import Answer, solve
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

EXACT = 1e-9
TOLERANCE = 1e-6  # of the solver's bound, relative


def lengthen(problem: LengtheningProblem) -> LengtheningPlan:
    """The best set, the greedy one, the second best, what each node adds and which limits bind."""
    admitted = admit(problem)
    if admitted.conflicts:
        return _nothing("infeasible", admitted, admitted.conflicts)
    if not admitted.nodes or admitted.k == 0:
        code = "chain.lengthen.k_is_zero" if admitted.nodes else "chain.lengthen.no_candidates"
        return _nothing("nothing_to_choose", admitted, (Reason.of(code),))
    greedy = greedy_set(admitted)
    answer = solve(admitted, problem.seconds)
    best = _better(admitted, answer.nodes, greedy)
    value = admitted.worth(best)
    second = _second(admitted, best, problem.seconds)
    if second is not None and second.value > value:  # only when the first search ran out of time
        best, value, second = second.nodes, second.value, _unless_part(best, second.nodes, value)
    bound = max(value, min(answer.bound, admitted.worth(admitted.nodes)))
    bound = value if answer.proved and bound <= value * (1 + TOLERANCE) else bound
    baseline = admitted.worth(greedy)
    return LengtheningPlan(
        status="optimal" if answer.proved else "stopped",
        best=NodeSet(best, value),
        base=admitted.base,
        bound=bound,
        gap=_part(bound - value, bound),
        greedy=NodeSet(greedy, baseline),
        greedy_gap=_part(value - baseline, value),
        second=second,
        choices=tuple(_choice(admitted, best, node) for node in best),
        limits=_limits(admitted, best, value, problem.seconds),
        set_aside=admitted.set_aside,
        reasons=_summary(admitted, best, value, bound, second),
    )


def _part(loss: float, of: float) -> float:
    return max(0.0, loss / of) if of > 0 else 0.0


def _nothing(status: Status, admitted: Admitted, reasons: Sequence[Reason]) -> LengtheningPlan:
    empty = NodeSet((), 0.0)
    return LengtheningPlan(
        status, empty, admitted.base, 0.0, 0.0, empty, 0.0, None, (), (), admitted.set_aside, tuple(reasons)
    )


def greedy_set(admitted: Admitted) -> tuple[str, ...]:
    """The baseline: must-haves, then again and again the candidate that adds most and still fits; ties by id."""
    chosen = set(admitted.must)
    while len(chosen) < admitted.k:
        worth = admitted.worth(chosen)
        fitting = [node for node in admitted.nodes if node not in chosen and admitted.fits(chosen | {node})]
        gains = [(worth - admitted.worth(chosen | {node}), node) for node in fitting]
        if not gains or min(gains)[0] >= 0:
            break
        chosen.add(min(gains)[1])
    return tuple(sorted(chosen))


def _better(admitted: Admitted, found: tuple[str, ...] | None, greedy: tuple[str, ...]) -> tuple[str, ...]:
    """The better of two sets, without members that add nothing (must-haves stay)."""
    best = greedy if found is None or admitted.worth(found) < admitted.worth(greedy) else found
    for node in best:
        rest = tuple(other for other in best if other != node)
        if node not in admitted.must and admitted.worth(rest) >= admitted.worth(best):
            best = rest
    return best


def _second(admitted: Admitted, best: tuple[str, ...], seconds: float) -> NodeSet | None:
    """The best set that has a node outside the best one, of those that could add something."""
    outside = [node for node in admitted.nodes if node not in best and admitted.could_add(node)]
    answer = solve(admitted, seconds, outside)
    return None if answer.nodes is None else NodeSet(answer.nodes, admitted.worth(answer.nodes))


def _unless_part(nodes: tuple[str, ...], best: tuple[str, ...], value: float) -> NodeSet | None:
    return None if set(nodes) <= set(best) else NodeSet(nodes, value)


def _choice(admitted: Admitted, best: tuple[str, ...], node: str) -> Choice:
    rest = tuple(other for other in best if other != node)
    adds = admitted.worth(best) - admitted.worth(rest)
    completes = tuple(link for link in admitted.completed(best) if node in link)
    reason = Reason.of("chain.lengthen.adds", node=node, adds=shown(adds), links=str(len(completes)))
    return Choice(node, adds, completes, reason)


def _limits(admitted: Admitted, best: tuple[str, ...], value: float, seconds: float) -> tuple[Limit, ...]:
    """The number of nodes and every resource: used, of what, and what lifting it would bring."""
    more = solve(replace(admitted, k=admitted.k + 1), seconds)
    found = [_limit("nodes", float(len(best)), float(admitted.k), _gain(admitted, more, value))]
    for resource, (budget, need) in admitted.limited.items():
        kept = {name: limit for name, limit in admitted.limited.items() if name != resource}
        free = solve(replace(admitted, limited=kept), seconds)
        found.append(_limit(resource, fsum(need[node] for node in best), budget, _gain(admitted, free, value)))
    for resource in admitted.unlimited:
        found.append(Limit(resource, 0.0, None, None, Reason.of("chain.limit.none", resource=resource)))
    return tuple(found)


def _gain(admitted: Admitted, answer: Answer, value: float) -> float | None:
    if answer.nodes is None:
        return None
    gain = admitted.worth(answer.nodes) - value
    return gain if gain > EXACT * max(1.0, value) else 0.0


def _limit(resource: str, used: float, budget: float, gain: float | None) -> Limit:
    word = "unknown" if gain is None else "binding" if gain > 0 else "slack"
    details = {"resource": resource, "used": shown(used), "budget": shown(budget), "left": shown(budget - used)}
    if gain is not None:
        details["gain"] = shown(gain)
    return Limit(resource, used, budget, gain, Reason.of(f"chain.limit.{word}", **details))


def _summary(
    admitted: Admitted, best: tuple[str, ...], value: float, bound: float, second: NodeSet | None
) -> tuple[Reason, ...]:
    code = "chain.lengthen.proved" if bound <= value else "chain.lengthen.not_proved"
    found = [Reason.of(code, value=shown(value), bound=shown(bound), nodes=" ".join(best))]
    if second is None:
        found.append(Reason.of("chain.lengthen.no_second"))
    else:
        found.append(
            Reason.of("chain.lengthen.second", nodes=" ".join(second.nodes), loses=shown(value - second.value))
        )
    if admitted.unvalued_links:
        found.append(Reason.of("chain.lengthen.unvalued_links", n=str(admitted.unvalued_links)))
    return tuple(found)
