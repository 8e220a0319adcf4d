"""政策清单: which official lists are loaded, how complete, from which source, and how to load one."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.policy.actions.guides import load_shipped
from gongxing.domains.policy.guide_sheet import blank_sheet
from gongxing.domains.policy.guides import Loaded, books, shipped
from gongxing.domains.policy.ledgers import CHECKED
from gongxing.domains.policy.models import GuideItem, Policy
from gongxing.kernel.access.visible import may, permissions
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.export import XLSX
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import table
from gongxing.kernel.pages.requests import acting, action_button

ITEM = "policy.guideitem"


def guides_page(request: HttpRequest) -> HttpResponse:
    """GET: every list with its state."""
    actor = acting(request)
    if not may(actor, "view", ITEM):
        raise Denied("view", ITEM)
    imports = permissions(actor).may("import", ITEM)
    found = [_book(one, imports) for one in books()]
    missing = sum(not one["loaded"] for one in found)
    context = {
        "crumbs": [{"label": _("政策清单"), "url": ""}], "books": found, "missing": missing, "imports": imports, "day": today(),
        "import_url": reverse("exchange-upload", args=["policy-guideitem"]), "list_url": ledger_named(ITEM).url,
    }  # fmt: skip
    return render(request, "policy/guides.html", context)


def _book(one: Loaded, imports: bool) -> dict[str, Any]:
    waiting = len(shipped(one.book)) if imports else 0
    load = action_button(load_shipped)
    query = urlencode({"f.book": one.book})
    return {
        "label": GuideItem.Book(one.book).label,
        "edition": one.edition,
        "loaded": one.loaded,
        "count": f"{one.loaded:,}",
        "known": f"{one.known:,}" if one.known is not None else "",
        "complete": one.complete,
        "parts": [{"label": GuideItem.Category(part.category).label, "loaded": part.loaded, "known": part.known} for part in one.parts],
        "since": one.since,
        "until": one.until,
        "sources": one.sources,
        "checked": [
            {"label": Policy.Checked(state).label, "n": n, "tone": CHECKED[state]} for state, n in sorted(one.checked.items())
        ],
        "total_source": _source(one.total_source),
        "total_status": status_words(today()).get(one.total_status, "") if one.total_status else "",
        "shipped": waiting,
        "load": {**load, "url": f"{load['url']}?{urlencode({'book': one.book})}"} if waiting else None,
        "sheet_url": reverse("policy-guide-sheet", args=[one.book]),
        "url": f"{ledger_named(ITEM).url}?{query}",
    }  # fmt: skip


def _source(code: str) -> str:
    """A source by its name, or by its code where the vocabulary has none."""
    row = table("vocab", "sources", today()).by_key(code) if code else None
    return row["name_zh"] if row is not None else code


def sheet_page(request: HttpRequest, book: str) -> HttpResponse:
    """GET: an empty sheet to fill a list into."""
    if not may(acting(request), "view", ITEM):
        raise Denied("view", ITEM)
    if book not in GuideItem.Book.values:
        raise LookupError(book)
    one = GuideItem.Book(book)
    response = HttpResponse(blank_sheet(one), content_type=XLSX)
    name = quote(_("%(book)s 导入模板.xlsx") % {"book": one.label})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
