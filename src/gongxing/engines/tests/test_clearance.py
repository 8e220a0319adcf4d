"""Difficulty of clearing by hand and against every extreme of the unknown, progress, estimates, steps of the law."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from math import log
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.clearance import (
    Finished,
    Period,
    Rules,
    UnitFacts,
    UnitProgress,
    check_difficulty,
    check_estimate,
    difficulty,
    estimate,
    progress,
    sequence,
    steps_from_rows,
)

BUSY = [HealthCheck.too_slow]
PACKS = Path(__file__).resolve().parents[4] / "packs"


def rows(pack: str, name: str) -> list[dict[str, str]]:
    with (PACKS / pack / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PARAMETERS = {row["code"]: row for row in rows("parameters", "parameters")}
RULES = Rules.from_rows(PARAMETERS, {code: row["status"] for code, row in PARAMETERS.items()})
STEP_ROWS = rows("clearance", "steps")
STEPS = steps_from_rows(
    STEP_ROWS, PARAMETERS, {(row["regime"], row["step"]): (row["source"], row["status"]) for row in STEP_ROWS}
)
EASY = UnitFacts(
    households=0, building_m2=0, area_mu=50, disputes=0, graves=0, crops=0, livestock=0, stoppage=0, farmland_forest="none", funds=1, legacy="none"
)  # fmt: skip


def test_nothing_in_the_way_is_zero_and_everything_one_hundred() -> None:
    assert sum(RULES.weights.values()) == 100
    assert difficulty(EASY, RULES).index == 0
    hard = UnitFacts(200, 20000, 50, 0.3, 50, 0, 0, 500, "permanent", 0, "repeated")
    assert difficulty(hard, RULES).index == pytest.approx(100)
    assert difficulty(replace(hard, households=900, stoppage=4000.0), RULES).index == pytest.approx(100)


def test_a_parcel_in_the_middle_by_hand() -> None:
    facts = UnitFacts(24, 6000, 50, 0.06, 10, 0.5, 1, 125, "forest", 0.6, "settled")
    got = difficulty(facts, RULES)
    # 20·ln 25/ln 201 + 15·(120/400) + 15·(6/30) + 10·max(10/50, 0.5, 1/5) + 10·(125/500) + 10·0.6 + 10·0.4 + 10·0.3
    assert got.index == pytest.approx(20 * log(25) / log(201) + 4.5 + 3 + 5 + 2.5 + 6 + 4 + 3)
    assert got.index == pytest.approx(40.1392, abs=1e-4)
    assert [one.code for one in got.parts][:3] == ["households", "building", "disputes"]
    assert got.parts[3].reason.details == {"of": "crops", "measure": "0.5", "full": "1.0"}
    assert check_difficulty(facts, RULES, got) == ()


def test_the_unknown_is_a_range_and_asked_for_most_points_first() -> None:
    got = difficulty(replace(EASY, households=None, funds=None, graves=None, area_mu=None), RULES)
    assert (got.index, got.low, got.high, got.middle) == (None, 0, 40, 20)
    # no building: the area is not needed
    assert got.missing == ("households", "graves", "funds")
    half = difficulty(replace(EASY, graves=None, crops=0.5), RULES)
    assert (half.low, half.high) == (5, 10)
    full = difficulty(replace(EASY, graves=None, crops=1), RULES)
    assert (full.index, full.missing) == (10, ())
    empty = difficulty(UnitFacts(), RULES)
    assert (empty.low, empty.high, len(empty.missing)) == (0, 100, 11)


def test_what_cannot_be_is_unknown_and_said() -> None:
    got = difficulty(replace(EASY, disputes=30, legacy="gone", funds=60, households=-1), RULES)
    assert (got.low, got.high) == (0, 55)
    assert {one.reason.code for one in got.parts if one.high > 0} == {"clearance.wrong"}
    assert difficulty(replace(EASY, building_m2=100, area_mu=0), RULES).missing == ("area_mu",)
    assert all(status == "design" for _, status in RULES.marks)
    with pytest.raises(ValueError, match="not negative"):
        replace(RULES, weights={**RULES.weights, "funds": -1})


def maybe(values: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), values)


FACTS = st.builds(
    UnitFacts,
    st.one_of(st.none(), st.integers(0, 400)), maybe(st.floats(0, 40000)), maybe(st.floats(1, 200)), maybe(st.floats(0, 1)),
    maybe(st.floats(0, 90)), maybe(st.floats(0, 1)), maybe(st.floats(0, 9)), maybe(st.floats(0, 900)),
    st.sampled_from([None, "none", "pending", "forest", "permanent"]), maybe(st.floats(0, 1)),
    st.sampled_from([None, "none", "settled", "open", "repeated"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=BUSY)
@given(FACTS)
def test_any_range_is_what_the_extremes_of_the_unknown_give(facts: UnitFacts) -> None:
    got = difficulty(facts, RULES)
    assert check_difficulty(facts, RULES, got) == ()
    assert 0 <= got.low <= got.high <= 100 + 1e-9


def test_progress_over_the_units_that_know() -> None:
    units = [
        UnitProgress("b", households=10, agreements=8, gone=5, area=20, cleared=10, compensation=500, paid=500),
        UnitProgress("a", households=30, agreements=12, gone=None, area=30, cleared=0, compensation=1500, paid=100),
    ]
    agreed, gone, area, paid = progress(units)
    assert (agreed.share, agreed.known, gone.share, gone.known, gone.units) == (0.5, 2, 0.5, 1, 2)
    assert (area.share, paid.share, paid.total) == (0.2, 0.3, 2000)
    assert gone.reasons[0].details == {"units": "a"}
    nobody = progress([UnitProgress("c", households=0, agreements=0)])
    assert [one.share for one in nobody] == [None] * 4
    assert nobody[0].reasons[0].code == "clearance.progress.nothing"
    more = progress([UnitProgress("c", households=2, agreements=3)])[0]
    assert more.reasons[0].details == {"unit": "c", "done": "3", "total": "2"}
    assert progress([])[0].units == 0


HISTORY = [
    # difficulty 40 ± n, 0.10 … 0.16 万元 per m², months per 100 households 10 … 16
    Finished(f"h{n}", 40 + n, 10000, 50, 50, (0.10 + n / 100) * 10000, (10 + n) / 2)
    for n in range(7)
]


def test_an_estimate_from_the_countys_own_units() -> None:
    own = difficulty(UnitFacts(24, 6000, 50, 0.06, 10, 0.5, 1, 125, "forest", 0.6, "settled"), RULES)
    facts = UnitFacts(households=24, building_m2=6000, area_mu=50)
    rules = replace(RULES, nearest=5)
    cost, area, months = estimate(facts, own, HISTORY, rules)
    # difficulty 40.14: h0 … h4 are nearest; rates 0.10 … 0.14, quartiles 0.11, 0.12, 0.13
    assert (cost.status, cost.used, cost.n, cost.known) == ("estimated", ("h0", "h1", "h2", "h3", "h4"), 5, 7)
    assert [cost.low, cost.middle, cost.high] == pytest.approx([660, 720, 780])
    # the units have 50 mu: 20, 22, … 28 万元 per mu; quartiles 22, 24, 26
    assert [area.low, area.middle, area.high] == pytest.approx([1100, 1200, 1300])
    # 10 … 14 months per 100 households, 24 households
    assert [months.low, months.middle, months.high] == pytest.approx([2.64, 2.88, 3.12])
    assert all(check_estimate(HISTORY, own, one, rules) == () for one in (cost, area, months))
    assert estimate(facts, own, HISTORY[::-1], rules) == (cost, area, months)


def test_too_few_units_give_no_figure() -> None:
    own = difficulty(EASY, RULES)
    facts = UnitFacts(households=24, building_m2=6000)
    cost, area, months = estimate(
        facts, own, [*HISTORY[:4], Finished("x", None, 100, 1, 1, 1, 1), Finished("y", 40, 0)], RULES
    )
    assert (cost.status, cost.n, cost.middle, cost.rates) == ("too_few", 4, None, None)
    assert cost.reasons[-1].details == {"n": "4", "least": "5"}
    cost, area, months = estimate(facts, difficulty(replace(EASY, funds=None), RULES), HISTORY, RULES)
    assert (cost.n, area.status, months.status) == (7, "size_unknown", "estimated")
    assert cost.reasons[0].details == {"low": "0.0", "high": "10.0"}
    assert estimate(replace(facts, households=0), own, HISTORY, RULES)[2].status == "nothing"
    assert estimate(facts, own, [], RULES)[0].n == 0


@settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 9999), st.floats(0, 9999), st.one_of(st.none(), st.integers(0, 300))), max_size=20),
    st.integers(5, 12),
)  # fmt: skip
def test_any_estimate_agrees_with_numpy(told: list[tuple[float, float, float, int | None]], nearest: int) -> None:
    history = [Finished(f"{n:02d}", d, m, 10, h, c, 3) for n, (d, m, c, h) in enumerate(told)]
    own, rules = difficulty(EASY, RULES), replace(RULES, nearest=nearest)
    for one in estimate(UnitFacts(households=3, building_m2=40, area_mu=2), own, history, rules):
        assert check_estimate(history, own, one, rules) == ()


def working_days(day: date, n: int) -> date:
    """Monday to Friday."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def states(regime: str, done: dict[str, date | None], today: date) -> dict[str, tuple[str, list[str]]]:
    found = sequence(STEPS[regime], done, today, working_days)
    return {
        one.step.code: (one.state, [reason.code.removeprefix("clearance.step.") for reason in one.reasons])
        for one in found
    }


def test_thirty_days_of_consultation_before_the_decision() -> None:
    done: dict[str, date | None] = {name: date(2026, 2, 1) for name in ("plan", "risk", "funds")}
    done["consult"] = date(2026, 3, 1)
    # 2 to 31 March are the thirty days: possible from 1 April
    decision = next(
        one for one in sequence(STEPS["state_owned"], done, date(2026, 3, 20)) if one.step.code == "decision"
    )
    assert (decision.state, decision.earliest) == ("waiting", date(2026, 4, 1))
    assert decision.reasons[0].details == {"until": "2026-04-01", "days": "12"}
    assert states("state_owned", done, date(2026, 4, 1))["decision"] == ("possible", [])
    early = next(
        one
        for one in sequence(STEPS["state_owned"], {**done, "decision": date(2026, 3, 31)}, date(2026, 5, 1))
        if one.step.code == "decision"
    )
    assert (early.fault, early.reasons[0].details) == (True, {"earliest": "2026-04-01", "days": "1"})
    assert (decision.step.basis, decision.step.status) == ("GTZS:12", "verified")


def test_funds_and_risk_before_the_decision_and_compensation_before_moving() -> None:
    done: dict[str, date | None] = {"plan": date(2026, 1, 5), "consult": date(2026, 1, 5), "risk": date(2026, 3, 2)}
    assert states("state_owned", done, date(2026, 3, 1))["decision"] == ("blocked", ["blocked"])
    done |= {"decision": date(2026, 3, 1), "moving": date(2026, 3, 5)}
    got = sequence(STEPS["state_owned"], done, date(2026, 6, 1))
    by_code = {one.step.code: one for one in got}
    assert by_code["decision"].reasons[0].details == {"before": "risk,funds"}
    assert by_code["moving"].reasons[0].details == {"before": "paid"}
    assert [code for code, one in by_code.items() if one.fault] == ["decision", "moving"]
    assert by_code["paid"].reasons[0].details == {"by": "agreements"}


def test_working_days_of_the_prenotice_and_the_limit_of_the_notice() -> None:
    # Monday 2026-03-02 and ten working days: full on Monday 16; survey and risk need not wait
    done: dict[str, date | None] = {
        "prenotice": date(2026, 3, 2),
        "survey": date(2026, 3, 4),
        "risk": date(2026, 3, 9),
        "plan": date(2026, 3, 16),
    }
    got = {one.step.code: one for one in sequence(STEPS["collective"], done, date(2026, 5, 1), working_days)}
    assert not got["survey"].fault
    assert (got["plan"].earliest, got["plan"].fault) == (date(2026, 3, 17), True)
    bare = {one.step.code: one for one in sequence(STEPS["collective"], done, date(2026, 5, 1))}
    assert (bare["plan"].earliest, bare["plan"].reasons[0].code) == (None, "clearance.step.no_calendar")
    done |= {name: date(2026, 4, 1) for name in ("plan_notice", "agreements", "funds")}
    done["approval"] = date(2026, 6, 1)
    got = {one.step.code: one for one in sequence(STEPS["collective"], done, date(2026, 6, 12), working_days)}
    # fifteen working days after Monday 1 June: Monday 22 June
    assert (got["postnotice"].due, got["postnotice"].left, got["postnotice"].state) == (
        date(2026, 6, 22),
        10,
        "possible",
    )
    assert got["agreements"].reasons[0].details == {"earliest": "2026-05-02", "days": "31"}
    late = {one.step.code: one for one in sequence(STEPS["collective"], done, date(2026, 6, 24), working_days)}[
        "postnotice"
    ]
    assert (late.left, late.reasons[-1].details, late.fault) == (-2, {"days": "2"}, True)
    future = states("collective", {"prenotice": date(2026, 7, 1)}, date(2026, 6, 1))
    assert future["prenotice"] == ("possible", ["future"])


def test_declarations_out_of_order_are_refused() -> None:
    row = {
        "regime": "r",
        "step": "a",
        "order": "1",
        "after": "b",
        "after_full": "",
        "least_parameter": "",
        "limit_parameter": "",
        "limit_since": "",
    }
    with pytest.raises(ValueError, match="comes after 'b'"):
        steps_from_rows([row, {**row, "step": "b", "order": "2", "after": ""}], {}, {})
    with pytest.raises(ValueError, match="comes after 'c'"):
        steps_from_rows([{**row, "after": "c"}], {}, {})
    with pytest.raises(ValueError, match="3 month"):
        Period(3, "month")
