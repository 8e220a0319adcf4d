"""把答案记到项目上: what the questionnaire of a plan could fill in where project and land need are still empty; one tick, all or none."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.domains.approvals.actions.plans import TARGET
from gongxing.domains.approvals.actions.recording import record_answers
from gongxing.domains.approvals.models import PermitPlan
from gongxing.domains.approvals.permit_record import FIELDS, Offer, offer_of
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting

PROJECT, TICK, SEEN = "projects.project", "record", "seen"


def record_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: which cells would get what, and what stands otherwise. POST ``record`` (the tick), ``seen``: write them; 422 with a sentence for each cell that is
    wrong, 409 where plan, project or land need have changed since; nothing is written then. Denied for who may not change the project, LookupError
    where there is no plan."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    plan = visible(PermitPlan.objects.filter(project_id=key), actor).first()
    if plan is None:
        raise LookupError(f"permit plan of {key}")
    if not visible(Project.objects.filter(pk=key), actor, "change").exists():
        raise Denied("change", PROJECT)
    back = reverse("permit-plan", args=[key])
    if request.method != "POST":
        offer = offer_of(plan, project, actor)
        return HttpResponseRedirect(back) if not (offer.cells or offer.differing) else _page(request, project, offer)
    if request.POST.get(TICK) != "yes":
        return HttpResponseRedirect(back)
    try:
        n = perform(record_answers, actor, {"project": str(key), "seen": request.POST.get(SEEN, "")[:60]})
    except StaleRow:
        text = _("你打开以后有人改过项目、用地要求或方案，什么都没有写。下面按现在的登记重新列出，看过再记。")
        return _again(request, project, actor, [text], 409)
    except Refused as refused:
        return _again(request, project, actor, _sentences(refused.faults), 422)
    if n:
        messages.success(request, ngettext("已记到登记上：%(n)d 项。", "已记到登记上：%(n)d 项。", n) % {"n": n})
    return HttpResponseRedirect(back)


def _again(request: HttpRequest, project: Project, actor: Actor, texts: list[str], status: int) -> HttpResponse:
    plan = visible(PermitPlan.objects.filter(project_id=project.pk), actor).get()
    fresh = Project.objects.get(pk=project.pk)
    return _page(request, fresh, offer_of(plan, fresh, actor), texts, status)


def _page(
    request: HttpRequest, project: Project, offer: Offer, texts: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "project": project, "offer": offer, "errors": [{"field": "", "label": "", "text": text} for text in texts or []], "here": reverse("permit-plan-record", args=[project.pk]),
        "back": reverse("permit-plan", args=[project.pk]), "ask_url": reverse("permit-plan-ask", args=[project.pk]), "project_url": ledger_named(PROJECT).row_url(project.pk),
        "crumbs": [{"label": _("许可路径"), "url": reverse("permit-plans")}, {"label": project.name, "url": ledger_named(PROJECT).row_url(project.pk)}, {"label": _("记到项目上"), "url": ""}],
    }  # fmt: skip
    return render(request, "approvals/plan_record.html", context, status=status)


def _sentences(faults: list[FieldFault]) -> list[str]:
    """Each fault with the cell it is about, nothing having been written."""
    labels: dict[str, str] = {}
    for ledger, column in FIELDS.values():
        labels[column] = str(ledger_named(ledger).column(column).label)
    return [
        _("%(label)s：%(text)s") % {"label": labels[one.column], "text": sentence(one.fault)}
        if one.column in labels
        else sentence(one.fault)
        for one in faults
    ]
