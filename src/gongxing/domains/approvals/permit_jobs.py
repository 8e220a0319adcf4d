"""Long work over many permit plans: how full the desks will be. Some tens of plans take seconds, so that it is no work of a page."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_capacity import capacity_on
from gongxing.domains.approvals.permit_load import DeskLine, Load, Waiting, Week, load_of
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Book, Worked, cases_of, papers_of, work_out
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress, enqueue, job
from gongxing.kernel.org.actor import Actor

LOAD, MOST = "approvals.permit_load", 60
OPEN = (Job.State.READY, Job.State.RUNNING)
GONE = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED)


def queue_load(actor: Actor) -> Job:
    """Queue it; what waits already is not queued twice."""
    mine = Job.objects.filter(kind=LOAD, user_id=actor.user_id, state__in=OPEN).first()
    return mine or enqueue(LOAD, _("推算审批负荷"), actor, {})


@job(LOAD)
def work_load(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The load of the newest sixty plans the actor may see, kept as JSON in the result; nothing is written."""
    rows = visible(PermitPlan.objects.all(), actor).exclude(project__stage__in=GONE).select_related("project__firm")
    plans = list(rows.order_by("-made_on", "-pk")[: MOST + 1])
    more, plans = len(plans) > MOST, plans[:MOST]
    keys, day, book = [one.project_id for one in plans], today(), Book()
    cases, papers = cases_of(keys), papers_of(keys)
    worked: dict[int, Worked] = {}
    for place, one in enumerate(plans):
        progress.step(place, len(plans), one.project.name)
        key = one.project_id
        worked[key] = work_out(one, cases.get(key, []), papers.get(key, []), day, book)
    dated = {key: one for key, one in worked.items() if one.plan is not None}
    capacity = capacity_on(day)
    found = load_of(dated, Words.of(day), capacity, day, book.table)
    return {
        "text": _("审批负荷已推算：%(n)d 个项目") % {"n": len(dated)}, "url": reverse("permit-load"), "on": day.isoformat(),
        "n": len(dated), "more": more, "lost": [key for key in worked if key not in dated], "load": stored(found),
    }  # fmt: skip


def stored(found: Load) -> dict[str, Any]:
    """A load as JSON."""
    return {
        "mondays": [one.isoformat() for one in found.mondays], "desks": [asdict(one) for one in found.desks], "over": [list(one) for one in found.over],
        "waiting": [{**asdict(one), "end": one.end.isoformat(), "free": one.free.isoformat()} for one in found.waiting],
    }  # fmt: skip


def loaded(raw: Mapping[str, Any]) -> Load:
    """A load back from JSON."""
    day = date.fromisoformat
    return Load(
        tuple(day(one) for one in raw["mondays"]),
        tuple(
            DeskLine(one["name"], tuple(Week(**week) for week in one["weeks"]), one["peak"], one.get("places", 0))
            for one in raw["desks"]
        ),
        tuple(
            Waiting(one["project"], one.get("goal", ""), day(one["end"]), day(one["free"]), one["late"])
            for one in raw["waiting"]
        ),
        tuple((desk, on, used) for desk, on, used in raw["over"]),
    )
