"""Choosing projects: worked out by hand, reasons, prices, what would let a project in."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
)
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


@pytest.mark.parametrize("text", ["{}", "[]", '{"candidates": [{"key": 1}]}', '{"candidates": [], "more": 1}'])
def test_json_that_is_no_problem_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Problem"):
        problem_from_json(text)
