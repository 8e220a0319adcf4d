"""Rows of flows and what their verbs run on, where the declarations alone do not say it: for the conformance tests."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from gongxing.domains.approvals.actions.flow_keeping import begin_case, move
from gongxing.domains.approvals.actions.flow_versions import empty_flow
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.domains.approvals.tests.flow_desks import definition
from gongxing.kernel.database.rows import Row
from gongxing.kernel.org.models import Post
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, holder
from gongxing.kernel.testing.writes import as_system
from tests.approval_samples import a_case

STEPS = [
    {"key": "apply", "name": "申请", "kind": "start", "desks": ["@case"]},
    {"key": "check", "name": "核图样", "kind": "single", "desks": ["@case"], "limit_wd": 3},
    {"key": "decide", "name": "决定", "kind": "decide", "desks": ["P-gongxin"]},
    {"key": "done", "name": "办结", "kind": "end", "desks": ["@case"]},
]
ARROWS = [
    {"source": "apply", "target": "check"},
    {"source": "check", "target": "decide"},
    {"source": "check", "target": "done", "on": "disagree"},
    {"source": "decide", "target": "done"},
    {"source": "decide", "target": "done", "on": "disagree"},
]


def a_version(
    office: Office, number: int = 1, state: str = "in_force", items: tuple[str, ...] = ("plan.permit",)
) -> FlowVersion:
    code = f"sample.{number}"
    with as_system() as ctx:
        return ctx.create(
            FlowVersion(
                code=code, number=1, name=f"样流程{number}", items=list(items), definition=definition(code, STEPS, ARROWS), state=state, ref=f"{code}@1",
            )
        )  # fmt: skip


def a_flow(office: Office, number: int = 1) -> CaseFlow:
    """A case at its second step, whose desk is the post that may do everything."""
    holder(office)
    case = a_case(office, number, post=Post.objects.get(code="P-alles"))
    version = a_version(office, number)
    with as_system() as ctx:
        return begin_case(ctx, Case.objects.select_related("project", "post").get(pk=case.pk), version)


def a_step(office: Office, number: int = 1) -> CaseStep:
    return a_flow(office, number).steps.get(state="open")


def a_note(office: Office, number: int = 1) -> Row:
    return CaseNote.objects.get(case=a_flow(office, number).case_id, number=1)


def on_step(**raw: str) -> Callable[[Office], Given]:
    return lambda office: Given(a_step(office), raw)


def at_the_end(office: Office) -> Given:
    step = a_step(office)
    one = CaseFlow.objects.select_related("case__project", "case__post").get(pk=step.flow_id)
    with as_system() as ctx:
        move(ctx, one, step.task, "disagree", desk=str(step.post_id), comment="样")
    return Given(one.steps.get(state="open"), {"comment": "齐"})


def added(office: Office) -> Given:
    """Another desk was asked first: the asker's row can be taken back to."""
    step = a_step(office)
    one = CaseFlow.objects.select_related("case__project", "case__post").get(pk=step.flow_id)
    with as_system() as ctx:
        move(
            ctx,
            one,
            step.task,
            "add",
            desk=str(step.post_id),
            to=str(office.posts["yuanqu"].pk),
            way="before",
            comment="样",
        )
    return Given(CaseStep.objects.get(pk=step.pk), {"comment": "不用了"})


def resting(office: Office) -> Given:
    step = a_step(office)
    one = CaseFlow.objects.select_related("case__project", "case__post").get(pk=step.flow_id)
    with as_system() as ctx:
        move(ctx, one, step.task, "suspend", desk=str(step.post_id), comment="等图")
    return Given(CaseStep.objects.get(pk=step.pk), {"comment": "图到了"})


def others_step(office: Office) -> Given:
    step = a_step(office)
    one = CaseFlow.objects.select_related("case__project", "case__post").get(pk=step.flow_id)
    with as_system() as ctx:
        move(ctx, one, step.task, "agree", desk=str(step.post_id))
    return Given(one.steps.get(state="open"), {"comment": "请快"})


def beginning(office: Office) -> Given:
    case = a_case(office, 1)
    a_version(office, 1)
    return Given(case, {})


def on_version(state: str, **raw: str) -> Callable[[Office], Given]:
    return lambda office: Given(a_version(office, 1, state), raw)


def to_post(**raw: str) -> Callable[[Office], Given]:
    return lambda office: Given(a_step(office), {"to": office.posts["yuanqu"].code, **raw})


CELLS: Mapping[str, Any] = {}
ROWS: Mapping[str, Any] = {
    "approvals.flowversion": a_version, "approvals.caseflow": a_flow, "approvals.casestep": a_step, "approvals.casenote": a_note,
}  # fmt: skip
GIVEN: Mapping[str, Any] = {
    "approvals.agree_step": on_step(comment="图纸齐全"),
    "approvals.disagree_step": on_step(comment="缺图"),
    "approvals.return_step": on_step(to="申请", way="again", comment="缺图"),
    "approvals.add_signer": to_post(way="before", comment="请看红线"),
    "approvals.transfer_step": to_post(comment="归你们管"),
    "approvals.finish_step": at_the_end,
    "approvals.take_back": added,
    "approvals.remind_step": others_step,
    "approvals.suspend_flow": on_step(comment="等图"),
    "approvals.resume_flow": resting,
    "approvals.remark_step": on_step(comment="请留意日照"),
    "approvals.begin_flow": beginning,
    "approvals.draft_flow": lambda office: Given(None, {"code": "sample.new", "name": "新流程", "template": "single"}),
    "approvals.renew_flow": on_version("in_force"),
    "approvals.save_flow": on_version("draft", name="改过", definition=json.dumps(empty_flow()), items="plan.permit"),
    "approvals.enforce_flow": on_version("draft"),
    "approvals.retire_flow": on_version("in_force"),
    "approvals.discard_flow": on_version("draft"),
}
