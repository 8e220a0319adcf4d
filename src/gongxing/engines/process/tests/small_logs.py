"""Small random logs, and the plain Python that answers the same questions of them, event by event."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import strategies as st

from gongxing.engines.process import AtOnce, Change, Entry, EventLog, WithoutPause, WithoutWait, log_of_entries

START = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVITIES = ("a", "b", "c", "d")


def near(value: Any, within: float | None = None) -> Any:
    """Equal but for the last digits, or within so much; may stand inside tuples."""
    return pytest.approx(value, abs=within)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Up to thirty entries of up to five cases, in any order, with equal times, unknown desks and begins now and then."""
    found = []
    for _ in range(draw(st.integers(0, 30))):
        hour = draw(st.integers(0, 12))
        worked = draw(st.none() | st.integers(0, 3))
        when = START + timedelta(hours=hour)
        found.append(
            Entry(
                draw(st.sampled_from("12345")), draw(st.sampled_from(ACTIVITIES)), when, None if worked is None else when - timedelta(hours=worked),
                desk=draw(st.sampled_from(["", "x", "y", "z"])), lifecycle=draw(st.sampled_from(["", "START", "complete", "schedule"])),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Event:
    """One event in hours."""

    activity: str
    time: float
    begin: float
    desk: str


def plain(found: Sequence[Entry]) -> dict[str, list[Event]]:
    """For each case its events in order of time; equal times in the order given."""
    cases: dict[str, list[Event]] = defaultdict(list)
    for one in found:
        assert one.time is not None
        time = (one.time - START) / timedelta(hours=1)
        begin = time if one.start is None else (one.start - START) / timedelta(hours=1)
        cases[one.case].append(Event(one.activity, time, begin, one.desk))
    for events in cases.values():
        events.sort(key=lambda event: event.time)
    return cases


def plain_waits(
    found: Sequence[Entry],
) -> tuple[dict[str, list[float]], Counter[tuple[str, str]], Counter[tuple[str, str]], int]:
    """Waits by desk, hand-overs, those that came straight back, and pairs with an unknown desk."""
    by_desk: dict[str, list[float]] = defaultdict(list)
    handed: Counter[tuple[str, str]] = Counter()
    returned: Counter[tuple[str, str]] = Counter()
    unknown = 0
    for events in plain(found).values():
        for k in range(1, len(events)):
            source, target = events[k - 1], events[k]
            by_desk[target.desk].append(max(0.0, target.begin - source.time))
            if not source.desk or not target.desk:
                unknown += 1
            elif source.desk != target.desk:
                handed[source.desk, target.desk] += 1
                if k + 1 < len(events) and events[k + 1].desk == source.desk:
                    returned[source.desk, target.desk] += 1
    return by_desk, handed, returned, unknown


def open_pauses(events: Sequence[Event], change: WithoutPause) -> int:
    """How many pauses are open after these events; one that ends without having begun ends nothing."""
    steps = [(event.activity == change.opened) - (event.activity == change.ended) for event in events]
    sums = list(accumulate(steps, initial=0))
    return sums[-1] - min(sums)


def plain_hours(found: Sequence[Entry], changes: Sequence[Change]) -> dict[str, float]:
    """Hours of each case after the changes."""
    hours = {}
    for case, events in plain(found).items():
        steps = [events[0].time - min(event.begin for event in events)]
        steps += [other.time - one.time for one, other in pairwise(events)]
        for change in changes:
            if isinstance(change, WithoutWait):
                for k in range(1, len(events)):
                    if (events[k - 1].activity, events[k].activity) == (change.source, change.target):
                        steps[k] = min(steps[k], change.keep_s / 3600)
            elif isinstance(change, WithoutPause):
                depths = [open_pauses(events[: k + 1], change) for k in range(len(events))]
                for k in range(1, len(events)):
                    steps[k] *= not (depths[k - 1] and 0 in depths[k:])
        taken = [False] * len(events)
        for change in changes:
            if isinstance(change, AtOnce):
                k = 0
                while k < len(events):
                    run: list[int] = []
                    while (
                        k < len(events)
                        and not taken[k]
                        and events[k].activity in change.activities
                        and events[k].activity not in [events[j].activity for j in run]
                    ):
                        run.append(k)
                        k += 1
                    if len(run) > 1:
                        longest = max(steps[j] for j in run)
                        for j in run:
                            steps[j], taken[j] = 0, True
                        steps[run[0]] = longest
                    k += not run
        hours[case] = sum(steps)
    return hours


def plain_pairs(found: Sequence[Entry]) -> tuple[list[tuple[str, str, float, float | None]], int, int]:
    """Completed work as (case, activity, time, begin or None), STARTs that never end, and events of other transitions."""
    done: list[tuple[str, str, float, float | None]] = []
    left = other = 0
    groups: dict[tuple[str, str], list[tuple[float, str, float | None]]] = defaultdict(list)
    for one in found:
        assert one.time is not None
        time = (one.time - START) / timedelta(hours=1)
        begin = None if one.start is None else (one.start - START) / timedelta(hours=1)
        groups[one.case, one.activity].append((time, one.lifecycle, begin))
    for (case, activity), events in groups.items():
        open_: list[float] = []
        for time, step, begin in sorted(events, key=lambda event: event[0]):
            if step == "START":
                open_.append(time)
            elif step == "schedule":
                other += 1
            else:
                done.append((case, activity, time, open_.pop(0) if open_ else begin))
        left += len(open_)
    return done, left, other


def log_of(found: Sequence[Entry]) -> EventLog:
    """The engine's log."""
    return log_of_entries(found)
