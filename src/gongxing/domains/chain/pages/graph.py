"""One chain as a file: workbook, GraphML, JSON Graph; and a GraphML file coming back with a preview of what it would change."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.chain.actions.graph import apply_graph, plan_from_file
from gongxing.domains.chain.editor.board import rows_of
from gongxing.domains.chain.editor.graphfile import MAX_BYTES, write_graphml, write_json
from gongxing.domains.chain.editor.graphplan import Plan
from gongxing.domains.chain.editor.workbook import write_workbook
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.pages.editor import editor
from gongxing.domains.chain.pages.frame import EXPORTED, crumbs, reader
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.files.store import NoSpace, keep
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import number_of

WRITERS = {"xlsx": (XLSX, write_workbook), "graphml": ("application/xml", write_graphml), "json": ("application/json", write_json)}  # fmt: skip
GRAPHML = "application/graphml+xml"
KEEP_DAYS, SHOWN = 1, 40


@require_GET
def export_page(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """GET: one chain as ``kind``: xlsx (two sheets), graphml or json; for whoever may export links and relations, editor or not."""
    actor = reader(request)
    for target in EXPORTED:
        if not may(actor, "export", target):
            raise Denied("export", target)
    chain = Chain.objects.filter(code=code).first()
    if chain is None:
        raise LookupError(f"chain {code}")
    if kind not in WRITERS:
        raise LookupError(f"kind {kind}")
    nodes, edges = rows_of(chain)
    media, write = WRITERS[kind]
    response = HttpResponse(write(chain, nodes, edges), content_type=media)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{chain.name}.{kind}')}"
    return response


@require_http_methods(["GET", "POST"])
def graph_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET: choose a GraphML file. POST file: keep it for a day and preview what it changes. POST kept, seen: write it. 422 with
    every fault of the file, nothing written."""
    actor, chain = editor(request, code)
    if not may(actor, "import", "chain.chain"):
        raise Denied("import", "chain.chain")
    if request.method == "GET":
        return _page(request, chain, None, 0, [])
    segment = request.POST.get("segment", "")
    segment = segment if segment in Node.Segment.values else Node.Segment.MIDSTREAM.value
    if "kept" in request.POST:
        return _apply(request, actor, chain, segment)
    try:
        kept = _keep(request, actor)
        return _page(request, chain, plan_from_file(actor.user_id, kept, chain, segment), kept, [])
    except Fault as fault:
        return _page(request, chain, None, 0, [FieldFault("file", fault)])
    except Refused as refused:
        return _page(request, chain, None, 0, refused.faults)


def _apply(request: HttpRequest, actor: Actor, chain: Chain, segment: str) -> HttpResponse:
    kept = number_of(request.POST.get("kept", "")) or 0
    raw = {"file": str(kept), "segment": segment, "seen": request.POST.get("seen", ""), "why": request.POST.get("why", "")}  # fmt: skip
    try:
        n = perform(apply_graph, actor, raw, key=chain.pk, version=number_of(request.POST.get("version", "")))
    except StaleRow:
        return _again(request, actor, chain, segment, kept, [FieldFault("", Fault("graph.moved"))])
    except Refused as refused:
        return _again(request, actor, chain, segment, kept, refused.faults)
    said = ngettext("已写入 %(n)d 处。可以在“最近修改”里整批撤回。", "已写入 %(n)d 处。可以在“最近修改”里整批撤回。", n)
    messages.success(request, said % {"n": n})
    return HttpResponseRedirect(f"{reverse('chain-edit', args=[chain.code])}#history")


def _again(
    request: HttpRequest, actor: Actor, chain: Chain, segment: str, kept: int, faults: list[FieldFault]
) -> HttpResponse:
    """The preview once more, as things stand now, with what was refused."""
    try:
        plan = plan_from_file(actor.user_id, kept, chain, segment)
    except Refused as refused:
        return _page(request, chain, None, 0, refused.faults)
    return _page(request, chain, plan, kept, faults)


def _keep(request: HttpRequest, actor: Actor) -> int:
    """Keep the uploaded file for a day; returns its number. Raises Fault."""
    given = request.FILES.get("file")
    if getattr(request, "upload_too_big", False):
        raise Fault("graph.too_big", limit=MAX_BYTES // 1024 // 1024)
    if not isinstance(given, UploadedFile):
        raise Fault("graph.no_file")
    if (given.size or 0) > MAX_BYTES:
        raise Fault("graph.too_big", limit=MAX_BYTES // 1024 // 1024)
    if not given.size:
        raise Fault("graph.empty")
    expires = now() + timedelta(days=KEEP_DAYS)
    try:
        stored = keep(
            given.chunks(), name=given.name or "graph", media_type=GRAPHML, user_id=actor.user_id, expires_at=expires
        )
    except NoSpace as error:
        raise Fault("graph.no_space") from error
    return stored.pk


def _page(
    request: HttpRequest, chain: Chain, plan: Plan | None, kept: int, faults: Sequence[FieldFault]
) -> HttpResponse:
    edit_url = reverse("chain-edit", args=[chain.code])
    context = {
        "crumbs": crumbs((chain.label, reverse("chain-map", args=[chain.code])), (_("编辑"), edit_url), (_("导入图文件"), "")),
        "chain": chain, "edit_url": edit_url, "kept": kept, "faults": [sentence(one.fault) for one in faults[:SHOWN]], "more": max(len(faults) - SHOWN, 0),
        "segments": Node.Segment.choices, "segment": request.POST.get("segment", "") or Node.Segment.MIDSTREAM.value, "plan": plan,
        "rows": [] if plan is None else _rows(plan), "why": request.POST.get("why", ""), "limit": MAX_BYTES // 1024 // 1024,
    }  # fmt: skip
    return render(request, "chain/graph.html", context, status=422 if faults else 200)


def _rows(plan: Plan) -> list[dict[str, Any]]:
    """The counts of the preview, each with some of what it counts."""
    names = {**{key: node.label for key, node in plan.at.items()}, **{one.id: one.values["name"] for one in plan.new_nodes}}  # fmt: skip
    return [
        _row(_("新环节"), [str(one.values["name"]) for one in plan.new_nodes]),
        _row(_("要改的环节"), [_changed(one.row.label, "chain.node", one.values) for one in plan.changed_nodes]),
        _row(_("新上下游关系"), [f"{names[ends[0]]} → {names[ends[1]]}" for ends, _values in plan.new_edges]),
        _row(_("要改的上下游关系"), [_changed(one.row.label, "chain.edge", one.values) for one in plan.changed_edges]),
        _row(_("文件里没有的环节（不动）"), [one.label for one in plan.missing_nodes]),
        _row(_("文件里没有的上下游关系（不动）"), [one.label for one in plan.missing_edges]),
        {"label": _("一样的"), "n": plan.same_nodes + plan.same_edges, "named": [], "more": 0},
    ]


def _changed(title: str, ledger: str, values: Any) -> str:
    found = ledger_named(ledger)
    labels = _("、").join(str(found.column(name).label) for name in values)
    return _("%(mark)s：%(text)s") % {"mark": title, "text": labels}


def _row(label: str, named: list[str]) -> dict[str, Any]:
    return {"label": label, "n": len(named), "named": named[:SHOWN], "more": max(len(named) - SHOWN, 0)}
