"""Where cases lose their time, and what would be if a pause fell away or two steps ran at once.

1. The step time of an event is its time minus the time of the event before it in its case; of the first event, its time minus the first
   begin of the case. Step times of a case are not negative and add up to its duration.
2. The bottlenecks are the edges (a, b) by the sum of step times of all events b right after an a.
3. ``WithoutWait(a, b, keep)``: each of those step times becomes at most ``keep``. ``WithoutPause(o, e)``: all step times after an event o that opens
   a pause, up to the event e that ends it, become 0, whatever happens between; of pauses that overlap the last end counts; a pause
   that never ends is left as it is.
4. ``AtOnce(A)``: of consecutive events of a case whose activities are different members of A, only the longest step time counts: all begin
   together, the next begins when the last is done. Runs are taken from the left; a run ends before an activity it already has.
5. Several changes: all of (3) first, each on what the one before it left, then (4) one after the other, each over events no earlier one has put into a run. What each saves **alone**,
   what it saves **given the others**, and what **all** save are three figures; they do not add up.

This moves recorded times about. It says nothing of queues: work that ends sooner may wait at the next desk, and a desk relieved of one case
may speed up others. Events that do not stand side by side stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.dfg import case_begins, follows, spread
from gongxing.engines.process.groups import Floats, grouped
from gongxing.engines.process.log import EventLog
from gongxing.engines.process.times import SECOND

TOP = 20


@dataclass(frozen=True, slots=True)
class WithoutWait:
    """The time from ``source`` to the ``target`` right after it shrinks to ``keep_s`` seconds where it was longer."""

    source: str
    target: str
    keep_s: float = 0.0


@dataclass(frozen=True, slots=True)
class WithoutPause:
    """No time passes between an entry that opens a pause and the one that ends it."""

    opened: str
    ended: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """These activities (two or more) run at once where they stand side by side."""

    activities: tuple[str, ...]


Change = WithoutWait | WithoutPause | AtOnce


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """An edge that costs time: how often, in how many cases, seconds; ``share`` of the time of all cases; and by how many seconds the mean
    and the median duration would fall without it."""

    source: str
    target: str
    count: int
    cases: int
    mean_s: float
    median_s: float
    p90_s: float
    longest_s: float
    total_s: float
    share: float
    mean_falls_s: float
    median_falls_s: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations of all cases in seconds."""

    mean_s: float
    median_s: float
    p90_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class Saving:
    """What one change saves over all cases in seconds: alone, and on top of all the others; in how many cases it changes anything alone."""

    change: Change
    alone_s: float
    given_others_s: float
    cases: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Durations as they were and as they would be, the seconds saved by all changes together, in how many cases, and by each change."""

    before: Spread
    after: Spread
    saved_s: float
    cases: int
    savings: tuple[Saving, ...]


def step_times(log: EventLog) -> NDArray[np.int64]:
    """Microseconds of each event's step (1)."""
    steps = np.diff(log.time, prepend=0)
    if log.cases:
        first = log.begins[:-1]
        steps[first] = log.time[first] - case_begins(log)
    return np.asarray(steps, np.int64)


def _codes(log: EventLog, names: Sequence[str]) -> list[int]:
    """Codes of activities. ValueError where the log has none of that name."""
    known = {name: code for code, name in enumerate(log.activity.names)}
    for name in names:
        if name not in known:
            raise ValueError(f"the log has no activity {name!r}")
    return [known[name] for name in names]


def _without_wait(log: EventLog, steps: NDArray[np.int64], change: WithoutWait) -> None:
    source, target = _codes(log, (change.source, change.target))
    rows = follows(log)
    rows = rows[(log.activity.codes[rows - 1] == source) & (log.activity.codes[rows] == target)]
    steps[rows] = np.minimum(steps[rows], round(change.keep_s * SECOND))


def _without_pause(log: EventLog, steps: NDArray[np.int64], change: WithoutPause) -> None:
    opened, ended = _codes(log, (change.opened, change.ended))
    if opened == ended:
        raise ValueError("a pause is opened by one activity and ended by another")
    rows = np.flatnonzero(np.isin(log.activity.codes, (opened, ended)))
    current, begun, depth = -1, -1, 0
    case, opens = log.case.codes[rows].tolist(), (log.activity.codes[rows] == opened).tolist()
    for row, of, opens_one in zip(rows.tolist(), case, opens, strict=True):
        if of != current:
            current, depth = of, 0
        if opens_one:
            begun = begun if depth else row
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                steps[begun + 1 : row + 1] = 0


def _at_once(log: EventLog, steps: NDArray[np.int64], taken: NDArray[np.bool_], change: AtOnce) -> None:
    codes = _codes(log, change.activities)
    if len(set(codes)) < 2:
        raise ValueError("at least two different activities run at once")
    rows = np.flatnonzero(np.isin(log.activity.codes, codes) & ~taken)
    run: list[int] = []
    seen: set[int] = set()

    def close() -> None:
        if len(run) > 1:
            longest = steps[run].max()
            steps[run] = 0
            steps[run[0]] = longest
            taken[run] = True

    case, activity = log.case.codes, log.activity.codes
    for row, of, what in zip(rows.tolist(), case[rows].tolist(), activity[rows].tolist(), strict=True):
        if not run or row != run[-1] + 1 or of != case[run[-1]] or what in seen:
            close()
            run, seen = [], set()
        run.append(row)
        seen.add(what)
    close()


def _seconds(log: EventLog, changes: Sequence[Change]) -> Floats:
    """Seconds of each case after the changes (5)."""
    if not log.cases:
        return np.zeros(0)
    steps = step_times(log)
    taken = np.zeros(log.events, np.bool_)
    for change in changes:
        if isinstance(change, WithoutWait):
            _without_wait(log, steps, change)
        elif isinstance(change, WithoutPause):
            _without_pause(log, steps, change)
    for change in changes:
        if isinstance(change, AtOnce):
            _at_once(log, steps, taken, change)
    return np.asarray(np.add.reduceat(steps, log.begins[:-1]) / SECOND)


def what_if(log: EventLog, changes: Sequence[Change]) -> WhatIf:
    """How long cases would have taken with these changes. ValueError where a change names an activity the log does not have."""
    before, after = _seconds(log, ()), _seconds(log, changes)
    savings = []
    for k, change in enumerate(changes):
        alone = before - _seconds(log, [change])
        others = _seconds(log, [*changes[:k], *changes[k + 1 :]])
        savings.append(
            Saving(change, float(alone.sum()), float((others - after).sum()), int(np.count_nonzero(alone > 0)))
        )
    saved = before - after
    return WhatIf(
        Spread(*spread(before)),
        Spread(*spread(after)),
        float(saved.sum()),
        int(np.count_nonzero(saved > 0)),
        tuple(savings),
    )


def bottlenecks(log: EventLog, top: int = TOP) -> tuple[Bottleneck, ...]:
    """The edges that cost most time in all, at most ``top`` of them."""
    rows = follows(log)
    steps = step_times(log)
    width = max(len(log.activity.names), 1)
    pair = log.activity.codes[rows - 1].astype(np.int64) * width + log.activity.codes[rows]
    groups = sorted(
        grouped(pair, steps[rows], log.case.codes[rows], log.cases), key=lambda one: (-one.figures[-1], one.key)
    )
    before = _seconds(log, ())
    everything = float(before.sum())
    median = float(np.median(before)) if len(before) else 0.0
    found = []
    for group in groups[:top]:
        mine = rows[pair == group.key]
        after = before - np.bincount(log.case.codes[mine], weights=steps[mine], minlength=log.cases) / SECOND
        source, target = log.activity.names[group.key // width], log.activity.names[group.key % width]
        total = group.figures[-1]
        share = total / everything if everything else 0.0
        falls = median - float(np.median(after))
        found.append(Bottleneck(source, target, *group.figures, share, total / log.cases, falls))
    return tuple(found)
