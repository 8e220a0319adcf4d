"""Exact due days from the rulebook's examples, and the day-by-day checker against the counting one."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.engines.workdays import Calendar, Limit, OfficeHours, Pause, due, proof

PACK = Path(__file__).resolve().parents[4] / "packs" / "calendar-cn"


def _rows(name: str) -> list[dict[str, str]]:
    with (PACK / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


BOOK = Calendar.from_rows(_rows("exceptions"), _rows("festivals"), _rows("notices"))
PLAIN = Calendar({}, frozenset(), frozenset(range(2000, 2061)))
HOURS = OfficeHours()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due_day(n: int, unit: str, start: str, pauses: tuple[Pause, ...] = (), book: Calendar = BOOK) -> date:
    return due(Limit(n, unit), at(start), pauses, book, HOURS).at.date()


def test_twenty_working_days_across_the_national_day_of_2025() -> None:
    assert due_day(20, "wd", "2025-09-25 10:00") == date(2025, 10, 29)
    assert due_day(20, "wd", "2025-09-25 10:00", book=PLAIN) == date(2025, 10, 23)


def test_office_hours_run_over_the_weekend() -> None:
    assert due(Limit(2, "hour"), at("2026-09-11 17:10"), (), BOOK, HOURS).at == at("2026-09-14 10:10")


def test_ninety_calendar_days() -> None:
    assert due_day(90, "day", "2025-01-10 09:00") == date(2025, 4, 10)


def test_a_calendar_limit_that_ends_on_a_day_off_rolls() -> None:
    assert due_day(1, "day", "2026-09-30 09:00") == date(2026, 10, 8)


def test_pause_with_the_notice_day_counted() -> None:
    pause = Pause(date(2026, 9, 17), date(2026, 9, 21), "expert_review")
    without = due_day(8, "wd", "2026-09-11 09:00")
    paused = due_day(8, "wd", "2026-09-11 09:00", (pause,))
    assert BOOK.workdays_between(without, paused) == BOOK.workdays_between(date(2026, 9, 17), date(2026, 9, 21))


def test_months_keep_the_day_or_take_the_last() -> None:
    assert due_day(1, "month", "2026-03-31 09:00") == date(2026, 4, 30)


def test_an_open_pause_has_no_due_day_yet() -> None:
    found = due(Limit(5, "wd"), at("2026-03-02 09:00"), (Pause(date(2026, 3, 3), None),), BOOK, HOURS)
    assert found.open and found.provisional
    assert proof(Limit(5, "wd"), at("2026-03-02 09:00"), (Pause(date(2026, 3, 3), None),), BOOK, HOURS) == ()


def test_a_year_without_notice_is_provisional_and_knows_its_statutory_days() -> None:
    found = due(Limit(3, "wd"), at("2026-12-31 09:00"), (), BOOK, HOURS)
    assert found.at.date() == date(2027, 1, 6)
    assert found.provisional
    assert not BOOK.is_workday(date(2027, 10, 1))
    assert not due(Limit(3, "wd"), at("2026-03-02 09:00"), (), BOOK, HOURS).provisional


def test_make_up_days_are_worked() -> None:
    assert BOOK.is_make_up(date(2026, 10, 10))
    assert BOOK.is_workday(date(2026, 10, 10))
    assert not BOOK.is_workday(date(2026, 10, 7))


@pytest.mark.parametrize(("n", "unit"), [(-1, "wd"), (-1, "day"), (0, "hour"), (3, "fortnight")])
def test_senseless_limits_are_refused(n: int, unit: str) -> None:
    with pytest.raises(ValueError, match=r"limit|unit"):
        Limit(n, unit)


@pytest.mark.parametrize(("began", "due_on"), [(date(2025, 9, 25), date(2025, 9, 25)), (date(2025, 10, 3), date(2025, 10, 9)), (date(2025, 9, 27), date(2025, 9, 28))])  # fmt: skip
@pytest.mark.parametrize("unit", ["wd", "day"])
def test_a_limit_of_none_is_the_very_day_or_the_next_that_is_worked(began: date, due_on: date, unit: str) -> None:
    """A Thursday; the national holiday, of which 9 October is the next worked day; a Saturday before a worked Sunday. No pause moves it."""
    pause = Pause(began, began + timedelta(days=3), "")
    for pauses in ((), (pause,)):
        found = due(Limit(0, unit), at(f"{began} 10:00"), pauses, BOOK, HOURS)
        assert found.at.date() == due_on
    assert [one.number for one in proof(Limit(0, unit), at(f"{began} 10:00"), (), BOOK, HOURS)] == [None] * ((due_on - began).days + 1)  # fmt: skip


DAYS = st.dates(date(2008, 1, 1), date(2034, 12, 31))
PAUSES = st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4)


@given(DAYS, st.integers(1, 60), st.sampled_from(["wd", "day"]), PAUSES)
def test_counting_agrees_with_the_walk(day: date, n: int, unit: str, raw: list[tuple[date, int]]) -> None:
    near = [
        Pause(day + timedelta(days=start.toordinal() % 50), day + timedelta(days=start.toordinal() % 50 + length))
        for start, length in raw
    ]
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    found = due(Limit(n, unit), start, tuple(near), BOOK, HOURS)
    lines = proof(Limit(n, unit), start, tuple(near), BOOK, HOURS)
    assert lines[-1].day == found.at.date()
    assert sum(line.counted for line in lines) == n


@given(DAYS, st.integers(1, 400))
def test_longer_limits_never_end_earlier(day: date, n: int) -> None:
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    assert due(Limit(n, "wd"), start, (), BOOK, HOURS).at < due(Limit(n + 1, "wd"), start, (), BOOK, HOURS).at


def test_what_is_over_cannot_be_stopped() -> None:
    """Three working days from Monday 2 November 2026 end on Thursday the 5th. A pause opened on the 5th (that day still counts) or later comes too late, one
    opened on the 4th leaves it open."""
    start, three = at("2026-11-02 09:00"), Limit(3, "wd")
    for day, still in ((4, True), (5, False), (20, False)):
        found = due(three, start, [Pause(date(2026, 11, day), None)], BOOK, HOURS)
        assert (day, found.open) == (day, still)
        assert still or found.at.date() == date(2026, 11, 5)
    lines = proof(three, start, [Pause(date(2026, 11, 20), None)], BOOK, HOURS)
    assert lines[-1].day == date(2026, 11, 5)
