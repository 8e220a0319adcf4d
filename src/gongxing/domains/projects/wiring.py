"""Sentences and pages of the spine, registered when the site starts."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.promise_clocks import MENDING
from gongxing.domains.projects.promise_todos import pending_promises, promise_todos
from gongxing.domains.projects.promise_words import SENTENCES as PROMISE_SENTENCES
from gongxing.kernel.inbox.todo import provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.held import Duty, declare_duty
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

SENTENCES: dict[str, Lazy] = {
    "project.money_sum": _("各项资金合计 %(parts)s 万元，总投资 %(total)s 万元，相差 %(gap)s 万元。请改对一边。"),
    "project.money_total_needed": _("填了资金来源（合计 %(parts)s 万元），没填总投资。请补上总投资。"),
    "project.land_part": _("新增用地 %(new)s 亩大于用地 %(land)s 亩，请核对。"),
    "project.plan_order": _("计划日期 %(day)s 早于前一步的 %(before)s。顺序是开工、竣工、投产、达产。"),
    "project.future": _("日期 %(day)s 还没到，请填已经发生的那一天。"),
    "project.firm_gone": _("“%(name)s”在企业台账里的状态是%(status)s，不能作业主。请换业主，或先核对企业台账。"),
    "project.paper_order": _("有效期至 %(day)s 早于出具日期 %(before)s，请核对。"),
    "promise.foreign_clause": _("这一条协议条款不是这个项目的，请从本项目的条款里选。"),
    "promise.basis_needed": _("请选协议条款，或在“依据”里写明出处；没有依据的承诺不登记。"),
    "promise.settled": _("这一项承诺已经了结，不能再改内容。"),
    "promise.due_past": _("到期日 %(day)s 已经过去。补登旧承诺请用表格导入。"),
    "budget.fund_needed": _("要素是“上级资金”，请写资金名称。"),
    "budget.fund_not_here": _("只有“上级资金”才填资金名称，这一行请清空它。"),
}

add_sentences(SENTENCES)

add_sentences(PROMISE_SENTENCES)
name_verbs({MENDING: _("按承诺登记时限")})
declare_page(ExtraPage(_("承诺兑现"), "promises", "diamond", "谋", "projects.promise"))
declare_duty(Duty("projects.promise", "post", _("承诺责任岗位"), pending_promises, due="due_on"))
provide_todos(promise_todos)
