"""Days to the identification as idle land (numbers in brackets: the package's account)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from gongxing.engines.landstates.model import EXCUSED, Delay, LandFacts, Period, Rules, after
from gongxing.engines.reasons import Reason

ClockRule = Literal["not_started", "stopped"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days first to last, both included: whether they count, and why not (the kind of delay; "" where they count)."""

    first: date
    last: date
    counts: bool
    why: str

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock from ``base`` (day 0). ``length``: N. ``due``: the day the period is full (None while the clock stands). ``left``: counted
    days still to come, from ``due`` where it is known: due − today, 0 or less once it is reached. ``spans``: every day from base + 1 to the
    due day, or to today while the clock stands."""

    base: date
    length: int
    due: date | None
    left: int
    spans: tuple[Span, ...]

    @property
    def reached(self) -> bool:
        """Whether the period is full."""
        return self.due is not None and self.left <= 0

    @property
    def standing(self) -> bool:
        """Whether an open delay holds the clock."""
        return self.due is None

    @property
    def excused(self) -> int:
        """Days that do not count."""
        return sum(span.days for span in self.spans if not span.counts)


@dataclass(frozen=True, slots=True)
class Countdown:
    """The clocks of a parcel. ``idle`` None: none runs, ``reasons`` say why. ``certain``: False where a share is unknown that could stop it.

    ``take_back``: the line of taking back free of charge (None: no such line). ``fee_most``: what the fee may come to, in the unit of the
    price (None: no fee under this rule, or no price). ``missing``: what would have to be known. Reasons: landstates.clock.not_supplied, .finished,
    .taken_back, .running, .used_enough (area, invest), .no_agreed_start, .from_delivery (delivered), .delay_no_evidence (kind, start, end),
    .delay_order, .delay_kind, .delay_before (days), .below_area, .below_invest, .stands (since)."""

    rule: ClockRule | None
    idle: Clock | None
    take_back: Clock | None
    certain: bool
    fee_most: Decimal | None
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    marks: tuple[tuple[str, str], ...]


def _reason(code: str, **details: str) -> Reason:
    return Reason.of(f"landstates.clock.{code}", **details)


def countdown(facts: LandFacts, rules: Rules, today: date) -> Countdown:
    """The clock that runs for this parcel today, if any (5 to 9)."""
    known = facts.until(today)
    for code, holds in (
        ("taken_back", known.taken_back is not None),
        ("finished", known.finished is not None or known.produced is not None),
        ("not_supplied", known.supplied is None and known.started is None),
        ("running", known.started is not None and known.stopped_since is None),
    ):
        if holds:
            return Countdown(None, None, None, True, None, (), (_reason(code),), rules.marks)
    return _stopped(known, rules, today) if known.started is not None else _not_started(known, rules, today)


def _not_started(known: LandFacts, rules: Rules, today: date) -> Countdown:
    base, reasons = known.agreed_start, []
    if base is None and known.delivered is not None and rules.no_date is not None:
        base = after(known.delivered, rules.no_date)
        reasons.append(_reason("from_delivery", delivered=known.delivered.isoformat()))
    if base is None:
        return Countdown(None, None, None, True, None, ("agreed_start",), (_reason("no_agreed_start"),), rules.marks)
    excused, told = _excused(known.delays, base, today)
    fee = None if known.price is None else known.price * rules.fee
    return Countdown(
        "not_started",
        run(base, rules.year1, excused, today),
        run(base, rules.year2, excused, today),
        True,
        fee,
        ("price",) if fee is None else (),
        (*reasons, *told),
        rules.marks,
    )


def _stopped(known: LandFacts, rules: Rules, today: date) -> Countdown:
    base = known.stopped_since
    shares = (("area", known.area_started, rules.area), ("invest", known.invested, rules.invest))
    below = [name for name, share, line in shares if share is not None and Fraction(share) < line]
    missing = tuple(name for name, share, _ in shares if share is None)
    if base is None or (not below and not missing):
        details = {name: str(share) for name, share, _ in shares}
        return Countdown(None, None, None, True, None, (), (_reason("used_enough", **details),), rules.marks)
    excused, told = _excused(known.delays, base, today)
    reasons = [
        _reason(f"below_{name}", share=str(share), line=str(line)) for name, share, line in shares if name in below
    ]
    return Countdown(
        "stopped",
        run(base, rules.year1, excused, today),
        None,
        bool(below),
        None,
        () if below else missing,
        (*reasons, *told),
        rules.marks,
    )


def _excused(delays: Sequence[Delay], base: date, today: date) -> tuple[list[Delay], list[Reason]]:
    """Delays that hold the clock, and what is said of the others (6, 7)."""
    held, told = [], []
    for one in sorted(set(delays), key=lambda one: (one.start, one.end or date.max, one.kind, one.evidence)):
        details = {
            "kind": one.kind,
            "start": one.start.isoformat(),
            "end": one.end.isoformat() if one.end is not None else "",
        }
        if one.start > today:
            told.append(_reason("delay_future", **details))
        elif one.kind not in EXCUSED:
            told.append(_reason("delay_kind", **details))
        elif one.end is not None and one.end < one.start:
            told.append(_reason("delay_order", **details))
        elif not one.evidence.strip():
            told.append(_reason("delay_no_evidence", **details))
        else:
            lost = (min(one.end or today, base) - one.start).days
            if lost > 0:
                told.append(_reason("delay_before", days=str(lost), **details))
            if one.end is None:
                told.append(_reason("stands", since=one.start.isoformat()))
            held.append(one)
    return held, told


def run(base: date, period: Period, delays: Sequence[Delay], today: date) -> Clock:
    """The clock from ``base`` with these delays, all of which hold it (5, 6)."""
    length = (after(base, period) - base).days
    spans: list[Span] = []
    at, left = base, length
    for start, end, why in _merged(delays, base):
        free = (start - at).days
        if free >= left:
            break
        if free > 0:
            spans.append(Span(at + DAY, start, True, ""))
        left -= free
        if end is None:
            if today > start:
                spans.append(Span(start + DAY, today, False, why))
            return Clock(base, length, None, left, tuple(spans))
        spans.append(Span(start + DAY, end, False, why))
        at = end
    due = at + left * DAY
    if left:
        spans.append(Span(at + DAY, due, True, ""))
    return Clock(base, length, due, (due - today).days, tuple(spans))


def _merged(delays: Sequence[Delay], base: date) -> list[tuple[date, date | None, str]]:
    """(p, q] after ``base`` in order and apart; those that overlap are one, under the kinds of all joined by ``+``."""
    found: list[tuple[date, date | None, set[str]]] = []
    for one in sorted(delays, key=lambda one: (one.start, one.end or date.max, one.kind)):
        start, end = max(one.start, base), one.end
        if end is not None and end <= start:
            continue
        if found and (found[-1][1] is None or start < found[-1][1]):
            first, last, kinds = found[-1]
            longest = None if last is None or end is None else max(last, end)
            found[-1] = (first, longest, kinds | {one.kind})
        else:
            found.append((start, end, {one.kind}))
    return [(start, end, "+".join(sorted(kinds))) for start, end, kinds in found]
