"""The report 一表通：重复填报 with its workbook, and everybody's own number of fields asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.kernel.access.visible import may, permissions
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.book import BookColumn, BookList, book_of
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.office.burden import (
    FormLine,
    SameDatum,
    Suspect,
    UnitLine,
    asked_of,
    budget,
    counted_since,
    form_lines,
    same_data,
    suspects,
    unit_lines,
)
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

TARGET = "burden.formcount"
UNKNOWN = "—"
MONTHS = 6


@dataclass(frozen=True)
class Report:
    """Everything the page and the workbook say."""

    first: date
    last: date
    limit: int | None
    forms: Sequence[FormLine]
    units: Sequence[UnitLine]
    same: Sequence[SameDatum]
    suspects: Sequence[Suspect]


def ways() -> dict[str, str]:
    """Words for how a form deals with a datum that is kept elsewhere."""
    return {"filled": _("自动填好，可改"), "derived": _("不问，自动取"), "asked": _("要填")}


def period(request: HttpRequest) -> tuple[date, date]:
    """The days ``?from`` and ``?to`` name, in order; this month until today for none, and for days that are not in the calendar."""
    day = today()
    found = []
    for name, default in (("from", day.replace(day=1)), ("to", day)):
        try:
            found.append(parse_date(request.GET.get(name, "")) or default)
        except ValueError:
            found.append(default)
    return min(found), max(found)


def read_report(request: HttpRequest, verb: str) -> Report:
    """The report as the address asks for it. Raises Denied."""
    actor = acting(request)
    if not may(actor, verb, TARGET):
        raise Denied(verb, TARGET)
    first, last = period(request)
    limit = budget(today())
    return Report(
        first, last, limit, form_lines(first, last, actor), unit_lines(first, last, limit), same_data(actor), suspects(actor),
    )  # fmt: skip


@require_GET
def burden_page(request: HttpRequest) -> HttpResponse:
    """GET ?from, to: what each form asked, what was typed twice, where one datum is asked in several places, the burden by units."""
    report, actor = read_report(request, "view"), acting(request)
    query = urlencode({"from": report.first.isoformat(), "to": report.last.isoformat()})
    context = {
        "crumbs": [{"label": _("一表通：重复填报"), "url": ""}],
        "report": report,
        "finding": finding(report),
        "total": totals(report.forms),
        "presets": _presets(report),
        "book_url": f"{reverse('burden-book')}?{query}" if may(actor, "export", TARGET) else "",
        "ways": ways(),
        "since": counted_since(),
        "definition": definition(),
        "start_url": _first_form(actor),
    }
    return render(request, "office/burden.html", context)


def finding(report: Report) -> str:
    """What the report says, in one sentence."""
    if not report.forms:
        return _("这段时间没有人保存过表单。")
    total = totals(report.forms)
    words = {"asked": total["asked"], "filled": total["filled"], "twice": total["twice"]}
    said = _("问了 %(asked)d 个字段，打开时已填 %(filled)d 个，重复填 %(twice)d 个（目标 0）。") % words
    over = sum(one.over for one in report.units)
    return said + (_("有 %(n)d 人次超过每月上限。") % {"n": over} if over else "")


def totals(lines: Sequence[FormLine]) -> dict[str, Any]:
    """The sums of all forms."""
    names = ("saves", "asked", "filled", "kept", "changed", "typed", "twice", "owed")
    sums: dict[str, Any] = {name: sum(getattr(line, name) for line in lines) for name in names}
    return {**sums, "share": 100 * sums["filled"] / sums["asked"] if sums["asked"] else None}


def _presets(report: Report) -> list[dict[str, Any]]:
    day = today()
    month = day.replace(day=1)
    before = month - timedelta(days=1)
    spans = (
        (_("本月"), month, day),
        (_("上月"), before.replace(day=1), before),
        (_("今年"), date(day.year, 1, 1), day),
    )
    return [
        {
            "label": label, "url": f"?{urlencode({'from': first.isoformat(), 'to': last.isoformat()})}",
            "active": (first, last) == (report.first, report.last),
        }
        for label, first, last in spans
    ]  # fmt: skip


def _first_form(actor: Actor) -> str:
    """A register the reader may look at: where forms are opened from. "" where there is none."""
    held = permissions(actor)
    found = (one.url for one in all_ledgers() if one.in_menu and "add" in one.verbs and held.may("view", one.name))
    return next(found, "")


@require_GET
def burden_book(request: HttpRequest) -> HttpResponse:
    """GET ?from, to: the report as a workbook, for who may export it."""
    report = read_report(request, "export")
    title = _("一表通：重复填报")
    span = _("%(first)s 至 %(last)s") % {"first": report.first.isoformat(), "last": report.last.isoformat()}
    lists = [_form_sheet(report, span), _again_sheet(report, span), _unit_sheet(report, span), *_place_sheets(report)]
    limit = UNKNOWN if report.limit is None else str(report.limit)
    cover = [
        (_("内容"), title), (_("期间"), span), (_("来源"), _("系统对每次保存表单的计数；同一数据在几处要填来自表单声明")),
        (_("每人每月上限"), _("%(n)s 个字段（参数 burden.fields）") % {"n": limit}), (_("口径"), definition()), (_("截至"), today().isoformat()),
    ]  # fmt: skip
    answer = HttpResponse(book_of(lists, cover), content_type=XLSX)
    name = quote(f"{title} {report.first:%Y%m%d}-{report.last:%Y%m%d}.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def definition() -> str:
    """How the figures are counted."""
    return _(
        "只计保存成功的表单和办理框，导入、接口不计。已填：打开时系统已经填好的字段；重复填：手填的值与系统已有的同一数据相同。"
        "要填：登记和办理时没有填好或填得不对的字段，修改时只计改了的。"
    )


def _form_sheet(report: Report, span: str) -> BookList:
    columns = [
        BookColumn(_("表单"), 34), BookColumn(_("保存（次）"), numeric=True), BookColumn(_("问的字段（个）"), numeric=True),
        BookColumn(_("打开时已填（个）"), numeric=True), BookColumn(_("已填占比（%）"), numeric=True), BookColumn(_("已填又改（个）"), numeric=True),
        BookColumn(_("手填（个）"), numeric=True), BookColumn(_("重复填（个）"), numeric=True), BookColumn(_("要填（个）"), numeric=True), BookColumn(_("已填取自"), 30),
    ]  # fmt: skip
    rows = [
        [
            one.place.label, one.saves, one.asked, one.filled, None if one.share is None else round(one.share, 1), one.changed, one.typed, one.twice,
            one.owed, one.sources,
        ]
        for one in report.forms
    ]  # fmt: skip
    return BookList(_("表单"), finding(report), columns, rows, heads=[span])


def _again_sheet(report: Report, span: str) -> BookList:
    columns = [
        BookColumn(_("表单"), 34),
        BookColumn(_("字段"), 20),
        BookColumn(_("系统已有"), 30),
        BookColumn(_("次"), numeric=True),
    ]
    rows: list[list[str | float | None]] = [
        [line.place.label, one.field, one.owner, one.times] for line in report.forms for one in line.again
    ]
    return BookList(
        _("重复填的字段"), _("重复填的字段"), columns, rows, [] if rows else [_("没有重复填的字段。")], [span]
    )


def _unit_sheet(report: Report, span: str) -> BookList:
    columns = [
        BookColumn(_("单位"), 24), BookColumn(_("月份")), BookColumn(_("人数（人）"), numeric=True), BookColumn(_("人均（个）"), numeric=True),
        BookColumn(_("最多（个）"), numeric=True), BookColumn(_("超上限（人）"), numeric=True),
    ]  # fmt: skip
    rows: list[list[str | float | None]] = [
        [one.unit, f"{one.month:%Y-%m}", one.people, round(one.average, 1), one.most, None if report.limit is None else one.over]
        for one in report.units
    ]  # fmt: skip
    return BookList(
        _("填报负担"), _("每人每月要填的字段，按单位"), columns, rows, [] if rows else [_("没有计数。")], [span]
    )


def _place_sheets(report: Report) -> list[BookList]:
    said = ways()
    same = [[one.owner, field, form, said[way]] for one in report.same for field, form, _url, way in one.uses]
    leads = [[one.label, form] for one in report.suspects for form, _url in one.places]
    return [
        BookList(
            _("同一数据"), _("同一数据在几处要填"),
            [BookColumn(_("数据"), 30), BookColumn(_("字段"), 20), BookColumn(_("表单"), 34), BookColumn(_("怎样处理"), 18)], same,
        ),
        BookList(
            _("疑似重复"), _("疑似重复的字段（线索，不是结论）"), [BookColumn(_("字段"), 24), BookColumn(_("表单"), 34)], leads,
        ),
    ]  # fmt: skip


@require_GET
def own_burden_page(request: HttpRequest) -> HttpResponse:
    """GET: how many fields the reader was asked in the last months. Nobody else sees it."""
    actor = acting(request)
    limit = budget(today())
    months = asked_of(actor.user_id, MONTHS, today())
    lines = [
        {"month": f"{month:%Y-%m}", "asked": n, "over": n is not None and limit is not None and n > limit}
        for month, n in months
    ]
    context = {
        "crumbs": [{"label": _("我的填报"), "url": ""}], "lines": lines, "limit": limit, "now": lines[0],
        "report_url": reverse("burden") if may(actor, "view", TARGET) else "",
    }  # fmt: skip
    return render(request, "office/burden_mine.html", context)
