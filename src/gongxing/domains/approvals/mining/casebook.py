"""The county's own cases as an event log: the dates of a case and what stopped it, and of each event which case, item and unit it is of.

By ``case`` a case of the log is one application and its events are what happened to it; by ``project`` it is a project and its events are its items,
each begun when accepted and done when decided. The log is made of columns, not of rows one by one: twenty thousand cases take half a second.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.mining.axis import DAY
from gongxing.domains.approvals.models import Case, Stop
from gongxing.domains.approvals.panels import OVER
from gongxing.domains.projects.rule_words import said
from gongxing.engines.process import EventLog
from gongxing.engines.process.log import UNKNOWN, Column
from gongxing.engines.process.times import NO_TIME
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

By = Literal["case", "project"]
Ints = NDArray[np.int64]
APPLICANT = _("申请人")
STEPS: tuple[tuple[str, Lazy], ...] = (
    ("contact_on", _("首次接触")),
    ("received_on", _("收件")),
    ("correction_on", _("告知补正")),
    ("corrected_on", _("补正齐全")),
    ("refused_on", _("不予受理")),
    ("accepted_on", _("受理")),
    ("extended_on", _("延长时限")),
    ("decided_on", _("作出决定")),
    ("delivered_on", _("送达")),
    ("withdrawn_on", _("申请人撤回")),
)
"""Dates of a case in the order they have within one day, and the words of the act."""
BY_APPLICANT = frozenset({"contact_on", "corrected_on", "withdrawn_on"})
ACCEPTED = 5
"""Stops stand between the acceptance and the extension of the same day."""
SILENT, STOP, GO = "silent", "stop", "go"
"""Kinds of activities beside the names of dates."""
FIRM = "企业"
"""Who opens a pause for its own reasons, as the pack writes it."""
UNIX = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Narrowed:
    """Which cases: of an item, a unit, handed in in a year; "" and 0 for all."""

    item: str = ""
    unit: int = 0
    year: int = 0


@dataclass(frozen=True, eq=False)
class Casebook:
    """A log, and of each of its events: the approval case (primary key), the item, the unit, the year of the hand-in, and whether that case is over.
    ``kinds``: what each activity is (the date's name, ``silent``, ``stop``, ``go``; the item's code by project); ``units``: names by key."""

    log: EventLog
    kinds: tuple[str, ...]
    key: Ints
    item: Column
    unit: Ints
    year: Ints
    over: NDArray[np.bool_]
    units: Mapping[int, str]

    def chosen(self, narrowed: Narrowed) -> NDArray[np.bool_]:
        """Which events are of the cases asked for."""
        stay = np.ones(self.log.events, np.bool_)
        if narrowed.item:
            code = self.item.names.index(narrowed.item) if narrowed.item in self.item.names else -2
            stay &= self.item.codes == code
        if narrowed.unit:
            stay &= self.unit == narrowed.unit
        if narrowed.year:
            stay &= self.year == narrowed.year
        return stay

    @property
    def cases(self) -> int:
        """How many approval cases."""
        return len(np.unique(self.key))


def casebook(cases: QuerySet[Case], by: By) -> Casebook:
    """The log of these cases. Three queries and those of the packs."""
    return _of_projects(cases) if by == "project" else _of_cases(cases)


def _of_cases(cases: QuerySet[Case]) -> Casebook:
    names = [name for name, _words in STEPS]
    rows = list(cases.order_by("pk").values_list("pk", "item", "unit_id", "unit__name", "silent", "state", *names))
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * (6 + len(names))
    keys, items, units, unit_names, silent, states = columns[:6]
    at = {key: place for place, key in enumerate(keys)}
    words: dict[tuple[str, str], int] = {}
    desks: dict[str, int] = {}
    firm = desks.setdefault(str(APPLICANT), len(desks))
    own = np.array([desks.setdefault(one, len(desks)) for one in unit_names], np.int64)
    parts: list[tuple[Ints, Ints, Ints, Ints, Ints, Ints]] = []
    for place, (name, label) in enumerate(STEPS):
        days = np.array([0 if day is None else day.toordinal() for day in columns[6 + place]], np.int64)
        case = np.flatnonzero(days)
        act = np.full(len(case), words.setdefault((name, str(label)), len(words)), np.int64)
        if name == "accepted_on":
            code = words.setdefault((SILENT, _t("视为受理")), len(words))
            act = np.where(np.array(silent, np.bool_)[case], code, act)
        desk = np.full(len(case), firm, np.int64) if name in BY_APPLICANT else own[case]
        parts.append((case, days[case], np.full(len(case), place), np.zeros(len(case), np.int64), act, desk))
    parts.append(_stops(cases, at, own, words, desks, firm))
    case, day, order, nth, act, desk = (np.concatenate(one).astype(np.int64) for one in zip(*parts, strict=True))
    order = np.lexsort((nth, order, day, case))
    case, day, act, desk = case[order], day[order], act[order], desk[order]
    labels = list(words)
    activity, kinds = _used(act, [label for _kind, label in labels], [kind for kind, _label in labels])
    log = _log(case, [str(key) for key in keys], activity, _used(desk, list(desks))[0], day - UNIX, None)
    years = np.array([one.year for one in columns[6 + names.index("received_on")]], np.int64)
    over = np.array([one in OVER for one in states], np.bool_)
    pk, unit = np.array(keys, np.int64), np.array(units, np.int64)
    known = dict(zip(units, unit_names, strict=True))
    return Casebook(log, kinds, pk[case], _items(items, case), unit[case], years[case], over[case], known)


def _stops(
    cases: QuerySet[Case], at: Mapping[int, int], own: Ints, words: dict[tuple[str, str], int], desks: dict[str, int], firm: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:  # fmt: skip
    """A stop is told by the unit; its end is brought by whoever was waited for: the applicant, or what the ground names."""
    grounds = {row["code"]: row for row in table("approvals", "pauses", today())}
    found: list[tuple[int, int, int, int, int, int]] = []
    rows = Stop.objects.filter(case__in=cases.order_by()).order_by("start", "pk")
    for nth, (case, ground, start, end) in enumerate(rows.values_list("case_id", "ground", "start", "end")):
        row, place = grounds.get(ground), at.get(case)
        if place is None:
            continue
        name = ground if row is None else said(row, "name")
        told = words.setdefault((STOP, stop_words(name)), len(words))
        found.append((place, start.toordinal(), ACCEPTED, 2 * nth + 1, told, int(own[place])))
        if end is not None:
            on = words.setdefault((GO, resume_words(name)), len(words))
            of_firm = row is not None and row["opened_by"] == FIRM
            awaited = firm if of_firm else desks.setdefault(name, len(desks))
            found.append((place, end.toordinal(), ACCEPTED, 2 * nth + 2, on, awaited))
    columns = np.array(found, np.int64).reshape(-1, 6)
    return columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], columns[:, 4], columns[:, 5]


def _of_projects(cases: QuerySet[Case]) -> Casebook:
    decided = cases.filter(decided_on__isnull=False).order_by("project_id", "decided_on", "pk")
    rows = list(decided.values_list("pk", "project_id", "item", "unit_id", "unit__name", "state", "received_on", "accepted_on", "decided_on"))  # fmt: skip
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 9
    keys, projects, items, units, unit_names, states, received, accepted, ends = columns
    order = {project: place for place, project in enumerate(dict.fromkeys(projects))}
    case = np.array([order[one] for one in projects], np.int64)
    item = _items(items, np.arange(len(rows)))
    known = item_names(today())
    activity = Column(item.codes, tuple(known.get(one, one) for one in item.names))
    begun = np.array([NO_TIME if one is None else (one.toordinal() - UNIX) * DAY for one in accepted], np.int64)
    days = np.array([one.toordinal() - UNIX for one in ends], np.int64)
    log = _log(case, [str(one) for one in order], activity, Column.of(unit_names), days, begun)
    over = np.array([one in OVER for one in states], np.bool_)
    pk, unit = np.array(keys, np.int64), np.array(units, np.int64)
    years = np.array([one.year for one in received], np.int64)
    return Casebook(log, item.names, pk, item, unit, years, over, dict(zip(units, unit_names, strict=True)))


def _items(items: Sequence[str], case: Ints) -> Column:
    found = Column.of(items)
    return Column(found.codes[case], found.names)


def _used(codes: Ints, names: Sequence[str], kinds: Sequence[str] = ()) -> tuple[Column, tuple[str, ...]]:
    """A column of these codes with the names that occur, and their kinds."""
    there, place = np.unique(codes, return_inverse=True)
    kept = there.tolist()
    return Column(place.astype(np.int32), tuple(names[one] for one in kept)), tuple(kinds[one] for one in kept) if kinds else ()  # fmt: skip


def _log(case: Ints, names: Sequence[str], activity: Column, desk: Column, days: Ints, start: Ints | None) -> EventLog:
    """A log of rows in the order of cases and days; facts of whole days, all on one wall clock."""
    count = len(case)
    begins = np.append(np.flatnonzero(np.diff(case, prepend=UNKNOWN)), count).astype(np.int64)
    unknown, begun = Column.unknown(count), np.full(count, NO_TIME, np.int64) if start is None else start
    if start is not None:
        begun = np.where(begun > days * DAY, NO_TIME, begun)
    return EventLog(Column(case.astype(np.int32), tuple(names)), activity, unknown, unknown, desk, days * DAY, begun, begins, "wall")  # fmt: skip


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


def firm_pauses() -> set[str]:
    """The names of the acts that open a pause for the applicant's own reasons."""
    return {stop_words(said(row, "name")) for row in table("approvals", "pauses", today()) if row["opened_by"] == FIRM}
