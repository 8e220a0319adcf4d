"""Coefficients and inverses of a table: (I2) to (I7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gongxing.engines.inputoutput.table import FlowTable, Matrix
from gongxing.engines.reasons import Reason

MARGIN = 1e-9
"""A spectral radius this near to 1 counts as 1: the inverse would be made of rounding."""
ROUNDING = 1e-12
SMALLEST = 1e-200  # any positive vector gives a bound; one that sank to 0 would give none
STEPS = 5000


@dataclass(frozen=True, eq=False)
class Solution:
    """A solved table; every matrix n × n, every vector n, in the order of ``sectors``. Per unit of output: ``technical`` A,
    ``technical_domestic`` Aᵈ, ``value_added``, ``labour``, ``outside`` (bought from sectors left out). ``allocation`` B per unit of
    the seller's output. ``leontief``, ``leontief_domestic``, ``ghosh`` per unit of final demand (primary input). ``import_share``
    0…1. ``radius`` is the spectral radius of A. When refused, ``sectors`` is empty and so is everything else."""

    sectors: tuple[str, ...]
    technical: Matrix
    technical_domestic: Matrix
    leontief: Matrix
    leontief_domestic: Matrix
    allocation: Matrix
    ghosh: Matrix
    value_added: Matrix
    labour: Matrix
    import_share: Matrix
    outside: Matrix
    output: Matrix
    radius: float
    n_sectors: int
    excluded: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    refused: Reason | None = None


def solve(table: FlowTable) -> Solution:
    """All coefficients and inverses. Leontief 1936, Ghosh 1958; Miller and Blair 2009.

    Refused, with the reason: no sector left, or a spectral radius of A of 1 or more (so that no inverse has a meaning).
    B = x̂⁻¹ A x̂ has the eigenvalues of A, and Aᵈ ≤ A, so that one radius serves all three.
    """
    count = len(table.sectors)
    if count == 0:
        return _nothing(table, 0.0, Reason.of("inputoutput.no_sector"))
    technical = table.flows / table.output
    leontief = _productive(technical)
    radius = _radius(technical, leontief)
    if leontief is None or not radius < 1 - MARGIN:
        return _nothing(table, radius, Reason.of("inputoutput.not_productive", radius=f"{radius:.6f}"))
    share, clipped = _import_share(table)
    domestic = (1 - share)[:, None] * technical if table.domestic is None else table.domestic / table.output
    allocation = table.flows / table.output[:, None]
    return Solution(
        table.sectors,
        technical,
        domestic,
        leontief,
        _inverse(domestic),
        allocation,
        _inverse(allocation),
        table.value_added / table.output,
        table.labour / table.output,
        share,
        table.outside / table.output,
        table.output,
        radius,
        count,
        table.excluded,
        (*table.notes, *clipped),
    )


def _productive(technical: Matrix) -> Matrix | None:
    """L, or None where the radius is 1 or more: I − A then has no inverse, or one with an entry below 0 or a diagonal entry
    below 1 (a Z-matrix has a non-negative inverse exactly when it is an M-matrix; Hawkins and Simon 1949)."""
    try:
        inverse = _inverse(technical)
    except np.linalg.LinAlgError:
        return None
    return inverse if inverse.min() > -ROUNDING and inverse.diagonal().min() > 1 - ROUNDING else None


def _radius(technical: Matrix, leontief: Matrix | None) -> float:
    """The spectral radius ρ of A. L has the radius 1 / (1 − ρ); as L ≥ I, x ← L x keeps x > 0 and max (L x)_i / x_i comes down to
    it (Collatz 1942, Wielandt 1950). Without L, from all eigenvalues."""
    if leontief is None:
        return float(np.abs(np.linalg.eigvals(technical)).max())
    vector, bound = np.ones(len(technical)), np.inf
    for _ in range(STEPS):
        image = leontief @ vector
        reached = float((image / vector).max())
        if bound - reached < ROUNDING * reached:
            break
        bound, vector = reached, np.maximum(image / image.max(), SMALLEST)
    return 1 - 1 / bound


def _inverse(coefficients: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(np.eye(len(coefficients)) - coefficients), dtype=np.float64)


def _import_share(table: FlowTable) -> tuple[Matrix, tuple[Reason, ...]]:
    """(I6), and a note for every sector whose imports exceed what is used at home (it re-exports them)."""
    used = table.output + table.imports - table.exports
    raw = np.where(used > 0, table.imports / np.where(used > 0, used, 1.0), np.where(table.imports > 0, np.inf, 0.0))
    beyond = [name for name, share in zip(table.sectors, raw, strict=True) if share > 1]
    return np.clip(raw, 0.0, 1.0), tuple(Reason.of("inputoutput.re_exports", sector=name) for name in beyond)


def _nothing(table: FlowTable, radius: float, refused: Reason) -> Solution:
    square, line = np.zeros((0, 0)), np.zeros(0)
    return Solution(
        (),
        square,
        square,
        square,
        square,
        square,
        square,
        line,
        line,
        line,
        line,
        line,
        radius,
        len(table.sectors),
        table.excluded,
        table.notes,
        refused,
    )
