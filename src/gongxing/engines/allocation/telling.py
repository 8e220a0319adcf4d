"""A set of options told as a plan: placements with reasons, figures, parks, phases, limits."""

from __future__ import annotations

from math import fsum

import numpy as np

from gongxing.engines.allocation.figures import gap, known, leads, shown, sure
from gongxing.engines.allocation.greedy import State, state_of
from gongxing.engines.allocation.model import Weights
from gongxing.engines.allocation.results import (
    Figures,
    ParkFigures,
    Part,
    PhaseFigures,
    Placement,
    Plan,
    RowId,
    Use,
)
from gongxing.engines.allocation.sites import RULES, minimums
from gongxing.engines.allocation.table import TERMS, Table, weighed
from gongxing.engines.reasons import Reason

HARD = ("use", "conflict", "flags", "distance", "available", "intensity", "floor")
"""Rules that are not the county's to waive."""


def valued(table: Table, weights: Weights, options: tuple[int, ...]) -> float:
    """What a plan is worth under some weights."""
    return state_of(table, table.terms @ weighed(weights), table.unit * weights.clustering, options).value()


def placement_of(table: Table, state: State, option: int) -> Placement:
    """One option of a plan with its reasons."""
    place = int(table.project[option])
    one, site = table.projects[place], int(table.site[option])
    park = table.catalogue.parks[int(table.park[option])]
    share = float(table.taken[option] / table.catalogue.area[site])
    clear = float(table.catalogue.clear[site]) * share
    reasons = []
    if leads(park.leading, one.industry):
        reasons.append(Reason.of("allocation.here.leading", park=park.code, industry=one.industry))
    companions = [
        table.projects[int(other)].key
        for other in np.flatnonzero(table.share[place] * state.inside[:, int(table.park[option])])
    ]
    settled = sorted(set(one.chains) & set(park.chains))
    if companions or settled:
        reasons.append(
            Reason.of(
                "allocation.here.chain",
                projects=" ".join(companions),
                settled=" ".join(settled),
                count=str(len(companions)),
            )
        )
    fit = sure(one.need) / float(table.taken[option])
    reasons.append(
        Reason.of(
            "allocation.here.fit", need=shown(sure(one.need)), mu=shown(float(table.taken[option])), share=shown(fit)
        )
    )
    if clear == 0:
        reasons.append(Reason.of("allocation.here.ready" if table.phase[option] == 1 else "allocation.here.net"))
    else:
        reasons.append(Reason.of("allocation.here.clear", mu=shown(clear), phase=str(int(table.phase[option]))))
    if one.fixed is not None:
        reasons.append(Reason.of("allocation.here.by_hand"))
        reasons.extend(broken(table, place))
    return Placement(
        project=one.key,
        park=park.code,
        parcels=table.catalogue.key(site),
        phase=int(table.phase[option]),
        mu=float(table.taken[option]),
        piece=bool(table.piece[option]),
        cost=float(table.catalogue.cost[site]) * share,
        to_clear=clear,
        value=state.gain_of(option),
        by_hand=one.fixed is not None,
        reasons=tuple(reasons),
    )


def broken(table: Table, place: int) -> tuple[Reason, ...]:
    """Rules that a placement by hand breaks: ``allocation.broken.<rule>`` with what is lacking ("" where no amount can be said)."""
    one = table.projects[place]
    if one.fixed is None or table.start[place] == table.start[place + 1]:
        return ()
    option = int(table.start[place])
    site, mu, phase = int(table.site[option]), float(table.taken[option]), int(table.phase[option])
    fit = table.fits_of(place)
    lacks = {name: float(fit.lacks[number, site]) for number, name in enumerate(RULES)}
    p = table.parameters
    most = sure(one.need) * (1 + (p.slack if one.slack is None else one.slack))
    lacks["small"] = max(sure(one.need) * (1 - 1e-9) - mu, 0.0)
    lacks["large"] = mu - most if mu > most * (1 + 1e-9) else 0.0
    least = float(table.catalogue.least_piece[site])
    lacks["piece"] = max(least - mu, 0.0) if table.piece[option] else 0.0
    if table.piece[option] and not table.catalogue.splittable[site]:
        lacks["piece"] = float("inf")
    asked = dict(minimums(one, table.catalogue.parks[int(table.park[option])], p))
    for name in ("intensity", "floor", "intensity_park", "floor_park"):
        lacks[name] = max(mu - asked[name] * (1 + 1e-9), 0.0) if name in asked else 0.0
    first = max(float(table.catalogue.available[site]), 1.0)
    lacks["available"] = 0.0 if phase >= first else (float("inf") if first >= 10**6 else first - phase)
    told = [
        Reason.of(
            f"allocation.broken.{name}",
            lacks="" if amount == float("inf") else shown(amount),
            hard="1" if name in HARD else "",
        )
        for name, amount in lacks.items()
        if amount > 0
    ]
    latest = p.phases if one.latest is None else one.latest
    if not one.earliest <= phase <= latest:
        told.append(Reason.of("allocation.broken.phase", phase=str(phase), hard=""))
    return tuple(told)


def plan_of(
    table: Table,
    name: str,
    options: tuple[int, ...],
    weights: Weights,
    bound: float,
    best: tuple[int, ...] | None = None,
    proved: bool = False,
) -> Plan:
    """The plan. ``weights``: its emphasis; ``bound``: under these; ``best``: the best plan it is held against (None: itself)."""
    main = table.parameters.weights
    state = state_of(table, table.terms @ weighed(main), table.unit * main.clustering, options)
    value = state.value()
    own = valued(table, weights, options)
    against = valued(table, main, best if best is not None else options)
    placements = tuple(sorted((placement_of(table, state, one) for one in options), key=lambda one: one.project))
    points = table.terms[list(options)].sum(axis=0)
    points[TERMS.index("clustering")] += table.unit * state.together()
    return Plan(
        name=name,
        placements=placements,
        value=value,
        share=(against - value) / against if against > 0 else None,
        own=own,
        bound=max(bound, own),
        gap=gap(own, max(bound, own)),
        proved=proved,
        differs=differs(table, options, best if best is not None else options),
        parts=tuple(
            Part(term, float(point), float(weight))
            for term, point, weight in zip(TERMS, points, weighed(main), strict=True)
        ),
        figures=_figures(table, state, placements),
        parks=_parks(table, placements),
        phases=tuple(_phase(table, t, placements) for t in range(1, table.parameters.phases + 1)),
        uses=tuple(_uses(table, state)),
    )


def differs(table: Table, one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How many projects stand on another site or in only one of the plans."""
    a = {int(table.project[option]): int(table.site[option]) for option in one}
    b = {int(table.project[option]): int(table.site[option]) for option in other}
    return sum(a.get(place) != b.get(place) for place in a.keys() | b.keys())


def _fit(placements: tuple[Placement, ...], needs: list[float]) -> float | None:
    """How well land taken and land needed agree: the common part over the larger. Too little, which only a hand gives, counts like too much."""
    larger = fsum(max(one.mu, need) for one, need in zip(placements, needs, strict=True))
    return fsum(min(one.mu, need) for one, need in zip(placements, needs, strict=True)) / larger if larger > 0 else None


def _figures(table: Table, state: State, placements: tuple[Placement, ...]) -> Figures:
    listed = {one.key: one for one in table.projects}
    placed = [listed[one.project] for one in placements]
    park = {one.code: one for one in table.catalogue.parks}
    mu = fsum(one.mu for one in placements)
    unknown = sum(not known(one.output) or not known(one.tax) for one in placed)
    tax = fsum(one.tax for one in placed if one.tax is not None and known(one.tax))
    led = sum(leads(park[there.park].leading, one.industry) for there, one in zip(placements, placed, strict=True))
    pairs = 0
    for k in range(state.inside.shape[1]):
        inside = np.flatnonzero(state.inside[:, k])
        pairs += int(table.share[np.ix_(inside, inside)].sum()) // 2
    return Figures(
        placed=len(placements),
        listed=len(table.projects) + len(table.admitted.aside),
        output=fsum(one.output for one in placed if one.output is not None and known(one.output)),
        tax=tax,
        mu=mu,
        tax_per_mu=tax / mu if mu > 0 and not unknown else None,
        leading=led / len(placements) if placements else None,
        fit=_fit(placements, [sure(one.need) for one in placed]),
        to_clear=fsum(one.to_clear for one in placements),
        cost=fsum(one.cost for one in placements),
        ready=sum(one.phase == 1 and one.to_clear == 0 for one in placements),
        together=pairs,
        unknown=unknown,
    )


def _parks(table: Table, placements: tuple[Placement, ...]) -> tuple[ParkFigures, ...]:
    listed = {one.key: one for one in table.projects}
    total = fsum(one.mu for one in placements)
    told = []
    for k, park in enumerate(table.catalogue.parks):
        here = [one for one in placements if one.park == park.code]
        mu = fsum(one.mu for one in here)
        offered = float(table.catalogue.mu[:-1][table.catalogue.parcel_park == k].sum())
        outputs = [listed[one.project].output for one in here]
        told.append(
            ParkFigures(
                park.code, len(here), mu, mu / total if total > 0 else None,
                fsum(one for one in outputs if one is not None and known(one)), offered - mu,
            )
        )  # fmt: skip
    return tuple(told)


def _phase(table: Table, phase: int, placements: tuple[Placement, ...]) -> PhaseFigures:
    listed = {one.key: one for one in table.projects}
    here = [one for one in placements if one.phase == phase]
    placed = [listed[one.project] for one in here]
    uses = []
    for park in table.catalogue.parks:
        for one in sorted(park.utilities, key=lambda one: one.name):
            if not known(one.used) or not one.capacity or not all(known(amount) for amount in one.capacity):
                continue
            there = sure(one.capacity[min(phase, len(one.capacity)) - 1]) - sure(one.used)
            needs = [
                listed[p.project].needs.get(one.name) for p in placements if p.park == park.code and p.phase <= phase
            ]
            used = fsum(need for need in needs if need is not None and known(need))
            uses.append(Use(RowId("utility", one.name, park.code, phase), one.unit, max(there, 0.0), used))
    return PhaseFigures(
        phase=phase,
        projects=tuple(one.project for one in here),
        mu=fsum(one.mu for one in here),
        to_clear=fsum(one.to_clear for one in here),
        cost=fsum(one.cost for one in here),
        output=fsum(one.output for one in placed if one.output is not None and known(one.output)),
        tax=fsum(one.tax for one in placed if one.tax is not None and known(one.tax)),
        uses=tuple(uses),
    )


def _uses(table: Table, state: State) -> list[Use]:
    """Limits other than parcels, as the plan uses them."""
    return [
        Use(name, unit, float(table.limits[row]), float(state.used[row]))
        for row, (name, unit) in enumerate(zip(table.layout.rows.ids, table.layout.rows.units, strict=True))
        if name.kind != "parcel"
    ]
