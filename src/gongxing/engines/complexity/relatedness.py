"""Proximity of industries (or places) and the relatedness density around an industry in a place: (C4), (C5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gongxing.engines.complexity.quotients import Advantages
from gongxing.engines.complexity.table import NETWORK, Marks, Matrix, Sample, kept, occupied, sealed
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, eq=False)
class Proximities:
    """Proximities of ``names`` with each other: ``values`` n × n, symmetric, 0…1, ones on the diagonal. ``between`` is
    "industries" or "places"; ``n_places`` and ``n_industries`` is what they were counted on."""

    names: tuple[str, ...]
    values: Matrix
    between: str
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None

    def of(self, one: str, other: str) -> float | None:
        """The proximity of two; None where one of them was left out."""
        if one not in self.names or other not in self.names:
            return None
        return float(self.values[self.names.index(one), self.names.index(other)])

    def nearest(self, name: str, count: int) -> tuple[tuple[str, float], ...]:
        """The ``count`` nearest others with their proximity above 0, nearest first, equals by name."""
        if name not in self.names:
            return ()
        row = self.values[self.names.index(name)]
        others = sorted(
            (-value, other) for other, value in zip(self.names, row, strict=True) if other != name and value > 0
        )
        return tuple((other, -float(value)) for value, other in others[:count])


@dataclass(frozen=True, eq=False)
class Density:
    """Relatedness density, P × I, a share 0…1: how much of what lies near the industry the place already has."""

    places: tuple[str, ...]
    industries: tuple[str, ...]
    values: Matrix
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None

    def of(self, place: str, industry: str) -> float | None:
        """The density of one place and industry; None where it was left out."""
        if place not in self.places or industry not in self.industries:
            return None
        return float(self.values[self.places.index(place), self.industries.index(industry)])


def proximities(found: Advantages, sample: Sample = NETWORK) -> Proximities:
    """(C4) between industries. Hidalgo et al. 2007. Industries no place has in strength are left out and named."""
    return _proximities(found, "industries", sample)


def place_proximities(found: Advantages, sample: Sample = NETWORK) -> Proximities:
    """(C4) between places: the smaller of the two shares of their industries that they have in common."""
    return _proximities(found, "places", sample)


def _proximities(found: Advantages, between: str, sample: Sample) -> Proximities:
    rows, columns, empty = occupied(found.marks, found.places, found.industries)
    left_out = (*found.left_out, *empty)
    n_places, n_industries = int(rows.sum()), int(columns.sum())
    refused = found.refused or sample.shortfall(n_places, n_industries)
    if refused:
        return Proximities((), sealed(np.zeros((0, 0))), between, n_places, n_industries, left_out, refused)
    marks = found.marks[np.ix_(rows, columns)]
    if between == "industries":
        names, values = kept(found.industries, columns), _shared(marks)
    else:
        names, values = kept(found.places, rows), _shared(marks.T)
    return Proximities(names, sealed(values), between, n_places, n_industries, left_out)


def _shared(marks: Marks) -> Matrix:
    """Columns in common over the larger column sum; whole numbers below 2^53, so the products are exact."""
    ones = marks.astype(np.float64)
    together = ones.T @ ones
    size = together.diagonal()
    return np.asarray(together / np.maximum(size[:, None], size[None, :]))


def density(found: Advantages, near: Proximities, include_self: bool = True) -> Density:
    """(C5). Hidalgo et al. 2007. ``near`` are proximities between industries, of this table or of a wider one.

    Every industry of ``near`` is judged; one that ``found`` does not list is one that none of its places has. Industries of
    ``found`` without proximities are left out and named. ``include_self`` False drops j = i from both sums (Balland et al.
    2019); an industry without any neighbour is then left out. ValueError for proximities between places.
    """
    if near.between != "industries":
        raise ValueError("density needs proximities between industries")
    at = {name: i for i, name in enumerate(near.names)}
    unknown = [name for name in found.industries if name not in at]
    weights = near.values.copy()
    if not include_self:
        np.fill_diagonal(weights, 0.0)
    reach = weights.sum(axis=0)
    linked = np.asarray(reach > 0)
    left_out = (
        *found.left_out,
        *(Reason.of("complexity.no_proximity", industry=name) for name in unknown),
        *(Reason.of("complexity.no_neighbour", industry=name) for name in kept(near.names, ~linked)),
    )
    industries = kept(near.names, linked)
    refused = found.refused or near.refused
    if refused is None and not industries:
        refused = Reason.of("complexity.few_industries", n="0", needed="1")
    if refused:
        return Density((), (), sealed(np.zeros((0, 0))), found.n_places, len(industries), left_out, refused)
    marks = np.zeros((len(found.places), len(near.names)))
    for i, name in enumerate(found.industries):
        if name in at:
            marks[:, at[name]] = found.marks[:, i]
    values = (marks @ weights)[:, linked] / reach[linked]
    return Density(found.places, industries, sealed(values), found.n_places, len(industries), left_out)
