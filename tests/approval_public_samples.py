"""Rows and cells of the enterprise side of approvals: for the conformance tests."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gongxing.domains.approvals.models import CaseKey
from gongxing.kernel.clock import today
from gongxing.kernel.files.store import keep
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, holder
from gongxing.kernel.testing.writes import as_system
from tests.approval_samples import a_material, a_project


def a_key(office: Office, number: int = 1) -> CaseKey:
    """A key nobody knows, of a project of its own."""
    day = today()
    with as_system() as ctx:
        return ctx.create(
            CaseKey(
                project=a_project(office, number), code=f"SAMP{number:02}", salt="s" * 32, digest="0" * 64, made_on=day, made_by="行政审批局 窗口岗",
                expires_on=day + timedelta(days=90),
            )
        )  # fmt: skip


def revoking(office: Office) -> Given:
    return Given(a_key(office), {})


def handing_in(office: Office) -> Given:
    """A file uploaded by the account that hands it in."""
    material = a_material(office, 1)
    stored = keep([b"%PDF-1.7 sample"], name="总平面图.pdf", media_type="application/pdf", user_id=holder(office).pk)
    return Given(None, {"material": str(material.pk), "file": str(stored.pk)})


CELLS: Mapping[str, Any] = {}
ROWS: Mapping[str, Any] = {"approvals.casekey": a_key}
GIVEN: Mapping[str, Any] = {"approvals.revoke_key": revoking, "approvals.hand_in": handing_in}
