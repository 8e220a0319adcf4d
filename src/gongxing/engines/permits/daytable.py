"""The calendar as arrays, days as whole numbers: due days and latest acceptances in a handful of look-ups."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from gongxing.engines.permits.model import Length
from gongxing.engines.workdays import LAST, Calendar, Pause

FIRST = date(2000, 1, 1)
ORIGIN = FIRST.toordinal()
DAYS = LAST.toordinal() - ORIGIN + 1
Spans = tuple[tuple[int, int], ...]


class DayTable:
    """Days 0 (2000-01-01) to the last one of 2060. ``count[d]`` = W(d), working days up to and including d; ``workday[k]`` the working day
    with W = k (index 0 unused); ``following[d]`` d itself when worked, else the next working day. Building takes some 20 ms: keep it."""

    def __init__(self, book: Calendar) -> None:
        self.book = book
        self.count: list[int] = []
        self.workday: list[int] = [-1]
        for day in range(DAYS):
            if book.is_workday(date.fromordinal(ORIGIN + day)):
                self.workday.append(day)
            self.count.append(len(self.workday) - 1)
        self.following: list[int] = [0] * DAYS
        coming = DAYS - 1
        for day in range(DAYS - 1, -1, -1):
            if self.workday[self.count[day]] == day:
                coming = day
            self.following[day] = coming

    def number(self, day: date) -> int:
        """A day as a whole number; ValueError outside 2000–2060."""
        number = day.toordinal() - ORIGIN
        if not 0 <= number < DAYS:
            raise ValueError(f"{day} lies outside {FIRST}..{LAST}")
        return number

    def day(self, number: int) -> date:
        """The day of a whole number."""
        return date.fromordinal(ORIGIN + number)

    def later(self, day: int, n: int) -> int:
        """The n-th working day after a working day; n may be negative. ValueError where the calendar ends."""
        k = self.count[day] + n
        if not 1 <= k < len(self.workday):
            raise ValueError(f"{n} working days from {self.day(day)} lie outside {FIRST}..{LAST}")
        return self.workday[k]

    def preceding(self, day: int) -> int:
        """The day itself when worked, else the last working day before it."""
        if not self.count[day]:
            raise ValueError(f"no working day up to {self.day(day)}")
        return self.workday[self.count[day]]

    def spans(self, pauses: Sequence[Pause], today: int | None) -> Spans:
        """Pauses (p, q] merged and in order; an open one ends ``today`` (resumed at the earliest), ValueError without a today."""
        found: list[tuple[int, int]] = []
        for one in pauses:
            if one.end is None and today is None:
                raise ValueError("an open pause needs to know today")
            end = self.number(one.end) if one.end is not None else (today or 0)
            if end > (start := self.number(one.start)):
                found.append((start, end))
        merged: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return tuple(merged)

    def due(self, length: Length, accepted: int, spans: Spans = ()) -> int:
        """The last day of a length accepted on a day; of length 0 the day itself, rolled to a working day. ValueError beyond 2060."""
        if length.n == 0:
            return self.following[accepted]
        if length.unit == "wd":
            k = self.count[accepted] + length.n
            for first, last in spans:
                first = max(first, accepted)
                if last > first:
                    if self._kth(k) <= first:
                        break
                    k += self.count[last] - self.count[first]
            return self._kth(k)
        end = accepted + length.n if length.unit == "day" else self._months(accepted, length.n)
        for first, last in spans:
            first = max(first, accepted)
            if last > first:
                if end <= first:
                    break
                end += last - first
        if end >= DAYS:
            raise ValueError(f"{length.n} {length.unit} from {self.day(accepted)} end after {LAST}")
        return self.following[end]

    def latest(self, length: Length, until: int, spans: Spans = ()) -> int:
        """The last working day on which an acceptance is still due by the working day ``until``."""
        if length.n == 0:
            return until
        if not spans and length.unit == "wd":
            return self.later(until, -length.n)
        if not spans and length.unit == "day":
            return self.preceding(max(0, until - length.n))
        low, high = 0, self.count[until]
        while high - low > 1:
            middle = (low + high) // 2
            if self.due(length, self.workday[middle], spans) <= until:
                low = middle
            else:
                high = middle
        return self._kth(low)

    def _kth(self, k: int) -> int:
        if not 1 <= k < len(self.workday):
            raise ValueError(f"working day number {k} lies outside {FIRST}..{LAST}")
        return self.workday[k]

    def _months(self, day: int, n: int) -> int:
        at = self.day(day)
        months = at.month - 1 + n
        year, month = at.year + months // 12, months % 12 + 1
        if year > LAST.year:
            raise ValueError(f"{n} months from {at} end after {LAST}")
        return date(year, month, min(at.day, monthrange(year, month)[1])).toordinal() - ORIGIN
