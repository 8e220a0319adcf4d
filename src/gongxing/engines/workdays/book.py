"""The calendar as a book of days, and office hours."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property

ONE_DAY = timedelta(days=1)
SATURDAY = 5
FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
NOTICES_BEGIN = 2007


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are working days.

    ``exceptions``: days whose status differs from Monday-Friday (False: off, True: make-up working day), from the notices.
    ``festivals``: statutory days off of years without a notice. ``noticed``: the years that have a notice.
    Days from 2000 to 2060; outside ValueError.
    """

    exceptions: Mapping[date, bool]
    festivals: frozenset[date]
    noticed: frozenset[int]

    @classmethod
    def from_rows(
        cls,
        exceptions: Iterable[Mapping[str, str]],
        festivals: Iterable[Mapping[str, str]],
        notices: Iterable[Mapping[str, str]],
    ) -> Calendar:
        """From the rows of the calendar pack: (day, kind off/work), (day), (year)."""
        return cls(
            {date.fromisoformat(row["day"]): row["kind"] == "work" for row in exceptions},
            frozenset(date.fromisoformat(row["day"]) for row in festivals),
            frozenset(int(row["year"]) for row in notices),
        )

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        said = self.exceptions.get(day)
        if said is not None:
            return said
        if day.weekday() >= SATURDAY:
            return False
        return day.year in self.noticed or day not in self.festivals

    def is_make_up(self, day: date) -> bool:
        """Whether a Saturday or Sunday is worked (调休)."""
        return day.weekday() >= SATURDAY and self.is_workday(day)

    def provisional(self, day: date) -> bool:
        """Whether the day lies in a year whose notice is not entered."""
        return day.year not in self.noticed and day.year >= NOTICES_BEGIN

    @cached_property
    def _workdays(self) -> list[int]:
        """Ordinals of all working days, ascending."""
        days = (date.fromordinal(n) for n in range(FIRST.toordinal(), LAST.toordinal() + 1))
        return [day.toordinal() for day in days if self.is_workday(day)]

    def count_to(self, day: date) -> int:
        """W(day): working days from 2000-01-01 up to and including the day."""
        if not FIRST <= day <= LAST:
            raise ValueError(f"{day} lies outside {FIRST}..{LAST}")
        return bisect_left(self._workdays, day.toordinal() + 1)

    def workday_number(self, n: int) -> date:
        """The working day with W = n. ValueError beyond 2060."""
        if not 1 <= n <= len(self._workdays):
            raise ValueError(f"working day number {n} lies outside {FIRST}..{LAST}")
        return date.fromordinal(self._workdays[n - 1])

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after ``day`` (n ≥ 1), the day itself not counted."""
        return self.workday_number(self.count_to(day) + n)

    def workdays_between(self, start: date, end: date) -> int:
        """Working days in (start, end]; 0 when the end is not after the start."""
        return max(0, self.count_to(end) - self.count_to(start))

    def roll(self, day: date) -> date:
        """The day itself when worked, else the next working day."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)


@dataclass(frozen=True)
class OfficeHours:
    """Morning and afternoon of a working day, local time."""

    morning: tuple[time, time] = (time(8, 30), time(12))
    afternoon: tuple[time, time] = (time(14, 30), time(17, 30))

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> OfficeHours:
        """From a row with morning_start, morning_end, afternoon_start, afternoon_end as HH:MM."""
        at = {
            name: time.fromisoformat(row[name])
            for name in ("morning_start", "morning_end", "afternoon_start", "afternoon_end")
        }
        return cls((at["morning_start"], at["morning_end"]), (at["afternoon_start"], at["afternoon_end"]))

    @property
    def close(self) -> time:
        return self.afternoon[1]

    @property
    def spans(self) -> tuple[tuple[time, time], ...]:
        return (self.morning, self.afternoon)
