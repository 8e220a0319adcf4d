"""规划符合性: one parcel against every layer, with its Word report; all parcels with counts, coverage and filters."""

from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.land.actions.checking import check_parcel
from gongxing.domains.land.conform_jobs import OPEN, queue_all
from gongxing.domains.land.conform_paper import conformity_word
from gongxing.domains.land.conform_show import LISTED, sheet_of
from gongxing.domains.land.conform_words import TONES, mu, verdict_label
from gongxing.domains.land.conforming import in_force
from gongxing.domains.land.models import Check, Parcel, Park, PlanLayer, Zone
from gongxing.domains.land.pages.runs import run_of
from gongxing.domains.land.states import CHECK
from gongxing.kernel.access.visible import may, reach, restrict, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, action_button, number_of

PARCEL, HERE, LAYER = "land.parcel", "land.check", "land.planlayer"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = 50
ORDER = (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST, Parcel.Conformity.CONFORMS, Parcel.Conformity.UNKNOWN)


def _seen(request: HttpRequest, key: int) -> tuple[Parcel, Actor]:
    """The parcel, where the reader may see it and what was found of parcels."""
    actor = acting(request)
    if not may(actor, "view", HERE):
        raise Denied("view", HERE)
    row: Row = visible_row(ledger_named(PARCEL), actor, key)
    assert isinstance(row, Parcel)
    if not restrict(
        Parcel.objects.filter(pk=key), reach(actor, "view", HERE)
    ).exists():  # sees the parcel, not what was found of it
        raise Denied("view", HERE)
    return row, actor


@require_GET
def parcel_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: one parcel against every layer in force."""
    parcel, actor = _seen(request, key)
    register = ledger_named(PARCEL)
    context = {
        "sheet": sheet_of(parcel, actor), "parcel": parcel, "back": register.row_url(parcel.pk),
        "crumbs": [{"label": register.label, "url": register.url}, {"label": parcel.number, "url": register.row_url(parcel.pk)}, {"label": _("规划符合性"), "url": ""}],
        "act": action_button(check_parcel, parcel.pk, parcel.version) if allowed(check_parcel, actor, parcel) else None,
        "word_url": reverse("land-conformity-word", args=[parcel.pk]), "all_url": reverse("land-conformity"),
        "layers_url": ledger_named(LAYER).url if may(actor, "view", LAYER) else "",
    }  # fmt: skip
    return render(request, "land/conformity_parcel.html", context)


@require_GET
def parcel_word(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the same as Word."""
    parcel, actor = _seen(request, key)
    answer = HttpResponse(conformity_word(sheet_of(parcel, actor), actor), content_type=WORD)
    name = quote((_("%(number)s规划符合性.docx") % {"number": parcel.number}).replace("/", "／"), safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


# -- all parcels ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def all_page(request: HttpRequest) -> HttpResponse:
    """GET verdict, layer, park, page: counts, coverage and the list. POST: queue a check of all the actor may check."""
    actor = acting(request)
    if not may(actor, "view", HERE):
        raise Denied("view", HERE)
    here = reverse("land-conformity")
    if request.method == "POST":
        if not may(actor, "check", PARCEL):
            raise Denied("check", PARCEL)
        return HttpResponseRedirect(f"{here}?run={queue_all(actor).pk}")
    day = today()
    layers = in_force(PlanLayer.objects.all(), day)
    drawn = set(Zone.objects.filter(layer__in=layers, west__isnull=False).order_by().values_list("layer_id", flat=True).distinct())  # fmt: skip
    parcels = restrict(visible(Parcel.objects.all(), actor), reach(actor, "view", HERE))
    checks = visible(Check.objects.exclude(parcel__conformity=Parcel.Conformity.UNKNOWN), actor).order_by()
    asked = {name: request.GET.get(name, "") for name in ("verdict", "layer", "park")}
    rows, found = _listed(parcels, checks, asked, layers)
    total = found.count()
    number = min(max(1, number_of(request.GET.get("page", "")) or 1), max(1, -(-total // PAGE)))
    shown = list(found[(number - 1) * PAGE : number * PAGE])
    run = run_of(request.GET.get("run", ""), CHECK, actor)
    counts = dict(parcels.order_by().values_list("conformity").annotate(n=Count("pk")))
    kinds = {one.kind for one in layers if one.pk in drawn}
    context = {
        "crumbs": [{"label": _("规划符合性"), "url": ""}], "head": _headline(counts, bool(drawn)), "total": total, "lines": _lines(shown, rows, checks, bool(asked["layer"])),
        "counts": [{"label": verdict_label(one), "tone": TONES[one], "n": counts.get(one, 0), "url": _url(here, {**asked, "verdict": one}), "on": asked["verdict"] == one} for one in ORDER],
        "layers": _layers(layers, drawn, checks, here) if may(actor, "view", LAYER) else [], "missing": [str(kind.label) for kind in LISTED if kind not in kinds], "loaded": bool(drawn),
        "asked": asked, "clear_url": here if any(asked.values()) else "", "parks": list(visible(Park.objects.order_by("code"), actor)),
        "choices": [one for one in layers if one.pk in drawn] if may(actor, "view", LAYER) else [], "verdicts": [(one, verdict_label(one)) for one in ORDER], "may_check": may(actor, "check", PARCEL),
        "before": _url(here, {**asked, "page": str(number - 1)}) if number > 1 else "", "after": _url(here, {**asked, "page": str(number + 1)}) if number * PAGE < total else "",
        "run": job_frame(run) if run is not None else None, "watch_url": f"{here}?run={run.pk}" if run is not None and run.state in OPEN else "",
        "topology_url": reverse("land-topology") if may(actor, "change", PARCEL) else "", "list_url": ledger_named(HERE).url,
    }  # fmt: skip
    return render(request, "land/conformity.html", context)


def _listed(
    parcels: QuerySet[Parcel], checks: QuerySet[Check], asked: dict[str, str], layers: list[PlanLayer]
) -> tuple[QuerySet[Check], QuerySet[Parcel]]:
    """The checks and parcels that fit the filters; a layer narrows the verdict to its own."""
    code = next((one.pk for one in layers if one.code == asked["layer"]), None)
    if asked["layer"]:
        own = checks.filter(layer=code)
        if asked["verdict"]:
            own = own.filter(verdict=asked["verdict"])
        parcels = parcels.filter(pk__in=own.values("parcel"))
        checks = own
    elif asked["verdict"]:
        parcels = parcels.filter(conformity=asked["verdict"])
    if asked["park"]:
        parcels = parcels.filter(park__code=asked["park"])
    return checks, parcels.select_related("park").order_by("number")


def _lines(
    shown: list[Parcel], rows: QuerySet[Check], checks: QuerySet[Check], one_layer: bool
) -> list[dict[str, Any]]:
    """The parcels of a page with their worst layers, or the one layer asked. One query."""
    own = (rows if one_layer else checks).filter(parcel__in=shown).select_related("layer")
    if not one_layer:
        own = own.filter(verdict__in=(Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST))
    of: dict[int, list[Check]] = {}
    for row in own.order_by("-area_m2", "layer__code"):
        of.setdefault(row.parcel_id, []).append(row)
    return [
        {
            "row": one, "url": reverse("land-parcel-conformity", args=[one.pk]), "tone": TONES[one.conformity],
            "found": [{"layer": row.layer.name, "label": verdict_label(row.verdict), "tone": TONES[row.verdict], "m2": row.area_m2, "mu": mu(row.area_m2), "share": row.share} for row in sorted(of.get(one.pk, ()), key=lambda row: row.verdict != Parcel.Conformity.CONFLICT)],
        }
        for one in shown
    ]  # fmt: skip


def _layers(layers: list[PlanLayer], drawn: set[int], checks: QuerySet[Check], here: str) -> list[dict[str, Any]]:
    counted: dict[int, dict[str, int]] = {}
    for layer, verdict, n in checks.values_list("layer", "verdict").annotate(n=Count("pk")):
        counted.setdefault(layer, {})[verdict] = n
    return [
        {
            "row": one, "drawn": one.pk in drawn, "changes": reverse("land-layer-changes", args=[one.pk]) if one.replaces_id else "",
            "cells": [{"n": counted.get(one.pk, {}).get(verdict, 0), "url": _url(here, {"layer": one.code, "verdict": verdict})} for verdict in ORDER[:3]],
        }
        for one in layers
    ]  # fmt: skip


def _url(here: str, asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{here}?{query}" if query else here


def _headline(counts: dict[str, int], loaded: bool) -> str:
    if not loaded:
        return _("规划图层未加载，地块没有核对")
    total = sum(counts.values())
    bad, soft, open_ = (counts.get(one, 0) for one in (Parcel.Conformity.CONFLICT, Parcel.Conformity.ADJUST, Parcel.Conformity.UNKNOWN))  # fmt: skip
    said = _("%(all)d 块地，%(bad)d 块与规划冲突，%(soft)d 块需调整") % {"all": total, "bad": bad, "soft": soft}
    return f"{said}{_('，%(n)d 块没有核对') % {'n': open_}}" if open_ else said
