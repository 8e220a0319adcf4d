"""Days of a log counted in working days: facts of whole days put on an axis on which a rest day takes no time."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process import EventLog
from gongxing.engines.workdays import Calendar

DAY = 86_400_000_000
EPOCH = date(1970, 1, 1)


def in_working_days(log: EventLog, book: Calendar) -> EventLog:
    """The same events at W(day), the working days up to and including their day, one working day being 86,400 s. From p to q lie W(q) − W(p): the
    day itself is not counted, as in every limit. W does not fall, so that the order of events stays. ValueError outside the calendar."""

    def counted(micros: NDArray[np.int64]) -> NDArray[np.int64]:
        days, place = np.unique(micros // DAY, return_inverse=True)
        counts = np.array([book.count_to(EPOCH + timedelta(days=int(one))) for one in days.tolist()], np.int64)
        return np.asarray(counts[place] * DAY, np.int64)

    return log.on_clock(counted)
