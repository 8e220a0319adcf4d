"""Cases as the plain records the engine looks for leads in: their dates, the due day in force at each stop, and when each date was entered.

Days between are working days. A date is a day without an hour: it is taken as its midnight, moved on by the rest days between it and its entry, so that the work
of a Friday that is entered on Monday is not late by the week-end.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from gongxing.domains.approvals.mining.axis import counted_to
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.approvals.standing import PROMISED, STATUTORY, Wanted, item_of, wanted_clocks
from gongxing.engines.process import CaseRecord, EntryRecord, PauseRecord
from gongxing.engines.process.honesty import Outcome
from gongxing.engines.workdays import Calendar, Limit, OfficeHours, due
from gongxing.engines.workdays import Pause as Gap
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock.calendar import calendar, gap, office_hours

BY_HAND = (
    "add", "change", "approvals.receive", "approvals.ask_correction", "approvals.correction_complete", "approvals.accept", "approvals.refuse", "approvals.stop_case",
    "approvals.go_on", "approvals.extend", "approvals.decide", "approvals.deliver", "approvals.withdraw",
)  # fmt: skip
"""Writes of somebody who states a day. An import brings what another system has; acceptance by silence is nobody's entry."""
STATED = frozenset(
    {
        "received_on", "correction_on", "corrected_on", "accepted_on", "refused_on", "extended_on", "decided_on", "delivered_on", "withdrawn_on", "start", "end",
    }
)  # fmt: skip
Typed = Mapping[tuple[str, int, str], tuple[str, datetime]]
"""By ledger, row and field: the value as text and when it was entered."""


@dataclass(frozen=True)
class Working:
    """The county's calendar and hours, as the engine asks them."""

    book: Calendar
    hours: OfficeHours

    @classmethod
    def today(cls) -> "Working":
        """As they stand today."""
        return cls(calendar(), office_hours())

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; negative where the end lies before."""
        return counted_to(self.book, end) - counted_to(self.book, start)

    def stated(self, day: date, entered: datetime) -> datetime:
        """The midnight of a stated day, moved on by the rest days up to the day of its entry."""
        last = entered.date()
        rest = (last - day).days - self.between(day, last) if last > day else 0
        return datetime.combine(day + timedelta(days=rest), time(), entered.tzinfo)

    def due(self, limit: Limit, since: date, gaps: Sequence[Gap]) -> date | None:
        """The due day; None while a gap is open."""
        begun = timezone.make_aware(datetime.combine(since, time(12)))
        found = due(limit, begun, gaps, self.book, self.hours)
        return None if found.open else found.at.date()


def records_of(cases: Sequence[Case]) -> dict[int, list[CaseRecord]]:
    """The records of these cases by unit. Two queries; ``key`` is the number of the case."""
    working = Working.today()
    stops: dict[int, list[Stop]] = {}
    rows = {one.pk: one for one in cases}
    for stop in Stop.objects.filter(case_id__in=list(rows)).order_by("start", "pk"):
        stop.case = rows[stop.case_id]
        stops.setdefault(stop.case_id, []).append(stop)
    typed = entries_of(list(rows), [one.pk for found in stops.values() for one in found])
    found: dict[int, list[CaseRecord]] = {}
    for case in cases:
        found.setdefault(case.unit_id, []).append(_record(case, stops.get(case.pk, []), typed, working))
    return found


def entries_of(cases: Sequence[int], stops: Sequence[int]) -> Typed:
    """The newest entry by hand of each date of these cases and stops, as the trail has it."""
    found: dict[tuple[str, int, str], tuple[str, datetime]] = {}
    for ledger, keys in (("approvals.case", cases), ("approvals.stop", stops)):
        entries = Entry.objects.filter(ledger=ledger, row__in=keys, verb__in=BY_HAND, user_id__gt=0).order_by("id")
        for row, at, body in entries.values_list("row", "at", "body"):
            for name, pair in json.loads(body)["cells"].items():
                if name in STATED and pair[1]:
                    found[ledger, row, name] = (pair[1], timezone.localtime(at))
    return found


def _record(case: Case, stops: Sequence[Stop], typed: Typed, working: Working) -> CaseRecord:
    item = item_of(case)
    clocks = {one.rule: one for one in wanted_clocks(case, item, stops)}
    ending = clocks.get(STATUTORY) or clocks.get(PROMISED)
    closed, outcome = _end(case)
    return CaseRecord(
        str(case.pk), case.item, str(case.project_id), case.contact_on, case.received_on, case.accepted_on,
        None if ending is None else _due_of(ending, working, ending.stops), closed, outcome,
        tuple(PauseRecord(one.start, one.end, one.ground, _due_at(one, clocks, case, working)) for one in stops),
        tuple(_entries(case, stops, typed, working)),
    )  # fmt: skip


def _end(case: Case) -> tuple[date | None, Outcome]:
    if case.decided_on:
        return case.decided_on, "granted" if case.outcome == Case.Outcome.GRANTED else "refused"
    if case.refused_on:
        return case.refused_on, "refused"
    return (case.withdrawn_on, "withdrawn") if case.withdrawn_on else (None, "open")


def _due_of(clock: Wanted, working: Working, stops: Iterable[Stop], less: int = 0) -> date | None:
    if clock.limit is None:
        return None
    gaps = [gap(one.start, one.end) for one in stops]
    return working.due(Limit(clock.limit.n - less, clock.limit.unit), clock.since, gaps)


def _due_at(stop: Stop, clocks: Mapping[str, Wanted], case: Case, working: Working) -> date | None:
    """The due day in force when a stop was told: of the promised clock where it ended that very day, else of the statutory one, else of the promised."""
    dues: dict[str, date | None] = {}
    for rule in (STATUTORY, PROMISED):
        clock = clocks.get(rule)
        if clock is None:
            continue
        before = [one for one in clock.stops if one.start < stop.start]
        granted_later = rule == STATUTORY and case.extended_on is not None and case.extended_on > stop.start
        dues[rule] = _due_of(clock, working, before, case.extension if granted_later else 0)
    promised = dues.get(PROMISED)
    return promised if promised == stop.start else dues.get(STATUTORY) or promised


def _entries(case: Case, stops: Sequence[Stop], typed: Typed, working: Working) -> Iterable[EntryRecord]:
    """Dates that still stand as they were entered by hand."""
    for row in (case, *stops):
        ledger = row._meta.label_lower
        for name in sorted(STATED):
            day = getattr(row, name, None)
            text, at = typed.get((ledger, row.pk, name), ("", None))
            if day is not None and at is not None and text == day.isoformat():
                yield EntryRecord(name, working.stated(day, at), at)
