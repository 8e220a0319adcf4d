"""One document of a project: register it with its file, replace it, read the file."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.projects.actions.papers import LEDGER, VERB, attach_paper, detach_paper
from gongxing.domains.projects.evidence import ACCEPTED, MEGABYTE, MOST_BYTES
from gongxing.domains.projects.gating import Gates, attachable
from gongxing.domains.projects.issuing import issuer_names, may_issue
from gongxing.domains.projects.models import Paper, Project
from gongxing.domains.projects.pages.uploads import kept_upload
from gongxing.domains.projects.rule_words import said
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import allowed, perform
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop, path_of
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting, action_button, number_of

PROJECT = "projects.project"
ASKED = ("issued_on", "number", "issuer", "valid_until", "note")


@require_GET
def papers_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: every document there may be, by the gate that asks for it, with its state on this project."""
    actor = acting(request)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    if not may(actor, "view", LEDGER):
        raise Denied("view", LEDGER)
    gates = Gates(project)
    there = {one.kind: one for one in project.papers.all()}
    groups, told = [], set()
    for stage in gates.stages:
        lines = []
        for one in gates.gate(stage.code).items:
            if gates.documents.by_key(one.key) is not None and one.key not in told:
                told.add(one.key)
                lines.append({"label": one.label, "state": one.state, "blocks": one.blocks, "paper": there.get(one.key), "url": reverse("project-paper", args=[key, one.key]), "issuer": issuer_names(one.key)})  # fmt: skip
        if lines:
            groups.append({"label": gates.label(stage.code), "lines": lines})
    others = [
        {"label": said(row, "name"), "state": "met" if row["code"] in there else "not_needed", "blocks": False, "paper": there.get(row["code"]), "url": reverse("project-paper", args=[key, row["code"]]), "issuer": issuer_names(row["code"])}
        for row in gates.documents
        if row["code"] not in told
    ]  # fmt: skip
    context = {
        "project": project,
        "groups": groups,
        "others": others,
        "back": ledger_named(PROJECT).row_url(project.pk),
    }
    return render(request, "projects/papers.html", context)


@require_http_methods(["GET", "POST"])
def paper_page(request: HttpRequest, key: int, kind: str) -> HttpResponse:
    """GET: the form of this document. POST: write it; 422 with the input kept where it is refused. LookupError for what there is not."""
    actor = acting(request)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    row = table("gates", "documents", today()).by_key(kind)
    if row is None:
        raise LookupError(f"gates/documents {kind}")
    if request.method == "POST" and not attachable(project, actor):
        raise Denied(VERB, LEDGER)
    if not may(actor, "view", LEDGER):
        raise Denied("view", LEDGER)
    paper = Paper.objects.filter(project=project, kind=kind).first()
    title = said(row, "name")
    if request.method == "GET":
        values = (
            {name: str(getattr(paper, name) or "") for name in ASKED} if paper else {"issued_on": today().isoformat()}
        )
        return _page(request, actor, project, paper, kind, title, values, [], paper.version if paper else 0)
    values = {name: request.POST.get(name, "") for name in ASKED}
    seen = number_of(request.POST.get("seen", "")) or 0
    stored: StoredFile | None = None
    try:
        stored = kept_upload(request, actor)
        raw: dict[str, Any] = {
            **values,
            "project": str(project.pk),
            "kind": kind,
            "seen": str(seen),
            "why": request.POST.get("why", ""),
        }
        perform(attach_paper, actor, raw | ({"file": str(stored.pk)} if stored else {}))
    except Refused as refused:
        if stored is not None:
            drop(stored)
        return _page(request, actor, project, paper, kind, title, values, refused.faults, seen)
    messages.success(request, _("已附上：%(title)s") % {"title": title})
    return HttpResponseRedirect(f"{ledger_named(PROJECT).row_url(project.pk)}#gate")


@require_GET
def paper_file(request: HttpRequest, key: int) -> HttpResponse | FileResponse:
    """GET: the file of a document, for those who may see the document; always as a file to keep, never shown inside the site."""
    paper = visible(Paper.objects.filter(pk=key), acting(request)).first()
    stored = (
        StoredFile.objects.filter(pk=paper.file_id, ledger=LEDGER).first()
        if paper is not None and paper.file_id
        else None
    )
    if stored is None or not path_of(stored).is_file():
        raise LookupError(f"file of {LEDGER} {key}")
    answer = FileResponse(path_of(stored).open("rb"), content_type=stored.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    return answer


def _page(
    request: HttpRequest, actor: Actor, project: Project, paper: Paper | None, kind: str, title: str, values: Mapping[str, str],
    faults: list[FieldFault], seen: int,
) -> HttpResponse:  # fmt: skip
    ledger = ledger_named(LEDGER)
    columns = {name: ledger.column(name) for name in ASKED}
    lines = error_lines(faults, columns)
    texts = {line["field"]: line["text"] for line in lines}
    mine = may_issue(actor, kind)
    remove = paper is not None and mine and allowed(detach_paper, actor, paper)
    context = {
        "project": project, "paper": paper, "kind": kind, "title": title, "seen": seen, "errors": lines, "accept": ACCEPTED,
        "limit": MOST_BYTES // MEGABYTE, "file_error": texts.get("file", ""), "may": attachable(project, actor) and mine, "issuer": issuer_names(kind),
        "fields": [field_of(column, values.get(name, ""), texts, {}) for name, column in columns.items()],
        "back": f"{ledger_named(PROJECT).row_url(project.pk)}#gate",
        "remove": action_button(detach_paper, paper.pk) if paper is not None and remove else None,
        "file_url": reverse("project-paper-file", args=[paper.pk]) if paper is not None and paper.file_id else "",
    }  # fmt: skip
    return render(request, "projects/paper.html", context, status=422 if faults else 200)
