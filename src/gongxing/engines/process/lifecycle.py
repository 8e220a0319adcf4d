"""START and COMPLETE of one piece of work as one event with a begin and an end.

Until they are paired, the time between START and COMPLETE looks like waiting. Within a case and an activity the first START that is still
open goes with the next COMPLETE (first in, first out).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.log import UNKNOWN, EventLog, Fault
from gongxing.engines.process.times import NO_TIME

START, COMPLETE = ("start",), ("complete",)


def _is(log: EventLog, words: Collection[str]) -> NDArray[np.bool_]:
    """Which events have one of these transitions, whatever their capitals."""
    known = np.array([*(name.lower() in words for name in log.lifecycle.names), False], np.bool_)
    return np.asarray(known[log.lifecycle.codes])


def _ranks(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """For sorted groups the place of each element in its own, from 0."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))


def paired(log: EventLog, starts: Collection[str] = START, ends: Collection[str] = COMPLETE) -> EventLog:
    """The log of completed work: each COMPLETE once, with the time of its START where there is one.

    Events without a transition count as completed. STARTs that never end, and events of other transitions (scheduled, suspended), are
    left out and counted as faults."""
    begins = _is(log, starts)
    done = _is(log, ends) | (log.lifecycle.codes == UNKNOWN)
    rows = np.flatnonzero(begins | done)
    width = len(log.activity.names)
    work = log.case.codes[rows].astype(np.int64) * width + log.activity.codes[rows]
    order = np.argsort(work, kind="stable")
    rows, work = rows[order], work[order]
    step = np.where(begins[rows], 1, -1)
    new = np.diff(work, prepend=-1) != 0
    group = np.cumsum(new) - 1
    open_ = np.cumsum(step)
    if len(rows):
        open_ -= (open_ - step)[np.flatnonzero(new)][group]
    # ``lowest``: how far the count of open work has fallen below 0 so far; an end that lowers it had no begin.
    apart = 2 * len(rows) + 2
    lowest = np.minimum.accumulate(np.minimum(open_, 0) - group * apart) + group * apart
    before = np.where(new, 0, np.concatenate(([0], lowest[:-1]))) if len(rows) else lowest
    matched = (step < 0) & (lowest == before)
    begun_rows, begun_group = rows[step > 0], group[step > 0]
    first = np.searchsorted(begun_group, group[matched])
    partner = begun_rows[first + _ranks(group[matched])]
    start = log.start.copy()
    start[rows[matched]] = log.time[partner]
    told = (
        ("process.start_without_end", int(np.count_nonzero(begins)) - int(np.count_nonzero(matched))),
        ("process.other_transition", int(np.count_nonzero(~begins & ~done))),
    )
    faults = tuple(Fault(code, count) for code, count in told if count)
    return replace(log, start=np.where(done, start, NO_TIME), faults=(*log.faults, *faults)).only(done)
