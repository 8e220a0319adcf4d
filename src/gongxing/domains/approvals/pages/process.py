"""流程体检: what really happens to the county's cases, or to those of an imported log, in five views, with what would be without a wait."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.mining.axis import in_working_days
from gongxing.domains.approvals.mining.casebook import By, Narrowed, chosen, log_of_cases, pauses_of
from gongxing.domains.approvals.mining.lead_jobs import limits_on
from gongxing.domains.approvals.mining.log_jobs import desks
from gongxing.domains.approvals.mining.measures import VIEWS, Kept, Timed, kept, overview, supposed, view_of
from gongxing.domains.approvals.mining.words import worded
from gongxing.domains.approvals.models import Case
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import acting, number_of

ARROW = " → "
MOST_CHANGES, MOST_PATHS, LONGEST = 6, 200, 200
LABELS = {
    "map": _("流程图"), "variants": _("走法和返工"), "waiting": _("等待和交接"), "bottlenecks": _("瓶颈和假如"), "drift": _("逐月变化"),
}  # fmt: skip


def process_page(request: HttpRequest) -> HttpResponse:
    """GET: the cases the actor may see, as one view of their process."""
    actor = acting(request)
    if not may(actor, "view", "approvals.case"):
        raise Denied("view", "approvals.case")
    narrowed = narrowed_by(request.GET)
    by: By = "project" if request.GET.get("by") == "project" else "case"
    log = log_of_cases(chosen(narrowed, actor), by)
    timed = Timed(log, in_working_days(log, calendar()))
    told = visible(Case.objects.order_by(), actor)
    units = Unit.objects.filter(pk__in=told.values("unit_id")).order_by("name").values_list("pk", "name")
    years = sorted({day.year for day in told.dates("received_on", "year")}, reverse=True)
    fields = {
        "item": narrowed.item,
        "unit": str(narrowed.unit or ""),
        "year": str(narrowed.year or ""),
        "by": "project" if by == "project" else "",
    }
    names = item_names(today())
    context = {
        "crumbs": [{"label": _t("流程体检"), "url": ""}], "by": by, "narrowed": fields, "working": True,
        "items": [(code, names.get(code, code)) for code in sorted(set(told.values_list("item", flat=True)))], "units": [(str(pk), name) for pk, name in units], "years": [str(one) for one in years],
        "leads_url": reverse("process-leads") if may(actor, "view", "approvals.clocklead") else "",
        "logs_url": reverse("process-logs") if may(actor, "view", "approvals.processlog") else "",
    }  # fmt: skip
    asked = kept_by(request.GET)
    return answer(
        request, timed, asked, fields, True, {**context, "names": sorted(log.activity.names), "desks": desks(log)}
    )


def narrowed_by(given: QueryDict) -> Narrowed:
    """Item, unit and year of an address; what is none is left out."""
    year = number_of(given.get("year", "")) or 0
    return Narrowed(
        given.get("item", "")[:40], number_of(given.get("unit", "")) or 0, year if 1990 <= year <= 2100 else 0
    )


def kept_by(given: QueryDict) -> Kept:
    """Which cases of a log stay."""
    paths = number_of(given.get("paths", "")) or 0
    return Kept(given.get("through", "")[:LONGEST], given.get("desk", "")[:LONGEST], min(paths, MOST_PATHS))


def view_asked(given: QueryDict) -> str:
    """The view of an address; the map for what is none."""
    return next((one for one in VIEWS if one == given.get("view")), VIEWS[0])


def answer(
    request: HttpRequest, timed: Timed, asked: Kept, fields: Mapping[str, str], working: bool, context: Mapping[str, Any], *, zone: Any = None, done: Mapping[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of one view. ``done``: figures kept of the whole log, used where all its cases are asked for and nothing is supposed."""
    view = view_asked(request.GET)
    pauses = pauses_of(timed.log.activity.names) if working else []
    if done is not None:
        seen, told, figures, some = timed, done["overview"], done["views"][view], int(done["overview"]["cases"])
    else:
        seen = kept(timed, asked)
        told, figures, some = overview(seen), view_of(view, seen, asked, zone), seen.log.cases
    supposing, wrong = _supposing(request.GET, seen, figures, pauses) if view == "bottlenecks" else ({}, [])
    more = {**fields, "through": asked.through, "desk": asked.desk, "paths": str(asked.paths or "")}
    query = {name: text for name, text in more.items() if text}
    known = worded(figures, working)
    return render(
        request, "approvals/process.html",
        {
            **context, "view": view, "views": [{"name": one, "label": LABELS[one], "url": f"?{urlencode({**query, 'view': one})}"} for one in VIEWS],
            "told": worded(told, working), "figures": known, "asked": asked, "query": query, "cases": some, "small": limits_on(today()).small,
            "supposing": worded(supposing, working), "wrong": wrong, "waits": list(dict.fromkeys([*(ARROW.join(one) for one in pauses), *(f"{one['source']}{ARROW}{one['target']}" for one in figures.get("bottlenecks", ()))])),
            "chosen_waits": request.GET.getlist("without")[:MOST_CHANGES], "chosen_steps": request.GET.getlist("at_once")[:MOST_CHANGES],
        },
        status=422 if wrong else 200,
    )  # fmt: skip


def _supposing(
    given: QueryDict, timed: Timed, figures: Mapping[str, Any], pauses: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], list[str]]:
    """What would be, and what of the question cannot be asked."""
    known = {f"{one['source']}{ARROW}{one['target']}": (one["source"], one["target"]) for one in figures["bottlenecks"]}
    known |= {ARROW.join(one): one for one in pauses}
    waits = _words(given.getlist("without"))
    steps = _words(given.getlist("at_once"))
    wrong = [_t("这些件里没有“%(name)s”，请从列表里选。") % {"name": one} for one in waits if one not in known]
    wrong += [
        _t("这些件里没有“%(name)s”，请从列表里选。") % {"name": one}
        for one in steps
        if one not in timed.log.activity.names
    ]
    if len(steps) == 1 or len(set(steps)) != len(steps):
        wrong.append(_t("并行要选两个不同的环节。"))
    if wrong:
        return {}, wrong
    return supposed(timed, [known[one] for one in waits], steps, pauses) or {}, []


def _words(given: Sequence[str]) -> list[str]:
    return [one[: 2 * LONGEST] for one in given[:MOST_CHANGES] if one]
