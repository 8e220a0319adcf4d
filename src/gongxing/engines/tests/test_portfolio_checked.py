"""Choosing projects against every set, dynamic programming and an answer that was tampered with."""

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
    Swap,
    check,
    problem_from_json,
    result_from_json,
    to_json,
)
from gongxing.engines.portfolio.checker import every_set, worth_of
from gongxing.engines.portfolio.choosing import choose
from gongxing.engines.portfolio.explaining import explain


def one(key: str, value: float | None, land: float | None = 0.0, **more_of_it: object) -> Candidate:
    return Candidate(key, {"value": value}, {"land": land}, **more_of_it)  # type: ignore[arg-type]


def codes(reasons: object) -> list[str]:
    return [reason.code for reason in reasons]  # type: ignore[attr-defined]


def draw(rng: random.Random, n: int) -> Problem:
    """A small county with everything in it: unknown figures, funds, twins, requirements, parks, decided projects."""
    names = [f"p{i:02d}" for i in range(n)]

    def some(share: float, value: float) -> float | None:
        return None if rng.random() < share else value

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


def tampered(found: Result, **changes: object) -> Result:
    return replace(found, plans=(replace(found.plans[0], **changes), *found.plans[1:]))  # type: ignore[arg-type]


def every_rule() -> Problem:
    """A problem in which each rule can be broken."""
    return Problem(
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


def test_the_checker_sees_every_broken_rule() -> None:
    asked = every_rule()
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


def test_the_checker_sees_every_wrong_figure() -> None:
    asked = every_rule()
    found = choose(asked)
    best = found.plans[0]
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
