"""The county's working-day calendar, built from the calendar pack as it stands today."""

from functools import lru_cache

from gongxing.engines.workdays import Calendar, OfficeHours
from gongxing.kernel.clock.instant import today
from gongxing.kernel.packs.tables import Table, table

PACK = "calendar-cn"


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
