"""Facilities of an industry community (产业社区) against what parameters allow (6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gongxing.engines.reasons import Reason

FacilityState = Literal["within", "below", "above", "unknown"]


@dataclass(frozen=True, slots=True)
class FacilityRule:
    """What a figure may be: ``least`` and ``most`` in ``unit`` (None: no such line; the lines themselves are allowed), and how well each
    parameter was verified."""

    code: str
    unit: str
    least: Decimal | None
    most: Decimal | None
    statuses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError(f"facility {self.code}: from {self.least} to {self.most}")

    @classmethod
    def from_rows(
        cls,
        code: str,
        rows: Mapping[str, Mapping[str, str]],
        statuses: Mapping[str, str],
        least: str = "",
        most: str = "",
    ) -> FacilityRule:
        """From the rows of ``parameters`` named. KeyError where one is missing, ValueError where their units differ or none is named."""
        used = [name for name in (least, most) if name]
        units = {rows[name]["unit"] for name in used}
        if len(units) != 1:
            raise ValueError(f"facility {code}: units {sorted(units)}")
        values = [Decimal(rows[name]["value"]) if name else None for name in (least, most)]
        return cls(code, units.pop(), values[0], values[1], tuple(statuses.get(name, "") for name in used))


@dataclass(frozen=True, slots=True)
class Facility:
    """How a facility stands: its figure (None: unknown), and by how much it is below or above, in the rule's unit. ``provisional``: a line used is
    not verified. Reasons: parkgaps.facility.within, .below (lacks), .above (exceeds), .unknown."""

    rule: FacilityRule
    value: Decimal | None
    state: FacilityState
    by: Decimal | None
    provisional: bool
    reason: Reason


def facilities(rules: Iterable[FacilityRule], figures: Mapping[str, Decimal | None]) -> tuple[Facility, ...]:
    """Every rule against the figures (rule code → figure in the rule's unit)."""
    return tuple(_facility(one, figures.get(one.code)) for one in rules)


def _facility(rule: FacilityRule, value: Decimal | None) -> Facility:
    provisional = any(status != "verified" for status in rule.statuses)
    state: FacilityState = "within"
    by, details = None, {}
    if value is None or not value.is_finite() or value < 0:
        state = "unknown"
    elif rule.least is not None and value < rule.least:
        state, by = "below", rule.least - value
        details = {"lacks": str(by)}
    elif rule.most is not None and value > rule.most:
        state, by = "above", value - rule.most
        details = {"exceeds": str(by)}
    reason = Reason.of(f"parkgaps.facility.{state}", unit=rule.unit, **details)
    return Facility(rule, value, state, by, provisional, reason)
