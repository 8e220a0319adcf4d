"""Sentences, pages and duties of the chain stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.queries import doubtful
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import ExtraPage, declare_page

MANY = 1000
SENTENCES: dict[str, Promise] = {
    "chain.class_code": _("行业小类“%(text)s”不是四位数字。"),
    "chain.self_loop": _("供方和用方是同一个环节；自己供自己不用登记。"),
    "chain.already_there": _("本县已经有代码为 %(code)s 的产业链，载入不会覆盖。要重来，请先把原来的改名。"),
    "chain.survey_value": _("第 %(row)s 行：年采购额“%(text)s”看不懂，请填数字（万元）。"),
    "chain.survey_item": _("第 %(row)s 行填了金额或来源，没有填采购品。"),
}

add_sentences(SENTENCES)
declare_page(ExtraPage(_("产业链图谱"), "chain-maps", "sitemap", "谋", "chain.chain"))
declare_page(ExtraPage(_("企业上链请确认"), "chain-doubtful", "map-pin", "谋", "chain.placement", "decide"))
declare_page(ExtraPage(_("战新×传统融合"), "chain-fusion", "arrows-join", "谋", "chain.chain"))
declare_page(ExtraPage(_("增长点"), "chain-growth", "trending-up", "谋", "chain.chain"))
declare_page(ExtraPage(_("延链方案"), "chain-lengthen", "list-tree", "谋", "chain.edge"))
declare_page(ExtraPage(_("产业结构"), "chain-structure", "chart-bar", "谋", "chain.chain"))


@provide_todos
def chain_todos(actor: Actor) -> Sequence[Todo]:
    """Firms whose place on a chain is doubtful, one line."""
    if not permissions(actor).may("decide", "chain.placement"):
        return []
    n = doubtful(actor).order_by()[: MANY + 1].count()
    if not n:
        return []
    url, text = reverse("chain-doubtful"), f"{MANY}+" if n > MANY else str(n)
    why = _t("因为你的岗位管企业上链；没有确认的不算本地有企业")
    return [Todo(_t("确认企业上链：%(n)s 条把握不足") % {"n": text}, url, why, acts=(Act(_t("去确认"), url),))]
