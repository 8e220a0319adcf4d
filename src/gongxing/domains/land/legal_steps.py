"""The steps of the law a unit to be cleared must take, in order, with their least periods and limits: ``engines.clearance`` asked with its dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from django.utils import timezone

from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.engines.clearance import LegalStep, StepState, sequence, steps_from_rows
from gongxing.engines.workdays import Calendar, Limit, OfficeHours, due
from gongxing.kernel.clock.calendar import calendar, office_hours
from gongxing.kernel.packs.tables import Table, table

NOON = time(12)
REPEATED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "collective": (("risk", "risk_assessed_on"), ("plan_notice", "notice_on"), ("approval", "decided_on")),
    "state_owned": (("risk", "risk_assessed_on"), ("decision", "decided_on")),
}
"""Dates a unit keeps itself: they stand for the step where no row of steps does."""


@lru_cache(maxsize=8)
def _steps(steps: Table, parameters: Table) -> Mapping[str, tuple[LegalStep, ...]]:
    statuses = {(row["regime"], row["step"]): (row.source, row.status) for row in steps}
    return steps_from_rows(steps.rows, {row["code"]: row for row in parameters}, statuses)


@dataclass(frozen=True)
class Law:
    """The steps of every regime as they hold on a day, and how working days are counted."""

    day: date
    regimes: Mapping[str, tuple[LegalStep, ...]]
    book: Calendar
    hours: OfficeHours

    def steps(self, unit: ClearanceUnit) -> tuple[LegalStep, ...]:
        """The steps of the unit's regime; of collective land where nobody said which."""
        return self.regimes.get(unit.regime or ClearanceUnit.Regime.COLLECTIVE, ())

    def workdays(self, day: date, n: int) -> date:
        """The day so many working days later."""
        moment = datetime.combine(day, NOON, timezone.get_default_timezone())
        return due(Limit(n, "wd"), moment, (), self.book, self.hours).at.date()

    def states(self, unit: ClearanceUnit, steps: Sequence[ClearanceStep]) -> tuple[StepState, ...]:
        """How every step of a unit stands on the day."""
        return sequence(self.steps(unit), done_of(unit, steps), self.day, self.workdays)


def law_on(day: date) -> Law:
    """What holds on a day: asked once for many units. Six queries."""
    regimes = _steps(table("clearance", "steps", day), table("parameters", "parameters", day))
    return Law(day, regimes, calendar(), office_hours())


def done_of(unit: ClearanceUnit, steps: Iterable[ClearanceStep]) -> dict[str, date | None]:
    """The day of each step of a unit: its row of steps, else the date the unit keeps."""
    regime = unit.regime or ClearanceUnit.Regime.COLLECTIVE
    found: dict[str, date | None] = {step: getattr(unit, name) for step, name in REPEATED[regime]}
    found.update({one.step: one.done_on for one in steps})
    return found


def breaches(states: Sequence[StepState]) -> set[str]:
    """Steps recorded before one that came later, too early or too late. A step before it that nobody recorded is unknown, not a breach."""
    known = {one.step.code for one in states if one.on is not None}
    found = set()
    for one in states:
        for reason in one.reasons:
            before = reason.details.get("before", "").split(",")
            if reason.code.endswith(("too_early", ".late")) or (
                reason.code.endswith("out_of_order") and known & set(before)
            ):
                found.add(one.step.code)
    return found
