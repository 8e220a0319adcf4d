"""The relaxations of the models with capacities (``lagrangian`` says what a relaxation is).

Capacitated p-median, each client whole at one site: site i is worth ρ_i = −max {Σ_j (λ_j − c_ij) x_j : Σ_j q_j x_j ≤ Q_i, x_j ∈ {0, 1}}; the r smallest
ρ are chosen. Serving j at i costs the bound at least c_ij − λ_j − K_i(Q_i − q_j) + K_i(Q_i), and ρ_i − ρ_(r) more where i is not chosen,
K_i(Q) being the most worth within Q: pairs that lift it to the cost to beat are given up.

Facilities with fixed costs, demand may be split: ρ_i = f_i − max {Σ_j (λ_j − c_ij) x_j : Σ_j q_j x_j ≤ Q_i, 0 ≤ x_j ≤ 1}; chosen are the sites of ρ < 0, but
no fewer than can hold all demand (the largest capacities counted) and no more than may be open. Where these lack capacity D, the rest
adds at least the cheapest ρ per capacity, taken in parts, until D is met: the larger of the two bounds counts.
Sources: Beasley, European Journal of Operational Research 65, 1993 (facilities); Ceselli, Righini, Networks 45, 2005 (p-median).
"""

from __future__ import annotations

import numpy as np

from gongxing.engines.siting.lagrangian import Node, Pick
from gongxing.engines.siting.model import Bools, Floats
from gongxing.engines.siting.packing import Packed, in_units, pack, share_out


class Whole:
    """The capacitated p-median; ``cost`` sites × clients with inf where there is no way."""

    def __init__(self, cost: Floats, demand: Floats, capacity: Floats, count: int) -> None:
        self.cost, self.count = cost, count
        self.demand, self.capacity = in_units(demand, capacity)

    def settled(self, node: Node) -> bool:
        return len(node.rows) <= self.count or int(node.kept.sum()) >= self.count

    def packed(self, node: Node, prices: Floats) -> tuple[Packed, Floats]:
        """What each row takes, and its ρ."""
        held = pack(prices - self.cost[node.rows], self.demand, self.capacity[node.rows])
        return held, -held.worth[np.arange(len(node.rows)), self.capacity[node.rows]]

    def pick(self, node: Node, prices: Floats) -> Pick | None:
        held, rho = self.packed(node, prices)
        if len(rho) <= self.count:
            chosen: Bools = np.ones(len(rho), dtype=bool)
            inner, outer = -np.inf, np.inf
        else:
            order = np.argpartition(np.where(node.kept, -np.inf, rho), (self.count - 1, self.count))
            chosen = np.zeros(len(rho), dtype=bool)
            chosen[order[: self.count]] = True
            inner, outer = rho[order[self.count - 1]], rho[order[self.count]]
        gradient = 1.0 - held.takes[chosen].sum(axis=0)
        return Pick(chosen, float(prices.sum() + rho[chosen].sum()), gradient, rho - inner, outer - rho)

    def pairs(self, node: Node, cut: float) -> Bools:
        """Rows × clients: pairs that can be part of a choice below the cut."""
        pick, (held, rho) = self.pick(node, node.prices), self.packed(node, node.prices)
        if pick is None:
            return np.zeros((len(node.rows), len(node.prices)), dtype=bool)
        room = self.capacity[node.rows][:, None] - self.demand[None, :]
        rest = held.worth[np.arange(len(rho))[:, None], np.maximum(room, 0)]
        dearer = self.cost[node.rows] - node.prices - rest - rho[:, None]
        more = np.where(pick.chosen, 0.0, pick.into)[:, None]
        possible: Bools = (room >= 0) & (pick.bound + dearer + more < cut)
        return possible


class Shared:
    """Facilities with fixed costs; ``cost`` is that of serving all of a client's demand, inf where there is no way."""

    def __init__(self, cost: Floats, demand: Floats, capacity: Floats, fixed: Floats, count: int) -> None:
        self.cost, self.demand, self.capacity, self.fixed, self.count = cost, demand, capacity, fixed, count
        self.total = float(demand.sum())

    def settled(self, node: Node) -> bool:
        return bool(node.kept.all()) or int(node.kept.sum()) >= self.count

    def _fewest(self, node: Node) -> int | None:
        """How many rows can hold all demand at least; None where all together cannot."""
        most = min(self.count, len(node.rows))
        held = float(self.capacity[node.rows[node.kept]].sum())
        if held >= self.total * (1 - 1e-12):
            return int(node.kept.sum())
        sums = held + np.cumsum(-np.sort(-self.capacity[node.rows[~node.kept]]))
        need = int(np.searchsorted(sums, self.total * (1 - 1e-12))) + 1 + int(node.kept.sum())
        return need if need <= most else None

    def pick(self, node: Node, prices: Floats) -> Pick | None:
        low = self._fewest(node)
        if low is None:
            return None
        worth, shares = share_out(prices - self.cost[node.rows], self.demand, self.capacity[node.rows])
        rho = self.fixed[node.rows] - worth
        ranked = np.where(node.kept, -np.inf, rho)
        order = np.argsort(ranked, kind="stable")
        high = min(self.count, len(rho))
        size = int(min(high, max(low, int((ranked < 0).sum()))))
        chosen: Bools = np.zeros(len(rho), dtype=bool)
        chosen[order[:size]] = True
        bound = float(prices.sum() + rho[chosen].sum())
        inner = float(ranked[order[size - 1]]) if size else -np.inf
        outer = float(ranked[order[size]]) if size < len(rho) else np.inf
        into = rho - (inner if size == high else max(inner, 0.0) if size == low else 0.0)
        out = (outer if size == low else min(outer, 0.0)) - rho
        lifted = max(0.0, self._filled(node, rho, prices) - bound)
        gradient = 1.0 - shares[chosen].sum(axis=0)
        return Pick(chosen, bound + lifted, gradient, into - lifted, out - lifted)

    def _filled(self, node: Node, rho: Floats, prices: Floats) -> float:
        """The bound by capacity: rows of ρ < 0, the rest in parts by ρ per capacity."""
        taken = node.kept | (rho < 0)
        room = self.capacity[node.rows]
        lack = self.total - float(room[taken].sum())
        bound = float(prices.sum() + rho[taken].sum())
        rest = np.flatnonzero(~taken & (room > 0))
        if lack <= 0 or not len(rest):
            return bound
        rest = rest[np.argsort(rho[rest] / room[rest], kind="stable")]
        before = np.cumsum(room[rest]) - room[rest]
        part = np.clip((lack - before) / room[rest], 0.0, 1.0)
        return bound + float((part * rho[rest]).sum())
