"""Facts of a parcel, delays, and the lines they are held against."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

PeriodUnit = Literal["day", "month", "year"]
DelayKind = Literal["government", "force_majeure", "preparation"]
EXCUSED: tuple[DelayKind, ...] = ("government", "force_majeure", "preparation")
IDLE = ("idle.y1", "idle.y2", "idle.fee", "idle.area", "idle.invest")


@dataclass(frozen=True, slots=True)
class Period:
    """So many calendar days, months or years."""

    n: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in ("day", "month", "year") or self.n < 0:
            raise ValueError(f"a period of {self.n} {self.unit}")


def after(day: date, period: Period) -> date:
    """The day so much later; a day the month does not have becomes its last one."""
    if period.unit == "day":
        return day + timedelta(days=period.n)
    months = day.year * 12 + day.month - 1 + period.n * (12 if period.unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Delay:
    """A cause of delay: days after ``start`` up to and including ``end`` (None: not ended). ``evidence``: what proves it ("": nothing)."""

    kind: str
    start: date
    end: date | None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class LandFacts:
    """What is on record of a parcel. Days: None means it has not happened, or was not agreed.

    ``area_started`` and ``invested``: shares 0 to 1 of the area and of the agreed total investment, None unknown. ``price``: of the land, in
    万元. ``performance`` and ``standard`` in one unit, more being better. ``inefficient``: whether the parcel is on the list of inefficient
    land (None: not judged). ``idle_lifted``: the day on which an identification was lifted."""

    submitted: date | None = None
    approved: date | None = None
    supplied: date | None = None
    contract: date | None = None
    agreed_start: date | None = None
    agreed_finish: date | None = None
    agreed_production: date | None = None
    agreed_full: date | None = None
    delivered: date | None = None
    started: date | None = None
    finished: date | None = None
    produced: date | None = None
    stopped_since: date | None = None
    idle_identified: date | None = None
    idle_lifted: date | None = None
    taken_back: date | None = None
    area_started: Fraction | Decimal | None = None
    invested: Fraction | Decimal | None = None
    price: Decimal | None = None
    performance: Fraction | Decimal | None = None
    standard: Fraction | Decimal | None = None
    inefficient: bool | None = None
    delays: tuple[Delay, ...] = ()

    def until(self, today: date) -> LandFacts:
        """The same with what happened after today taken out; what is agreed stays."""
        future: dict[str, Any] = dict.fromkeys(self.in_future(today))
        return replace(self, **future)

    def in_future(self, today: date) -> tuple[str, ...]:
        """Names of the days that lie after today, in the order of the record."""
        found = []
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, date) and value > today and not one.name.startswith("agreed_"):
                found.append(one.name)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Rules:
    """Lines of 6.3. ``area`` and ``invest``: shares below which a stopped parcel counts; ``fee``: share of the price. ``no_date``: how long
    after delivery the start counts as agreed where the contract names no day (None: then there is no clock). ``marks``: codes of the
    parameters that nobody verified and their status."""

    year1: Period
    year2: Period
    fee: Decimal
    area: Fraction
    invest: Fraction
    no_date: Period | None = None
    marks: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_rows(cls, rows: Mapping[str, Mapping[str, str]], statuses: Mapping[str, str]) -> Rules:
        """From rows of ``parameters`` by code (idle.y1, y2, fee, area, invest, no_date). KeyError where one but the last is missing."""
        y1, y2, fee, area, invest = (rows[code] for code in IDLE)
        bare = rows.get("idle.no_date")
        used = [*IDLE, *(["idle.no_date"] if bare is not None else [])]
        return cls(
            Period(int(y1["value"]), y1["unit"]),
            Period(int(y2["value"]), y2["unit"]),
            Decimal(fee["value"]) / 100,
            Fraction(area["value"]),
            Fraction(invest["value"]) / 100,
            Period(int(bare["value"]), bare["unit"]) if bare is not None else None,
            tuple((code, statuses.get(code, "")) for code in sorted(used) if statuses.get(code) != "verified"),
        )
