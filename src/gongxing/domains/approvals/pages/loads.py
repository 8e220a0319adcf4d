"""审批负荷: how many files each authority will hold, week by week, by the permit plans there are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.approvals.actions.plans import TARGET
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_load import Load, load_of
from gongxing.domains.approvals.permit_words import Words
from gongxing.domains.approvals.permitting import Book, Worked, cases_of, papers_of, work_out
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.requests import acting, number_of

PLACES, MOST_PLACES, MOST = 5, 99, 60
GONE = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED)


@require_GET
def load_page(request: HttpRequest) -> HttpResponse:
    """GET places (1–99): the load of every plan the reader may see, the newest sixty."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    typed = request.GET.get("places", str(PLACES))
    places = number_of(typed) or 0
    wrong = "" if 1 <= places <= MOST_PLACES else _("“%(text)s”不能用，请填 1 到 99 的整数；下面按 5 件算。") % {"text": typed[:20]}  # fmt: skip
    rows = visible(PermitPlan.objects.all(), actor).exclude(project__stage__in=GONE).select_related("project")
    plans = list(rows.order_by("-made_on", "-pk")[: MOST + 1])
    book, day = Book(), today()
    worked, lost = _worked(plans[:MOST], book)
    names = {one.project_id: one.project.name for one in plans}
    found = load_of(worked, Words.of(day), places if not wrong else PLACES, day, book.table)
    context = {
        "load": found, "places": typed if wrong else places, "wrong": wrong, "n": len(worked), "more": len(plans) > MOST, "most": MOST, "title": _title(found), "lost": [names[key] for key in lost],
        "waiting": [{"one": one, "name": names[one.project], "url": reverse("permit-plan", args=[one.project])} for one in found.waiting],
        "crumbs": [{"label": _("许可路径"), "url": reverse("permit-plans")}, {"label": _("审批负荷"), "url": ""}], "here": reverse("permit-load"),
    }  # fmt: skip
    return render(request, "approvals/load.html", context, status=422 if wrong else 200)


def _worked(plans: list[PermitPlan], book: Book) -> tuple[dict[int, Worked], list[int]]:
    """Plans with dates by project, and the projects whose plan has none."""
    keys, day = [one.project_id for one in plans], today()
    cases, papers = cases_of(keys), papers_of(keys)
    found = {
        one.project_id: work_out(one, cases.get(one.project_id, []), papers.get(one.project_id, []), day, book)
        for one in plans
    }
    return {key: one for key, one in found.items() if one.plan is not None}, [key for key, one in found.items() if one.plan is None]  # fmt: skip


def _title(found: Load) -> Any:
    if not found.desks:
        return _("十二周内没有机关要办的件")
    first = found.desks[0]
    at = next(k for k, week in enumerate(first.weeks) if week.most == first.peak)
    return _("%(desk)s最忙：%(day)s 那一周同时有 %(n)d 件") % {"desk": first.name, "day": found.mondays[at].isoformat(), "n": first.peak}  # fmt: skip
