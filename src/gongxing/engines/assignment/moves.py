"""Construction and ejection chains: shift, swap and double shift, all evaluated at once in numpy.

Limits may be missed on the way, at ``strict`` a unit of each agent. A chain moves job j from its agent a to i; it may eject one job k of i, which goes to
a (swap) or to any third agent h (double shift). All chains over the cheapest few agents of each job are worked out together, and the
best ones that touch different agents are carried out together. Source: Yagiura, Ibaraki, Glover 2004.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gongxing.engines.assignment.prices import Prices
from gongxing.engines.assignment.table import Mask, Real, Table, Whole

TRIPLES = 60_000
"""Chains looked at in one go, about; but never fewer than four agents for each job."""


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains as columns: job ``first`` goes to ``there``; job ``second`` (−1: none) goes to ``then``; ``gain`` < 0 is better."""

    first: Whole
    there: Whole
    second: Whole
    then: Whole
    gain: Real


def construct(table: Table, prices: Prices) -> Whole:
    """Each job where the relaxation puts most of it (else where it is cheapest at the prices); jobs that are cut into parts come last,
    each where it fits best at the prices."""
    n = len(table.jobs)
    extra = np.where(table.allowed, prices.extra, np.inf)
    chosen: Whole = extra.argmin(axis=0)
    if prices.parts is None:
        return chosen
    whole = prices.parts.max(axis=0) > 1 - 1e-6 if n else np.zeros(0, dtype=bool)
    chosen = np.where(whole, prices.parts.argmax(axis=0), chosen)
    cut = np.flatnonzero(~whole)
    keep = np.flatnonzero(whole)
    loads = np.bincount(chosen[keep], weights=table.weight[chosen[keep], keep], minlength=len(table.capacity))
    smallest = np.where(table.allowed, table.weight, np.iinfo(np.int64).max).min(axis=0)
    for j in sorted(cut.tolist(), key=lambda k: (-int(smallest[k]), k)):
        over = np.maximum(0.0, loads + table.weight[:, j] - table.capacity)
        i = int(np.lexsort((extra[:, j], over + np.where(table.allowed[:, j], 0.0, np.inf)))[0])
        chosen[j] = i
        loads[i] += table.weight[i, j]
    return chosen


def improve(table: Table, prices: Prices, chosen: Whole, strict: Real, more_time: Callable[[], bool]) -> Whole:
    """Chains until none helps. Between looks at all agents, only chains from or to those touched last are looked at."""
    chosen = chosen.copy()
    n = len(table.jobs)
    if n == 0:
        return chosen
    extra = np.where(table.allowed, prices.extra, np.inf)
    near = np.argsort(extra, axis=0, kind="stable")
    everything = np.ones(len(table.capacity), dtype=bool)
    looked = everything
    for _ in range(40 * n):
        if not more_time():
            break
        chains = _evaluate(table, chosen, near, strict, looked)
        touched = np.zeros(len(table.capacity), dtype=bool)
        for place in np.lexsort((chains.there, chains.first, chains.gain))[:200].tolist():
            if chains.gain[place] > -1e-6:
                break
            first, there = int(chains.first[place]), int(chains.there[place])
            second, then = int(chains.second[place]), int(chains.then[place])
            agents = {int(chosen[first]), there} | ({then} if second >= 0 else set())
            if any(touched[i] for i in agents):
                continue
            chosen[first] = there
            if second >= 0:
                chosen[second] = then
            touched[list(agents)] = True
            touched[table.without] = False
        if looked is everything and not touched.any():
            break
        looked = touched if touched.any() else everything
    return chosen


def _missed(table: Table, strict: Real, agents: Whole, loads: Real) -> Real:
    """What it costs by how much loads miss the limits of their agents."""
    over = np.maximum(0.0, loads - table.capacity[agents]) + np.maximum(0.0, table.least[agents] - loads)
    return np.asarray(strict[agents] * over)


def _evaluate(table: Table, chosen: Whole, near: Whole, strict: Real, looked: Mask) -> Chains:
    m, n = len(table.capacity), len(table.jobs)
    jobs, agents = np.arange(n), np.arange(m)
    cost, weight = table.cost.astype(float), table.weight.astype(float)
    loads = table.loads(chosen).astype(float)
    missed = _missed(table, strict, agents, loads)
    members = np.argsort(chosen, kind="stable")
    counts = np.bincount(chosen, minlength=m)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    width = int(min(m, max(4, TRIPLES * m // max(1, n * n))))
    # arcs: job to one of its nearest agents other than its own
    first, there = np.tile(jobs, width), near[:width].ravel()
    right = table.allowed[there, first] & (there != chosen[first]) & (looked[there] | looked[chosen[first]])
    first, there = first[right], there[right]
    home = chosen[first]
    leaving = _missed(table, strict, home, loads[home] - weight[home, first]) - missed[home]
    arc = cost[there, first] - cost[home, first]
    shift = arc + (leaving + _missed(table, strict, there, loads[there] + weight[there, first]) - missed[there])
    # where each job would go if it were ejected: best and second best agent
    entering = np.where(
        table.allowed,
        cost + (_missed(table, strict, agents[:, None], loads[:, None] + weight) - missed[:, None]),
        np.inf,
    )
    entering[chosen, jobs] = np.inf
    best = entering.argmin(axis=0)
    best_at = entering[best, jobs]
    entering[best, jobs] = np.inf
    other = entering.argmin(axis=0)
    other_at = entering[other, jobs]
    # triples: arc × job of the agent it goes to
    sizes = counts[there]
    row = np.repeat(np.arange(len(first)), sizes)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    second = members[starts[there[row]] + offset]
    j, i, a = first[row], there[row], home[row]
    middle = arc[row] - cost[i, second]
    at_i = loads[i] + weight[i, j] - weight[i, second]
    middle += _missed(table, strict, i, at_i) - missed[i]
    at_a = loads[a] - weight[a, j] + weight[a, second]
    swap = middle + cost[a, second] + (_missed(table, strict, a, at_a) - missed[a])
    swap = np.where(table.allowed[a, second], swap, np.inf)
    third = np.where(best[second] != a, best[second], other[second])
    third_at = np.where(best[second] != a, best_at[second], other_at[second])
    double = middle + leaving[row] + third_at
    gain = np.minimum(swap, double)
    then = np.where(swap <= double, a, third)
    keep = gain < -1e-6
    nothing = np.full(len(first), -1)
    return Chains(
        np.concatenate([first, j[keep]]),
        np.concatenate([there, i[keep]]),
        np.concatenate([nothing, second[keep]]),
        np.concatenate([nothing, then[keep]]),
        np.concatenate([shift, gain[keep]]),
    )
