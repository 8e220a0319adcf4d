"""Shift-share analysis of one place against a nation: (C9)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongxing.engines.complexity.table import amounts
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class ShiftShareRow:
    """One industry, or all together (``industry`` ""): amounts before and after and the three parts of the change, all in
    the unit of the input. ``national_growth + industry_mix + regional_share == change`` up to rounding."""

    industry: str
    before: float
    after: float
    national_growth: float
    industry_mix: float
    regional_share: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def net_shift(self) -> float:
        """What the place gained beyond the nation's pace: industry mix and regional share together."""
        return self.industry_mix + self.regional_share


@dataclass(frozen=True, slots=True)
class ShiftShare:
    """``rows`` by industry in the order of names, ``total`` their sum, ``national_rate`` G (a share: 0.05 is 5 %)."""

    rows: tuple[ShiftShareRow, ...]
    total: ShiftShareRow | None
    national_rate: float | None
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    refused: Reason | None = None


def shift_share(
    before: Mapping[str, float],
    after: Mapping[str, float],
    nation_before: Mapping[str, float],
    nation_after: Mapping[str, float],
    minimum: int = 1,
) -> ShiftShare:
    """(C9). Dunn 1960. Amounts by industry of the place and of the nation, all in one unit (persons, 万元 at constant prices).

    G is taken over the industries the nation has in both years. An industry known in only one of the years, or unknown in
    the nation, is left out: unknown is never 0. One that the nation did not have before (0 and 0 in the place) counts as
    regional share entirely. An industry larger in the place than in the nation is kept and noted. ValueError for a figure
    that is no amount; refused with fewer than ``minimum`` industries or a nation without any activity before.
    """
    old, new = amounts(before, "before"), amounts(after, "after")
    whole_old, whole_new = amounts(nation_before, "nation before"), amounts(nation_after, "nation after")
    nation = whole_old.keys() & whole_new.keys()
    left_out = list(_one_year("complexity.nation_one_year", whole_old, whole_new))
    left_out += _one_year("complexity.place_one_year", old, new)
    rows, notes = [], []
    base = math.fsum(whole_old[name] for name in nation)
    rate = math.fsum(whole_new[name] for name in nation) / base - 1 if base else None
    for name in sorted(old.keys() & new.keys()):
        if name not in nation:
            left_out.append(Reason.of("complexity.no_reference", industry=name))
        elif whole_old[name] == 0 and old[name] > 0:
            left_out.append(Reason.of("complexity.nation_without", industry=name))
        elif rate is not None:
            if old[name] > whole_old[name] or new[name] > whole_new[name]:
                notes.append(Reason.of("complexity.exceeds_nation", industry=name))
            rows.append(_row(name, old[name], new[name], rate, (whole_old[name], whole_new[name])))
    refused = None
    if rate is None:
        refused = Reason.of("complexity.empty_nation")
    elif len(rows) < max(minimum, 1):
        refused = Reason.of("complexity.few_industries", n=str(len(rows)), needed=str(max(minimum, 1)))
    if refused:
        return ShiftShare((), None, None, len(rows), tuple(left_out), tuple(notes), refused)
    return ShiftShare(tuple(rows), _total(rows), rate, len(rows), tuple(left_out), tuple(notes))


def _one_year(code: str, one: Mapping[str, float], other: Mapping[str, float]) -> Iterable[Reason]:
    return (Reason.of(code, industry=name) for name in sorted(one.keys() ^ other.keys()))


def _row(name: str, before: float, after: float, rate: float, nation: tuple[float, float]) -> ShiftShareRow:
    if nation[0] == 0:
        return ShiftShareRow(name, before, after, 0.0, 0.0, after - before)
    expected = before * nation[1] / nation[0]
    growth = before * rate
    return ShiftShareRow(name, before, after, growth, expected - before - growth, after - expected)


def _total(rows: Iterable[ShiftShareRow]) -> ShiftShareRow:
    kept = tuple(rows)
    return ShiftShareRow(
        "",
        math.fsum(row.before for row in kept),
        math.fsum(row.after for row in kept),
        math.fsum(row.national_growth for row in kept),
        math.fsum(row.industry_mix for row in kept),
        math.fsum(row.regional_share for row in kept),
    )
