"""征拆: how much is left to clear and what that takes, parcels by difficulty, how far it has come."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.clearance_panels import progress_rows
from gongxing.domains.land.clearance_words import missing_words
from gongxing.domains.land.clearances import Clearance, clearances, measures
from gongxing.domains.land.legal_steps import breaches, law_on
from gongxing.domains.land.models import ClearanceStep, ClearanceUnit, Park
from gongxing.engines.clearance import Estimate
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.requests import acting, number_of

TARGET, STEP = "land.clearanceunit", "land.clearancestep"
MOST = 200


@require_GET
def clearance_page(request: HttpRequest) -> HttpResponse:
    """All units the reader may see, of one park where asked, those not finished by difficulty."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    day = today()
    rows = visible(ClearanceUnit.objects.all(), actor).select_related("parcel__park", "owner__unit").order_by("ref")
    parks = list(visible(Park.objects.all(), actor).order_by("code"))
    park = number_of(request.GET.get("park", ""))
    if park in {one.pk for one in parks}:
        rows = rows.filter(parcel__park=park)
    units = list(rows)
    going = [one for one in units if one.cleared_on is None]
    found = sorted(clearances(going, day), key=lambda one: (-one.difficulty.middle, one.unit.ref))
    faults = _faults(going, actor, day) if may(actor, "view", STEP) else {}
    ledger, parcels = ledger_named(TARGET), ledger_named("land.parcel")
    sees_parcels = may(actor, "view", "land.parcel")
    words = status_words(day)
    marks = found[0].difficulty.marks if found else ()
    context: dict[str, Any] = {
        "crumbs": [{"label": _("征拆"), "url": ""}], "total": totals(found), "n": len(units), "done": len(units) - len(going), "parks": parks, "park": park,
        "bars": {"rows": progress_rows(measures(units))},
        "rows": [
            {
                "unit": one.unit, "url": ledger.row_url(one.unit.pk), "parcel_url": parcels.row_url(one.unit.parcel_id) if sees_parcels else "", "low": one.difficulty.low,
                "high": one.difficulty.high, "known": one.difficulty.index is not None, "missing": missing_words(one.difficulty.missing), "cost": cost_to_go(one), "months": months_to_go(one),
                "left": left(one.unit), "faults": faults.get(one.unit.pk, 0), "x": round(one.difficulty.low, 1), "width": round(max(0.8, one.difficulty.high - one.difficulty.low), 1),
            }
            for one in found[:MOST]
        ],
        "more": len(found) > MOST, "list_url": ledger.url, "add_url": f"{ledger.url}add/" if may(actor, "add", TARGET) else "",
        "marks": sorted({words.get(status, status) for _code, status in marks}), "faults": sum(bool(n) for n in faults.values()),
    }  # fmt: skip
    return render(request, "land/clearance.html", context)


def left(unit: ClearanceUnit) -> int | None:
    """Households still there; None where nobody knows how many there are. Where nobody counts those gone, all are taken to be there."""
    return None if unit.households is None else unit.households - (unit.vacated or 0)


@dataclass(frozen=True)
class ToGo:
    """What is still to be spent (万元) or to pass (months): the middle and the range."""

    low: float
    middle: float
    high: float


def _rest(found: Estimate | None, done: Any, whole: Any) -> ToGo | None:
    """The part of an estimate for what is not done yet; the whole of it where nobody measured what is."""
    if found is None or found.low is None or found.middle is None or found.high is None:
        return None
    rest = 1.0 if done is None or not whole else max(0.0, 1.0 - float(done) / float(whole))
    return ToGo(found.low * rest, found.middle * rest, found.high * rest)


def cost_to_go(one: Clearance) -> ToGo | None:
    """By the area not cleared yet."""
    return _rest(one.cost, one.unit.cleared_mu, one.unit.land_mu)


def months_to_go(one: Clearance) -> ToGo | None:
    """By the households still there."""
    return _rest(one.months, one.unit.vacated, one.unit.households)


def totals(found: list[Clearance]) -> dict[str, Any]:
    """What is left in all: households known, cost from the sums of lower and upper quantiles, the longest time, each with the units it leaves out."""
    households = [left(one.unit) for one in found]
    costs = [cost for one in found if (cost := cost_to_go(one)) is not None]
    months = [time for one in found if (time := months_to_go(one)) is not None]
    return {
        "units": len(found), "households": sum(n for n in households if n is not None), "households_unknown": sum(n is None for n in households),
        "cost": sum(one.middle for one in costs), "cost_low": sum(one.low for one in costs), "cost_high": sum(one.high for one in costs),
        "cost_units": len(costs), "cost_unknown": len(found) - len(costs), "months": max(months, key=lambda one: one.middle, default=None), "months_unknown": len(found) - len(months),
    }  # fmt: skip


def _faults(units: list[ClearanceUnit], actor: Actor, day: date) -> dict[int, int]:
    """How many steps of each unit are recorded out of order, too early or too late. A few queries, however many units."""
    steps: dict[int, list[ClearanceStep]] = {}
    for one in visible(ClearanceStep.objects.filter(unit__in=[unit.pk for unit in units]), actor).order_by("pk"):
        steps.setdefault(one.unit_id, []).append(one)
    law = law_on(day)
    return {unit.pk: len(breaches(law.states(unit, steps.get(unit.pk, [])))) for unit in units}
