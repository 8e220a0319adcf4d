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
    four=(-1.020, 1.180, 1.227, 0.662, 0.049, 0.096, 0.326, 1.204, -0.330, -0.476, 0.103, 0.007, 0.072),
    three=(-1.007, 1.177, -0.133, 1.813, 0.253, 0.135, 0.395, 1.063, -0.098, -0.441, 0.161, 0.046, 0.222),
    two=(0.121, 1.208, -0.459, 0.396, 1.437, -0.496, 1.030, 1.235, 0.105, -0.273, 0.124, -0.307, 0.393),
)
