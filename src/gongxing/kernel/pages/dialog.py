"""The dialog of any action, made from its signature, and its bulk form over selected rows."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import Action, action_named
from gongxing.kernel.action.perform import WHY, perform
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import pack_names, reference_keys
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting

BULK_LIMIT = 5000
LARGEST_KEY, MAX_DIGITS = 2**63 - 1, 19


def number_of(text: str) -> int | None:
    """A row's id or version as a form posts it; None for anything that cannot be one."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS and int(text) <= LARGEST_KEY else None


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
        asked = {parameter.column.name for parameter in one.parameters}
        filled = {name: text for name, text in request.GET.items() if name in asked and isinstance(text, str)}
        return _dialog(request, one, actor, row, filled, [])
    raw = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    try:
        if one.on is not None and key is None:
            done = _bulk(one, actor, raw, request.POST)
            messages.success(request, _("已对 %(n)d 条执行“%(label)s”") % {"n": done, "label": one.label})
        else:
            version = number_of(raw.get("version", ""))
            if one.on is not None and version is None:
                raise Refused([FieldFault("", Fault("row.version_needed"))])
            perform(one, actor, raw, key=key, version=version)
            messages.success(request, _("已完成：%(label)s") % {"label": one.label})
    except Refused as refused:
        return _dialog(request, one, actor, row, raw, refused.faults)
    except StaleRow:
        return _dialog(request, one, actor, row, raw, [FieldFault("", Fault("action.stale"))], status=409)
    answer = HttpResponse(status=204)
    answer.headers["HX-Trigger"] = "gx:done"
    answer.headers["HX-Refresh"] = "true"
    return answer


def _dialog(
    request: HttpRequest, one: Action[Any, Any], actor: Actor, row: Row | None, raw: Mapping[str, str],
    faults: list[FieldFault], status: int = 422,
) -> HttpResponse:  # fmt: skip
    columns = {parameter.column.name: parameter.column for parameter in one.parameters}
    lines = error_lines(faults, columns)
    texts = {line["field"]: line["text"] for line in lines}
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
        "fields": [
            field_of(column, raw.get(name, _default(one, name)), texts, _known(column, actor))
            for name, column in columns.items()
        ],
        "errors": lines,
        "why": raw.get(WHY, ""),
        "why_mode": one.why,
        "why_error": texts.get(WHY, ""),
    }
    return render(request, "partials/action_dialog.html", context, status=status if faults else 200)


def _default(one: Action[Any, Any], name: str) -> str:
    for parameter in one.parameters:
        if parameter.column.name == name and isinstance(parameter.default, str):
            return str(getattr(parameter.default, "value", parameter.default))
    return ""


def _bulk(one: Action[Any, Any], actor: Actor, raw: Mapping[str, str], posted: QueryDict) -> int:
    """Run the action on every selected row in one transaction: all or nothing."""
    if not one.bulk or one.on is None:
        raise LookupError(one.name)
    ledger = ledger_named(one.target)
    if posted.get("all_query") is not None and posted.get("scope") == "all":
        state = read_state(ledger, QueryDict(str(posted["all_query"])))
        keys = list(build(state, actor, one.verb).rows.order_by("pk").values_list("pk", flat=True)[: BULK_LIMIT + 1])
    else:
        ids = [number for key in posted.getlist("ids") if (number := number_of(key)) is not None]
        keys = list(
            visible(one.on._default_manager.filter(pk__in=ids), actor, one.verb)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    if not keys:
        raise Refused([FieldFault("", Fault("action.nothing_selected"))])
    if len(keys) > BULK_LIMIT:
        raise Refused([FieldFault("", Fault("action.too_many", limit=BULK_LIMIT))])
    with writing(actor, one.name, raw.get(WHY, "").strip()[:500]):
        for key in keys:
            perform(one, actor, raw, key=key)
    return len(keys)
