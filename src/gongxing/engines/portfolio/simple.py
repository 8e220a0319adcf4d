"""A good plan without the solver: take by value per share of the limits used, then exchange while that helps.

The baseline that the exact plan is compared with, the first incumbent of large problems, and the answer where no solver can run. No
promise of how near the best it comes; it keeps every limit or says that it found nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.portfolio.admit import ROUNDING, Table

Vector = NDArray[np.float64]
TINY = 1e-12
ROUNDS = 600
TAKEN_OUT = 8
WEAKEST = 40


@dataclass(frozen=True)
class Arrays:
    """A table as arrays: ``uses`` (rows × options) and ``limits`` ÷ the row's scale, ``values``, ``owner`` (number of the candidate),
    ``decided`` by option, ``possible`` by option."""

    uses: Vector
    limits: Vector
    scales: Vector
    values: Vector
    owner: NDArray[np.int64]
    decided: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def arrays(table: Table, must: Iterable[str] = ()) -> Arrays:
    """The table's numbers; ``must``: decided besides those of the table."""
    uses = np.zeros((len(table.rows), len(table.options)))
    for place, option in enumerate(table.options):
        for row, amount in option.uses:
            uses[row, place] = amount
    limits = np.array([row.limit for row in table.rows])
    scales = np.maximum(np.abs(limits), np.abs(uses).max(axis=1, initial=0.0))
    scales[scales == 0] = 1.0
    numbers = {key: k for k, key in enumerate(table.by_key)}
    decided = table.must | set(must)
    return Arrays(
        uses=uses / scales[:, None],
        limits=limits / scales,
        scales=scales,
        values=np.array([option.value for option in table.options]),
        owner=np.array([numbers[option.key] for option in table.options], dtype=np.int64),
        decided=np.array([option.key in decided for option in table.options], dtype=bool),
        possible=np.array([table.possible(place) for place in range(len(table.options))], dtype=bool),
    )


@dataclass
class _Set:
    """A set of options being built."""

    data: Arrays
    chosen: NDArray[np.bool_]
    used: Vector
    taken: NDArray[np.bool_]  # by option: its candidate is in the set

    @classmethod
    def empty(cls, data: Arrays) -> _Set:
        n = len(data.values)
        return cls(data, np.zeros(n, bool), np.zeros(len(data.limits)), np.zeros(n, bool))

    def copy(self) -> _Set:
        return _Set(self.data, self.chosen.copy(), self.used.copy(), self.taken.copy())

    def fitting(self) -> NDArray[np.bool_]:
        """Options that break no row which they use."""
        uses = self.data.uses
        room = (self.data.limits - self.used) + ROUNDING * np.abs(self.data.limits)
        return np.asarray(((uses <= room[:, None]) | (uses <= 0)).all(axis=0) & ~self.taken & self.data.possible)

    def put(self, place: int) -> None:
        self.chosen[place] = True
        self.used = self.used + self.data.uses[:, place]
        self.taken |= self.data.owner == self.data.owner[place]

    def take(self, place: int) -> None:
        self.chosen[place] = False
        self.used = self.used - self.data.uses[:, place]
        self.taken &= self.data.owner != self.data.owner[place]

    def fill(self, order: Vector, barred: NDArray[np.bool_] | None = None) -> None:
        """Put in what fits and is worth something, largest ``order`` first."""
        while True:
            open_ = self.fitting() & (self.data.values > 0)
            if barred is not None:
                open_ &= ~barred
            if not open_.any():
                return
            self.put(int(np.argmax(np.where(open_, order, -np.inf))))

    @property
    def value(self) -> float:
        return float(self.data.values[self.chosen].sum())

    @property
    def whole(self) -> bool:
        """Whether no row is broken and every decided candidate is in."""
        room = self.data.limits - self.used + ROUNDING * np.maximum(np.abs(self.data.limits), 1.0)
        return bool((room >= 0).all() and self.taken[self.data.decided].all())


def order_of(data: Arrays, prices: Sequence[float] | None = None) -> Vector:
    """What an option is worth beyond the prices of what it uses (prices per scaled row), else value ÷ share of the limits used."""
    if prices is not None:
        return np.asarray(data.values - np.asarray(prices) @ data.uses)
    whole = np.where(data.limits > TINY, data.limits, TINY)
    share = (np.maximum(data.uses, 0.0) / whole[:, None]).sum(axis=0)
    return np.asarray(data.values / np.maximum(share, TINY))


def greedy(table: Table, prices: Sequence[float] | None = None, must: Iterable[str] = ()) -> tuple[int, ...] | None:
    """Options taken by a simple rule, sorted: decided ones, then what parks still lack, then by ``order_of``; None where that breaks
    a limit (a better search may still find a plan)."""
    data = arrays(table, must)
    found = _built(data, order_of(data, prices))
    return None if found is None else tuple(int(place) for place in np.flatnonzero(found.chosen))


def _built(data: Arrays, order: Vector) -> _Set | None:
    made = _Set.empty(data)
    while True:
        lacking = data.decided & ~made.taken
        short = made.used > data.limits + ROUNDING
        helps = (data.uses[short] < 0).any(axis=0) if short.any() else np.zeros(len(order), bool)
        wanted = lacking if lacking.any() else helps
        open_ = made.fitting() & wanted
        if not open_.any():
            open_ = made.fitting() & helps
        if not open_.any():
            break
        made.put(int(np.argmax(np.where(open_, order, -np.inf))))
    made.fill(order)
    return made if made.whole else None


def improve(
    table: Table,
    start: Sequence[int] | None,
    prices: Sequence[float] | None = None,
    must: Iterable[str] = (),
    rounds: int = ROUNDS,
) -> tuple[int, ...] | None:
    """Better options from given ones: exchange one for one while it helps; take a few weak ones out and fill anew, ``rounds`` times.

    The draws have a fixed seed: same input, same output."""
    if start is None:
        return None
    data = arrays(table, must)
    order = order_of(data, prices)
    current = _Set.empty(data)
    for place in start:
        current.put(place)
    if not current.whole:
        return tuple(start)
    _exchange(current)
    best, rng = current.copy(), Random(1)
    for _ in range(rounds):
        tried = _shaken(current, order, rng)
        if tried is None:
            break
        if tried.whole and tried.value >= current.value:
            if tried.value > best.value:
                _exchange(tried)
                best = tried.copy()
            current = tried
    return tuple(int(place) for place in np.flatnonzero(best.chosen))


def _shaken(current: _Set, order: Vector, rng: Random) -> _Set | None:
    """A few of the weakest free options taken out, the rest filled anew without some of them."""
    data = current.data
    free = np.flatnonzero(current.chosen & ~data.decided)
    if not len(free):
        return None
    weak = free[np.argsort(order[free], kind="stable")][:WEAKEST]
    tried = current.copy()
    barred = np.zeros(len(order), bool)
    for place in rng.sample([int(one) for one in weak], min(len(weak), rng.randint(1, TAKEN_OUT))):
        tried.take(place)
        barred[place] = rng.random() < 0.8
    spread = float(np.abs(order).max(initial=0.0)) * 0.05
    noise = np.array([rng.random() for _ in range(len(order))]) * spread * rng.random()
    tried.fill(order + noise, barred)
    tried.fill(order)
    return tried


def _exchange(made: _Set) -> None:
    """One option out, a better one in, as long as that is possible (in place)."""
    better = True
    while better:
        better = False
        for place in [int(one) for one in np.flatnonzero(made.chosen)]:
            made.take(place)
            open_ = made.fitting() & (made.data.values > made.data.values[place])
            if made.data.decided[place]:
                open_ &= made.data.owner == made.data.owner[place]
            swapped = False
            if open_.any():
                made.put(int(np.argmax(np.where(open_, made.data.values, -np.inf))))
                swapped = made.whole
                if not swapped:
                    made.take(int(np.flatnonzero(made.chosen & open_)[0]))
            if not swapped:
                made.put(place)
            better |= swapped
