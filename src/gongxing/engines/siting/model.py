"""What the choice of sites is told: clients, sites, distances. Distances are in whatever unit the caller uses (metres, minutes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

Progress = Callable[[float, str], bool]
"""Told the share of the time used (0 … 1) and a code of what goes on; False stops the search, the best so far is given."""


@dataclass(frozen=True)
class Client:
    """Whoever is to be served: a firm, a dwelling, a park entrance.

    ``weight``: how much its distance counts (people, trips), ≥ 0; None or NaN is unknown, and the client is set aside. ``demand``: what it
    takes of a site's capacity, ≥ 0; only the models with capacities ask for it."""

    key: str
    weight: float | None = 1.0
    demand: float | None = None


@dataclass(frozen=True)
class Site:
    """Where a facility stands or could stand.

    ``open``: it stands already and stays. ``barred``: the code of the reason why none may be opened here, "" where it may. ``capacity``
    (None: nobody knows, the models with capacities leave the site out and say so) in the unit of demand. ``fixed_cost``: what keeping it
    open costs, in the unit of weight × distance; give 0 for a standing one whose cost is spent."""

    key: str
    open: bool = False
    barred: str = ""
    capacity: float | None = None
    fixed_cost: float | None = 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """``distances`` is clients × sites in the order given; inf: no way there; NaN or below 0: unknown, no use is made of that way and that
    is said. ``new``: how many sites may be opened beside those that stand (None: as many as pay, only with fixed costs)."""

    clients: tuple[Client, ...]
    sites: tuple[Site, ...]
    distances: Floats
    new: int | None = None


@dataclass(frozen=True)
class Effort:
    """``seconds``: how long the search may take; ``gap``: an answer proved within this share of the best is good enough. A search ended
    by the clock depends on the machine; every other answer depends on the problem alone, and not on the order of its parts."""

    seconds: float = 30.0
    gap: float = 0.0
    progress: Progress | None = None
