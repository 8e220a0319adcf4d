"""Rows of the green lane, for the conformance tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongxing.domains.approvals.models import GreenLane
from gongxing.domains.projects.models import Project
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system
from tests.approval_samples import a_project

DAY = date(2025, 3, 3)
LIST = "县级重点项目清单（演示）"


def a_lane(office: Office, number: int = 21, grade: str = "special") -> GreenLane:
    """A stay that has not ended."""
    project = a_project(office, number)
    with as_system() as ctx:
        return ctx.create(
            GreenLane(
                project=project, ground="G01", condition="列入县级重点项目清单", grade=grade, number=LIST, order_on=DAY, credit="clear", credit_on=DAY,
                entered_on=DAY, entered_by="县府办 科员岗", ref=f"{project.pk}:1",
            )
        )  # fmt: skip


def entering(office: Office) -> Given:
    """A project of a class that is not held back."""
    project = a_project(office, 22)
    with as_system() as ctx:
        ctx.update(Project.objects.get(pk=project.pk), catalogue="permitted", catalogue_item="演示条目")
    raw = {
        "project": str(project.pk), "ground": "G01", "grade": "special", "number": LIST, "order_on": "2025-03-03", "credit": "clear",
        "credit_on": "2025-03-03", "entered_on": "2025-03-03",
    }  # fmt: skip
    return Given(None, raw)


CELLS: Mapping[str, Any] = {}
ROWS: Mapping[str, Any] = {"approvals.greenlane": a_lane}
GIVEN: Mapping[str, Any] = {
    "approvals.enter_lane": entering,
    "approvals.leave_lane": lambda office: Given(a_lane(office, 23), {"left_on": "2025-03-04"}),
    "approvals.record_meeting": lambda office: Given(
        a_lane(office, 24, "difficult"), {"met_on": "2025-03-04", "conclusion": "自然资源局三日内出红线。"}
    ),
}
