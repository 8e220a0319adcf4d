"""What is let in: projects, parcels and rules that can be judged; the others are set aside with a reason or said to be not checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from gongxing.engines.allocation.figures import by_code, known
from gongxing.engines.allocation.model import Border, Parameters, Parcel, Park, Problem, Project
from gongxing.engines.reasons import Reason

T = TypeVar("T", Park, Parcel, Project)


@dataclass(frozen=True)
class Admitted:
    """Sorted by code. ``aside``: the reason of each project that is not considered; ``notes``: what else is to be said."""

    parks: tuple[Park, ...]
    parcels: tuple[Parcel, ...]
    projects: tuple[Project, ...]
    borders: tuple[Border, ...]
    parameters: Parameters
    aside: tuple[tuple[str, tuple[Reason, ...]], ...]
    notes: tuple[Reason, ...]


def _once(listed: Sequence[T], kind: str, notes: list[Reason]) -> list[T]:
    """Sorted, none twice: what is listed twice is said and left out, for nobody knows which one holds."""
    names = [one.key if isinstance(one, Project) else one.code for one in listed]
    kept = []
    for name, one in sorted(zip(names, listed, strict=True), key=lambda pair: pair[0]):
        if names.count(name) == 1:
            kept.append(one)
    for name in sorted({name for name in names if names.count(name) > 1}):
        notes.append(Reason.of(f"allocation.twice.{kind}", code=name))
    return kept


def admit(problem: Problem) -> Admitted:
    """Sort, check and set aside. ValueError only for parameters that make no sense (no phase, negative slack)."""
    p = problem.parameters
    if p.phases < 1 or p.merge < 1 or p.slack < 0 or p.sites < 1:
        raise ValueError("phases, merge and sites are at least 1, slack is not negative")
    notes: list[Reason] = []
    parks = _once(problem.parks, "park", notes)
    parcels = _parcels(_once(problem.parcels, "parcel", notes), parks, p, notes)
    aside: list[tuple[str, tuple[Reason, ...]]] = []
    projects = []
    utilities = _utilities(parks, notes)
    for one in _once(problem.projects, "project", notes):
        reasons = tuple(_not_judged(one, p, utilities))
        if reasons:
            aside.append((one.key, reasons))
            continue
        projects.append(one)
        notes.extend(_unchecked(one, p, parks, utilities))
    longest = sorted(problem.borders, key=lambda one: one.edge)
    borders = sorted({(min(one.a, one.b), max(one.a, one.b)): one for one in longest}.items())
    return Admitted(
        tuple(parks), tuple(parcels), tuple(projects), tuple(one for _, one in borders), p, tuple(aside), tuple(notes)
    )


def _counts(p: Parameters, term: str) -> bool:
    """Whether a term counts anywhere."""
    return any(getattr(weights, term) != 0 for weights in (p.weights, *(one.weights for one in p.emphases)))


def _parcels(listed: list[Parcel], parks: list[Park], p: Parameters, notes: list[Reason]) -> list[Parcel]:
    codes = {one.code for one in parks}
    costed = _counts(p, "cost") or p.funds is not None
    kept = []
    for one in listed:
        if one.park not in codes:
            why = "park_unknown"
        elif one.mu is None or not known(one.mu) or one.mu <= 0:
            why = "mu_unknown"
        elif costed and not (known(one.clearance_cost) and known(one.levelling_cost)):
            why = "cost_unknown"
        elif _counts(p, "clearing") and not known(one.to_clear):
            why = "clearing_unknown"
        else:
            kept.append(one)
            continue
        notes.append(Reason.of(f"allocation.parcel.{why}", parcel=one.code))
    return kept


def _utilities(parks: list[Park], notes: list[Reason]) -> set[str]:
    """The names of utilities that limit something."""
    names = set()
    for park in parks:
        for one in park.utilities:
            if known(one.used) and one.capacity and all(known(amount) for amount in one.capacity):
                names.add(one.name)
            else:
                notes.append(Reason.of("allocation.unchecked.capacity", park=park.code, utility=one.name))
    return names


def _not_judged(one: Project, p: Parameters, utilities: set[str]) -> list[Reason]:
    found = []
    if one.need is None or not known(one.need) or one.need <= 0:
        found.append(Reason.of("allocation.aside.need_unknown"))
    if not one.use:
        found.append(Reason.of("allocation.aside.use_unknown"))
    for term in ("output", "tax"):
        if _counts(p, term) and not known(getattr(one, term)):
            found.append(Reason.of(f"allocation.aside.{term}_unknown"))
    if p.unknown_needs == "aside":
        found.extend(
            Reason.of("allocation.aside.utility_unknown", utility=name)
            for name in sorted(utilities)
            if not known(one.needs.get(name))
        )
    latest = p.phases if one.latest is None else min(one.latest, p.phases)
    if one.earliest > latest:
        found.append(Reason.of("allocation.aside.no_phase", earliest=str(one.earliest), latest=str(latest)))
    return found


def _unchecked(one: Project, p: Parameters, parks: Sequence[Park], utilities: set[str]) -> list[Reason]:
    """Rules that cannot be tried on a project; a park's minimum only where the project may enter it."""
    found, may = [], [park for park in parks if one.park in ("", park.code)]
    if not known(one.investment) and (by_code(p.intensity, one.industry) or any(park.intensity for park in may)):
        found.append(Reason.of("allocation.unchecked.intensity", project=one.key))
    if not known(one.floor_area) and (by_code(p.floor_ratio, one.industry) or any(park.floor_ratio for park in may)):
        found.append(Reason.of("allocation.unchecked.floor", project=one.key))
    found.extend(
        Reason.of("allocation.unchecked.utility", project=one.key, utility=name)
        for name in sorted(utilities)
        if not known(one.needs.get(name))
    )
    return found
