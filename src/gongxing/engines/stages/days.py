"""The days of a project."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

LADDER = (
    ("full_capacity", "full"),
    ("production", "produced"),
    ("completed", "completed"),
    ("construction", "started"),
    ("pre_construction", "preparing"),
    ("signed", "signed"),
    ("negotiation", "negotiation"),
    ("reserve", "reserve"),
    ("concept", "concept"),
)
"""Stages of the pack, furthest first, and the day that shows each was reached."""


@dataclass(frozen=True, slots=True)
class ProjectDays:
    """Actual days by stage, planned days, and the days on which it left the way. None: not reached, not planned, or unknown.

    ``paused`` is given only while the project is on hold.
    """

    concept: date | None = None
    reserve: date | None = None
    negotiation: date | None = None
    signed: date | None = None
    preparing: date | None = None
    started: date | None = None
    completed: date | None = None
    produced: date | None = None
    full: date | None = None
    planned_start: date | None = None
    planned_completion: date | None = None
    planned_production: date | None = None
    planned_full: date | None = None
    paused: date | None = None
    removed: date | None = None
    transferred: date | None = None

    def until(self, last: date) -> ProjectDays:
        """The same with the actual days after ``last`` taken out; plans stay."""
        late = {
            one.name: None
            for one in fields(self)
            if not one.name.startswith("planned_") and (day := getattr(self, one.name)) is not None and day > last
        }
        return replace(self, **late)


def furthest(days: ProjectDays, on: date) -> str:
    """The furthest stage of the main line reached on a day ("" when none)."""
    for stage, name in LADDER:
        day = getattr(days, name)
        if day is not None and day <= on:
            return stage
    return ""
