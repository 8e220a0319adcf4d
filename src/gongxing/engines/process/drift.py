"""Drift by month: does a month's work flow otherwise than the months before it?

1. A pair of neighbours (see ``dfg``) counts to the month of its second event, so that cases still open neither make nor hide a drift. The share
   of an edge is its pairs ÷ all pairs of the month.
2. The distance of a month from the ``window`` months before it, taken together, is half the sum of the differences of shares over all edges
   (total variation): 0 the same, 1 nothing in common.
3. Small months differ by chance. The pairs of one case in one month are one block; blocks of the month and its window are shuffled
   ``shuffles`` times, and chance = (1 + how often the shuffled distance reaches the seen one) ÷ (1 + shuffles). A month has changed where
   chance ≤ ``level`` and the distance ≥ ``apart``: with many cases the smallest difference is no chance, and still no news. With many months
   some change by chance: of 60 months at level 0.01 every second report has one.
4. Months with fewer than ``least`` blocks, or whose window has fewer, are not judged: ``chance`` is None.
5. The duration of a month is that of the cases that ended in it.

Months are those of the wall clock at ``zone``; a log on the wall clock takes them as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.process.dfg import durations, follows, spread
from gongxing.engines.process.groups import Floats
from gongxing.engines.process.log import EventLog
from gongxing.engines.process.times import DAY, to_wall

WINDOW, LEAST, SHUFFLES, LEVEL, APART, SHOWN, KINDS = 3, 20, 199, 0.01, 0.1, 3, 60
CENTURY = 1200  # months


@dataclass(frozen=True, slots=True)
class Shift:
    """An edge whose share changed: before and in the month."""

    source: str
    target: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Month:
    """One month (``2026-03``): cases that began and ended in it, pairs, seconds its ended cases took, distance from the months before and
    how likely chance alone makes one as large (None: too little to judge), and the edges that changed most, where it has changed."""

    month: str
    began: int
    ended: int
    pairs: int
    median_s: float
    p90_s: float
    distance: float | None
    chance: float | None
    changed: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """The pairs of one case in one month are a block: its month, and its type, blocks of equal counts being of one type. ``counts``: for each type how
    many pairs of each kind of edge it has."""

    month: NDArray[np.int64]
    type: NDArray[np.int64]
    counts: Floats

    def tally(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of these blocks are of each type."""
        return np.bincount(self.type[which], minlength=len(self.counts))


def _months(log: EventLog, zone: tzinfo | None) -> NDArray[np.int64]:
    """The month of each event, counted from January 1970."""
    wall = to_wall(log.time, zone if log.zone == "utc" else None)
    return np.asarray((wall // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def _blocks(
    log: EventLog, rows: NDArray[np.int64], month: NDArray[np.int64], kind: NDArray[np.int64], kinds: int
) -> _Blocks:
    """Pairs by case and month. Types are told apart by a 64-bit hash of their counts."""
    low = int(month.min(initial=0))
    span = int(month.max(initial=0)) - low + 1
    key = log.case.codes[rows].astype(np.int64) * span + month - low
    order = np.argsort(key, kind="stable")
    key, kind = key[order], kind[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    weights = np.random.default_rng(0).integers(1, 1 << 63, kinds, dtype=np.uint64)
    hashes = np.add.reduceat(weights[kind], starts) if len(starts) else np.zeros(0, np.uint64)
    _, leaders, types = np.unique(hashes, return_index=True, return_inverse=True)
    leader = np.full(len(starts), -1, np.int64)
    leader[leaders] = np.arange(len(leaders))
    of = np.repeat(leader, np.diff(starts, append=len(key)))
    counts = np.bincount(of[of >= 0] * kinds + kind[of >= 0], minlength=len(leaders) * kinds).reshape(
        len(leaders), kinds
    )
    return _Blocks(key[starts] % span + low, types, counts.astype(np.float64))


def _distance(one: Floats, other: Floats) -> Floats:
    """Total variation between rows of counts."""
    shares = one / one.sum(axis=-1, keepdims=True) - other / other.sum(axis=-1, keepdims=True)
    return np.asarray(np.abs(shares).sum(axis=-1) / 2)


def _chance(
    blocks: _Blocks,
    now: NDArray[np.int64],
    before: NDArray[np.int64],
    seen: float,
    shuffles: int,
    random: np.random.Generator,
) -> float:
    """How often shuffled blocks lie as far apart as the real ones. A shuffle draws as many blocks as the month has from all, by type."""
    there = np.flatnonzero(now + before)
    drawn = random.multivariate_hypergeometric((now + before)[there], int(now.sum()), shuffles, method="marginals")
    sums = drawn @ blocks.counts[there]
    rest = (now + before)[there] @ blocks.counts[there] - sums
    return float(1 + np.count_nonzero(_distance(sums, rest) >= seen - 1e-12)) / (1 + shuffles)


def drift(
    log: EventLog,
    zone: tzinfo | None = None,
    *,
    window: int = WINDOW,
    least: int = LEAST,
    shuffles: int = SHUFFLES,
    level: float = LEVEL,
    apart: float = APART,
    seed: int = 0,
) -> tuple[Month, ...]:
    """Every month from the first event to the last, also those without any; where they are more than a century, those with events only."""
    if not log.events:
        return ()
    month = _months(log, zone)
    rows = follows(log)
    width = len(log.activity.names)
    pair = log.activity.codes[rows - 1].astype(np.int64) * width + log.activity.codes[rows]
    keys, place, sizes = np.unique(pair, return_inverse=True, return_counts=True)
    common = np.argsort(-sizes, kind="stable")[: KINDS - 1]
    kinds = len(common) + (len(common) < len(keys))
    kind = np.full(len(keys), len(common), np.int64)
    kind[common] = np.arange(len(common))
    blocks = _blocks(log, rows, month[rows], kind[place], max(kinds, 1))
    random = np.random.default_rng(seed)
    began, ended = month[log.begins[:-1]], month[log.begins[1:] - 1]
    seconds = durations(log).seconds
    found = []
    low, high = int(month.min()), int(month.max())
    for number in range(low, high + 1) if high - low <= CENTURY else np.unique(month).tolist():
        now = blocks.tally(blocks.month == number)
        before = blocks.tally((blocks.month < number) & (blocks.month >= number - window))
        new, old = now @ blocks.counts, before @ blocks.counts
        _, median, p90, _ = spread(seconds[ended == number])
        distance = chance = None
        changed = False
        if now.sum() >= least and before.sum() >= least:
            distance = float(_distance(new, old))
            chance = _chance(blocks, now, before, distance, shuffles, random)
            changed = chance <= level and distance >= apart
        shifts = _shifts(log, keys[common], new, old) if changed else ()
        found.append(
            Month(
                f"{number // 12 + 1970:04d}-{number % 12 + 1:02d}", int(np.count_nonzero(began == number)), int(np.count_nonzero(ended == number)),
                int(new.sum()), median, p90, distance, chance, changed, shifts,
            )
        )  # fmt: skip
    return tuple(found)


def _shifts(log: EventLog, keys: NDArray[np.int64], now: Floats, before: Floats) -> tuple[Shift, ...]:
    """The edges whose share changed most."""
    width = len(log.activity.names)
    new, old = now / now.sum(), before / before.sum()
    order = np.argsort(-np.abs(new - old)[: len(keys)], kind="stable")[:SHOWN].tolist()
    names = log.activity.names
    return tuple(
        Shift(names[int(keys[k]) // width], names[int(keys[k]) % width], float(old[k]), float(new[k]))
        for k in order
        if new[k] != old[k]
    )
