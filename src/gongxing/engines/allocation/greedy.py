"""First answer: greedy by value per mu, then a local search of insertions, moves and exchanges. Deterministic, no clock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.allocation.table import Floats, Ints, Table

BETTER = 1e-7
"""Points by which a move has to be better."""


class State:
    """A plan in the making: ``at``: the chosen option of each project (−1: none); ``used``: what every row carries; ``inside``: who
    stands in which park; ``count``: companions of each project in each park. ``values`` by option, ``company``: points of a project that
    has all its companions."""

    def __init__(self, table: Table, values: Floats, company: float) -> None:
        self.table, self.values, self.company = table, values, company
        self.at: Ints = np.full(len(table.projects), -1, dtype=np.int64)
        self.used: Floats = np.zeros(len(table.limits) + 1)
        self.room = table.room()
        self.inside: Floats = np.zeros((len(table.projects), len(table.catalogue.parks)))
        self.count = table.settled.copy()
        self.full = float(max(table.parameters.companions, 1))
        self.must = set(table.must)

    def put(self, option: int) -> None:
        """Take an option (its project must not stand yet)."""
        t, place = self.table, int(self.table.project[option])
        self.at[place] = option
        np.add.at(self.used, t.rows[option], t.adds[option])
        self.inside[place, t.park[option]] = 1.0
        self.count[:, t.park[option]] += t.share[place]

    def drop(self, place: int) -> int:
        """Take a project out; the option it stood on."""
        t, option = self.table, int(self.at[place])
        np.subtract.at(self.used, t.rows[option], t.adds[option])
        self.at[place] = -1
        self.inside[place] = 0.0
        self.count[:, t.park[option]] -= t.share[place]
        return option

    def companions(self, place: int) -> Floats:
        """What a project that does not stand would add by park: its own points and those of its companions."""
        if not self.company:
            return np.zeros(self.count.shape[1])
        own = np.minimum(self.count[place] / self.full, 1.0)
        near = np.flatnonzero(self.table.share[place])
        count = self.count[near]
        rise = np.minimum((count + 1) / self.full, 1.0) - np.minimum(count / self.full, 1.0)
        added: Floats = self.company * (own + (rise * self.inside[near]).sum(axis=0))
        return added

    def gains(self, place: int) -> Floats:
        """What each option of a project that does not stand would add, with its companions as they stand."""
        t = self.table
        low, high = t.start[place], t.start[place + 1]
        gains: Floats = self.values[low:high] + self.companions(place)[t.park[low:high]]
        return gains

    def open(self, place: int) -> NDArray[np.bool_]:
        """Which options of a project fit beside what stands."""
        t = self.table
        low, high = t.start[place], t.start[place + 1]
        rows = t.rows[low:high]
        fits: NDArray[np.bool_] = np.all(self.used[rows] + t.adds[low:high] <= self.room[rows], axis=1)
        return fits

    def best(self, place: int, price: Floats | None = None) -> tuple[int, float]:
        """The best option of a project that fits (−1: none), and what it adds. ``price``: by option, taken off for the choice only."""
        fits = self.open(place)
        if not fits.any():
            return -1, 0.0
        gains = self.gains(place)
        low = int(self.table.start[place])
        asked = gains if price is None else gains - price[low : low + len(gains)]
        chosen = int(np.argmax(np.where(fits, asked, -np.inf)))
        return low + chosen, float(gains[chosen])

    def gain_of(self, option: int) -> float:
        """What one option adds to everything else that stands."""
        place = int(self.table.project[option])
        old = self.drop(place) if self.at[place] >= 0 else -1
        gain = float(self.values[option] + self.companions(place)[self.table.park[option]])
        if old >= 0:
            self.put(old)
        return gain

    def together(self) -> float:
        """How many projects have their companions, in parts."""
        return float((self.inside * np.minimum(self.count / self.full, 1.0)).sum())

    def value(self) -> float:
        """The value of what stands."""
        chosen = self.at[self.at >= 0]
        return float(self.values[chosen].sum()) + self.company * self.together()

    def kept(self) -> bool:
        """Whether every row holds and every fixed project stands."""
        return bool((self.used <= self.room).all()) and all(self.at[place] >= 0 for place in self.must)

    def options(self) -> tuple[int, ...]:
        """The chosen options, sorted."""
        return tuple(int(one) for one in np.sort(self.at[self.at >= 0]))


def state_of(table: Table, values: Floats, company: float, options: tuple[int, ...]) -> State:
    """A plan taken up again."""
    state = State(table, values, company)
    for option in options:
        state.put(option)
    return state


def greedy(table: Table, values: Floats, company: float, price: Floats | None = None) -> State | None:
    """Projects one by one. Without prices: the one whose best open option has most value per mu comes first; with them, the one with
    most value beyond the prices. Then the shares of the parks are repaired. None where fixed projects alone break a limit."""
    state = State(table, values, company)
    for place in table.must:
        state.put(int(table.start[place]))
    homogeneous = [row for row, name in enumerate(table.layout.rows.ids) if name.kind in ("least", "most")]
    bounds = state.room.copy()
    state.room[homogeneous] = np.inf
    left = [
        place
        for place in range(len(table.projects))
        if state.at[place] < 0 and table.start[place + 1] > table.start[place]
    ]
    worth = np.full(len(table.projects), -np.inf)
    for place in left:
        worth[place] = _worth(state, place, price)
    while left:
        place = max(left, key=lambda one: (worth[one], -one))
        if worth[place] == -np.inf:
            break
        now = _worth(state, place, price)
        if now < worth[place] - BETTER:
            worth[place] = now
            if now == -np.inf:
                left.remove(place)
            continue
        option, gain = state.best(place, price)
        left.remove(place)
        if option >= 0 and gain > BETTER:
            state.put(option)
            companions = np.flatnonzero(table.share[place])
            for other in companions:
                if state.at[other] < 0 and worth[other] > -np.inf:
                    worth[other] = _worth(state, int(other), price)
    state.room = bounds
    _repair(state, homogeneous)
    return state if state.kept() else None


def _worth(state: State, place: int, price: Floats | None) -> float:
    option, gain = state.best(place, price)
    if option < 0 or gain <= BETTER:
        return -np.inf
    return gain / float(state.table.taken[option]) if price is None else gain - float(price[option])


def _repair(state: State, rows: list[int]) -> None:
    """Take out the projects of least value per unit of what a broken share row is over, until all hold."""
    table = state.table
    for _ in range(len(table.projects) + 1):
        over = [row for row in rows if state.used[row] > state.room[row]]
        if not over:
            return
        row = max(over, key=lambda one: (state.used[one], -one))
        worst, most = -1, -np.inf
        for place in np.flatnonzero(state.at >= 0):
            option = int(state.at[place])
            adds = float(table.adds[option][table.rows[option] == row].sum())
            if int(place) in state.must or adds <= 0:
                continue
            rate = adds / max(state.gain_of(option), BETTER)
            if rate > most:
                worst, most = int(place), rate
        if worst < 0:
            return
        state.drop(worst)


def improve(state: State, rounds: int = 3, trials: int = 4000, price: Floats | None = None) -> None:
    """Insert, move, and put an unplaced project in the place of a placed one that is then put elsewhere; until nothing gets better."""
    for _ in range(rounds):
        before = state.value()
        for place in range(len(state.at)):
            _place_better(state, place)
        trials = _exchange(state, trials, price)
        if state.value() <= before + BETTER or trials <= 0:
            return


def _place_better(state: State, place: int) -> None:
    if place in state.must or state.table.start[place + 1] == state.table.start[place]:
        return
    old = state.drop(place) if state.at[place] >= 0 else -1
    lost = state.gain_of(old) if old >= 0 else 0.0
    option, gain = state.best(place)
    if option >= 0 and gain > lost + BETTER:
        state.put(option)
        if state.kept():
            return
        state.drop(place)
    if old >= 0:
        state.put(old)


def _exchange(state: State, trials: int, price: Floats | None) -> int:
    """One comes, one makes room and is put elsewhere if possible. Projects of most value wait first."""
    table = state.table
    waiting = [
        place for place in range(len(state.at)) if state.at[place] < 0 and table.start[place + 1] > table.start[place]
    ]
    waiting.sort(key=lambda place: (-float(state.gains(place).max()), place))
    for place in waiting:
        if state.at[place] >= 0:
            continue
        for other in _in_the_way(state, place):
            trials -= 1
            if trials <= 0:
                return 0
            if _exchanged(state, place, other):
                break
    return trials


def _in_the_way(state: State, place: int) -> list[int]:
    """Placed projects whose leaving could make room: those on parcels of its options or in the same park, least value first."""
    placed = [int(one) for one in np.flatnonzero(state.at >= 0) if int(one) not in state.must]
    return sorted(placed, key=lambda one: (state.gain_of(int(state.at[one])), one))


def _exchanged(state: State, place: int, other: int) -> bool:
    before = state.gain_of(int(state.at[other]))
    old = state.drop(other)
    option, gain = state.best(place)
    if option >= 0:
        state.put(option)
        again, back = state.best(other)
        if again >= 0 and back > 0:
            state.put(again)
        else:
            back = 0.0
        if gain + back > before + BETTER and state.kept():
            return True
        if state.at[other] >= 0:
            state.drop(other)
        state.drop(place)
    state.put(old)
    return False
