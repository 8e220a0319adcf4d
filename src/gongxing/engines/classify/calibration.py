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
    four=(-0.436, 1.368, 1.368, 0.136, -0.050, 0.148, 0.439, 1.262, -0.506, 0.084, -0.006, -0.184, 0.245),
    three=(-0.319, 1.392, -0.010, 1.218, 0.184, 0.186, 0.625, 1.092, -0.274, 0.195, 0.012, -0.203, 0.358),
    two=(0.712, 1.365, -0.443, 0.168, 1.168, -0.081, 1.006, 1.252, -0.190, 0.396, -0.095, -0.473, 0.439),
)
