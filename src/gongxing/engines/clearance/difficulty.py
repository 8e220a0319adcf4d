"""The difficulty index and its parts (numbers in brackets: the package's algebra)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log1p

from gongxing.engines.clearance.model import ATTACHMENTS, GRADED, PARTS, Rules, UnitFacts
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: its weight, share and points at least and at most (equal when known).

    ``reason``: clearance.measure (measure, full), clearance.households (households, full; logarithm), clearance.level (level), clearance.funds
    (in_place), clearance.largest (of, measure, full), clearance.unknown (missing), clearance.wrong (field, value)."""

    code: str
    weight: float
    low: float
    high: float
    reason: Reason

    @property
    def points(self) -> tuple[float, float]:
        """Points at least and at most."""
        return self.weight * self.low, self.weight * self.high


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The index, 0 (easy) to 100: ``low`` to ``high``, equal when everything is known; ``missing``: fields to find out, most points first."""

    low: float
    high: float
    parts: tuple[PartScore, ...]
    missing: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]

    @property
    def index(self) -> float | None:
        """The index when it is known."""
        return None if self.missing else self.low

    @property
    def middle(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2


def difficulty(facts: UnitFacts, rules: Rules) -> Difficulty:
    """The index of a parcel (1 to 3)."""
    parts = tuple(_part(code, facts, rules) for code in PARTS)
    open_parts = sorted(
        (one for one in parts if one.low < one.high), key=lambda one: (-one.weight * (one.high - one.low), one.code)
    )
    missing = [name for one in open_parts for name in one.reason.details.get("missing", "").split(",") if name]
    low = sum(one.weight * one.low for one in parts)
    high = sum(one.weight * one.high for one in parts)
    return Difficulty(low, high, parts, tuple(missing), rules.marks)


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value) and value >= 0


def _part(code: str, facts: UnitFacts, rules: Rules) -> PartScore:
    weight = rules.weights[code]
    if code == "attachments":
        return _attachments(weight, facts, rules)
    if code in GRADED:
        level = getattr(facts, code)
        share = rules.levels.get(code, {}).get(level or "")
        if share is None:
            return _unknown(code, weight, code, level)
        return PartScore(code, weight, share, share, Reason.of("clearance.level", level=str(level)))
    if code == "funds":
        if facts.funds is None or not 0 <= facts.funds <= 1:
            return _unknown(code, weight, code, facts.funds)
        share = 1 - facts.funds
        return PartScore(code, weight, share, share, Reason.of("clearance.funds", in_place=repr(facts.funds)))
    return _measured(code, weight, facts, rules)


def _unknown(code: str, weight: float, missing: str, value: object = None) -> PartScore:
    reason = Reason.of("clearance.unknown", missing=missing)
    if value is not None:
        reason = Reason.of("clearance.wrong", missing=missing, value=str(value))
    return PartScore(code, weight, 0.0, 1.0, reason)


def _measured(code: str, weight: float, facts: UnitFacts, rules: Rules) -> PartScore:
    full = rules.full[code]
    if code == "building":
        return _building(weight, facts, full)
    value: float | None = getattr(facts, code)
    if value is None or not _known(value) or (code == "disputes" and value > 1):
        return _unknown(code, weight, code, value)
    share = min(1.0, log1p(value) / log1p(full) if code == "households" else value / full)
    name = "clearance.households" if code == "households" else "clearance.measure"
    return PartScore(code, weight, share, share, Reason.of(name, measure=repr(value), full=repr(full)))


def _building(weight: float, facts: UnitFacts, full: float) -> PartScore:
    metres, area = facts.building_m2, facts.area_mu
    if metres == 0:
        return PartScore("building", weight, 0.0, 0.0, Reason.of("clearance.measure", measure="0", full=repr(full)))
    missing = [name for name, value in (("building_m2", metres), ("area_mu", area)) if not _known(value)]
    if metres is None or area is None or missing or area == 0:
        return _unknown("building", weight, ",".join(missing or ["area_mu"]), area if area == 0 else None)
    measure = metres / area
    share = min(1.0, measure / full)
    reason = Reason.of("clearance.measure", measure=repr(measure), full=repr(full))
    return PartScore("building", weight, share, share, reason)


def _attachments(weight: float, facts: UnitFacts, rules: Rules) -> PartScore:
    """(2): known once one of them is full, or all are known."""
    shares: dict[str, float] = {}
    for name in ATTACHMENTS:
        value: float | None = getattr(facts, name)
        if value is not None and _known(value) and not (name == "crops" and value > 1):
            shares[name] = min(1.0, value / rules.full[name])
    low = max(shares.values(), default=0.0)
    missing = [name for name in ATTACHMENTS if name not in shares]
    if missing and low < 1:
        return PartScore("attachments", weight, low, 1.0, Reason.of("clearance.unknown", missing=",".join(missing)))
    of = max(shares, key=lambda name: (shares[name], name))
    details = {"of": of, "measure": repr(getattr(facts, of)), "full": repr(rules.full[of])}
    return PartScore("attachments", weight, low, low, Reason.of("clearance.largest", **details))
