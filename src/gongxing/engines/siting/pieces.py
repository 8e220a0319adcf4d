"""From numbers to words of the caller: results are put together here, the same way for every model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.admit import Table
from gongxing.engines.siting.model import Floats
from gongxing.engines.siting.results import Load, Model, Result, Served, Status

CLOSE = 1e-9


def shown(value: float) -> str:
    """A number for a reason: at most six significant digits, no exponent for usual sizes."""
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"


def gap_of(value: float, bound: float) -> float:
    """How far a value can be from the best, as a share of the larger of both."""
    if not np.isfinite(bound):
        return 1.0
    top = max(abs(value), abs(bound))
    return abs(value - bound) / top if top > 0 else 0.0


def status_of(value: float, bound: float, wanted: float) -> Status:
    """What the gap says: equal, near enough, or stopped before."""
    gap = gap_of(value, bound)
    return "optimal" if gap <= CLOSE else "within" if gap <= wanted else "stopped"


def nothing(model: Model, table: Table, status: Status, reasons: Iterable[Reason]) -> Result:
    """A result without an answer."""
    return Result(model, status, (), (), (), (), 0.0, 0.0, 0.0, 0, table.aside, (*reasons, *table.notes))


def refused(model: Model, table: Table, *, needs_count: bool = True, given: int | None = None) -> Result | None:
    """What can be said before any search: contradictions, no clients, no sites."""
    if table.conflicts:
        return nothing(model, table, "infeasible", table.conflicts)
    if needs_count and given is None:
        return nothing(model, table, "infeasible", (Reason.of("siting.count_unknown"),))
    if not table.clients:
        return nothing(model, table, "nothing_to_choose", (Reason.of("siting.no_clients"),))
    if not table.sites:
        return nothing(model, table, "infeasible", (Reason.of("siting.no_sites"),))
    if table.count == 0:
        return nothing(model, table, "infeasible", (Reason.of("siting.none_open"),))
    return None


def nearest(table: Table, chosen: Sequence[int]) -> Floats:
    """Shares (chosen × clients): every client whole at the nearest chosen site, the first by key among equals; none where none is
    reached."""
    near = table.distance[list(chosen)]
    shares = np.zeros_like(near)
    best = np.argmin(near, axis=0)
    every = np.arange(near.shape[1])
    reached = np.isfinite(near[best, every])
    shares[best[reached], every[reached]] = 1.0
    return shares


def answer(
    model: Model,
    table: Table,
    chosen: Sequence[int],
    shares: Floats,
    value: float,
    bound: float,
    *,
    wanted: float,
    nodes: int = 0,
    radius: float | None = None,
    reasons: Iterable[Reason] = (),
) -> Result:
    """The result of a choice: ``chosen`` numbers of sites, sorted, and ``shares`` (chosen × clients)."""
    served, loads = [], []
    capacities = np.isfinite(table.capacity)
    standing = {int(k) for k in table.kept}
    for place, k in enumerate(chosen):
        here = np.flatnonzero(shares[place] > CLOSE)
        for j in here:
            far = float(table.distance[k, j])
            within = radius is None or far <= radius
            served.append(
                Served(table.clients[j].key, table.sites[k].key, far, float(round(shares[place, j], 12)), within)
            )
        part = shares[place, here]
        weight = np.array([table.clients[j].weight or 0.0 for j in here])
        loads.append(
            Load(
                table.sites[k].key, k not in standing, len(here), float(part @ weight), float(part @ table.demand[here]),
                float(table.capacity[k]) if capacities[k] else None,
            )
        )  # fmt: skip
    status = status_of(value, bound, wanted)
    said = Reason.of(f"siting.{'proved' if status == 'optimal' else status}", value=shown(value), bound=shown(bound))
    return Result(
        model,
        status,
        tuple(table.sites[k].key for k in chosen if k not in standing),
        tuple(table.sites[k].key for k in chosen),
        tuple(sorted(served, key=lambda one: (one.client, one.site))),
        tuple(loads),
        value,
        bound,
        gap_of(value, bound),
        nodes,
        table.aside,
        (said, *reasons, *table.notes),
    )
