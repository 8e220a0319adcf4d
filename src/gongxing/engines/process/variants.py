"""Variants: cases with the same activities in the same order.

Cases are grouped by length and a 64-bit hash of their codes, and each is then compared, event by event, with the first of its group: a
case is never counted with a variant it only resembles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.dfg import durations
from gongxing.engines.process.log import EXAMPLES, EventLog

MIX = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Variant:
    """A path: its activities, how many cases took it, their median duration in seconds, and some of them."""

    activities: tuple[str, ...]
    cases: int
    median_s: float
    examples: tuple[str, ...]


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> SHIFT)) * MIX
    return values ^ (values >> SHIFT)


def case_paths(log: EventLog) -> NDArray[np.int64]:
    """For each case the first case with exactly the same activities in the same order."""
    if not log.cases:
        return np.zeros(0, np.int64)
    begins, sizes = log.begins[:-1], np.diff(log.begins)
    within = np.arange(log.events) - np.repeat(begins, sizes)
    terms = _mixed(log.activity.codes.astype(np.uint64) * MIX + _mixed(within.astype(np.uint64)))
    hashes = np.add.reduceat(terms, begins) + sizes.astype(np.uint64)
    _, first, place = np.unique(hashes, return_index=True, return_inverse=True)
    path = first[place]
    shorter = np.flatnonzero(sizes != sizes[path])
    rows = np.repeat(begins[path] - begins, sizes) + np.arange(log.events)
    differs = log.activity.codes != log.activity.codes[np.minimum(rows, log.events - 1)]
    wrong = np.union1d(shorter, log.case.codes[differs])
    seen: dict[bytes, int] = {}
    for case in wrong.tolist():
        path[case] = seen.setdefault(log.activity.codes[log.begins[case] : log.begins[case + 1]].tobytes(), case)
    return np.asarray(path, np.int64)


def variants(log: EventLog) -> tuple[Variant, ...]:
    """All variants, those of most cases first, equal ones by their activities."""
    path = case_paths(log)
    seconds = durations(log).seconds
    order = np.lexsort((seconds, path))
    starts = np.flatnonzero(np.diff(path[order], prepend=-1))
    counts = np.diff(starts, append=len(path))
    sorted_seconds = seconds[order]
    median = (sorted_seconds[starts + (counts - 1) // 2] + sorted_seconds[starts + counts // 2]) / 2
    by_case = np.argsort(path, kind="stable")
    found = []
    for start, count, middle in zip(starts.tolist(), counts.tolist(), median.tolist(), strict=True):
        cases = by_case[start : start + min(count, EXAMPLES)]
        lead = int(cases[0])
        codes = log.activity.codes[log.begins[lead] : log.begins[lead + 1]].tolist()
        activities = tuple(map(log.activity.names.__getitem__, codes))
        found.append(Variant(activities, count, middle, log.case_names(cases)))
    return tuple(sorted(found, key=lambda one: (-one.cases, one.activities)))
