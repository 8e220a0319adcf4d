"""The editor of one chain: its links by segment, with words, classes, inputs and outputs; its faults; its last changes."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.chain.actions.removing import remove_chain
from gongxing.domains.chain.actions.shape import add_node, connect, disconnect, remove_node
from gongxing.domains.chain.actions.splitting import merge_node
from gongxing.domains.chain.actions.undoing import undo_edit
from gongxing.domains.chain.editor.board import Link, Relation, board_of
from gongxing.domains.chain.editor.edits import Edit, edit_words, edits_of
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.pages.frame import crumbs, downloads, reader
from gongxing.domains.chain.show import basis_words
from gongxing.kernel.access.visible import Permissions, permissions
from gongxing.kernel.action.declare import Action, action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import action_button
from gongxing.kernel.pages.sentences import VERBS, signature

CONNECT, ADD, UNDO = "connect", "add", "undo"
FORMS: Mapping[str, Action[Any, Any]] = {CONNECT: connect, ADD: add_node, UNDO: undo_edit}
BY_HAND = ("source", "target", "chain")


def editor(request: HttpRequest, code: str) -> tuple[Actor, Chain]:
    """Who edits, and what. Raises Denied for those who may not change links, LookupError without such a chain."""
    actor = reader(request)
    if not permissions(actor).may("change", "chain.node"):
        raise Denied("change", "chain.node")
    chain = Chain.objects.filter(code=code).first()
    if chain is None:
        raise LookupError(f"chain {code}")
    return actor, chain


def was_removed(code: str) -> bool:
    """Whether somebody took a chain of this code away: its page then leads to the list."""
    gone = Entry.objects.filter(ledger="chain.chain", verb=remove_chain.name).values_list("body", flat=True)
    return any(json.loads(body)["cells"].get("code") == [code, None] for body in gone)


@require_http_methods(["GET", "POST"])
def editor_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET ?node, from, to: the chain to be edited, one link of it opened, one end of a new relation filled in. POST op and its fields: connect two links, add
    one, take a change back; 422 with what was typed where it is refused."""
    try:
        actor, chain = editor(request, code)
    except LookupError:
        if request.method == "GET" and was_removed(code):
            return HttpResponseRedirect(reverse("chain-maps"))
        raise
    if request.method == "GET":
        given = {"source": request.GET.get("from", ""), "target": request.GET.get("to", "")}
        return _page(request, actor, chain, CONNECT if any(given.values()) else "", given, [])
    op = request.POST.get("op", "")
    if op not in FORMS:
        raise LookupError(f"op {op}")
    raw = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    try:
        return HttpResponseRedirect(_done(request, actor, chain, op, raw))
    except Refused as refused:
        return _page(request, actor, chain, op, raw, refused.faults)


def _done(request: HttpRequest, actor: Actor, chain: Chain, op: str, raw: Mapping[str, str]) -> str:
    """Do it; returns the address to go on with."""
    page = reverse("chain-edit", args=[chain.code])
    if op == UNDO:
        perform(undo_edit, actor, raw, key=chain.pk)
        messages.success(request, _("已撤回。要恢复，请在下面“最近修改”里点“重做”。"))
        return f"{page}#history"
    if op == ADD:
        node = perform(add_node, actor, {**raw, "chain": chain.code})
        messages.success(request, _("已新增环节“%(name)s”。") % {"name": node.label})
        return f"{page}?{urlencode({'node': node.code})}#n-{node.pk}"
    edge = perform(connect, actor, raw)
    messages.success(request, _("已连接：%(edge)s。") % {"edge": edge})
    ends = [one for one in (edge.source, edge.target) if one.chain_id == chain.pk]
    return f"{page}?{urlencode({'node': ends[0].code})}#n-{ends[0].pk}" if ends else page


def _page(
    request: HttpRequest, actor: Actor, chain: Chain, op: str, raw: Mapping[str, str], faults: list[FieldFault]
) -> HttpResponse:
    held, board = permissions(actor), board_of(chain)
    columns = {one.column.name: one.column for one in FORMS[op].parameters} if op else {}
    errors = error_lines(faults, columns)
    context = {
        "crumbs": crumbs((chain.label, reverse("chain-map", args=[chain.code])), (_("编辑"), "")),
        "chain": chain,
        "board": board,
        "segments": [
            {"value": value, "label": label, "links": [_link(one, held, request.GET.get("node", "")) for one in links]}
            for value, label, links in board.segments
        ],
        "errors": errors,
        "op": op,
        "connect": _form(CONNECT, raw if op == CONNECT else {}, errors if op == CONNECT else []),
        "add": _form(ADD, raw if op == ADD else {}, errors if op == ADD else []),
        "may_connect": held.may("add", "chain.edge"),
        "may_add": held.may("add", "chain.node"),
        "links": Node.objects.select_related("chain").order_by("chain__code", "code"),
        "history": [_line(one, chain) for one in edits_of(chain)] if held.may("change", "chain.chain") else [],
        "downloads": downloads(chain, actor),
        "remove": action_button(remove_chain, chain.pk) if held.may("remove", "chain.chain") else None,
    }
    return render(request, "chain/editor.html", context, status=422 if faults else 200)


def _form(op: str, raw: Mapping[str, str], errors: list[dict[str, str]]) -> dict[str, Any]:
    """The fields of a form on the page, from the action's own parameters; those of links are drawn by hand with a list to choose from."""
    texts = {line["field"]: line["text"] for line in errors}
    columns = [(one.column, getattr(one.default, "value", "")) for one in FORMS[op].parameters]
    return {
        "fields": [
            field_of(column, raw.get(column.name, default), texts, {})
            for column, default in columns
            if column.name not in BY_HAND
        ],
        "ends": [
            {"name": column.name, "label": str(column.label), "value": raw.get(column.name, ""), "error": texts.get(column.name, "")}
            for column, _default in columns
            if column.name in ("source", "target")
        ],
        "why": raw.get("why", ""),
    }  # fmt: skip


def _link(one: Link, held: Permissions, opened: str) -> dict[str, Any]:
    """One line of the list; of the opened link everything that can be done with it."""
    node = one.node
    line = {
        "link": one, "node": node, "url": f"?{urlencode({'node': node.code})}#n-{node.pk}", "open": False,
        "ins": [other.other.label for other in one.inputs], "outs": [other.other.label for other in one.outputs],
    }  # fmt: skip
    return line | _opened(one, held) if node.code == opened else line


def _opened(one: Link, held: Permissions) -> dict[str, Any]:
    node, ledger = one.node, ledger_named("chain.node")
    acts = []
    if held.may("remove", "chain.node"):
        acts.append(action_button(remove_node, node.pk))
    if held.may("split", "chain.node"):
        acts.append(action_button(merge_node, node.pk))
    return {
        "open": True,
        "inputs": [_relation(other, held) for other in one.inputs],
        "outputs": [_relation(other, held) for other in one.outputs],
        "acts": acts,
        "change_url": reverse("ledger-change", args=[ledger.slug, node.pk]),
        "split_url": reverse("chain-split", args=[node.chain.code, node.pk]) if held.may("split", "chain.node") else "",
        "row_url": ledger.row_url(node.pk),
    }


def _relation(one: Relation, held: Permissions) -> dict[str, Any]:
    slug = ledger_named("chain.edge").slug
    return {
        "one": one,
        "edge": one.edge,
        "basis": basis_words(one.edge.basis, today()),
        "change_url": reverse("ledger-change", args=[slug, one.edge.pk]) if held.may("change", "chain.edge") else "",
        "act": action_button(disconnect, one.edge.pk) if held.may("remove", "chain.edge") else None,
    }


def _line(one: Edit, chain: Chain) -> dict[str, Any]:
    """One line of the history."""
    at = timezone.localtime(one.at)
    map_url = reverse("chain-map", args=[chain.code])
    return {
        "when": at.strftime("%Y-%m-%d %H:%M"), "who": signature(one.post, one.lent, one.user), "verb": _verb(one.verb), "why": one.why,
        "words": edit_words(one), "tx": one.tx, "can": one.can_be_undone, "undo": one.is_undo, "standing": one.standing, "later": one.later,
        "whole": one.whole, "as_of_url": f"{map_url}?day={at:%Y-%m-%d}",
    }  # fmt: skip


def _verb(name: str) -> str:
    if name in VERBS:
        return str(VERBS[name])
    try:
        return str(action_named(name).label)
    except LookupError:
        return name
