"""Specialisation of parks and towns, relatedness of absent sectors, and where growth came from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.relating import nearness
from gongxing.domains.chain.analysis.show_special import absent, finding, grew, method, specials
from gongxing.domains.chain.analysis.specialising import specialisation
from gongxing.domains.chain.pages.frame import address, crumbs, reader
from gongxing.domains.chain.words import percent
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.pages.requests import number_of


def special_page(request: HttpRequest) -> HttpResponse:
    """GET: ``?year=`` of the figures, ``?since=`` the year growth is counted from."""
    reader(request)
    given = specialisation(number_of(request.GET.get("year", "")), number_of(request.GET.get("since", "")))
    near, there = nearness(), address(request)
    context = {
        "crumbs": crumbs((_("专业化与关联"), "")), "title": finding(given), "year": given.year, "first": given.first, "firms": given.firms,
        "specials": specials(given), "absent": absent(given.absent), "n_absent": len(given.absent), "near_year": near.given.year,
        "grew": grew(given), "both": given.both, "rate": None if given.rate is None else percent(round(given.rate, 4)),
        "least": given.least, "thin": given.thin, "small_units": given.small_units, "enough": given.enough, "card": method(given, near),
        "as_of": today(), "figures_url": ledger_named("firms.firmfigure").url,
        "years": [{"label": str(one), "active": one == given.year, "url": there(year=str(one), since="")} for one in given.years],
        "sinces": [
            {"label": str(one), "active": one == given.first, "url": there(since=str(one))} for one in given.years if given.year and one < given.year
        ],
    }  # fmt: skip
    return render(request, "chain/special.html", context)
