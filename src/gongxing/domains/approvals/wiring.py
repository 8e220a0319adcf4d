"""Sentences, panels and duties of the approvals stage, registered when the site starts."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals import lane_jobs, permit_jobs, rule_telling
from gongxing.domains.approvals.actions.case_clocks import KIND
from gongxing.domains.approvals.actions.flow_keeping import follow_case, free_in_flow
from gongxing.domains.approvals.actions.handing_in import BY_KEY
from gongxing.domains.approvals.actions.keys import MAKE, USE
from gongxing.domains.approvals.actions.lane_meeting import KIND as LANE_MEETINGS
from gongxing.domains.approvals.actions.step_clocks import KIND as STEP_CLOCKS
from gongxing.domains.approvals.actions.step_clocks import RULE as STEP_RULE
from gongxing.domains.approvals.actions.step_clocks import SUSPENDED
from gongxing.domains.approvals.flow_jobs import BEGUN
from gongxing.domains.approvals.flow_sentences import FLOW_SENTENCES
from gongxing.domains.approvals.flow_todos import flow_todos, of_case, waiting_steps
from gongxing.domains.approvals.following import add_follower, add_guard
from gongxing.domains.approvals.items import PACK
from gongxing.domains.approvals.key_panels import letter_links, material_files, project_keys
from gongxing.domains.approvals.lane_panels import lane_todos, project_lane
from gongxing.domains.approvals.lane_words import LANE_SENTENCES
from gongxing.domains.approvals.lead_todos import lead_todos
from gongxing.domains.approvals.mining.lead_jobs import VERB as FIND_LEADS
from gongxing.domains.approvals.mining.log_jobs import DROP, READ
from gongxing.domains.approvals.mining.log_jobs import MAKE as READ_IN
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.domains.approvals.panels import OVER, project_cases
from gongxing.domains.approvals.permit_capacity import TABLE, check_row
from gongxing.domains.approvals.permit_faults import PLAN_SENTENCES
from gongxing.domains.approvals.public_sentences import SENTENCES as PUBLIC
from gongxing.domains.approvals.sentences import SENTENCES
from gongxing.kernel.deadlines.names import listed_elsewhere, name_pauses
from gongxing.kernel.inbox.todo import provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.held import Duty, declare_duty
from gongxing.kernel.office.rules import check_rows
from gongxing.kernel.pages.detail import offer_documents, offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs


def under_way() -> Q:
    """Cases somebody still has to act on."""
    return ~Q(state__in=OVER)


def to_meet() -> Q:
    """Stays on the green lane whose meeting is still to be held."""
    return Q(grade=GreenLane.Grade.DIFFICULT, left_on__isnull=True, met_on__isnull=True)


def whose(row: Case | GreenLane) -> str:
    """The project a case or a stay belongs to."""
    return row.project.name


add_sentences(SENTENCES)
name_verbs({KIND: _("按审批件登记时限")})
offer_panels("projects.project", project_cases)
declare_duty(Duty("approvals.case", "post", _("承办岗位"), under_way, of=whose, needs=("project",)))
add_sentences(PLAN_SENTENCES)
declare_page(ExtraPage(_("许可路径"), "permit-plans", "sitemap", "批", "approvals.permitplan"))
add_sentences(PUBLIC)
name_verbs({MAKE: _("发办件钥匙"), USE: _("用办件钥匙"), BY_KEY: _("凭办件钥匙交材料")})
offer_panels("projects.project", project_keys)
offer_panels("approvals.material", material_files)
offer_documents(letter_links)

add_sentences(LANE_SENTENCES)
offer_panels("projects.project", project_lane)
provide_todos(lane_todos)
declare_page(ExtraPage(_("绿色通道"), "approvals-lane", "arrow-up-right", "批", "approvals.greenlane"))
declare_page(ExtraPage(_("规则变动"), "approvals-rule-changes", "history", "批", "approvals.case", in_menu=False))
name_verbs({FIND_LEADS: _("核查时限线索"), READ_IN: _("导入流程日志"), READ: _("读流程日志"), DROP: _("删除流程日志")})
declare_page(ExtraPage(_("流程体检"), "process", "sitemap", "批", "approvals.case"))
declare_page(ExtraPage(_("核查线索"), "process-leads", "zoom-check", "批", "approvals.clocklead"))
declare_page(ExtraPage(_("流程日志"), "process-logs", "file-text", "批", "approvals.processlog", in_menu=False))

add_guard(free_in_flow)
add_follower(follow_case)
add_sentences(FLOW_SENTENCES)
name_verbs({BEGUN: _("进入流程")})
provide_todos(flow_todos)
declare_page(ExtraPage(_("审批流程"), "approvals-flows", "arrows-right-left", "批", "approvals.flowversion"))
declare_duty(Duty("approvals.casestep", "post", _("流程环节"), waiting_steps, due="due_on", of=of_case, needs=("flow__case__project",), movable=False))  # fmt: skip
listed_elsewhere(STEP_RULE)
name_pauses({SUSPENDED: _("流程挂起")})
declare_duty(Duty("approvals.greenlane", "keeper", _("召集岗位"), to_meet, of=whose, needs=("project",)))
name_verbs({LANE_MEETINGS: _("按绿色通道登记协调会时限")})
name_verbs({STEP_CLOCKS: _("按流程环节登记时限")})
check_rows(PACK, TABLE, check_row)

declare_page(ExtraPage(_("照规定走了没有"), "process-conform", "checks", "批", "approvals.case", in_menu=False))
provide_todos(lead_todos)

__all__ = ["lane_jobs", "permit_jobs", "rule_telling"]  # loading them declares their jobs, handlers and daily work
