"""Complexity of places and industries by eigenvector: (C6), (C7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gongxing.engines.complexity.quotients import Advantages
from gongxing.engines.complexity.table import (
    COMPARISON,
    NETWORK,
    Marks,
    Matrix,
    Sample,
    anything,
    kept,
    occupied,
    sealed,
)
from gongxing.engines.reasons import Reason

FLAT = 1e-9
"""Eigenvalues nearer to each other than this, or a correlation or spread below it, decide nothing."""


@dataclass(frozen=True, eq=False)
class Complexity:
    """``eci`` P and ``pci`` I, each with mean 0 and standard deviation 1 (population), no unit.

    ``eigenvalues`` are the second and third largest (the first is 1): the nearer they are, the less the order means.
    ``sign`` says what turned the eigenvector: "diversity", or "ubiquity" where all places have the same diversity.
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    eci: Matrix
    pci: Matrix
    eigenvalues: tuple[float, float]
    sign: str
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    refused: Reason | None = None


def economic_complexity(found: Advantages, sample: Sample = NETWORK) -> Complexity:
    """(C6), (C7). Hausmann, Hidalgo et al. 2014.

    The sign is fixed so that ECI correlates positively with diversity; where that correlation is 0 or undefined, negatively
    with the mean ubiquity of a place's industries. Places and industries without marks are left out, and so is every group
    that shares no industry with the largest group (between unconnected groups the eigenvector only tells them apart).
    Refused, with the reason: too small a sample (never fewer than two places and two industries); two largest groups of one
    size; all places alike; a second eigenvalue that is not a single one; a sign that nothing decides.
    """
    sample = Sample(max(sample.places, COMPARISON.places), max(sample.industries, COMPARISON.industries))
    rows, columns, empty = occupied(found.marks, found.places, found.industries)
    left_out = (*found.left_out, *empty)
    refused = found.refused or sample.shortfall(int(rows.sum()), int(columns.sum()))
    if refused:
        return _nothing(int(rows.sum()), int(columns.sum()), left_out, refused)
    rows, columns, apart, refused = _largest_group(found, rows, columns)
    left_out = (*left_out, *apart)
    n_places, n_industries = int(rows.sum()), int(columns.sum())
    refused = refused or sample.shortfall(n_places, n_industries)
    if refused:
        return _nothing(n_places, n_industries, left_out, refused)
    marks = found.marks[np.ix_(rows, columns)].astype(np.float64)
    places, industries, second, third = _second_vectors(marks)
    direction, sign = _direction(places, marks)
    refused = _without_order(places, second, third, direction)
    if refused:
        return _nothing(n_places, n_industries, left_out, refused)
    return Complexity(
        kept(found.places, rows),
        kept(found.industries, columns),
        sealed(_standardised(direction * places)),
        sealed(_standardised(direction * industries)),
        (second, third),
        sign,
        n_places,
        n_industries,
        left_out,
    )


def _nothing(n_places: int, n_industries: int, left_out: tuple[Reason, ...], refused: Reason) -> Complexity:
    none = sealed(np.zeros(0))
    return Complexity((), (), none, none, (0.0, 0.0), "", n_places, n_industries, left_out, refused)


def _without_order(places: Matrix, second: float, third: float, direction: int) -> Reason | None:
    """Why the vector puts the places in no order, or None."""
    if second < FLAT or np.ptp(places) < FLAT:
        return Reason.of("complexity.all_alike")
    if second - third < FLAT:
        return Reason.of("complexity.eigenvalue_tie", second=f"{second:.6f}", third=f"{third:.6f}")
    return None if direction else Reason.of("complexity.no_sign")


def _second_vectors(marks: Matrix) -> tuple[Matrix, Matrix, float, float]:
    """The vectors of (C6) and (C7) up to scale, and the second and third eigenvalue.

    W = D^-½ M U^-½ makes the problem symmetric; W Wᵀ and Wᵀ W share their eigenvalues, so the smaller one is solved.
    """
    diversity, ubiquity = marks.sum(axis=1), marks.sum(axis=0)
    scaled = marks / np.sqrt(diversity)[:, None] / np.sqrt(ubiquity)
    if len(diversity) <= len(ubiquity):
        values, vectors = np.linalg.eigh(scaled @ scaled.T)
        places = vectors[:, -2] / np.sqrt(diversity)
        industries = marks.T @ places / ubiquity
    else:
        values, vectors = np.linalg.eigh(scaled.T @ scaled)
        industries = vectors[:, -2] / np.sqrt(ubiquity)
        places = marks @ industries / diversity
    third = float(values[-3]) if len(values) > 2 else 0.0
    return places, industries, float(values[-2]), third


def _direction(vector: Matrix, marks: Matrix) -> tuple[int, str]:
    """+1 or −1 and what decided it; 0 where nothing does."""
    mean_ubiquity = marks @ marks.sum(axis=0) / marks.sum(axis=1)
    if np.ptp(vector) < FLAT:
        return 0, ""
    for name, measure, wanted in (("diversity", marks.sum(axis=1), 1), ("ubiquity", mean_ubiquity, -1)):
        if np.ptp(measure) < FLAT:
            continue
        correlation = float(np.corrcoef(vector, measure)[0, 1])
        if abs(correlation) > FLAT:
            return wanted * (1 if correlation > 0 else -1), name
    return 0, ""


def _standardised(vector: Matrix) -> Matrix:
    return np.asarray((vector - vector.mean()) / vector.std())


def _largest_group(found: Advantages, rows: Marks, columns: Marks) -> tuple[Marks, Marks, list[Reason], Reason | None]:
    """The group with most places (then industries) among those linked by shared industries; the rest, and why no group."""
    groups: list[tuple[int, int, Marks, Marks]] = []
    left = rows.copy()
    while left.any():
        some = np.zeros_like(rows)
        some[np.flatnonzero(left)[0]] = True
        while True:
            reached = anything(found.marks[some], 0)
            wider = anything(found.marks[:, reached], 1)
            if (wider == some).all():
                break
            some = wider
        groups.append((int(some.sum()), int(reached.sum()), some, reached))
        left &= ~some
    groups.sort(key=lambda group: group[:2], reverse=True)
    if len(groups) > 1 and groups[0][:2] == groups[1][:2]:
        return rows, columns, [], Reason.of("complexity.unconnected", groups=str(len(groups)))
    _, _, places, industries = groups[0]
    apart = [Reason.of("complexity.apart", place=name) for name in kept(found.places, rows & ~places)]
    apart += [Reason.of("complexity.apart", industry=name) for name in kept(found.industries, columns & ~industries)]
    return places, industries, apart, None
