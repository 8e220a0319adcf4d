"""The path to a peer's value (5)."""

from __future__ import annotations

from gongxing.engines.parkgaps.model import Indicator, PathYear, Shape, TargetPath
from gongxing.engines.reasons import Reason


def target_path(
    one: Indicator, now: float | None, target: float | None, from_year: int, to_year: int, shape: Shape = "linear"
) -> TargetPath:
    """Yearly values from the end of ``from_year`` (``now``) to ``target`` at the end of ``to_year``."""
    if now is None or target is None:
        missing = "own" if now is None else "target"
        return TargetPath(one, shape, (), None, (Reason.of("parkgaps.path.unknown", missing=missing),))
    if (target - now) * (1 if one.direction == "up" else -1) <= 0:
        return TargetPath(one, shape, (), None, (Reason.of("parkgaps.path.reached"),))
    span = to_year - from_year
    if span < 1:
        years = {"from": str(from_year), "to": str(to_year)}
        return TargetPath(one, shape, (), None, (Reason.of("parkgaps.path.no_years", **years),))
    positive = now > 0 and target > 0
    reasons = []
    if shape == "growth" and not positive:
        shape = "linear"
        reasons.append(Reason.of("parkgaps.path.linear_instead"))
    ratio = target / now if positive else None
    found, before = [], now
    for number in range(1, span + 1):
        if number == span:
            value = target
        elif shape == "growth" and ratio is not None:
            value = now * ratio ** (number / span)
        else:
            value = now + (target - now) * number / span
        found.append(PathYear(from_year + number, value, value - before))
        before = value
    growth = None if ratio is None else ratio ** (1 / span) - 1
    return TargetPath(one, shape, tuple(found), growth, tuple(reasons))
