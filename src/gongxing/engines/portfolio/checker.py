"""An independent check of an answer: everything is worked out again from the problem alone, in the plainest way.

Shares no code with the model, the search or the solver, only the records of what is asked and answered. An empty answer means that every
plan keeps every limit, that every figure told is right, and that no plan can be worth more than the bound as far as prices certify it
(the package, 9). With ``exhaust`` every set of projects and funds is tried, for small problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import isclose, isfinite

from gongxing.engines.portfolio.model import Candidate, Draw, Problem
from gongxing.engines.portfolio.results import LeftOut, Placed, Plan, Result, RowId
from gongxing.engines.reasons import Reason

CLOSE = 1e-6
FITS = 1e-8


def check(problem: Problem, result: Result, *, exhaust: bool = False) -> tuple[Reason, ...]:
    """Every contradiction found between the problem and the answer; with ``exhaust`` also whether a better set exists."""
    found = [reason for plan in result.plans for reason in _plan(problem, plan, result.plans[0])]
    if result.best is not None:
        found += _bounds(problem, result, result.best)
        found += _left(problem, result, result.best)
    elif result.status not in ("infeasible", "nothing_to_choose", "stopped"):
        found.append(_wrong("no_plan"))
    if exhaust:
        found += _exhausted(problem, result)
    return tuple(found)


def _wrong(code: str, **details: str) -> Reason:
    return Reason.of(f"portfolio.check.{code}", **details)


def _same(one: float, other: float, size: float = 1.0) -> bool:
    return isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE * max(1.0, abs(size)))


def _known(value: float | None) -> bool:
    return value is not None and value == value


def _number(value: float | None) -> float:
    return value if value is not None and value == value else 0.0


# What one project is worth and needs


def _draw(one: Candidate, fund: str) -> Draw | None:
    return next((draw for draw in one.funds if fund and draw.fund == fund), None)


def worth_of(problem: Problem, one: Candidate, fund: str) -> float:
    """Weighted value of a project when a fund ("": none) pays."""
    draw, total = _draw(one, fund), 0.0
    for term, weight in problem.weights.items():
        total += weight * (_number(one.values.get(term)) + (draw.adds.get(term, 0.0) if draw is not None else 0.0))
    return total


def _faults(problem: Problem, one: Candidate, fund: str) -> Iterator[str]:
    """Why a project could not be chosen, paid in this way, if it stood alone."""
    if one.barred:
        yield "barred"
    for term, weight in problem.weights.items():
        if weight and not (_known(one.values.get(term)) and isfinite(_number(one.values.get(term)))):
            yield f"value {term}"
    for budget in problem.budgets:
        if _known(budget.amount) and budget.park in ("", one.park):
            need = one.needs.get(budget.resource)
            if not _known(need) or not isfinite(_number(need)) or _number(need) < 0:
                yield f"need {budget.resource}"
    if not fund and one.funds and not one.without_fund:
        yield "no fund"
    if fund:
        draw, there = _draw(one, fund), [known for known in problem.funds if known.name == fund]
        if draw is None or not there:
            yield f"fund {fund}"
        elif _known(there[0].amount) and not _known(draw.amount):
            yield f"draw {fund}"


# What limits say: by row, how much of it a project uses, and the limit


def _amount(row: RowId, one: Candidate, fund: str) -> float:
    match row.kind:
        case "budget":
            return _number(one.needs.get(row.name)) if row.other in ("", one.park) else 0.0
        case "fund":
            draw = _draw(one, fund)
            return _number(draw.amount) if draw is not None and fund == row.name else 0.0
        case "slots":
            return 1.0 if fund == row.name else 0.0
        case "least" | "most":
            return 1.0 if row.name in ("", one.park) else 0.0
        case "twins":
            return 1.0 if one.key in (row.name, row.other) else 0.0
        case _:
            return (1.0 if one.key == row.name else 0.0) - (1.0 if one.key == row.other else 0.0)


def _limits(problem: Problem) -> dict[RowId, float]:
    """Every limit by its row; twins as 1, requirements as 0."""
    found: dict[RowId, float] = {}
    for budget in problem.budgets:
        if _known(budget.amount):
            found[RowId("budget", budget.resource, budget.park)] = _number(budget.amount)
    for fund in problem.funds:
        if _known(fund.amount):
            found[RowId("fund", fund.name)] = _number(fund.amount)
        if fund.most is not None:
            found[RowId("slots", fund.name)] = float(fund.most)
    for quota in problem.quotas:
        if quota.least > 0:
            found[RowId("least", quota.park)] = float(quota.least)
        if quota.most is not None:
            found[RowId("most", quota.park)] = float(quota.most)
    for one in problem.candidates:
        for other in one.excludes:
            if other != one.key:
                found[RowId("twins", *sorted((one.key, other)))] = 1.0
        for other in one.requires:
            if other != one.key:
                found[RowId("requires", one.key, other)] = 0.0
    return found


def broken(problem: Problem, chosen: Iterable[Placed]) -> list[str]:
    """Which rules a set breaks, in words for people who look for faults."""
    placed = list(chosen)
    keys = [one.key for one in placed]
    found = ["one project twice"] if len(set(keys)) != len(keys) else []
    times: dict[str, list[Candidate]] = {}
    for one in problem.candidates:
        times.setdefault(one.key, []).append(one)
    known = {key: same[0] for key, same in times.items() if len(same) == 1}
    found += [f"candidate {key}" for key in keys if key not in known]
    found += [f"must {one.key}" for one in problem.candidates if one.must and one.key not in keys]
    there = [(known[one.key], one.fund) for one in placed if one.key in known]
    for candidate, fund in there:
        found += [f"{fault} {candidate.key}" for fault in _faults(problem, candidate, fund)]
    for row, limit in _limits(problem).items():
        used = sum(_amount(row, candidate, fund) for candidate, fund in there)
        room = FITS * abs(limit)
        if used < limit - room if row.kind == "least" else used > limit + room:
            found.append(f"{row.kind} {row.name} {row.other}".strip())
    return found


def _worth(problem: Problem, chosen: Iterable[Placed]) -> float:
    known = {one.key: one for one in problem.candidates}
    return sum(worth_of(problem, known[one.key], one.fund) for one in chosen if one.key in known)


# Plans


def _plan(problem: Problem, plan: Plan, best: Plan) -> Iterator[Reason]:
    for why in broken(problem, plan.chosen):
        yield _wrong("not_allowed", plan=plan.kind, why=why)
    value = _worth(problem, plan.chosen)
    if not _same(value, plan.value, value):
        yield _wrong("value_differs", plan=plan.kind, value=str(value))
    mine, theirs = set(plan.keys), set(best.keys)
    if set(plan.comes) != mine - theirs or set(plan.leaves) != theirs - mine:
        yield _wrong("change_differs", plan=plan.kind)
    if not _same(best.value - plan.value, plan.loss, best.value):
        yield _wrong("loss_differs", plan=plan.kind)
    allowed = problem.loss * abs(best.value)
    if plan.within != (plan.loss <= allowed) and not _same(plan.loss, allowed, best.value):
        yield _wrong("within_differs", plan=plan.kind)
    if plan.share is not None and not _same(plan.share * best.value, plan.loss, best.value):
        yield _wrong("share_differs", plan=plan.kind)
    if plan is not best and plan.kind == "near" and not plan.comes:
        yield _wrong("near_is_part", plan=plan.kind)
    if plan.kind in ("emphasis", "different") and not plan.within:
        yield _wrong("below_floor", plan=plan.kind)
    yield from _figures(problem, plan)


def _figures(problem: Problem, plan: Plan) -> Iterator[Reason]:
    """Totals and uses as told."""
    known = {one.key: one for one in problem.candidates}
    there = [(known[one.key], one.fund) for one in plan.chosen if one.key in known]
    for total in plan.totals:
        parts = [one.values.get(total.term) for one, _ in there]
        adds = sum(draw.adds.get(total.term, 0.0) for one, fund in there if (draw := _draw(one, fund)) is not None)
        told = sum(_number(part) for part in parts) + adds
        if not _same(told, total.total, told) or total.unknown != sum(not _known(part) for part in parts):
            yield _wrong("total_differs", plan=plan.kind, term=total.term)
    limits = {row: limit for row, limit in _limits(problem).items() if row.kind not in ("twins", "requires")}
    if {use.row for use in plan.uses} != set(limits):
        yield _wrong("uses_differ", plan=plan.kind)
    for use in plan.uses:
        used = sum(_amount(use.row, one, fund) for one, fund in there)
        left = used - use.limit if use.row.kind == "least" else use.limit - used
        right = _same(used, use.used, use.limit) and _same(left, use.left, use.limit)
        if not right or not _same(limits.get(use.row, use.limit), use.limit, use.limit):
            yield _wrong("use_differs", plan=plan.kind, kind=use.row.kind, name=use.row.name, park=use.row.other)


# Bounds


def certified_bound(problem: Problem, prices: Mapping[RowId, float]) -> float:
    """The bound (9) for any prices ≥ 0: no set that keeps every limit is worth more."""
    limits = _limits(problem)
    total = sum(prices.get(row, 0.0) * (-limit if row.kind == "least" else limit) for row, limit in limits.items())
    decided, known = _decided(problem), {one.key: one for one in problem.candidates}
    for key, ways in _ways(problem, limits).items():
        one = known[key]
        after = [worth_of(problem, one, fund) - _cost(prices, limits, one, fund) for fund in ways]
        if key in decided:
            total += max(after) if after else 0.0
        else:
            total += max([0.0, *after])
    return total


def _ways(problem: Problem, limits: Mapping[RowId, float]) -> dict[str, list[str]]:
    """How each project could be paid if it stood alone with what it requires; none for one that can never be chosen."""
    times: dict[str, int] = {}
    for one in problem.candidates:
        times[one.key] = times.get(one.key, 0) + 1
    found = {}
    for one in problem.candidates:
        funds = ("", *(draw.fund for draw in one.funds)) if times[one.key] == 1 else ()
        found[one.key] = [f for f in funds if not any(_faults(problem, one, f)) and _alone(limits, one, f)]
    allowed = {
        one.key
        for one in problem.candidates
        if times[one.key] == 1 and any(not any(_faults(problem, one, f)) for f in ("", *(d.fund for d in one.funds)))
    }
    while True:
        lost = {one.key for one in problem.candidates if one.key in allowed and not set(one.requires) <= allowed}
        if not lost:
            return {key: ways if key in allowed else [] for key, ways in found.items()}
        allowed -= lost


def _decided(problem: Problem) -> set[str]:
    """Decided projects and all they require: none of them can be missing."""
    found = {one.key for one in problem.candidates if one.must}
    while True:
        more = {other for one in problem.candidates if one.key in found for other in one.requires} - found
        if not more:
            return found
        found |= more


def _cost(prices: Mapping[RowId, float], limits: Mapping[RowId, float], one: Candidate, fund: str) -> float:
    """What a project uses, at the prices; being one more of a least number is worth the price."""
    total = 0.0
    for row in limits:
        if prices.get(row):
            total += prices[row] * _amount(row, one, fund) * (-1 if row.kind == "least" else 1)
    return total


def _alone(limits: Mapping[RowId, float], one: Candidate, fund: str) -> bool:
    """Whether a project fits under every limit when nothing else is chosen."""
    return all(
        _amount(row, one, fund) <= limit + FITS * abs(limit)
        for row, limit in limits.items()
        if row.kind not in ("least", "twins", "requires")
    )


def _bounds(problem: Problem, result: Result, best: Plan) -> Iterator[Reason]:
    if max(plan.value for plan in result.plans) > best.value + CLOSE * abs(best.value):
        yield _wrong("best_is_not_best")
    if best.value > result.bound + CLOSE * abs(best.value):
        yield _wrong("bound_below_value")
    if result.greedy > result.bound + CLOSE * abs(result.bound):
        yield _wrong("greedy_above_bound")
    gap = (result.bound - best.value) / abs(result.bound) if result.bound else 0.0
    if not _same(max(0.0, gap), result.gap):
        yield _wrong("gap_differs", gap=str(gap))
    if (result.status == "optimal" and result.gap > CLOSE) or (
        result.status == "within" and result.gap > problem.gap + CLOSE
    ):
        yield _wrong("status_differs", status=result.status)
    if any(price.price < 0 for price in result.prices):
        yield _wrong("negative_price")
    if result.certified is not None:
        prices = {price.row: price.price for price in result.prices}
        bound = certified_bound(problem, prices)
        if not _same(bound, result.certified, bound):
            yield _wrong("certificate_differs", bound=str(bound))
        if best.value > bound + CLOSE * abs(bound):
            yield _wrong("certificate_below_value", bound=str(bound))
        if result.bound > max(bound, best.value) + CLOSE * abs(bound):
            yield _wrong("bound_above_certificate", bound=str(bound))


# Those left out


def _left(problem: Problem, result: Result, best: Plan) -> Iterator[Reason]:
    told = [one.key for one in result.left_out]
    if sorted([*told, *best.keys]) != sorted({one.key for one in problem.candidates}):
        yield _wrong("not_everybody_told")
    known = {one.key: one for one in problem.candidates}
    limits = _limits(problem)
    for one in result.left_out:
        if not one.reasons:
            yield _wrong("no_reason", project=one.key)
        if one.key in known and not one.aside:
            yield from _shorts(limits, known, best, one)
            if one.swap is not None:
                yield from _swapped(problem, best, one)


def _shorts(
    limits: Mapping[RowId, float], known: Mapping[str, Candidate], best: Plan, one: LeftOut
) -> Iterator[Reason]:
    for short in one.short:
        used = sum(_amount(short.row, known[placed.key], placed.fund) for placed in best.chosen if placed.key in known)
        need, limit = _amount(short.row, known[one.key], one.fund), limits.get(short.row, 0.0)
        left = max(0.0, limit - used)
        right = _same(need, short.need, limit) and _same(left, short.left, limit)
        if not right or not _same(need - left, short.lacks, limit) or short.lacks <= 0:
            yield _wrong("short_differs", project=one.key, kind=short.row.kind, name=short.row.name)


def _swapped(problem: Problem, best: Plan, one: LeftOut) -> Iterator[Reason]:
    """Whether some way to pay makes the exchange possible with the loss told."""
    if one.swap is None:
        return
    rest = [placed for placed in best.chosen if placed.key != one.swap.leaves]
    candidate = next(c for c in problem.candidates if c.key == one.key)
    ways = [[*rest, Placed(one.key, fund)] for fund in ("", *(draw.fund for draw in candidate.funds))]
    losses = [best.value - _worth(problem, way) for way in ways if not broken(problem, way)]
    if len(rest) == len(best.chosen) or not any(_same(loss, one.swap.loss, best.value) for loss in losses):
        yield _wrong("swap_differs", project=one.key)


# Every set, for small problems


def every_set(problem: Problem) -> Iterator[tuple[Placed, ...]]:
    """All sets that break no rule; exponential."""
    keys = sorted({one.key for one in problem.candidates})
    known = {one.key: one for one in problem.candidates}
    ways = [(None, "", *(draw.fund for draw in known[key].funds)) for key in keys]
    for picks in product(*ways):
        chosen = tuple(Placed(key, fund) for key, fund in zip(keys, picks, strict=True) if fund is not None)
        if not broken(problem, chosen):
            yield chosen


def _exhausted(problem: Problem, result: Result) -> Iterator[Reason]:
    best = max((_worth(problem, chosen) for chosen in every_set(problem)), default=None)
    if best is None:
        if result.best is not None:
            yield _wrong("not_feasible")
    elif result.status == "infeasible":
        yield _wrong("not_infeasible")
    elif result.best is not None and best > result.bound + CLOSE * max(1.0, abs(best)):
        yield _wrong("bound_below_best", value=str(best))
    elif result.best is not None and result.status == "optimal" and not _same(best, result.best.value, best):
        yield _wrong("better_exists", value=str(best))
