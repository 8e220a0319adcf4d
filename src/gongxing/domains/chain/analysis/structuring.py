"""The county's industry structure: revenue of its firms by input-output sector against the nation's output, and the sectors' linkages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxing.domains.chain.county import parameters
from gongxing.domains.chain.national import National, concordance, industrial, national, solved
from gongxing.domains.chain.queries import FIGURES
from gongxing.domains.chain.quotients import Lines, SectorShare, shares
from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.firms.queries import firm_starts, yearly_revenue, years_with_figures
from gongxing.engines.inputoutput import Linkage, Solution
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today

STATISTICS = FirmFigure.Source.STATISTICS.value


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
    return _structure(revision(FIGURES), today(), size, scope, year)


@lru_cache(maxsize=8)
def _structure(latest: int, day: date, size: str, scope: str, asked: int | None) -> Structure:
    given, ways = national(size, day), concordance(day)
    years = years_with_figures(STATISTICS)
    year = asked if asked in years else max(years, default=None)
    figures = yearly_revenue(STATISTICS, year, year) if year else {}
    industry = {firm: start.industry for firm, start in firm_starts(figures).items()}
    inside = industrial(size, ways) if scope == "industry" else frozenset(given.names)
    ruler = parameters(day)
    least = Lines(ruler.min_quotient_firms, ruler.min_firms)
    found = shares(
        {firm: sum(by_year.values()) for firm, by_year in figures.items()}, industry, given.accounts, ways, inside, least
    )  # fmt: skip
    solution, links = solved(given)
    return Structure(
        size, scope, year, years, found.sectors, found.firms, found.revenue, found.outside, found.unmatched, least.sector, least.county,
        (ruler.weak_lq, ruler.strong_lq), given, solution, links,
    )  # fmt: skip
