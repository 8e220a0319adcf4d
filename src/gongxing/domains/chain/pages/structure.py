"""The county's industry structure: location quotients by input-output sector, and backward and forward linkages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.show_structure import finding, linked, method, notes, shares
from gongxing.domains.chain.analysis.structuring import structure
from gongxing.domains.chain.national import SIZES, YEAR
from gongxing.domains.chain.pages.frame import address, book_url, crumbs, reader
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.pages.requests import number_of


def structure_page(request: HttpRequest) -> HttpResponse:
    """GET: ``?table=`` 42 or 153 sectors, ``?scope=`` industry or all, ``?year=`` of the local figures."""
    return render(request, "chain/structure.html", structure_shown(request))


def structure_shown(request: HttpRequest, verb: str = "view") -> dict[str, Any]:
    """What the page and, with the verb export, its workbook say."""
    actor = reader(request)
    asked = request.GET.get("table", "")
    size = asked if asked in SIZES else SIZES[0]
    scope = "all" if request.GET.get("scope") == "all" else "industry"
    given, there = structure(size, scope, number_of(request.GET.get("year", ""))), address(request)
    everything = permissions(actor).everywhere(verb, "firms.firmfigure")
    listed = shares(given, everything)
    return {
        "book_url": book_url(request, actor, "chain-structure-book", "chain.chain"),
        "crumbs": crumbs((_("产业结构"), "")), "title": finding(given), "shares": listed, "linked": linked(given), "notes": notes(given),
        "year": given.year, "base": YEAR, "firms": given.firms, "size": size, "scope": scope, "card": method(given), "as_of": today(),
        "sizes": [{"label": _("%(n)s 部门") % {"n": one}, "active": one == size, "url": there(table=one)} for one in SIZES],
        "scopes": [
            {"label": label, "active": one == scope, "url": there(scope=one)}
            for one, label in (("industry", _("只算工业")), ("all", _("全部部门")))
        ],
        "years": [{"label": _("%(text)s（%(more)s）") % {"text": one, "more": n}, "active": one == given.year, "url": there(year=str(one))} for one, n in given.years.items()],
        "doubtful": sorted({prefix for one in listed for prefix in one["doubtful"]}),
        "unmatched": given.unmatched, "outside": given.outside, "everything": everything, "enough": given.enough, "least": given.least,
        "figures_url": ledger_named("firms.firmfigure").url, "firms_url": ledger_named("firms.firm").url,
    }  # fmt: skip
