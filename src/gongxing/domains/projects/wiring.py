"""Sentences and pages of the spine, registered when the site starts."""

from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.clocks import standing
from gongxing.domains.projects.maturing import maturity_panels
from gongxing.domains.projects.models import Duty as ProjectDuty
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.pages.project import sheet_links
from gongxing.domains.projects.pool_duties import POOL_SENTENCES, POOL_VERBS, pool_todos
from gongxing.domains.projects.promise_clocks import MENDING
from gongxing.domains.projects.promise_todos import belongs, pending_promises, promise_todos
from gongxing.domains.projects.promise_words import SENTENCES as PROMISE_SENTENCES
from gongxing.domains.projects.push_jobs import EXPLAIN, PUSH
from gongxing.domains.projects.review_clocks import REVIEWING
from gongxing.kernel.inbox.todo import provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.held import Duty, declare_duty
from gongxing.kernel.pages.detail import offer_documents, offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs

GONE = ("removed", "transferred", "reviewed")


def under_way() -> Q:
    """Projects somebody still has to look after."""
    return ~Q(stage__in=GONE)


def duty_under_way() -> Q:
    """Duties on such projects."""
    return ~Q(project__stage__in=GONE)


def project_owner(row: Project) -> str:
    """Whose project it is."""
    return row.owner_label


def duty_of(row: ProjectDuty) -> str:
    """The class of the work, and whose project it is."""
    return str(_("，")).join(filter(None, (str(row.get_duty_class_display()), row.project.owner_label)))


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
    "push.no_such_plan": _("这份草案里没有这样的方案，请从页面上有的三个里选。"),
    "budget.fund_not_here": _("只有“上级资金”才填资金名称，这一行请清空它。"),
    "project_code.length": _(
        "项目代码要 24 位（20 个数字加 4 个短横），这里有 %(length)s 个数字。例如 2405-450127-04-01-123456。"
    ),
    "project_code.character": _("第 %(position)s 个字符“%(character)s”不是数字或短横，请对照赋码页重新录入。"),
    "project_code.groups": _("数字分组是 %(found)s，应当是 4-6-2-2-6。是不是 %(fix)s？"),
    "project_code.month": _("开头四位里的月份 %(month)s 不存在，请核对。"),
    "project_code.division": _("第二段 %(text)s 不是行政区划代码，请核对。"),
    "move.way_no_such_stage": _("没有“%(there)s”这个阶段，请从列表里选。"),
    "move.way_same_stage": _("项目已经在“%(here)s”，不用再办。"),
    "move.way_final": _("“%(here)s”之后没有别的阶段。办错了的，请点“撤回上一步”。"),
    "move.way_skips": _("从“%(here)s”不能直接到“%(there)s”，要先经过：%(between)s。"),
    "move.way_backward": _(
        "项目已经在“%(here)s”，不能退到“%(there)s”。办错了的，请点“撤回上一步”；确实要停的，办暂缓。"
    ),
    "move.way_resumes_elsewhere": _(
        "暂缓前在“%(held)s”，只能恢复到“%(held)s”，不能到“%(there)s”。请先恢复，再办别的阶段。"
    ),
    "move.way_no_way": _("从“%(here)s”不能到“%(there)s”。"),
    "move.before": _("“%(there)s”的日期 %(day)s 早于“%(stage)s”的 %(before)s，请核对两个日期。"),
    "move.lacks": _("进入“%(stage)s”还差“%(item)s”：%(words)s（%(owes)s）"),
    "move.reason_needed": _("请选一个原因。"),
    "move.reason_foreign": _("这个原因不能用在这里，请换一个。"),
    "move.until_needed": _("请写暂缓到哪一天，到期再定回来还是退库。"),
    "move.until_past": _("暂缓到的日期 %(day)s 不在将来，请写以后的一天。"),
    "move.note_needed": _("退库要由人定，请写是谁定的、为什么。"),
    "move.unit_needed": _("请选承接单位；转到县外的，写县外承接方。"),
    "move.unit_twice": _("承接单位和县外承接方“%(outside)s”只能写一个，请清空另一个。"),
    "move.unit_own": _("“%(unit)s”就是现在的责任单位，请选另一个单位。"),
    "move.no_post": _("“%(unit)s”还没有岗位，接不了没办完的 %(n)s 项承诺。请管理员先给它设岗位，再办转出。"),
    "move.passed_on": _(
        "上一步是由“%(before)s”转给“%(unit)s”，已经接手，不能撤回。转错了的，请再办一次转出，转回“%(before)s”。"
    ),
    "move.shares_needed": _("请写分成约定；没有的写“无”。"),
    "move.nothing_to_take_back": _("这个项目还没有走过一步，没有可撤回的。"),
    "paper.seen_another": _("这份材料刚被别人附上或换过，没有写入。请看过现在的再换。"),
    "paper.by_issuer": _(
        "“%(name)s”是%(issuer)s对这个项目的意见，由它出具并附上；别的单位不能附、换或去掉。请联系%(issuer)s。"
    ),
    "paper.page_only": _("“%(name)s”由%(issuer)s出具：请由它在项目的材料页附上，不能在这里登记或导入。"),
    "evidence.empty": _("“%(name)s”是空文件，请重新选。"),
    "evidence.too_big": _("文件超过 %(limit)s MB，没有接收。扫描件请降低分辨率再传。"),
    "evidence.kind": _("不收“%(kind)s”文件，只收：%(kinds)s。"),
    "evidence.content": _("“%(name)s”的内容不是 %(kind)s 文件，可能改过后缀。请传原文件。"),
    "evidence.gone": _("上传的文件找不到了（只有上传的人能用）。请重新上传。"),
    "evidence.no_space": _("服务器磁盘已满，文件没有保存。请联系管理员清理磁盘后重试。"),
    "duty.two_leads": _("这一类已经由“%(unit)s”牵头。一类只有一个牵头单位，请先把它改成协办。"),
    "duty.foreign_post": _("这个岗位不在所选的单位里，请核对。"),
    "promise.agreed": _(
        "项目已经签约，承诺的内容、金额、到期日要双方同意才能改。请把“依据”改成补充协议或会议纪要的文号，再一起保存。"
    ),
    "promise.claimed": _("承诺方已经报完成，等对方确认，内容不能再改。对方不认可后才能改。"),
    "duty.two_leads_row": _("这一类已经由“%(unit)s”牵头。一类只有一个牵头单位，请把这一条改成协办。"),
    "link.already": _("已经挂在这个环节上了。"),
}

add_sentences(SENTENCES)
name_verbs({PUSH: _("测算年度推进方案"), EXPLAIN: _("测算怎样才能入选")})
declare_page(ExtraPage(_("年度推进方案"), "projects-push", "checks", "谋", "projects.pushplan"))

add_sentences(PROMISE_SENTENCES)
name_verbs({MENDING: _("按承诺登记时限"), REVIEWING: _("按达产登记履约评价时限")})
declare_page(ExtraPage(_("承诺兑现"), "promises", "diamond", "谋", "projects.promise"))
OF_FIRM = ("project__firm",)
declare_duty(Duty("projects.project", "owner", _("经办岗位"), still_open=under_way, of=project_owner))
declare_duty(Duty("projects.project", "leader", _("责任领导"), still_open=under_way, of=project_owner))
declare_duty(Duty("projects.duty", "post", _("责任岗位"), duty_under_way, of=duty_of, needs=OF_FIRM))
declare_duty(
    Duty(
        "projects.promise",
        "post",
        _("承诺责任岗位"),
        pending_promises,
        due="due_on",
        state=standing,
        of=belongs,
        needs=OF_FIRM,
    )
)
provide_todos(promise_todos)

add_sentences(POOL_SENTENCES)
name_verbs(POOL_VERBS)
provide_todos(pool_todos)
offer_panels("projects.project", maturity_panels)
offer_documents(sheet_links)
declare_page(ExtraPage(_("项目储备库总览"), "projects-pool", "chart-bar", "谋", "projects.project"))
declare_page(ExtraPage(_("疑似重复项目"), "projects-twins", "copy", "谋", "projects.twinquestion", in_menu=False))
declare_page(
    ExtraPage(_("年度清库"), "projects-vettings", "clipboard-check", "谋", "projects.vettingitem", in_menu=False)
)
