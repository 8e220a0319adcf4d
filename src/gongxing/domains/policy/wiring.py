"""Sentences and pages of the policy stage, registered when the site starts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.award_list import provide_dues, provide_result
from gongxing.domains.policy.condition_sentences import CONDITION
from gongxing.domains.policy.gate import fair_competition
from gongxing.domains.policy.jobs import CHECK, NEW_DAY
from gongxing.domains.policy.panels import clause_reach, firm_policies, project_policies
from gongxing.domains.policy.reached import firms_due, firms_reached
from gongxing.domains.policy.reviewing import counted, seen, undecided
from gongxing.domains.policy.screening import catalogue, restricted
from gongxing.domains.policy.screening_panel import screening_panel
from gongxing.domains.projects.checks import provide_check
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo, provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

SENTENCES: dict[str, Promise] = {
    "policy.window_order": _("结束日期 %(day)s 在开始日期 %(before)s 之前，请核对两个日期。"),
    "policy.category": _("%(book)s 里没有这个类别，只有：%(choices)s。"),
    "policy.class_code": _("行业代码“%(text)s”不是两到四位数字。"),
    "policy.clause_issued": _("这一版已经执行，不能直接改。请点“出新版本”，改新版，重新审查。"),
    "policy.batch_fixed": _("这一批已经了结，不能再改。要改，请另拟一批。"),
    "policy.dates_needed": _("没有写施行日期和截止日期。奖补要有期限（条例12条）：请在“修改”里补上两个日期。"),
    "policy.over": _("截止日期 %(day)s 已经过去，不能开始执行。请改截止日期。"),
    "policy.not_issued": _("政策文件“%(name)s”还没有印发执行。请先印发文件，再执行条款。"),
    "policy.review_missing": _("还没有审查结论，不能出台（条例18条）。请先送公平竞争审查，由市场监管部门出具结论。"),
    "policy.review_old": _(
        "作出审查结论之后，改过原文、给谁、类别、条件、标准、日期或免申即享。请审查人重新出具结论。"
    ),
    "policy.condition_needed": _(
        "还没有写条件，等于谁都符合，“%(kind)s”不能这样开始执行。请先写条件；只有不给钱的“服务事项”可以不写。"
    ),
    "policy.edition_order": _("前一版 %(day)s 起执行，新版的施行日期要在它之后。"),
    "policy.edition_open": _("这一条已经有第 %(n)s 版草稿，请改那一版，不要再出一版。"),
    "policy.day_needed": _("还没有填“%(name)s”，不能印发执行。请在“修改”里补上。"),
    "policy.batch_empty": _("这一批还没有明细，没有可通过的。请先登记或导入明细。"),
    "policy.clause_not_in_force": _("条款“%(name)s”没有在执行，不能按它发。请先让条款执行。"),
    "finding.blocks": _("公平竞争审查有 %(n)s 项没有消除：%(names)s。请改文字，或请审查人逐项处理。"),
    "finding.text_changed": _("这段文字已经改过，这一项不再适用。请刷新，看新的检查结果。"),
    "finding.own_text": _("文字是你或你的岗位写的（%(names)s），审查和通过要由别人来做。请换一位审查人。"),
    "finding.ground": _("“%(rule)s”不能用这个理由，只能用：%(choices)s。都不符合，请改文字。"),
    "finding.fact": _("这一项看的是名单和条款的事实，不能靠说明消除。办法：%(fix)s。"),
    "finding.article_needed": _("请写明适用的条文，如 条例第十二条第二项；法律依据写文号和第几条。"),
    "finding.end_needed": _("按条例12条例外的，必须写例外到期日。"),
    "finding.end_past": _("例外到期日 %(day)s 已经过去，请填今天或以后的日期。"),
    "finding.reason_short": _("说明太短，至少写 %(n)s 个字：写明事实和理由。"),
    "guide.nothing_shipped": _("%(book)s没有可载入的随附条目：没有随附，或都已载入。"),
    "catalogue.item_needed": _("%(category)s要写明是目录哪一条：选一条，目录没有载入的写条目号和内容。"),
    "catalogue.permitted_unlisted": _("允许类是目录里没有的，不用选条目；要写说明，请写在“理由”里。"),
    "catalogue.upgrade_reason": _("限制类不许新建，只许改造现有产能：请写明现有产能和改造内容，至少 6 个字。"),
    "catalogue.why_not": _("系统找到相近的“%(item)s”，比%(category)s严。请在“理由”里写明为什么不是，至少 6 个字。"),
    "catalogue.other_book": _("选的是%(book)s的条目，请选《产业结构调整指导目录》的条目。"),
    "catalogue.other_category": _("“%(item)s”是%(category)s的条目，和所选类别不一样，请改对一个。"),
    "catalogue.item_over": _("“%(item)s”今天不在施行期内，请选现行的条目。"),
    "policy.no_clauses": _("这份文件还没有登记条款，无从审查。请先登记条款。"),
    "policy.batch_settled": _("批次“%(name)s”已经通过，明细不能再改。要改，请另拟一批。"),
}

add_sentences(SENTENCES)
add_sentences(CONDITION)
name_verbs({CHECK: _("公平竞争检查"), NEW_DAY: _("到期处理")})
provide_result(firms_reached)
provide_dues(firms_due)
provide_check("fair_competition", fair_competition)
provide_check("catalogue", catalogue)
provide_check("restricted", restricted)
offer_panels("projects.project", screening_panel)
declare_page(ExtraPage(_("政策匹配"), "policy-clauses", "list-tree", "谋", "policy.clause"))
declare_page(ExtraPage(_("差一项清单"), "policy-near", "checklist", "谋", "policy.clause"))
declare_page(ExtraPage(_("免申即享清单"), "policy-automatic", "checks", "谋", "policy.clause"))
offer_panels("firms.firm", firm_policies)
offer_panels("projects.project", project_policies)
offer_panels("policy.clause", clause_reach)
declare_page(ExtraPage(_("公平竞争审查"), "policy-findings", "clipboard-check", "谋", "policy.finding"))
declare_page(ExtraPage(_("政策清单"), "policy-guides", "checklist", "谋", "policy.guideitem"))


@provide_todos
def policy_todos(actor: Actor) -> Sequence[Todo]:
    """Findings a reviewer has to decide, one line."""
    if not permissions(actor).may("clear", "policy.finding"):
        return []
    n, red = counted(seen(undecided(), actor))
    if not n:
        return []
    url = reverse("policy-findings")
    title = _t("公平竞争审查：%(red)s 个红项、%(amber)s 个黄项待处理") % {"red": red, "amber": n - red}
    why = _t("因为你的岗位是公平竞争审查人；红项不消除，条款不能执行、协议不能签、奖补不能发")
    return [Todo(title, url, why, acts=(Act(_t("去审查"), url),))]
