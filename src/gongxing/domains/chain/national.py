"""The national input-output tables and the way from a class of GB/T 4754 to their sectors, read from the pack and solved once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxing.domains.chain.models import named
from gongxing.engines.inputoutput import (
    Account,
    Concordance,
    ConcordanceRow,
    Flow,
    FlowTable,
    Linkage,
    Solution,
    linkages,
    solve,
)
from gongxing.kernel.packs.tables import Table, table

PACK = "input-output"
SIZES = ("42", "153")
YEAR = 2020
INDUSTRY = range(6, 47)
"""Divisions of mining, manufacturing, and electricity, gas and water (GB/T 4754 sections B, C, D)."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """The sectors of one table without the flows between them. Compared by identity. ``names``, Chinese and English, and total ``output``
    (万元, producers' prices; sectors without output are left out) by sector; ``source`` and ``status`` as the pack states them."""

    size: str
    names: Mapping[str, tuple[str, str]]
    output: Mapping[str, float]
    source: str
    status: str

    def name(self, sector: str) -> str:
        """The name of a sector in the reader's language; a code without a name stays as it is."""
        return named(*self.names.get(sector, (sector, "")))


@dataclass(frozen=True, eq=False)
class National:
    """One table with its flows. Compared by identity."""

    accounts: Accounts
    table: FlowTable

    @property
    def names(self) -> Mapping[str, tuple[str, str]]:
        """Names by sector, Chinese and English."""
        return self.accounts.names


def accounts(size: str, day: date) -> Accounts:
    """The sectors of the table of 42 or of 153. Raises LookupError for another size."""
    if size not in SIZES:
        raise LookupError(f"input-output table {size}")
    return _accounts(size, table(PACK, f"sectors{size}", day))


@lru_cache(maxsize=4)
def _accounts(size: str, sectors: Table) -> Accounts:
    first = next(iter(sectors))
    output = {row["code"]: Account.from_row(row).output for row in sectors}
    return Accounts(
        size, {row["code"]: (row["name_zh"], row["name_en"]) for row in sectors}, {code: amount for code, amount in output.items() if amount > 0},
        first.source, first.status,
    )  # fmt: skip


def national(size: str, day: date) -> National:
    """The table of 42 or of 153 sectors with its flows. Raises LookupError for another size."""
    return _national(accounts(size, day), table(PACK, f"sectors{size}", day), table(PACK, f"flows{size}", day))


@lru_cache(maxsize=4)
def _national(given: Accounts, sectors: Table, flows: Table) -> National:
    return National(given, FlowTable.build(map(Flow.from_row, flows), map(Account.from_row, sectors)))


@lru_cache(maxsize=4)
def solved(given: National) -> tuple[Solution, Mapping[str, Linkage]]:
    """The solution and the linkages by sector."""
    found = solve(given.table)
    return found, {one.sector: one for one in linkages(found)}


def concordance(day: date) -> Concordance:
    """Classes to sectors, the county's corrections included. One query."""
    return _concordance(table(PACK, "concordance", day))


@lru_cache(maxsize=4)
def _concordance(rows: Table) -> Concordance:
    return Concordance.build(map(ConcordanceRow.from_row, rows))


def sector_in(size: str, found: Concordance, code: str) -> tuple[str, bool]:
    """The sector of a class in a table of that size and whether the row is certain; ("", False) where there is none."""
    match = found.find(code)
    return (match.broad_sector if size == "42" else match.sector), match.certain and match.refused is None


def industrial(size: str, found: Concordance) -> frozenset[str]:
    """Sectors all of whose classes are mining, manufacturing or electricity, gas and water."""
    inside: dict[str, bool] = {}
    for row in found.rows.values():
        sector = row.broad_sector if size == "42" else row.sector
        inside[sector] = inside.get(sector, True) and int(row.prefix[:2]) in INDUSTRY
    return frozenset(sector for sector, kept in inside.items() if kept)
