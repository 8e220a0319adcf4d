"""Why a project is not in a plan: every rule against every site, and every limit beside the plan."""

from __future__ import annotations

import numpy as np

from gongxing.engines.allocation.figures import shown, sure
from gongxing.engines.allocation.greedy import State
from gongxing.engines.allocation.results import Blocked, Lost, Tried
from gongxing.engines.allocation.sites import RULES, Fit
from gongxing.engines.allocation.table import Table
from gongxing.engines.reasons import Reason

MOST_BLOCKED = 12


def all_lost(table: Table, state: State) -> tuple[Lost, ...]:
    """Everybody who is not in the plan, by key; those set aside among them."""
    told = [lost_of(table, state, place) for place in range(len(table.projects)) if state.at[place] < 0]
    told += [Lost(key, True, reasons[0].code, 0, 0, (), (), reasons) for key, reasons in table.admitted.aside]
    return tuple(sorted(told, key=lambda one: one.project))


def lost_of(table: Table, state: State, place: int) -> Lost:
    """One project against the plan."""
    one = table.projects[place]
    fit = table.fits_of(place)
    fits = int(fit.fits[: table.catalogue.listed].sum())
    tried = _tried(table, fit)
    blocked = _blocked(table, state, place)
    reasons = []
    if one.fixed is not None:
        binding = "fixed_unknown"
    elif fits == 0:
        binding = _static(tried)
        largest = _largest(table, fit)
        if binding == "small":
            reasons.append(Reason.of("allocation.lost.too_large", need=shown(sure(one.need)), largest=shown(largest)))
        else:
            reasons.append(Reason.of("allocation.lost.no_site", rule=binding))
    elif blocked:
        binding = blocked[0].row.kind
        reasons.append(
            Reason.of(
                "allocation.lost.blocked", kind=binding, name=blocked[0].row.name, park=blocked[0].row.other,
                lacks=shown(blocked[0].lacks), unit=blocked[0].unit,
            )
        )  # fmt: skip
    else:
        binding = "value"
        gain = float(state.gains(place).max()) if table.start[place + 1] > table.start[place] else 0.0
        reasons.append(Reason.of("allocation.lost.value", points=shown(gain)))
    return Lost(one.key, False, binding, table.catalogue.listed, fits, tried, blocked, tuple(reasons))


def _tried(table: Table, fit: Fit) -> tuple[Tried, ...]:
    lacks = fit.lacks[:, : table.catalogue.listed]
    fails = lacks > 0
    number = fails.sum(axis=0)
    told = []
    for place, rule in enumerate(RULES):
        out = fails[place]
        if not out.any():
            continue
        alone = out & (number == 1)
        among = np.flatnonzero(alone if alone.any() else out)
        nearest = int(among[np.lexsort((among, lacks[place, among], number[among]))[0]])
        amount = float(lacks[place, nearest])
        told.append(
            Tried(
                rule,
                int(out.sum()),
                int(alone.sum()),
                table.catalogue.key(nearest),
                amount if np.isfinite(amount) else None,
            )
        )
    return tuple(told)


def _static(tried: tuple[Tried, ...]) -> str:
    """The rule that binds where no site fits: the one that alone rules out most sites; if none is ever alone, the one that rules out
    most."""
    if not tried:
        return "no_parcels"
    order = {name: place for place, name in enumerate(RULES)}
    return max(tried, key=lambda one: (one.alone, one.out, -order[one.rule])).rule


def _largest(table: Table, fit: Fit) -> float:
    """The largest site that keeps every rule but the one of least area."""
    others = [place for place, name in enumerate(RULES) if name != "small"]
    kept = ~(fit.lacks[others][:, : table.catalogue.listed] > 0).any(axis=0)
    return float(table.catalogue.area[: table.catalogue.listed][kept].max(initial=0.0))


def _blocked(table: Table, state: State, place: int) -> tuple[Blocked, ...]:
    """Limits in the way of the project's options; () where an option is free. Parcels taken are told as one: the best such option."""
    low, high = int(table.start[place]), int(table.start[place + 1])
    if high == low or state.open(place).any():
        return ()
    rows, adds = table.rows[low:high], table.adds[low:high]
    over = state.used[rows] + adds - state.room[rows]
    fails = over > 0
    ids = table.layout.rows.ids
    kinds = np.array([0 if name.kind == "parcel" else 1 for name in ids] + [2])
    taken = (fails & (kinds[rows] == 0)).any(axis=1)
    others = (fails & (kinds[rows] == 1)).sum(axis=1)
    gains = state.gains(place)
    found: list[Blocked] = []
    if taken.any():
        alone = taken & (others == 0)
        best = int(np.argmax(np.where(alone if alone.any() else taken, gains, -np.inf)))
        number = int(rows[best][np.argmax(np.where(kinds[rows[best]] == 0, over[best], -np.inf))])
        lacks = float(over[best][(kinds[rows[best]] == 0) & fails[best]].sum())
        found.append(
            Blocked(
                ids[number], int(taken.sum()), int(alone.sum()), lacks, "mu", table.catalogue.key(int(table.site[low + best])),
                int(table.phase[low + best]), _holders(table, state, low + best),
            )
        )  # fmt: skip
    for row in np.unique(rows[fails & (kinds[rows] == 1)]).tolist():
        hit = ((rows == row) & fails).any(axis=1)
        alone = hit & (others == 1) & ~taken
        short = np.where(rows == row, over, -np.inf).max(axis=1)
        among = alone if alone.any() else hit
        best = int(np.lexsort((-gains, np.where(among, short, np.inf)))[0])
        found.append(
            Blocked(
                ids[row], int(hit.sum()), int(alone.sum()), float(short[best]), table.layout.rows.units[row],
                table.catalogue.key(int(table.site[low + best])), int(table.phase[low + best]), (),
            )
        )  # fmt: skip
    found.sort(key=lambda one: (-one.alone, -one.out, one.row))
    return tuple(found[:MOST_BLOCKED])


def _holders(table: Table, state: State, option: int) -> tuple[str, ...]:
    """Projects on the parcels of an option."""
    parcels = set(table.catalogue.key(int(table.site[option])))
    return tuple(
        table.projects[int(table.project[other])].key
        for other in state.at[state.at >= 0]
        if parcels & set(table.catalogue.key(int(table.site[other])))
    )
