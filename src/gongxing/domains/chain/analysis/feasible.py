"""What one project of a link would need: land, energy and labour, each with where the figure comes from.

    need = figure per 亿元 of yearly revenue × yearly revenue of the project
    figure per 亿元    the county's own row (table "needs" of the chains pack: by link, else by the longest prefix of its first classes),
                      else Σ figure ÷ Σ revenue of local firms of its classes (four digits, else three, else two), statistics office, newest year
    yearly revenue    the county's own row, else the band of the link's profile: its ends, and their geometric mean, bands being wide
    else              land and labour of the profile itself; energy: unknown

Local firms count only where at least as many stand behind the figure as a sum needs to be shown to everybody
(``chain.disclosure.min_buyers``). The value of a link is no part of it, so that a need says nothing of a buyer's answer.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from gongxing.domains.chain.disclosure import least_firms
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.queries import FIGURES
from gongxing.domains.chain.starting import PACK
from gongxing.domains.firms.queries import FirmNeeds, newest_needs
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

Source = Literal["county", "local", "profile"]
RESOURCES = ("land_mu", "energy_tce", "labour")
REVENUE = "revenue"
YI = 10_000.0
"""How many 万元 are one 亿元."""
UNITS = {"亿": 1.0, "万": 1 / YI}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(亿|万)元")


@dataclass(frozen=True)
class Basis:
    """Where a need comes from. ``source`` county, local or profile; ``of``: the link or the class whose row or firms it is; ``n`` firms
    behind it (local only); ``per``: per 亿元 of revenue (None: the profile says the need itself); ``words``: the county's own source."""

    source: Source
    of: str = ""
    n: int = 0
    per: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Need:
    """A need as a range: ``value`` is what is counted with."""

    low: float
    high: float | None
    value: float
    basis: Basis = Basis("profile")


@dataclass(frozen=True)
class Local:
    """Per 亿元 of revenue of ``n`` local firms of a class."""

    per: float
    n: int


@dataclass(frozen=True)
class Figures:
    """All that needs are read from: the county's rows (value, source) by link or class and resource; local figures by class and resource;
    the ``year`` of these."""

    rows: Mapping[tuple[str, str], tuple[float, str]]
    local: Mapping[tuple[str, str], Local]
    year: int | None
    least: int

    def need(self, node: Node, resource: str, revenue_band: str, profile: Need | None) -> Need | None:
        """The need of one project; ``profile``: what the profile itself says."""
        basis, size = self._per(node, resource), self._size(node, revenue_band)
        if basis is None or basis.per is None or size is None:
            return profile
        return Need(basis.per * size.low, basis.per * (size.high or size.low), basis.per * size.value, basis)

    def _per(self, node: Node, resource: str) -> Basis | None:
        own = self._row(node, resource)
        if own is not None:
            of, (value, words) = own
            return Basis("county", of, 0, value, words)
        for digits in (4, 3, 2):
            for prefix in dict.fromkeys(code[:digits] for code in node.classes):
                found = self.local.get((prefix, resource))
                if found is not None:
                    return Basis("local", prefix, found.n, found.per)
        return None

    def _row(self, node: Node, resource: str) -> tuple[str, tuple[float, str]] | None:
        prefixes = sorted({code[:n] for code in node.classes for n in range(2, 5)}, key=lambda one: (-len(one), one))
        for of in (node.code, *prefixes):
            found = self.rows.get((of, resource))
            if found is not None:
                return of, found
        return None

    def _size(self, node: Node, revenue_band: str) -> Need | None:
        own = self._row(node, REVENUE)
        if own is not None:
            value = own[1][0]
            return Need(value, value, value)
        return size(revenue_band)


def size(text: str) -> Need | None:
    """ "年营收500万–1亿元" in 亿元: its ends and their geometric mean; None for anything else."""
    ends = [float(number) * UNITS[unit] for number, unit in AMOUNT.findall(text.replace("–", "元–"))]
    if len(ends) == 1:
        return Need(ends[0], ends[0], ends[0])
    return Need(ends[0], ends[1], math.sqrt(ends[0] * ends[1])) if len(ends) == 2 and ends[0] > 0 else None


def figures() -> Figures:
    """Today's."""
    return _figures(revision(FIGURES), today())


@lru_cache(maxsize=2)
def _figures(latest: int, day: date) -> Figures:
    rows = {}
    for row in table(PACK, "needs", day):
        value = _number(row["value"])
        if value is not None and row["resource"] in (*RESOURCES, REVENUE):
            rows[row["of"], row["resource"]] = value, row.source
    told, least = newest_needs(), least_firms()
    return Figures(rows, local(told.firms, least), told.year, least)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def local(firms: Iterable[FirmNeeds], least: int) -> dict[tuple[str, str], Local]:
    """Per 亿元 of revenue by class (four, three, two digits) and resource, where at least ``least`` firms told both figures."""
    groups: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for firm in firms:
        for resource, amount in zip(RESOURCES, (firm.land_mu, firm.energy, firm.employees), strict=True):
            if amount is None or firm.revenue <= 0:
                continue
            for digits in (4, 3, 2):
                if len(firm.industry) >= digits:
                    groups[firm.industry[:digits], resource].append((amount, firm.revenue))
    return {key: _ratio(pairs) for key, pairs in groups.items() if len(pairs) >= least}


def _ratio(pairs: Sequence[tuple[float, float]]) -> Local:
    amounts, revenues = zip(*pairs, strict=True)
    return Local(YI * math.fsum(amounts) / math.fsum(revenues), len(pairs))
