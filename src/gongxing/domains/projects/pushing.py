"""Projects and budgets as the problem of ``engines/portfolio``: which of the waiting projects to push in a year.

A candidate is a project that is in the pool, negotiated, signed or preparing. Its value is told in points: of each term (output, tax, jobs at full
capacity; maturity) it has its share of what all candidates together have, times 100, so that the whole pool is worth 100 points
whatever the weights, which are made to add up to 1. Needs are what the project says it takes; land is new land (nothing for own land and hired workshops). What nobody has
told is unknown, never 0: such a project is set aside and named. A project that counts on central money takes it from one fund only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import fsum
from typing import Any

from gongxing.domains.projects.facts import catalogue_level
from gongxing.domains.projects.models import FUND_FIELDS, Budget, Project, TwinQuestion
from gongxing.engines.portfolio import Budget as Limit
from gongxing.engines.portfolio import Candidate, Draw, Emphasis, Fund, Problem
from gongxing.kernel.org.models import Unit

WAITING = ("reserve", "negotiation", "signed", "pre_construction")
TERMS = ("output", "tax", "jobs", "maturity")
FIELDS: Mapping[str, str] = {
    "output": "output_planned",
    "tax": "tax_planned",
    "jobs": "jobs_planned",
    "maturity": "maturity",
}
WEIGHTS: Mapping[str, float] = {"output": 0.35, "tax": 0.25, "jobs": 0.15, "maturity": 0.25}
"""What the form begins with: our suggestion, the county sets its own."""
UNITS: Mapping[str, str] = {
    "land_mu": "亩", "energy_tce": "吨标准煤", "power_kwh": "万千瓦时", "cod": "吨", "nh3n": "吨", "nox": "吨", "vocs": "吨", "fund_county": "万元", "fund": "万元",
}  # fmt: skip
NO_NEW_LAND = (Project.LandMode.OWNED, Project.LandMode.LEASE_BUILDING)
BARRED = (Project.Catalogue.RESTRICTED, Project.Catalogue.ELIMINATED)
SAME = (TwinQuestion.Answer.OPEN, TwinQuestion.Answer.SAME, TwinQuestion.Answer.RESIGNED)
UNNAMED = "?"
"""The fund of a project that counts on central money in a year without any: it is set aside, not given for nothing."""
GAP, SECONDS = 0.001, 10.0


@dataclass(frozen=True)
class Asked:
    """What the reader wants: the year of the budgets, weights by term (0 to 1, not all 0), projects decided already, projects left out, the
    term of the third plan ("": as different as possible) and the part of the best value it may lose."""

    year: int
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    must: tuple[int, ...] = ()
    leave: tuple[int, ...] = ()
    emphasis: str = "tax"
    loss: float = 0.05
    differ: int = 3


def waiting() -> list[Project]:
    """The projects that could be pushed, in the order of their numbers. One query."""
    rows = Project.objects.filter(stage__in=WAITING).select_related("site", "unit", "firm")
    return list(rows.order_by("number"))


def problem(asked: Asked, projects: Sequence[Project]) -> Problem:
    """The engine's problem. Two queries (budgets, twins)."""
    budgets = list(Budget.objects.filter(year=asked.year).select_related("park").order_by("ref"))
    kept = [one for one in projects if one.pk not in asked.leave]
    totals = {
        term: fsum(float(value) for one in kept if (value := getattr(one, FIELDS[term])) is not None) for term in TERMS
    }
    weights = {term: weight for term, weight in asked.weights.items() if weight > 0}
    whole = fsum(weights.values()) or 1.0
    twins = _twins([one.pk for one in kept])
    funds = sorted({one.fund for one in budgets if one.resource == Budget.Resource.FUND})
    return Problem(
        candidates=tuple(_candidate(one, totals, weights, funds, twins.get(one.pk, ()), one.pk in asked.must) for one in kept),
        budgets=tuple(
            Limit(one.resource, float(one.amount), one.park.code if one.park is not None else "", UNITS[one.resource])
            for one in budgets
            if one.resource != Budget.Resource.FUND
        ),
        funds=tuple(
            Fund(name, fsum(float(one.amount) for one in budgets if one.fund == name), unit=UNITS["fund"]) for name in funds
        ),
        weights={term: weight / whole for term, weight in weights.items()},
        emphasis=Emphasis(asked.emphasis, {asked.emphasis: 1.0}) if asked.emphasis else None,
        differ=asked.differ, loss=asked.loss, gap=GAP, seconds=SECONDS,
    )  # fmt: skip


def _candidate(
    project: Project,
    totals: Mapping[str, float],
    weights: Mapping[str, float],
    funds: Sequence[str],
    twins: tuple[int, ...],
    must: bool,
) -> Candidate:
    values: dict[str, float | None] = {}
    for term in TERMS:
        value = getattr(project, FIELDS[term])
        values[term] = None if value is None else 100.0 * float(value) / totals[term] if totals[term] else 0.0
    site = project.site if project.site is not None else project.unit
    draws = _draws(project, funds)
    return Candidate(
        key=str(project.pk), values=values, needs=needs(project), park=site.code if site.kind == Unit.Kind.PARK else "", funds=draws,
        without_fund=not draws, must=must, barred=project.catalogue if catalogue_level(project) in BARRED else "", excludes=tuple(str(one) for one in twins),
    )  # fmt: skip


def needs(project: Project) -> dict[str, float | None]:
    """What a project takes of each resource; None: nobody has told."""
    land = (
        Decimal(0)
        if project.land_mode in NO_NEW_LAND
        else project.land_new_mu
        if project.land_new_mu is not None
        else project.land_mu
    )
    told = any(getattr(project, name) is not None for name in FUND_FIELDS)
    county = project.fund_county if project.fund_county is not None else Decimal(0) if told else None
    given = {
        "land_mu": land, "energy_tce": project.energy_tce, "power_kwh": project.power_kwh, "cod": project.cod, "nh3n": project.nh3n, "nox": project.nox,
        "vocs": project.vocs, "fund_county": county,
    }  # fmt: skip
    return {name: None if value is None else float(value) for name, value in given.items()}


def _draws(project: Project, funds: Sequence[str]) -> tuple[Draw, ...]:
    """What it would take from the funds it may apply to: the one it named, or any of them."""
    if not project.fund_central:
        return ()
    names = [project.central_fund] if project.central_fund else list(funds) or [UNNAMED]
    return tuple(Draw(name, float(project.fund_central)) for name in names)


def _twins(keys: Sequence[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    there = set(keys)
    for one, other in TwinQuestion.objects.filter(answer__in=SAME, one__in=keys).values_list("one_id", "other_id"):
        if other in there:
            found.setdefault(one, []).append(other)
    return {key: tuple(sorted(others)) for key, others in found.items()}


def plain(asked: Asked) -> dict[str, Any]:
    """The question as JSON."""
    return {
        "year": asked.year, "weights": dict(asked.weights), "must": list(asked.must), "leave": list(asked.leave), "emphasis": asked.emphasis,
        "loss": asked.loss, "differ": asked.differ,
    }  # fmt: skip


def asked_from(raw: Mapping[str, Any]) -> Asked:
    """The question out of JSON."""
    return Asked(**{**raw, "must": tuple(raw["must"]), "leave": tuple(raw["leave"])})
