"""What a clause would cost, exact to the last digit, without a decimal multiplication per row.

Let x = n / 10⁴ with n whole and below 10¹⁵. Then min(cap, r·x) = cap iff n ≥ ⌈cap · 10⁴ / r⌉, so a total is r · Σn / 10⁴ over the rows below that
line plus cap for each other: whole numbers only. That a double is such an n / 10⁴ is checked by dividing back; a row that is not is multiplied by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from gongxing.engines.conditions.values import EXACT
from gongxing.engines.matching.columns import HUGE, Column, NumberColumn
from gongxing.engines.matching.explain import worth_of
from gongxing.engines.matching.model import Amount

Rows = npt.NDArray[np.intp]
SCALE = 10_000
LOW_BITS = 30


@dataclass(frozen=True, slots=True)
class Cost:
    """What a clause would cost: exact ``total`` of the ``known`` rows; ``unknown`` rows whose number nobody knows (or is below 0) are not in it.
    ``capped``: rows that get the cap. ``over``: by how much the total exceeds the pot (None: no pot)."""

    total: Decimal
    known: int
    unknown: int
    capped: int
    unknown_rows: tuple[int, ...]
    over: Decimal | None


def cost_of(amount: Amount, column: Column | None, rows: Rows, budget: Decimal | None) -> Cost:
    """The cost of paying ``amount`` to ``rows``; ``column`` holds the numbers of a ratio."""
    if amount.kind == "fixed" or not isinstance(column, NumberColumn):
        worth = worth_of(amount, None) or Decimal(0)
        total = EXACT.multiply(worth, Decimal(len(rows)))
        capped = len(rows) if amount.cap is not None and worth == amount.cap else 0
        return Cost(total, len(rows), 0, capped, (), _over(total, budget))
    easy, total, capped = _in_whole_numbers(amount, column, rows)
    known = int(easy.sum())
    unknown: list[int] = []
    for row in rows[~easy].tolist():
        one = worth_of(amount, column.raw[row])
        if one is None:
            unknown.append(row)
            continue
        known += 1
        capped += amount.cap is not None and one == amount.cap
        total = EXACT.add(total, one)
    return Cost(total, known, len(unknown), capped, tuple(unknown), _over(total, budget))


def _in_whole_numbers(amount: Amount, column: NumberColumn, rows: Rows) -> tuple[npt.NDArray[np.bool_], Decimal, int]:
    """Which of the rows were paid so, their total, and how many got the cap."""
    floats = column.floats[rows]
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(floats * SCALE)
        easy = (scaled >= 0) & (scaled < HUGE) & (scaled / SCALE == floats) & ~np.isin(rows, column.wide)
    if not amount.value:
        easy[:] = False
    whole = scaled[easy].astype(np.int64)
    capped = 0
    if amount.cap is not None and amount.value:
        line = math.ceil(Fraction(amount.cap) * SCALE / Fraction(amount.value))
        below = whole < line if line < HUGE else np.ones(len(whole), np.bool_)
        capped = int((~below).sum())
        whole = whole[below]
    n = (int((whole >> LOW_BITS).sum()) << LOW_BITS) + int((whole & ((1 << LOW_BITS) - 1)).sum())
    total = EXACT.multiply(amount.value, EXACT.divide(Decimal(n), Decimal(SCALE)))
    if capped and amount.cap is not None:
        total = EXACT.add(total, EXACT.multiply(amount.cap, Decimal(capped)))
    return easy, total, capped


def _over(total: Decimal, budget: Decimal | None) -> Decimal | None:
    return None if budget is None else max(Decimal(0), EXACT.subtract(total, budget))
