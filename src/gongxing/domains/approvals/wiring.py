"""Sentences, panels and duties of the approvals stage, registered when the site starts."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import KIND
from gongxing.domains.approvals.actions.flow_keeping import follow_case, free_in_flow
from gongxing.domains.approvals.flow_jobs import BEGUN
from gongxing.domains.approvals.flow_panels import flow_panels
from gongxing.domains.approvals.flow_sentences import FLOW_SENTENCES
from gongxing.domains.approvals.flow_todos import flow_todos, of_case, waiting_steps
from gongxing.domains.approvals.following import add_follower, add_guard
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.panels import OVER, project_cases
from gongxing.domains.approvals.sentences import SENTENCES
from gongxing.kernel.inbox.todo import provide_todos
from gongxing.kernel.ledger.faults import add_sentences
from gongxing.kernel.office.held import Duty, declare_duty
from gongxing.kernel.pages.detail import offer_panels
from gongxing.kernel.pages.extra import ExtraPage, declare_page
from gongxing.kernel.pages.sentences import name_verbs


def under_way() -> Q:
    """Cases somebody still has to act on."""
    return ~Q(state__in=OVER)


def whose(row: Case) -> str:
    """The project a case belongs to."""
    return row.project.name


add_sentences(SENTENCES)
name_verbs({KIND: _("按审批件登记时限")})
offer_panels("projects.project", project_cases)
declare_duty(Duty("approvals.case", "post", _("承办岗位"), under_way, of=whose, needs=("project",)))

add_guard(free_in_flow)
add_follower(follow_case)
add_sentences(FLOW_SENTENCES)
name_verbs({BEGUN: _("进入流程")})
offer_panels("approvals.case", flow_panels)
provide_todos(flow_todos)
declare_page(ExtraPage(_("审批流程"), "approvals-flows", "arrows-right-left", "批", "approvals.flowversion"))
declare_duty(Duty("approvals.casestep", "post", _("流程环节"), waiting_steps, due="due_on", of=of_case, needs=("flow__case__project",), movable=False))  # fmt: skip
