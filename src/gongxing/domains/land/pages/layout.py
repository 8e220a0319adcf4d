"""布局方案: a form of years and weights, earlier layouts; one layout with its plans on the map and in tables, why projects were lost, trials by hand."""

import json
from collections import Counter
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.land.actions.layouts import fix_project, holds, propose_layout, publish_layout
from gongxing.domains.land.laying import (
    HOMELESS,
    LONGEST_PHASES,
    UNJUDGED,
    UNSURVEYED,
    WEIGHTS,
    Asked,
    offered,
    seekers,
)
from gongxing.domains.land.layout_jobs import ASK, LAY, OPEN, TRY, queue_layout, queue_question, queue_trial
from gongxing.domains.land.layout_show import Shown
from gongxing.domains.land.layout_words import PLAN_LABELS, TERMS, park_names, stop_words
from gongxing.domains.land.models import Layout, Parcel, Park
from gongxing.domains.land.pages.runs import leads_to, run_of
from gongxing.engines.allocation import Weights
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.cells.shape import geometry
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, action_button, number_of
from gongxing.kernel.pages.weights import weights_of

TARGET = "land.layout"
SHARES = (("slack", 0.0, 1.0), ("reserve", 0.0, 0.9), ("loss", 0.0, 0.9))
MOST_PARCELS, DECIMALS = 12, 6


def layouts_page(request: HttpRequest) -> HttpResponse:
    """GET: the form and earlier layouts. POST: check what was asked, queue the layout."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    typed = request.POST if request.method == "POST" else request.GET
    wrong: dict[str, str] = {}
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        asked, wrong = read(typed)
        if not wrong:
            made = queue_layout(asked, typed.get("name", "").strip()[:80], actor)
            return HttpResponseRedirect(f"{reverse('land-layouts')}?run={made.pk}")
    run = run_of(typed.get("run", ""), LAY, actor)
    onward = leads_to(request, run, Layout.objects.all(), "layout")
    if onward is not None:
        return onward
    parcels, projects = offered(), seekers()
    area = sum(float(one.land_mu or one.geo_mu or 0) for one in parcels)
    context = {
        "crumbs": [{"label": _("布局方案"), "url": ""}], "wrong": wrong, "errors": [{"field": key, "label": "", "text": text} for key, text in wrong.items()],
        "may_make": may(actor, "make", TARGET), "n_parcels": len(parcels), "n_projects": len(projects), "area": area, "unshaped": sum(not one.shape for one in parcels),
        "layouts": [{"row": one, "url": reverse("land-layout", args=[one.pk])} for one in visible(Layout.objects.all(), actor).order_by("-made_on", "-pk")[:20]],
        "terms": [{"name": f"w_{term}", "label": TERMS[term], "value": typed.get(f"w_{term}", f"{vars(WEIGHTS)[term]:g}"), "bad": f"w_{term}" in wrong} for term in TERMS],
        "form": {name: typed.get(name, value) for name, value in {"name": "", "year": str(today().year + 1), "phases": "3", "merge": "3", "slack": "15", "reserve": "10", "loss": "15"}.items()},
        "run": job_frame(run) if run is not None else None, "watch_url": f"{reverse('land-layouts')}?run={run.pk}" if run is not None and run.state in OPEN else "",
        "parcels_url": f"{ledger_named('land.parcel').url}?f.state=planned&f.state=approved_unsupplied&f.state=under_approval&f.state=taken_back", "needs_url": ledger_named("land.landneed").url,
    }  # fmt: skip
    return render(request, "land/layouts.html", context, status=422 if wrong else 200)


def read(given: QueryDict) -> tuple[Asked, dict[str, str]]:
    """The question out of a form, and what is wrong with it by field. Shares are typed in percent."""
    wrong: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for name, low, high, words in (
        ("year", 2000, 2100, _("请填四位年份。")),
        ("phases", 1, LONGEST_PHASES, _("请填 1 到 6 年。")),
        ("merge", 1, 5, _("一个项目最多拼 1 到 5 块地。")),
    ):
        value = number_of(given.get(name, "")) or 0
        if not low <= value <= high:
            wrong[name] = words
        numbers[name] = value
    shares: dict[str, float] = {}
    for name, least, most in SHARES:
        try:
            shares[name] = float(given.get(name, "").strip()) / 100
        except ValueError:
            wrong[name] = _("“%(text)s”不是数字。") % {"text": given.get(name, "")[:20]}
            continue
        if not least <= shares[name] <= most:
            wrong[name] = _("请填 %(low)d 到 %(high)d 之间的百分数。") % {"low": least * 100, "high": most * 100}
    weights = weights_of(given, TERMS, wrong)
    if not wrong and not any(weights.values()):
        wrong["w_output"] = _("权重都是 0，分不出高低。请至少给一个。")
    if wrong:
        return Asked(today().year), wrong
    return Asked(
        year=numbers["year"],
        phases=numbers["phases"],
        merge=numbers["merge"],
        weights=vars(Weights(**weights)),
        slack=shares["slack"],
        reserve=shares["reserve"],
        loss=shares["loss"],
    ), wrong


def layout_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one layout. POST ``ask``: what it would take to place a project; ``try``: what putting one somewhere by hand costs."""
    actor = acting(request)
    layout = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(layout, Layout)
    here = reverse("land-layout", args=[layout.pk])
    shown = Shown(layout, actor)
    place = min(number_of(request.GET.get("plan", "")) or 0, max(0, len(shown.result.plans) - 1))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        found = _asked(request, layout, shown, wrong)
        if found is not None:
            return HttpResponseRedirect(f"{here}?run={found.pk}{_place_of(found)}")
    asks = Job.objects.filter(kind=ASK, arguments__layout=layout.pk, arguments__version=layout.version).order_by("pk")
    told = {one.arguments["key"]: one.result.get("why") for one in asks if one.state == Job.State.DONE}
    failed = {one.arguments["key"]: one.error for one in asks if one.state == Job.State.FAILED}
    run = Job.objects.filter(
        pk=number_of(request.GET.get("run", "")) or 0,
        kind__in=(ASK, TRY),
        user_id=actor.user_id,
        arguments__layout=layout.pk,
    ).first()
    trial = run if run is not None and run.kind == TRY and run.state == Job.State.DONE else None
    fresh = trial is not None and trial.arguments["version"] == layout.version
    if trial is not None and not fresh and layout.fixed.get(trial.arguments["key"]) == trial.arguments["fixed"]:
        trial = None  # taken over: the page shows it as part of the plan
    plans = shown.plans()
    context = {
        "layout": layout, "untold": {name: layout.asked.get(name, 0) for name in (UNJUDGED, UNSURVEYED, HOMELESS)}, "crumbs": [{"label": _("布局方案"), "url": reverse("land-layouts")}, {"label": layout.name, "url": ""}], "head": shown.head(), "plans": plans,
        "place": place, "plan": plans[place] if plans else None, "placements": shown.placements(place) if plans else [], "phases": shown.phases(place) if plans else [],
        "parks": shown.by_park(place) if plans else [], "lost": shown.lost(told, failed), "here": here, "wrong": wrong,
        "run": job_frame(run) if run is not None and run.state != Job.State.DONE else None, "watch_url": f"{here}?run={run.pk}{_place_of(run)}" if run is not None and run.state in OPEN else "", "asking": run.arguments["key"] if run is not None and run.kind == ASK else "",
        "trial": shown.trial(trial.result["trial"], trial.arguments, trial.pk) if trial is not None else None, "trial_fresh": fresh, "trial_stop": "" if trial is None else stop_words(holds(trial)),
        "fix": {**action_button(fix_project, layout.pk, layout.version), "trial": trial.pk} if fresh and trial is not None and not holds(trial) and allowed(fix_project, actor, layout) else None,
        "acts": [action_button(one, layout.pk, layout.version) for one in (propose_layout, publish_layout) if allowed(one, actor, layout)],
        "chosen": place if layout.proposed is None or "plan" in request.GET else layout.proposed, "proposed": str(PLAN_LABELS[layout.proposed]) if layout.proposed is not None else "",
        "broken": shown.broken(), "fewer": bool(layout.fixed) and len(plans) < len(PLAN_LABELS),
        "may_try": may(actor, "make", TARGET) and layout.state == Layout.State.READY, "map_url": f"{reverse('land-layout-map', args=[layout.pk])}?plan={place}",
        "choices": sorted(({"key": key, "name": shown.name(key)} for key in shown.projects), key=lambda one: one["name"]),
        "years": [{"phase": n + 1, "year": shown.asked.year + n} for n in range(shown.asked.phases)],
        "typed": {"key": request.POST.get("key", ""), "parcels": request.POST.get("parcels", ""), "phase": request.POST.get("phase", "")},
        "weights": [{"label": TERMS[term], "value": f"{value:g}"} for term, value in shown.asked.weights.items()], "asked": shown.asked,
    }  # fmt: skip
    return render(request, "land/layout.html", context, status=422 if wrong else 200)


def _place_of(job: Job) -> str:
    """Where on the page the answer will stand, as the end of an address: one looks there while it is worked out."""
    return "#trial" if job.kind == TRY else f"#lost-{job.arguments['key']}"


def _asked(request: HttpRequest, layout: Layout, shown: Shown, wrong: dict[str, str]) -> Job | None:
    """The job a form of the page asks for; None with ``wrong`` filled where it cannot be."""
    actor, given = acting(request), request.POST
    if not may(actor, "make", TARGET):
        raise Denied("make", TARGET)
    key = given.get("key", "")
    if key not in shown.projects or not shown.result.plans:
        wrong["key"] = _("请从列表里选一个项目。")
        return None
    if "ask" in given:
        return queue_question(layout, 0, key, actor)
    known = {one["code"] for one in layout.problem["parcels"]}
    numbers = [
        text
        for text in given.get("parcels", "")
        .replace("＋", "、")
        .replace("，", "、")
        .replace(",", "、")
        .replace("+", "、")
        .split("、")
        if text.strip()
    ]
    numbers = [text.strip() for text in numbers]
    phase = number_of(given.get("phase", "")) or 0
    if not numbers or len(numbers) > MOST_PARCELS:
        wrong["parcels"] = _("请写要放的地块编号，几块用顿号隔开。")
    elif missing := [text for text in numbers if text not in known]:
        wrong["parcels"] = _("%(text)s 不在这次可供的地块里。") % {"text": _("、").join(missing[:5])}
    if not 1 <= phase <= shown.asked.phases:
        wrong["phase"] = _("请选一个年份。")
    if layout.state != Layout.State.READY:
        wrong["key"] = _("方案已经发布，不能再改。")
    if wrong:
        return None
    return queue_trial(layout, 0, key, {"parcels": sorted(numbers), "phase": phase, "mu": None}, actor)


@require_GET
def layout_map(request: HttpRequest, key: int) -> HttpResponse:
    """The map of one plan: parks, the parcels on offer then, and which of them each project takes. Shapes as they stand today."""
    actor = acting(request)
    layout = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(layout, Layout)
    shown = Shown(layout, actor)
    place = min(number_of(request.GET.get("plan", "")) or 0, max(0, len(shown.result.plans) - 1))
    taken: dict[str, list[tuple[str, int]]] = {}
    placements = shown.result.plans[place].placements if shown.result.plans else ()
    for one in placements:
        for number in one.parcels:
            taken.setdefault(number, []).append((one.project, one.phase))
    placed = Counter(one.park for one in placements)
    offered_then = {one["code"]: one for one in layout.problem["parcels"]}
    names = park_names()
    features = [
        {"type": "Feature", "id": f"k{one.pk}", "geometry": _plain(one.shape), "properties": {"kind": "park", "name": names[one.code], "placed": placed[one.code]}}
        for one in visible(Park.objects.exclude(shape=""), actor).order_by("code")
    ]  # fmt: skip
    for row in visible(Parcel.objects.exclude(shape=""), actor).order_by("number"):
        here = taken.get(row.number, [])
        features.append(
            {
                "type": "Feature", "id": row.pk, "geometry": _plain(row.shape),
                "properties": {
                    "kind": "parcel", "number": row.number, "state": row.state, "offered": row.number in offered_then, "from": offered_then.get(row.number, {}).get("available_from"), "mu": float(row.land_mu or row.geo_mu or 0),
                    "projects": [project for project, _phase in here], "phases": [phase for _project, phase in here], "names": [shown.name(project) for project, _phase in here],
                },
            }
        )  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, json_dumps_params={"ensure_ascii": False})


def _plain(shape: str) -> Any:
    return json.loads(shapely.to_geojson(shapely.transform(geometry(shape), lambda points: points.round(DECIMALS))))
