"""Sentences, panels and duties of the approvals stage, registered when the site starts."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import KIND
from gongxing.domains.approvals.mining.lead_jobs import VERB as FIND_LEADS
from gongxing.domains.approvals.mining.log_jobs import DROP, MAKE, READ
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.panels import OVER, project_cases
from gongxing.domains.approvals.sentences import SENTENCES
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
name_verbs({FIND_LEADS: _("核查时限线索"), MAKE: _("导入流程日志"), READ: _("读流程日志"), DROP: _("删除流程日志")})
declare_page(ExtraPage(_("流程体检"), "process", "sitemap", "批", "approvals.case"))
declare_page(ExtraPage(_("核查线索"), "process-leads", "zoom-check", "批", "approvals.clocklead"))
declare_page(ExtraPage(_("流程日志"), "process-logs", "file-text", "批", "approvals.processlog", in_menu=False))
