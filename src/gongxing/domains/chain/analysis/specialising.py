"""What the county's parks and towns are specialised in, which absent sectors lie near to the county, and where growth came from.

Revenue by the statistics office in national sectors of 42, industry only. Revealed comparative advantage (C1) compares a park or town with the
county; relatedness is ``relating``'s; shift-share (C9) compares a park or town with the sum of the county, because no reference of
two years is loaded (the national table is of one year). For growth only firms with a figure in both years count, so that a figure that was
not handed in is no decline. A cell or a sum is said only where at least as many firms stand behind it as a quotient needs.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxing.domains.chain.analysis.relating import Neighbour, nearness
from gongxing.domains.chain.county import parameters
from gongxing.domains.chain.national import Accounts, accounts, concordance, industrial, sector_in
from gongxing.domains.chain.queries import FIGURES
from gongxing.domains.firms.queries import firm_facts, firm_starts, yearly_revenue, years_with_figures
from gongxing.engines.complexity import ActivityTable, ShiftShareRow, revealed_comparative_advantage, shift_share
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Unit

BROAD, STATISTICS = "42", "stat"
SPECIALISED = 1.0
"""Balassa's line."""


@dataclass(frozen=True)
class Special:
    """A unit has more of a sector than the county: ``rca`` its share there over the county's, ``n`` firms, of ``unit_n`` in the unit."""

    unit: str
    sector: str
    rca: float
    n: int
    unit_n: int


@dataclass(frozen=True)
class Absent:
    """A sector the county is not strong in, its relatedness, its ``firms`` here, and the near sectors that are strong."""

    sector: str
    name: str
    relatedness: float
    firms: int
    strong: tuple[Neighbour, ...]


@dataclass(frozen=True)
class Grew:
    """A unit's growth between two years, split; ``n`` firms with figures of both. ``row`` in 万元; ``sectors`` counted."""

    unit: str
    n: int
    sectors: int
    row: ShiftShareRow


@dataclass(frozen=True)
class Specialisation:
    """All of it. ``specials`` only with firms enough; ``thin``: cells at or over the line that have too few; ``rate``: the county's
    growth between ``first`` and ``year``, of ``both`` firms."""

    year: int | None
    first: int | None
    years: tuple[int, ...]
    least: int
    enough: bool
    firms: int
    given: Accounts
    specials: tuple[Special, ...]
    thin: int
    units: int
    absent: tuple[Absent, ...]
    grew: tuple[Grew, ...]
    small_units: int
    rate: float | None
    both: int


def specialisation(year: int | None = None, first: int | None = None) -> Specialisation:
    """For a year (None: the newest with figures) and growth since another (None: the year before it that has figures)."""
    return _special(revision((*FIGURES, "org.unit")), today(), year, first)


@dataclass(frozen=True)
class _Place:
    """A firm's unit and sector."""

    unit: str
    sector: str


@lru_cache(maxsize=8)
def _special(latest: int, day: date, asked: int | None, since: int | None) -> Specialisation:
    years = tuple(years_with_figures(STATISTICS))
    year = asked if asked in years else max(years, default=None)
    before = [one for one in years if year is not None and one < year]
    first = since if since in before else max(before, default=None)
    ruler, given = parameters(day), accounts(BROAD, day)
    figures = yearly_revenue(STATISTICS, first or year, year) if year else {}
    places = _places(figures, day)
    now = {firm: told[year] for firm, told in figures.items() if firm in places and year in told}
    least, enough = ruler.min_quotient_firms, len(now) >= ruler.min_firms
    specials, thin = _specials(now, places, least) if enough else ((), 0)
    both = {
        firm: (told[first], told[year])
        for firm, told in figures.items()
        if firm in places and first in told and year in told
    }
    grew, small, rate = _grew(both, places, least) if first and len(both) >= ruler.min_firms else ((), 0, None)
    return Specialisation(
        year, first, years, least, enough, len(now), given, specials, thin, len({places[one].unit for one in now}), _absent(), grew, small, rate,
        len(both),
    )  # fmt: skip


def _places(figures: Mapping[int, Mapping[int, float]], day: date) -> dict[int, _Place]:
    """Unit and industrial sector of firms; those of no class or of another sector are not there."""
    ways = concordance(day)
    inside = industrial(BROAD, ways)
    units = dict(Unit.objects.values_list("pk", "name"))
    starts, facts = firm_starts(figures), firm_facts(figures)
    found = {}
    for firm, start in starts.items():
        sector, _certain = sector_in(BROAD, ways, start.industry)
        if sector in inside:
            found[firm] = _Place(units.get(facts[firm].unit_id, ""), sector)
    return found


def _specials(now: Mapping[int, float], places: Mapping[int, _Place], least: int) -> tuple[tuple[Special, ...], int]:
    amounts: dict[tuple[str, str], list[float]] = defaultdict(list)
    for firm, amount in now.items():
        amounts[places[firm].unit, places[firm].sector].append(amount)
    found = revealed_comparative_advantage(
        ActivityTable.from_rows((unit, sector, sum(all_)) for (unit, sector), all_ in amounts.items())
    )
    of_unit: dict[str, int] = defaultdict(int)
    for (unit, _sector), all_ in amounts.items():
        of_unit[unit] += len(all_)
    listed, thin = [], 0
    for (unit, sector), all_ in amounts.items():
        rca = found.of(unit, sector)
        if rca is None or rca < SPECIALISED:
            continue
        if len(all_) < least:
            thin += 1
        else:
            listed.append(Special(unit, sector, rca, len(all_), of_unit[unit]))
    return tuple(sorted(listed, key=lambda one: (-one.rca, one.unit, one.sector))), thin


def _absent() -> tuple[Absent, ...]:
    """Sectors that are not strong here, nearest to the county first."""
    near = nearness()
    firms = {one.sector: one.firms for one in near.given.sectors}
    listed = []
    for sector in near.near.names:
        value = near.sector(sector)
        if value is None or sector in near.strong:
            continue
        around = tuple(one for one in near.around(sector) if one.strong)
        listed.append(Absent(sector, near.given.national.accounts.name(sector), value, firms.get(sector, 0), around))
    return tuple(sorted(listed, key=lambda one: (-one.relatedness, one.sector)))


def _grew(
    both: Mapping[int, tuple[float, float]], places: Mapping[int, _Place], least: int
) -> tuple[tuple[Grew, ...], int, float | None]:
    """Each unit of enough firms against the sum of the county, the county's growth, and how many units are too small."""
    sums: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]] = ({}, {})
    counts: dict[str, int] = defaultdict(int)
    for firm, amounts in both.items():
        place = places[firm]
        counts[place.unit] += 1
        for into, amount in zip(sums, amounts, strict=True):
            for unit in (place.unit, ""):
                sectors = into.setdefault(unit, {})
                sectors[place.sector] = sectors.get(place.sector, 0.0) + amount
    old, new = sums
    rate, listed = None, []
    for unit, n in counts.items():
        found = shift_share(old[unit], new[unit], old[""], new[""])
        rate = found.national_rate if rate is None else rate
        if found.total is not None and n >= least:
            listed.append(Grew(unit, n, found.n_industries, found.total))
    if len(counts) - len(listed) == 1 and listed:  # the parts add up to 0: the others would tell the one left out
        listed.remove(min(listed, key=lambda one: (one.n, one.unit)))
    return tuple(sorted(listed, key=lambda one: (-one.row.change, one.unit))), len(counts) - len(listed), rate
