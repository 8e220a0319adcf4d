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
class National:
    """One table. Compared by identity. ``names`` by sector, Chinese and English; ``source`` and ``status`` as the pack states them."""

    size: str
    table: FlowTable
    names: Mapping[str, tuple[str, str]]
    source: str
    status: str

    def name(self, sector: str) -> str:
        """The name of a sector in the reader's language; a code without a name stays as it is."""
        return named(*self.names.get(sector, (sector, "")))

    @property
    def output(self) -> Mapping[str, float]:
        """Total output by sector, 万元, producers' prices."""
        return dict(zip(self.table.sectors, self.table.output.tolist(), strict=True))


def national(size: str, day: date) -> National:
    """The table of 42 or of 153 sectors. Raises LookupError for another size."""
    if size not in SIZES:
        raise LookupError(f"input-output table {size}")
    return _national(size, table(PACK, f"sectors{size}", day), table(PACK, f"flows{size}", day))


@lru_cache(maxsize=4)
def _national(size: str, sectors: Table, flows: Table) -> National:
    first = next(iter(sectors))
    return National(
        size, FlowTable.build(map(Flow.from_row, flows), map(Account.from_row, sectors)),
        {row["code"]: (row["name_zh"], row["name_en"]) for row in sectors}, first.source, first.status,
    )  # fmt: skip


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
