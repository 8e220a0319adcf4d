"""Checks an answer against the problem alone: shares no arithmetic with the solvers, reads only what the answer says.

What a placement by hand breaks by itself is the hand's and has to be told (``by_hand`` lists it); everything beyond it is the solver's fault
(``check``). The bound is worked out again from the prices (``proving``): where the answer claims less than they prove, that is said; where
branch and cut went below them, nobody but it can say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose

from gongxing.engines.allocation.model import Problem, Weights
from gongxing.engines.allocation.proving import by_hand as held_by
from gongxing.engines.allocation.proving import prove
from gongxing.engines.allocation.results import Plan, Result, RowId
from gongxing.engines.allocation.rulebook import NEAR, Rulebook, Stand, points
from gongxing.engines.reasons import Reason

SHARES = ("least", "most")
CODES = {"parcel": "twice", "least": "share", "most": "share"}
"""How limits are called where they are not called by their kind."""


def check(problem: Problem, result: Result) -> tuple[Reason, ...]:
    """Everything that is wrong with an answer; () when it holds."""
    book = Rulebook(problem)
    found: list[Reason] = []
    for plan in result.plans:
        found += [Reason.of(code, plan=plan.name, of=what) for code, what in _plan(book, plan)]
        found += [Reason.of("wrong.untold_by_hand", plan=plan.name, of=what) for what in _untold(book, plan, result)]
    found += [Reason.of(f"wrong.{code}", of=what) for code, what in _claims(book, result)]
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
    yield from _plan(Rulebook(problem), plan)


def value_of(problem: Problem, plan: Plan, weights: Weights) -> float:
    """The value of a plan in points, from the formula of the package. ValueError where it places what cannot be placed."""
    book = Rulebook(problem)
    stands = _stands(book, plan)
    if len(stands) < len(plan.placements):
        raise ValueError("the plan places what is not there")
    return points(book, stands, weights)


def by_hand(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """What placements made by hand break by themselves, whatever else stands: ``by_hand.<rule>`` of a project, ``by_hand.<limit>`` with
    how much they are over."""
    book = Rulebook(problem)
    found = []
    for one in _stands(book, plan):
        if one.project.fixed is not None:
            found += [
                Reason.of(f"by_hand.{rule}", project=one.project.key)
                for rule in sorted(set(book.broken(one)) - {"area"})
            ]
    for row, over in _over_by_hand(book, plan).items():
        found.append(
            Reason.of(f"by_hand.{row.kind}", name=row.name, park=row.other, phase=str(row.phase), over=f"{over:.4f}")
        )
    return tuple(found)


def _stands(book: Rulebook, plan: Plan) -> list[Stand]:
    return [stand for one in plan.placements if (stand := book.stand(one)) is not None]


def _plan(book: Rulebook, plan: Plan) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for one in plan.placements:
        stand = book.stand(one)
        if stand is None or one.project in seen:
            yield "wrong.placement", one.project
            return
        seen.add(one.project)
        broken = set(book.broken(stand))
        if stand.project.fixed is not None:
            held = held_by(book, stand.project)
            if (
                held is None
                or {lot.code for lot in held.lots} != set(one.parcels)
                or (held.phase, held.park.code) != (one.phase, one.park)
                or not isclose(held.mu, one.mu, rel_tol=NEAR)
            ):
                yield "wrong.by_hand", one.project
            broken &= {"area"}
        for rule in sorted(broken):
            yield f"wrong.{rule}", one.project
    for key, project in book.judged.items():
        if project.fixed is not None and key not in seen and held_by(book, project) is not None:
            yield "wrong.by_hand", key
    yield from _limits(book, plan)
    yield from _sums(book, plan)


def _used(book: Rulebook, stands: list[Stand], limits: Mapping[RowId, float]) -> dict[RowId, float]:
    used: dict[RowId, float] = defaultdict(float)
    for one in stands:
        for row, amount in book.draws(one, limits).items():
            used[row] += amount
    return used


def _over_by_hand(book: Rulebook, plan: Plan) -> dict[RowId, float]:
    """Limits that placements by hand break without anybody else, and by how much. A park's share is of a whole plan and none of these."""
    limits = {row: limit for row, limit in book.limits().items() if row.kind not in SHARES}
    used = _used(book, [one for one in _stands(book, plan) if one.project.fixed is not None], limits)
    return {row: used[row] - limit for row, limit in limits.items() if used[row] > limit + NEAR * max(abs(limit), 1.0)}


def _limits(book: Rulebook, plan: Plan) -> Iterator[tuple[str, str]]:
    """Every limit under everything that stands; where the hand alone is over, nothing may come on top."""
    limits, stands, over = book.limits(), _stands(book, plan), _over_by_hand(book, plan)
    used, total = _used(book, stands, limits), sum(one.mu for one in stands)
    for row, limit in limits.items():
        most = limit + over.get(row, 0.0)
        room = total if row.kind in SHARES else max(abs(most), 1.0)
        if used[row] > most + NEAR * room:
            name = " ".join(part for part in (row.other, row.name, str(row.phase or "")) if part)
            yield f"wrong.{CODES.get(row.kind, row.kind)}", row.name if row.kind == "parcel" else name


def _untold(book: Rulebook, plan: Plan, result: Result) -> Iterator[str]:
    """What the hand breaks and the answer does not say."""
    said = {
        (one.details["kind"], one.details["name"], one.details["park"])
        for one in result.reasons
        if one.code == "allocation.fixed.over"
    }
    for row in _over_by_hand(book, plan):
        if (row.kind, row.name, row.other) not in said:
            yield f"{row.kind} {row.name}"
    for one in plan.placements:
        stand = book.stand(one)
        if stand is None or stand.project.fixed is None:
            continue
        start = "allocation.broken."
        rules = {reason.code.removeprefix(start) for reason in one.reasons if reason.code.startswith(start)}
        broken = {"merge" if rule == "one_park" else rule for rule in book.broken(stand)} - {"area"}
        yield from (f"{one.project} {rule}" for rule in sorted(broken - rules))


def _claims(book: Rulebook, result: Result) -> Iterator[tuple[str, str]]:
    """Bound, gap and status against the prices and against each other."""
    best = result.best
    if best is None:
        return
    room = NEAR * max(abs(result.bound), 1.0)
    if best.value > result.bound + room:
        yield "bound", best.name
    proof = prove(book, result)
    if proof is not None:
        for what in proof.faults:
            yield "price", what
        if result.certified is not None and proof.priced is not None and result.certified < proof.priced - room:
            yield "certified", f"{proof.priced:.6f}"
        if result.certified is None and result.bound < proof.plain - room:
            yield "bound", f"{proof.plain:.6f}"
    for name, value, bound, gap in (
        ("", best.value, result.bound, result.gap),
        *((plan.name, plan.own, plan.bound, plan.gap) for plan in result.plans),
    ):
        left = max(bound - value, 0.0)
        if not isclose(gap, left / abs(bound) if bound else left, rel_tol=NEAR, abs_tol=1e-9):
            yield "gap", name
    if result.gap > {"optimal": 1e-5, "within": book.problem.gap + 1e-9}.get(result.status, 1e99):
        yield "status", result.status
    for plan in result.plans:
        named = {one.name: one.weights for one in book.p.emphases}
        weights = book.p.weights if plan is best else named.get(plan.name)
        stands = _stands(book, plan)
        if weights is None or len(stands) < len(plan.placements):
            continue
        if not isclose(points(book, stands, weights), plan.own, rel_tol=1e-6, abs_tol=1e-6):
            yield "own", plan.name


def _sums(book: Rulebook, plan: Plan) -> Iterator[tuple[str, str]]:
    """Figures and value worked out again."""
    figures, stands = plan.figures, _stands(book, plan)
    tax = sum(one.project.tax or 0.0 for one in stands)
    mu = sum(one.mu for one in stands)
    same = [
        ("placed", figures.placed, len(stands)),
        ("mu", figures.mu, mu),
        ("tax", figures.tax, tax),
        ("output", figures.output, sum(one.project.output or 0.0 for one in stands)),
        ("cost", figures.cost, sum(one.cost for one in stands)),
        ("phases", sum(len(one.projects) for one in plan.phases), len(stands)),
        ("phase_mu", sum(one.mu for one in plan.phases), mu),
    ]
    if figures.tax_per_mu is not None and mu:
        same.append(("tax_per_mu", figures.tax_per_mu, tax / mu))
    for name, said, counted in same:
        if not isclose(said, counted, rel_tol=1e-6, abs_tol=1e-6):
            yield "wrong.figure", name
    if book.problem.projects and not isclose(
        points(book, stands, book.p.weights), plan.value, rel_tol=1e-6, abs_tol=1e-6
    ):
        yield "wrong.value", plan.name
