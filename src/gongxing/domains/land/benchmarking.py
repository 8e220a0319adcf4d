"""Parks of the county against the peers it loaded: ``engines.parkgaps`` asked with registers and loaded figures.

A figure somebody loaded for a park of the county stands before one worked out of its firms. Peers are loaded, never shipped.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, QuerySet

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Occupant, Park, ParkIndicator
from gongxing.engines.parkgaps import Facility, FacilityRule, Indicator, facilities
from gongxing.engines.parkgaps import Park as Compared
from gongxing.kernel.packs.tables import PackRow, table

PACK, LEAST, OWN, PEER = ("park-indicators", "indicators"), "park.figures.least", "own:", "peer:"
SOURCES = (FirmFigure.Source.STATISTICS, FirmFigure.Source.DEPARTMENT, FirmFigure.Source.SELF)
RATIOS: Mapping[str, tuple[str, str, int]] = {
    "output_per_mu": ("output", "land", 1), "tax_per_mu": ("tax", "land", 1), "added_per_mu": ("value_added", "land", 1),
    "energy_per_output": ("energy", "output", 1), "rd_share": ("rd", "revenue", 100), "labour": ("value_added", "employees", 1),
}  # fmt: skip
"""Indicator → what is added up over the firms of a park, divided by what, times what."""
FACILITIES = (
    ("service_floor", "community.service.least", "community.service.most"),
    ("office_land", "", "control.office_land"),
    ("office_floor", "", "control.office_floor"),
)
"""Figures of an industry community that have lines, with the parameters that hold them (rulebook 6.12)."""


@dataclass(frozen=True)
class Figure:
    """One figure of a park: its year, where it comes from, of how many firms it is worked out (0: it was loaded)."""

    value: float
    year: int
    source: str
    firms: int = 0


@dataclass(frozen=True)
class ParkFigures:
    """Everything known of a park: figures by indicator, and the indicators withheld because too few firms have them."""

    key: str
    name: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()

    @property
    def compared(self) -> Compared:
        """The park as the engine reads it; the year is that of its latest figure."""
        years = [one.year for one in self.figures.values()]
        return Compared(self.key, {code: one.value for code, one in self.figures.items()}, max(years, default=None))


def indicator_rows(day: date) -> list[PackRow]:
    """The indicators of a day, in the order of the pack."""
    return list(table(*PACK, day))


def indicators(rows: Sequence[PackRow]) -> list[Indicator]:
    """Those that are better high or low; the rest is only held against lines."""
    return [
        Indicator(one["indicator"], one["unit"], "up" if one["direction"] == "up" else "down")
        for one in rows
        if one["direction"] in ("up", "down")
    ]


def latest_year() -> tuple[int, str] | None:
    """The latest year with yearly figures of firms, and the most trusted source of that year. Two queries."""
    found = FirmFigure.objects.filter(period__regex=r"^\d{4}$").aggregate(year=Max("period"))["year"]
    if found is None:
        return None
    there = set(FirmFigure.objects.filter(period=found).order_by().values_list("source", flat=True).distinct())
    return int(found), next(str(one) for one in SOURCES if one in there)


def own_figures(parks: Sequence[Park], day: date) -> dict[int, ParkFigures]:
    """The county's own parks. Five queries, however many parks."""
    least = table("parameters", "parameters", day).by_key(LEAST)
    loaded = _loaded(ParkIndicator.objects.filter(park__in=parks))
    asked = latest_year()
    sums = _sums(asked[0], asked[1]) if asked is not None else {}
    found = {}
    for park in parks:
        figures, withheld = {}, []
        for code, (top, under, times) in RATIOS.items():
            firms = [one for one in sums.get(park.pk, ()) if top in one and under in one and one[under] > 0]
            if not firms or asked is None:
                continue
            if len(firms) < int(least["value"] if least is not None else 3):
                withheld.append(code)
                continue
            value = sum(one[top] for one in firms) / sum(one[under] for one in firms) * times
            figures[code] = Figure(float(value), asked[0], str(FirmFigure.Source(asked[1]).label), len(firms))
        if park.built_mu is not None and park.planned_mu:
            figures["built_share"] = Figure(float(park.built_mu / park.planned_mu * 100), day.year, "")
        figures.update(loaded.get(str(park.pk), {}))
        shown = tuple(code for code in withheld if code not in figures)
        found[park.pk] = ParkFigures(f"{OWN}{park.pk}", park.name, figures, shown)
    return found


def _sums(year: int, source: str) -> dict[int, list[dict[str, Decimal]]]:
    """Park → of each of its firms what its figures come to there: a firm on the land of several parks is shared by land."""
    rows = Occupant.objects.filter(
        Q(since=None) | Q(since__year__lte=year), Q(until=None) | Q(until__year__gte=year), land_mu__isnull=False
    ).values_list("firm_id", "parcel__park_id", "land_mu")
    land: dict[int, dict[int | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for firm, parcel_park, mu in rows:
        land[firm][parcel_park] += mu or Decimal(0)
    found: dict[int, list[dict[str, Decimal]]] = defaultdict(list)
    names = ("output", "tax", "value_added", "energy", "rd", "revenue", "employees")
    for one in FirmFigure.objects.filter(period=str(year), source=source, firm__in=list(land)).order_by("firm_id"):
        total = sum(land[one.firm_id].values())
        for park, mu in land[one.firm_id].items():
            if park is None or not total:
                continue
            values = {name: Decimal(value) * mu / total for name in names if (value := getattr(one, name)) is not None}
            found[park].append({**values, "land": mu})
    return found


def peers() -> dict[str, ParkFigures]:
    """The peers that were loaded, by name. One query."""
    found = _loaded(ParkIndicator.objects.filter(park=None))
    return {name: ParkFigures(f"{PEER}{name}", name, figures) for name, figures in sorted(found.items())}


def _loaded(rows: QuerySet[ParkIndicator]) -> dict[str, dict[str, Figure]]:
    """Whose (park's id or peer's name) → indicator → the figure of the latest year."""
    found: dict[str, dict[str, Figure]] = defaultdict(dict)
    for one in rows.order_by("year", "pk"):
        whose = one.peer_name if one.park_id is None else str(one.park_id)
        found[whose][one.indicator] = Figure(float(one.value), one.year, one.source)
    return found


def community(figures: Mapping[str, Figure], day: date) -> tuple[Facility, ...]:
    """The facilities of an industry community against their lines; unknown where no figure was loaded."""
    parameters = {row["code"]: row for row in table("parameters", "parameters", day)}
    statuses = {code: row.status for code, row in parameters.items()}
    rules = [FacilityRule.from_rows(code, parameters, statuses, least, most) for code, least, most in FACILITIES]
    known = {code: Decimal(str(figures[code].value)) for code, _least, _most in FACILITIES if code in figures}
    return facilities(rules, known)
