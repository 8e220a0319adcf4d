"""The proof of a countdown day by day, and a check of the clock against it. Walks the days; shares no arithmetic with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongxing.engines.landstates.clock import Clock, Countdown
from gongxing.engines.landstates.model import LandFacts, Period, Rules
from gongxing.engines.reasons import Reason

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProofDay:
    """One day: its number (None where it does not count; the base is 0) and why: base, counts, full, or the kinds of delay joined by ``+``."""

    day: date
    number: int | None
    reason: str


def _same_day_later(base: date, period: Period) -> date:
    """Walks on: the day in the month so much later that has the same number, or that month's last."""
    if period.unit == "day":
        return base + period.n * ONE
    months = period.n * 12 if period.unit == "year" else period.n
    day = base
    for _ in range(months):
        day = day.replace(day=1)
        month = day.month
        while day.month == month:
            day += ONE
    month, last = day.month, day
    while day.month == month and day.day <= base.day:
        last, day = day, day + ONE
    return last


def proof(facts: LandFacts, base: date, period: Period, today: date) -> Iterator[ProofDay]:
    """Every day from the base to the one on which the period is full; to today while an open delay holds the clock."""
    total, day = 0, base
    last = _same_day_later(base, period)
    while day < last:
        day += ONE
        total += 1
    held = [
        one
        for one in facts.delays
        if one.kind in ("government", "force_majeure", "preparation")
        and one.evidence.strip()
        and one.start <= today
        and (one.end is None or one.end >= one.start)
    ]
    yield ProofDay(base, 0, "base")
    day, number = base, 0
    while number < total:
        day += ONE
        why = sorted({one.kind for one in held if one.start < day and (one.end is None or day <= one.end)})
        if why:
            stands = any(one.end is None and one.start < day for one in held)
            if stands and day > today:
                return
            yield ProofDay(day, None, "+".join(why))
        else:
            number += 1
            yield ProofDay(day, number, "full" if number == total else "counts")


def check(facts: LandFacts, rules: Rules, told: Countdown, today: date) -> tuple[Reason, ...]:
    """Every contradiction between the clocks told and the walk over the days."""
    found = []
    for clock, period in ((told.idle, rules.year1), (told.take_back, rules.year2)):
        if clock is not None:
            found += list(_clock(facts, clock, period, today))
    return tuple(found)


def _clock(facts: LandFacts, clock: Clock, period: Period, today: date) -> Iterator[Reason]:
    days = list(proof(facts, clock.base, period, today))
    full = [one.day for one in days if one.reason == "full"]
    due = full[0] if full else None
    if due is None and days[-1].number == 0 and clock.length == 0:
        due = clock.base
    if due != clock.due:
        yield Reason.of("landstates.check.due", told=str(clock.due), found=str(due))
    counted = sum(1 for one in days if one.number)
    left = (due - today).days if due is not None else clock.length - counted
    if left != clock.left:
        yield Reason.of("landstates.check.left", told=str(clock.left), found=str(left))
    listed = [(span.first + number * ONE, span.counts) for span in clock.spans for number in range(span.days)]
    if listed != [(one.day, one.number is not None) for one in days[1:]]:
        yield Reason.of("landstates.check.spans", base=clock.base.isoformat())
