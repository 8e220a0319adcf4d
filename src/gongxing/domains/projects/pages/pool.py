"""项目储备库总览: the pool by batches, years and units; the projects of a batch with their reasons; both as a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from gongxing.domains.chain.pages.frame import address, attachment, book_url
from gongxing.domains.chain.report.book import Cover, xlsx_of_page
from gongxing.domains.chain.report.collect import made_by
from gongxing.domains.chain.report.facts import ListColumn, Listing
from gongxing.domains.chain.report.lists import bracketed
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.pool import (
    LABELS,
    NONE,
    Cell,
    Line,
    batches,
    entry_sizes,
    members,
    method,
    overview,
    quiet,
    ripeness,
    seen,
    stored,
    unit_order,
    years_of,
)
from gongxing.domains.projects.reckoning import KINDS, SEVEN, rules_on
from gongxing.domains.projects.said import Words
from gongxing.kernel.access.visible import may
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import acting, number_of

PROJECT, SIZE, BAR = "projects.project", 50, 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a kind of batches, a year; what cannot be read falls back to the seven of this year."""

    kind: str
    year: int
    batch: str
    unit: int | None

    @classmethod
    def of(cls, given: QueryDict, day: date) -> "Asked":
        kind = given.get("kind", SEVEN)
        year = number_of(given.get("year", "")) or day.year
        known = year in years_of(day)
        return cls(
            kind if kind in KINDS else SEVEN,
            year if known else day.year,
            given.get("batch", ""),
            number_of(given.get("unit", "")),
        )


def reader(request: HttpRequest) -> Actor:
    """Who looks. Raises Denied when they may see no project."""
    actor = acting(request)
    if not may(actor, "view", PROJECT):
        raise Denied("view", PROJECT)
    return actor


@require_GET
def pool_page(request: HttpRequest) -> HttpResponse:
    """GET kind, year: the pool at a glance."""
    return render(request, "projects/pool.html", pool_shown(request, reader(request)))


def pool_shown(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the page and its workbook say."""
    day = today()
    asked, there = Asked.of(request.GET, day), address(request)
    lines = overview(actor, asked.kind, asked.year, day)
    names = dict(Unit.objects.values_list("pk", "name"))
    units = unit_order(lines, names)
    most = max((line.whole.n for line in lines), default=0)
    in_batches = sum(line.whole.n for line in lines if line.code != NONE)
    every = sum(line.whole.n for line in lines)
    return {
        "crumbs": crumbs(), "asked": asked, "label": str(LABELS[asked.kind]), "as_of": day, "every": every, "in_batches": in_batches,
        "lines": [{"line": line, "width": round(BAR * line.whole.n / most) if most else 0} for line in lines],
        "units": [{"name": names.get(unit, "—"), "cells": [_cell(line, unit) for line in lines]} for unit in units],
        "kinds": [{"label": str(label), "url": there(kind=kind), "active": kind == asked.kind} for kind, label in LABELS.items()],
        "years": [{"label": year, "url": there(year=str(year)), "active": year == asked.year} for year in years_of(day)],
        "quiet": quiet(actor, day), "ripe": ripeness(actor), "sizes": entry_sizes(actor, day), "card": [(str(a), str(b)) for a, b in method()],
        "ledger_url": ledger_named(PROJECT).url, "book_url": book_url(request, actor, "projects-pool-book", PROJECT),
        "links": _links(actor), "import_url": reverse("exchange-upload", args=["projects-project"]) if may(actor, "import", PROJECT) else "",
    }  # fmt: skip


def _cell(line: Line, unit: int) -> Cell:
    return line.units.get(unit) or Cell()


def crumbs(*parts: tuple[str, str]) -> list[dict[str, str]]:
    """The way here from the register."""
    first = [(str(ledger_named(PROJECT).label), ledger_named(PROJECT).url), (_("储备库总览"), reverse("projects-pool"))]
    return [{"label": label, "url": url} for label, url in (*first, *parts)]


def _links(actor: Actor) -> list[dict[str, str]]:
    """The sister pages this reader may open."""
    found = []
    if may(actor, "view", "projects.twinquestion"):
        found.append({"label": _("疑似重复项目"), "url": reverse("projects-twins"), "icon": "copy"})
    if may(actor, "view", "projects.vetting") or may(actor, "view", "projects.vettingitem"):
        found.append({"label": _("年度清库"), "url": reverse("projects-vettings"), "icon": "clipboard-check"})
    return found


@require_GET
def batch_page(request: HttpRequest) -> HttpResponse:
    """GET kind, year, batch, unit, page: the projects of a batch, biggest first, each with the reason why it is in it."""
    actor, day = reader(request), today()
    asked, there = Asked.of(request.GET, day), address(request)
    known = {code: (label, rule) for code, label, rule in batches(asked.kind, rules_on(day))}
    code = asked.batch if asked.batch in known else NONE
    rows, found = members(
        actor,
        asked.kind,
        asked.year,
        "" if code == NONE and not stored(asked.kind, asked.year, day) else code,
        asked.unit,
        day,
    )
    page, words = Paginator(rows, SIZE).get_page(number_of(request.GET.get("page", "")) or 1), Words()
    unit = Unit.objects.filter(pk=asked.unit).first() if asked.unit else None
    context = {
        "crumbs": crumbs((known[code][0], "")), "asked": asked, "label": str(LABELS[asked.kind]), "batch": known[code][0], "rule": known[code][1],
        "n": page.paginator.count, "unit": unit, "as_of": day, "page": page,
        "rows": [{"one": one, "url": ledger_named(PROJECT).row_url(one.pk), "why": words.say(found[one.pk].reason) if one.pk in found else "—"} for one in page.object_list],
        "prev": there(page=str(page.previous_page_number())) if page.has_previous() else "", "next": there(page=str(page.next_page_number())) if page.has_next() else "",
        "others": [{"label": label, "url": there(batch=one, page=""), "active": one == code} for one, (label, _rule) in known.items()],
        "back": f"{reverse('projects-pool')}?{urlencode({'kind': asked.kind, 'year': asked.year})}", "whole_url": there(unit="", page="") if asked.unit else "",
    }  # fmt: skip
    return render(request, "projects/batch.html", context)


@require_GET
def pool_book(request: HttpRequest) -> HttpResponse:
    """GET kind, year: the page as a workbook, for who may export projects."""
    actor = acting(request)
    if not may(actor, "export", PROJECT):
        raise Denied("export", PROJECT)
    shown, day = pool_shown(request, actor), today()
    asked: Asked = shown["asked"]
    rows = seen(actor).order_by()
    warning = invented_words([Shown(pgettext("several", "项目"), rows.filter(invented=True).count(), rows.count())])
    finding = _("%(year)d 年%(label)s：%(n)d 个项目归批，在库共 %(all)d 个") % {"year": asked.year, "label": shown["label"], "n": shown["in_batches"], "all": shown["every"]}  # fmt: skip
    title = _("项目储备库总览")
    cover = Cover(
        title, finding, day, [shown["label"], _("%(year)s 年") % {"year": asked.year}], _("项目台账、阶段经过、项目材料；规则包“阶段与关口”“参数”"), made_by(actor), warning, (), shown["card"]
    )  # fmt: skip
    return attachment(xlsx_of_page(_sheets(shown), cover), XLSX, f"{bracketed(title, day.isoformat())}.xlsx")


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _sheets(shown: Mapping[str, Any]) -> Sequence[Listing]:
    money, unknown = _("总投资（万元）"), _("没填总投资（个）")
    lines: list[Line] = [one["line"] for one in shown["lines"]]
    heads = (
        ListColumn(_("批次"), 8),
        ListColumn(_("项目（个）"), 6, True),
        ListColumn(money, 8, True),
        ListColumn(unknown, 8, True),
        ListColumn(_("归批规则"), 40),
    )
    first = Listing(
        shown["label"],
        "",
        heads,
        tuple((one.label, one.whole.n, _number(one.whole.money), one.whole.untold, one.rule) for one in lines),
    )
    wide = (
        ListColumn(_("责任单位"), 14),
        *(ListColumn(one.label, 6, True) for one in lines),
        *(ListColumn(f"{one.label} {money}", 9, True) for one in lines),
    )
    body = tuple(
        (one["name"], *(cell.n for cell in one["cells"]), *(_number(cell.money) for cell in one["cells"]))
        for one in shown["units"]
    )
    ripe = Listing(
        _("成熟度"),
        "",
        (ListColumn(_("成熟度档"), 8), ListColumn(_("项目（个）"), 6, True), ListColumn(money, 8, True)),
        tuple((label, cell.n, _number(cell.money)) for label, cell in shown["ripe"]),
        (_("只看开工以前的项目"),),
    )
    stale_heads = (
        ListColumn(_("动态"), 6),
        ListColumn(_("项目名称"), 24),
        ListColumn(_("责任单位"), 12),
        ListColumn(_("无动态（天）"), 8, True),
        ListColumn(_("最近动态"), 8),
    )
    stale = tuple(
        (group.label, one.name, one.unit.name, days, one.moved_on.isoformat() if one.moved_on else None)
        for group in shown["quiet"]
        for one, days in group.rows
    )
    counts = _("；").join(f"{group.label} {group.n}" for group in shown["quiet"])
    size_heads = (
        ListColumn(_("项目类型"), 8),
        ListColumn(_("入库规模（万元）"), 8, True),
        ListColumn(_("低于规模（个）"), 8, True),
        ListColumn(unknown, 8, True),
        ListColumn(_("依据"), 16),
        ListColumn(_("状态"), 8),
    )
    sizes = tuple(
        (
            one.label,
            _number(one.least),
            one.below.n if one.least is not None else None,
            one.below.untold,
            one.basis,
            one.status,
        )
        for one in shown["sizes"]
    )
    return (
        first, Listing(_("按责任单位"), "", wide, body), ripe,
        Listing(_("无动态"), "", stale_heads, stale, (_("全部：%(counts)s；每档只列最久的几个，全部见项目台账") % {"counts": counts},)),
        Listing(_("入库规模"), "", size_heads, sizes),
    )  # fmt: skip


def project_row(one: Project) -> dict[str, Any]:
    """A project as the lists of these pages name it."""
    return {
        "name": one.name,
        "url": ledger_named(PROJECT).row_url(one.pk),
        "unit": one.unit.name,
        "stage": one.get_stage_display(),
    }
