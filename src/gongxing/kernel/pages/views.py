"""Saved views and column choices of lists."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gongxing.kernel.access.visible import Reach, reach
from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.listing import read_state
from gongxing.kernel.ledger.models import ListPreference, SavedView
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.counts import known, recount, wanting
from gongxing.kernel.pages.requests import acting

HEADINGS: dict[str, str | Promise] = {
    "": "",
    SavedView.Audience.MINE: gettext_lazy("我的"),
    SavedView.Audience.UNIT: gettext_lazy("本单位的"),
    SavedView.Audience.ALL: gettext_lazy("大家的"),
}


@dataclass(frozen=True)
class Preferred:
    """The columns a list shows to an actor, in order, and its density."""

    columns: tuple[str, ...]
    dense: bool


_own = Prepared(
    lambda ledger, user: ListPreference.objects.filter(ledger=ledger, user_id=user).values_list("columns", "dense")
)
_saved = Prepared(
    lambda ledger, user, unit: (
        SavedView.objects.filter(
            Q(user_id=user) | Q(audience=SavedView.Audience.ALL) | Q(audience=SavedView.Audience.UNIT, unit_id=unit),
            ledger=ledger,
        )
        .order_by("id")
        .values_list("id", "name", "query", "audience", "user_id", "user__name")
    )
)


def preference(ledger: Ledger[Any], actor: Actor) -> Preferred:
    """The account's own choice, else the declared columns. Columns that no longer exist are dropped."""
    declared = tuple(column.name for column in ledger.columns if column.shown)
    for columns, dense in _own.rows(ledger.name, actor.user_id):
        kept = [name for name in json.loads(columns) if ledger.has_column(name) and name != ledger.title]
        return Preferred((ledger.title, *kept) if kept else declared, bool(dense))
    return Preferred(declared, False)


@dataclass(frozen=True)
class Tab:
    """A view of a list. ``audience`` is "" for those the ledger brings; ``saved_id`` is 0 where it is not the account's own."""

    label: str
    query: str
    audience: str = ""
    owner: str = ""
    saved_id: int = 0


def tabs_of(ledger: Ledger[Any], actor: Actor) -> list[Tab]:
    """All rows, the ledger's ready-made views, then the account's own saved views, its unit's, and everybody's."""
    tabs = [Tab(_("全部"), "")] + [Tab(str(preset.label), preset.asked) for preset in ledger.presets]
    saved = [
        Tab(name, query, audience, owner, key if user == actor.user_id else 0)
        for key, name, query, audience, user, owner in _saved.rows(
            ledger.name, actor.user_id, actor.post.unit_id if actor.post else 0
        )
    ]
    order = list(SavedView.Audience.values)
    return tabs + sorted(saved, key=lambda tab: order.index(tab.audience))


def view_tabs(ledger: Ledger[Any], actor: Actor, found: Reach, current: str) -> dict[str, Any]:
    """The tabs as templates draw them: in groups by who sees them, with the counts known by now and where to ask for the others."""
    tabs, now = tabs_of(ledger, actor), sorted(parse_qsl(current))
    lines, audience = [], ""
    for tab in tabs:
        counted = known(ledger, found, tab.query)
        lines.append(
            {
                "label": tab.label,
                "url": f"{ledger.url}?{tab.query}" if tab.query else ledger.url,
                "count_text": tally_text(counted.tally) if counted is not None else "",
                "active": sorted(parse_qsl(tab.query)) == now,
                "saved_id": tab.saved_id,
                "heading": str(HEADINGS[tab.audience]) if tab.audience != audience else "",
                "owner": tab.owner if tab.audience and not tab.saved_id else "",
            }
        )
        audience = tab.audience
    asking = f"{reverse('ledger-view-counts', args=[ledger.slug])}?{current}"
    return {"views": lines, "counts_url": asking if wanting(ledger, found, [tab.query for tab in tabs]) else ""}


def tally_text(count: Tally) -> str:
    """A count beside a view: exact, "1,000+", or nothing where it would take too long."""
    return "" if count.n is None else f"{count.n:,}{'+' if count.over else ''}"


def view_counts(request: HttpRequest, slug: str) -> HttpResponse:
    """GET (fragment): the tabs with their counts brought up to date as far as the time allows."""
    ledger, actor = ledger_named(slug), acting(request)
    found = reach(actor, "view", ledger.name)
    if found.nothing:
        raise Denied("view", ledger.name)
    recount(ledger, actor, [tab.query for tab in tabs_of(ledger, actor)])
    context = view_tabs(ledger, actor, found, request.GET.urlencode())
    return render(request, "partials/views.html", {**context, "counts_url": ""})


@require_POST
def save_view(request: HttpRequest, slug: str) -> HttpResponse:
    """POST name, audience, query: keep the list as a view."""
    ledger, actor = ledger_named(slug), acting(request)
    name = request.POST.get("name", "").strip()[:40]
    query = read_state(ledger, QueryDict(request.POST.get("query", "")[:1000])).query()
    audience = request.POST.get("audience", SavedView.Audience.MINE)
    if audience not in SavedView.Audience.values:
        audience = SavedView.Audience.MINE
    if name:
        unit_id = actor.post.unit_id if actor.post else None
        try:
            SavedView.objects.update_or_create(
                ledger=ledger.name, user_id=actor.user_id, name=name,
                defaults={"query": query, "audience": audience, "unit_id": unit_id},
            )  # fmt: skip
        except IntegrityError:
            return HttpResponse(_("同名视图刚刚被保存，请换个名字。"), status=409)
    return HttpResponseRedirect(f"{ledger.url}?{query}" if query else ledger.url)


@require_POST
def delete_view(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """POST: forget one of the account's own views."""
    ledger = ledger_named(slug)
    SavedView.objects.filter(pk=key, user_id=acting(request).user_id, ledger=ledger.name).delete()
    return HttpResponseRedirect(ledger.url)


@require_POST
def save_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """POST columns (ordered), dense: keep the account's columns of a list; ``reset`` goes back to the declared ones."""
    ledger, actor = ledger_named(slug), acting(request)
    chosen = [name for name in request.POST.getlist("columns") if ledger.has_column(name)]
    if "reset" in request.POST:
        chosen = []
    ListPreference.objects.update_or_create(
        ledger=ledger.name, user_id=actor.user_id,
        defaults={"columns": chosen, "dense": request.POST.get("dense") == "1"},
    )  # fmt: skip
    pairs = urlencode(parse_qsl(request.POST.get("query", "")))
    return HttpResponseRedirect(f"{ledger.url}?{pairs}" if pairs else ledger.url)
