"""Checks an answer against the problem alone: shares no arithmetic with the solvers, reads only what the answer says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isclose, isfinite

from gongxing.engines.allocation.model import Parameters, Parcel, Park, Problem, Project, Weights
from gongxing.engines.allocation.results import Placement, Plan, Result
from gongxing.engines.reasons import Reason

NEAR = 1e-6


def check(problem: Problem, result: Result) -> tuple[Reason, ...]:
    """Everything that is wrong with an answer; () when it holds."""
    found: list[Reason] = []
    for plan in result.plans:
        found += [Reason.of(code, plan=plan.name, of=what) for code, what in check_plan(problem, plan)]
    if result.best is not None and result.best.value > result.bound + NEAR * max(abs(result.bound), 1.0):
        found.append(Reason.of("wrong.bound"))
    for one in range(len(result.plans)):
        for other in range(one):
            a, b = result.plans[one], result.plans[other]
            movable = sum(not place.by_hand for place in b.placements)
            there = {place.project: place.parcels for place in a.placements}
            left = sum(there.get(place.project) != place.parcels for place in b.placements)
            if left < min(problem.parameters.differ, movable):
                found.append(Reason.of("wrong.too_near", plan=a.name, of=b.name))
    best = result.best
    if best is not None:
        for plan in result.plans[1:]:
            if plan.value < best.value - problem.parameters.loss * abs(best.value) - 1e-4 * max(abs(best.value), 1.0):
                found.append(Reason.of("wrong.loses_too_much", plan=plan.name))
        placed = {one.project for one in best.placements}
        lost = {one.project for one in result.lost}
        once = [one.key for one in problem.projects]
        if placed & lost or any(key not in placed | lost for key in once if once.count(key) == 1):
            found.append(Reason.of("wrong.lost"))
    return tuple(found)


def check_plan(problem: Problem, plan: Plan) -> Iterator[tuple[str, str]]:
    """What is wrong with one plan: code and what it is about."""
    projects = {one.key: one for one in problem.projects}
    parcels = {one.code: one for one in problem.parcels}
    parks = {one.code: one for one in problem.parks}
    seen: set[str] = set()
    for one in plan.placements:
        project = projects.get(one.project)
        lots = [parcels[code] for code in one.parcels if code in parcels]
        if project is None or one.project in seen or len(lots) != len(one.parcels) or not lots:
            yield "wrong.placement", one.project
            return
        seen.add(one.project)
        broken = set(_rules(problem, project, lots, one))
        if project.fixed is not None:
            said = {
                reason.code.rpartition(".")[2] for reason in one.reasons if reason.code.startswith("allocation.broken.")
            }
            if set(one.parcels) != set(project.fixed.parcels):
                yield "wrong.by_hand", one.project
            broken -= said
        for rule in sorted(broken):
            yield f"wrong.{rule}", one.project
    free = all(project.fixed is None for project in problem.projects)
    if free:
        yield from _limits(problem, plan, projects, parcels, parks)
    yield from _sums(problem, plan, projects, parcels)


def _rules(problem: Problem, project: Project, lots: list[Parcel], one: Placement) -> Iterator[str]:
    p = problem.parameters
    area = sum(lot.mu or 0.0 for lot in lots)
    need = project.need or 0.0
    slack = p.slack if project.slack is None else project.slack
    if one.mu < need * (1 - NEAR):
        yield "small"
    if one.mu > need * (1 + slack) * (1 + NEAR):
        yield "large"
    if one.piece:
        if (
            len(lots) != 1
            or not lots[0].splittable
            or one.mu < lots[0].least_piece * (1 - NEAR)
            or one.mu > area * (1 + NEAR)
        ):
            yield "piece"
    elif not isclose(one.mu, area, rel_tol=NEAR):
        yield "area"
    if any(lot.park != one.park for lot in lots):
        yield "one_park"
    if len(lots) > p.merge or not _in_one_piece(problem, {lot.code for lot in lots}):
        yield "merge"
    if project.park and project.park != one.park:
        yield "park"
    park = next(park for park in problem.parks if park.code == one.park)
    led = any(project.industry.startswith(code) for code in park.leading if code) and bool(project.industry)
    if p.leading_only and park.leading and not led:
        yield "leading"
    last = p.phases if project.latest is None else min(project.latest, p.phases)
    if not project.earliest <= one.phase <= last:
        yield "phase"
    for lot in lots:
        if project.use not in lot.uses:
            yield "use"
        if lot.conflict is None or not lot.conflict <= p.tolerance + NEAR:
            yield "conflict"
        if set(lot.flags) & set(project.barred_flags):
            yield "flags"
        if lot.available_from is None or lot.available_from > one.phase:
            yield "available"
        for name, least in project.least_distance.items():
            metres = lot.distances.get(name)
            if metres is None or not metres >= least - NEAR:
                yield "distance"
    intensity = _longest(p.intensity, project.industry)
    if intensity and project.investment is not None and project.investment / one.mu < intensity * (1 - NEAR):
        yield "intensity"
    ratio = _longest(p.floor_ratio, project.industry)
    if ratio and project.floor_area is not None and project.floor_area / (one.mu * 2000 / 3) < ratio * (1 - NEAR):
        yield "floor"


def _longest(table: object, code: str) -> float:
    assert hasattr(table, "items")
    best, length = 0.0, -1
    for prefix, value in table.items():
        if code.startswith(prefix) and len(prefix) > length:
            best, length = float(value), len(prefix)
    return best


def _in_one_piece(problem: Problem, codes: set[str]) -> bool:
    """Whether the parcels hang together: joined one by one, whichever touches."""
    inside = {sorted(codes)[0]}
    grew = True
    while grew:
        grew = False
        for border in problem.borders:
            if border.edge < problem.parameters.least_edge or not {border.a, border.b} <= codes:
                continue
            if (border.a in inside) != (border.b in inside):
                inside |= {border.a, border.b}
                grew = True
    return inside == codes


def _limits(
    problem: Problem, plan: Plan, projects: dict[str, Project], parcels: dict[str, Parcel], parks: dict[str, Park]
) -> Iterator[tuple[str, str]]:
    p = problem.parameters
    on: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for one in plan.placements:
        for code in one.parcels:
            on[code].append((one.mu if one.piece else parcels[code].mu or 0.0, one.piece))
    for code, taken in on.items():
        if sum(mu for mu, _ in taken) > (parcels[code].mu or 0.0) * (1 + NEAR):
            yield "wrong.twice", code
    total = sum(one.mu for one in plan.placements)
    usable = {code: _offered(problem, code) for code in parks}
    everything = sum(usable.values())
    for code, park in parks.items():
        here = [one for one in plan.placements if one.park == code]
        mu = sum(one.mu for one in here)
        kept = p.reserve if park.reserve_share is None else park.reserve_share
        if mu > usable[code] * (1 - kept) + NEAR * max(usable[code], 1):
            yield "wrong.reserve", code
        low, high = park.least_share, park.most_share
        if p.band is not None and everything:
            low, high = max(low, usable[code] / everything - p.band), min(high, usable[code] / everything + p.band)
        if total and not low * total - NEAR * total <= mu <= high * total + NEAR * total:
            yield "wrong.share", code
        for utility in park.utilities:
            amounts = [*utility.capacity]
            if utility.used is None or not amounts or any(amount is None or not isfinite(amount) for amount in amounts):
                continue
            for phase in range(1, p.phases + 1):
                there = (amounts[phase - 1] if phase <= len(amounts) else amounts[-1]) or 0.0
                drawn = sum(projects[one.project].needs.get(utility.name) or 0.0 for one in here if one.phase <= phase)
                if drawn > max(there - utility.used, 0.0) + NEAR * max(there, 1.0):
                    yield "wrong.utility", f"{code} {utility.name} {phase}"
    if p.funds is not None:
        for phase in range(1, p.phases + 1):
            spent = sum(_cost(parcels, one) for one in plan.placements if one.phase <= phase)
            if spent > sum(p.funds[:phase]) + NEAR * max(spent, 1.0):
                yield "wrong.fund", str(phase)


def _counts(p: Parameters, term: str) -> bool:
    return any(getattr(one, term) for one in (p.weights, *(emphasis.weights for emphasis in p.emphases)))


def _on_offer(problem: Problem) -> list[Parcel]:
    """Parcels whose figures that count are known, of parks that are listed, each listed once."""
    p = problem.parameters
    codes = [one.code for one in problem.parcels]
    parks = [one.code for one in problem.parks]
    kept = []
    for one in problem.parcels:
        if codes.count(one.code) > 1 or parks.count(one.park) != 1 or not one.mu or one.mu < 0 or not isfinite(one.mu):
            continue
        costs = (one.clearance_cost, one.levelling_cost)
        if (_counts(p, "cost") or p.funds is not None) and any(cost is None or not isfinite(cost) for cost in costs):
            continue
        if _counts(p, "clearing") and (one.to_clear is None or not isfinite(one.to_clear)):
            continue
        kept.append(one)
    return kept


def _offered(problem: Problem, park: str) -> float:
    return sum(one.mu or 0.0 for one in _on_offer(problem) if one.park == park)


def _cost(parcels: dict[str, Parcel], one: Placement) -> float:
    lots = [parcels[code] for code in one.parcels]
    area = sum(lot.mu or 0.0 for lot in lots)
    return sum((lot.clearance_cost or 0.0) + (lot.levelling_cost or 0.0) for lot in lots) * one.mu / area


def _sums(
    problem: Problem, plan: Plan, projects: dict[str, Project], parcels: dict[str, Parcel]
) -> Iterator[tuple[str, str]]:
    """Figures and value worked out again."""
    figures, placed = plan.figures, plan.placements
    tax = sum(projects[one.project].tax or 0.0 for one in placed)
    mu = sum(one.mu for one in placed)
    output = sum(projects[one.project].output or 0.0 for one in placed)
    same = [
        ("placed", figures.placed, len(placed)),
        ("mu", figures.mu, mu),
        ("tax", figures.tax, tax),
        ("output", figures.output, output),
        ("cost", figures.cost, sum(_cost(parcels, one) for one in placed)),
        ("phases", sum(len(one.projects) for one in plan.phases), len(placed)),
        ("phase_mu", sum(one.mu for one in plan.phases), mu),
    ]
    if figures.tax_per_mu is not None and mu:
        same.append(("tax_per_mu", figures.tax_per_mu, tax / mu))
    for name, said, counted in same:
        if not isclose(said, counted, rel_tol=1e-6, abs_tol=1e-6):
            yield "wrong.figure", name
    aside = problem.projects and value_of(problem, plan, problem.parameters.weights)
    if aside and not isclose(aside, plan.value, rel_tol=1e-6, abs_tol=1e-6):
        yield "wrong.value", plan.name


def _judged(problem: Problem) -> list[Project]:
    """Projects that are not set aside, as the package states it."""
    p = problem.parameters
    keys = [one.key for one in problem.projects]
    limited = {
        one.name
        for park in problem.parks
        for one in park.utilities
        if one.used is not None
        and one.capacity
        and all(amount is not None and isfinite(amount) for amount in one.capacity)
    }
    kept = []
    for one in problem.projects:
        figures = [one.need, *(getattr(one, term) for term in ("output", "tax") if _counts(p, term))]
        if p.unknown_needs == "aside":
            figures += [one.needs.get(name) for name in limited]
        last = p.phases if one.latest is None else min(one.latest, p.phases)
        if keys.count(one.key) > 1 or not one.use or one.earliest > last or not one.need or one.need < 0:
            continue
        if all(figure is not None and isfinite(figure) for figure in figures):
            kept.append(one)
    return kept


def value_of(problem: Problem, plan: Plan, w: Weights) -> float:
    """The value of a plan in points, from the formula of the package."""
    judged = {one.key: one for one in _judged(problem)}
    offered = _on_offer(problem)
    parcels = {one.code: one for one in offered}
    parks = {one.code: one for one in problem.parks}
    outputs = sum(one.output or 0.0 for one in judged.values()) or 1.0
    taxes = sum(one.tax or 0.0 for one in judged.values()) or 1.0
    costs = sum((one.clearance_cost or 0.0) + (one.levelling_cost or 0.0) for one in offered) or 1.0
    clears = sum(one.to_clear or 0.0 for one in offered) or 1.0
    each, total = 100.0 / len(judged), 0.0
    for one in plan.placements:
        project, park = judged[one.project], parks[one.park]
        area = sum(parcels[code].mu or 0.0 for code in one.parcels)
        total += w.output * 100 * (project.output or 0.0) / outputs
        total += w.tax * 100 * (project.tax or 0.0) / taxes * min((project.need or 0.0) / one.mu, 1.0)
        total += w.placed * each
        if project.industry and any(code and project.industry.startswith(code) for code in park.leading):
            total += w.leading * each
        total -= w.cost * 100 * _cost(parcels, one) / costs
        total -= w.time * each * (one.phase - project.earliest) / max(problem.parameters.phases - 1, 1)
        total -= w.clearing * 100 * sum(parcels[code].to_clear or 0.0 for code in one.parcels) * one.mu / area / clears
        company = len(set(project.chains) & set(park.chains)) + sum(
            bool(set(project.chains) & set(judged[other.project].chains))
            for other in plan.placements
            if other is not one and other.park == one.park
        )
        total += w.clustering * each * min(company / max(problem.parameters.companions, 1), 1.0)
    return total
