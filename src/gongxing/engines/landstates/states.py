"""Which state a parcel is in (numbers in brackets: the package's account)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from gongxing.engines.landstates.model import LandFacts
from gongxing.engines.reasons import Reason

STATES = (
    "taken_back",
    "idle_land",
    "inefficient_land",
    "built_unproductive",
    "below_standard",
    "partly_used",
    "normal",
    "producing",
    "finished",
    "building",
    "supplied_unused",
    "supplied",
    "approved_unsupplied",
    "under_approval",
    "planned",
)
"""Codes in the order in which the first that holds is the state."""

ORDER = ("submitted", "approved", "supplied", "started", "finished", "produced")


@dataclass(frozen=True, slots=True)
class LandState:
    """The state, the others that hold beside it, why each holds (landstates.<code> with days and figures), and contradictions of the record:
    landstates.order (earlier, later), landstates.future (name), landstates.lacking (name, of): a later step without an earlier one."""

    state: str
    also: tuple[str, ...]
    reasons: tuple[Reason, ...]
    faults: tuple[Reason, ...]


def state_of(facts: LandFacts, today: date) -> LandState:
    """The state of a parcel today."""
    known = facts.until(today)
    found = dict(_holding(known, today))
    codes = [code for code in STATES if code in found]
    return LandState(codes[0], tuple(codes[1:]), tuple(found[code] for code in codes), tuple(_faults(facts, today)))


def _why(code: str, **details: date | int | Fraction | str | None) -> tuple[str, Reason]:
    told = {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in details.items()
        if value is not None
    }
    return code, Reason.of(f"landstates.{code}", **told)


def _holding(known: LandFacts, today: date) -> Iterator[tuple[str, Reason]]:
    """Every state that holds and its reason."""
    if known.taken_back is not None:
        yield _why("taken_back", on=known.taken_back)
        return
    lifted = known.idle_lifted
    if known.idle_identified is not None and (lifted is None or lifted < known.idle_identified):
        yield _why("idle_land", on=known.idle_identified)
    if known.inefficient:
        yield _why("inefficient_land")
    if known.started is not None or known.finished is not None or known.produced is not None:
        yield from _used(known, today)
    elif known.supplied is not None:
        yield _unused(known, today)
    elif known.approved is not None:
        yield _why("approved_unsupplied", since=known.approved, days=(today - known.approved).days)
    elif known.submitted is not None:
        yield _why("under_approval", since=known.submitted, days=(today - known.submitted).days)
    else:
        yield _why("planned")


def _unused(known: LandFacts, today: date) -> tuple[str, Reason]:
    """(3)"""
    agreed = known.agreed_start
    if agreed is not None and today > agreed:
        return _why("supplied_unused", agreed=agreed, late=(today - agreed).days)
    return _why("supplied", since=known.supplied, agreed=agreed, left=None if agreed is None else (agreed - today).days)


def _used(known: LandFacts, today: date) -> Iterator[tuple[str, Reason]]:
    """(2)"""
    share = None if known.area_started is None else Fraction(known.area_started)
    done = known.finished is not None or known.produced is not None
    over = known.agreed_finish is not None and today > known.agreed_finish
    if share is not None and share < 1 and (done or over):
        yield _why("partly_used", area=share, agreed=known.agreed_finish)
    if known.produced is not None:
        yield _producing(known, today)
    elif known.finished is not None:
        agreed = known.agreed_production
        if agreed is None or today > agreed:
            days = (today - max(known.finished, agreed or known.finished)).days
            yield _why("built_unproductive", finished=known.finished, agreed=agreed, days=days)
        else:
            yield _why("finished", finished=known.finished, agreed=agreed, left=(agreed - today).days)
    else:
        late = (today - known.agreed_finish).days if known.agreed_finish is not None and over else None
        yield _why("building", since=known.started, agreed=known.agreed_finish, late=late, stopped=known.stopped_since)


def _producing(known: LandFacts, today: date) -> tuple[str, Reason]:
    if known.performance is None or known.standard is None:
        missing = "performance" if known.performance is None else "standard"
        return _why("producing", since=known.produced, missing=missing)
    got, line = Fraction(known.performance), Fraction(known.standard)
    details = {"performance": str(known.performance), "standard": str(known.standard)}
    if got >= line:
        return _why("normal", **details)
    agreed = known.agreed_full
    if agreed is not None and today <= agreed:
        return _why("producing", since=known.produced, agreed=agreed, left=(agreed - today).days, **details)
    return _why("below_standard", agreed=agreed, **details)


def _faults(facts: LandFacts, today: date) -> Iterator[Reason]:
    for name in facts.in_future(today):
        yield Reason.of("landstates.future", name=name, day=getattr(facts, name).isoformat())
    days = [(name, getattr(facts, name)) for name in ORDER]
    known = [(name, day) for name, day in days if day is not None]
    for (earlier, before), (later, behind) in pairwise(known):
        if behind < before:
            yield Reason.of(
                "landstates.order", earlier=earlier, later=later, before=before.isoformat(), behind=behind.isoformat()
            )
    have = {name for name, _ in known}
    for name, of in (("supplied", "started"), ("started", "finished"), ("finished", "produced")):
        if of in have and name not in have:
            yield Reason.of("landstates.lacking", name=name, of=of)
    for label in ("area_started", "invested"):
        share = getattr(facts, label)
        if share is not None and not 0 <= share <= 1:
            yield Reason.of("landstates.not_a_share", name=label, value=str(share))
