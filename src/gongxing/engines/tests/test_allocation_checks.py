"""The allocation's checker: every limit with placements by hand among the rest, and the bound from the prices; what was tampered with is found."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from benchmarks.allocation import county

from gongxing.engines.allocation import Fixed, Parameters, Parcel, Park, Problem, Project, Result, Utility
from gongxing.engines.allocation.allocating import allocate, first
from gongxing.engines.allocation.checker import by_hand, check, check_plan
from gongxing.engines.allocation.proving import prove
from gongxing.engines.allocation.results import Plan
from gongxing.engines.allocation.rulebook import Rulebook
from gongxing.engines.tests.tiny_counties import best_by_rules, tiny


def codes(problem: Problem, result: Result) -> set[str]:
    return {one.code for one in check(problem, result)}


def held(problem: Problem, seed: int) -> Problem:
    """One or two projects put somewhere by hand, whatever rule or limit that breaks."""
    rng = random.Random(seed)
    projects = list(problem.projects)
    for place in rng.sample(range(len(projects)), rng.choice((1, 2))):
        park = rng.choice("ab")
        lots = tuple(f"{park}{i}" for i in sorted(rng.sample(range(3), rng.choice((1, 1, 2)))))
        mu = rng.choice((None, None, float(rng.randint(3, 20))))
        projects[place] = replace(projects[place], fixed=Fixed(lots, rng.choice((1, 2)), mu))
    return replace(problem, projects=tuple(projects))


@pytest.mark.parametrize("seed", range(24))
def test_what_the_hand_breaks_is_told_and_the_rest_is_best(seed: int) -> None:
    """Twenty-four counties with placements by hand that break rules and limits: nothing is wrong with the answer, and nothing is better."""
    problem = held(tiny(seed, 3), seed)
    result = allocate(problem, 10, plans=False)
    assert result.best is not None and check(problem, result) == ()
    assert result.best.value == pytest.approx(best_by_rules(problem), abs=1e-5)


def test_some_of_them_break_something() -> None:
    found = set()
    for seed in range(24):
        problem = held(tiny(seed, 3), seed)
        best = allocate(problem, 10, plans=False).best
        assert best is not None
        found |= {one.code for one in by_hand(problem, best)}
    assert found >= {
        f"by_hand.{name}" for name in ("small", "large", "merge", "use", "utility", "reserve", "parcel", "fund")
    }


LOTS = tuple(Parcel(code, "a", 20.0, ("M1",), 1, 40.0) for code in "ABCD")
FIRMS = tuple(
    Project(f"p{i}", 20.0, "M1", output=10.0, tax=1.0, needs={"power": need}) for i, need in enumerate((12.0, 4.0, 4.0))
)
PIPES = (Utility("power", (10.0,), 0.0, "kVA"),)


def over_by_hand() -> tuple[Problem, Result]:
    """p0 was put on A by hand and alone draws 12 of 10 kVA; nobody who needs power may come on top."""
    projects = (replace(FIRMS[0], fixed=Fixed(("A",), 1)), *FIRMS[1:])
    problem = Problem((Park("a", utilities=PIPES),), LOTS, projects, (), Parameters(phases=1, funds=(200.0,), merge=1))
    return problem, allocate(problem, 5, plans=False)


def test_the_hand_and_the_solver_are_told_apart() -> None:
    problem, result = over_by_hand()
    best = result.best
    assert best is not None and [one.project for one in best.placements] == ["p0"] and check(problem, result) == ()
    (over,) = by_hand(problem, best)
    assert over.code == "by_hand.utility" and over.details["over"] == "2.0000" and over.details["park"] == "a"
    unsaid = replace(result, reasons=tuple(one for one in result.reasons if one.code != "allocation.fixed.over"))
    assert "wrong.untold_by_hand" in codes(problem, unsaid)


def with_one_more(problem: Problem, plan: Plan, project: str, lot: str) -> Plan:
    more = replace(plan.placements[0], project=project, parcels=(lot,), by_hand=False, reasons=())
    return replace(plan, placements=(*plan.placements, more))


def test_a_limit_broken_beside_a_placement_by_hand_is_the_solvers() -> None:
    problem, result = over_by_hand()
    assert result.best is not None
    for lot, wrong in (("B", "wrong.utility"), ("A", "wrong.twice")):
        plan = with_one_more(problem, result.best, "p1", lot)
        assert wrong in {code for code, _ in check_plan(problem, plan)}
    poor = replace(problem, parameters=replace(problem.parameters, funds=(60.0,)))
    plan = with_one_more(problem, result.best, "p1", "B")
    assert "wrong.fund" in {code for code, _ in check_plan(poor, plan)}
    kept = replace(problem, parameters=replace(problem.parameters, reserve=0.6))
    assert "wrong.reserve" in {code for code, _ in check_plan(kept, plan)}
    shared = replace(problem, parks=(replace(problem.parks[0], most_share=0.5), Park("b")))
    assert "wrong.share" in {code for code, _ in check_plan(shared, plan)}


def test_a_placement_below_a_parks_minimum_is_found() -> None:
    park = Park("a", intensity=50.0, floor_ratio=1.0)
    rich = replace(FIRMS[0], investment=1000.0, floor_area=14000.0)
    problem = Problem((park,), LOTS, (rich,), (), Parameters(phases=1, merge=1))
    result = allocate(problem, 5, plans=False)
    best = result.best
    assert best is not None and best.figures.placed == 1 and check(problem, result) == ()
    for strict, wrong in (
        (replace(park, intensity=51.0), "intensity_park"),
        (replace(park, floor_ratio=1.1), "floor_park"),
    ):
        assert (f"wrong.{wrong}", "p0") in list(check_plan(replace(problem, parks=(strict,)), best))


def test_a_placement_by_hand_stands_where_the_hand_put_it() -> None:
    problem, result = over_by_hand()
    best = result.best
    assert best is not None
    (place,) = best.placements
    for moved in (replace(place, parcels=("B",)), replace(place, mu=10.0, piece=True)):
        plan = replace(best, placements=(moved,))
        assert ("wrong.by_hand", "p0") in list(check_plan(problem, plan))
    assert ("wrong.by_hand", "p0") in list(check_plan(problem, replace(best, placements=())))


def test_a_broken_rule_that_was_not_told() -> None:
    problem, _ = over_by_hand()
    lots = (replace(LOTS[0], uses=("M2",)), *LOTS[1:])
    problem = replace(problem, parcels=lots)
    result = allocate(problem, 5, plans=False)
    best = result.best
    assert best is not None and check(problem, result) == ()
    dumb = replace(best, placements=(replace(best.placements[0], reasons=()),))
    assert "wrong.untold_by_hand" in codes(problem, replace(result, plans=(dumb,)))


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 6, 7, 8, 9, 11, 13, 15])  # nothing fits in 2, 4, 10
def test_the_prices_prove_the_bound(seed: int) -> None:
    """The bound from the prices is the one claimed, to rounding, and no plan is above it."""
    problem = held(tiny(seed, 3), seed) if seed % 2 else tiny(seed, 3)
    result = allocate(problem, 10, plans=False)
    proof = prove(Rulebook(problem), result)
    assert proof is not None and proof.priced is not None and result.certified is not None and proof.whole
    assert proof.priced == pytest.approx(result.certified, abs=1e-6)
    assert best_by_rules(problem) <= proof.bound + 1e-6


def test_the_prices_of_a_larger_county_prove_its_gap() -> None:
    """With companions, utilities, shares, pieces and later phases: nothing but branch and cut may go below the prices."""
    problem = replace(county(3, 24, 60, land=0.7), gap=0.01)
    result = allocate(problem, 20, plans=False)
    proof = prove(Rulebook(problem), result)
    assert proof is not None and proof.priced == pytest.approx(result.certified, rel=1e-7) and result.company
    assert result.best is not None and check(problem, result) == ()
    assert result.best.value <= result.bound <= (proof.priced or 0.0) + 1e-6


def test_sites_left_out_are_said_to_be_left_out() -> None:
    problem = county(1, 12, 40)
    problem = replace(problem, parameters=replace(problem.parameters, sites=2))
    result = allocate(problem, 5, plans=False)
    proof = prove(Rulebook(problem), result)
    assert proof is not None and not proof.whole and check(problem, result) == ()


def test_the_first_answer_has_the_plain_bound() -> None:
    problem = tiny(2, 6)
    quick = first(problem)
    proof = prove(Rulebook(problem), quick)
    assert proof is not None and proof.priced is None and quick.bound == pytest.approx(proof.plain)
    assert "wrong.bound" in codes(problem, replace(quick, bound=quick.bound * 0.99))


def test_claims_that_do_not_hold_are_found() -> None:
    problem = tiny(1, 6)
    result = allocate(problem, 10, plans=False)
    best = result.best
    assert best is not None and result.certified is not None and result.prices and check(problem, result) == ()
    assert "wrong.certified" in codes(problem, replace(result, certified=result.certified - 0.1))
    dearest = max(result.prices, key=lambda one: one.price)
    cheaper = tuple(replace(one, price=0.0) if one is dearest else one for one in result.prices)
    assert "wrong.certified" in codes(problem, replace(result, prices=cheaper))
    negative = tuple(replace(one, price=-1.0) for one in result.prices)
    assert "wrong.price" in codes(problem, replace(result, prices=negative))
    unknown = (replace(dearest, row=replace(dearest.row, name="nowhere")),)
    assert "wrong.price" in codes(problem, replace(result, prices=unknown))
    assert "wrong.gap" in codes(problem, replace(result, bound=result.bound * 1.2))
    assert {"wrong.status"} <= codes(problem, replace(result, bound=best.value * 2, gap=0.5))
    assert "wrong.own" in codes(problem, replace(result, plans=(replace(best, own=best.own + 1),)))


def test_a_plan_that_is_proved_stops_the_search() -> None:
    """Three plans of a county of 12 projects and 50 parcels: each within its gap long before the time is up, and better than a first answer."""
    problem = replace(county(2, 12, 50, land=0.5), gap=0.01)
    began = time.monotonic()
    result = allocate(problem, 600)
    assert time.monotonic() - began < 300 and len(result.plans) == 3
    assert check(problem, result) == ()
    assert all(plan.proved and plan.gap <= 0.01 for plan in result.plans) and result.status in ("within", "optimal")
