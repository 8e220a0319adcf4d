"""Rows of permit plans, where their declaration alone does not say them: for the conformance tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongxing.domains.approvals.models import PermitPlan
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system
from tests.approval_samples import a_project

DAY = date(2025, 3, 3)


def a_plan(office: Office, number: int = 1) -> PermitPlan:
    """The plan of a project of its own, made once for each number."""
    project = a_project(office, 20 + number)
    there = PermitPlan.objects.filter(project=project).first()
    if there is not None:
        return there
    with as_system() as ctx:
        return ctx.create(
            PermitPlan(project=project, answers={"route": "filing"}, rules_on=DAY, start_on=DAY, made_on=DAY, made_by="行政审批局 窗口岗")
        )  # fmt: skip


def making(office: Office) -> Given:
    project = a_project(office, 20)
    return Given(None, {"project": str(project.pk), "answers": '{"route": "filing"}', "start_on": "2025-03-03", "goal": "all"})  # fmt: skip


def recording(office: Office) -> Given:
    """A plan whose answers the project does not know yet."""
    plan = a_plan(office, 2)
    with as_system() as ctx:
        ctx.update(plan, answers={"route": "filing", "land_mode": "owned"})
    return Given(None, {"project": str(plan.project_id), "seen": f"{plan.version}-{plan.project.version}-"})


CELLS: Mapping[str, Any] = {}
ROWS: Mapping[str, Any] = {"approvals.permitplan": a_plan}
GIVEN: Mapping[str, Any] = {"approvals.make_plan": making, "approvals.record_answers": recording}
