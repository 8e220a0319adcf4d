"""服务半径: today's facilities against the radius rules, kind by kind; who is outside and by how much."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.land.models import Facility
from gongxing.domains.land.reaching import Reached, reached
from gongxing.domains.land.site_words import metres, persons
from gongxing.engines.siting.reach import Kind
from gongxing.kernel.access.visible import may
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.requests import acting

TARGET, PARCEL = "land.facility", "land.parcel"
KINDS = dict(Facility.Kind.choices)


@require_GET
def reach_page(request: HttpRequest) -> HttpResponse:
    """GET, ``kind`` chooses whose outside is listed."""
    actor = acting(request)
    for target in (TARGET, PARCEL):
        if not may(actor, "view", target):
            raise Denied("view", target)
    found = reached(actor)
    kinds = [_kind(one, found) for one in found.reach.kinds]
    worst = min(found.reach.kinds, key=lambda one: one.weight_within / one.weight if one.weight else 1.0, default=None)
    chosen = request.GET.get("kind", "")
    if chosen not in found.rules:
        chosen = worst.kind if worst is not None else ""
    context = {
        "crumbs": [{"label": _("设施选址"), "url": reverse("land-sites")}, {"label": _("服务半径"), "url": ""}] if may(actor, "view", "land.sitestudy") else [{"label": _("服务半径"), "url": ""}],
        "kinds": kinds, "chosen": chosen, "chosen_label": KINDS.get(chosen, ""), "n_parcels": len(found.parcels), "undrawn": found.undrawn,
        "worst": next((one for one in kinds if worst is not None and one["code"] == worst.kind), None), "outside": _outside(found, chosen),
        "guessed": sum(found.people.guessed.values()), "year": found.people.year, "source": dict(FirmFigure.Source.choices).get(found.people.source, ""),
        "facilities_url": ledger_named(TARGET).url, "sites_url": reverse("land-sites") if may(actor, "view", "land.sitestudy") else "",
    }  # fmt: skip
    return render(request, "land/reach.html", context)


def _kind(one: Kind, found: Reached) -> dict[str, Any]:
    rule = found.rules[one.kind]
    status = status_words(today()).get(rule.status, "") if rule.status != "verified" else ""
    part = one.weight_within / one.weight * 100 if one.weight else None
    return {
        "code": one.kind, "label": KINDS[one.kind], "radius": metres(one.radius), "says": _("%(n)s 分钟") % {"n": rule.value}, "speed": f"{rule.speed:g}" if rule.speed else "", "status": status,
        "standing": sum(facility.kind == one.kind for facility in found.facilities.values()), "percent": None if part is None else f"{part:.0f}", "bar": round(part or 0),
        "people": persons(one.weight_within), "all_people": persons(one.weight), "within": one.within, "outside": one.beyond + one.without, "without": one.without,
        "furthest": None if one.furthest is None else metres(one.furthest), "furthest_client": one.furthest_client,
    }  # fmt: skip


def _outside(found: Reached, kind: str) -> list[dict[str, Any]]:
    """Who is outside the radius of a kind, the furthest first."""
    url, built = ledger_named(PARCEL).row_url, ledger_named(TARGET).row_url
    rows = []
    for one in found.reach.outside:
        if one.kind != kind:
            continue
        parcel = found.parcels[one.client]
        guessed = found.people.guessed[parcel.pk]
        weight = found.people.weight[parcel.pk]
        nearest = found.facilities.get(one.facility)
        rows.append(
            {
                "number": one.client, "url": url(parcel.pk), "park": str(parcel.park or "—"), "people": _("不详") if guessed == weight else persons(weight),
                "nearest": nearest.name if nearest is not None else "", "nearest_url": built(nearest.pk) if nearest is not None else "",
                "distance": "—" if one.distance is None else metres(one.distance), "beyond": "—" if one.beyond is None else metres(one.beyond),
            }
        )  # fmt: skip
    return rows
