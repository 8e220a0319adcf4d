"""Days of a log counted in working days: put on an axis on which a rest day takes no time.

Facts of whole days stand at W(day). Moments of a day (an imported log) stand at W(day before) and the part of the day that is gone, where the day is worked; a rest day
is one moment. Both fall nowhere, so that the order of events stays; from the same hour of one working day to that of the next lies one working day.
"""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process import EventLog
from gongxing.engines.process.log import Micros
from gongxing.engines.process.times import NO_TIME, to_wall
from gongxing.engines.workdays import LAST, Calendar

DAY = 86_400_000_000
EPOCH = date(1970, 1, 1)
FIRST = date(2000, 1, 1)
"""The first day of the calendar."""


def counted_to(book: Calendar, day: date) -> int:
    """W(day); a day beyond the calendar (a slip of the pen) counts as its first or last."""
    return book.count_to(min(max(day, FIRST), LAST))


def in_working_days(log: EventLog, book: Calendar) -> EventLog:
    """The same events at W(day), the working days up to and including their day, one working day being 86,400 s. From p to q lie W(q) − W(p): the
    day itself is not counted, as in every limit. W does not fall, so that the order of events stays."""

    def counted(micros: NDArray[np.int64]) -> NDArray[np.int64]:
        days, place = np.unique(micros // DAY, return_inverse=True)
        counts = np.array([counted_to(book, EPOCH + timedelta(days=int(one))) for one in days.tolist()], np.int64)
        return np.asarray(counts[place] * DAY, np.int64)

    return log.on_clock(counted)


@dataclass(frozen=True)
class Outside:
    """Why a log cannot be told in working days: so many of its events lie outside the calendar; 0: an hour that comes twice (summer time) puts two events the wrong
    way round."""

    events: int


def wall_in_working_days(log: EventLog, zone: tzinfo | None, book: Calendar) -> EventLog | Outside:
    """An imported log in working days of its wall clock in ``zone``. A log of whole days only is counted like our own cases."""

    def wall(micros: Micros) -> Micros:
        return to_wall(micros, zone) if log.zone == "utc" else micros

    times = wall(log.time)
    days = times // DAY
    low, high = (FIRST - EPOCH).days, (LAST - EPOCH).days
    out = int(np.count_nonzero((days < low) | (days > high)))
    begun = log.start[log.start != NO_TIME]
    if out or (len(begun) and ((wall(begun) // DAY < low) | (wall(begun) // DAY > high)).any()):
        return Outside(max(out, 1))
    whole = not (times % DAY).any() and not (wall(begun) % DAY).any()

    def counted(micros: Micros) -> Micros:
        local = wall(micros)
        each, place = np.unique(local // DAY, return_inverse=True)
        upto = np.array([book.count_to(EPOCH + timedelta(days=one)) for one in each.tolist()], np.int64)
        if whole:
            return np.asarray(upto[place] * DAY, np.int64)
        worked = np.array([book.is_workday(EPOCH + timedelta(days=one)) for one in each.tolist()], np.bool_)[place]
        return np.asarray(np.where(worked, (upto[place] - 1) * DAY + local % DAY, upto[place] * DAY), np.int64)

    try:
        return log.on_clock(counted)
    except ValueError:
        return Outside(0)


def provisional_years(log: EventLog, zone: tzinfo | None, book: Calendar) -> list[int]:
    """The years of a log for which no notice of the days off is entered: 2007 is the first that has one."""
    times = to_wall(log.time, zone) if log.zone == "utc" else log.time
    years = np.unique(times.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970).tolist()
    return [one for one in years if one not in book.noticed]
