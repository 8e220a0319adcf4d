"""What forms asked and what was typed twice, read from the counters; where one datum is asked in several places, read from the
declarations; how many fields people were asked, unit by unit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import permissions
from gongxing.kernel.action.declare import Action, action_named, all_actions
from gongxing.kernel.burden.models import FormCount, MonthCount, TwiceCount
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import Ledger, all_ledgers, ledger_named
from gongxing.kernel.ledger.prefill import owner_of
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.packs.tables import table

BUDGET = "burden.fields"
DIALOG = "do/"
ASKING = frozenset({"add", "change"})
SUMS = ("saves", "asked", "kept", "changed", "typed", "twice", "owed")


@dataclass(frozen=True)
class Place:
    """A form that asks: its words, the address that opens it or its register ("" where the reader may open neither), its columns."""

    label: str
    url: str
    columns: tuple[Column, ...]
    subject: str


@dataclass(frozen=True)
class Again:
    """A field that was typed although its owner held the value: its label, the owner's words and register, how often."""

    field: str
    owner: str
    url: str
    times: int


@dataclass(frozen=True)
class FormLine:
    """One form over a period. ``filled`` are kept + changed; ``share`` is filled ÷ asked in percent, None where nothing was asked."""

    place: Place
    saves: int
    asked: int
    kept: int
    changed: int
    typed: int
    twice: int
    owed: int
    again: tuple[Again, ...]
    sources: str

    @property
    def filled(self) -> int:
        return self.kept + self.changed

    @property
    def share(self) -> float | None:
        return 100 * self.filled / self.asked if self.asked else None


@dataclass(frozen=True)
class UnitLine:
    """What the people of one unit were asked in one month: how many people, average and maximum of their fields, how many above budget."""

    unit: str
    month: date
    people: int
    average: float
    most: int
    over: int


@dataclass(frozen=True)
class SameDatum:
    """A datum and every form it stands in. ``way``: filled (taken over, may be changed), derived (not asked at all), asked (no reference
    leads to the owner: it has to be typed)."""

    owner: str
    owner_url: str
    uses: tuple[tuple[str, str, str, str], ...]  # field, form, address, way


@dataclass(frozen=True)
class Suspect:
    """Fields of several registers with one label and one kind: a lead, nothing more."""

    label: str
    kind: str
    places: tuple[tuple[str, str], ...]  # form, address


def budget(day: date) -> int | None:
    """How many fields a month one person should be asked at most, by the parameters pack; None where no row says."""
    found = [row["value"] for row in table("parameters", "parameters", day) if row["code"] == BUDGET]
    return int(float(found[0])) if found else None


def form_lines(first: date, last: date, actor: Actor) -> list[FormLine]:
    """Forms that were saved from ``first`` to ``last``: those with most fields typed twice first, then those that asked most."""
    period = Q(day__gte=first, day__lte=last)
    sums = FormCount.objects.filter(period).values("form").order_by().annotate(**{f"n_{one}": Sum(one) for one in SUMS})
    again: dict[str, list[Again]] = defaultdict(list)
    typed = TwiceCount.objects.filter(period).values("form", "column", "owner").order_by().annotate(n=Sum("twice"))
    for one in sorted(typed, key=lambda row: (-row["n"], row["column"], row["owner"])):
        again[one["form"]].append(_again(one, actor))
    lines = []
    rows: list[Mapping[str, Any]] = list(sums)
    for row in rows:
        place = place_of(row["form"], actor)
        numbers = {name: int(row[f"n_{name}"]) for name in SUMS}
        lines.append(FormLine(place, **numbers, again=tuple(again[row["form"]]), sources=_sources(row["form"], place)))
    return sorted(lines, key=lambda line: (-line.twice, -line.asked, line.place.label))


def _again(row: Mapping[str, Any], actor: Actor) -> Again:
    place = place_of(row["form"], actor)
    field = next((str(column.label) for column in place.columns if column.name == row["column"]), row["column"])
    words, url = _owner_words(row["owner"], actor)
    return Again(field, words, url, int(row["n"]))


def place_of(form: str, actor: Actor) -> Place:
    """The form a counter names. A form that is no longer declared keeps its name and opens nothing."""
    try:
        if form.startswith(DIALOG):
            one = action_named(form.removeprefix(DIALOG))
            return _dialog(one, actor)
        name, _slash, verb = form.partition("/")
        return _form(ledger_named(name), verb, actor)
    except LookupError:
        return Place(form, "", (), "")


def _form(ledger: Ledger[Any], verb: str, actor: Actor) -> Place:
    label = _("%(ledger)s：登记") if verb == "add" else _("%(ledger)s：修改")
    opens = verb == "add" and "add" in ledger.verbs and permissions(actor).may("add", ledger.name)
    url = reverse("ledger-add", args=[ledger.slug]) if opens else _register(ledger, actor)
    return Place(label % {"ledger": ledger.label}, url, ledger.columns, "")


def _dialog(one: Action[Any, Any], actor: Actor) -> Place:
    columns = tuple(parameter.column for parameter in one.parameters)
    try:
        ledger = ledger_named(one.target)
    except LookupError:
        return Place(str(one.label), "", columns, one.target)
    label = _("%(ledger)s：%(act)s") % {"ledger": ledger.label, "act": one.label}
    return Place(label, _register(ledger, actor), columns, one.target)


def _register(ledger: Ledger[Any], actor: Actor) -> str:
    return ledger.url if permissions(actor).may("view", ledger.name) else ""


def _owner_words(same_as: str, actor: Actor) -> tuple[str, str]:
    name, _dot, field = same_as.rpartition(".")
    try:
        ledger = ledger_named(name)
        return f"{ledger.label}·{ledger.column(field).label}", _register(ledger, actor)
    except (LookupError, KeyError):
        return same_as, ""


def _sources(form: str, place: Place) -> str:
    """Where a form takes what it is filled with, by its declarations."""
    if form.endswith("/change"):
        return _("本条已存的值")
    found: dict[str, None] = {}
    for column in place.columns:
        owner = owner_of(column, place.columns, place.subject) if column.editable else None
        if owner is not None and owner.via is not None:
            found[str(owner.ledger.label)] = None
        elif column.initial in (Initial.OWN_UNIT, Initial.REACHED_UNIT, Initial.OWN_POST):
            found[_("本人单位、岗位")] = None
        elif column.initial is not None:
            found[_("日期")] = None
    if any(column.kind is Kind.REFERENCE and column.editable for column in place.columns):
        found[_("打开它的页面")] = None
    return _("、").join(found)


def unit_lines(first: date, last: date, limit: int | None) -> list[UnitLine]:
    """Every unit whose people were asked anything in the months of the period, in the order of the tree of units, newest month first."""
    asked = MonthCount.objects.filter(month__gte=first.replace(day=1), month__lte=last)
    over = Count("id", filter=Q(owed__gt=limit)) if limit is not None else Count("id", filter=Q(pk__in=()))
    rows = list(
        asked.values("month", "unit_id").order_by().annotate(people=Count("id"), mean=Avg("owed"), most=Max("owed"), over=over)
    )  # fmt: skip
    units = Unit.objects.in_bulk({row["unit_id"] for row in rows})
    rows.sort(
        key=lambda row: (-row["month"].toordinal(), units[row["unit_id"]].path if row["unit_id"] in units else "~")
    )
    return [
        UnitLine(
            units[row["unit_id"]].name if row["unit_id"] in units else _("没有岗位"), row["month"], row["people"], float(row["mean"]), row["most"],
            row["over"],
        )
        for row in rows
    ]  # fmt: skip


def counted_since() -> date | None:
    """The day of the first count; None before any form was saved."""
    found: date | None = FormCount.objects.aggregate(first=Min("day"))["first"]
    return found


def asked_of(user_id: int, months: int, day: date) -> list[tuple[date, int | None]]:
    """How many fields one person was asked in each of the last months, newest first: 0 where forms were counted and none was this
    person's, None where nothing was counted yet."""
    since = counted_since()
    found = MonthCount.objects.filter(user_id=user_id).values("month").order_by().annotate(n=Sum("owed"))
    by_month = {row["month"]: int(row["n"]) for row in found}
    first, lines = day.replace(day=1), list[tuple[date, int | None]]()
    for _month in range(months):
        known = since is not None and since.replace(day=1) <= first
        lines.append((first, by_month.get(first, 0) if known else None))
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return lines


def _asking(actor: Actor) -> Iterator[tuple[str, Place, Column]]:
    """Every field of every form: the ledger it belongs to, the form, the column."""
    for ledger in all_ledgers():
        if ledger.verbs & ASKING:
            place = _form(ledger, "add" if "add" in ledger.verbs else "change", actor)
            for column in ledger.columns:
                yield ledger.name, place, column
    for one in all_actions():
        place = _dialog(one, actor)
        for column in place.columns:
            yield one.target, place, column


def same_data(actor: Actor) -> list[SameDatum]:
    """Every datum some form declares to be kept elsewhere (``same_as``), with the forms it stands in."""
    uses: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for _ledger, place, column in _asking(actor):
        if not column.same_as:
            continue
        owner = owner_of(column, place.columns, place.subject)
        way = "derived" if not column.editable else "filled" if owner is not None and owner.via is not None else "asked"
        uses[column.same_as].append((str(column.label), place.label, place.url, way))
    return [SameDatum(*_owner_words(owner, actor), tuple(places)) for owner, places in sorted(uses.items())]


def suspects(actor: Actor) -> list[Suspect]:
    """Fields with one label and kind that the forms of two or more registers ask, and that are not declared to be one datum. References
    are left out: choosing a row is how forms are joined."""
    found: dict[tuple[str, Kind], dict[str, tuple[str, str]]] = defaultdict(dict)
    for ledger, place, column in _asking(actor):
        if column.editable and not column.same_as and column.kind is not Kind.REFERENCE:
            found[str(column.label), column.kind].setdefault(ledger, (place.label, place.url))
    lines = [
        Suspect(label, str(kind), tuple(places.values())) for (label, kind), places in found.items() if len(places) > 1
    ]
    return sorted(lines, key=lambda one: (-len(one.places), one.label))
