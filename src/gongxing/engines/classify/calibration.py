"""From scores to probabilities: a logistic for four, three and two digits.

Coefficients are fitted on sets A and B only (``python -m benchmarks.classify_fit``), never on the fresh hundred: a
penalised logistic regression on whether the best class is the labeller's first choice, with a quarter of the pack's
words hidden at random, because the words were written by people who had read A and B.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul

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
    total = sum(map(mul, coefficients, features))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


CALIBRATION = Calibration(
    four=(-1.051, 1.607, 0.993, 0.989, -0.119, 0.158, 0.184, 1.348, -0.346, -0.549, 0.132, -0.009, 0.141),
    three=(-0.906, 1.740, -0.590, 2.136, -0.032, 0.320, 0.187, 1.355, -0.172, -0.376, 0.099, 0.010, 0.406),
    two=(0.240, 1.783, -0.799, 0.586, 1.256, -0.169, 0.668, 1.453, -0.027, -0.170, -0.020, -0.350, 0.614),
)
