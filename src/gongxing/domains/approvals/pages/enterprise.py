"""The case page for accounts: an enterprise sees the cases of its own projects and hands files in; a desk sees what the enterprise sees. And the page that makes a key."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.approvals.actions.handing_in import LEDGER as MATERIAL
from gongxing.domains.approvals.actions.handing_in import hand_in
from gongxing.domains.approvals.actions.keys import LEDGER, make_key
from gongxing.domains.approvals.keys import in_groups
from gongxing.domains.approvals.models import Case, CaseKey, Material
from gongxing.domains.approvals.pages.case_pages import letter_answer, page_of, take_upload
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting

PROJECT = "projects.project"
USUAL_DAYS = 90
EXPIRES = Column("expires_on", gettext_lazy("有效至"), Kind.DATE, required=True)


def _project(actor: Actor, key: int) -> Project:
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    return project


@never_cache
@require_http_methods(["GET", "POST"])
def enterprise_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the cases of a project that the actor may see. POST (material, file): hand a file in; 422 with the reason where it is refused."""
    actor = acting(request)
    project = _project(actor, key)
    cases = list(
        visible(Case.objects.filter(project=project), actor)
        .select_related("post__unit")
        .order_by("-received_on", "-pk")
    )
    if request.method == "GET":
        return _page(request, actor, project, cases)
    try:
        material, refused = take_upload(
            request,
            actor,
            cases,
            lambda material, file: perform(hand_in, actor, {"material": str(material), "file": str(file)}),
        )
    except Refused as nothing:
        return _page(request, actor, project, cases, {"faults": nothing.faults})
    if refused is not None:
        return _page(
            request, actor, project, cases, {"faults": refused.faults, "sent": (material.case_id, material.pk)}
        )
    messages.success(request, _("已交：%(material)s。窗口已收到通知。") % {"material": material.name})
    return HttpResponseRedirect(f"{reverse('enterprise-cases', args=[key])}#case-{material.case_id}")


def _page(
    request: HttpRequest, actor: Actor, project: Project, cases: list[Case], tried: dict[str, Any] | None = None
) -> HttpResponse:
    takes = visible(Material.objects.filter(case__in=[one.pk for one in cases]), actor, "hand_in").exists()
    context = page_of(
        project, cases, takes=takes, proof=lambda key: reverse("deadline-proof", args=[key]),
        letter=lambda key, kind: reverse("enterprise-letter", args=[key, kind]), **(tried or {}),
    )  # fmt: skip
    ledger = ledger_named(PROJECT)
    context |= {
        "frame": "base.html", "held": None,
        "crumbs": [{"label": project.name, "url": ledger.row_url(project.pk)}, {"label": _("办件页"), "url": ""}],
    }  # fmt: skip
    return render(request, "approvals/case_page.html", context, status=422 if tried else 200)


@require_GET
def letter_file(request: HttpRequest, key: int, kind: str) -> HttpResponse:
    """GET: the letter of a case the actor may see."""
    cases = visible(Case.objects.filter(pk=key), acting(request)).select_related("project__firm", "post__unit")
    return letter_answer(cases.first(), kind)


@require_GET
def material_file(request: HttpRequest, key: int) -> HttpResponse | FileResponse:
    """GET: a file that was handed in, for those who may see its material; always as a file to keep, never shown inside the site."""
    stored = StoredFile.objects.filter(pk=key, ledger=MATERIAL).first()
    seen = stored is not None and visible(Material.objects.filter(pk=stored.row), acting(request)).exists()
    if stored is None or not seen or not path_of(stored).is_file():
        raise LookupError(f"file {key}")
    answer = FileResponse(path_of(stored).open("rb"), content_type=stored.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def key_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the form that makes a key for a project. POST (expires_on): the sheet with the key, this once; 422 where it is refused."""
    actor = acting(request)
    project = _project(actor, key)
    if not restrict(Project.objects.filter(pk=key), reach(actor, "add", LEDGER)).exists():
        raise Denied("add", LEDGER)
    asked = request.POST.get("expires_on", (today() + timedelta(days=USUAL_DAYS)).isoformat())
    if request.method == "GET":
        return _form(request, project, asked, "")
    try:
        row, plain = make_key(actor, project.pk, EXPIRES.clean(asked, {}))
    except Fault as wrong:
        return _form(request, project, asked, sentence(wrong))
    except Refused as refused:
        return _form(request, project, asked, sentence(refused.faults[0].fault))
    return _sheet(request, row, plain)


def _form(request: HttpRequest, project: Project, asked: str, error: str) -> HttpResponse:
    keys = list(project.case_keys.filter(revoked_on__isnull=True, expires_on__gte=today()).order_by("-pk")[:1])
    context = {"project": project, "asked": asked, "error": error, "there": keys[0] if keys else None, "back": ledger_named(PROJECT).row_url(project.pk)}  # fmt: skip
    return render(request, "approvals/key_form.html", context, status=422 if error else 200)


def _sheet(request: HttpRequest, row: CaseKey, plain: str) -> HttpResponse:
    """The key on paper. In the picture it stands behind the # of the address, which no browser sends: it reaches no log."""
    place = request.build_absolute_uri(reverse("case-door"))
    picture = segno.make(f"{place}?{urlencode({'code': row.code})}#{plain}", error="m")
    context = {
        "row": row, "plain": in_groups(plain), "place": place, "back": ledger_named(PROJECT).row_url(row.project_id),
        "svg": str(picture.svg_inline(omitsize=True, svgclass=None, lineclass=None)),
    }  # fmt: skip
    return render(request, "approvals/key_sheet.html", context)
