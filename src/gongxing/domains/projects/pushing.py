"""Projects and budgets as the problem of ``engines/portfolio``: which of the waiting projects to push in a year.

A candidate is a project that is in the pool, negotiated, signed or preparing. Its value is told in points: of each term (output, tax, jobs at full
capacity; maturity) it has its share of what all candidates that may be chosen together have, times 100, so that the whole pool is worth 100 points
whatever the weights, which are made to add up to 1. Needs are what the project says it takes; land is new land (nothing for own land and hired workshops). What nobody has
told is unknown, never 0: such a project is set aside and named. A project that counts on central money takes it from one fund only.
Set aside by name are also restricted and eliminated industries, projects the pool proposes to remove (unless the yearly vetting decided to keep them) and
projects on hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import fsum
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from gongxing.domains.projects.facts import catalogue_level
from gongxing.domains.projects.models import FUND_FIELDS, Budget, Move, Project, TwinQuestion, VettingItem
from gongxing.domains.projects.reckoning import quiet_days, rules_on, stale_of
from gongxing.engines.portfolio import Budget as Limit
from gongxing.engines.portfolio import Candidate, Draw, Emphasis, Fund, Problem
from gongxing.kernel.clock import today
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
KEPT = (VettingItem.Choice.KEEP, VettingItem.Choice.AMEND)
EXIT, HOLD = "exit", "hold"
"""Why a project may not be chosen, besides the level of its industry: ``exit:<days>`` and ``hold:<day or nothing>``."""


class Standing(NamedTuple):
    """How a project stands in the pool: how stale it is, days without a change (None: nobody knows), and whether a person decided to keep it."""

    stale: str
    quiet: int | None
    kept: bool


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
    """The projects that could be pushed and those on hold that could be otherwise, in the order of their numbers. One query."""
    held = Move.objects.filter(project=OuterRef("pk"), to_stage=Project.Stage.PAUSED).order_by("-on", "-pk")
    rows = Project.objects.annotate(held_from=Subquery(held.values("from_stage")[:1])).filter(
        Q(stage__in=WAITING)
        | Q(stage=Project.Stage.PAUSED, held_from__in=WAITING)
        | Q(stage=Project.Stage.PAUSED, held_from__isnull=True, started_on__isnull=True)
    )
    return list(rows.select_related("site", "unit", "firm").order_by("number"))


def standings(projects: Sequence[Project], day: date) -> dict[int, Standing]:
    """How each stands in the pool as of a day. One query besides the rules. A decision to keep holds as long as a change would: until the line of exit."""
    rules = rules_on(day)
    decided: dict[int, VettingItem] = {}
    items = VettingItem.objects.filter(project__in=[one.pk for one in projects], decided_on__isnull=False)
    for item in items.order_by("decided_on", "pk"):
        decided[item.project_id] = item
    found = {}
    for one in projects:
        last, lines = decided.get(one.pk), rules.stale.get(one.stage)
        kept = last is not None and last.decision in KEPT and last.decided_on is not None
        if kept and last is not None and last.decided_on is not None and lines is not None:
            kept = lines.state((day - last.decided_on).days) != EXIT
        found[one.pk] = Standing(str(stale_of(one, day, rules)), quiet_days(one, day), kept)
    return found


def barred(project: Project, standing: Standing) -> str:
    """The code of the reason why a project may not be chosen; "" where it may."""
    if catalogue_level(project) in BARRED:
        return str(project.catalogue)
    if standing.stale == EXIT and not standing.kept:
        return f"{EXIT}:{standing.quiet}"
    if project.stage == Project.Stage.PAUSED:
        return f"{HOLD}:{project.paused_until.isoformat() if project.paused_until is not None else ''}"
    return ""


def problem(asked: Asked, projects: Sequence[Project], stood: Mapping[int, Standing] | None = None) -> Problem:
    """The engine's problem; ``stood``: how the projects stand in the pool, as of today when not given. Three queries (budgets, twins, decisions)
    besides the rules."""
    stood = standings(projects, today()) if stood is None else stood
    stops = {one.pk: barred(one, stood[one.pk]) for one in projects}
    budgets = list(Budget.objects.filter(year=asked.year).select_related("park").order_by("ref"))
    kept = [one for one in projects if one.pk not in asked.leave]
    totals = {
        term: fsum(
            float(value) for one in kept if not stops[one.pk] and (value := getattr(one, FIELDS[term])) is not None
        )
        for term in TERMS
    }
    weights = {term: weight for term, weight in asked.weights.items() if weight > 0}
    whole = fsum(weights.values()) or 1.0
    twins = _twins([one.pk for one in kept])
    funds = sorted({one.fund for one in budgets if one.resource == Budget.Resource.FUND})
    return Problem(
        candidates=tuple(_candidate(one, totals, weights, funds, twins.get(one.pk, ()), one.pk in asked.must, stops[one.pk]) for one in kept),
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
    stop: str,
) -> Candidate:
    values: dict[str, float | None] = {}
    for term in TERMS:
        value = getattr(project, FIELDS[term])
        values[term] = None if value is None else 100.0 * float(value) / totals[term] if totals[term] else 0.0
    site = project.site if project.site is not None else project.unit
    draws = _draws(project, funds)
    return Candidate(
        key=str(project.pk), values=values, needs=needs(project), park=site.code if site.kind == Unit.Kind.PARK else "", funds=draws,
        without_fund=not draws, must=must, barred=stop, excludes=tuple(str(one) for one in twins),
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
