"""Location quotients, revealed comparative advantage and the binary table made of it: (C1), (C2), (C3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gongxing.engines.complexity.table import (
    COMPARISON,
    ActivityTable,
    Counts,
    Marks,
    Matrix,
    Sample,
    amounts,
    kept,
    occupied,
    sealed,
)
from gongxing.engines.reasons import Reason

ROUNDING = 1e-12
"""A quotient short of the threshold by less than this share of it counts: 1/3 + 1/3 + 1/3 is not always 1 in binary."""


@dataclass(frozen=True, eq=False)
class Quotients:
    """Location quotients, P × I, no unit; 1 is the reference area's share. ``amounts``, P × I, are the figures they were made
    of, so that a reader sees how few stand behind a large quotient.

    ``reference`` is "table" (the places together: Balassa) or "given" (an area outside the table, such as the nation).
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    values: Matrix
    amounts: Matrix
    reference: str
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None

    def of(self, place: str, industry: str) -> float | None:
        """The quotient of one place and industry; None where it was left out."""
        if place not in self.places or industry not in self.industries:
            return None
        return float(self.values[self.places.index(place), self.industries.index(industry)])


@dataclass(frozen=True, eq=False)
class Advantages:
    """Where a place has an industry in strength: ``marks`` P × I, ``diversity`` P, ``ubiquity`` I (numbers, no unit)."""

    places: tuple[str, ...]
    industries: tuple[str, ...]
    marks: Marks
    diversity: Counts
    ubiquity: Counts
    threshold: float
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None


def location_quotient(part: float, place: float, industry: float, whole: float) -> float | None:
    """(C1) for one cell: ``part`` of the industry in the place, the ``place``, the ``industry`` in the reference area, the
    ``whole`` of that area, all in one unit. None where the place, the industry or the whole is 0. ValueError for a figure
    that is no amount."""
    for name, value in (("part", part), ("place", place), ("industry", industry), ("whole", whole)):
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name}: {value} is no amount")
    if place == 0 or industry == 0 or whole == 0:
        return None
    return (part / place) / (industry / whole)


def location_quotients(
    table: ActivityTable, reference: Mapping[str, float] | None = None, sample: Sample | None = None
) -> Quotients:
    """(C1) for a table. Florence 1939; Balassa 1965 without ``reference``.

    ``reference`` gives every industry's amount in an area outside the table, in the table's unit; industries it lacks are
    left out, and the places keep their full totals. Against a reference one place with one industry is enough; among
    themselves two of each are. ValueError for a reference figure that is no amount.
    """
    least = sample or (COMPARISON if reference is None else Sample(1, 1))
    rows, columns, left_out = occupied(table.values > 0, table.places, table.industries)
    mass = amounts(reference, "reference") if reference is not None else {}
    if reference is not None:
        known = np.array([mass.get(name, 0.0) > 0 for name in table.industries], dtype=np.bool_)
        left_out += tuple(
            Reason.of("complexity.no_reference", industry=table.industries[i]) for i in np.flatnonzero(columns & ~known)
        )
        columns = columns & known
    places, industries = kept(table.places, rows), kept(table.industries, columns)
    origin = "table" if reference is None else "given"
    refused = least.shortfall(len(places), len(industries))
    if refused:
        empty = sealed(np.zeros((0, 0)))
        return Quotients((), (), empty, empty, origin, len(places), len(industries), left_out, refused)
    own = table.values[rows].sum(axis=1)
    if reference is None:
        share = table.values[:, columns].sum(axis=0) / table.values.sum()
    else:
        share = np.array([mass[name] for name in industries]) / math.fsum(mass.values())
    cells = sealed(table.values[np.ix_(rows, columns)])
    values = sealed(cells / own[:, None] / share)
    return Quotients(places, industries, values, cells, origin, len(places), len(industries), left_out)


def revealed_comparative_advantage(table: ActivityTable, sample: Sample | None = None) -> Quotients:
    """Balassa's index: (C1) with the places of the table together as reference."""
    return location_quotients(table, None, sample)


def advantages(quotients: Quotients, threshold: float = 1.0, least_amount: float = 0.0) -> Advantages:
    """(C2) and (C3). A quotient equal to ``threshold`` counts, also when division left it short in the last digits; an amount
    below ``least_amount`` (in the table's unit) never does, whatever its quotient.

    Places and industries without any mark stay in, with diversity or ubiquity 0; the measures built on top leave them out
    and say so. ValueError for a threshold that is not a positive number or a least amount that is no amount.
    """
    if not (math.isfinite(threshold) and threshold > 0):
        raise ValueError(f"threshold {threshold} is not a positive number")
    if not (math.isfinite(least_amount) and least_amount >= 0):
        raise ValueError(f"least amount {least_amount} is no amount")
    marks = (quotients.values >= threshold * (1 - ROUNDING)) & (quotients.amounts >= least_amount)
    marks.setflags(write=False)
    return Advantages(
        quotients.places,
        quotients.industries,
        marks,
        marks.sum(axis=1),
        marks.sum(axis=0),
        threshold,
        quotients.n_places,
        quotients.n_industries,
        quotients.left_out,
        quotients.refused,
    )
