"""How figures are read and written here."""

from __future__ import annotations

from math import isnan


def usable(value: float | None) -> bool:
    """Whether a figure is known: neither None nor NaN."""
    return value is not None and not isnan(value)


def shown(value: float) -> str:
    """A figure as a reason's parameter: at most four decimals, no trailing zeros, no exponent."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
