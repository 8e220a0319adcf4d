"""How far the purchase survey has come: who answered, how much of the money is known, whom to ask next and for which links."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.disclosure import for_reader
from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.pages.frame import book_url, crumbs
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.survey.asking import askable, own_firms, survey_year
from gongxing.domains.chain.survey.progress import TO_ASK, progress
from gongxing.kernel.access.visible import may, reach
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, number_of

YEARS = 5


def surveys_page(request: HttpRequest) -> HttpResponse:
    """GET ``year``: the survey of a year. An account of one enterprise is led to its own sheet."""
    actor = acting(request)
    if not may(actor, "view", "chain.purchase"):
        raise Denied("view", "chain.purchase")
    own = own_firms(actor)
    if len(own) == 1 and not reach(actor, "view", "chain.purchase").units:
        return HttpResponseRedirect(reverse("chain-survey", args=own))
    return render(request, "chain/surveys.html", surveys_shown(request, actor))


def surveys_shown(
    request: HttpRequest, actor: Actor, most: int | None = TO_ASK, leaving: bool = False
) -> dict[str, Any]:
    """What the page and its workbook say; ``most`` firms to ask and silent links are listed (None: all); ``leaving``: as the workbook may say it."""
    answered = set(Purchase.objects.order_by().values_list("year", flat=True).distinct())
    years = sorted({*answered, *range(today().year - YEARS, today().year + 1)}, reverse=True)
    year = number_of(request.GET.get("year", "")) or survey_year()
    year = year if year in years else survey_year()
    found = progress(for_reader(graded(), actor, leaving), actor, year, most)
    fills = may(actor, "answer", "chain.purchase")
    mine: Any = None if not fills or reach(actor, "answer", "chain.purchase").everything else _ids(actor)
    return {
        "book_url": book_url(request, actor, "chain-surveys-book", "chain.purchase"),
        "crumbs": crumbs((_("采购调查"), "")), "year": year, "years": years, "found": found, "fills": fills, "as_of": today(),
        "answered": [{"one": one, "url": _sheet(one.firm.id, year)} for one in found.answered],
        "to_ask": [{"one": one, "url": _sheet(one.firm.id, year), "fills": fills and (mine is None or one.firm.id in mine)} for one in found.to_ask],
        "silent": [{"one": one, "buyers": [{"firm": firm, "url": _sheet(firm.id, year)} for firm in one.buyers]} for one in found.silent],
        "placed_share": 100 * found.placed / found.money if found.money else None,
        "outside_share": 100 * found.outside / found.placed if found.placed else None,
        "list_url": reverse("ledger-list", args=["chain-purchase"]),
    }  # fmt: skip


def _sheet(firm: int, year: int) -> str:
    return f"{reverse('chain-survey', args=[firm])}?year={year}"


def _ids(actor: Any) -> frozenset[int]:
    return frozenset(askable(actor).order_by().values_list("pk", flat=True))
