"""Choose sites with capacities: the capacitated p-median and facilities with fixed costs (the package states the algebra)."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.admit import Table, admit
from gongxing.engines.siting.interchange import cost_of, greedy
from gongxing.engines.siting.lagrangian import Node, Settings, tighten
from gongxing.engines.siting.model import Effort, Floats, Ints, Problem
from gongxing.engines.siting.packed import Packing, by_columns, rest_by_solver
from gongxing.engines.siting.pieces import answer, nothing, refused, shown
from gongxing.engines.siting.relaxed import Shared, Whole
from gongxing.engines.siting.results import Model, Result
from gongxing.engines.siting.search import CLOSE, LATER, Clock, cut_below, prove, proved

STANDARD = Effort()
PACKING = Settings(300, every=3)
SHARING = Settings(600, every=10)
FEWER = Settings(30, 1.0, 5, 0.05)
FITS = 1e-9


def _short(model: Model, table: Table, *, whole: bool) -> Result | None:
    """Capacity that cannot be enough whatever is chosen: by how much."""
    kept = [int(k) for k in table.kept]
    closed = np.delete(table.capacity, kept)
    most = float(table.capacity[kept].sum() + np.sort(closed)[::-1][: table.new].sum())
    needs = float(table.demand.sum())
    reasons = []
    if needs > most * (1 + FITS):
        reasons.append(
            Reason.of("siting.capacity_short", needs=shown(needs), most=shown(most), lacks=shown(needs - most))
        )
    if whole:
        top = np.where(table.reachable, table.capacity[:, None], 0.0).max(axis=0)
        for j in np.flatnonzero(table.demand > top * (1 + FITS)):
            lacks = shown(float(table.demand[j] - top[j]))
            reasons.append(Reason.of("siting.client_too_large", client=table.clients[j].key, lacks=lacks))
    return nothing(model, table, "infeasible", reasons) if reasons else None


def _root(table: Table, near: int) -> Node:
    """All sites, with prices between the costs of a client at its first ``near`` sites."""
    marks = np.zeros(len(table.sites), dtype=bool)
    marks[table.kept] = True
    finite = np.where(table.reachable, table.cost, np.nan)
    ordered = np.sort(finite, axis=0)[:near]
    return Node(np.arange(len(marks)), marks, np.nanmean(ordered, axis=0), -np.inf, np.zeros(len(marks)))


def choose_capacitated(problem: Problem, effort: Effort = STANDARD) -> Result:
    """The capacitated p-median: ``new`` sites, every client whole at one of them within its capacity, Σ weight × distance least."""
    table = admit(problem, capacities=True)
    early = refused("capacitated", table, given=problem.new) or _short("capacitated", table, whole=True)
    if early is not None:
        return early
    clock = Clock(effort)
    best = Packing(table.cost, table.demand, table.capacity, table.kept, table.count, effort.gap)
    finite = np.where(table.reachable, table.cost, best.scale)
    best.better(np.array(greedy(finite, table.count, [int(k) for k in table.kept])), np.arange(len(table.sites)))
    if not np.isfinite(best.value):
        best.value = best.scale
    bound, nodes = _packed(table, best, clock)
    if best.owner is None:
        if np.isfinite(bound):
            return nothing("capacitated", table, "stopped", (Reason.of("siting.stopped.nothing_found"),))
        return nothing("capacitated", table, "infeasible", (Reason.of("siting.no_packing"),))
    chosen = sorted({*best.sites, *(int(k) for k in table.kept)})
    shares = (best.owner[None, :] == np.array(chosen)[:, None]).astype(float)
    bound = min(best.value, proved(best.value, bound, best.step))
    return answer("capacitated", table, chosen, shares, best.value, bound, wanted=effort.gap, nodes=nodes)


def _packed(table: Table, best: Packing, clock: Clock) -> tuple[float, int]:
    """Prices, then columns, and branching on sites where there are too many of these. Bound and number of nodes."""
    model = Whole(table.cost, table.demand, table.capacity, table.count)

    def stop() -> bool:
        return clock.stop("siting.packing")

    root = tighten(model, _root(table, 6), best, stop, PACKING)
    waiting = [] if root.done else [(root.bound, 0, root)]
    nodes, lowest = 0, np.inf
    while waiting and not stop():
        below, _, node = heapq.heappop(waiting)
        nodes += 1
        below = by_columns(model, node, best, below, clock) if below < best.cut() else below
        if nodes == 1 and below < best.cut():  # too many columns for a quick proof: a better choice makes them fewer
            best.around(stop)
            below = by_columns(model, node, best, below, clock) if below < best.cut() else below
        if below >= best.cut():
            lowest = min(lowest, below)
            continue
        if stop():
            lowest = min(lowest, below)
            break
        pairs = model.pairs(node, best.cut())
        some = pairs.any(axis=1) | node.kept
        node.rows, node.kept, node.share = node.rows[some], node.kept[some], node.share[some]
        pairs = pairs[some]
        if model.settled(node):
            bound, ended = rest_by_solver(best, node, pairs, clock.left)
            lowest = min(lowest, max(bound, below))
            if not ended:
                break
            continue
        place = int(np.argmin(np.where(node.kept, np.inf, np.abs(node.share - 0.5))))
        with_it = node.kept.copy()
        with_it[place] = True
        rest = np.arange(len(node.rows)) != place
        for number, (rows, kept, share) in enumerate(
            ((node.rows, with_it, node.share), (node.rows[rest], node.kept[rest], node.share[rest]))
        ):
            child = tighten(model, Node(rows, kept, node.prices, node.bound, share), best, stop, FEWER)
            if not child.done:
                heapq.heappush(waiting, (max(child.bound, below), 2 * nodes + number, child))
    if not waiting and (best.gap == 0 or best.owner is None) and lowest >= best.cut():
        return np.inf, nodes + 1
    left = min((one[0] for one in waiting), default=np.inf)
    return min(left, lowest, best.cut()), nodes + 1


class Sharing:
    """The best set of facilities so far; what goes where is a transport problem (HiGHS)."""

    def __init__(self, table: Table, gap: float) -> None:
        self.table, self.gap = table, gap
        self.total = float(table.demand.sum())
        self.value = float("inf")
        self.sites: tuple[int, ...] = ()
        self.shares: Floats | None = None
        self.tried: dict[tuple[int, ...], float] = {}

    def cut(self) -> float:
        """What costs no less than this is of no interest."""
        return cut_below(self.value, 0.0, self.gap) if self.shares is not None else self.value

    def see(self, choice: Ints, among: Ints) -> None:
        """Choices met on the way are tried only now and then."""

    def better(self, choice: Ints, among: Ints) -> None:
        """Tries a choice."""
        self.cost(tuple(sorted(int(k) for k in choice)))

    def settle(self, node: Node) -> float:
        """The cost of the sites kept, or something it does not fall below."""
        rows = node.rows[node.kept] if int(node.kept.sum()) else node.rows
        return self.cost(tuple(sorted(int(k) for k in rows)))

    def cost(self, sites: tuple[int, ...]) -> float:
        """Fixed costs and transport; where even without capacities it is no better than the best, that lower figure."""
        if sites in self.tried:
            return self.tried[sites]
        rows, fixed = list(sites), float(self.table.fixed[list(sites)].sum())
        value = fixed + cost_of(self.table.cost, rows)
        if float(self.table.capacity[rows].sum()) < self.total * (1 - FITS) or not np.isfinite(value):
            value = float("inf")
        elif value < self.value:
            shares, moving = transport(self.table.cost[rows], self.table.demand, self.table.capacity[rows])
            value = fixed + moving
            if shares is not None and value < self.value - CLOSE * abs(self.value if np.isfinite(self.value) else 0.0):
                self.value, self.sites, self.shares = value, sites, shares
        self.tried[sites] = value
        return value


def transport(cost: Floats, demand: Floats, capacity: Floats) -> tuple[Floats | None, float]:
    """Shares (sites × clients) of least Σ cost × share with Σ_i share = 1 and Σ_j demand × share ≤ capacity; None where none is."""
    rows, columns = np.nonzero(np.isfinite(cost))
    several = np.arange(len(rows))
    once = coo_matrix((np.ones(len(rows)), (columns, several)), shape=(cost.shape[1], len(rows)))
    held = coo_matrix((demand[columns], (rows, several)), shape=(cost.shape[0], len(rows)))
    found = linprog(
        cost[rows, columns], A_ub=held.tocsr(), b_ub=capacity, A_eq=once.tocsr(), b_eq=np.ones(cost.shape[1]),
        bounds=(0, None), method="highs",
    )  # fmt: skip
    if found.x is None:
        return None, float("inf")
    shares = np.zeros_like(cost)
    shares[rows, columns] = np.where(found.x > CLOSE, found.x, 0.0)
    shares /= shares.sum(axis=0)
    total = float(np.where(shares > 0, shares * np.where(np.isfinite(cost), cost, 0.0), 0.0).sum())
    return shares, total


def choose_facilities(problem: Problem, effort: Effort = STANDARD) -> Result:
    """Facilities with fixed costs: which sites to open (at most ``new``, None: as many as pay) and what they serve, demand may be split."""
    table = admit(problem, capacities=True, fixed_costs=True)
    early = refused("facilities", table, needs_count=False) or _short("facilities", table, whole=False)
    if early is not None:
        return early
    clock = Clock(effort)
    best = Sharing(table, effort.gap)
    by_cost = np.lexsort((np.arange(len(table.sites)), -table.capacity))
    start = [int(k) for k in table.kept]
    for k in by_cost:
        if len(start) < table.count and int(k) not in start and table.capacity[start].sum() < best.total:
            start.append(int(k))
    best.cost(tuple(sorted(start)))
    best.cost(tuple(range(len(table.sites))) if table.count == len(table.sites) else tuple(sorted(start)))
    if not np.isfinite(best.value):
        best.value = float(np.where(table.reachable, table.cost, 0.0).max(axis=0).sum() + table.fixed.sum()) + 1.0
    model = Shared(table.cost, table.demand, table.capacity, table.fixed, table.count)
    bound, nodes = prove(model, _root(table, 3), best, clock, (SHARING, replace(LATER, every=5)))
    if best.shares is None:
        code = "siting.stopped.nothing_found" if clock.stopped else "siting.no_sharing"
        return nothing("facilities", table, "stopped" if clock.stopped else "infeasible", (Reason.of(code),))
    bound = min(best.value, proved(best.value, bound, 0.0))
    return answer("facilities", table, best.sites, best.shares, best.value, bound, wanted=effort.gap, nodes=nodes)
