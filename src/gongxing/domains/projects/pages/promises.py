"""How promises are kept, an enterprise's own ones both ways, the form that says one is done, and what is taken along: message, Word list, evidence."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.projects.actions.promises import claim_promise, confirm_promise, refuse_promise
from gongxing.domains.projects.clocks import UNFULFILLED
from gongxing.domains.projects.evidence import ACCEPTED, MEGABYTE, MOST_BYTES
from gongxing.domains.projects.models import Project, Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.pages.uploads import kept_upload
from gongxing.domains.projects.promise_paper import promise_list
from gongxing.domains.projects.promising import Kept, card_of, kept_of, own_both_ways, readable
from gongxing.domains.projects.sides import PROMISE, enterprise_only, sides_of
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import allowed, perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import drop, path_of
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting, action_button, number_of

PROJECT = "projects.project"
MOST_POSTS = 12
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _reader(request: HttpRequest) -> Actor:
    actor = acting(request)
    if not may(actor, "view", PROMISE):
        raise Denied("view", PROMISE)
    return actor


def _asked(request: HttpRequest) -> tuple[int | None, str]:
    """Unit of the projects and side, as the address says them; what it cannot be is left out."""
    side = request.GET.get("side", "")
    return number_of(request.GET.get("park", "")), side if side in Side.values else ""


@require_GET
def promises_page(request: HttpRequest) -> HttpResponse:
    """GET ``park``, ``side``: rates and what they rest on. An account of an enterprise sees its own promises both ways instead."""
    actor = _reader(request)
    own = enterprise_only(actor)
    if own:
        return _own_page(request, actor, own)
    park, side = _asked(request)
    kept = kept_of(actor, park, side)
    ledger = ledger_named(PROMISE)
    query = urlencode({name: value for name, value in (("park", park), ("side", side)) if value})
    context = {
        "crumbs": [{"label": str(ledger.label), "url": ledger.url}, {"label": _("承诺兑现"), "url": ""}],
        "kept": kept, "park": park, "side": side, "sides": Side.choices, "parks": _parks(actor), "list_url": ledger.url,
        "text_url": f"{reverse('promises-text')}?{query}" if query else reverse("promises-text"),
        "export_url": _export_url(actor, kept),
        "add_url": reverse("ledger-add", args=[ledger.slug]) if may(actor, "add", PROMISE) else "",
        "import_url": reverse("exchange-upload", args=[ledger.slug]) if may(actor, "import", PROMISE) else "",
        "by_post": kept.by_post[:MOST_POSTS], "more_posts": max(len(kept.by_post) - MOST_POSTS, 0),
        "more_overdue": kept.n_overdue - len(kept.overdue), "more_soon": kept.n_soon - len(kept.soon),
        "more_waiting": kept.n_waiting - len(kept.waiting),
        "overdue_url": kept.whole.url(UNFULFILLED, True), "soon_url": kept.whole.url(UNFULFILLED, False),
        "waiting_url": kept.whole.url([Promise.State.CLAIMED], False),
    }  # fmt: skip
    return render(request, "projects/promises.html", context)


def _parks(actor: Actor) -> list[Unit]:
    """Units whose projects carry promises this reader may see."""
    units = readable(actor).order_by().values_list("project__unit_id", flat=True).distinct()
    return list(Unit.objects.filter(pk__in=list(units)).order_by("path"))


def _export_url(actor: Actor, kept: Kept) -> str:
    """The workbook of exactly the rows shown, for who may export the register; "" where the address cannot say them."""
    if not kept.drills or not may(actor, "export", PROMISE):
        return ""
    pairs = list(kept.whole.narrow)
    url = reverse("exchange-export", args=[ledger_named(PROMISE).slug])
    return f"{url}?{urlencode(pairs)}" if pairs else url


def _own_page(request: HttpRequest, actor: Actor, own: tuple[int, ...]) -> HttpResponse:
    found = own_both_ways(actor, own)
    for part in found.values():
        for row in part:
            row["button"] = _own_button(row, actor)
            row["refuse"] = action_button(refuse_promise, row["one"].pk) if row["act"] == "confirm" else None
    context = {
        "promised": found[Side.GOVERNMENT], "promising": found[Side.ENTERPRISE], "as_of": today(),
        "turn": sum(row["act"] != "" for part in found.values() for row in part),
        "crumbs": [{"label": _("我的承诺"), "url": ""}],
    }  # fmt: skip
    return render(request, "projects/own_promises.html", context)


def _own_button(row: dict[str, Any], actor: Actor) -> dict[str, Any] | None:
    one: Promise = row["one"]
    if row["act"] == "confirm" and allowed(confirm_promise, actor, one):
        return action_button(confirm_promise, one.pk)
    if row["act"] == "claim" and allowed(claim_promise, actor, one):
        return {"label": str(claim_promise.label), "url": reverse("promise-claim", args=[one.pk]), "dialog": False}
    return None


@require_GET
def promises_text(request: HttpRequest) -> HttpResponse:
    """GET: the page as a message of at most 300 characters, no person named."""
    actor = _reader(request)
    park, side = _asked(request)
    unit = Unit.objects.filter(pk=park).first() if park is not None else None
    return HttpResponse(
        card_of(kept_of(actor, park, side), unit.name if unit else ""), content_type="text/plain; charset=utf-8"
    )


@require_GET
def promise_word(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the promises of one project as a Word list. LookupError for a project one may not see."""
    actor = _reader(request)
    project = visible_row(ledger_named(PROJECT), actor, key)
    assert isinstance(project, Project)
    answer = HttpResponse(
        promise_list(project, list(readable(actor).filter(project_id=project.pk)), actor), content_type=WORD
    )
    name = quote(_("%(project)s承诺清单.docx") % {"project": project.name})
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@require_http_methods(["GET", "POST"])
def claim_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the form that says a promise is done, with a file. POST: write it; 422 with the input kept where it is refused, 409 where it is stale."""
    actor = _reader(request)
    promise = visible_row(ledger_named(PROMISE), actor, key)
    assert isinstance(promise, Promise)
    if request.method == "GET":
        return _claim_form(request, actor, promise, {"version": str(promise.version)}, [])
    values = {name: request.POST.get(name, "") for name in ("evidence", "letter", "version")}
    stored: StoredFile | None = None
    faults: list[FieldFault] = []
    status = 422
    try:
        version = number_of(values["version"])
        if version is None:
            raise Refused([FieldFault("", Fault("row.version_needed"))])
        stored = kept_upload(request, actor)
        raw = {
            "evidence": values["evidence"],
            "letter": values["letter"],
            **({"file": str(stored.pk)} if stored else {}),
        }
        perform(claim_promise, actor, raw, key=key, version=version)
    except Refused as refused:
        faults = list(refused.faults)
    except StaleRow:
        faults, status = [FieldFault("", Fault("action.stale"))], 409
    except Denied:
        if stored is not None:
            drop(stored)
        raise
    if not faults:
        messages.success(request, _("已报告完成，等对方确认：%(text)s") % {"text": promise.text})
        return HttpResponseRedirect(_back(actor, promise))
    if stored is not None:
        drop(stored)
    return _claim_form(request, actor, promise, values, faults, status)


def _back(actor: Actor, promise: Promise) -> str:
    return reverse("promises") if enterprise_only(actor) else ledger_named(PROMISE).row_url(promise.pk)


def _claim_form(
    request: HttpRequest, actor: Actor, promise: Promise, values: dict[str, str], faults: list[FieldFault], status: int = 200
) -> HttpResponse:  # fmt: skip
    columns = {one.column.name: one.column for one in claim_promise.parameters}
    lines = error_lines(faults, columns)
    texts = {line["field"]: line["text"] for line in lines}
    by_letter = promise.side == Side.ENTERPRISE and Side.ENTERPRISE not in sides_of(actor, promise, "claim")
    asked = ("evidence", "letter") if by_letter else ("evidence",)
    context = {
        "crumbs": [{"label": _("承诺兑现"), "url": reverse("promises")}, {"label": _("报告完成"), "url": ""}],
        "promise": promise, "version": values["version"], "errors": lines, "accept": ACCEPTED, "limit": MOST_BYTES // MEGABYTE,
        "file_error": texts.get("file", ""), "may": allowed(claim_promise, actor, promise), "back": _back(actor, promise),
        "fields": [field_of(columns[name], values.get(name, ""), texts, {}) for name in asked],
    }  # fmt: skip
    return render(request, "projects/promise_claim.html", context, status=status)


@require_GET
def promise_file(request: HttpRequest, key: int) -> FileResponse:
    """GET: the evidence of a promise the actor may see. LookupError where there is none."""
    promise = visible_row(ledger_named(PROMISE), _reader(request), key)
    assert isinstance(promise, Promise)
    stored = StoredFile.objects.filter(pk=promise.file_id or 0, ledger=PROMISE, row=key).first()
    if stored is None or not path_of(stored).is_file():
        raise LookupError(f"file of {PROMISE} {key}")
    answer = FileResponse(path_of(stored).open("rb"), content_type=stored.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    return answer
