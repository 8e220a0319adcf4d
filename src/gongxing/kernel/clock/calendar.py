"""The county's working-day calendar, built from the calendar pack as it stands today."""

from datetime import date, timedelta
from functools import lru_cache

from gongxing.engines.workdays import Calendar, OfficeHours, Pause
from gongxing.kernel.clock.instant import today
from gongxing.kernel.packs.tables import Table, table

PACK = "calendar-cn"
PAUSE_DAYS, NOTICE_DAY_OUT = "pause_days", "from_start_to_before_end"
ONE_DAY = timedelta(days=1)


def calendar() -> Calendar:
    """The calendar: notices' exceptions, statutory festivals for years without a notice, and which years have one."""
    day = today()
    return _calendar(table(PACK, "exceptions", day), table(PACK, "festivals", day), table(PACK, "notices", day))


def office_hours() -> OfficeHours:
    """The hours in which hour limits run."""
    return _hours(table(PACK, "office_hours", today()))


@lru_cache(maxsize=4)
def _calendar(exceptions: Table, festivals: Table, notices: Table) -> Calendar:
    return Calendar.from_rows(exceptions.rows, festivals.rows, notices.rows)


@lru_cache(maxsize=4)
def _hours(hours: Table) -> OfficeHours:
    return OfficeHours.from_row(hours.rows[0])


def notice_day_counts() -> bool:
    """How the county reads the two days of a pause, of which the statutes say nothing: (p, q], the day of the notice still counts and the day of the
    end does not; or [p, q), the other way round (row ``pause_days`` of ``calendar-cn/counting``)."""
    row = table(PACK, "counting", today()).by_key(PAUSE_DAYS)
    return row is None or row["value"] != NOTICE_DAY_OUT


def paused(start: date, end: date | None) -> tuple[date, date | None]:
    """The days that do not count: those after the first, up to and including the second (None: it has not ended)."""
    if notice_day_counts():
        return start, end
    return start - ONE_DAY, None if end is None else end - ONE_DAY


def gap(start: date, end: date | None, reason: str = "") -> Pause:
    """A pause as the engine counts it, under the county's reading of its two days."""
    return Pause(*paused(start, end), reason)
