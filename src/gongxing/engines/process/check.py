"""Independent checks: the same figures counted again, event by event, in plain Python that shares nothing with the engine but the log.

Meant for tests and for a nightly look at real logs; slow on purpose."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median

from gongxing.engines.process.dfg import Durations, FlowMap, Rework
from gongxing.engines.process.log import EventLog
from gongxing.engines.process.table import rows_of
from gongxing.engines.process.times import NO_TIME
from gongxing.engines.process.variants import Variant
from gongxing.engines.reasons import Reason

CLOSE = 1e-6


def _paths(log: EventLog) -> dict[str, list[tuple[int, int, str]]]:
    """For each case its events as (time, begin or time, activity), in the order of time."""
    paths: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for (case, activity, time, *_), start in zip(rows_of(log), log.start.tolist(), strict=True):
        paths[case].append((time, time if start == NO_TIME else start, activity))
    for path in paths.values():
        path.sort(key=lambda event: event[0])
    return paths


def _differs(what: str, told: object, counted: object, **details: str) -> Reason:
    return Reason.of("process.differs", what=what, told=str(told), counted=str(counted), **details)


def check_map(log: EventLog, told: FlowMap) -> tuple[Reason, ...]:
    """Every difference between a map and a recount of its edges and activities."""
    between: dict[tuple[str, str], list[float]] = defaultdict(list)
    in_cases: dict[tuple[str, str], set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for case, path in _paths(log).items():
        counts.update(activity for *_, activity in path)
        first[path[0][2]] += 1
        last[path[-1][2]] += 1
        for (time, _, source), (_, begin, target) in pairwise(path):
            between[source, target].append(max(0, begin - time) / 1_000_000)
            in_cases[source, target].add(case)
    found = []
    edges = {(edge.source, edge.target): edge for edge in told.edges}
    for key in between.keys() | edges.keys():
        edge, seconds = edges.get(key), between.get(key, [])
        if edge is None or edge.count != len(seconds) or edge.cases != len(in_cases[key]):
            found.append(_differs("edge", edge and edge.count, len(seconds), source=key[0], target=key[1]))
            continue
        for name, figure, again in (
            ("mean", edge.mean_s, fmean(seconds)),
            ("median", edge.median_s, median(seconds)),
            ("longest", edge.longest_s, max(seconds)),
            ("total", edge.total_s, sum(seconds)),
        ):
            if abs(figure - again) > CLOSE * max(1.0, abs(again)):
                found.append(_differs(name, figure, again, source=key[0], target=key[1]))
    activities = {one.name: (one.count, one.first, one.last) for one in told.activities}
    again_counted = {name: (count, first[name], last[name]) for name, count in counts.items()}
    if activities != again_counted:
        found.append(_differs("activities", activities, again_counted))
    return tuple(found)


def check_durations(log: EventLog, told: Durations) -> tuple[Reason, ...]:
    """Every difference between durations and a recount."""
    paths = _paths(log)
    found = []
    for case, seconds in zip(log.case.names, told.seconds.tolist(), strict=True):
        path = paths[case]
        again = (max(time for time, *_ in path) - min(begin for _, begin, _ in path)) / 1_000_000
        if abs(again - seconds) > CLOSE * max(1.0, again):
            found.append(_differs("duration", seconds, again, case=case))
    return tuple(found)


def check_rework(log: EventLog, told: Sequence[Rework]) -> tuple[Reason, ...]:
    """Every difference between rework and a recount."""
    again: dict[str, list[int]] = defaultdict(list)
    for path in _paths(log).values():
        for activity, count in Counter(activity for *_, activity in path).items():
            if count > 1:
                again[activity].append(count - 1)
    counted = {activity: (len(repeats), sum(repeats)) for activity, repeats in again.items()}
    said = {one.activity: (one.cases, one.repeats) for one in told}
    return () if said == counted else (_differs("rework", said, counted),)


def check_variants(log: EventLog, told: Sequence[Variant]) -> tuple[Reason, ...]:
    """Every difference between variants and a recount."""
    counted = Counter(tuple(activity for *_, activity in path) for path in _paths(log).values())
    said = {one.activities: one.cases for one in told}
    wrong = [path for path in said.keys() | counted.keys() if said.get(path) != counted.get(path)]
    return tuple(_differs("variant", said.get(path, 0), counted[path], path=" → ".join(path)) for path in sorted(wrong))
