"""Due instants of limits, one by one or many at once, and the proof of each day by day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gongxing.engines.workdays.book import LAST, ONE_DAY, Calendar, OfficeHours

DAY_UNITS = ("wd", "day", "month")
HOUR_UNITS = ("hour", "minute")


@dataclass(frozen=True)
class Limit:
    """``n`` units: wd (working days), day (calendar days), month, hour, minute. 0 days is 即办: due at the close of the very day, or of
    the next working day where that is a rest day. ValueError for other units, for n < 0, and for 0 hours or minutes."""

    n: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in DAY_UNITS + HOUR_UNITS:
            raise ValueError(f"unknown unit {self.unit!r}")
        if self.n < (1 if self.unit in HOUR_UNITS else 0):
            raise ValueError(f"a limit of {self.n} {self.unit} is none")


@dataclass(frozen=True)
class Pause:
    """Days after ``start`` up to and including ``end`` do not count; ``end`` None: still paused."""

    start: date
    end: date | None
    reason: str = ""


@dataclass(frozen=True)
class Due:
    """When a limit ends. ``provisional``: depends on a year without a holiday notice. ``open``: a pause has not ended."""

    at: datetime
    provisional: bool
    open: bool = False


@dataclass(frozen=True)
class ProofDay:
    """One day of a proof. ``reason``: start, workday, make_up, weekend, holiday, pause, calendar, rolled; ``number`` is the
    running count (None where the day does not count)."""

    day: date
    counted: bool
    number: int | None
    reason: str


Asked = tuple[Limit, datetime, tuple[Pause, ...]]


def _merged(pauses: Sequence[Pause]) -> list[tuple[date, date]]:
    """Paused spans (p, q] merged and in order; an open end becomes the last day of the calendar."""
    spans: list[tuple[date, date]] = []
    for start, end in sorted((one.start, one.end or LAST) for one in pauses):
        if end <= start:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans


def _workday_due(n: int, start: date, spans: list[tuple[date, date]], book: Calendar) -> date:
    target = book.count_to(start) + n
    for first, last in spans:
        first = max(first, start)
        if last <= first:
            continue
        if book.workday_number(target) <= first:
            break
        target += book.workdays_between(first, last)
    return book.workday_number(target)


def _day_due(limit: Limit, start: date, spans: list[tuple[date, date]], book: Calendar) -> date:
    if limit.unit == "day":
        end = start + limit.n * ONE_DAY
    else:
        month = start.month - 1 + limit.n
        year, month = start.year + month // 12, month % 12 + 1
        end = date(year, month, min(start.day, monthrange(year, month)[1]))
    for first, last in spans:
        first = max(first, start)
        if last <= first:
            continue
        if end <= first:
            break
        end = min(LAST, end + (last - first))
    return book.roll(end)


def due(limit: Limit, started_at: datetime, pauses: Sequence[Pause], book: Calendar, hours: OfficeHours) -> Due:
    """The due instant, in the time zone of ``started_at`` (aware; the caller passes local time). A pause that has not ended leaves it open, unless the limit
    had run out by the day it began: what is over cannot be stopped."""
    local, start = started_at, started_at.date()
    running = min((one.start for one in pauses if one.end is None), default=None)
    if running is not None:
        found = due(limit, started_at, [one for one in pauses if one.end is not None], book, hours)
        if found.at.date() > running:
            return Due(datetime.combine(LAST, hours.close, local.tzinfo), provisional=True, open=True)
        return found
    spans = _merged(pauses)
    if limit.unit in HOUR_UNITS:
        at = _office_due(limit, local, spans, book, hours)
    else:
        day = _day_of(limit, start, spans, book)
        at = datetime.combine(day, hours.close, local.tzinfo)
    return Due(at, _provisional(start, at.date(), book))


def _day_of(limit: Limit, start: date, spans: list[tuple[date, date]], book: Calendar) -> date:
    if limit.n == 0:
        return book.roll(start)  # no day is counted, so that no pause can move it
    return _workday_due(limit.n, start, spans, book) if limit.unit == "wd" else _day_due(limit, start, spans, book)


def _provisional(start: date, end: date, book: Calendar) -> bool:
    return any(book.provisional(date(year, 1, 1)) for year in range(start.year, end.year + 1))


def _office_due(
    limit: Limit, start: datetime, spans: list[tuple[date, date]], book: Calendar, hours: OfficeHours
) -> datetime:
    left = timedelta(minutes=limit.n * (60 if limit.unit == "hour" else 1))
    day = start.date()
    while True:
        if book.is_workday(day) and not any(first < day <= last for first, last in spans):
            for opening, closing in hours.spans:
                begin = max(datetime.combine(day, opening, start.tzinfo), start)
                end = datetime.combine(day, closing, start.tzinfo)
                if begin >= end:
                    continue
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        day += ONE_DAY


def due_many(asked: Iterable[Asked], book: Calendar, hours: OfficeHours) -> Iterator[Due]:
    """Many limits. The book's prefix counts make each a handful of look-ups."""
    return (due(limit, started_at, pauses, book, hours) for limit, started_at, pauses in asked)


def _why_off(day: date, book: Calendar) -> str:
    return "holiday" if day in book.exceptions or day in book.festivals or day.weekday() < 5 else "weekend"


def proof(
    limit: Limit, started_at: datetime, pauses: Sequence[Pause], book: Calendar, hours: OfficeHours
) -> tuple[ProofDay, ...]:
    """Every day from the start to the due day with what it counts for. Walks the days one by one, independently of ``due``:
    this is the checker. For hours and minutes the days in which they ran. Empty while a pause leaves the due day open."""
    if due(limit, started_at, pauses, book, hours).open:
        return ()
    start = started_at.date()
    lines = [ProofDay(start, False, None, "start")]
    if limit.unit in HOUR_UNITS:
        last = due(limit, started_at, pauses, book, hours).at.date()
        return tuple(_hour_days(start, last, pauses, book))
    total = limit.n if limit.unit != "month" else (_plain_months(start, limit.n) - start).days
    day, number = start, 0
    while number < total:
        day += ONE_DAY
        if any(one.start < day <= one.end for one in pauses if one.end is not None):
            lines.append(ProofDay(day, False, None, "pause"))
        elif limit.unit == "wd" and not book.is_workday(day):
            lines.append(ProofDay(day, False, None, _why_off(day, book)))
        else:
            number += 1
            reason = "calendar" if limit.unit != "wd" else "make_up" if book.is_make_up(day) else "workday"
            lines.append(ProofDay(day, True, number, reason))
    while not book.is_workday(day):
        day += ONE_DAY
        lines.append(ProofDay(day, False, None, "rolled"))
    return tuple(lines)


def _plain_months(start: date, n: int) -> date:
    year, month = start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _hour_days(first: date, last: date, pauses: Sequence[Pause], book: Calendar) -> Iterator[ProofDay]:
    day, number = first, 0
    while day <= last:
        if any(one.start < day <= one.end for one in pauses if one.end is not None):
            yield ProofDay(day, False, None, "pause")
        elif book.is_workday(day):
            number += 1
            yield ProofDay(day, True, number, "make_up" if book.is_make_up(day) else "workday")
        else:
            yield ProofDay(day, False, None, _why_off(day, book))
        day += ONE_DAY
