"""A table by columns: numpy arrays for deciding many rows at once, beside the Python values as given for exact reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from gongxing.engines.conditions import Field, exact_number, known

Bools = npt.NDArray[np.bool_]
EXACT_DIGITS = 15
"""Two different decimal numbers of at most so many digits are different doubles (IEEE 754, DBL_DIG)."""
HUGE, TINY = 1e15, 1e-290
EASY_TYPES = frozenset({Decimal, int, float, type(None)})


@dataclass(frozen=True, eq=False, slots=True)
class NumberColumn:
    """``floats`` with NaN for unknown; ``wide`` the rows whose exact number has more digits than a double keeps apart."""

    field: Field
    raw: Sequence[Any]
    unknown: Bools
    floats: npt.NDArray[np.float64]
    wide: npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False, slots=True)
class DayColumn:
    """``days``: proleptic ordinals, 0 for unknown."""

    field: Field
    raw: Sequence[Any]
    unknown: Bools
    days: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class FlagColumn:
    """``flags``: 1, 0 and -1 for unknown."""

    field: Field
    raw: Sequence[Any]
    unknown: Bools
    flags: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, slots=True)
class CategoryColumn:
    """Texts, choices, codes and sets: ``codes`` index ``categories`` (str, or frozenset of str), -1 for unknown."""

    field: Field
    raw: Sequence[Any]
    unknown: Bools
    codes: npt.NDArray[np.int32]
    categories: tuple[Any, ...]


Column = NumberColumn | DayColumn | FlagColumn | CategoryColumn


def column(field: Field, values: Sequence[Any]) -> Column:
    """The column of one field, n values in the order of rows. TypeError naming field and row for a value that is not of the kind."""
    match field.kind:
        case "number":
            return _numbers(field, values)
        case "flag":
            return _flags(field, values)
        case "date":
            numbers = _numbered(field, values, date.toordinal)
            days = np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))
            return DayColumn(field, values, days == 0, days)
        case "set":
            frozen = [value if value is None or isinstance(value, frozenset) else _known(field, values, row)
                      for row, value in enumerate(values)]  # fmt: skip
            return _categories(field, values, frozen)
        case _:
            return _categories(field, values, values)


def _known(field: Field, values: Sequence[Any], row: int) -> Any:
    try:
        return known(field.kind, values[row])
    except TypeError as wrong:
        raise TypeError(f"{field.name}, row {row}: {wrong}") from None


def _refuse(field: Field, values: Sequence[Any]) -> NoReturn:
    """Find the first value that is not of the kind and say so."""
    for row in range(len(values)):
        _known(field, values, row)
    raise TypeError(f"{field.name}: not of the kind {field.kind}")


def _numbered(field: Field, values: Sequence[Any], number: Any) -> dict[Any, int]:
    """Each distinct value with its number, 0 for the unknown."""
    found: dict[Any, int] = {}
    try:
        for value in dict.fromkeys(values):
            exact = known(field.kind, value)
            found[value] = 0 if exact is None else number(exact)
    except TypeError:
        _refuse(field, values)
    return found


def _categories(field: Field, raw: Sequence[Any], values: Sequence[Any]) -> CategoryColumn:
    order: dict[Any, int] = {}
    numbers = _numbered(field, values, lambda exact: order.setdefault(exact, len(order)) + 1)
    codes = np.fromiter(map(numbers.__getitem__, values), np.int32, len(values)) - np.int32(1)
    return CategoryColumn(field, raw, codes < 0, codes, tuple(order))


def _flags(field: Field, values: Sequence[Any]) -> FlagColumn:
    if not set(map(type, values)) <= {bool, type(None)}:
        values = [_known(field, values, row) for row in range(len(values))]
    flags = np.fromiter((-1 if value is None else value for value in values), np.int8, len(values))
    return FlagColumn(field, values, flags < 0, flags)


def _float(value: Any) -> float:
    if value is None:
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a signalling NaN
        return math.nan


def _numbers(field: Field, values: Sequence[Any]) -> NumberColumn:
    types = set(map(type, values))
    if not types <= EASY_TYPES:
        values = [_known(field, values, row) for row in range(len(values))]
    floats = np.fromiter(map(_float, values), np.float64, len(values))
    for row in np.flatnonzero(np.isinf(floats)).tolist():
        if known("number", values[row]) is None:
            floats[row] = math.nan
    size = np.abs(floats)
    wide: set[int] = set(np.flatnonzero((size >= HUGE) | ((size < TINY) & (size > 0))).tolist())
    if Decimal in types:
        for row, value in enumerate(values):
            if (
                type(value) is Decimal
                and (len(str(value)) > EXACT_DIGITS or not floats[row])
                and value
                and too_wide(value)
            ):
                wide.add(row)
    unknown = np.isnan(floats)
    return NumberColumn(
        field, values, unknown, floats, np.array(sorted(row for row in wide if not unknown[row]), np.intp)
    )


def too_wide(value: Decimal | int) -> bool:
    """Whether a double may not keep this number apart from its neighbours."""
    number = exact_number(value)
    return number.is_finite() and (len(number.as_tuple().digits) > EXACT_DIGITS or abs(number.adjusted()) > 200)


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """``rows`` rows; every field has a column. Built once, matched against any number of clauses."""

    rows: int
    fields: Mapping[str, Field]
    columns: Mapping[str, Column]

    @classmethod
    def of(cls, fields: Iterable[Field], values: Mapping[str, Sequence[Any]], rows: int | None = None) -> Table:
        """From one sequence of Python values per field. A field without values is unknown in all rows. ValueError when lengths differ or
        values have no field; TypeError for a value of another kind."""
        named = {field.name: field for field in fields}
        if strangers := sorted(set(values) - set(named)):
            raise ValueError(f"values without a field: {', '.join(strangers)}")
        lengths = {len(one) for one in values.values()} | ({rows} if rows is not None else set())
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        n = lengths.pop() if lengths else 0
        blank = (None,) * n
        return cls(n, named, {name: column(field, values.get(name, blank)) for name, field in named.items()})

    def facts(self, row: int, names: Iterable[str]) -> dict[str, Any]:
        """The values of one row as given. IndexError outside 0 … rows-1."""
        if not 0 <= row < self.rows:
            raise IndexError(row)
        return {name: self.columns[name].raw[row] for name in names if name in self.columns}
