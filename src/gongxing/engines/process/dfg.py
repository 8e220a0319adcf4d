"""Which activity directly follows which, how often and after how long; durations of cases; rework.

For a case with events e₁ … eₙ in order of time, with a(e) the activity, t(e) its time and s(e) the begin of its work, where that is known, else t(e):

1. The pairs of a case are (eᵢ, eᵢ₊₁), i < n. The edge (a, b) has all pairs with a(eᵢ) = a and a(eᵢ₊₁) = b: ``count`` of them.
2. The wait of a pair is max(0, s(eᵢ₊₁) − t(eᵢ)); an edge tells its mean, median, ninth decile, longest and total wait. Σ over edges of ``count`` = events − cases.
3. The duration of a case is max t − min s over its events.
4. Activity a is reworked in a case where it stands k ≥ 2 times; its repeats are k − 1.
5. Two neighbours in a case with the same time have no order but that of the file: ``ties`` counts such pairs.

A directly-follows map is no model of the process (van der Aalst 2019): leaving edges out invents paths nobody took. To see less, leave out
cases (``EventLog.only``, or the rarest variants) and draw the map of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.groups import Floats, grouped
from gongxing.engines.process.log import EXAMPLES, EventLog, Micros
from gongxing.engines.process.times import NO_TIME, SECOND


@dataclass(frozen=True, slots=True)
class Edge:
    """``target`` directly follows ``source``: how often, in how many cases, and the seconds between."""

    source: str
    target: str
    count: int
    cases: int
    mean_s: float
    median_s: float
    p90_s: float
    longest_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Activity:
    """How often an activity happens, in how many cases, how often first and last in a case."""

    name: str
    count: int
    cases: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FlowMap:
    """The directly-follows map: edges and activities, the most frequent first, and how many neighbours have equal times."""

    edges: tuple[Edge, ...]
    activities: tuple[Activity, ...]
    ties: int


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """Seconds of each case in the order of the log's cases, and what they come to; all NaN for a log without cases.

    ``p90`` and ``median`` are linear between order statistics (position (n − 1)·q)."""

    seconds: Floats
    mean: float
    median: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class Rework:
    """An activity done again: in how many cases, how many repeats, and the cases with the most repeats."""

    activity: str
    cases: int
    repeats: int
    examples: tuple[str, ...]


def spread(values: Floats) -> tuple[float, float, float, float]:
    """Mean, median, ninth decile and largest; NaN for none."""
    if not len(values):
        return (float("nan"),) * 4
    median, p90 = np.quantile(values, (0.5, 0.9))
    return float(values.mean()), float(median), float(p90), float(values.max())


def begun(log: EventLog) -> Micros:
    """When the work of each event began, as far as that is known; else its time."""
    return np.where(log.start == NO_TIME, log.time, log.start)


def case_begins(log: EventLog) -> Micros:
    """The first begin of each case."""
    first = log.begins[:-1]
    if (log.start == NO_TIME).all():
        return log.time[first]
    return np.asarray(np.minimum.reduceat(begun(log), first)) if len(first) else log.time[:0]


def follows(log: EventLog) -> NDArray[np.int64]:
    """The rows that have a row of the same case before them."""
    inside = np.ones(log.events, np.bool_)
    inside[log.begins[:-1]] = False
    return np.flatnonzero(inside)


def waits(log: EventLog, rows: NDArray[np.int64]) -> Micros:
    """Microseconds each of these rows waited after the row before it, never below 0."""
    return np.asarray(np.maximum(begun(log)[rows] - log.time[rows - 1], 0), np.int64)


def directly_follows(log: EventLog) -> FlowMap:
    """The directly-follows map of a log."""
    width = len(log.activity.names)
    activity = log.activity.codes.astype(np.int64)
    rows = follows(log)
    wait = waits(log, rows)
    pair = activity[rows - 1] * width + activity[rows]
    names = log.activity.names
    edges = [
        Edge(names[group.key // width], names[group.key % width], *group.figures)
        for group in grouped(pair, wait, log.case.codes[rows], log.cases)
    ]
    edges.sort(key=lambda edge: (-edge.count, edge.source, edge.target))
    return FlowMap(tuple(edges), _activities(log), int(np.count_nonzero(log.time[rows] == log.time[rows - 1])))


def case_counts(log: EventLog) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each pair of a case and an activity in it: the case, the activity, how often; sorted by case, then activity."""
    width = max(len(log.activity.names), 1)
    both = np.sort(log.case.codes.astype(np.int64) * width + log.activity.codes)
    starts = np.flatnonzero(np.diff(both, prepend=-1))
    return both[starts] // width, both[starts] % width, np.diff(starts, append=len(both))


def _activities(log: EventLog) -> tuple[Activity, ...]:
    size = len(log.activity.names)
    code = log.activity.codes
    counts = np.bincount(code, minlength=size).tolist()
    cases = np.bincount(case_counts(log)[1], minlength=size).tolist()
    first = np.bincount(code[log.begins[:-1]], minlength=size).tolist()
    last = np.bincount(code[log.begins[1:] - 1], minlength=size).tolist()
    found = [Activity(*one) for one in zip(log.activity.names, counts, cases, first, last, strict=True) if one[1]]
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))


def durations(log: EventLog) -> Durations:
    """How long cases take, from their first begin to their last time."""
    if not log.cases:
        return Durations(np.zeros(0), *spread(np.zeros(0)))
    values = (log.time[log.begins[1:] - 1] - case_begins(log)) / SECOND
    return Durations(values, *spread(values))


def rework(log: EventLog) -> tuple[Rework, ...]:
    """Activities that some case has more than once, those in most cases first."""
    case, activity, counts = case_counts(log)
    again = counts > 1
    found = []
    for code in np.unique(activity[again]).tolist():
        rows = np.flatnonzero(again & (activity == code))
        worst = rows[np.lexsort((case[rows], -counts[rows]))][:EXAMPLES]
        found.append(
            Rework(log.activity.names[code], len(rows), int((counts[rows] - 1).sum()), log.case_names(case[worst]))
        )
    return tuple(sorted(found, key=lambda one: (-one.cases, one.activity)))
