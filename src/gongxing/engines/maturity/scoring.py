"""Reading the parts, summing them, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gongxing.engines.maturity.model import SHARE, Ask, Level, Lines, Maturity, NextStep, Part, PartScore
from gongxing.engines.reasons import Reason

ZERO, ONE = Decimal(0), Decimal(1)


def score(parts: Iterable[Part], levels: Iterable[Level], facts: Mapping[str, Any], lines: Lines) -> Maturity:
    """The maturity of a project from its facts (field → level code, or a number 0 to 1 on a share; None, "" or absent: unknown)."""
    scales: dict[str, dict[str, Level]] = {}
    for level in levels:
        scales.setdefault(level.scale, {})[level.code] = level
    ordered = sorted(parts, key=lambda part: (part.order, part.code))
    read = [_read(part, scales.get(part.scale, {}), facts.get(part.field)) for part in ordered]
    blocking = next((one.part for one in read if one.reason.code == "maturity.blocks"), None)
    if blocking is not None:
        return Maturity(ZERO, ZERO, "blocked", "blocked", tuple(read), blocked_by=blocking)
    low = sum((one.low for one in read), ZERO)
    high = sum((one.high for one in read), ZERO)
    steps = [found for one in read if (found := _step(one, scales.get(one.part.scale, {}))) is not None]
    steps.sort(key=lambda one: (-one.gain / one.effort, -one.gain, one.part.order, one.part.code))
    asks = [Ask(one.part.field, one.part, one.high) for one in read if _unknown(one) and one.high > 0]
    asks.sort(key=lambda one: (-one.at_stake, one.part.order, one.part.code))
    return Maturity(
        low,
        high,
        lines.class_of(low),
        lines.class_of(high),
        tuple(read),
        tuple(steps),
        tuple(asks),
        may_be_blocked=any(_unknown(one) and _can_block(scales.get(one.part.scale, {})) for one in read),
    )


def _can_block(scale: Mapping[str, Level]) -> bool:
    return any(level.blocks for level in scale.values())


def _unknown(one: PartScore) -> bool:
    return one.reason.code not in ("maturity.level", "maturity.share", "maturity.blocks")


def _read(part: Part, scale: Mapping[str, Level], value: Any) -> PartScore:
    if value is None or value == "" or value != value:  # NaN is not itself
        return PartScore(part, None, ZERO, part.points, Reason.of("maturity.unknown", field=part.field))
    if isinstance(value, str) and value in scale:
        level = scale[value]
        if level.blocks:
            return PartScore(part, value, ZERO, ZERO, Reason.of("maturity.blocks", level=value))
        points = part.points * level.share
        return PartScore(
            part, value, points, points, Reason.of("maturity.level", level=value, share=f"{level.share:f}")
        )
    if part.scale != SHARE:
        gone = Reason.of("maturity.level_gone", field=part.field, level=str(value))
        return PartScore(part, value, ZERO, part.points, gone)
    share = _share(value)
    if share is None:
        wrong = Reason.of("maturity.not_a_share", field=part.field, value=str(value))
        return PartScore(part, value, ZERO, part.points, wrong)
    points = part.points * share
    return PartScore(part, share, points, points, Reason.of("maturity.share", share=f"{share:f}"))


def _share(value: Any) -> Decimal | None:
    """The number as written, or None outside 0 to 1."""
    if isinstance(value, bool):
        return None
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        return None
    return share if share.is_finite() and ZERO <= share <= ONE else None


def _step(one: PartScore, scale: Mapping[str, Level]) -> NextStep | None:
    part = one.part
    if _unknown(one) or one.high >= part.points:
        return None
    if isinstance(one.evidence, Decimal):
        rest = ONE - one.evidence
        return NextStep(part, "", part.points * rest, part.effort * rest)
    now = scale[one.evidence]
    above: Sequence[Level] = [level for level in scale.values() if level.reachable and level.share > now.share]
    if not above:
        return None
    following = min(above, key=lambda level: (level.share, level.code))
    return NextStep(part, following.code, part.points * (following.share - now.share), part.effort)
