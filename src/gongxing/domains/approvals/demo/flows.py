"""The flows of the invented county: two in force and one being drafted, and the open cases of their items on their way."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from gongxing.domains.approvals.actions.flow_keeping import begin_case
from gongxing.domains.approvals.actions.flow_steps import agree_step
from gongxing.domains.approvals.flow_defs import in_force
from gongxing.domains.approvals.flow_jobs import BEGUN
from gongxing.domains.approvals.models import Case, CaseStep, FlowVersion
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.org.actor import SYSTEM, actor_for
from gongxing.kernel.org.models import Post, User
from gongxing.kernel.packs.tables import table

WHY, BEGAN = "生成演示审批流程（全部虚构）", date(2025, 9, 1)
SIGNERS = ("shengtai", "zhujian")
"""The accounts whose posts sign the planning permit."""
SIGN_WD, SIGNED = 3, ("plan.permit", "land.permit")


def build_flows(posts: Mapping[str, Post]) -> None:
    """Put the flows in force: drafted by the desk, let in by its head, since the autumn of 2025 or the day the county is built."""
    moment = min(now(), timezone.make_aware(datetime.combine(BEGAN, time(9))))
    templates = {row["flow"]: json.loads(row["definition"]) for row in table("approvals", "flows", today())}
    with at(moment), writing(SYSTEM, "demo", WHY) as ctx:
        for code, name, items, definition, state in (
            ("planning", "规划许可会签（演示）", list(SIGNED), _signed(templates["joint"], posts), "in_force"),
            ("check", "规划核实（演示）", ["accept.plan"], templates["single"], "in_force"),
            ("scheme", "设计方案审查（演示）", ["design.scheme"], templates["single"], "draft"),
        ):
            ctx.create(
                FlowVersion(
                    code=code, number=1, name=name, items=items, definition={**definition, "code": code, "version": 1}, state=state,
                    in_force_on=today() if state == "in_force" else None, drafted_by="行政审批局 窗口岗", enforced_by="行政审批局 审批负责人岗" if state == "in_force" else "",
                    origin="样板改成本县岗位（演示）", ref=f"{code}@1", invented=True,
                )
            )  # fmt: skip


def _signed(template: Mapping[str, Any], posts: Mapping[str, Post]) -> dict[str, Any]:
    """The template of several signers with the desks of this county."""
    desks = [posts[name].code for name in SIGNERS]
    steps = [
        {**step, "desks": desks, "limit_wd": SIGN_WD} if step["key"] == "joint" else step for step in template["steps"]
    ]
    return {**template, "steps": steps}


def walk_open_cases() -> int:
    """Open cases of the items in force go their way from the day they came or were accepted; of every other one a signer has agreed the day after. Returns
    how many."""
    states, book, n = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING), calendar(), 0
    rows = Case.objects.filter(invented=True, state__in=states, flow=None).select_related("project", "post").order_by("pk")  # fmt: skip
    for case in rows:
        version = in_force(case.item)
        if version is None:
            continue
        n += 1
        day = case.accepted_on or case.received_on
        with at(_moment(day)), writing(SYSTEM, BEGUN, WHY) as ctx:
            begin_case(ctx, case, version)
        if n % 2 and case.accepted_on is not None and book.add_workdays(day, 1) < today():
            with at(_moment(book.add_workdays(day, 1))):
                _agree(case)
    return n


def _moment(day: date) -> datetime:
    return min(now(), timezone.make_aware(datetime.combine(day, time(16))))


def _agree(case: Case) -> None:
    """The first signer says yes to the step that waits for it."""
    actor = actor_for(User.objects.get(username=SIGNERS[0]), today())
    task = CaseStep.objects.filter(
        flow__case=case, state=CaseStep.State.OPEN, kind="countersign", post_id__in=actor.post_ids
    ).first()
    if task is not None:
        perform(agree_step, actor, {"comment": "同意（演示）。"}, key=task.pk, version=task.version)
