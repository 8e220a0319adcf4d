"""Choosing projects: by hand, against every set tried, against known optima, and against the independent checker."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.portfolio import (
    Budget,
    Candidate,
    Draw,
    Emphasis,
    Fund,
    Placed,
    Problem,
    Quota,
    Result,
    RowId,
    Swap,
    certified_bound,
    check,
    problem_from_json,
    result_from_json,
    to_json,
)
from gongxing.engines.portfolio.checker import every_set, worth_of
from gongxing.engines.portfolio.choosing import choose
from gongxing.engines.portfolio.explaining import explain, more

LAND = RowId("budget", "land")


def one(key: str, value: float | None, land: float | None = 0.0, **more_of_it: object) -> Candidate:
    return Candidate(key, {"value": value}, {"land": land}, **more_of_it)  # type: ignore[arg-type]


def three() -> Problem:
    return Problem((one("a", 10, 60), one("b", 7, 50), one("c", 6, 50)), (Budget("land", 100, unit="亩"),), differ=1)


def codes(reasons: object) -> list[str]:
    return [reason.code for reason in reasons]  # type: ignore[attr-defined]


def out(result: Result) -> dict[str, list[str]]:
    return {left.key: [code.removeprefix("portfolio.") for code in codes(left.reasons)] for left in result.left_out}


def keys(result: Result) -> tuple[str, ...]:
    assert result.best is not None
    return result.best.keys


def test_land_is_shared_out_so_that_most_is_gained() -> None:
    # a takes 60 of 100 mu and leaves room for nothing: 10; b and c take exactly 100: 13
    found = choose(three())
    assert (found.status, keys(found), found.gap, found.greedy) == ("optimal", ("b", "c"), 0.0, 10.0)
    assert found.best is not None and found.best.value == found.bound == 13
    (use,) = found.best.uses
    assert (use.row, use.unit, use.limit, use.used, use.left) == (LAND, "亩", 100, 100, 0)
    # cut into parts: all of a (10 for 60), 40 of b's 50 at 0.14 each: 15.6; one mu more is one more of b
    assert found.prices[0].price == pytest.approx(0.14) and found.certified == pytest.approx(15.6)
    near = found.plans[1]
    assert (near.kind, near.keys, near.value, near.loss, near.within) == ("near", ("a",), 10, 3, False)
    assert (near.comes, near.leaves) == (("a",), ("b", "c"))
    (left,) = found.left_out
    (short,) = left.short
    assert (short.row, short.need, short.left, short.lacks) == (LAND, 60, 0, 60)
    assert check(three(), found, exhaust=True) == ()


def test_what_would_let_a_project_in() -> None:
    asked = three()
    best = choose(asked).plans[0]
    told = explain(asked, best, "a")
    # with a alone 10 instead of 13; with 10 mu more a and b fit: 17, the best there is with 110 mu
    assert (told.loss, told.leaves, told.proved) == (3, ("b", "c"), True)
    assert [(extra.row, extra.amount, extra.part, extra.value) for extra in told.extras] == [(LAND, 10, 0.1, 17)]
    raised = replace(asked, candidates=(one("a", 13.01, 60), *asked.candidates[1:]))
    assert keys(choose(raised)) == ("a",)
    assert explain(asked, best, "b").chosen
    assert codes(explain(asked, best, "nobody").reasons) == ["portfolio.explain.unknown_project"]
    gain = more(asked, best, LAND)
    assert gain is not None
    assert (gain.amount, gain.gain, gain.per_unit, gain.comes, gain.leaves) == (10, 4, 0.4, ("a",), ("c",))
    assert more(asked, best, RowId("budget", "power")) is None


def test_the_least_extra_is_not_where_another_project_comes_in_instead() -> None:
    asked = Problem((one("w", 4, 9), one("x", 5, 20), one("y", 9, 30), one("z", 6, 19.5)), (Budget("land", 31),))
    found = choose(asked)
    assert keys(found) == ("w", "z")
    # 8.5 mu more let x in beside z for 11, no less than today's 10, but y and w are worth 13 then; 17.5 mu more: w, x and z 15
    told = explain(asked, found.plans[0], "x")
    assert [(extra.amount, extra.value, extra.proved) for extra in told.extras] == [(17.5, 15, True)]


def test_one_project_draws_from_one_fund() -> None:
    funds = (Fund("bond", 100, unit="万元"), Fund("central", 100, most=1, unit="万元"))
    both = (Draw("bond", 80), Draw("central", 60))
    asked = Problem(
        (
            Candidate("a", {"value": 9}, {}, funds=both),
            Candidate("b", {"value": 8}, {}, funds=both),
            Candidate("c", {"value": 7}, {}, funds=(Draw("central", 10),)),
            Candidate("d", {"value": 1}, {}),
            Candidate("e", {"value": 2}, {}, funds=(Draw("bond", 50, {"value": 30}),), without_fund=True),
        ),
        funds=funds,
    )
    found = choose(asked)
    # e with the bond is worth 32; the central fund takes one project: a
    assert found.best is not None
    assert found.best.chosen == (Placed("a", "central"), Placed("d"), Placed("e", "bond"))
    assert found.best.value == 42
    assert out(found)["b"][0] == "left.no_fund" and out(found)["c"] == ["left.no_fund", "left.slots"]
    assert check(asked, found, exhaust=True) == ()
    told = {extra.row.kind: extra.amount for extra in explain(asked, found.plans[0], "c").extras}
    assert told == {"slots": 1}


def test_unknown_figures_set_a_project_aside_and_are_named() -> None:
    funds = (Fund("bond", 10), Fund("open", None))
    asked = Problem(
        (
            one("a", None, 1),
            one("b", 9, None),
            Candidate("c", {"value": 9}, {}),
            one("d", 9, float("nan")),
            one("e", 9, -1),
            one("f", 9, 1, barred="eliminated_industry"),
            one("g", 9, 1, funds=(Draw("bond", None),)),
            one("h", 9, 1, funds=(Draw("gone", 1),)),
            one("i", 9, 1, funds=(Draw("open", None),)),
            one("j", 9, 1, requires=("k",)),
            one("k", 9, 1, requires=("a",)),
            one("l", 9, 1, requires=("nobody",)),
            one("m", 1, 1),
            one("m", 2, 1),
        ),
        (Budget("land", 100), Budget("power", None)),
        funds,
    )
    found = choose(asked)
    assert keys(found) == ("i",)
    assert out(found) == {
        "a": ["aside.unknown_value"],
        "b": ["aside.unknown_need"],
        "c": ["aside.unknown_need"],
        "d": ["aside.unknown_need"],
        "e": ["aside.bad_figure"],
        "f": ["aside.barred"],
        "g": ["aside.unknown_draw"],
        "h": ["aside.fund_absent"],
        "j": ["aside.requires_aside"],
        "k": ["aside.requires_aside"],
        "l": ["aside.requires_absent"],
        "m": ["aside.duplicate"],
    }
    assert all(left.aside and left.rise is None for left in found.left_out)
    assert {"portfolio.note.unknown_budget", "portfolio.note.unknown_fund"} <= set(codes(found.reasons))
    assert codes(explain(asked, found.plans[0], "b").reasons) == ["portfolio.aside.unknown_need"]
    assert check(asked, found, exhaust=True) == ()


def test_twins_requirements_parks_and_quotas() -> None:
    asked = Problem(
        (
            one("a", 10, 10, excludes=("a2",)),
            one("a2", 9, 10),
            one("b", 8, 10, requires=("road",)),
            one("road", -3, 5),
            one("c", 5, 40, park="east"),
            one("d", 4, 20, park="east"),
            one("e", 1, 1, park="west"),
            one("f", 0, 1),
        ),
        (Budget("land", 1000), Budget("land", 30, "east")),
        quotas=(Quota("west", least=1), Quota("", most=5)),
    )
    found = choose(asked)
    assert keys(found) == ("a", "b", "d", "e", "road")
    told = out(found)
    assert told["a2"] == ["left.quota", "left.twin"] and told["c"] == ["left.too_large", "left.quota"]
    assert told["f"] == ["left.no_value", "left.quota"]
    assert next(left for left in found.left_out if left.key == "c").swap is None
    assert next(left for left in found.left_out if left.key == "a2").swap == Swap("a", 1)
    assert check(asked, found, exhaust=True) == ()
    # c alone is larger than the park: 10 mu more and d goes
    extras = explain(asked, found.plans[0], "c").extras
    assert [(extra.row.kind, extra.row.other, extra.amount) for extra in extras] == [("budget", "east", 10)]


def test_what_is_decided_but_impossible_is_named_with_what_is_lacking() -> None:
    base = three()
    both = replace(base, candidates=tuple(replace(x, must=x.key != "c") for x in base.candidates))
    found = choose(both)
    assert found.status == "infeasible" and found.best is None
    assert [(short.row, short.need, short.left, short.lacks) for short in found.excess] == [(LAND, 110, 100, 10)]
    assert found.reasons[0].details["decided"] == "a b"
    assert check(both, found, exhaust=True) == ()
    cases = {
        "decided_aside": Problem((one("a", None, must=True),)),
        "decided_twins": Problem((one("a", 1, must=True, excludes=("b",)), one("b", 1, must=True))),
        "too_few": Problem((one("a", 1),), quotas=(Quota("east", 1),)),
        "bad_limit": Problem((one("a", 1),), (Budget("land", -5),)),
        "limit_twice": Problem((one("a", 1),), (Budget("land", 5), Budget("land", 6))),
        "bad_weight": Problem((one("a", 1),), weights={"value": float("inf")}),
    }
    for code, asked in cases.items():
        answer = choose(asked)
        assert answer.status == "infeasible" and f"portfolio.infeasible.{code}" in codes(answer.reasons), code


def test_nothing_one_and_nothing_that_fits() -> None:
    assert choose(Problem(())).status == "nothing_to_choose"
    assert keys(choose(Problem((one("a", 1),)))) == ("a",)
    full = Problem((one("a", 1, 5),), (Budget("land", 0),))
    found = choose(full)
    assert keys(found) == () and found.status == "optimal" and "portfolio.nothing_fits" in codes(found.reasons)
    assert out(found) == {"a": ["left.too_large"]} and check(full, found, exhaust=True) == ()
    worthless = Problem((one("a", 0, 1), one("b", -1, 1)), (Budget("land", 9),))
    assert check(worthless, choose(worthless), exhaust=True) == ()


def test_a_plan_with_another_emphasis_keeps_its_floor() -> None:
    asked = Problem(
        tuple(
            Candidate(key, {"value": value, "tax": tax}, {"land": 10})
            for key, value, tax in (("a", 100, 1), ("b", 98, 9), ("c", 90, 50), ("d", 50, None))
        ),
        (Budget("land", 20),),
        emphasis=Emphasis("tax", {"tax": 1}),
        differ=1,
    )
    found = choose(asked)
    best, near, third = found.plans
    # best a+b 198; the floor of 95 % is 188.1: b+c is worth 188 and below it, a+c is worth 190 with tax 51
    assert (best.keys, near.keys, third.keys) == (("a", "b"), ("a", "c"), ("a", "c"))
    assert (third.kind, third.name, third.loss) == ("emphasis", "tax", 8)
    assert {total.term: total.total for total in third.totals} == {"tax": 51, "value": 190}
    assert choose(replace(asked, loss=0.06)).plans[2].keys == ("b", "c")
    assert check(asked, found, exhaust=True) == ()


def draw(rng: random.Random, n: int) -> Problem:
    """A small county with everything in it: unknown figures, funds, twins, requirements, parks, decided projects."""
    names = [f"p{i:02d}" for i in range(n)]
    some = lambda share, value: None if rng.random() < share else value
    candidates = tuple(
        Candidate(
            name,
            {"value": some(0.05, rng.randint(-2, 20)), "tax": some(0.1, rng.randint(0, 9))},
            {"land": some(0.05, rng.randint(0, 30)), "energy": rng.randint(0, 9) / 10},
            rng.choice(["", "x", "y"]),
            tuple(
                Draw(fund, some(0.1, rng.randint(0, 20)), {"tax": rng.randint(0, 3)})
                for fund in ("f", "g", "absent")
                if rng.random() < 0.25
            ),
            rng.random() < 0.5,
            rng.random() < 0.03,
            "late" if rng.random() < 0.05 else "",
            tuple(rng.sample(names, 1)) if rng.random() < 0.15 else (),
            tuple(rng.sample(names, 1)) if rng.random() < 0.1 else (),
        )
        for name in names
    )
    return Problem(
        candidates,
        (Budget("land", rng.randint(20, 100)), Budget("energy", rng.randint(5, 20) / 10), Budget("land", 30, "x")),
        (Fund("f", rng.randint(5, 40), rng.choice([None, 1, 2])), Fund("g", rng.choice([None, 15]))),
        (Quota("y", rng.choice([0, 0, 1]), rng.choice([None, 3])), Quota("", 0, rng.choice([None, 4]))),
        {"value": 1.0, "tax": rng.choice([0, 0.5])},
        rng.choice([None, Emphasis("tax", {"tax": 1.0})]),
        rng.randint(1, 3),
    )


def worth(problem: Problem, chosen: tuple[Placed, ...]) -> float:
    known = {candidate.key: candidate for candidate in problem.candidates}
    return sum(worth_of(problem, known[placed.key], placed.fund) for placed in chosen)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_every_set_tried_finds_nothing_better(seed: int, n: int) -> None:
    problem = draw(random.Random(seed), n)
    found = choose(problem)
    assert check(problem, found, exhaust=True) == ()
    turned = replace(
        problem,
        candidates=problem.candidates[::-1],
        budgets=problem.budgets[::-1],
        funds=problem.funds[::-1],
        quotas=problem.quotas[::-1],
    )
    assert choose(turned) == found
    assert problem_from_json(to_json(problem)) == problem and result_from_json(to_json(found)) == found
    if found.best is None:
        return
    sets = list(every_set(problem))
    for left in [left for left in found.left_out if not left.aside][:2]:
        with_it = [worth(problem, chosen) for chosen in sets if left.key in {placed.key for placed in chosen}]
        told = explain(problem, found.best, left.key)
        assert told.loss == (None if not with_it else pytest.approx(found.best.value - max(with_it), abs=1e-5))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_sixteen_projects_under_three_budgets_equal_every_subset(seed: int) -> None:
    rng = random.Random(seed)
    figures = [(rng.randint(1, 50), [rng.randint(1, 30) for _ in range(3)]) for _ in range(16)]
    limits = [sum(needs[r] for _, needs in figures) // rng.randint(2, 4) for r in range(3)]
    best = 0
    for mask in range(1 << 16):
        taken = [figures[i] for i in range(16) if mask >> i & 1]
        if sum(value for value, _ in taken) > best and all(
            sum(needs[r] for _, needs in taken) <= limits[r] for r in range(3)
        ):
            best = sum(value for value, _ in taken)
    problem = Problem(
        tuple(
            Candidate(f"p{i:02d}", {"value": value}, {str(r): needs[r] for r in range(3)})
            for i, (value, needs) in enumerate(figures)
        ),
        tuple(Budget(str(r), limit) for r, limit in enumerate(limits)),
    )
    found = choose(problem)
    assert found.best is not None and found.best.value == best and check(problem, found) == ()


def test_a_knapsack_equals_dynamic_programming() -> None:
    """One budget, 150 projects whose value follows their need: the hard kind; best value by weight, exactly."""
    rng = random.Random(7)
    needs = [rng.randint(100, 999) for _ in range(150)]
    values = [need + rng.randint(-40, 60) for need in needs]
    limit = sum(needs) // 3
    table = [0] * (limit + 1)
    for need, value in zip(needs, values, strict=True):
        for room in range(limit, need - 1, -1):
            table[room] = max(table[room], table[room - need] + value)
    problem = Problem(
        tuple(one(f"p{i:03d}", v, n) for i, (n, v) in enumerate(zip(needs, values, strict=True))),
        (Budget("land", limit),),
    )
    found = choose(problem)
    assert found.best is not None and found.best.value == table[limit] and found.status == "optimal"


def test_prices_are_never_negative_zero_where_there_is_room_and_certify_the_bound() -> None:
    asked = replace(
        three(),
        candidates=tuple(replace(x, needs={**x.needs, "power": 1.0}) for x in three().candidates),
        budgets=(Budget("land", 100), Budget("power", 50)),
    )
    found = choose(asked)
    prices = {price.row: price.price for price in found.prices}
    assert prices == {LAND: pytest.approx(0.14), RowId("budget", "power"): 0.0}
    assert certified_bound(asked, prices) == pytest.approx(15.6)
    # any other prices give a bound too, only a worse one: 23 without prices
    assert certified_bound(asked, {}) == 23 and certified_bound(asked, {LAND: 1.0}) == 100


def tampered(found: Result, **changes: object) -> Result:
    return replace(found, plans=(replace(found.plans[0], **changes), *found.plans[1:]))  # type: ignore[arg-type]


def test_the_checker_sees_every_kind_of_tampering() -> None:
    asked = Problem(
        (
            one("a", 10, 10, must=True),
            one("a2", 9, 10, excludes=("a",)),
            one("b", 8, 10, requires=("r",)),
            one("r", -3, 5),
            one("east", 4, 31, park="east"),
            one("w", 1, 1, park="west"),
            one("barred", 99, 1, barred="x"),
            one("none", 9, None),
            Candidate("m", {"value": 3}, {"land": 1}, funds=(Draw("bond", 60), Draw("central", 60))),
            Candidate("n", {"value": 3}, {"land": 1}, funds=(Draw("bond", 60), Draw("central", 60))),
        ),
        (Budget("land", 60), Budget("land", 30, "east")),
        (Fund("bond", 100, 1), Fund("central", 50, 1)),
        (Quota("west", least=1), Quota("", most=6)),
        differ=1,
    )
    found = choose(asked)
    assert check(asked, found, exhaust=True) == ()
    best = found.plans[0]
    assert best.chosen == (Placed("a"), Placed("b"), Placed("m", "bond"), Placed("r"), Placed("w"))
    keep = {placed.key: placed for placed in best.chosen}
    broken = {
        "must a": [p for k, p in keep.items() if k != "a"],
        "twins a a2": [*keep.values(), Placed("a2")],
        "requires b r": [p for k, p in keep.items() if k != "r"],
        "budget land east": [*keep.values(), Placed("east")],
        "least west": [p for k, p in keep.items() if k != "w"],
        "most": [*keep.values(), Placed("east"), Placed("a2")],
        "barred barred": [*keep.values(), Placed("barred")],
        "need land none": [*keep.values(), Placed("none")],
        "slots bond": [*keep.values(), Placed("n", "bond")],
        "fund bond": [*keep.values(), Placed("n", "bond")],
        "fund central": [*keep.values(), Placed("n", "central")],
        "no fund n": [*keep.values(), Placed("n")],
        "fund gone n": [*keep.values(), Placed("n", "gone")],
        "one project twice": [*keep.values(), Placed("a")],
        "candidate nobody": [*keep.values(), Placed("nobody")],
        "budget land": [*keep.values(), Placed("east"), Placed("a2"), Placed("none")],
    }
    for why, chosen in broken.items():
        seen = [r.details["why"] for r in check(asked, tampered(found, chosen=tuple(chosen))) if "why" in r.details]
        assert why in seen, why
    lies = {
        "value_differs": tampered(found, value=best.value + 1),
        "loss_differs": tampered(found, loss=1.0),
        "change_differs": tampered(found, comes=("n",)),
        "use_differs": tampered(found, uses=(replace(best.uses[0], used=1.0), *best.uses[1:])),
        "uses_differ": tampered(found, uses=best.uses[1:]),
        "total_differs": tampered(found, totals=(replace(best.totals[0], total=1.0),)),
        "gap_differs": replace(found, gap=0.1),
        "bound_below_value": replace(found, bound=best.value - 1),
        "bound_above_certificate": replace(found, bound=999.0),
        "certificate_differs": replace(found, certified=999.0),
        "negative_price": replace(found, prices=tuple(replace(p, price=-1.0) for p in found.prices)),
        "not_everybody_told": replace(found, left_out=found.left_out[1:]),
        "no_reason": replace(found, left_out=tuple(replace(x, reasons=()) for x in found.left_out)),
        "greedy_above_bound": replace(found, greedy=999.0),
        "status_differs": replace(found, gap=0.1),
        "short_differs": replace(
            found,
            left_out=tuple(
                replace(x, short=tuple(replace(s, need=s.need + 1) for s in x.short)) for x in found.left_out
            ),
        ),
        "swap_differs": replace(
            found, left_out=tuple(x if x.aside else replace(x, swap=Swap("a", 5.0)) for x in found.left_out)
        ),
    }
    for code, answer in lies.items():
        assert f"portfolio.check.{code}" in codes(check(asked, answer)), code


@pytest.mark.parametrize("text", ["{}", "[]", '{"candidates": [{"key": 1}]}', '{"candidates": [], "more": 1}'])
def test_json_that_is_no_problem_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Problem"):
        problem_from_json(text)
