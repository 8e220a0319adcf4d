"""The county's industry structure: revenue of its firms by input-output sector against the nation's output, and the sectors' linkages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxing.domains.chain.analysis.growing import FIGURES
from gongxing.domains.chain.analysis.national import National, concordance, industrial, national, sector_in, solved
from gongxing.domains.chain.county import parameters
from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.firms.queries import firm_starts, yearly_revenue, years_with_figures
from gongxing.engines.complexity import location_quotient
from gongxing.engines.inputoutput import Linkage, Solution
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today

READ = ("firms.firm", FIGURES, "packs.packedit")
STATISTICS = FirmFigure.Source.STATISTICS.value


@dataclass(frozen=True)
class SectorShare:
    """One sector with local firms. Money in 万元; ``quotient`` None where too few firms stand behind it; ``doubtful`` are the rows of
    the concordance (class prefixes) that were assigned by judgement and brought firms here."""

    sector: str
    firms: int
    revenue: float
    share: float
    national_share: float
    quotient: float | None
    doubtful: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """One year of statistics-office figures against one national table. ``outside``: firms and revenue left out because of the scope;
    ``unmatched``: because their class has no sector. ``enough``: whether the county has firms enough for any quotient; ``lines``: below
    the first a quotient is low, from the second on it is high."""

    size: str
    scope: str
    year: int | None
    years: Mapping[int, int]
    sectors: tuple[SectorShare, ...]
    firms: int
    revenue: float
    outside: tuple[int, float]
    unmatched: tuple[int, float]
    least: int
    least_county: int
    lines: tuple[float, float]
    national: National
    solution: Solution
    linkages: Mapping[str, Linkage]

    @property
    def enough(self) -> bool:
        return self.firms >= self.least_county


def structure(size: str, scope: str, year: int | None = None) -> Structure:
    """The structure of a year (None: the newest with figures); ``scope`` "industry" or "all". Raises LookupError for another size."""
    return _structure(revision(READ), today(), size, scope, year)


@lru_cache(maxsize=8)
def _structure(latest: int, day: date, size: str, scope: str, asked: int | None) -> Structure:
    given, ways = national(size, day), concordance(day)
    years = years_with_figures(STATISTICS)
    year = asked if asked in years else max(years, default=None)
    figures = yearly_revenue(STATISTICS, year, year) if year else {}
    starts = firm_starts(figures)
    inside = industrial(size, ways) if scope == "industry" else frozenset(given.names)
    money: dict[str, list[float]] = defaultdict(list)
    doubts: dict[str, set[str]] = defaultdict(set)
    outside, unmatched = [], []
    for firm, by_year in figures.items():
        revenue, code = by_year[year or 0], starts[firm].industry
        sector, certain = sector_in(size, ways, code) if code else ("", False)
        if sector not in given.output:
            unmatched.append(revenue)
        elif sector not in inside:
            outside.append(revenue)
        else:
            money[sector].append(revenue)
            if not certain:
                doubts[sector].add(ways.find(code).prefix)
    ruler = parameters(day)
    whole, reference = sum(map(sum, money.values())), sum(given.output[one] for one in inside if one in given.output)
    n = sum(map(len, money.values()))
    rows = tuple(
        _share(sector, given, amounts, (whole, reference), tuple(sorted(doubts[sector])), ruler.min_quotient_firms if n >= ruler.min_firms else n + 1)
        for sector, amounts in money.items()
    )  # fmt: skip
    solution, links = solved(given)
    return Structure(
        size, scope, year, years, tuple(sorted(rows, key=lambda one: (-one.revenue, one.sector))), n, whole, (len(outside), sum(outside)),
        (len(unmatched), sum(unmatched)), ruler.min_quotient_firms, ruler.min_firms, (ruler.weak_lq, ruler.strong_lq), given, solution, links,
    )  # fmt: skip


def _share(
    sector: str,
    given: National,
    amounts: list[float],
    totals: tuple[float, float],
    doubtful: tuple[str, ...],
    least: int,
) -> SectorShare:
    whole, reference = totals
    part, output = sum(amounts), given.output[sector]
    quotient = location_quotient(part, whole, output, reference) if len(amounts) >= least else None
    return SectorShare(
        sector, len(amounts), part, part / whole if whole else 0.0, output / reference, quotient, doubtful
    )  # fmt: skip
