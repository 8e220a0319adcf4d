"""Countdowns to idle land by hand and day by day, states of a parcel, commitments of standard land."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.landstates import (
    Commitment,
    Delay,
    LandFacts,
    Milestone,
    Period,
    Rules,
    Span,
    after,
    check,
    countdown,
    kept,
    milestones,
    proof,
    stage_rules_from_rows,
    state_of,
)

BUSY = [HealthCheck.too_slow]
with (Path(__file__).resolve().parents[4] / "packs" / "parameters" / "parameters.csv").open(encoding="utf-8") as handle:
    ROWS = {row["code"]: row for row in csv.DictReader(handle)}
STATUSES = {code: row["status"] for code, row in ROWS.items()}
RULES = Rules.from_rows(ROWS, STATUSES)
STANDARD = stage_rules_from_rows(ROWS, STATUSES)
SUPPLIED = LandFacts(supplied=date(2023, 9, 1), agreed_start=date(2024, 3, 1), price=Decimal(1800))


def codes(reasons: Any) -> list[str]:
    return [one.code.removeprefix("landstates.").removeprefix("clock.") for one in reasons]


def test_the_worked_example_nine_days() -> None:
    today = date(2025, 2, 20)
    got = countdown(SUPPLIED, RULES, today)
    assert got.idle is not None and got.take_back is not None
    # full on 2025-03-01; February 2025 has 28 days: 8 to its end and one more
    assert (got.rule, got.idle.left, got.idle.due, got.idle.reached) == ("not_started", 9, date(2025, 3, 1), False)
    assert got.idle.spans == (Span(date(2024, 3, 2), date(2025, 3, 1), True, ""),)
    assert (got.idle.length, got.idle.spans[0].days) == (365, 365)
    assert got.take_back.due == date(2026, 3, 1)
    # 20 % of 1,800
    assert got.fee_most == Decimal(360)
    assert check(SUPPLIED, RULES, got, today) == ()
    assert countdown(SUPPLIED, RULES, date(2025, 3, 1)).idle.reached  # type: ignore[union-attr]


def test_lines_that_nobody_verified_are_marked() -> None:
    assert RULES.marks == (
        ("idle.area", "excerpt"),
        ("idle.invest", "excerpt"),
        ("idle.no_date", "recalled"),
        ("idle.y1", "excerpt"),
    )
    assert (RULES.area, RULES.invest, RULES.fee) == (Fraction(1, 3), Fraction(1, 4), Decimal("0.2"))


@pytest.mark.parametrize(
    ("day", "period", "found"),
    [
        (date(2024, 2, 29), Period(1, "year"), date(2025, 2, 28)),
        (date(2024, 2, 29), Period(4, "year"), date(2028, 2, 29)),
        (date(2023, 2, 28), Period(1, "year"), date(2024, 2, 28)),
        (date(2024, 8, 31), Period(6, "month"), date(2025, 2, 28)),
        (date(2024, 12, 15), Period(1, "month"), date(2025, 1, 15)),
        (date(2024, 2, 28), Period(2, "day"), date(2024, 3, 1)),
    ],
)
def test_the_same_day_later(day: date, period: Period, found: date) -> None:
    assert after(day, period) == found


def test_a_start_on_the_29th_of_february() -> None:
    facts = replace(SUPPLIED, agreed_start=date(2024, 2, 29))
    got = countdown(facts, RULES, date(2025, 2, 20))
    assert got.idle is not None
    assert (got.idle.due, got.idle.left, got.idle.length) == (date(2025, 2, 28), 8, 365)
    assert check(facts, RULES, got, date(2025, 2, 20)) == ()


GOVERNMENT = Delay("government", date(2024, 5, 10), date(2024, 6, 9), "交地确认书")


def test_a_government_delay_counts_only_with_its_proof() -> None:
    today = date(2025, 2, 20)
    facts = replace(SUPPLIED, delays=(GOVERNMENT,))
    got = countdown(facts, RULES, today)
    assert got.idle is not None and got.take_back is not None
    # 11 May to 9 June: 30 days later
    assert (got.idle.due, got.idle.left, got.idle.excused) == (date(2025, 3, 31), 39, 30)
    assert [(span.days, span.counts, span.why) for span in got.idle.spans] == [
        (70, True, ""),
        (30, False, "government"),
        (295, True, ""),
    ]
    assert got.take_back.due == date(2026, 3, 31)
    assert check(facts, RULES, got, today) == ()
    bare = countdown(replace(SUPPLIED, delays=(replace(GOVERNMENT, evidence=" "),)), RULES, today)
    assert bare.idle is not None
    assert (bare.idle.due, codes(bare.reasons)) == (date(2025, 3, 1), ["delay_no_evidence"])
    assert bare.reasons[0].details == {"kind": "government", "start": "2024-05-10", "end": "2024-06-09"}


def test_delays_that_overlap_excuse_a_day_once_and_what_came_before_is_named() -> None:
    today = date(2025, 2, 20)
    facts = replace(
        SUPPLIED,
        delays=(
            GOVERNMENT,
            Delay("force_majeure", date(2024, 6, 1), date(2024, 6, 19), "气象证明"),
            Delay("government", date(2024, 2, 20), date(2024, 3, 6), "会议纪要"),
            Delay("market", date(2024, 8, 1), date(2024, 9, 1), "函"),
            Delay("government", date(2024, 9, 9), date(2024, 9, 1), "函"),
        ),
    )
    got = countdown(facts, RULES, today)
    assert got.idle is not None
    # 2 to 6 March: 5; 11 May to 19 June: 40
    assert (got.idle.excused, got.idle.due) == (45, date(2025, 4, 15))
    assert codes(got.reasons) == ["delay_before", "delay_kind", "delay_order"]
    assert got.reasons[0].details["days"] == "10"
    assert check(facts, RULES, got, today) == ()


def test_an_open_delay_holds_the_clock() -> None:
    facts = replace(SUPPLIED, delays=(replace(GOVERNMENT, start=date(2025, 1, 10), end=None),))
    for today in (date(2025, 1, 10), date(2025, 2, 20), date(2027, 1, 1)):
        got = countdown(facts, RULES, today)
        assert got.idle is not None
        # 2 March 2024 to 10 January 2025 are 315 of 365
        assert (got.idle.due, got.idle.left, got.idle.standing, got.idle.reached) == (None, 50, True, False)
        assert codes(got.reasons) == ["stands"]
        assert check(facts, RULES, got, today) == ()
    before = countdown(facts, RULES, date(2025, 1, 9))
    assert before.idle is not None and before.idle.left == 51
    # once the year is full, a later delay changes nothing
    late = countdown(
        replace(SUPPLIED, delays=(replace(GOVERNMENT, start=date(2025, 3, 1), end=None),)), RULES, date(2025, 6, 1)
    )
    assert late.idle is not None and late.idle.due == date(2025, 3, 1)


STARTED = replace(SUPPLIED, started=date(2024, 2, 1), stopped_since=date(2025, 5, 5))


def test_stopped_for_a_year_with_little_done() -> None:
    today = date(2026, 5, 4)
    got = countdown(replace(STARTED, area_started=Fraction(1, 4), invested=Decimal("0.6")), RULES, today)
    assert got.idle is not None
    assert (got.rule, got.idle.due, got.idle.left, got.certain, got.take_back, got.fee_most) == (
        "stopped", date(2026, 5, 5), 1, True, None, None,
    )  # fmt: skip
    assert codes(got.reasons) == ["below_area"]
    # exactly a third and exactly 25 % are not below
    enough = countdown(replace(STARTED, area_started=Fraction(1, 3), invested=Decimal("0.25")), RULES, today)
    assert (enough.idle, codes(enough.reasons)) == (None, ["used_enough"])
    unsure = countdown(replace(STARTED, area_started=Decimal("0.5")), RULES, today)
    assert unsure.idle is not None
    assert (unsure.certain, unsure.missing, unsure.idle.left) == (False, ("invest",), 1)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"taken_back": date(2024, 9, 1)}, "taken_back"),
        ({"finished": date(2024, 9, 1)}, "finished"),
        ({"supplied": None}, "not_supplied"),
        ({"started": date(2024, 9, 1)}, "running"),
        ({"agreed_start": None}, "no_agreed_start"),
    ],
)
def test_no_clock_says_why(changed: dict[str, Any], code: str) -> None:
    got = countdown(replace(SUPPLIED, **changed), RULES, date(2025, 2, 20))
    assert (got.idle, got.rule, codes(got.reasons)) == (None, None, [code])


def test_without_an_agreed_day_the_delivery_counts() -> None:
    facts = replace(SUPPLIED, agreed_start=None, delivered=date(2023, 10, 1))
    got = countdown(facts, RULES, date(2025, 9, 1))
    assert got.idle is not None
    assert (got.idle.base, got.idle.due, got.idle.left) == (date(2024, 10, 1), date(2025, 10, 1), 30)
    assert codes(got.reasons) == ["from_delivery"]
    assert countdown(facts, replace(RULES, no_date=None), date(2025, 9, 1)).missing == ("agreed_start",)


DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
DELAYS = st.builds(
    Delay, st.sampled_from(["government", "force_majeure", "preparation", "market"]), DAYS, st.one_of(st.none(), DAYS), st.sampled_from(["", "函"])
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(DAYS, DAYS, st.lists(DELAYS, max_size=4), st.booleans())
def test_every_clock_agrees_with_the_walk_over_its_days(
    base: date, today: date, delays: list[Delay], stopped: bool
) -> None:
    facts = LandFacts(supplied=date(2022, 1, 1), agreed_start=base, delays=tuple(delays), price=Decimal(1))
    if stopped:
        facts = replace(facts, started=date(2022, 2, 1), stopped_since=base, invested=Fraction(1, 10))
    got = countdown(facts, RULES, today)
    assert check(facts, RULES, got, today) == ()
    assert countdown(replace(facts, delays=tuple(reversed(delays))), RULES, today) == got


def test_the_proof_names_every_day() -> None:
    facts = replace(SUPPLIED, delays=(GOVERNMENT,))
    days = list(proof(facts, date(2024, 3, 1), RULES.year1, date(2025, 2, 20)))
    assert (days[0].number, days[1].number, days[71].reason, days[71].number) == (0, 1, "government", None)
    assert (days[-1].day, days[-1].number, days[-1].reason, len(days)) == (date(2025, 3, 31), 365, "full", 396)


def test_a_clock_that_was_tampered_with_is_seen() -> None:
    today = date(2025, 2, 20)
    got = countdown(SUPPLIED, RULES, today)
    assert got.idle is not None
    bad = replace(got, idle=replace(got.idle, due=date(2025, 3, 2), left=10))
    assert [one.code for one in check(SUPPLIED, RULES, bad, today)] == ["landstates.check.due", "landstates.check.left"]


TODAY = date(2026, 3, 1)
BASE: dict[str, Any] = {
    "submitted": date(2021, 1, 1),
    "approved": date(2021, 6, 1),
    "supplied": date(2022, 1, 1),
    "agreed_start": date(2022, 7, 1),
}
BUILT: dict[str, Any] = BASE | {
    "started": date(2022, 6, 1),
    "agreed_finish": date(2024, 7, 1),
    "finished": date(2024, 6, 1),
}


@pytest.mark.parametrize(
    ("facts", "state", "also"),
    [
        ({}, "planned", ()),
        ({"submitted": date(2026, 1, 30)}, "under_approval", ()),
        ({"submitted": date(2025, 1, 1), "approved": date(2025, 6, 1)}, "approved_unsupplied", ()),
        (BASE | {"agreed_start": TODAY}, "supplied", ()),
        (BASE | {"agreed_start": TODAY - timedelta(days=1)}, "supplied_unused", ()),
        (BASE | {"started": date(2022, 6, 1), "agreed_finish": TODAY}, "building", ()),
        (
            BASE | {"started": date(2022, 6, 1), "agreed_finish": date(2026, 2, 28), "area_started": Decimal("0.8")},
            "partly_used",
            ("building",),
        ),
        (BUILT, "built_unproductive", ()),
        (BUILT | {"agreed_production": TODAY}, "finished", ()),
        (
            BUILT | {"agreed_production": date(2025, 12, 1), "area_started": Decimal("0.5")},
            "built_unproductive",
            ("partly_used",),
        ),
        (BUILT | {"produced": date(2024, 9, 1)}, "producing", ()),
        (BUILT | {"produced": date(2024, 9, 1), "performance": Decimal(12), "standard": Decimal(12)}, "normal", ()),
        (
            BUILT | {"produced": date(2024, 9, 1), "performance": Decimal(11), "standard": Decimal(12)},
            "below_standard",
            (),
        ),
        (
            BUILT
            | {"produced": date(2024, 9, 1), "performance": Decimal(11), "standard": Decimal(12), "agreed_full": TODAY},
            "producing",
            (),
        ),
        (
            BUILT | {"produced": date(2024, 9, 1), "performance": 11, "standard": 12, "inefficient": True},
            "inefficient_land",
            ("below_standard",),
        ),
        (BASE | {"idle_identified": date(2024, 1, 1)}, "idle_land", ("supplied_unused",)),
        (BASE | {"idle_identified": date(2024, 1, 1), "idle_lifted": date(2024, 5, 1)}, "supplied_unused", ()),
        (BASE | {"idle_identified": date(2024, 1, 1), "taken_back": date(2025, 1, 1)}, "taken_back", ()),
        (BASE | {"started": date(2026, 4, 1)}, "supplied_unused", ()),
    ],
)
def test_each_state(facts: dict[str, Any], state: str, also: tuple[str, ...]) -> None:
    got = state_of(LandFacts(**facts), TODAY)
    assert (got.state, got.also) == (state, also)
    assert codes(got.reasons) == [state, *also]


def test_reasons_carry_days_and_contradictions_are_named() -> None:
    got = state_of(LandFacts(**BASE), TODAY)
    # 2022-07-01 to 2026-03-01: 3 · 365 + 1 (2024) + 184 + 59
    assert got.reasons[0].details == {"agreed": "2022-07-01", "late": "1339"}
    got = state_of(
        LandFacts(**(BASE | {"started": date(2021, 12, 1), "finished": date(2027, 1, 1), "invested": Decimal(40)})),
        TODAY,
    )
    assert codes(got.faults) == ["future", "order", "not_a_share"]
    assert got.faults[1].details == {
        "earlier": "supplied",
        "later": "started",
        "before": "2022-01-01",
        "behind": "2021-12-01",
    }
    assert codes(state_of(LandFacts(produced=date(2025, 1, 1)), TODAY).faults) == ["lacking"]


@pytest.mark.parametrize(
    ("promised", "verified", "direction", "deadline", "state", "lacks", "left", "final"),
    [
        (20, None, "least", date(2026, 3, 31), "due_soon", None, 30, False),
        (20, None, "least", date(2026, 4, 1), "not_due", None, 31, False),
        (20, None, "least", date(2026, 3, 1), "due_soon", None, 0, False),
        (20, None, "least", date(2026, 2, 28), "overdue", None, -1, False),
        (20, None, "least", None, "undated", None, None, False),
        (20, 20, "least", date(2026, 12, 1), "met", 0, 275, True),
        (20, 17, "least", date(2026, 12, 1), "short", 3, 275, False),
        (20, 17, "least", date(2026, 2, 1), "short", 3, -28, True),
        # energy per 10,000 yuan at most 0.5
        ("0.5", "0.55", "most", date(2026, 2, 1), "short", "0.05", -28, True),
        ("0.5", "0.45", "most", None, "met", 0, None, True),
    ],
)
def test_commitments(
    promised: Any, verified: Any, direction: Any, deadline: Any, state: str, lacks: Any, left: Any, final: bool
) -> None:
    value = None if verified is None else Decimal(verified)
    got = kept(Commitment("tax_per_mu", Decimal(promised), value, "万元/亩", direction, deadline), TODAY)
    assert [got.state, got.lacks, got.left, got.final] == [
        state,
        None if lacks is None else Decimal(lacks),
        left,
        final,
    ]
    if lacks:
        assert got.share == Decimal(lacks) / Decimal(promised)


def test_the_clock_of_a_contract() -> None:
    signed = date(2024, 8, 31)
    given = [
        Milestone("start", None, date(2025, 9, 10)),
        Milestone("finish", date(2027, 12, 1)),
        Milestone("first_run"),
    ]
    start, finish, run, review = milestones(signed, given, STANDARD, TODAY)
    # 6 months: the last day of February; 12 months: 2025-08-31, started ten days late
    assert [start.earliest, start.due, start.state, start.left, start.by, start.status] == [
        date(2025, 2, 28), date(2025, 8, 31), "done_late", -10, "parameter", "recalled",
    ]  # fmt: skip
    # 36 months end on 2027-08-31: what was agreed lies beyond
    assert [finish.due, finish.by, finish.status, finish.beyond, finish.state] == [
        date(2027, 12, 1),
        "agreed",
        "",
        True,
        "not_due",
    ]
    assert [run.state, run.due, review.due, review.left] == ["unknown", None, date(2029, 8, 31), 1279]
    assert milestones(None, [], STANDARD, TODAY)[0].state == "unknown"
