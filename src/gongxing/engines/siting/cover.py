"""Covering: the fewest sites that reach everybody, and the most weight that a number of sites reaches (HiGHS).

    (1) fewest:  min Σ y_i,  Σ_{i reaches j} y_i ≥ 1 for each client,  y_i = 1 for standing sites,  Σ y_i ≤ most
    (2) most:    max Σ_j w_j z_j,  z_j ≤ Σ_{i reaches j} y_i,  Σ y_i ≤ count,  y binary, 0 ≤ z ≤ 1

Clients reached by the same sites are one; a client reached by all that reach another is left out of (1), and so is a site that reaches no more than another.
Source: Church, ReVelle, Papers of the Regional Science Association 32, 1974.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity

from gongxing.engines.siting.model import Bools, Floats, Ints

OPTIMAL, TIME_OUT = 0, 1


@dataclass(frozen=True)
class Cover:
    """``chosen`` sites (None: none found); ``proved``: there is nothing better, or none at all; ``bound`` on their number or weight."""

    chosen: tuple[int, ...] | None
    proved: bool
    bound: float


def fewest(
    reach: Bools, kept: Ints, most: int, seconds: float, aim: Literal["any", "fewest", "quick"] = "any"
) -> Cover:
    """Sites (rows of ``reach``) that reach every client (column): the fewest, or ``any`` no more than ``most`` (standing ones counted), or those that are
    found ``quick`` without a solver."""
    open_already = [int(k) for k in kept]
    left = np.flatnonzero(~reach[open_already].any(axis=0)) if open_already else np.arange(reach.shape[1])
    if not len(left):
        return Cover(tuple(open_already), True, float(len(open_already)))
    wanted = _hardest(reach[:, left])
    if not wanted.any(axis=0).all():
        return Cover(None, True, np.inf)
    sites = _widest(wanted)
    wanted = wanted[sites]
    quick = _greedy(wanted)
    room = most - len(open_already)
    if aim != "fewest" and len(quick) <= room:
        return Cover(tuple(sorted([*open_already, *(int(sites[k]) for k in quick)])), True, 0.0)
    if room <= 0:
        return Cover(None, True, np.inf)
    if aim == "quick":
        return Cover(None, False, 0.0)
    weights = np.ones(len(sites))
    rows = [LinearConstraint(csr_matrix(wanted.T.astype(float)), 1, np.inf)]
    if aim == "any":
        rows.append(LinearConstraint(np.ones((1, len(sites))), -np.inf, room))
    found = milp(
        weights, integrality=np.ones(len(sites)), bounds=Bounds(0, 1), constraints=rows,
        options={"time_limit": max(0.01, seconds)},
    )  # fmt: skip
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else 0.0
    bound += len(open_already)
    if found.x is None:
        return Cover(None, found.status not in (OPTIMAL, TIME_OUT), bound)
    chosen = [int(sites[k]) for k in np.flatnonzero(found.x > 0.5)]
    return Cover(tuple(sorted([*open_already, *chosen])), found.status == OPTIMAL, bound)


def _hardest(reach: Bools) -> Bools:
    """Only the clients whose sites hold no other client's sites."""
    unique = np.unique(reach, axis=1)
    sizes = unique.sum(axis=0)
    common = unique.T.astype(np.float32) @ unique.astype(np.float32)
    holds = (common >= sizes[:, None]) & ~np.eye(len(sizes), dtype=bool)  # holds[a, b]: sites of a are all sites of b
    found: Bools = unique[:, ~holds.any(axis=0)]
    return found


def _widest(reach: Bools) -> Ints:
    """Sites that reach something no other single site reaches too; the first among equals."""
    _, first = np.unique(reach, axis=0, return_index=True)
    rows = np.sort(first)
    part = reach[rows]
    sizes = part.sum(axis=1)
    common = part.astype(np.float32) @ part.T.astype(np.float32)
    inside = (common >= sizes[:, None]) & ~np.eye(len(sizes), dtype=bool)  # inside[a, b]: a reaches no more than b
    found: Ints = rows[~inside.any(axis=1) & (sizes > 0)]
    return found


def _greedy(reach: Bools) -> list[int]:
    """One cover after the other: always the site that reaches most of what is left."""
    left = np.ones(reach.shape[1], dtype=bool)
    chosen: list[int] = []
    while left.any():
        best = int(np.argmax(reach[:, left].sum(axis=1)))
        chosen.append(best)
        left &= ~reach[best]
    return chosen


def most_weight(reach: Bools, weight: Floats, kept: Sequence[int], count: int, seconds: float, gap: float) -> Cover:
    """At most ``count`` sites, the standing ones among them, that reach the most weight."""
    fixed = np.zeros(reach.shape[0])
    fixed[list(kept)] = 1.0
    groups, place = np.unique(reach, axis=1, return_inverse=True)
    worth = np.bincount(place.ravel(), weights=weight, minlength=groups.shape[1])
    sites, several = groups.shape
    there = identity(several, format="csr")
    rows = [
        LinearConstraint(hstack([csr_matrix(-groups.T.astype(float)), there]), -np.inf, 0),
        LinearConstraint(np.concatenate([np.ones(sites), np.zeros(several)])[None, :], -np.inf, count),
    ]
    found = milp(
        np.concatenate([np.zeros(sites), -worth]),
        integrality=np.concatenate([np.ones(sites), np.zeros(several)]),
        bounds=Bounds(np.concatenate([fixed, np.zeros(several)]), 1),
        constraints=rows,
        options={"time_limit": max(0.01, seconds), "mip_rel_gap": gap},
    )
    if found.x is None:
        return Cover(None, False, float(weight.sum()))
    chosen = tuple(int(k) for k in np.flatnonzero(found.x[:sites] > 0.5))
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else float(weight.sum())
    return Cover(chosen, found.status == OPTIMAL, bound)
