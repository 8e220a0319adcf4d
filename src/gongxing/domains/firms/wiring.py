"""Sentences, pages and duties of this stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.queries import NEAR_SCALE, open_questions, unchecked_near_scale, undecided
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

SENTENCES: dict[str, Promise] = {
    "firm.founded_future": _("成立日期 %(date)s 在今天之后，请核对。"),
    "firm.stock_code_needed": _("已勾选上市，请填证券代码。"),
    "firm.merge_undecided": _("两家都有“%(title)s”（%(register)s），%(columns)s 不一样。请在合并页上选留哪一份。"),
    "firm.merge_settled": _(
        "没有合并：两家各有一条“%(register)s”（%(title)s），合并会删掉其中一条。%(reason)s请先向审批单位核对是否重复安排；两家先都留着，在“备注”里互相写明是同一家。"
    ),
    "firm.merge_blocked": _(
        "“%(name)s”并入后会与已有记录重号，没有合并。请刷新后再试；还不行，请把两家的名称告诉系统管理员。"
    ),
    "firm.take_unknown": _("没有“%(column)s”这个可选的栏目。请从合并页上逐栏选择。"),
    "firm.unmerge_touched": _(
        "合并之后有人改过“%(title)s”（%(register)s），不能整个撤回。请照“经过”先把那几格改回合并后的值，或另行登记并入的那一家。"
    ),
    "firm.unmerge_settled": _(
        "不能撤回合并：合并之后“%(title)s”（%(register)s）已经定了。%(reason)s请另行登记并入的那一家，名单照旧。"
    ),
    "firm.unmerge_blocked": _("“%(name)s”合并前的代码或编号已被别的记录占用，不能撤回合并。请先处理占用它的那一条。"),
    "firm.check_running": _("这家企业已有一个核查在办，请先登记结果。"),
    "figure.period": _("看不懂期别“%(text)s”。请写 2025、2025H1、2025Q1 或 2025-06。"),
    "product_figure.year": _("%(year)s 年还没到。请写已经过去或今年的年度。"),
    "product_figure.unit_needed": _("填了产量 %(quantity)s，没写单位。请写单位，如 吨、万件。"),
    "figure.statistics_import_only": _("统计局数据只能由统计部门从表格导入，不能在页面上录入或修改。"),
    "industry.word_length": _("“%(word)s”太短或太长，新词要 %(least)d 到 %(most)d 个字。"),
    "industry.word_class": _("“%(word)s”要记到四位小类，“%(industry)s”不是四位。请填四位代码，或先不记新词。"),
    "industry.word_absent": _("这些企业的名称和经营范围里都没有“%(word)s”，记了也用不上。请照原文写。"),
    "figure.statistics_office_only": _(
        "来源为统计局的数据只有统计部门能导入，你的岗位不能。请把来源改为“部门”或“企业自报”，或交统计局导入。"
    ),
    "industry.blank_pattern": _("这些企业的文字没有共同字样，请逐家确认。"),
    "action.post_needed": _("你今天没有任职岗位，不能发起这件事。请找本单位管理员。"),
}

add_sentences(SENTENCES)
add_sentences(SENTENCES)
name_verbs(
    {
        "firms.refresh": _("按最新数据更新"),
        "firms.classify": _("重新判定行业"),
        "firms.duplicates": _("查找疑似重复企业"),
    }
)
declare_page(ExtraPage(_("行业请确认"), "firms-confirm", "tags", "", "firms.firm", "classify"))
declare_page(ExtraPage(_("疑似重复"), "firms-duplicates", "copy", "", "firms.duplicatequestion", "answer"))


@provide_todos
def firm_todos(actor: Actor) -> Sequence[Todo]:
    """Industries to confirm, duplicates to judge and near-scale firms to check, one line each."""
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
    if held.may("scale", "firms.firm"):
        n = unchecked_near_scale(actor)[:1001].count()
        if n:
            url = f"{ledger_named('firms.firm').url}?{NEAR_SCALE}"
            text = "1000+" if n > 1000 else str(n)
            todos.append(
                Todo(_t("核查准规上企业：%(n)s 家") % {"n": text}, url, _t("因为你的岗位管规上申报；最近年度的收入已接近规上线，今年还没有核查过"), acts=(Act(_t("去核查"), url),))
            )  # fmt: skip
    return todos
