"""Choose the projects: the best plan, two other good ones, prices and reasons (the package states the algebra; loads the solver)."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from gongxing.engines.portfolio.admit import Table, admit
from gongxing.engines.portfolio.figures import shown, usable
from gongxing.engines.portfolio.leaving import left_out
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.optimum import LARGE, Best, optimum, with_least, with_values
from gongxing.engines.portfolio.plans import EQUAL, chosen_of, limit_of, plan_of
from gongxing.engines.portfolio.results import Plan, PlanKind, Price, Result, Short, Status
from gongxing.engines.portfolio.solving import CLOSE, Model, Relaxed, least_excess
from gongxing.engines.reasons import Reason

TRIES = 4


def choose(problem: Problem) -> Result:
    """The plans, the bound, what limits are worth and why each project left out is left out."""
    table = admit(problem)
    if table.conflicts:
        return _nothing(table, "infeasible", table.conflicts)
    if not table.options:
        return _nothing(table, "nothing_to_choose", (Reason.of("portfolio.nothing.no_candidates"),))
    model = Model(table)
    found = optimum(model, problem.seconds, problem.gap)
    if found.chosen is None:
        if found.outcome == "stopped":
            return _nothing(table, "stopped", (Reason.of("portfolio.stopped.nothing_found"),))
        return _infeasible(problem, model)
    found, chosen, best, others = _plans(problem, table, found, found.chosen)
    prices = found.relaxed.prices if found.relaxed is not None else ()
    return Result(
        status=_status(found),
        plans=(best, *(one for one in others if one is not None)),
        bound=found.bound,
        certified=None if found.relaxed is None else found.relaxed.bound,
        gap=found.gap,
        greedy=found.simple if found.simple is not None else 0.0,
        prices=_prices(table, found.relaxed),
        left_out=left_out(table, chosen, prices),
        excess=(),
        reasons=(*_said(found, best, others), *table.notes),
    )


def _plans(
    problem: Problem, table: Table, found: Best, chosen: tuple[int, ...]
) -> tuple[Best, tuple[int, ...], Plan, list[Plan | None]]:
    """The three plans. Where the search for the best ended within a gap, another may turn out better: it takes the best one's place and
    the others are searched anew."""
    for _ in range(TRIES):
        best = plan_of(table, problem, chosen, proved=found.outcome == "proved")
        others: list[Plan | None] = []
        better: tuple[int, ...] | None = None
        for make in (_near, _third):
            other = make(problem, table, best, found)
            others.append(other)
            if other is not None and other.value > best.value + EQUAL * abs(best.value):
                better = chosen_of(table, other)
                break
        if better is None:
            return found, chosen, best, others
        chosen = better
        value = table.worth(chosen)
        found = replace(found, chosen=chosen, value=value, bound=max(value, found.bound))
    best = plan_of(table, problem, chosen, proved=found.outcome == "proved")
    return found, chosen, best, [None, None]


def _status(found: Best) -> Status:
    if found.gap <= CLOSE:
        return "optimal"
    return "within" if found.outcome == "proved" else "stopped"


def _said(found: Best, best: Plan, others: list[Plan | None]) -> list[Reason]:
    """What is to be said of the answer as a whole."""
    code = "proved" if found.gap <= CLOSE else "within"
    said = [Reason.of(f"portfolio.{code}", value=shown(found.value), bound=shown(found.bound))]
    if found.simple is None:
        said.append(Reason.of("portfolio.no_greedy"))
    if not best.chosen:
        said.append(Reason.of("portfolio.nothing_fits"))
    if others[0] is None:
        said.append(Reason.of("portfolio.no_near"))
    if others[1] is None:
        said.append(Reason.of("portfolio.no_third"))
    for one in others:
        if one is not None and not one.within:
            said.append(Reason.of("portfolio.loses_more", plan=one.kind, loss=shown(one.loss)))
        if one is not None and not one.comes and not one.leaves:
            said.append(Reason.of("portfolio.same_as_best", plan=one.kind))
    return said


def _prices(table: Table, relaxed: Relaxed | None) -> tuple[Price, ...]:
    if relaxed is None or not relaxed.prices:
        return ()
    return tuple(Price(row.id, row.unit, price) for row, price in zip(table.rows, relaxed.prices, strict=True))


def _nothing(table: Table, status: Status, reasons: tuple[Reason, ...], excess: tuple[Short, ...] = ()) -> Result:
    """No plan: nobody is left out of one, but who was set aside is said."""
    return Result(status, (), 0.0, None, 0.0, 0.0, (), left_out(table, (), None), excess, (*reasons, *table.notes))


def _infeasible(problem: Problem, model: Model) -> Result:
    """Which limits the decided projects break, and what would be the least change."""
    table = model.table
    changes = least_excess(model, problem.seconds)
    if changes is None:
        return _nothing(table, "infeasible", (Reason.of("portfolio.infeasible.contradiction"),))
    excess = []
    for row, amount in changes:
        one = table.rows[row]
        need = one.limit + amount
        excess.append(Short(one.id, one.unit, abs(need), limit_of(one), amount))
    reasons = tuple(
        Reason.of(
            "portfolio.infeasible.over", kind=one.row.kind, name=one.row.name, park=one.row.other,
            limit=shown(one.left), lacks=shown(one.lacks), decided=" ".join(sorted(table.must)),
        )
        for one in excess
    )  # fmt: skip
    return _nothing(table, "infeasible", reasons, tuple(excess))


def _near(problem: Problem, table: Table, best: Plan, whole: Best) -> Plan | None:
    """Plan (10)."""
    inside = set(best.keys)
    outside = [float(option.key not in inside) for option in table.options]
    most = len({option.key for option in table.options} - inside)
    for count in range(min(max(problem.differ, 1), most), 0, -1):
        asked = with_least(table, "near", outside, float(count))
        found = optimum(Model(asked), problem.seconds, problem.gap, ceiling=whole.bound)
        if found.chosen is not None:
            return plan_of(table, problem, found.chosen, "near", "", best, proved=found.outcome == "proved")
    return None


def _third(problem: Problem, table: Table, best: Plan, whole: Best) -> Plan | None:
    """Plan (11)."""
    inside = set(best.keys)
    floor = best.value - problem.loss * abs(best.value)
    asked = with_least(table, "floor", [option.value for option in table.options], floor)
    if problem.emphasis is None:
        values = [-1.0 if option.key in inside else 1.0 for option in table.options]
    else:
        values = [_emphasised(problem, table, place) for place in range(len(table.options))]
    few = problem.emphasis is None and len(table.options) > LARGE
    seconds = problem.seconds / 4 if few else problem.seconds
    found = optimum(Model(with_values(asked, values)), seconds, problem.gap, whole.chosen)
    other = found.chosen if found.chosen is not None else whole.chosen or ()
    if problem.emphasis is None and {table.options[place].key for place in other} == inside:
        return None
    kind: PlanKind = "different" if problem.emphasis is None else "emphasis"
    name = "" if problem.emphasis is None else problem.emphasis.name
    return plan_of(table, problem, other, kind, name, best, proved=found.outcome == "proved")


def _emphasised(problem: Problem, table: Table, place: int) -> float:
    """Value of an option under the other weights; a figure nobody knows counts nothing (``Total.unknown`` says how many)."""
    option = table.options[place]
    one = table.candidates[option.key]
    adds = next((draw.adds for draw in one.funds if option.fund and draw.fund == option.fund), {})
    weights = problem.emphasis.weights if problem.emphasis is not None else {}
    parts = []
    for term, weight in sorted(weights.items()):
        value = one.values.get(term)
        parts.append(weight * ((value if value is not None and usable(value) else 0.0) + adds.get(term, 0.0)))
    return fsum(parts)
