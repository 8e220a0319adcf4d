"""Which batch of the year a project is in, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxing.engines.reasons import Reason
from gongxing.engines.stages.days import ProjectDays, furthest

SEVEN = ("concept", "negotiation", "signed", "started", "building", "producing", "full")
THREE = ("signed", "started", "producing")


@dataclass(frozen=True, slots=True)
class Batch:
    """``code``: the batch, or "" for none; the reason says why it is there, or why in none.

    Codes with a day: stages.started, full_reached, full_planned, produced, completed, production_planned, completion_planned,
    not_finishing, finish_missed, built_not_producing, able_to_start, start_missed, signed, negotiating, shaping, reached (stage).
    Without one: stages.finish_plan_unknown. Of none, with a day: stages.removed, transferred, paused, full_before, full_later, full_missed,
    start_later; without: stages.full_plan_unknown, start_day_unknown, start_plan_unknown, no_day, not_begun, no_step_this_year,
    no_entry_size, investment_unknown, below_entry_size (investment, minimum, 万元), no_group (stage).
    """

    code: str
    reason: Reason


def _told(batch: str, code: str, day: date | None = None) -> Batch:
    return Batch(batch, Reason.of(code, day=day.isoformat()) if day else Reason.of(code))


@dataclass(frozen=True, slots=True)
class _Year:
    """A year seen from today: its ends, the day up to which days count, whether plans for it still count."""

    first: date
    last: date
    until: date
    open: bool

    @classmethod
    def of(cls, year: int, today: date) -> _Year:
        if year > today.year:
            raise ValueError(f"the batches of {year} cannot be told in {today.year}")
        last = date(year, 12, 31)
        return cls(date(year, 1, 1), last, min(today, last), today <= last)

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def planned(self, day: date | None) -> bool:
        return self.open and self.holds(day)

    def before(self, day: date | None) -> bool:
        return day is not None and day < self.first


def _gone(days: ProjectDays, year: _Year) -> Batch | None:
    for code in ("removed", "transferred", "paused"):
        day: date | None = getattr(days, code)
        if day is not None:
            return _told("", f"stages.{code}", day)
    return _told("", "stages.full_before", days.full) if year.before(days.full) else None


def seven_batch(days: ProjectDays, year: int, today: date) -> Batch:
    """Which of the seven batches of the year the project is in. ValueError for a year that has not begun today."""
    span = _Year.of(year, today)
    seen = days.until(span.until)
    gone = _gone(seen, span)
    if gone is not None:
        return gone
    if span.holds(seen.started):
        return _told("started", "stages.started", seen.started)
    if span.before(seen.produced) or (seen.full and not seen.produced):
        return _full(seen, span)
    if seen.started or seen.completed or seen.produced:
        return _under_way(days, seen, span)
    if seen.signed or seen.preparing:
        return _signed(days, span)
    if seen.negotiation:
        return _told("negotiation", "stages.negotiating", seen.negotiation)
    if seen.concept or seen.reserve:
        return _told("concept", "stages.shaping", seen.concept or seen.reserve)
    return _told("", "stages.no_day" if seen == days else "stages.not_begun")


def _full(seen: ProjectDays, span: _Year) -> Batch:
    if seen.full:
        return _told("full", "stages.full_reached", seen.full)
    plan = seen.planned_full
    if plan is None:
        return _told("", "stages.full_plan_unknown")
    if span.planned(plan):
        return _told("full", "stages.full_planned", plan)
    return _told("", "stages.full_later" if plan > span.last else "stages.full_missed", plan)


def _under_way(days: ProjectDays, seen: ProjectDays, span: _Year) -> Batch:
    """Started, completed or producing, but not started this year and not producing before it."""
    for code, day, counts in (
        ("stages.produced", seen.produced, span.holds(seen.produced)),
        ("stages.completed", seen.completed, span.holds(seen.completed)),
        ("stages.production_planned", seen.planned_production, span.planned(seen.planned_production)),
        (
            "stages.completion_planned",
            seen.planned_completion,
            not seen.completed and span.planned(seen.planned_completion),
        ),
    ):
        if counts:
            carried = span.before(seen.started) or span.before(seen.completed)
            return _told("producing", code, day) if carried else _told("", "stages.start_day_unknown")
    if seen.completed:
        return _told("building", "stages.built_not_producing", seen.completed)
    end = days.completed or days.produced or seen.planned_completion or seen.planned_production
    if end is None:
        return _told("building", "stages.finish_plan_unknown")
    return _told("building", "stages.not_finishing" if end > span.last else "stages.finish_missed", end)


def _signed(days: ProjectDays, span: _Year) -> Batch:
    plan = days.planned_start or days.started
    if plan is None:
        return _told("", "stages.start_plan_unknown")
    if plan > span.last:
        return _told("", "stages.start_later", plan)
    missed = plan < span.until or not span.open
    return _told("signed", "stages.start_missed" if missed else "stages.able_to_start", plan)


def four_batch(days: ProjectDays, year: int, today: date, groups: Mapping[str, str]) -> Batch:
    """Which of the four batches: the group of the furthest stage reached. ``groups``: stage → group, from ``gates/stages``.

    ValueError for a year that has not begun today.
    """
    span = _Year.of(year, today)
    seen = days.until(span.until)
    gone = _gone(seen, span)
    if gone is not None:
        return gone
    stage = furthest(seen, span.until)
    if not stage:
        return _told("", "stages.no_day" if seen == days else "stages.not_begun")
    group = groups.get(stage, "")
    return Batch(group, Reason.of("stages.reached" if group else "stages.no_group", stage=stage))


def three_batch(
    days: ProjectDays, year: int, today: date, investment: Decimal | None, minimum: Decimal | None
) -> Batch:
    """Which of the three batches: signing, start or production that happened in the year, the furthest of them.

    ``investment`` and ``minimum`` (entry size of the type) in 万元; None: unknown, and no entry size for this type. ValueError for a year
    that has not begun today.
    """
    span = _Year.of(year, today)
    seen = days.until(span.until)
    gone = _gone(seen, span)
    if gone is not None:
        return gone
    for batch, code, day in (
        ("producing", "stages.produced", seen.produced),
        ("started", "stages.started", seen.started),
        ("signed", "stages.signed", seen.signed),
    ):
        if span.holds(day):
            return _sized(_told(batch, code, day), investment, minimum)
    return _told("", "stages.no_step_this_year")


def _sized(batch: Batch, investment: Decimal | None, minimum: Decimal | None) -> Batch:
    if minimum is None:
        return Batch("", Reason.of("stages.no_entry_size"))
    if investment is None:
        return Batch("", Reason.of("stages.investment_unknown", minimum=f"{minimum:f}"))
    if investment < minimum:
        return Batch("", Reason.of("stages.below_entry_size", investment=f"{investment:f}", minimum=f"{minimum:f}"))
    return batch
