"""Deciding, delivering, and taking an application back."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.case_clocks import keep_case
from gongxing.domains.approvals.actions.intake import STATE, check_day, fault, in_state
from gongxing.domains.approvals.following import free
from gongxing.domains.approvals.models import Case
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx


@action(label=_("作出决定"), permission="approvals.case.decide", on=Case, icon="checklist", tone="primary", why="optional", when=free("decide", STATE.RUNNING))  # fmt: skip
def decide(
    ctx: Ctx,
    *,
    case: Case,
    outcome: Annotated[Case.Outcome, Ask(_("决定"))],
    decided_on: Annotated[date, Ask(_("决定日"))],
    document: Annotated[str, Ask(_("文号或证号"), max_length=120, required=False)] = "",
) -> None:
    """The authority decides: the statutory and the promised clock end, that of the delivery begins. A denial says why."""
    after = max(filter(None, (case.accepted_on, case.stops.order_by("-end").values_list("end", flat=True).first())))
    check_day("decided_on", decided_on, after, _t("受理日或停钟结束日"))
    if outcome == Case.Outcome.GRANTED and not document.strip():
        raise fault("document", "case.document_needed")
    ctx.update(case, outcome=str(outcome), decided_on=decided_on, document=document.strip())
    keep_case(ctx, case)


@action(
    label=_("送达"),
    permission="approvals.case.decide",
    on=Case,
    icon="arrow-up-right",
    tone="primary",
    why="",
    when=free("deliver", STATE.DECIDED),
)
def deliver(ctx: Ctx, *, case: Case, delivered_on: Annotated[date, Ask(_("送达日"))]) -> None:
    """The applicant has the decision in hand."""
    check_day("delivered_on", delivered_on, case.decided_on, _t("决定日"))
    ctx.update(case, delivered_on=delivered_on)
    keep_case(ctx, case)


@action(label=_("申请人撤回"), permission="approvals.case.receive", on=Case, icon="arrow-back-up", why="required", when=in_state(STATE.HANDED_IN, STATE.CORRECTING, STATE.RUNNING, STATE.STOPPED))  # fmt: skip
def withdraw(ctx: Ctx, *, case: Case, withdrawn_on: Annotated[date, Ask(_("撤回日"))]) -> None:
    """The applicant takes the application back; the clocks fall away."""
    check_day("withdrawn_on", withdrawn_on, case.accepted_on or case.received_on, _t("收件日"))
    ctx.update(case, withdrawn_on=withdrawn_on)
    keep_case(ctx, case)
