"""Choose the projects: the best plan, two other good ones, prices and reasons (the package states the algebra; loads the solver)."""

from __future__ import annotations

from math import fsum

from gongxing.engines.portfolio.admit import Table, admit
from gongxing.engines.portfolio.figures import shown, usable
from gongxing.engines.portfolio.greedy import greedy, improve
from gongxing.engines.portfolio.leaving import left_out
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.optimum import Best, gap_of, optimum, scaled
from gongxing.engines.portfolio.plans import limit_of, plan_of
from gongxing.engines.portfolio.results import Plan, Price, Result, Short, Status
from gongxing.engines.portfolio.solving import CLOSE, Asked, Extra, Model, Relaxed, least_excess, search
from gongxing.engines.reasons import Reason


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
    best = plan_of(table, problem, found.chosen, proved=found.outcome == "proved")
    others = [_near(problem, model, found, best), _third(problem, model, found, best)]
    prices = found.relaxed.prices if found.relaxed is not None else ()
    return Result(
        status=_status(found),
        plans=(best, *(one for one in others if one is not None)),
        bound=found.bound,
        certified=None if found.relaxed is None else found.relaxed.bound,
        gap=found.gap,
        greedy=found.simple if found.simple is not None else 0.0,
        prices=_prices(table, found.relaxed),
        left_out=left_out(table, found.chosen, prices),
        excess=(),
        reasons=(*_said(found, best, others), *table.notes),
    )


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


def _near(problem: Problem, model: Model, found: Best, best: Plan) -> Plan | None:
    """Plan (10)."""
    table, inside = model.table, set(best.keys)
    outside = [place for place, option in enumerate(table.options) if option.key not in inside]
    most = len({table.options[place].key for place in outside})
    for count in range(min(max(problem.differ, 1), most), 0, -1):
        quick = _forced_near(problem, model, found, outside, count)
        if quick is not None:
            return plan_of(table, problem, quick, "near", "", best, proved=True)
        asked = Asked(extras=(Extra(dict.fromkeys(outside, -1.0), -float(count)),))
        answer = search(model, problem.seconds, problem.gap, asked)
        if answer.chosen is not None:
            return plan_of(table, problem, answer.chosen, "near", "", best, proved=answer.outcome == "proved")
    return None


def _forced_near(problem: Problem, model: Model, found: Best, outside: list[int], count: int) -> tuple[int, ...] | None:
    """A set with ``count`` projects from outside that is within the gap of the bound on all sets; None where none was met."""
    if not problem.gap or found.relaxed is None:
        return None
    table, prices = model.table, scaled(model, found.relaxed)
    costs = found.relaxed.prices or (0.0,) * len(table.rows)
    lacking: dict[str, float] = {}
    for place in outside:
        option = table.options[place]
        lack = fsum(costs[row] * amount for row, amount in option.uses) - option.value
        if model.data.possible[place]:
            lacking[option.key] = min(lack, lacking.get(option.key, lack))
    must = sorted(lacking, key=lambda key: (lacking[key], key))[:count]
    tried = improve(table, greedy(table, prices, must), prices, must)
    if tried is None or len(must) < count or not table.fits(tried):
        return None
    return tried if gap_of(table.worth(tried), found.bound) <= problem.gap else None


def _third(problem: Problem, model: Model, found: Best, best: Plan) -> Plan | None:
    """Plan (11)."""
    table, inside = model.table, set(best.keys)
    floor = best.value - problem.loss * abs(best.value)
    worth = Extra({place: -option.value for place, option in enumerate(table.options)}, -floor)
    if problem.emphasis is None:
        values = [-1.0 if option.key in inside else 1.0 for option in table.options]
    else:
        values = [_emphasised(problem, table, place) for place in range(len(table.options))]
    answer = search(model, problem.seconds, problem.gap, Asked(values=values, extras=(worth,)))
    chosen = answer.chosen if answer.chosen is not None else found.chosen
    if chosen is None or (problem.emphasis is None and {table.options[place].key for place in chosen} == inside):
        return None
    kind = "different" if problem.emphasis is None else "emphasis"
    name = "" if problem.emphasis is None else problem.emphasis.name
    return plan_of(table, problem, chosen, kind, name, best, proved=answer.outcome == "proved")


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
