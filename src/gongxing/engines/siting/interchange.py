"""Good sets of sites quickly: greedy opening, then the best of all exchanges of one open site for one closed one, again and again.

With d1_j, d2_j the costs of client j at its cheapest and second cheapest open site and φ_j the cheapest one, exchanging r for i gains

    Σ_j max(0, d1_j − c_ij)  −  Σ_{j: φ_j = r} (d2_j − d1_j)  +  Σ_{j: φ_j = r} max(0, d2_j − max(c_ij, d1_j))

and all these gains are one matrix (sites × open sites), worked out at once.

Sources: Whitaker, INFOR 21, 1983; Resende, Werneck, European Journal of Operational Research 174, 2006.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gongxing.engines.siting.model import Floats, Ints


def cost_of(cost: Floats, chosen: Sequence[int] | Ints) -> float:
    """Σ over clients (columns) of the cheapest chosen site (row); no sites: infinite, unless there are no clients."""
    if cost.shape[1] == 0:
        return 0.0
    return float(cost[np.asarray(chosen, dtype=np.intp)].min(axis=0).sum()) if len(chosen) else float("inf")


def greedy(cost: Floats, count: int, kept: Sequence[int] = ()) -> list[int]:
    """Opens sites one after the other, each time the one that lowers the cost most, until ``count`` are open; ``kept`` are open first.

    ``cost`` is sites × clients, finite."""
    chosen = list(kept)
    now = cost[chosen].min(axis=0) if chosen else np.full(cost.shape[1], float(cost.max(initial=0.0)))
    while len(chosen) < min(count, cost.shape[0]):
        gains = np.maximum(now - cost, 0.0).sum(axis=1)
        gains[chosen] = -1.0
        best = int(np.argmax(gains))
        chosen.append(best)
        now = np.minimum(now, cost[best])
    return chosen


def exchange(
    cost: Floats, chosen: Sequence[int], kept: Sequence[int] = (), rounds: int = 10_000
) -> tuple[list[int], float]:
    """Makes the best exchange until none gains, at most ``rounds``; ``kept`` sites stay. The sites and their cost."""
    now = list(chosen)
    sites, clients = cost.shape
    if not now or len(now) == sites or clients == 0:
        return now, cost_of(cost, now)
    if len(now) == 1:
        if kept:
            return now, cost_of(cost, now)
        sums = cost.sum(axis=1)
        best = int(np.argmin(sums))
        return [best], float(sums[best])
    fixed = set(kept)
    for _ in range(rounds):
        open_costs = cost[now]
        order = np.argpartition(open_costs, 1, axis=0)[:2]
        first, second = order[0], order[1]
        cheapest = open_costs[first, np.arange(clients)]
        next_one = open_costs[second, np.arange(clients)]
        gain = np.maximum(cheapest - cost, 0.0).sum(axis=1)
        saved = np.maximum(next_one - np.maximum(cost, cheapest), 0.0)
        by_site = np.argsort(first, kind="stable")
        starts = np.searchsorted(first[by_site], np.arange(len(now)))
        grouped = _group(saved[:, by_site], starts, clients)
        loss = _group((next_one - cheapest)[by_site][None, :], starts, clients)
        profit = gain[:, None] - loss + grouped
        profit[now, :] = -np.inf
        for place, site in enumerate(now):
            if site in fixed:
                profit[:, place] = -np.inf
        flat = int(np.argmax(profit))
        comes, leaves = divmod(flat, len(now))
        if not profit[comes, leaves] > 1e-9 * (1.0 + float(cheapest.sum())):
            break
        now[leaves] = comes
    return now, cost_of(cost, now)


def _group(values: Floats, starts: Ints, clients: int) -> Floats:
    """Sums of columns from each start to the next; an empty group is 0."""
    sums = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
    ends = np.append(starts[1:], clients)
    found: Floats = sums[:, ends] - sums[:, starts]
    return found
