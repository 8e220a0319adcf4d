"""The short address of a project, for links and messages; and its 项目一页纸, to print and as Word."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.projects.models import Project
from gongxing.domains.projects.one_page import one_page
from gongxing.domains.projects.project_paper import project_word
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting

PROJECT = "projects.project"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def project_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: on to the page of the project, its query kept. LookupError for who may not see it."""
    ledger = ledger_named(PROJECT)
    row = visible_row(ledger, acting(request), key)
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{ledger.row_url(row.pk)}?{query}" if query else ledger.row_url(row.pk))


def sheet_links(ledger: Ledger[Any], row: Row) -> list[dict[str, str]]:
    """The one page of a project, among the documents on its page."""
    if not isinstance(row, Project):
        return []
    return [
        {"label": _("项目一页纸（Word）"), "url": reverse("project-sheet-word", args=[row.pk]), "kind": "docx"},
        {"label": _("项目一页纸（打印）"), "url": reverse("project-sheet", args=[row.pk]), "kind": "html"},
    ]


@require_GET
def sheet_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the one page, to read and to print. LookupError for a project one may not see."""
    project, actor = _seen(request, key)
    context = {
        "page": one_page(project, actor), "back": ledger_named(PROJECT).row_url(key), "word_url": reverse("project-sheet-word", args=[key]),
    }  # fmt: skip
    return render(request, "projects/project_sheet.html", context)


@require_GET
def sheet_word(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the one page as Word. LookupError for a project one may not see."""
    project, actor = _seen(request, key)
    answer = HttpResponse(project_word(one_page(project, actor)), content_type=WORD)
    name = quote(_("%(project)s项目一页纸.docx") % {"project": project.name})
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _seen(request: HttpRequest, key: int) -> tuple[Project, Actor]:
    actor = acting(request)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    return project, actor
