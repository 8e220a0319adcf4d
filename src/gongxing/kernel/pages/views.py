"""Saved views and column choices of lists."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.listing import read_state
from gongxing.kernel.ledger.models import ListPreference, SavedView
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting


@dataclass(frozen=True)
class Preferred:
    """The columns a list shows to an actor, in order, and its density."""

    columns: tuple[str, ...]
    dense: bool


def preference(ledger: Ledger[Any], actor: Actor) -> Preferred:
    """The account's own choice, else the declared columns. Columns that no longer exist are dropped."""
    own = ListPreference.objects.filter(ledger=ledger.name, user_id=actor.user_id).first()
    declared = tuple(column.name for column in ledger.columns if column.shown)
    if own is None or not own.columns:
        return Preferred(declared, own.dense if own else False)
    kept = [name for name in own.columns if ledger.has_column(name) and name != ledger.title]
    return Preferred((ledger.title, *kept), own.dense)


def view_tabs(ledger: Ledger[Any], actor: Actor, current: str) -> list[dict[str, Any]]:
    """All rows, the ledger's ready-made views, and saved views of the account, its unit and everybody."""
    tabs = [("", _("全部"), 0)] + [(preset.query, str(preset.label), 0) for preset in ledger.presets]
    mine = Q(user_id=actor.user_id) | Q(audience=SavedView.Audience.ALL)
    if actor.post is not None:
        mine |= Q(audience=SavedView.Audience.UNIT, unit_id=actor.post.unit_id)
    saved = SavedView.objects.filter(mine, ledger=ledger.name).order_by("id")
    tabs += [(one.query, one.name, one.pk if one.user_id == actor.user_id else 0) for one in saved]
    now = sorted(parse_qsl(current))
    return [
        {
            "label": label,
            "url": f"{ledger.url}?{query}" if query else ledger.url,
            "count_text": "",
            "active": sorted(parse_qsl(query)) == now,
            "saved_id": key,
        }
        for query, label, key in tabs
    ]


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
