"""How far many rows are from a predicate, as shares of its bound: the order of the nearest rows, without a reason for each."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from gongxing.engines.conditions import Group, Predicate
from gongxing.engines.matching.columns import Column, DayColumn, NumberColumn, Table
from gongxing.engines.matching.explain import DAYS_A_YEAR, days_wanted

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def movable(predicate: Predicate, table: Table, today: date) -> Bools | bool:
    """Where a false predicate can still be made true, by row or for all of them: see ``Field.changeable`` and ``can_move``."""
    if not table.fields[predicate.field].changeable:
        return False
    column = table.columns[predicate.field]
    if not isinstance(column, DayColumn):
        return True
    if predicate.op != "ne" and max(days_wanted(predicate)) < today:
        return False
    return column.days >= today.toordinal()


def dearness(group: Group, table: Table, rows: Rows, today: date) -> Floats:
    """For each row the smallest relative shortfall among the group's predicates that can be changed; infinite without a distance. Rows must be ones
    in which the whole group is false. Within a rounding error of ``Shortfall.relative``."""
    found = np.full(len(rows), np.inf)
    for one in group:
        moves = movable(one, table, today)
        if moves is not False:
            far = _relative(table.columns[one.field], one, rows)
            np.minimum(found, far if moves is True else np.where(moves[rows], far, np.inf), out=found)
    return found


def _relative(column: Column, predicate: Predicate, rows: Rows) -> Floats:
    wanted: Any = predicate.value if isinstance(predicate.value, tuple) else (predicate.value,)
    if predicate.op in ("ne", "not_in") or not isinstance(column, (NumberColumn, DayColumn)):
        return np.full(len(rows), np.inf)
    if isinstance(column, DayColumn):
        days = column.days[rows].astype(np.float64)
        bounds = [float(one.toordinal()) for one in wanted if isinstance(one, date)]
        return np.min([np.abs(days - bound) for bound in bounds], axis=0) / DAYS_A_YEAR  # type: ignore[no-any-return]
    floats = column.floats[rows]
    limits = np.array([float(one) for one in wanted])
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(floats[None, :] - limits[:, None])
        nearest = apart.argmin(axis=0)
        size = np.abs(limits)[nearest]
        return np.where(size > 0, apart[nearest, np.arange(len(rows))] / size, np.inf)
