"""Sentences, pages and duties of this stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.queries import open_questions, undecided
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import ExtraPage, declare_page

SENTENCES: dict[str, Promise] = {
    "firm.founded_future": _("成立日期 %(date)s 在今天之后，请核对。"),
    "firm.stock_code_needed": _("已勾选上市，请填证券代码。"),
    "firm.double_figures": _("两家都有 %(periods)s 的数据，合并前先删去其中一份，免得一期两个数。"),
    "firm.check_running": _("这家企业已有一个核查在办，请先登记结果。"),
    "figure.period": _("看不懂期别“%(text)s”。请写 2025、2025H1、2025Q1 或 2025-06。"),
    "figure.statistics_import_only": _("统计局数据只能由统计部门从表格导入，不能在页面上录入或修改。"),
    "figure.statistics_office_only": _(
        "来源为统计局的数据只有统计部门能导入，你的岗位不能。请把来源改为“部门”或“企业自报”，或交统计局导入。"
    ),
    "industry.blank_pattern": _("这些企业的文字没有共同字样，请逐家确认。"),
    "action.post_needed": _("你今天没有任职岗位，不能发起这件事。请找本单位管理员。"),
}

add_sentences(SENTENCES)
declare_page(ExtraPage(_("行业请确认"), "firms-confirm", "tags", "", "firms.firm", "classify"))
declare_page(ExtraPage(_("疑似重复"), "firms-duplicates", "copy", "", "firms.duplicatequestion", "answer"))


@provide_todos
def firm_todos(actor: Actor) -> Sequence[Todo]:
    """Industries to confirm and duplicates to judge, one line each."""
    held, todos = permissions(actor), []
    if held.may("classify", "firms.firm"):
        n = undecided(actor).order_by()[:1001].count()
        if n:
            url = reverse("firms-confirm")
            text = "1000+" if n > 1000 else str(n)
            todos.append(
                Todo(_t("确认行业：%(n)s 家企业把握不足") % {"n": text}, url, _t("因为你的岗位管这些企业的行业代码；已按字样分组，一次确认一组"), acts=(Act(_t("去确认"), url),))
            )  # fmt: skip
    if held.may("answer", "firms.duplicatequestion"):
        n = open_questions(actor).order_by()[:1001].count()
        if n:
            url = reverse("firms-duplicates")
            todos.append(
                Todo(_t("判断疑似重复企业：%(n)s 对") % {"n": n}, url, _t("因为你的岗位可以合并企业；找到不等于合并，要人判断"), acts=(Act(_t("去判断"), url),))
            )  # fmt: skip
    return todos
