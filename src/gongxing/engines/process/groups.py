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


def _ranked(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different keys in order, and the place of each key among them."""
    low, high = int(key.min()), int(key.max())
    if high - low > 4 * len(key) + 65_536:
        keys, rank = np.unique(key, return_inverse=True)
        return keys, rank
    keys = np.flatnonzero(np.bincount(key - low))
    place = np.zeros(high - low + 1, np.int64)
    place[keys] = np.arange(len(keys))
    return keys + low, place[key - low]


def grouped(key: NDArray[np.int64], micros: NDArray[np.int64], case: NDArray[np.int32], cases: int) -> Iterator[Group]:
    """The groups of equal ``key`` in the order of keys; ``micros`` (none below 0) and ``case`` (below ``cases``) belong to each key."""
    if not len(key):
        return
    keys, rank = _ranked(key)
    bits = int(micros.max()).bit_length()
    if len(keys).bit_length() + bits < 63:  # one sort of whole numbers is several times faster than one by two columns
        both = np.sort((rank << bits) | micros)
        micros = both & ((1 << bits) - 1)
        rank_sorted = both >> bits
    else:
        order = np.lexsort((micros, rank))
        micros, rank_sorted = micros[order], rank[order]
    starts = np.flatnonzero(np.diff(rank_sorted, prepend=-1))
    counts = np.diff(starts, append=len(rank))
    totals = np.add.reduceat(micros.astype(np.float64), starts)
    pairs = np.sort(rank * cases + case)
    of_cases = np.bincount(pairs[np.flatnonzero(np.diff(pairs, prepend=-1))] // cases, minlength=len(starts))
    figures = (
        totals / counts,
        _quantile(micros, starts, counts, 0.5),
        _quantile(micros, starts, counts, NINE_TENTHS),
        micros[starts + counts - 1],
        totals,
    )
    columns = [(one / SECOND).tolist() for one in figures]
    for number, count, of, *rest in zip(keys.tolist(), counts.tolist(), of_cases.tolist(), *columns, strict=True):
        mean, median, p90, longest, total = rest
        yield Group(number, (count, of, mean, median, p90, longest, total))
