"""From scores to probabilities: a logistic for four, three and two digits.

Coefficients are fitted on sets A and B only (``python -m benchmarks.classify_fit``), never on the fresh hundred.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FEATURES = (
    "one", "score", "margin4", "margin3", "margin2", "name_is_scope4", "name_is_scope2", "form", "residual_class",
    "exact", "short_scope", "votes", "no_name_word",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients in the order of ``FEATURES`` for the first four, three and two digits."""

    four: tuple[float, ...]
    three: tuple[float, ...]
    two: tuple[float, ...]
    show_four: float = 0.7
    show_less: float = 0.8


def probability(coefficients: tuple[float, ...], features: tuple[float, ...]) -> float:
    """The logistic of the weighted features, 0..1."""
    total = sum(c * f for c, f in zip(coefficients, features, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


CALIBRATION = Calibration(
    four=(-0.5, 0.3, 1.5, 0.5, 0.0, 0.5, 0.3, 2.0, -0.3, 0.5, 0.0, 0.0, 0.0),
    three=(0.0, 0.3, 1.0, 1.0, 0.5, 0.5, 0.3, 2.0, -0.1, 0.5, 0.0, 0.0, 0.0),
    two=(0.2, 0.3, 0.5, 0.5, 1.5, 0.5, 0.5, 2.0, 0.0, 0.5, 0.0, 0.0, 0.0),
)
