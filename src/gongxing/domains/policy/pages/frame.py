"""What the pages of matching share: who may look, the way back, pages of a long list, workbooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.domains.chain.pages.frame import address, attachment
from gongxing.domains.chain.report.book import Cover, xlsx_of_page
from gongxing.domains.chain.report.collect import made_by
from gongxing.domains.chain.report.facts import Listing
from gongxing.domains.chain.report.lists import bracketed
from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.words import number_words
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import acting, number_of

CLAUSE, VOLUMES = "policy.clause", 10_000
PAGE, CHUNK, MOST = 50, 500, 5_000
"""Rows on a page; ids in one query; rows of one volume of a workbook: the reasons of each are worked out one by one."""


@dataclass(frozen=True)
class Volume:
    """The part of a long workbook that is asked for, from 1: its rows run from ``start`` to ``stop`` of each list."""

    number: int

    @property
    def start(self) -> int:
        return (self.number - 1) * MOST

    @property
    def stop(self) -> int:
        return self.number * MOST

    def notes(self, total: int) -> tuple[str, ...]:
        """What is said under a list of ``total`` rows of which this volume has a part: which rows these are, how many are not here and where they are; nothing
        where it has all."""
        if total <= MOST:
            return ()
        last = min(self.stop, total)
        words = _(
            "全部 %(total)s 条，本册是第 %(first)s 至 %(last)s 条，另外 %(rest)s 条不在本册。共 %(n)d 册，请在网页的“下载表格”旁按册下载。"
        )
        told = {
            "total": number_words(total), "first": number_words(self.start + 1), "last": number_words(last), "rest": number_words(total - max(0, last - self.start)), "n": ceil(total / MOST),
        }  # fmt: skip
        return (words % told,) if self.start < total else (_("全部 %(total)s 条都在前面各册里。") % told,)


def volume_of(request: HttpRequest) -> Volume:
    """The volume the address asks for (``volume``), the first where it says none."""
    return Volume(min(max(1, number_of(request.GET.get("volume", "")) or 1), VOLUMES))


def volumes(url: str, most: int) -> dict[str, Any]:
    """The addresses of all volumes of a workbook whose longest list has ``most`` rows, for the page; none where one volume has everything."""
    n = ceil(most / MOST)
    if not url or n < 2:
        return {}
    joint = "&" if "?" in url else "?"
    return {"n": n, "most": MOST, "links": [(k, f"{url}{joint}volume={k}") for k in range(1, n + 1)]}


def reader(request: HttpRequest, verb: str = "view") -> Actor:
    """Who looks. Raises Denied when they may not see clauses."""
    actor = acting(request)
    if not may(actor, verb, CLAUSE):
        raise Denied(verb, CLAUSE)
    return actor


def crumbs(*parts: tuple[str, str]) -> list[dict[str, str]]:
    """The way back: all clauses, then (label, address) pairs; an empty address is the page itself."""
    return [
        {"label": _("政策匹配"), "url": reverse("policy-clauses")},
        *({"label": label, "url": url} for label, url in parts),
    ]


def paging(request: HttpRequest, total: int) -> dict[str, Any]:
    """Which page is asked for, and the ways to the next ones."""
    pages = max(1, ceil(total / PAGE))
    page = min(max(1, number_of(request.GET.get("page", "")) or 1), pages)
    there = address(request)
    return {
        "page": page, "pages": pages, "start": (page - 1) * PAGE, "stop": page * PAGE,
        "prev": there(page=str(page - 1) if page > 2 else "") + "#rows" if page > 1 else "", "next": there(page=str(page + 1)) + "#rows" if page < pages else "",
    }  # fmt: skip


def unit_names() -> dict[int, str]:
    """Names of all units by id. One query."""
    return dict(Unit.objects.order_by("path").values_list("pk", "name"))


def book(actor: Actor, title: str, finding: str, lists: Sequence[Listing], rows: Mapping[str, Sequence[int]], filters: Sequence[str] = (), notices: Sequence[str] = ()) -> HttpResponse:  # fmt: skip
    """A workbook of lists; ``rows``: ids of the firms and projects in it by subject, so that it says how many of them are invented."""
    day = today()
    source = _("政策条款台账的条件和标准；企业台账、企业数据台账、项目台账、产业链图谱")
    cover = Cover(title, finding, day, filters, source, made_by(actor), warning(rows), notices, method())
    return attachment(xlsx_of_page(lists, cover), XLSX, f"{bracketed(title, day.isoformat())}.xlsx")


def warning(rows: Mapping[str, Sequence[int]]) -> str:
    """The words that stand on a list of invented firms or projects; each register counts its own ids."""
    registers: tuple[tuple[str, str, Any], ...] = (
        (FIRM, _("企业"), Firm),
        (PROJECT, pgettext("several", "项目"), Project),
    )
    return invented_words([_shown(label, model, rows.get(subject, ())) for subject, label, model in registers])


def _shown(label: str, model: Any, ids: Sequence[int]) -> Shown:
    unique = sorted(set(ids))
    parts = (unique[at : at + CHUNK] for at in range(0, len(unique), CHUNK))
    return Shown(label, sum(model.objects.filter(pk__in=part, invented=True).count() for part in parts), len(unique))


def method() -> list[tuple[str, str]]:
    """The method card of the matching."""
    return [
        (_("输入"), _("条款的条件（字段、比较、值）；企业台账、企业数据台账、项目台账、产业链图谱里的现有数据")),
        (_("符合"), _("各组条件都成立；一组里写了几个“或”的，有一个成立就算")),
        (_("差一项"), _("只有一组不成立，这一组里有还能改变的数据（金额、日期、资质），其余各组都成立；差多少是到最近一个合格值的距离，精确到登记的位数")),
        (_("补上可得"), _("按补上以后的数计算：差的正好是计算基数的，按合格线算，不按现在的数算；差的是别的，基数不变")),
        (_("缺数据"), _("没有不成立的组，但有的数据没人登记；不当作 0，也不当作“否”")),
        (_("不符合"), _("两组以上不成立，或不成立的是不能为了领钱去改的事（行业、地点、成立日期、项目阶段），或既有不成立又有缺的")),
        (_("来源"), _("年度数据一次只用一个来源，不混；用这个来源最新一个完整年度，该年度的企业数至少要有最多那一年的一半")),
        (_("范围"), _("存续和停业的企业；没有退库、转出的项目")),
        (_("预计资金"), _("符合的各家按标准计算后相加，到最高额为止；基数没人登记的单独数，不算进合计")),
        (_("不能作条件的"), _("纳税额、地方贡献、链主和龙头身份、所有制、注册地等，编辑时拒绝并注明条文")),
        (_("性质"), _("按登记数据推算，不是审核结论；能不能享受，以主管部门审核为准")),
    ]  # fmt: skip
