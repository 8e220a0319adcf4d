"""Why each project left out is left out, all at once and without the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

import numpy as np

from gongxing.engines.portfolio.admit import ROUNDING, Row, Table
from gongxing.engines.portfolio.figures import shown
from gongxing.engines.portfolio.results import LeftOut, Short, Swap
from gongxing.engines.portfolio.simple import Arrays, arrays
from gongxing.engines.reasons import Reason


def left_out(table: Table, chosen: Sequence[int], prices: Sequence[float] | None) -> tuple[LeftOut, ...]:
    """Every project that is not in the set, by key: those set aside with their reasons, the others with what stands in their way."""
    keys = {table.options[place].key for place in chosen}
    data, used = arrays(table), table.used(chosen)
    found = {key: LeftOut(key, True, reasons) for key, reasons in table.aside.items()}
    for key, places in table.by_key.items():
        if key not in keys:
            found[key] = _one(table, data, chosen, used, key, places, prices)
    return tuple(found[key] for key in sorted(found))


def _one(
    table: Table,
    data: Arrays,
    chosen: Sequence[int],
    used: Sequence[float],
    key: str,
    places: Sequence[int],
    prices: Sequence[float] | None,
) -> LeftOut:
    ways = {place: _blocked(table, used, place) for place in places}
    way = min(
        places, key=lambda place: (len(ways[place]), _share(table, ways[place]), -table.options[place].value, place)
    )
    short = tuple(_short(table.rows[row], used[row], amount) for row, amount in ways[way].items())
    rise = None
    if prices is not None:
        costs = {place: fsum(prices[row] * a for row, a in table.options[place].uses) for place in places}
        rise = max(0.0, min(costs[place] - table.options[place].value for place in places))
    reasons = [*_reasons(table, key, way, ways), *table.told.get(key, ())]
    kept = tuple(one for one in short if one.row.kind not in ("twins", "requires"))
    return LeftOut(key, False, tuple(reasons), table.options[way].fund, kept, rise, _swap(table, data, chosen, places))


def _blocked(table: Table, used: Sequence[float], place: int) -> dict[int, float]:
    """Rows an option does not fit under beside the set, and what it needs of each."""
    return {
        row: amount
        for row, amount in table.options[place].uses
        if amount > 0 and used[row] + amount > table.rows[row].allowed
    }


def _share(table: Table, rows: Mapping[int, float]) -> float:
    """How much is lacking at worst, in parts of the need."""
    return max((amount / max(abs(table.rows[row].limit), amount) for row, amount in rows.items()), default=0.0)


def _short(row: Row, used: float, need: float) -> Short:
    left = max(0.0, row.limit - used)
    return Short(row.id, row.unit, need, left, need - left)


def _reasons(table: Table, key: str, way: int, ways: Mapping[int, Mapping[int, float]]) -> list[Reason]:
    """Codes: twin chosen, what it requires not chosen, too large for a whole limit, no fund, park full, short, or not worth it."""
    found = []
    rows = {table.rows[row].id: amount for row, amount in ways[way].items()}
    for row, need in rows.items():
        limit = next(one.limit for one in table.rows if one.id == row)
        if row.kind == "twins":
            found.append(
                Reason.of("portfolio.left.twin", project=key, other=row.other if row.name == key else row.name)
            )
        elif row.kind == "requires":
            found.append(Reason.of("portfolio.left.requires", project=key, other=row.other))
        elif row.kind == "budget":
            code = "too_large" if need > limit * (1 + ROUNDING) else "short"
            found.append(
                Reason.of(
                    f"portfolio.left.{code}", project=key, resource=row.name, park=row.other, need=shown(need),
                    limit=shown(limit),
                )
            )  # fmt: skip
        elif row.kind == "most":
            found.append(Reason.of("portfolio.left.quota", project=key, park=row.name, most=shown(limit)))
        else:
            found.append(Reason.of(f"portfolio.left.{row.kind}", project=key, fund=row.name))
    funds = ("fund", "slots")
    if all(any(table.rows[row].id.kind in funds for row in blocked) for blocked in ways.values()):
        found.insert(0, Reason.of("portfolio.left.no_fund", project=key))
    if all(table.options[place].value <= 0 for place in ways):
        found.insert(0, Reason.of("portfolio.left.no_value", project=key))
    return found or [Reason.of("portfolio.left.outbid", project=key)]


def _swap(table: Table, data: Arrays, chosen: Sequence[int], places: Sequence[int]) -> Swap | None:
    """The best exchange one for one: least loss, then smallest key."""
    free = [place for place in chosen if not data.decided[place]]
    if not free:
        return None
    used = data.uses[:, list(chosen)].sum(axis=1)
    room = data.limits + ROUNDING * np.abs(data.limits)
    best: tuple[float, str] | None = None
    for place in places:
        if not data.possible[place]:
            continue
        after = used[:, None] - data.uses[:, free] + data.uses[:, [place]]
        for k in np.flatnonzero((after <= room[:, None] + ROUNDING).all(axis=0)):
            gone = table.options[free[int(k)]]
            swap = (gone.value - table.options[place].value, gone.key)
            best = swap if best is None or swap < best else best
    return None if best is None else Swap(best[1], best[0])
