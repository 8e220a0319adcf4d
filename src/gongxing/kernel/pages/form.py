"""The form page of any ledger: register and change, with the conflict page for stale versions."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.kernel.access.visible import permissions
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Column, Filled, Kind, counted
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.prefill import prefilled, reference_text
from gongxing.kernel.ledger.show import MASK, raw_text
from gongxing.kernel.ledger.store import CellMerge, Conflict, Denied, Refused, save
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.filling import (
    carried,
    carry_over,
    count_added,
    count_changed,
    following,
    mark_filled,
)
from gongxing.kernel.pages.requests import acting, crumbs, ledger_frame
from gongxing.kernel.pages.sentences import signature

WIDGETS = {
    Kind.LONG: "textarea", Kind.SHAPE: "textarea", Kind.FLAG: "select", Kind.CHOICE: "select", Kind.PACK: "lookup", Kind.REFERENCE: "select",
    Kind.DATE: "text", Kind.SPAN: "text", Kind.INTEGER: "number", Kind.DECIMAL: "number",
}  # fmt: skip
PICKER_LIMIT, MAX_DIGITS = 200, 10


def field_of(
    column: Column, value: str, faults: Mapping[str, str], known: Mapping[str, Any], masked: bool = False
) -> dict[str, Any]:
    """A form field as templates draw it."""
    choices: list[tuple[str, str]] = []
    if column.kind is Kind.CHOICE:
        choices = [(key, str(label)) for key, label in column.choices]
    elif column.kind is Kind.FLAG:
        choices = [("是", _("是")), ("否", _("否"))]
    elif column.kind is Kind.REFERENCE and len(known) <= PICKER_LIMIT:
        by_id: dict[str, str] = {}
        for text, key in known.items():
            by_id.setdefault(str(key), text)
        choices = [(text, text) for text in by_id.values()]
        value = by_id.get(value, value)
    widget = WIDGETS.get(column.kind, "text")
    if column.kind is Kind.REFERENCE and len(known) > PICKER_LIMIT:
        widget = "text"
    return {
        "name": column.name,
        "label": str(column.label),
        "kind": str(column.kind),
        "value": value,
        "unit": counted(column.unit_label),
        "help": _("留空表示不改；已填内容不显示。") if masked else str(column.help),
        "required": column.required,
        "error": faults.get(column.name, ""),
        "choices": choices,
        "widget": widget,
        "sensitive": column.sensitive,
        "pack": "/".join(column.pack) if column.pack else "",
        "group": str(column.group or _("基本情况")),
        "max_length": column.max_length,
        "filled": "",
    }


def error_lines(faults: list[FieldFault], columns: Mapping[str, Column]) -> list[dict[str, str]]:
    """The error summary: the same words as beside each field, and where there is one, the corrected value to take or the page (``url``) that mends it."""
    lines = []
    for one in faults:
        column = columns.get(one.column)
        fix, url = (str(one.fault.params.get(name, "")) for name in ("fix", "url"))
        label = str(column.label) if column is not None else ""
        lines.append({"field": one.column, "label": label, "text": sentence(one.fault), "fix": fix, "url": url})
    return lines


@require_http_methods(["GET", "POST"])
def form_page(request: HttpRequest, slug: str, key: int | None = None) -> HttpResponse:
    """GET: a form with what is known filled in (``ledger.prefill``). POST: write, or show the faults (422) or the conflict (409) with the input kept."""
    ledger, actor = ledger_named(slug), acting(request)
    verb = "add" if key is None else "change"
    held = permissions(actor)
    if verb not in ledger.verbs or not held.may(verb, ledger.name):
        raise Denied(verb, ledger.name)
    stored = None if key is None else visible_row(ledger, actor, key)
    masked = Masks(ledger, actor).of(stored) if stored is not None else frozenset()
    if request.method == "GET":
        told = {name: text for name, text in request.GET.items() if isinstance(text, str)}
        filled = prefilled(ledger, told, actor) if stored is None else {}
        values = {name: one.value for name, one in filled.items()}
        if stored is not None:
            values = {
                column.name: "" if column.name in masked else _stored_text(column, stored, actor)
                for column in ledger.editable
            }
        return _form(request, ledger, actor, stored, values, [], masked, filled)
    values = {
        column.name: request.POST.get(column.name, "") for column in ledger.editable if column.name in request.POST
    }
    filled = carried(request, ledger.editable) if stored is None else {}
    if stored is None:
        values = carry_over(ledger.editable, values, filled, actor)
    given = {name: text for name, text in values.items() if not (name in masked and not text.strip())}
    before = {column.name: raw_text(column, stored) for column in ledger.editable} if stored is not None else {}
    version = request.POST.get("version", "")
    try:
        if key is not None and not (version.isascii() and version.isdigit() and len(version) < MAX_DIGITS):
            raise Refused([FieldFault("", Fault("row.version_needed"))])
        row = save(
            ledger, actor, given, key=key, version=int(version) if key is not None else None, why=request.POST.get("why", "").strip()[:500]
        )  # fmt: skip
    except Refused as refused:
        return _form(request, ledger, actor, stored, values, refused.faults, masked, filled)
    except Conflict as conflict:
        return _conflict(request, ledger, key, conflict, masked)
    if stored is None:
        count_added(ledger, actor, values, filled)
    else:
        count_changed(ledger, actor, values, before, row)
    messages.success(request, _("已保存：%(title)s") % {"title": ledger.row_title(row)})
    return HttpResponseRedirect(ledger.row_url(row.pk))


def _form(
    request: HttpRequest, ledger: Ledger[Any], actor: Actor, stored: Row | None, values: Mapping[str, str],
    faults: list[FieldFault], masked: frozenset[str], filled: Mapping[str, Filled],
) -> HttpResponse:  # fmt: skip
    cleaner = Cleaner(ledger, actor)
    lines = error_lines(faults, {column.name: column for column in ledger.columns})
    texts = {line["field"]: line["text"] for line in lines}
    title = (
        _("修改 %(title)s") % {"title": ledger.row_title(stored)}
        if stored
        else _("登记%(label)s") % {"label": ledger.model._meta.verbose_name}
    )
    context: dict[str, Any] = {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (title, "")),
        "form_title": title,
        "fields": [
            field_of(column, values.get(column.name, ""), texts, cleaner.known(column), column.name in masked)
            for column in ledger.editable
        ],
        "errors": lines,
        "version": request.POST.get("version") or (stored.version if stored else ""),
        "submit_label": _("保存修改") if stored else _("保存"),
        "cancel_url": ledger.row_url(stored.pk) if stored else ledger.url,
        "why": request.POST.get("why", ""),
        "form_url": request.path,
        "mask": MASK,
        "row": stored.pk if stored else "",
    }
    if stored is None:
        context["prefilled"] = mark_filled(context["fields"], filled)
        context["following"] = following(ledger)
        context["prefill_url"] = reverse("ledger-prefill", args=[ledger.slug])
    for field in context["fields"]:
        if field["name"] in ledger.lookups:
            field["lookup_url"] = reverse(ledger.lookups[field["name"]])
            field["lookup_params"] = f"{field['name']},{ledger.key}"
    return render(request, "ledger/form.html", context, status=422 if faults else 200)


def _stored_text(column: Column, row: Row, actor: Actor) -> str:
    """A stored cell as its field writes it: a reference by the title or key of what it points to, even where one picks among many."""
    text = raw_text(column, row)
    return (reference_text(column.target, int(text), actor) or text) if column.kind is Kind.REFERENCE and text else text


def _merged(cell: CellMerge, covered: bool) -> dict[str, Any]:
    """A cell of the conflict page. Covered: what is stored is not shown, nor whether it equals what was typed; taking theirs posts
    a blank, which changes nothing."""
    shown = {
        "name": cell.column.name, "label": str(cell.column.label), "base": cell.base, "theirs": cell.theirs, "theirs_text": cell.theirs,
        "mine": cell.mine, "verdict": cell.verdict,
    }  # fmt: skip
    if covered:
        shown |= {
            "base": MASK, "theirs": "", "theirs_text": MASK, "verdict": "take" if cell.base == cell.theirs else "conflict",
        }  # fmt: skip
    return shown


def _conflict(
    request: HttpRequest, ledger: Ledger[Any], key: int | None, conflict: Conflict, masked: frozenset[str]
) -> HttpResponse:
    last = Entry.objects.filter(ledger=ledger.name, row=key or 0).order_by("-id").first()
    current = conflict.current
    context = {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (_("有人同时改了这一条"), "")),
        "gone": current is None,
        "title": ledger.row_title(current) if current is not None else "",
        "cells": [_merged(cell, cell.column.name in masked) for cell in conflict.cells],
        "theirs_who": signature(last.post, last.lent, last.user) if last else "",
        "theirs_when": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M") if last else "",
        "version": current.version if current is not None else "",
        "form_url": request.path,
        "why": request.POST.get("why", ""),
        "cancel_url": reverse("ledger-list", args=[ledger.slug]),
    }  # fmt: skip
    return render(request, "ledger/conflict.html", context, status=409)
