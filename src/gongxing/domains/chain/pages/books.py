"""The workbooks of the analyses: the rows of a page, with the filters of its address, for who may export."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.planning import Asked
from gongxing.domains.chain.disclosure import FIGURES
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.pages.frame import attachment
from gongxing.domains.chain.pages.fusion import fusion_shown, pair_shown
from gongxing.domains.chain.pages.growth import growth_shown
from gongxing.domains.chain.pages.lengthen import lengthen_shown
from gongxing.domains.chain.pages.structure import structure_shown
from gongxing.domains.chain.pages.surveys import surveys_shown
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.report.book import Cover, xlsx_of_page
from gongxing.domains.chain.report.collect import made_by
from gongxing.domains.chain.report.facts import Listing
from gongxing.domains.chain.report.lists import bracketed
from gongxing.domains.chain.report.product_tables import product_list
from gongxing.domains.chain.report.survey_tables import survey_lists
from gongxing.domains.chain.report.tables import (
    fusion_lists,
    growth_lists,
    pair_lists,
    plan_lists,
    structure_lists,
)
from gongxing.domains.chain.report.warning import warning_of
from gongxing.kernel.access.visible import may, reach
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting


def fusion_book(request: HttpRequest) -> HttpResponse:
    """GET: pairs and matrix of strategic × traditional chains."""
    actor = _exporter(request, "chain.chain")
    shown = fusion_shown(request)
    filters = [_("只列两边都有企业的链对")] if shown["both"] else []
    source = _("本县链图的上下游关系和融合方式、企业上链；全国 2020 年投入产出表")
    return _book(actor, _("战新×传统融合"), shown["title"], shown, filters, source, fusion_lists(shown))


def pair_book(request: HttpRequest, strategic: str, traditional: str) -> HttpResponse:
    """GET: one pair: its channels and its items, as the page has them."""
    actor = _exporter(request, "chain.chain")
    shown = pair_shown(request, strategic, traditional)
    filters = [_("只列两边都有企业的依据")] if shown["both"] else []
    finding = _("%(title)s：%(score)s 分") % {"title": shown["title"], "score": shown["score"]}
    source = _("本县链图的上下游关系和融合方式、企业上链；全国 2020 年投入产出表")
    title = _("融合 %(pair)s") % {"pair": shown["title"]}
    return _book(actor, title, finding, shown, filters, source, pair_lists(shown), shown["reasons"])


def growth_book(request: HttpRequest) -> HttpResponse:
    """GET: growth points. Fast firms and fast products, with their figures, only for who may export these."""
    actor = _exporter(request, "chain.chain")
    shown = growth_shown(request, None)
    chains = [one["label"] for one in shown["chains"] if one["active"]]
    tried = [
        _("试改：%(label)s %(own)s → %(value)s") % {"label": one["label"], "own": one["own"], "value": one["value"]}
        for one in shown["trial"]
        if one["value"]
    ]
    filters = [_("来源 %(label)s") % {"label": shown["source_label"]}, *chains, *tried]
    n = len(shown["points"])
    finding = (
        _("增长点：%(n)d 个环节有几种迹象同时出现") % {"n": n}
        if shown["tally"]["rated"] or shown["products"]["tally"]["rated"]
        else _("增长点：年度数不够，增长算不出")
    )
    source = _(
        "企业数据台账的年度营业收入、产品数据台账的年度销售收入（%(label)s）；企业成立日期；准规上名单；企业上链"
    ) % {"label": shown["source_label"]}
    products = may(actor, "export", "firms.productfigure")
    points, fast, *rest = growth_lists(shown, may(actor, "export", FIGURES), products)
    lists = (points, fast, product_list(shown, products), *rest)
    return _book(actor, _("增长点"), finding, shown, filters, source, lists, shown["faults"])


def lengthen_book(request: HttpRequest) -> HttpResponse:
    """GET: the plan found for the parameters of the address, if there is one, and the candidates. What cannot be read leads to the page."""
    actor = _exporter(request, "chain.edge")
    shown = lengthen_shown(request, actor)
    if shown["errors"]:
        return HttpResponseRedirect(f"{reverse('chain-lengthen')}?{request.GET.urlencode()}")
    plan = shown["run"]["plan"] if shown["run"] else None
    finding = _("延链方案：先招哪几个环节最划算")
    if plan is not None and plan["choices"]:
        names = _("、").join(one["name"] for one in plan["choices"])
        finding = _("先招这 %(n)d 个环节：%(names)s") % {"n": len(plan["choices"]), "names": names}
    notices = [shown["hidden_note"]] if shown["hidden_note"] else []
    if plan is not None:
        notices.append(_("方案是 %(day)s 算的") % {"day": shown["run"]["day"].isoformat()})
        if shown["run"]["moved"]:
            notices.append(_("算完以后链图、企业或参数变过；要最新的，请重新测算。"))
    source = _("采购调查；上下游比重和统计局营业收入的估计；招商画像的投资和用工范围（编者判断）")
    filters = _conditions(shown["parameters"], shown["chain_name"])
    return _book(actor, _("延链方案"), finding, shown, filters, source, plan_lists(shown), notices)


def structure_book(request: HttpRequest) -> HttpResponse:
    """GET: location quotients and linkages."""
    actor = _exporter(request, "chain.chain")
    shown = structure_shown(request, "export")
    chosen = [one["label"] for name in ("sizes", "scopes") for one in shown[name] if one["active"]]
    filters = [*chosen, *([_("%(year)s 年") % {"year": shown["year"]}] if shown["year"] else [])]
    source = _("本县企业数据台账，统计局来源；全国 %(base)s 年投入产出表") % {"base": shown["base"]}
    return _book(actor, _("产业结构"), shown["title"], shown, filters, source, structure_lists(shown))


def surveys_book(request: HttpRequest) -> HttpResponse:
    """GET: how far the purchase survey of a year has come. Money of one firm's sheet is what the page shows of it."""
    actor = _exporter(request, "chain.purchase")
    shown = surveys_shown(request, actor, None, leaving=True)
    n = len(shown["found"].answered)
    finding = _("%(year)d 年采购调查：%(n)d 家答了") % {"year": shown["year"], "n": n}
    filters = [_("%(year)s 年") % {"year": shown["year"]}]
    source = _("采购调查（企业自报，万元）；企业台账的统计局营业收入；企业上链")
    return _book(
        actor, _("采购调查进度"), finding, shown, filters, source, survey_lists(shown, reach(actor, "export", FIGURES))
    )


def _exporter(request: HttpRequest, ledger: str) -> Actor:
    """Who asks. Raises Denied when they may not export."""
    actor = acting(request)
    if not may(actor, "export", ledger):
        raise Denied("export", ledger)
    return actor


def _book(
    actor: Actor,
    title: str,
    finding: str,
    shown: dict[str, Any],
    filters: Sequence[str],
    source: str,
    lists: Sequence[Listing],
    notices: Sequence[str] = (),
) -> HttpResponse:
    day = shown["as_of"]
    cover = Cover(title, finding, day, filters, source, made_by(actor), _warning(), notices, shown.get("card", ()))
    return attachment(xlsx_of_page(lists, cover), XLSX, f"{bracketed(title, day.isoformat())}.xlsx")


def _warning() -> str:
    """The words that stand on whatever is made of invented rows."""
    found = graded()
    return warning_of(found, found.rows.chains)


def _conditions(asked: Asked, chain: str) -> list[str]:
    """The parameters of a plan in words."""
    said = [chain or _("全部产业链"), _("最多选 %(n)d 个") % {"n": asked.k}]
    if asked.land is not None:
        said.append(_("用地不超过 %(n)s 亩") % {"n": f"{asked.land:,g}"})
    if asked.energy is not None:
        said.append(_("能耗不超过 %(n)s 吨标煤") % {"n": f"{asked.energy:,g}"})
    if asked.labour is not None:
        said.append(_("用工不超过 %(n)s 人") % {"n": f"{asked.labour:,g}"})
    if asked.fit is not None:
        said.append(_("本县适配不低于 %(n)d") % {"n": asked.fit})
    names = {one.code: one.label for one in Node.objects.filter(code__in=[*asked.must, *asked.leave])}
    for codes, text in ((asked.must, _("必选 %(names)s")), (asked.leave, _("不选 %(names)s"))):
        if codes:
            said.append(text % {"names": _("、").join(names.get(one, one) for one in codes)})
    return said
