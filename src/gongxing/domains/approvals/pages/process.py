"""流程体检: what really happens to the county's cases, or to those of an imported log, in five views, with what would be without a wait."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.mining.advice import with_advice
from gongxing.domains.approvals.mining.casebook import By, Casebook, Narrowed, pauses_of
from gongxing.domains.approvals.mining.keeping import Book, Opened, answered, book_of, narrowed_to, said_when
from gongxing.domains.approvals.mining.lead_jobs import limits_on
from gongxing.domains.approvals.mining.measures import VIEWS, Kept, Timed, kept, overview, supposed, view_of
from gongxing.domains.approvals.mining.words import worded
from gongxing.kernel.access.visible import may
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.jobs import job_frame
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
    fields = {**narrowed_fields(narrowed), "by": "project" if by == "project" else ""}
    opened = book_of(actor, by)
    context: dict[str, Any] = {
        "crumbs": [{"label": _t("流程体检"), "url": ""}], "by": by, "narrowed": fields, **standing_of(opened, request),
        "conform_url": f"{reverse('process-conform')}{asked_again(narrowed)}",
        "leads_url": reverse("process-leads") if may(actor, "view", "approvals.clocklead") else "",
        "logs_url": reverse("process-logs") if may(actor, "view", "approvals.processlog") else "",
    }  # fmt: skip
    book = opened.found
    if book is None:
        return render(request, "approvals/process_waiting_for.html", context)
    timed = answered(book, ("narrowed", narrowed), lambda: narrowed_to(book, narrowed))
    log = timed.log
    names = sorted({log.activity.names[code] for code in np.unique(log.activity.codes).tolist()})
    hands = sorted({log.desk.names[code] for code in np.unique(log.desk.codes).tolist() if code >= 0})
    context |= {**choices_of(book.book), "names": names, "desks": hands}
    return answer(request, timed, kept_by(request.GET), fields, True, context, book=book, about=(narrowed,))


def standing_of(opened: Opened[Any], request: HttpRequest) -> dict[str, Any]:
    """What a page says of how new its figures are: when they were made, whether the register has changed since, and the work that makes them anew."""
    job = opened.job
    return {
        "made": "" if opened.found is None else said_when(opened.found.made), "stale": not opened.fresh, "job": None if job is None else job_frame(job),
        "watch_url": request.get_full_path(),
    }  # fmt: skip


def choices_of(book: Casebook) -> dict[str, Any]:
    """The items, units and years there are to choose from."""
    names = item_names(today())
    return {
        "items": [(code, names.get(code, code)) for code in sorted(book.item.names)], "units": [(str(key), name) for key, name in sorted(book.units.items(), key=lambda one: one[1])],
        "years": [str(one) for one in sorted(np.unique(book.year).tolist(), reverse=True)],
    }  # fmt: skip


def narrowed_fields(narrowed: Narrowed) -> dict[str, str]:
    """The fields of a form that narrows, by name."""
    return {"item": narrowed.item, "unit": str(narrowed.unit or ""), "year": str(narrowed.year or "")}


def asked_again(narrowed: Narrowed) -> str:
    """The query of the same cases; "" for all."""
    given = {name: text for name, text in narrowed_fields(narrowed).items() if text}
    return f"?{urlencode(given)}" if given else ""


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
    request: HttpRequest, timed: Timed, asked: Kept, fields: Mapping[str, str], working: bool, context: Mapping[str, Any], *, zone: Any = None,
    done: Mapping[str, Any] | None = None, book: Book | None = None, about: tuple[object, ...] = (),
) -> HttpResponse:  # fmt: skip
    """The page of one view. ``done``: figures kept of the whole log, used where all its cases are asked for and nothing is supposed. ``book``: whose answers are
    worked out once for its state, ``about`` naming which of its cases these are."""
    view = view_asked(request.GET)
    pauses = [] if book is None else pauses_of(timed.log.activity.names)
    if done is not None:
        seen, told, figures, some = timed, done["overview"], done["views"][view], int(done["overview"]["cases"])
    else:

        def worked() -> tuple[Timed, dict[str, Any], dict[str, Any]]:
            stay = kept(timed, asked)
            return stay, overview(stay), view_of(view, stay, asked, zone)

        seen, told, figures = worked() if book is None else answered(book, (*about, asked, view), worked)
        some = seen.log.cases
    supposing, wrong = _supposing(request.GET, seen, figures, pauses) if view == "bottlenecks" else ({}, [])
    small = limits_on(today()).small
    more = {**fields, "through": asked.through, "desk": asked.desk, "paths": str(asked.paths or "")}
    query = {name: text for name, text in more.items() if text}
    known = worded(figures, working)
    if view == "bottlenecks" and book is not None:
        with_advice(known, dict(zip(book.book.log.activity.names, book.book.kinds, strict=True)))
    return render(
        request, "approvals/process.html",
        {
            **context, "working": working, "view": view, "views": [{"name": one, "label": LABELS[one], "url": f"?{urlencode({**query, 'view': one})}"} for one in VIEWS],
            "told": worded(told, working), "figures": known, "asked": asked, "query": query, "cases": some, "small": small,
            "few": sum(one["cases"] < small for one in figures.get("handovers", ())), "changed": sum(bool(one["changed"]) for one in figures.get("months", ())),
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
