"""The reserve pool at a glance: batches of a year by unit, maturity, what has not moved, what is below the entry size. Every number leads to its rows.

The seven batches of the running year are those the lists repeat, so that a number and the list behind it are one; other batches and years are
computed from the days of all projects and kept in this process until a project, a move or a link of a chain is written to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from gongxing.domains.projects.models import Move, Project
from gongxing.domains.projects.reckoning import (
    BATCHES,
    FOUR,
    POOL,
    SEVEN,
    THREE,
    Rules,
    batch_of,
    days_of,
    moves_of,
    quiet_days,
    rules_on,
    strategic_projects,
)
from gongxing.engines.stages import Batch
from gongxing.kernel.access.visible import visible
from gongxing.kernel.audit.revision import Kept, revision
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

READ = ("projects.project", "projects.move", "projects.nodelink", "packs.packedit")
NONE, LISTED, YEARS, NAMED = "none", 8, 6, 20_000
CENT = Decimal("0.01")
SEVEN_ORDER = ("concept", "negotiation", "signed", "started", "building", "production", "full")
THREE_ORDER = ("signed", "started", "producing")
LABELS: Mapping[str, Lazy] = {
    SEVEN: _("七个一批"), FOUR: _("四个一批"), THREE: _("三个一批"),
}  # fmt: skip
RULES: Mapping[str, Mapping[str, Lazy]] = {
    SEVEN: {
        "concept": _("有设想或已入库，还没洽谈"), "negotiation": _("正在洽谈，还没签约"),
        "signed": _("已签约或在办前期，没有开工，计划开工日不晚于当年年底（过了没开的也算，会说明）"), "started": _("当年实际开工"),
        "building": _("往年开工，当年既不竣工也不投产"), "production": _("往年开工，当年竣工或投产（实际，或计划在当年）"),
        "full": _("往年已投产，当年达产（实际，或计划在当年）"), NONE: _("暂缓、退库、转出，往年已达产，或缺计划日期归不了批"),
    },
    THREE: {
        "signed": _("当年签约，达到规模"), "started": _("当年开工，达到规模"), "producing": _("当年投产，达到规模"),
        NONE: _("当年没有签约、开工或投产，或者没有达到规模"),
    },
}  # fmt: skip
FOUR_RULE, FOUR_NONE = _("到年底（今年看到今天）走到的最远阶段在这一组"), _("暂缓、退库、转出，或往年已达产")
FOUR_NAMES: Mapping[str, Lazy] = {"储备": _("储备"), "签约": _("签约"), "开工": _("开工"), "投产": _("投产")}
"""The groups the pack ships; what a county wrote itself is shown as it is."""
LIGHT = (
    "pk", "name", "stage", "stage_on", "admitted_on", "signed_on", "started_on", "completed_on", "produced_on", "full_on", "plan_start",
    "plan_complete", "plan_produce", "plan_full", "kind", "section", "origin", "total_investment", "unit_id",
)  # fmt: skip


class Light(NamedTuple):
    """The fields of a project its batch is worked out from, as ``LIGHT`` names them."""

    pk: int
    name: str
    stage: str
    stage_on: date | None
    admitted_on: date | None
    signed_on: date | None
    started_on: date | None
    completed_on: date | None
    produced_on: date | None
    full_on: date | None
    plan_start: date | None
    plan_complete: date | None
    plan_produce: date | None
    plan_full: date | None
    kind: str
    section: str
    origin: str
    total_investment: Decimal | None
    unit_id: int


@dataclass
class Cell:
    """Projects and their known total investment (万元); ``untold``: how many have told none. ``url``: the rows behind it."""

    n: int = 0
    money: Decimal | None = None
    untold: int = 0
    url: str = ""

    def add(self, n: int, money: Decimal | None, untold: int) -> None:
        """Count more projects in."""
        self.n, self.untold = self.n + n, self.untold + untold
        if money is not None:
            self.money = (self.money or Decimal(0)) + money


@dataclass
class Line:
    """One batch: its rule, all of it, its units, and where its projects stand with their reasons."""

    code: str
    label: str
    rule: str
    whole: Cell = field(default_factory=Cell)
    units: dict[int, Cell] = field(default_factory=dict)
    why_url: str = ""


_kept: Kept[Mapping[int, Batch]] = Kept(size=12)


def seen(actor: Actor) -> QuerySet[Project]:
    """The projects the actor may see."""
    return visible(Project.objects.all(), actor)


def years_of(day: date) -> list[int]:
    """This year and the earlier ones something is known of, newest first, at most six. One query."""
    first = Move.objects.aggregate(first=Min("on"))["first"] or day
    return list(range(day.year, max(first.year, day.year - YEARS + 1) - 1, -1))


def overview(actor: Actor, kind: str, year: int, day: date) -> list[Line]:
    """The batches of a year, those of no batch last, each by unit."""
    lines = {code: Line(code, label, rule) for code, label, rule in batches(kind, rules_on(day))}
    groups = _stored(actor) if stored(kind, year, day) else _computed(actor, kind, year, day)
    for code, unit, n, money, untold in groups:
        line = lines.get(code) or lines[NONE]
        line.whole.add(n, money, untold)
        line.units.setdefault(unit, Cell()).add(n, money, untold)
    for line in lines.values():
        line.why_url = why_url(kind, year, line.code)
        line.whole.url = _url(kind, year, line.code, None, day)
        for unit, cell in line.units.items():
            cell.url = _url(kind, year, line.code, unit, day)
    return list(lines.values())


def stored(kind: str, year: int, day: date) -> bool:
    """Whether lists repeat these batches."""
    return kind == SEVEN and year == day.year


def batches(kind: str, rules: Rules) -> list[tuple[str, str, str]]:
    """(code, label, rule in words) of the batches of a kind, the rest last."""
    if kind == FOUR:
        groups = dict.fromkeys(group for group in rules.groups.values() if group)
        return [*((one, four_name(one), str(FOUR_RULE)) for one in groups), (NONE, _t("不归批"), str(FOUR_NONE))]
    names = dict(Project.Batch.choices)
    order = SEVEN_ORDER if kind == SEVEN else THREE_ORDER
    return [
        *((one, str(names[BATCHES.get(one, one)]), str(RULES[kind][one])) for one in order),
        (NONE, _t("不归批"), str(RULES[kind][NONE])),
    ]  # fmt: skip


def four_name(code: str) -> str:
    """A group of the four batches in the reader's language."""
    return str(FOUR_NAMES.get(code, code))


def why_url(kind: str, year: int, code: str, unit: int | None = None) -> str:
    """The page that lists a batch with the reason of each project."""
    parts: dict[str, Any] = {"kind": kind, "year": year, "batch": code, **({"unit": unit} if unit else {})}
    return f"{reverse('projects-pool-list')}?{urlencode(parts)}"


def list_url(*pairs: tuple[str, Any]) -> str:
    """The register of projects with filters."""
    return f"{ledger_named('projects.project').url}?{urlencode(pairs)}"


def _url(kind: str, year: int, code: str, unit: int | None, day: date) -> str:
    if not stored(kind, year, day):
        return why_url(kind, year, code, unit)
    return list_url(("f.batch", code), *([("f.unit", unit)] if unit else []))


Group = tuple[str, int, int, Decimal | None, int]


def _stored(actor: Actor) -> list[Group]:
    rows = seen(actor).order_by().values("batch", "unit_id")
    counted = rows.annotate(n=Count("pk"), money=Sum("total_investment"), told=Count("total_investment"))
    return [(one["batch"], one["unit_id"], one["n"], one["money"], one["n"] - one["told"]) for one in counted]


def _computed(actor: Actor, kind: str, year: int, day: date) -> list[Group]:
    found = batch_map(kind, year, day)
    rows = seen(actor).order_by().values_list("pk", "unit_id", "total_investment")
    return [
        (found[pk].code or NONE, unit, 1, money, int(money is None)) for pk, unit, money in rows if pk in found
    ]  # fmt: skip


def batch_map(kind: str, year: int, day: date) -> Mapping[int, Batch]:
    """The batch of every project of the county in a year. Three queries, none while nothing was written."""
    stand, rules = revision(READ), rules_on(day)
    key = (kind, year, day, id(rules))
    held = _kept.get(key, stand)
    if held is not None:
        return held
    moves, strategic = moves_of(None), strategic_projects() if kind == THREE else frozenset()
    until, found = min(day, date(year, 12, 31)), dict[int, Batch]()
    for values in Project.objects.order_by().values_list(*LIGHT):
        row = Light(*values)
        days = days_of(row, moves.get(row.pk, ()), until)
        found[row.pk] = batch_of(kind, days, year, day, rules, row, row.pk in strategic)
    _kept.keep(key, stand, found)
    return found


def members(actor: Actor, kind: str, year: int, code: str, unit: int | None, day: date) -> tuple[QuerySet[Project], Mapping[int, Batch]]:  # fmt: skip
    """The projects of a batch, biggest first, and the batch of every project with its reason."""
    found = batch_map(kind, year, day)
    rows = seen(actor).filter(unit_id=unit) if unit else seen(actor)
    wanted = {pk for pk, one in found.items() if BATCHES.get(one.code, one.code) == BATCHES.get(code, code)}
    rows = rows.filter(batch=code) if stored(kind, year, day) else _among(rows, wanted, found)
    return rows.select_related("unit", "firm").order_by(F("total_investment").desc(nulls_last=True), "pk"), found


def _among(rows: QuerySet[Project], wanted: set[int], every: Iterable[int]) -> QuerySet[Project]:
    """Those rows, named by whichever side is shorter: a database takes some thirty thousand ids in one question."""
    if len(wanted) <= NAMED:
        return rows.filter(pk__in=wanted)
    return rows.exclude(pk__in=[pk for pk in every if pk not in wanted])


@dataclass(frozen=True)
class Quiet:
    """Projects of one degree of staleness: how many, the longest silent ones with their days, and the list behind."""

    code: str
    label: str
    n: int
    rows: Sequence[tuple[Project, int | None]]
    url: str


def quiet(actor: Actor, day: date) -> list[Quiet]:
    """Proposed for exit, amber, to be updated. Four queries."""
    counts = dict(seen(actor).order_by().values_list("stale").annotate(n=Count("pk")))
    made = []
    for code in (Project.Stale.EXIT, Project.Stale.AMBER, Project.Stale.REMIND):
        rows = seen(actor).filter(stale=code).select_related("unit").order_by(F("moved_on").asc(nulls_first=True), "pk")
        shown = [(one, quiet_days(one, day)) for one in rows[:LISTED]] if counts.get(code) else []
        made.append(Quiet(code, str(code.label), counts.get(code, 0), shown, list_url(("f.stale", code.value), ("sort", "moved_on"))))  # fmt: skip
    return made


def ripeness(actor: Actor) -> list[tuple[str, Cell]]:
    """Projects before the work on site by class of maturity, ripest first; last those whose class is open because something is unknown."""
    rows = seen(actor).filter(stage__in=POOL).order_by().values("maturity_class")
    counted = rows.annotate(n=Count("pk"), money=Sum("total_investment"), told=Count("total_investment"))
    by_class = {one["maturity_class"]: one for one in counted}
    made = []
    labels = [*((code, str(label)) for code, label in Project.Maturity.choices), ("", _t("还定不了档"))]
    for code, label in labels:
        one = by_class.get(code)
        stages = [("f.stage", str(stage)) for stage in POOL]
        cell = Cell(url=list_url(("f.maturity_class", code), *stages))
        if one is not None:
            cell.add(one["n"], one["money"], one["n"] - one["told"])
        made.append((label, cell))
    return made


@dataclass(frozen=True)
class EntrySize:
    """The entry size of a kind: the parameter with where it comes from and how well it is checked; how many projects of the pool are below it,
    and how many have told no investment."""

    label: str
    least: Decimal | None
    basis: str
    status: str
    checked: bool
    below: Cell
    total: int


def entry_sizes(actor: Actor, day: date) -> list[EntrySize]:
    """Each kind of project against the entry size of the pool. One query."""
    rules, words = rules_on(day), status_words(day)
    kinds = list(Project.Kind.choices)
    below = {kind: Q(kind=kind, total_investment__lt=least) for kind, _label in kinds if (least := rules.entry_size(kind)) is not None}  # fmt: skip
    counts: dict[str, Any] = {f"{kind}_all": Count("pk", filter=Q(kind=kind)) for kind, _label in kinds}
    counts |= {f"{kind}_untold": Count("pk", filter=Q(kind=kind, total_investment=None)) for kind, _label in kinds}
    for kind, condition in below.items():
        counts |= {f"{kind}_n": Count("pk", filter=condition), f"{kind}_money": Sum("total_investment", filter=condition)}  # fmt: skip
    found = seen(actor).filter(stage__in=POOL).order_by().aggregate(**counts)
    made = []
    for kind, label in kinds:
        row, least = rules.entry_row(kind), rules.entry_size(kind)
        cell = Cell(found.get(f"{kind}_n") or 0, found.get(f"{kind}_money"), found[f"{kind}_untold"])
        if least is not None:
            stages = [("f.stage", str(stage)) for stage in POOL]
            cell.url = list_url(("f.kind", kind), *stages, ("max.total_investment", f"{least - CENT:f}"))
        status = "" if row is None else words.get(row.status, row.status)
        made.append(EntrySize(str(label), least, _basis(row), status, row is not None and row.status == "verified", cell, found[f"{kind}_all"]))  # fmt: skip
    return made


def _basis(row: Mapping[str, str] | None) -> str:
    """Whose value it is: a default, or another county's, named."""
    if row is None:
        return ""
    region = row["region"]
    if region == "default":
        return _t("通用默认")
    place = region.partition(":")[2]
    return _t("取自%(place)s的规定，本县可改") % {"place": place} if place else region


def unit_order(lines: Iterable[Line], names: Mapping[int, str]) -> list[int]:
    """The units that have projects, biggest first."""
    size: dict[int, int] = defaultdict(int)
    for line in lines:
        for unit, cell in line.units.items():
            size[unit] += cell.n
    return sorted(size, key=lambda unit: (-size[unit], names.get(unit, ""), unit))


@lru_cache(maxsize=1)
def method() -> tuple[tuple[Lazy, Lazy], ...]:
    """The method card: what is read, how batches, maturity and staleness are worked out."""
    return (
        (_("输入"), _("项目台账的阶段、实际日期和计划日期，阶段经过，项目材料；全部由日期推算，没有手填的批次")),
        (_("七个一批"), _("按顺序只归一批：当年开工；往年投产、当年达产；往年开工、当年竣工或投产；往年开工在建；已签约当年能开工；洽谈；谋划。计划日期只在当年还没过完时算")),
        (_("四个一批"), _("看走到的最远阶段，按规则包“阶段”里的分组")),
        (_("三个一批"), _("当年发生的签约、开工、投产里最远的一步；总投资达到这一类的规模（规则包“参数” three.min 开头）才算")),
        (_("往年"), _("看当年 12 月 31 日的情形；那以后的暂缓、退库不倒推")),
        (_("成熟度"), _("八个方面共 100 分，分值、档次在规则包“成熟度计分”里；有一项没填就给出区间，不按 0 算；区间两头不在同一档的，先不定档；限制类、淘汰类不计分")),
        (_("无动态"), _("距最近一次实际变动的天数：90 天该更新，180 天黄灯，365 天建议退库，在规则包“参数” pool.stale 里；开工以后按“阶段”里的天数，不建议退库；投产以后不看；暂缓没到期的不看")),
        (_("退库"), _("只有人能定，要写原因；系统从不删项目")),
        (_("入库规模"), _("规则包“参数” pool.min_invest；低于规模只提醒，不拦")),
    )  # fmt: skip


def money_unit() -> str:
    """The unit of all amounts here."""
    return pgettext("unit", "万元")
