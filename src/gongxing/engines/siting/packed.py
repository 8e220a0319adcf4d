"""Capacitated p-median: good choices by moving clients, sites and pairs of clients; exact answers for what prices have left.

A part of the search is settled by its columns (``columns``, ``partition``) where they are not too many below the cost to beat. Where they are,
the same is done below a lower level: a choice found there is the best, and where there is none the level is a bound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from gongxing.engines.siting.columns import Pool, columns
from gongxing.engines.siting.lagrangian import Node
from gongxing.engines.siting.model import Bools, Floats, Ints
from gongxing.engines.siting.partition import Triple, owners, partition
from gongxing.engines.siting.relaxed import Whole
from gongxing.engines.siting.search import CLOSE, Clock, cut_below, step_of

FITS = 1e-9
ROUNDS = 60
FEW_COLUMNS = 30_000
MOST_COLUMNS = 300_000
LEVELS = 12
ALIKE, SHAKES = 8, 60


class Packing:
    """The best packing so far: ``owner`` of each client (number of a site), ``value``; infinite before there is one."""

    def __init__(self, cost: Floats, demand: Floats, capacity: Floats, kept: Ints, count: int, gap: float) -> None:
        self.cost, self.demand, self.capacity = cost, demand, capacity
        self.kept, self.count, self.gap = {int(k) for k in kept}, count, gap
        self.step = step_of(cost[np.isfinite(cost)])
        self.value = float("inf")
        self.scale = float(np.where(np.isfinite(cost), cost, 0.0).max(axis=0).sum()) + 1.0
        self.owner: Ints | None = None
        self.sites: tuple[int, ...] = ()
        self.tried: set[tuple[int, ...]] = set()

    def cut(self) -> float:
        """What costs no less than this is of no interest."""
        return cut_below(self.value, self.step, self.gap) if self.owner is not None else self.value

    def see(self, choice: Ints, among: Ints) -> None:
        """Every choice is worth a try."""
        self.better(choice, among)

    def settle(self, node: Node) -> float:
        """Says nothing of the cost: which client goes where is still open."""
        self.better(node.rows[node.kept], node.rows)
        return -np.inf

    def better(self, choice: Ints, among: Ints) -> None:
        """Packs the clients into the chosen sites, betters it, and moves sites to the middle of their clients while that helps."""
        sites = sorted(int(k) for k in choice)
        for _ in range(ROUNDS):
            if tuple(sites) in self.tried or not sites:
                return
            self.tried.add(tuple(sites))
            places = self._pack(np.array(sites))
            if places is None:
                return
            value = float(self.cost[np.array(sites)[places], np.arange(len(places))].sum())
            if value < self.value - CLOSE * abs(value):
                self.take(np.array(sites)[places], sites)
            sites = self._middles(sites, places)

    def around(self, stop: Callable[[], bool]) -> None:
        """Exchanges one chosen site for one of those most like it, again and again while that gives a better packing; then the same from
        choices two exchanges away, ``SHAKES`` times."""
        if self.owner is None:
            return
        finite = np.where(np.isfinite(self.cost), self.cost, self.scale)
        random = np.random.default_rng(len(self.capacity))
        self._exchanged_sites(finite, stop)
        for _ in range(SHAKES):
            if stop():
                return
            free = [k for k in self.sites if k not in self.kept]
            others = [k for k in range(len(self.capacity)) if k not in self.sites]
            if len(free) < 2 or len(others) < 2:
                return
            out, into = random.choice(free, 2, replace=False), random.choice(others, 2, replace=False)
            before = self.value
            self.better(np.array([*(set(self.sites) - {int(k) for k in out}), *into]), into)
            if self.value < before:
                self._exchanged_sites(finite, stop)

    def _exchanged_sites(self, cost: Floats, stop: Callable[[], bool]) -> None:
        """To where no exchange of one site for one of its ``ALIKE`` most alike makes the packing better."""
        better = True
        while better and not stop():
            better, before = False, self.value
            for site in [k for k in self.sites if k not in self.kept]:
                far = np.abs(cost - cost[site]).sum(axis=1)
                far[list(self.sites)] = np.inf
                for other in np.argsort(far, kind="stable")[:ALIKE]:
                    if not np.isfinite(far[other]) or stop():
                        break
                    self.better(np.array([*(set(self.sites) - {site}), int(other)]), np.array([other]))
                    if self.value < before:
                        better = True
                        break
                if better:
                    break

    def take(self, owner: Ints, sites: list[int]) -> None:
        """A packing becomes the best."""
        self.owner, self.sites = owner, tuple(sites)
        self.value = float(self.cost[owner, np.arange(len(owner))].sum())

    def _middles(self, sites: list[int], places: Ints) -> list[int]:
        """For the clients of each site the best site for all of them, each site once."""
        free = set(range(len(self.capacity))) - set(sites)
        found = []
        for place, site in enumerate(sites):
            mine = np.flatnonzero(places == place)
            if site in self.kept or not len(mine):
                found.append(site)
                continue
            possible = np.array([site, *sorted(free)])
            possible = possible[self.capacity[possible] + FITS >= self.demand[mine].sum()]
            best = int(possible[np.argmin(self.cost[np.ix_(possible, mine)].sum(axis=1))])
            if best != site:
                free.discard(best)
                free.add(site)
            found.append(best)
        return sorted(found)

    def _pack(self, sites: Ints) -> Ints | None:
        """The place of each client among ``sites``: those that lose most at the second best first, then moves and exchanges."""
        cost, every = self.cost[sites], np.arange(len(self.demand))
        for key in (self._regret(cost), self.demand):
            places = self._fill(cost, self.capacity[sites].copy(), np.argsort(-key, kind="stable"))
            if places is not None:
                return self._exchanged(cost, places, self.capacity[sites], every)
        return None

    def _regret(self, cost: Floats) -> Floats:
        if len(cost) < 2:
            return self.demand
        two = np.sort(np.where(np.isfinite(cost), cost, self.scale), axis=0)[:2]
        found: Floats = two[1] - two[0]
        return found

    def _fill(self, cost: Floats, room: Floats, order: Ints) -> Ints | None:
        places = np.zeros(len(self.demand), dtype=np.intp)
        for j in order:
            fits = np.where(room + FITS >= self.demand[j], cost[:, j], np.inf)
            best = int(np.argmin(fits))
            if not np.isfinite(fits[best]):
                return None
            places[j] = best
            room[best] -= self.demand[j]
        return places

    def _exchanged(self, cost: Floats, places: Ints, capacity: Floats, every: Ints) -> Ints:
        """The best move of one client or exchange of two, again and again."""
        while True:
            now = cost[places, every]
            room = capacity - np.bincount(places, weights=self.demand, minlength=len(capacity))
            move = np.where(room[:, None] + FITS >= self.demand[None, :], cost, np.inf) - now
            move[places, every] = 0.0
            swap = cost[places][:, every] - now[None, :]  # swap[a, b]: b goes where a is
            swap = swap + swap.T
            size = self.demand[:, None] - self.demand[None, :]
            fits = (room[places][:, None] + size >= -FITS) & (room[places][None, :] - size >= -FITS)
            swap = np.where(fits & (places[:, None] != places[None, :]), swap, 0.0)
            if min(float(move.min()), float(swap.min())) >= -1e-9 * (1.0 + float(now.sum())):
                return places
            places = places.copy()
            if float(move.min()) <= float(swap.min()):
                to, j = np.unravel_index(int(np.argmin(move)), move.shape)
                places[j] = to
            else:
                a, b = np.unravel_index(int(np.argmin(swap)), swap.shape)
                places[a], places[b] = places[b], places[a]


def by_columns(model: Whole, node: Node, best: Packing, bound: float, clock: Clock) -> float:
    """What nothing in the node costs less than (``bound`` is known): no less than the cut when it is settled. It may get better prices.

    First with few columns, below a low level, which may bring a better choice; then with many."""
    bound = max(bound, node.bound)
    triples: tuple[Triple, ...] = ()
    for number in (FEW_COLUMNS, MOST_COLUMNS):
        level, pool = _columns_below(model, node, best, bound, number, clock)
        if pool is None:
            continue
        split = partition(pool, node.kept, best.count, level, lambda: clock.left, triples)
        triples = split.triples
        _see(best, split.chosen, node)
        bound = max(bound, min(level, split.bound))
        if bound >= best.cut() or not split.ended:
            break
        pick = model.pick(node, split.prices) if split.prices is not None else None
        if pick is not None and pick.bound > node.bound and split.prices is not None:
            node.bound, node.prices = pick.bound, split.prices
    return bound


def _see(best: Packing, chosen: Pool | None, node: Node) -> None:
    """Takes a choice of columns when it is the best so far."""
    owner = owners(chosen, node.rows) if chosen is not None else None
    if owner is not None and float(best.cost[owner, np.arange(len(owner))].sum()) < best.value:
        best.take(owner, sorted({int(k) for k in owner}))


def _columns_below(
    model: Whole, node: Node, best: Packing, bound: float, most: int, clock: Clock
) -> tuple[float, Pool | None]:
    """The columns below the cut or, where these are more than ``most``, below a level above ``bound`` found by halves; None: no level."""
    low, high, kept = bound, best.cut(), None
    level = high
    for _ in range(LEVELS):
        pool = columns(model, node, best.demand, best.capacity, level, most)
        if pool is not None:
            low, kept = level, pool
            if level >= best.cut() or len(pool.row) > most // 3:
                break
        else:
            high = level
        level = (low + high) / 2
        if (best.step and level - bound < best.step / 2) or clock.left <= 0:
            break
    return low, kept


def rest_by_solver(best: Packing, node: Node, pairs: Bools, seconds: float) -> tuple[float, bool]:
    """Solves what is left of a node exactly: rows × clients ``pairs``. The bound of the node, and whether its search came to an end.

    (1) Σ_i x_ij = 1   (2) Σ_j q_j x_ij ≤ Q_i y_i   (3) x_ij ≤ y_i   (4) Σ y ≤ count, standing ones open   (5) Σ c x ≤ cut"""
    rows, columns = np.nonzero(pairs)
    if len(np.unique(columns)) < pairs.shape[1]:
        return np.inf, True
    several, sites, clients = len(rows), len(node.rows), pairs.shape[1]
    costs = best.cost[node.rows[rows], columns]
    x, ones = np.arange(several), np.ones(several)
    width = several + sites
    capacity = best.capacity[node.rows]
    limits = [
        LinearConstraint(coo_matrix((ones, (columns, x)), shape=(clients, width)).tocsr(), 1, 1),
        LinearConstraint(
            coo_matrix(
                (
                    np.concatenate([best.demand[columns], -capacity]),
                    (np.concatenate([rows, np.arange(sites)]), np.arange(width)),
                ),
                shape=(sites, width),
            ).tocsr(),
            -np.inf,
            0,
        ),
        LinearConstraint(
            coo_matrix(
                (np.concatenate([ones, -ones]), (np.concatenate([x, x]), np.concatenate([x, several + rows]))),
                shape=(several, width),
            ).tocsr(),
            -np.inf,
            0,
        ),
        LinearConstraint(np.concatenate([np.zeros(several), np.ones(sites)])[None, :], -np.inf, best.count),
    ]
    if np.isfinite(best.cut()):
        limits.append(LinearConstraint(np.concatenate([costs, np.zeros(sites)])[None, :], -np.inf, best.cut()))
    found = milp(
        np.concatenate([costs, np.zeros(sites)]),
        integrality=np.ones(width),
        bounds=Bounds(np.concatenate([np.zeros(several), node.kept.astype(float)]), 1),
        constraints=limits,
        options={"time_limit": max(0.01, seconds), "mip_rel_gap": best.gap},
    )
    ended = found.status in (0, 2)
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else node.bound
    if found.x is not None:
        owner = np.zeros(clients, dtype=np.intp)
        used = found.x[:several] > 0.5
        owner[columns[used]] = node.rows[rows[used]]
        if float(best.cost[owner, np.arange(clients)].sum()) < best.value:
            best.take(owner, [int(k) for k in node.rows[found.x[several:] > 0.5]])
    return (np.inf if found.status == 2 else bound), ended
