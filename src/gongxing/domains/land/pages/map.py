"""地块一张图: the parcels of a list on the map, with parks, plan layers and what the pipes can carry; the card of a parcel; the same rows below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from gongxing.domains.land.actions.drawing import can_split, draw_parcel, last_drawn, split_parcel, undo_drawing
from gongxing.domains.land.conforming import sees_lines
from gongxing.domains.land.models import Check, Parcel, Park, PlanLayer, Utility
from gongxing.domains.land.pages.map_data import LOOKS, PARCEL, PARK, layers_in_force, look, with_looks
from gongxing.kernel.access.visible import may, permissions, reach, visible
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.cells.shape import wkt_of
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import unit_word
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import Listing, ListState, build, read_state
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import display
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.facets import facet_chips
from gongxing.kernel.pages.heads import facet_menus, head_cells, range_fields
from gongxing.kernel.pages.listing import count_text, declared_acts
from gongxing.kernel.pages.requests import acting, action_button
from gongxing.kernel.pages.rows import row_lines
from gongxing.kernel.pages.views import preference

SHOWN = frozenset({PlanLayer.Kind.URBAN, PlanLayer.Kind.FARMLAND, PlanLayer.Kind.REDLINE})
"""Layers that are drawn from the start."""
PAINTS = {
    "permanent_farmland": "farm", "forest": "farm", "ecological_redline": "red", "water_source": "water", "river": "water", "urban_boundary": "bound",
    "power_line": "line", "pipeline": "line", "transport": "line", "land_use": "use", "detailed_plan": "use", "village_plan": "use",
}  # fmt: skip
ORDER = {
    Parcel.Conformity.CONFLICT: 0,
    Parcel.Conformity.ADJUST: 1,
    Parcel.Conformity.UNKNOWN: 2,
    Parcel.Conformity.CONFORMS: 3,
}
FACTS = ("park", "land_mu", "geo_mu", "planned_use", "supply_mode", "holder", "contract_on", "delivered_on", "agreed_start", "actual_start", "idle_on", "conformity")  # fmt: skip


@dataclass
class Amount:
    """How many parcels and how much ground; ``untold`` have no area in the papers."""

    n: int = 0
    mu: Decimal = Decimal(0)
    untold: int = 0

    def add(self, n: int, mu: Decimal | None, untold: int) -> None:
        self.n, self.mu, self.untold = self.n + n, self.mu + (mu or Decimal(0)), self.untold + untold


@dataclass
class Ground:
    """The parcels of a list added up: all of them, by how they are drawn, by park, and how many nobody drew."""

    whole: Amount = field(default_factory=Amount)
    looks: dict[str, Amount] = field(default_factory=dict)
    parks: dict[int | None, Amount] = field(default_factory=dict)
    ready: dict[int | None, Amount] = field(default_factory=dict)
    undrawn: int = 0


def added_up(listing: Listing, actor: Actor) -> Ground:
    """One query."""
    found = Ground()
    rows = with_looks(listing.rows, actor).order_by().values_list("park_id", "state", "cleared", "clearing")
    figures = {
        "n": Count("pk"),
        "mu": Sum("land_mu"),
        "untold": Count("pk", filter=Q(land_mu__isnull=True)),
        "undrawn": Count("pk", filter=Q(shape="")),
    }
    for park, state, cleared, clearing, n, mu, untold, undrawn in rows.annotate(**figures):
        kind = look(state, cleared, clearing)
        found.whole.add(n, mu, untold)
        found.looks.setdefault(kind, Amount()).add(n, mu, untold)
        found.parks.setdefault(park, Amount()).add(n, mu, untold)
        if kind == "net":
            found.ready.setdefault(park, Amount()).add(n, mu, untold)
        found.undrawn += undrawn
    return found


def number(value: Decimal | int) -> str:
    """Whole 亩, as headings say them."""
    return f"{value:,.0f}"


def headline(ground: Ground) -> str:
    """The finding in a sentence."""
    if not ground.whole.n:
        return _("没有符合条件的地块")
    said = ngettext("%(n)s 块地共 %(mu)s 亩", "%(n)s 块地共 %(mu)s 亩", ground.whole.n) % {
        "n": f"{ground.whole.n:,}",
        "mu": number(ground.whole.mu),
    }
    words = {
        "net": _("净地待供 %(mu)s 亩"), "waiting": _("批而未供还没净的 %(mu)s 亩"), "late": _("供而未用 %(mu)s 亩"), "idle": _("闲置 %(mu)s 亩"), "low": _("低效和未达标 %(mu)s 亩"),
    }  # fmt: skip
    amounts: dict[str, Decimal] = {
        name: ground.looks[name].mu for name in ("net", "late", "idle", "low") if name in ground.looks
    }
    amounts["waiting"] = sum((ground.looks[name].mu for name in ("clear", "appr") if name in ground.looks), Decimal(0))
    parts = [text % {"mu": number(amounts[name])} for name, text in words.items() if amounts.get(name)]
    return said + (_("：") + _("，").join(parts) if parts else "")


@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """GET the query of the list: its parcels on the map, and below as a table."""
    ledger, actor = ledger_named(PARCEL), acting(request)
    found = reach(actor, "view", PARCEL)
    if found.nothing:
        raise Denied("view", PARCEL)
    state = read_state(ledger, request.GET)
    listing, query = build(state, actor, found=found), state.query()
    ground = added_up(listing, actor)
    parks = list(visible(Park.objects.all(), actor).order_by("code"))
    pipes = _utilities(actor, parks)
    layers = [_layer(one, actor) for one in layers_in_force(actor, today())]
    context = {
        "crumbs": [{"label": str(ledger.label), "url": ledger.url}, {"label": _("地块一张图"), "url": ""}],
        "headline": headline(ground), "ground": ground, "query": query, "list_url": f"{ledger.url}?{query}" if query else ledger.url,
        "reset_url": reverse("land-map"), "q": state.q, "chips": facet_chips(state), "facets": facet_menus(state, _("正在统计…")),
        "ranges": range_fields(state), "faults": [sentence(fault) for fault in state.faults], "as_of": today(),
        "legend": [{"key": key, "label": str(label), "n": ground.looks[key].n, "mu": number(ground.looks[key].mu)} for key, label in LOOKS.items() if key in ground.looks],
        "layers": layers, "parks": [{**_park(one, ground), "pipes": pipes.get(one.pk)} for one in parks],
        "acts": declared_acts(ledger, state, permissions(actor)), "demo": settings.DEMO, "tiles": settings.WMTS_URL,
        "map": {
            "parcels": f"{reverse('land-map-parcels')}?{query}", "parks": reverse("land-map-parks") if may(actor, "view", PARK) else "", "card": reverse("land-map-card", args=[0]),
            "layers": [{key: one[key] for key in ("code", "url", "paint", "on")} for one in layers if one["url"]], "tiles": settings.WMTS_URL, "words": _words(),
        },
        **_table(ledger, listing, state, actor),
    }  # fmt: skip
    return render(request, "land/map.html", context)


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "length": _("长 {n} 米"), "lengthKm": _("长 {n} 千米"), "area": _("{mu} 亩（{m2} 平方米）"), "measureLine": _("量距离：点各个转折点，双击或回车结束，Ctrl+Z 退一点，Esc 取消。"),
        "measureArea": _("量面积：点各个角，双击或回车结束，Ctrl+Z 退一点，Esc 取消。"), "draw": _("画“{n}”的图形：点各个角，双击或回车结束；会吸到旁边地块的边上。Ctrl+Z 退一点，Esc 取消。"),
        "modify": _("改“{n}”的图形：拖角点，点边加角，按住 Alt 点角点去掉它。Ctrl+Z 退一步，改好按“完成”。"), "split": _("分割“{n}”：从地块外画到地块外，双击或回车结束。Ctrl+Z 退一点，Esc 取消。"),
        "selected": _("已选 {n}，{mu} 亩"), "noneHere": _("图中心没有地块"), "failed": _("没有取到数据，请刷新重试。"), "more": _("这一层太多，只画了一部分，放大后再看。"),
        "undrawn": _("“{n}”还没有图形"), "zoomIn": _("放大"), "zoomOut": _("缩小"), "whole": _("看全部"), "scale": _("比例尺 1:{n}"), "unknown": _("{n}：面积没填"),
    }  # fmt: skip


def _layer(one: PlanLayer, actor: Actor) -> dict[str, Any]:
    shown = sees_lines(actor, one)
    return {
        "code": one.code, "name": one.name, "edition": one.edition, "dated": one.dated, "rule": one.get_rule_display(), "authority": one.authority,
        "paint": PAINTS.get(one.kind, "other"), "url": reverse("land-map-layer", args=[one.code]) if shown else "", "on": one.kind in SHOWN,
    }  # fmt: skip


def _park(one: Park, ground: Ground) -> dict[str, Any]:
    mine, ready = ground.parks.get(one.pk, Amount()), ground.ready.get(one.pk, Amount())
    return {
        "id": one.pk, "name": one.name, "url": ledger_named("land.park").row_url(one.pk), "n": mine.n, "mu": number(mine.mu), "ready": number(ready.mu),
    }  # fmt: skip


def _utilities(actor: Actor, parks: Iterable[Park]) -> dict[int, list[dict[str, Any]]]:
    """What the pipes of each park carry today by the newest row that holds, and what they will carry. One query."""
    day, found = today(), dict[tuple[int, str], dict[str, Any]]()
    rows = visible(Utility.objects.filter(park__in=list(parks)), actor).order_by("park_id", "ready_on", "pk")
    for one in rows:
        line = found.setdefault(
            (one.park_id, one.kind),
            {
                "label": one.get_kind_display(),
                "unit": unit_word(Utility.UNITS[one.kind]),
                "capacity": Decimal(0),
                "used": None,
                "coming": [],
            },
        )
        if one.ready_on > day:
            line["coming"].append({"day": one.ready_on, "capacity": f"{one.capacity:,.0f}"})
            continue
        line["capacity"], line["used"] = one.capacity, one.used
    order = list(Utility.Kind.values)
    lines: dict[int, list[dict[str, Any]]] = {}
    for (park, _kind), line in sorted(found.items(), key=lambda pair: order.index(pair[0][1])):
        used, capacity = line["used"], line["capacity"]
        full = used is not None and capacity and used >= capacity * Decimal("0.9")
        lines.setdefault(park, []).append({
            **line, "capacity": f"{capacity:,.0f}", "used": None if used is None else f"{used:,.0f}",
            "left": None if used is None else f"{capacity - used:,.0f}", "state": "bad" if used is not None and used >= capacity else "warn" if full else "",
        })  # fmt: skip
    return lines


def _table(ledger: Ledger[Any], listing: Listing, state: ListState, actor: Actor) -> Mapping[str, Any]:
    """The page of the list under the map: its own columns, every row with a button that shows it on the map."""
    columns = [ledger.column(name) for name in preference(ledger, actor).columns]
    page, count = listing.page((*ledger.list_fields(columns, state.sort), "west")), listing.tally()
    lines = row_lines(
        ledger, page.rows, columns, covered=Masks(ledger, actor).rows(row.pk for row in page.rows), pick=False
    )
    rows = [_line(line, row) for line, row in zip(lines, page.rows, strict=True)]
    first, last = (page.cursor(page.rows[0]), page.cursor(page.rows[-1])) if page.rows else (None, None)
    return {
        "head": head_cells(state, columns), "rows": rows, "count_text": count_text(count, str(ledger.counter)),
        "prev": f"?{state.query(before=first.encode())}#rows" if page.has_previous and first else "",
        "next": f"?{state.query(after=last.encode())}#rows" if page.has_next and last else "",
    }  # fmt: skip


def _line(line: SafeString, row: Parcel) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "drawn": row.west is not None,
        "cells": SafeString(line.removeprefix("<tr>").removesuffix("</tr>")),
    }


@require_GET
def parcel_card(request: HttpRequest, key: int) -> HttpResponse:
    """GET (fragment): what a click on a parcel shows."""
    ledger, actor = ledger_named(PARCEL), acting(request)
    row = visible_row(ledger, actor, key)
    assert isinstance(row, Parcel)
    checks = sorted(
        visible(Check.objects.filter(parcel=row), actor).select_related("layer"),
        key=lambda one: (ORDER[Parcel.Conformity(one.verdict)], one.layer.code),
    )
    columns = [ledger.column(name) for name in FACTS]
    draws = allowed(draw_parcel, actor, row)
    context = {
        "row": row, "title": ledger.row_title(row), "url": ledger.row_url(row.pk), "tags": ledger.tags(row),
        "state": ledger.column("state").states.get(row.state, "idle"),
        "facts": [{"label": str(one.label), "text": display(one, row), "unit": one.unit_label} for one in columns if getattr(row, one.name) not in (None, "")],
        "checks": [
            {"name": one.layer.name, "edition": one.layer.edition, "verdict": one.get_verdict_display(), "state": ledger.column("conformity").states.get(one.verdict, "idle"),
             "m2": one.area_m2, "mu": None if one.area_m2 is None else one.area_m2 * 3 / 2000, "share": one.share, "day": one.checked_on}
            for one in checks
        ],
        "project": _linked("projects.project", row.project_id, actor), "firm": _linked("firms.firm", row.firm_id, actor),
        "draw": action_button(draw_parcel, row.pk, row.version) if draws else None,
        "split": action_button(split_parcel, row.pk, row.version) if draws and can_split(row) else None,
        "undo": action_button(undo_drawing, row.pk, row.version) if draws and last_drawn(row) is not None else None,
        "wkt": wkt_of(row.shape) if draws else "", "overlaps": reverse("land-map-overlaps", args=[row.pk]) if draws else "", "under_contract": draws and row.contract_on is not None,
    }  # fmt: skip
    return render(request, "land/map_card.html", context)


def _linked(name: str, key: int | None, actor: Actor) -> dict[str, str] | None:
    """A record the reader may open, by its name; None otherwise."""
    ledger = ledger_named(name)
    row = None if key is None else visible(ledger.rows(), actor).filter(pk=key).first()
    return None if row is None else {"title": ledger.row_title(row), "url": ledger.row_url(row.pk)}
