"""Rows of imported logs and of leads on clocks: for the conformance tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongxing.domains.approvals.models import ClockLead, ProcessLog
from gongxing.kernel.clock import today
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given
from gongxing.kernel.testing.writes import as_system


def a_log(office: Office, number: int = 1) -> ProcessLog:
    """A log that is read; its file is none."""
    with as_system() as ctx:
        return ctx.create(
            ProcessLog(
                number=f"RZ{number:06}", name=f"日志{number}", source="样本系统", unit=office.units["东园"], kind="xes", state="ready", file_id=0, file_name="a.xes",
                cases=3, events=9, activities=4, made_on=today(), made_by="样本",
            )
        )  # fmt: skip


def a_lead(office: Office, number: int = 1, open_on: date | None = None) -> ClockLead:
    """A lead everybody may read from this day on (today)."""
    with as_system() as ctx:
        return ctx.create(
            ClockLead(
                ref=f"lead:{number}", unit=office.units["东园"], reason="process.accepted_late", item="plan.permit", cases=[], number=1, found_on=today(), open_on=open_on or today(),
                details={"contact": "2025-02-10", "accepted": "2025-03-03", "days": "15"},
            )
        )  # fmt: skip


CELLS: Mapping[str, Any] = {}
ROWS: Mapping[str, Any] = {"approvals.processlog": a_log, "approvals.clocklead": a_lead}
GIVEN: Mapping[str, Any] = {
    "approvals.explain_lead": lambda office: Given(a_lead(office), {"explained": "当天出差，次日补录"})
}
