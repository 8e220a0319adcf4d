"""审批负荷: how many files each authority will hold, week by week, by the permit plans there are. Worked out by a job, shown from its result."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.actions.plans import TARGET
from gongxing.domains.approvals.items import PACK
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_capacity import DEFAULT, TABLE, Capacity, capacity_on
from gongxing.domains.approvals.permit_jobs import LOAD, MOST, OPEN, loaded, queue_load
from gongxing.domains.approvals.permit_load import Load
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting


def load_page(request: HttpRequest) -> HttpResponse:
    """GET: what was worked out last for the reader, and the places each desk has. POST: have it worked out anew."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    if request.method == "POST":
        queue_load(actor)
        return HttpResponseRedirect(reverse("permit-load"))
    return render(request, "approvals/load.html", _shown(actor))


def _shown(actor: Actor) -> dict[str, Any]:
    jobs = Job.objects.filter(kind=LOAD, user_id=actor.user_id).order_by("-pk")
    last, done = jobs.first(), jobs.filter(state=Job.State.DONE).first()
    result = done.result if done is not None else None
    found = loaded(result["load"]) if result is not None else None
    keys = {one.project for one in found.waiting} | set(result["lost"]) if found is not None and result is not None else set()  # fmt: skip
    names = dict(visible(Project.objects.filter(pk__in=keys), actor).values_list("pk", "name"))
    running = last is not None and last.state != Job.State.DONE
    capacity, day = capacity_on(today()), today()
    return {
        "load": found, "result": result, "most": MOST, "title": _title(found), "notes": _notes(capacity, found, day),
        "desks": [{"line": one, "url": _rule_url(one.name, capacity, actor)} for one in found.desks] if found is not None else [],
        "lost": [names[key] for key in result["lost"] if key in names] if result is not None else [],
        "waiting": [{"one": one, "name": names[one.project], "goal": PermitPlan.Goal(one.goal or PermitPlan.Goal.ALL).label, "url": reverse("permit-plan", args=[one.project])} for one in found.waiting if one.project in names] if found is not None else [],
        "run": job_frame(last) if running and last is not None else None, "watch_url": reverse("permit-load") if last is not None and last.state in OPEN else "",
        "crumbs": [{"label": _("许可路径"), "url": reverse("permit-plans")}, {"label": _("审批负荷"), "url": ""}], "here": reverse("permit-load"),
        "any": visible(PermitPlan.objects.all(), actor).exists(), "default": capacity.default, "may_keep": _may_keep(actor),
        "table_url": reverse("pack-table", args=[PACK, TABLE]),
    }  # fmt: skip


def _may_keep(actor: Actor) -> bool:
    return may(actor, "edit", "packs.packedit")


def _rule_url(name: str, capacity: Capacity, actor: Actor) -> str:
    """Where the places of a desk are changed, for who may: its own row, else the default one."""
    if not _may_keep(actor):
        return ""
    key = name if name in capacity.own else DEFAULT
    return f"{reverse('pack-rule', args=[PACK, TABLE])}?{urlencode({'key': key})}"


def _notes(capacity: Capacity, found: Load | None, day: date) -> list[str]:
    """What does not fit together between the table of places, the items and what was worked out."""
    said = []
    if capacity.unknown:
        said.append(_("“各机关同时能看几件”里这些机关不办任何事项，没有用上：%(names)s") % {"names": _("、").join(capacity.unknown)})  # fmt: skip
    if capacity.unread:
        said.append(_("“各机关同时能看几件”里这些机关的件数不能用，先按 %(n)d 件：%(names)s") % {"n": capacity.default, "names": _("、").join(capacity.unread)})  # fmt: skip
    if found is None or not found.desks:
        return said
    changed = [one.name for one in found.desks if one.places != capacity.of(one.name)]
    if changed:
        said.append(_("推算以后这些机关的件数改过，请重新推算：%(names)s") % {"names": _("、").join(changed)})
    later = capacity_on(found.mondays[-1])
    turning = [
        one.name for one in found.desks if found.mondays[-1] > day and later.of(one.name) != capacity.of(one.name)
    ]
    if turning:
        said.append(
            _("表里这些机关十二周内还要变，这里一律按今天的件数算：%(names)s") % {"names": _("、").join(turning)}
        )
    return said


def _title(found: Load | None) -> str:
    if found is None:
        return _("审批负荷")
    if not found.desks:
        return _("十二周内没有机关要办的件")
    first = found.desks[0]
    at = next(k for k, week in enumerate(first.weeks) if week.most == first.peak)
    return _("%(desk)s最忙：%(day)s 那一周同时有 %(n)d 件") % {"desk": first.name, "day": found.mondays[at].isoformat(), "n": first.peak}  # fmt: skip
