"""Pages of one parcel: the countdown to idle land, day by day."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.models import Commitment, Delay, Parcel
from gongxing.domains.land.panels import sees_delays
from gongxing.domains.land.states import facts_of, rules_on, standing
from gongxing.engines.landstates import ProofDay, proof
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.pages.requests import acting


@require_GET
def clock_page(request: HttpRequest, key: int) -> HttpResponse:
    """Every day of the clock that runs for a parcel: which counted, which did not, and by which cause. 404 where none runs."""
    actor = acting(request)
    parcel = get_object_or_404(visible(Parcel.objects.all(), actor, "view"), pk=key)
    day, told = today(), sees_delays(actor, parcel)
    rules = rules_on(day)
    facts = facts_of(parcel, Delay.objects.filter(parcel=parcel), Commitment.objects.filter(parcel=parcel))
    clock = standing(facts, day, rules).clock.idle
    if clock is None:
        raise Http404
    days = [
        {
            "day": one.day,
            "number": one.number,
            "why": _words(one) if told or one.reason in ("base", "counts", "full") else _("不算"),
        }
        for one in proof(facts.until(day), clock.base, rules.year1, day)
    ]
    back = ledger_named("land.parcel").row_url(parcel.pk)
    context = {
        "parcel": parcel, "clock": clock, "days": days, "back": back,
        "crumbs": [{"label": ledger_named("land.parcel").label, "url": ledger_named("land.parcel").url}, {"label": parcel.number, "url": back}, {"label": _("逐日算法"), "url": ""}],
    }  # fmt: skip
    return render(request, "land/clock.html", context)


def _words(one: ProofDay) -> str:
    labels = dict(Delay.Cause.choices)
    if one.reason == "base":
        return _("起算日，不计")
    if one.reason == "counts":
        return _("算")
    if one.reason == "full":
        return _("算，满期")
    causes = _("、").join(str(labels.get(cause, cause)) for cause in one.reason.split("+"))
    return _("不算：%(cause)s") % {"cause": causes}
