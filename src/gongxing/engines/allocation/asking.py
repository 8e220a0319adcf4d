"""Questions about a plan: what would it take to place this project, and what does it cost to place one by hand (loads the solvers)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.allocation.allocating import allocate, table_of, weighed_in
from gongxing.engines.allocation.exact import Extra, Solver
from gongxing.engines.allocation.greedy import State, state_of
from gongxing.engines.allocation.losing import lost_of
from gongxing.engines.allocation.model import Fixed, Parameters, Problem, Project
from gongxing.engines.allocation.results import Change, Override, Placement, Plan, RowId, Why
from gongxing.engines.allocation.searching import Progress
from gongxing.engines.allocation.sites import RULES, Catalogue
from gongxing.engines.allocation.table import Floats, Ints, Table
from gongxing.engines.allocation.telling import broken, placement_of
from gongxing.engines.reasons import Reason

SOFT = ("park", "leading", "small", "large", "piece", "merge", "reserve", "least", "most", "fund", "phase", "available",
        "intensity_park", "floor_park")  # fmt: skip
"""Rules that the county sets itself, or waits for."""
UNITS = {"small": "mu", "large": "mu", "piece": "mu", "distance": "m", "available": "phase", "intensity": "mu", "floor": "mu", "intensity_park": "mu", "floor_park": "mu",
         "conflict": "share", "merge": "parcel"}  # fmt: skip
BEST_TRIED = 12


@dataclass(frozen=True)
class Probe:
    """Options that are in no table, with what a layout needs to know of them."""

    projects: tuple[Project, ...]
    project: Ints
    site: Ints
    phase: Ints
    taken: Floats
    piece: NDArray[np.bool_]
    park: Ints


def options_of(table: Table, plan: Plan) -> tuple[int, ...]:
    """The options of a plan made from the same problem; placements that are no options any more are left out."""
    number = {one.key: place for place, one in enumerate(table.projects)}
    found = []
    for one in plan.placements:
        place, site = number.get(one.project), table.layout.site_of(one.parcels)
        if place is None or site is None:
            continue
        low, high = int(table.start[place]), int(table.start[place + 1])
        same = np.flatnonzero((table.site[low:high] == site) & (table.phase[low:high] == one.phase))
        if len(same):
            found.append(low + int(same[0]))
    return tuple(sorted(found))


def around(table: Table, values: Floats, company: float, options: tuple[int, ...], forced: int) -> State | None:
    """A plan made to take up one more option: whoever stands in the way leaves, least value first, and is put elsewhere if possible."""
    place = int(table.project[forced])
    state = state_of(table, values, company, tuple(one for one in options if int(table.project[one]) != place))
    state.put(forced)
    gone: list[int] = []
    loose = np.array([name.kind in ("least", "most") for name in table.layout.rows.ids] + [True])
    while True:
        over = np.flatnonzero((state.used > state.room) & ~loose)
        if not len(over):
            break
        row = int(over[0])
        worst, least = -1, np.inf
        for other in np.flatnonzero(state.at >= 0).tolist():
            option = int(state.at[other])
            if other == place or other in state.must or not table.adds[option][table.rows[option] == row].sum() > 0:
                continue
            gain = state.gain_of(option)
            if gain < least:
                worst, least = other, gain
        if worst < 0:
            return None
        state.drop(worst)
        gone.append(worst)
    waiting = [one for one in range(len(state.at)) if state.at[one] < 0 and table.start[one + 1] > table.start[one]]
    for one in sorted(waiting, key=lambda one: (one not in gone, one)):
        option, gain = state.best(one)
        if option >= 0 and gain > 0:
            state.put(option)
    return state if state.kept() else None


def why(problem: Problem, plan: Plan, key: str, seconds: float = 10.0, progress: Progress | None = None) -> Why:
    """What it would take to place a project that the plan leaves out."""
    table = table_of(problem)
    place = next((number for number, one in enumerate(table.projects) if one.key == key), None)
    aside = dict(table.admitted.aside).get(key)
    if place is None:
        return _nothing(key, aside if aside is not None else (Reason.of("allocation.why.unknown"),))
    values, company = weighed_in(table, table.parameters.weights)
    options = options_of(table, plan)
    state = state_of(table, values, company, options)
    if state.at[place] >= 0:
        return _nothing(key, (Reason.of("allocation.why.placed"),), placement_of(table, state, int(state.at[place])))
    lost = lost_of(table, state, place)
    changes = _changes(problem, table, state, place)
    before = state.value()
    low, high = int(table.start[place]), int(table.start[place + 1])
    if low == high:
        return Why(key, lost, None, 0.0, None, (), (), (), True, changes, (Reason.of("allocation.why.no_site"),))
    order = low + np.argsort(-state.gains(place), kind="stable")[:BEST_TRIED]
    start: State | None = None
    for option in order.tolist():
        made = around(table, values, company, options, option)
        if made is not None and made.at[place] >= 0 and (start is None or made.value() > start.value()):
            start = made
    force = np.zeros(len(table.project))
    force[low:high] = -1.0
    solver = Solver(table, values, company, (Extra(force, -1.0),))
    found = solver.solve(seconds, problem.gap, start.options() if start is not None else None, progress)
    if found.chosen is None:
        reason = "allocation.why.impossible" if found.outcome == "infeasible" else "allocation.why.not_found"
        return Why(key, lost, None, 0.0, None, (), (), (), found.outcome == "infeasible", changes, (Reason.of(reason),))
    after = state_of(table, values, company, found.chosen)
    moved, left, came = compared(table, options, found.chosen, place)
    return Why(
        key, lost, before - after.value(), before - found.bound, placement_of(table, after, int(after.at[place])), moved, left, came,
        found.outcome == "proved", changes, (),
    )  # fmt: skip


def compared(
    table: Table, old: tuple[int, ...], new: tuple[int, ...], but: int
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Who stands elsewhere or comes in another phase, who leaves, who comes; without one project."""
    a = {int(table.project[one]): (int(table.site[one]), int(table.phase[one])) for one in old}
    b = {int(table.project[one]): (int(table.site[one]), int(table.phase[one])) for one in new}
    name = [one.key for one in table.projects]
    return (
        tuple(name[one] for one in sorted(a.keys() & b.keys()) if a[one] != b[one] and one != but),
        tuple(name[one] for one in sorted(a.keys() - b.keys()) if one != but),
        tuple(name[one] for one in sorted(b.keys() - a.keys()) if one != but),
    )


def _nothing(key: str, reasons: tuple[Reason, ...], placement: Placement | None = None) -> Why:
    return Why(key, None, None, 0.0, placement, (), (), (), True, (), reasons)


def _changes(problem: Problem, table: Table, state: State, place: int) -> tuple[Change, ...]:
    """Every single rule that, changed alone, places the project beside the plan; the least amount of each, best site among equals."""
    found = _row_changes(table, state, place)
    fit = table.fits_of(place)
    fails = fit.lacks > 0
    number = fails.sum(axis=0)
    listed = np.arange(fails.shape[1]) < table.catalogue.listed
    for at, rule in enumerate(RULES):
        sites = np.flatnonzero(fails[at] & (number == 1) & listed)
        lacks = fit.lacks[at][sites]
        if rule == "available":
            sites, lacks = sites[np.isfinite(lacks)], lacks[np.isfinite(lacks)]
        change = _probed(table, table.catalogue, state, place, rule, sites, lacks, fit.taken[sites], fit.piece[sites])
        if change is not None:
            found.append(change)
    found.extend(_merged(problem, table, state, place))
    return tuple(sorted(found, key=_dearness))


def _dearness(one: Change) -> tuple[bool, float, bool, float, str, str]:
    amount = one.amount if one.amount is not None else np.inf
    name = one.row.name if one.row is not None else ""
    return one.price is None, one.price or 0.0, not one.soft, float(amount), one.rule, name


def _row_changes(table: Table, state: State, place: int) -> list[Change]:
    low, high = int(table.start[place]), int(table.start[place + 1])
    rows, adds = table.rows[low:high], table.adds[low:high]
    over = state.used[rows] + adds - state.room[rows]
    fails = over > 0
    single = np.flatnonzero(fails.sum(axis=1) == 1)
    gains = state.gains(place)
    best: dict[int, tuple[float, float, int]] = {}
    for option in single.tolist():
        column = int(np.argmax(fails[option]))
        row = int(rows[option, column])
        name = table.layout.rows.ids[row]
        if name.kind == "parcel":
            continue
        mine = (float(over[option, column]), -float(gains[option]), option)
        if row not in best or mine < best[row]:
            best[row] = mine
    found = []
    for row, (amount, gain, option) in sorted(best.items()):
        name = table.layout.rows.ids[row]
        found.append(
            _change(
                table, table.catalogue, name.kind, name, amount, table.layout.rows.units[row], int(table.site[low + option]),
                int(table.phase[low + option]), float(table.taken[low + option]), -gain,
            )
        )  # fmt: skip
    return found


def _change(
    table: Table, catalogue: Catalogue, rule: str, row: RowId | None, amount: float | None, unit: str, site: int, phase: int,
    mu: float, value: float,
) -> Change:  # fmt: skip
    name = f"{rule}.{row.name}" if row is not None and rule == "utility" else rule
    each = table.parameters.change_prices.get(name)
    price = None if each is None or amount is None else each * amount
    park = catalogue.parks[int(catalogue.park[site])].code
    return Change(rule, row, amount, unit, price, rule in SOFT, park, catalogue.key(site), phase, mu, value)


def _probed(
    table: Table,
    catalogue: Catalogue,
    state: State,
    place: int,
    rule: str,
    sites: Ints,
    lacks: Floats,
    taken: Floats,
    piece: NDArray[np.bool_],
) -> Change | None:
    """The site of least amount that is free beside the plan once the rule gives way."""
    if not len(sites):
        return None
    one = table.projects[place]
    phase = np.clip(np.maximum(catalogue.available[sites], one.earliest), 1, table.parameters.phases).astype(np.int64)
    if rule == "available":
        inside = catalogue.available[sites] <= table.parameters.phases
        sites, lacks, taken, piece, phase = sites[inside], lacks[inside], taken[inside], piece[inside], phase[inside]
        if not len(sites):
            return None
    probe = Probe(table.projects, np.full(len(sites), place), sites, phase, taken, piece, catalogue.park[sites])
    rows, adds = table.layout.entries(probe, catalogue)
    free = (state.used[rows] + adds <= state.room[rows]).all(axis=1)
    if not free.any():
        return None
    terms = table.points(place, sites, phase, taken, catalogue)
    gains = terms @ table.main + state.companions(place)[catalogue.park[sites]]
    order = np.lexsort((sites, -gains, np.where(free, lacks, np.inf), ~free))
    chosen = int(order[0])
    amount = float(lacks[chosen])
    return _change(
        table, catalogue, rule, None, amount if np.isfinite(amount) else None, UNITS.get(rule, ""), int(sites[chosen]),
        int(phase[chosen]), float(taken[chosen]), float(gains[chosen]),
    )  # fmt: skip


def _merged(problem: Problem, table: Table, state: State, place: int) -> list[Change]:
    """One parcel more in a site."""
    p: Parameters = replace(table.parameters, merge=table.parameters.merge + 1)
    wider = Catalogue(table.admitted.parks, table.admitted.parcels, table.admitted.borders, p)
    fit = wider.fit(table.projects[place])
    sites = np.flatnonzero(fit.fits & (wider.size == p.merge))
    change = _probed(
        table, wider, state, place, "merge", sites, np.ones(len(sites)), fit.taken[sites], fit.piece[sites]
    )
    return [change] if change is not None else []


def override(
    problem: Problem, plan: Plan, key: str, fixed: Fixed, seconds: float = 15.0, progress: Progress | None = None
) -> Override:
    """Place one project by hand and arrange all others anew; ``plan`` is what it is held against."""
    projects = tuple(replace(one, fixed=fixed) if one.key == key else one for one in problem.projects)
    changed = replace(problem, projects=projects)
    table = table_of(changed)
    place = next((number for number, one in enumerate(table.projects) if one.key == key), None)
    hint: tuple[int, ...] | None = None
    told: tuple[Reason, ...] = ()
    if place is not None and place in table.must:
        values, company = weighed_in(table, table.parameters.weights)
        made = around(table, values, company, options_of(table, plan), int(table.start[place]))
        hint = made.options() if made is not None else None
        told = broken(table, place)
        told += tuple(
            Reason.of(
                f"allocation.broken.{row.kind}", name=row.name, park=row.other, over=str(round(over, 4)), hard="1"
            )
            for row, over in table.raised
        )
    result = allocate(changed, seconds, progress, plans=False, hint=hint)
    hard = tuple(one for one in told if one.details.get("hard"))
    if result.best is None:
        return Override(result, None, 0.0, told, hard, (), (), ())
    new = options_of(table, result.best)
    old = options_of(table, plan)
    moved, left, came = compared(table, old, new, place if place is not None else -1)
    left = tuple(one.project for one in plan.placements if result.best.placed(one.project) is None)
    return Override(result, plan.value - result.best.value, plan.value - result.bound, told, hard, moved, left, came)
