"""Every client set a site could serve in a choice below a given cost: the columns of the capacitated p-median.

Prices λ give a bound (``relaxed``): with ρ_i the worth of site i and e_i what it adds to force it in, a choice in which i serves the set S costs
no less than

    bound + [Σ_{j ∈ S} (c_ij − λ_j) − ρ_i] + e_i,

so that below the cost ``cut`` only the sets count for which this is less. They are found client by client, the parts kept for which the best
completion within the capacity left (a dynamic programme from behind) is still below: no part is kept in vain, there are never more parts than
columns. Where demands are rounded down to units the sets that do not truly fit are taken out in the end.

Source: Baldacci, Christofides, Mingozzi, Mathematical Programming 115, 2008 (columns enumerated within the gap).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.siting.lagrangian import Node
from gongxing.engines.siting.model import Bools, Floats, Ints
from gongxing.engines.siting.relaxed import Whole

FITS = 1e-9
HAIR = 1e-9


@dataclass(frozen=True, eq=False)
class Pool:
    """Columns: ``row`` (place among the rows of the node), ``members`` columns × clients, ``cost``; ``least``: no choice with it costs less."""

    row: Ints
    members: Bools
    cost: Floats
    least: Floats

    def only(self, which: Bools) -> Pool:
        """Some of them."""
        return Pool(self.row[which], self.members[which], self.cost[which], self.least[which])


def columns(model: Whole, node: Node, demand: Floats, capacity: Floats, cut: float, most: int) -> Pool | None:
    """All columns of a node for choices below ``cut``; None when there are more than ``most``.

    ``demand`` per client and ``capacity`` per site of the whole problem in true amounts. A site that is kept may serve nobody; for the
    others that is no column."""
    pick, (_, rho) = model.pick(node, node.prices), model.packed(node, node.prices)
    clients = len(node.prices)
    none = Pool(np.zeros(0, np.intp), np.zeros((0, clients), bool), np.zeros(0), np.zeros(0))
    if pick is None:
        return none
    pairs = model.pairs(node, cut)
    parts, left = [none], most
    for place, site in enumerate(node.rows):
        items = np.flatnonzero(pairs[place])
        base = pick.bound - float(rho[place]) + (0.0 if pick.chosen[place] else float(pick.into[place]))
        reduced = model.cost[site, items] - node.prices[items]
        order = np.argsort(-np.abs(reduced), kind="stable")
        limit = cut - base + HAIR * (1.0 + abs(cut))
        found = _sets(reduced[order], model.demand[items[order]], int(model.capacity[site]), limit, left)
        if found is None:
            return None
        sets, total = found
        full = np.zeros((len(sets), clients), dtype=bool)
        full[:, items[order]] = sets
        fits = full @ demand <= capacity[site] * (1 + FITS) + FITS
        fits &= bool(node.kept[place]) | full.any(axis=1)
        full, total = full[fits], total[fits]
        left -= len(full)
        cost = full @ np.where(pairs[place], model.cost[site], 0.0)
        parts.append(Pool(np.full(len(full), place, dtype=np.intp), full, cost, base + total))
    return Pool(
        np.concatenate([one.row for one in parts]),
        np.concatenate([one.members for one in parts]),
        np.concatenate([one.cost for one in parts]),
        np.concatenate([one.least for one in parts]),
    )


def _sets(reduced: Floats, size: NDArray[np.int64], room: int, limit: float, most: int) -> tuple[Bools, Floats] | None:
    """Sets of items (found × items) within ``room`` whose ``reduced`` sum is below ``limit``, and the sums; None when more than ``most``."""
    items = len(reduced)
    rest = np.zeros((items + 1, room + 1))
    for a in range(items - 1, -1, -1):
        rest[a] = rest[a + 1]
        if size[a] <= room:
            np.minimum(rest[a, size[a] :], rest[a + 1, : room + 1 - size[a]] + reduced[a], out=rest[a, size[a] :])
    free, total, sets = np.array([room]), np.zeros(1), np.zeros((1, items), dtype=bool)
    for a in range(items):
        able = free >= size[a]
        with_it = sets[able]
        with_it[:, a] = True
        free = np.concatenate([free, free[able] - size[a]])
        total = np.concatenate([total, total[able] + reduced[a]])
        below = total + rest[a + 1][free] < limit
        if int(below.sum()) > most:
            return None
        free, total = free[below], total[below]
        sets = np.concatenate([sets, with_it])[below]
    some = total < limit
    return sets[some], total[some]
