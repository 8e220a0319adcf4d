"""The steps the law puts in order, with least periods and limits (6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gongxing.engines.reasons import Reason

StepCode = Literal["done", "possible", "waiting", "blocked"]
Shift = Callable[[date, int], date]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """``n`` calendar days (``day``) or working days (``wd``). ValueError for others."""

    n: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in ("day", "wd") or self.n < 1:
            raise ValueError(f"a period of {self.n} {self.unit}")


@dataclass(frozen=True, slots=True)
class LegalStep:
    """A step: which it comes after, and after which with their least period full; its own least period (``least``); within which time
    (``limit``) after which step (``since``) it is due; its basis and how well that was read."""

    code: str
    order: int
    after: tuple[str, ...]
    after_full: tuple[str, ...]
    least: Period | None
    limit: Period | None
    since: str
    basis: str
    status: str


@dataclass(frozen=True, slots=True)
class StepState:
    """How a step stands. ``earliest``: the first day on which it is lawful (None: something before it is not done, or working days cannot be
    counted); ``due`` and ``left`` where it has a limit that runs. Faults of a step done: clearance.step.out_of_order (before), .too_early
    (earliest, days), .late (days), .future. Open: .blocked (by), .waiting (until, days), .no_calendar (of)."""

    step: LegalStep
    state: StepCode
    on: date | None
    earliest: date | None
    due: date | None
    left: int | None
    reasons: tuple[Reason, ...]

    @property
    def fault(self) -> bool:
        """Whether the record shows a breach of the order or of a period."""
        codes = ("clearance.step.out_of_order", "clearance.step.too_early", "clearance.step.late")
        return any(one.code in codes for one in self.reasons)


def steps_from_rows(
    rows: Iterable[Mapping[str, str]],
    parameters: Mapping[str, Mapping[str, str]],
    statuses: Mapping[tuple[str, str], tuple[str, str]],
) -> dict[str, tuple[LegalStep, ...]]:
    """Regime → its steps in order, from ``clearance/steps``; periods are the named parameters. ``statuses``: (regime, step) → basis and status.

    ValueError where a step comes after one that is not there."""
    found: dict[str, list[LegalStep]] = {}
    for row in rows:
        basis, status = statuses.get((row["regime"], row["step"]), ("", ""))
        least, limit = (_period(row[name], parameters) for name in ("least_parameter", "limit_parameter"))
        after, full = (tuple(part for part in row[name].split(";") if part) for name in ("after", "after_full"))
        one = LegalStep(row["step"], int(row["order"]), after, full, least, limit, row["limit_since"], basis, status)
        found.setdefault(row["regime"], []).append(one)
    for regime, steps in found.items():
        names = {one.code: one.order for one in steps}
        for one in steps:
            for before in (*one.after, *one.after_full, *([one.since] if one.limit else [])):
                if names.get(before, one.order) >= one.order:
                    raise ValueError(f"{regime}: step {one.code} comes after {before!r}, which does not come before it")
    return {regime: tuple(sorted(steps, key=lambda one: (one.order, one.code))) for regime, steps in found.items()}


def _period(code: str, parameters: Mapping[str, Mapping[str, str]]) -> Period | None:
    if not code:
        return None
    return Period(int(parameters[code]["value"]), parameters[code]["unit"])


def sequence(
    steps: Sequence[LegalStep], done: Mapping[str, date | None], today: date, workdays: Shift | None = None
) -> tuple[StepState, ...]:
    """How every step stands. ``done``: step → its day (for a notice the day it went up); ``workdays``: the day so many working days later."""
    days = {code: day for code, day in done.items() if day is not None and day <= today}
    by_code = {one.code: one for one in steps}
    return tuple(_state(one, by_code, days, done, today, workdays) for one in steps)


def _shift(day: date, period: Period, workdays: Shift | None) -> date | None:
    if period.unit == "day":
        return day + period.n * DAY
    return None if workdays is None else workdays(day, period.n)


def _state(
    one: LegalStep,
    by_code: Mapping[str, LegalStep],
    days: Mapping[str, date],
    told: Mapping[str, date | None],
    today: date,
    workdays: Shift | None,
) -> StepState:
    on, reasons = days.get(one.code), []
    planned = told.get(one.code)
    if planned is not None and on is None:
        reasons.append(Reason.of("clearance.step.future", on=planned.isoformat()))
    needed = (*one.after, *one.after_full)
    missing = [code for code in needed if code not in days]
    free = [days[code] for code in one.after if code in days]
    unknown = False
    for code in one.after_full:
        if code not in days:
            continue
        least = by_code[code].least
        full = days[code] - DAY if least is None else _shift(days[code], least, workdays)
        if full is None:
            unknown = True
            reasons.append(Reason.of("clearance.step.no_calendar", of=code))
        else:
            free.append(full + DAY)
    earliest = None if missing or unknown else max(free, default=None)
    known = max(free, default=None)
    due = _shift(days[one.since], one.limit, workdays) if one.limit is not None and one.since in days else None
    left = None if due is None else (due - (on or today)).days
    if on is not None:
        behind = [code for code in needed if code in missing or days[code] > on]
        if behind:
            reasons.append(Reason.of("clearance.step.out_of_order", before=",".join(behind)))
        elif known is not None and on < known:
            details = {"earliest": known.isoformat(), "days": str((known - on).days)}
            reasons.append(Reason.of("clearance.step.too_early", **details))
        if left is not None and left < 0:
            reasons.append(Reason.of("clearance.step.late", days=str(-left)))
        return StepState(one, "done", on, earliest, due, left, tuple(reasons))
    state: StepCode = "possible"
    if missing:
        state = "blocked"
        reasons.append(Reason.of("clearance.step.blocked", by=",".join(missing)))
    elif unknown or (earliest is not None and earliest > today):
        state = "waiting"
        if earliest is not None:
            details = {"until": earliest.isoformat(), "days": str((earliest - today).days)}
            reasons.append(Reason.of("clearance.step.waiting", **details))
    if left is not None and left < 0:
        reasons.append(Reason.of("clearance.step.late", days=str(-left)))
    return StepState(one, state, None, earliest, due, left, tuple(reasons))
