"""审批流程: all versions, the editor of a draft with the checker's word beside every line, and a walk through a version on paper."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gongxing.domains.approvals.actions.flow_versions import draft_flow, save_flow
from gongxing.domains.approvals.flow_defs import FACTS, faults_in, flow_of
from gongxing.domains.approvals.flow_forms import Desks, Form, definition_of, place_faults, stored_form, typed_form
from gongxing.domains.approvals.flow_panels import LIVE
from gongxing.domains.approvals.flow_words import KIND_WORDS, VERDICT_WORDS
from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.models import FlowVersion
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, number_of

LEDGER = "approvals.flowversion"


def reader(request: HttpRequest, verb: str = "view") -> Actor:
    """Who looks. Raises Denied when they may not."""
    actor = acting(request)
    if not may(actor, verb, LEDGER):
        raise Denied(verb, LEDGER)
    return actor


def version_of(key: int) -> FlowVersion:
    """A version. Raises LookupError."""
    found = FlowVersion.objects.filter(pk=key).first()
    if found is None:
        raise LookupError(f"{LEDGER} {key}")
    return found


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way back from a page of flows."""
    first = ((_("审批流程"), reverse("approvals-flows")), *more)
    return [{"label": label, "url": url} for label, url in first]


@require_http_methods(["GET", "POST"])
def flows_page(request: HttpRequest) -> HttpResponse:
    """GET: every version and how many cases run on it. POST code, name, template: a first draft; 422 with its sentences where refused."""
    actor = reader(request)
    typed = {name: request.POST.get(name, "") for name in ("code", "name", "template")}
    errors: list[str] = []
    if request.method == "POST":
        try:
            made = perform(draft_flow, actor, typed)
            return HttpResponseRedirect(reverse("approvals-flow-edit", args=[made.pk]))
        except Refused as refused:
            errors = [sentence(one.fault) for one in refused.faults]
    ledger, names = ledger_named(LEDGER), item_names(today())
    versions = FlowVersion.objects.annotate(running=Count("cases", filter=Q(cases__status__in=LIVE))).order_by(
        "code", "-number"
    )
    rows = [
        {"one": one, "url": ledger.row_url(one.pk), "items": [names.get(item, item) for item in one.items]}
        for one in versions
    ]
    context = {
        "crumbs": [{"label": _("审批流程"), "url": ""}], "rows": rows, "drafts": may(actor, "draft", LEDGER), "templates": list(pack_names("approvals", "flows").items()),
        "typed": typed, "errors": errors,
    }  # fmt: skip
    return render(request, "approvals/flows.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: a draft as lines with the checker's word beside them. POST: save; 422 where a line cannot be read, 409 where somebody saved meanwhile; what was typed
    is kept."""
    actor, one = reader(request, "draft"), version_of(key)
    if one.state != FlowVersion.State.DRAFT:
        messages.error(request, _("这一版已经用过，不能再改。要改，打开它点“起草新版”。"))
        return HttpResponseRedirect(ledger_named(LEDGER).row_url(one.pk))
    desks = Desks.load()
    if request.method == "GET":
        flow = flow_of(one.definition)
        form = Form(one.name, one.items, "9", [], []) if flow is None else stored_form(one.name, one.items, flow, desks)
        if flow is not None:
            place_faults(form, faults_in(flow))
        return _editor(request, one, form, desks)
    form = typed_form(request.POST)
    made = definition_of(form, desks)
    if made is None:
        return _editor(request, one, form, desks, 422)
    raw = {"name": form.name, "items": ";".join(form.items), "definition": json.dumps(made, ensure_ascii=False)}
    try:
        saved = perform(save_flow, actor, raw, key=one.pk, version=number_of(request.POST.get("version", "")) or 0)
    except Refused as refused:
        form.whole += [sentence(fault.fault) for fault in refused.faults]
        return _editor(request, one, form, desks, 422)
    except StaleRow:
        form.whole.append(_("你打开之后有人保存过，没有写入。你填的还在下面；核对以后再保存一次就以你的为准。"))
        return _editor(request, version_of(key), form, desks, 409)
    return _saved(request, saved)


def _saved(request: HttpRequest, one: FlowVersion) -> HttpResponse:
    flow = flow_of(one.definition)
    n = 0 if flow is None else len(faults_in(flow))
    if n:
        said = ngettext("已保存。还有 %(n)d 处要改，写在各行下面。", "已保存。还有 %(n)d 处要改，写在各行下面。", n)
        messages.warning(request, said % {"n": n})
    else:
        messages.success(request, _("已保存，检查没有问题。可以纸上走一遍，再请另一个人批准使用。"))
    return HttpResponseRedirect(reverse("approvals-flow-edit", args=[one.pk]))


def _editor(request: HttpRequest, one: FlowVersion, form: Form, desks: Desks, status: int = 200) -> HttpResponse:
    title = _("%(name)s 第 %(n)s 版") % {"name": one.name, "n": one.number}
    context: dict[str, Any] = {
        "crumbs": crumbs((title, ledger_named(LEDGER).row_url(one.pk)), (_("改流程"), "")), "one": one, "form": form, "steps": form.lines("s"), "arrows": form.lines("a"),
        "kinds": KIND_WORDS.items(), "verdicts": VERDICT_WORDS.items(), "facts": FACTS.items(), "items": sorted(item_names(today()).items(), key=lambda pair: pair[1]),
        "desks": desks.words.values(), "keys": [row["key"] for row in form.steps if row["key"]], "failed": status != 200,
        "n_faults": sum(map(len, form.errors.values())) + len(form.whole), "back_url": ledger_named(LEDGER).row_url(one.pk), "try_url": reverse("approvals-flow-try", args=[one.pk]),
    }  # fmt: skip
    return render(request, "approvals/flow_edit.html", context, status=status)
