"""Sentences, pages and duties of the chain stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.asking import own_firms, survey_year
from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.panels import chain_panels
from gongxing.domains.chain.queries import doubtful, worked_out_of
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.declare import attach
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page

MANY = 1000
SENTENCES: dict[str, Promise] = {
    "chain.class_code": _("行业小类“%(text)s”不是四位数字。"),
    "chain.self_loop": _("供方和用方是同一个环节；自己供自己不用登记。"),
    "chain.already_there": _(
        "本县已经有代码为 %(chain)s 的产业链，载入不会覆盖。要重来，请先删除原来的产业链和它的环节。"
    ),
    "chain.chosen": _("“%(text)s”不是编号@版本。"),
    "chain.no_such_link": _("没有叫“%(text)s”的环节，请从列表里选。"),
    "chain.survey_value": _("第 %(row)s 行：年采购额“%(text)s”看不懂，请填数字（万元），例如 1200 或 0.12亿。"),
    "chain.survey_zero": _("第 %(row)s 行：年采购额是 0。不买就把这一行清空，不愿说就把金额空着。"),
    "chain.survey_item": _("第 %(row)s 行填了金额或来源，没有填采购品。"),
    "chain.survey_text": _("第 %(row)s 行：“%(text)s”太长或有坏字，请改短或重新输入。"),
    "chain.survey_where": _("第 %(row)s 行：“%(text)s”不是采购地，请选本县、省内县外、省外或说不清。"),
    "chain.survey_single": _("第 %(row)s 行：“%(text)s”看不出是不是只有一家供应商，请写是、否，或空着。"),
    "chain.survey_link": _("第 %(row)s 行：没有叫“%(text)s”的环节，请从列表里选，或清空让系统自动对。"),
    "chain.survey_twice": _("第 %(row)s 行和第 %(other)s 行都是“%(item)s”。合成一行，或把品名写细。"),
    "chain.survey_many": _("一张表最多 %(most)s 行，这里有 %(n)s 行；只填最大的。"),
    "chain.survey_year": _("%(year)s 年还没到，不能填。"),
    "chain.survey_json": _("各行要写成 JSON 数组，每行一个对象：item、value、where、single、supplier、node。"),
}

add_sentences(SENTENCES)
declare_page(ExtraPage(_("产业链图谱"), "chain-maps", "sitemap", "谋", "chain.chain"))
declare_page(ExtraPage(_("采购调查进度"), "chain-surveys", "clipboard-list", "谋", "chain.purchase"))
declare_page(ExtraPage(_("企业上链请确认"), "chain-doubtful", "map-pin", "谋", "chain.placement", "decide"))
declare_page(ExtraPage(_("战新×传统融合"), "chain-fusion", "arrows-join", "谋", "chain.chain"))
declare_page(ExtraPage(_("增长点"), "chain-growth", "trending-up", "谋", "chain.chain"))
declare_page(ExtraPage(_("延链方案"), "chain-lengthen", "list-tree", "谋", "chain.edge"))
declare_page(ExtraPage(_("产业结构"), "chain-structure", "chart-bar", "谋", "chain.chain"))


declare_page(ExtraPage(_("没上链的企业"), "chain-unplaced", "building-plus", "谋", "chain.placement", "decide"))
offer_panels("firms.firm", chain_panels)
attach("firms.firm", worked_out_of)


@provide_todos
def chain_todos(actor: Actor) -> Sequence[Todo]:
    """Firms whose place on a chain is doubtful, one line; the enterprise's own sheet while it is not filled."""
    return [*_own_sheet(actor), *_doubtful(actor)]


def _own_sheet(actor: Actor) -> list[Todo]:
    if not permissions(actor).may("answer", "chain.purchase"):
        return []
    own, year = own_firms(actor), survey_year()
    answered = (
        set(Purchase.objects.filter(buyer_id__in=own, year=year).values_list("buyer_id", flat=True)) if own else set()
    )
    title = _t("填 %(year)s 年采购调查：最大的 20 项，三分钟") % {"year": year}
    why = _t("因为你是这家企业的经办；县里按它找缺的环节，别的企业看不到这张表")
    urls = [f"{reverse('chain-survey', args=[firm])}?year={year}" for firm in own if firm not in answered]
    return [Todo(title, url, why, acts=(Act(_t("去填"), url),)) for url in urls]


def _doubtful(actor: Actor) -> list[Todo]:
    if not permissions(actor).may("decide", "chain.placement"):
        return []
    n = doubtful(actor).order_by()[: MANY + 1].count()
    if not n:
        return []
    url, text = reverse("chain-doubtful"), f"{MANY}+" if n > MANY else str(n)
    why = _t("因为你的岗位管企业上链；没有确认的不算本地有企业")
    return [Todo(_t("确认企业上链：%(n)s 条把握不足") % {"n": text}, url, why, acts=(Act(_t("去确认"), url),))]
