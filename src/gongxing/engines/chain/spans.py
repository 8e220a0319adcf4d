"""A figure that is known, known between two bounds, or unknown; and how figures are written in reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Span:
    """A figure with its bounds: ``low ≤ value ≤ high``. ``value`` None means that no point can be named, only the bounds."""

    low: float
    value: float | None
    high: float

    @classmethod
    def exactly(cls, value: float) -> Span:
        """A figure that is known."""
        return cls(value, value, value)

    @property
    def width(self) -> float:
        """0 when the figure is known exactly."""
        return self.high - self.low


NOTHING_KNOWN = Span(0.0, None, 1.0)
"""A share of which nothing is known: anything from none to all."""


@lru_cache(maxsize=8192)
def shown(value: float) -> str:
    """A figure as a reason's parameter: at most four decimals, no trailing zeros, no exponent."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
