"""Growth of a firm or a product over three years, with its uncertainty.

1. Compound rate over Y years to the last year with figures: r = (v_T / v_{T−Y})^(1/Y) − 1, when both are known and above 0.
2. Trend: least squares of ln v on the year over the last Y + 1 years; slope b with the two-sided t interval at the given level
   and n − 2 degrees of freedom; shown as e^b − 1. Below three points there is no interval, nor when it is wider than a factor
   of e^20; both are said.
3. A year without a figure stays out; it is never 0. A figure of 0 or less has no logarithm: it stays out of (2) and is said.
4. Fast: compound rate ≥ the line; certain when the interval's lower end is too. Gazelle: fast over Y years from a base of at
   least ``gazelle_base`` and, where an age limit is set, not older. The rulebook gives no gazelle rule, so these are design
   values of this project for a county to replace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, exp, fsum, isfinite, log, pi, sin, sqrt, tan
from typing import Literal

from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

ROUNDING = 1e-9
WIDEST, LARGEST = 10.0, 700.0  # half an interval of logarithms that still says something; the largest exponent


@dataclass(frozen=True)
class GrowthRules:
    """Lines of the rules above; rates are shares a year, money 万元."""

    years: int = 3
    fast_rate: float = 0.20
    gazelle_base: float = 500.0
    gazelle_max_age: int | None = None
    level: float = 0.95
    registrations_min: int = 3
    registrations_ratio: float = 1.5
    signs: int = 2

    def __post_init__(self) -> None:
        if self.years < 1:
            raise ValueError(f"years is {self.years}: growth needs at least one year between two figures")
        if not 0 < self.level < 1:
            raise ValueError(f"level is {self.level}: an interval's level lies between 0 and 1")


@dataclass(frozen=True)
class Series:
    """Yearly figures of a firm (revenue) or a product (output value) on a node; a year may be missing or unknown (None)."""

    subject: str
    kind: Literal["firm", "product"]
    node: str
    points: tuple[tuple[int, float | None], ...]
    founded: int | None = None


@dataclass(frozen=True)
class Growth:
    """Growth of one subject. ``rate`` (1), ``trend`` with ``low`` and ``high`` (2); None: cannot be computed, see the reasons."""

    subject: str
    kind: str
    node: str
    rate: float | None
    trend: float | None
    low: float | None
    high: float | None
    n: int
    fast: bool | None
    certain: bool
    gazelle: bool | None
    reasons: tuple[Reason, ...]


def growth(series: Series, last_year: int, rules: GrowthRules | None = None) -> Growth:
    """Rules (1) to (4) for one subject, years up to and including ``last_year``."""
    rules = rules or GrowthRules()
    reasons: list[Reason] = []
    values = _window(series, last_year, rules, reasons)
    rate = _compound(values, last_year, rules, reasons)
    trend, low, high = _trend(values, rules, reasons)
    fast = None if rate is None else rate >= rules.fast_rate - ROUNDING
    certain = bool(fast) and low is not None and low >= rules.fast_rate - ROUNDING
    gazelle = _gazelle(series, values, fast, last_year, rules, reasons)
    return Growth(
        series.subject,
        series.kind,
        series.node,
        rate,
        trend,
        low,
        high,
        len(values),
        fast,
        certain,
        gazelle,
        tuple(reasons),
    )


def _window(series: Series, last_year: int, rules: GrowthRules, reasons: list[Reason]) -> dict[int, float]:
    """Known figures of the window by year; a year given twice with two figures counts as unknown."""
    years = range(last_year - rules.years, last_year + 1)
    said: dict[int, set[float]] = defaultdict(set)
    for year, value in series.points:
        if value is not None and isfinite(value):
            said[year].add(value)
    twice = [year for year in years if len(said.get(year, ())) > 1]
    known = {year: next(iter(said[year])) for year in years if len(said.get(year, ())) == 1}
    if twice:
        reasons.append(Reason.of("chain.growth.two_figures", years=" ".join(map(str, twice))))
    missing = [str(year) for year in years if year not in known and year not in twice]
    if missing:
        reasons.append(Reason.of("chain.growth.unknown_years", years=" ".join(missing)))
    return known


def _compound(values: Mapping[int, float], last_year: int, rules: GrowthRules, reasons: list[Reason]) -> float | None:
    """Rule (1)."""
    start, end = values.get(last_year - rules.years), values.get(last_year)
    if start is None or end is None:
        reasons.append(Reason.of("chain.growth.no_rate", first=str(last_year - rules.years), last=str(last_year)))
        return None
    if start <= 0 or end < 0:
        code = "chain.growth.base_not_positive" if start <= 0 else "chain.growth.end_negative"
        reasons.append(Reason.of(code, start=shown(start), end=shown(end)))
        return None
    rate = float((end / start) ** (1 / rules.years)) - 1
    reasons.append(
        Reason.of("chain.growth.rate", rate=shown(rate), start=shown(start), end=shown(end), years=str(rules.years))
    )
    return rate


def _trend(
    values: Mapping[int, float], rules: GrowthRules, reasons: list[Reason]
) -> tuple[float | None, float | None, float | None]:
    """Rules (2) and (3): growth a year by the trend, and its interval."""
    points = sorted((year, log(value)) for year, value in values.items() if value > 0)
    if len(points) < len(values):
        reasons.append(Reason.of("chain.growth.no_logarithm", n=str(len(values) - len(points))))
    n = len(points)
    if n < 2:
        reasons.append(Reason.of("chain.growth.too_few_points", n=str(n), need="2"))
        return None, None, None
    mean_x, mean_y = fsum(x for x, _ in points) / n, fsum(y for _, y in points) / n
    spread = fsum((x - mean_x) ** 2 for x, _ in points)
    slope = fsum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    if n < 3:
        reasons.append(Reason.of("chain.growth.no_interval", n=str(n), need="3"))
        return _rate(slope), None, None
    left = fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    half = student_quantile(rules.level, n - 2) * sqrt(left / (n - 2) / spread)
    if half > WIDEST:
        reasons.append(Reason.of("chain.growth.interval_too_wide", n=str(n), level=shown(rules.level)))
        return _rate(slope), None, None
    low, high = _rate(slope - half), _rate(slope + half)
    reasons.append(
        Reason.of("chain.growth.interval", low=shown(low), high=shown(high), n=str(n), level=shown(rules.level))
    )
    return _rate(slope), low, high


def _rate(slope: float) -> float:
    """Growth a year of a slope of logarithms; figures that leap from next to nothing are cut where floats end."""
    return exp(min(slope, LARGEST)) - 1


def student_within(t: float, freedom: int) -> float:
    """P(−t ≤ T ≤ t) of Student's distribution with whole degrees of freedom, by its finite series in θ = atan(t / √freedom)."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 if not odd else 3, freedom - 1, 2):
        term *= (k - 1) / k * cos(angle) ** 2
        total += term
    part = sin(angle) * total
    return 2 / pi * (angle + part) if odd else part


@lru_cache(maxsize=256)
def student_quantile(level: float, freedom: int) -> float:
    """The t with P(−t ≤ T ≤ t) = ``level``, by halving the angle's interval until it no longer narrows."""
    low, high = 0.0, pi / 2
    while low < (middle := (low + high) / 2) < high:
        if student_within(sqrt(freedom) * tan(middle), freedom) < level:
            low = middle
        else:
            high = middle
    return sqrt(freedom) * tan(low)


def _gazelle(
    series: Series,
    values: Mapping[int, float],
    fast: bool | None,
    last_year: int,
    rules: GrowthRules,
    reasons: list[Reason],
) -> bool | None:
    """Rule (4); None when a figure it needs is unknown. Only firms are asked."""
    if series.kind != "firm":
        return None
    base = values.get(last_year - rules.years)
    large = None if base is None else base >= rules.gazelle_base
    young: bool | None = True
    if rules.gazelle_max_age is not None:
        young = None if series.founded is None else last_year - series.founded <= rules.gazelle_max_age
    answers = (fast, large, young)
    verdict = False if False in answers else None if None in answers else True
    word = {True: "yes", False: "no", None: "unknown"}[verdict]
    details = {"line": shown(rules.fast_rate), "base_line": shown(rules.gazelle_base)}
    if base is not None:
        details["base"] = shown(base)
    reasons.append(Reason.of(f"chain.gazelle.{word}", **details))
    return verdict
