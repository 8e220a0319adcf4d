"""The steps of the law a unit to be cleared must take, in order, with their least periods and limits: ``engines.clearance`` asked with its dates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from django.utils import timezone

from gongxing.domains.land.models import ClearanceStep, ClearanceUnit
from gongxing.engines.clearance import LegalStep, StepState, sequence, steps_from_rows
from gongxing.engines.workdays import Limit, due
from gongxing.kernel.clock import today
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


def steps_of(unit: ClearanceUnit, day: date | None = None) -> tuple[LegalStep, ...]:
    """The steps of the unit's regime as the packs have them on a day; collective land where nobody said which."""
    asked = day or today()
    found = _steps(table("clearance", "steps", asked), table("parameters", "parameters", asked))
    return found.get(unit.regime or ClearanceUnit.Regime.COLLECTIVE, ())


def done_of(unit: ClearanceUnit, steps: Iterable[ClearanceStep]) -> dict[str, date | None]:
    """The day of each step of a unit: its row of steps, else the date the unit keeps."""
    regime = unit.regime or ClearanceUnit.Regime.COLLECTIVE
    found: dict[str, date | None] = {step: getattr(unit, name) for step, name in REPEATED[regime]}
    found.update({one.step: one.done_on for one in steps})
    return found


def workdays(day: date, n: int) -> date:
    """The day so many working days later."""
    moment = datetime.combine(day, NOON, timezone.get_default_timezone())
    return due(Limit(n, "wd"), moment, (), calendar(), office_hours()).at.date()


def states_of(unit: ClearanceUnit, steps: Sequence[ClearanceStep], day: date) -> tuple[StepState, ...]:
    """How every step of a unit stands on a day."""
    return sequence(steps_of(unit, day), done_of(unit, steps), day, workdays)
