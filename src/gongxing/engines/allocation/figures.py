"""Small figures of the allocation."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite


def known(value: float | None) -> bool:
    """Whether somebody knows it: neither None nor NaN nor infinite."""
    return value is not None and isfinite(value)


def sure(value: float | None) -> float:
    """A figure that is known."""
    if value is None or not isfinite(value):
        raise ValueError("an unknown figure was counted")
    return float(value)


def shown(value: float) -> str:
    """A figure as a reason's parameter: at most four decimals, no trailing zeros, no exponent."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def by_code(table: Mapping[str, float], code: str) -> float | None:
    """The figure of the longest code that ``code`` begins with; "" in the table is for all."""
    found = [one for one in table if code.startswith(one)]
    return table[max(found, key=len)] if found else None


def leads(leading: tuple[str, ...], industry: str) -> bool:
    """Whether an industry is one of the leading ones."""
    return bool(industry) and any(one and industry.startswith(one) for one in leading)


def gap(value: float, bound: float) -> float:
    """Relative to the bound; 0 where rounding puts the value above."""
    return max(bound - value, 0.0) / abs(bound) if bound else max(bound - value, 0.0)
