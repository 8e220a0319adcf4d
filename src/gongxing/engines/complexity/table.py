"""The table every measure starts from: places × industries, checked and put in the order of names once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason

Matrix = NDArray[np.float64]
Marks = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The fewest places and industries, after empty ones are left out, on which a measure is still given."""

    places: int
    industries: int

    def shortfall(self, places: int, industries: int) -> Reason | None:
        """Why the sample is too small, or None. The first of the two that falls short is named."""
        if places < self.places:
            return Reason.of("complexity.few_places", n=str(places), needed=str(self.places))
        if industries < self.industries:
            return Reason.of("complexity.few_industries", n=str(industries), needed=str(self.industries))
        return None


COMPARISON = Sample(2, 2)
"""Against itself one place or one industry is always 1: two are the least that can be compared."""
NETWORK = Sample(10, 10)
"""Co-occurrence among fewer than ten places or industries is chance: one place more or less moves a proximity by a tenth."""


@dataclass(frozen=True, eq=False)
class ActivityTable:
    """How much of each industry each place has.

    ``values`` is P × I, not negative, in any unit that may be added up. On construction rows and columns are put in the
    order of their names and the array is made read-only. ValueError, naming place and industry, for a figure that is
    missing, infinite or negative; for a name twice; for a shape that does not fit.
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    values: Matrix

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        if values.shape != (len(self.places), len(self.industries)):
            raise ValueError(
                f"{values.shape} figures for {len(self.places)} places and {len(self.industries)} industries"
            )
        for kind, names in (("place", self.places), ("industry", self.industries)):
            if len(set(names)) != len(names):
                raise ValueError(f"{kind} {_repeated(names)!r} is there twice")
        for p, i in np.argwhere(~(np.isfinite(values) & (values >= 0))):
            raise ValueError(f"place {self.places[p]!r}, industry {self.industries[i]!r}: {values[p, i]} is no amount")
        rows, columns = _order(self.places), _order(self.industries)
        object.__setattr__(self, "places", tuple(self.places[p] for p in rows))
        object.__setattr__(self, "industries", tuple(self.industries[i] for i in columns))
        object.__setattr__(self, "values", sealed(np.ascontiguousarray(values[np.ix_(rows, columns)])))

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str, float]]) -> ActivityTable:
        """From (place, industry, amount). A pair that is not there is 0; a pair that is there twice is a ValueError, because
        nobody knows whether to add the two."""
        cells: dict[tuple[str, str], float] = {}
        for place, industry, amount in rows:
            if (place, industry) in cells:
                raise ValueError(f"place {place!r}, industry {industry!r} is there twice")
            cells[place, industry] = amount
        places = sorted({place for place, _ in cells})
        industries = sorted({industry for _, industry in cells})
        at_place = {name: p for p, name in enumerate(places)}
        at_industry = {name: i for i, name in enumerate(industries)}
        values = np.zeros((len(places), len(industries)))
        values[[at_place[p] for p, _ in cells], [at_industry[i] for _, i in cells]] = list(cells.values())
        return cls(tuple(places), tuple(industries), values)


def _repeated(names: Sequence[str]) -> str:
    return next(name for name in names if names.count(name) > 1)


def _order(names: Sequence[str]) -> list[int]:
    return sorted(range(len(names)), key=names.__getitem__)


def sealed(values: Matrix) -> Matrix:
    """The same array, no longer writable: a frozen result must not change under its reader."""
    values.setflags(write=False)
    return values


def occupied(marks: Marks, places: Sequence[str], industries: Sequence[str]) -> tuple[Marks, Marks, tuple[Reason, ...]]:
    """Which rows and columns of ``marks`` (P × I) hold anything, and a reason for each that does not."""
    rows, columns = anything(marks, 1), anything(marks, 0)
    left_out = [Reason.of("complexity.empty_place", place=name) for name in kept(places, ~rows)]
    left_out += [Reason.of("complexity.empty_industry", industry=name) for name in kept(industries, ~columns)]
    return rows, columns, tuple(left_out)


def anything(marks: Marks, axis: int) -> Marks:
    """Whether anything is marked along an axis: 1 asks each row, 0 each column."""
    return np.asarray(marks.any(axis=axis), dtype=np.bool_)


def kept(names: Sequence[str], marks: Marks) -> tuple[str, ...]:
    """The names whose mark is set."""
    return tuple(name for name, keep in zip(names, marks, strict=True) if keep)


def amounts(figures: Mapping[str, float], what: str) -> dict[str, float]:
    """A named vector in the order of its names. ValueError, naming the entry, for a missing, infinite or negative figure."""
    for name, value in figures.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{what} of {name!r}: {value} is no amount")
    return {name: float(figures[name]) for name in sorted(figures)}
