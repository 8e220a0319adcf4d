"""Waiting by desk, and hand-overs between desks.

1. An event waits from the event before it in its case until its own work begins (see ``dfg``, 2). The wait belongs to the desk that then
   acts: the case lay there. The first event of a case waits for nobody.
2. A hand-over is a pair of neighbours with two known, different desks. Where one of the two is unknown the pair is counted as unknown,
   never as no hand-over.
3. A return is a hand-over from one desk to another whose case goes back to the first with the very next event.

``by`` says whose desks: ``desk`` (group, department) or ``resource`` (who acted).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gongxing.engines.process.dfg import follows, waits
from gongxing.engines.process.groups import grouped
from gongxing.engines.process.log import UNKNOWN, Column, EventLog
from gongxing.engines.process.times import NO_TIME, SECOND

By = Literal["desk", "resource"]


@dataclass(frozen=True, slots=True)
class DeskWait:
    """How long cases lay with a desk ("" is unknown): events that waited, their cases, seconds; ``share`` of all waiting.

    ``worked_s``: seconds between begin and end of its work, over the ``timed`` events that know both; all its events are ``events``."""

    desk: str
    events: int
    waited: int
    cases: int
    mean_s: float
    median_s: float
    p90_s: float
    longest_s: float
    total_s: float
    share: float
    timed: int
    worked_s: float


@dataclass(frozen=True, slots=True)
class Handover:
    """From one desk to another: how often, in how many cases, the seconds until the other began, and how many came straight back."""

    source: str
    target: str
    count: int
    cases: int
    mean_s: float
    median_s: float
    p90_s: float
    returns: int


@dataclass(frozen=True, slots=True)
class Handovers:
    """All hand-overs, the most frequent first; ``pairs`` neighbours in all, of which ``unknown`` do not know a desk; ``per_case`` on average."""

    handovers: tuple[Handover, ...]
    pairs: int
    unknown: int
    per_case: float


def _column(log: EventLog, by: By) -> Column:
    return log.desk if by == "desk" else log.resource


def waiting_by_desk(log: EventLog, by: By = "desk") -> tuple[DeskWait, ...]:
    """How long cases lay with each desk, the longest in all first."""
    column = _column(log, by)
    rows = follows(log)
    desk = column.codes.astype(np.int64)
    wait = waits(log, rows)
    everything = float(wait.sum()) / SECOND
    names = (*column.names, "")  # −1 is the last
    size = len(names)
    events = np.bincount(desk % size, minlength=size).tolist()
    known = log.start != NO_TIME
    timed = np.bincount(desk[known] % size, minlength=size).tolist()
    worked = np.bincount(desk[known] % size, weights=(log.time - log.start)[known], minlength=size).tolist()
    found = []
    seen = set()
    for group in grouped(desk[rows], wait, log.case.codes[rows], log.cases):
        count, cases, mean, median, p90, longest, total = group.figures
        at = group.key % size
        seen.add(at)
        share = total / everything if everything else 0.0
        found.append(
            DeskWait(
                names[at],
                events[at],
                count,
                cases,
                mean,
                median,
                p90,
                longest,
                total,
                share,
                timed[at],
                worked[at] / SECOND,
            )
        )
    for at in range(size):  # desks that only ever begin cases
        if events[at] and at not in seen:
            found.append(
                DeskWait(names[at], events[at], 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, timed[at], worked[at] / SECOND)
            )
    return tuple(sorted(found, key=lambda one: (-one.total_s, one.desk)))


def handovers(log: EventLog, by: By = "desk") -> Handovers:
    """The hand-overs of a log."""
    column = _column(log, by)
    rows = follows(log)
    desk = column.codes.astype(np.int64)
    source, target = desk[rows - 1], desk[rows]
    known = (source != UNKNOWN) & (target != UNKNOWN)
    handed = known & (source != target)
    back = np.zeros(len(rows), np.bool_)
    if len(rows) > 1:
        follows_next = rows[1:] == rows[:-1] + 1
        back[:-1] = handed[:-1] & follows_next & (target[1:] == source[:-1])
    width = max(len(column.names), 1)
    key = source[handed] * width + target[handed]
    returned = dict(zip(*np.unique(key[back[handed]], return_counts=True), strict=True))
    found = []
    for group in grouped(key, waits(log, rows)[handed], log.case.codes[rows[handed]], log.cases):
        count, cases, mean, median, p90, _, _ = group.figures
        source_name, target_name = column.names[group.key // width], column.names[group.key % width]
        found.append(
            Handover(source_name, target_name, count, cases, mean, median, p90, int(returned.get(group.key, 0)))
        )
    found.sort(key=lambda one: (-one.count, one.source, one.target))
    total = int(np.count_nonzero(handed))
    return Handovers(tuple(found), len(rows), int(np.count_nonzero(~known)), total / log.cases if log.cases else 0.0)
