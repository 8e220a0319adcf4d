"""The best set of a table and its bound: relaxation, simple rule, exchanges, exact search, whichever is enough (loads the solver)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, inf

from gongxing.engines.portfolio.admit import ROUNDING, Row, Table
from gongxing.engines.portfolio.results import RowId
from gongxing.engines.portfolio.simple import ROUNDS, greedy, improve
from gongxing.engines.portfolio.solving import CLOSE, Model, Outcome, Relaxed, relax, search

LARGE = 120
"""Options from which exchanges are tried before the exact search: below, the search is at its end before they are."""
PROVED = 1e-6


@dataclass(frozen=True)
class Best:
    """``chosen`` None: nothing found. ``bound`` on the value of any set; ``outcome``: proved (within the gap asked), stopped by the clock, or
    impossible; ``simple``: value of the simple rule (None: it found nothing)."""

    chosen: tuple[int, ...] | None
    value: float
    bound: float
    outcome: Outcome
    relaxed: Relaxed | None
    simple: float | None

    @property
    def gap(self) -> float:
        """(bound − value) ÷ |bound|."""
        return gap_of(self.value, self.bound)


def gap_of(value: float, bound: float) -> float:
    """(bound − value) ÷ |bound|; 0 where they are the same."""
    return max(0.0, (bound - value) / abs(bound)) if bound else max(0.0, -value)


def raised(table: Table, row: int, amount: float) -> Table:
    """The table with one limit raised (a least number lowered)."""
    rows = list(table.rows)
    rows[row] = replace(rows[row], limit=rows[row].limit + amount)
    return replace(table, rows=tuple(rows))


def with_least(table: Table, name: str, amounts: Sequence[float], least: float) -> Table:
    """The table with one more row: Σ amount · x ≥ least, room for rounding included."""
    place = len(table.rows)
    size = max(abs(least), fsum(abs(amount) for amount in amounts) * ROUNDING)
    row = Row(RowId("least", name), "", -(least - CLOSE * size))
    options = tuple(
        replace(option, uses=(*option.uses, (place, -amount))) if amount else option
        for option, amount in zip(table.options, amounts, strict=True)
    )
    return replace(table, options=options, rows=(*table.rows, row))


def with_values(table: Table, values: Sequence[float]) -> Table:
    """The table with another aim."""
    return replace(
        table,
        options=tuple(replace(option, value=value) for option, value in zip(table.options, values, strict=True)),
    )


def scaled(model: Model, relaxed: Relaxed | None) -> list[float] | None:
    """Prices per scaled row, as ``greedy`` takes them."""
    if relaxed is None or not relaxed.prices:
        return None
    return [price * scale for price, scale in zip(relaxed.prices, model.data.scales, strict=True)]


def optimum(model: Model, seconds: float, gap: float, start: Sequence[int] | None = None, ceiling: float = inf) -> Best:
    """The best set. ``start``: a set known to keep every limit, from which exchanges begin too; ``ceiling``: a bound known already."""
    table, must = model.table, model.must
    relaxed = relax(model)
    baseline = greedy(table, None, must)
    simple = None if baseline is None else table.worth(baseline)
    if relaxed is None:
        return Best(None, 0.0, 0.0, "impossible", None, None)
    prices, ceiling = scaled(model, relaxed), min(ceiling, relaxed.bound)
    known = [one for one in (baseline, greedy(table, prices, must), start) if one is not None and table.fits(one)]
    best = max(known, key=table.worth, default=None)
    if len(table.options) > LARGE:
        tried = improve(table, best, prices, must, ROUNDS)
        best = tried if tried is not None and table.fits(tried) else best
    if best is not None and gap_of(table.worth(best), ceiling) <= max(gap, CLOSE):
        return Best(tuple(best), table.worth(best), max(ceiling, table.worth(best)), "proved", relaxed, simple)
    answer = search(model, seconds, gap)
    if answer.chosen is not None and (best is None or table.worth(answer.chosen) > table.worth(best)):
        best = answer.chosen
    if best is None:
        return Best(None, 0.0, ceiling, answer.outcome, relaxed, simple)
    if answer.outcome == "stopped" and len(table.options) > LARGE:
        tried = improve(table, best, prices, must, ROUNDS)
        best = tried if tried is not None and table.fits(tried) else best
    value = table.worth(best)
    bound = max(value, min(ceiling, answer.bound))
    largest = max((abs(option.value) for option in table.options), default=0.0)
    if answer.outcome == "proved" and bound - value <= PROVED * max(abs(value), largest):
        bound = value
    proved = answer.outcome == "proved" or gap_of(value, bound) <= gap
    return Best(tuple(sorted(best)), value, bound, "proved" if proved else "stopped", relaxed, simple)
