"""Which rows meet a predicate, as one boolean array per distinct predicate, computed once and shared by all clauses."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from gongxing.engines.conditions import Group, Predicate, exact_number, known
from gongxing.engines.matching.columns import (
    Bools,
    CategoryColumn,
    Column,
    DayColumn,
    FlagColumn,
    NumberColumn,
    Table,
    too_wide,
)

ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt,
    "on_or_after": operator.ge, "on_or_before": operator.le, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip
MANY = 16


class Masks:
    """The masks of one table. An array handed out is shared: do not write to it."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._met: dict[Predicate, Bools] = {}

    def __len__(self) -> int:
        return len(self._met)

    def met(self, predicate: Predicate) -> Bools:
        """Rows that meet the predicate: known and true. The predicate must have no fault."""
        found = self._met.get(predicate)
        if found is None:
            found = self._met[predicate] = _met(self._table.columns[predicate.field], predicate)
        return found

    def unknown(self, predicate: Predicate) -> Bools:
        """Rows whose datum is unknown."""
        return self._table.columns[predicate.field].unknown

    def group(self, group: Group) -> tuple[Bools, Bools]:
        """Rows in which the group is true, and rows in which it is unknown."""
        met = self.met(group[0])
        unknown = self.unknown(group[0])
        if len(group) == 1:
            return met, unknown
        met, unknown = met.copy(), unknown.copy()
        for predicate in group[1:]:
            met |= self.met(predicate)
            unknown |= self.unknown(predicate)
        unknown &= ~met
        return met, unknown


def _met(column: Column, predicate: Predicate) -> Bools:
    if isinstance(column, NumberColumn):
        return _numbers(column, predicate)
    if isinstance(column, DayColumn):
        return _days(column, predicate)
    if isinstance(column, FlagColumn):
        return np.asarray(column.flags == (1 if predicate.op == "is_true" else 0))
    return _categories(column, predicate)


def _days(column: DayColumn, predicate: Predicate) -> Bools:
    wanted: Any = predicate.value
    if predicate.op == "between":
        first, last = wanted[0].toordinal(), wanted[1].toordinal()
        return np.asarray((column.days >= first) & (column.days <= last) & ~column.unknown)
    return np.asarray(ORDER[predicate.op](column.days, wanted.toordinal()) & ~column.unknown)


def _numbers(column: NumberColumn, predicate: Predicate) -> Bools:
    op, wanted = predicate.op, predicate.value
    bounds = [exact_number(one) for one in (wanted if isinstance(wanted, tuple) else (wanted,))]  # type: ignore[arg-type]
    met = _compared(column.floats, op, [float(bound) for bound in bounds])
    met &= ~column.unknown
    doubtful = column.wide
    if any(too_wide(bound) for bound in bounds):
        doubtful = np.union1d(doubtful, np.flatnonzero(np.isin(column.floats, [float(bound) for bound in bounds])))
    for row in doubtful:
        met[row] = _exactly(known("number", column.raw[row]), op, bounds)
    return met


def _compared(floats: Any, op: str, bounds: list[float]) -> Bools:
    found: Any
    if op == "between":
        found = (floats >= bounds[0]) & (floats <= bounds[1])
    elif op in ("in", "not_in"):
        if len(bounds) > MANY:
            found = np.isin(floats, bounds)
        else:
            found = floats == bounds[0]
            for bound in bounds[1:]:
                found |= floats == bound
        found = ~found if op == "not_in" else found
    else:
        found = ORDER[op](floats, bounds[0])
    return np.asarray(found)


def _exactly(number: Decimal, op: str, bounds: list[Decimal]) -> bool:
    """The same on decimals, for the few rows a double cannot decide."""
    if op == "between":
        return bounds[0] <= number <= bounds[1]
    if op in ("in", "not_in"):
        return (number in bounds) is (op == "in")
    return bool(ORDER[op](number, bounds[0]))


def _categories(column: CategoryColumn, predicate: Predicate) -> Bools:
    """The predicate is decided once per category; the last place answers for the code -1."""
    test = _test(column.field.kind, predicate.op, predicate.value)
    answers = np.zeros(len(column.categories) + 1, np.bool_)
    for k, category in enumerate(column.categories):
        answers[k] = test(category)
    return answers[column.codes]


def _test(kind: str, op: str, wanted: Any) -> Callable[[Any], bool]:
    if op in ("eq", "ne"):
        return lambda category: (category == wanted) is (op == "eq")
    if op in ("starts", "not_starts"):
        return lambda category: category.startswith(wanted) is (op == "starts")
    if op == "contains":
        return lambda category: wanted in category
    listed = frozenset(wanted)
    if op in ("any_of", "none_of"):
        return lambda category: listed.isdisjoint(category) is (op == "none_of")
    return lambda category: (category in listed) is (op == "in")
