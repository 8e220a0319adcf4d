"""The list page of any ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.kernel.access.visible import permissions, reach
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import Listing, ListState, build, read_state
from gongxing.kernel.ledger.paging import Page
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.ledger.show import MASK, display, number_text
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.facets import facet_chips, facet_menus, value_label
from gongxing.kernel.pages.requests import acting, action_button, button, ledger_frame, nothing_yet
from gongxing.kernel.pages.views import preference, view_tabs

TOTALS_LIMIT = 10_000


def list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the list its URL states."""
    ledger = ledger_named(slug)
    actor = acting(request)
    found = reach(actor, "view", ledger.name)
    if found.nothing:
        raise Denied("view", ledger.name)
    state = read_state(ledger, request.GET)
    listing = build(state, actor, found=found)
    page, count = listing.page(), listing.tally()
    wanted = preference(ledger, actor)
    columns = [ledger.column(name) for name in wanted.columns]
    held = permissions(actor)
    unmasked = held.may("unmask", ledger.name)
    adding = "add" in ledger.verbs and held.may("add", ledger.name)
    importing = "import" in ledger.verbs and held.may("import", ledger.name)
    exporting = "export" in ledger.verbs and held.may("export", ledger.name)
    context = {
        "ledger": ledger_frame(ledger),
        "crumbs": [{"label": str(ledger.label), "url": ledger.url}],
        "views": view_tabs(ledger, actor, request.GET.urlencode()),
        "chips": facet_chips(state),
        "facets": facet_menus(state),
        "facets_url": reverse("ledger-facet", args=[ledger.slug, "_"]),
        "columns": [_head(column, state) for column in columns],
        "rows": _rows(ledger, page, columns, unmasked),
        "count_text": count_text(count, str(ledger.counter)),
        "count": count.n,
        "paging": _paging(state, page, count),
        "actions": _acts(ledger, state, adding, importing, exporting, count),
        "bulk_actions": [
            {**action_button(one), "name": one.name}
            for one in all_actions()
            if one.bulk and one.on is ledger.model and held.may(one.verb, one.target)
        ],
        "all_columns": [
            {
                "name": column.name,
                "label": str(column.label),
                "shown": column.name in wanted.columns,
                "fixed": column.name == ledger.title,
            }
            for column in _pickable(ledger, wanted.columns)
        ],
        "dense": wanted.dense,
        "sort_text": _sort_text(state),
        "q": state.q,
        "query_string": state.query(),
        "faults": [sentence(fault) for fault in state.faults],
        "ranges": _ranges(state),
        "sorts": [
            {"label": str(column.label), "url": f"?{state.query(sort=column.name, descending=column.numeric)}"}
            for column in ledger.columns
            if column.sort
        ],
        "empty": nothing_yet(ledger, importing, adding, bool(state.q or state.facets or state.ranges)),
    }
    context.update(_totals(listing, columns, count))
    return render(request, "ledger/list.html", context)


def count_text(count: Tally, counter: str) -> str:
    """The size of a list as people read it: exact, capped, or «很多»."""
    if count.n is None:
        return _("很多")
    if count.over:
        return f"{count.n:,}+ {counter}"
    return f"{count.n:,} {counter}"


def _pickable(ledger: Ledger[Any], shown: Sequence[str]) -> list[Column]:
    first = [ledger.column(name) for name in shown]
    return first + [column for column in ledger.columns if column.name not in shown]


def _head(column: Column, state: ListState) -> dict[str, Any]:
    sorted_now = state.sort == column.name
    descending = not state.descending if sorted_now else column.numeric
    return {
        "name": column.name,
        "label": str(column.label),
        "unit": column.unit_label,
        "num": column.numeric,
        "sort_url": f"?{state.query(sort=column.name, descending=descending)}" if column.sort else "",
        "direction": ("desc" if state.descending else "asc") if sorted_now else "",
        "hint": str(column.source_note or column.help),
    }


@dataclass(frozen=True)
class _Shown:
    """A column as the cells of a page need it, made once for the page and not once for the cell."""

    column: Column
    label: SafeString
    css: str
    title: bool
    masked: bool
    names: Mapping[str, str] | None


def _rows(ledger: Ledger[Any], page: Page, columns: Sequence[Column], unmasked: bool) -> list[dict[str, Any]]:
    shown = [
        _Shown(
            column=column,
            label=SafeString(escape(str(column.label))),
            css="num" if column.numeric else "",
            title=column.name == ledger.title,
            masked=column.sensitive and not unmasked,
            names=pack_names(*column.pack) if column.pack is not None else None,
        )
        for column in columns
    ]
    return [
        {
            "id": row.pk,
            "url": ledger.row_url(row.pk),
            "title": ledger.row_title(row),
            "cells": [_title_cell(ledger, row, one) if one.title else _cell(row, one) for one in shown],
        }
        for row in page.rows
    ]


def _cell(row: Any, one: _Shown) -> dict[str, Any]:
    """A cell. A plain one comes as finished markup: a page has 500, and the template engine took half the page's time on them."""
    value = getattr(row, one.column.name)
    unknown = value is None or value == ""
    text = MASK if one.masked and not unknown else display(one.column, row, one.names)
    state = one.column.states.get(str(value), "") if one.column.states else ""
    css = f"{one.css} t3" if unknown else one.css
    html = "" if state else SafeString(f'<td class="{css}" data-l="{one.label}">{escape(text)}</td>')
    return {"title": False, "html": html, "text": text, "state": state, "label": one.label}


def _title_cell(ledger: Ledger[Any], row: Any, one: _Shown) -> dict[str, Any]:
    sub = str(getattr(row, ledger.key) or "") if ledger.key != ledger.title else ""
    return {**_cell(row, one), "title": True, "sub": sub, "tags": ledger.tags(row)}


def _paging(state: ListState, page: Page, count: Tally) -> dict[str, Any]:
    rows = page.rows
    first, last = (page.cursor(rows[0]), page.cursor(rows[-1])) if rows else (None, None)
    pages = None if count.n is None or count.over else max(1, -(-count.n // state.size))
    return {
        "first_url": f"?{state.query()}",
        "prev_url": f"?{state.query(before=first.encode())}" if page.has_previous and first else "",
        "next_url": f"?{state.query(after=last.encode())}" if page.has_next and last else "",
        "text": ngettext("本页 %(n)d 条", "本页 %(n)d 条", len(rows)) % {"n": len(rows)},
        "size": state.size,
        "pages": pages,
        "number": state.number,
    }


def _acts(
    ledger: Ledger[Any], state: ListState, adding: bool, importing: bool, exporting: bool, count: Tally
) -> list[dict[str, Any]]:
    acts = []
    if importing:
        acts.append(button(_("导入"), reverse("exchange-upload", args=[ledger.slug]), icon="upload"))
    if exporting:
        url = f"{reverse('exchange-export', args=[ledger.slug])}?{state.query()}"
        acts.append(
            button(_("导出 %(n)s") % {"n": count_text(count, str(ledger.counter))}, url, icon="download", method="post")
        )
    if adding:
        acts.append(
            button(
                _("登记%(label)s") % {"label": ledger.model._meta.verbose_name},
                reverse("ledger-add", args=[ledger.slug]),
                icon="plus",
                primary=True,
            )
        )
    return acts


def _sort_text(state: ListState) -> str:
    column = state.ledger.column(state.sort)
    direction = _("从高到低") if state.descending else _("从低到高")
    return f"{column.label}，{direction}"


def _ranges(state: ListState) -> list[dict[str, Any]]:
    given = {one.column: one for one in state.ranges}
    return [
        {
            "name": column.name,
            "label": str(column.label),
            "unit": column.unit_label,
            "date": column.kind in (Kind.DATE, Kind.SPAN),
            "minimum": getattr(given.get(column.name), "minimum", None),
            "maximum": getattr(given.get(column.name), "maximum", None),
        }
        for column in state.ledger.columns
        if column.sort
    ]


def _totals(listing: Listing, columns: Sequence[Column], count: Tally) -> dict[str, Any]:
    """Sums over the whole list with how many rows have a value; one row per source where sources are not added up. Left out for
    lists too long to add up in time."""
    ledger = listing.state.ledger
    summed = [column for column in columns if column.total]
    if not summed or count.n is None or count.over or not 0 < count.n <= TOTALS_LIMIT:
        return {"totals": [], "coverage": ""}
    asked: dict[str, Any] = {"rows": Count("pk"), "known": Count(summed[0].name)}
    asked |= {f"sum_{column.name}": Sum(column.name) for column in summed}
    plain = listing.rows.order_by()
    if not ledger.totals_by:
        found = [("", plain.aggregate(**asked))]
    else:
        by = ledger.column(ledger.totals_by)
        groups = plain.values(ledger.totals_by).annotate(**asked).order_by(ledger.totals_by)
        found = [(value_label(by, group[ledger.totals_by]), group) for group in groups if group["known"]]
    known = sum(group["known"] for _label, group in found)
    coverage = _("其中 %(known)s 有数") % {"known": f"{known:,}"}
    return {"totals": [_total_row(label, group, columns) for label, group in found], "coverage": coverage}


def _total_row(label: str, group: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    cells = []
    for column in columns:
        value: Decimal | None = group.get(f"sum_{column.name}")
        cells.append({"text": number_text(value, column.digits) if value is not None else "", "num": column.numeric})
    return {"label": label, "rows": f"{group['rows']:,}", "cells": cells}


def facet_options(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """GET (fragment): the values of one facet with counts under the other conditions, loaded when its menu opens."""
    ledger = ledger_named(slug)
    if name not in ledger.facets:
        raise LookupError(name)
    state = read_state(ledger, request.GET)
    others = {facet: values for facet, values in state.facets.items() if facet != name}
    rest = ListState(**{**state.__dict__, "facets": others})
    rows = build(rest, acting(request)).rows
    counts = rows.order_by().values_list(name).annotate(n=Count("pk")).order_by("-n")[:60]
    menu = facet_menus(state, only=name, counts=dict(counts))
    return render(request, "partials/facet.html", {"facet": menu[0]})
