"""审批负荷: how many files each authority will hold, week by week, by the permit plans there are. Worked out by a job, shown from its result."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.actions.plans import TARGET
from gongxing.domains.approvals.permit_jobs import LOAD, MOST, OPEN, loaded, queue_load
from gongxing.domains.approvals.permit_load import Load
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, number_of

PLACES, MOST_PLACES = 5, 99


def load_page(request: HttpRequest) -> HttpResponse:
    """GET: what was worked out last for the reader. POST places (1–99): have it worked out; 422 for anything else."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    typed, wrong = "", ""
    if request.method == "POST":
        typed = request.POST.get("places", "")
        places = number_of(typed) or 0
        if 1 <= places <= MOST_PLACES:
            queue_load(places, actor)
            return HttpResponseRedirect(reverse("permit-load"))
        wrong = _("“%(text)s”不能用，请填 1 到 99 的整数。") % {"text": typed[:20]}
    return render(request, "approvals/load.html", _shown(actor, typed, wrong), status=422 if wrong else 200)


def _shown(actor: Actor, typed: str, wrong: str) -> dict[str, Any]:
    jobs = Job.objects.filter(kind=LOAD, user_id=actor.user_id).order_by("-pk")
    last, done = jobs.first(), jobs.filter(state=Job.State.DONE).first()
    result = done.result if done is not None else None
    found = loaded(result["load"]) if result is not None else None
    keys = {one.project for one in found.waiting} | set(result["lost"]) if found is not None and result is not None else set()  # fmt: skip
    names = dict(visible(Project.objects.filter(pk__in=keys), actor).values_list("pk", "name"))
    running = last is not None and last.state != Job.State.DONE
    return {
        "load": found, "result": result, "most": MOST, "title": _title(found), "wrong": wrong, "places": typed or (result["places"] if result is not None else PLACES),
        "lost": [names[key] for key in result["lost"] if key in names] if result is not None else [],
        "waiting": [{"one": one, "name": names[one.project], "url": reverse("permit-plan", args=[one.project])} for one in found.waiting if one.project in names] if found is not None else [],
        "run": job_frame(last) if running and last is not None else None, "watch_url": reverse("permit-load") if last is not None and last.state in OPEN else "",
        "crumbs": [{"label": _("许可路径"), "url": reverse("permit-plans")}, {"label": _("审批负荷"), "url": ""}], "here": reverse("permit-load"),
    }  # fmt: skip


def _title(found: Load | None) -> str:
    if found is None:
        return _("审批负荷")
    if not found.desks:
        return _("十二周内没有机关要办的件")
    first = found.desks[0]
    at = next(k for k, week in enumerate(first.weeks) if week.most == first.peak)
    return _("%(desk)s最忙：%(day)s 那一周同时有 %(n)d 件") % {"desk": first.name, "day": found.mondays[at].isoformat(), "n": first.peak}  # fmt: skip
