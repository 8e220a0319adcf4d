"""Are the clocks honest? Leads from plain records of cases: something to look into, never a verdict; each names its cases.

1. ``process.pause_at_due``: a pause was opened on the due day then in force, after it, or at most ``pause_days`` days before it.
2. ``process.resubmitted``: the same project asked for the same item ``chain`` times or more, each time within ``resubmit_days`` after the refusal or
   withdrawal before: each time the clock began anew.
3. ``process.accepted_late``: accepted more than ``contact_days`` after the first contact: work outside the clock.
4. ``process.bunched``: of the cases of an item that closed in time (at least ``least_closed``), a share of ``bunch_share`` or more closed with
   fewer than ``bunch_days`` days left, and at least ``bunch_ratio`` times as many as in the ``bunch_days`` days before those. A case whose limit is too short
   to have both stretches (decided at once) tells nothing and is left out.
5. ``process.entered_late``: an entry was made more than ``entry_hours`` hours after the time it states, or before it.
6. ``process.entered_at_once``: ``batch`` or more entries of a case that state different days were made within ``batch_minutes`` minutes.
7. ``process.firm_pauses``: of the paused days of an item with at least ``least_closed`` paused cases, more than ``firm_share`` are of kinds the firm itself is
   said to have caused (``firm_kinds``).

What is not known is not judged: ``Untested`` says how many records a test could not look at. Days are counted by ``days_between``, calendar
days unless the caller hands in those of the clock in force.

Source: rulebook 5.4. It names 1 to 4 and the share of 30% in 7; the other thresholds are the product's and parameters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from gongxing.engines.reasons import Reason

Outcome = Literal["open", "granted", "refused", "withdrawn"]
DaysBetween = Callable[[date, date], int]


@dataclass(frozen=True, slots=True)
class PauseRecord:
    """A pause: opened, ended (None: still open), its kind, and the due day in force when it was opened (None: unknown)."""

    opened: date
    ended: date | None
    kind: str
    due: date | None


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """When something is said to have happened, and when that was entered."""

    what: str
    stated: datetime
    entered: datetime


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case. None is unknown (or, for ``closed``, still open). ``item`` and ``project`` tell which cases belong together; "" is unknown.

    ``due``: the due day in force at the end; ``contact``: the first day somebody asked."""

    key: str
    item: str
    project: str = ""
    contact: date | None = None
    submitted: date | None = None
    accepted: date | None = None
    due: date | None = None
    closed: date | None = None
    outcome: Outcome = "open"
    pauses: tuple[PauseRecord, ...] = ()
    entries: tuple[EntryRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Parameters of the tests; a pack may set others. Days, hours, minutes, shares 0 to 1."""

    pause_days: int = 0
    chain: int = 2
    resubmit_days: int = 30
    contact_days: int = 10
    least_closed: int = 10
    bunch_days: int = 1
    bunch_share: float = 0.4
    bunch_ratio: float = 2.0
    entry_hours: float = 48.0
    batch: int = 3
    batch_minutes: float = 10.0
    firm_share: float = 0.3
    firm_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lead:
    """Something to look into: its reason as a code with details, the item it concerns, and its cases."""

    reason: Reason
    item: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """How many records a test could not look at, because what it needs is unknown."""

    code: str
    records: int


@dataclass(frozen=True, slots=True)
class Honesty:
    """All leads, by test and item, and what was not tested."""

    leads: tuple[Lead, ...]
    untested: tuple[Untested, ...]


def calendar_days(start: date, end: date) -> int:
    """Calendar days from one day to another; negative where it lies before."""
    return (end - start).days


def _pauses_at_due(cases: Sequence[CaseRecord], limits: Thresholds, days: DaysBetween) -> tuple[list[Lead], int]:
    leads, unknown = [], 0
    for case in cases:
        for pause in case.pauses:
            if pause.due is None:
                unknown += 1
                continue
            left = days(pause.opened, pause.due)
            if left <= limits.pause_days:
                details = {"opened": str(pause.opened), "due": str(pause.due), "left": str(left), "kind": pause.kind}
                leads.append(Lead(Reason.of("process.pause_at_due", **details), case.item, (case.key,)))
    return leads, unknown


def _resubmitted(cases: Sequence[CaseRecord], limits: Thresholds, days: DaysBetween) -> tuple[list[Lead], int]:
    series: dict[tuple[str, str], list[tuple[date, CaseRecord]]] = defaultdict(list)
    unknown = 0
    for case in cases:
        if case.submitted is None or not case.project or not case.item:
            unknown += 1
        else:
            series[case.project, case.item].append((case.submitted, case))
    leads = []
    for (project, item), dated in sorted(series.items()):
        dated.sort(key=lambda one: (one[0], one[1].key))
        chains: list[list[CaseRecord]] = []
        for submitted, case in dated:
            last = chains[-1][-1] if chains else None
            turned_away = last is not None and last.outcome in ("refused", "withdrawn") and last.closed is not None
            if last and turned_away and last.closed and 0 <= days(last.closed, submitted) <= limits.resubmit_days:
                chains[-1].append(case)
            else:
                chains.append([case])
        for chain in chains:
            if len(chain) >= limits.chain:
                reason = Reason.of("process.resubmitted", project=project, times=str(len(chain)))
                leads.append(Lead(reason, item, tuple(case.key for case in chain)))
    return leads, unknown


def _accepted_late(cases: Sequence[CaseRecord], limits: Thresholds, days: DaysBetween) -> tuple[list[Lead], int]:
    leads, unknown = [], 0
    for case in cases:
        if case.contact is None or case.accepted is None:
            unknown += 1
            continue
        took = days(case.contact, case.accepted)
        if took > limits.contact_days:
            reason = Reason.of(
                "process.accepted_late", contact=str(case.contact), accepted=str(case.accepted), days=str(took)
            )
            leads.append(Lead(reason, case.item, (case.key,)))
    return leads, unknown


def _bunched(cases: Sequence[CaseRecord], limits: Thresholds, days: DaysBetween) -> tuple[list[Lead], int]:
    left: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unknown = 0
    for case in cases:
        if case.closed is None:
            continue
        if case.due is None:
            unknown += 1
        elif case.accepted is not None and days(case.accepted, case.due) < 2 * limits.bunch_days:
            continue
        elif case.closed <= case.due:
            left[case.item].append((days(case.closed, case.due), case.key))
    leads = []
    for item, found in sorted(left.items()):
        at_limit = [key for rest, key in sorted(found) if rest < limits.bunch_days]
        before = sum(limits.bunch_days <= rest < 2 * limits.bunch_days for rest, _ in found)
        enough = len(found) >= limits.least_closed and len(at_limit) >= limits.bunch_share * len(found)
        if enough and at_limit and len(at_limit) >= limits.bunch_ratio * before:
            reason = Reason.of(
                "process.bunched", at_limit=str(len(at_limit)), in_time=str(len(found)), before=str(before)
            )
            leads.append(Lead(reason, item, tuple(at_limit)))
    return leads, unknown


def _entries(cases: Sequence[CaseRecord], limits: Thresholds) -> list[Lead]:
    leads = []
    late, batch = timedelta(hours=limits.entry_hours), timedelta(minutes=limits.batch_minutes)
    for case in cases:
        gaps = [(entry.entered - entry.stated, entry) for entry in case.entries]
        far = [(gap, entry) for gap, entry in gaps if gap > late or gap < timedelta()]
        if far:
            gap, entry = max(far, key=lambda one: abs(one[0]))
            details = {
                "what": entry.what,
                "stated": entry.stated.isoformat(),
                "entered": entry.entered.isoformat(),
                "entries": str(len(far)),
            }
            hours = f"{gap.total_seconds() / 3600:.1f}"
            leads.append(Lead(Reason.of("process.entered_late", hours=hours, **details), case.item, (case.key,)))
        once = _at_once(case.entries, batch)
        if len({entry.stated.date() for entry in once}) >= limits.batch:
            reason = Reason.of("process.entered_at_once", entries=str(len(once)), entered=once[0].entered.isoformat())
            leads.append(Lead(reason, case.item, (case.key,)))
    return leads


def _at_once(entries: Iterable[EntryRecord], batch: timedelta) -> list[EntryRecord]:
    """The entries made within one stretch of time that state the most different days."""
    ordered = sorted(entries, key=lambda one: one.entered)
    best: list[EntryRecord] = []
    days, begin = 0, 0
    for end, entry in enumerate(ordered):
        while entry.entered - ordered[begin].entered > batch:
            begin += 1
        window = ordered[begin : end + 1]
        stated = len({one.stated.date() for one in window})
        if stated > days:
            best, days = window, stated
    return best


def _firm_pauses(cases: Sequence[CaseRecord], limits: Thresholds, days: DaysBetween) -> tuple[list[Lead], int]:
    paused: dict[str, list[tuple[int, bool, str]]] = defaultdict(list)
    unknown = 0
    for case in cases:
        for pause in case.pauses:
            if pause.ended is None:
                unknown += 1
            else:
                length = days(pause.opened, pause.ended)
                paused[case.item].append((length, pause.kind in limits.firm_kinds, case.key))
    leads = []
    for item, found in sorted(paused.items()):
        total = sum(length for length, _, _ in found)
        firm = sum(length for length, by_firm, _ in found if by_firm)
        if len({key for *_, key in found}) >= limits.least_closed and firm > limits.firm_share * total:
            reason = Reason.of("process.firm_pauses", firm=str(firm), days=str(total), share=f"{firm / total:.3f}")
            keys = dict.fromkeys(key for _, by_firm, key in found if by_firm)
            leads.append(Lead(reason, item, tuple(sorted(keys))))
    return leads, unknown


def honesty(cases: Iterable[CaseRecord], limits: Thresholds, days_between: DaysBetween = calendar_days) -> Honesty:
    """All leads of these cases. TypeError where an entry's two times are not both aware or both naive."""
    known = sorted(cases, key=lambda case: case.key)
    leads: list[Lead] = []
    untested: list[Untested] = []
    for code, test in (
        ("process.pause_at_due", _pauses_at_due),
        ("process.resubmitted", _resubmitted),
        ("process.accepted_late", _accepted_late),
        ("process.bunched", _bunched),
        ("process.firm_pauses", _firm_pauses),
    ):
        found, unknown = test(known, limits, days_between)
        leads += found
        if unknown:
            untested.append(Untested(code, unknown))
    leads += _entries(known, limits)
    without = sum(not case.entries for case in known)
    if without:
        untested.append(Untested("process.entered_late", without))
    return Honesty(tuple(leads), tuple(untested))
