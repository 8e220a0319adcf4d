"""Splitting one link in two: what goes to the new one is ticked, everything else stays."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.chain.actions.moving import edges_of
from gongxing.domains.chain.actions.splitting import split_node
from gongxing.domains.chain.models import Edge, Node
from gongxing.domains.chain.pages.editor import editor
from gongxing.domains.chain.pages.frame import crumbs
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.form import error_lines
from gongxing.kernel.pages.requests import number_of

STAY, GO, BOTH = "stay", "go", "both"


@require_http_methods(["GET", "POST"])
def split_page(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """GET: the link with its words, classes, relations, firms and purchases, each to stay or to go. POST: split it; 422 where something
    is refused, 409 where the link was changed meanwhile, both with everything ticked as it was."""
    actor, chain = editor(request, code)
    node = visible(Node.objects.select_related("chain"), actor, "split").filter(pk=key, chain=chain).first()
    if node is None:
        raise Denied("split", "chain.node")
    if request.method == "GET":
        return render(request, "chain/split.html", _context(actor, node, QueryDict(), []))
    posted = request.POST
    try:
        other = perform(split_node, actor, _raw(posted), key=node.pk, version=number_of(posted.get("version", "")))
    except Refused as refused:
        columns = {one.column.name: one.column for one in split_node.parameters}
        lines = error_lines(refused.faults, columns)
        return render(request, "chain/split.html", _context(actor, node, posted, lines), status=422)
    except StaleRow:
        text = _("你打开之后有人改过这个环节，没有拆分。下面已是新的内容，请看过再拆。")
        lines = [{"field": "", "label": "", "text": text, "fix": ""}]
        return render(request, "chain/split.html", _context(actor, node, posted, lines), status=409)
    messages.success(
        request, _("已拆成“%(old)s”和“%(new)s”。企业会重新放一遍。") % {"old": node.label, "new": other.label}
    )
    return HttpResponseRedirect(
        f"{reverse('chain-edit', args=[chain.code])}?{urlencode({'node': other.code})}#n-{other.pk}"
    )


def _raw(posted: QueryDict) -> dict[str, str]:
    """The action's parameters from the ticks."""
    chosen: dict[str, list[str]] = {"codes": [], "both": [], "edges": [], "edges_both": []}
    for name in posted:
        kind, _dash, thing = name.partition("-")
        side = str(posted[name])
        if kind == "class" and side in (GO, BOTH):
            chosen["codes" if side == GO else "both"].append(thing)
        elif kind == "edge" and side in (GO, BOTH):
            chosen["edges" if side == GO else "edges_both"].append(thing)
    return {
        "name": posted.get("name", ""), "segment": posted.get("segment", ""), "why": posted.get("why", ""),
        "words": "；".join(posted.getlist("words")), "codes": "、".join(chosen["codes"]), "both": "、".join(chosen["both"]),
        "edges": " ".join(chosen["edges"]), "edges_both": " ".join(chosen["edges_both"]),
        "placements": " ".join(posted.getlist("placements")), "purchases": " ".join(posted.getlist("purchases")),
    }  # fmt: skip


def _context(actor: Actor, node: Node, posted: QueryDict, errors: list[dict[str, str]]) -> dict[str, Any]:
    chain = node.chain
    numbers = [edge.pk for edge in edges_of(node)]
    edges = Edge.objects.filter(pk__in=numbers).select_related("source", "target").order_by("ref")
    firms = visible(node.placements.select_related("firm"), actor).order_by("pk")
    bought = visible(node.purchases.select_related("buyer"), actor).order_by("pk")
    return {
        "crumbs": crumbs((chain.label, reverse("chain-map", args=[chain.code])), (_("编辑"), reverse("chain-edit", args=[chain.code])), (node.label, "")),
        "chain": chain, "node": node, "errors": errors, "version": node.version, "edit_url": f"{reverse('chain-edit', args=[chain.code])}?{urlencode({'node': node.code})}#n-{node.pk}",
        "name": posted.get("name", ""), "why": posted.get("why", ""), "segment": posted.get("segment", "") or node.segment,
        "segments": Node.Segment.choices,
        "words": _ticked(posted, "words", {one: one for one in node.keywords}),
        "classes": [_three(posted, "class", one, one) for one in node.classes],
        "edges": [_three(posted, "edge", str(one.pk), f"{one.label} · {one.get_kind_display()}") for one in edges],
        "placements": _ticked(posted, "placements", {str(one.pk): f"{one.firm.name} · {one.get_role_display()}" for one in firms}),
        "purchases": _ticked(posted, "purchases", {str(one.pk): f"{one.buyer.name} · {one.item} {one.year}" for one in bought}),
    }  # fmt: skip


def _ticked(posted: QueryDict, name: str, things: Mapping[str, str]) -> list[dict[str, Any]]:
    chosen = set(posted.getlist(name))
    return [{"value": value, "label": label, "on": value in chosen} for value, label in things.items()]


def _three(posted: QueryDict, kind: str, thing: str, label: str) -> dict[str, Any]:
    chosen = posted.get(f"{kind}-{thing}", STAY)
    sides = ((STAY, _("留在原环节")), (GO, _("转过去")), (BOTH, _("两边都留")))
    return {
        "name": f"{kind}-{thing}",
        "label": label,
        "sides": [{"value": value, "label": text, "on": value == chosen} for value, text in sides],
    }
