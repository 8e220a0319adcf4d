"""Batches of a year at its boundaries, and the seven definitions each on its own as oracle."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.reasons import Reason
from gongxing.engines.stages import SEVEN, THREE, Batch, ProjectDays, four_batch, furthest, seven_batch, three_batch
from gongxing.engines.tests.test_gates import STAGE_ROWS

BUSY = [HealthCheck.too_slow]  # drawing takes long where two processors serve many
TODAY = date(2026, 9, 22)
CARRIED = ProjectDays(
    concept=date(2024, 2, 1), reserve=date(2024, 5, 1), negotiation=date(2024, 6, 1), signed=date(2024, 12, 31), preparing=date(2025, 1, 10),
    started=date(2025, 12, 31), planned_start=date(2025, 12, 1), planned_completion=date(2027, 1, 1),
)  # fmt: skip


def d(text: str) -> date:
    return date.fromisoformat(text)


def of(base: ProjectDays = CARRIED, **more: Any) -> ProjectDays:
    return replace(base, **{name: d(day) if isinstance(day, str) else day for name, day in more.items()})


def told(days: ProjectDays, year: int = 2026, today: date = TODAY) -> tuple[str, str, str]:
    got = seven_batch(days, year, today)
    return got.code, got.reason.code.removeprefix("stages."), got.reason.details.get("day", "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (of(started="2026-01-01"), ("started", "started", "2026-01-01")),
        (of(started="2025-12-31"), ("building", "not_finishing", "2027-01-01")),
        (of(planned_completion="2026-12-31"), ("producing", "completion_planned", "2026-12-31")),
        (of(planned_production="2026-12-31"), ("producing", "production_planned", "2026-12-31")),
        (of(planned_completion="2026-01-01"), ("producing", "completion_planned", "2026-01-01")),
        (of(planned_completion="2025-12-31"), ("building", "finish_missed", "2025-12-31")),
        (of(planned_completion=None), ("building", "finish_plan_unknown", "")),
        (of(completed="2026-01-01"), ("producing", "completed", "2026-01-01")),
        (of(started="2025-01-01", completed="2025-12-31"), ("building", "built_not_producing", "2025-12-31")),
        (of(started="2025-01-01", completed="2025-12-31", planned_production="2026-10-01"), ("producing", "production_planned", "2026-10-01")),
        (of(started="2025-01-01", completed="2025-12-31", produced="2026-01-01"), ("producing", "produced", "2026-01-01")),
        (of(produced="2025-12-31", planned_full="2026-12-31"), ("full", "full_planned", "2026-12-31")),
        (of(produced="2025-12-31", full="2026-01-01"), ("full", "full_reached", "2026-01-01")),
        (of(produced="2025-12-31", planned_full="2027-01-01"), ("", "full_later", "2027-01-01")),
        (of(produced="2025-12-31", planned_full="2025-12-31"), ("", "full_missed", "2025-12-31")),
        (of(produced="2025-12-31"), ("", "full_plan_unknown", "")),
        (of(produced="2025-12-01", full="2025-12-31"), ("", "full_before", "2025-12-31")),
        (of(started="2026-01-05", completed="2026-06-01", produced="2026-07-01"), ("started", "started", "2026-01-05")),
        (of(started=None, planned_start="2026-12-31"), ("signed", "able_to_start", "2026-12-31")),
        (of(started=None, planned_start="2027-01-01"), ("", "start_later", "2027-01-01")),
        (of(started=None, planned_start="2026-09-22"), ("signed", "able_to_start", "2026-09-22")),
        (of(started=None, planned_start="2026-09-21"), ("signed", "start_missed", "2026-09-21")),
        (of(started=None, planned_start=None), ("", "start_plan_unknown", "")),
        (of(started=None, signed=None, planned_start="2026-11-01"), ("signed", "able_to_start", "2026-11-01")),
        (of(started=None, signed=None, preparing=None), ("negotiation", "negotiating", "2024-06-01")),
        (ProjectDays(concept=d("2024-02-01"), reserve=d("2024-05-01")), ("concept", "shaping", "2024-02-01")),
        (ProjectDays(reserve=d("2026-09-22")), ("concept", "shaping", "2026-09-22")),
        (ProjectDays(concept=d("2026-09-23")), ("", "not_begun", "")),
        (ProjectDays(), ("", "no_day", "")),
        (ProjectDays(produced=d("2026-03-01")), ("", "start_day_unknown", "")),
        (ProjectDays(completed=d("2025-03-01"), produced=d("2026-03-01")), ("producing", "produced", "2026-03-01")),
        (of(paused="2026-09-22"), ("", "paused", "2026-09-22")),
        (of(paused="2026-09-23"), ("building", "not_finishing", "2027-01-01")),
        (of(removed="2026-02-01", paused="2026-01-01"), ("", "removed", "2026-02-01")),
        (of(transferred="2026-02-01"), ("", "transferred", "2026-02-01")),
    ],
)  # fmt: skip
def test_the_seven_batches_of_2026_to_the_day(days: ProjectDays, expected: tuple[str, str, str]) -> None:
    assert told(days) == expected


def test_one_project_through_its_years() -> None:
    days = ProjectDays(
        concept=d("2022-03-01"), negotiation=d("2022-09-01"), signed=d("2023-05-01"), planned_start=d("2023-11-01"), started=d("2024-02-01"),
        planned_completion=d("2025-06-30"), completed=d("2026-03-01"), produced=d("2026-05-01"), planned_full=d("2027-05-01"),
    )  # fmt: skip
    assert [told(days, year) for year in range(2021, 2027)] == [
        ("", "not_begun", ""),
        ("negotiation", "negotiating", "2022-09-01"),
        ("signed", "start_missed", "2023-11-01"),
        ("started", "started", "2024-02-01"),
        ("building", "not_finishing", "2026-03-01"),
        ("producing", "produced", "2026-05-01"),
    ]


def test_a_plan_for_a_year_that_is_over_no_longer_counts() -> None:
    days = of(started="2024-01-01", planned_completion="2025-06-30")
    assert told(days, 2025, d("2025-12-31")) == ("producing", "completion_planned", "2025-06-30")
    assert told(days, 2025, d("2026-01-01")) == ("building", "finish_missed", "2025-06-30")


def test_a_year_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ValueError, match="2027"):
        seven_batch(CARRIED, 2027, TODAY)
    with pytest.raises(ValueError, match="2027"):
        four_batch(CARRIED, 2027, TODAY, {})
    with pytest.raises(ValueError, match="2027"):
        three_batch(CARRIED, 2027, TODAY, None, None)


# The seven definitions, each on its own, on days that are in order.


def defined(p: ProjectDays, year: int, today: date) -> set[str]:
    """The published definitions read one by one; whatever is not known on the day is not known."""
    open_year = today.year == year
    until = today if open_year else date(year, 12, 31)

    def happened(day: date | None) -> bool:
        return day is not None and day <= until

    def this_year(actual: date | None, plan: date | None) -> bool:
        return (happened(actual) and actual is not None and actual.year == year) or (
            open_year and not happened(actual) and plan is not None and plan.year == year
        )

    def earlier(day: date | None) -> bool:
        return day is not None and day.year < year

    if any(happened(day) for day in (p.removed, p.transferred, p.paused)) or earlier(p.full):
        return set()
    finishing = this_year(p.completed, p.planned_completion) or this_year(p.produced, p.planned_production)
    begun = happened(p.signed) or happened(p.preparing)
    start = p.planned_start or p.started
    tests = {
        "concept": (happened(p.concept) or happened(p.reserve)) and not happened(p.negotiation) and not begun and not happened(p.started),
        "negotiation": happened(p.negotiation) and not begun and not happened(p.started),
        "signed": begun and not happened(p.started) and start is not None and start.year <= year,
        "started": happened(p.started) and p.started is not None and p.started.year == year,
        "building": earlier(p.started) and not earlier(p.produced) and not finishing,
        "producing": earlier(p.started) and not earlier(p.produced) and finishing,
        "full": earlier(p.started) and earlier(p.produced) and this_year(p.full, p.planned_full),
    }  # fmt: skip
    return {name for name, true in tests.items() if true}


near = st.dates(date(2024, 11, 1), date(2027, 2, 28))
ORDERED = ["concept", "reserve", "negotiation", "signed", "preparing", "started", "completed", "produced", "full"]


@st.composite
def lives(draw: st.DrawFn) -> ProjectDays:
    """Days in order up to some stage, any plans, now and then off the way."""
    reached = draw(st.integers(0, len(ORDERED)))
    days = sorted(draw(st.lists(near, min_size=reached, max_size=reached)))
    life: dict[str, date | None] = dict(zip(ORDERED, days, strict=False))
    for name in ("reserve", "negotiation", "signed", "preparing"):
        if draw(st.booleans()):
            life.pop(name, None)
    for name in ("planned_start", "planned_completion", "planned_production", "planned_full"):
        life[name] = draw(st.none() | near)
    if draw(st.integers(0, 5)) == 0:
        life[draw(st.sampled_from(["paused", "removed", "transferred"]))] = draw(near)
    return ProjectDays(**life)


@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
@given(lives(), st.integers(2024, 2026), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_every_project_is_in_exactly_one_batch_or_in_none_with_a_reason(
    days: ProjectDays, year: int, today: date
) -> None:
    got = seven_batch(days, year, today)
    assert got.code in ("", *SEVEN)
    assert got.reason.code.startswith("stages.")
    assert defined(days, year, today) == ({got.code} if got.code else set())


# Four and three.

GROUPS = {row["code"]: row["four_groups"] for row in STAGE_ROWS}


@pytest.mark.parametrize(
    ("days", "stage", "group"),
    [
        (ProjectDays(concept=d("2026-01-01")), "concept", "储备"),
        (of(started=None, preparing=None, signed=None), "negotiation", "储备"),
        (of(started=None, preparing=None), "signed", "签约"),
        (of(started=None), "pre_construction", "签约"),
        (CARRIED, "construction", "开工"),
        (of(completed="2026-03-01"), "completed", "投产"),
        (of(produced="2025-12-31", full="2026-02-01"), "full_capacity", "投产"),
    ],
)
def test_the_four_batches_follow_the_furthest_stage(days: ProjectDays, stage: str, group: str) -> None:
    assert furthest(days, TODAY) == stage
    assert four_batch(days, 2026, TODAY, GROUPS) == Batch(group, Reason.of("stages.reached", stage=stage))


def test_whoever_left_is_in_none_of_the_four() -> None:
    assert four_batch(of(removed="2026-02-01"), 2026, TODAY, GROUPS).reason.code == "stages.removed"
    assert four_batch(of(removed="2026-02-01"), 2025, TODAY, GROUPS).code == "开工"
    assert four_batch(ProjectDays(), 2026, TODAY, GROUPS) == Batch("", Reason.of("stages.no_day"))
    assert four_batch(CARRIED, 2026, TODAY, {}) == Batch("", Reason.of("stages.no_group", stage="construction"))


MINIMUM = Decimal(30000)


@pytest.mark.parametrize(
    ("days", "year", "investment", "minimum", "expected"),
    [
        (CARRIED, 2024, 30000, MINIMUM, ("signed", "signed")),
        (CARRIED, 2025, 30000, MINIMUM, ("started", "started")),
        (CARRIED, 2026, 30000, MINIMUM, ("", "no_step_this_year")),
        (of(produced="2026-05-01"), 2026, 30000, MINIMUM, ("producing", "produced")),
        (of(started="2026-01-01", produced="2026-09-22"), 2026, 30000, MINIMUM, ("producing", "produced")),
        (of(started="2026-01-01", produced="2026-09-23"), 2026, 30000, MINIMUM, ("started", "started")),
        (CARRIED, 2025, "29999.99", MINIMUM, ("", "below_entry_size")),
        (CARRIED, 2025, None, MINIMUM, ("", "investment_unknown")),
        (CARRIED, 2025, 30000, None, ("", "no_entry_size")),
        (of(paused="2025-12-31"), 2025, 30000, MINIMUM, ("", "paused")),
    ],
)
def test_the_three_batches_have_an_entry_size(
    days: ProjectDays, year: int, investment: int | str | None, minimum: Decimal | None, expected: tuple[str, str]
) -> None:
    amount = None if investment is None else Decimal(investment)
    got = three_batch(days, year, TODAY, amount, minimum)
    assert (got.code, got.reason.code.removeprefix("stages.")) == expected
    assert got.code in ("", *THREE)


def test_too_small_says_both_figures() -> None:
    got = three_batch(CARRIED, 2025, TODAY, Decimal("12800"), MINIMUM)
    assert got.reason == Reason.of("stages.below_entry_size", investment="12800", minimum="30000")
