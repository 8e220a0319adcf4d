"""Rule packs on screen, and the trail for auditors."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import may, permissions, visible
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import read_entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import all_packs, pack, row_key, table
from gongxing.kernel.pages.requests import acting
from gongxing.kernel.pages.sentences import history_lines

SHOWN = 200
LARGEST_KEY, MAX_DIGITS = 2**63 - 1, 19
AUDIT = "audit"
STATES = {
    "verified": "good",
    "excerpt": "warn",
    "recalled": "bad",
    "design": "idle",
    "local": "fill",
    "constructed": "warn",
}


def asked_day(request: HttpRequest) -> date:
    """The day ``?as_of`` names; today for none, and for one that is not in the calendar."""
    try:
        return parse_date(request.GET.get("as_of", "")) or today()
    except ValueError:
        return today()


def packs_page(request: HttpRequest) -> HttpResponse:
    """GET: every pack and its tables."""
    packs = [
        {
            "title": one.title, "name": one.name, "description": one.description, "version": one.version,
            "tables": [{"title": spec.title, "url": reverse("pack-table", args=[one.name, spec.name])} for spec in one.tables.values()],
        }
        for one in all_packs()
    ]  # fmt: skip
    return render(request, "office/packs.html", {"packs": packs, "crumbs": [{"label": _("规则包"), "url": ""}]})


def pack_table_page(request: HttpRequest, name: str, table_name: str) -> HttpResponse:
    """GET ?as_of, q: the rows of a table that hold on a day, each with source, dates and how well it was checked."""
    one = pack(name)
    if table_name not in one.tables:
        raise LookupError(f"{name}/{table_name}")
    spec = one.tables[table_name]
    day, q = asked_day(request), request.GET.get("q", "").strip()
    found = table(name, table_name, day)
    rows = [row for row in found if not q or any(q in cell for cell in row.values())]
    words = status_words(today())
    editable = may(acting(request), "edit", "packs.packedit") and spec.editable
    context = {
        "crumbs": [{"label": _("规则包"), "url": reverse("packs")}, {"label": f"{one.title} · {spec.title}", "url": ""}],
        "title": spec.title,
        "pack": one,
        "as_of": day.isoformat(),
        "q": q,
        "heads": [label for _name, label, _kind in spec.columns],
        "rows": [
            {
                "cells": [row.get(column, "") for column, _label, _kind in spec.columns], "from": row.valid_from, "to": row.valid_to,
                "source": row.source, "status": words.get(row.status, row.status), "state": STATES.get(row.status, ""), "edited": row.edited,
                "url": f"{reverse('pack-rule', args=[name, table_name])}?{urlencode({'key': row_key(spec, row), 'as_of': day.isoformat()})}",
            }
            for row in rows[:SHOWN]
        ],
        "count": len(rows),
        "shown": SHOWN,
        "add_url": reverse("pack-rule", args=[name, table_name]) if editable else "",
        "paste_url": reverse("pack-paste", args=[name, table_name]) if editable else "",
    }  # fmt: skip
    return render(request, "office/pack_table.html", context)


def _audited(actor: Actor, chosen: str) -> tuple[list[str], Q]:
    """The ledgers whose trail the actor may read, and the condition of the entries it may see: of one ledger where it is chosen. A grant
    limited to a unit shows the entries of that unit's rows, those that are still there."""
    held = permissions(actor)
    names = [one.name for one in all_ledgers() if held.may(AUDIT, one.name)]
    condition = Q(pk__in=())
    for name in [chosen] if chosen in names else names:
        rows = visible(ledger_named(name).model._default_manager.all(), actor, AUDIT)
        whole = held.everywhere(AUDIT, name)
        condition |= Q(ledger=name) if whole else Q(ledger=name, row__in=rows.order_by().values("pk"))
    return names, condition


def trail_page(request: HttpRequest) -> HttpResponse:
    """GET ?ledger, before: the newest entries of the ledgers the actor may audit."""
    chosen = request.GET.get("ledger", "")
    names, audited = _audited(acting(request), chosen)
    if not names:
        raise Denied("audit", "")
    entries = Entry.objects.filter(audited)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        entries = entries.filter(pk__lt=min(int(before[:MAX_DIGITS]), LARGEST_KEY))
    found = list(entries.order_by("-id")[:50])
    lines: list[dict[str, Any]] = []
    for entry in found:
        ledger = ledger_named(entry.ledger)
        line = history_lines(ledger, [read_entry(entry)])[0]
        lines.append(
            {
                **line,
                "title": entry.title,
                "ledger": str(ledger.label),
                "url": ledger.row_url(entry.row),
                "when": timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            }
        )
    context = {
        "crumbs": [{"label": _("留痕"), "url": ""}], "lines": lines, "chosen": chosen,
        "ledgers": [{"name": one.name, "label": str(one.label)} for one in all_ledgers() if one.name in names],
        "next": found[-1].pk if len(found) == 50 else None,
        "report": check_chain() if request.GET.get("check") else None,
    }  # fmt: skip
    return render(request, "office/trail.html", context)
