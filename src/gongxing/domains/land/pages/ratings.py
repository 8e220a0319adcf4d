"""亩均评价: rounds and the list of inefficient land; one round with its formula, firms and objections; one enterprise in a round with its what-if."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.domains.chain.pages.frame import address
from gongxing.domains.land.actions.ratings import (
    answer_objection,
    make_rating,
    object_to_line,
    post_rating,
    publish_rating,
    withdraw_rating,
)
from gongxing.domains.land.inefficients import inefficients
from gongxing.domains.land.models import Rating, RatingLine
from gongxing.domains.land.rating_days import objections_taken, waiting
from gongxing.domains.land.rating_panels import used
from gongxing.domains.land.rating_show import STATE_STATES, answer, bars, fields_of, headline, line_row, rules_of
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting, action_button, number_of

TARGET, LINE, FIRM, PARCEL = "land.rating", "land.ratingline", "firms.firm", "land.parcel"
SIZE, MOST = 50, 100


@require_GET
def ratings_page(request: HttpRequest) -> HttpResponse:
    """All rounds the reader may see, and the parcels that meet a criterion of inefficient land."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    rows = visible(Rating.objects.all(), actor).order_by("-year", "-pk")[:MOST]
    land = inefficients(actor, today()) if may(actor, "view", PARCEL) else None
    words, parcels = status_words(today()), ledger_named(PARCEL)
    context: dict[str, Any] = {
        "crumbs": [{"label": _("亩均评价"), "url": ""}],
        "rounds": [
            {"row": one, "url": reverse("land-rating", args=[one.pk]), "state": STATE_STATES[one.state], "head": headline(one), "family": one.benchmarks.get("family", {}).get("name_zh", one.family)}
            for one in rows
        ],
        "acts": [action_button(make_rating)] if allowed(make_rating, actor) else [],
        "facts_url": ledger_named("land.ratingfact").url if may(actor, "view", "land.ratingfact") else "",
        "rules_url": reverse("packs"),
        "land": land,
        "listed": [{"parcel": one.parcel, "url": parcels.row_url(one.parcel.pk), "why": one.why} for one in (land.found if land else ())][:MOST],
        "marks": [words.get(one, one) for one in (land.marks if land else ())],
    }  # fmt: skip
    return render(request, "land/ratings.html", context)


@require_GET
def rating_page(request: HttpRequest, key: int) -> HttpResponse:
    """One round: figures, formula, cuts, the enterprises the reader may see, what stands out, objections."""
    actor = acting(request)
    rating = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(rating, Rating)
    kept, see = rating.benchmarks, may(actor, "view", LINE)
    lines = visible(RatingLine.objects.filter(rating=rating), actor).select_related("firm")
    grade, find = request.GET.get("grade", ""), request.GET.get("find", "").strip()[:40]
    chosen = lines
    if grade in RatingLine.Grade.values and grade:
        chosen = chosen.filter(grade=grade)
    if find:
        chosen = chosen.filter(firm__name__icontains=find)
    paging = Paginator(chosen.order_by(F("place").asc(nulls_last=True), "pk"), SIZE).get_page(
        number_of(request.GET.get("page", "")) or 1
    )
    firms = ledger_named(FIRM)
    sees = may(actor, "view", FIRM)
    unusual = list(lines.exclude(reasons=[]).order_by(F("place").asc(nulls_last=True), "pk")[: MOST + 1])
    objected = list(lines.exclude(objection="").order_by("-objected_on", "pk")[:MOST])
    answers = _answering(objected, actor)
    to, taken = address(request), objections_taken(rating, today())
    context: dict[str, Any] = {
        "rating": rating, "crumbs": [{"label": _("亩均评价"), "url": reverse("land-ratings")}, {"label": str(rating.year), "url": ""}],
        "head": headline(rating), "rules": rules_of(rating), "state": STATE_STATES[rating.state], "grades": bars(kept.get("counts", {})) if kept else [],
        "rows": [line_row(one, kept, firms.row_url(one.firm_id) if sees else "") for one in paging], "see": see, "grade": grade, "find": find,
        "paging": {"page": paging.number, "pages": paging.paginator.num_pages, "prev": to(page=paging.previous_page_number()) if paging.has_previous() else "", "next": to(page=paging.next_page_number()) if paging.has_next() else ""},
        "total": paging.paginator.count, "unusual": [line_row(one, kept) for one in unusual[:MOST]], "more_unusual": len(unusual) > MOST,
        "objected": [{**line_row(one, kept), "waiting": waiting(one), "answer": action_button(answer_objection, one.pk) if one.pk in answers else None} for one in objected],
        "taken": taken, "over": rating.state == Rating.State.POSTED and not taken,
        "acts": [action_button(one, rating.pk, rating.version) for one in (post_rating, publish_rating, withdraw_rating) if allowed(one, actor, rating)],
        "export_url": f"{ledger_named(LINE).url}?f.rating={rating.pk}" if may(actor, "export", LINE) else "",
    }  # fmt: skip
    return render(request, "land/rating.html", context)


def _answering(lines: list[RatingLine], actor: Actor) -> set[int]:
    """The lines whose objection the reader may answer now. One query for all of them."""
    open_ones = [one.pk for one in lines if waiting(one)]
    rows = visible(RatingLine.objects.filter(pk__in=open_ones), actor, answer_objection.verb)
    return set(rows.values_list("pk", flat=True)) if open_ones else set()


@require_GET
def line_page(request: HttpRequest, key: int) -> HttpResponse:
    """One enterprise in a round: its terms, the figures used, its objection, and what if one figure were another."""
    actor = acting(request)
    line = visible_row(ledger_named(LINE), actor, key)
    assert isinstance(line, RatingLine)
    kept = line.rating.benchmarks
    field, add = request.GET.get("field", ""), request.GET.get("add", "")[:20]
    fields = fields_of(line) if kept and line.score is not None else []
    found = answer(line, field or fields[0]["name"], add) if fields else None
    context: dict[str, Any] = {
        "row": line_row(line, kept), "line": line, "rating": line.rating,
        "crumbs": [{"label": _("亩均评价"), "url": reverse("land-ratings")}, {"label": str(line.rating.year), "url": reverse("land-rating", args=[line.rating_id])}, {"label": line.firm.name, "url": ""}],
        "panel": {"row": line_row(line, kept), "used": used(line)}, "fields": fields, "found": found, "add": add, "waiting": waiting(line), "taken": objections_taken(line.rating, today()),
        "acts": [action_button(one, line.pk, line.version) for one in (object_to_line, answer_objection) if allowed(one, actor, line)],
        "firm_url": ledger_named(FIRM).row_url(line.firm_id) if visible(ledger_named(FIRM).rows(), actor).filter(pk=line.firm_id).exists() else "",
        "from_parcels": line.given.get("land_from") == "parcel",
    }  # fmt: skip
    return render(request, "land/rating_line.html", context, status=422 if found is not None and found.wrong else 200)
