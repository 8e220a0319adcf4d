"""Fitness of places and complexity of industries by iteration: (C8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gongxing.engines.complexity.quotients import Advantages
from gongxing.engines.complexity.table import NETWORK, Matrix, Sample, kept, occupied, sealed
from gongxing.engines.reasons import Reason

SMALLEST = 1e-290
"""A fitness whose power would fall below this stands for 0: its inverse is still a number."""


@dataclass(frozen=True, eq=False)
class Fitness:
    """``fitness`` P and ``complexity`` I, each ≥ 0 with mean 1, no unit.

    ``change`` is the largest step of any of them in the last of ``iterations``. Where it stayed above the tolerance,
    ``converged`` is False, the figures are those of the last iteration, and ``notes`` says so.
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    fitness: Matrix
    complexity: Matrix
    iterations: int
    change: float
    converged: bool
    n_places: int
    n_industries: int
    left_out: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    refused: Reason | None = None


def fitness(
    found: Advantages,
    max_iterations: int = 2000,
    tolerance: float = 1e-6,
    extremality: float = 1.0,
    sample: Sample = NETWORK,
) -> Fitness:
    """(C8). Tacchella et al. 2012; both vectors step at once and are divided by their mean after each step.

    ``tolerance`` is the largest absolute step still called still (means are 1, so it is a share of the mean; places whose
    fitness dies away, see Pugliese et al. 2016, settle at 0). ValueError for a limit below 1, a tolerance below 0 or an
    extremality that is not positive.
    """
    if max_iterations < 1 or not tolerance >= 0 or not (math.isfinite(extremality) and extremality > 0):
        raise ValueError(f"{max_iterations} iterations, tolerance {tolerance}, extremality {extremality}")
    rows, columns, empty = occupied(found.marks, found.places, found.industries)
    left_out = (*found.left_out, *empty)
    n_places, n_industries = int(rows.sum()), int(columns.sum())
    refused = found.refused or sample.shortfall(n_places, n_industries)
    if refused:
        none = sealed(np.zeros(0))
        return Fitness((), (), none, none, 0, 0.0, False, n_places, n_industries, left_out, (), refused)
    marks = found.marks[np.ix_(rows, columns)].astype(np.float64)
    places, industries, done, change = _iterated(marks, max_iterations, tolerance, extremality)
    converged = change <= tolerance
    notes = () if converged else (_unfinished(done, change, tolerance),)
    return Fitness(
        kept(found.places, rows),
        kept(found.industries, columns),
        sealed(places),
        sealed(industries),
        done,
        change,
        converged,
        n_places,
        n_industries,
        left_out,
        notes,
    )


def _iterated(marks: Matrix, limit: int, tolerance: float, extremality: float) -> tuple[Matrix, Matrix, int, float]:
    """Both vectors, the steps taken and the largest change of the last one."""
    places, industries = np.ones(marks.shape[0]), np.ones(marks.shape[1])
    change, done = math.inf, 0
    while done < limit and change > tolerance:
        next_places, next_industries = _step(marks, places, industries, extremality)
        change = float(max(np.abs(next_places - places).max(), np.abs(next_industries - industries).max()))
        places, industries, done = next_places, next_industries, done + 1
    return places, industries, done, change


def _step(marks: Matrix, places: Matrix, industries: Matrix, extremality: float) -> tuple[Matrix, Matrix]:
    weakest = np.maximum(places, SMALLEST ** (1 / max(extremality, 1.0))) ** -extremality
    next_places = marks @ industries
    next_industries = (weakest @ marks) ** (-1 / extremality)
    return next_places / next_places.mean(), next_industries / next_industries.mean()


def _unfinished(done: int, change: float, tolerance: float) -> Reason:
    return Reason.of(
        "complexity.not_converged", iterations=str(done), change=f"{change:.3g}", tolerance=f"{tolerance:.3g}"
    )
