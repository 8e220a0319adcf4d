"""Open hints of product relations, best matched first, each with its evidence; accepted or rejected one by one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.chain.actions.hints import accept_hint, read_hints, reject_hint, withdraw_hints
from gongxing.domains.chain.editor.hints import INCLUDES
from gongxing.domains.chain.jobs import HINTS, taken_words
from gongxing.domains.chain.models import Edge, Hint, Node
from gongxing.domains.chain.pages.frame import crumbs
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace, drop, keep
from gongxing.kernel.jobs.run import enqueue
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, number_of

WAITING, BATCHES, KEEP_DAYS = 30, 5, 1
AT_ONCE, MAX_BYTES = 300_000, 20 * 1024 * 1024
SCALE = 100


@require_http_methods(["GET", "POST"])
def hints_page(request: HttpRequest) -> HttpResponse:
    """GET: what waits. POST op: upload a file, accept or reject a hint, withdraw a reading; 422 with its sentence where refused."""
    actor = acting(request)
    if not permissions(actor).may("decide", "chain.hint"):
        raise Denied("decide", "chain.hint")
    if request.method == "GET":
        return _page(request, actor, [], None)
    op, hint = request.POST.get("op", ""), number_of(request.POST.get("hint", ""))
    try:
        if op == "upload":
            return _upload(request, actor)
        if op == "withdraw":
            n = perform(withdraw_hints, actor, {"batch": request.POST.get("batch", "")})
            messages.success(request, _("已撤销，去掉 %(n)d 条没有处理的提示。") % {"n": n})
        elif op in ("accept", "reject") and hint is not None:
            _decide(request, actor, op, hint)
        else:
            raise LookupError(f"op {op}")
    except Refused as refused:
        return _page(request, actor, refused.faults, hint)
    except StaleRow:
        messages.error(request, _("这一条刚被别人处理过，没有写入，请再看一遍。"))
    return HttpResponseRedirect(reverse("chain-hints"))


def _decide(request: HttpRequest, actor: Actor, op: str, hint: int) -> None:
    version = number_of(request.POST.get("version", ""))
    raw = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    if op == "accept":
        perform(accept_hint, actor, raw, key=hint, version=version)
        messages.success(request, _("已采用。要撤回，请到那条链的编辑页“最近修改”里点“撤回”。"))
    else:
        perform(reject_hint, actor, raw, key=hint, version=version)
        messages.success(request, _("不采用，以后的文件再说也不问。"))


def _upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the file; a short one is read at once, a long one by a job."""
    if not permissions(actor).may("read", "chain.hint"):
        raise Denied("read", "chain.hint")
    stored = _keep(request, actor)
    if stored.size > AT_ONCE:
        title = _("读入产品关系 %(file)s") % {"file": stored.name}
        queued = enqueue(HINTS, title, actor, {"file": stored.pk, "url": reverse("chain-hints")})
        messages.info(request, _("文件较大，已转到后台读，读完在这里看。"))
        return HttpResponseRedirect(f"{reverse('jobs')}#job-{queued.pk}")
    try:
        taken = perform(read_hints, actor, {"file": str(stored.pk), "why": request.POST.get("why", "")})
    except Refused:
        drop(stored)
        raise
    messages.success(request, taken_words(taken))
    return HttpResponseRedirect(reverse("chain-hints"))


def _keep(request: HttpRequest, actor: Actor) -> StoredFile:
    """Raises Refused."""
    given, limit = request.FILES.get("file"), MAX_BYTES // 1024 // 1024
    fault = None
    if getattr(request, "upload_too_big", False):
        fault = Fault("hints.too_big", limit=limit)
    elif not isinstance(given, UploadedFile):
        fault = Fault("hints.no_file")
    elif (given.size or 0) > MAX_BYTES:
        fault = Fault("hints.too_big", limit=limit)
    if fault is not None or not isinstance(given, UploadedFile):
        raise Refused([FieldFault("file", fault or Fault("hints.no_file"))])
    expires = now() + timedelta(days=KEEP_DAYS)
    try:
        return keep(
            given.chunks(),
            name=given.name or "file",
            media_type="application/octet-stream",
            user_id=actor.user_id,
            expires_at=expires,
        )
    except NoSpace as error:
        raise Refused([FieldFault("file", Fault("graph.no_space"))]) from error


def _page(request: HttpRequest, actor: Actor, faults: list[FieldFault], tried: int | None) -> HttpResponse:
    waiting = visible(Hint.objects.filter(state=Hint.State.OPEN), actor, "decide")
    shown = waiting.select_related("source_node__chain", "target_node__chain").order_by("-score", "id")[:WAITING]
    errors = [sentence(one.fault) for one in faults]
    held = permissions(actor)
    context = {
        "crumbs": crumbs((_("产品关系提示"), "")),
        "count": waiting.order_by().count(),
        "hints": [_told(one, request.POST if one.pk == tried else {}, errors if one.pk == tried else []) for one in shown],
        "errors": [] if tried is not None else errors,
        "kinds": Edge.Kind.choices,
        "segments": Node.Segment.choices,
        "batches": _batches() if held.may("undo", "chain.hint") else [],
        "may_read": held.may("read", "chain.hint"),
        "list_url": ledger_named("chain.hint").url,
        "limit": MAX_BYTES // 1024 // 1024,
        "links": Node.objects.select_related("chain").order_by("chain__code", "code") if shown else [],
    }  # fmt: skip
    return render(request, "chain/hints.html", context, status=422 if faults else 200)


def _told(hint: Hint, given: Mapping[str, Any], errors: list[str]) -> dict[str, Any]:
    includes = hint.relation == INCLUDES
    if includes:
        words = _("“%(a)s”包含“%(b)s”") % {"a": hint.source_text, "b": hint.target_text}
    else:
        words = _("“%(a)s”供给“%(b)s”") % {"a": hint.source_text, "b": hint.target_text}
    missing = [] if includes else [
        text for node, text in ((hint.source_node_id, hint.source_text), (hint.target_node_id, hint.target_text)) if node is None
    ]  # fmt: skip
    evidence = _("%(file)s 第 %(line)s 行") % {"file": hint.file_name, "line": hint.line}
    return {
        "hint": hint, "words": words, "includes": includes, "missing": missing, "score": round(hint.score * SCALE), "errors": errors,
        "evidence": f"{evidence} · {hint.origin}" if hint.origin else evidence, "kind": given.get("kind", "material"),
        "segment": given.get("segment", ""), "source": given.get("source", ""), "target": given.get("target", ""),
    }  # fmt: skip


def _batches() -> list[dict[str, Any]]:
    """The last readings that still have open hints nobody touched."""
    rows: Any = Hint.objects.order_by().values("batch").annotate(
        file=Max("file_name"), n=Count("pk"), newest=Min("pk"), open=Count("pk", filter=Q(state=Hint.State.OPEN, version=1)),
    )  # fmt: skip
    return list(rows.filter(open__gt=0).order_by("-newest")[:BATCHES])
