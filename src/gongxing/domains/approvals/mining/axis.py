"""Days of a log counted in working days: facts of whole days put on an axis on which a rest day takes no time."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process import EventLog
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
