"""Cases under way whose item's rules have changed since they began, with the old and the new values."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.rule_changes import Change, changes_of, undecided
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.requests import acting

CASE, SHOWN = "approvals.case", 50
"""How many cases of one change the page lists; the number of all is said."""


@require_GET
def changes_page(request: HttpRequest) -> HttpResponse:
    """GET: changes by item, each with the cases the reader may see. Two queries for all of them."""
    actor, day = acting(request), today()
    if not may(actor, "view", CASE):
        raise Denied("view", CASE)
    rows, ledger = visible(Case.objects.all(), actor), ledger_named(CASE)
    found = changes_of(rows, day)
    groups: dict[Change, list[dict[str, Any]]] = {}
    if found:
        cases = undecided(rows).filter(item__in={item for item, _day in found})
        for case in cases.select_related("project", "post__unit").order_by("received_on", "pk"):
            change = found.get((case.item, case.rules_on))
            if change is not None:
                groups.setdefault(change, []).append({"one": case, "url": ledger.row_url(case.pk)})
    context = {
        "crumbs": [{"label": str(ledger.label), "url": ledger.url}, {"label": _("规则变动"), "url": ""}], "as_of": day,
        "groups": [{"change": change, "n": len(lines), "lines": lines[:SHOWN]} for change, lines in sorted(groups.items(), key=lambda pair: -len(pair[1]))],
        "n": sum(len(lines) for lines in groups.values()),
    }  # fmt: skip
    return render(request, "approvals/rule_changes.html", context)
