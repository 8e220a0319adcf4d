"""Rows and cells of the approvals stage, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gongxing.domains.approvals.actions.case_clocks import keep_case
from gongxing.domains.approvals.models import Case, Material, Stop
from gongxing.domains.projects.models import Project
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.org.models import Post
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system

DAY = date(2025, 3, 3)


def a_project(office: Office, number: int) -> Project:
    name = f"审批样项目{number}"
    there = Project.objects.filter(name=name).first()
    if there is not None:
        return there
    with as_system() as ctx:
        return ctx.create(
            Project(
                number=f"XMSP{number:04}", name=name, folded=name, unit=office.units["东园"], stage_on=DAY, moved_on=DAY, initials="spyxm",
            )
        )  # fmt: skip


def a_case(office: Office, number: int = 1, **more: Any) -> Case:
    """A case of the eastern park's own desk, in whatever state its dates say."""
    project, post = a_project(office, number), Post.objects.get(pk=office.posts["yuanqu"].pk)
    fields = {
        "item": "plan.permit",
        "unit": office.units["东园"],
        "post": post,
        "received_on": DAY,
        "rules_on": DAY,
        **more,
    }
    with as_system() as ctx:
        return ctx.create(Case(project=project, ref=f"{project.pk}:plan.permit:{number}", turn=number, **fields))


def a_stop(office: Office, number: int) -> Row:
    case = a_case(office, number, state="stopped", accepted_on=DAY)
    with as_system() as ctx:
        return ctx.create(Stop(case=case, ground="expert", proof="专家评审通知", start=DAY, ref=f"{case.ref}:expert"))


def a_material(office: Office, number: int) -> Row:
    case = a_case(office, number)
    with as_system() as ctx:
        return ctx.create(Material(case=case, name="总平面图", ref=f"{case.ref}:总平面图"))


def on_case(raw: Mapping[str, str], **more: Any) -> Callable[[Office], Given]:
    return lambda office: Given(a_case(office, **more), dict(raw))


def going_on(office: Office) -> Given:
    stop = a_stop(office, 1)
    assert isinstance(stop, Stop)
    return Given(stop.case, {"end": "2025-03-10"})


def extending(office: Office) -> Given:
    """Accepted today, so that the limit has not run out."""
    day = today()
    case = a_case(office, received_on=day, rules_on=day, accepted_on=day, state="running")
    with as_system() as ctx:
        keep_case(ctx, case)
    return Given(case, {"n": "5", "granted_on": day.isoformat()})


ON = "2025-03-04"
CELLS: Mapping[str, Any] = {
    "approvals.case.item": "plan.permit", "approvals.case.received_on": "2025-03-03", "approvals.case.contact_on": "", "approvals.case.correction_on": "",
    "approvals.case.corrected_on": "", "approvals.case.accepted_on": "2025-03-04", "approvals.case.refused_on": "", "approvals.case.decided_on": "",
    "approvals.case.outcome": "", "approvals.case.delivered_on": "", "approvals.case.withdrawn_on": "", "approvals.case.turn": "{n}",
}  # fmt: skip
ROWS: Mapping[str, Any] = {"approvals.case": a_case, "approvals.stop": a_stop, "approvals.material": a_material}
GIVEN: Mapping[str, Any] = {
    "approvals.receive": lambda office: Given(a_project(office, 9), {"item": "plan.permit", "received_on": ON}),
    "approvals.ask_correction": on_case({"lacking": "缺总平面图", "told_on": ON}),
    "approvals.correction_complete": on_case(
        {"corrected_on": "2025-03-05"}, state="correcting", correction_on=date(2025, 3, 4)
    ),
    "approvals.accept": on_case({"accepted_on": ON}),
    "approvals.refuse": on_case({"refused_on": ON}),
    "approvals.stop_case": on_case(
        {"ground": "expert", "proof": "专家评审通知〔2025〕1号", "start": ON}, state="running", accepted_on=DAY
    ),
    "approvals.go_on": going_on,
    "approvals.extend": extending,
    "approvals.decide": on_case(
        {"outcome": "granted", "decided_on": ON, "document": "青规建〔2025〕1号"}, state="running", accepted_on=DAY
    ),
    "approvals.deliver": on_case(
        {"delivered_on": ON}, state="decided", accepted_on=DAY, decided_on=DAY, outcome="granted"
    ),
    "approvals.withdraw": on_case({"withdrawn_on": ON}),
}
