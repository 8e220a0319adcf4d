"""How hard a parcel is to clear, how far that is, and what it may still cost and take: ``engines.clearance`` asked with the rows of the county."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from gongxing.domains.land.models import ClearanceUnit, Parcel
from gongxing.engines.clearance import (
    Difficulty,
    Estimate,
    Finished,
    Measure,
    Rules,
    UnitFacts,
    UnitProgress,
    difficulty,
    estimate,
    progress,
)
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

RENEW_CLEARANCE = "land.renew_clearance"
"""The verb of the renewal that writes the difficulty of a unit."""
MONTHS, COSTS = "months_by_households", ("cost_by_building", "cost_by_area")
DAYS_A_MONTH = 30.4375
YEAR_MONTHS = 12


@dataclass(frozen=True)
class Clearance:
    """One unit with everything worked out of it."""

    unit: ClearanceUnit
    difficulty: Difficulty
    estimates: tuple[Estimate, ...]

    @property
    def cost(self) -> Estimate | None:
        """The estimate of the cost: by building where there is one, else by area."""
        return next(
            (one for code in COSTS for one in self.estimates if one.code == code and one.status == "estimated"), None
        )

    @property
    def months(self) -> Estimate | None:
        """The estimate of the time."""
        return next((one for one in self.estimates if one.code == MONTHS and one.status == "estimated"), None)

    def left(self, *codes: str) -> float | None:
        """The middle of the first estimate there is of these; 0 where there is nothing to do, None where nobody knows."""
        mine = [one for code in codes for one in self.estimates if one.code == code]
        found = next((one for one in mine if one.status == "estimated"), None)
        if found is not None:
            return found.middle
        return 0.0 if mine and all(one.status == "nothing" for one in mine) else None


@dataclass(frozen=True)
class Outlook:
    """What clearing means for a parcel in a layout: the phase from which it is net land (None: nobody knows), what it
    may still cost in 万元 (None: unknown), mu still to clear (None: unknown)."""

    phase: int | None
    cost: float | None
    mu: float | None


CLEAR = Outlook(1, 0.0, 0.0)


def rules_on(day: date) -> Rules:
    """Weights and full measures as they hold on a day. KeyError where the pack lacks one."""
    rows = {row["code"]: row for row in table("parameters", "parameters", day) if row["code"].startswith("clearance.")}
    return Rules.from_rows(rows, {code: row.status for code, row in rows.items()})


def facts_of(unit: ClearanceUnit) -> UnitFacts:
    """The facts of a unit as the engine reads them: shares 0 to 1, unknown None."""
    return UnitFacts(
        households=unit.households,
        building_m2=_number(unit.floor_m2),
        area_mu=_number(unit.land_mu),
        disputes=_share(unit.disputed_share),
        graves=_number(unit.graves),
        crops=_share(unit.crops_share),
        livestock=_number(unit.livestock),
        stoppage=_number(unit.stoppage_wan),
        farmland_forest=unit.farmland_forest or None,
        funds=_share(unit.funds_share),
        legacy=unit.legacy or None,
    )


def history(rules: Rules) -> list[Finished]:
    """The county's finished units with what they cost and took. One query."""
    rows = ClearanceUnit.objects.filter(cleared_on__isnull=False, started_on__isnull=False).order_by("ref")
    return [
        Finished(
            one.ref, difficulty(facts_of(one), rules).middle, _number(one.floor_m2), _number(one.land_mu), one.households, _number(one.cost_wan),
            (one.cleared_on - one.started_on).days / DAYS_A_MONTH if one.cleared_on is not None and one.started_on is not None else None,
        )
        for one in rows
    ]  # fmt: skip


def clearances(units: Iterable[ClearanceUnit], day: date) -> list[Clearance]:
    """Each unit with its difficulty and, where it is not finished, its estimates. One query."""
    rules = rules_on(day)
    known = history(rules)
    found = []
    for one in units:
        facts = facts_of(one)
        own = difficulty(facts, rules)
        found.append(Clearance(one, own, () if one.cleared_on is not None else estimate(facts, own, known, rules)))
    return found


def measures(units: Sequence[ClearanceUnit]) -> tuple[Measure, ...]:
    """How far a group of units is, each measure over the units that know both of its figures."""
    return progress(
        [
            UnitProgress(
                one.ref, one.households, one.agreed, one.vacated, _number(one.land_mu), _number(one.cleared_mu), _number(one.compensation_wan),
                _number(one.paid_wan),
            )
            for one in units
        ]
    )  # fmt: skip


def outlooks(parcels: Sequence[Parcel], year: int) -> Mapping[int, Outlook]:
    """What clearing means for each parcel in a layout whose first phase is ``year``. A parcel with open units whose cost or time nobody can estimate has None
    for it. Two queries."""
    units: dict[int, list[ClearanceUnit]] = defaultdict(list)
    for one in ClearanceUnit.objects.filter(parcel__in=[row.pk for row in parcels], cleared_on__isnull=True).order_by(
        "ref"
    ):
        units[one.parcel_id].append(one)
    day = today()
    worked = {one.unit.pk: one for one in clearances([unit for mine in units.values() for unit in mine], day)}
    return {
        row.pk: _outlook([worked[unit.pk] for unit in units[row.pk]], day, year) if row.pk in units else CLEAR
        for row in parcels
    }


def _outlook(open_units: Sequence[Clearance], day: date, year: int) -> Outlook:
    """What is paid, cleared and past already is taken off the estimates of whole units."""
    mu: float | None = 0.0
    cost: float | None = 0.0
    longest: float | None = 0.0
    for one in open_units:
        unit, money, months = one.unit, one.left(*COSTS), one.left(MONTHS)
        area = None if unit.land_mu is None else max(0.0, float(unit.land_mu) - float(unit.cleared_mu or 0))
        past = (day - unit.started_on).days / DAYS_A_MONTH if unit.started_on is not None else 0.0
        mu = None if mu is None or area is None else mu + area
        cost = None if cost is None or money is None else cost + max(0.0, money - float(unit.paid_wan or 0))
        longest = None if longest is None or months is None else max(longest, months - past)
    if longest is None:
        return Outlook(None, cost, mu)
    ahead = (day.year - year) * YEAR_MONTHS + day.month - 1 + longest
    return Outlook(max(1, ceil(ahead / YEAR_MONTHS)), cost, mu)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _share(value: object) -> float | None:
    return None if value is None else float(str(value)) / 100
