"""政策匹配 of one firm or project: 差一项 first, then what it meets, what is missing and who has it, and what does not fit and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.matching import LEDGERS
from gongxing.domains.policy.pages.frame import crumbs, method, reader, unit_names
from gongxing.domains.policy.show import answered, head
from gongxing.domains.policy.view import answers, sight_of
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.pages.detail import visible_row


def firm_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one firm against all clauses."""
    return _page(request, FIRM, key)


def project_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one project against all clauses."""
    return _page(request, PROJECT, key)


def _page(request: HttpRequest, subject: str, key: int) -> HttpResponse:
    actor = reader(request)
    ledger = ledger_named(LEDGERS[subject])
    row = visible_row(ledger, actor, key)
    sight = sight_of(actor, subject)
    given = answers(sight, key)
    title = ledger.row_title(row) if given is None else sight.title(given.row, unit_names())
    context: dict[str, Any] = {
        "crumbs": crumbs((title, "")), "title": title, "row_url": ledger.row_url(key), "as_of": today(), "card": method(),
        "gone": given is None, "firm": subject == FIRM, "invented": row.invented,
    }  # fmt: skip
    if given is not None:
        groups = answered(given, sight, actor, key)
        context |= {
            "groups": groups, "counts": {one["name"]: len(one["lines"]) for one in groups}, "withheld": len(given.withheld),
            "unmatched": [head(one) for one in given.unmatched], "any": any(one["lines"] for one in groups) or bool(given.withheld),
            "headline": _headline({one["name"]: len(one["lines"]) for one in groups}),
        }  # fmt: skip
    return render(request, "policy/matches.html", context)


def _headline(counts: dict[str, int]) -> str:
    return _("符合 %(meets)d 条，差一项 %(near)d 条，缺数据 %(missing)d 条") % counts
