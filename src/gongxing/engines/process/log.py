"""The event log every question is asked of: columns of codes and times, in the order of cases and, within a case, of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.times import (
    AWARE,
    MISSING,
    NAIVE,
    NO_TIME,
    UNREADABLE,
    Times,
    to_utc,
)
from gongxing.engines.reasons import Reason

Codes = NDArray[np.int32]
Micros = NDArray[np.int64]
EXAMPLES = 5
SHOWN = 60  # characters of a name in a message
UNKNOWN = -1


class Refused(ValueError):
    """A log that cannot be read as it stands; ``reason`` says why as a code with its details."""

    def __init__(self, code: str, **details: str) -> None:
        self.reason = Reason.of(code, **details)
        super().__init__(f"{code} {dict(self.reason.params)}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something left out or doubtful: a code, how many events (or cases) it concerns, and some of them as examples."""

    code: str
    count: int
    examples: tuple[str, ...] = ()

    @property
    def reason(self) -> Reason:
        """The same as a reason, for wording."""
        return Reason.of(self.code, count=str(self.count), examples="; ".join(self.examples))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One code for each event, −1 where unknown, and the name of each code."""

    codes: Codes
    names: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Column:
        """From strings; an empty one is unknown. Codes follow the order of first appearance."""
        names = dict.fromkeys(texts)
        names.pop("", None)
        code = {name: k for k, name in enumerate(names)}
        code[""] = UNKNOWN
        return cls(np.fromiter(map(code.__getitem__, texts), np.int32, len(texts)), tuple(names))

    @classmethod
    def unknown(cls, count: int) -> Column:
        """Unknown for so many events."""
        return cls(np.full(count, UNKNOWN, np.int32), ())

    def at(self, rows: NDArray[np.int64]) -> Column:
        """The same names, other rows."""
        return Column(self.codes[rows], self.names)


Five = tuple[Column, Column, Column, Column, Column]  # case, activity, lifecycle, resource, desk


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """What a reader found, in the order of its file, nothing sorted and nothing left out yet.

    ``time``: when the entry was made or completed; ``start``: when its work began, where that is known. ``faults``: what the reader itself
    left out."""

    case: Column
    activity: Column
    lifecycle: Column
    resource: Column
    desk: Column
    time: Times
    start: Times
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Events sorted by case, then time; events of one moment keep the order of their file.

    ``case.codes`` run 0, 0, …, 1, …, and each case has at least one event. Times are microseconds since 1970-01-01: of UTC where
    ``zone`` is ``utc``, of the wall clock where it is ``wall`` (no time named a zone and none was asked for). ``start`` is ``NO_TIME`` where
    the begin of the work is unknown. ``begins``: for each case its first row, and one more entry, the number of events."""

    case: Column
    activity: Column
    lifecycle: Column
    resource: Column
    desk: Column
    time: Micros
    start: Micros
    begins: Micros
    zone: Literal["utc", "wall"]
    faults: tuple[Fault, ...] = ()

    @property
    def events(self) -> int:
        """How many events."""
        return len(self.time)

    @property
    def cases(self) -> int:
        """How many cases."""
        return len(self.begins) - 1

    def only(self, keep: NDArray[np.bool_]) -> EventLog:
        """The log of these events alone; cases without any left are left out."""
        rows = np.flatnonzero(keep)
        return _made(
            _at((self.case, self.activity, self.lifecycle, self.resource, self.desk), rows),
            self.time[rows],
            self.start[rows],
            self.zone,
            self.faults,
        )

    def on_clock(self, clock: Callable[[Micros], Micros]) -> EventLog:
        """The same events on another clock, say one that stands still outside office hours: ``clock`` maps microseconds of this log to
        microseconds of the other, so that waits and durations are those of the other. For questions about days and months keep the log as
        it is. ValueError where the other clock runs backward between two events of a case."""
        time, known = clock(self.time), self.start != NO_TIME
        start = self.start.copy()
        start[known] = clock(self.start[known])
        if ((np.diff(time) < 0) & (np.diff(self.case.codes) == 0)).any() or (start[known] > time[known]).any():
            raise ValueError("the clock runs backward")
        return replace(self, time=time, start=start)

    def case_names(self, codes: NDArray[np.integer]) -> tuple[str, ...]:
        """The names of these cases."""
        names = self.case.names
        return tuple(names[code] for code in codes.tolist())


def _ordered(case: Codes, time: Micros) -> Micros | None:
    """The stable order by case, then time; None where the rows stand in it already."""
    if len(case) < 2:
        return None
    step, later = np.diff(case), np.diff(time)
    wrong = (step < 0) | ((step == 0) & (later < 0))
    if not wrong.any():
        return None
    if (step < 0).any():
        return np.lexsort((time, case))
    bad = np.zeros(int(case[-1]) + 1, np.bool_)  # cases stand together: only those out of order inside are sorted
    bad[case[1:][wrong]] = True
    rows = np.flatnonzero(bad[case])
    order = np.arange(len(case))
    order[rows] = rows[np.lexsort((time[rows], case[rows]))]
    return order


def _at(columns: Five, rows: Micros) -> Five:
    """The columns of these rows."""
    case, activity, lifecycle, resource, desk = columns
    return case.at(rows), activity.at(rows), lifecycle.at(rows), resource.at(rows), desk.at(rows)


def _made(
    columns: Five, time: Micros, start: Micros, zone: Literal["utc", "wall"], faults: tuple[Fault, ...]
) -> EventLog:
    """A log of rows that all have a case, an activity and a time."""
    order = _ordered(columns[0].codes, time)
    if order is not None:
        columns, time, start = _at(columns, order), time[order], start[order]
    case, activity, lifecycle, resource, desk = columns
    new = np.flatnonzero(np.diff(case.codes, prepend=UNKNOWN))
    if len(new) < len(case.names):
        names = tuple(case.names[code] for code in case.codes[new].tolist())
        sizes = np.diff(new, append=len(time))
        case = Column(np.repeat(np.arange(len(new), dtype=np.int32), sizes), names)
    begins = np.append(new, len(time)).astype(np.int64)
    return EventLog(case, activity, lifecycle, resource, desk, time, start, begins, zone, faults)


def _settled(entries: Entries, zone: tzinfo | None) -> tuple[Micros, Micros, Literal["utc", "wall"]]:
    """All times on one clock. ``Refused`` where some name a zone, others none, and no zone is given for those."""
    kinds = np.bincount(entries.time.kind, minlength=4) + np.bincount(entries.start.kind, minlength=4)
    if kinds[NAIVE] and kinds[AWARE] and zone is None:
        raise Refused("process.mixed_zones", naive=str(kinds[NAIVE]), aware=str(kinds[AWARE]))
    settled = []
    for times in (entries.time, entries.start):
        micros = times.micros
        naive = np.flatnonzero(times.kind == NAIVE)
        if zone is not None and len(naive):
            micros = micros.copy()
            micros[naive] = to_utc(micros[naive], zone)
        settled.append(micros)
    return settled[0], settled[1], "wall" if zone is None and kinds[NAIVE] else "utc"


def log_of(entries: Entries, zone: tzinfo | None = None) -> EventLog:
    """The log of what a reader found.

    Events without a case, an activity or a readable time are left out, each kind with its count. ``zone``: the zone of times that name
    none. Without it they are all read as one wall clock; a log in which only some name a zone is ``Refused``: assuming one in silence
    would move events past each other."""
    time, start, clock = _settled(entries, zone)
    case, activity, kind = entries.case.codes, entries.activity.codes, entries.time.kind
    faults = list(entries.faults)
    keep = np.ones(len(time), np.bool_)
    for code, bad in (
        ("process.no_case", case == UNKNOWN),
        ("process.no_activity", activity == UNKNOWN),
        ("process.no_time", kind == MISSING),
        ("process.unreadable_time", kind == UNREADABLE),
    ):
        if bad.any():
            rows = np.flatnonzero(bad)
            faults.append(Fault(code, len(rows), tuple(_told(entries, row) for row in rows[:EXAMPLES].tolist())))
            keep &= ~bad
    unread = int(np.count_nonzero(entries.start.kind == UNREADABLE))
    if unread:
        faults.append(Fault("process.unreadable_start", unread))
    backward = keep & (start != NO_TIME) & (start > time)
    if backward.any():
        rows = np.flatnonzero(backward)
        faults.append(
            Fault("process.start_after_end", len(rows), tuple(_told(entries, row) for row in rows[:EXAMPLES].tolist()))
        )
        start = np.where(backward, NO_TIME, start)
    columns: Five = (entries.case, entries.activity, entries.lifecycle, entries.resource, entries.desk)
    if not keep.all():
        rows = np.flatnonzero(keep)
        columns, time, start = _at(columns, rows), time[rows], start[rows]
    return _made(columns, time, start, clock, tuple(faults))


def _told(entries: Entries, row: int) -> str:
    """One event for a message: its number in the file, its case and activity as far as they are known."""
    parts = [str(row + 1)]
    for column in (entries.case, entries.activity):
        code = int(column.codes[row])
        parts.append("" if code == UNKNOWN else column.names[code][:SHOWN])
    return " / ".join(part for part in parts if part)
