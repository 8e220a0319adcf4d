"""Units of land area, as square metres each. 1 亩 (mu) is 2000/3 m², 15 mu are one hectare."""

from __future__ import annotations

from typing import Literal

Unit = Literal["m2", "mu", "ha", "km2"]

MU = 2000.0 / 3.0
SQUARE_METRES: dict[Unit, float] = {"m2": 1.0, "mu": MU, "ha": 10_000.0, "km2": 1_000_000.0}


def in_mu(square_metres: float) -> float:
    """Square metres as mu."""
    return square_metres / MU
