"""Times by group: for every key how often, in how many cases, and how the times spread. One sort for all groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.times import SECOND

Floats = NDArray[np.float64]
NINE_TENTHS = 0.9


@dataclass(frozen=True, slots=True)
class Group:
    """One key with its figures: how many, in how many cases, then mean, median, ninth decile, longest and total in seconds."""

    key: int
    figures: tuple[int, int, float, float, float, float, float]


def _quantile(values: NDArray[np.int64], starts: NDArray[np.int64], counts: NDArray[np.int64], share: float) -> Floats:
    """Of each sorted group the value at position (n − 1)·share, linear between two."""
    at = (counts - 1) * share
    low = np.floor(at).astype(np.int64)
    below, above = values[starts + low], values[starts + np.minimum(low + 1, counts - 1)]
    return np.asarray(below + (above - below) * (at - low))


def grouped(key: NDArray[np.int64], micros: NDArray[np.int64], case: NDArray[np.int32], cases: int) -> Iterator[Group]:
    """The groups of equal ``key`` in the order of keys; ``micros`` and ``case`` belong to each key."""
    if not len(key):
        return
    order = np.lexsort((micros, key))
    key, micros, case = key[order], micros[order], case[order]
    new = np.diff(key, prepend=key[0] - 1) != 0
    starts = np.flatnonzero(new)
    counts = np.diff(starts, append=len(key))
    totals = np.add.reduceat(micros.astype(np.float64), starts)
    both = np.sort((np.cumsum(new) - 1) * cases + case)
    of_cases = np.bincount(both[np.flatnonzero(np.diff(both, prepend=-1))] // cases, minlength=len(starts))
    figures = (
        totals / counts,
        _quantile(micros, starts, counts, 0.5),
        _quantile(micros, starts, counts, NINE_TENTHS),
        micros[starts + counts - 1],
        totals,
    )
    columns = [(one / SECOND).tolist() for one in figures]
    for number, count, of, *rest in zip(
        key[starts].tolist(), counts.tolist(), of_cases.tolist(), *columns, strict=True
    ):
        mean, median, p90, longest, total = rest
        yield Group(number, (count, of, mean, median, p90, longest, total))
