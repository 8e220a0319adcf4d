"""Order in what was told: what can be used, sorted by key, and what is set aside and why."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan

import numpy as np

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.model import Bools, Client, Floats, Ints, Problem, Site
from gongxing.engines.siting.results import Aside


@dataclass(frozen=True, eq=False)
class Table:
    """``distance``, ``cost`` (weight × distance; inf where there is no way) are sites × clients; ``kept`` numbers of the standing sites;
    ``demand``, ``capacity``, ``fixed`` are 0, inf and 0 where the model does not ask. ``new``: how many may be opened, no more than there
    are. ``conflicts``: why nothing can be chosen at all."""

    clients: tuple[Client, ...]
    sites: tuple[Site, ...]
    distance: Floats
    cost: Floats
    demand: Floats
    capacity: Floats
    fixed: Floats
    kept: Ints
    new: int
    aside: tuple[Aside, ...]
    notes: tuple[Reason, ...]
    conflicts: tuple[Reason, ...]

    @property
    def reachable(self) -> Bools:
        """Sites × clients: whether there is a way."""
        found: Bools = np.isfinite(self.cost)
        return found

    @property
    def count(self) -> int:
        """How many sites are open at most."""
        return len(self.kept) + self.new


def admit(problem: Problem, *, capacities: bool = False, fixed_costs: bool = False) -> Table:
    """The table of a problem. Raises ValueError when ``distances`` is not clients × sites."""
    shape = (len(problem.clients), len(problem.sites))
    given: Floats = np.zeros(shape) if 0 in shape else np.asarray(problem.distances, dtype=float)
    if tuple(given.shape) != tuple(shape):
        raise ValueError(f"distances are {given.shape}, clients × sites are {shape}")
    conflicts = [*_twice(problem)]
    conflicts += [Reason.of("siting.open_and_barred", site=s.key) for s in problem.sites if s.open and s.barred]
    if problem.new is not None and problem.new < 0:
        conflicts.append(Reason.of("siting.negative_count", new=str(problem.new)))
    aside: list[Aside] = []
    sites = [k for k, s in enumerate(problem.sites) if _usable(s, capacities, fixed_costs, aside)]
    sites.sort(key=lambda k: problem.sites[k].key)
    clients = [k for k, c in enumerate(problem.clients) if _known(c, capacities, aside)]
    clients.sort(key=lambda k: problem.clients[k].key)
    distance = np.ascontiguousarray(given[np.ix_(clients, sites)].T)
    unknown = np.isnan(distance) | (distance < 0)
    notes = [Reason.of("siting.unknown_distances", pairs=str(int(unknown.sum())))] if unknown.any() else []
    distance = np.where(unknown, np.inf, distance)
    if sites:
        lost: Bools = np.asarray(np.isinf(distance).all(axis=0))
        aside += [Aside(problem.clients[clients[k]].key, Reason.of("siting.unreachable")) for k in np.flatnonzero(lost)]
        clients = [k for k, gone in zip(clients, lost, strict=True) if not gone]
        distance = np.ascontiguousarray(distance[:, ~lost])
    served, there = [problem.clients[k] for k in clients], [problem.sites[k] for k in sites]
    weight = np.array([_number(c.weight) for c in served])
    with np.errstate(invalid="ignore"):
        cost = np.where(np.isfinite(distance), distance * weight, np.inf)
    kept = np.array([k for k, s in enumerate(there) if s.open], dtype=np.intp)
    closed = len(there) - len(kept)
    return Table(
        tuple(served),
        tuple(there),
        distance,
        cost,
        np.array([_number(c.demand) if capacities else 0.0 for c in served]),
        np.array([_number(s.capacity) if capacities else np.inf for s in there]),
        np.array([_number(s.fixed_cost) if fixed_costs else 0.0 for s in there]),
        kept,
        max(0, closed if problem.new is None else min(problem.new, closed)),
        tuple(sorted(aside, key=lambda one: (one.key, one.reason.code))),
        tuple(notes),
        tuple(conflicts),
    )


def _number(value: float | None) -> float:
    return 0.0 if value is None else float(value)


def _bad(value: float | None) -> bool:
    return value is None or isnan(value) or value < 0 or not isfinite(value)


def _known(client: Client, capacities: bool, aside: list[Aside]) -> bool:
    for name, value, asked in (("weight", client.weight, True), ("demand", client.demand, capacities)):
        if asked and _bad(value):
            aside.append(Aside(client.key, Reason.of("siting.unknown", field=name)))
            return False
    return True


def _usable(site: Site, capacities: bool, fixed_costs: bool, aside: list[Aside]) -> bool:
    if site.barred:
        aside.append(Aside(site.key, Reason.of("siting.barred", why=site.barred)))
        return False
    for name, value, asked in (("capacity", site.capacity, capacities), ("fixed_cost", site.fixed_cost, fixed_costs)):
        if asked and _bad(value):
            aside.append(Aside(site.key, Reason.of("siting.unknown", field=name)))
            return False
    return True


def _twice(problem: Problem) -> list[Reason]:
    found = []
    for kind, keys in (("client", [c.key for c in problem.clients]), ("site", [s.key for s in problem.sites])):
        seen: set[str] = set()
        twice = sorted({key for key in keys if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
        found += [Reason.of("siting.same_key", kind=kind, key=key) for key in twice]
    return found
