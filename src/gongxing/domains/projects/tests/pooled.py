"""Projects of the pool for tests: written as they stand, without walking through the gates."""

from datetime import date
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.models import Move, Project
from gongxing.domains.projects.naming import folded_name
from gongxing.kernel.access.models import Grant
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

DAY = date(2026, 6, 30)


def a_pooled(office: Office, name: str, unit: str = "东园", **more: Any) -> Project:
    """A project in reserve since 2026-06-01 that moved on that day; ``more`` fields stand as given."""
    fields: dict[str, Any] = {
        "stage": "reserve", "stage_on": date(2026, 6, 1), "moved_on": date(2026, 6, 1), "owner_name": f"{name}的业主", "total_investment": 6000, **more,
    }  # fmt: skip
    number = f"XMC{Project.objects.count():04d}"
    with as_system() as ctx:
        return ctx.create(
            Project(
                number=number, name=name, folded=folded_name(name), initials="xm", unit=office.units[unit], **fields
            )
        )


def a_move(project: Project, to_stage: str, on: date) -> Move:
    """One step of its way, without the gate."""
    with as_system() as ctx:
        number = Move.objects.filter(project=project).count() + 1
        return ctx.create(Move(project=project, to_stage=to_stage, on=on, ref=f"{project.pk}:{number}"))


def an_owner(office: Office, name: str) -> Firm:
    """An enterprise of the register."""
    with as_system() as ctx:
        return ctx.create(Firm(name=name, folded=name, initials="qy", unit=office.units["东园"]))


def allow(office: Office, user: str, ledger: str, *verbs: str, unit: str = "县") -> None:
    """Rights a test needs besides the role's."""
    with as_system() as ctx:
        for verb in verbs:
            ctx.create(Grant(post=office.posts[user], verb=verb, target=ledger, unit=office.units[unit], start=SINCE))
