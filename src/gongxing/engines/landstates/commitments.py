"""Commitments of standard land (标准地): promised against verified, and the clock from signing to the review of full production (6.6).

A commitment is met where the verified value is at least (or at most) the promised one. The clock of a contract runs from the day it was signed:
each stage is due on the day agreed, or where none is agreed on the last day of the window the parameters give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gongxing.engines.landstates.model import Period, after
from gongxing.engines.reasons import Reason

Direction = Literal["least", "most"]
KeptState = Literal["met", "short", "not_due", "due_soon", "overdue", "undated"]
StageState = Literal["done", "done_late", "not_due", "due_soon", "overdue", "unknown"]
STAGES = ("start", "finish", "first_run", "full_review")


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise: what kind (tax_per_mu, …), how much in ``unit``, at least or at most, verified value (None: not verified) and by when."""

    kind: str
    promised: Decimal
    verified: Decimal | None
    unit: str
    direction: Direction
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How a commitment stands. ``lacks``: by how much it falls short, in its unit (None: not verified; 0 when met). ``share``: lacks ÷ promised
    (None where nothing was promised). ``left``: days to the deadline, negative once it has passed (None: no deadline).

    ``state``: met and short are verified; short before the deadline can still be mended (``final`` False). Not verified: not_due, due_soon
    (within ``warn`` days), overdue, undated."""

    commitment: Commitment
    state: KeptState
    final: bool
    lacks: Decimal | None
    share: Decimal | None
    left: int | None
    reason: Reason


def kept(one: Commitment, today: date, warn: int = 30) -> Kept:
    """How a commitment stands today. The deadline itself is still in time."""
    left = None if one.deadline is None else (one.deadline - today).days
    over = left is not None and left < 0
    if one.verified is None:
        state: KeptState = "overdue" if over else "due_soon"
        if left is None:
            state = "undated"
        elif left > warn:
            state = "not_due"
        return Kept(one, state, False, None, None, left, _told(state, left))
    gap = one.promised - one.verified if one.direction == "least" else one.verified - one.promised
    lacks = max(gap, Decimal(0))
    share = lacks / one.promised if one.promised > 0 else None
    state = "short" if lacks > 0 else "met"
    return Kept(one, state, state == "met" or over, lacks, share, left, _told(state, left, lacks, one.unit))


def _told(state: str, left: int | None, lacks: Decimal | None = None, unit: str = "") -> Reason:
    details = {} if left is None else {"left": str(left)}
    if lacks:
        details |= {"lacks": str(lacks), "unit": unit}
    return Reason.of(f"landstates.commitment.{state}", **details)


@dataclass(frozen=True, slots=True)
class StageRule:
    """The window of a stage after signing: from ``least`` to ``most``; ``status`` of the parameter it was taken from."""

    code: str
    least: Period
    most: Period
    status: str


def stage_rules_from_rows(rows: Mapping[str, Mapping[str, str]], statuses: Mapping[str, str]) -> dict[str, StageRule]:
    """From rows of ``parameters`` standard.<stage>.least and .most. A stage without both is left out. ValueError where most < least."""
    found = {}
    for code in STAGES:
        names = [f"standard.{code}.{end}" for end in ("least", "most")]
        if not all(name in rows for name in names):
            continue
        least, most = (Period(int(rows[name]["value"]), rows[name]["unit"]) for name in names)
        if least.unit != most.unit or most.n < least.n:
            raise ValueError(f"stage {code}: from {least.n} {least.unit} to {most.n} {most.unit}")
        status = next((statuses.get(name, "") for name in names if statuses.get(name) != "verified"), "verified")
        found[code] = StageRule(code, least, most, status)
    return found


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage as it is known: the day agreed (None: none) and the actual day (None: not yet)."""

    code: str
    agreed: date | None = None
    actual: date | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage stands. ``due``: agreed day or the end of the window (``by``: agreed, parameter); None where there is neither. ``earliest``: the
    start of the window. ``left``: days to ``due``, for a done stage due − actual (negative: late by so many). ``status`` of the parameter used
    ("" where the day is agreed). ``beyond``: the agreed day lies after the window's end."""

    code: str
    state: StageState
    due: date | None
    by: str
    earliest: date | None
    left: int | None
    status: str
    beyond: bool
    reason: Reason


def milestones(
    signed: date | None, given: Iterable[Milestone], rules: Mapping[str, StageRule], today: date, warn: int = 30
) -> tuple[Stage, ...]:
    """Every stage of the clock in its order; ``signed`` None: only agreed days can be due."""
    by_code = {one.code: one for one in given}
    return tuple(_stage(by_code.get(code, Milestone(code)), signed, rules.get(code), today, warn) for code in STAGES)


def _stage(one: Milestone, signed: date | None, rule: StageRule | None, today: date, warn: int) -> Stage:
    earliest = latest = None
    if signed is not None and rule is not None:
        earliest, latest = after(signed, rule.least), after(signed, rule.most)
    due, by = (one.agreed, "agreed") if one.agreed is not None else (latest, "parameter" if latest is not None else "")
    beyond = one.agreed is not None and latest is not None and one.agreed > latest
    actual = one.actual if one.actual is not None and one.actual <= today else None
    left = None if due is None else (due - (actual or today)).days
    state: StageState
    if actual is not None:
        state = "done_late" if left is not None and left < 0 else "done"
    elif left is None:
        state = "unknown"
    else:
        state = "overdue" if left < 0 else "due_soon" if left <= warn else "not_due"
    details = {} if left is None else {"left": str(left)}
    reason = Reason.of(f"landstates.stage.{state}", stage=one.code, by=by, **details)
    status = rule.status if by == "parameter" and rule is not None else ""
    return Stage(one.code, state, due, by, earliest, left, status, beyond, reason)
