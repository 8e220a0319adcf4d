"""Cost and time from the county's own finished units (4, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite
from typing import Literal

from gongxing.engines.clearance.difficulty import Difficulty
from gongxing.engines.clearance.model import Finished, Rules, UnitFacts
from gongxing.engines.reasons import Reason

EstimateStatus = Literal["estimated", "too_few", "size_unknown", "nothing"]
RATES = (
    ("cost_by_building", "cost", "building_m2", 1.0),
    ("cost_by_area", "cost", "area_mu", 1.0),
    ("months_by_households", "months", "households", 100.0),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate. ``code``: cost_by_building (rate 万元 per m²), cost_by_area (万元 per mu), months_by_households (months per 100 households).

    ``low``, ``middle``, ``high``: the quantiles times the parcel's size, in 万元 or months (None unless estimated); ``rates``: the same before
    that. ``n`` units used of ``known`` with both figures; ``used``: their keys, nearest first; ``farthest``: the largest difference of
    difficulty among them. Reasons: clearance.estimate.too_few (n, least), .size_unknown (field), .nothing, .by_middle (low, high)."""

    code: str
    status: EstimateStatus
    low: float | None
    middle: float | None
    high: float | None
    rates: tuple[float, float, float] | None
    n: int
    known: int
    used: tuple[str, ...]
    farthest: float | None
    reasons: tuple[Reason, ...]


def estimate(facts: UnitFacts, own: Difficulty, history: Iterable[Finished], rules: Rules) -> tuple[Estimate, ...]:
    """Cost by building and by area, and months, each with its range."""
    ordered = sorted(history, key=lambda one: one.key)
    return tuple(_estimate(*rate, facts, own, ordered, rules) for rate in RATES)


def quantile(values: Sequence[float], q: float) -> float:
    """Linear between order statistics at position (n − 1)·q."""
    ranked = sorted(values)
    at = (len(ranked) - 1) * q
    below = floor(at)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (at - below)


def _rate(one: Finished, what: str, per: str, scale: float) -> float | None:
    top, under = getattr(one, what), getattr(one, per)
    if top is None or under is None or one.difficulty is None or not isfinite(one.difficulty):
        return None
    return float(top) * scale / float(under) if top >= 0 and under > 0 else None


def _estimate(
    code: str,
    what: str,
    per: str,
    scale: float,
    facts: UnitFacts,
    own: Difficulty,
    history: Sequence[Finished],
    rules: Rules,
) -> Estimate:
    rates = [
        (abs((one.difficulty or 0.0) - own.middle), one.key, rate)
        for one in history
        if (rate := _rate(one, what, per, scale)) is not None
    ]
    near = sorted(rates)[: rules.nearest]
    reasons = []
    if own.low < own.high:
        reasons.append(Reason.of("clearance.estimate.by_middle", low=repr(own.low), high=repr(own.high)))
    size: float | None = getattr(facts, per)
    status: EstimateStatus = "estimated"
    if len(near) < rules.least:
        status = "too_few"
        reasons.append(Reason.of("clearance.estimate.too_few", n=str(len(near)), least=str(rules.least)))
    elif size is None or size < 0:
        status = "size_unknown"
        reasons.append(Reason.of("clearance.estimate.size_unknown", field=per))
    elif size == 0:
        status = "nothing"
        reasons.append(Reason.of("clearance.estimate.nothing", field=per))
    found = [rate for _, _, rate in near]
    quantiles = (quantile(found, 0.25), quantile(found, 0.5), quantile(found, 0.75)) if status != "too_few" else None
    low = middle = high = None
    if quantiles is not None and size is not None and status == "estimated":
        low, middle, high = (rate * size / scale for rate in quantiles)
    return Estimate(
        code,
        status,
        low,
        middle,
        high,
        quantiles,
        len(near),
        len(rates),
        tuple(key for _, key, _ in near),
        near[-1][0] if near else None,
        tuple(reasons),
    )
