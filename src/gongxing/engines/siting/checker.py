"""An independent look at a result: cost and feasibility from the sites and the assignment alone, with arithmetic of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum, inf, isfinite

from gongxing.engines.reasons import Reason
from gongxing.engines.siting.model import Client, Problem, Site
from gongxing.engines.siting.results import Result, Served

NEAR = 1e-6


def check(problem: Problem, result: Result, radius: float | None = None) -> tuple[Reason, ...]:
    """What is wrong with a result, as ``siting.wrong.*``; nothing when all is right. ``radius`` for covering."""
    return tuple(_faults(problem, result, radius))


def _wrong(what: str, **details: str) -> Reason:
    return Reason.of(f"siting.wrong.{what}", 1.0, **details)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * max(1.0, abs(one), abs(other))


def _faults(problem: Problem, result: Result, radius: float | None) -> Iterator[Reason]:
    if result.status in ("infeasible", "nothing_to_choose") or not result.sites:
        if result.sites or result.assignment or result.opened:
            yield _wrong("answer_without_choice")
        if not result.reasons:
            yield _wrong("no_reason")
        return
    sites = {site.key: site for site in problem.sites}
    clients = {client.key: client for client in problem.clients}
    row = {client.key: k for k, client in enumerate(problem.clients)}
    column = {site.key: k for k, site in enumerate(problem.sites)}
    yield from _sites(problem, result, sites)
    aside = {one.key for one in result.aside}
    parts: dict[str, list[Served]] = defaultdict(list)
    for served in result.assignment:
        parts[served.client].append(served)
        if served.client not in clients or served.site not in result.sites:
            yield _wrong("unknown_pair", client=served.client, site=served.site)
            continue
        far = float(problem.distances[row[served.client]][column[served.site]])
        if not isfinite(far) or far != served.distance or served.share <= 0:
            yield _wrong("distance_differs", client=served.client, site=served.site)
    for key in clients:
        share = fsum(one.share for one in parts[key])
        if key in aside:
            if parts[key]:
                yield _wrong("aside_but_served", client=key)
        elif not _same(share, 1.0) and not (result.model == "covering" and not parts[key]):
            yield _wrong("not_whole", client=key, share=str(share))
        if result.model != "facilities" and len(parts[key]) > 1:
            yield _wrong("split", client=key)
    yield from _loads(result, sites, clients)
    value = _value(problem, result, clients, sites, row, column, radius, aside)
    if not _same(value, result.value):
        yield _wrong("value_differs", value=str(value))
    yield from _bound(result)


def _sites(problem: Problem, result: Result, sites: dict[str, Site]) -> Iterator[Reason]:
    standing = {site.key for site in problem.sites if site.open}
    aside = {one.key for one in result.aside}
    if len(set(result.sites)) != len(result.sites) or set(result.sites) - set(sites):
        yield _wrong("unknown_site")
    if standing - aside - set(result.sites):
        yield _wrong("standing_closed")
    if set(result.opened) != set(result.sites) - standing:
        yield _wrong("opened_differs")
    if problem.new is not None and len(result.opened) > problem.new:
        yield _wrong("too_many", opened=str(len(result.opened)))
    for key in result.opened:
        if key in sites and sites[key].barred:
            yield _wrong("barred", site=key)


def _loads(result: Result, sites: dict[str, Site], clients: dict[str, Client]) -> Iterator[Reason]:
    if result.model not in ("capacitated", "facilities"):
        return
    for key in result.sites:
        load = fsum((clients[one.client].demand or 0.0) * one.share for one in result.assignment if one.site == key)
        capacity = sites[key].capacity or 0.0
        if load > capacity * (1 + NEAR) + NEAR:
            yield _wrong("over_capacity", site=key, load=str(load), capacity=str(capacity))
        told = [one for one in result.loads if one.site == key]
        if len(told) != 1 or not _same(told[0].demand, load):
            yield _wrong("load_differs", site=key)


def _value(
    problem: Problem, result: Result, clients: dict[str, Client], sites: dict[str, Site],
    row: dict[str, int], column: dict[str, int], radius: float | None, aside: set[str],
) -> float:  # fmt: skip
    """The value from the sites alone where no capacities bind, from the assignment where they do."""
    if result.model in ("capacitated", "facilities"):
        moving = fsum((clients[one.client].weight or 0.0) * one.distance * one.share for one in result.assignment)
        fixed = fsum(sites[key].fixed_cost or 0.0 for key in result.sites) if result.model == "facilities" else 0.0
        return moving + fixed
    nearest = {}
    for key, client in clients.items():
        if key in aside or client.weight is None:
            continue
        ways = [float(problem.distances[row[key]][column[site]]) for site in result.sites]
        nearest[key] = min((way for way in ways if way >= 0), default=inf)
    if result.model == "median":
        return fsum((clients[key].weight or 0.0) * far for key, far in nearest.items())
    if result.model == "center":
        return max((far for key, far in nearest.items() if (clients[key].weight or 0.0) > 0), default=0.0)
    limit = inf if radius is None else radius
    return fsum(clients[key].weight or 0.0 for key, far in nearest.items() if far <= limit)


def _bound(result: Result) -> Iterator[Reason]:
    worse = result.value - result.bound if result.model != "covering" else result.bound - result.value
    if worse < -NEAR * max(1.0, abs(result.value)):
        yield _wrong("bound_beyond_value")
    top = max(abs(result.value), abs(result.bound))
    gap = abs(worse) / top if top > 0 else 0.0
    if not _same(gap, result.gap):
        yield _wrong("gap_differs")
    if result.status == "optimal" and result.gap > NEAR:
        yield _wrong("status_differs")
