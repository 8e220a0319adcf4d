"""What one site would take at given prices: the most worth of clients within its capacity, for many sites at once.

Whole clients (0-1 knapsack): dynamic programme over capacity in whole units. Where demands are no multiples of a common unit, or there
would be more than ``UNITS`` of them, demands and capacities are rounded down to multiples of a larger one: whatever fits fits then too,
so that the worth is not less than the true one and bounds stay bounds.

Parts of clients (continuous knapsack): by worth per unit of demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.siting.model import Bools, Floats, Ints

UNITS = 1500


def in_units(demand: Floats, capacity: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Demands and capacities in whole units, rounded down where they must be."""
    top = float(capacity.max(initial=0.0))
    together = np.concatenate([demand, capacity])
    unit = 1.0
    if np.all(together == np.floor(together)) and top < 2**53:
        unit = float(np.gcd.reduce(together.astype(np.int64))) or 1.0
    elif top > 0:
        unit = top / UNITS
    unit = max(unit, top / UNITS)
    return np.floor(demand / unit + 1e-9).astype(np.int64), np.floor(capacity / unit + 1e-9).astype(np.int64)


@dataclass(frozen=True)
class Packed:
    """``worth`` (sites × units 0 … largest capacity): the most a site can take within so many units; ``takes``: sites × clients."""

    worth: Floats
    takes: Bools


def pack(gain: Floats, demand: NDArray[np.int64], capacity: NDArray[np.int64]) -> Packed:
    """Whole clients: ``gain`` sites × clients (those ≤ 0 are left), ``demand`` and ``capacity`` in units."""
    sites, clients = gain.shape
    top = int(capacity.max(initial=0))
    worth = np.zeros((sites, top + 1))
    steps: list[tuple[int, Ints, Bools]] = []
    for j in np.flatnonzero((gain > 0).any(axis=0) & (demand <= top)):
        size = int(demand[j])
        rows = np.flatnonzero(gain[:, j] > 0)
        part = worth[rows]
        with_it = part[:, : top + 1 - size] + gain[rows, j : j + 1]
        steps.append((int(j), rows, with_it > part[:, size:]))
        np.maximum(part[:, size:], with_it, out=part[:, size:])
        worth[rows] = part
    takes: Bools = np.zeros((sites, clients), dtype=bool)
    room = capacity.copy()
    for place, rows, better in reversed(steps):
        left = room[rows] - demand[place]
        taken = rows[(left >= 0) & better[np.arange(len(rows)), np.maximum(left, 0)]]
        takes[taken, place] = True
        room[taken] -= demand[place]
    return Packed(worth, takes)


def share_out(gain: Floats, demand: Floats, capacity: Floats) -> tuple[Floats, Floats]:
    """Parts of clients: the worth per site, and the share of each client it takes (sites × clients)."""
    sites = gain.shape[0]
    positive = np.maximum(gain, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(positive > 0, positive / demand, 0.0)
    order: Ints = np.argsort(-ratio, axis=1, kind="stable")
    every = np.arange(sites)[:, None]
    needs = np.where(positive[every, order] > 0, demand[order], 0.0)
    before = np.cumsum(needs, axis=1) - needs
    room = np.maximum(capacity[:, None] - before, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(needs > 0, np.minimum(1.0, room / needs), 1.0)
    part = np.where(positive[every, order] > 0, part, 0.0)
    shares = np.zeros_like(gain)
    shares[every, order] = part
    worth: Floats = (shares * positive).sum(axis=1)
    return worth, shares
