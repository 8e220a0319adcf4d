"""One rule on screen: its versions, a form for a new one; and many rows pasted from a sheet at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.kernel.access.granting import from_post
from gongxing.kernel.access.visible import may
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.pages import STATES, asked_day
from gongxing.kernel.office.rules import (
    RuleName,
    RuleVersion,
    clean_cells,
    columns_of,
    on_day,
    versions,
    write_rule,
)
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import TableSpec, pack, row_key
from gongxing.kernel.pages.form import error_lines, field_of
from gongxing.kernel.pages.requests import acting

VERB = "office.edit_pack_row"
PASTE_LIMIT = 500


def _spec(name: str, table_name: str) -> TableSpec:
    found = pack(name).tables.get(table_name)
    if found is None:
        raise LookupError(f"{name}/{table_name}")
    return found


def _dates(on_screen: Mapping[str, str]) -> tuple[dict[str, date | None], list[FieldFault]]:
    """The two days of a version from a form."""
    days: dict[str, date | None] = {}
    faults: list[FieldFault] = []
    for name, required in (("valid_from", True), ("valid_to", False)):
        try:
            days[name] = Column(name, "", Kind.DATE, required=required).clean(on_screen.get(name, ""))
        except Fault as fault:
            faults.append(FieldFault(name, fault))
    return days, faults


@require_http_methods(["GET", "POST"])
def rule_page(request: HttpRequest, name: str, table_name: str) -> HttpResponse:
    """GET ?key, as_of: one rule and its versions (no key: a new one). POST: a version from a day on; refused where somebody changed
    the rule after the page was opened."""
    spec, actor = _spec(name, table_name), acting(request)
    rule = RuleName(name, table_name, request.GET.get("key", ""))
    found = versions(rule) if rule.key else []
    if rule.key and not found:
        raise LookupError(str(rule))
    editable = spec.editable and may(actor, "edit", "packs.packedit")
    day = asked_day(request)
    current = on_day(found, day) or (found[0] if found else None)
    if request.method == "GET":
        values = dict(current.row) if current is not None else {}
        given = {**values, "valid_from": today().isoformat(), "valid_to": "", "source": ""}
        return _rule(request, rule, found, current, given, [], editable)
    if not editable:
        raise Denied("edit", "packs.packedit")
    given = {key: text for key, text in request.POST.items() if isinstance(text, str)}
    try:
        if given.get("seen", "") != _seen(found):
            raise Refused([FieldFault("", Fault("pack.changed_meanwhile"))])
        _save(request, rule, given)
    except Refused as refused:
        return _rule(request, rule, found, current, given, refused.faults, editable)
    messages.success(request, _("规则已保存，从 %(day)s 起生效。") % {"day": given["valid_from"]})
    return HttpResponseRedirect(reverse("pack-table", args=[name, table_name]))


def _save(request: HttpRequest, rule: RuleName, given: Mapping[str, str]) -> None:
    days, faults = _dates(given)
    why = given.get("why", "").strip()[:500]
    if not why:
        faults.append(FieldFault("why", Fault("column.required")))
    cells: dict[str, str] = {}
    try:
        cells = clean_cells(rule, given)
    except Refused as refused:
        faults = refused.faults + faults
    if not faults and not rule.key and versions(replace(rule, key=row_key(rule.spec, cells))):
        faults.append(FieldFault(rule.spec.key[0], Fault("pack.row_known", key=row_key(rule.spec, cells))))
    start = days.get("valid_from")
    if faults or start is None:
        raise Refused(faults)
    with writing(from_post(acting(request), "edit", "packs.packedit"), VERB, why) as ctx:
        write_rule(
            ctx, rule, cells, valid_from=start, valid_to=days["valid_to"], source=given.get("source", "").strip()[:300]
        )


def _seen(found: list[RuleVersion]) -> str:
    return "-".join(str(one.edit.pk) for one in found if one.edit is not None)


def _extra_columns() -> list[Column]:
    return [
        Column("valid_from", _("从哪天起"), Kind.DATE, required=True),
        Column("valid_to", _("到哪天止"), Kind.DATE, help=_("留空表示一直有效。")),
        Column("source", _("依据"), required=True, help=_("文件名称、文号、条款。"), max_length=300),
        Column("why", _("理由（记入留痕）"), required=True, max_length=500),
    ]


def _rule(
    request: HttpRequest, rule: RuleName, found: list[RuleVersion], current: RuleVersion | None, given: Mapping[str, str],
    faults: list[FieldFault], editable: bool,
) -> HttpResponse:  # fmt: skip
    own = [*columns_of(rule.pack, rule.table), *_extra_columns()]
    lines = error_lines(faults, {column.name: column for column in own})
    texts = {line["field"]: line["text"] for line in lines}
    table_url = reverse("pack-table", args=[rule.pack, rule.table])
    title = rule.key.replace("|", " · ") if rule.key else _("新增一行")
    dialogs = {
        one: f"{reverse('action-dialog', args=[one])}?{urlencode({'rule': str(rule)})}"
        for one in ("office.verify_rule", "office.withdraw_rule")
    }
    context: dict[str, Any] = {
        "crumbs": [
            {"label": _("规则包"), "url": reverse("packs")},
            {"label": f"{pack(rule.pack).title} · {rule.spec.title}", "url": table_url},
            {"label": title, "url": ""},
        ],
        "title": title,
        "rule": rule,
        "editable": editable,
        "fields": [field_of(column, given.get(column.name, ""), texts, {}) for column in own],
        "errors": lines,
        "seen": _seen(found),
        "versions": [_version(rule, one, one is current) for one in found],
        "cancel_url": table_url,
        "verify_url": dialogs["office.verify_rule"] if editable and current is not None and current.row.status != "verified" else "",
        "withdraw_url": dialogs["office.withdraw_rule"] if editable and current is not None else "",
    }  # fmt: skip
    return render(request, "office/rule.html", context, status=422 if faults else 200)


def _version(rule: RuleName, one: RuleVersion, current: bool) -> dict[str, Any]:
    row, edit = one.row, one.edit
    return {
        "cells": [(label, row.get(name, "")) for name, label, _kind in rule.spec.columns if row.get(name)],
        "from": row.valid_from,
        "to": row.valid_to,
        "source": row.source,
        "status": status_words(today()).get(row.status, row.status),
        "state": STATES.get(row.status, ""),
        "edited": edit is not None,
        "withdrawn": edit is not None and edit.withdrawn,
        "current": current,
        "cancel_url": f"{reverse('action-dialog', args=['office.cancel_pack_edit'])}?key={edit.pk}" if edit is not None else "",
        "trail_url": reverse("ledger-detail", args=["packs-packedit", edit.pk]) if edit is not None else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def paste_page(request: HttpRequest, name: str, table_name: str) -> HttpResponse:
    """GET: a box for rows copied from a sheet (the columns in the table's order). POST: all of them or, with the lines named, none."""
    spec, actor = _spec(name, table_name), acting(request)
    if not (spec.editable and may(actor, "edit", "packs.packedit")):
        raise Denied("edit", "packs.packedit")
    given = {key: text for key, text in request.POST.items() if isinstance(text, str)}
    faults: list[str] = []
    if request.method == "POST":
        faults, written = _paste(request, name, table_name, given)
        if not faults:
            messages.success(request, _("已写入 %(n)d 行规则。") % {"n": written})
            return HttpResponseRedirect(reverse("pack-table", args=[name, table_name]))
    columns = _extra_columns()
    defaults = {"valid_from": today().isoformat(), **given}
    context = {
        "crumbs": [
            {"label": _("规则包"), "url": reverse("packs")},
            {"label": f"{pack(name).title} · {spec.title}", "url": reverse("pack-table", args=[name, table_name])},
            {"label": _("粘贴多行"), "url": ""},
        ],
        "title": _("粘贴多行：%(table)s") % {"table": spec.title},
        "heads": [label for _name, label, _kind in spec.columns],
        "rows": given.get("rows", ""),
        "fields": [field_of(column, defaults.get(column.name, ""), {}, {}) for column in columns],
        "faults": faults,
        "cancel_url": reverse("pack-table", args=[name, table_name]),
    }
    return render(request, "office/rules_paste.html", context, status=422 if faults else 200)


def _paste(request: HttpRequest, name: str, table_name: str, given: Mapping[str, str]) -> tuple[list[str], int]:
    """Write the pasted lines. Returns what is wrong with them, line by line, and how many were written."""
    columns = columns_of(name, table_name)
    days, wrong = _dates(given)
    labels = {column.name: str(column.label) for column in [*columns, *_extra_columns()]}
    faults = [labels[one.column] + _("：") + sentence(one.fault) for one in wrong]
    why, source = given.get("why", "").strip()[:500], given.get("source", "").strip()[:300]
    faults += [
        labels[field] + _("：") + sentence(Fault("column.required"))
        for field, text in (("source", source), ("why", why))
        if not text
    ]
    lines = [(number, line) for number, line in enumerate(given.get("rows", "").splitlines(), start=1) if line.strip()]
    if not lines:
        faults.append(_("没有粘贴任何行。"))
    if len(lines) > PASTE_LIMIT:
        faults.append(_("一次最多 %(limit)d 行。") % {"limit": PASTE_LIMIT})
    rule = RuleName(name, table_name, "")
    rows = []
    for number, line in lines[:PASTE_LIMIT]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(columns):
            faults.append(
                _("第 %(n)d 行有 %(have)d 格，这张表只有 %(want)d 列。")
                % {"n": number, "have": len(cells), "want": len(columns)}
            )
            continue
        try:
            rows.append(clean_cells(rule, dict(zip((column.name for column in columns), cells, strict=False))))
        except Refused as refused:
            faults += [
                _("第 %(n)d 行 %(column)s：%(text)s") % {"n": number, "column": labels[one.column], "text": sentence(one.fault)}
                for one in refused.faults
            ]  # fmt: skip
    start = days.get("valid_from")
    if faults or start is None:
        return faults, 0
    try:
        with writing(from_post(acting(request), "edit", "packs.packedit"), VERB, why) as ctx:
            for cells_of in rows:
                write_rule(ctx, rule, cells_of, valid_from=start, valid_to=days["valid_to"], source=source)
    except Refused as refused:
        return [sentence(one.fault) for one in refused.faults], 0
    return [], len(rows)
