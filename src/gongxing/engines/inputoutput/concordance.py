"""From a GB/T 4754 class to the sector of an input-output table, by longest prefix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class ConcordanceRow:
    """One row: classes beginning with ``prefix`` belong to ``sector`` (of the detailed table) and ``broad_sector`` (of the
    42-sector table). ``certain`` False: assigned by judgement and to be confirmed."""

    prefix: str
    sector: str
    broad_sector: str
    certain: bool

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> ConcordanceRow:
        """From a row of the pack table ``input-output/concordance``."""
        return cls(row["gb_prefix"], row["io153_code"], row["io42_code"], row["certainty"] != "uncertain")


@dataclass(frozen=True, slots=True)
class SectorMatch:
    """The sector of a class: codes "" and a reason in ``refused`` where there is none. ``prefix`` is the row that decided;
    ``certain`` False is to be shown to the reader."""

    code: str
    sector: str
    broad_sector: str
    prefix: str
    certain: bool
    refused: Reason | None = None


@dataclass(frozen=True)
class Concordance:
    """All rows by prefix; build it with ``Concordance.build``."""

    rows: Mapping[str, ConcordanceRow]

    @classmethod
    def build(cls, rows: Iterable[ConcordanceRow]) -> Concordance:
        """ValueError for a prefix that is there twice."""
        found: dict[str, ConcordanceRow] = {}
        for row in rows:
            if row.prefix in found:
                raise ValueError(f"prefix {row.prefix} is there twice")
            found[row.prefix] = row
        return cls(found)

    def find(self, code: str) -> SectorMatch:
        """The row with the longest prefix of ``code`` (two to four digits, a section letter in front is skipped).

        A code shorter than every prefix it begins is settled only when all of them lead to one sector, and is then as
        certain as the least certain of them.
        """
        digits = code.strip().lstrip("ABCDEFGHIJKLMNOPQRST")
        for length in range(len(digits), 0, -1):
            row = self.rows.get(digits[:length])
            if row:
                return SectorMatch(code, row.sector, row.broad_sector, row.prefix, row.certain)
        below = [row for prefix, row in sorted(self.rows.items()) if digits and prefix.startswith(digits)]
        targets = sorted({row.sector for row in below})
        if len(targets) == 1:
            certain = all(row.certain for row in below)
            return SectorMatch(code, below[0].sector, below[0].broad_sector, digits, certain)
        if targets:
            return _none(code, Reason.of("inputoutput.code_too_short", code=code, sectors=" ".join(targets)))
        return _none(code, Reason.of("inputoutput.no_sector_for_code", code=code))


def _none(code: str, refused: Reason) -> SectorMatch:
    return SectorMatch(code, "", "", "", False, refused)
