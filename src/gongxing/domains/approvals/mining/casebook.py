"""The county's own cases as an event log: the dates of a case, what stopped it, and who entered each act.

By ``case`` a case of the log is one application and its events are what happened to it; by ``project`` it is a project and its events are its items,
each begun when accepted and done when decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.projects.rule_words import said
from gongxing.engines.process import Entry, EventLog, log_of_entries
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.models import Entry as Trail
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

By = Literal["case", "project"]
APPLICANT = _("申请人")
STEPS: tuple[tuple[str, Lazy, str], ...] = (
    ("contact_on", _("首次接触"), ""),
    ("received_on", _("收件"), "approvals.receive"),
    ("correction_on", _("告知补正"), "approvals.ask_correction"),
    ("corrected_on", _("补正齐全"), "approvals.correction_complete"),
    ("refused_on", _("不予受理"), "approvals.refuse"),
    ("accepted_on", _("受理"), "approvals.accept"),
    ("extended_on", _("延长时限"), "approvals.extend"),
    ("decided_on", _("作出决定"), "approvals.decide"),
    ("delivered_on", _("送达"), "approvals.deliver"),
    ("withdrawn_on", _("申请人撤回"), "approvals.withdraw"),
)
"""Dates of a case in the order they have within one day, the words of the act, and its verb in the trail."""
BY_APPLICANT = frozenset({"contact_on", "corrected_on", "withdrawn_on"})
ACCEPTED = 5
"""Stops stand between the acceptance and the extension of the same day."""


@dataclass(frozen=True)
class Narrowed:
    """Which cases: of an item, a unit, handed in in a year; "" and 0 for all."""

    item: str = ""
    unit: int = 0
    year: int = 0


def chosen(narrowed: Narrowed, actor: Actor) -> QuerySet[Case]:
    """The cases the actor may see, of these."""
    asked = Q()
    if narrowed.item:
        asked &= Q(item=narrowed.item)
    if narrowed.unit:
        asked &= Q(unit_id=narrowed.unit)
    if narrowed.year:
        asked &= Q(received_on__gte=date(narrowed.year, 1, 1), received_on__lte=date(narrowed.year, 12, 31))
    return visible(Case.objects.filter(asked), actor)


def log_of_cases(cases: QuerySet[Case], by: By) -> EventLog:
    """The event log. Two queries and the pack's for items of projects, four for cases."""
    rows = list(cases.select_related("unit", "post", "project").order_by("pk"))
    return log_of_entries(_items(rows) if by == "project" else _acts(rows))


def _items(rows: Sequence[Case]) -> Iterable[Entry]:
    names = item_names(today())
    for one in rows:
        if one.decided_on:
            begun = None if one.accepted_on is None else _at(one.accepted_on)
            label = names.get(one.item, one.item)
            yield Entry(
                f"{one.project.number} {one.project.name}",
                label,
                _at(one.decided_on),
                begun,
                str(one.post),
                str(one.unit),
            )


def _acts(rows: Sequence[Case]) -> Iterable[Entry]:
    keys = [one.pk for one in rows]
    stops: dict[int, list[Stop]] = {}
    for stop in Stop.objects.filter(case_id__in=keys).order_by("start", "pk"):
        stops.setdefault(stop.case_id, []).append(stop)
    hands = _hands(keys)
    grounds = {row["code"]: row for row in table("approvals", "pauses", today())}
    names = {code: said(row, "name") for code, row in grounds.items()}
    of_firm = frozenset(code for code, row in grounds.items() if row["opened_by"] == "企业")
    for case in rows:
        found = [*_dates(case, hands), *_stops(stops.get(case.pk, ()), case, names, of_firm)]
        for _day, _place, entry in sorted(found, key=lambda one: one[:2]):
            yield entry


def _dates(case: Case, hands: Mapping[tuple[int, str], str]) -> Iterable[tuple[date, int, Entry]]:
    for place, (name, words, verb) in enumerate(STEPS):
        day = getattr(case, name)
        if day is None:
            continue
        label = _t("视为受理") if name == "accepted_on" and case.silent else str(words)
        desk = str(APPLICANT) if name in BY_APPLICANT else str(case.unit)
        who = "" if name in BY_APPLICANT else hands.get((case.pk, verb), str(case.post))
        yield day, place, Entry(case.ref, label, _at(day), resource=who, desk=desk)


def _stops(
    stops: Iterable[Stop], case: Case, names: Mapping[str, str], of_firm: frozenset[str]
) -> Iterable[tuple[date, int, Entry]]:
    """A stop is told by the unit; its end is brought by whoever was waited for: the applicant, or what the ground names."""
    for stop in stops:
        name = names.get(stop.ground, stop.ground)
        awaited = str(APPLICANT) if stop.ground in of_firm else name
        yield stop.start, ACCEPTED, Entry(case.ref, stop_words(name), _at(stop.start), resource=str(case.post), desk=str(case.unit))  # fmt: skip
        if stop.end is not None:
            yield stop.end, ACCEPTED, Entry(case.ref, resume_words(name), _at(stop.end), desk=awaited)  # fmt: skip


def stop_words(ground: str) -> str:
    """The name of the act that stops the clocks."""
    return _t("停钟：%(ground)s") % {"ground": ground}


def resume_words(ground: str) -> str:
    """The name of the act that lets them run again."""
    return _t("恢复计时：%(ground)s") % {"ground": ground}


def pauses_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of acts that open and end a pause, of those that a log of cases has."""
    there = set(names)
    grounds = (said(row, "name") for row in table("approvals", "pauses", today()))
    pairs = [(stop_words(one), resume_words(one)) for one in grounds]
    return [pair for pair in pairs if there.issuperset(pair)]


def _hands(keys: Sequence[int]) -> Mapping[tuple[int, str], str]:
    """Which post did each act, as the trail has it; an imported case has no such entries."""
    verbs = [verb for _name, _words, verb in STEPS if verb]
    found = Trail.objects.filter(ledger="approvals.case", row__in=keys, verb__in=verbs).order_by("id")
    return {(row, verb): post for row, verb, post in found.values_list("row", "verb", "post") if post}


def _at(day: date) -> datetime:
    """Facts of whole days, all on one wall clock."""
    return datetime.combine(day, time())
