"""From scores to probabilities: a logistic for four, three and two digits.

Coefficients are fitted on sets A and B only (``python -m benchmarks.classify_fit``), never on the fresh hundred: a
penalised logistic regression on whether the best class is the labeller's first choice, with a quarter of the pack's
words hidden at random, because the words were written by people who had read A and B.
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
    four=(-0.700, 1.425, 1.150, 0.621, 0.097, 0.182, 0.224, 1.171, -0.454, -0.331, -0.070, -0.110, 0.109),
    three=(-0.486, 1.580, -0.018, 1.609, 0.156, 0.109, 0.331, 1.085, -0.168, -0.225, -0.044, -0.173, 0.223),
    two=(0.514, 1.678, -0.440, 0.425, 1.342, -0.357, 0.850, 1.247, -0.038, -0.180, -0.097, -0.501, 0.334),
)
