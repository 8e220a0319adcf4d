"""The palette: records, acts and pages by Chinese text, pinyin initials or code."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import permissions
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.search.index import initials_of
from gongxing.kernel.search.query import search
from gongxing.kernel.search.tokens import norm

LIMIT = 20


def _matches(label: str, query: str) -> bool:
    folded = norm(label)
    return not query or query in folded or query in initials_of(folded)


def _pages(query: str, held: Any) -> Iterator[dict[str, str]]:
    home = {"label": _("我的事项"), "sub": "", "url": reverse("home"), "icon": "checklist"}
    if _matches(home["label"], query):
        yield home
    for ledger in all_ledgers():
        if not ledger.in_menu or not held.may("view", ledger.name):
            continue
        if _matches(str(ledger.label), query):
            yield {"label": str(ledger.label), "sub": _("台账"), "url": ledger.url, "icon": ledger.icon}
        if "import" in ledger.verbs and held.may("import", ledger.name):
            label = _("导入%(label)s") % {"label": ledger.label}
            if _matches(label, query):
                yield {
                    "label": label,
                    "sub": _("动作"),
                    "url": reverse("exchange-upload", args=[ledger.slug]),
                    "icon": "upload",
                }
        if "add" in ledger.verbs and held.may("add", ledger.name):
            label = _("登记%(label)s") % {"label": ledger.model._meta.verbose_name}
            if _matches(label, query):
                yield {
                    "label": label,
                    "sub": _("动作"),
                    "url": reverse("ledger-add", args=[ledger.slug]),
                    "icon": "plus",
                }


def palette(request: HttpRequest) -> HttpResponse:
    """GET q (fragment): groups of what may be opened."""
    actor = request.actor  # type: ignore[attr-defined]
    query = norm(request.GET.get("q", ""))[:60]
    held = permissions(actor)
    groups: list[dict[str, Any]] = []
    hits = search(query, actor, limit=LIMIT)
    by_ledger: dict[str, list[dict[str, str]]] = {}
    for hit in hits:
        ledger = ledger_named(hit.ledger)
        item = {"label": hit.title, "sub": hit.code, "url": ledger.row_url(hit.row), "icon": ledger.icon}
        by_ledger.setdefault(str(ledger.label), []).append(item)
    groups.extend({"label": label, "items": items} for label, items in by_ledger.items())
    pages = list(_pages(query, held))[:LIMIT]
    if pages:
        groups.append({"label": _("页面和动作"), "items": pages})
    acts = [
        {
            "label": str(one.label),
            "sub": _("动作"),
            "url": reverse("action-dialog", args=[one.name]),
            "icon": one.icon or "bolt",
        }
        for one in all_actions()
        if one.on is None
        and one.tone == "palette"
        and held.may(one.verb, one.target)
        and _matches(str(one.label), query)
    ]
    if acts:
        groups.append({"label": _("动作"), "items": acts})
    return render(request, "partials/palette.html", {"groups": groups, "q": query})
