"""设施选址: a form of what is to be sited and how, earlier studies; one study on the map and in tables."""

import json
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.layout_jobs import OPEN
from gongxing.domains.land.models import Facility, Parcel, Park, SiteStudy
from gongxing.domains.land.pages.runs import leads_to, run_of
from gongxing.domains.land.site_jobs import SITE, queue_sites
from gongxing.domains.land.site_show import Shown
from gongxing.domains.land.site_words import MODELS, metres
from gongxing.domains.land.siting import FITS, IN_USE, Asked, network_there, radii
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.cells.shape import geometry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, number_of

TARGET = "land.sitestudy"
MOST_NEW, MOST_TYPED, FURTHEST_KM, MOST_PERSONS, EARLIER, DECIMALS = 20, 60, 100.0, 1_000_000, 20, 6
KINDS = dict(Facility.Kind.choices)


def sites_page(request: HttpRequest) -> HttpResponse:
    """GET: the form and earlier studies. POST: check what was asked, queue the study."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    typed = request.POST if request.method == "POST" else request.GET
    wrong: dict[str, str] = {}
    has_roads = network_there(today())
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        shown = set(visible(Parcel.objects.exclude(shape=""), actor).values_list("number", flat=True))
        asked, wrong = read(typed, has_roads, shown)
        if asked is not None:
            made = queue_sites(asked, typed.get("name", "").strip()[:80], actor)
            return HttpResponseRedirect(f"{reverse('land-sites')}?run={made.pk}")
    run = run_of(typed.get("run", ""), SITE, actor)
    onward = leads_to(request, run, SiteStudy.objects.all(), "study")
    if onward is not None:
        return onward
    words = status_words(today())
    rules = radii(today())
    defaults = {
        "name": "",
        "kind": "neighbourhood_centre",
        "model": "median",
        "new": "1",
        "radius": "",
        "ways": "straight",
        "park": "",
        "typed": "",
        "capacity": "",
        "any_use": "",
    }
    context = {
        "crumbs": [{"label": _("设施选址"), "url": ""}], "wrong": wrong, "errors": [{"field": key, "label": "", "text": text} for key, text in wrong.items()],
        "may_make": may(actor, "make", TARGET), "has_roads": has_roads, "form": {name: typed.get(name, value) for name, value in defaults.items()},
        "kinds": [{"code": code, "label": label} for code, label in KINDS.items()],
        "rules": [
            {"label": KINDS[code], "text": metres(rule.metres), "status": words.get(rule.status, "") if rule.status != "verified" else "", "speed": f"{rule.speed:g}" if rule.speed else "", "says": _("%(n)s 分钟") % {"n": rule.value}}
            for code, rule in rules.items()
        ],
        "models": [{"code": code, "label": label, "says": says} for code, (label, says) in MODELS.items()],
        "parks": list(visible(Park.objects.all(), actor).order_by("code")), "n_clients": visible(Parcel.objects.filter(state__in=IN_USE).exclude(shape=""), actor).count(),
        "studies": [{"row": one, "url": reverse("land-site", args=[one.pk])} for one in visible(SiteStudy.objects.all(), actor).order_by("-made_on", "-pk")[:EARLIER]],
        "run": job_frame(run) if run is not None else None, "watch_url": f"{reverse('land-sites')}?run={run.pk}" if run is not None and run.state in OPEN else "",
        "facilities_url": ledger_named("land.facility").url, "reach_url": reverse("land-reach"),
    }  # fmt: skip
    return render(request, "land/sites.html", context, status=422 if wrong else 200)


def read(given: QueryDict, has_roads: bool, drawn_numbers: set[str]) -> tuple[Asked | None, dict[str, str]]:
    """The question out of a form, and what is wrong with it by field. The radius is typed in kilometres; ``drawn_numbers`` are the parcels one may type."""
    wrong: dict[str, str] = {}
    kind, model, ways = given.get("kind", ""), given.get("model", ""), given.get("ways", "straight")
    if kind not in FITS:
        wrong["kind"] = _("请选一种设施。")
    if model not in MODELS:
        wrong["model"] = _("请选一种算法。")
    if ways not in ("straight", "road"):
        wrong["ways"] = _("请选直线距离或沿路网。")
    elif ways == "road" and not has_roads:
        wrong["ways"] = _("图层里没有连成网的道路，只能按直线距离。")
    new = number_of(given.get("new", "").strip())
    if new is None or new > MOST_NEW:
        wrong["new"] = _("请填 0 到 %(n)d 处。") % {"n": MOST_NEW}
    radius = _radius(given.get("radius", "").strip(), wrong)
    if model == "covering" and radius is None and "radius" not in wrong and kind not in radii(today()):
        wrong["radius"] = _("这种设施的参数表里没有服务半径，请填一个。")
    text = given.get("capacity", "").strip()
    capacity = number_of(text) if text else None
    if (text and not capacity) or (capacity or 0) > MOST_PERSONS:
        wrong["capacity"] = _("请填一个正整数，单位是人。")
    elif model == "capacitated" and capacity is None:
        wrong["capacity"] = _("按容量选址要填新建一处能服务多少人。")
    park = given.get("park", "")
    if park and not Park.objects.filter(code=park).exists():
        wrong["park"] = _("请从列表里选一个园区。")
    numbers = _numbers(given.get("typed", ""))
    missing = [one for one in numbers if one not in drawn_numbers]
    if len(numbers) > MOST_TYPED:
        wrong["typed"] = _("最多写 %(n)d 块地。") % {"n": MOST_TYPED}
    elif missing:
        wrong["typed"] = _("%(text)s 没有登记或没有图形。") % {"text": _("、").join(missing[:5])}
    if wrong:
        return None, wrong
    return Asked(
        kind, model, new or 0, radius, ways, park, tuple(sorted(set(numbers))), capacity, "any_use" in given
    ), wrong


def _radius(text: str, wrong: dict[str, str]) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        wrong["radius"] = _("“%(text)s”不是数字。") % {"text": text[:20]}
        return None
    if not 0 < value <= FURTHEST_KM:
        wrong["radius"] = _("请填 0 到 %(n)d 公里之间的数。") % {"n": FURTHEST_KM}
        return None
    return value * 1000


def _numbers(text: str) -> list[str]:
    for mark in "，,；;\n\r\t ":
        text = text.replace(mark, "、")
    return [one for one in text.split("、") if one]


def site_page(request: HttpRequest, key: int) -> HttpResponse:
    """One study: the finding, the map, who goes where, who is left out."""
    actor = acting(request)
    study = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(study, SiteStudy)
    shown = Shown(study, actor)
    context = {
        "study": study, "crumbs": [{"label": _("设施选址"), "url": reverse("land-sites")}, {"label": study.name, "url": ""}], "head": shown.head(),
        "opened": shown.opened(), "served": shown.served(), "missed": shown.missed(), "unused": shown.unused(), "asked": shown.asked,
        "map_url": reverse("land-site-map", args=[study.pk]),
    }  # fmt: skip
    return render(request, "land/site.html", context)


@require_GET
def site_map(request: HttpRequest, key: int) -> JsonResponse:
    """The map of one study: parks, clients by whether they are served, standing and chosen sites, other candidates. Parcels as they are drawn today."""
    actor = acting(request)
    study = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(study, SiteStudy)
    shown = Shown(study, actor)
    parks = visible(Park.objects.exclude(shape=""), actor).order_by("code")
    features: list[dict[str, Any]] = [
        {"type": "Feature", "id": f"k{one.pk}", "geometry": drawn(one.shape), "properties": {"kind": "park", "name": one.name}} for one in parks
    ]  # fmt: skip
    served = {one.client: one for one in shown.result.assignment}
    opened = set(shown.result.opened)
    could = {one.number for one in shown.posed.sites if not one.open}
    for row in visible(Parcel.objects.exclude(shape="").filter(number__in=shown.parcels), actor).order_by("number"):
        one = served.get(row.number)
        what = (
            "new"
            if f"p:{row.number}" in opened
            else "client"
            if row.number in shown.clients
            else "could"
            if row.number in could
            else ""
        )
        to = shown.sites[one.site] if one is not None else None
        features.append(
            {
                "type": "Feature", "id": row.pk, "geometry": drawn(row.shape),
                "properties": {
                    "kind": what, "number": row.number, "served": one is not None and shown.within(one), "far": "" if one is None else metres(one.distance),
                    "from": [shown.clients[row.number].lon, shown.clients[row.number].lat] if row.number in shown.clients else None,
                    "to": None if to is None else [to.lon, to.lat], "site": None if one is None else one.site,
                },
            }
        )  # fmt: skip
    for key_, spot in shown.sites.items():
        if key_ in shown.result.sites and shown.site(key_)["url"]:
            features.append(
                {
                    "type": "Feature", "id": key_, "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
                    "properties": {"kind": "site", "key": key_, "name": shown.site(key_)["name"], "standing": spot.open},
                }
            )  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, json_dumps_params={"ensure_ascii": False})


def drawn(shape: str) -> Any:
    """A stored shape as GeoJSON for the map, to about a decimetre."""
    return json.loads(shapely.to_geojson(shapely.transform(geometry(shape), lambda points: points.round(DECIMALS))))
