"""Allocation: against every assignment of tiny cases, the checker, bad input, reasons, overrides, the scale plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from gongxing.engines.allocation import (
    Border,
    Figures,
    Fixed,
    Parameters,
    Parcel,
    Park,
    Plan,
    Problem,
    Project,
    Utility,
    Weights,
    override_from_json,
    problem_from_json,
    result_from_json,
    to_json,
    why_from_json,
)
from gongxing.engines.allocation.allocating import allocate, first
from gongxing.engines.allocation.asking import override, why
from gongxing.engines.allocation.checker import check
from gongxing.engines.allocation.scale import Scenario, scale_plan
from gongxing.engines.tests.tiny_counties import best_by_rules, every_plan, minimal, tiny


@pytest.mark.parametrize("seed", range(8))
def test_equals_every_assignment(seed: int) -> None:
    problem = tiny(seed, 3)
    result = allocate(problem, 10, plans=False)
    expected = every_plan(problem)
    assert (result.best.value if result.best else 0.0) == pytest.approx(expected, abs=1e-6)
    assert check(problem, result) == ()
    assert result.status in ("optimal", "nothing_to_place")


@pytest.mark.parametrize("seed", range(14))
def test_minimums_of_parks_and_industries_against_every_assignment(seed: int) -> None:
    """The stricter of both holds: equal to every set of placements that keeps it, and no placement below it."""
    problem = minimal(seed)
    result = allocate(problem, 10, plans=False)
    best = result.best
    assert (best.value if best else 0.0) == pytest.approx(best_by_rules(problem), abs=1e-5)
    assert check(problem, result) == ()
    parks, projects = {one.code: one for one in problem.parks}, {one.key: one for one in problem.projects}
    for place in best.placements if best else ():
        park, project = parks[place.park], projects[place.project]
        if project.investment is not None:
            least = max(5.0 if project.industry == "C1" else 0.0, park.intensity or 0.0)
            assert project.investment >= least * place.mu - 1e-6
        if project.floor_area is not None:
            least = max(0.8 if project.industry == "C2" else 0.0, park.floor_ratio or 0.0)
            assert project.floor_area >= least * place.mu * 10000 / 15 - 1e-3


def test_those_minimums_decide_something() -> None:
    """Without the parks' minimums other plans would be best in some of these counties, and the reasons name the park's rule."""
    rules, better = set(), 0
    for seed in range(14):
        problem = minimal(seed)
        result = allocate(problem, 10, plans=False)
        rules |= {tried.rule for lost in result.lost for tried in lost.tried}
        free = replace(problem, parks=tuple(replace(one, intensity=None, floor_ratio=None) for one in problem.parks))
        loose = allocate(free, 10, plans=False).best
        better += (loose.value if loose else 0.0) > (result.best.value if result.best else 0.0) + 1e-6
    assert {"intensity", "floor", "intensity_park", "floor_park"} <= rules and better >= 3


def test_three_plans_hold_and_come_back_from_json_in_any_order() -> None:
    problem = tiny(1, 6)
    result = allocate(problem, 10)
    assert result.status == "optimal" and check(problem, result) == ()
    assert result_from_json(to_json(result)) == result and problem_from_json(to_json(problem)) == problem
    turned = replace(problem, parks=problem.parks[::-1], parcels=problem.parcels[::-1], projects=problem.projects[::-1])
    assert allocate(turned, 10) == result


def test_first_answer_is_no_better_than_the_best() -> None:
    problem = tiny(2, 6)
    quick, best = first(problem), allocate(problem, 10, plans=False)
    assert quick.best is not None and best.best is not None
    assert check(problem, quick) == () and quick.best.value <= best.best.value + 1e-9


LOT = Parcel("A", "a", 20.0, ("M1",))
FIRM = Project("p", 20.0, "M1", output=10.0, tax=1.0)
PARK = Park("a")


EMPTY = Plan(
    "best",
    (),
    0.0,
    None,
    0.0,
    0.0,
    0.0,
    True,
    0,
    (),
    Figures(0, 1, 0.0, 0.0, 0.0, None, None, None, 0.0, 0.0, 0, 0, 0),
    (),
    (),
    (),
)


def one(parcels: tuple[Parcel, ...] = (LOT,), projects: tuple[Project, ...] = (FIRM,), **rules: object) -> Problem:
    return Problem((PARK,), parcels, projects, (Border("A", "B"), Border("B", "C")), Parameters(**rules))  # type: ignore[arg-type]


def test_nothing_to_place() -> None:
    assert allocate(Problem((), (), ()), 1).status == "nothing_to_place"
    assert allocate(one(parcels=()), 1).status == "nothing_to_place"
    assert allocate(one(projects=()), 1).status == "nothing_to_place"


def test_a_project_larger_than_any_merge() -> None:
    lots = tuple(replace(LOT, code=code) for code in "ABC")
    result = allocate(one(lots, (replace(FIRM, need=70.0),), merge=3), 1)
    assert result.status == "nothing_to_place"
    (lost,) = result.lost
    assert lost.binding == "small" and lost.reasons[0].code == "allocation.lost.too_large"
    assert lost.reasons[0].details["largest"] == "60"


@pytest.mark.parametrize(
    ("lot", "firm", "rule"),
    [
        ({"uses": ("M2",)}, {}, "use"),
        ({"conflict": 0.2}, {}, "conflict"),
        ({"conflict": None}, {}, "conflict"),
        ({"available_from": None}, {}, "available"),
        ({"available_from": 3}, {"latest": 2}, "available"),
        ({"mu": 30.0}, {}, "large"),
        ({"flags": ("water",)}, {"barred_flags": ("water",)}, "flags"),
        ({"distances": {"homes": 50.0}}, {"least_distance": {"homes": 80.0}}, "distance"),
        ({}, {"least_distance": {"homes": 80.0}}, "distance"),
        ({}, {"park": "b"}, "park"),
        ({}, {"investment": 100.0, "industry": "C3"}, "intensity"),
        ({}, {"floor_area": 1000.0, "industry": "C3"}, "floor"),
        ({"mu": 60.0, "splittable": True, "least_piece": 30.0}, {}, "piece"),
    ],
)
def test_the_rule_that_binds_is_said(lot: dict[str, Any], firm: dict[str, Any], rule: str) -> None:
    problem = one(
        (replace(LOT, **lot),),
        (replace(FIRM, **firm),),
        intensity={"C": 100.0},
        floor_ratio={"C": 1.0},
    )
    (lost,) = allocate(problem, 1).lost
    assert lost.binding == rule and [tried.rule for tried in lost.tried] == [rule] and lost.tried[0].alone == 1


@pytest.mark.parametrize(
    ("park", "table", "firm", "rule", "lacks"),
    [
        ({"intensity": 120.0}, {"C": 100.0}, {"investment": 2160.0}, "intensity_park", 2.0),
        ({"intensity": 120.0}, {}, {"investment": 2160.0}, "intensity_park", 2.0),
        ({"intensity": 100.0}, {"C": 120.0}, {"investment": 2160.0}, "intensity", 2.0),
        ({"intensity": 120.0}, {"C": 120.0}, {"investment": 2160.0}, "intensity", 2.0),
        ({"intensity": 120.0}, {"C": 130.0}, {"investment": 2600.0}, "", 0.0),
        ({"intensity": 120.0}, {"C": 130.0}, {"investment": None}, "", 0.0),
        ({"intensity": 0.0}, {}, {"investment": 1.0}, "", 0.0),
        ({"floor_ratio": 1.2}, {}, {"floor_area": 12000.0}, "floor_park", 5.0),
        ({"floor_ratio": 1.2}, {}, {"floor_area": 16000.0}, "", 0.0),
        ({"floor_ratio": 1.2}, {}, {"floor_area": None}, "", 0.0),
    ],
)
def test_the_stricter_of_the_industrys_and_the_parks_minimum(
    park: dict[str, Any], table: dict[str, float], firm: dict[str, Any], rule: str, lacks: float
) -> None:
    """20 mu: what is invested is enough for 18 at 120 万元/mu; 12,000 m² make a ratio of 1.2 on 15 mu."""
    problem = one(projects=(replace(FIRM, industry="C3", **firm),), intensity=table)
    problem = replace(problem, parks=(replace(PARK, **park),))
    result = allocate(problem, 1)
    assert check(problem, result) == ()
    if not rule:
        assert result.best is not None and result.best.figures.placed == 1
        unknown = [name for name, value in firm.items() if value is None]
        said = {reason.code for reason in result.reasons if ".unchecked." in reason.code}
        words = {"investment": "allocation.unchecked.intensity", "floor_area": "allocation.unchecked.floor"}
        assert said == {words[name] for name in unknown}
        return
    (lost,) = result.lost
    assert lost.binding == rule and [tried.rule for tried in lost.tried] == [rule]
    assert lost.tried[0].lacks == pytest.approx(lacks, abs=1e-4)
    change = why(problem, replace(EMPTY, placements=()), "p", 1).changes[0]
    assert (change.rule, change.soft) == (rule, rule.endswith("_park")) and change.amount == pytest.approx(
        lacks, abs=1e-4
    )


def test_a_placement_by_hand_is_held_against_both_minimums_at_its_own_size() -> None:
    lot = replace(LOT, mu=60.0, splittable=True, least_piece=10.0)
    firm = replace(FIRM, industry="C3", investment=2160.0, fixed=Fixed(("A",), 1, 22.0))
    problem = one((lot,), (firm,), intensity={"C": 100.0})
    problem = replace(problem, parks=(replace(PARK, intensity=105.0),))
    result = allocate(problem, 1)
    assert result.best is not None and check(problem, result) == ()
    said = {reason.code: reason.details for reason in result.best.placements[0].reasons if ".broken." in reason.code}
    assert set(said) == {"allocation.broken.intensity", "allocation.broken.intensity_park"}
    assert said["allocation.broken.intensity"]["hard"] == "1" and said["allocation.broken.intensity_park"]["hard"] == ""
    assert said["allocation.broken.intensity"]["lacks"] == "0.4"


@pytest.mark.parametrize(
    ("firm", "code"),
    [
        ({"need": None}, "need_unknown"),
        ({"need": float("nan")}, "need_unknown"),
        ({"use": ""}, "use_unknown"),
        ({"output": None}, "output_unknown"),
        ({"tax": None}, "tax_unknown"),
        ({"earliest": 4}, "no_phase"),
    ],
)
def test_unknown_is_set_aside_and_never_zero(firm: dict[str, object], code: str) -> None:
    (lost,) = allocate(one(projects=(replace(FIRM, **firm),)), 1).lost  # type: ignore[arg-type]
    assert lost.aside and lost.reasons[0].code == f"allocation.aside.{code}"


def test_unknown_need_of_a_limited_utility() -> None:
    problem = replace(one(), parks=(Park("a", utilities=(Utility("power", (5.0,), 0.0),)),))
    (lost,) = allocate(problem, 1).lost
    assert lost.reasons[0].code == "allocation.aside.utility_unknown"
    loose = replace(problem, parameters=Parameters(unknown_needs="unchecked"))
    result = allocate(loose, 1)
    assert result.best is not None and result.best.figures.placed == 1
    assert "allocation.unchecked.utility" in [reason.code for reason in result.reasons]


def test_a_parcel_of_unknown_area_or_cost_is_said() -> None:
    lots = (replace(LOT, code="A", mu=None), replace(LOT, code="B", clearance_cost=None), replace(LOT, code="C"))
    codes = {reason.code for reason in allocate(one(lots), 1).reasons}
    assert {"allocation.parcel.mu_unknown", "allocation.parcel.cost_unknown"} <= codes


def test_merging_and_splitting() -> None:
    lots = (
        replace(LOT, code="A", mu=12.0),
        replace(LOT, code="B", mu=9.0),
        replace(LOT, code="D", mu=50.0, splittable=True, least_piece=10.0),
    )
    firms = (FIRM, replace(FIRM, key="q", need=24.0), replace(FIRM, key="r", need=24.0))
    problem = one(lots, firms, slack=0.1)
    result = allocate(problem, 5)
    best = result.best
    assert best is not None and check(problem, result) == ()
    assert {place.project: place.parcels for place in best.placements} == {"p": ("A", "B"), "q": ("D",), "r": ("D",)}
    assert [place.piece for place in best.placements] == [False, True, True]


def test_why_names_the_utility_and_how_much() -> None:
    firms = (replace(FIRM, needs={"sewage": 60.0}), replace(FIRM, key="q", output=5.0, needs={"sewage": 50.0}))
    lots = (LOT, replace(LOT, code="B"))
    problem = replace(
        one(lots, firms, merge=1, change_prices={"utility.sewage": 2.5}),
        parks=(Park("a", utilities=(Utility("sewage", (140.0,), 40.0, "t/d"),)),),
    )
    result = allocate(problem, 5)
    assert result.best is not None and [lost.binding for lost in result.lost] == ["utility"]
    assert result.lost[0].blocked[0].lacks == pytest.approx(10.0, abs=1e-5)
    answer = why(problem, result.best, "q", 5)
    change = answer.changes[0]
    assert change.row is not None and change.row.name == "sewage" and change.amount == pytest.approx(10, abs=1e-5)
    assert change.price == pytest.approx(25, abs=1e-4)
    assert answer.loss is not None and answer.loss > 0 and answer.left == ("p",) and answer.proved
    assert why_from_json(to_json(answer)) == answer


def test_override_says_cost_and_broken_rules() -> None:
    lots = (LOT, replace(LOT, code="B", uses=("M2",)), replace(LOT, code="C"))
    firms = (FIRM, replace(FIRM, key="q", output=5.0))
    problem = one(lots, firms, merge=1)
    result = allocate(problem, 5)
    assert result.best is not None and result.best.figures.placed == 2
    told = override(problem, result.best, "p", Fixed(("B",), 1), 5)
    assert [reason.code for reason in told.hard] == ["allocation.broken.use"]
    assert told.cost == pytest.approx(0.0, abs=1e-6) and told.result.best is not None
    assert told.result.best.placed("p").parcels == ("B",)  # type: ignore[union-attr]
    assert check(replace(problem, projects=(replace(FIRM, fixed=Fixed(("B",), 1)), firms[1])), told.result) == ()
    both = override(problem, result.best, "p", Fixed(("A", "C"), 1), 5)
    assert both.left == ("q",) and both.cost is not None and both.cost > 0
    assert {reason.code for reason in both.broken} == {"allocation.broken.merge", "allocation.broken.large"}
    assert override_from_json(to_json(both)) == both


def test_checker_sees_what_is_wrong() -> None:
    problem = tiny(1, 6)
    result = allocate(problem, 10, plans=False)
    best = result.best
    assert best is not None
    place = best.placements[0]
    for changed, code in (
        (replace(place, mu=place.mu * 3), "wrong.large"),
        (replace(place, phase=9), "wrong.phase"),
        (replace(place, project="nobody"), "wrong.placement"),
    ):
        other = replace(best, placements=(changed, *best.placements[1:]))
        assert code in [reason.code for reason in check(problem, replace(result, plans=(other,)))]
    dear = replace(best, value=best.value + 1)
    assert {"wrong.value", "wrong.bound"} <= {reason.code for reason in check(problem, replace(result, plans=(dear,)))}


def test_stops_when_asked() -> None:
    result = allocate(tiny(3, 6), 10, progress=lambda share, code: False, plans=False)
    assert result.best is None or result.best.value <= result.bound + 1e-9


def test_scale_by_hand() -> None:
    lots = (replace(LOT, mu=60.0), replace(LOT, code="B", mu=40.0, available_from=2, clearance_cost=400.0))
    firms = (replace(FIRM, need=50.0, output=100.0), replace(FIRM, key="q", need=50.0, output=50.0))
    problem = one(lots, firms, phases=2, reserve=0.1, funds=(0.0, 1000.0))
    base, low = scale_plan(problem, (Scenario("base", {}, 1.0), Scenario("low", {"p": 0.5}, 0.5)))
    assert base.output == pytest.approx(140.0, rel=1e-4)  # 90 mu: all of p, 40 of q's 50
    assert [(size.phase, round(size.mu)) for size in base.sizes] == [(1, 60), (2, 90)]
    assert [(dual.row.kind, round(dual.price, 2)) for dual in base.duals] == [("reserve", 1.0)]
    assert low.output == pytest.approx(75.0, rel=1e-4) and low.met == pytest.approx(1.0)
    outputs = [point.output for point in base.frontier]
    assert outputs == sorted(outputs) and base.frontier[0].price >= base.frontier[-1].price
    assert scale_plan(one(projects=()), (Scenario("base", {}, 1.0),))[0].status == "nothing"


def test_weights_are_points() -> None:
    result = allocate(one(weights=Weights(1, 0, 0, 0, 0, 0, 0)), 1)
    assert result.best is not None and result.best.value == pytest.approx(100)
    assert sum(len(combo) for combo in combinations(result.plans, 1)) == len(result.plans)
