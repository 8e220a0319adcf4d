"""Choose sites without capacities: p-median, p-center and maximal covering (the package states the algebra)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.admit import Table, admit
from gongxing.engines.siting.cover import fewest, most_weight
from gongxing.engines.siting.interchange import cost_of, exchange, greedy
from gongxing.engines.siting.model import Effort, Floats, Problem
from gongxing.engines.siting.pieces import answer, nearest, nothing, refused
from gongxing.engines.siting.results import Model, Result
from gongxing.engines.siting.search import Clock, search

STANDARD = Effort()


def _everybody(model: Model, table: Table, clock: Clock) -> tuple[tuple[int, ...] | None, Result | None]:
    """A choice that reaches every client (None: any does), or why there is none."""
    if table.reachable.all():
        return None, None
    cover = fewest(table.reachable, table.kept, table.count, clock.left)
    if cover.chosen is not None:
        return cover.chosen, None
    if not cover.proved:
        return None, nothing(model, table, "stopped", (Reason.of("siting.stopped.nothing_found"),))
    least = fewest(table.reachable, table.kept, table.count, clock.left, "fewest")
    needs = len(least.chosen) - len(table.kept) if least.chosen is not None else 0
    return None, nothing(
        model, table, "infeasible", (Reason.of("siting.too_few", new=str(table.new), needs=str(needs)),)
    )


def _finite(cost: Floats, value: float) -> Floats:
    """No way costs a little more than the whole of a known choice: no better choice uses it."""
    return np.where(np.isfinite(cost), cost, np.ceil(value) + 1.0)


def _filled(table: Table, cost: Floats, chosen: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(greedy(cost, table.count, chosen))


def choose_median(problem: Problem, effort: Effort = STANDARD) -> Result:
    """The p-median: ``new`` sites that make Σ weight × distance to the nearest open site least."""
    table = admit(problem)
    early = refused("median", table, given=problem.new)
    if early is not None:
        return early
    clock = Clock(effort)
    start, none = _everybody("median", table, clock)
    if none is not None:
        return none
    cost = table.cost
    if start is not None:
        top = float(cost[np.isfinite(cost)].max()) * 2 + 1
        open_first = np.where(np.isfinite(cost), cost, top * cost.shape[1])
        start = _filled(table, open_first, start)
        swapped, value = exchange(open_first, start, [int(k) for k in table.kept])
        better = np.isfinite(cost_of(cost, swapped))
        start, value = (tuple(swapped), value) if better else (start, cost_of(cost, start))
        cost = _finite(cost, value)
    found = search(cost, table.kept, table.count, replace(effort, seconds=clock.left), start)
    chosen = found.chosen or ()
    return answer(
        "median", table, chosen, nearest(table, chosen), found.value, found.bound, wanted=effort.gap, nodes=found.nodes
    )


def choose_center(problem: Problem, effort: Effort = STANDARD) -> Result:
    """The p-center: ``new`` sites that make the longest distance of a client (of weight > 0) to its nearest open site least."""
    table = admit(problem)
    early = refused("center", table, given=problem.new)
    if early is not None:
        return early
    clock = Clock(effort)
    counted = np.array([(client.weight or 0.0) > 0 for client in table.clients])
    far = np.where(counted | ~table.reachable, table.distance, 0.0)  # the others only have to be reached
    start, none = _everybody("center", table, clock)
    if none is not None:
        return none
    if start is None:
        start = tuple(greedy(table.cost, table.count, [int(k) for k in table.kept]))
    if not counted.any():
        return answer("center", table, sorted(start), nearest(table, sorted(start)), 0.0, 0.0, wanted=0.0)
    chosen, low, rounds = sorted(start), 0, 0
    radii = np.unique(far[np.isfinite(far)])
    # no choice does better than every client at its nearest possible site
    low = int(np.searchsorted(radii, far.min(axis=0).max()))
    high = int(np.searchsorted(radii, far[chosen].min(axis=0).max()))
    tried = low
    while tried < high:  # without the solver first, for a good choice soon
        middle = (tried + high) // 2
        cover = fewest(far <= radii[middle], table.kept, table.count, 0.0, "quick")
        if cover.chosen is not None:
            chosen = sorted(cover.chosen)
            high = int(np.searchsorted(radii, far[chosen].min(axis=0).max()))
        else:
            tried = middle + 1
    while low < high and not clock.stop("siting.radius"):
        middle, rounds = (low + high) // 2, rounds + 1
        cover = fewest(far <= radii[middle], table.kept, table.count, clock.left)
        if cover.chosen is not None:
            chosen = sorted(cover.chosen)
            high = int(np.searchsorted(radii, far[chosen].min(axis=0).max()))
        elif cover.proved:
            low = middle + 1
        else:
            break
    value = float(radii[high])
    return answer(
        "center", table, chosen, nearest(table, chosen), value, float(radii[low]), wanted=effort.gap, nodes=rounds
    )


def choose_covering(problem: Problem, radius: float, effort: Effort = STANDARD) -> Result:
    """Maximal covering: ``new`` sites with the most weight of clients within ``radius`` of an open one."""
    table = admit(problem)
    early = refused("covering", table, given=problem.new)
    if early is not None:
        return early
    weight = np.array([client.weight or 0.0 for client in table.clients])
    reach = table.distance <= radius
    clock = Clock(effort)
    cover = most_weight(reach, weight, [int(k) for k in table.kept], table.count, clock.left, effort.gap)
    if cover.chosen is None:
        return nothing("covering", table, "stopped", (Reason.of("siting.stopped.nothing_found"),))
    # where nobody comes within the radius anywhere, one site that is nearest to all is still an answer
    capped = np.where(table.reachable, table.distance, np.nan_to_num(table.distance, posinf=0.0).max() + 1.0)
    chosen = cover.chosen or tuple(greedy(capped, 1))
    within = reach[list(chosen)].any(axis=0)
    value, outside = float(weight[within].sum()), int((~within).sum())
    bound = value if cover.proved and effort.gap == 0 else max(value, cover.bound)
    said = (Reason.of("siting.outside", clients=str(outside)),) if outside else ()
    return answer(
        "covering", table, chosen, nearest(table, chosen), value, bound, wanted=effort.gap, radius=radius, reasons=said
    )
