"""Location quotients of input-output sectors, and those of links: which sectors a link's classes lead to, and what is known of them.

Output-based: the county's side is yearly revenue by the statistics office, the nation's the total output of its input-output table.

    quotient of a sector   Q = (revenue of the sector ÷ of the county's industry) ÷ (national output of the sector ÷ of industry)
    quotient of a link     Σ O·Q ÷ Σ O over the sectors of its classes that have a quotient, O their national output

A sector has a quotient when enough firms stand behind it, in it and in the whole county: the same line as on the page of the
structure, so that a link says no more of one firm than that page does. Sectors without one are left out and named; where they hold
half of the link's classes or more, what is left does not stand for the link, and it has no quotient.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gongxing.domains.chain.models import Node
from gongxing.domains.chain.national import Accounts, accounts, concordance, industrial, sector_in
from gongxing.domains.firms.queries import newest_revenue
from gongxing.engines.chain import Quotient
from gongxing.engines.complexity import location_quotient
from gongxing.engines.inputoutput import Concordance

SIZE = "153"
"""The detailed table: a link is narrow."""


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
class Shares:
    """The county's revenue by sector, largest first. ``firms`` and ``revenue`` that are counted; ``outside``: firms and revenue left out
    because of the scope; ``unmatched``: because their class has no sector."""

    sectors: tuple[SectorShare, ...]
    firms: int
    revenue: float
    outside: tuple[int, float]
    unmatched: tuple[int, float]


@dataclass(frozen=True)
class Lines:
    """How many firms a quotient needs: in its sector, and in the county."""

    sector: int
    county: int


def shares(
    revenue: Mapping[int, float],
    industry: Mapping[int, str],
    given: Accounts,
    ways: Concordance,
    inside: Collection[str],
    least: Lines,
) -> Shares:
    """Revenue and class by firm into sectors of one national table, of which ``inside`` are counted on both sides."""
    money: dict[str, list[float]] = defaultdict(list)
    doubts: dict[str, set[str]] = defaultdict(set)
    outside, unmatched = [], []
    for firm, amount in revenue.items():
        code = industry[firm]
        sector, certain = sector_in(given.size, ways, code) if code else ("", False)
        if sector not in given.output:
            unmatched.append(amount)
        elif sector not in inside:
            outside.append(amount)
        else:
            money[sector].append(amount)
            if not certain:
                doubts[sector].add(ways.find(code).prefix)
    n, whole = sum(map(len, money.values())), sum(map(sum, money.values()))
    reference = sum(given.output[one] for one in inside if one in given.output)
    found = []
    for sector, amounts in money.items():
        part, output = sum(amounts), given.output[sector]
        enough = len(amounts) >= least.sector and n >= least.county
        found.append(
            SectorShare(
                sector, len(amounts), part, part / whole if whole else 0.0, output / reference,
                location_quotient(part, whole, output, reference) if enough else None, tuple(sorted(doubts[sector])),
            )
        )  # fmt: skip
    listed = tuple(sorted(found, key=lambda one: (-one.revenue, one.sector)))
    return Shares(listed, n, whole, (len(outside), sum(outside)), (len(unmatched), sum(unmatched)))


@dataclass(frozen=True)
class LinkSector:
    """A sector some of a link's ``classes`` lead to. ``output`` of the nation, 万元; ``quotient`` None where fewer firms than the line stand
    behind it; ``doubtful``: rows of the concordance on the way, from the link's classes or from the firms', that are a judgement."""

    sector: str
    classes: tuple[str, ...]
    output: float
    firms: int
    quotient: float | None
    doubtful: tuple[str, ...]


@dataclass(frozen=True)
class LinkQuotient:
    """What is known of one link: the sectors of its classes, largest in the nation first, and its classes that lead to no industrial
    sector."""

    sectors: tuple[LinkSector, ...]
    elsewhere: tuple[str, ...]

    @property
    def counted(self) -> tuple[LinkSector, ...]:
        """The sectors that have a quotient."""
        return tuple(one for one in self.sectors if one.quotient is not None)

    @property
    def stands(self) -> bool:
        """Whether the sectors that have a quotient hold more than half of the link's classes."""
        counted = sum(len(one.classes) for one in self.counted)
        return 2 * counted > len(self.elsewhere) + sum(len(one.classes) for one in self.sectors)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Judged rows of the concordance behind the quotient."""
        return tuple(sorted({prefix for one in self.counted for prefix in one.doubtful}))

    @property
    def quotient(self) -> Quotient | None:
        """For the engine: the mean of the sectors' quotients by their national output, and the firms behind it; None where they do not
        stand for the link."""
        counted = self.counted
        if not self.stands:
            return None
        whole = sum(one.output for one in counted)
        value = sum(one.output * (one.quotient or 0.0) for one in counted) / whole
        return Quotient(value, sum(one.firms for one in counted))


@dataclass(frozen=True)
class Quotients:
    """All that quotients of links are read from, as of one day: the ``year`` of the county's figures (None: the statistics office has
    told none), the sectors with local firms, how many ``firms`` are counted and how many a sector and the county need."""

    year: int | None
    firms: int
    least: Lines
    sectors: Mapping[str, SectorShare]
    given: Accounts
    ways: Concordance
    inside: frozenset[str]

    @property
    def enough(self) -> bool:
        """Whether the county has figures of enough firms for any quotient."""
        return self.firms >= self.least.county

    def of(self, nodes: Iterable[Node]) -> dict[str, LinkQuotient]:
        """What is known of links, by code."""
        return {node.code: self.of_classes(node.classes) for node in nodes}

    def of_classes(self, codes: Iterable[str]) -> LinkQuotient:
        """What is known of a link with these classes."""
        doubts: dict[str, set[str]] = {}
        inside: dict[str, list[str]] = {}
        elsewhere = []
        for code in sorted(set(codes)):
            sector, certain = sector_in(self.given.size, self.ways, code)
            if sector not in self.inside or sector not in self.given.output:
                elsewhere.append(code)
                continue
            inside.setdefault(sector, []).append(code)
            doubts.setdefault(sector, set()).update(() if certain else (self.ways.find(code).prefix,))
        found = []
        for sector, own in inside.items():
            share = self.sectors.get(sector)
            found.append(
                LinkSector(
                    sector, tuple(own), self.given.output[sector], share.firms if share else 0,
                    share.quotient if share else None, tuple(sorted({*doubts[sector], *(share.doubtful if share else ())})),
                )
            )  # fmt: skip
        return LinkQuotient(tuple(sorted(found, key=lambda one: (-one.output, one.sector))), tuple(elsewhere))


def quotients(day: date, moment: datetime | None, least: Lines) -> Quotients:
    """The quotients as of a day; ``moment`` is its end where it is past, so that figures entered later do not count."""
    told, given, ways = newest_revenue(moment), accounts(SIZE, day), concordance(day)
    inside = industrial(SIZE, ways)
    found = shares(told.revenue, told.industry, given, ways, inside, least)
    return Quotients(
        told.year, found.firms, least, {one.sector: one for one in found.sectors}, given, ways, inside
    )  # fmt: skip
