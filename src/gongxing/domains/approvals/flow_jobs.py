"""What follows for flows: a case that was received goes on its way by itself, and once a day every running flow is proved."""

import logging

from django.utils.translation import gettext as _t

from gongxing.domains.approvals.actions.flow_keeping import begin_case
from gongxing.domains.approvals.actions.step_clocks import LEDGER as STEPS
from gongxing.domains.approvals.actions.step_clocks import OPEN, RULE, mend_steps
from gongxing.domains.approvals.flow_defs import engine_of, in_force
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep
from gongxing.engines.flows import check
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import SYSTEM

log = logging.getLogger("gongxing.flows")
LEDGER, RECEIVED, BEGUN = "approvals.case", "approvals.receive", "approvals.flow_begun"
LIVE = (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)


@handles(RowsWritten)
def after_receiving(event: RowsWritten) -> None:
    """A case whose item has a flow in force begins it; where it cannot, the post of the case is told why."""
    if event.verb != RECEIVED:
        return
    for key in event.rows.get(LEDGER) or ():
        begin_received(key)


def begin_received(key: int) -> bool:
    """Put one case on its way. May be repeated; returns whether it was."""
    case = Case.objects.select_related("project", "post").filter(pk=key, flow=None).first()
    version = None if case is None else in_force(case.item)
    if case is None or version is None:
        return False
    try:
        with writing(SYSTEM, BEGUN, _t("收件时进入使用中的流程")) as ctx:
            begin_case(ctx, case, version)
    except Refused as refused:
        notify(
            key=f"flow-not-begun:{case.pk}", title=_t("流程没有开始：%(item)s（%(project)s）") % {"item": case.name, "project": case.project.name[:60]},
            why=" ".join(sentence(one.fault) for one in refused.faults), url=ledger_named(LEDGER).row_url(case.pk), post_id=case.post_id,
        )  # fmt: skip
        return False
    return True


def wrong_with(one: CaseFlow) -> list[str]:
    """What is wrong with the stored flow of a case: its state is not the replay of its acts, or its tasks and remarks are not what the state says."""
    try:
        flow, state = engine_of(one)
    except ValueError as fault:
        return [f"unreadable: {fault}"]
    found = [" ".join([reason.code, *reason.details.values()]) for reason in check(flow, state)]
    open_ = set(one.steps.exclude(state=CaseStep.State.CLOSED).values_list("task", "post_id"))
    if one.status != CaseFlow.Status.ENDED and open_ != {(task.key, int(task.desk)) for task in state.open}:
        found.append("tasks")
    said = list(
        CaseNote.objects.filter(case=one.case_id, number__gt=0)
        .order_by("number")
        .values_list("number", "verb", "comment", "withdrawn")
    )
    if said != [(n, done.verb, done.comment, bool(done.withdrawn_by)) for n, done in enumerate(state.log, 1)]:
        found.append("notes")
    return found + _clocks_wrong(one, open_)


def _clocks_wrong(one: CaseFlow, open_: set[tuple[str, int]]) -> list[str]:
    """Whether the open clocks are those of the open steps that have a limit, each with the post that has the step."""
    limited = {step.key for step in engine_of(one)[0].steps if step.limit_wd}
    rows = {row.pk: row for row in one.steps.all()}
    wanted = {(row.pk, row.post_id) for row in rows.values() if (row.task, row.post_id) in open_ and row.step in limited and not row.added}  # fmt: skip
    clocks = Deadline.objects.filter(ledger=STEPS, rule=RULE, row__in=list(rows), state__in=OPEN)
    return [] if set(clocks.values_list("row", "post_id")) == wanted else ["clocks"]


@daily("approval step clocks")
def keep_step_clocks() -> int:
    """Steps that opened before they had clocks get theirs, and clocks of steps that are over fall away. Returns how many flows were looked at."""
    return mend_steps()


@daily("approval flows")
def prove_flows() -> list[int]:
    """Prove every flow that runs; the post of a case is told where one is wrong. Returns the ids of those cases."""
    broken = []
    for one in CaseFlow.objects.filter(status__in=LIVE).select_related("case").iterator(chunk_size=200):
        wrong = wrong_with(one)
        if wrong:
            log.error("flow of case %d: %s", one.case_id, "; ".join(wrong))
            broken.append(one.case_id)
            notify(
                key=f"flow-broken:{one.pk}:{today():%Y%m%d}", title=_t("流程记录与办理经过对不上：%(item)s") % {"item": one.case.name},
                why=_t("因为你是承办岗位，请管理员核对"), url=ledger_named(LEDGER).row_url(one.case_id), post_id=one.case.post_id,
            )  # fmt: skip
    return broken
