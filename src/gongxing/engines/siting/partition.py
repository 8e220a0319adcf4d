"""The best of enumerated columns: every client in exactly one, every site at most once, ``count`` sites at most.

    (1) Σ_{c ∋ j} z_c = 1                           every client
    (2) Σ_{c of i} z_c ≤ 1                          every site
    (3) Σ_{c of sites not kept} z_c ≤ free          how many more may be open
    (4) Σ_c [c holds two or three of T] z_c ≤ 1     triples T of clients, those that a fractional solution breaks

Linear programme (of a few columns, then of those too whose reduced cost is below 0, until there are none), triples (4), columns given up
whose reduced cost lifts the bound to the cut, again; what is left goes to HiGHS in whole numbers. In the linear programme a client may stay
out at ``OUT`` times the cut, so that it has a solution always. The bound is made from the prices anew: Σ prices × right-hand sides, plus
(number of columns in a choice) × the least reduced cost where that is below 0.

Sources: Ceselli, Righini, Networks 45, 2005 (columns for this problem); Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56, 2008
(subset rows).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack

from gongxing.engines.siting.columns import Pool
from gongxing.engines.siting.model import Bools, Floats, Ints

Triple = tuple[int, int, int]

ROUNDS = 60
AT_ONCE = 80
START = 4000
MORE = 3000
FEW = 700
MANY = 5000
SMALL = 0.02
OUT = 10.0
NEGATIVE = 1e-7
NEAR = 0.05
SMOOTH = 0.7
BROKEN = 0.02
ZERO = 1e-7


@dataclass(frozen=True, eq=False)
class Split:
    """``bound``: no choice of columns below the cut costs less (infinite: there is none); ``ended``: whether that is settled; ``chosen``
    the columns of the best, as a pool; ``prices`` of the clients in the first linear programme; ``triples`` in use at the end."""

    bound: float
    ended: bool
    chosen: Pool | None = None
    prices: Floats | None = None
    triples: tuple[Triple, ...] = ()


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """``bound``, the part taken of each column and its reduced cost, prices of clients and of triples; ``out``: whether a client stays out or
    better parts are possible;
    ``used`` marks the columns the programme was made of."""

    bound: float
    parts: Floats
    reduced: Floats
    prices: Floats
    of_triples: Floats
    out: bool
    used: Bools


@dataclass(frozen=True, eq=False)
class _Best:
    """The prices of the best bound so far: of clients, of the other rows, and what is left of the costs."""

    bound: float
    prices: Floats
    dual: Floats
    reduced: Floats


def partition(
    pool: Pool, kept: Bools, count: int, cut: float, seconds: Callable[[], float], start: Sequence[Triple] = ()
) -> Split:
    """The cheapest choice of columns below ``cut``. ``kept`` marks the rows open in any case, ``count`` is for all rows together;
    ``start``: triples that were of use before."""
    triples = list(start)
    best, prices, small = -np.inf, None, 0
    used = np.zeros(len(pool.row), dtype=bool)
    used[np.argsort(pool.least, kind="stable")[:START]] = True
    for _ in range(ROUNDS):
        if not len(pool.row) or not pool.members.any(axis=0).all():
            return Split(np.inf, True, None, prices, tuple(triples))
        found = _relaxed(pool, used, kept, count, triples, cut, seconds)
        if found is None:
            return Split(best, False, None, prices)
        prices = found.prices if prices is None else prices
        small = small + 1 if found.bound < best + SMALL * (cut - best) else 0
        best = max(best, found.bound)
        if best >= cut:
            return Split(np.inf, True, None, prices, tuple(triples))
        whole = found.parts > 1 - ZERO
        if not found.out and np.all(whole | (found.parts < ZERO)):
            return Split(float(pool.cost[whole].sum()), True, pool.only(whole), prices)
        stay = found.bound + found.reduced < cut
        pool, parts, used = pool.only(stay), found.parts[stay], found.used[stay]
        if len(pool.row) <= FEW or (small >= 3 and len(pool.row) <= MANY):
            break
        triples = [one for one, price in zip(triples, found.of_triples, strict=True) if price < -ZERO]
        fresh = [one for one in broken(pool.members, parts) if one not in triples]
        if not fresh:
            break
        triples += fresh
    return _whole(pool, kept, count, triples, best, prices, seconds())


def _matrix(pool: Pool, kept: Bools, count: int, triples: list[Triple]) -> tuple[Any, Floats]:
    """Rows (2), (3) and (4) with their right-hand sides."""
    number = len(pool.row)
    sites = csr_matrix((np.ones(number), (pool.row, np.arange(number))), shape=(len(kept), number))
    opened = csr_matrix((~kept[pool.row]).astype(float)[None, :])
    by_client = np.asfortranarray(pool.members)
    several = []
    for a, b, k in triples:
        one, two, three = by_client[:, a], by_client[:, b], by_client[:, k]
        several.append(csr_matrix(((one & two) | (one & three) | (two & three)).astype(float)[None, :]))
    right = np.concatenate([np.ones(len(kept)), [float(count - int(kept.sum()))], np.ones(len(triples))])
    return vstack([sites, opened, *several]).tocsc(), right


def _relaxed(
    pool: Pool, used: Bools, kept: Bools, count: int, triples: list[Triple], cut: float, seconds: Callable[[], float]
) -> _Relaxed | None:
    """The linear programme of all columns; None when the time was over."""
    most, right = _matrix(pool, kept, count, triples)
    once = csr_matrix(pool.members.T, dtype=float).tocsc()
    clients = once.shape[0]
    nobody = csr_matrix((most.shape[0], clients))
    away = OUT * (1.0 + abs(cut))
    used = used.copy()
    kind = _Best(-np.inf, np.zeros(clients), np.zeros(len(right)), pool.cost)
    while True:
        some = np.flatnonzero(used)
        found = linprog(
            np.concatenate([pool.cost[some], np.full(clients, away)]),
            A_ub=hstack([most[:, some], nobody]).tocsc(), b_ub=right,
            A_eq=hstack([once[:, some], identity(clients)]).tocsc(), b_eq=np.ones(clients),
            bounds=(0, None), method="highs", options={"time_limit": max(0.01, seconds())},
        )  # fmt: skip
        if found.status != 0:
            return None
        prices: Floats = np.minimum(np.asarray(found.eqlin.marginals), away)
        dual: Floats = np.minimum(np.asarray(found.ineqlin.marginals), 0.0)
        fresh = np.zeros(0, dtype=np.intp)
        for share in (1 - SMOOTH, 1.0) if np.isfinite(kind.bound) else (1.0,):
            tried, also = share * prices + (1 - share) * kind.prices, share * dual + (1 - share) * kind.dual
            reduced: Floats = pool.cost - once.T @ tried - most.T @ also
            bound = float(tried.sum() + also @ right + count * min(0.0, float(reduced.min())))
            few = np.flatnonzero((reduced < -NEGATIVE) & ~used)
            few = few[np.argsort(reduced[few], kind="stable")[:MORE]]
            fresh = np.union1d(fresh, few)
            if bound > kind.bound:
                kind = _Best(bound, tried, also, reduced)
        value = float(found.fun)
        if not len(few) or kind.bound > value - NEAR * (cut - value) or kind.bound >= cut:
            parts = np.zeros(len(pool.row))
            parts[some] = found.x[: len(some)]
            out = bool(len(few) or found.x[len(some) :].max(initial=0.0) > ZERO)
            # what may lie below 0 is in the bound already
            kept_low = np.maximum(kind.reduced, 0.0)
            return _Relaxed(kind.bound, parts, kept_low, kind.prices, dual[len(kept) + 1 :], out, used)
        used[fresh] = True


def broken(members: Bools, parts: Floats) -> list[Triple]:
    """Triples of clients of which columns worth more than 1 hold two or three: the worst, at most ``AT_ONCE``."""
    some = parts > ZERO
    held, worth = members[some].astype(float), parts[some]
    both = (held * worth[:, None]).T @ held
    found: list[tuple[float, Triple]] = []
    for a in np.flatnonzero((held[worth < 1 - ZERO] > 0).any(axis=0)):
        mine = held[:, a] > 0
        three = (held[mine] * worth[mine, None]).T @ held[mine]
        sums = np.triu(both[a][:, None] + both[a][None, :] + both - 2 * three, 1)
        sums[: a + 1] = 0.0
        for b, k in zip(*np.nonzero(sums > 1 + BROKEN), strict=True):
            found.append((-round(float(sums[b, k]), 9), (int(a), int(b), int(k))))
    return [one for _, one in sorted(found)[:AT_ONCE]]


def _whole(
    pool: Pool, kept: Bools, count: int, triples: list[Triple], best: float, prices: Floats | None, seconds: float
) -> Split:
    """What is left, in whole numbers."""
    if not pool.members.any(axis=0).all():
        return Split(np.inf, True, None, prices, tuple(triples))
    most, right = _matrix(pool, kept, count, triples)
    once = csr_matrix(pool.members.T, dtype=float)
    found = milp(
        pool.cost,
        integrality=np.ones(len(pool.cost)),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(most, -np.inf, right), LinearConstraint(once, 1, 1)],
        options={"time_limit": max(0.01, seconds), "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        return Split(np.inf, True, None, prices, tuple(triples))
    if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        best = max(best, float(found.mip_dual_bound))
    chosen = pool.only(found.x > 0.5) if found.x is not None else None
    return Split(best, found.status == 0, chosen, prices)


def owners(chosen: Pool, rows: Ints) -> Ints | None:
    """The site (number of the whole problem) of each client; None where a client is not in exactly one column."""
    if np.any(chosen.members.sum(axis=0) != 1):
        return None
    found: Ints = rows[chosen.row[np.argmax(chosen.members, axis=0)]]
    return found
