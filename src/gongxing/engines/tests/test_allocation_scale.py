"""The scale plan's checker: real plans hold, their prices prove them best, and everything tampered with is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.allocation import county

from gongxing.engines.allocation import Parameters, Parcel, Park, Problem, Project, Utility
from gongxing.engines.allocation.scale import Ready, Scale, Scenario, scale_plan
from gongxing.engines.allocation.scale_checker import check_scale
from gongxing.engines.tests.tiny_counties import tiny

DEMANDS = (Scenario("low", {"p0": 0.2}, 0.4), Scenario("base", {"p1": None}, 0.8), Scenario("high", {}, 1.5))


@pytest.mark.parametrize("seed", range(12))
def test_real_plans_hold(seed: int) -> None:
    problem = county(seed, 25, 40, short=bool(seed % 2)) if seed < 6 else tiny(seed, 6)
    if seed % 3 == 0:
        problem = replace(problem, parameters=replace(problem.parameters, funds=(300.0, 200.0, 500.0)))
    scales = scale_plan(problem, DEMANDS)
    assert check_scale(problem, DEMANDS, scales) == ()
    assert all(one.status == "optimal" and one.shares and one.ready for one in scales)


LOTS = (Parcel("A", "a", 60.0, ("M1",)), Parcel("B", "a", 40.0, ("M1",), 2, 400.0))
FIRMS = (
    Project("p", 50.0, "M1", output=100.0, tax=1.0, needs={"power": 5.0}),
    Project("q", 50.0, "M1", output=50.0, tax=1.0, needs={"power": 1.0}),
)
GIVEN = Problem(
    (Park("a", utilities=(Utility("power", (4.0, 9.0), 0.0),)),), LOTS, FIRMS, (), Parameters(2, reserve=0.1, funds=(0.0, 300.0))
)  # fmt: skip
ONE = (Scenario("base", {}, 1.0),)


def plan() -> Scale:
    """4 kVA carry four fifths of p in phase 1 (40 mu); then all of p, and q on what 300 万元 clear: 90 mu at most, 60 + 30; 40 of q's 50."""
    (found,) = scale_plan(GIVEN, ONE)
    return found


def wrong(scale: Scale, problem: Problem = GIVEN) -> set[str]:
    return {one.code for one in check_scale(problem, ONE, (scale,))}


def test_by_hand() -> None:
    scale = plan()
    assert wrong(scale) == set() and scale.output == pytest.approx(140.0, rel=1e-5)
    shares: dict[str, float] = {}
    for one in scale.shares:
        shares[one.project] = shares.get(one.project, 0.0) + one.share
    assert shares == pytest.approx({"p": 1.0, "q": 0.8}, rel=1e-5)
    assert sum(one.mu for one in scale.ready) == pytest.approx(90.0, rel=1e-5)


def test_a_plan_that_breaks_a_limit_is_found() -> None:
    scale = plan()
    double = tuple(replace(one, share=one.share * 2) for one in scale.shares)
    assert {"wrong.share", "wrong.land", "wrong.utility", "wrong.figure"} <= wrong(replace(scale, shares=double))
    early = tuple(replace(one, phase=1) for one in scale.ready)
    assert {"wrong.ready", "wrong.fund"} <= wrong(replace(scale, ready=early))
    more = (*scale.ready, Ready("A", 2, 30.0))
    assert {"wrong.ready", "wrong.reserve"} <= wrong(replace(scale, ready=more))
    assert "wrong.stranger" in wrong(replace(scale, ready=(Ready("Z", 1, 1.0),)))
    late = tuple(replace(one, phase=3) for one in scale.shares)
    assert "wrong.share" in wrong(replace(scale, shares=late))


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (replace(GIVEN, parks=(replace(GIVEN.parks[0], reserve_share=0.2),)), "wrong.reserve"),
        (replace(GIVEN, parks=(replace(GIVEN.parks[0], utilities=(Utility("power", (4.0, 5.0), 0.0),)),)), "wrong.utility"),
        (replace(GIVEN, parameters=replace(GIVEN.parameters, funds=(0.0, 250.0))), "wrong.fund"),
        (replace(GIVEN, parcels=(replace(LOTS[0], mu=50.0), LOTS[1])), "wrong.ready"),
        (replace(GIVEN, parcels=(LOTS[0], replace(LOTS[1], conflict=0.3))), "wrong.stranger"),
        (replace(GIVEN, projects=(replace(FIRMS[0], park="b"), FIRMS[1])), "wrong.share"),
    ],
)  # fmt: skip
def test_a_plan_of_another_county_is_found(problem: Problem, code: str) -> None:
    assert code in wrong(plan(), problem)


def test_a_plan_that_is_not_the_best_is_found() -> None:
    """Half of the plan keeps every limit, and its own prices prove that there is more; so do prices of nothing, or of somewhere else."""
    scale = plan()
    half = replace(
        scale, output=scale.output / 2, met=(scale.met or 0.0) / 2, frontier=(),
        shares=tuple(replace(one, share=one.share / 2) for one in scale.shares),
        sizes=tuple(replace(one, mu=one.mu / 2, output=one.output / 2) for one in scale.sizes),
    )  # fmt: skip
    assert wrong(half) == {"wrong.not_best"}
    assert "wrong.not_best" in wrong(replace(scale, prices=(), duals=()))
    assert "wrong.price" in wrong(replace(scale, prices=tuple(replace(one, price=-1.0) for one in scale.prices)))
    assert "wrong.price" in wrong(replace(scale, duals=tuple(replace(one, price=one.price * 2) for one in scale.duals)))


def test_figures_frontier_and_status() -> None:
    scale = plan()
    for changed in ({"output": 150.0}, {"expected": 1.0}, {"wanted": 1.0}, {"met": 0.1}, {"sizes": scale.sizes[1:]}):
        assert "wrong.figure" in wrong(replace(scale, **changed))
    size = scale.sizes[0]
    for changed in ({"mu": 1.0}, {"output": 1.0}, {"made_ready": 1.0}, {"cost": 77.0}):
        assert "wrong.figure" in wrong(replace(scale, sizes=(replace(size, **changed), *scale.sizes[1:])))  # type: ignore[arg-type]
    low = scale.frontier[2]
    for point in (replace(low, output=low.output * 1.2), replace(low, output=0.0), replace(low, mu=low.limit + 1)):
        assert "wrong.frontier" in wrong(replace(scale, frontier=(*scale.frontier[:2], point, *scale.frontier[3:])))
    assert "wrong.frontier" in wrong(replace(scale, frontier=scale.frontier[:-1]))
    assert wrong(replace(scale, status="nothing")) == {"wrong.nothing"}
    assert check_scale(GIVEN, DEMANDS, (scale,))[0].code == "wrong.scenarios"
    empty = replace(GIVEN, projects=())
    assert check_scale(empty, ONE, scale_plan(empty, ONE)) == ()
