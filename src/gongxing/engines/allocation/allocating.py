"""Arrange the projects: first answer, best plan with its bound, two other plans, reasons (the package states the algebra; loads the solvers)."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from gongxing.engines.allocation.admit import admit
from gongxing.engines.allocation.exact import Extra, Found, Solver
from gongxing.engines.allocation.figures import gap, shown
from gongxing.engines.allocation.greedy import greedy, improve, state_of
from gongxing.engines.allocation.losing import all_lost
from gongxing.engines.allocation.model import Emphasis, Problem, Weights
from gongxing.engines.allocation.results import CompanyPrice, Lost, Plan, Price, Result, Status
from gongxing.engines.allocation.searching import Progress, Relaxed
from gongxing.engines.allocation.sites import Catalogue
from gongxing.engines.allocation.table import Floats, Table, weighed
from gongxing.engines.allocation.telling import plan_of
from gongxing.engines.reasons import Reason

CLOSE = 1e-6
OTHER = 0.01
"""A plan under another emphasis is for comparing: proved within this share of its own bound it is good enough (closer where more is asked of no plan)."""


def table_of(problem: Problem) -> Table:
    """Everything the solvers see of a problem."""
    admitted = admit(problem)
    by_hand = [one.fixed.parcels for one in admitted.projects if one.fixed is not None]
    catalogue = Catalogue(admitted.parks, admitted.parcels, admitted.borders, admitted.parameters, by_hand)
    return Table(admitted, catalogue)


def weighed_in(table: Table, weights: Weights) -> tuple[Floats, float]:
    """Values of options and points of a project with all its companions under some weights."""
    return table.terms @ weighed(weights), table.unit * weights.clustering


def first(problem: Problem) -> Result:
    """The first answer alone: greedy and local search, no bound."""
    table = table_of(problem)
    nothing = _nothing_to_place(table)
    if nothing is not None:
        return nothing
    values, company = weighed_in(table, table.parameters.weights)
    state = greedy(table, values, company)
    if state is None:
        return _empty(table, "stopped", (Reason.of("allocation.first.none"),))
    improve(state)
    bound = Solver(table, values, company).trivial()
    plan = plan_of(table, "best", state.options(), table.parameters.weights, bound)
    return _result(table, "stopped", (plan,), bound, state.value(), None, all_lost(table, state), ())


def allocate(
    problem: Problem,
    seconds: float = 30.0,
    progress: Progress | None = None,
    plans: bool = True,
    hint: tuple[int, ...] | None = None,
) -> Result:
    """The best plan, its bound, and (``plans``) one more for each emphasis; ``seconds`` for all of it, half of them for the best."""
    began = time.monotonic()
    table = table_of(problem)
    nothing = _nothing_to_place(table)
    if nothing is not None:
        return nothing
    main = table.parameters.weights
    values, company = weighed_in(table, main)
    emphases = table.parameters.emphases if plans else ()
    share = 0.5 if emphases else 1.0
    solver = Solver(table, values, company)
    found = solver.solve(seconds * share, problem.gap, hint, progress)
    if found.chosen is None:
        code = "infeasible" if found.outcome == "infeasible" else "none_found"
        status: Status = "infeasible" if found.outcome == "infeasible" else "stopped"
        return _empty(table, status, (Reason.of(f"allocation.{code}"),))
    others: list[tuple[Emphasis, Found]] = []
    for place, emphasis in enumerate(emphases):
        if progress is not None and not progress(0.5 + 0.5 * place / len(emphases), f"allocation.plan.{emphasis.name}"):
            break
        left = max(seconds - (time.monotonic() - began), 1.0) / (len(emphases) - place)
        others.append((emphasis, _other(table, problem, found, others, emphasis, left)))
    found = _better(table, found, others)
    assert found.chosen is not None
    best = plan_of(table, "best", found.chosen, main, found.bound, None, found.outcome == "proved")
    told = [best]
    said = []
    for emphasis, other in others:
        if other.chosen is None:
            said.append(Reason.of("allocation.no_plan", plan=emphasis.name))
            continue
        told.append(
            plan_of(
                table,
                emphasis.name,
                other.chosen,
                emphasis.weights,
                other.bound,
                found.chosen,
                other.outcome == "proved",
            )
        )
    state = state_of(table, values, company, found.chosen)
    closed = gap(found.value, found.bound)
    done: Status = "optimal" if closed <= CLOSE else "within" if closed <= problem.gap else "stopped"
    if not found.chosen:
        said.append(Reason.of("allocation.nothing_fits"))
    return _result(
        table, done, tuple(told), found.bound, found.first, found.relaxed, all_lost(table, state), tuple(said),
        solver.companies(found.relaxed.prices) if found.relaxed is not None else (),
    )  # fmt: skip


def _better(table: Table, found: Found, others: list[tuple[Emphasis, Found]]) -> Found:
    """Where the search for the best ended within a gap, another plan may turn out better: it takes its place."""
    values, company = weighed_in(table, table.parameters.weights)
    for place, (emphasis, other) in enumerate(others):
        if other.chosen is None:
            continue
        value = state_of(table, values, company, other.chosen).value()
        if value > found.value + CLOSE:
            mine = other.chosen
            weights = emphasis.weights
            own = state_of(table, *weighed_in(table, weights), found.chosen or ()).value()
            others[place] = (emphasis, replace(other, chosen=found.chosen, value=own, outcome="stopped"))
            found = replace(found, chosen=mine, value=value, bound=max(value, found.bound))
    return found


def _other(
    table: Table,
    problem: Problem,
    best: Found,
    before: list[tuple[Emphasis, Found]],
    emphasis: Emphasis,
    seconds: float,
) -> Found:
    """(12), (13): most under another emphasis, far enough from the plans before, near enough to the best value."""
    p = table.parameters
    values, company = weighed_in(table, p.weights)
    own, own_company = weighed_in(table, emphasis.weights)
    floor = best.value - p.loss * abs(best.value)
    extras = [Extra(-values, -floor, -company)]
    for chosen in [best.chosen, *(other.chosen for _, other in before)]:
        extras.append(_apart(table, chosen or (), p.differ))
    solver = Solver(table, own, own_company, tuple(extras))
    start = _start(table, values, company, best.chosen or (), extras)
    return solver.solve(seconds, max(problem.gap, OTHER), start, None)


def _start(
    table: Table, values: Floats, company: float, chosen: tuple[int, ...], extras: list[Extra]
) -> tuple[int, ...] | None:
    """The best plan without the projects of least value, as many as the distance asks for: a plan to start from, if it is worth enough."""
    state = state_of(table, values, company, chosen)
    for _ in range(len(table.projects)):
        options = state.options()
        if all(float(extra.adds[list(options)].sum()) <= extra.limit + 1e-9 for extra in extras[1:]):
            return options
        free = [int(one) for one in np.flatnonzero(state.at >= 0) if int(one) not in state.must]
        if not free:
            return None
        state.drop(min(free, key=lambda one: (state.gain_of(int(state.at[one])), one)))
    return None


def _apart(table: Table, chosen: tuple[int, ...], least: int) -> Extra:
    """At least ``least`` of the projects of a plan leave or stand on another site."""
    at = np.full(len(table.projects), -1, dtype=np.int64)
    for option in chosen:
        at[table.project[option]] = table.site[option]
    free = [place for place in np.flatnonzero(at >= 0) if int(place) not in table.must]
    fixed = int((at >= 0).sum()) - len(free)
    same = (table.site == at[table.project]).astype(np.float64)
    return Extra(same, float(fixed + len(free) - min(least, len(free))))


def _nothing_to_place(table: Table) -> Result | None:
    if not table.projects:
        return _empty(table, "nothing_to_place", (Reason.of("allocation.no_projects"),))
    if not table.catalogue.parcels:
        return _empty(table, "nothing_to_place", (Reason.of("allocation.no_parcels"),))
    if not len(table.project):
        return _empty(table, "nothing_to_place", (Reason.of("allocation.no_site_fits"),))
    return None


def _empty(table: Table, status: Status, reasons: tuple[Reason, ...]) -> Result:
    values, company = weighed_in(table, table.parameters.weights)
    return _result(table, status, (), 0.0, 0.0, None, all_lost(table, state_of(table, values, company, ())), reasons)


def _result(
    table: Table,
    status: Status,
    plans: tuple[Plan, ...],
    bound: float,
    start: float,
    relaxed: Relaxed | None,
    lost: tuple[Lost, ...],
    reasons: tuple[Reason, ...],
    company: tuple[CompanyPrice, ...] = (),
) -> Result:
    notes = list(table.admitted.notes)
    if table.catalogue.cut:
        notes.append(Reason.of("allocation.cut.merge"))
    notes.extend(Reason.of("allocation.cut.sites", project=key) for key in table.cut)
    notes.extend(
        Reason.of(
            "allocation.fixed.over",
            kind=row.kind,
            name=row.name,
            park=row.other,
            phase=str(row.phase),
            over=shown(over),
        )
        for row, over in table.raised
    )
    notes.extend(
        Reason.of("allocation.fixed.unknown", project=one.key)
        for place, one in enumerate(table.projects)
        if one.fixed is not None and place not in table.must
    )
    value = plans[0].value if plans else 0.0
    prices = () if relaxed is None else tuple(
        Price(name, unit, float(price))
        for name, unit, price in zip(table.layout.rows.ids, table.layout.rows.units, relaxed.prices, strict=False)
        if price > 0
    )  # fmt: skip
    return Result(
        status=status,
        plans=plans,
        bound=bound,
        gap=gap(value, bound) if plans else 0.0,
        certified=None if relaxed is None else relaxed.bound,
        first=start,
        sites=table.catalogue.listed,
        options=len(table.project),
        prices=prices,
        lost=lost,
        reasons=(*reasons, *notes),
        company=company,
    )
