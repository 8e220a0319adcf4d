"""The dialog of any action, made from its signature, and its bulk form over selected rows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import Action, action_named
from gongxing.kernel.action.perform import WHY, perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.burden.count import count
from gongxing.kernel.burden.measure import measured
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names, reference_keys
from gongxing.kernel.ledger.column import Column, Filled, Kind
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.prefill import held, prefilled_parameters
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages import bulk
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.filling import carried, default_words, mark_filled
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting, number_of


def _known(column: Column, actor: Actor) -> Mapping[str, Any]:
    if column.kind is Kind.PACK and column.pack is not None:
        return pack_names(*column.pack)
    if column.kind is Kind.REFERENCE:
        return reference_keys(column.target, actor)
    return {}


@require_http_methods(["GET", "POST"])
def dialog(request: HttpRequest, name: str) -> HttpResponse:
    """GET: the dialog. POST: run; 204 with a trigger when done, 422 with the same dialog, 409 when stale, 403 when denied."""
    one, actor = action_named(name), acting(request)
    if not may(actor, one.verb, one.target):
        raise Denied(one.verb, one.target)
    given = request.POST if request.method == "POST" else request.GET
    key = number_of(given.get("key", ""))
    row = visible_row(ledger_named(one.target), actor, key) if one.on is not None and key is not None else None
    if request.method == "GET":
        begun = _begun(request, one, actor, row)
        filled = {name: told.value for name, told in begun.items()}
        if one.on is None or row is not None:
            seen = request.GET.get("version", "")
            old = row is not None and seen and number_of(seen) != row.version
            stale = [FieldFault("", Fault("action.stale"))] if old else []
            return _dialog(request, one, actor, row, {**filled, "version": seen}, stale, begun, status=200)
        try:
            return _dialog(
                request, one, actor, None, filled, [], begun, selection=bulk.selected(one, actor, request.GET)
            )
        except Refused as refused:
            return _dialog(request, one, actor, None, filled, refused.faults, begun)
    raw = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    columns = [parameter.column for parameter in one.parameters]
    begun, owned = carried(request, columns), held(columns, raw, row, actor)
    try:
        if one.on is not None and key is None:
            messages.success(request, _done(one, *bulk.run(one, actor, raw, request.POST)))
        else:
            version = number_of(raw.get("version", ""))
            if one.on is not None and version is None:
                raise Refused([FieldFault("", Fault("row.version_needed"))])
            perform(one, actor, raw, key=key, version=version)
            messages.success(request, _("已完成：%(label)s") % {"label": one.label})
    except bulk.RestOnly as rest:
        return _dialog(request, one, actor, None, raw, [], begun, selection=rest.selection)
    except Refused as refused:
        return _dialog(request, one, actor, row, raw, refused.faults, begun)
    except StaleRow:
        return _dialog(request, one, actor, row, raw, [FieldFault("", Fault("action.stale"))], begun, status=409)
    count(actor, measured(f"do/{one.name}", columns, raw, {name: told.value for name, told in begun.items()}, owned))
    answer = HttpResponse(status=204)
    answer.headers["HX-Trigger"] = "gx:done"
    if row is not None and _gone_from_under(request, row, actor):
        answer.headers["HX-Redirect"] = ledger_named(one.target).url
    else:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _gone_from_under(request: HttpRequest, row: Row, actor: Actor) -> bool:
    """Whether the row acted on is no more, or not the actor's to see any more, and the page the dialog stood on is its own: its address names the
    row by id or by code. To load that page again would find nothing."""
    if visible(type(row)._base_manager.filter(pk=row.pk), actor).exists():
        return False
    try:
        named = resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path).kwargs.values()
    except Resolver404:
        return False
    return bool({str(row.pk), str(getattr(row, "code", row.pk))} & {str(one) for one in named})


def _done(one: Action[Any, Any], done: int, left: int) -> str:
    said = ngettext("已对 %(n)d 条执行“%(label)s”", "已对 %(n)d 条执行“%(label)s”", done) % {
        "n": done,
        "label": one.label,
    }
    return said + (ngettext("，%(n)d 条没有办", "，%(n)d 条没有办", left) % {"n": left} if left else "")


def _dialog(
    request: HttpRequest, one: Action[Any, Any], actor: Actor, row: Row | None, raw: Mapping[str, str],
    faults: list[FieldFault], begun: Mapping[str, Filled], status: int = 422, selection: bulk.Selection | None = None,
) -> HttpResponse:  # fmt: skip
    columns = {parameter.column.name: parameter.column for parameter in one.parameters}
    lines = error_lines(faults, columns)
    texts = {line["field"]: line["text"] for line in lines}
    for line in lines:
        line["label"] = line["label"] or (_("理由") if line["field"] == WHY else "")
    fields = [field_of(column, raw.get(name, ""), texts, _known(column, actor)) for name, column in columns.items()]
    for parameter, field in zip(one.parameters, fields, strict=True):
        field["hidden"] = parameter.hidden
        if parameter.offered is not None and row is not None:
            there = parameter.offered(row)
            field["choices"] = [choice for choice in field["choices"] if choice[0] in there]
    ids = request.POST.getlist("ids") or request.GET.getlist("ids")
    context = {
        "action": {
            "label": str(one.label),
            "name": one.name,
            "url": reverse("action-dialog", args=[one.name]),
            "danger": one.tone == "danger",
            "doc": "",
        },
        "subject": ledger_named(one.target).row_title(row) if row is not None else "",
        "confirm": str(one.confirm),
        "key": row.pk if row is not None else "",
        "version": raw.get("version") or (row.version if row is not None else ""),
        "ids": ids,
        "all_query": request.POST.get("all_query", request.GET.get("all_query", "")),
        "fields": fields,
        "prefilled": mark_filled(fields, begun),
        "errors": lines,
        "why": raw.get(WHY, ""),
        "why_mode": one.why,
        "why_error": texts.get(WHY, ""),
        "bulk": selection,
    }
    refused = bool(faults) or (selection is not None and request.method == "POST")
    return render(request, "partials/action_dialog.html", context, status=status if refused else 200)


def _begun(request: HttpRequest, one: Action[Any, Any], actor: Actor, row: Row | None) -> dict[str, Filled]:
    """What the dialog opens with: what the address says, what is kept elsewhere, else the default of the parameter."""
    columns = [parameter.column for parameter in one.parameters]
    told = {name: text for name, text in request.GET.items() if isinstance(text, str)}
    begun = prefilled_parameters(columns, told, actor, row, one.target)
    for column in columns:
        if column.name not in begun and (text := _default(one, column.name)):
            begun[column.name] = Filled(text, default_words())
    return begun


def _default(one: Action[Any, Any], name: str) -> str:
    for parameter in one.parameters:
        if parameter.column.name == name and isinstance(parameter.default, str):
            return str(getattr(parameter.default, "value", parameter.default))
    return ""
