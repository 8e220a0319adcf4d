"""Prices on clients: a bound for any model of sites, bettered step by step, and the sites it fixes.

Every model relaxes Σ_i x_ij = 1 with prices λ_j and says, at given prices, which sites are chosen, the bound, how much each client is
served too much or too little (the subgradient 1 − Σ_i x_ij), and what the bound gains at least when a site is forced in or out. Whatever
lifts the bound to the cost to beat is fixed. Steps are t (best − bound) ÷ ‖direction‖² along the smoothed subgradient.

For the p-median, with ρ_i = Σ_j min(c_ij − λ_j, 0), the bound is

    Σ_j λ_j + Σ_{i kept open} ρ_i + (sum of the r smallest ρ_i of the free sites);

forcing in a site i beyond the r smallest adds ρ_i − ρ_(r), leaving out one that is among them adds ρ_(r+1) − ρ_i.

Sources: Cornuéjols, Fisher, Nemhauser, Management Science 23, 1977; Beasley, European Journal of Operational Research 21, 1985;
Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975 (smoothing).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gongxing.engines.siting.model import Bools, Floats, Ints

SMOOTH = 0.6
FADE = 0.05


@dataclass
class Node:
    """Part of the search: ``rows`` are the sites still in question or kept (numbers of the whole problem, sorted), ``kept`` marks those
    that stay open, ``prices`` one per client, ``bound`` proved for it, ``share`` how often each row was chosen of late; ``done``: nothing
    in it costs less than the cut."""

    rows: Ints
    kept: Bools
    prices: Floats
    bound: float
    share: Floats
    done: bool = False


@dataclass(frozen=True)
class Pick:
    """The relaxed problem at some prices: ``chosen`` rows, ``bound``, ``gradient`` per client, and what the bound gains at least when a
    row is forced in (``into``, of use for rows not chosen) or out (``out``, for chosen ones)."""

    chosen: Bools
    bound: float
    gradient: Floats
    into: Floats
    out: Floats


class Relaxation(Protocol):
    """A model with prices on clients."""

    def pick(self, node: Node, prices: Floats) -> Pick | None:
        """The relaxed problem for the rows of a node; None when it has no solution."""

    def settled(self, node: Node) -> bool:
        """Whether nothing is left to choose between."""


class Best(Protocol):
    """The best choice so far."""

    value: float
    gap: float

    def see(self, choice: Ints, among: Ints) -> None:
        """Told of a choice met on the way, and of the sites in question then."""

    def better(self, choice: Ints, among: Ints) -> None:
        """Asked to look for a better one near a choice."""

    def settle(self, node: Node) -> float:
        """Asked for the cost of a node in which nothing is left to choose between (or something it does not exceed)."""

    def cut(self) -> float:
        """What costs no less than this is of no interest."""


@dataclass(frozen=True)
class Settings:
    """How hard to try: ``steps`` at most; ``first`` length t of a step, halved after ``patience`` steps without a better bound, given up
    below ``last``; a better choice is looked for at every ``every``-th better bound."""

    steps: int
    first: float = 1.5
    patience: int = 20
    last: float = 0.005
    every: int = 1_000_000


def tighten(model: Relaxation, node: Node, best: Best, stop: Callable[[], bool], settings: Settings) -> Node:
    """The node with better prices, a better bound and sites fixed, until it is done or no more is gained; ``best`` is told each choice."""
    now = Node(node.rows, node.kept, node.prices, node.bound, node.share)
    prices = node.prices
    length, waited, risen = settings.first, 0, 0
    direction = np.zeros(len(prices))
    for _ in range(settings.steps):
        if model.settled(now):
            told = best.settle(now)
            bound = max(now.bound, told)
            over = (
                told > -np.inf or bound >= best.cut()
            )  # a packing is not over with its sites: who goes where is still to be solved
            return Node(now.rows, now.kept, now.prices, bound, now.share, over)
        pick = model.pick(now, prices)
        if pick is None:
            return Node(now.rows, now.kept, now.prices, np.inf, now.share, True)
        waited += 1
        if pick.bound > now.bound:
            waited = 0 if pick.bound > now.bound + 1e-4 * abs(best.value - now.bound) else waited
            now.bound, now.prices = pick.bound, prices
            risen += 1
            # with every client served once no prices are better, and the choice may cost the bound
            often = risen % settings.every == 0 or not pick.gradient.any()
            (best.better if often else best.see)(now.rows[pick.chosen], now.rows)
        now.done = now.bound >= best.cut()
        if now.done:
            break
        _fix(now, pick, best.cut())
        if stop():
            break
        if waited >= settings.patience:
            length, waited, prices = length / 2, 0, now.prices
            direction = np.zeros(len(prices))
            if length < settings.last:
                break
            continue
        direction = pick.gradient + SMOOTH * direction
        size = float(direction @ direction)
        if size < 1e-12:
            direction, size = pick.gradient, float(pick.gradient @ pick.gradient)
            if size < 1e-12:
                break
        prices = prices + length * max(best.value - pick.bound, 1e-6 * abs(best.value)) / size * direction
    return now


def _fix(node: Node, pick: Pick, cut: float) -> None:
    """Keeps and drops rows that could not be otherwise below the cut; share is brought forward."""
    share = (1 - FADE) * node.share + FADE * pick.chosen
    kept = node.kept | (pick.chosen & (pick.bound + pick.out >= cut))
    stay = pick.chosen | kept | (pick.bound + pick.into < cut)
    node.kept, node.share = kept, share
    if not stay.all():
        node.rows, node.kept, node.share = node.rows[stay], kept[stay], share[stay]


class Median:
    """The p-median: ``cost`` is sites × clients, finite; ``count`` sites are open in the end."""

    def __init__(self, cost: Floats, count: int) -> None:
        self.cost, self.count = cost, count
        self.rows: Ints | None = None
        self.held = cost

    def settled(self, node: Node) -> bool:
        return len(node.rows) <= self.count or int(node.kept.sum()) >= self.count

    def pick(self, node: Node, prices: Floats) -> Pick | None:
        if node.rows is not self.rows:
            self.rows, self.held = node.rows, self.cost[node.rows]
        rho = np.minimum(self.held - prices, 0.0).sum(axis=1)
        order = np.argpartition(np.where(node.kept, -np.inf, rho), (self.count - 1, self.count))
        chosen: Bools = np.zeros(len(rho), dtype=bool)
        chosen[order[: self.count]] = True
        gradient = 1.0 - (self.held[chosen] < prices).sum(axis=0)
        inner, outer = rho[order[self.count - 1]], rho[order[self.count]]
        return Pick(chosen, float(prices.sum() + rho[chosen].sum()), gradient, rho - inner, outer - rho)
