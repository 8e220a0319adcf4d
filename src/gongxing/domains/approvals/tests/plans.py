"""A permit plan of a project that leases a workshop and only refits it, and what the tests of plans ask of it."""

import json
from datetime import date
from typing import Any

from django.test import Client

from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.actions.plans import make_plan
from gongxing.domains.approvals.models import Case, PermitPlan
from gongxing.domains.approvals.permitting import Book, Worked, cases_of, papers_of, work_out
from gongxing.domains.approvals.tests.desks import Desks
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import User

MONDAY = date(2025, 3, 3)
LEASED = {
    "new_entity": "no", "route": "filing", "land_mode": "lease_building", "new_building": "no", "fitout": "yes", "small_works": "no", "special_fire": "no",
    "eia_class": "form", "energy_tce": "10", "soil_zone": "no", "discharge_class": "register", "drain_to_sewer": "no",
}  # fmt: skip


def made(world: Desks, given: dict[str, str] | None = None, who: str = "window", **more: str) -> PermitPlan:
    raw = {
        "project": str(world.project.pk),
        "answers": json.dumps(given or LEASED),
        "start_on": "2025-03-03",
        "goal": "ms.start",
        **more,
    }
    plan: PermitPlan = perform(make_plan, world.actor(who), raw)
    return plan


def worked(plan: PermitPlan) -> Worked:
    stored, key = PermitPlan.objects.select_related("project__firm").get(pk=plan.pk), plan.project_id
    return work_out(stored, cases_of([key]).get(key, []), papers_of([key]).get(key, []), today(), Book())


def days(found: Worked, key: str) -> tuple[str, str]:
    assert found.plan is not None
    one = found.plan.timing(key)
    return one.start.isoformat(), one.finish.isoformat()


def client(who: str) -> Client:
    one = Client()
    one.force_login(User.objects.get(username=who))
    return one


def codes(caught: Any) -> list[str]:
    return [one.fault.code for one in caught.value.faults]


def file_of(world: Desks, item: str, day: date) -> Case:
    raw = {"item": item, "received_on": day.isoformat()}
    case: Case = perform(receive, world.actor("window"), raw, key=world.project.pk, version=world.project.version)
    return world.do("window", accept, case, accepted_on=day.isoformat())
